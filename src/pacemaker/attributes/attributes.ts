import { schedule } from '../../kernel/events';
import type { World } from '../../world/world';
import { editLiveCib } from '../cib/edit';
import { ATTRIBUTE_MANAGER } from '../cib/live';
import { withTransientAttribute } from '../cib/status';
import { say } from '../journal';
import { type PacemakerMachine, partition } from '../peers';

declare module '../../kernel/events' {
  interface EventMap {
    /** A transient attribute changed in the CIB. */
    'pacemaker.attribute-changed': { machine: string; node: string; name: string; value: string | null };
  }
}

export interface AttributeOptions {
  /** Kept out of the CIB. */
  isPrivate?: boolean;
}

/**
 * Sets a node's transient attribute through the attribute manager of `machineName`: every manager of the partition
 * learns it, and it is written to the CIB. Null deletes it.
 */
export function setAttribute(
  world: World,
  machineName: string,
  nodeName: string,
  name: string,
  value: string | null,
  options: AttributeOptions = {},
): void {
  let changed = false;
  for (const member of partition(world, machineName)) {
    const table = member.pacemaker.attributes;
    const present = table[nodeName]?.[name];
    if ((present?.value ?? null) === value) continue;
    changed = true;
    say(
      world,
      member,
      'attrd',
      'notice',
      `Setting ${name}[${nodeName}]${present ? `: ${present.value}` : ': (unset)'} -> ${value ?? '(unset)'}`,
    );
    if (value === null) delete table[nodeName]?.[name];
    else {
      table[nodeName] ??= {};
      const node = table[nodeName];
      if (node) node[name] = { value, isPrivate: options.isPrivate === true };
    }
  }
  if (options.isPrivate === true || !changed) return;
  writeAttribute(world, machineName, nodeName, name, value);
}

function writeAttribute(world: World, machineName: string, nodeName: string, name: string, value: string | null): void {
  const nodeId = nodeIdOf(world, machineName, nodeName);
  if (nodeId === null) return;
  editLiveCib(
    world,
    machineName,
    (cib) => withTransientAttribute(cib, nodeId, nodeName, name, value),
    ATTRIBUTE_MANAGER,
  );
  schedule(world, 0, 'pacemaker.attribute-changed', { machine: machineName, node: nodeName, name, value });
}

/** The cluster's id of a node: of a running peer, else as the CIB has it. */
function nodeIdOf(world: World, machineName: string, nodeName: string): string | null {
  const peer = partition(world, machineName).find((member) => member.pacemaker.nodeName === nodeName);
  if (peer) return String(peer.pacemaker.nodeId);
  const cib = world.machines[machineName]?.pacemaker?.cib;
  const nodes = cib?.children[0]?.children.find((child) => child.name === 'nodes');
  return nodes?.children.find((node) => node.attributes.uname === nodeName)?.attributes.id ?? null;
}

/** Writes all public attributes of a node again: its `node_state` has been made anew. */
export function writeAllAttributes(world: World, machineName: string, nodeName: string): void {
  const machine = world.machines[machineName];
  const table = machine?.pacemaker?.attributes[nodeName];
  const nodeId = nodeIdOf(world, machineName, nodeName);
  if (!table || nodeId === null) return;
  const pairs = Object.entries(table).filter(([, attribute]) => !attribute.isPrivate);
  if (pairs.length === 0) return;
  const values = pairs.map(([name, attribute]) => [name, attribute.value] as const);
  editLiveCib(
    world,
    machineName,
    (cib) => values.reduce((tree, [name, value]) => withTransientAttribute(tree, nodeId, nodeName, name, value), cib),
    ATTRIBUTE_MANAGER,
  );
}

/** The managers of two nodes meet: each learns the other's attributes about itself. */
export function exchangeAttributes(first: PacemakerMachine, second: PacemakerMachine): void {
  copyOwn(first, second);
  copyOwn(second, first);
}

function copyOwn(from: PacemakerMachine, to: PacemakerMachine): void {
  const own = from.pacemaker.attributes[from.pacemaker.nodeName];
  if (!own) return;
  const copy: typeof own = {};
  for (const [name, attribute] of Object.entries(own)) copy[name] = { ...attribute };
  to.pacemaker.attributes[from.pacemaker.nodeName] = copy;
}

/** A manager forgets a node that left. */
export function forgetNode(world: World, machine: PacemakerMachine, nodeName: string): void {
  if (!(nodeName in machine.pacemaker.attributes)) return;
  say(world, machine, 'attrd', 'notice', `Node ${nodeName} state is now lost`);
  say(world, machine, 'attrd', 'notice', `Removing all ${nodeName} attributes for peer loss`);
  delete machine.pacemaker.attributes[nodeName];
}
