import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed, walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { waitForIdle } from '../cib/live';
import { clusterNodes } from '../cib/nodes';
import { valueIn } from '../cib/nvset';
import type { Pcs } from '../context';
import { runCrm } from '../crm';
import { CommandFailure } from '../failure';
import { error, quoteList, type Report, warning } from '../reports';
import { BadCall } from '../router';
import { isTrue } from '../text';
import { findResource, idOf, isClone, parentResource } from './find';
import { noteDevices } from './misplaced';

interface Words {
  resource: string;
  node: string | undefined;
  lifetime: string | undefined;
}

function parseWords(args: readonly string[], lifetimeAllowed: boolean, what: string): Words {
  const [resource, ...rest] = args;
  if (resource === undefined) throw new BadCall(`must specify a resource to ${what}`);
  const words: Words = { resource, node: undefined, lifetime: undefined };
  for (const word of rest) {
    if (lifetimeAllowed && word.startsWith('lifetime=')) {
      if (words.lifetime !== undefined) throw new BadCall();
      words.lifetime = word.slice('lifetime='.length);
    } else if (words.node === undefined) words.node = word;
    else throw new BadCall();
  }
  return words;
}

/** Checks the resource that is to be moved, banned or cleared. */
function checkResource(pcs: Pcs, cib: Element, id: string, verb: 'move' | 'ban' | 'clear'): Element {
  const resource = findResource(cib, id);
  if (!resource) {
    pcs.report(error(`bundle/clone/group/resource '${id}' does not exist`));
    pcs.stopOnErrors();
  }
  noteDevices(pcs, cib, [id], 'stonith device');
  return checkShape(pcs, cib, resource as Element, verb);
}

function checkShape(pcs: Pcs, cib: Element, resource: Element, verb: 'move' | 'ban' | 'clear'): Element {
  const id = idOf(resource);
  const reports: Report[] = [];
  const promotable = isPromotable(resource);
  const parent = parentResource(cib, resource);
  if (verb === 'move' && resource.name === 'bundle') reports.push(error('cannot move bundle resources'));
  if (pcs.options.has('--promoted') && !promotable) {
    const clone = parent && isClone(parent) && isPromotable(parent) ? parent : undefined;
    reports.push(
      error(
        clone
          ? `when specifying promoted you must use the promotable clone id (${idOf(clone)})`
          : 'when specifying promoted you must use the promotable clone id',
      ),
    );
  }
  if (verb === 'move' && promotable && !pcs.options.has('--promoted')) {
    reports.push(
      error(`to move promotable clone resources you must use --promoted and the promotable clone id (${id})`),
    );
  }
  if (verb === 'move' && isClone(resource) && !promotable) reports.push(error('cannot move cloned resources'));
  pcs.report(...reports);
  pcs.stopOnErrors();
  return resource;
}

function isPromotable(resource: Element): boolean {
  if (resource.name === 'master') return true;
  return isClone(resource) && isTrue(valueIn(childNamed(resource, 'meta_attributes'), 'promotable'));
}

/** Whether any operation history says that the resource runs somewhere. */
function runningSomewhere(cib: Element, resource: Element): boolean {
  const ids = new Set([...walk(resource)].filter((element) => element.name === 'primitive').map(idOf));
  for (const element of walk(childNamed(cib, 'status') ?? resource)) {
    if (element.name !== 'lrm_resource' || !ids.has((element.attributes.id ?? '').replace(/:\d+$/, ''))) continue;
    const done = (operation: string) =>
      element.children
        .filter((op) => op.attributes.operation === operation && op.attributes['rc-code'] === '0')
        .map((op) => Number(op.attributes['call-id'] ?? '0'));
    const started = Math.max(-1, ...done('start'), ...done('monitor'), ...done('promote'));
    const stopped = Math.max(-1, ...done('stop'));
    if (started > stopped) return true;
  }
  return false;
}

/** Runs crm_resource and words its failure as pcs does. */
async function crmResource(pcs: Pcs, argv: string[], what: string, resource: string): Promise<void> {
  const result = await runCrm(pcs, ['crm_resource', ...argv]);
  if (result.status === 0) return;
  const said = [result.stdout, result.stderr]
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n');
  pcs.report(error(`cannot ${what} resource '${resource}'\n${said}`));
  pcs.stopOnErrors();
}

/** `pcs resource move-with-constraint` and `ban`. */
export function constrain(verb: 'move' | 'ban') {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const { resource: id, node, lifetime } = parseWords(args, true, verb);
    const wait = pcs.options.wait();
    if (wait !== undefined && pcs.store.file !== null)
      throw new CommandFailure("Cannot use '-f' together with '--wait'");
    const cib = await pcs.cib();
    const resource = checkResource(pcs, cib, id, verb);
    if (node === undefined && !runningSomewhere(cib, resource)) {
      throw new CommandFailure('You must specify a node when moving/banning a stopped resource');
    }
    const argv = ['--resource', id, `--${verb}`];
    if (node !== undefined) argv.push('--node', node);
    if (pcs.options.has('--promoted')) argv.push('--promoted');
    if (lifetime !== undefined) argv.push('--lifetime', lifetime.startsWith('P') ? lifetime : `P${lifetime}`);
    await crmResource(pcs, argv, verb, id);
    if (verb === 'move') {
      pcs.report(
        warning(
          `A move constraint has been created and the resource '${id}' may or may not move depending on other configuration`,
        ),
      );
    } else reportBan(pcs, cib, await pcs.cib(), id);
    if (wait !== undefined) await waitForIdle(pcs, wait);
  };
}

function reportBan(pcs: Pcs, before: Element, after: Element, id: string): void {
  const old = new Set((findSection(before, 'constraints')?.children ?? []).map(idOf));
  const made = (findSection(after, 'constraints')?.children ?? []).find((constraint) => !old.has(idOf(constraint)));
  const constraint =
    made ??
    (findSection(after, 'constraints')?.children ?? []).find((each) => idOf(each).startsWith(`cli-ban-${id}-on-`));
  if (!constraint) return;
  const name = idOf(constraint);
  pcs.warn(
    `Creating location constraint '${name}' with a score of -INFINITY for resource ${id} on ${constraint.attributes.node ?? ''}.\n\tThis will prevent ${id} from running on ${constraint.attributes.node ?? ''} until the constraint is removed\n\tThis will be the case even if ${constraint.attributes.node ?? ''} is the last node in the cluster`,
  );
}

/** `pcs resource clear`. */
export async function clear(pcs: Pcs, args: string[]): Promise<void> {
  const { resource: id, node } = parseWords(args, false, 'clear');
  const wait = pcs.options.wait();
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  const before = await pcs.cib();
  checkResource(pcs, before, id, 'clear');
  const argv = ['--resource', id, '--clear'];
  if (node !== undefined) argv.push('--node', node);
  if (pcs.options.has('--promoted')) argv.push('--promoted');
  if (pcs.options.has('--expired')) argv.push('--expired');
  await crmResource(pcs, argv, 'clear', id);
  const kept = new Set((findSection(await pcs.cib(), 'constraints')?.children ?? []).map(idOf));
  for (const constraint of findSection(before, 'constraints')?.children ?? []) {
    if (!kept.has(idOf(constraint))) pcs.note(`Removing constraint: ${idOf(constraint)}`);
  }
  if (wait !== undefined) await waitForIdle(pcs, wait);
}

/** How often pcs looks whether a moved resource runs, in ms. */
const LOOK_MS = 500;

/** `pcs resource move`: moves by a constraint and removes it once the resource has moved. */
export async function move(pcs: Pcs, args: string[]): Promise<void> {
  const { resource: id, node } = parseWords(args, false, 'move');
  const wait = pcs.options.wait() ?? 0;
  const cib = await pcs.cib();
  const resource = checkResource(pcs, cib, id, 'move');
  if (node !== undefined && !clusterNodes(cib).some((each) => each.name === node)) {
    pcs.report(error(`Node '${node}' does not appear to exist in configuration`));
    pcs.stopOnErrors();
  }
  if (!runningSomewhere(cib, resource)) {
    pcs.report(error(`It is not possible to move resource '${id}' as it is not running at the moment`));
    pcs.stopOnErrors();
  }
  const argv = ['--resource', id, '--move'];
  if (node !== undefined) argv.push('--node', node);
  if (pcs.options.has('--promoted')) argv.push('--promoted');
  await crmResource(pcs, argv, 'move', id);
  const after = await pcs.cib();
  const old = new Set((findSection(cib, 'constraints')?.children ?? []).map(idOf));
  const made = (findSection(after, 'constraints')?.children ?? []).map(idOf).filter((name) => !old.has(name));
  pcs.note(`Location constraint to move resource '${id}' has been created`);
  await waitForIdle(pcs, wait);
  await pcs.sleep(LOOK_MS);
  const last = await pcs.cib();
  const constraints = findSection(last, 'constraints');
  if (constraints) constraints.children = constraints.children.filter((constraint) => !made.includes(idOf(constraint)));
  await pcs.push(last);
  pcs.note(`Location constraint created to move resource '${id}' has been removed`);
  await waitForIdle(pcs, wait);
  await tellWhere(pcs, id);
}

/** The last line of a move: where the resource runs now. */
async function tellWhere(pcs: Pcs, id: string): Promise<void> {
  const result = await runCrm(pcs, ['crm_resource', '--resource', id, '--locate']);
  const nodes = [...result.stdout.matchAll(/is running on: (\S+)/g)].map((match) => match[1] as string);
  if (nodes.length === 0) pcs.note(`Resource '${id}' is not running on any node`);
  else pcs.note(`Resource '${id}' is running on ${nodes.length === 1 ? 'node' : 'nodes'} ${quoteList(nodes)}`);
}
