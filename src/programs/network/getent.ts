import { findGroup, findShadow, findUser, listGroups, listUsers } from '../../machine/accounts';
import { readFileIfThere } from '../../machine/files';
import { isAddress, isIpv6 } from '../../network/addresses';
import { lookup, parseHosts } from '../../network/resolve';
import type { Process, Program } from '../../shell/process';
import { type ServiceEntry, serviceEntries } from './services-file';

const TRY = "Try `getent --help' or `getent --usage' for more information.\n";

const DATABASES = [
  'ahosts',
  'ahostsv4',
  'ahostsv6',
  'aliases',
  'ethers',
  'group',
  'gshadow',
  'hosts',
  'initgroups',
  'netgroup',
  'networks',
  'passwd',
  'protocols',
  'rpc',
  'services',
  'shadow',
];

const HELP = `Usage: getent [OPTION...] database [key ...]
Entries of the administrative databases.

  -A, --no-addrconfig        addresses of all families (with ahosts*)
  -i, --no-idn               names as they are
  -s, --service=CONFIG       service configuration to be used
  -?, --help                 this text
      --usage                short usage
  -V, --version              version

Supported databases:
ahosts ahostsv4 ahostsv6 aliases ethers group gshadow hosts initgroups
netgroup networks passwd protocols rpc services shadow
`;

/** getent: look-ups in the name service databases. */
export const getent: Program = async (process) => {
  const words = process.argv.slice(1);
  while (words[0]?.startsWith('-')) {
    const option = words.shift() ?? '';
    if (option === '--help' || option === '-?') {
      await process.stdout.write(HELP);
      return 0;
    }
    if (option === '-V' || option === '--version') {
      await process.stdout.write('getent (GNU libc) 2.34\n');
      return 0;
    }
    if (option === '-s' || option === '--service') words.shift();
    else if (!['-A', '-i', '--no-addrconfig', '--no-idn'].includes(option) && !option.startsWith('--service=')) {
      const shown = option.startsWith('--')
        ? `unrecognized option '${option}'`
        : `invalid option -- '${option.charAt(1)}'`;
      await process.stderr.write(`getent: ${shown}\n${TRY}`);
      return 64;
    }
  }
  const [database, ...keys] = words;
  if (database === undefined) {
    await process.stderr.write(`getent: wrong number of arguments\n${TRY}`);
    return 1;
  }
  if (!DATABASES.includes(database)) {
    await process.stderr.write(`Unknown database: ${database}\n${TRY}`);
    return 1;
  }
  const answer = look(process, database, keys);
  await process.stdout.write(answer.text);
  return answer.missing ? 2 : 0;
};

/** Entries of a database; `missing` when a key has none. */
function look(process: Process, database: string, keys: readonly string[]): { text: string; missing: boolean } {
  if (database === 'hosts' || database.startsWith('ahosts')) return hosts(process, database, keys);
  const { machine } = process;
  const lines: (string | undefined)[] = [];
  const each = (list: readonly string[], find: (key: string) => string | undefined) => {
    lines.push(...(keys.length === 0 ? list : keys.map(find)));
  };
  if (database === 'passwd') {
    const line = (user: ReturnType<typeof findUser>) =>
      user && `${user.name}:x:${user.uid}:${user.gid}:${user.comment}:${user.home}:${user.shell}`;
    each(
      listUsers(machine).map((user) => line(user) ?? ''),
      (key) => line(findUser(machine, /^\d+$/.test(key) ? Number(key) : key)),
    );
  } else if (database === 'group') {
    const line = (group: ReturnType<typeof findGroup>) =>
      group && `${group.name}:x:${group.gid}:${group.members.join(',')}`;
    each(
      listGroups(machine).map((group) => line(group) ?? ''),
      (key) => line(findGroup(machine, /^\d+$/.test(key) ? Number(key) : key)),
    );
  } else if (database === 'shadow') {
    const root = process.credentials.uid === 0;
    const content = root ? (readFileIfThere(machine, '/etc/shadow') ?? '') : '';
    const all = content.split('\n').filter(Boolean);
    each(all, (key) => (root && findShadow(machine, key) ? all.find((line) => line.startsWith(`${key}:`)) : undefined));
  } else if (database === 'services') {
    const entries = serviceEntries(machine);
    const line = (entry: ServiceEntry | undefined) =>
      entry &&
      `${entry.name.padEnd(21)} ${entry.port}/${entry.protocol}${entry.aliases.map((alias) => ` ${alias}`).join('')}`;
    each(
      entries.map((entry) => line(entry) ?? ''),
      (key) => {
        const [name = '', protocol] = key.split('/');
        const found = entries.find(
          (entry) =>
            (entry.name === name || String(entry.port) === name || entry.aliases.includes(name)) &&
            (protocol === undefined || entry.protocol === protocol),
        );
        return line(found);
      },
    );
  } else if (keys.length > 0) lines.push(undefined);
  const found = lines.filter((line) => line !== undefined);
  return { text: found.map((line) => `${line}\n`).join(''), missing: found.length < lines.length };
}

function hosts(process: Process, database: string, keys: readonly string[]): { text: string; missing: boolean } {
  const { machine, world } = process;
  const lines = parseHosts(readFileIfThere(machine, '/etc/hosts') ?? '');
  const line = (address: string, names: readonly string[]) => `${address.padEnd(15)} ${names.join(' ')}\n`;
  if (keys.length === 0)
    return { text: lines.map((entry) => line(entry.address, entry.names)).join(''), missing: false };
  let text = '';
  let missing = false;
  for (const key of keys) {
    if (database === 'hosts' && isAddress(key)) {
      const entry = lines.find((candidate) => candidate.address === key);
      if (entry) text += line(entry.address, entry.names);
      else missing = true;
      continue;
    }
    const result = lookup(world, machine.name, key);
    if (result.kind !== 'found') {
      missing = true;
      continue;
    }
    const addresses = result.addresses.filter((address) => {
      if (database === 'ahostsv4') return !isIpv6(address);
      return database === 'ahostsv6' ? isIpv6(address) : true;
    });
    if (addresses.length === 0) missing = true;
    if (database === 'hosts') {
      for (const address of addresses) {
        const entry = lines.find((candidate) => candidate.address === address && candidate.names.includes(key));
        // What was asked for stands behind the canonical name.
        const names = entry ? entry.names : [...new Set([result.canonical, key])];
        text += line(address, names);
      }
      continue;
    }
    for (const [at, address] of addresses.entries()) {
      text += `${address.padEnd(15)} STREAM ${at === 0 ? result.canonical : ''}\n`;
      text += `${address.padEnd(15)} DGRAM  \n${address.padEnd(15)} RAW    \n`;
    }
  }
  return { text, missing };
}
