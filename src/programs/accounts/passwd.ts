import {
  checkPassword,
  dayNumber,
  findShadow,
  findUser,
  listUsers,
  type ShadowEntry,
  setPassword,
  writeShadow,
} from '../../machine/accounts';
import { logTo } from '../../machine/log';
import type { Process, Program } from '../../shell/process';
import { formatDate } from '../coreutils/dates';
import { type OptionSpec, parseOptions, UsageError } from '../options';

const specs: readonly OptionSpec[] = [
  { key: 'stdin', long: ['stdin'] },
  { key: 'lock', short: 'l', long: ['lock'] },
  { key: 'unlock', short: 'u', long: ['unlock'] },
  { key: 'delete', short: 'd', long: ['delete'] },
  { key: 'expire', short: 'e', long: ['expire'] },
  { key: 'force', short: 'f', long: ['force'] },
  { key: 'keep', short: 'k', long: ['keep-tokens'] },
  { key: 'status', short: 'S', long: ['status'] },
  { key: 'max', short: 'x', long: ['maximum', 'maxdays'], value: 'required' },
  { key: 'min', short: 'n', long: ['minimum', 'mindays'], value: 'required' },
  { key: 'warn', short: 'w', long: ['warning', 'warndays'], value: 'required' },
  { key: 'inactive', short: 'i', long: ['inactive'], value: 'required' },
];

/** Attempts that pam_pwquality gives (`retry=3`). */
const TRIES = 3;

/** The words of a distribution's passwd. */
interface Wording {
  centos: boolean;
  unknown: (name: string) => string;
}

/** Reads one line without echo, after a prompt. Null at the end of the input. */
export async function askSecret(process: Process, prompt: string, output = process.stderr): Promise<string | null> {
  await output.write(prompt);
  if (!process.stdin.isTerminal || !process.tty) return process.stdin.readLine();
  process.tty.setEcho(false);
  try {
    return await process.stdin.readLine();
  } finally {
    process.tty.setEcho(true);
    await output.write('\n');
  }
}

/** Why pam_pwquality finds a password bad, or null. */
export function weakness(password: string, user: string): string | null {
  if (password.length < 8) return 'The password is shorter than 8 characters';
  if (password === [...password].reverse().join('')) return 'The password is a palindrome';
  if (password.toLowerCase().includes(user.toLowerCase()) && user.length > 3) {
    return 'The password contains the user name in some form';
  }
  if (new Set(password).size < 5) return 'The password does not contain enough DIFFERENT characters';
  if (/^(password|qwertyui|12345678|asdfghjk|iloveyou)/i.test(password)) {
    return 'The password fails the dictionary check - it is based on a dictionary word';
  }
  return null;
}

/** `passwd`, as CentOS has it (of the package passwd), or Debian's of shadow where the machine is one. */
export const passwd: Program = async (process) => {
  const centos = process.machine.distribution !== 'debian-12';
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions('passwd', process.argv, centos ? specs : specs.filter(({ key }) => key !== 'stdin'));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(
      centos ? `${popt(error.message)}\n` : `${error.message}\nUsage: passwd [options] [LOGIN]\n`,
    );
    return centos ? 1 : 6;
  }
  const root = process.credentials.uid === 0;
  const name = options.operands[0] ?? process.credentials.user;
  const words: Wording = {
    centos,
    unknown: (user) => (centos ? `passwd: Unknown user name '${user}'.\n` : `passwd: user '${user}' does not exist\n`),
  };
  if (!root && name !== process.credentials.user) {
    await process.stderr.write(
      centos
        ? 'passwd: Only root can specify a user name.\n'
        : `passwd: You may not view or modify password information for ${name}.\n`,
    );
    return 1;
  }
  const entry = findUser(process.machine, name) && findShadow(process.machine, name);
  if (!entry) {
    await process.stderr.write(words.unknown(name));
    return 1;
  }
  if (options.has('status')) return status(process, entry, centos);
  const change = administrative(options.given.map(({ key }) => key));
  if (change && !root) {
    await process.stderr.write('passwd: Only root can do that.\n');
    return 1;
  }
  if (change) return administer(process, entry, change, centos);
  if (options.has('max') || options.has('min') || options.has('warn') || options.has('inactive')) {
    return adjustAging(process, entry, options);
  }
  if (options.has('stdin') && !root) {
    await process.stderr.write('passwd: Only root can do that.\n');
    return 1;
  }
  if (options.has('stdin')) return fromStdin(process, name);
  return centos ? interactive(process, name, root) : debianInteractive(process, name);
};

/** getopt's complaint in the words of popt, which CentOS's passwd uses. */
function popt(message: string): string {
  const long = /unrecognized option '(--[^']*)'/.exec(message);
  if (long) return `passwd: bad argument ${long[1]}: unknown option`;
  const short = /invalid option -- '(.)'/.exec(message);
  if (short) return `passwd: bad argument -${short[1]}: unknown option`;
  return message;
}

type Change = 'lock' | 'unlock' | 'delete' | 'expire';

function administrative(keys: readonly string[]): Change | undefined {
  return (['lock', 'unlock', 'delete', 'expire'] as const).find((change) => keys.includes(change));
}

async function administer(process: Process, entry: ShadowEntry, change: Change, centos: boolean): Promise<number> {
  const time = process.world.epoch + process.world.now;
  const next = { ...entry };
  if (change === 'lock' && !next.hash.startsWith('!')) next.hash = `!${centos ? '!' : ''}${next.hash}`;
  if (change === 'unlock') next.hash = next.hash.replace(/^!+/, '');
  if (change === 'delete') next.hash = '';
  if (change === 'expire') next.changed = 0;
  if (change === 'unlock' && next.hash === '') {
    await process.stdout.write(`Unlocking password for user ${entry.name}.\n`);
    await process.stderr.write(
      'passwd: Warning: unlocked password would be empty.\npasswd: Unsafe operation (use -f to force)\n',
    );
    return 1;
  }
  process.transact((_, machine) => writeShadow(machine, next, time));
  const verb = {
    lock: 'Locking password',
    unlock: 'Unlocking password',
    delete: 'Removing password',
    expire: 'Expiring password',
  }[change];
  await process.stdout.write(
    centos ? `${verb} for user ${entry.name}.\npasswd: Success\n` : 'passwd: password changed.\n',
  );
  return 0;
}

async function adjustAging(
  process: Process,
  entry: ShadowEntry,
  options: ReturnType<typeof parseOptions>,
): Promise<number> {
  const next = { ...entry };
  const value = (key: string, old: number | null) => (options.has(key) ? Number(options.value(key)) : old);
  next.maxDays = value('max', next.maxDays);
  next.minDays = value('min', next.minDays);
  next.warnDays = value('warn', next.warnDays);
  next.inactive = value('inactive', next.inactive);
  process.transact((world, machine) => writeShadow(machine, next, world.epoch + world.now));
  await process.stdout.write(`Adjusting aging data for user ${entry.name}.\npasswd: Success\n`);
  return 0;
}

async function status(process: Process, entry: ShadowEntry, centos: boolean): Promise<number> {
  const locked = entry.hash.startsWith('!') || entry.hash.startsWith('*');
  const code = entry.hash === '' ? 'NP' : locked ? (centos ? 'LK' : 'L') : centos ? 'PS' : 'P';
  const day = formatDate(process, (entry.changed ?? 0) * 86_400_000, '%Y-%m-%d');
  const rest = `${day} ${entry.minDays ?? -1} ${entry.maxDays ?? -1} ${entry.warnDays ?? -1} ${entry.inactive ?? -1}`;
  const notes: Readonly<Record<string, string>> = {
    NP: 'Empty password.',
    LK: 'Password locked.',
    PS: 'Password set, SHA512 crypt.',
  };
  const note = centos ? notes[code] : undefined;
  await process.stdout.write(`${entry.name} ${code} ${rest}${note === undefined ? '' : ` (${note})`}\n`);
  return 0;
}

async function fromStdin(process: Process, name: string): Promise<number> {
  const line = await process.stdin.readLine();
  await process.stdout.write(`Changing password for user ${name}.\n`);
  if (line === null || line === '') {
    await process.stderr.write('passwd: Authentication token manipulation error\n');
    return 1;
  }
  store(process, name, line);
  await process.stdout.write('passwd: all authentication tokens updated successfully.\n');
  return 0;
}

function store(process: Process, name: string, password: string): void {
  process.transact((world, machine) => {
    setPassword(world, machine, name, password);
    logTo(world, machine, {
      identifier: 'passwd',
      pid: process.pid,
      priority: 5,
      message: `pam_unix(passwd:chauthtok): password changed for ${name}`,
    });
  });
}

async function interactive(process: Process, name: string, root: boolean): Promise<number> {
  await process.stdout.write(`Changing password for user ${name}.\n`);
  if (!root) {
    const current = await askSecret(process, 'Current password: ');
    if (current === null || !checkPassword(process.machine, name, current)) {
      await process.sleep(2000);
      await process.stderr.write('passwd: Authentication token manipulation error\n');
      return 1;
    }
  }
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const first = await askSecret(process, 'New password: ');
    if (first === null) break;
    if (first === '') {
      await process.stderr.write('No password has been supplied.\n');
      continue;
    }
    const bad = weakness(first, name);
    if (bad !== null) await process.stderr.write(`BAD PASSWORD: ${bad}\n`);
    if (bad !== null && !root) continue;
    const second = await askSecret(process, 'Retype new password: ');
    if (second === first) {
      store(process, name, first);
      await process.stdout.write('passwd: all authentication tokens updated successfully.\n');
      return 0;
    }
    await process.stderr.write('Sorry, passwords do not match.\n');
    if (second === null) break;
  }
  await process.stderr.write('passwd: Have exhausted maximum number of retries for service\n');
  return 1;
}

async function debianInteractive(process: Process, name: string): Promise<number> {
  const first = await askSecret(process, 'New password: ');
  const second = first === null ? null : await askSecret(process, 'Retype new password: ');
  if (first !== null && first === second && first !== '') {
    store(process, name, first);
    await process.stderr.write('passwd: password updated successfully\n');
    return 0;
  }
  if (first !== second) await process.stderr.write('Sorry, passwords do not match.\n');
  await process.stderr.write('passwd: Authentication token manipulation error\npasswd: password unchanged\n');
  return 10;
}

/** `chpasswd`: `user:password` lines. */
export const chpasswd: Program = async (process) => {
  const text = await process.stdin.readAll();
  if (process.credentials.uid !== 0) {
    await process.stderr.write('chpasswd: Permission denied.\nchpasswd: cannot lock /etc/passwd; try again later.\n');
    return 1;
  }
  let result = 0;
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon < 0) {
      await process.stderr.write(`chpasswd: line ${at + 1}: missing new password\n`);
      result = 1;
      continue;
    }
    const name = line.slice(0, colon);
    if (!findUser(process.machine, name)) {
      await process.stderr.write(
        `chpasswd: (user ${name}) pam_chauthtok() failed, error:\nAuthentication token manipulation error\nchpasswd: (line ${at + 1}, user ${name}) password not changed\n`,
      );
      result = 1;
    } else store(process, name, line.slice(colon + 1));
  }
  return result;
};

const agingSpecs: readonly OptionSpec[] = [
  { key: 'list', short: 'l', long: ['list'] },
  { key: 'iso', short: 'i', long: ['iso8601'] },
  { key: 'lastday', short: 'd', long: ['lastday'], value: 'required' },
  { key: 'expire', short: 'E', long: ['expiredate'], value: 'required' },
  { key: 'max', short: 'M', long: ['maxdays'], value: 'required' },
  { key: 'min', short: 'm', long: ['mindays'], value: 'required' },
  { key: 'warn', short: 'W', long: ['warndays'], value: 'required' },
  { key: 'inactive', short: 'I', long: ['inactive'], value: 'required' },
];

/** A day as chage takes it: a number, -1 for none, or YYYY-MM-DD. */
function day(text: string): number | null {
  if (/^-?\d+$/.test(text)) return Number(text) < 0 ? null : Number(text);
  const match = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(text);
  return match ? dayNumber(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))) : null;
}

/** `chage`: password aging. */
export const chage: Program = async (process) => {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions('chage', process.argv, agingSpecs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\nUsage: chage [options] LOGIN\n`);
    return 2;
  }
  const name = options.operands[0];
  if (name === undefined) {
    await process.stderr.write('Usage: chage [options] LOGIN\n');
    return 2;
  }
  const entry = findShadow(process.machine, name);
  if (!entry || !listUsers(process.machine).some((user) => user.name === name)) {
    await process.stderr.write(`chage: user '${name}' does not exist in /etc/passwd\n`);
    return 1;
  }
  if (process.credentials.uid !== 0 && !(options.has('list') && name === process.credentials.user)) {
    await process.stderr.write('chage: Permission denied.\n');
    return 1;
  }
  if (options.has('list')) return listAging(process, entry);
  const next = { ...entry };
  if (options.has('lastday')) next.changed = day(options.value('lastday') ?? '');
  if (options.has('expire')) next.expires = day(options.value('expire') ?? '');
  if (options.has('max')) next.maxDays = Number(options.value('max'));
  if (options.has('min')) next.minDays = Number(options.value('min'));
  if (options.has('warn')) next.warnDays = Number(options.value('warn'));
  if (options.has('inactive')) next.inactive = day(options.value('inactive') ?? '');
  process.transact((world, machine) => writeShadow(machine, next, world.epoch + world.now));
  return 0;
};

async function listAging(process: Process, entry: ShadowEntry): Promise<number> {
  const date = (value: number | null) =>
    value === null ? 'never' : formatDate(process, value * 86_400_000, '%b %d, %Y');
  const noLimit = entry.maxDays === null || entry.maxDays >= 10_000;
  const expiry = noLimit || entry.changed === null ? 'never' : date(entry.changed + (entry.maxDays ?? 0));
  const inactive =
    expiry === 'never' || entry.inactive === null
      ? 'never'
      : date((entry.changed ?? 0) + (entry.maxDays ?? 0) + entry.inactive);
  const rows = [
    ['Last password change', entry.changed === 0 ? 'password must be changed' : date(entry.changed)],
    ['Password expires', expiry],
    ['Password inactive', inactive],
    ['Account expires', date(entry.expires)],
  ] as const;
  let text = rows
    .map(([label, value]) => `${label}${'\t'.repeat(label.length < 16 ? 5 : label.length < 24 ? 4 : 3)}: ${value}\n`)
    .join('');
  text += `Minimum number of days between password change\t\t: ${entry.minDays ?? -1}\n`;
  text += `Maximum number of days between password change\t\t: ${entry.maxDays ?? -1}\n`;
  text += `Number of days of warning before password expires\t: ${entry.warnDays ?? -1}\n`;
  await process.stdout.write(text);
  return 0;
}
