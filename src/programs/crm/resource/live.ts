import { element } from '../../../pacemaker/cib/new';
import { clearFailures, forgetResource } from '../../../pacemaker/controller/action';
import { requestDecision } from '../../../pacemaker/controller/decide';
import { milliseconds } from '../../../pacemaker/controller/options';
import { hasPacemaker, partition, partitionDc } from '../../../pacemaker/peers';
import { failCount } from '../../../pacemaker/scheduler/fail-count';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import type { World } from '../../../world/world';
import { EX, type Tool } from '../tool';
import { type Context, configuredId } from './context';

/** The DC looks at a cleaned up history so soon. */
const PROBE_DELAY = 100;
/** The controller's answer takes so long. */
const ANSWER_TIME = 200;
const WAIT_LIMIT = 60 * 60 * 1000;

/** Nodes that a clean-up is about. */
function nodesOf(context: Context): string[] {
  const wanted = context.tool.args.value('node');
  const nodes = context.ws.nodes.filter((node) => !node.isRemote && (wanted === undefined || node.name === wanted));
  return nodes.map((node) => node.name);
}

function primitives(context: Context): Resource[] {
  const { resource, ws, tool } = context;
  const tops = resource ? [tool.args.has('force') ? resource : resource.top] : ws.resources;
  const found = new Map<string, Resource>();
  for (const top of tops) for (const primitive of primitivesOf(top)) found.set(configuredId(primitive), primitive);
  return [...found.values()];
}

/** Without a running cluster nothing can be cleaned up: the tool tells what it would do. */
function dryRun(context: Context): number {
  const { tool } = context;
  for (const primitive of primitives(context))
    for (const node of nodesOf(context))
      tool.complain(`Dry run: skipping clean-up of ${primitive.id} on ${node} due to CIB_file\n`);
  return EX.ok;
}

/** `--cleanup`: forgets failures; `--refresh`: forgets the whole history. The cluster probes again. */
export async function cleanUp(context: Context, refresh: boolean): Promise<number> {
  const { tool } = context;
  if (!tool.isLive) return dryRun(context);
  const { process } = tool;
  if (!context.resource && refresh && tool.args.value('node') === undefined) return refreshAll(context);
  let requests = 0;
  process.transact((world) => {
    for (const primitive of primitives(context))
      for (const node of nodesOf(context)) {
        if (!refresh && !context.resource && !hasFailed(context, primitive, node)) continue;
        if (forget(world, process.machineName, node, configuredId(primitive), refresh, primitive, context)) requests++;
        if (context.resource || hasFailed(context, primitive, node))
          tool.print(`Cleaned up ${configuredId(primitive)} on ${node}\n`);
      }
    decide(world, process.machineName);
  });
  if (requests === 0 && !context.resource) {
    tool.print('Cleaned up all resources on all nodes\n');
    return EX.ok;
  }
  return answered(tool, Math.max(1, requests));
}

function hasFailed(context: Context, primitive: Resource, nodeName: string): boolean {
  const node = context.ws.nodeByName.get(nodeName);
  const failedEntry = context.ws.failedOperations.some(
    (each) =>
      each.node.name === nodeName &&
      (each.element.attributes.operation_key ?? '').startsWith(`${configuredId(primitive)}_`),
  );
  return failedEntry || (node !== undefined && failCount(context.ws, primitive, node).count > 0);
}

/** Forgets on one node. Gives whether there was anything to ask the controller for. */
function forget(
  world: World,
  machineName: string,
  nodeName: string,
  resource: string,
  refresh: boolean,
  primitive: Resource,
  context: Context,
): boolean {
  const dc = partitionDc(world, machineName);
  const target = partition(world, machineName).find((peer) => peer.pacemaker.nodeName === nodeName);
  if (dc) clearFailures(world, dc, nodeName, resource);
  if (!target) return false;
  const known = resource in target.pacemaker.executor.history;
  if (!known || (!refresh && !hasFailed(context, primitive, nodeName))) return false;
  forgetResource(world, target, resource);
  return true;
}

function decide(world: World, machineName: string): void {
  const dc = partitionDc(world, machineName);
  if (dc) requestDecision(world, dc, PROBE_DELAY, 'Resource clean up');
}

async function refreshAll(context: Context): Promise<number> {
  const { tool } = context;
  const { process } = tool;
  process.transact((world) => {
    for (const peer of partition(world, process.machineName))
      for (const resource of Object.keys(peer.pacemaker.executor.history)) {
        const dc = partitionDc(world, process.machineName);
        if (dc) clearFailures(world, dc, peer.pacemaker.nodeName, resource);
        forgetResource(world, peer, resource);
      }
    decide(world, process.machineName);
  });
  return answered(tool, 1);
}

async function answered(tool: Tool, replies: number): Promise<number> {
  tool.print(`Waiting for ${replies} ${replies === 1 ? 'reply' : 'replies'} from the controller\n`);
  await tool.process.sleep(ANSWER_TIME);
  tool.print(`${'... got reply\n'.repeat(replies - 1)}... got reply (done)\n`);
  return EX.ok;
}

/** Whether the DC has nothing to do and nothing runs anywhere. */
function isSettled(world: World, machineName: string): boolean {
  const dc = partitionDc(world, machineName);
  if (dc?.pacemaker.controller.state !== 'S_IDLE') return false;
  return partition(world, machineName).every((peer) => peer.pacemaker.executor.running.length === 0);
}

/** `--wait`: until the cluster has settled, or the timeout is over. */
export async function waitForCluster(tool: Tool): Promise<number> {
  const { process } = tool;
  const timeout = milliseconds(tool.args.value('timeout') ?? '') ?? WAIT_LIMIT;
  if (!hasPacemaker(process.machine)) {
    tool.error('Could not connect to the CIB: Transport endpoint is not connected');
    tool.complain('Error performing operation: Not connected\n');
    return EX.disconnected;
  }
  await process.sleep(PROBE_DELAY);
  const settled = await process.until((world) => (isSettled(world, process.machineName) ? true : undefined), timeout);
  if (settled) return EX.ok;
  tool.complain('Error performing operation: Timeout occurred\n');
  return EX.timeout;
}

/** `--restart`: stops it by its target role, waits, and takes that back. */
export async function restart(context: Context): Promise<number> {
  const { tool, resource, id } = context;
  if (!resource) return EX.usage;
  const { process } = tool;
  const owner = resource.originalXml;
  const set = `${id}-meta_attributes`;
  const pair = element('nvpair', { id: `${set}-target-role`, name: 'target-role', value: 'stopped' });
  const input = element(owner.name, { id }, [element('meta_attributes', { id: set }, [pair])]);
  tool.change({ kind: 'modify', section: 'resources', input, allowCreate: true });
  tool.print(`Set '${id}' option: id=${set}-target-role set=${set} name=target-role value=stopped\n`);
  tool.print(`Waiting for 1 resources to stop:\n * ${id}\n`);
  await process.sleep(PROBE_DELAY);
  await process.until((world) => (isSettled(world, process.machineName) ? true : undefined), WAIT_LIMIT);
  tool.change({ kind: 'delete', section: 'resources', input: element('nvpair', { id: `${set}-target-role` }) });
  tool.print(`Deleted '${id}' option: id=${set}-target-role name=target-role\n`);
  tool.print(`Waiting for 1 resources to start again:\n * ${id}\n`);
  await process.sleep(PROBE_DELAY);
  await process.until((world) => (isSettled(world, process.machineName) ? true : undefined), WAIT_LIMIT);
  return EX.ok;
}
