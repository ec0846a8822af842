import type { FaultRequest, PowerAction } from '../../engine/protocol';
import type { Speed } from '../../engine/view';
import { terminalOf } from '../terminals/pool';
import { engine } from './engine';
import { useSession } from './session';

/** Shows what the engine refused or failed to do. */
function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  useSession.setState({ trouble: { kind: 'failure', message, detail: '' } });
}

const fault = (request: FaultRequest) => void engine().ask('fault', request).catch(report);

/** Says that a world is being made until it is there. */
function prepare(request: Promise<null>): void {
  useSession.setState({ exam: null, preparing: true });
  void request.catch(report).finally(() => useSession.setState({ preparing: false }));
}

/** Everything that buttons, menus, keys and the palette can do to the simulation. */
export const act = {
  fault,
  power: (machine: string, action: PowerAction) => fault({ kind: 'power', machine, action }),
  speed: (speed: Speed) => void engine().ask('speed', { speed }).catch(report),
  /** Pauses, or goes on at the speed there was. */
  pauseOrRun: () => {
    const { speed } = useSession.getState().view.clock;
    if (speed !== 0) lastSpeed = speed;
    act.speed(speed === 0 ? lastSpeed : 0);
  },
  step: () => void engine().ask('step', null).catch(report),
  undo: () => void engine().ask('undo', null).catch(report),
  reset: () => prepare(engine().ask('reset', null)),
  openLab: (lab: string) => prepare(engine().ask('lab.open', { lab, keepWorld: false })),
  hint: (goal: string | null, step: number) => engine().ask('lab.hint', { goal, step }),
  exam: () => {
    useSession.setState({ exam: { state: 'running', done: 0, of: 0 } });
    engine()
      .ask('lab.exam', null)
      .then(
        (result) => useSession.setState({ exam: { state: 'done', result } }),
        (error: Error) => useSession.setState({ exam: { state: 'failed', message: error.message } }),
      );
  },
  /** Types text into a machine's terminal without running it. */
  type: (machine: string, text: string) => {
    showTerminal(machine);
    terminalOf(machine).type(text);
  },
  showTerminal: (machine: string) => showTerminal(machine),
  /** Shows why a resource is where it is, beside the picture. */
  explain: (resource: string) => {
    bringPicture();
    useSession.setState({ selection: { kind: 'resource', resource } });
  },
  /** The same for the selected resource, else for the first one that isn't running, else for the first; takes the keyboard there. */
  explainNext: () => {
    const { selection, view } = useSession.getState();
    const list = Object.values(view.resources);
    const next = list.find(({ idle }) => idle !== null && idle !== 'disabled') ?? list[0];
    const resource = selection?.kind === 'resource' ? selection.resource : next?.id;
    if (resource === undefined) return;
    act.explain(resource);
    focusSoon('.why-body');
  },
};

let lastSpeed: Speed = 1;

/** Set by the dock: brings a machine's panel to the front. */
let bringForward: (machine: string) => void = () => {};

export function onShowTerminal(bring: (machine: string) => void): void {
  bringForward = bring;
}

/** Set by the dock: brings the picture to the front. */
let bringPicture: () => void = () => {};

export function onShowPicture(bring: () => void): void {
  bringPicture = bring;
}

/** Wall ms in which a panel that is still being loaded may come. */
const FOCUS_PATIENCE = 2_000;

function focusSoon(selector: string, until = performance.now() + FOCUS_PATIENCE): void {
  const element = document.querySelector<HTMLElement>(selector);
  if (element) element.focus();
  else if (performance.now() < until) requestAnimationFrame(() => focusSoon(selector, until));
}

function showTerminal(machine: string): void {
  bringForward(machine);
  useSession.setState({ activeMachine: machine });
  // The panel attaches the terminal in an effect; focus must come after it.
  requestAnimationFrame(() => terminalOf(machine).focus());
}
