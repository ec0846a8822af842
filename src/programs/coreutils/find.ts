import { FileError, fileSize, lookup, removeDirectory, removeFile, stat } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { Inode } from '../../world/file';
import { groupId, groupName, userId, userName } from './accounts';
import { absolute, changing, complain, quoted, shellQuoted, unixNow } from './common';
import { formatDate } from './dates';
import { applyMode, modeString } from './modes';

interface Found {
  path: string;
  base: string;
  inode: Inode;
  depth: number;
}

/** One node of the expression: gives whether it holds. May act (print, exec). */
type Test = (found: Found) => Promise<boolean>;

class FindError extends Error {}

/** A shell pattern as a regular expression. */
export function globRegex(pattern: string, ignoreCase = false): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) source += '\\[';
      else {
        source += `[${pattern
          .slice(i + 1, end)
          .replace(/^!/, '^')
          .replaceAll('\\', '\\\\')}]`;
        i = end;
      }
    } else source += (character === '\\' ? pattern.charAt(++i) : character).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

/** find: walks the tree and evaluates the expression on each inode. */
export const find: Program = async (process) => {
  const words = process.argv.slice(1);
  const starts: string[] = [];
  while (words[0] !== undefined && !/^[-!(]/.test(words[0])) starts.push(words.shift() as string);
  if (starts.length === 0) starts.push('.');
  let expression: Expression;
  try {
    expression = new Expression(process, words);
  } catch (error) {
    if (!(error instanceof FindError)) throw error;
    await complain(process, error.message);
    return 1;
  }
  let status = 0;
  for (const start of starts) {
    try {
      const inode = stat(process.machine, absolute(process, start), { as: process.credentials, follow: false });
      status = Math.max(
        status,
        await visit(process, expression, {
          path: start,
          base: start.replace(/\/+$/, '').split('/').pop() || start,
          inode,
          depth: 0,
        }),
      );
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await complain(process, `${quoted(start)}: ${error.text}`);
      status = 1;
    }
  }
  await expression.finish();
  return Math.max(status, expression.status);
};

async function visit(process: Process, expression: Expression, found: Found): Promise<number> {
  expression.pruned = false;
  const evaluate = async () => {
    if (found.depth >= expression.minimum) await expression.test(found);
  };
  if (!expression.depthFirst) await evaluate();
  let status = 0;
  if (found.inode.kind === 'directory' && !expression.pruned && found.depth < expression.maximum) {
    const inode = lookup(process.machine, absolute(process, found.path), { as: process.credentials });
    if (inode?.kind === 'directory' && process.credentials.uid !== 0 && (inode.mode & 0o555) === 0) {
      await complain(process, `${quoted(found.path)}: Permission denied`);
      status = 1;
    } else if (inode?.kind === 'directory') {
      for (const name of Object.keys(inode.entries).sort()) {
        const path = `${found.path.replace(/\/$/, '')}/${name}`;
        const child = lookup(process.machine, absolute(process, path), { follow: false });
        if (child)
          status = Math.max(
            status,
            await visit(process, expression, { path, base: name, inode: child, depth: found.depth + 1 }),
          );
      }
    }
  }
  if (expression.depthFirst) await evaluate();
  return status;
}

const kindLetters: Record<Inode['kind'], string> = {
  file: 'f',
  directory: 'd',
  symlink: 'l',
  block: 'b',
  character: 'c',
  fifo: 'p',
  socket: 's',
};

class Expression {
  readonly test: Test;
  readonly #process: Process;
  readonly #words: string[];
  #acts = false;
  maximum = Number.POSITIVE_INFINITY;
  minimum = 0;
  depthFirst = false;
  pruned = false;
  status = 0;
  /** Gathered operands of `-exec … +`. */
  readonly #batches: { argv: string[]; paths: string[] }[] = [];

  constructor(process: Process, words: string[]) {
    this.#process = process;
    this.#words = words;
    const parsed = words.length === 0 ? null : this.#alternatives();
    if (this.#words.length > 0) throw new FindError("you have too many ')'");
    const print: Test = async (found) => {
      await process.stdout.write(`${found.path}\n`);
      return true;
    };
    if (parsed === null) this.test = print;
    else this.test = this.#acts ? parsed : async (found) => (await parsed(found)) && print(found);
  }

  async finish(): Promise<void> {
    for (const batch of this.#batches) {
      if (batch.paths.length === 0) continue;
      const status = await this.#process.run(batch.argv.flatMap((word) => (word === '{}' ? batch.paths : [word])));
      if (status !== 0) this.status = 1;
    }
  }

  #alternatives(): Test {
    let left = this.#conjunction();
    while (this.#words[0] === '-o' || this.#words[0] === '-or') {
      this.#words.shift();
      const a = left;
      const b = this.#conjunction();
      left = async (found) => (await a(found)) || b(found);
    }
    return left;
  }

  #conjunction(): Test {
    let left = this.#primary();
    while (this.#words.length > 0 && !['-o', '-or', ')', ','].includes(this.#words[0] as string)) {
      if (this.#words[0] === '-a' || this.#words[0] === '-and') this.#words.shift();
      const a = left;
      const b = this.#primary();
      left = async (found) => (await a(found)) && b(found);
    }
    return left;
  }

  #primary(): Test {
    const word = this.#words.shift();
    if (word === undefined) throw new FindError('invalid expression');
    if (word === '!' || word === '-not') {
      const inner = this.#primary();
      return async (found) => !(await inner(found));
    }
    if (word === '(') {
      const inner = this.#alternatives();
      if (this.#words.shift() !== ')')
        throw new FindError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    return this.#action(word) ?? this.#condition(word);
  }

  #argument(option: string): string {
    const value = this.#words.shift();
    if (value === undefined) throw new FindError(`missing argument to \`${option}'`);
    return value;
  }

  #action(word: string): Test | undefined {
    const { stdout } = this.#process;
    const acting = (test: Test) => {
      this.#acts = true;
      return test;
    };
    const printing =
      (text: (found: Found) => string): Test =>
      async (found) => {
        await stdout.write(text(found));
        return true;
      };
    switch (word) {
      case '-print':
        return acting(printing((found) => `${found.path}\n`));
      case '-print0':
        return acting(printing((found) => `${found.path}\0`));
      case '-ls':
        return acting(printing((found) => `${modeString(found.inode)} ${fileSize(found.inode)} ${found.path}\n`));
      case '-printf': {
        const format = this.#argument(word);
        return acting(printing((found) => this.#format(format, found)));
      }
      case '-delete':
        this.depthFirst = true;
        return acting((found) => this.#delete(found));
      case '-prune':
        return async () => {
          this.pruned = true;
          return true;
        };
      case '-exec':
      case '-execdir':
      case '-ok':
        return acting(this.#exec(word));
      case '-quit':
        return async () => {
          this.maximum = -1;
          return true;
        };
      default:
        return undefined;
    }
  }

  async #delete(found: Found): Promise<boolean> {
    if (found.path === '.') return true;
    try {
      this.#process.transact((_, machine) => {
        const path = absolute(this.#process, found.path);
        if (found.inode.kind === 'directory') removeDirectory(machine, path, changing(this.#process));
        else removeFile(machine, path, changing(this.#process));
      });
      return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await complain(this.#process, `cannot delete ${quoted(found.path)}: ${error.text}`);
      this.status = 1;
      return false;
    }
  }

  #exec(option: string): Test {
    const argv: string[] = [];
    for (;;) {
      const word = this.#words.shift();
      if (word === undefined) throw new FindError(`missing argument to \`${option}'`);
      if (word === ';') break;
      if (word === '+' && argv.at(-1) === '{}') {
        const batch = { argv, paths: [] as string[] };
        this.#batches.push(batch);
        return async (found) => batch.paths.push(found.path) > 0;
      }
      argv.push(word);
    }
    return async (found) => (await this.#process.run(argv.map((word) => word.replaceAll('{}', found.path)))) === 0;
  }

  #condition(word: string): Test {
    const { machine } = this.#process;
    switch (word) {
      case '-true':
        return async () => true;
      case '-false':
        return async () => false;
      case '-name':
      case '-iname': {
        const pattern = globRegex(this.#argument(word), word === '-iname');
        return async (found) => pattern.test(found.base);
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const pattern = globRegex(this.#argument(word), word === '-ipath');
        return async (found) => pattern.test(found.path);
      }
      case '-type': {
        const letters = this.#argument(word);
        const unknown = letters.split(',').find((letter) => !/^[fdlbcps]$/.test(letter));
        if (unknown !== undefined) throw new FindError(`Unknown argument to -type: ${unknown}`);
        return async (found) => letters.split(',').includes(kindLetters[found.inode.kind]);
      }
      case '-maxdepth':
      case '-mindepth': {
        const value = this.#argument(word);
        if (!/^\d+$/.test(value)) {
          throw new FindError(`Expected a positive decimal integer argument to ${word}, but got ${shellQuoted(value)}`);
        }
        if (word === '-maxdepth') this.maximum = Number(value);
        else this.minimum = Number(value);
        return async () => true;
      }
      case '-depth':
        this.depthFirst = true;
        return async () => true;
      case '-xdev':
      case '-mount':
        return async () => true;
      case '-empty':
        return async ({ inode }) =>
          inode.kind === 'directory'
            ? Object.keys(inode.entries).length === 0
            : inode.kind === 'file' && fileSize(inode) === 0;
      case '-user': {
        const name = this.#argument(word);
        const uid = userId(machine, name);
        if (uid === undefined) throw new FindError(`‘${name}’ is not the name of a known user`);
        return async (found) => found.inode.uid === uid;
      }
      case '-group': {
        const name = this.#argument(word);
        const gid = groupId(machine, name);
        if (gid === undefined) throw new FindError(`‘${name}’ is not the name of an existing group`);
        return async (found) => found.inode.gid === gid;
      }
      case '-perm':
        return this.#permission(this.#argument(word));
      case '-size':
        return this.#size(this.#argument(word));
      case '-mtime':
      case '-mmin':
      case '-ctime':
      case '-atime': {
        const unit = word === '-mmin' ? 60_000 : 86_400_000;
        const compare = comparison(this.#argument(word), word);
        return async (found) => compare(Math.floor((unixNow(this.#process) - found.inode.mtime) / unit));
      }
      case '-newer': {
        const file = this.#argument(word);
        const reference = lookup(machine, absolute(this.#process, file));
        if (!reference) throw new FindError(`${quoted(file)}: No such file or directory`);
        return async (found) => found.inode.mtime > reference.mtime;
      }
      case '-executable':
        return async ({ inode }) => (inode.mode & 0o111) !== 0;
      default:
        throw new FindError(
          word.startsWith('-') ? `unknown predicate \`${word}'` : `paths must precede expression: \`${word}'`,
        );
    }
  }

  #permission(text: string): Test {
    const mode = applyMode(text.replace(/^[-/]/, ''), 0, false, 0);
    if (mode === undefined) throw new FindError(`invalid mode ${quoted(text)}`);
    if (text.startsWith('-')) return async ({ inode }) => (inode.mode & mode) === mode;
    if (text.startsWith('/')) return async ({ inode }) => mode === 0 || (inode.mode & mode) !== 0;
    return async ({ inode }) => inode.mode === mode;
  }

  #size(text: string): Test {
    const match = /^([-+]?\d+)([bcwkMG]?)$/.exec(text);
    if (!match) throw new FindError(`invalid -size type \`${text.slice(-1)}'`);
    const unit = { b: 512, c: 1, w: 2, k: 1024, M: 1048576, G: 2 ** 30 }[(match[2] as string) || 'b'] as number;
    const compare = comparison(match[1] as string, '-size');
    return async ({ inode }) => compare(Math.ceil(fileSize(inode) / unit));
  }

  #format(format: string, found: Found): string {
    const { inode } = found;
    const { machine } = this.#process;
    const values: Record<string, () => string> = {
      p: () => found.path,
      f: () => found.base,
      h: () => found.path.replace(/\/[^/]*$/, '') || '/',
      d: () => String(found.depth),
      s: () => String(fileSize(inode, machine.distribution)),
      m: () => inode.mode.toString(8),
      M: () => modeString(inode),
      u: () => userName(machine, inode.uid),
      g: () => groupName(machine, inode.gid),
      U: () => String(inode.uid),
      G: () => String(inode.gid),
      y: () => kindLetters[inode.kind],
      l: () => (inode.kind === 'symlink' ? inode.target : ''),
      n: () => '1',
      '%': () => '%',
      t: () => formatDate(this.#process, inode.mtime, '%a %b %e %H:%M:%S.%N %Y'),
    };
    return format
      .replace(/\\([nt0\\])/g, (_, code: string) => ({ n: '\n', t: '\t', 0: '\0', '\\': '\\' })[code] as string)
      .replace(/%T([@a-zA-Z+])|%(.)/g, (whole, time: string | undefined, letter: string) =>
        time !== undefined
          ? time === '@'
            ? (inode.mtime / 1000).toFixed(10)
            : formatDate(this.#process, inode.mtime, time === '+' ? '%F+%T' : `%${time}`)
          : (values[letter]?.() ?? whole),
      );
  }
}

/** `5` equals, `+5` more, `-5` less. */
function comparison(text: string, option: string): (value: number) => boolean {
  const match = /^([-+]?)(\d+)$/.exec(text);
  if (!match) throw new FindError(`invalid argument \`${text}' to \`${option}'`);
  const bound = Number(match[2]);
  if (match[1] === '+') return (value) => value > bound;
  if (match[1] === '-') return (value) => value < bound;
  return (value) => value === bound;
}
