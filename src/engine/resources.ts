import { agentName } from '../pacemaker/display/agent-name';
import type { Node } from '../pacemaker/scheduler/node';
import { primitivesOf, type Resource } from '../pacemaker/scheduler/resource';
import { parametersOf } from '../pacemaker/scheduler/resource-meta';
import { parseRole, Role } from '../pacemaker/scheduler/role';
import { unpack } from '../pacemaker/scheduler/unpack';
import type { WorkingSet } from '../pacemaker/scheduler/working-set';
import type { World } from '../world/world';
import type { Element } from '../world/xml';
import type { ClusterHold, IdleState, MachineView, PlaceState, ResourceView } from './view';

/** A resource as one partition's CIB has it, by node names. */
interface Believed extends Omit<ResourceView, 'places' | 'idle'> {
  readonly places: readonly {
    readonly node: string;
    /** Of a remote or guest node: the member that it is reached from. */
    readonly host: string | null;
    readonly state: PlaceState;
    readonly managed: boolean;
  }[];
  readonly idle: IdleState;
}

interface Belief {
  readonly resources: readonly Believed[];
  readonly hold: ClusterHold;
}

/** A CIB is never changed in place: what was read from it once stays true. */
const beliefs = new WeakMap<Element, Belief>();

function believe(cib: Element, now: number): Belief {
  const known = beliefs.get(cib);
  if (known) return known;
  const ws = unpack(cib, now);
  const belief = { resources: ws.resources.flatMap((top) => believedOf(ws, top)), hold: holdOf(ws) };
  beliefs.set(cib, belief);
  return belief;
}

function holdOf(ws: WorkingSet): ClusterHold {
  const { maintenanceMode, stonithEnabled, haveWatchdog, stopAllResources, quorumPolicy } = ws.options;
  if (maintenanceMode) return 'maintenance';
  if (ws.resources.length === 0) return null;
  if (stonithEnabled && !haveWatchdog && !ws.haveFenceDevice) return 'no-fencing';
  if (!ws.quorate && quorumPolicy !== 'ignore') return 'no-quorum';
  return stopAllResources ? 'stop-all' : null;
}

/** A resource and, of a group, its members. */
function believedOf(ws: WorkingSet, top: Resource): Believed[] {
  if (top.meta.get('internal_rsc') === 'true') return [];
  if (top.orphan && top.running.length === 0) return [];
  if (top.variant !== 'group') return [believedOne(ws, top, null)];
  return [believedOne(ws, top, null), ...top.children.map((member) => believedOne(ws, member, top.id))];
}

function believedOne(ws: WorkingSet, resource: Resource, parent: string | null): Believed {
  const primitives = [...primitivesOf(resource)];
  const [first] = primitives;
  const single = resource.variant === 'primitive' ? resource : resource.variant === 'clone' ? first : undefined;
  const nodes: Node[] = [];
  for (const each of primitives) for (const node of each.running) if (!nodes.includes(node)) nodes.push(node);
  const failed = ws.failedOperations.some(({ element }) => {
    const name = (element.attributes.operation_key ?? '').replace(/_[a-z_]+_\d+$/, '');
    return primitives.some(({ historyName }) => plain(historyName) === plain(name));
  });
  return {
    id: resource.id,
    kind: resource.variant,
    parent,
    agent: single && !(resource.variant === 'clone' && resource.clone?.ofGroup) ? agentName(single) : null,
    address: single ? (parametersOf(ws, single, null).get('ip') ?? null) : null,
    isFenceDevice: first?.isFenceDevice ?? false,
    promotable: resource.promotable,
    parts: partsOf(resource),
    places: nodes.map((node) => {
      const active = primitives.filter(({ running }) => running.includes(node));
      return {
        node: node.name,
        host: hostOf(node),
        state: worst(active.map((each) => stateOn(each, node))),
        managed: active.every(isManaged),
      };
    }),
    idle: idleState(primitives, failed),
  };
}

function hostOf(node: Node): string | null {
  if (!node.isRemote) return null;
  const host = node.connection?.container?.running[0] ?? node.connection?.running[0];
  return host && host !== node ? (hostOf(host) ?? host.name) : '';
}

const plain = (id: string): string => id.replace(/:\d+$/, '');
const isManaged = ({ managed }: Resource): boolean => managed;

function partsOf(resource: Resource): string[] {
  const below = resource.variant === 'clone' ? (resource.children[0]?.children ?? []) : resource.children;
  return resource.variant === 'primitive' ? [] : below.map(({ id }) => plain(id));
}

function idleState(primitives: readonly Resource[], failed: boolean): IdleState {
  if (primitives.some(({ blocked }) => blocked)) return 'blocked';
  if (primitives.every(({ meta }) => parseRole(meta.get('target-role')) === Role.Stopped)) return 'disabled';
  return failed ? 'failed' : 'stopped';
}

function stateOn(resource: Resource, node: Node): PlaceState {
  if (resource.blocked) return 'blocked';
  if (resource.failed) return 'failed';
  if (resource.pendingTask === 'start' || resource.pendingTask === 'promote' || resource.pendingTask === 'migrate_from')
    return 'starting';
  if (resource.pendingTask === 'stop' || resource.pendingTask === 'demote' || resource.pendingTask === 'migrate_to')
    return 'stopping';
  if (!node.online && node.unclean) return 'lost';
  if (resource.role === Role.Promoted) return 'promoted';
  return resource.top.promotable ? 'unpromoted' : 'started';
}

/** Of several parts on one node the one that needs looking at, else the highest role. */
const SEVERITY: readonly PlaceState[] = [
  'blocked',
  'failed',
  'lost',
  'stopping',
  'starting',
  'promoted',
  'unpromoted',
  'started',
];

function worst(states: readonly PlaceState[]): PlaceState {
  return SEVERITY.find((state) => states.includes(state)) ?? 'started';
}

/** One partition, and the machine whose CIB speaks for it. */
interface Partition {
  readonly members: readonly MachineView[];
  readonly cib: Element;
  readonly quorate: boolean;
}

/** Machines by what they themselves take for their membership; quorate and large partitions first. */
function partitionsOf(world: World, machines: Readonly<Record<string, MachineView>>): Partition[] {
  const byRing = new Map<string, MachineView[]>();
  for (const machine of Object.values(machines)) {
    if (!machine.cluster) continue;
    const key = `${machine.cluster.ringId}|${machine.cluster.members.join(',')}`;
    byRing.set(key, [...(byRing.get(key) ?? []), machine]);
  }
  const found: Partition[] = [];
  for (const members of byRing.values()) {
    const cibOf = ({ name }: MachineView) => world.machines[name]?.pacemaker?.cib ?? null;
    const dc = members.find(({ cluster }) => cluster?.dc === cluster?.nodeName);
    const speaker = [dc, ...members].find((machine) => machine && cibOf(machine));
    const cib = speaker && cibOf(speaker);
    if (cib) found.push({ members, cib, quorate: speaker.cluster?.quorate ?? false });
  }
  return found.sort((a, b) => Number(b.quorate) - Number(a.quorate) || b.members.length - a.members.length);
}

/** Where the decision under way is about to start what isn't active now: between stop and start a resource is on its way. */
function comingTo(world: World, members: readonly MachineView[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name } of members) {
    const transition = world.machines[name]?.pacemaker?.controller.transition;
    if (!transition || transition.aborted) continue;
    for (const { actions } of transition.synapses) {
      for (const { operation, state, primitive, node } of actions)
        if (operation === 'start' && state !== 'failed' && primitive && node !== null) found.set(primitive.id, node);
    }
  }
  return found;
}

/** The CIB that speaks for the cluster as a whole: of the partition with quorum, else of the largest. */
export function leadingCib(world: World, machines: Readonly<Record<string, MachineView>>): Element | null {
  return partitionsOf(world, machines)[0]?.cib ?? null;
}

/**
 * Every resource with where it is active. Each partition speaks for its own machines, so that in a split brain a resource
 * can be seen on both sides; of machines without a cluster the leading partition tells what it thinks is active there.
 */
export function resourcesOf(
  world: World,
  machines: Readonly<Record<string, MachineView>>,
): { resources: Record<string, ResourceView>; hold: ClusterHold } {
  const partitions = partitionsOf(world, machines);
  /** A machine that is off has no cluster to tell its node name: its host name stands for it. */
  const machineOf = new Map<string, string>();
  for (const { name, hostname } of Object.values(machines)) {
    machineOf.set(hostname.replace(/\..*/, ''), name);
    machineOf.set(hostname, name);
  }
  for (const { members } of partitions)
    for (const { name, cluster } of members) if (cluster) machineOf.set(cluster.nodeName, name);
  const inCluster = new Set(partitions.flatMap(({ members }) => members.map(({ name }) => name)));
  const resources: Record<string, ResourceView> = {};
  let hold: ClusterHold = null;
  partitions.forEach(({ members, cib }, index) => {
    const belief = believe(cib, world.epoch + world.now);
    if (index === 0) hold = belief.hold;
    const own = new Set(members.map(({ name }) => name));
    const coming = comingTo(world, members);
    for (const { places: active, idle, ...what } of belief.resources) {
      const soon = active.length === 0 && what.kind === 'primitive' ? coming.get(what.id) : undefined;
      const places =
        soon === undefined ? active : [{ node: soon, host: null, state: 'starting' as const, managed: true }];
      const seen = places.flatMap(({ node, host, state, managed }) => {
        const machine = machineOf.get(node) ?? machineOf.get(host ?? '') ?? node;
        if (own.has(machine)) return [{ machine, state, managed }];
        if (index === 0 && host !== null) return [{ machine, state, managed }];
        const speaks = index === 0 && !inCluster.has(machine);
        return speaks ? [{ machine, state: 'lost' as const, managed }] : [];
      });
      const before = resources[what.id];
      resources[what.id] = before
        ? {
            ...before,
            places: [...before.places, ...seen],
            idle: before.places.length + seen.length > 0 ? null : before.idle,
          }
        : { ...what, places: seen, idle: seen.length > 0 ? null : idle };
    }
  });
  return { resources, hold };
}
