import { hasCarrier, interfacesOf, LOOPBACK } from '../../../network/interfaces';
import type { Process } from '../../../shell/process';
import { applyProfile, clearDevice, deactivate } from '../manager/activate';
import { type Device, deviceOf } from '../manager/devices';
import { profilesOf } from '../manager/profile';
import { fits } from '../manager/service';
import { activateAndWait } from './connection';
import { ACTIVE_PATH, type Context, isCommand, managerOf, nicNamed, notUnderstood, requireRoot } from './context';
import { addressLines, type Line, selectLines } from './details';
import { DEVICE_USAGE } from './help';
import {
  chooseFields,
  formatTable,
  formatValue,
  InvalidField,
  NmcliError,
  type Row,
  type Style,
  status,
} from './output';

const FIELDS = [
  'DEVICE',
  'TYPE',
  'STATE',
  'IP4-CONNECTIVITY',
  'IP6-CONNECTIVITY',
  'DBUS-PATH',
  'CONNECTION',
  'CON-UUID',
  'CON-PATH',
] as const;

const COMMON = ['DEVICE', 'TYPE', 'STATE', 'CONNECTION'] as const;

/** `nmcli device …` */
export async function device(context: Context, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || isCommand(word, 'status')) return listDevices(context);
  if (word === 'help' || word === '--help' || word === '-h') {
    await context.process.stderr.write(DEVICE_USAGE);
    return 0;
  }
  if (isCommand(word, 'show')) return showDevices(context, rest);
  if (isCommand(word, 'connect') || isCommand(word, 'up')) return connectDevice(context, rest);
  if (isCommand(word, 'disconnect') || isCommand(word, 'down')) return disconnectDevices(context, rest);
  if (isCommand(word, 'reapply')) return reapply(context, rest);
  throw notUnderstood(word);
}

/** All devices: those with the highest state first, the one with the default route before others. */
export function devicesOf(process: Process): Device[] {
  const { world, machine } = process;
  const devices = [LOOPBACK, ...interfacesOf(world, machine)].map((nic) => deviceOf(world, machine, nic));
  const numbers = machine.network.manager?.numbers ?? {};
  const isDefault = (name: string) =>
    machine.network.routes.some((route) => route.destination === 'default' && route.device === name);
  return devices.sort(
    (a, b) =>
      b.state.number - a.state.number ||
      Number(isDefault(b.nic.name)) - Number(isDefault(a.nic.name)) ||
      (numbers[a.nic.name] ?? 1e9) - (numbers[b.nic.name] ?? 1e9),
  );
}

export function connectionName(process: Process, device: Device): string {
  const found = profilesOf(process.machine).find((profile) => profile.uuid === device.connection);
  return found?.id ?? (device.type === 'bridge' ? device.nic.name : '');
}

async function listDevices({ process, style }: Context): Promise<number> {
  managerOf(process.machine);
  let fields: string[];
  try {
    fields = chooseFields(style, FIELDS, COMMON);
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error;
    throw new NmcliError(`Error: 'device status': ${error.message}`, status.invalidInput);
  }
  const rows = devicesOf(process).map((entry): Row => {
    const number = process.machine.network.manager?.numbers[entry.nic.name];
    const color = entry.connection === null ? null : entry.type === 'ethernet' ? 'active' : 'external';
    return {
      color: entry.state.number === 100 ? color : null,
      values: {
        DEVICE: entry.nic.name,
        TYPE: entry.type,
        STATE: entry.state.text,
        'IP4-CONNECTIVITY': connectivity(process, entry),
        'IP6-CONNECTIVITY': entry.state.number === 100 ? 'limited' : 'none',
        'DBUS-PATH': `/org/freedesktop/NetworkManager/Devices/${index(process, entry)}`,
        CONNECTION: connectionName(process, entry),
        'CON-UUID': entry.connection ?? '',
        'CON-PATH': number === undefined ? '' : `${ACTIVE_PATH}/${number}`,
      },
    };
  });
  await process.stdout.write(formatTable(style, fields, rows, 'Status of devices'));
  return 0;
}

function index(process: Process, entry: Device): number {
  if (entry.type === 'loopback') return 1;
  return interfacesOf(process.world, process.machine).findIndex((nic) => nic.name === entry.nic.name) + 2;
}

function connectivity(process: Process, entry: Device): string {
  if (entry.state.number !== 100) return 'none';
  const gateway = process.machine.network.routes.some(
    (route) => route.destination === 'default' && route.device === entry.nic.name,
  );
  return gateway ? 'full' : 'limited';
}

async function showDevices({ process, style }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  const all = devicesOf(process);
  const name = args[0];
  const chosen = name === undefined ? all : all.filter((entry) => entry.nic.name === name);
  if (name !== undefined && chosen.length === 0) {
    throw new NmcliError(`Error: Device '${name}' not found.`, status.notFound);
  }
  if (args.length > 1) throw new NmcliError(`Error: invalid extra argument '${args[1]}'.`, status.invalidInput);
  const blocks = chosen.map((entry) => block(process, style, entry));
  await process.stdout.write(blocks.join('\n'));
  return 0;
}

function block(process: Process, style: Style, entry: Device): string {
  const { machine, world } = process;
  const number = machine.network.manager?.numbers[entry.nic.name];
  const lines: Line[] = [
    ['GENERAL.DEVICE', entry.nic.name],
    ['GENERAL.TYPE', entry.type],
    ['GENERAL.HWADDR', entry.nic.mac.toUpperCase()],
    ['GENERAL.MTU', String(entry.nic.mtu)],
    ['GENERAL.STATE', `${entry.state.number} (${entry.state.text})`],
    ['GENERAL.CONNECTION', connectionName(process, entry)],
    ['GENERAL.CON-PATH', number === undefined ? '' : `${ACTIVE_PATH}/${number}`],
  ];
  if (entry.type === 'ethernet') lines.push(['WIRED-PROPERTIES.CARRIER', hasCarrier(world, entry.nic) ? 'on' : 'off']);
  lines.push(...addressLines(process, entry));
  const fields = style.fields ? checkedFields(style.fields) : null;
  return selectLines(lines, fields)
    .map(([label, value]) => formatValue(style, label, value))
    .join('');
}

const GROUPS = [
  'GENERAL',
  'CAPABILITIES',
  'INTERFACE-FLAGS',
  'WIFI-PROPERTIES',
  'AP',
  'WIRED-PROPERTIES',
  'IP4',
  'DHCP4',
  'IP6',
  'DHCP6',
  'BOND',
  'TEAM',
  'BRIDGE',
  'VLAN',
  'BLUETOOTH',
  'CONNECTIONS',
];

function checkedFields(fields: readonly string[]): string[] {
  for (const field of fields) {
    const group = (field.split('.')[0] ?? '').toUpperCase();
    if (group !== 'ALL' && group !== 'COMMON' && !GROUPS.includes(group)) {
      throw new NmcliError(
        `Error: 'device show': invalid field '${field}'; allowed fields: ${GROUPS.join(',')}`,
        status.invalidInput,
      );
    }
  }
  return [...fields];
}

async function connectDevice(context: Context, args: readonly string[]): Promise<number> {
  const { process } = context;
  managerOf(process.machine);
  const name = args[0] === 'ifname' ? args[1] : args[0];
  if (name === undefined) throw new NmcliError('Error: No interface specified.', status.invalidInput);
  const nic = nicNamed(process.machine, name);
  if (!nic) throw new NmcliError(`Error: Device '${name}' not found.`, status.notFound);
  requireRoot(process, 'Error: Failed to add/activate new connection: Not authorized to control networking.');
  const fitting = profilesOf(process.machine).filter((profile) => profile.type === 'ethernet' && fits(profile, nic));
  const profile =
    fitting.find((candidate) => candidate.uuid === process.machine.network.activeConnections[name]) ?? fitting[0];
  if (!profile) {
    // NetworkManager makes a profile on the spot.
    const added = await process.run(
      ['nmcli', 'connection', 'add', 'type', 'ethernet', 'con-name', name, 'ifname', name],
      {},
    );
    const made = profilesOf(process.machine).find((candidate) => candidate.id === name);
    if (added !== 0 || !made) return added;
    return report(context, made.uuid, name, await activateAndWait(context, made, nic));
  }
  return report(context, profile.uuid, name, await activateAndWait(context, profile, nic));
}

async function report(
  { process }: Context,
  uuid: string,
  name: string,
  result: { number: number } | { failed: string; status: number },
): Promise<number> {
  if ('failed' in result) throw new NmcliError(`Error: ${result.failed}`, result.status);
  await process.stdout.write(`Device '${name}' successfully activated with '${uuid}'.\n`);
  return 0;
}

async function disconnectDevices({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  if (args.length === 0) throw new NmcliError('Error: No interface specified.', status.invalidInput);
  let result = 0;
  for (const name of args) {
    const nic = nicNamed(process.machine, name);
    if (!nic) {
      await process.stderr.write(`Error: Device '${name}' not found.\n`);
      result = status.notFound;
      continue;
    }
    if (process.machine.network.activeConnections[name] === undefined) {
      throw new NmcliError(
        `Error: Device '${name}' (/org/freedesktop/NetworkManager/Devices/2) disconnecting failed: This device is not active`,
        status.disconnectFailed,
      );
    }
    requireRoot(process, `Error: Device '${name}' disconnecting failed: Not authorized to control networking.`);
    process.transact((world, machine) => {
      const draft = machine.network.nics.find((candidate) => candidate.name === name);
      if (draft) deactivate(world, machine, managerOf(machine), draft);
    });
    await process.sleep(40);
    await process.stdout.write(`Device '${name}' successfully disconnected.\n`);
  }
  if (result !== 0) await process.stderr.write('Error: not all devices found.\n');
  return result;
}

async function reapply({ process }: Context, args: readonly string[]): Promise<number> {
  managerOf(process.machine);
  const name = args[0];
  if (name === undefined) throw new NmcliError('Error: No interface specified.', status.invalidInput);
  const nic = nicNamed(process.machine, name);
  if (!nic) throw new NmcliError(`Error: Device '${name}' not found.`, status.notFound);
  const uuid = process.machine.network.activeConnections[name];
  const profile = profilesOf(process.machine).find((candidate) => candidate.uuid === uuid);
  if (!profile) {
    throw new NmcliError(
      `Error: Reapplying connection to device '${name}' (/org/freedesktop/NetworkManager/Devices/2) failed: Device is not activated`,
      status.unknown,
    );
  }
  requireRoot(
    process,
    `Error: Reapplying connection to device '${name}' failed: Not authorized to control networking.`,
  );
  process.transact((world, machine) => {
    const manager = managerOf(machine);
    const draft = machine.network.nics.find((candidate) => candidate.name === name);
    if (!draft || uuid === undefined) return;
    const number = manager.numbers[name] ?? 0;
    const lease = manager.leases[name];
    clearDevice(world, machine, manager, draft);
    manager.numbers[name] = number;
    if (lease) manager.leases[name] = lease;
    machine.network.activeConnections[name] = uuid;
    applyProfile(world, machine, manager, profile, draft);
  });
  await process.stdout.write(`Connection successfully reapplied to device '${name}'.\n`);
  return 0;
}
