import { schedule } from '../../kernel/events';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { sendAlert } from '../alerts/send';
import { editLiveCib } from '../cib/edit';
import { ATTRIBUTE_MANAGER, liveCib } from '../cib/live';
import { sanitizeId, withNodeState, withNodeStateChild, withTransientAttribute } from '../cib/status';
import { byId } from '../cib/xml';
import { say } from '../journal';
import { type PacemakerMachine, partition, partitionDc } from '../peers';

declare module '../../kernel/events' {
  interface EventMap {
    /** A transient attribute changed in the CIB. */
    'pacemaker.attribute-changed': { machine: string; name: string; by: string };
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
  const changed = learnAttribute(world, machineName, nodeName, name, value, options);
  if (options.isPrivate === true || !changed) return;
  writeAttribute(world, machineName, nodeName, name, value);
}

/** Every manager of the partition learns a value; it isn't written to the CIB. Gives whether it was news. */
export function learnAttribute(
  world: World,
  machineName: string,
  nodeName: string,
  name: string,
  value: string | null,
  options: AttributeOptions = {},
): boolean {
  let changed = false;
  for (const member of partition(world, machineName)) {
    const table = member.pacemaker.attributes;
    const present = table[nodeName]?.[name];
    if ((present?.value ?? null) === value) continue;
    changed = true;
    const before = present?.value ?? '(unset)';
    say(world, member, 'attrd', 'notice', `Setting ${name}[${nodeName}]: ${before} -> ${value ?? '(unset)'}`);
    if (value === null) delete table[nodeName]?.[name];
    else {
      table[nodeName] ??= {};
      const node = table[nodeName];
      if (node) node[name] = { value, isPrivate: options.isPrivate === true };
    }
  }
  return changed;
}

function writeAttribute(world: World, machineName: string, nodeName: string, name: string, value: string | null): void {
  const nodeId = nodeIdOf(world, machineName, nodeName);
  if (nodeId === null) return;
  const machine = world.machines[machineName];
  const before = machine ? liveCib(machine) : null;
  editLiveCib(
    world,
    machineName,
    (cib) => withTransientAttribute(cib, nodeId, nodeName, name, value),
    ATTRIBUTE_MANAGER,
  );
  const by = describeChange(before, nodeId, name, value);
  schedule(world, 0, 'pacemaker.attribute-changed', { machine: machineName, name, by });
  const facts = { node: nodeName, nodeid: nodeId, attribute_name: name, attribute_value: value ?? '' };
  // Whoever writes it tells; the designated controller's node stands for the elected writer.
  const writer = partitionDc(world, machineName);
  if (writer) sendAlert(world, writer, 'attribute', facts);
}

/** What the journal says of a transition that a change of an attribute aborts. */
function describeChange(before: Element | null, nodeId: string, name: string, value: string | null): string {
  const id = `status-${nodeId}-${sanitizeId(name)}`;
  if (value === null) return `deletion of nvpair[@id='${id}']`;
  const known = before !== null && byId(before, id) !== undefined;
  return `${id} doing ${known ? 'modify' : 'create'} ${name}=${value}`;
}

/** The cluster's id of a node: of a running peer, else as the CIB has it. */
function nodeIdOf(world: World, machineName: string, nodeName: string): string | null {
  const peer = partition(world, machineName).find((member) => member.pacemaker.nodeName === nodeName);
  if (peer) return String(peer.pacemaker.nodeId);
  const cib = world.machines[machineName]?.pacemaker?.cib;
  const nodes = cib?.children[0]?.children.find((child) => child.name === 'nodes');
  return nodes?.children.find((node) => node.attributes.uname === nodeName)?.attributes.id ?? null;
}

/** Writes all public attributes of nodes, in place of what the CIB has for them. */
export function writeAllAttributes(world: World, machineName: string, nodeNames: readonly string[]): void {
  const table = world.machines[machineName]?.pacemaker?.attributes ?? {};
  const nodes = nodeNames.flatMap((name) => {
    const id = nodeIdOf(world, machineName, name);
    const pairs = Object.entries(table[name] ?? {}).filter(([, attribute]) => !attribute.isPrivate);
    const values = pairs.map(([attribute, { value }]) => [attribute, value] as const);
    return id === null ? [] : [{ name, id, values }];
  });
  if (nodes.length === 0) return;
  editLiveCib(
    world,
    machineName,
    (cib) => nodes.reduce((tree, node) => withAttributesOf(tree, node), cib),
    ATTRIBUTE_MANAGER,
  );
}

interface NodeAttributes {
  name: string;
  id: string;
  values: readonly (readonly [string, string])[];
}

function withAttributesOf(cib: Element, { name, id, values }: NodeAttributes): Element {
  const present = withNodeStateChild(withNodeState(cib, id, name, {}), name, 'transient_attributes', null);
  return values.reduce((tree, [attribute, value]) => withTransientAttribute(tree, id, name, attribute, value), present);
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
