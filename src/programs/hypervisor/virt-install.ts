import { readFileIfThere } from '../../machine/files';
import { macFor, makeMachine } from '../../machine/image';
import { powerOn } from '../../machine/power';
import type { Process, Program } from '../../shell/process';
import type { Network } from '../../world/network';
import { absolute } from '../coreutils/common';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { readImage } from './images';

const value = (key: string, long: string, short = ''): OptionSpec => ({ key, long: [long], short, value: 'required' });

const specs: readonly OptionSpec[] = [
  value('name', 'name', 'n'),
  value('memory', 'memory'),
  value('memory', 'ram', 'r'),
  value('vcpus', 'vcpus'),
  value('cpu', 'cpu'),
  value('disk', 'disk'),
  value('network', 'network', 'w'),
  value('graphics', 'graphics'),
  value('osinfo', 'osinfo'),
  value('osinfo', 'os-variant'),
  value('connect', 'connect'),
  value('location', 'location', 'l'),
  value('cdrom', 'cdrom', 'c'),
  value('extra-args', 'extra-args', 'x'),
  value('boot', 'boot'),
  value('console', 'console'),
  value('serial', 'serial'),
  value('virt-type', 'virt-type'),
  value('machine', 'machine'),
  value('wait', 'wait'),
  { key: 'import', long: ['import'] },
  { key: 'pxe', long: ['pxe'] },
  { key: 'autostart', long: ['autostart'] },
  { key: 'noautoconsole', long: ['noautoconsole'] },
  { key: 'noreboot', long: ['noreboot'] },
  { key: 'dry-run', long: ['dry-run'] },
  { key: 'quiet', short: 'q', long: ['quiet'] },
  { key: 'version', long: ['version'] },
  { key: 'debug', short: 'd', long: ['debug'] },
];

const OSINFO = `
--os-variant/--osinfo OS name is required, but no value was
set or detected.

This is now a fatal error. Specifying an OS name is required
for modern, performant, and secure virtual machine defaults.

You can see a full list of possible OS name values with:

   virt-install --osinfo list

If your Linux distro is not listed, try one of generic values
such as: linux2022, linux2020, linux2018, linux2016

If you just need to get the old behavior back, you can use:

  --osinfo detect=on,require=off

Or export VIRTINSTALL_OSINFO_DISABLE_REQUIRE=1
`;

const OS_NAMES = [
  'centos-stream9',
  'centos-stream8',
  'rhel9.2',
  'rhel9.1',
  'rhel9.0',
  'rhel8.7',
  'fedora38',
  'fedora37',
  'debian11',
  'debian12',
  'linux2022',
  'linux2020',
  'linux2018',
  'linux2016',
  'generic',
];

/** Settings of a comma-separated option: the first may stand without a name. */
function parts(text: string, first: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [at, part] of text.split(',').entries()) {
    const equals = part.indexOf('=');
    if (equals < 0 && at === 0) settings[first] = part;
    else settings[equals < 0 ? part : part.slice(0, equals)] = equals < 0 ? '' : part.slice(equals + 1);
  }
  return settings;
}

async function fail(process: Process, text: string): Promise<number> {
  await process.stderr.write(`ERROR    ${text}\n`);
  return 1;
}

/** `virt-install --import`: a new guest from an image. */
export const virtInstall: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('virt-install', process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const name = /'(--?[^']*)'/.exec(error.message)?.[1] ?? '';
    await process.stderr.write(
      `usage: virt-install --name NAME --memory MB STORAGE INSTALL [options]\nvirt-install: error: unrecognized arguments: ${name}\n`,
    );
    return 2;
  }
  if (options.has('version')) {
    await process.stdout.write('4.1.0\n');
    return 0;
  }
  await process.sleep(700);
  const osinfo = options.value('osinfo');
  if (osinfo === 'list') {
    await process.stdout.write(OS_NAMES.map((name) => `${name}\n`).join(''));
    return 0;
  }
  const required = process.env.VIRTINSTALL_OSINFO_DISABLE_REQUIRE !== '1';
  const cpu = options.value('cpu');
  if (cpu === 'host-copy')
    await process.stderr.write('WARNING  CPU mode=host-copy no longer supported, using mode=host-model-only\n');
  const missing = await missingOptions(process, options);
  if (missing !== null) return missing;
  if (osinfo && !osinfo.includes('=') && !OS_NAMES.includes(osinfo)) {
    return fail(process, `Unknown OS name '${osinfo}'. See \`--osinfo list\` for valid values.`);
  }
  const optional = osinfo !== undefined && osinfo !== null && parts(osinfo, 'name').require === 'off';
  if (required && !osinfo) {
    // The disk is looked at first only when it exists; the missing name is reported before a missing file.
    return fail(process, OSINFO);
  }
  if (optional)
    await process.stderr.write(
      'WARNING  Using --osinfo generic, VM performance may suffer. Specify an accurate OS for optimal results.\n',
    );
  return install(process, options);
};

async function missingOptions(process: Process, options: ParsedOptions): Promise<number | null> {
  if (options.operands.length > 0) {
    await process.stderr.write(
      `usage: virt-install --name NAME --memory MB STORAGE INSTALL [options]\nvirt-install: error: unrecognized arguments: ${options.operands.join(' ')}\n`,
    );
    return 2;
  }
  if (!options.has('disk')) return fail(process, '\n--disk storage must be specified (override with --disk none)');
  if (
    !options.has('import') &&
    !options.has('location') &&
    !options.has('cdrom') &&
    !options.has('pxe') &&
    !options.has('boot')
  ) {
    return fail(
      process,
      '\nAn install method must be specified\n(--location URL, --cdrom CD/ISO, --pxe, --import, --boot hd|cdrom|...)',
    );
  }
  return null;
}

async function install(process: Process, options: ParsedOptions): Promise<number> {
  const diskText = options.value('disk') ?? '';
  const disk = parts(diskText, 'path');
  const path = absolute(process, disk.path ?? '');
  if (readFileIfThere(process.machine, path) === undefined && disk.size === undefined) {
    return fail(
      process,
      `Error: --disk ${diskText}: Size must be specified for non existent volume '${path.slice(path.lastIndexOf('/') + 1)}'`,
    );
  }
  const image = readImage(process.machine, path);
  const name = options.value('name') ?? nextName(process);
  await process.stdout.write('\nStarting install...\n');
  if (process.world.machines[name]) {
    return fail(
      process,
      `Guest name '${name}' is already in use.\nDomain installation does not appear to have been successful.\nIf it was, you can restart your domain by running:\n  virsh --connect qemu:///system start ${name}\notherwise, please restart your installation.`,
    );
  }
  const networks = options.values('network').length > 0 ? options.values('network') : ['network=default'];
  const nics = networks.map((text, at) => ({ name: `eth${at}`, network: parts(text, 'network').network ?? 'default' }));
  for (const nic of nics) {
    const network: Network | undefined = process.world.networks[nic.network];
    if (!network) return fail(process, `Network not found: no network with matching name '${nic.network}'`);
    if (!network.active)
      return fail(process, `Requested operation is not valid: network '${nic.network}' is not active`);
  }
  await process.sleep(1500);
  await process.stdout.write('Creating domain...                                          |    0 B  00:00     \n');
  const debian = image?.template.startsWith('debian') ?? false;
  process.transact((world) => {
    const machine = makeMachine({
      name,
      distribution: debian ? 'debian-12' : 'centos-stream-9',
      nics: nics.map((nic, at) => ({ ...nic, mac: macFor(name, nic.name), address: at === 0 ? 'dhcp' : 'none' })),
      rootPassword: image?.rootPassword ?? 'centos',
      cpus: Number(parts(options.value('vcpus') ?? '2', 'vcpus').vcpus) || 2,
      memoryMib: Number(parts(options.value('memory') ?? '4096', 'memory').memory) || 4096,
      autostart: options.has('autostart'),
      time: world.epoch + world.now,
      ...(image?.hostname ? { hostname: image.hostname } : {}),
    });
    machine.disk = { path, target: disk.bus === 'virtio' ? 'vda' : 'sda' };
    world.machines[name] = machine;
    powerOn(world, name);
  });
  await process.stdout.write('Domain creation completed.\n');
  return 0;
}

function nextName(process: Process): string {
  let number = 1;
  while (process.world.machines[`vm${number}`]) number++;
  return `vm${number}`;
}
