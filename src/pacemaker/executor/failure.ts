import type { RunningOperation } from '../../world/pacemaker';
import type { World } from '../../world/world';
import { rcText } from '../exit-status';
import { say } from '../journal';
import type { PacemakerMachine } from '../peers';
import { unixSeconds } from '../time';
import { sendReport, writeEntries } from './executor';
import { NO_TRANSITION, remember, STATUS } from './history';

/** An action that is part of no transition. */
const TRANSITION_KEY = `0:${NO_TRANSITION}:0:xxxxxxxx-xrsc-opxx-xcrm-resourcexxxx`;
const REASON = 'Simulated failure';

/** Somebody says that a resource has failed on a node: a result that no agent gave. Unknown resources have none. */
export function reportFailure(
  world: World,
  machine: PacemakerMachine,
  resource: string,
  primitive: RunningOperation['primitive'],
): void {
  const { executor, nodeName } = machine.pacemaker;
  const history = executor.history[resource];
  if (!history) return;
  const operation: RunningOperation = {
    callId: executor.nextCall++,
    resource,
    operation: 'asyncmon',
    operationKey: `${resource}_asyncmon_0`,
    intervalMs: 0,
    timeoutMs: 0,
    primitive,
    parameters: {},
    transitionKey: TRANSITION_KEY,
    queuedAt: world.now,
    startedAt: world.now,
    digests: {},
    scratch: {},
  };
  const changedAt = unixSeconds(world);
  const outcome = { rc: 1, status: STATUS.error, reason: REASON, output: '', changedAt, execMs: 0, queueMs: 0 };
  const what = `asyncmon operation for ${resource} on ${nodeName}`;
  say(world, machine, 'controld', 'notice', `Result of ${what}: ${rcText(outcome.rc)} (${REASON})`);
  const entries = remember(history, operation, nodeName, outcome);
  const copies = entries.map((entry) => ({ ...entry, attributes: { ...entry.attributes } }));
  writeEntries(world, machine, resource, history, copies);
  sendReport(world, machine, operation, outcome);
}
