import { FileError, normalizePath, readFile } from '../../machine/files';
import { openInput } from '../../shell/openpath';
import type { Input, Process, Program } from '../../shell/process';
import { keysOf, wrapLine } from './less';

interface Text {
  readonly name: string | null;
  readonly content: string;
}

const BANNER = '::::::::::::::';

/** Shows one text a screen at a time; `typed` are keys that nobody looked at yet. Gives false when the reader has had enough. */
async function page(process: Process, keys: Input, text: Text, typed: string[]): Promise<boolean> {
  const { stdout, tty } = process;
  const columns = tty?.columns ?? 80;
  const screen = Math.max(1, (tty?.rows ?? 24) - 1);
  const lines = text.content.replace(/\n$/, '').split('\n');
  const rows = lines.flatMap((line) => wrapLine(line, columns));
  let at = 0;
  let room = screen;
  for (;;) {
    const shown = rows.slice(at, at + room);
    for (const row of shown) await stdout.write(`${row}\n`);
    at += shown.length;
    if (at >= rows.length) return true;
    const percent = text.name === null ? '' : `(${Math.floor((at * 100) / rows.length)}%)`;
    await stdout.write(`\x1b[7m--More--${percent}\x1b[27m`);
    if (typed.length === 0) typed.push(...keysOf((await keys.read()) ?? 'q'));
    const key = typed.shift() ?? 'q';
    await stdout.write('\r\x1b[K');
    if (key === 'q' || key === 'Q' || key === '\x03') return false;
    if (key === 'b' || key === '\x02') {
      at = Math.max(0, at - 2 * screen);
      room = screen;
    } else room = key === '\r' || key === '\n' ? 1 : key === 'd' || key === '\x04' ? 11 : screen;
  }
}

async function textsOf(process: Process, names: readonly string[]): Promise<Text[]> {
  if (names.length === 0) return [{ name: null, content: await process.stdin.readAll() }];
  const texts: Text[] = [];
  for (const name of names) {
    try {
      const content = readFile(process.machine, normalizePath(name, process.cwd), process.credentials);
      texts.push({ name, content });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.code === 'EISDIR') await process.stdout.write(`\n*** ${name}: directory ***\n\n`);
      else await process.stderr.write(`more: cannot open ${name}: ${error.text}\n`);
    }
  }
  return texts;
}

/** more of util-linux 2.37: a pager that ends with its text. */
export const more: Program = async (process) => {
  const names = process.argv.slice(1).filter((arg) => !/^[-+]./.test(arg));
  const wrong = process.argv.slice(1).find((arg) => /^-[^dflcpsuen0-9V-]/.test(arg));
  if (wrong !== undefined) {
    await process.stderr.write(
      `more: invalid option -- '${wrong.charAt(1)}'\nTry 'more --help' for more information.\n`,
    );
    return 1;
  }
  if (names.length === 0 && process.stdin.isTerminal) {
    await process.stderr.write("more: bad usage\nTry 'more --help' for more information.\n");
    return 1;
  }
  const texts = await textsOf(process, names);
  const screen = process.stdout.isTerminal && process.tty !== null;
  const keys = screen ? await openInput(process, '/dev/tty') : null;
  const typed: string[] = [];
  if (keys) process.tty?.setRaw(true);
  try {
    for (const text of texts) {
      if (names.length > 1) await process.stdout.write(`${BANNER}\n${text.name}\n${BANNER}\n`);
      if (!keys) await process.stdout.write(text.content);
      else if (!(await page(process, keys, text, typed))) break;
    }
  } finally {
    if (keys) process.tty?.setRaw(false);
    keys?.close();
  }
  return 0;
};
