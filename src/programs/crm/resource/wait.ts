import { liveCib } from '../../../pacemaker/cib/live';
import { withoutComments } from '../../../pacemaker/cib/parse';
import { milliseconds } from '../../../pacemaker/controller/options';
import { hasPacemaker } from '../../../pacemaker/peers';
import { runScheduler } from '../../../pacemaker/scheduler';
import type { Action } from '../../../pacemaker/scheduler/action';
import { EX, type Tool } from '../tool';

const WAIT_LIMIT = 60 * 60 * 1000;
/** It looks at the cluster so often, and waits as long before it looks first. */
const LOOK_EVERY = 2000;

/** Something that the cluster will do or is doing: what the scheduler wants, notifications left out. */
function isPending(action: Action): boolean {
  return !action.optional && !action.pseudo && action.runnable && action.task !== 'notify';
}

/** What the scheduler would have done of the CIB as it is; null while there is none. */
function pendingActions(tool: Tool): Action[] | null {
  const cib = liveCib(tool.process.machine);
  return cib ? runScheduler(withoutComments(cib), tool.now).actions.filter(isPending) : null;
}

/**
 * `--wait`: until the scheduler would do nothing any more, or the timeout is over. It asks the scheduler itself, every two
 * seconds.
 */
export async function waitForCluster(tool: Tool): Promise<number> {
  const { process } = tool;
  const timeout = milliseconds(tool.args.value('timeout') ?? '') ?? WAIT_LIMIT;
  const end = process.world.now + timeout;
  let pending: Action[] = [];
  do {
    if (process.world.now >= end) return giveUp(tool, pending);
    await process.sleep(LOOK_EVERY);
    const found = hasPacemaker(process.machine) ? pendingActions(tool) : null;
    if (!found) return notConnected(tool);
    pending = found;
  } while (pending.length > 0);
  return EX.ok;
}

function notConnected(tool: Tool): number {
  tool.error('Could not connect to the CIB: Transport endpoint is not connected');
  tool.complain('Error performing operation: Not connected\n');
  return EX.disconnected;
}

function giveUp(tool: Tool, pending: readonly Action[]): number {
  if (pending.length > 0) tool.complain('Pending actions:\n');
  for (const action of pending)
    tool.complain(`\tAction ${action.id}: ${action.key}${action.node ? `\ton ${action.node.name}` : ''}\n`);
  tool.complain('Error performing operation: Timeout occurred\n');
  return EX.timeout;
}
