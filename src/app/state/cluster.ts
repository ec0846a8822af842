import type { ClusterBelief, MachineView, PublicView } from '../../engine/view';

/** Machines that agree on one membership. */
export interface Island {
  /** Ring id: the same as long as the membership is. */
  readonly id: string;
  readonly members: readonly MachineView[];
  readonly belief: ClusterBelief;
}

export interface ClusterPicture {
  readonly islands: readonly Island[];
  /** Guests whose corosync doesn't run. */
  readonly outside: readonly MachineView[];
  readonly hosts: readonly MachineView[];
}

/** Groups the machines as they themselves see their memberships. */
export function clusterPicture(view: PublicView): ClusterPicture {
  const machines = Object.values(view.machines);
  const byRing = new Map<string, MachineView[]>();
  const outside: MachineView[] = [];
  for (const machine of machines) {
    if (machine.kind === 'hypervisor') continue;
    if (!machine.cluster) {
      outside.push(machine);
      continue;
    }
    const key = `${machine.cluster.ringId}|${machine.cluster.members.join(',')}`;
    byRing.set(key, [...(byRing.get(key) ?? []), machine]);
  }
  const islands = [...byRing].flatMap(([id, members]) => {
    const belief = members[0]?.cluster;
    return belief ? [{ id, members, belief }] : [];
  });
  islands.sort((a, b) => b.belief.votes - a.belief.votes);
  return { islands, outside, hosts: machines.filter(({ kind }) => kind === 'hypervisor') };
}

/** The network that clusters talk over in this view: the one that most guests have an address on, not the default. */
export function clusterNetwork(view: PublicView): string | null {
  const counts = new Map<string, number>();
  for (const machine of Object.values(view.machines)) {
    if (machine.kind !== 'guest') continue;
    for (const nic of machine.nics) {
      if (nic.network && nic.network !== 'default') counts.set(nic.network, (counts.get(nic.network) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? Object.keys(view.networks)[0] ?? null;
}
