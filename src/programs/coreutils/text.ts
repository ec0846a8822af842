import { byteLength, FileError, lookup, stat, writeFile } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { withOptions } from '../options';
import { absolute, attempt, changing, complain, eachInput, eachLine, linesOf, openText, quoted } from './common';

/** cat: whole files, or standard input as it comes. */
export const cat: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'number', short: 'n', long: ['number'] },
      { key: 'nonblank', short: 'b', long: ['number-nonblank'] },
      { key: 'squeeze', short: 's', long: ['squeeze-blank'] },
      { key: 'ends', short: 'E', long: ['show-ends'] },
      { key: 'tabs', short: 'T', long: ['show-tabs'] },
      { key: 'all', short: 'A', long: ['show-all'] },
      { key: 'nonprinting', short: 'v', long: ['show-nonprinting'] },
      { key: 'e', short: 'e' },
      { key: 't', short: 't' },
      { key: 'unbuffered', short: 'u' },
    ],
    async (options) => {
      const plain = options.given.every((option) => option.key === 'unbuffered');
      const state = { line: 0, blank: false };
      const decorate = (text: string) => (plain ? text : decorateCat(text, options.has.bind(options), state));
      let status = 0;
      for (const operand of options.operands.length === 0 ? ['-'] : options.operands) {
        if (operand === '-') {
          for (let part = await process.stdin.read(); part !== null; part = await process.stdin.read()) {
            await process.stdout.write(decorate(part));
          }
          continue;
        }
        const text = await openText(process, operand);
        if (text === undefined) status = 1;
        else await process.stdout.write(decorate(text));
      }
      return status;
    },
  );

function decorateCat(text: string, has: (key: string) => boolean, state: { line: number; blank: boolean }): string {
  const ends = has('ends') || has('all') || has('e');
  const tabs = has('tabs') || has('all') || has('t');
  const out: string[] = [];
  const endsWithNewline = text.endsWith('\n');
  const lines = linesOf(text);
  lines.forEach((line, index) => {
    const blank = line === '';
    if (has('squeeze') && blank && state.blank) return;
    state.blank = blank;
    let shown = tabs ? line.replaceAll('\t', '^I') : line;
    if (has('nonblank') ? !blank : has('number')) shown = `${String(++state.line).padStart(6)}\t${shown}`;
    const newline = index < lines.length - 1 || endsWithNewline ? (ends ? '$\n' : '\n') : '';
    out.push(shown + newline);
  });
  return out.join('');
}

export const tac: Program = (process) =>
  withOptions(process, [], async (options) =>
    eachInput(process, options.operands, async (text) => {
      await process.stdout.write(
        linesOf(text)
          .reverse()
          .map((line) => `${line}\n`)
          .join(''),
      );
    }),
  );

export const rev: Program = (process) =>
  withOptions(process, [], async (options) =>
    eachLine(process, options.operands, async (line) => {
      await process.stdout.write(`${[...line].reverse().join('')}\n`);
      return true;
    }),
  );

/** A count with GNU's size suffix; undefined when it isn't one. */
function countOf(text: string): number | undefined {
  const match = /^(\d+)([bkKmMgG]?)B?$/.exec(text);
  if (!match) return undefined;
  const unit: Record<string, number> = {
    '': 1,
    b: 512,
    k: 1024,
    K: 1024,
    m: 1048576,
    M: 1048576,
    g: 2 ** 30,
    G: 2 ** 30,
  };
  return Number(match[1]) * (unit[match[2] as string] as number);
}

/** `-5` as the first argument of head and tail means `-n 5`. */
function modernCount(argv: readonly string[]): string[] {
  return argv.map((argument, index) =>
    index > 0 && /^[-+]\d+$/.test(argument) ? `-n${argument.replace(/^-/, '')}` : argument,
  );
}

const countSpecs = [
  { key: 'lines', short: 'n', long: ['lines'], value: 'required' },
  { key: 'bytes', short: 'c', long: ['bytes'], value: 'required' },
  { key: 'quiet', short: 'q', long: ['quiet', 'silent'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
] as const;

export const head: Program = (process) =>
  withOptions(
    process,
    countSpecs,
    async (options) => {
      const byBytes = options.has('bytes');
      const given = (byBytes ? options.value('bytes') : options.value('lines')) ?? '10';
      const allButLast = given.startsWith('-');
      const count = countOf(given.replace(/^[-+]/, ''));
      if (count === undefined) {
        await complain(process, `invalid number of ${byBytes ? 'bytes' : 'lines'}: ${quoted(given)}`);
        return 1;
      }
      const files = options.operands.length === 0 ? ['-'] : options.operands;
      let status = 0;
      let first = true;
      for (const file of files) {
        const header = (files.length > 1 || options.has('verbose')) && !options.has('quiet');
        if (file === '-' && !byBytes && !allButLast) {
          if (header) await process.stdout.write(`${first ? '' : '\n'}==> standard input <==\n`);
          for (let left = count; left > 0; left--) {
            const line = await process.stdin.readLine();
            if (line === null) break;
            await process.stdout.write(`${line}\n`);
          }
          first = false;
          continue;
        }
        const text = file === '-' ? await process.stdin.readAll() : await headText(process, file);
        if (text === undefined) {
          status = 1;
          continue;
        }
        if (header)
          await process.stdout.write(`${first ? '' : '\n'}==> ${file === '-' ? 'standard input' : file} <==\n`);
        first = false;
        const size = byBytes ? text.length : linesOf(text).length;
        const take = allButLast ? Math.max(0, size - count) : Math.min(size, count);
        await process.stdout.write(byBytes ? text.slice(0, take) : firstLines(text, take));
      }
      return status;
    },
    { argv: modernCount(process.argv) },
  );

/** Opens an operand of head or tail, whose complaint has words of its own. */
async function headText(process: Process, path: string): Promise<string | undefined> {
  const inode = lookup(process.machine, absolute(process, path), { as: process.credentials });
  if (inode?.kind === 'directory') {
    await complain(process, `error reading '${path}': Is a directory`);
    return undefined;
  }
  try {
    stat(process.machine, absolute(process, path), { as: process.credentials });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `cannot open '${path}' for reading: ${error.text}`);
    return undefined;
  }
  return openText(process, path);
}

function firstLines(text: string, count: number): string {
  let at = 0;
  for (let i = 0; i < count && at < text.length; i++) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text;
    at = newline + 1;
  }
  return text.slice(0, at);
}

export const tail: Program = (process) =>
  withOptions(
    process,
    [
      ...countSpecs,
      { key: 'follow', short: 'f', long: ['follow'], value: 'optional' },
      { key: 'followName', short: 'F' },
      { key: 'interval', short: 's', long: ['sleep-interval'], value: 'required' },
      { key: 'pid', long: ['pid'], value: 'required' },
      { key: 'retry', long: ['retry'] },
    ],
    async (options) => {
      const byBytes = options.has('bytes');
      const given = (byBytes ? options.value('bytes') : options.value('lines')) ?? '10';
      const count = countOf(given.replace(/^[-+]/, ''));
      if (count === undefined) {
        await complain(process, `invalid number of ${byBytes ? 'bytes' : 'lines'}: ${quoted(given)}`);
        return 1;
      }
      const files = options.operands.length === 0 ? ['-'] : options.operands;
      let status = 0;
      let first = true;
      for (const file of files) {
        const text = file === '-' ? await process.stdin.readAll() : await headText(process, file);
        if (text === undefined) {
          status = 1;
          continue;
        }
        if ((files.length > 1 || options.has('verbose')) && !options.has('quiet')) {
          await process.stdout.write(`${first ? '' : '\n'}==> ${file === '-' ? 'standard input' : file} <==\n`);
        }
        first = false;
        await process.stdout.write(byBytes ? lastBytes(text, given, count) : lastLines(text, given, count));
      }
      if (options.has('follow') || options.has('followName'))
        await follow(
          process,
          files.filter((file) => file !== '-'),
        );
      return status;
    },
    { argv: modernCount(process.argv) },
  );

function lastBytes(text: string, given: string, count: number): string {
  return given.startsWith('+') ? text.slice(Math.max(0, count - 1)) : count === 0 ? '' : text.slice(-count);
}

function lastLines(text: string, given: string, count: number): string {
  const lines = linesOf(text);
  const kept = given.startsWith('+') ? lines.slice(Math.max(0, count - 1)) : count === 0 ? [] : lines.slice(-count);
  const body = kept.join('\n');
  return kept.length > 0 && text.endsWith('\n') ? `${body}\n` : body;
}

/** Prints what is appended to the files, until a signal ends it. */
async function follow(process: Process, files: string[]): Promise<void> {
  const seen = new Map(files.map((file) => [file, textAt(process, file) ?? '']));
  for (;;) {
    const changed = await process.until(() => files.find((file) => textAt(process, file) !== seen.get(file)));
    if (changed === undefined) continue;
    const now = textAt(process, changed) ?? '';
    const before = seen.get(changed) ?? '';
    seen.set(changed, now);
    if (now.startsWith(before)) await process.stdout.write(now.slice(before.length));
    else {
      await complain(process, `${changed}: file truncated`);
      await process.stdout.write(now);
    }
  }
}

function textAt(process: Process, file: string): string | undefined {
  const inode = lookup(process.machine, absolute(process, file));
  return inode?.kind === 'file' ? inode.content : undefined;
}

export const tee: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'append', short: 'a', long: ['append'] },
      { key: 'ignore', short: 'i', long: ['ignore-interrupts'] },
    ],
    async (options) => {
      let status = 0;
      const files: string[] = [];
      for (const file of options.operands) {
        const opened = await attempt(process, file, () =>
          process.transact((_, machine) => {
            writeFile(machine, absolute(process, file), '', { ...changing(process), append: options.has('append') });
          }),
        );
        if (opened) files.push(file);
        else status = 1;
      }
      for (let part = await process.stdin.read(); part !== null; part = await process.stdin.read()) {
        const text = part;
        process.transact((_, machine) => {
          for (const file of files)
            writeFile(machine, absolute(process, file), text, { ...changing(process), append: true });
        });
        await process.stdout.write(text);
      }
      return status;
    },
  );

export const wc: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'lines', short: 'l', long: ['lines'] },
      { key: 'words', short: 'w', long: ['words'] },
      { key: 'bytes', short: 'c', long: ['bytes'] },
      { key: 'chars', short: 'm', long: ['chars'] },
      { key: 'longest', short: 'L', long: ['max-line-length'] },
    ],
    async (options) => {
      const rows: { name: string; counts: number[] }[] = [];
      const wanted = (key: string) =>
        options.given.length === 0 ? ['lines', 'words', 'bytes'].includes(key) : options.has(key);
      const status = await eachInput(process, options.operands, async (text, name) => {
        const counts: number[] = [];
        if (wanted('lines')) counts.push(text.split('\n').length - 1);
        if (wanted('words')) counts.push(text.split(/\s+/).filter((word) => word !== '').length);
        if (wanted('chars')) counts.push([...text].length);
        if (wanted('bytes')) counts.push(byteLength(text));
        if (wanted('longest')) counts.push(Math.max(0, ...linesOf(text).map((line) => line.length)));
        rows.push({ name: options.operands.length === 0 ? '' : name, counts });
      });
      if (options.operands.length > 1) {
        const total = (rows[0]?.counts ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row.counts[i] ?? 0), 0));
        rows.push({ name: 'total', counts: total });
      }
      const single = rows.length === 1 && rows[0]?.counts.length === 1;
      const largest = String(Math.max(0, ...rows.flatMap((row) => row.counts))).length;
      const width = single ? 1 : options.operands.length === 0 ? Math.max(7, largest) : largest;
      for (const row of rows) {
        const numbers = row.counts.map((count) => String(count).padStart(width)).join(' ');
        await process.stdout.write(`${numbers}${row.name === '' ? '' : ` ${row.name}`}\n`);
      }
      return status;
    },
  );
