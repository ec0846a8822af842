/** Process groups (cpg): which of a machine's processes are in which group. */
import type { Machine } from '../world/machine';

/** pacemaker's daemons and their groups, the one that joins first at the front. */
const GROUPS: readonly (readonly [daemon: string, group: string])[] = [
  ['pacemaker-based', 'cib'],
  ['pacemaker-fenced', 'stonith-ng'],
  ['pacemaker-attrd', 'attrd'],
  ['pacemaker-controld', 'crmd'],
];

export interface GroupMember {
  group: string;
  pid: number;
}

/** Group members among the processes of a machine, in the order in which they joined. */
export function groupMembers(machine: Machine): GroupMember[] {
  const processes = Object.values(machine.processes);
  return GROUPS.flatMap(([daemon, group]) => {
    const process = processes.find((each) => each.unit === 'pacemaker.service' && each.command.endsWith(`/${daemon}`));
    return process ? [{ group, pid: process.pid }] : [];
  });
}
