import { chronyUnit, isSynchronized } from '../../machine/daemons';
import { enablementOf } from '../../machine/enablement';
import { lookup, makeSymlink, readFileIfThere, removeFileIfThere, writeFile } from '../../machine/files';
import { logTo } from '../../machine/log';
import { findUnitFile } from '../../machine/unitload';
import { disableUnit, enableUnit, isActive, requestJob } from '../../machine/units';
import type { Process, Program } from '../../shell/process';
import type { World } from '../../world/world';
import { formatDate, timeZone } from '../coreutils/dates';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { timestamp, unixTime } from './format';
import { timeZones } from './zones';

async function options(process: Process, name: string, specs: readonly OptionSpec[]): Promise<ParsedOptions | null> {
  try {
    return parseOptions(name, process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n`);
    return null;
  }
}

const common: readonly OptionSpec[] = [
  { key: 'no-ask-password', long: ['no-ask-password'] },
  { key: 'no-pager', long: ['no-pager'] },
  { key: 'static', long: ['static'] },
  { key: 'transient', long: ['transient'] },
  { key: 'pretty', long: ['pretty'] },
  { key: 'all', short: 'a', long: ['all'] },
  { key: 'value', long: ['value'] },
  { key: 'json', long: ['json'], value: 'required' },
  { key: 'property', short: 'p', long: ['property'], value: 'required' },
];

function osField(process: Process, field: string): string | null {
  const text = readFileIfThere(process.machine, '/etc/os-release') ?? '';
  return new RegExp(`^${field}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? null;
}

/** Sets the host name of the running kernel and the one in /etc/hostname; rules of hostnamed for strange names. */
export function setHostname(world: World, machineName: string, typed: string, kernelOnly = false): void {
  const machine = world.machines[machineName];
  if (!machine) return;
  const name = typed
    .replace(/[^A-Za-z0-9._-]/g, '')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 64);
  if (!kernelOnly) writeFile(machine, '/etc/hostname', `${name}\n`, { time: world.epoch + world.now });
  machine.hostname = name || 'localhost';
  writeFile(machine, '/proc/sys/kernel/hostname', `${machine.hostname}\n`, { time: world.epoch + world.now });
  logTo(world, machine, {
    identifier: 'systemd-hostnamed',
    pid: machine.nextPid++,
    unit: 'systemd-hostnamed.service',
    message: `Hostname set to <${machine.hostname}> (static)`,
  });
}

/** `hostnamectl` */
export const hostnamectl: Program = async (process) => {
  const parsed = await options(process, 'hostnamectl', common);
  if (!parsed) return 1;
  const [verb = 'status', value] = parsed.operands;
  await process.sleep(20);
  switch (verb) {
    case 'status':
      if (parsed.value('json')) await process.stdout.write(hostJson(process));
      else if (parsed.has('static') || parsed.has('transient') || parsed.has('pretty')) {
        const pretty = parsed.has('pretty') && !parsed.has('static') && !parsed.has('transient');
        await process.stdout.write(pretty ? '\n' : `${staticName(process)}\n`);
      } else await process.stdout.write(hostStatus(process));
      return 0;
    case 'hostname':
    case 'set-hostname':
      if (value === undefined && verb === 'hostname') {
        await process.stdout.write(`${staticName(process)}\n`);
        return 0;
      }
      return changeName(process, value, parsed);
    case 'icon-name':
    case 'chassis':
    case 'deployment':
    case 'location':
      await process.stdout.write(verb === 'chassis' ? `${chassis(process)}\n` : '\n');
      return 0;
    default:
      await process.stderr.write(`Unknown command verb ${verb}.\n`);
      return 1;
  }
};

function staticName(process: Process): string {
  return readFileIfThere(process.machine, '/etc/hostname')?.trim() || process.machine.hostname;
}

async function changeName(process: Process, value: string | undefined, parsed: ParsedOptions): Promise<number> {
  if (value === undefined) {
    await process.stderr.write('Too few arguments.\n');
    return 1;
  }
  if (process.credentials.uid !== 0) {
    await process.stderr.write('Could not set static hostname: Interactive authentication required.\n');
    return 1;
  }
  process.transact((world) =>
    setHostname(world, process.machineName, value, parsed.has('transient') && !parsed.has('static')),
  );
  return 0;
}

function chassis(process: Process): string {
  return { kvm: 'vm', container: 'container', none: 'server' }[process.machine.virtualization];
}

function hostStatus(process: Process): string {
  const { machine } = process;
  const symbol = { vm: '🖴', container: '☐', server: '🖳' }[chassis(process)] ?? '';
  const guest = machine.virtualization === 'kvm';
  const cpe = osField(process, 'CPE_NAME');
  const kind = chassis(process);
  const name = staticName(process);
  const rows: [string, string][] = [
    ['Static hostname', name],
    ...(machine.hostname !== name ? ([['Transient hostname', machine.hostname]] as [string, string][]) : []),
    ['Icon name', `computer-${kind}`],
    ['Chassis', `${kind} ${symbol}`],
    ['Machine ID', machine.machineId],
    ['Boot ID', machine.bootId],
    ...(machine.virtualization === 'none'
      ? []
      : ([['Virtualization', guest ? 'kvm' : 'systemd-nspawn']] as [string, string][])),
    ['Operating System', osField(process, 'PRETTY_NAME') ?? ''],
    ...(cpe === null ? [] : ([['CPE OS Name', cpe]] as [string, string][])),
    ['Kernel', `Linux ${machine.kernel}`],
    ['Architecture', 'x86-64'],
    ...(guest
      ? ([
          ['Hardware Vendor', 'QEMU'],
          ['Hardware Model', 'Standard PC _Q35 + ICH9, 2009_'],
          ['Firmware Version', '1.16.1-1.el9'],
        ] as [string, string][])
      : []),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padStart(width)}: ${value}\n`).join('');
}

function hostJson(process: Process): string {
  const { machine } = process;
  return `${JSON.stringify({
    Hostname: machine.hostname,
    StaticHostname: staticName(process),
    PrettyHostname: null,
    DefaultHostname: 'localhost',
    HostnameSource: 'static',
    IconName: `computer-${chassis(process)}`,
    Chassis: chassis(process),
    KernelName: 'Linux',
    KernelRelease: machine.kernel,
    OperatingSystemPrettyName: osField(process, 'PRETTY_NAME'),
    OperatingSystemCPEName: osField(process, 'CPE_NAME'),
    OperatingSystemHomeURL: osField(process, 'HOME_URL'),
  })}\n`;
}

function ntpActive(process: Process): boolean {
  return isActive(process.machine, chronyUnit(process.machine));
}

function hasNtp(process: Process): boolean {
  return findUnitFile(process.machine, chronyUnit(process.machine)).kind === 'file';
}

/** `timedatectl` */
export const timedatectl: Program = async (process) => {
  const parsed = await options(process, 'timedatectl', common);
  if (!parsed) return 1;
  const [verb = 'status', value] = parsed.operands;
  await process.sleep(20);
  switch (verb) {
    case 'status':
      await process.stdout.write(timeStatus(process));
      return 0;
    case 'show':
      return showTime(process, parsed);
    case 'list-timezones':
      await process.stdout.write(timeZones.map((zone) => `${zone}\n`).join(''));
      return 0;
    case 'timesync-status':
    case 'show-timesync':
      await process.stderr.write(
        'Failed to query server: The name org.freedesktop.timesync1 was not provided by any .service files\n',
      );
      return 1;
    case 'set-timezone':
    case 'set-ntp':
    case 'set-time':
    case 'set-local-rtc':
      if (value === undefined) {
        await process.stderr.write('Too few arguments.\n');
        return 1;
      }
      if (process.credentials.uid !== 0) {
        await process.stderr.write(
          `Failed to set ${{ 'set-timezone': 'time zone', 'set-ntp': 'ntp', 'set-time': 'time', 'set-local-rtc': 'local RTC' }[verb]}: Interactive authentication required.\n`,
        );
        return 1;
      }
      return changeTime(process, verb, value);
    default:
      await process.stderr.write(`Unknown command verb ${verb}.\n`);
      return 1;
  }
};

async function changeTime(process: Process, verb: string, value: string): Promise<number> {
  if (verb === 'set-timezone') {
    if (!timeZones.includes(value)) {
      await process.stderr.write(`Failed to set time zone: Invalid or not installed time zone '${value}'\n`);
      return 1;
    }
    process.transact((world, machine) => {
      const time = world.epoch + world.now;
      removeFileIfThere(machine, '/etc/localtime', time);
      if (lookup(machine, '/etc/localtime', { follow: false })) machine.root.mtime = time;
      makeSymlink(machine, `../usr/share/zoneinfo/${value}`, '/etc/localtime', { time });
      const file = `/usr/share/zoneinfo/${value}`;
      if (!lookup(machine, file)) writeFile(machine, file, 'TZif2', { time, makeParents: true });
    });
    return 0;
  }
  if (verb === 'set-ntp') {
    const on = /^(1|yes|true|on|y)$/i.test(value);
    if (!on && !/^(0|no|false|off|n)$/i.test(value)) {
      await process.stderr.write(`Failed to parse boolean: ${value}\n`);
      return 1;
    }
    if (!hasNtp(process)) {
      await process.stderr.write('Failed to set ntp: NTP not supported\n');
      return 1;
    }
    const unit = chronyUnit(process.machine);
    process.transact((world) => {
      if (on) enableUnit(world, process.machineName, unit);
      else disableUnit(world, process.machineName, unit);
      requestJob(world, process.machineName, unit, on ? 'start' : 'stop');
    });
    await process.until((world) =>
      world.machines[process.machineName]?.jobs.some((job) => job.unit === unit) ? undefined : true,
    );
    return 0;
  }
  if (verb === 'set-time' && ntpActive(process)) {
    await process.stderr.write('Failed to set time: Automatic time synchronization is enabled\n');
    return 1;
  }
  return 0;
}

function zoneText(process: Process): string {
  const zone = timeZone(process);
  return `${zone} (${formatDate(process, unixTime(process, process.world.now), '%Z, %z')})`;
}

function timeStatus(process: Process): string {
  const now = unixTime(process, process.world.now);
  const utc = { env: { TZ: 'UTC' }, machine: process.machine };
  const rows: [string, string][] = [
    ['Local time', timestamp(process, now)],
    ['Universal time', formatDate(utc, now, '%a %Y-%m-%d %H:%M:%S UTC')],
    ['RTC time', formatDate(utc, now, '%a %Y-%m-%d %H:%M:%S')],
    ['Time zone', zoneText(process)],
    ['System clock synchronized', isSynchronized(process.world, process.machine) ? 'yes' : 'no'],
    ['NTP service', hasNtp(process) ? (ntpActive(process) ? 'active' : 'inactive') : 'n/a'],
    ['RTC in local TZ', 'no'],
  ];
  return rows.map(([label, value]) => `${label.padStart(25)}: ${value}\n`).join('');
}

async function showTime(process: Process, parsed: ParsedOptions): Promise<number> {
  const now = timestamp(process, unixTime(process, process.world.now));
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  const rows: [string, string][] = [
    ['Timezone', timeZone(process)],
    ['LocalRTC', 'no'],
    ['CanNTP', yes(hasNtp(process))],
    [
      'NTP',
      yes(
        hasNtp(process) &&
          (ntpActive(process) || enablementOf(process.machine, chronyUnit(process.machine)) === 'enabled'),
      ),
    ],
    ['NTPSynchronized', yes(isSynchronized(process.world, process.machine))],
    ['TimeUSec', now],
    ['RTCTimeUSec', now],
  ];
  const wanted = parsed.values('property').flatMap((value) => value.split(','));
  for (const [key, value] of rows) {
    if (wanted.length > 0 && !wanted.includes(key)) continue;
    await process.stdout.write(parsed.has('value') ? `${value}\n` : `${key}=${value}\n`);
  }
  return 0;
}

/** `localectl` */
export const localectl: Program = async (process) => {
  const verb = process.argv[1] ?? 'status';
  const locale = readFileIfThere(process.machine, '/etc/locale.conf')?.trim() ?? '';
  const keymap = /^KEYMAP="?([^"\n]*)"?/m.exec(readFileIfThere(process.machine, '/etc/vconsole.conf') ?? '')?.[1];
  if (verb === 'status') {
    await process.stdout.write(
      `System Locale: ${locale === '' ? '(unset)' : locale.replaceAll('"', '')}\n    VC Keymap: ${keymap ?? '(unset)'}\n   X11 Layout: ${keymap ?? '(unset)'}\n`,
    );
    return 0;
  }
  if (verb === 'set-locale' && process.argv[2] !== undefined && process.credentials.uid === 0) {
    const value = process.argv[2].includes('=') ? process.argv[2] : `LANG=${process.argv[2]}`;
    process.transact((world, machine) =>
      writeFile(machine, '/etc/locale.conf', `${value}\n`, { time: world.epoch + world.now }),
    );
    return 0;
  }
  await process.stderr.write(`Unknown command verb ${verb}.\n`);
  return 1;
};
