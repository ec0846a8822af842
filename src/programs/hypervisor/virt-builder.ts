import { lookup, parentPath } from '../../machine/files';
import { connect } from '../../network/reach';
import { lookup as resolveName } from '../../network/resolve';
import type { Process, Program } from '../../shell/process';
import { absolute } from '../coreutils/common';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { parseSize, writeImage } from './images';

const MIRROR = 'builder.libguestfs.org';

/** Templates of the index: name, disk size, description. */
const TEMPLATES: readonly (readonly [string, number, string])[] = [
  ['alma-8.5', 6, 'AlmaLinux 8.5'],
  ['centos-7.8', 6, 'CentOS 7.8'],
  ['centosstream-8', 10, 'CentOS Stream 8'],
  ['centosstream-9', 10, 'CentOS Stream 9'],
  ['debian-11', 6, 'Debian 11 (bullseye)'],
  ['debian-12', 6, 'Debian 12 (bookworm)'],
  ['fedora-37', 6, 'Fedora® 37 Server'],
  ['fedora-38', 6, 'Fedora® 38 Server'],
  ['freebsd-11.1', 6, 'FreeBSD 11.1'],
  ['opensuse-tumbleweed', 10, 'openSUSE Tumbleweed'],
  ['ubuntu-20.04', 6, 'Ubuntu 20.04 (focal)'],
];

const specs: readonly OptionSpec[] = [
  { key: 'output', short: 'o', long: ['output'], value: 'required' },
  { key: 'size', long: ['size'], value: 'required' },
  { key: 'format', long: ['format'], value: 'required' },
  { key: 'root-password', long: ['root-password'], value: 'required' },
  { key: 'hostname', long: ['hostname'], value: 'required' },
  { key: 'arch', long: ['arch'], value: 'required' },
  { key: 'install', long: ['install'], value: 'required' },
  { key: 'run-command', long: ['run-command'], value: 'required' },
  { key: 'firstboot-command', long: ['firstboot-command'], value: 'required' },
  { key: 'timezone', long: ['timezone'], value: 'required' },
  { key: 'password', long: ['password'], value: 'required' },
  { key: 'memsize', short: 'm', long: ['memsize'], value: 'required' },
  { key: 'smp', long: ['smp'], value: 'required' },
  { key: 'list', short: 'l', long: ['list'] },
  { key: 'long', long: ['long'] },
  { key: 'update', long: ['update'] },
  { key: 'selinux', long: ['selinux-relabel'] },
  { key: 'quiet', short: 'q', long: ['quiet'] },
  { key: 'version', short: 'V', long: ['version'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
  { key: 'trace', short: 'x' },
];

async function fail(process: Process, message: string): Promise<number> {
  await process.stderr.write(
    `virt-builder: error: ${message}\n\nIf reporting bugs, run virt-builder with debugging enabled and include the complete output:\n\n  virt-builder -v -x [...]\n`,
  );
  return 1;
}

/** `virt-builder`: makes a disk image with an installed system. */
export const virtBuilder: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('virt-builder', process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(
      `${error.message}\nTry ‘virt-builder --help’ or consult virt-builder(1) for more information.\n`,
    );
    return 1;
  }
  if (options.has('version')) {
    await process.stdout.write('virt-builder 1.48.2rhel=9,release=9.el9\n');
    return 0;
  }
  if (!options.has('list')) {
    if (options.operands.length > 1) return fail(process, 'too many parameters, expecting ‘os-version’');
    if (options.operands.length === 0)
      return fail(process, 'missing ‘os-version’. Use ‘--list’ to list available template names.');
  }
  const found = resolveName(process.world, process.machineName, MIRROR);
  const reachable =
    found.kind === 'found' &&
    connect(process.world, process.machineName, found.addresses[0] ?? '', 80, 'tcp').kind === 'connected';
  if (!reachable) {
    await process.sleep(1500);
    await process.stderr.write(`curl: (6) Could not resolve host: ${MIRROR}\n`);
    return fail(process, `curl (download) command failed downloading ‘http://${MIRROR}/index.asc’`);
  }
  await process.sleep(1200);
  if (options.has('list')) {
    await process.stdout.write(TEMPLATES.map(([name, , text]) => `${name.padEnd(24)} x86_64     ${text}\n`).join(''));
    return 0;
  }
  return build(process, options);
};

async function build(process: Process, options: ParsedOptions): Promise<number> {
  const name = options.operands[0] ?? '';
  const template = TEMPLATES.find(([known]) => known === name);
  if (!template) {
    return fail(
      process,
      `cannot find os-version ‘${name}’ with architecture ‘x86_64’.\nUse --list to list available guest types.`,
    );
  }
  const sizeText = options.value('size');
  const size = sizeText ? parseSize(sizeText) : template[1] * 2 ** 30;
  if (size === undefined) return fail(process, `failed to parse size: ${sizeText}`);
  if (size < template[1] * 2 ** 30) {
    return fail(
      process,
      `images cannot be shrunk, the output size is too small for this image. Requested size = ${human(size)}, minimum size = ${human(template[1] * 2 ** 30)}`,
    );
  }
  const format = options.value('format') ?? 'raw';
  if (format !== 'raw' && format !== 'qcow2')
    return fail(
      process,
      `output format should be ‘raw’ or ‘qcow2’. Use qemu-img convert to convert the output to another format.`,
    );
  const shown = options.value('output') ?? `${name}.${format === 'qcow2' ? 'qcow2' : 'img'}`;
  const output = absolute(process, shown);
  const started = process.world.now;
  const step = async (wait: number, text: string) => {
    await process.sleep(wait);
    const seconds = ((process.world.now - started) / 1000).toFixed(1);
    if (!options.has('quiet')) await process.stdout.write(`[${seconds.padStart(6)}] ${text}\n`);
  };
  await step(900, `Downloading: http://${MIRROR}/${name}.xz`);
  await step(6200, 'Planning how to build this image');
  if (lookup(process.machine, parentPath(output))?.kind !== 'directory') {
    await process.stderr.write(`virt-builder: error: qemu-img: '${shown}': No such file or directory\n`);
    return 1;
  }
  await step(100, 'Uncompressing');
  await step(9000, `Resizing (using virt-resize) to expand the disk to ${human(size)}`);
  await step(16_000, 'Opening the new disk');
  await step(4200, 'Setting a random seed');
  const password = options.value('root-password');
  if (password) await step(200, 'Setting passwords');
  else await step(200, 'Setting the machine ID in /etc/machine-id');
  if (options.value('hostname')) await step(100, `Setting the hostname: ${options.value('hostname')}`);
  await step(1800, 'Finishing off');
  process.transact((world, machine) =>
    writeImage(
      machine,
      output,
      {
        template: name,
        size,
        rootPassword: password?.replace(/^password:/, '') ?? null,
        hostname: options.value('hostname') ?? null,
      },
      world.epoch + world.now,
    ),
  );
  const rows: [string, string][] = [
    ['Output file', shown],
    ['Output size', human(size)],
    ['Output format', format],
    ['Total usable space', human(size * 0.93)],
    [
      'Free space',
      `${human(size * 0.93 - 1.4 * 2 ** 30)} (${Math.round((1 - (1.4 * 2 ** 30) / (size * 0.93)) * 100)}%)`,
    ],
  ];
  await process.stdout.write(rows.map(([label, value]) => `${label.padStart(30)}: ${value}\n`).join(''));
  return 0;
}

function human(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)}G`;
}
