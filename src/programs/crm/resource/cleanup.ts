import { clearFailures, deleteHistory } from '../../../pacemaker/controller/action';
import { milliseconds } from '../../../pacemaker/controller/options';
import { hashValues } from '../../../pacemaker/hash-order';
import { partition, partitionDc } from '../../../pacemaker/peers';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import { EX, type Tool } from '../tool';
import { checkLines } from './check';
import { type Context, configuredId } from './context';

/** From a request to the controller's answer. */
const ANSWER_TIME = 40;

function primitives(context: Context): Resource[] {
  const { resource, ws, tool } = context;
  const tops = resource ? [tool.args.has('force') ? resource : resource.top] : ws.resources;
  const found = new Map<string, Resource>();
  for (const top of tops) for (const primitive of primitivesOf(top)) found.set(configuredId(primitive), primitive);
  return [...found.values()];
}

/** Nodes on which a resource is cleaned up: the named one, else those that know it, else all. */
function nodesOf(context: Context, primitive: Resource): string[] {
  const wanted = context.tool.args.value('node');
  if (wanted !== undefined) return context.ws.nodeByName.has(wanted) ? [wanted] : [];
  const known = context.ws.nodes.filter((node) => primitive.known.has(node));
  const nodes = known.length > 0 ? hashValues(known, (node) => node.id) : context.ws.nodes;
  return nodes.filter((node) => !node.isRemote).map((node) => node.name);
}

/** Without a running cluster nothing can be cleaned up: the tool tells what it would do. */
function dryRun(context: Context): number {
  const { tool, ws } = context;
  const wanted = tool.args.value('node');
  const nodes = ws.nodes.filter((node) => !node.isRemote && (wanted === undefined || node.name === wanted));
  for (const primitive of primitives(context))
    for (const node of nodes)
      tool.complain(`Dry run: skipping clean-up of ${primitive.id} on ${node.name} due to CIB_file\n`);
  return EX.ok;
}

/** What the failures that are to be forgotten are restricted to. */
function isMeant(context: Context, operationKey: string, resource: string): boolean {
  const operation = context.tool.args.value('operation');
  const interval = context.tool.args.value('interval');
  if (operation === undefined) return operationKey.startsWith(`${resource}_`);
  return operationKey === `${resource}_${operation}_${interval === undefined ? 0 : (milliseconds(interval) ?? 0)}`;
}

function hasFailed(context: Context, resource: string, nodeName: string): boolean {
  return context.ws.failedOperations.some(
    ({ node, element }) => node.name === nodeName && isMeant(context, element.attributes.operation_key ?? '', resource),
  );
}

/** Replies that are still waited for, and what is done while they come. */
class Requests {
  #open = 0;
  constructor(readonly tool: Tool) {}

  add(): void {
    this.#open++;
  }

  /** A reply to an earlier request comes in before the next is made. */
  async meanwhile(): Promise<void> {
    await this.tool.process.sleep(ANSWER_TIME);
    if (this.#open === 0) return;
    this.#open--;
    this.tool.print('... got reply\n');
  }

  async finish(): Promise<void> {
    const open = this.#open;
    if (open === 0) return;
    this.tool.print(`Waiting for ${open} ${open === 1 ? 'reply' : 'replies'} from the controller\n`);
    await this.tool.process.sleep(ANSWER_TIME * open);
    this.tool.print(`${'... got reply\n'.repeat(open - 1)}... got reply (done)\n`);
  }
}

/** `--cleanup`: forgets failures; `--refresh`: forgets the whole history. The cluster probes again. */
export async function cleanUp(context: Context, refresh: boolean): Promise<number> {
  const { tool } = context;
  if (!tool.isLive) return dryRun(context);
  if (context.resource) await cleanUpResource(context, refresh);
  else if (refresh) await refreshAll(context);
  else await cleanUpAll(context);
  return EX.ok;
}

async function cleanUpResource(context: Context, refresh: boolean): Promise<void> {
  const { tool } = context;
  const requests = new Requests(tool);
  let first = true;
  for (const primitive of primitives(context)) {
    const id = configuredId(primitive);
    for (const node of nodesOf(context, primitive)) {
      if (!first) await requests.meanwhile();
      first = false;
      if (forget(context, node, id, refresh || hasFailed(context, id, node))) requests.add();
      tool.print(`Cleaned up ${id} on ${node}\n`);
    }
  }
  for (const line of checkLines(context.resource as Resource, context.id)) tool.print(`${line}\n`);
  await requests.finish();
}

/** Only what has failed somewhere; nothing is said of the single resources. */
async function cleanUpAll(context: Context): Promise<void> {
  const { tool } = context;
  const requests = new Requests(tool);
  const wanted = tool.args.value('node');
  for (const primitive of primitives(context)) {
    const id = configuredId(primitive);
    for (const node of context.ws.nodes) {
      if (node.isRemote || (wanted !== undefined && node.name !== wanted)) continue;
      if (forget(context, node.name, id, hasFailed(context, id, node.name))) requests.add();
    }
  }
  tool.print(`Cleaned up all resources on ${wanted ?? 'all nodes'}\n`);
  await requests.finish();
}

/** Clears fail counts, and with `history` the history on a node. Gives whether a controller was asked for that. */
function forget(context: Context, nodeName: string, resource: string, history: boolean): boolean {
  const { process, args } = context.tool;
  const operation = args.value('operation');
  const restriction: Record<string, string> = {};
  if (operation !== undefined) restriction.CRM_meta_operation = operation;
  const interval = args.value('interval');
  if (interval !== undefined) restriction.CRM_meta_interval = String(milliseconds(interval) ?? 0);
  return process.transact((world) => {
    const dc = partitionDc(world, process.machineName);
    if (dc) clearFailures(world, dc, nodeName, resource, restriction);
    const target = partition(world, process.machineName).find((peer) => peer.pacemaker.nodeName === nodeName);
    if (!history || !target) return false;
    deleteHistory(world, target, resource);
    return true;
  });
}

/** All controllers (or the named node's) forget all histories, on one request. */
async function refreshAll(context: Context): Promise<void> {
  const { tool } = context;
  const { process, args } = tool;
  const wanted = args.value('node');
  process.transact((world) => {
    const dc = partitionDc(world, process.machineName);
    for (const peer of partition(world, process.machineName)) {
      const { nodeName, executor } = peer.pacemaker;
      if (wanted !== undefined && wanted !== nodeName) continue;
      for (const resource of Object.keys(executor.history)) {
        if (dc) clearFailures(world, dc, nodeName, resource);
        deleteHistory(world, peer, resource);
      }
    }
  });
  const requests = new Requests(tool);
  requests.add();
  await requests.finish();
}
