import { listDirectory, lookup, removeFileIfThere, writeFile } from '../../../machine/files';
import type { Process } from '../../../shell/process';
import type { Machine } from '../../../world/machine';
import type { LoadedProfile, ManagerState, Nic } from '../../../world/network';
import type { World } from '../../../world/world';
import { PROFILE_DIRECTORY, type Profile, profilesOf } from '../manager/profile';
import { NmcliError, type Style, status } from './output';

/** One run of nmcli. */
export interface Context {
  process: Process;
  style: Style;
}

/** Whether a word is a command or a beginning of it, as nmcli takes them. */
export function isCommand(word: string | undefined, command: string): boolean {
  return word !== undefined && word !== '' && command.startsWith(word);
}

export function notUnderstood(word: string): NmcliError {
  return new NmcliError(`Error: argument '${word}' not understood. Try passing --help instead.`, status.invalidInput);
}

/** The manager of the process's machine; every command but help needs it. */
export function managerOf(machine: Machine): ManagerState {
  const manager = machine.network.manager;
  if (!manager) throw new NmcliError('Error: NetworkManager is not running.', status.notRunning);
  return manager;
}

/** Only root may change something (the others would be asked for a password by polkit). */
export function requireRoot(process: Process, message: string): void {
  if (process.credentials.uid !== 0) throw new NmcliError(message, status.unknown);
}

/** A profile by `id`, `uuid` or D-Bus path, as named explicitly or not; an active one before others of its name. */
export function findProfile(machine: Machine, name: string, by: string | null): Profile | null {
  const profiles = profilesOf(machine);
  const active = new Set(Object.values(machine.network.activeConnections));
  const matches = profiles.filter(
    (profile) =>
      ((by === null || by === 'uuid') && profile.uuid === name) ||
      ((by === null || by === 'id') && profile.id === name) ||
      ((by === null || by === 'path') && `${SETTINGS_PATH}/${profile.number}` === name) ||
      (by === 'path' && String(profile.number) === name) ||
      ((by === null || by === 'filename') && profile.path === name),
  );
  return matches.find((profile) => active.has(profile.uuid)) ?? matches[0] ?? null;
}

export const SETTINGS_PATH = '/org/freedesktop/NetworkManager/Settings';
export const ACTIVE_PATH = '/org/freedesktop/NetworkManager/ActiveConnection';

/** The device on which a profile is active. */
export function deviceOfProfile(machine: Machine, uuid: string): string | null {
  const entry = Object.entries(machine.network.activeConnections).find(([, active]) => active === uuid);
  return entry?.[0] ?? null;
}

export function nicNamed(machine: Machine, name: string): Nic | null {
  return machine.network.nics.find((nic) => nic.name === name) ?? null;
}

/** Writes a profile to its file (a new name where it has none) and to memory. */
export function saveProfile(world: World, machine: Machine, loaded: LoadedProfile, id: string, content: string): void {
  loaded.content = content;
  loaded.path ??= freePath(machine, id);
  writeFile(machine, loaded.path, content, { time: world.epoch + world.now, mode: 0o600, makeParents: true });
}

/** `ID.nmconnection`, or with a number behind it when there is such a file. */
function freePath(machine: Machine, id: string): string {
  const directory = lookup(machine, PROFILE_DIRECTORY);
  const taken = directory?.kind === 'directory' ? listDirectory(machine, PROFILE_DIRECTORY) : [];
  const stem = id.replace(/[/\\]/g, '_');
  let name = `${stem}.nmconnection`;
  for (let number = 1; taken.includes(name); number++) name = `${stem}-${number}.nmconnection`;
  return `${PROFILE_DIRECTORY}/${name}`;
}

/** Forgets a profile and removes its file. */
export function dropProfile(world: World, machine: Machine, manager: ManagerState, profile: Profile): void {
  manager.profiles = manager.profiles.filter((loaded) => loaded.number !== profile.number);
  if (profile.path !== null) removeFileIfThere(machine, profile.path, world.epoch + world.now);
}
