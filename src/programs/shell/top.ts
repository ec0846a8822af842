import { findUser } from '../../machine/accounts';
import { readFileIfThere } from '../../machine/files';
import { ReadTimeout } from '../../shell/openfile';
import type { Process, Program } from '../../shell/process';
import { isTerminalTty, type TerminalTty } from '../../shell/terminaltty';
import { type ProcessView, viewOf } from '../../shell/view';
import type { ProcessRecord } from '../../world/unit';
import { keysOf } from './less';
import { commandName } from './ps';

const two = (value: number) => String(value).padStart(2, '0');

/** What a call of top asks for. */
interface TopCall {
  readonly batch: boolean;
  readonly delayMs: number;
  /** Screens until it ends by itself; null: none. */
  readonly iterations: number | null;
  readonly commandLine: boolean;
}

class TopUsage extends Error {}

function parse(argv: readonly string[]): TopCall {
  let call: TopCall = { batch: false, delayMs: 3000, iterations: null, commandLine: false };
  const queue = argv.slice(1);
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (!word.startsWith('-')) throw new TopUsage(`unknown option '${word.charAt(0)}'`);
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      const value = () => {
        const text = word.slice(at + 1) || queue.shift();
        at = word.length;
        if (text === undefined) throw new TopUsage(`-${letter} requires argument`);
        return text;
      };
      if (letter === 'b') call = { ...call, batch: true };
      else if (letter === 'c') call = { ...call, commandLine: true };
      else if (letter === 'n') {
        const text = value();
        if (!/^[1-9]\d*$/.test(text)) throw new TopUsage(`bad iterations argument '${text}'`);
        call = { ...call, iterations: Number(text) };
      } else if (letter === 'd') {
        const text = value();
        if (!/^\d+(\.\d*)?$/.test(text)) throw new TopUsage(`bad delay interval '${text}'`);
        call = { ...call, delayMs: Math.max(100, Math.round(Number(text) * 1000)) };
      } else if (!'HiSs1'.includes(letter)) throw new TopUsage(`unknown option '${letter}'`);
    }
  }
  return call;
}

function upText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const head = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  const hours = Math.floor(minutes / 60) % 24;
  return hours > 0 ? `${head}${String(hours).padStart(2)}:${two(minutes % 60)}` : `${head}${minutes % 60} min`;
}

/** The five lines over the table. */
function summary(process: Process, records: readonly ProcessRecord[]): string[] {
  const { machine, world } = process;
  const date = new Date(world.epoch + world.now);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const users = machine.logins.filter((login) => login.until === null).length;
  const running = records.filter(({ state }) => state === 'R').length;
  const stopped = records.filter(({ state }) => state === 'T').length;
  const zombies = records.filter(({ state }) => state === 'Z').length;
  const loads = [running * 0.6 + 0.02, running * 0.3 + 0.04, running * 0.1 + 0.01].map((load) => load.toFixed(2));
  const meminfo = readFileIfThere(machine, '/proc/meminfo') ?? '';
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0) / 1024;
  const shown = (value: number) => value.toFixed(1).padStart(8);
  const [total, free, cache] = [mib('MemTotal'), mib('MemFree'), mib('Buffers') + mib('Cached')];
  const swap = mib('SwapTotal');
  const count = (value: number) => String(value).padStart(3);
  return [
    `top - ${clock} up ${upText(world.now - machine.bootedAt)},  ${users} user${users === 1 ? '' : 's'},  load average: ${loads.join(', ')}`,
    `Tasks: ${count(records.length)} total, ${count(running)} running, ${count(records.length - running - stopped - zombies)} sleeping, ${count(stopped)} stopped, ${count(zombies)} zombie`,
    '%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st ',
    `MiB Mem : ${shown(total)} total, ${shown(free)} free, ${shown(total - free - cache)} used, ${shown(cache)} buff/cache     `,
    `MiB Swap: ${shown(swap)} total, ${shown(mib('SwapFree'))} free, ${shown(swap - mib('SwapFree'))} used. ${shown(mib('MemAvailable'))} avail Mem `,
  ];
}

const HEAD = '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND';

function row(process: Process, record: ProcessRecord, commandLine: boolean): string {
  const kernel = record.command.startsWith('[');
  const user = findUser(process.machine, record.uid)?.name ?? String(record.uid);
  return [
    String(record.pid).padStart(7),
    (user.length > 8 ? `${user.slice(0, 7)}+` : user).padEnd(8),
    ' 20   0',
    String(kernel ? 0 : 22240).padStart(7),
    String(kernel ? 0 : 4864).padStart(6),
    String(kernel ? 0 : 3968).padStart(6),
    record.state,
    '  0.0',
    kernel ? '  0.0' : '  0.1',
    '  0:00.00',
    commandLine ? record.command : commandName(record),
  ].join(' ');
}

function lines(process: Process, commandLine: boolean): { head: string[]; table: string[] } {
  const records = Object.values(process.machine.processes)
    .map((record) => (record.pid === process.pid ? { ...record, state: 'R' as const } : record))
    .sort((a, b) => Number(b.state === 'R') - Number(a.state === 'R') || a.pid - b.pid);
  return { head: summary(process, records), table: records.map((record) => row(process, record, commandLine)) };
}

async function batch(process: Process, call: TopCall): Promise<number> {
  for (let shown = 1; ; shown++) {
    const { head, table } = lines(process, call.commandLine);
    await process.stdout.write(`${[...head, '', HEAD, ...table].join('\n')}\n`);
    if (shown === call.iterations) return 0;
    await process.stdout.write('\n');
    await process.sleep(call.delayMs);
  }
}

/** Draws every few seconds; a key that is pressed meanwhile is obeyed at once. */
async function interactive(process: Process, terminal: TerminalTty, call: TopCall): Promise<number> {
  const view = viewOf(process);
  let { commandLine } = call;
  terminal.setRaw(true);
  await process.stdout.write('\x1b[?1049h\x1b[?25l');
  try {
    for (let shown = 1; ; shown++) {
      await process.stdout.write(screen(process, terminal, commandLine));
      if (shown === call.iterations) break;
      const keys = await keysWithin(view, terminal, call.delayMs);
      if (keys.some((key) => key === 'q' || key === '\x03')) break;
      if (keys.includes('c')) commandLine = !commandLine;
    }
  } finally {
    terminal.setRaw(false);
  }
  await process.stdout.write('\x1b[?25h\x1b[?1049l');
  return 0;
}

/** Keys pressed within `ms`; none when there weren't any. */
async function keysWithin(view: ProcessView, terminal: TerminalTty, ms: number): Promise<string[]> {
  try {
    return keysOf((await terminal.file.read(view, { deadline: view.world.now + ms })) ?? 'q');
  } catch (error) {
    if (error instanceof ReadTimeout) return [];
    throw error;
  }
}

function screen(process: Process, { columns, rows }: TerminalTty, commandLine: boolean): string {
  const { head, table } = lines(process, commandLine);
  const cut = (line: string) => line.slice(0, columns);
  const text = [...head.map(cut), '', `\x1b[7m${cut(HEAD.padEnd(columns))}\x1b[27m`, ...table.map(cut)];
  return `\x1b[H${text.slice(0, rows).join('\x1b[K\n')}\x1b[K\x1b[J`;
}

/** top of procps-ng 3.3.17. */
export const top: Program = async (process) => {
  let call: TopCall;
  try {
    call = parse(process.argv);
  } catch (error) {
    if (!(error instanceof TopUsage)) throw error;
    await process.stderr.write(
      `top: ${error.message}\nUsage:\n  top -hv | -bcEeHiOSs1 -d secs -n max -u|U user -p pid(s) -o field -w [cols]\n`,
    );
    return 1;
  }
  if (call.batch) return batch(process, call);
  const terminal = viewOf(process).core.tty;
  if (!process.stdout.isTerminal || !isTerminalTty(terminal)) {
    await process.stderr.write('top: failed tty get\n');
    return 1;
  }
  return interactive(process, terminal, call);
};
