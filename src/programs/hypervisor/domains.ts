import { pause, powerOff, powerOn, requestShutdown, reset, resume } from '../../machine/power';
import { hashText } from '../../network/addresses';
import { setCable } from '../../network/links';
import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import { formatDate } from '../coreutils/dates';
import { Failure, type VirshCommand } from './command';
import { virshTable } from './table';

/** The guests that libvirt knows, by name. */
export function domains(world: World): Machine[] {
  return Object.values(world.machines).filter((machine) => machine.kind === 'guest');
}

/** A domain by name, number or UUID. */
export function findDomain(world: World, key: string): Machine {
  const found = domains(world).find(
    (machine) =>
      machine.name === key ||
      (machine.domainId !== undefined && String(machine.domainId) === key) ||
      domainUuid(machine) === key,
  );
  if (!found) throw new Failure(`failed to get domain '${key}'`);
  return found;
}

/** UUID of a domain: kept with it, else made from its name. */
export function domainUuid(machine: Machine): string {
  if (machine.uuid) return machine.uuid;
  const hex = [0, 1, 2, 3].map((at) => hashText(`${machine.name}/uuid/${at}`).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function isOn(machine: Machine): boolean {
  return machine.power !== 'off';
}

/** `running`, `paused`, `shut off`, `crashed`. */
export function domainState(machine: Machine): string {
  switch (machine.power) {
    case 'off':
      return 'shut off';
    case 'paused':
      return 'paused';
    case 'crashed':
      return 'crashed';
    case 'stopping':
      return 'in shutdown';
    default:
      return 'running';
  }
}

/** Name of a running domain's host-side interface: numbered in the order in which domains were started. */
export function tapName(world: World, machine: Machine, nic: number): string {
  if (!isOn(machine)) return '-';
  let count = 0;
  const started = domains(world)
    .filter(isOn)
    .sort((a, b) => (a.domainId ?? 0) - (b.domainId ?? 0));
  for (const other of started) {
    if (other.name === machine.name) return `vnet${count + nic}`;
    count += other.network.nics.length;
  }
  return `vnet${count + nic}`;
}

/** Domains as `virsh list` orders them: running ones by number, then the others by name. */
function ordered(world: World): Machine[] {
  return domains(world).sort((a, b) => {
    if (isOn(a) !== isOn(b)) return isOn(a) ? -1 : 1;
    return isOn(a) ? (a.domainId ?? 0) - (b.domainId ?? 0) : a.name < b.name ? -1 : 1;
  });
}

const NOT_RUNNING = 'Requested operation is not valid: domain is not running';

/** A command that changes one domain: a check, a change, and what is printed. */
function change(
  verb: string,
  allowed: (machine: Machine) => string | null,
  act: (world: World, machine: Machine) => void,
  done: (name: string) => string,
  flags: readonly string[] = [],
  more: readonly string[] = [],
): VirshCommand {
  return {
    spec: { data: ['domain', ...more], required: 1, flags },
    run: async (process, args) => {
      const machine = findDomain(process.world, args.value('domain') ?? '');
      const problem = allowed(machine);
      if (problem !== null) throw new Failure(`Failed to ${verb} domain '${machine.name}'`, problem);
      await process.sleep(300);
      process.transact((world) => {
        const own = world.machines[machine.name];
        if (own) act(world, own);
      });
      return `${done(machine.name)}\n\n`;
    },
  };
}

const mustRun = (machine: Machine) => (isOn(machine) ? null : NOT_RUNNING);
const mustBeActive = (machine: Machine) => (isOn(machine) && machine.power !== 'paused' ? null : NOT_RUNNING);

/** Why a domain can't start: a network of it is missing or down. */
function networkProblem(world: World, machine: Machine): string | null {
  for (const nic of machine.network.nics) {
    if (nic.network === null) continue;
    const network = world.networks[nic.network];
    if (!network) return `Network not found: no network with matching name '${nic.network}'`;
    if (!network.active) return `Requested operation is not valid: network '${nic.network}' is not active`;
  }
  return null;
}

const start: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: ['console', 'paused', 'autodestroy', 'bypass-cache', 'force-boot'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    if (isOn(machine)) throw new Failure('Domain is already active');
    const problem = networkProblem(process.world, machine);
    if (problem !== null) throw new Failure(`Failed to start domain '${machine.name}'`, problem);
    await process.sleep(700);
    process.transact((world) => powerOn(world, machine.name));
    return `Domain '${machine.name}' started\n\n`;
  },
};

const list: VirshCommand = {
  spec: {
    data: ['state'],
    required: 0,
    flags: [
      'all',
      'inactive',
      'name',
      'uuid',
      'id',
      'table',
      'title',
      'autostart',
      'no-autostart',
      'state-running',
      'state-paused',
      'state-shutoff',
      'with-snapshot',
      'without-snapshot',
      'managed-save',
      'persistent',
      'transient',
    ],
  },
  run: async (process, args) => {
    const shown = ordered(process.world).filter((machine) => {
      if (args.has('inactive') ? isOn(machine) : !args.has('all') && !isOn(machine)) {
        if (!args.has('state-shutoff')) return false;
      }
      if (args.has('autostart') && !machine.autostart) return false;
      if (args.has('no-autostart') && machine.autostart) return false;
      if (args.has('state-running') && domainState(machine) !== 'running') return false;
      if (args.has('state-paused') && machine.power !== 'paused') return false;
      if (args.has('state-shutoff') && machine.power !== 'off') return false;
      if (args.has('with-snapshot') && machine.snapshots.length === 0) return false;
      return !(args.has('without-snapshot') && machine.snapshots.length > 0);
    });
    if (args.has('name')) return `${shown.map(({ name }) => `${name}\n`).join('')}\n`;
    if (args.has('uuid')) return `${shown.map((machine) => `${domainUuid(machine)}\n`).join('')}\n`;
    const rows = shown.map((machine) => [
      isOn(machine) ? String(machine.domainId ?? '-') : '-',
      machine.name,
      domainState(machine),
    ]);
    return `${virshTable(['Id', 'Name', 'State'], rows)}\n`;
  },
};

const dominfo: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: [] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const cpu = ((process.world.now - machine.bootedAt) / 1000) * 0.04;
    const rows: [string, string][] = [
      ['Id', isOn(machine) ? String(machine.domainId ?? '-') : '-'],
      ['Name', machine.name],
      ['UUID', domainUuid(machine)],
      ['OS Type', 'hvm'],
      ['State', domainState(machine)],
      ['CPU(s)', String(machine.cpus)],
      ...(isOn(machine) ? ([['CPU time', `${cpu.toFixed(1)}s`]] as [string, string][]) : []),
      ['Max memory', `${machine.memoryMib * 1024} KiB`],
      ['Used memory', `${machine.memoryMib * 1024} KiB`],
      ['Persistent', 'yes'],
      ['Autostart', machine.autostart ? 'enable' : 'disable'],
      ['Managed save', 'no'],
      ['Security model', 'selinux'],
      ['Security DOI', '0'],
    ];
    return `${rows.map(([label, value]) => `${`${label}:`.padEnd(16)}${value}\n`).join('')}\n`;
  },
};

const domstate: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: ['reason'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const state = domainState(machine);
    const reason =
      state === 'running'
        ? 'booted'
        : state === 'paused'
          ? 'user'
          : state === 'shut off'
            ? (machine.offReason ?? 'unknown')
            : 'unknown';
    return `${state}${args.has('reason') ? ` (${reason})` : ''}\n\n`;
  },
};

const domifaddr: VirshCommand = {
  spec: { data: ['domain', 'interface', 'source'], required: 1, flags: ['full'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const failed = 'Failed to query for interfaces addresses';
    if (!isOn(machine)) throw new Failure(failed, NOT_RUNNING);
    if (args.value('source') === 'agent')
      throw new Failure(failed, 'argument unsupported: QEMU guest agent is not configured');
    let text = ` ${'Name'.padEnd(10)} ${'MAC address'.padEnd(20)} ${'Protocol'.padEnd(12)} Address\n${'-'.repeat(79)}\n`;
    for (const [at, nic] of machine.network.nics.entries()) {
      const network = nic.network === null ? undefined : process.world.networks[nic.network];
      const lease = network?.leases?.find((entry) => entry.mac === nic.mac && entry.expires > process.world.now);
      if (!lease) continue;
      const prefix = network?.address?.split('/')[1] ?? '24';
      text += ` ${tapName(process.world, machine, at).padEnd(10)} ${nic.mac.padEnd(20)} ${'ipv4'.padEnd(12)} ${lease.address}/${prefix}\n`;
    }
    return `${text}\n`;
  },
};

const domiflist: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: ['inactive'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const rows = machine.network.nics.map((nic, at) => [
      tapName(process.world, machine, at),
      'network',
      nic.network ?? '-',
      'virtio',
      nic.mac,
    ]);
    return `${virshTable(['Interface', 'Type', 'Source', 'Model', 'MAC'], rows)}\n`;
  },
};

/** The NIC that an interface name or MAC address of a command means. */
function findNic(process: Process, machine: Machine, key: string): { name: string; plugged: boolean } {
  const at = machine.network.nics.findIndex(
    (nic, index) => nic.mac === key || tapName(process.world, machine, index) === key,
  );
  const nic = machine.network.nics[at];
  if (!nic) throw new Failure(`interface (${key.includes(':') ? 'mac' : 'dev'}: ${key}) not found`);
  return nic;
}

const domifSetlink: VirshCommand = {
  spec: { data: ['domain', 'interface', 'state'], required: 3, flags: ['config', 'print-xml'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const state = args.value('state');
    if (state !== 'up' && state !== 'down') throw new Failure(`invalid link state '${state}'`);
    const nic = findNic(process, machine, args.value('interface') ?? '');
    process.transact((world) => setCable(world, machine.name, nic.name, state === 'up'));
    return 'Device updated successfully\n\n';
  },
};

const domifGetlink: VirshCommand = {
  spec: { data: ['domain', 'interface'], required: 2, flags: ['config'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const key = args.value('interface') ?? '';
    return `${key} ${findNic(process, machine, key).plugged ? 'up' : 'down'}\n\n`;
  },
};

/** Path of a domain's system disk. */
export function diskPath(machine: Machine): { path: string; target: string } {
  return machine.disk ?? { path: `/var/lib/libvirt/images/${machine.name}.qcow2`, target: 'sda' };
}

const domblklist: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: ['inactive', 'details'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const { path, target } = diskPath(machine);
    const further = Object.entries(machine.disks ?? {}).map(([name, disk]) => [name, disk.source]);
    const disks = [[target, path], ...further];
    return args.has('details')
      ? `${virshTable(
          ['Type', 'Device', 'Target', 'Source'],
          disks.map((disk) => ['file', 'disk', ...disk]),
        )}\n`
      : `${virshTable(['Target', 'Source'], disks)}\n`;
  },
};

const autostart: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: ['disable'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const on = !args.has('disable');
    process.transact((world) => {
      const own = world.machines[machine.name];
      if (own) own.autostart = on;
    });
    return `Domain '${machine.name}' ${on ? 'marked' : 'unmarked'} as autostarted\n\n`;
  },
};

const domid: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: [] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    return `${isOn(machine) ? (machine.domainId ?? '-') : '-'}\n\n`;
  },
};

const domuuid: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: [] },
  run: async (process, args) => `${domainUuid(findDomain(process.world, args.value('domain') ?? ''))}\n\n`,
};

const domname: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: [] },
  run: async (process, args) => `${findDomain(process.world, args.value('domain') ?? '').name}\n\n`,
};

const undefine: VirshCommand = {
  spec: {
    data: ['domain'],
    required: 1,
    flags: ['remove-all-storage', 'snapshots-metadata', 'managed-save', 'nvram', 'storage'],
  },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const failed = `Failed to undefine domain '${machine.name}'`;
    if (isOn(machine))
      throw new Failure(
        failed,
        'Requested operation is not valid: cannot undefine an active domain here: destroy it first',
      );
    if (machine.snapshots.length > 0 && !args.has('snapshots-metadata')) {
      throw new Failure(
        failed,
        `Requested operation is not valid: cannot delete inactive domain with ${machine.snapshots.length} snapshots`,
      );
    }
    process.transact((world) => {
      delete world.machines[machine.name];
    });
    return `Domain '${machine.name}' has been undefined\n\n`;
  },
};

const domtime: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: ['pretty'] },
  run: async (process, args) => {
    findDomain(process.world, args.value('domain') ?? '');
    const now = process.world.epoch + process.world.now;
    return args.has('pretty')
      ? `Time: ${formatDate(process, now, '%Y-%m-%d %H:%M:%S')}\n\n`
      : `Time: ${Math.floor(now / 1000)}\n\n`;
  },
};

/** Commands about domains. */
export const domainCommands: Readonly<Record<string, VirshCommand>> = {
  list,
  start,
  shutdown: change(
    'shutdown',
    mustBeActive,
    (world, { name }) => requestShutdown(world, name, 'poweroff'),
    (name) => `Domain '${name}' is being shutdown`,
    [],
    ['mode'],
  ),
  reboot: change(
    'reboot',
    mustRun,
    (world, { name }) => requestShutdown(world, name, 'reboot'),
    (name) => `Domain '${name}' is being rebooted`,
    [],
    ['mode'],
  ),
  reset: change(
    'reset',
    mustRun,
    (world, { name }) => reset(world, name),
    (name) => `Domain '${name}' was reset`,
  ),
  destroy: change(
    'destroy',
    mustRun,
    (world, { name }) => powerOff(world, name),
    (name) => `Domain '${name}' destroyed`,
    ['graceful'],
  ),
  suspend: change(
    'suspend',
    mustRun,
    (world, { name }) => pause(world, name),
    (name) => `Domain '${name}' suspended`,
  ),
  resume: change(
    'resume',
    (machine) =>
      !isOn(machine)
        ? NOT_RUNNING
        : machine.power === 'paused'
          ? null
          : 'Requested operation is not valid: domain is already running',
    (world, { name }) => resume(world, name),
    (name) => `Domain '${name}' resumed`,
  ),
  dominfo,
  domstate,
  domid,
  domuuid,
  domname,
  domifaddr,
  domiflist,
  'domif-setlink': domifSetlink,
  'domif-getlink': domifGetlink,
  domblklist,
  domtime,
  autostart,
  undefine,
};
