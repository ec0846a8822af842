import { lookup } from '../machine/files';
import { AGENT_PROGRAM } from '../machine/packages/ocf/agents';
import { agentScripts } from '../machine/packages/ocf/scripts';
import { descriptionOf } from '../machine/systemd/state';
import { unitFileNames } from '../machine/unitload';
import type { Inode } from '../world/file';
import type { Machine } from '../world/machine';
import { scriptPath } from './ocf/script';

const FOLDER = '/usr/lib/ocf/resource.d';

function entries(machine: Machine, path: string): [string, Inode][] {
  const directory = lookup(machine, path);
  if (directory?.kind !== 'directory') return [];
  return Object.entries(directory.entries).sort(([first], [second]) => (first < second ? -1 : 1));
}

/** Providers of OCF agents: the folders. */
export function ocfProviders(machine: Machine): string[] {
  return entries(machine, FOLDER)
    .filter(([name, inode]) => inode.kind === 'directory' && !name.startsWith('.'))
    .map(([name]) => name);
}

/** Agents of a provider: the executable files in its folder. */
export function ocfTypes(machine: Machine, provider: string): string[] {
  return entries(machine, `${FOLDER}/${provider}`)
    .filter(([name, inode]) => inode.kind === 'file' && !name.startsWith('.') && (inode.mode & 0o111) !== 0)
    .map(([name]) => name);
}

/** Fence agents: programs of that name. */
export function fenceTypes(machine: Machine): string[] {
  return entries(machine, '/usr/sbin')
    .filter(([name, inode]) => name.startsWith('fence_') && inode.kind === 'file' && (inode.mode & 0o111) !== 0)
    .map(([name]) => name);
}

/** Units that can be resources, as pacemaker lists them: services without their suffix, others with it. */
export function unitTypes(machine: Machine): string[] {
  const names = unitFileNames(machine)
    .filter((name) => /\.(service|socket|mount|timer|path)$/.test(name))
    .map((name) => name.replace(/\.service$/, ''));
  return [...new Set(names)].sort();
}

/** What a unit file says that it is; undefined: there is no such unit. */
export function unitPurpose(machine: Machine, type: string): string | undefined {
  const name = /\.(service|socket|mount|timer|path|target)$/.test(type) ? type : `${type}.service`;
  const file = name.replace(/@[^.]+\./, '@.');
  return unitFileNames(machine).some((each) => each === name || each === file)
    ? descriptionOf(machine, name)
    : undefined;
}

/** An agent whose file isn't the packaged one: only it can say what it is. */
export function isOwnScript(machine: Machine, provider: string, type: string): boolean {
  const file = lookup(machine, scriptPath(provider, type));
  if (file?.kind !== 'file' || (file.mode & 0o111) === 0) return false;
  return file.program !== AGENT_PROGRAM && file.content !== agentScripts[`${provider}/${type}`];
}

/** Agents of the administrator's own. */
export function ownScripts(machine: Machine): { provider: string; type: string }[] {
  return ocfProviders(machine).flatMap((provider) =>
    ocfTypes(machine, provider)
      .filter((type) => isOwnScript(machine, provider, type))
      .map((type) => ({ provider, type })),
  );
}
