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
};

let lastSpeed: Speed = 1;

/** Set by the dock: brings a machine's panel to the front. */
let bringForward: (machine: string) => void = () => {};

export function onShowTerminal(bring: (machine: string) => void): void {
  bringForward = bring;
}

function showTerminal(machine: string): void {
  bringForward(machine);
  useSession.setState({ activeMachine: machine });
  // The panel attaches the terminal in an effect; focus must come after it.
  requestAnimationFrame(() => terminalOf(machine).focus());
}
