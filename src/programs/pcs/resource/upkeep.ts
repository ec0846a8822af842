import { childNamed, walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import type { Pcs } from '../context';
import { runCrm } from '../crm';
import { CommandFailure } from '../failure';
import { compareText } from '../reports';
import { BadCall } from '../router';
import { crmMonFailure } from '../status/status';
import { parseOptions } from '../text';
import { findResource, idOf, innerResources } from './find';

/** What a cleanup, refresh or listing of failures is restricted to. */
interface Filter {
  readonly resource: string | undefined;
  readonly node: string | undefined;
  readonly operation: string | undefined;
  readonly interval: string | undefined;
}

function parseFilter(args: readonly string[], known: readonly string[]): Filter {
  const [first] = args;
  const resource = first !== undefined && !first.includes('=') ? first : undefined;
  const options = parseOptions(resource === undefined ? args : args.slice(1));
  const unknown = [...options.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new BadCall(`Unknown option '${unknown}'`);
  return {
    resource,
    node: options.get('node'),
    operation: options.get('operation'),
    interval: options.get('interval'),
  };
}

/** Both streams of a tool on one, as pcs shows them. */
function output(result: { stdout: string; stderr: string }): string[] {
  return [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== '');
}

/** `pcs resource cleanup`: forgets failures. */
export async function cleanup(pcs: Pcs, args: string[]): Promise<void> {
  const { resource, node, operation, interval } = parseFilter(args, ['node', 'operation', 'interval']);
  const argv = ['crm_resource', '--cleanup'];
  if (resource !== undefined) argv.push('--resource', resource);
  if (node !== undefined) argv.push('--node', node);
  if (operation !== undefined) argv.push('--operation', operation);
  if (interval !== undefined) argv.push('--interval', interval);
  if (pcs.options.has('--strict')) argv.push('--force');
  const result = await runCrm(pcs, argv);
  const lines = output(result).join('\n');
  if (result.status !== 0) {
    const what = resource === undefined ? 'resources' : `resource: ${resource}`;
    throw new CommandFailure(`Unable to forget failed operations of ${what}\n${lines}`);
  }
  if (lines !== '') pcs.note(lines);
}

/** `pcs resource refresh`: forgets the whole history. */
export async function refresh(pcs: Pcs, args: string[]): Promise<void> {
  const { resource, node } = parseFilter(args, ['node']);
  if (resource === undefined && node === undefined) {
    const mon = await runCrm(pcs, ['crm_mon', '--one-shot']);
    if (mon.status !== 0) throw crmMonFailure(mon.stderr, ['Not connected']);
  }
  const argv = ['crm_resource', '--refresh'];
  if (resource !== undefined) argv.push('--resource', resource);
  if (node !== undefined) argv.push('--node', node);
  if (pcs.options.has('--strict')) argv.push('--force');
  const result = await runCrm(pcs, argv);
  const lines = output(result).join('\n');
  if (result.status !== 0) {
    const what = resource === undefined ? 'resources' : `resource: ${resource}`;
    throw new CommandFailure(`Unable to delete history of ${what}\n${lines}`);
  }
  if (lines !== '') pcs.note(lines);
}

interface Failures {
  readonly resource: string;
  readonly node: string;
  readonly operation: string;
  readonly intervalMs: string;
  readonly count: string;
}

/** Fail counts that the nodes' transient attributes hold. */
function failuresIn(cib: Element): Failures[] {
  const found: Failures[] = [];
  for (const state of childNamed(cib, 'status')?.children ?? []) {
    for (const pair of walk(state)) {
      const match = /^fail-count-(.+?)(?::\d+)?#(.+)_(\d+)$/.exec(pair.attributes.name ?? '');
      if (pair.name !== 'nvpair' || !match) continue;
      const [, resource = '', operation = '', intervalMs = ''] = match;
      found.push({
        resource,
        operation,
        intervalMs,
        node: state.attributes.uname ?? '',
        count: pair.attributes.value ?? '0',
      });
    }
  }
  return found;
}

function sum(counts: readonly string[]): string {
  if (counts.some((count) => count.includes('INFINITY'))) return 'INFINITY';
  return String(counts.reduce((total, count) => total + Number(count), 0));
}

function filterText({ resource, node, operation, interval }: Filter, id: string | undefined = resource): string {
  const parts: string[] = [];
  if (operation !== undefined) parts.push(`for operation '${operation}'`);
  if (interval !== undefined) parts.push(`with interval '${interval}'`);
  if (id !== undefined) parts.push(`${operation === undefined ? 'for' : 'of'} resource '${id}'`);
  if (node !== undefined) parts.push(`on node '${node}'`);
  return parts.map((part) => ` ${part}`).join('');
}

/** `pcs resource failcount show`. */
export async function failcount(pcs: Pcs, args: string[]): Promise<void> {
  const filter = parseFilter(args, ['node', 'operation', 'interval']);
  const { resource, node, operation, interval } = filter;
  if (interval !== undefined && operation === undefined) {
    throw new CommandFailure("If option 'interval' is specified, option 'operation' must be specified as well");
  }
  const intervalMs = interval === undefined ? undefined : String(Number.parseInt(interval, 10) * 1000);
  const fits = (failures: Failures) =>
    (resource === undefined || failures.resource === resource) &&
    (node === undefined || failures.node === node) &&
    (operation === undefined || failures.operation === operation) &&
    (intervalMs === undefined || failures.intervalMs === intervalMs);
  const found = failuresIn(await pcs.cib()).filter(fits);
  if (found.length === 0) pcs.print(`No failcounts${filterText(filter)}`);
  const sorted = (ids: readonly string[]) => [...new Set(ids)].sort(compareText);
  for (const id of sorted(found.map((failures) => failures.resource))) {
    const own = found.filter((failures) => failures.resource === id);
    pcs.print(`Failcounts${filterText(filter, id)}`);
    for (const name of sorted(own.map((failures) => failures.node))) {
      printNode(
        pcs,
        name,
        own.filter((failures) => failures.node === name),
      );
    }
  }
}

function printNode(pcs: Pcs, name: string, failures: readonly Failures[]): void {
  if (!pcs.options.has('--full')) {
    pcs.print(`  ${name}: ${sum(failures.map(({ count }) => count))}`);
    return;
  }
  pcs.print(`  ${name}:`);
  const lines = failures.map(({ operation, intervalMs, count }) => `    ${operation} ${intervalMs}ms: ${count}`);
  for (const line of lines.sort(compareText)) pcs.print(line);
}

/** `pcs resource restart`. */
export async function restart(pcs: Pcs, args: string[]): Promise<void> {
  const [id, node, ...more] = args;
  if (id === undefined) throw new CommandFailure('You must specify a resource to restart');
  const cib = await pcs.cib();
  if (more.length > 0) throw new BadCall();
  const argv = ['crm_resource', '--restart', '--resource', id];
  const resource = findResource(cib, id);
  if (node !== undefined) {
    if (resource && resource.name !== 'clone' && resource.name !== 'master' && resource.name !== 'bundle') {
      throw new CommandFailure('can only restart on a specific node for a clone or bundle');
    }
    argv.push('--node', node);
  }
  const wait = pcs.options.wait();
  if (wait !== undefined && wait > 0) argv.push(`--timeout=${wait}`);
  const result = await runCrm(pcs, argv);
  if (result.status !== 0) throw new CommandFailure(`${result.stderr}${result.stdout}`);
  pcs.note(`${id} successfully restarted`);
}

const DEBUG: Readonly<Record<string, string>> = {
  'debug-start': '--force-start',
  'debug-stop': '--force-stop',
  'debug-promote': '--force-promote',
  'debug-demote': '--force-demote',
  'debug-monitor': '--force-check',
};

/** `pcs resource debug-start` and its kin: an agent's action without the cluster. */
export function debug(verb: string) {
  return async (pcs: Pcs, args: string[]): Promise<number> => {
    const [id, ...more] = args;
    if (id === undefined) throw new CommandFailure(`You must specify a resource to ${verb}`);
    if (more.length > 0) throw new BadCall();
    const cib = await pcs.cib();
    const resource = findResource(cib, id);
    if (!resource) throw new CommandFailure(`unable to find a resource/clone/group/bundle: ${id}`);
    if (resource.name === 'group') {
      const members = innerResources(resource).map(idOf).join(',');
      throw new CommandFailure(`unable to ${verb} a group, try one of the group's resource(s) (${members})`);
    }
    if (resource.name !== 'primitive') {
      const [inner] = innerResources(resource);
      const kind = resource.name === 'bundle' ? 'bundle' : 'clone';
      throw new CommandFailure(
        `unable to ${verb} a ${kind}, try the ${kind}'s resource: ${inner === undefined ? '' : idOf(inner)}`,
      );
    }
    const argv = ['crm_resource', '-r', id, DEBUG[verb] ?? ''];
    if (pcs.options.has('--full')) argv.push('-V');
    if (pcs.options.force) argv.push('--force');
    const result = await runCrm(pcs, argv);
    for (const text of output(result)) pcs.print(text);
    return result.status;
  };
}
