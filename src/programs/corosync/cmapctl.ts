/** corosync-cmapctl: the configuration map. */
import { type CmapTable, cmapLine, cmapOf, cmapValue, deleteCmapKey, setCmapKey, statsOf } from '../../corosync/cmap';
import type { CorosyncMachine } from '../../corosync/nodes';
import { FileError, readFile } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { World } from '../../world/world';
import type { OptionSpec, ParsedOptions } from '../options';
import { connectDaemon, failWith, readOptions, withDaemon } from './common';

const OPTIONS: readonly OptionSpec[] = [
  ...[...'hqgsdDtTb'].map((letter) => ({ key: letter, short: letter })),
  { key: 'm', short: 'm', value: 'required' },
  { key: 'p', short: 'p', value: 'required' },
  { key: 'C', short: 'C', value: 'required' },
];

const USAGE = `
usage:  corosync-cmapctl [-b] [-DdghsqTCt] [-p filename] [-m map] [params...]

    -b show binary values

    -m select map to use
          icmap (the default): configuration and run-time variables of the daemon.
          stats: counters of the network.
Set key:
    corosync-cmapctl -s key_name type value

    where type is one of ([i|u][8|16|32|64] | flt | dbl | str | bin)
    for bin, value is file name (or - for stdin)

Clear stats:
    corosync-cmapctl -C [knet|ipc|totem|schedmiss|all]
    The 'stats' map is implied

Load settings from a file:
    corosync-cmapctl -p filename

    the format of the file is:
    [^[^]]<key_name>[ <type> <value>]
    One caret deletes the key, two delete all keys with that prefix.
    Any other key is set and needs a type and a value.

Delete key:
    corosync-cmapctl -d key_name...

Delete multiple keys with prefix:
    corosync-cmapctl -D key_prefix...

Get key:
    corosync-cmapctl [-b] -g key_name...

Quiet mode:
    corosync-cmapctl [-b] -q -g key_name...

Display all keys:
    corosync-cmapctl [-b]

Display keys with prefix key_name:
    corosync-cmapctl [-b] key_name...

Track changes on keys with key_name:
    corosync-cmapctl [-b] -t key_name

Track changes on keys with key prefix:
    corosync-cmapctl [-b] -T key_prefix

`;

const MAPS = ['default', 'icmap', 'stats'];
const STATS = ['knet', 'totem', 'ipc', 'schedmiss', 'all'];

export const cmapctl: Program = async (process) => {
  const options = await readOptions(process, OPTIONS);
  if (options === null) return 1;
  if (options.has('h')) {
    await process.stdout.write(USAGE);
    return 0;
  }
  const map = options.value('m') ?? 'default';
  if (!MAPS.includes(map)) return failWith(process, "invalid map name, must be 'default', 'icmap' or 'stats'");
  if (options.has('C') && !STATS.includes(options.value('C') ?? '')) {
    return failWith(process, "argument to -C should be 'knet', 'totem', 'ipc', 'schedmiss' or 'all'");
  }
  const action = options.given.findLast(({ key }) => 'gsdDtTpC'.includes(key))?.key ?? '';
  const keys = options.operands;
  if ('gsdDtT'.includes(action) && action !== '' && keys.length === 0)
    return failWith(process, 'Expected key after options');
  const machine = await connectDaemon(process);
  if (machine === null) return failWith(process, 'Failed to initialize the cmap API. Error CS_ERR_LIBRARY');
  switch (action) {
    case 'g':
      return get(process, table(process.world, machine, map), keys, options.has('q'));
    case 's':
      return set(process, keys);
    case 'd':
      return remove(process, keys);
    case 'D':
      return removePrefixes(process, keys);
    case 't':
    case 'T':
      return track(process, map, keys[0] ?? '', action === 'T');
    case 'p':
      return load(process, options);
    case 'C':
      return 0;
    default:
      return list(process, table(process.world, machine, map), keys);
  }
};

function table(world: World, machine: CorosyncMachine, map: string): CmapTable {
  return map === 'stats' ? statsOf(world, machine) : cmapOf(machine);
}

async function list(process: Process, keys: CmapTable, prefixes: readonly string[]): Promise<number> {
  let status = 0;
  for (const prefix of prefixes.length === 0 ? [''] : prefixes) {
    const lines = [...keys].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => cmapLine(key, value));
    if (lines.length > 0) await process.stdout.write(`${lines.join('\n')}\n`);
    else status = 1;
  }
  return status;
}

async function get(process: Process, keys: CmapTable, wanted: readonly string[], quiet: boolean): Promise<number> {
  let status = 0;
  for (const key of wanted) {
    const value = keys.get(key);
    if (value) await process.stdout.write(quiet ? `${value.value}\n` : `${cmapLine(key, value)}\n`);
    else {
      status = 1;
      await process.stderr.write(`Can't get key ${key}. Error CS_ERR_NOT_EXIST\n`);
    }
  }
  return status;
}

async function set(process: Process, operands: readonly string[]): Promise<number> {
  const [key, type, text] = operands;
  if (key === undefined || type === undefined || text === undefined) {
    return failWith(process, 'At least 3 parameters are expected for set');
  }
  return setOne(process, key, type, text);
}

async function setOne(process: Process, key: string, type: string, text: string): Promise<number> {
  const value = cmapValue(type, text);
  if (value === 'unknown-type') return failWith(process, `Unknown type ${type}`);
  if (value === null) {
    const kind = /^[iu](8|16|32)$/.test(type) ? `${type} integer` : `${type} type value`;
    return failWith(process, `${text} is not valid ${kind}`);
  }
  const error = withDaemon(process, (world, daemon) => setCmapKey(world, daemon, key, value));
  return error === null ? 0 : failWith(process, `Failed to set key ${key}. Error ${error}`);
}

async function remove(process: Process, keys: readonly string[]): Promise<number> {
  let status = 0;
  for (const key of keys) {
    const error = withDaemon(process, (_world, daemon) => deleteCmapKey(daemon, key));
    if (error !== null) status = await failWith(process, `Can't delete key ${key}. Error ${error}`);
  }
  return status;
}

async function removePrefixes(process: Process, prefixes: readonly string[]): Promise<number> {
  let status = 0;
  for (const prefix of prefixes) {
    const errors = withDaemon(process, (_world, daemon) =>
      [...cmapOf(daemon).keys()]
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => {
          const error = deleteCmapKey(daemon, key);
          return error === null ? [] : [`Can't delete key ${key}. Error ${error}`];
        }),
    );
    for (const message of errors ?? []) status = await failWith(process, message);
  }
  return status;
}

async function load(process: Process, options: ParsedOptions): Promise<number> {
  const path = options.value('p') ?? '';
  let text: string;
  try {
    const { uid, gid, groups } = process.credentials;
    text = path === '-' ? await process.stdin.readAll() : readFile(process.machine, path, { uid, gid, groups });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return failWith(process, "Can't open input file");
  }
  let status = 0;
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [key = '', type, ...rest] = line.split(/\s+/);
    if (key.startsWith('^^')) status ||= await removePrefixes(process, [key.slice(2)]);
    else if (key.startsWith('^')) status ||= await remove(process, [key.slice(1)]);
    else if (type === undefined || rest.length === 0) {
      status = await failWith(process, `Both type and value for key ${key} are required`);
    } else status ||= await setOne(process, key, type, rest.join(' '));
  }
  return status;
}

/** Prints every change of a key (or of all with a prefix) until it is interrupted or a line comes from stdin. */
async function track(process: Process, map: string, key: string, prefix: boolean): Promise<number> {
  const name = process.machineName;
  const watched = (world: World) => {
    const machine = world.machines[name];
    if (!machine?.corosync) return null;
    const all = [...table(world, machine as CorosyncMachine, map)];
    return new Map(all.filter(([each]) => (prefix ? each.startsWith(key) : each === key)));
  };
  await process.stdout.write('Type "q" to finish\n');
  let before = watched(process.world) ?? new Map();
  for (;;) {
    const known = before;
    const now = await process.until((world) => {
      const present = watched(world);
      if (present === null) return 'gone' as const;
      const same =
        present.size === known.size && [...present].every(([each, { value }]) => known.get(each)?.value === value);
      return same ? undefined : present;
    });
    if (now === 'gone' || now === undefined) return failWith(process, 'Dispatch error CS_ERR_LIBRARY');
    for (const [each, value] of now) {
      const old = known.get(each);
      if (old?.value === value.value) continue;
      const was = old ? `\n was: ${cmapLine(each, old)}` : '';
      await process.stdout.write(`${old ? 'modify' : 'create'}> ${cmapLine(each, value)}${was}\n`);
    }
    for (const [each, value] of known) {
      if (!now.has(each)) await process.stdout.write(`delete> ${cmapLine(each, value)}\n`);
    }
    before = now;
  }
}
