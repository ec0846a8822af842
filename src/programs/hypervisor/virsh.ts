import { makeMachine } from '../../machine/image';
import { isActive } from '../../machine/units';
import type { Process, Program } from '../../shell/process';
import { absolute } from '../coreutils/common';
import { readArguments } from './arguments';
import { Failure, type VirshCommand } from './command';
import { console_ } from './console';
import { diskCommands } from './disks';
import { domainCommands, domainUuid, findDomain } from './domains';
import { readImage } from './images';
import type { Markup } from './markup';
import { networkCommands, parseDefinition, readDefinition } from './networks';
import { snapshotCommands } from './snapshots';

const child = (element: Markup | undefined, name: string) => element?.children.find((entry) => entry.name === name);

/** `virsh define`: a new guest from XML; its disk must hold an installed system to boot. */
const define: VirshCommand = {
  spec: { data: ['file'], required: 1, flags: ['validate'] },
  run: async (process, args) => {
    const path = args.value('file') ?? '';
    const failed = `Failed to define domain from ${path}`;
    const element = parseDefinition(readDefinition(process, path), 'domain', failed);
    const name = child(element, 'name')?.text.trim() ?? '';
    if (name === '') throw new Failure(failed, 'XML error: missing domain name');
    const memory = child(element, 'memory');
    const scale =
      { KiB: 1 / 1024, k: 1 / 1024, MiB: 1, M: 1, GiB: 1024, G: 1024 }[memory?.attributes.unit ?? 'KiB'] ?? 1 / 1024;
    const devices = child(element, 'devices');
    const interfaces = (devices?.children ?? []).filter((entry) => entry.name === 'interface');
    const disk = (devices?.children ?? []).find(
      (entry) => entry.name === 'disk' && entry.attributes.device !== 'cdrom',
    );
    const source = child(disk, 'source')?.attributes.file ?? '';
    const image = readImage(process.machine, absolute(process, source));
    process.transact((world) => {
      if (world.machines[name]) return;
      const machine = makeMachine({
        name,
        nics: interfaces.map((entry, at) => {
          const mac = child(entry, 'mac')?.attributes.address;
          return {
            name: `eth${at}`,
            network: child(entry, 'source')?.attributes.network ?? null,
            address: at === 0 ? 'dhcp' : 'none',
            ...(mac === undefined ? {} : { mac }),
          };
        }),
        rootPassword: image?.rootPassword ?? 'centos',
        cpus: Number(child(element, 'vcpu')?.text.trim()) || 1,
        memoryMib: Math.round(Number(memory?.text.trim() ?? 4_194_304) * scale),
        time: world.epoch + world.now,
      });
      machine.disk = { path: source, target: child(disk, 'target')?.attributes.dev ?? 'vda' };
      const uuid = child(element, 'uuid')?.text.trim();
      if (uuid) machine.uuid = uuid;
      world.machines[name] = machine;
    });
    return `Domain '${name}' defined from ${path}\n\n`;
  },
};

const none = { data: [], required: 0, flags: [] };

const dumpxml: VirshCommand = {
  spec: { data: ['domain'], required: 1, flags: ['inactive', 'security-info', 'update-cpu', 'migratable'] },
  run: async (process, args) => {
    const machine = findDomain(process.world, args.value('domain') ?? '');
    const id = machine.power === 'off' ? '' : ` id='${machine.domainId ?? 1}'`;
    const disk = machine.disk ?? { path: `/var/lib/libvirt/images/${machine.name}.qcow2`, target: 'sda' };
    const nics = machine.network.nics
      .map(
        (nic) =>
          `    <interface type='network'>\n      <mac address='${nic.mac}'/>\n      <source network='${nic.network ?? ''}'/>\n      <model type='virtio'/>\n      <link state='${nic.plugged ? 'up' : 'down'}'/>\n    </interface>\n`,
      )
      .join('');
    return `<domain type='kvm'${id}>\n  <name>${machine.name}</name>\n  <uuid>${domainUuid(machine)}</uuid>\n  <memory unit='KiB'>${machine.memoryMib * 1024}</memory>\n  <currentMemory unit='KiB'>${machine.memoryMib * 1024}</currentMemory>\n  <vcpu placement='static'>${machine.cpus}</vcpu>\n  <os>\n    <type arch='x86_64' machine='pc-q35-rhel9.2.0'>hvm</type>\n    <boot dev='hd'/>\n  </os>\n  <features>\n    <acpi/>\n    <apic/>\n  </features>\n  <on_poweroff>destroy</on_poweroff>\n  <on_reboot>restart</on_reboot>\n  <on_crash>destroy</on_crash>\n  <devices>\n    <emulator>/usr/libexec/qemu-kvm</emulator>\n    <disk type='file' device='disk'>\n      <driver name='qemu' type='qcow2' cache='none'/>\n      <source file='${disk.path}'/>\n      <target dev='${disk.target}' bus='${disk.target.startsWith('v') ? 'virtio' : 'scsi'}'/>\n    </disk>\n${nics}    <serial type='pty'>\n      <target type='isa-serial' port='0'/>\n    </serial>\n    <console type='pty'>\n      <target type='serial' port='0'/>\n    </console>\n  </devices>\n</domain>\n\n`;
  },
};

/** Every command by name. */
export const commands: Readonly<Record<string, VirshCommand>> = {
  ...domainCommands,
  ...diskCommands,
  ...networkCommands,
  ...snapshotCommands,
  define,
  dumpxml,
  console: console_,
  uri: { spec: none, run: async () => 'qemu:///system\n\n' },
  hostname: { spec: none, run: async (process) => `${process.machine.hostname}\n\n` },
  version: {
    spec: { ...none, flags: ['daemon'] },
    run: async () =>
      'Compiled against library: libvirt 9.0.0\nUsing library: libvirt 9.0.0\nUsing API: QEMU 9.0.0\nRunning hypervisor: QEMU 7.2.0\n\n',
  },
  nodeinfo: {
    spec: none,
    run: async ({ machine }) =>
      `CPU model:           x86_64\nCPU(s):              ${machine.cpus}\nCPU frequency:       2394 MHz\nCPU socket(s):       1\nCore(s) per socket:  ${machine.cpus}\nThread(s) per core:  1\nNUMA cell(s):        1\nMemory size:         ${machine.memoryMib * 1024} KiB\n\n`,
  },
};

/** virsh's short forms of options before the command. */
const GLOBAL_WITH_VALUE = [
  '-c',
  '--connect',
  '-d',
  '--debug',
  '-e',
  '--escape',
  '-k',
  '--keepalive-interval',
  '-K',
  '-l',
  '--log',
];

/** `virsh COMMAND …`, `virsh 'COMMAND; COMMAND'`, or commands read from the input. */
export const virsh: Program = async (process) => {
  const words = process.argv.slice(1);
  while (words[0]?.startsWith('-')) {
    const option = words.shift() ?? '';
    if (option === '-v' || option === '--version' || option === '-V') {
      await process.stdout.write('9.0.0\n');
      return 0;
    }
    if (option === '-h' || option === '--help') {
      words.unshift('help');
      break;
    }
    if (GLOBAL_WITH_VALUE.includes(option)) words.shift();
    else if (!/^(-q|--quiet|-r|--readonly|-t|--timing|--connect=.*)$/.test(option)) {
      await process.stderr.write(`error: unsupported option '${option}'. See --help.\n`);
      return 1;
    }
  }
  if (!(await connected(process))) return 1;
  if (words.length === 0) return interactive(process);
  if (words.length === 1 && /[;\s]/.test(words[0] ?? '')) return script(process, words[0] ?? '');
  return execute(process, words);
};

async function connected(process: Process): Promise<boolean> {
  if (process.credentials.uid !== 0) {
    await process.stderr.write(
      "error: failed to connect to the hypervisor\nerror: authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.manage'\n",
    );
    return false;
  }
  if (
    process.machine.kind === 'hypervisor' &&
    (isActive(process.machine, 'libvirtd.service') || isActive(process.machine, 'libvirtd.socket'))
  )
    return true;
  if (
    process.machine.kind === 'hypervisor' &&
    !process.machine.packages.libvirt &&
    !process.machine.packages['libvirt-daemon']
  )
    return true;
  await process.stderr.write(
    "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory\n",
  );
  return false;
}

/** Runs one command and prints what it says. */
async function execute(process: Process, words: readonly string[]): Promise<number> {
  const [name = '', ...rest] = words;
  if (name === 'help') {
    const list = Object.keys(commands)
      .sort()
      .map((command) => `    ${command}\n`);
    await process.stdout.write(`Grouped commands:\n\n Domain, network and snapshot commands:\n${list.join('')}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    await process.stderr.write(`error: unknown command: '${name}'\n`);
    return 1;
  }
  const args = readArguments(name, rest, command.spec);
  if ('error' in args) {
    await process.stderr.write(`error: ${args.error}\n`);
    return 1;
  }
  try {
    await process.sleep(15);
    await process.stdout.write(await command.run(process, args));
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await process.stderr.write(`error: ${error.message}\n${error.reason === null ? '' : `error: ${error.reason}\n`}`);
    await process.stdout.write('\n');
    return 1;
  }
}

/** Several commands in one argument. */
async function script(process: Process, text: string): Promise<number> {
  let status = 0;
  for (const part of text.split(';')) {
    const words = part
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length > 0) status = await execute(process, words);
    if (status !== 0) return status;
  }
  return status;
}

async function interactive(process: Process): Promise<number> {
  if (process.stdin.isTerminal) {
    await process.stdout.write(
      "Welcome to virsh, the virtualization interactive terminal.\n\nType:  'help' for help with commands\n       'quit' to quit\n\n",
    );
  }
  for (;;) {
    if (process.stdin.isTerminal) await process.stdout.write('virsh # ');
    const line = await process.stdin.readLine();
    if (line === null) break;
    const words = line
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words[0] === 'quit' || words[0] === 'exit') break;
    if (words.length > 0) await execute(process, words);
  }
  return 0;
}
