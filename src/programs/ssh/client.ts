import { checkPassword, findUser } from '../../machine/accounts';
import { lookup, readFileIfThere } from '../../machine/files';
import { reach } from '../../network/reach';
import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import { connectError, lookupError, openConnection, resolve, TCP_GIVES_UP_MS } from '../network/client';
import type { ClientOptions } from './config';
import { fingerprint, kindName, type PublicKey, parsePrivate, parsePublic, type SealedKey } from './keys';
import { addKnownHost, isAbout, type KnownHost, knownName, readKnownHosts } from './knownhosts';
import { report } from './log';
import {
  acceptsKey,
  allowsPassword,
  hostKeys,
  methodNames,
  type ServerConfig,
  serverConfig,
  serverLog,
} from './server';
import { askOnTerminal } from './terminal';

/** Whom to connect to, as typed. */
export interface Destination {
  user: string | null;
  host: string;
}

/** An authenticated connection. */
export interface Session {
  /** Machine at the other end. */
  machine: string;
  boot: number;
  user: string;
  host: string;
  address: string;
  port: number;
  /** This side's address and port. */
  source: string;
  sourcePort: number;
}

/** Why there is no session; the message is ssh's, without line end. The exit status is 255. */
export class ClientError extends Error {}

export interface ConnectSettings {
  options: ClientOptions;
  quiet: boolean;
  verbose: boolean;
}

/** Name resolution, host key and authentication cost about this much on a LAN. */
const HANDSHAKE_MS = 90;

/** PAM's delay after a wrong password. */
const WRONG_PASSWORD_MS = 2000;

/** Splits `user@host`, and `ssh://user@host:port`. */
export function parseDestination(text: string): Destination & { port: number | null } {
  const uri = /^ssh:\/\/(?:([^@]+)@)?([^:/]+)(?::(\d+))?\/?$/.exec(text);
  if (uri) return { user: uri[1] ?? null, host: uri[2] ?? '', port: uri[3] ? Number(uri[3]) : null };
  const at = text.lastIndexOf('@');
  return at < 0
    ? { user: null, host: text, port: null }
    : { user: text.slice(0, at), host: text.slice(at + 1), port: null };
}

function setting(settings: ConnectSettings, name: string): string | undefined {
  return settings.options.values.get(name);
}

function milliseconds(text: string | undefined): number | null {
  const match = /^(\d+)([smhd]?)$/i.exec(text ?? '');
  if (!match) return null;
  const unit = { s: 1, m: 60, h: 3600, d: 86400 }[(match[2] ?? 's').toLowerCase() || 's'] ?? 1;
  return Number(match[1]) * unit * 1000;
}

async function warn(process: Process, settings: ConnectSettings, text: string): Promise<void> {
  if (!settings.quiet) await report(process, text);
}

/** Opens an authenticated connection. Throws ClientError. */
export async function openSession(process: Process, to: Destination, settings: ConnectSettings): Promise<Session> {
  const host = setting(settings, 'hostname')?.replace(/%h/g, to.host) ?? to.host;
  const port = Number(setting(settings, 'port') ?? 22);
  const user = to.user ?? setting(settings, 'user') ?? process.credentials.user;
  const found = await resolve(process, host);
  if (found.kind !== 'found')
    throw new ClientError(`ssh: Could not resolve hostname ${host.toLowerCase()}: ${lookupError(found)}`);
  const address = found.addresses[0] ?? host;
  if (settings.verbose) await debug(process, `Connecting to ${host} [${address}] port ${port}.`);
  const patience = milliseconds(setting(settings, 'connecttimeout')) ?? TCP_GIVES_UP_MS;
  const connection = await openConnection(process, address, port, 'tcp', patience);
  if (connection.kind !== 'connected') {
    throw new ClientError(`ssh: connect to host ${host} port ${port}: ${connectError(connection)}`);
  }
  if (settings.verbose) await debug(process, 'Connection established.');
  const remote = process.world.machines[connection.machine];
  const keys = remote ? hostKeys(remote) : [];
  const serves = remote?.network.sockets.some((socket) => socket.port === port && socket.process === 'sshd');
  if (!remote || !serves || keys.length === 0) {
    throw new ClientError(
      `kex_exchange_identification: Connection closed by remote host\nConnection closed by ${address} port ${port}`,
    );
  }
  const session: Session = {
    machine: remote.name,
    boot: remote.boot,
    user,
    host: to.host,
    address,
    port,
    source: connection.source,
    sourcePort: 0,
  };
  await process.sleep(HANDSHAKE_MS);
  const checked = await checkHostKey(process, settings, session, keys);
  await authenticate(process, settings, session, remote, checked);
  if (checked.learn) learnOtherKeys(process, checked, keys);
  session.sourcePort = process.transact((world) => 32768 + (world.sequence++ % 28000));
  return session;
}

async function debug(process: Process, text: string): Promise<void> {
  await report(process, `debug1: ${text}`);
}

/** What the check of the host key left open. */
interface HostCheck {
  /** The key changed and the user connects all the same: no passwords are sent. */
  changed: boolean;
  /** The host's other keys are to be kept too once it is known. */
  learn: boolean;
  file: string;
  name: string;
}

function knownHostsFiles(process: Process, settings: ConnectSettings): string[] {
  const own = setting(settings, 'userknownhostsfile') ?? '~/.ssh/known_hosts ~/.ssh/known_hosts2';
  return own.split(/\s+/).map((path) => path.replace(/^~(?=\/)/, process.credentials.home));
}

async function checkHostKey(
  process: Process,
  settings: ConnectSettings,
  session: Session,
  keys: readonly PublicKey[],
): Promise<HostCheck> {
  const files = knownHostsFiles(process, settings);
  const name = knownName(setting(settings, 'hostkeyalias') ?? session.host, session.port);
  const entries = [...files, '/etc/ssh/ssh_known_hosts'].flatMap((file) => readKnownHosts(process, file));
  const about = entries.filter((entry) => isAbout(entry, name));
  // A client prefers a kind of key that it knows.
  const key = keys.find((candidate) => about.some((entry) => entry.key.type === candidate.type)) ?? keys[0];
  if (!key) throw new ClientError('Host key verification failed.');
  const file = files[0] ?? '';
  const usual = setting(settings, 'userknownhostsfile') === undefined;
  const learn =
    setting(settings, 'updatehostkeys') === undefined ? usual : setting(settings, 'updatehostkeys') === 'yes';
  const check = { changed: false, learn, file, name };
  if (about.some((entry) => entry.key.blob === key.blob)) return check;
  const strict = (setting(settings, 'stricthostkeychecking') ?? 'ask').toLowerCase();
  const offending = about.find((entry) => entry.key.type === key.type);
  if (offending) {
    await reportChanged(process, settings, session, key, offending, strict);
    return { ...check, changed: true, learn: false };
  }
  if (strict === 'yes' || strict === 'true') {
    throw new ClientError(
      `No ${kindName(key)} host key is known for ${name} and you have requested strict checking.\nHost key verification failed.`,
    );
  }
  const plainly = ['no', 'off', 'false', 'accept-new'].includes(strict);
  if (!plainly) await askAboutHost(process, settings, session, key, entries);
  const kept = addKnownHost(process, file, name, key);
  if (kept)
    await warn(
      process,
      settings,
      `Warning: Permanently added '${name}' (${kindName(key)}) to the list of known hosts.`,
    );
  else await warn(process, settings, `Failed to add the host to the list of known hosts (${file}).`);
  return check;
}

/** `The authenticity of host … can't be established.` */
async function askAboutHost(
  process: Process,
  settings: ConnectSettings,
  session: Session,
  key: PublicKey,
  entries: readonly KnownHost[],
): Promise<void> {
  const refused = new ClientError('Host key verification failed.');
  if (setting(settings, 'batchmode') === 'yes' || !process.tty) throw refused;
  const shown = session.host === session.address ? session.host : `${session.host} (${session.address})`;
  const named =
    session.port === 22 ? shown : `[${session.host}]:${session.port} ([${session.address}]:${session.port})`;
  const period = process.machine.distribution === 'debian-12' ? '.' : '';
  const others = entries.filter((entry) => entry.key.blob === key.blob);
  const home = process.credentials.home;
  const list = others.map((entry) => `    ${entry.file.replace(home, '~')}:${entry.line}: ${entry.names.join(',')}\n`);
  const known =
    others.length === 0
      ? `This key is not known by any other names${period}\n`
      : `This host key is known by the following other names/addresses:\n${list.join('')}`;
  let prompt =
    `The authenticity of host '${named}' can't be established.\n` +
    `${kindName(key)} key fingerprint is ${fingerprint(key)}.\n${known}` +
    'Are you sure you want to continue connecting (yes/no/[fingerprint])? ';
  for (;;) {
    const answer = (await askOnTerminal(process, prompt, true))?.trim();
    if (answer === undefined || answer.toLowerCase() === 'no' || answer === '') throw refused;
    if (answer.toLowerCase() === 'yes' || answer === fingerprint(key)) return;
    prompt = "Please type 'yes', 'no' or the fingerprint: ";
  }
}

async function reportChanged(
  process: Process,
  settings: ConnectSettings,
  session: Session,
  key: PublicKey,
  offending: KnownHost,
  strict: string,
): Promise<void> {
  const kind = kindName(key);
  const rule = '@'.repeat(59);
  const debian = process.machine.distribution === 'debian-12';
  const remedy = debian ? ['  remove with:', `  ssh-keygen -f "${offending.file}" -R "${session.host}"`] : [];
  await report(
    process,
    rule,
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
    rule,
    'IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!',
    'Someone could be eavesdropping on you right now (man-in-the-middle attack)!',
    'It is also possible that a host key has just been changed.',
    `The fingerprint for the ${kind} key sent by the remote host is\n${fingerprint(key)}.`,
    'Please contact your system administrator.',
    `Add correct host key in ${offending.file} to get rid of this message.`,
    `Offending ${kind} key in ${offending.file}:${offending.line}`,
    ...remedy,
  );
  if (strict !== 'no' && strict !== 'off' && strict !== 'false') {
    throw new ClientError(
      `Host key for ${session.host} has changed and you have requested strict checking.\nHost key verification failed.`,
    );
  }
  await warn(process, settings, 'Password authentication is disabled to avoid man-in-the-middle attacks.');
  await warn(process, settings, 'Keyboard-interactive authentication is disabled to avoid man-in-the-middle attacks.');
}

/** Keeps the other keys of a host that has proved who it is (UpdateHostKeys). */
function learnOtherKeys(process: Process, check: HostCheck, keys: readonly PublicKey[]): void {
  const known = readKnownHosts(process, check.file).filter((entry) => isAbout(entry, check.name));
  if (known.length === 0) return;
  for (const key of keys) {
    if (!known.some((entry) => entry.key.blob === key.blob)) addKnownHost(process, check.file, check.name, key);
  }
}

/** An identity to try: where it is, and its public half when that can be read. */
interface Identity {
  path: string;
  explicit: boolean;
}

const DEFAULT_IDENTITIES = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_xmss', 'id_dsa'];

async function identities(process: Process, settings: ConnectSettings): Promise<Identity[]> {
  const { home } = process.credentials;
  const given = settings.options.identityFiles;
  if (given.length === 0) return DEFAULT_IDENTITIES.map((name) => ({ path: `${home}/.ssh/${name}`, explicit: false }));
  const list: Identity[] = [];
  for (const text of given) {
    const expanded = text.replace(/^~(?=\/)/, home);
    const path = expanded.startsWith('/') ? expanded : `${process.cwd}/${expanded}`;
    if (lookup(process.machine, path)) list.push({ path, explicit: true });
    else {
      await process.stderr.write(`Warning: Identity file ${text} not accessible: No such file or directory.\n`);
    }
  }
  // A missing file that was asked for leaves the usual ones.
  return list.length > 0 ? list : DEFAULT_IDENTITIES.map((name) => ({ path: `${home}/.ssh/${name}`, explicit: false }));
}

async function authenticate(
  process: Process,
  settings: ConnectSettings,
  session: Session,
  remote: Machine,
  check: HostCheck,
): Promise<void> {
  const config = serverConfig(remote);
  const preferred = (setting(settings, 'preferredauthentications') ?? 'publickey,password').split(',');
  const byKey = preferred.includes('publickey') && setting(settings, 'pubkeyauthentication') !== 'no';
  if (byKey && (await tryKeys(process, settings, session, config))) return;
  const byPassword =
    preferred.includes('password') &&
    setting(settings, 'passwordauthentication') !== 'no' &&
    setting(settings, 'batchmode') !== 'yes' &&
    !check.changed &&
    config.passwordAuthentication;
  if (byPassword && (await tryPasswords(process, settings, session, config))) return;
  throw new ClientError(`${session.user}@${session.host}: Permission denied (${methodNames(config)}).`);
}

function logLogin(process: Process, session: Session, method: string): void {
  process.transact((world) => {
    const machine = world.machines[session.machine];
    if (!machine) return;
    serverLog(
      world,
      machine,
      `Accepted ${method} for ${session.user} from ${session.source} port ${32768 + (world.sequence % 28000)} ssh2`,
    );
  });
}

async function tryKeys(
  process: Process,
  settings: ConnectSettings,
  session: Session,
  config: ServerConfig,
): Promise<boolean> {
  for (const identity of await identities(process, settings)) {
    const { path } = identity;
    const content = readFileIfThere(process.machine, path);
    const beside = readFileIfThere(process.machine, `${path}.pub`);
    let offered = beside === undefined ? null : parsePublic(beside);
    let sealed: SealedKey | null = null;
    if (!offered) {
      sealed = await loadPrivate(process, path, content);
      offered = sealed?.publicKey ?? null;
    }
    const remote = process.world.machines[session.machine];
    if (!offered || !remote || !acceptsKey(remote, config, session.user, offered)) continue;
    sealed ??= await loadPrivate(process, path, content);
    if (!sealed || sealed.publicKey.blob !== offered.blob) continue;
    if (sealed.encrypted && !(await unlock(process, settings, path, sealed))) continue;
    logLogin(process, session, 'publickey');
    return true;
  }
  return false;
}

/** Reads a private key; one that others can read is refused. */
async function loadPrivate(process: Process, path: string, content: string | undefined): Promise<SealedKey | null> {
  const inode = lookup(process.machine, path);
  if (!inode || content === undefined) return null;
  if (inode.uid === process.credentials.uid && (inode.mode & 0o077) !== 0) {
    const rule = '@'.repeat(59);
    const mode = (inode.mode & 0o777).toString(8).padStart(4, '0');
    await report(
      process,
      rule,
      '@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @',
      rule,
      `Permissions ${mode} for '${path}' are too open.`,
      'It is required that your private key files are NOT accessible by others.',
      'This private key will be ignored.',
      `Load key "${path}": bad permissions`,
    );
    return null;
  }
  const sealed = parsePrivate(content);
  if (!sealed) await report(process, `Load key "${path}": invalid format`);
  return sealed;
}

async function unlock(process: Process, settings: ConnectSettings, path: string, sealed: SealedKey): Promise<boolean> {
  if (setting(settings, 'batchmode') === 'yes') return false;
  for (let attempt = 0; attempt < 3; attempt++) {
    const passphrase = await askOnTerminal(process, `Enter passphrase for key '${path}': `, false);
    if (passphrase === null || passphrase === '') return false;
    if (sealed.open(passphrase)) return true;
  }
  return false;
}

async function tryPasswords(
  process: Process,
  settings: ConnectSettings,
  session: Session,
  config: ServerConfig,
): Promise<boolean> {
  const tries = Number(setting(settings, 'numberofpasswordprompts') ?? 3) || 3;
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0) await report(process, 'Permission denied, please try again.');
    const password = await askOnTerminal(process, `${session.user}@${session.host}'s password: `, false);
    const remote = process.world.machines[session.machine];
    if (!remote || remote.boot !== session.boot)
      throw new ClientError(`Connection closed by ${session.address} port ${session.port}`);
    const known = findUser(remote, session.user) !== undefined;
    const right = password !== null && known && checkPassword(remote, session.user, password);
    if (right && allowsPassword(remote, config, session.user)) {
      logLogin(process, session, 'password');
      return true;
    }
    process.transact((world) => {
      const machine = world.machines[session.machine];
      const name = known ? session.user : `invalid user ${session.user}`;
      if (machine) serverLog(world, machine, `Failed password for ${name} from ${session.source} port 50000 ssh2`);
    });
    // Without a terminal nothing was asked, and the empty answers are refused at once.
    if (password !== null) await process.sleep(WRONG_PASSWORD_MS);
  }
  return false;
}

/** Whether packets of an open connection get through now. */
export function isAlive(process: Process, session: Session): boolean {
  const way = reach(process.world, process.machineName, session.address);
  return way.kind === 'connected' && way.machine === session.machine;
}
