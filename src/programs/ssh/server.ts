import { findShadow, findUser } from '../../machine/accounts';
import { lookup, readFileIfThere, writeFile } from '../../machine/files';
import { logTo } from '../../machine/log';
import type { ServiceBehaviour } from '../../machine/service';
import { closeSockets, listen } from '../../network/sockets';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import {
  DEFAULT_BITS,
  formatPrivate,
  formatPublic,
  generateKey,
  type KeyType,
  type PublicKey,
  parsePrivate,
  parsePublic,
} from './keys';

/** The units of the two distributions. */
export const SSH_UNITS = ['sshd.service', 'ssh.service'] as const;

const HOST_KEY_TYPES: readonly KeyType[] = ['rsa', 'ecdsa', 'ed25519'];

function hostKeyPath(type: KeyType): string {
  return `/etc/ssh/ssh_host_${type}_key`;
}

/** Makes the host keys that are missing, as sshd-keygen does at the first start. */
export function makeHostKeys(world: World, machine: Machine): KeyType[] {
  const made: KeyType[] = [];
  for (const type of HOST_KEY_TYPES) {
    if (lookup(machine, hostKeyPath(type))) continue;
    const comment = machine.distribution === 'debian-12' ? `root@${machine.hostname}` : '';
    const key = generateKey(world, type, DEFAULT_BITS[type], comment, '');
    const options = { time: world.epoch + world.now, makeParents: true };
    writeFile(machine, hostKeyPath(type), formatPrivate(key), { ...options, mode: 0o600 });
    writeFile(machine, `${hostKeyPath(type)}.pub`, formatPublic(key.publicKey), { ...options, mode: 0o644 });
    made.push(type);
  }
  return made;
}

/** The keys by which a host proves who it is, in the order in which clients prefer them. */
export function hostKeys(machine: Machine): PublicKey[] {
  const keys: PublicKey[] = [];
  for (const type of ['ed25519', 'rsa', 'ecdsa'] as const) {
    const text = readFileIfThere(machine, hostKeyPath(type));
    const key = text === undefined ? null : (parsePrivate(text)?.publicKey ?? parsePublic(text));
    if (key) keys.push({ ...key, comment: '' });
  }
  return keys;
}

/** What sshd_config says of who may come in. */
export interface ServerConfig {
  port: number;
  permitRootLogin: 'yes' | 'no' | 'prohibit-password';
  passwordAuthentication: boolean;
  pubkeyAuthentication: boolean;
  strictModes: boolean;
  authorizedKeysFiles: string[];
  allowUsers: string[];
  denyUsers: string[];
  gssapi: boolean;
}

/** Reads sshd_config with the files that it includes; the first value of an option counts. */
export function serverConfig(machine: Machine): ServerConfig {
  const values = new Map<string, string>();
  const read = (path: string, depth: number) => {
    for (const raw of (readFileIfThere(machine, path) ?? '').split('\n')) {
      const match = /^\s*([A-Za-z0-9]+)[\s=]+(.+?)\s*$/.exec(raw);
      if (!match || raw.trim().startsWith('#')) continue;
      const name = (match[1] ?? '').toLowerCase();
      const value = (match[2] ?? '').replace(/^"(.*)"$/, '$1');
      if (name === 'match') return;
      if (name === 'include' && depth < 8) for (const file of globFiles(machine, value)) read(file, depth + 1);
      else if (!values.has(name)) values.set(name, value);
    }
  };
  read('/etc/ssh/sshd_config', 0);
  const yes = (name: string, fallback: boolean) => {
    const value = values.get(name)?.toLowerCase();
    return value === undefined ? fallback : value === 'yes';
  };
  const root = values.get('permitrootlogin')?.toLowerCase() ?? 'prohibit-password';
  const words = (name: string) => (values.get(name) ?? '').split(/\s+/).filter(Boolean);
  const files = words('authorizedkeysfile');
  return {
    port: Number(values.get('port') ?? 22) || 22,
    permitRootLogin: root === 'yes' ? 'yes' : root === 'no' ? 'no' : 'prohibit-password',
    passwordAuthentication: yes('passwordauthentication', true),
    pubkeyAuthentication: yes('pubkeyauthentication', true),
    strictModes: yes('strictmodes', true),
    authorizedKeysFiles: files.length > 0 ? files : ['.ssh/authorized_keys', '.ssh/authorized_keys2'],
    allowUsers: words('allowusers'),
    denyUsers: words('denyusers'),
    gssapi: machine.distribution === 'centos-stream-9' && yes('gssapiauthentication', true),
  };
}

function globFiles(machine: Machine, pattern: string): string[] {
  const path = pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`;
  const at = path.lastIndexOf('/');
  const directory = lookup(machine, path.slice(0, at));
  if (directory?.kind !== 'directory') return [];
  const regular = new RegExp(
    `^${path
      .slice(at + 1)
      .replace(/[.+]/g, '\\$&')
      .replace(/\*/g, '.*')}$`,
  );
  return Object.keys(directory.entries)
    .filter((name) => regular.test(name))
    .sort()
    .map((name) => `${path.slice(0, at)}/${name}`);
}

/** The methods that a refused client is told, as in `Permission denied (publickey,password).` */
export function methodNames(config: ServerConfig): string {
  const methods: string[] = [];
  if (config.pubkeyAuthentication) methods.push('publickey');
  if (config.gssapi) methods.push('gssapi-keyex', 'gssapi-with-mic');
  if (config.passwordAuthentication) methods.push('password');
  return methods.join(',');
}

function admitted(config: ServerConfig, user: string): boolean {
  if (config.denyUsers.includes(user)) return false;
  return config.allowUsers.length === 0 || config.allowUsers.includes(user);
}

/** Whether a user may come in with a key: in authorized_keys, and the files safe from others (StrictModes). */
export function acceptsKey(machine: Machine, config: ServerConfig, userName: string, key: PublicKey): boolean {
  const user = findUser(machine, userName);
  if (!user || !config.pubkeyAuthentication || !admitted(config, userName)) return false;
  if (userName === 'root' && config.permitRootLogin === 'no') return false;
  return config.authorizedKeysFiles.some((name) => {
    const path = name.replace(/%h/g, user.home).replace(/%u/g, userName);
    const full = path.startsWith('/') ? path : `${user.home}/${path}`;
    if (config.strictModes && !isSafe(machine, full, user.home, user.uid)) return false;
    const lines = (readFileIfThere(machine, full) ?? '').split('\n');
    return lines.some((line) => authorizedBlob(line) === key.blob);
  });
}

/** The key of a line of authorized_keys; options may stand before it. */
function authorizedBlob(line: string): string | null {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return null;
  return /(?:^|\s)(?:ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp\d+)\s+(\S+)/.exec(trimmed)?.[1] ?? null;
}

/** Neither the file nor a directory up to the home may be writable by others, and all must be the user's or root's. */
function isSafe(machine: Machine, path: string, home: string, uid: number): boolean {
  let current = path;
  for (;;) {
    const inode = lookup(machine, current);
    if (!inode) return false;
    if ((inode.uid !== 0 && inode.uid !== uid) || (inode.mode & 0o022) !== 0) return false;
    if (current === home || current === '/' || current === '') return true;
    current = current.slice(0, current.lastIndexOf('/')) || '/';
  }
}

/** Whether a user may come in with a password that is right. */
export function allowsPassword(machine: Machine, config: ServerConfig, userName: string): boolean {
  if (!config.passwordAuthentication || !admitted(config, userName)) return false;
  if (userName === 'root' && config.permitRootLogin !== 'yes') return false;
  const hash = findShadow(machine, userName)?.hash ?? '';
  return hash !== '' && !hash.startsWith('!') && !hash.startsWith('*');
}

/** A line of sshd in the journal. */
export function serverLog(world: World, machine: Machine, message: string): void {
  const unit = SSH_UNITS.find((name) => machine.units[name]) ?? 'sshd.service';
  logTo(world, machine, { identifier: 'sshd', message, unit, pid: machine.nextPid });
}

/** sshd: makes missing host keys, and listens. */
function behaviour(unit: string): ServiceBehaviour {
  return {
    start(world, machine, pid) {
      makeHostKeys(world, machine);
      const { port } = serverConfig(machine);
      for (const [address, fd] of [
        ['0.0.0.0', 3],
        ['::', 4],
      ] as const) {
        const free = listen(machine, { protocol: 'tcp', address, port, process: 'sshd', pid, fd, unit });
        if (!free) {
          logTo(world, machine, {
            identifier: 'sshd',
            unit,
            pid,
            priority: 3,
            message: `error: Bind to port ${port} on ${address} failed: Address already in use.`,
          });
          continue;
        }
        logTo(world, machine, {
          identifier: 'sshd',
          unit,
          pid,
          message: `Server listening on ${address} port ${port}.`,
        });
      }
      const bound = machine.network.sockets.some((socket) => socket.pid === pid);
      return bound ? { kind: 'starting', readyAfter: 30 } : { kind: 'failed', status: 255, after: 20 };
    },
    command: () => `sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups`,
    stop(world, machine) {
      serverLog(world, machine, 'Received signal 15; terminating.');
      return 10;
    },
    ended(_world, machine) {
      closeSockets(machine, unit);
    },
    reload(world, machine) {
      serverLog(world, machine, 'Received SIGHUP; restarting.');
    },
  };
}

export const sshd = behaviour('sshd.service');
export const debianSsh = behaviour('ssh.service');

/** sshd-keygen@TYPE: the host keys that are missing, before sshd's first start. */
export const hostKeyGeneration: ServiceBehaviour = {
  start(world, machine) {
    const made = makeHostKeys(world, machine);
    return { kind: 'starting', readyAfter: made.length > 0 ? 400 : 10 };
  },
  stop: () => 5,
  ended() {},
};
