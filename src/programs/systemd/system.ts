import { listDirectory, lookup, readFileIfThere, writeFile } from '../../machine/files';
import { logTo } from '../../machine/log';
import type { Process, Program } from '../../shell/process';
import type { LoginRecord } from '../../world/machine';
import { formatDate } from '../coreutils/dates';
import { withOptions } from '../options';
import { ansi, unixTime } from './format';

function openLogins(process: Process): LoginRecord[] {
  return process.machine.logins.filter((login) => login.until === null);
}

const two = (value: number) => String(value).padStart(2, '0');

/** `up  1:02` of uptime and w. */
function upText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const head = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  const hours = Math.floor(minutes / 60) % 24;
  return hours > 0 ? `${head}${String(hours).padStart(2)}:${two(minutes % 60)}` : `${head}${minutes % 60} min`;
}

/** Load averages: what runs now, and less of what ran before. */
function loads(process: Process): [string, string, string] {
  const busy = Object.values(process.machine.processes).filter(({ state }) => state === 'R').length;
  return [(busy * 0.6 + 0.02).toFixed(2), (busy * 0.3 + 0.04).toFixed(2), (busy * 0.1 + 0.01).toFixed(2)];
}

function uptimeLine(process: Process): string {
  const now = formatDate(process, unixTime(process, process.world.now), '%H:%M:%S');
  const users = openLogins(process).length;
  const up = upText(process.world.now - process.machine.bootedAt);
  return ` ${now} up ${up},  ${users} user${users === 1 ? '' : 's'},  load average: ${loads(process).join(', ')}\n`;
}

export const uptime: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'pretty', short: 'p', long: ['pretty'] },
      { key: 'since', short: 's', long: ['since'] },
    ],
    async (options) => {
      const { machine, world } = process;
      if (options.has('since')) {
        await process.stdout.write(
          `${formatDate(process, unixTime(process, machine.bootedAt), '%Y-%m-%d %H:%M:%S')}\n`,
        );
      } else if (options.has('pretty')) {
        const minutes = Math.floor((world.now - machine.bootedAt) / 60_000);
        const parts = [
          [Math.floor(minutes / 1440), 'day'],
          [Math.floor(minutes / 60) % 24, 'hour'],
          [minutes % 60, 'minute'],
        ] as const;
        const shown = parts.filter(([count], at) => count > 0 || (at === 2 && minutes === 0));
        await process.stdout.write(
          `up ${shown.map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`).join(', ')}\n`,
        );
      } else await process.stdout.write(uptimeLine(process));
      return 0;
    },
  );

export const who: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'boot', short: 'b', long: ['boot'] },
      { key: 'runlevel', short: 'r', long: ['runlevel'] },
      { key: 'heading', short: 'H', long: ['heading'] },
      { key: 'count', short: 'q', long: ['count'] },
      { key: 'me', short: 'm' },
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'users', short: 'uT', long: ['users'] },
    ],
    async (options) => {
      const time = (at: number) => formatDate(process, unixTime(process, at), '%Y-%m-%d %H:%M');
      if (options.has('boot')) {
        await process.stdout.write(`         system boot  ${time(process.machine.bootedAt)}\n`);
        return 0;
      }
      if (options.has('runlevel')) {
        await process.stdout.write(`         run-level 3  ${time(process.machine.bootedAt)}\n`);
        return 0;
      }
      let shown = openLogins(process);
      if (options.has('me') || process.argv.slice(1).join(' ') === 'am i') {
        const line = process.tty?.path.replace('/dev/', '');
        shown = shown.filter((login) => login.line === line);
      }
      if (options.has('heading')) await process.stdout.write('NAME     LINE         TIME             COMMENT\n');
      for (const login of shown) {
        const from = login.from === '' ? '' : ` (${login.from})`;
        await process.stdout.write(`${login.user.padEnd(8)} ${login.line.padEnd(12)} ${time(login.since)}${from}\n`);
      }
      return 0;
    },
  );

export const w: Program = async (process) => {
  let text = uptimeLine(process);
  text += 'USER     TTY        LOGIN@   IDLE   JCPU   PCPU WHAT\n';
  for (const login of openLogins(process)) {
    const at = formatDate(process, unixTime(process, login.since), '%H:%M');
    text += `${login.user.padEnd(8)} ${login.line.padEnd(8)} ${at.padStart(8)}    0.00s  0.03s  0.00s -bash\n`;
  }
  await process.stdout.write(text);
  return 0;
};

export const last: Program = async (process) => {
  const { machine } = process;
  let text = '';
  const day = (at: number) => formatDate(process, unixTime(process, at), '%a %b %e %H:%M');
  for (const login of [...machine.logins].reverse()) {
    const minutes = Math.floor(((login.until ?? process.world.now) - login.since) / 60_000);
    const end =
      login.until === null
        ? '  still logged in'
        : `- ${formatDate(process, unixTime(process, login.until), '%H:%M')}  (${two(Math.floor(minutes / 60))}:${two(minutes % 60)})`;
    text += `${login.user.padEnd(8)} ${login.line.padEnd(12)} ${login.from.padEnd(16)} ${day(login.since)} ${end}\n`;
  }
  text += `reboot   system boot  ${machine.kernel.slice(0, 16).padEnd(16)} ${day(machine.bootedAt)}   still running\n`;
  text += `\nwtmp begins ${formatDate(process, unixTime(process, machine.bootedAt), '%a %b %e %H:%M:%S %Y')}\n`;
  await process.stdout.write(text);
  return 0;
};

/** `free [-h|-m|-g|-k|-b]` */
export const free: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'human', short: 'h', long: ['human'] },
      { key: 'mebi', short: 'm', long: ['mebi'] },
      { key: 'gibi', short: 'g', long: ['gibi'] },
      { key: 'kibi', short: 'k', long: ['kibi'] },
      { key: 'bytes', short: 'b', long: ['bytes'] },
      { key: 'total', short: 't', long: ['total'] },
      { key: 'wide', short: 'w', long: ['wide'] },
    ],
    async (options) => {
      const field = (name: string) =>
        Number(
          new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileIfThere(process.machine, '/proc/meminfo') ?? '')?.[1] ??
            0,
        );
      const total = field('MemTotal');
      const unused = field('MemFree');
      const cache = field('Buffers') + field('Cached');
      const used = total - unused - cache;
      const show = (kib: number) => {
        if (options.has('human')) return human(kib);
        if (options.has('bytes')) return String(kib * 1024);
        if (options.has('mebi')) return String(Math.floor(kib / 1024));
        if (options.has('gibi')) return String(Math.floor(kib / 1024 / 1024));
        return String(kib);
      };
      const row = (name: string, values: readonly number[]) =>
        `${name.padEnd(7)}${values.map((value, at) => show(value).padStart(at === 0 ? 13 : 12)).join('')}\n`;
      let text = '               total        used        free      shared  buff/cache   available\n';
      text += row('Mem:', [total, used, unused, 8620, cache, field('MemAvailable')]);
      text += row('Swap:', [field('SwapTotal'), 0, field('SwapFree')]);
      if (options.has('total')) text += row('Total:', [total, used, unused]);
      await process.stdout.write(text);
      return 0;
    },
  );

function human(kib: number): string {
  let value = kib * 1024;
  for (const unit of ['B', 'Ki', 'Mi', 'Gi']) {
    if (value < 1024 || unit === 'Gi')
      return value < 10 && unit !== 'B' ? `${value.toFixed(1)}${unit}` : `${Math.floor(value)}${unit}`;
    value /= 1024;
  }
  return String(kib);
}

export const lscpu: Program = async (process) => {
  const { cpus, virtualization } = process.machine;
  const rows: [string, string][] = [
    ['Architecture', 'x86_64'],
    ['  CPU op-mode(s)', '32-bit, 64-bit'],
    ['  Address sizes', '46 bits physical, 48 bits virtual'],
    ['  Byte Order', 'Little Endian'],
    ['CPU(s)', String(cpus)],
    ['  On-line CPU(s) list', cpus === 1 ? '0' : `0-${cpus - 1}`],
    ['Vendor ID', 'GenuineIntel'],
    ['  Model name', 'Intel Xeon Processor (Skylake, IBRS)'],
    ['    CPU family', '6'],
    ['    Model', '85'],
    ['    Thread(s) per core', '1'],
    ['    Core(s) per socket', '1'],
    ['    Socket(s)', String(cpus)],
    ['Virtualization features', ''],
    ...(virtualization === 'kvm'
      ? ([
          ['  Hypervisor vendor', 'KVM'],
          ['  Virtualization type', 'full'],
        ] as [string, string][])
      : ([['  Virtualization', 'VT-x']] as [string, string][])),
  ];
  await process.stdout.write(rows.map(([label, value]) => `${`${label}:`.padEnd(25)}${value}\n`).join(''));
  return 0;
};

export const lsmod: Program = async (process) => {
  let text = 'Module                  Size  Used by\n';
  for (const line of (readFileIfThere(process.machine, '/proc/modules') ?? '').split('\n')) {
    const [name, size = '', count = '', users = ''] = line.split(' ');
    if (!name) continue;
    const by = users === '-' ? '' : ` ${users.replace(/,$/, '')}`;
    text += `${name.padEnd(19)} ${size.padStart(8)}  ${count}${by}\n`;
  }
  await process.stdout.write(text);
  return 0;
};

/** Modules that can be loaded, with their sizes and what they need. */
const LOADABLE: Readonly<Record<string, readonly [number, readonly string[]]>> = {
  softdog: [16384, []],
  dlm: [286720, []],
  gfs2: [716800, ['dlm']],
  iscsi_tcp: [28672, ['libiscsi_tcp', 'libiscsi', 'scsi_transport_iscsi']],
  libiscsi_tcp: [36864, ['libiscsi', 'scsi_transport_iscsi']],
  libiscsi: [81920, ['scsi_transport_iscsi']],
  scsi_transport_iscsi: [176128, []],
  target_core_mod: [479232, []],
  iscsi_target_mod: [405504, ['target_core_mod']],
  nfs: [630784, []],
  nfsd: [745472, []],
  bonding: [233472, []],
  br_netfilter: [36864, []],
  ip_vs: [208896, []],
  loop: [40960, []],
  drbd: [602112, []],
  i6300esb: [16384, []],
};

/** `modprobe [-r] MODULE` */
export const modprobe: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'remove', short: 'r', long: ['remove'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'dry', short: 'n', long: ['dry-run'] },
      { key: 'all', short: 'a', long: ['all'] },
    ],
    async (options) => {
      const wanted = options.operands[0]?.replaceAll('-', '_');
      if (wanted === undefined) {
        await process.stderr.write('modprobe: ERROR: missing parameters. See -h.\n');
        return 1;
      }
      const lines = (readFileIfThere(process.machine, '/proc/modules') ?? '').split('\n').filter((line) => line !== '');
      const present = lines.some((line) => line.startsWith(`${wanted} `));
      const root = process.credentials.uid === 0;
      if (!present && !LOADABLE[wanted]) {
        if (!options.has('quiet')) {
          await process.stderr.write(
            options.has('remove')
              ? `modprobe: FATAL: Module ${wanted} not found.\n`
              : `modprobe: FATAL: Module ${options.operands[0]} not found in directory /lib/modules/${process.machine.kernel}\n`,
          );
        }
        return 1;
      }
      if (!root) {
        await process.stderr.write(
          `modprobe: ERROR: could not ${options.has('remove') ? 'remove' : 'insert'} '${wanted}': Operation not permitted\n`,
        );
        return 1;
      }
      if (options.has('dry')) return 0;
      const [size, needs] = LOADABLE[wanted] ?? [16384, []];
      process.transact((world, machine) => {
        const time = world.epoch + world.now;
        let now = lines;
        if (options.has('remove')) now = now.filter((line) => !line.startsWith(`${wanted} `));
        else if (!present) {
          const add = [wanted, ...needs].filter((name) => !now.some((line) => line.startsWith(`${name} `)));
          now = [
            ...add.map(
              (name) =>
                `${name} ${name === wanted ? size : (LOADABLE[name]?.[0] ?? 16384)} 0 - Live 0x0000000000000000`,
            ),
            ...now,
          ];
        }
        writeFile(machine, '/proc/modules', now.map((line) => `${line}\n`).join(''), { time });
      });
      return 0;
    },
  );

/** `sysctl [-w] NAME[=VALUE]…`, `-a`, `-p`. */
export const sysctl: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'all', short: 'aAX', long: ['all'] },
      { key: 'write', short: 'w', long: ['write'] },
      { key: 'load', short: 'pf', long: ['load'], value: 'optional' },
      { key: 'values', short: 'n', long: ['values'] },
      { key: 'system', long: ['system'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'ignore', short: 'e', long: ['ignore'] },
    ],
    async (options) => {
      if (options.has('all')) {
        for (const name of allSettings(process, '/proc/sys'))
          await process.stdout.write(settingLine(process, name, options.has('values')));
        return 0;
      }
      let wanted = options.operands;
      if (options.has('load') || options.has('system')) {
        const files = options.operands.length > 0 ? options.operands : [options.value('load') ?? '/etc/sysctl.conf'];
        if (options.has('system') && lookup(process.machine, '/etc/sysctl.d')?.kind === 'directory') {
          files.unshift(...listDirectory(process.machine, '/etc/sysctl.d').map((name) => `/etc/sysctl.d/${name}`));
        }
        wanted = [];
        for (const file of files) {
          const text = readFileIfThere(process.machine, file);
          if (text === undefined) {
            await process.stderr.write(`sysctl: cannot open "${file}": No such file or directory\n`);
            return 255;
          }
          wanted.push(
            ...text
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => /^[^#;].*=/.test(line))
              .map((line) => line.replace(/\s*=\s*/, '=')),
          );
        }
      }
      if (wanted.length === 0 && !options.has('load') && !options.has('system')) {
        await process.stderr.write('\nUsage:\n sysctl [options] [variable[=value] ...]\n');
        return 1;
      }
      let status = 0;
      for (const operand of wanted)
        status = (await oneSetting(process, operand, options.has('values'), options.has('quiet'))) || status;
      return status;
    },
  );

function settingPath(name: string): string {
  return `/proc/sys/${name.includes('/') ? name : name.replaceAll('.', '/')}`;
}

function settingLine(process: Process, name: string, valuesOnly: boolean): string {
  const value = (readFileIfThere(process.machine, settingPath(name)) ?? '').replace(/\n$/, '');
  return valuesOnly ? `${value}\n` : `${name} = ${value}\n`;
}

function allSettings(process: Process, folder: string): string[] {
  const inode = lookup(process.machine, folder);
  if (inode?.kind !== 'directory') return [];
  return Object.keys(inode.entries)
    .sort()
    .flatMap((entry) => {
      const path = `${folder}/${entry}`;
      return lookup(process.machine, path)?.kind === 'directory'
        ? allSettings(process, path)
        : [path.slice('/proc/sys/'.length).replaceAll('/', '.')];
    });
}

async function oneSetting(process: Process, operand: string, valuesOnly: boolean, quiet: boolean): Promise<number> {
  const equals = operand.indexOf('=');
  const name = (equals < 0 ? operand : operand.slice(0, equals)).trim();
  const path = settingPath(name);
  const inode = lookup(process.machine, path);
  if (!inode) {
    await process.stderr.write(`sysctl: cannot stat ${path}: No such file or directory\n`);
    return 255;
  }
  if (inode.kind !== 'file') return 0;
  if (equals < 0) {
    await process.stdout.write(settingLine(process, name, valuesOnly));
    return 0;
  }
  if (process.credentials.uid !== 0) {
    await process.stderr.write(`sysctl: permission denied on key "${name}"\n`);
    return 255;
  }
  const value = operand
    .slice(equals + 1)
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
  process.transact((world, machine) => {
    writeFile(machine, path, `${value}\n`, { time: world.epoch + world.now });
    if (path === '/proc/sys/kernel/hostname') machine.hostname = value;
  });
  if (!quiet) await process.stdout.write(settingLine(process, name, valuesOnly));
  return 0;
}

const ENFORCE = '/sys/fs/selinux/enforce';

export const getenforce: Program = async (process) => {
  const value = readFileIfThere(process.machine, ENFORCE);
  await process.stdout.write(
    value === undefined ? 'Disabled\n' : value.trim() === '1' ? 'Enforcing\n' : 'Permissive\n',
  );
  return 0;
};

export const setenforce: Program = async (process) => {
  const word = process.argv[1]?.toLowerCase();
  const value = { '1': '1', enforcing: '1', '0': '0', permissive: '0' }[word ?? ''];
  if (value === undefined) {
    await process.stderr.write('usage:  setenforce [ Enforcing | Permissive | 1 | 0 ]\n');
    return 1;
  }
  if (readFileIfThere(process.machine, ENFORCE) === undefined) {
    await process.stderr.write('setenforce: SELinux is disabled\n');
    return 1;
  }
  if (process.credentials.uid !== 0) {
    await process.stderr.write('setenforce:  setenforce() failed\n');
    return 1;
  }
  process.transact((world, machine) => writeFile(machine, ENFORCE, value, { time: world.epoch + world.now }));
  return 0;
};

export const selinuxenabled: Program = async (process) =>
  readFileIfThere(process.machine, ENFORCE) === undefined ? 1 : 0;

export const sestatus: Program = async (process) => {
  const value = readFileIfThere(process.machine, ENFORCE);
  if (value === undefined) {
    await process.stdout.write('SELinux status:                 disabled\n');
    return 0;
  }
  const config =
    /^SELINUX=(\w+)/m.exec(readFileIfThere(process.machine, '/etc/selinux/config') ?? '')?.[1] ?? 'enforcing';
  const rows: [string, string][] = [
    ['SELinux status', 'enabled'],
    ['SELinuxfs mount', '/sys/fs/selinux'],
    ['SELinux root directory', '/etc/selinux'],
    ['Loaded policy name', 'targeted'],
    ['Current mode', value.trim() === '1' ? 'enforcing' : 'permissive'],
    ['Mode from config file', config],
    ['Policy MLS status', 'enabled'],
    ['Policy deny_unknown status', 'allowed'],
    ['Memory protection checking', 'actual (secure)'],
    ['Max kernel policy version', '33'],
  ];
  await process.stdout.write(rows.map(([label, text]) => `${`${label}:`.padEnd(32)}${text}\n`).join(''));
  return 0;
};

/** `dmesg [-T] [-w] [-l LEVEL]` */
export const dmesg: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'ctime', short: 'T', long: ['ctime'] },
      { key: 'human', short: 'H', long: ['human'] },
      { key: 'level', short: 'l', long: ['level'], value: 'required' },
      { key: 'clear', short: 'C', long: ['clear'] },
      { key: 'follow', short: 'w', long: ['follow'] },
      { key: 'nopager', long: ['nopager'] },
      { key: 'notime', short: 't', long: ['notime'] },
      { key: 'decode', short: 'x', long: ['decode'] },
      { key: 'kernel', short: 'k', long: ['kernel'] },
      { key: 'color', short: 'L', long: ['color'], value: 'optional' },
    ],
    async (options) => {
      const { machine } = process;
      if (process.credentials.uid !== 0 && machine.distribution === 'debian-12') {
        await process.stderr.write('dmesg: read kernel buffer failed: Operation not permitted\n');
        return 1;
      }
      const levels = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
      const wanted = options.value('level')?.split(',');
      const shown = machine.log.filter(
        (entry) =>
          entry.identifier === 'kernel' &&
          entry.boot === machine.boot &&
          (!wanted || wanted.includes(levels[entry.priority] ?? '')),
      );
      for (const entry of shown) {
        const since = entry.time - machine.bootedAt;
        const stamp = options.has('notime')
          ? ''
          : options.has('ctime') || options.has('human')
            ? `[${formatDate(process, unixTime(process, entry.time), '%a %b %e %H:%M:%S %Y')}] `
            : `[${`${Math.floor(since / 1000)}.${String(since % 1000).padStart(3, '0')}000`.padStart(12)}] `;
        const decode = options.has('decode') ? `kern  :${(levels[entry.priority] ?? '').padEnd(6)}: ` : '';
        const time = process.stdout.isTerminal && stamp !== '' ? `\u001b[32m${stamp}${ansi.off}` : stamp;
        await process.stdout.write(`${decode}${time}${entry.message}\n`);
      }
      return 0;
    },
  );

/** `logger [-t TAG] [-p FACILITY.LEVEL] MESSAGE…` */
export const logger: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'tag', short: 't', long: ['tag'], value: 'required' },
      { key: 'priority', short: 'p', long: ['priority'], value: 'required' },
      { key: 'stderr', short: 's', long: ['stderr'] },
      { key: 'id', short: 'i' },
      { key: 'file', short: 'f', long: ['file'], value: 'required' },
    ],
    async (options) => {
      const names = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
      const level = options.value('priority')?.split('.').at(-1) ?? 'notice';
      const priority = names.indexOf({ error: 'err', warn: 'warning', panic: 'emerg' }[level] ?? level);
      if (priority < 0) {
        await process.stderr.write(`logger: unknown priority name: ${level}\n`);
        return 1;
      }
      const lines =
        options.operands.length > 0
          ? [options.operands.join(' ')]
          : (await process.stdin.readAll()).split('\n').filter((line) => line !== '');
      const identifier = options.value('tag') ?? process.credentials.user;
      for (const message of lines) {
        process.transact((world, machine) =>
          logTo(world, machine, { identifier, pid: process.pid, priority, message }),
        );
        if (options.has('stderr')) await process.stderr.write(`<${8 + priority}>${identifier}: ${message}\n`);
      }
      return 0;
    },
  );

/** `loginctl [list-sessions|list-users]` */
export const loginctl: Program = async (process) => {
  const verb = process.argv.slice(1).find((word) => !word.startsWith('-')) ?? 'list-sessions';
  const logins = openLogins(process);
  if (verb === 'list-sessions') {
    if (logins.length === 0) {
      await process.stdout.write('No sessions.\n');
      return 0;
    }
    const uid = (user: string) =>
      /^[^:]*:[^:]*:(\d+)/.exec(
        (readFileIfThere(process.machine, '/etc/passwd') ?? '')
          .split('\n')
          .find((line) => line.startsWith(`${user}:`)) ?? '',
      )?.[1] ?? '0';
    let text = 'SESSION  UID USER SEAT TTY  \n';
    for (const [at, login] of logins.entries())
      text += `${String(at + 1).padStart(7)} ${uid(login.user).padStart(4)} ${login.user}      ${login.line}\n`;
    await process.stdout.write(`${text}\n${logins.length} sessions listed.\n`);
    return 0;
  }
  if (verb === 'list-users') {
    const users = [...new Set(logins.map(({ user }) => user))];
    await process.stdout.write(
      users.length === 0
        ? 'No users.\n'
        : `UID USER\n${users.map((user) => `  0 ${user}\n`).join('')}\n${users.length} users listed.\n`,
    );
    return 0;
  }
  await process.stderr.write(`Unknown command verb ${verb}.\n`);
  return 1;
};

/** `systemd-detect-virt` */
export const detectVirtualization: Program = async (process) => {
  const kind = { kvm: 'kvm', container: 'systemd-nspawn', none: 'none' }[process.machine.virtualization];
  await process.stdout.write(`${kind}\n`);
  return kind === 'none' ? 1 : 0;
};
