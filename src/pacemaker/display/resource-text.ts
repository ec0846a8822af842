import { rcText } from '../exit-status';
import { isActive } from '../scheduler/actions';
import { maskedProbeStatus } from '../scheduler/history-failure';
import type { Node } from '../scheduler/node';
import { primitivesOf, type Resource } from '../scheduler/resource';
import { parseRole, Role, roleName } from '../scheduler/role';
import type { WorkingSet } from '../scheduler/working-set';
import { agentName } from './agent-name';
import { briefLines } from './brief-text';
import { compareNames } from './natural-order';

/** How much of the resources is shown. */
export interface ResourceTextOptions {
  /** Stopped resources too (the default of crm_simulate; crm_mon -r). */
  inactive: boolean;
  /** Each clone instance on a line of its own (crm_mon -R). */
  cloneDetail?: boolean;
  /** Implicit resources of bundles (crm_mon -R). */
  bundleDetail?: boolean;
  /** What is active counted by agent and node (crm_mon -b). */
  brief?: boolean;
  /** Nodes that are looked at; what runs elsewhere is left out. */
  only?: (node: Node) => boolean;
  /** Resources that were asked for; those above and below them aren't. */
  named?: (resource: Resource) => boolean;
}

/** What a pending operation is shown as in place of the state. */
const PENDING: Record<string, string> = {
  start: 'Starting',
  stop: 'Stopping',
  migrate_to: 'Migrating',
  migrate_from: 'Migrating',
  promote: 'Promoting',
  demote: 'Demoting',
};

/** A clone or group without a target-role of its own has its first member's. */
const configuredRole = (resource: Resource): Role =>
  parseRole(resource.meta.get('target-role') ?? resource.children[0]?.meta.get('target-role'));

/** Told to be stopped, or (of a promotable clone) not to be promoted. */
export function isDisabled(resource: Resource): boolean {
  const target = parseRole(resource.meta.get('target-role'));
  return target === Role.Stopped || (target === Role.Unpromoted && resource.top.promotable);
}

/** What stands in brackets after a primitive's state. */
function flagsOf(resource: Resource, node: Node | null): string[] {
  const flags: string[] = [];
  if (node && !node.online && node.unclean) flags.push('UNCLEAN');
  if (node && node === resource.lockNode) flags.push('LOCKED');
  if (resource.pendingTask === 'monitor') flags.push('Monitoring');
  const target = configuredRole(resource);
  if (target === Role.Stopped) flags.push('disabled');
  else if (target === Role.Unpromoted && resource.top.promotable && resource.role > Role.Unpromoted) {
    flags.push('target-role:Unpromoted');
  }
  if (resource.blocked) flags.push('blocked');
  else if (!resource.managed) flags.push('unmanaged');
  if (resource.failureIgnored) flags.push('failure ignored');
  return flags;
}

/** Instances of anonymous clones have no number of their own. */
export function printedName(resource: Resource): string {
  return resource.unique ? resource.id : resource.id.replace(/:\d+$/, '');
}

/** One line for a primitive: name, agent, state, node and flags; `here`: in a list of what runs on one node, which isn't named. */
export function primitiveLine(
  ws: WorkingSet,
  resource: Resource,
  name = printedName(resource),
  at: Node | 'here' | null = null,
): string {
  const node =
    at === 'here'
      ? null
      : (at ??
        (resource.running.length === 1
          ? (resource.running[0] ?? null)
          : resource.running.length === 0
            ? (resource.pendingNode ?? resource.lockNode)
            : null));
  let text = `${name}\t(${agentName(resource)}):\t`;
  if (resource.orphan) text += ' ORPHANED';
  if (resource.failed && resource.role > Role.Unpromoted) text += ` FAILED ${roleName(resource.role)}`;
  else if (resource.failed) text += ' FAILED';
  else text += ` ${PENDING[resource.pendingTask ?? ''] ?? roleName(shownRole(resource))}`;
  const probe = resource.role === Role.Stopped ? maskedProbeStatus(ws, resource, node) : null;
  if (probe !== null) text += ` (${rcText(probe)}) `;
  if (node) text += ` ${node.name}`;
  const flags = flagsOf(resource, at === 'here' ? null : (node ?? resource.lockNode));
  if (flags.length > 0) text += ` (${flags.join(', ')})`;
  if (!node && at !== 'here' && resource.running.length > 1)
    text += ` [ ${resource.running.map((each) => each.name).join(' ')} ]`;
  return text;
}

/** Unpromoted is said of promotable clones' instances, and only of those; pending starts show what they lead to. */
export function shownRole(resource: Resource): Role {
  const { promotable } = resource.top;
  if (resource.role === Role.Unpromoted && !promotable) return Role.Started;
  if (resource.role === Role.Started && promotable) return Role.Unpromoted;
  return resource.role === Role.Unknown ? Role.Stopped : resource.role;
}

/** Lines of a resource with what it holds, each as depth and text. */
export function resourceLines(
  ws: WorkingSet,
  resource: Resource,
  options: ResourceTextOptions,
  depth = 0,
): [number, string][] {
  switch (resource.variant) {
    case 'primitive':
      return [[depth, primitiveLine(ws, resource)]];
    case 'group':
      return groupLines(ws, resource, options, depth);
    case 'clone':
      return cloneLines(ws, resource, options, depth);
    case 'bundle':
      return bundleLines(ws, resource, options, depth);
  }
}

function collectiveFlags(resource: Resource, extra: string[]): string {
  const flags = [...extra];
  if (!resource.managed) flags.push('unmanaged');
  if (isDisabled(resource)) flags.push('disabled');
  return flags.length > 0 ? ` (${flags.join(', ')})` : '';
}

/** Whether a part is shown where what holds it was not asked for itself. */
function isWanted(part: Resource, options: ResourceTextOptions): boolean {
  return !options.named || options.named(part) || part.children.some((child) => isWanted(child, options));
}

/** What holds parts was asked for itself: all of it is shown. */
function belowNamed(resource: Resource, options: ResourceTextOptions): ResourceTextOptions {
  return options.named?.(resource) ? { ...options, named: undefined } : options;
}

/** Active, but on none of the nodes that are looked at. */
export function runsElsewhere(resource: Resource, only: ((node: Node) => boolean) | undefined): boolean {
  if (!only) return false;
  const nodes = [...primitivesOf(resource)].flatMap((primitive) => primitive.running);
  return nodes.length > 0 && !nodes.some(only);
}

function groupLines(ws: WorkingSet, group: Resource, options: ResourceTextOptions, depth: number): [number, string][] {
  const number = group.instance === null ? '' : group.id.slice(group.id.lastIndexOf(':'));
  const name = group.instance === null ? group.id : group.id.slice(0, -number.length) + number;
  const inactive = options.inactive ? 0 : group.children.filter((child) => !isActive(child, true)).length;
  const note = inactive === 0 ? [] : [`${inactive} member${inactive === 1 ? '' : 's'} inactive`];
  const lines: [number, string][] = [[depth, `Resource Group: ${name}${collectiveFlags(group, note)}:`]];
  const below = belowNamed(group, options);
  if (options.brief) {
    for (const line of briefLines(group.children, { inactive: true })) lines.push([depth + 1, line]);
    return lines;
  }
  for (const child of group.children) {
    if (!options.inactive && !isActive(child, true)) continue;
    if (!isWanted(child, below) || runsElsewhere(child, options.only)) continue;
    lines.push(...resourceLines(ws, child, below, depth + 1));
  }
  return lines;
}

function anyBelow(resource: Resource, test: (primitive: Resource) => boolean): boolean {
  for (const primitive of primitivesOf(resource)) if (test(primitive)) return true;
  return false;
}

/** Where all of an instance is active; several entries when it is spread. */
function locations(instance: Resource): Node[] {
  const nodes: Node[] = [];
  for (const primitive of primitivesOf(instance))
    for (const node of primitive.running) if (!nodes.includes(node)) nodes.push(node);
  return nodes;
}

function stateOf(instance: Resource): Role {
  let role: Role = Role.Unknown;
  for (const primitive of primitivesOf(instance)) if (primitive.role > role) role = primitive.role;
  return role;
}

/** Instances with nothing peculiar are only listed by node; others get lines of their own. */
function cloneLines(ws: WorkingSet, clone: Resource, options: ResourceTextOptions, depth: number): [number, string][] {
  const first = clone.children[0];
  const childName = clone.clone?.childXml.attributes.id ?? first?.id ?? '';
  const flags: string[] = [];
  if (clone.promotable) flags.push('promotable');
  if (clone.unique) flags.push('unique');
  const lines: [number, string][] = [[depth, `Clone Set: ${clone.id} [${childName}]${collectiveFlags(clone, flags)}:`]];
  const promoted: Node[] = [];
  const started: Node[] = [];
  let activeInstances = 0;
  const below = belowNamed(clone, options);
  for (const child of clone.children) {
    if (!isWanted(child, below) || runsElsewhere(child, options.only)) continue;
    const partial = isActive(child, false);
    let full = options.cloneDetail ?? false;
    if (full) {
      // With details each instance has its line, active or not.
    } else if (clone.unique) {
      if (partial || !anyBelow(child, (each) => each.orphan)) full = true;
    } else if (child.pendingTask !== null) {
      // Something is still going on with it, be it up or down; of a group's members that isn't asked.
      full = true;
    } else if (!partial) {
      continue;
    } else if (anyBelow(child, (each) => each.orphan || !each.managed || each.failed)) {
      full = true;
    } else if (isActive(child, true)) {
      const [node, more] = locations(child);
      if (!node || more || (!node.online && node.unclean)) {
        full = true;
      } else {
        if (stateOf(child) > Role.Unpromoted) promoted.push(node);
        else started.push(node);
        activeInstances++;
      }
    } else {
      full = true;
    }
    // A stopped group says nothing, a stopped primitive says so.
    if (full && (options.inactive || partial || child.variant === 'primitive'))
      lines.push(...resourceLines(ws, child, below, depth + 1));
  }
  const list = (title: string, nodes: Node[]): void => {
    if (nodes.length === 0) return;
    nodes.sort((a, b) => compareNames(a.name, b.name));
    lines.push([depth + 1, `${title}: [ ${nodes.map((node) => node.name).join(' ')} ]`]);
  };
  list('Promoted', promoted);
  list(
    clone.promotable
      ? configuredRole(clone) === Role.Unpromoted
        ? 'Unpromoted (target-role)'
        : 'Unpromoted'
      : 'Started',
    started,
  );
  if (options.inactive && !options.cloneDetail && !clone.unique && (clone.clone?.max ?? 0) > activeInstances) {
    // Nodes that left don't count, though an unmanaged instance is taken to be there still.
    const active = new Set(clone.running);
    const byState = new Map<string, Node[]>();
    // An opt-in cluster allows nodes only when it decides: until then it is those that the clone is known to.
    const optIn = clone.allowed.every((candidate) => candidate === undefined);
    for (const node of ws.sortedNodes) {
      const listed = optIn ? clone.known.has(node) : clone.allowed[node.index] !== undefined;
      if (!listed || active.has(node) || (options.only && !options.only(node))) continue;
      let state = configuredRole(clone) === Role.Stopped ? 'Stopped (disabled)' : 'Stopped';
      const probe = maskedProbeStatus(ws, clone, node);
      if (probe !== null) state = `Stopped (${rcText(probe)})`;
      const nodes = byState.get(state);
      if (nodes) nodes.push(node);
      else byState.set(state, [node]);
    }
    for (const state of [...byState.keys()].sort()) list(state, byState.get(state) ?? []);
  }
  return lines;
}

/** An implied resource is found by its own name, an instance by its clone's too. */
function isReplicaPart(part: Resource, options: ResourceTextOptions): boolean {
  return isWanted(part, options) || (part.parent?.isClone === true && options.named?.(part.parent) === true);
}

function bundleLines(
  ws: WorkingSet,
  bundle: Resource,
  options: ResourceTextOptions,
  depth: number,
): [number, string][] {
  const data = bundle.bundle;
  if (!data) return [];
  const flags: string[] = [];
  if (bundle.unique) flags.push('unique');
  const several = data.replicas.length > 1;
  const header = `Container bundle${several ? ' set' : ''}: ${bundle.id} [${data.image}]${collectiveFlags(bundle, flags)}:`;
  const lines: [number, string][] = [[depth, header]];
  const below = belowNamed(bundle, options);
  for (const replica of data.replicas) {
    if (runsElsewhere(replica.container, options.only)) continue;
    if (options.bundleDetail || below.named) {
      const parts = [replica.ip, replica.child, replica.container, replica.remote].filter((part) => part !== null);
      const shown = parts.filter((part) => isReplicaPart(part, below));
      if (several && shown.length > 0) lines.push([depth + 1, `Replica[${replica.offset}]`]);
      for (const part of shown) lines.push(...resourceLines(ws, part, below, depth + 2));
      continue;
    }
    // A replica shows as its bundled instance, found where its container is.
    const shown = replica.child ?? replica.container;
    const node = replica.container.running[0] ?? null;
    let name = replica.remote ? replica.remote.id : replica.container.id;
    if (replica.ipAddress !== null) name += ` (${replica.ipAddress})`;
    lines.push([depth + 1, primitiveLine(ws, shown, name, node ?? 'here')]);
  }
  return lines;
}
