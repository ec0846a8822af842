import { record } from '../../kernel/history';
import type { ControllerState, ControllerStateName } from '../../world/pacemaker';
import type { World } from '../../world/world';
import { say } from '../journal';
import type { PacemakerMachine } from '../peers';

/** State changes that the controller logs at a level below the journal's. */
const SILENT: readonly string[] = [
  'S_PENDING S_ELECTION',
  'S_INTEGRATION S_FINALIZE_JOIN',
  'S_FINALIZE_JOIN S_POLICY_ENGINE',
  'S_POLICY_ENGINE S_TRANSITION_ENGINE',
  'S_TRANSITION_ENGINE S_POLICY_ENGINE',
  'S_RELEASE_DC S_PENDING',
];

export function newController(): ControllerState {
  return {
    state: 'S_STARTING',
    dc: null,
    work: 0,
    quorate: false,
    members: {},
    peers: [],
    joined: [],
    stopping: false,
    transition: null,
    nextTransition: 0,
    abortReason: null,
    fencingFailures: {},
    uuid: '',
  };
}

/** Moves a controller to another state, with its line in the journal. */
export function setState(world: World, machine: PacemakerMachine, next: ControllerStateName): void {
  const { controller } = machine.pacemaker;
  const present = controller.state;
  if (present === next) return;
  controller.state = next;
  if (!SILENT.includes(`${present} ${next}`))
    say(world, machine, 'controld', 'notice', `State transition ${present} -> ${next}`);
}

/** Timeline entry of something that a controller did. */
export function note(
  world: World,
  machine: PacemakerMachine,
  kind: string,
  facts: Record<string, string | number | boolean | readonly string[]>,
): void {
  record(world, kind, machine.name, facts);
}
