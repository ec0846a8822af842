import { reportFailure } from '../../../pacemaker/executor/failure';
import { partition } from '../../../pacemaker/peers';
import { EX } from '../tool';
import { type Context, configuredId, fail } from './context';

/** The controller's answer takes so long. */
const ANSWER_TIME = 40;

/** `--fail`: tells the cluster that a resource failed on a node. */
export async function failResource(context: Context): Promise<number> {
  const { tool, resource, ws } = context;
  if (!resource) return EX.usage;
  const name = tool.args.value('node');
  if (name === undefined) {
    tool.error('Must supply a node name with -N');
    return EX.usage;
  }
  if (!ws.nodeByName.has(name)) return fail(tool, `Node '${name}' not found`, EX.noSuch);
  if (resource.variant !== 'primitive') {
    tool.error(`Resource ${context.id} is not a primitive`);
    return EX.usage;
  }
  const { process } = tool;
  const id = configuredId(resource);
  const { class: standard, provider, type } = resource;
  process.transact((world) => {
    const target = partition(world, process.machineName).find((peer) => peer.pacemaker.nodeName === name);
    if (target) reportFailure(world, target, id, { class: standard, provider, type });
  });
  tool.print('Waiting for 1 reply from the controller\n');
  await process.sleep(ANSWER_TIME);
  tool.print('... got reply (done)\n');
  return EX.ok;
}
