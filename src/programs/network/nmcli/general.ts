import { writeFile } from '../../../machine/files';
import type { Process } from '../../../shell/process';
import { clearDevice, dnsOf } from '../manager/activate';
import { connectIfWanted } from '../manager/autoconnect';
import { type Context, isCommand, managerOf, notUnderstood, requireRoot } from './context';
import { connectionName, devicesOf } from './device';
import { GENERAL_USAGE } from './help';
import { linkRoutesV6, routesOfDevice } from './iproutes';
import { chooseFields, formatTable, InvalidField, NmcliError, status } from './output';

const FIELDS = [
  'RUNNING',
  'VERSION',
  'STATE',
  'STARTUP',
  'CONNECTIVITY',
  'NETWORKING',
  'WIFI-HW',
  'WIFI',
  'WWAN-HW',
  'WWAN',
];
const COMMON = ['STATE', 'CONNECTIVITY', 'WIFI-HW', 'WIFI', 'WWAN-HW', 'WWAN'];

/** Version of the daemon, from its package; the one of the image where it isn't known. */
function version(process: Process): string {
  return process.machine.packages.NetworkManager?.version.replace(/^\d+:/, '').replace(/-.*/, '') ?? '1.43.5';
}

function overallState(process: Process): { state: string; connectivity: string } {
  const { network } = process.machine;
  const manager = managerOf(process.machine);
  if (!manager.networking) return { state: 'asleep', connectivity: 'none' };
  const hasDefault = network.routes.some((route) => route.destination === 'default');
  if (hasDefault) return { state: 'connected', connectivity: 'full' };
  if (Object.keys(manager.activating).length > 0) return { state: 'connecting', connectivity: 'none' };
  const active = network.nics.some((nic) => network.activeConnections[nic.name] !== undefined);
  return active
    ? { state: 'connected (local only)', connectivity: 'limited' }
    : { state: 'disconnected', connectivity: 'none' };
}

/** `nmcli general …` */
export async function general({ process, style }: Context, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === 'help' || word === '--help' || word === '-h') {
    await process.stderr.write(GENERAL_USAGE);
    return 0;
  }
  managerOf(process.machine);
  if (word !== undefined && isCommand(word, 'hostname')) return hostname(process, rest[0]);
  if (word !== undefined && isCommand(word, 'reload')) return 0;
  if (word !== undefined && !isCommand(word, 'status')) throw notUnderstood(word);
  let fields: string[];
  try {
    fields = chooseFields(style, FIELDS, COMMON);
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error;
    throw new NmcliError(`Error: only these fields are allowed: ${FIELDS.join(',')}`, status.invalidInput);
  }
  const { state, connectivity } = overallState(process);
  const values = {
    RUNNING: 'running',
    VERSION: version(process),
    STATE: state,
    STARTUP: 'started',
    CONNECTIVITY: connectivity,
    NETWORKING: managerOf(process.machine).networking ? 'enabled' : 'disabled',
    'WIFI-HW': 'missing',
    WIFI: 'enabled',
    'WWAN-HW': 'missing',
    WWAN: 'enabled',
  };
  await process.stdout.write(formatTable(style, fields, [{ values }], 'NetworkManager status'));
  return 0;
}

async function hostname(process: Process, name: string | undefined): Promise<number> {
  if (name === undefined) {
    await process.stdout.write(`${process.machine.hostname}\n`);
    return 0;
  }
  requireRoot(process, 'Error: failed to set hostname: Not authorized to set hostname');
  process.transact((world, machine) => {
    machine.hostname = name;
    writeFile(machine, '/etc/hostname', `${name}\n`, { time: world.epoch + world.now });
  });
  return 0;
}

/** `nmcli networking …` */
export async function networking({ process }: Context, args: readonly string[]): Promise<number> {
  const manager = managerOf(process.machine);
  const [word] = args;
  if (word === undefined) {
    await process.stdout.write(`${manager.networking ? 'enabled' : 'disabled'}\n`);
    return 0;
  }
  if (isCommand(word, 'connectivity')) {
    await process.stdout.write(`${overallState(process).connectivity}\n`);
    return 0;
  }
  if (word !== 'on' && word !== 'off') {
    throw new NmcliError(`Error: 'networking' command '${word}' is not valid.`, status.invalidInput);
  }
  requireRoot(process, 'Error: failed to set networking: Not authorized to enable/disable networking');
  process.transact((world, machine) => {
    const draft = managerOf(machine);
    draft.networking = word === 'on';
    if (word === 'on') {
      connectIfWanted(world, machine, draft);
      return;
    }
    for (const nic of machine.network.nics) {
      if (machine.network.activeConnections[nic.name] !== undefined) clearDevice(world, machine, draft, nic);
    }
  });
  return 0;
}

/** `nmcli` alone: an overview of devices and name servers. */
export async function overview({ process }: Context): Promise<number> {
  managerOf(process.machine);
  const { world, machine } = process;
  let text = '';
  for (const device of devicesOf(process)) {
    const { nic } = device;
    const name = connectionName(process, device);
    const connected = device.state.number === 100;
    const head =
      connected || device.state.number === 70 ? `${device.state.text}${name ? ` to ${name}` : ''}` : device.state.text;
    text += `${nic.name}: ${head}\n`;
    if (device.type === 'loopback') text += `\t"${nic.name}"\n\tloopback (unknown), ${nic.mac}, sw, mtu ${nic.mtu}\n`;
    else if (device.type === 'bridge')
      text += `\t"${nic.name}"\n\tbridge, ${nic.mac.toUpperCase()}, sw, mtu ${nic.mtu}\n`;
    else text += `\t"Red Hat Virtio 1.0"\n\tethernet (virtio_net), ${nic.mac.toUpperCase()}, hw, mtu ${nic.mtu}\n`;
    if (connected) {
      const routes = device.type === 'loopback' ? [] : routesOfDevice(world, machine, nic.name);
      if (routes.some((route) => route.destination === 'default')) text += '\tip4 default\n';
      for (const own of nic.addresses.filter((entry) => !entry.address.includes(':'))) {
        text += `\tinet4 ${own.address}/${own.prefix}\n`;
      }
      for (const route of routes) {
        const via = route.gateway === null ? '' : ` via ${route.gateway}`;
        text += `\troute4 ${route.destination}${via} metric ${route.metric}\n`;
      }
      for (const own of nic.addresses.filter((entry) => entry.address.includes(':'))) {
        text += `\tinet6 ${own.address}/${own.prefix}\n`;
      }
      for (const route of linkRoutesV6(nic)) {
        text += `\troute6 ${/dst = (\S+),/.exec(route)?.[1] ?? ''} metric 1024\n`;
      }
    }
    text += '\n';
  }
  const dns = machine.network.nics
    .map((nic) => ({ nic, ...dnsOf(machine, nic.name) }))
    .filter((entry) => entry.servers.length > 0);
  if (dns.length > 0) {
    text += 'DNS configuration:\n';
    for (const entry of dns) {
      text += `\tservers: ${entry.servers.join(' ')}\n`;
      if (entry.search.length > 0) text += `\tdomains: ${entry.search.join(' ')}\n`;
      text += `\tinterface: ${entry.nic.name}\n\n`;
    }
  }
  text += `Use "nmcli device show" to get complete information about known devices and
"nmcli connection show" to get an overview on active connection profiles.

Consult nmcli(1) and nmcli-examples(7) manual pages for complete usage details.
`;
  await process.stdout.write(text);
  return 0;
}
