import type { Inode } from '../../world/file';
import type { Machine } from '../../world/machine';
import { lookup, makeDirectory, makeSymlink, placeInode, writeFile } from '../files';

const TTY_GID = 5;
const DISK_GID = 6;

function device(
  kind: 'block' | 'character',
  major: number,
  minor: number,
  mode: number,
  gid = 0,
): Omit<Inode, 'mtime'> {
  return { kind, major, minor, mode, uid: 0, gid } as Omit<Inode, 'mtime'>;
}

const DEVICES: readonly (readonly [string, Omit<Inode, 'mtime'>])[] = [
  ['null', device('character', 1, 3, 0o666)],
  ['zero', device('character', 1, 5, 0o666)],
  ['full', device('character', 1, 7, 0o666)],
  ['random', device('character', 1, 8, 0o666)],
  ['urandom', device('character', 1, 9, 0o666)],
  ['kmsg', device('character', 1, 11, 0o644)],
  ['tty', device('character', 5, 0, 0o666, TTY_GID)],
  ['console', device('character', 5, 1, 0o600)],
  ['tty1', device('character', 4, 1, 0o620, TTY_GID)],
  ['ttyS0', device('character', 4, 64, 0o620, TTY_GID)],
];

/** Fills /dev, /proc, /sys and /run as a boot finds them. They must be empty or missing. `time` is Unix ms. */
export function mountKernelTrees(machine: Machine, time: number): void {
  const change = { time };
  for (const [path, mode] of [
    ['/dev', 0o755],
    ['/dev/pts', 0o755],
    ['/dev/shm', 0o1777],
    ['/dev/disk', 0o755],
    ['/dev/mapper', 0o755],
    ['/proc', 0o555],
    ['/proc/sys', 0o555],
    ['/sys', 0o555],
    ['/run', 0o755],
    ['/run/lock', 0o755],
    ['/run/systemd', 0o755],
    ['/run/systemd/system', 0o755],
    ['/run/user', 0o755],
  ] as const) {
    makeDirectory(machine, path, { ...change, mode, parents: true });
  }
  for (const [name, node] of DEVICES) placeInode(machine, `/dev/${name}`, { ...node, mtime: time } as Inode, change);
  for (const [target, name] of [
    ['/proc/self/fd', 'fd'],
    ['/proc/self/fd/0', 'stdin'],
    ['/proc/self/fd/1', 'stdout'],
    ['/proc/self/fd/2', 'stderr'],
  ] as const) {
    makeSymlink(machine, target, `/dev/${name}`, change);
  }
  if (machine.virtualization !== 'container') placeDisks(machine, time);
  fillProc(machine, time);
}

/** The system disk of a virtual or bare machine. */
function placeDisks(machine: Machine, time: number): void {
  for (const [at, name] of ['sda', 'sda1', 'sda2', 'sda3'].entries()) {
    placeInode(machine, `/dev/${name}`, { ...device('block', 8, at, 0o660, DISK_GID), mtime: time } as Inode, { time });
  }
  for (const [name, { major, minor }] of Object.entries(machine.disks ?? {})) {
    const node = { ...device('block', major, minor, 0o660, DISK_GID), mtime: time } as Inode;
    placeInode(machine, `/dev/${name}`, node, { time });
  }
  if (machine.kind === 'guest') {
    placeInode(machine, '/dev/watchdog', { ...device('character', 10, 130, 0o600), mtime: time } as Inode, { time });
  }
}

/** Kernel settings that exist everywhere, with their defaults: what `sysctl` reads and writes. */
const SYSCTL: readonly (readonly [string, string])[] = [
  ['fs/file-max', '9223372036854775807'],
  ['fs/aio-max-nr', '65536'],
  ['kernel/ostype', 'Linux'],
  ['kernel/panic', '0'],
  ['kernel/panic_on_oops', '1'],
  ['kernel/pid_max', '4194304'],
  ['kernel/randomize_va_space', '2'],
  ['kernel/shmall', '18446744073692774399'],
  ['kernel/shmmax', '18446744073692774399'],
  ['kernel/sysrq', '16'],
  ['net/core/somaxconn', '4096'],
  ['net/core/rmem_max', '212992'],
  ['net/core/wmem_max', '212992'],
  ['net/ipv4/conf/all/rp_filter', '0'],
  ['net/ipv4/conf/all/arp_ignore', '0'],
  ['net/ipv4/conf/all/arp_announce', '0'],
  ['net/ipv4/icmp_echo_ignore_all', '0'],
  ['net/ipv4/ip_forward', '0'],
  ['net/ipv4/ip_local_port_range', '32768\t60999'],
  ['net/ipv4/ip_nonlocal_bind', '0'],
  ['net/ipv6/conf/all/disable_ipv6', '0'],
  ['vm/dirty_background_ratio', '10'],
  ['vm/dirty_ratio', '30'],
  ['vm/overcommit_memory', '0'],
  ['vm/swappiness', '60'],
];

/** Modules loaded in a guest after boot: name, size, users. */
const MODULES: readonly (readonly [string, number, string])[] = [
  ['nft_fib_inet', 16384, '-'],
  ['nft_ct', 24576, '-'],
  ['nf_conntrack', 200704, 'nft_ct,'],
  ['nf_tables', 331776, 'nft_ct,nft_fib_inet,'],
  ['rfkill', 40960, '-'],
  ['i2c_piix4', 32768, '-'],
  ['virtio_balloon', 32768, '-'],
  ['pcspkr', 16384, '-'],
  ['fuse', 184320, '-'],
  ['xfs', 2121728, '-'],
  ['libcrc32c', 16384, 'nf_conntrack,nf_tables,xfs,'],
  ['sd_mod', 86016, '-'],
  ['sg', 53248, '-'],
  ['virtio_net', 77824, '-'],
  ['virtio_scsi', 28672, '-'],
  ['net_failover', 24576, 'virtio_net,'],
  ['failover', 16384, 'net_failover,'],
  ['serio_raw', 20480, '-'],
  ['dm_mod', 249856, '-'],
];

function fillProc(machine: Machine, time: number): void {
  const write = (path: string, content: string, mode = 0o444) =>
    writeFile(machine, path, content, { time, mode, makeParents: true });
  for (const [name, value] of SYSCTL) write(`/proc/sys/${name}`, `${value}\n`, 0o644);
  write('/proc/sys/kernel/hostname', `${machine.hostname}\n`, 0o644);
  write('/proc/sys/kernel/osrelease', `${machine.kernel}\n`);
  write(
    '/proc/cmdline',
    `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-${machine.kernel} root=/dev/sda3 ro console=tty0 console=ttyS0,115200n8 net.ifnames=0\n`,
  );
  write('/proc/filesystems', 'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\tdevpts\n\txfs\n\text4\n');
  write(
    '/proc/modules',
    MODULES.map(
      ([name, size, users]) =>
        `${name} ${size} ${users === '-' ? 0 : users.split(',').length - 1} ${users} Live 0x0000000000000000\n`,
    ).join(''),
  );
  write('/proc/sys/kernel/random/boot_id', `${dashed(machine.bootId)}\n`);
  write('/proc/meminfo', meminfo(machine));
  write('/proc/cpuinfo', cpuinfo(machine));
  write(
    '/proc/version',
    `Linux version ${machine.kernel} (mockbuild@x86-05.stream.rdu2.redhat.com) #1 SMP PREEMPT_DYNAMIC\n`,
  );
  makeSymlink(machine, 'self/mounts', '/proc/mounts', { time });
  makeDirectory(machine, '/proc/self', { time, mode: 0o555 });
  write('/proc/self/mounts', mounts(machine));
  makeDirectory(machine, '/sys/fs', { time, mode: 0o555 });
  makeDirectory(machine, '/sys/class', { time, mode: 0o555 });
  makeDirectory(machine, '/sys/block', { time, mode: 0o555 });
  if (machine.distribution === 'centos-stream-9') placeSelinux(machine, time);
}

/** SELinux's interface: `enforce` is what getenforce reads and setenforce writes. */
function placeSelinux(machine: Machine, time: number): void {
  const config = lookup(machine, '/etc/selinux/config');
  const wanted = config?.kind === 'file' ? /^SELINUX=(\w+)/m.exec(config.content)?.[1] : undefined;
  if (wanted === 'disabled') return;
  makeDirectory(machine, '/sys/fs/selinux', { time });
  writeFile(machine, '/sys/fs/selinux/enforce', wanted === 'permissive' ? '0' : '1', { time, mode: 0o644 });
}

function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.*)$/, '$1-$2-$3-$4-$5');
}

function meminfo(machine: Machine): string {
  const total = Math.round(machine.memoryMib * 1024 * 0.957);
  const row = (name: string, kib: number) => `${`${name}:`.padEnd(15)}${String(kib).padStart(9)} kB\n`;
  return (
    row('MemTotal', total) +
    row('MemFree', Math.round(total * 0.76)) +
    row('MemAvailable', Math.round(total * 0.84)) +
    row('Buffers', 2108) +
    row('Cached', Math.round(total * 0.11)) +
    row('SwapCached', 0) +
    row('SwapTotal', 0) +
    row('SwapFree', 0)
  );
}

function cpuinfo(machine: Machine): string {
  let text = '';
  for (let cpu = 0; cpu < machine.cpus; cpu++) {
    text += `processor\t: ${cpu}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: Intel Xeon Processor (Skylake, IBRS)\ncpu MHz\t\t: 2394.374\ncpu cores\t: 1\n\n`;
  }
  return text;
}

function mounts(machine: Machine): string {
  const root =
    machine.virtualization === 'container'
      ? 'overlay / overlay rw,relatime 0 0\n'
      : '/dev/sda3 / xfs rw,seclabel,relatime,attr2,inode64,logbufs=8,logbsize=32k,noquota 0 0\n';
  const boot =
    machine.virtualization === 'container'
      ? ''
      : '/dev/sda2 /boot xfs rw,seclabel,relatime,attr2,inode64,logbufs=8,logbsize=32k,noquota 0 0\n';
  // systemd gives /run a fifth of the memory; /dev/shm has the kernel's default, half of it.
  const run = Math.floor((machine.memoryMib * 1024 * 0.957) / 5 / 4) * 4;
  const text = `proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
sysfs /sys sysfs rw,seclabel,nosuid,nodev,noexec,relatime 0 0
devtmpfs /dev devtmpfs rw,seclabel,nosuid,size=4096k,mode=755,inode64 0 0
tmpfs /dev/shm tmpfs rw,seclabel,nosuid,nodev,inode64 0 0
devpts /dev/pts devpts rw,seclabel,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000 0 0
tmpfs /run tmpfs rw,seclabel,nosuid,nodev,size=${run}k,nr_inodes=819200,mode=755,inode64 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw,seclabel,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0
${root}${boot}`;
  // Only SELinux labels files.
  return machine.distribution === 'debian-12' ? text.replaceAll('seclabel,', '') : text;
}
