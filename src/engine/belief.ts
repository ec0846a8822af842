import type { CorosyncState } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import type { Element } from '../world/xml';
import type { ClusterBelief, MachineState } from './view';

/** What a machine's cluster daemons believe; null while corosync doesn't run. */
export function beliefOf(world: World, machine: Machine): ClusterBelief | null {
  const { corosync } = machine;
  if (!corosync) return null;
  const { totem, quorum } = corosync;
  return {
    nodeId: corosync.nodeId,
    nodeName: nodeName(corosync, corosync.nodeId),
    ringId: `${totem.ring.representative}.${totem.ring.sequence.toString(16)}`,
    members: totem.members.map(
      (id) => machineOfNode(world, corosync.settings.clusterName, id)?.name ?? nodeName(corosync, id),
    ),
    quorate: quorum.quorate,
    votes: quorum.totalVotes,
    expectedVotes: quorum.expectedVotes,
    quorum: quorum.needed,
    dc: machine.pacemaker?.controller.dc ?? null,
    pacemaker: machine.pacemaker !== null,
  };
}

/** The state that the picture shows for a machine whose corosync runs. */
export function nodeState(machine: Machine, belief: ClusterBelief): MachineState {
  const { corosync, pacemaker } = machine;
  const cib = pacemaker?.cib;
  if (corosync?.phase !== 'running' || !cib) return 'joining';
  const status = child(child(cib, 'status'), 'node_state', 'uname', belief.nodeName);
  const online = status?.attributes.crmd === 'online' && status.attributes.join === 'member';
  if (!online) return 'joining';
  if (nodeAttribute(cib, belief.nodeName, 'maintenance') === 'true') return 'maintenance';
  if (nodeAttribute(cib, belief.nodeName, 'standby') === 'on') return 'standby';
  return 'member';
}

function nodeName(corosync: CorosyncState, id: number): string {
  const node = corosync.settings.nodes.find(({ nodeId }) => nodeId === id);
  return node?.name ?? String(id);
}

function machineOfNode(world: World, cluster: string, id: number): Machine | undefined {
  return Object.values(world.machines).find(
    ({ corosync }) => corosync?.nodeId === id && corosync.settings.clusterName === cluster,
  );
}

function child(parent: Element | undefined, name: string, attribute?: string, value?: string): Element | undefined {
  return parent?.children.find(
    (element) => element.name === name && (attribute === undefined || element.attributes[attribute] === value),
  );
}

/** A permanent node attribute, as `pcs node standby` sets it. */
function nodeAttribute(cib: Element, node: string, name: string): string | undefined {
  const configuration = child(cib, 'configuration');
  const element = child(child(configuration, 'nodes'), 'node', 'uname', node);
  for (const set of element?.children ?? []) {
    const pair = child(set, 'nvpair', 'name', name);
    if (pair) return pair.attributes.value;
  }
  return undefined;
}
