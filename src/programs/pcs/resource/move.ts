import { readFile, removeFileIfThere, writeFile } from '../../../machine/files';
import { formatXml } from '../../../pacemaker/cib/format';
import { parseXml } from '../../../pacemaker/cib/parse';
import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed, copyElement, walk } from '../../../pacemaker/cib/xml';
import { runScheduler } from '../../../pacemaker/scheduler';
import { simulate } from '../../../pacemaker/scheduler/simulate';
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
import { findResource, idOf, isClone, parentResource, primitivesOf } from './find';
import { noteDevices } from './misplaced';
import { waitAndReport } from './running';

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
      words.lifetime = word.slice('lifetime='.length) || undefined;
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
          ? `when specifying --promoted you must use the promotable clone id (${idOf(clone)})`
          : 'when specifying --promoted you must use the promotable clone id',
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
async function crmResource(pcs: Pcs, argv: string[], what: string, resource: string): Promise<string> {
  const result = await runCrm(pcs, ['crm_resource', ...argv]);
  if (result.status === 0) return result.stdout;
  const said = [result.stdout, result.stderr]
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n');
  throw new CommandFailure(`cannot ${what} resource '${resource}'\n${said}`);
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
    if (node !== undefined && !clusterNodes(cib).some((each) => each.name === node)) {
      pcs.report(error(`Node '${node}' does not appear to exist in configuration`));
      pcs.stopOnErrors();
    }
    const argv = ['--resource', id, `--${verb}`];
    if (node !== undefined) argv.push('--node', node);
    if (pcs.options.has('--promoted')) argv.push('--promoted');
    if (lifetime !== undefined) argv.push('--lifetime', /^\d/.test(lifetime) ? `P${lifetime}` : lifetime);
    const said = await crmResource(pcs, argv, verb, id);
    if (lifetime !== undefined) pcs.rawNote(/^Migration will take effect until:.*\n/m.exec(said)?.[0] ?? '');
    const away = verb === 'ban' || node === undefined;
    const banned = away ? reportBan(pcs, cib, await pcs.cib(), id) : undefined;
    if (!away && lifetime === undefined) {
      pcs.report(
        warning(
          `A move constraint has been created and the resource '${id}' may or may not move depending on other configuration`,
        ),
      );
    }
    if (wait === undefined) return;
    await waitAndReport(pcs, wait, [id], (nodes) => {
      if (!away) return nodes.includes(node);
      return nodes.length > 0 && (banned === undefined || !nodes.includes(banned));
    });
  };
}

/** Says what a new ban does; gives its node. */
function reportBan(pcs: Pcs, before: Element, after: Element, id: string): string | undefined {
  const old = new Set((findSection(before, 'constraints')?.children ?? []).map(idOf));
  const made = (findSection(after, 'constraints')?.children ?? []).find((constraint) => !old.has(idOf(constraint)));
  const constraint =
    made ??
    (findSection(after, 'constraints')?.children ?? []).find((each) => idOf(each).startsWith(`cli-ban-${id}-on-`));
  if (!constraint) return undefined;
  const name = idOf(constraint);
  const node = nodeOf(constraint);
  const doing = constraint.attributes.role === 'Promoted' ? 'being promoted' : 'running';
  pcs.warn(
    `Creating location constraint '${name}' with a score of -INFINITY for resource ${id} on ${node}.\n\tThis will prevent ${id} from ${doing} on ${node} until the constraint is removed\n\tThis will be the case even if ${node} is the last node in the cluster`,
  );
  return node;
}

/** The node that a constraint names itself, or in its rule where its life is limited. */
function nodeOf(constraint: Element): string {
  if (constraint.attributes.node !== undefined) return constraint.attributes.node;
  const expressions = [...walk(constraint)].filter((each) => each.attributes.attribute === '#uname');
  return expressions[0]?.attributes.value ?? '';
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
  if (wait !== undefined) await waitAndReport(pcs, wait, [id], null);
}

/** What crm_resource makes of a CIB. It works on a copy in a file: nothing is changed yet. */
async function crmResourceOn(pcs: Pcs, cib: Element, argv: string[], resource: string): Promise<Element> {
  const { process } = pcs;
  const path = `/tmp/pcs.${process.pid}.cib`;
  const time = process.world.epoch + process.world.now;
  process.transact((_world, machine) => writeFile(machine, path, formatXml(cib), { time, mode: 0o600 }));
  try {
    const env = { ...process.env, CIB_file: path };
    const { status, stdout, stderr } = await process.capture(['crm_resource', ...argv], { env });
    const said = [stdout, stderr].map((text) => text.trim()).filter((text) => text !== '');
    if (status !== 0) throw new CommandFailure(`cannot move resource '${resource}'\n${said.join('\n')}`);
    return parseXml(readFile(process.machine, path));
  } finally {
    process.transact((_world, machine) => removeFileIfThere(machine, path, time));
  }
}

/** What the scheduler would do of a CIB to a resource, and the CIB when all is done. */
function outcome(pcs: Pcs, cib: Element, resource: Element) {
  const { world } = pcs.process;
  const now = world.epoch + world.now;
  const { actions, graph } = runScheduler(cib, now);
  const own = new Set(primitivesOf(resource).map(idOf));
  const done = actions.filter((each) => each.resource && !each.optional && each.runnable && !each.pseudo);
  const busy = done.filter((each) => ['start', 'stop', 'promote', 'demote', 'migrate_to'].includes(each.task));
  const isOwn = (each: (typeof busy)[number]) => own.has(each.resource?.originalXml.attributes.id ?? '');
  return {
    moves: busy.some(isOwn),
    others: [...new Set(busy.filter((each) => !isOwn(each)).map((each) => each.resource?.root.id ?? ''))],
    after: simulate(cib, graph, now).cib,
  };
}

function withoutConstraints(cib: Element, ids: readonly string[]): Element {
  const copy = copyElement(cib);
  const constraints = findSection(copy, 'constraints');
  if (constraints) constraints.children = constraints.children.filter((each) => !ids.includes(idOf(each)));
  return copy;
}

/** How often pcs looks whether a moved resource runs, in ms. */
const LOOK_MS = 500;

/**
 * `pcs resource move`: moves by a constraint and removes it once the resource has moved. What would go back then isn't
 * moved at all, nor with `--strict` what others would feel.
 */
export async function move(pcs: Pcs, args: string[]): Promise<void> {
  if (pcs.options.has('--autodelete'))
    pcs.deprecated(
      "Option '--autodelete' is deprecated. There is no need to use it as its functionality is default now.",
    );
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
  const moving = await crmResourceOn(pcs, cib, argv, id);
  const old = new Set((findSection(cib, 'constraints')?.children ?? []).map(idOf));
  const made = (findSection(moving, 'constraints')?.children ?? []).map(idOf).filter((name) => !old.has(name));
  checkStays(pcs, id, resource, moving, made);
  await pcs.push(moving);
  pcs.note(`Location constraint to move resource '${id}' has been created`);
  await waitForIdle(pcs, wait);
  await pcs.sleep(LOOK_MS);
  await pcs.push(withoutConstraints(await pcs.cib(), made));
  pcs.note(`Location constraint created to move resource '${id}' has been removed`);
  await waitAndReport(pcs, wait, [id], null);
}

/** Ends the command where the resource wouldn't stay, or with `--strict` others would be touched. */
function checkStays(pcs: Pcs, id: string, resource: Element, moving: Element, made: readonly string[]): void {
  const first = outcome(pcs, moving, resource);
  const second = outcome(pcs, withoutConstraints(first.after, made), resource);
  if (second.moves)
    throw new CommandFailure(
      `Unable to ensure that moved resource '${id}' will stay on the same node after a constraint used for moving it is removed.`,
    );
  const others = [...new Set([...first.others, ...second.others])];
  if (!pcs.options.has('--strict') || others.length === 0) return;
  const which = others.length === 1 ? 'resource' : 'resources';
  throw new CommandFailure(`Moving resource '${id}' affects ${which}: ${quoteList(others)}`);
}
