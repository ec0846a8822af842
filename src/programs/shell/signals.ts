import { findUser } from '../../machine/accounts';
import type { Process, Program } from '../../shell/process';
import { findSignal, signalList } from '../../shell/signals';
import { viewOf } from '../../shell/view';
import type { ProcessRecord } from '../../world/unit';
import { type ParsedOptions, parseOptions, UsageError } from '../options';
import { commandName } from './ps';

/** Sends a signal by name or number text; gives the kernel's reason where it can't. */
function send(process: Process, pid: number, signal: string): string | null {
  const view = viewOf(process);
  return view.core.table.kill(view.core, pid, signal);
}

/** Takes `-9`, `-KILL`, `-SIGKILL` out of arguments. */
function takeSignal(args: readonly string[]): { signal: string | null; rest: string[] } {
  const rest = [...args];
  const at = rest.findIndex((arg) => /^-(?:\d+|[A-Z][A-Z0-9+-]*)$/.test(arg) && findSignal(arg.slice(1)) !== undefined);
  if (at < 0) return { signal: null, rest };
  const [arg = ''] = rest.splice(at, 1);
  return { signal: findSignal(arg.slice(1))?.name ?? null, rest };
}

const KILL_USAGE = '\nUsage:\n kill [options] <pid> [...]\n';

export const kill: Program = async (process) => {
  const args = process.argv.slice(1);
  if (args[0] === '-l' || args[0] === '-L' || args[0] === '--list') {
    const wanted = args.slice(1);
    if (wanted.length === 0) {
      const names = signalList.filter((name) => name !== '').map((name) => name.slice(3));
      await process.stdout.write(`${names.slice(0, 31).join(' ')}\n`);
    }
    for (const text of wanted) {
      const found = findSignal(text);
      if (found) await process.stdout.write(`${/^\d+$/.test(text) ? found.name : found.number}\n`);
    }
    return 0;
  }
  const { signal, rest } = takeSignal(args);
  const operands = rest[0] === '-s' || rest[0] === '--signal' ? rest.slice(2) : rest;
  const name = rest === operands ? (signal ?? 'TERM') : (findSignal(rest[1] ?? '')?.name ?? null);
  if (operands.length === 0 || name === null) {
    await process.stderr.write(KILL_USAGE);
    return 1;
  }
  let status = 0;
  for (const operand of operands) {
    if (!/^-?\d+$/.test(operand)) {
      await process.stderr.write(`kill: failed to parse argument: '${operand}'\n`);
      status = 1;
      continue;
    }
    const problem = send(process, Number(operand), name);
    if (problem === null) continue;
    await process.stderr.write(`kill: (${operand}): ${problem}\n`);
    status = 1;
  }
  return status;
};

const MATCH_OPTIONS = [
  { key: 'full', short: 'f', long: ['full'] },
  { key: 'exact', short: 'x', long: ['exact'] },
  { key: 'newest', short: 'n', long: ['newest'] },
  { key: 'oldest', short: 'o', long: ['oldest'] },
  { key: 'inverse', short: 'v', long: ['inverse'] },
  { key: 'user', short: 'uU', long: ['euid', 'uid'], value: 'required' },
  { key: 'parent', short: 'P', long: ['parent'], value: 'required' },
  { key: 'terminal', short: 't', long: ['terminal'], value: 'required' },
  { key: 'list-name', short: 'l', long: ['list-name'] },
  { key: 'list-full', short: 'a', long: ['list-full'] },
  { key: 'count', short: 'c', long: ['count'] },
  { key: 'delimiter', short: 'd', long: ['delimiter'], value: 'required' },
  { key: 'ignore-case', short: 'i', long: ['ignore-case'] },
  { key: 'echo', short: 'e', long: ['echo'] },
  { key: 'signal', long: ['signal'], value: 'required' },
] as const;

/** Processes that pgrep's criteria choose, by number; never the caller itself. */
function matching(process: Process, options: ParsedOptions): ProcessRecord[] {
  const [pattern] = options.operands;
  const source = pattern === undefined ? '' : options.has('exact') ? `^(?:${pattern})$` : pattern;
  const regExp = new RegExp(source.replace(/\[:alnum:\]/g, 'A-Za-z0-9'), options.has('ignore-case') ? 'i' : '');
  const users = options
    .value('user')
    ?.split(',')
    .map((text) => findUser(process.machine, /^\d+$/.test(text) ? Number(text) : text)?.uid);
  const parents = options.value('parent')?.split(',').map(Number);
  const terminals = options.value('terminal')?.split(',');
  const chosen = Object.values(process.machine.processes)
    .filter((record) => {
      if (record.pid === process.pid) return false;
      const text = options.has('full') ? record.command : commandName(record);
      const matches =
        regExp.test(text) &&
        (users === undefined || users.includes(record.uid)) &&
        (parents === undefined || parents.includes(record.ppid)) &&
        (terminals === undefined || (record.tty !== null && terminals.includes(record.tty)));
      return matches !== options.has('inverse');
    })
    .sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
  if (options.has('newest')) return chosen.slice(-1);
  if (options.has('oldest')) return chosen.slice(0, 1);
  return chosen.sort((a, b) => a.pid - b.pid);
}

async function withCriteria(
  process: Process,
  name: 'pgrep' | 'pkill',
  body: (options: ParsedOptions, signal: string) => Promise<number>,
): Promise<number> {
  const { signal, rest } =
    name === 'pkill' ? takeSignal(process.argv.slice(1)) : { signal: null, rest: process.argv.slice(1) };
  let options: ParsedOptions;
  try {
    options = parseOptions(name, [name, ...rest], MATCH_OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n\nUsage:\n ${name} [options] <pattern>\n`);
    return 2;
  }
  const criteria = ['user', 'parent', 'terminal'].some((key) => options.has(key));
  if (options.operands.length === 0 && !criteria) {
    await process.stderr.write(
      `${name}: no matching criteria specified\nTry \`${name} --help' for more information.\n`,
    );
    return 2;
  }
  if (options.operands.length > 1) {
    await process.stderr.write(
      `${name}: only one pattern can be provided\nTry \`${name} --help' for more information.\n`,
    );
    return 2;
  }
  try {
    new RegExp(options.operands[0] ?? '');
  } catch {
    await process.stderr.write(`${name}: Unmatched [, [^, [:, [., or [=\n`);
    return 2;
  }
  return body(options, findSignal(options.value('signal') ?? '')?.name ?? signal ?? 'TERM');
}

export const pgrep: Program = (process) =>
  withCriteria(process, 'pgrep', async (options) => {
    const found = matching(process, options);
    if (options.has('count')) {
      await process.stdout.write(`${found.length}\n`);
      return found.length > 0 ? 0 : 1;
    }
    const lines = found.map((record) => {
      if (options.has('list-full')) return `${record.pid} ${record.command}`;
      return options.has('list-name') ? `${record.pid} ${commandName(record)}` : String(record.pid);
    });
    if (lines.length > 0) await process.stdout.write(`${lines.join(options.value('delimiter') ?? '\n')}\n`);
    return found.length > 0 ? 0 : 1;
  });

export const pkill: Program = (process) =>
  withCriteria(process, 'pkill', async (options, signal) => {
    const found = matching(process, options);
    let done = 0;
    for (const record of found) {
      const problem = send(process, record.pid, signal);
      if (problem === null) {
        done++;
        if (options.has('echo')) await process.stdout.write(`${commandName(record)} killed (pid ${record.pid})\n`);
      } else await process.stderr.write(`pkill: killing pid ${record.pid} failed: ${problem}\n`);
    }
    return done > 0 ? 0 : 1;
  });

export const pidof: Program = async (process) => {
  const args = process.argv.slice(1);
  const names = args.filter((arg) => !arg.startsWith('-')).map((name) => name.slice(name.lastIndexOf('/') + 1));
  const found = Object.values(process.machine.processes)
    .filter((record) => names.some((name) => commandName(record) === name.slice(0, 15)))
    .map((record) => record.pid)
    .sort((a, b) => b - a);
  if (found.length === 0) return 1;
  await process.stdout.write(`${(args.includes('-s') ? found.slice(0, 1) : found).join(' ')}\n`);
  return 0;
};

export const killall: Program = async (process) => {
  const { signal, rest } = takeSignal(process.argv.slice(1));
  let options: ParsedOptions;
  try {
    options = parseOptions(
      'killall',
      ['killall', ...rest],
      [
        { key: 'quiet', short: 'q', long: ['quiet'] },
        { key: 'signal', short: 's', long: ['signal'], value: 'required' },
        { key: 'verbose', short: 'v', long: ['verbose'] },
        { key: 'wait', short: 'w', long: ['wait'] },
        { key: 'exact', short: 'e', long: ['exact'] },
        { key: 'regexp', short: 'r', long: ['regexp'] },
        { key: 'user', short: 'u', long: ['user'], value: 'required' },
        { key: 'interactive', short: 'i', long: ['interactive'] },
      ],
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\nUsage: killall [OPTION]... [--] NAME...\n`);
    return 1;
  }
  if (options.operands.length === 0) {
    await process.stderr.write(
      'Usage: killall [OPTION]... [--] NAME...\n       killall -l, --list\n       killall -V, --version\n',
    );
    return 1;
  }
  const name = findSignal(options.value('signal') ?? '')?.name ?? signal ?? 'TERM';
  let status = 0;
  const pids: number[] = [];
  for (const operand of options.operands) {
    const base = operand.slice(operand.lastIndexOf('/') + 1);
    const test = options.has('regexp') ? new RegExp(base) : null;
    const records = Object.values(process.machine.processes).filter((record) => {
      const command = commandName(record);
      return record.pid !== process.pid && (test ? test.test(command) : command === base.slice(0, 15));
    });
    if (records.length === 0) {
      if (!options.has('quiet')) await process.stderr.write(`${operand}: no process found\n`);
      status = 1;
    }
    for (const record of records) {
      const problem = send(process, record.pid, name);
      if (problem !== null) {
        await process.stderr.write(`${operand}(${record.pid}): ${problem}\n`);
        status = 1;
      } else {
        pids.push(record.pid);
        if (options.has('verbose'))
          await process.stderr.write(`Killed ${operand}(${record.pid}) with signal ${findSignal(name)?.number}\n`);
      }
    }
  }
  if (options.has('wait')) {
    await process.until((world) => {
      const processes = world.machines[process.machineName]?.processes ?? {};
      return pids.every((pid) => processes[pid] === undefined) || undefined;
    });
  }
  return status;
};
