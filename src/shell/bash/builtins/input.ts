import { type OpenFile, ReadTimeout } from '../../openfile';
import type { BuiltinTable } from '../interpreter';
import type { Shell } from '../shell';
import { asArray } from '../shell';
import { ReadonlyError } from '../variables';

interface ReadOptions {
  raw: boolean;
  array: string | null;
  delimiter: string;
  count: number | null;
  exact: boolean;
  prompt: string;
  silent: boolean;
  /** Milliseconds; null: wait for ever. */
  timeout: number | null;
  fd: number;
  names: string[];
}

const USAGE =
  'read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n';

async function parse(shell: Shell, args: readonly string[]): Promise<ReadOptions | null> {
  const options: ReadOptions = {
    raw: false,
    array: null,
    delimiter: '\n',
    count: null,
    exact: false,
    prompt: '',
    silent: false,
    timeout: null,
    fd: 0,
    names: [],
  };
  const fail = async (message: string, usage = false) => {
    await shell.error(`read: ${message}`);
    if (usage) await shell.writeError(USAGE);
    return null;
  };
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    if (!arg.startsWith('-') || arg === '-') break;
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k] as string;
      if (letter === 'r') options.raw = true;
      else if (letter === 's') options.silent = true;
      else if (letter === 'e') continue;
      else if ('adinNptu'.includes(letter)) {
        const value = k + 1 < arg.length ? arg.slice(k + 1) : args[++i];
        if (value === undefined) return fail(`-${letter}: option requires an argument`, true);
        if (letter === 'a') options.array = value;
        else if (letter === 'd') options.delimiter = value === '' ? '\0' : (value[0] as string);
        else if (letter === 'p') options.prompt = value;
        else if (letter === 'n' || letter === 'N') {
          if (!/^\d+$/.test(value)) return fail(`${value}: invalid number`);
          options.count = Number(value);
          options.exact = letter === 'N';
        } else if (letter === 't') {
          if (!/^\d*\.?\d*$/.test(value) || value === '' || value === '.')
            return fail(`${value}: invalid timeout specification`);
          options.timeout = Math.round(Number(value) * 1000);
        } else if (letter === 'u') {
          if (!/^\d+$/.test(value)) return fail(`${value}: invalid file descriptor specification`);
          options.fd = Number(value);
        }
        break;
      } else return fail(`-${letter}: invalid option`, true);
    }
  }
  options.names = args.slice(i);
  return options;
}

/** Reads up to the delimiter; `ended` where the input ended before it. */
async function readRecord(
  shell: Shell,
  file: OpenFile,
  options: ReadOptions,
): Promise<{ text: string; marks: boolean[]; ended: boolean; timedOut: boolean }> {
  let text = '';
  const marks: boolean[] = [];
  const deadline = options.timeout === null ? undefined : shell.view.world.now + options.timeout;
  const limit = (max: number) => (deadline === undefined ? { max } : { max, deadline });
  const stop = options.exact ? null : options.delimiter;
  const next = async (): Promise<string | null> => {
    if (options.count !== null || options.delimiter !== '\n' || options.raw === false)
      return file.read(shell.view, limit(1));
    return file.read(shell.view, { delimiter: '\n', ...(deadline === undefined ? {} : { deadline }) });
  };
  try {
    while (options.count === null || [...text].length < options.count) {
      const part = await next();
      if (part === null) return { text, marks, ended: true, timedOut: false };
      if (part.length > 1) {
        const ends = part.endsWith('\n');
        const body = ends ? part.slice(0, -1) : part;
        text += body;
        for (let i = 0; i < body.length; i++) marks.push(false);
        if (ends) break;
        continue;
      }
      if (part === stop) break;
      if (part === '\\' && !options.raw) {
        const escaped = await file.read(shell.view, limit(1));
        if (escaped === null) return { text, marks, ended: true, timedOut: false };
        if (escaped === '\n') continue;
        text += escaped;
        marks.push(true);
      } else if (part !== '\0') {
        text += part;
        marks.push(false);
      }
    }
  } catch (error) {
    if (error instanceof ReadTimeout) return { text, marks, ended: false, timedOut: true };
    throw error;
  }
  return { text, marks, ended: false, timedOut: false };
}

/** Splits a record for variables: the last one takes the rest. `marks`: characters that a backslash protects. */
export function splitRecord(text: string, marks: readonly boolean[], ifs: string, count: number): string[] {
  const isSpace = (i: number) => !marks[i] && ifs.includes(text[i] as string) && /[ \t\n]/.test(text[i] as string);
  const isMark = (i: number) => !marks[i] && ifs.includes(text[i] as string) && !/[ \t\n]/.test(text[i] as string);
  const fields: string[] = [];
  let i = 0;
  while (i < text.length && isSpace(i)) i++;
  while (i < text.length && fields.length < count - 1) {
    let field = '';
    while (i < text.length && !isSpace(i) && !isMark(i)) field += text[i++];
    fields.push(field);
    while (i < text.length && isSpace(i)) i++;
    if (i < text.length && isMark(i)) {
      i++;
      while (i < text.length && isSpace(i)) i++;
    }
  }
  if (i < text.length || fields.length < count) {
    let end = text.length;
    while (end > i && isSpace(end - 1)) end--;
    let rest = text.slice(i, end);
    // A single delimiter at the very end doesn't belong to the last field.
    if (end > i && isMark(end - 1)) {
      let marksInside = 0;
      for (let k = i; k < end - 1; k++) if (isMark(k) || isSpace(k)) marksInside++;
      if (marksInside === 0) rest = text.slice(i, end - 1);
    }
    fields.push(rest);
  }
  return fields;
}

/** All fields of a record: `read -a`. */
function splitAll(text: string, marks: readonly boolean[], ifs: string): string[] {
  const fields = splitRecord(text, marks, ifs, Number.POSITIVE_INFINITY);
  if (fields[fields.length - 1] === '') fields.pop();
  return fields;
}

async function read(shell: Shell, args: readonly string[]): Promise<number> {
  const options = await parse(shell, args);
  if (!options) return 2;
  for (const name of options.names) {
    if (/^[A-Za-z_]\w*(\[[\s\S]*\])?$/.test(name)) continue;
    await shell.error(`read: \`${name}': not a valid identifier`);
    return 1;
  }
  const file = shell.core.fds.get(options.fd);
  if (!file) {
    await shell.error(`read: ${options.fd}: invalid file descriptor: Bad file descriptor`);
    return 1;
  }
  if (options.timeout === 0) return file.readable() ? 0 : 1;
  if (options.prompt !== '' && file.isTerminal) await shell.writeError(options.prompt);
  const { tty } = shell.core;
  const hide = options.silent && file.isTerminal && tty;
  const raw = options.count !== null && file.isTerminal && tty;
  if (hide) tty.setEcho(false);
  if (raw) tty.setRaw(true);
  let record: Awaited<ReturnType<typeof readRecord>>;
  try {
    record = await readRecord(shell, file, options);
  } finally {
    if (hide) tty.setEcho(true);
    if (raw) tty.setRaw(false);
  }
  const failed = await store(shell, options, record.text, record.marks);
  if (failed) return 1;
  if (record.timedOut) return 142;
  return record.ended ? 1 : 0;
}

async function store(shell: Shell, options: ReadOptions, text: string, marks: readonly boolean[]): Promise<boolean> {
  try {
    if (options.array !== null) {
      const variable = shell.vars.ensure(options.array);
      if (variable.readonly) throw new ReadonlyError(options.array);
      const items = new Map(splitAll(text, marks, shell.ifs).map((item, index) => [index, item]));
      variable.value = { kind: 'indexed', items };
    } else if (options.names.length === 0) await shell.assignText('REPLY', text);
    else if (options.exact) {
      await shell.assignText(options.names[0] as string, text);
      for (const name of options.names.slice(1)) await shell.assignText(name, '');
    } else {
      const fields = splitRecord(text, marks, shell.ifs, options.names.length);
      for (let i = 0; i < options.names.length; i++)
        await shell.assignText(options.names[i] as string, fields[i] ?? '');
    }
    return false;
  } catch (error) {
    if (!(error instanceof ReadonlyError)) throw error;
    await shell.error(error.message);
    return true;
  }
}

async function mapfile(shell: Shell, args: readonly string[]): Promise<number> {
  let strip = false;
  let delimiter = '\n';
  let count = 0;
  let origin: number | null = null;
  let skip = 0;
  let fd = 0;
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '-t') strip = true;
    else if (/^-[dnOsuCc]/.test(arg)) {
      const value = arg.length > 2 ? arg.slice(2) : (args[++i] ?? '');
      if (arg[1] === 'd') delimiter = value === '' ? '\0' : (value[0] as string);
      else if (arg[1] === 'n') count = Number(value);
      else if (arg[1] === 'O') origin = Number(value);
      else if (arg[1] === 's') skip = Number(value);
      else if (arg[1] === 'u') fd = Number(value);
    } else if (arg.startsWith('-')) {
      await shell.error(`mapfile: ${arg.slice(0, 2)}: invalid option`);
      await shell.writeError(
        'mapfile: usage: mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]\n',
      );
      return 2;
    } else names.push(arg);
  }
  const file = shell.core.fds.get(fd);
  if (!file) return 1;
  const variable = shell.vars.ensure(names[0] ?? 'MAPFILE');
  if (variable.readonly) throw new ReadonlyError(names[0] ?? 'MAPFILE');
  if (origin === null) variable.value = { kind: 'indexed', items: new Map() };
  const array = asArray(variable);
  if (array.kind !== 'indexed') return 1;
  let index = origin ?? 0;
  let taken = 0;
  let line = '';
  const keep = (text: string) => {
    if (skip > 0) {
      skip--;
      return;
    }
    array.items.set(index++, strip && text.endsWith(delimiter) ? text.slice(0, -1) : text);
    taken++;
  };
  while (count === 0 || taken < count) {
    const part = await file.read(shell.view, { delimiter });
    if (part === null) {
      if (line !== '') keep(line);
      break;
    }
    line += part;
    if (!line.endsWith(delimiter)) continue;
    keep(line);
    line = '';
  }
  return 0;
}

export const inputBuiltins: BuiltinTable = { read, mapfile, readarray: mapfile };
