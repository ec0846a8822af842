import { findUser, groupsOf } from '../../machine/accounts';
import { readFileIfThere } from '../../machine/files';
import { lookup, parseHosts } from '../../network/resolve';
import type { Process, Program } from '../../shell/process';
import { groupName, userName } from '../coreutils/accounts';
import { withOptions } from '../options';

/** `id`: who a user is. */
export const id: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'user', short: 'u', long: ['user'] },
      { key: 'group', short: 'g', long: ['group'] },
      { key: 'groups', short: 'G', long: ['groups'] },
      { key: 'name', short: 'n', long: ['name'] },
      { key: 'real', short: 'r', long: ['real'] },
    ],
    async (options) => {
      const { machine } = process;
      const operands = options.operands.length === 0 ? [null] : options.operands;
      let status = 0;
      for (const operand of operands) {
        const who = identity(process, operand);
        if (!who) {
          await process.stderr.write(`id: ‘${operand}’: no such user\n`);
          status = 1;
          continue;
        }
        const name = options.has('name');
        const group = (gid: number) => (name ? groupName(machine, gid) : String(gid));
        let text: string;
        if (options.has('user')) text = name ? userName(machine, who.uid) : String(who.uid);
        else if (options.has('group')) text = group(who.gid);
        else if (options.has('groups')) text = who.groups.map(group).join(' ');
        else text = fullIdentity(process, who);
        await process.stdout.write(`${text}\n`);
      }
      return status;
    },
  );

interface Identity {
  uid: number;
  gid: number;
  groups: number[];
}

function identity(process: Process, operand: string | null): Identity | undefined {
  const { machine, credentials } = process;
  if (operand === null) {
    const others = credentials.groups.filter((gid) => gid !== credentials.gid);
    return { uid: credentials.uid, gid: credentials.gid, groups: [credentials.gid, ...others] };
  }
  const user = findUser(machine, operand) ?? (/^\d+$/.test(operand) ? findUser(machine, Number(operand)) : undefined);
  return user && { uid: user.uid, gid: user.gid, groups: groupsOf(machine, user) };
}

function fullIdentity(process: Process, who: Identity): string {
  const { machine } = process;
  const named = (number: number, name: string) => (name === String(number) ? name : `${number}(${name})`);
  const groups = who.groups.map((gid) => named(gid, groupName(machine, gid))).join(',');
  const selinux = machine.distribution === 'centos-stream-9' && process.argv.length === 1;
  const context =
    selinux && readFileIfThere(machine, '/sys/fs/selinux/enforce') !== undefined
      ? ' context=unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023'
      : '';
  return `uid=${named(who.uid, userName(machine, who.uid))} gid=${named(who.gid, groupName(machine, who.gid))} groups=${groups}${context}`;
}

export const whoami: Program = async (process) => {
  await process.stdout.write(`${userName(process.machine, process.credentials.uid)}\n`);
  return 0;
};

/** `groups [USER]...` */
export const groups: Program = async (process) => {
  const { machine } = process;
  const operands = process.argv.slice(1);
  if (operands.length === 0) {
    const who = identity(process, null);
    await process.stdout.write(`${(who?.groups ?? []).map((gid) => groupName(machine, gid)).join(' ')}\n`);
    return 0;
  }
  let status = 0;
  for (const operand of operands) {
    const who = identity(process, operand);
    if (who) await process.stdout.write(`${operand} : ${who.groups.map((gid) => groupName(machine, gid)).join(' ')}\n`);
    else {
      await process.stderr.write(`groups: ‘${operand}’: no such user\n`);
      status = 1;
    }
  }
  return status;
};

/** `getent DATABASE [KEY]...` */
export const getent: Program = async (process) => {
  const [database, ...keys] = process.argv.slice(1);
  if (database === undefined) {
    await process.stderr.write(
      "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n",
    );
    return 1;
  }
  const table = DATABASES[database];
  if (!table) {
    await process.stderr.write(
      `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
    );
    return 1;
  }
  const found = keys.length === 0 ? [table(process, null)] : keys.map((key) => table(process, key));
  for (const lines of found) for (const line of lines) await process.stdout.write(`${line}\n`);
  return found.some((lines) => lines.length === 0) ? 2 : 0;
};

function colonFile(path: string) {
  return (process: Process, key: string | null): string[] => {
    if (path.includes('shadow') && process.credentials.uid !== 0) return [];
    const lines = (readFileIfThere(process.machine, path) ?? '').split('\n').filter((line) => line !== '');
    if (key === null) return lines;
    return lines.filter((line) => {
      const fields = line.split(':');
      return fields[0] === key || (/^\d+$/.test(key) && fields[2] === key && !path.includes('shadow'));
    });
  };
}

function hosts(process: Process, key: string | null): string[] {
  if (key === null) {
    const lines = parseHosts(readFileIfThere(process.machine, '/etc/hosts') ?? '');
    return lines.map(({ address, names }) => `${address.padEnd(15)} ${names.join(' ')}`);
  }
  const listed = parseHosts(readFileIfThere(process.machine, '/etc/hosts') ?? '').filter(
    (line) => line.address === key || line.names.includes(key),
  );
  if (listed.length > 0)
    return listed.slice(0, 1).map(({ address, names }) => `${address.padEnd(15)} ${names.join(' ')}`);
  const found = lookup(process.world, process.machineName, key);
  if (found.kind !== 'found' || found.addresses[0] === key) return [];
  return found.addresses.map((address) => `${address.padEnd(15)} ${found.canonical}`);
}

function ahosts(process: Process, key: string | null): string[] {
  if (key === null) return hosts(process, null);
  const found = lookup(process.world, process.machineName, key);
  if (found.kind !== 'found') return [];
  return found.addresses.flatMap((address) => [
    `${address.padEnd(15)} STREAM ${found.canonical}`,
    `${address.padEnd(15)} DGRAM  `,
    `${address.padEnd(15)} RAW    `,
  ]);
}

function services(process: Process, key: string | null): string[] {
  const lines = (readFileIfThere(process.machine, '/etc/services') ?? '').split('\n').filter((line) => line !== '');
  const shown = lines
    .map((line) => line.split(/\s+/))
    .filter(([name, port]) => key === null || name === key || port?.split('/')[0] === key);
  return shown
    .slice(0, key === null ? undefined : 1)
    .map(
      ([name = '', port = '', ...rest]) => `${name.padEnd(21)} ${port}${rest.length > 0 ? ` ${rest.join(' ')}` : ''}`,
    );
}

const DATABASES: Readonly<Record<string, (process: Process, key: string | null) => string[]>> = {
  passwd: colonFile('/etc/passwd'),
  group: colonFile('/etc/group'),
  shadow: colonFile('/etc/shadow'),
  gshadow: colonFile('/etc/gshadow'),
  hosts,
  ahosts,
  ahostsv4: ahosts,
  services,
  initgroups: (process, key) => {
    const user = key === null ? undefined : findUser(process.machine, key);
    return user ? [`${user.name.padEnd(21)} ${groupsOf(process.machine, user).slice(1).join(' ')}`] : [];
  },
};
