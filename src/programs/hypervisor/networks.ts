import { FileError, readFile } from '../../machine/files';
import { hashText, parseCidr, prefixOfNetmask } from '../../network/addresses';
import type { Process } from '../../shell/process';
import type { Network } from '../../world/network';
import { absolute } from '../coreutils/common';
import { formatDate } from '../coreutils/dates';
import { Failure, type VirshCommand } from './command';
import { type Markup, parseMarkup } from './markup';
import { virshTable } from './table';

function findNetwork(process: Process, key: string): Network {
  const found =
    process.world.networks[key] ??
    Object.values(process.world.networks).find((network) => networkUuid(network.name) === key);
  if (!found)
    throw new Failure(`failed to get network '${key}'`, `Network not found: no network with matching name '${key}'`);
  return found;
}

function networkUuid(name: string): string {
  const hex = [0, 1, 2, 3].map((at) => hashText(`${name}/network/${at}`).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-b${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const yes = (value: boolean) => (value ? 'yes' : 'no');

/** Reads a file named on the command line; libvirt's complaint when it can't be. */
export function readDefinition(process: Process, path: string): string {
  try {
    return readFile(process.machine, absolute(process, path), process.credentials);
  } catch (error) {
    if (error instanceof FileError) throw new Failure(`Failed to open file '${path}': ${error.text}`);
    throw error;
  }
}

/** Parses a definition and checks its root element. */
export function parseDefinition(text: string, root: 'domain' | 'network', failed: string): Markup {
  const parsed = parseMarkup(text);
  if ('problem' in parsed)
    throw new Failure(failed, `(${root}_definition):${parsed.line}: ${parsed.problem}\n(null)\n^`);
  if (parsed.name !== root)
    throw new Failure(failed, `XML error: expecting root element of '${root}', not '${parsed.name}'`);
  return parsed;
}

const child = (element: Markup | undefined, name: string) => element?.children.find((entry) => entry.name === name);

/** The network that a definition describes. Throws Failure. */
function networkFrom(process: Process, element: Markup, failed: string): Network {
  const name = child(element, 'name')?.text.trim() ?? '';
  if (name === '') throw new Failure(failed, "XML error: Missing 'name' element in network");
  const ip = child(element, 'ip');
  const address = ip?.attributes.address;
  if (address !== undefined && parseCidr(`${address}/24`) === null) {
    throw new Failure(failed, `XML error: Invalid address '${address}' in network '${name}'`);
  }
  const prefix = ip?.attributes.prefix ?? String(prefixOfNetmask(ip?.attributes.netmask ?? '255.255.255.0') ?? 24);
  const range = child(child(ip, 'dhcp'), 'range')?.attributes;
  const used = Object.values(process.world.networks).map((network) => network.bridge);
  let number = 0;
  while (used.includes(`virbr${number}`)) number++;
  return {
    name,
    bridge: child(element, 'bridge')?.attributes.name ?? `virbr${number}`,
    address: address === undefined ? null : `${address}/${prefix}`,
    forward: child(element, 'forward') === undefined ? 'none' : 'nat',
    dhcp: range?.start !== undefined && range.end !== undefined ? { first: range.start, last: range.end } : null,
    active: false,
    autostart: false,
  };
}

const define: VirshCommand = {
  spec: { data: ['file'], required: 1, flags: ['validate'] },
  run: async (process, args) => {
    const path = args.value('file') ?? '';
    const failed = `Failed to define network from ${path}`;
    const network = networkFrom(process, parseDefinition(readDefinition(process, path), 'network', failed), failed);
    if (process.world.networks[network.name]) {
      throw new Failure(
        failed,
        `operation failed: network '${network.name}' already exists with uuid ${networkUuid(network.name)}`,
      );
    }
    process.transact((world) => {
      world.networks[network.name] = network;
    });
    return `Network ${network.name} defined from ${path}\n\n`;
  },
};

const create: VirshCommand = {
  spec: { data: ['file'], required: 1, flags: ['validate'] },
  run: async (process, args) => {
    const path = args.value('file') ?? '';
    const failed = `Failed to create network from ${path}`;
    const network = networkFrom(process, parseDefinition(readDefinition(process, path), 'network', failed), failed);
    if (process.world.networks[network.name])
      throw new Failure(
        failed,
        `operation failed: network '${network.name}' already exists with uuid ${networkUuid(network.name)}`,
      );
    process.transact((world) => {
      world.networks[network.name] = { ...network, active: true };
    });
    return `Network ${network.name} created from ${path}\n\n`;
  },
};

/** A command that changes one network. */
function change(
  check: (network: Network) => [string, string] | null,
  act: (networks: Record<string, Network>, network: Network) => void,
  done: (name: string) => string,
  flags: readonly string[] = [],
): VirshCommand {
  return {
    spec: { data: ['network'], required: 1, flags },
    run: async (process, args) => {
      const network = findNetwork(process, args.value('network') ?? '');
      const problem = check(network);
      if (problem) throw new Failure(...problem);
      process.transact((world) => {
        const own = world.networks[network.name];
        if (own) act(world.networks, own);
      });
      return `${done(network.name)}\n\n`;
    },
  };
}

const list: VirshCommand = {
  spec: {
    data: [],
    required: 0,
    flags: ['all', 'inactive', 'persistent', 'transient', 'autostart', 'no-autostart', 'name', 'uuid', 'table'],
  },
  run: async (process, args) => {
    const shown = Object.values(process.world.networks)
      .filter(({ active, autostart }) => {
        if (args.has('inactive') ? active : !args.has('all') && !active) return false;
        return !(args.has('autostart') && !autostart) && !(args.has('no-autostart') && autostart);
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (args.has('name')) return `${shown.map(({ name }) => `${name}\n`).join('')}\n`;
    const rows = shown.map(({ name, active, autostart }) => [
      name,
      active ? 'active' : 'inactive',
      yes(autostart),
      'yes',
    ]);
    return `${virshTable(['Name', 'State', 'Autostart', 'Persistent'], rows)}\n`;
  },
};

const info: VirshCommand = {
  spec: { data: ['network'], required: 1, flags: [] },
  run: async (process, args) => {
    const network = findNetwork(process, args.value('network') ?? '');
    const rows: [string, string][] = [
      ['Name', network.name],
      ['UUID', networkUuid(network.name)],
      ['Active', yes(network.active)],
      ['Persistent', 'yes'],
      ['Autostart', yes(network.autostart)],
      ['Bridge', network.bridge],
    ];
    return `${rows.map(([label, value]) => `${`${label}:`.padEnd(16)}${value}\n`).join('')}\n`;
  },
};

const leases: VirshCommand = {
  spec: { data: ['network', 'mac'], required: 1, flags: [] },
  run: async (process, args) => {
    const network = findNetwork(process, args.value('network') ?? '');
    const prefix = network.address?.split('/')[1] ?? '24';
    const rows = (network.leases ?? [])
      .filter((lease) => lease.expires > process.world.now && (args.value('mac') ?? lease.mac) === lease.mac)
      .sort((a, b) => (a.mac < b.mac ? -1 : 1))
      .map((lease) => [
        formatDate(process, process.world.epoch + lease.expires, '%Y-%m-%d %H:%M:%S'),
        lease.mac,
        'ipv4',
        `${lease.address}/${prefix}`,
        lease.hostname ?? '-',
        lease.clientId ?? '-',
      ]);
    return `${virshTable(['Expiry Time', 'MAC address', 'Protocol', 'IP address', 'Hostname', 'Client ID or DUID'], rows)}\n`;
  },
};

function netmask(prefix: number): string {
  return [24, 16, 8, 0].map((shift) => ((0xffffffff << (32 - prefix)) >>> shift) & 255).join('.');
}

const dumpxml: VirshCommand = {
  spec: { data: ['network'], required: 1, flags: ['inactive'] },
  run: async (process, args) => {
    const network = findNetwork(process, args.value('network') ?? '');
    const [address, prefix = '24'] = (network.address ?? '').split('/');
    const dhcp = network.dhcp
      ? `    <dhcp>\n      <range start='${network.dhcp.first}' end='${network.dhcp.last}'/>\n    </dhcp>\n`
      : '';
    const ip =
      network.address === null
        ? ''
        : dhcp === ''
          ? `  <ip address='${address}' netmask='${netmask(Number(prefix))}'>\n  </ip>\n`
          : `  <ip address='${address}' netmask='${netmask(Number(prefix))}'>\n${dhcp}  </ip>\n`;
    const forward =
      network.forward === 'nat'
        ? "  <forward mode='nat'>\n    <nat>\n      <port start='1024' end='65535'/>\n    </nat>\n  </forward>\n"
        : '';
    const hash = hashText(`${network.name}/mac`).toString(16).padStart(8, '0');
    return `<network>\n  <name>${network.name}</name>\n  <uuid>${networkUuid(network.name)}</uuid>\n${forward}  <bridge name='${network.bridge}' stp='on' delay='0'/>\n  <mac address='52:54:00:${hash.slice(0, 2)}:${hash.slice(2, 4)}:${hash.slice(4, 6)}'/>\n${ip}</network>\n\n`;
  },
};

/** Commands about networks. */
export const networkCommands: Readonly<Record<string, VirshCommand>> = {
  'net-list': list,
  'net-info': info,
  'net-define': define,
  'net-create': create,
  'net-dumpxml': dumpxml,
  'net-dhcp-leases': leases,
  'net-start': change(
    (network) =>
      network.active
        ? [`Failed to start network ${network.name}`, 'Requested operation is not valid: network is already active']
        : null,
    (_, network) => {
      network.active = true;
    },
    (name) => `Network ${name} started`,
  ),
  'net-destroy': change(
    (network) =>
      network.active
        ? null
        : [`Failed to destroy network ${network.name}`, 'Requested operation is not valid: network is not active'],
    (_, network) => {
      network.active = false;
    },
    (name) => `Network ${name} destroyed`,
  ),
  'net-undefine': change(
    () => null,
    (networks, network) => {
      delete networks[network.name];
    },
    (name) => `Network ${name} has been undefined`,
  ),
  'net-autostart': {
    spec: { data: ['network'], required: 1, flags: ['disable'] },
    run: async (process, args) => {
      const network = findNetwork(process, args.value('network') ?? '');
      const on = !args.has('disable');
      process.transact((world) => {
        const own = world.networks[network.name];
        if (own) own.autostart = on;
      });
      return `Network ${network.name} ${on ? 'marked' : 'unmarked'} as autostarted\n\n`;
    },
  },
  'net-uuid': {
    spec: { data: ['network'], required: 1, flags: [] },
    run: async (process, args) => `${networkUuid(findNetwork(process, args.value('network') ?? '').name)}\n\n`,
  },
};
