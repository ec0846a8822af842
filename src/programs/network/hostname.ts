import { FileError, readFile } from '../../machine/files';
import { isIpv4, isIpv6 } from '../../network/addresses';
import { interfacesOf } from '../../network/interfaces';
import { fullName, lookup } from '../../network/resolve';
import type { Process, Program } from '../../shell/process';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';

const OPTIONS: readonly OptionSpec[] = [
  { key: 'a', short: 'a', long: ['alias'] },
  { key: 'A', short: 'A', long: ['all-fqdns'] },
  { key: 'b', short: 'b', long: ['boot'] },
  { key: 'd', short: 'd', long: ['domain'] },
  { key: 'f', short: 'f', long: ['fqdn', 'long'] },
  { key: 'F', short: 'F', long: ['file'], value: 'required' },
  { key: 'i', short: 'i', long: ['ip-address'] },
  { key: 'I', short: 'I', long: ['all-ip-addresses'] },
  { key: 's', short: 's', long: ['short'] },
  { key: 'y', short: 'y', long: ['yp', 'nis'] },
  { key: 'h', short: 'h', long: ['help'] },
  { key: 'V', short: 'V', long: ['version'] },
];

const USAGE = `Usage: hostname [-b] {hostname|-F file}         set host name (from file)
       hostname [-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name
       hostname                                 display host name

       {yp,nis,}domainname {nisdomain|-F file}  set NIS domain name (from file)
       {yp,nis,}domainname                      display NIS domain name

       dnsdomainname                            display dns domain name

       hostname -V|--version|-h|--help          print info and exit

Options:
    -a, --alias            aliases of the host name
    -A, --all-fqdns        names of all addresses
    -b, --boot             set a name even where none is given
    -d, --domain           domain part of the full name
    -f, --fqdn, --long     full name
    -F, --file             read the name from a file
    -i, --ip-address       addresses of the host name
    -I, --all-ip-addresses all addresses of the machine
    -s, --short            name up to the first dot
`;

/** hostname: shows or sets the kernel's host name. */
export const hostname: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('hostname', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return 255;
  }
  if (options.has('h')) {
    await process.stdout.write(USAGE);
    return 0;
  }
  if (options.has('V')) {
    await process.stdout.write('hostname 3.23\n');
    return 0;
  }
  const file = options.value('F');
  const name = file ? nameInFile(process, file) : options.operands[0];
  if (name instanceof FileError) {
    await process.stderr.write(`hostname: can't open \`${file}'\n`);
    return 1;
  }
  if (name !== undefined) return setName(process, name);
  return show(process, options);
};

function nameInFile(process: Process, path: string): string | FileError {
  try {
    const full = path.startsWith('/') ? path : `${process.cwd}/${path}`;
    return (readFile(process.machine, full, process.credentials).split('\n')[0] ?? '').trim();
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

async function setName(process: Process, name: string): Promise<number> {
  if (process.credentials.uid !== 0) {
    await process.stderr.write('hostname: you must be root to change the host name\n');
    return 1;
  }
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name)) {
    await process.stderr.write('hostname: the specified hostname is invalid\n');
    return 1;
  }
  process.transact((_world, machine) => {
    machine.hostname = name;
  });
  return 0;
}

async function show(process: Process, options: ParsedOptions): Promise<number> {
  const { world, machine } = process;
  const print = async (text: string) => {
    await process.stdout.write(`${text}\n`);
    return 0;
  };
  if (options.has('s')) return print(machine.hostname.split('.')[0] ?? '');
  if (options.has('I')) return print(`${allAddresses(process).join(' ')} `);
  if (options.has('A'))
    return print(
      `${allAddresses(process)
        .filter(isIpv4)
        .map(() => fullName(world, machine) ?? machine.hostname)
        .join(' ')} `,
    );
  if (options.has('y')) {
    await process.stderr.write('hostname: Local domain name not set\n');
    return 1;
  }
  const wanted = ['f', 'd', 'i', 'a'].find((key) => options.has(key));
  if (!wanted) return print(machine.hostname);
  const result = lookup(world, machine.name, machine.hostname);
  if (result.kind !== 'found') {
    const reason = result.kind === 'unknown' ? 'Name or service not known' : 'Temporary failure in name resolution';
    await process.stderr.write(`hostname: ${reason}\n`);
    return 1;
  }
  if (wanted === 'f') return print(result.canonical);
  if (wanted === 'i') return print(result.addresses.join(' '));
  if (wanted === 'd') return print(result.canonical.split('.').slice(1).join('.'));
  return print('');
}

/** Addresses of all interfaces but the loopback, link-local ones left out. */
function allAddresses(process: Process): string[] {
  const own = interfacesOf(process.world, process.machine).flatMap((nic) =>
    nic.up ? nic.addresses.map((entry) => entry.address) : [],
  );
  const global = own.filter((address) => !address.startsWith('fe80:'));
  return [...global.filter(isIpv4), ...global.filter(isIpv6)];
}
