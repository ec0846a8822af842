import { seedRandom } from '../kernel/random';
import { makeDirectory, writeFile } from '../machine/files';
import { type ImageNic, makeMachine } from '../machine/image';
import { powerOn } from '../machine/power';
import { makeKernel } from '../simulation/kernel';
import type { Machine } from '../world/machine';
import type { Network } from '../world/network';
import type { World } from '../world/world';

/** Spring 2023, the course's time: Monday 8 May, 09:00 in Seoul. */
const COURSE_EPOCH = Date.UTC(2023, 4, 8, 0, 0, 0);
/** The images were made some weeks before. */
const IMAGE_TIME = Date.UTC(2023, 3, 20, 3, 12, 0);
/** Simulated time given to machines to boot before the world is handed out. */
const BOOT_MS = 60_000;

const networks = {
  default: network('default', 'virbr0', '192.168.122.1/24', 'nat', ['192.168.122.2', '192.168.122.254']),
  internal: network('internal', 'virbr1', '192.168.90.1/24', 'none', ['192.168.90.2', '192.168.90.254']),
  storage: network('storage', 'virbr2', '192.168.100.1/24', 'none', null),
};

function network(
  name: string,
  bridge: string,
  address: string | null,
  forward: Network['forward'],
  range: [string, string] | null,
): Network {
  const dhcp = range && { first: range[0], last: range[1] };
  return { name, bridge, address, forward, dhcp, active: true, autostart: true };
}

const NODES = ['node1', 'node2', 'node3', 'node4'];

/** Two NICs as the course has them: eth0 gets its address by DHCP, eth1 has none yet. */
const courseNics: ImageNic[] = [
  { name: 'eth0', network: 'default', address: 'dhcp' },
  { name: 'eth1', network: 'internal', address: 'none' },
];

/** The hypervisor and four freshly installed machines, all running. */
function bare(): World {
  const host = makeMachine({
    name: 'host',
    kind: 'hypervisor',
    hostname: 'host.example.com',
    nics: [{ name: 'enp1s0', network: null, address: 'dhcp' }],
    packages: ['libvirt', 'libvirt-client', 'virt-install', 'guestfs-tools'],
    cpus: 8,
    memoryMib: 32768,
    time: IMAGE_TIME,
  });
  const nodes = NODES.map((name) => makeMachine({ name, nics: courseNics, autostart: true, time: IMAGE_TIME }));
  return assemble('bare', [host, ...nodes].map(withLabCommand), networks, COURSE_EPOCH);
}

/** What firewall-cmd --permanent --add-service=high-availability leaves. */
const OPEN_ZONE = `<?xml version="1.0" encoding="utf-8"?>
<zone>
  <short>Public</short>
  <service name="ssh"/>
  <service name="dhcpv6-client"/>
  <service name="cockpit"/>
  <service name="high-availability"/>
</zone>
`;

/** `bare` after the chapter "리눅스 구성": addresses, names, packages, firewall and pcsd are there, and no cluster. */
function ready(): World {
  const world = bare();
  const lines = NODES.map((name, index) => `192.168.90.1${index + 1}0 ${name}.example.com ${name}`);
  const nodes = NODES.map((name, index) => {
    const machine = makeMachine({
      name,
      hostname: `${name}.example.com`,
      nics: [
        { name: 'eth0', network: 'default', address: 'dhcp' },
        { name: 'eth1', network: 'internal', address: `192.168.90.1${index + 1}0/24` },
      ],
      packages: ['pcs', 'pacemaker', 'firewalld', 'sshpass'],
      enabled: ['pcsd.service', 'firewalld.service'],
      users: [{ name: 'hacluster', password: 'centos' }],
      autostart: true,
      time: IMAGE_TIME,
    });
    writeFile(machine, '/etc/hosts', `127.0.0.1 localhost\n${lines.join('\n')}\n`, { time: IMAGE_TIME });
    writeFile(machine, '/etc/firewalld/zones/public.xml', OPEN_ZONE, { time: IMAGE_TIME, makeParents: true });
    return withLabCommand(machine);
  });
  const { host } = world.machines;
  return {
    ...world,
    name: 'ready',
    machines: Object.fromEntries([host as Machine, ...nodes].map((each) => [each.name, each])),
  };
}

/**
 * The topology of the recorded clusters (`oracle/cluster/README`): five Debian nodes in containers, two NICs, pcsd
 * running, no cluster. All are off; a scenario says which come up.
 */
function recording(): World {
  const hosts = ['1', '2', '3', '4', '5'].map((n) => `192.168.90.1${n}0 node${n}.example.com node${n}`);
  const machines = ['1', '2', '3', '4', '5'].map((n) => {
    const machine = makeMachine({
      name: `node${n}`,
      distribution: 'debian-12',
      virtualization: 'container',
      hostname: `node${n}.example.com`,
      nics: [
        { name: 'eth0', network: 'outer', address: `10.0.0.1${n}0/24` },
        { name: 'eth1', network: 'internal', address: `192.168.90.1${n}0/24` },
      ],
      users: [
        { name: 'hacluster', password: 'centos' },
        { name: 'student', password: 'centos' },
        { name: 'rouser', password: 'centos', groups: ['haclient'] },
      ],
      time: Date.UTC(2026, 10, 22, 9, 0, 0),
    });
    writeFile(machine, '/etc/hosts', `127.0.0.1 localhost\n${hosts.join('\n')}\n`, { time: IMAGE_TIME });
    for (const path of ['/data', '/srv/web']) makeDirectory(machine, path, { time: IMAGE_TIME, parents: true });
    return machine;
  });
  const outer = network('outer', 'br-outer', '10.0.0.1/24', 'none', null);
  const internal = network('internal', 'br-internal', null, 'none', null);
  return assemble('recording', machines, { outer, internal }, Date.UTC(2026, 10, 22, 11, 6, 0));
}

/**
 * The machines on which storage and host tools were recorded (`oracle/host/README`): Debian guests with one NIC, and the
 * hypervisor `kvmhost` without systemd units of its own.
 */
function hosts(): World {
  const machines = ['1', '2', '4'].map((n) =>
    makeMachine({
      name: `node${n}`,
      distribution: 'debian-12',
      hostname: `node${n}`,
      nics: [{ name: 'enp1s0', network: 'lab', address: `192.168.90.1${n}0/24` }],
      time: Date.UTC(2026, 10, 22, 9, 0, 0),
    }),
  );
  const hypervisor = makeMachine({
    name: 'kvmhost',
    kind: 'hypervisor',
    distribution: 'debian-12',
    hostname: 'kvmhost',
    time: Date.UTC(2026, 10, 22, 9, 0, 0),
  });
  const lab = network('lab', 'br-lab', '192.168.90.1/24', 'none', null);
  return assemble('hosts', [hypervisor, ...machines], { lab }, Date.UTC(2026, 10, 22, 11, 40, 0));
}

/** The lab room's own command, on machines that a student types on. */
function withLabCommand(machine: Machine): Machine {
  const file = writeFile(machine, '/usr/local/bin/lab', '', { time: IMAGE_TIME, mode: 0o755, makeParents: true });
  file.program = 'lab';
  return machine;
}

function assemble(name: string, machines: Machine[], nets: Record<string, Network>, epoch: number): World {
  return {
    format: 2,
    name,
    now: 0,
    epoch,
    // Not a seed that a student's world begins with, else its first keys and ids would be the ones made here.
    random: seedRandom(0),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: Object.fromEntries(machines.map((machine) => [machine.name, machine])),
    networks: nets,
    faults: [],
  };
}

/** Powers machines on and gives them time to boot. */
function booted(world: World, names: readonly string[]): World {
  const kernel = makeKernel(world);
  kernel.transact((draft) => {
    for (const name of names) powerOn(draft, name);
  });
  for (let next = kernel.nextEventTime; next !== undefined && next <= BOOT_MS; next = kernel.nextEventTime)
    kernel.step();
  kernel.advance(BOOT_MS);
  return kernel.world;
}

const makers: Record<string, () => World> = {
  bare: () => booted(bare(), ['host', ...NODES]),
  ready: () => booted(ready(), ['host', ...NODES]),
  recording,
  hosts: () => booted(hosts(), ['kvmhost', 'node1', 'node2', 'node4']),
};

/** Names of the start worlds. */
export const worldNames: readonly string[] = Object.keys(makers);

/** A start world that doesn't exist. */
export class UnknownWorldError extends Error {}

const made = new Map<string, World>();

/** A start world; the seed decides every later chance. Throws UnknownWorldError. */
export function startWorld(name: string, seed: number): World {
  let world = made.get(name);
  if (!world) {
    const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
    if (!maker) throw new UnknownWorldError(`no start world "${name}"; there are: ${worldNames.join(', ')}`);
    world = maker();
    made.set(name, world);
  }
  return { ...world, random: seedRandom(seed) };
}
