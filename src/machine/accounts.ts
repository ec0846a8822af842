import { randomWord } from '../kernel/random';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { cryptPassword, makeSalt, matchesHash } from './crypt';
import { lookup, makeDirectory, readFileIfThere, writeFile } from './files';

/** A line of /etc/passwd. */
export interface User {
  name: string;
  uid: number;
  gid: number;
  comment: string;
  home: string;
  shell: string;
}

/** A line of /etc/group. */
export interface Group {
  name: string;
  gid: number;
  members: string[];
}

/** A line of /etc/shadow. Days count from the epoch of Unix; null = empty field. */
export interface ShadowEntry {
  name: string;
  /** Hash, `!!` or `*` for none, `!` before a hash for locked, empty for no password at all. */
  hash: string;
  changed: number | null;
  minDays: number | null;
  maxDays: number | null;
  warnDays: number | null;
  inactive: number | null;
  expires: number | null;
}

/** Who a process acts as: what the shell's `Credentials` are. */
export interface AccountCredentials {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

function lines(machine: Machine, path: string): string[] {
  return (readFileIfThere(machine, path) ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const number = (text: string | undefined): number => Number.parseInt(text ?? '', 10);
const optional = (text: string | undefined): number | null => (text ? number(text) : null);

/** All users, in the order of the file. */
export function listUsers(machine: Machine): User[] {
  return lines(machine, '/etc/passwd').flatMap((line) => {
    const [name = '', , uid, gid, comment = '', home = '', shell = ''] = line.split(':');
    if (name === '' || Number.isNaN(number(uid)) || Number.isNaN(number(gid))) return [];
    return [{ name, uid: number(uid), gid: number(gid), comment, home: home || '/', shell: shell || '/bin/sh' }];
  });
}

/** All groups, in the order of the file. */
export function listGroups(machine: Machine): Group[] {
  return lines(machine, '/etc/group').flatMap((line) => {
    const [name = '', , gid, members = ''] = line.split(':');
    if (name === '' || Number.isNaN(number(gid))) return [];
    return [{ name, gid: number(gid), members: members.split(',').filter((member) => member !== '') }];
  });
}

/** The user of this name or number. */
export function findUser(machine: Machine, key: string | number): User | undefined {
  return listUsers(machine).find((user) => (typeof key === 'number' ? user.uid === key : user.name === key));
}

/** The group of this name or number. */
export function findGroup(machine: Machine, key: string | number): Group | undefined {
  return listGroups(machine).find((group) => (typeof key === 'number' ? group.gid === key : group.name === key));
}

/** Numbers of all groups a user is in, the primary one first. */
export function groupsOf(machine: Machine, user: User): number[] {
  const others = listGroups(machine).filter((group) => group.gid !== user.gid && group.members.includes(user.name));
  return [user.gid, ...others.map((group) => group.gid)];
}

/** What a process of this user runs with; undefined when there is no such user. */
export function credentialsFor(machine: Machine, name: string): AccountCredentials | undefined {
  const user = findUser(machine, name);
  if (!user) return undefined;
  return { user: user.name, uid: user.uid, gid: user.gid, groups: groupsOf(machine, user), home: user.home };
}

/** The shadow entry of a user. */
export function findShadow(machine: Machine, name: string): ShadowEntry | undefined {
  for (const line of lines(machine, '/etc/shadow')) {
    const fields = line.split(':');
    if (fields[0] !== name) continue;
    return {
      name,
      hash: fields[1] ?? '',
      changed: optional(fields[2]),
      minDays: optional(fields[3]),
      maxDays: optional(fields[4]),
      warnDays: optional(fields[5]),
      inactive: optional(fields[6]),
      expires: optional(fields[7]),
    };
  }
  return undefined;
}

/** Whether a password opens an account. Locked, expired and missing accounts: no. */
export function checkPassword(machine: Machine, name: string, password: string): boolean {
  const entry = findShadow(machine, name);
  return entry !== undefined && matchesHash(password, entry.hash);
}

/** Days since 1970 of a Unix time in ms, as shadow files count. */
export function dayNumber(unixMs: number): number {
  return Math.floor(unixMs / 86_400_000);
}

/** Sets a user's password. False when there is no such user. */
export function setPassword(world: World, machine: Machine, name: string, password: string): boolean {
  const entry = findShadow(machine, name);
  if (!entry) return false;
  entry.hash = cryptPassword(
    password,
    makeSalt(() => randomWord(world)),
  );
  entry.changed = dayNumber(world.epoch + world.now);
  writeShadow(machine, entry, world.epoch + world.now);
  return true;
}

function formatShadow(entry: ShadowEntry): string {
  const text = (value: number | null) => (value === null ? '' : String(value));
  return [
    entry.name,
    entry.hash,
    text(entry.changed),
    text(entry.minDays),
    text(entry.maxDays),
    text(entry.warnDays),
    text(entry.inactive),
    text(entry.expires),
    '',
  ].join(':');
}

/** Replaces, or appends, the line of `name` in a colon-separated file; null removes it. Other lines stay as they are. */
function replaceLine(machine: Machine, path: string, name: string, line: string | null, time: number): void {
  const old = readFileIfThere(machine, path) ?? '';
  const all = old.split('\n');
  if (all[all.length - 1] === '') all.pop();
  const at = all.findIndex((text) => text.startsWith(`${name}:`));
  if (line === null) {
    if (at >= 0) all.splice(at, 1);
  } else if (at >= 0) all[at] = line;
  else all.push(line);
  const mode = path.includes('shadow') ? (machine.distribution === 'debian-12' ? 0o640 : 0o000) : 0o644;
  writeFile(machine, path, all.map((text) => `${text}\n`).join(''), { time, mode });
}

/** Writes a shadow line. `time` is Unix ms. */
export function writeShadow(machine: Machine, entry: ShadowEntry, time: number): void {
  replaceLine(machine, '/etc/shadow', entry.name, formatShadow(entry), time);
}

/** Writes a passwd line under the user's name, or under `oldName` when it is renamed. */
export function writeUser(machine: Machine, user: User, time: number, oldName = user.name): void {
  const line = `${user.name}:x:${user.uid}:${user.gid}:${user.comment}:${user.home}:${user.shell}`;
  replaceLine(machine, '/etc/passwd', oldName, line, time);
}

/** Writes a group line, and the matching one of /etc/gshadow. */
export function writeGroup(machine: Machine, group: Group, time: number, oldName = group.name): void {
  replaceLine(machine, '/etc/group', oldName, `${group.name}:x:${group.gid}:${group.members.join(',')}`, time);
  replaceLine(machine, '/etc/gshadow', oldName, `${group.name}:!::${group.members.join(',')}`, time);
}

/** Removes a user from passwd and shadow, and from the members of every group. */
export function removeUser(machine: Machine, name: string, time: number): void {
  replaceLine(machine, '/etc/passwd', name, null, time);
  replaceLine(machine, '/etc/shadow', name, null, time);
  for (const group of listGroups(machine)) {
    if (!group.members.includes(name)) continue;
    writeGroup(machine, { ...group, members: group.members.filter((member) => member !== name) }, time);
  }
}

/** Removes a group. */
export function removeGroup(machine: Machine, name: string, time: number): void {
  replaceLine(machine, '/etc/group', name, null, time);
  replaceLine(machine, '/etc/gshadow', name, null, time);
}

/** The lowest free number of ordinary accounts above all used, or the highest free one of system accounts. */
export function freeId(used: readonly number[], system: boolean): number {
  if (!system) return Math.max(999, ...used.filter((id) => id >= 1000 && id < 60_000)) + 1;
  for (let id = 999; id > 200; id--) if (!used.includes(id)) return id;
  return 200;
}

/** Adds a user whose line and group are known, without a password. Existing ones stay as they are. */
export function addUser(machine: Machine, user: User, time: number, shadow: Partial<ShadowEntry> = {}): void {
  if (findUser(machine, user.name)) return;
  writeUser(machine, user, time);
  writeShadow(
    machine,
    {
      name: user.name,
      hash: '!!',
      changed: dayNumber(time),
      minDays: 0,
      maxDays: 99_999,
      warnDays: 7,
      inactive: null,
      expires: null,
      ...shadow,
    },
    time,
  );
}

/** Makes a user's home directory from /etc/skel. */
export function makeHome(machine: Machine, user: User, time: number, mode = 0o700): void {
  if (lookup(machine, user.home)) return;
  const owner = { uid: user.uid, gid: user.gid, time };
  makeDirectory(machine, user.home, { ...owner, mode, parents: true });
  const skeleton = lookup(machine, '/etc/skel');
  if (skeleton?.kind !== 'directory') return;
  for (const [name, inode] of Object.entries(skeleton.entries)) {
    if (inode.kind === 'file')
      writeFile(machine, `${user.home}/${name}`, inode.content, { ...owner, mode: inode.mode });
  }
}
