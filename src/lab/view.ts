import { lastValue, parseCorosyncConf, sectionsOf } from '../corosync/config';
import { enablementOf } from '../machine/enablement';
import { readFileIfThere } from '../machine/files';
import { childNamed, descendant } from '../pacemaker/cib/xml';
import { loadState } from '../programs/firewall/permanent';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import type { Element } from '../world/xml';
import { type ResourceFacts, resourceFacts } from './resource-facts';

/** The public view of a world: what the predicates of labs may speak of. Every field is always there. */
export interface LabView {
  /** Simulated seconds since the world began. */
  readonly now: number;
  /** No cluster is deciding or carrying out anything; holds too when none runs. For `settling: '!idle'`. */
  readonly idle: boolean;
  readonly machines: Readonly<Record<string, MachineFacts>>;
}

export interface MachineFacts {
  readonly running: boolean;
  readonly hostname: string;
  /** Addresses by interface name, e.g. `machines.node1.addresses.eth1`. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly packages: readonly string[];
  /** Units of interest by name without `.service`. */
  readonly units: Readonly<Record<string, { readonly active: boolean; readonly enabled: boolean }>>;
  readonly firewall: {
    readonly running: boolean;
    readonly permanent: readonly string[];
    readonly runtime: readonly string[];
  };
  readonly cluster: ClusterFacts;
}

/** What one machine's configuration and daemons say of its cluster. */
export interface ClusterFacts {
  /** It has a corosync.conf. */
  readonly configured: boolean;
  readonly name: string;
  /** Names of the nodes in corosync.conf, sorted. */
  readonly nodes: readonly string[];
  /** corosync runs. */
  readonly running: boolean;
  /** Addresses that link 0 runs on, by node name. */
  readonly link0: Readonly<Record<string, string>>;
  readonly members: readonly string[];
  readonly quorate: boolean;
  readonly votes: number;
  readonly expectedVotes: number;
  /** Name of the DC; empty while none is known. */
  readonly dc: string;
  /** Names of nodes that pacemaker sees online (joined), sorted; and of all the others it knows. */
  readonly online: readonly string[];
  readonly offline: readonly string[];
  readonly standby: readonly string[];
  readonly maintenance: readonly string[];
  /** Primitives in this machine's CIB by id. */
  readonly resources: Readonly<Record<string, ResourceFacts>>;
}

/** Services that labs ask about; absent ones are neither active nor enabled. */
const UNITS = ['pcsd', 'corosync', 'pacemaker', 'firewalld', 'sshd', 'chronyd'];

const views = new WeakMap<World, LabView>();

/** The view of a world; made once for each world value. */
export function viewOf(world: World): LabView {
  let view = views.get(world);
  if (!view) {
    view = {
      now: world.now / 1000,
      idle: Object.values(world.machines).every(isIdle),
      machines: Object.fromEntries(
        Object.entries(world.machines).map(([name, machine]) => [name, factsOf(machine, world.epoch + world.now)]),
      ),
    };
    views.set(world, view);
  }
  return view;
}

function isIdle({ pacemaker }: Machine): boolean {
  if (!pacemaker) return true;
  const { state, abortReason } = pacemaker.controller;
  return (state === 'S_IDLE' || state === 'S_NOT_DC') && abortReason === null;
}

const facts = new WeakMap<Machine, MachineFacts>();

/** `now` in unix milliseconds. */
function factsOf(machine: Machine, now: number): MachineFacts {
  let known = facts.get(machine);
  if (!known) {
    known = {
      running: machine.power === 'running',
      hostname: machine.hostname,
      addresses: Object.fromEntries(
        machine.network.nics.map((nic) => [nic.name, nic.addresses.map((each) => each.address)]),
      ),
      packages: Object.keys(machine.packages).sort(),
      units: Object.fromEntries(UNITS.map((unit) => [unit, unitFacts(machine, `${unit}.service`)])),
      firewall: firewallFacts(machine),
      cluster: clusterFacts(machine, now),
    };
    facts.set(machine, known);
  }
  return known;
}

function unitFacts(machine: Machine, unit: string) {
  return { active: machine.units[unit]?.active === 'active', enabled: enablementOf(machine, unit) === 'enabled' };
}

function firewallFacts(machine: Machine): MachineFacts['firewall'] {
  const state = machine.network.firewall;
  const runtime = state ? (state.zones[state.defaultZone]?.services ?? []) : [];
  const permanent = machine.packages.firewalld ? loadState(machine) : null;
  return {
    running: state !== null,
    permanent: permanent?.zones[permanent.defaultZone]?.services ?? [],
    runtime: [...runtime],
  };
}

function clusterFacts(machine: Machine, now: number): ClusterFacts {
  const { corosync } = machine;
  const conf = configuredCluster(machine);
  const nameOf = (id: number) => corosync?.settings.nodes.find((node) => node.nodeId === id)?.name ?? String(id);
  const members = corosync ? corosync.quorum.members.map(nameOf).sort() : [];
  const cib = machine.pacemaker?.cib ?? null;
  return {
    ...conf,
    running: corosync !== null,
    link0: corosync ? linkAddresses(machine) : {},
    members,
    quorate: corosync?.quorum.quorate ?? false,
    votes: corosync?.quorum.totalVotes ?? 0,
    expectedVotes: corosync?.quorum.expectedVotes ?? 0,
    dc: machine.pacemaker?.controller.dc ?? '',
    ...nodeFacts(cib),
    resources: cib ? resourceFacts(cib, now) : {},
  };
}

function configuredCluster(machine: Machine): Pick<ClusterFacts, 'configured' | 'name' | 'nodes'> {
  const text = readFileIfThere(machine, '/etc/corosync/corosync.conf');
  if (text === undefined) return { configured: false, name: '', nodes: [] };
  const config = parseCorosyncConf(text);
  const totem = sectionsOf(config, 'totem')[0];
  const nodelist = sectionsOf(config, 'nodelist')[0];
  const nodes = sectionsOf(nodelist, 'node').map(
    (node) => lastValue(node, 'name') ?? lastValue(node, 'ring0_addr') ?? '',
  );
  return { configured: true, name: lastValue(totem, 'cluster_name') ?? '', nodes: nodes.sort() };
}

function linkAddresses(machine: Machine): Record<string, string> {
  const { corosync } = machine;
  const addresses: Record<string, string> = {};
  for (const node of corosync?.settings.nodes ?? []) {
    const link = Object.values(corosync?.links ?? {})
      .map((links) => links['0'])
      .find((each) => each !== undefined);
    const peer = corosync?.links[node.nodeId]?.['0'];
    const address = node.nodeId === corosync?.nodeId ? link?.localAddress : peer?.remoteAddress;
    addresses[node.name ?? String(node.nodeId)] = address ?? '';
  }
  return addresses;
}

/** Node states as the CIB has them. */
function nodeFacts(cib: Element | null): Pick<ClusterFacts, 'online' | 'offline' | 'standby' | 'maintenance'> {
  const nodes = (cib && descendant(cib, 'configuration', 'nodes')?.children) ?? [];
  const states = (cib && childNamed(cib, 'status')?.children) ?? [];
  const names = nodes.map((node) => node.attributes.uname ?? '').sort();
  const isOnline = (name: string) => {
    const state = states.find((each) => each.name === 'node_state' && each.attributes.uname === name);
    return state?.attributes.crmd === 'online' && state.attributes.join === 'member';
  };
  const marked = (attribute: string, values: string[]) =>
    nodes
      .filter((node) => values.includes(nodeAttribute(node, attribute)))
      .map((node) => node.attributes.uname ?? '')
      .sort();
  return {
    online: names.filter(isOnline),
    offline: names.filter((name) => !isOnline(name)),
    standby: marked('standby', ['on', 'true', 'yes', '1']),
    maintenance: marked('maintenance', ['on', 'true', 'yes', '1']),
  };
}

function nodeAttribute(node: Element, name: string): string {
  for (const set of node.children) {
    const pair = set.children.find((each) => each.attributes.name === name);
    if (pair) return pair.attributes.value ?? '';
  }
  return '';
}
