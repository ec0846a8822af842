import { readFileIfThere } from '../../machine/files';
import type { Machine } from '../../world/machine';

function nameById(machine: Machine, file: string, id: number): string | undefined {
  for (const line of (readFileIfThere(machine, file) ?? '').split('\n')) {
    const fields = line.split(':');
    if (fields[2] === String(id)) return fields[0];
  }
  return undefined;
}

function idByName(machine: Machine, file: string, name: string): number | undefined {
  for (const line of (readFileIfThere(machine, file) ?? '').split('\n')) {
    const fields = line.split(':');
    if (fields[0] === name) return Number(fields[2]);
  }
  return /^\d+$/.test(name) ? Number(name) : undefined;
}

/** User name of a uid, or the number where it has none. */
export function userName(machine: Machine, uid: number): string {
  return nameById(machine, '/etc/passwd', uid) ?? String(uid);
}

/** Group name of a gid, or the number where it has none. */
export function groupName(machine: Machine, gid: number): string {
  return nameById(machine, '/etc/group', gid) ?? String(gid);
}

/** Uid of a name or number; undefined when there is no such user. */
export function userId(machine: Machine, name: string): number | undefined {
  return idByName(machine, '/etc/passwd', name);
}

/** Gid of a name or number; undefined when there is no such group. */
export function groupId(machine: Machine, name: string): number | undefined {
  return idByName(machine, '/etc/group', name);
}
