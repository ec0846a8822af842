/** corosync-cpgtool, corosync-keygen, and the daemon's own command line. */
import { groupMembers } from '../../corosync/groups';
import { liveDaemons } from '../../corosync/nodes';
import { AUTHKEY, CONFIG_EXIT_STATUS, loadConfig } from '../../corosync/problems';
import { buildOf, COROSYNC_VERSION } from '../../corosync/startup';
import { randomInteger } from '../../kernel/random';
import { FileError, removeFileIfThere, writeFile } from '../../machine/files';
import type { Program } from '../../shell/process';
import { connectDaemon, failWith, readOptions } from './common';

const CPGTOOL_USAGE = `corosync-cpgtool [-d delimiter] [-e] [-n] [-h]

A tool for displaying cpg groups and members.
options:
	-d	Delimiter between fields.
	-e	Don't escape unprintable characters in group name.
	-n	Display only all existing group names.
	-h	Display this help.
`;

export const cpgtool: Program = async (process) => {
  const options = await readOptions(process, [
    { key: 'd', short: 'd', value: 'required' },
    ...[...'ehn'].map((letter) => ({ key: letter, short: letter })),
  ]);
  if (options === null) return 1;
  if (options.has('h')) {
    await process.stdout.write(CPGTOOL_USAGE);
    return 0;
  }
  const machine = await connectDaemon(process);
  if (machine === null) return failWith(process, 'Could not initialize corosync cpg API error 2');
  const delimiter = options.value('d');
  // Group names end with a null character that is escaped like every unprintable one.
  const label = (group: string) => `${group}${options.has('e') ? '\0' : '\\x00'}`;
  const members = liveDaemons(process.world)
    .filter(({ corosync }) => machine.corosync.quorum.members.includes(corosync.nodeId))
    .reverse()
    .sort((a, b) => Number(b.name === machine.name) - Number(a.name === machine.name))
    .flatMap((member) =>
      groupMembers(member).map(({ group, pid }) => ({
        group,
        pid,
        nodeId: member.corosync.nodeId,
        address: Object.values(member.corosync.localAddresses).join(' '),
      })),
    );
  // The newest group comes first.
  const groups = [...new Set(members.map((member) => member.group))].reverse();
  if (options.has('n')) {
    await process.stdout.write(groups.map((group) => `${label(group)}\n`).join(''));
    return 0;
  }
  let text =
    delimiter === undefined
      ? `Group Name\t${'PID'.padStart(10)}\t${'Node ID'.padStart(10)}\n`
      : `GRP_NAME${delimiter}PID${delimiter}NODEID\n`;
  for (const group of groups) {
    if (delimiter === undefined) text += `${label(group)}\n`;
    for (const { pid, nodeId, address } of members.filter((member) => member.group === group)) {
      text +=
        delimiter === undefined
          ? `\t\t${String(pid).padStart(10)}\t${String(nodeId).padStart(10)} (${address})\n`
          : `${label(group)}${delimiter}${pid}${delimiter}${nodeId}\n`;
    }
  }
  await process.stdout.write(text);
  return 0;
};

const KEYGEN_USAGE = `Usage: corosync-keygen [-k <keyfile>] [-s size] [-m <randomfile>] [-l] [-h]
     -k / --key-file=<filename> -  Write to the specified keyfile
            (default /etc/corosync/authkey).
     -r / --random-file -  Where randomness comes from
            (default /dev/urandom).
     -l / --less-secure - Does nothing.
     -s / --size -  Length of key.
     -h / --help -  Print basic usage.

`;

const KEY_SIZE = { default: 256, least: 128, most: 4096 } as const;

export const keygen: Program = async (process) => {
  const options = await readOptions(process, [
    { key: 'key-file', short: 'k', long: ['key-file'], value: 'required' },
    { key: 'random-file', short: 'r', long: ['random-file'], value: 'required' },
    { key: 'less-secure', short: 'l', long: ['less-secure'] },
    { key: 'size', short: 's', long: ['size'], value: 'required' },
    { key: 'help', short: 'h', long: ['help'] },
  ]);
  if (options === null) {
    await process.stdout.write('Error parsing command line options.\n');
    return 1;
  }
  if (options.has('help')) {
    await process.stdout.write(KEYGEN_USAGE);
    return 0;
  }
  const size = options.has('size') ? Number(options.value('size')) : KEY_SIZE.default;
  if (!Number.isInteger(size) || size < KEY_SIZE.least || size > KEY_SIZE.most) {
    return failWith(
      process,
      `corosync-keygen: Unsupported key size (supported <${KEY_SIZE.least},${KEY_SIZE.most}>)\n`,
    );
  }
  const path = options.value('key-file') ?? AUTHKEY;
  const source = options.value('random-file') ?? '/dev/urandom';
  await process.stdout.write('Corosync Cluster Engine Authentication key generator.\n');
  await process.stdout.write(`Gathering ${size * 8} bits for key from ${source}.\n`);
  if (source !== '/dev/urandom' && source !== '/dev/random') {
    return failWith(process, 'corosync-keygen: Failed to open random source: No such file or directory');
  }
  const written = process.transact((world, machine) => {
    try {
      let key = '';
      for (let byte = 0; byte < size; byte++) key += String.fromCharCode(randomInteger(world, 0, 255));
      const time = world.epoch + world.now;
      const { uid, gid, groups } = process.credentials;
      const as = { uid, gid, groups };
      removeFileIfThere(machine, path, time);
      writeFile(machine, path, key, { time, mode: 0o400, as });
      return null;
    } catch (error) {
      if (error instanceof FileError) return error.message;
      throw error;
    }
  });
  if (written !== null) return failWith(process, `corosync-keygen: Could not create ${path}: ${reasonOf(written)}`, 2);
  await process.stdout.write(`Writing corosync key to ${path}.\n`);
  return 0;
};

/** What went wrong without the path that a file error may begin with. */
function reasonOf(message: string): string {
  return message.replace(/^.*: /, '');
}

const DAEMON_USAGE = `usage:
        -c     : Corosync config file path.
        -f     : Start application in foreground.
        -t     : Test configuration and exit.
        -v     : Display version, git revision and some useful information about Corosync and exit.
`;

/** The daemon run by hand: its version and the test of a configuration. Starting it is systemd's. */
export const corosync: Program = async (process) => {
  const options = await readOptions(process, [
    { key: 'c', short: 'c', value: 'required' },
    ...[...'ftv'].map((letter) => ({ key: letter, short: letter })),
  ]);
  if (options === null) {
    await process.stderr.write(DAEMON_USAGE);
    return 1;
  }
  if (options.has('v')) {
    const lines = [
      `Corosync Cluster Engine, version '${COROSYNC_VERSION}'`,
      'Copyright (c) 2006-2021 Red Hat, Inc.',
      '',
      `Built-in features: ${buildOf(process.machine).features}`,
      'Available crypto models: nss openssl',
      'Available compression models: zlib lz4 lz4hc lzo2 lzma bzip2 zstd',
    ];
    await process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  }
  const loaded = loadConfig(process.world, process.machine, options.value('c') ?? undefined);
  const stamp = (level: string) => `${logDate(process.world.epoch + process.world.now)} ${level.padEnd(7)} [MAIN  ]`;
  if (loaded.kind === 'problem') {
    const { problem } = loaded;
    if (problem.kind === 'file') return failWith(process, problem.message, CONFIG_EXIT_STATUS);
    await process.stderr.write(`${stamp('error')} ${problem.message}\n`);
    const exit = `Corosync Cluster Engine exiting with status ${CONFIG_EXIT_STATUS} at ${problem.exitsAt}.`;
    return failWith(process, `${stamp('error')} ${exit}`, CONFIG_EXIT_STATUS);
  }
  if (!options.has('t')) return failWith(process, `${stamp('error')} Another Corosync instance is already running.`, 9);
  await process.stderr.write(`${stamp('notice')} Corosync Cluster Engine exiting normally\n`);
  return 0;
};

/** `Nov 22 13:20:31.462` */
function logDate(unixMs: number): string {
  const date = new Date(unixMs);
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${months[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 23)}`;
}
