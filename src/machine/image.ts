import { hashText } from '../network/addresses';
import type { Directory } from '../world/file';
import type { Distribution, Machine } from '../world/machine';
import type { Nic } from '../world/network';
import type { Millis } from '../world/world';
import { addUser, findGroup, findShadow, findUser, makeHome, writeGroup, writeShadow } from './accounts';
import { cryptPassword, saltFrom } from './crypt';
import { enableLinks } from './enablement';
import { lookup, makeDirectory, makeSymlink, writeFile } from './files';
import { writeBaseAccounts } from './image/accounts';
import { centosFiles, debianFiles } from './image/etc';
import { mountKernelTrees } from './image/kernelfs';
import { debianPackages } from './packages/debian';
import { closure, knownPackage, placePackage } from './packages/install';

/** How a NIC of an image is addressed at boot. */
export interface ImageNic {
  /** `eth0` … */
  name: string;
  /** Virtual network it is plugged into; null: none. */
  network: string | null;
  /** Default: derived from the machine's and the NIC's name. */
  mac?: string;
  /** `dhcp`, an address with prefix, or `none`: no profile at all. */
  address: string;
}

export interface ImageUser {
  name: string;
  password: string;
  /** Supplementary groups. */
  groups?: readonly string[];
}

export interface ImageOptions {
  /** Name with the hypervisor. */
  name: string;
  kind?: 'hypervisor' | 'guest';
  distribution?: Distribution;
  virtualization?: Machine['virtualization'];
  hostname?: string;
  nics?: readonly ImageNic[];
  /** Packages beside the distribution's minimal set. */
  packages?: readonly string[];
  /** Units to enable beside the presets. */
  enabled?: readonly string[];
  users?: readonly ImageUser[];
  rootPassword?: string;
  cpus?: number;
  memoryMib?: number;
  bootMs?: Millis;
  autostart?: boolean;
  /** Unix ms of the installation: mtime of its files. */
  time: number;
}

/** What a minimal CentOS Stream 9 has, as its cloud and virt-builder images do; no firewall daemon among it. */
const CENTOS_MINIMAL: readonly string[] = [
  'centos-stream-release centos-stream-repos setup filesystem kernel systemd systemd-udev rsyslog cronie audit dnf yum',
  'dnf-plugins-core rpm tzdata ca-certificates openssl openssl-libs selinux-policy-targeted xfsprogs e2fsprogs',
  'coreutils bash glibc grep sed gawk findutils diffutils util-linux procps-ng psmisc hostname which less file tar gzip',
  'ncurses vim-minimal nano sudo curl kmod shadow-utils passwd libselinux-utils policycoreutils',
  'iproute iputils ethtool NetworkManager NetworkManager-config-server openssh openssh-clients openssh-server chrony nftables bash-completion python3',
].flatMap((line) => line.split(' '));

const BOOT_MS = { none: 20_000, kvm: 5_000, container: 700 } as const;
const KERNEL = { 'centos-stream-9': '5.14.0-239.el9.x86_64', 'debian-12': '6.1.0-56-amd64' } as const;

/** A freshly installed machine, powered off. Plain data; the same options always give the same machine. */
export function makeMachine(options: ImageOptions): Machine {
  const machine = emptyMachine(options);
  const { time } = options;
  layDirectories(machine, time);
  writeBaseAccounts(machine, options.rootPassword ?? 'centos', time);
  const files = machine.distribution === 'debian-12' ? debianFiles : centosFiles;
  for (const [path, content, mode] of files({ hostname: machine.hostname })) {
    writeFile(machine, path, content, { time, makeParents: true, ...(mode === undefined ? {} : { mode }) });
  }
  makeSymlink(machine, '../usr/lib/os-release', '/etc/os-release', { time });
  makeSymlink(machine, '../usr/share/zoneinfo/UTC', '/etc/localtime', { time });
  writeFile(machine, '/etc/machine-id', `${machine.machineId}\n`, { time, mode: 0o444 });
  installImagePackages(machine, options);
  defaultTarget(machine, time);
  enableLinks(machine, options.enabled ?? [], time);
  for (const user of options.users ?? []) addImageUser(machine, user, time);
  writeConnections(machine, options);
  mountKernelTrees(machine, time);
  return machine;
}

function emptyMachine(options: ImageOptions): Machine {
  const distribution = options.distribution ?? 'centos-stream-9';
  const kind = options.kind ?? 'guest';
  const virtualization = options.virtualization ?? (kind === 'hypervisor' ? 'none' : 'kvm');
  const root: Directory = { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: options.time, entries: {} };
  return {
    name: options.name,
    kind,
    distribution,
    virtualization,
    kernel: KERNEL[distribution],
    bootMs: options.bootMs ?? BOOT_MS[virtualization],
    power: 'off',
    boot: 0,
    bootedAt: 0,
    bootId: idFrom(`${options.name}:boot0`),
    machineId: idFrom(`${options.name}:machine`),
    hostname: options.hostname ?? (distribution === 'debian-12' ? options.name : 'localhost.localdomain'),
    root,
    network: {
      nics: (options.nics ?? []).map((nic) => makeNic(options.name, nic)),
      routes: [],
      sockets: [],
      firewall: null,
      activeConnections: {},
    },
    units: {},
    jobs: [],
    nextJob: 1,
    jobResults: {},
    processes: {},
    nextPid: 2,
    logins: [],
    log: [],
    packages: {},
    cpus: options.cpus ?? 2,
    memoryMib: options.memoryMib ?? 4096,
    snapshots: [],
    autostart: options.autostart ?? false,
    corosync: null,
    pacemaker: null,
  };
}

function makeNic(machine: string, nic: ImageNic): Nic {
  return {
    name: nic.name,
    mac: nic.mac ?? macFor(machine, nic.name),
    network: nic.network,
    plugged: true,
    up: false,
    mtu: 1500,
    addresses: [],
  };
}

/** A MAC of QEMU's range that depends on the names alone. */
export function macFor(machine: string, nic: string): string {
  const hex = hashText(`${machine}/${nic}`).toString(16).padStart(8, '0');
  return `52:54:00:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}`;
}

/** 32 hexadecimal digits that depend on a text alone. */
function idFrom(text: string): string {
  let id = '';
  for (let i = 0; i < 4; i++) id += hashText(`${text}:${i}`).toString(16).padStart(8, '0');
  return id;
}

function layDirectories(machine: Machine, time: number): void {
  const make = (path: string, mode = 0o755) => makeDirectory(machine, path, { time, mode, parents: true });
  for (const path of [
    '/boot',
    '/etc',
    '/home',
    '/media',
    '/mnt',
    '/opt',
    '/srv',
    '/usr/bin',
    '/usr/sbin',
    '/usr/lib',
    '/usr/lib64',
  ])
    make(path);
  for (const path of [
    '/usr/lib/systemd/system',
    '/usr/libexec',
    '/usr/local/bin',
    '/usr/local/sbin',
    '/usr/share/zoneinfo',
    '/var/cache',
    '/var/lib',
    '/var/log',
    '/var/spool/mail',
    '/var/log/journal',
  ])
    make(path);
  make('/root', machine.distribution === 'debian-12' ? 0o700 : 0o550);
  make('/tmp', 0o1777);
  make('/var/tmp', 0o1777);
  for (const [target, path] of [
    ['usr/bin', '/bin'],
    ['usr/sbin', '/sbin'],
    ['usr/lib', '/lib'],
    ['usr/lib64', '/lib64'],
    ['../run', '/var/run'],
    ['../run/lock', '/var/lock'],
  ] as const) {
    makeSymlink(machine, target, path, { time });
  }
  writeFile(machine, '/usr/share/zoneinfo/UTC', 'TZif2', { time });
}

function installImagePackages(machine: Machine, options: ImageOptions): void {
  const wanted = machine.distribution === 'debian-12' ? debianPackages : CENTOS_MINIMAL;
  for (const entry of closure(machine, wanted)) {
    placePackage(machine, entry, {
      time: options.time,
      wanted: true,
      repository: 'anaconda',
      version: entry.imageVersion ?? entry.version,
    });
  }
  for (const name of options.packages ?? []) {
    for (const entry of closure(machine, [name])) {
      placePackage(machine, entry, { time: options.time, wanted: entry === knownPackage(machine, name) });
    }
  }
}

function defaultTarget(machine: Machine, time: number): void {
  makeDirectory(machine, '/etc/systemd/system', { time, parents: true });
  if (lookup(machine, '/etc/systemd/system/default.target')) return;
  const folder = machine.distribution === 'debian-12' ? '/lib/systemd/system' : '/usr/lib/systemd/system';
  makeSymlink(machine, `${folder}/multi-user.target`, '/etc/systemd/system/default.target', { time });
  if (machine.virtualization === 'kvm') enableLinks(machine, ['serial-getty@ttyS0.service'], time);
}

function addImageUser(machine: Machine, user: ImageUser, time: number): void {
  const hash = cryptPassword(user.password, saltFrom(`${machine.name}:${user.name}`));
  if (!findUser(machine, user.name)) {
    let id = 1000;
    while (findUser(machine, id)) id++;
    writeGroup(machine, { name: user.name, gid: id, members: [] }, time);
    const account = { name: user.name, uid: id, gid: id, comment: '', home: `/home/${user.name}`, shell: '/bin/bash' };
    addUser(machine, account, time);
    makeHome(machine, account, time);
  }
  const shadow = findShadow(machine, user.name);
  if (shadow) writeShadow(machine, { ...shadow, hash }, time);
  for (const name of user.groups ?? []) {
    const group = findGroup(machine, name);
    if (group && !group.members.includes(user.name)) {
      writeGroup(machine, { ...group, members: [...group.members, user.name] }, time);
    }
  }
}

/** Connection profiles (CentOS) or /etc/network/interfaces (the recorded containers). */
function writeConnections(machine: Machine, options: ImageOptions): void {
  const { time } = options;
  if (machine.distribution === 'debian-12') {
    let text = 'auto lo\niface lo inet loopback\n';
    for (const nic of options.nics ?? []) {
      if (nic.address === 'none') continue;
      text += `\nauto ${nic.name}\niface ${nic.name} inet ${nic.address === 'dhcp' ? 'dhcp' : `static\n    address ${nic.address}`}\n`;
    }
    writeFile(machine, '/etc/network/interfaces', text, { time, makeParents: true });
    return;
  }
  for (const nic of options.nics ?? []) {
    if (nic.address === 'none') continue;
    const id = idFrom(`${machine.name}:connection:${nic.name}`);
    const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20)}`;
    const ipv4 = nic.address === 'dhcp' ? 'method=auto' : `address1=${nic.address}\nmethod=manual`;
    const text = `[connection]\nid=${nic.name}\nuuid=${uuid}\ntype=ethernet\ninterface-name=${nic.name}\n\n[ethernet]\n\n[ipv4]\n${ipv4}\n\n[ipv6]\naddr-gen-mode=default\nmethod=auto\n\n[proxy]\n`;
    writeFile(machine, `/etc/NetworkManager/system-connections/${nic.name}.nmconnection`, text, {
      time,
      mode: 0o600,
      makeParents: true,
    });
  }
}
