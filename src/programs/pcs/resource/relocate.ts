import { formatXml } from '../../../pacemaker/cib/format';
import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed, copyElement } from '../../../pacemaker/cib/xml';
import { runScheduler } from '../../../pacemaker/scheduler';
import { textInput } from '../../../shell/view';
import type { Element } from '../../../world/xml';
import { IdMaker } from '../cib/ids';
import { waitForIdle } from '../cib/live';
import { newElement, removeElement, updateSet } from '../cib/nvset';
import { constraintsOf } from '../constraint/common';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { BadCall, command, type Router } from '../router';
import { findResource, idOf, primitivesOf, resourcesOf } from './find';

/** Constraints that relocation makes are called so. */
const PREFIX = 'pcs-relocate-';

interface Relocation {
  readonly id: string;
  readonly node: string;
}

/** The configuration without the stickiness that keeps these resources where they are. */
function withoutStickiness(cib: Element, resources: readonly Element[]): Element {
  const copy = copyElement(cib);
  for (const { attributes } of resources.flatMap((resource) => [resource, ...primitivesOf(resource)])) {
    const resource = findResource(copy, attributes.id ?? '');
    if (!resource) continue;
    updateSet(resource, 'meta_attributes', new Map([['resource-stickiness', '0']]), new IdMaker(copy));
  }
  return copy;
}

const MOVES: readonly string[] = ['start', 'migrate_from', 'promote'];

/** Where the resources would go if nothing kept them, of those that would go somewhere. */
function relocations(pcs: Pcs, cib: Element, resources: readonly Element[]): Relocation[] {
  const { world } = pcs.process;
  const { actions } = runScheduler(withoutStickiness(cib, resources), world.epoch + world.now);
  const wanted = new Set(resources.flatMap(primitivesOf).map(idOf));
  const found = new Map<string, string>();
  for (const { resource, task, node, optional, runnable, pseudo } of actions) {
    const id = resource?.originalXml.attributes.id ?? '';
    if (optional || !runnable || pseudo || !node || !MOVES.includes(task) || !wanted.has(id)) continue;
    found.set(id, node.name);
  }
  return [...wanted].flatMap((id) => {
    const node = found.get(id);
    return node === undefined ? [] : [{ id, node }];
  });
}

function chosen(cib: Element, ids: readonly string[]): Element[] {
  if (ids.length === 0) return resourcesOf(cib).children.filter((child) => findResource(cib, idOf(child)) === child);
  return ids.map((id) => {
    const resource = findResource(cib, id);
    if (!resource || resource.name === 'bundle') {
      throw new CommandFailure(`unable to find a resource/clone/group: ${id}`);
    }
    return resource;
  });
}

function removeConstraints(pcs: Pcs, cib: Element): void {
  const section = findSection(cib, 'constraints');
  for (const constraint of [...(section?.children ?? [])]) {
    if (!section || !idOf(constraint).startsWith(PREFIX)) continue;
    pcs.note(`Removing constraint ${idOf(constraint)}`);
    removeElement(section, constraint);
  }
}

/** Moves resources by constraints, which go again once the resources have moved. */
function relocate(dry: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const cib = await pcs.cib();
    const moves = relocations(pcs, cib, chosen(cib, args));
    if (moves.length === 0) return;
    for (const { id, node } of moves) {
      pcs.note(`Creating location constraint: ${id} prefers ${node}=INFINITY`);
      const attributes = { id: `${PREFIX}${id}`, rsc: id, node, score: 'INFINITY' };
      constraintsOf(cib).children.push(newElement('rsc_location', attributes));
    }
    if (!dry) await pcs.push(cib);
    pcs.note('');
    pcs.note('Waiting for resources to move...');
    if (!dry) await waitForIdle(pcs, 0);
    pcs.note('');
    const after = dry ? cib : await pcs.cib();
    removeConstraints(pcs, after);
    if (!dry) await pcs.push(after);
  };
}

async function show(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  if (!childNamed(cib, 'configuration')) return;
  await pcs.flush();
  const input = textInput(pcs.process, formatXml(withoutStickiness(cib, chosen(cib, []))));
  const { stdout } = await pcs.process.capture(['crm_simulate', '--simulate', '--xml-pipe'], { stdin: input });
  const [told = ''] = stdout.split('\nExecuting Cluster Transition:');
  pcs.print(told.trimEnd());
}

async function clear(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  removeConstraints(pcs, cib);
  await pcs.push(cib);
}

/** `pcs resource relocate`. */
export const relocateCommands: Router = {
  commands: {
    show: command('', show),
    'dry-run': command('-f', relocate(true)),
    run: command('', relocate(false)),
    clear: command('-f', clear),
  },
};
