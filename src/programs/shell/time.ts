import type { Process, Program, SignalName } from '../../shell/process';
import { findSignal, isSignalName } from '../../shell/signals';
import { viewOf } from '../../shell/view';
import { programName, withOptions } from '../options';
import { duration, explain } from './run';

/** Longest wait that a timer takes at a time. */
const STEP = 1_000_000_000;

async function sleepFor(process: Process, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP) await process.sleep(Math.min(left, STEP));
}

export const sleep: Program = async (process) => {
  const operands = process.argv.slice(1);
  if (operands.length === 0) {
    await process.stderr.write("sleep: missing operand\nTry 'sleep --help' for more information.\n");
    return 1;
  }
  let total = 0;
  for (const operand of operands) {
    const ms = duration(operand);
    if (ms === undefined) {
      const text =
        operand.startsWith('-') && operand !== '-'
          ? `sleep: invalid option -- '${operand[1]}'\n`
          : `sleep: invalid time interval ‘${operand}’\n`;
      await process.stderr.write(`${text}Try 'sleep --help' for more information.\n`);
      return 1;
    }
    total += ms;
  }
  await sleepFor(process, total);
  return 0;
};

export const timeout: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'kill-after', short: 'k', long: ['kill-after'], value: 'required' },
      { key: 'signal', short: 's', long: ['signal'], value: 'required' },
      { key: 'foreground', long: ['foreground'] },
      { key: 'preserve', long: ['preserve-status'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
    async (options) => {
      const name = programName(process);
      const hint = `Try '${name} --help' for more information.\n`;
      const [limitText, ...argv] = options.operands;
      if (limitText === undefined || argv.length === 0) {
        await process.stderr.write(hint);
        return 125;
      }
      const limit = duration(limitText);
      const grace = duration(options.value('kill-after') ?? '0');
      if (limit === undefined || grace === undefined) {
        const bad = limit === undefined ? limitText : options.value('kill-after');
        await process.stderr.write(`${name}: invalid time interval ‘${bad}’\n${hint}`);
        return 125;
      }
      const signalText = options.value('signal') ?? 'TERM';
      const signal = findSignal(signalText);
      if (!signal) {
        await process.stderr.write(`${name}: ${signalText}: invalid signal\n${hint}`);
        return 125;
      }
      const problem = await explain(process, argv[0] ?? '');
      if (problem !== null) return problem;
      return supervise(process, argv, limit, grace, signal.name, options.has('preserve'), options.has('verbose'));
    },
    { status: 125, stopAtOperand: true },
  );

async function supervise(
  process: Process,
  argv: readonly string[],
  limit: number,
  grace: number,
  signal: string,
  preserve: boolean,
  verbose: boolean,
): Promise<number> {
  const view = viewOf(process);
  const child = view.core.table.spawn(view.core, argv);
  if (child.kind === 'failed') return child.status;
  const { process: target } = child;
  const name: SignalName = isSignalName(signal) ? signal : 'TERM';
  const endsWithin = async (ms: number) => {
    const deadline = Number.isFinite(ms) ? view.world.now + Math.round(ms) : undefined;
    while (target.status === null) if (!(await view.wait(target.changed, deadline))) return false;
    return true;
  };
  // A limit of 0 is none.
  if (limit === 0) return view.waitFor(target);
  if (await endsWithin(limit)) return target.status ?? 0;
  const tell = async (sent: string) => {
    if (verbose) await process.stderr.write(`timeout: sending signal ${sent} to command ‘${argv[0]}’\n`);
  };
  await tell(signal);
  target.signal(name);
  target.signal('CONT');
  if (grace > 0 && !(await endsWithin(grace))) {
    await tell('KILL');
    target.signal('KILL');
    return (await view.waitFor(target)) && 137;
  }
  const status = await view.waitFor(target);
  if (name === 'KILL') return 137;
  return preserve ? status : 124;
}

export const watch: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'interval', short: 'n', long: ['interval'], value: 'required' },
      { key: 'differences', short: 'd', long: ['differences'], value: 'optional' },
      { key: 'no-title', short: 't', long: ['no-title'] },
      { key: 'exec', short: 'x', long: ['exec'] },
      { key: 'chgexit', short: 'g', long: ['chgexit'] },
      { key: 'errexit', short: 'e', long: ['errexit'] },
      { key: 'beep', short: 'b', long: ['beep'] },
      { key: 'color', short: 'c', long: ['color'] },
      { key: 'precise', short: 'p', long: ['precise'] },
    ],
    async (options) => {
      if (options.operands.length === 0) {
        await process.stderr.write('\nUsage:\n watch [options] command\n');
        return 1;
      }
      const seconds = Number((options.value('interval') ?? '2').replace(',', '.'));
      if (Number.isNaN(seconds)) {
        await process.stderr.write(`watch: failed to parse argument: '${options.value('interval')}'\n`);
        return 1;
      }
      return repeat(process, options.operands, Math.max(0.1, seconds), {
        title: !options.has('no-title'),
        direct: options.has('exec'),
        untilChange: options.has('chgexit'),
        untilError: options.has('errexit'),
      });
    },
    { stopAtOperand: true },
  );

interface WatchOptions {
  title: boolean;
  direct: boolean;
  untilChange: boolean;
  untilError: boolean;
}

async function repeat(
  process: Process,
  words: readonly string[],
  seconds: number,
  options: WatchOptions,
): Promise<number> {
  const { tty } = process;
  const command = words.join(' ');
  let before: string | null = null;
  let stopped = false;
  process.onSignal('INT', () => {
    stopped = true;
  });
  if (tty) await process.stdout.write('\x1b[?1049h\x1b[?25l');
  for (;;) {
    const argv = options.direct ? words : ['sh', '-c', command];
    const { stdout, stderr, status } = await process.capture(argv);
    const text = stdout + stderr;
    await process.stdout.write(screen(process, command, seconds, text, options.title));
    if (options.untilError && status !== 0) stopped = true;
    if (options.untilChange && before !== null && before !== text) stopped = true;
    before = text;
    if (stopped) break;
    await process.until(() => stopped || undefined, Math.round(seconds * 1000));
    if (stopped) break;
  }
  if (tty) await process.stdout.write('\x1b[?25h\x1b[?1049l');
  return 0;
}

function screen(process: Process, command: string, seconds: number, text: string, title: boolean): string {
  const columns = process.tty?.columns ?? 80;
  const rows = process.tty?.rows ?? 24;
  const lines = text.split('\n').map((line) => (line.includes('\x1b') ? line : line.slice(0, columns)));
  const shown: string[] = [];
  if (title) {
    const date = new Date(process.world.epoch + process.world.now).toUTCString();
    const match = /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(date);
    const clock = match
      ? `${match[1]} ${match[3]} ${String(Number(match[2])).padStart(2)} ${match[5]} ${match[4]}`
      : date;
    const right = `${process.machine.hostname}: ${clock}`;
    const left = `Every ${seconds.toFixed(1)}s: ${command}`;
    const room = columns - right.length - 2;
    shown.push(
      `${left.length > room ? `${left.slice(0, Math.max(0, room - 3))}...` : left.padEnd(room)}  ${right}`,
      '',
    );
  }
  shown.push(...lines.slice(0, Math.max(1, rows - shown.length)));
  return `\x1b[H\x1b[2J${shown.join('\n').replace(/\n$/, '')}`;
}
