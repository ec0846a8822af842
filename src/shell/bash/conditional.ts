import type { TestExpression } from 'unbash';
import { FileError, fileSize, permitted, stat } from '../../machine/files';
import type { Inode } from '../../world/file';
import { ExpansionError } from './errors';
import { expandPattern, expandRegExp, expandText } from './expand';
import { orderOf } from './glob';
import { matchesPattern } from './pattern';
import type { Shell } from './shell';
import { tracePrefix } from './trace';

export const UNARY = new Set([
  '-a',
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-h',
  '-k',
  '-p',
  '-r',
  '-s',
  '-t',
  '-u',
  '-w',
  '-x',
  '-G',
  '-L',
  '-N',
  '-O',
  '-S',
  '-z',
  '-n',
  '-o',
  '-v',
  '-R',
]);
export const BINARY = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
]);

/** Runs `[[ … ]]`. Gives its status. */
export async function runTest(shell: Shell, expression: TestExpression): Promise<number> {
  try {
    return (await evaluateTest(shell, expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestProblem)) throw error;
    if (error.message !== '') await shell.error(error.message);
    return error.status;
  }
}

class TestProblem extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

async function evaluateTest(shell: Shell, node: TestExpression): Promise<boolean> {
  switch (node.type) {
    case 'TestGroup':
      return evaluateTest(shell, node.expression);
    case 'TestNot': {
      const value = await evaluateTest(shell, node.operand);
      return node.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical': {
      let value = node.operator === '&&';
      for (const operand of node.operands) {
        value = await evaluateTest(shell, operand);
        if (value !== (node.operator === '&&')) return value;
      }
      return value;
    }
    case 'TestUnary': {
      const operand = await expandText(shell, node.operand);
      await trace(shell, `${node.operator} ${operand === '' ? "''" : operand}`);
      return unaryTest(shell, node.operator, operand);
    }
    case 'TestBinary':
      return evaluateBinary(shell, node);
  }
}

async function trace(shell: Shell, text: string): Promise<void> {
  if (shell.options.has('xtrace')) await shell.writeError(`${tracePrefix(shell)}[[ ${text} ]]\n`);
}

async function evaluateBinary(shell: Shell, node: Extract<TestExpression, { type: 'TestBinary' }>): Promise<boolean> {
  const left = await expandText(shell, node.left);
  const shown = left === '' ? "''" : left;
  switch (node.operator) {
    case '=':
    case '==':
    case '!=': {
      const pattern = await expandPattern(shell, node.right);
      await trace(shell, `${shown} ${node.operator} ${pattern === '' ? "''" : pattern}`);
      const matches = matchesPattern(left, pattern, {
        extended: true,
        ignoreCase: shell.shopts.has('nocasematch'),
      });
      return matches === (node.operator !== '!=');
    }
    case '=~':
      return matchRegExp(shell, left, await expandRegExp(shell, node.right));
    case '-eq':
    case '-ne':
    case '-lt':
    case '-le':
    case '-gt':
    case '-ge': {
      const right = await expandText(shell, node.right);
      await trace(shell, `${shown} ${node.operator} ${right}`);
      try {
        return compareNumbers(node.operator, shell.evaluate(left), shell.evaluate(right));
      } catch (error) {
        if (error instanceof ExpansionError && !error.fatal) throw new TestProblem(`[[: ${error.message}`, 1);
        throw error;
      }
    }
    default: {
      const right = await expandText(shell, node.right);
      await trace(shell, `${shown} ${node.operator} ${right === '' ? "''" : right}`);
      if (node.operator === '<') return orderOf(shell)(left, right) < 0;
      if (node.operator === '>') return orderOf(shell)(left, right) > 0;
      return fileComparison(shell, node.operator, left, right);
    }
  }
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: 'A-Fa-f0-9',
};

/** `=~`: POSIX extended regular expressions, and BASH_REMATCH. */
async function matchRegExp(shell: Shell, text: string, source: string): Promise<boolean> {
  const translated = source
    .replace(/\[:([a-z]+):\]/g, (whole, name: string) => POSIX_CLASSES[name] ?? whole)
    .replace(/\[(\^?)\]/g, '[$1\\]');
  let regExp: RegExp;
  try {
    regExp = new RegExp(translated, shell.shopts.has('nocasematch') ? 'is' : 's');
  } catch {
    throw new TestProblem('', 2);
  }
  await trace(shell, `${text} =~ ${source}`);
  const match = regExp.exec(text);
  const variable = shell.vars.ensureIn('global', 'BASH_REMATCH');
  variable.value = { kind: 'indexed', items: new Map((match ?? []).map((group, index) => [index, group ?? ''])) };
  return match !== null;
}

export function compareNumbers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function statOf(shell: Shell, path: string, follow = true): Inode | undefined {
  if (path === '') return undefined;
  const stream = /^\/dev\/(?:fd\/(\d+)|std(in|out|err))$/.exec(path);
  try {
    const full = path.startsWith('/') ? path : `${shell.view.cwd}/${path}`;
    return stat(shell.view.machine, full, { as: shell.view.credentials, follow });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (!stream) return undefined;
    const fd = stream[1] === undefined ? ['in', 'out', 'err'].indexOf(stream[2] ?? '') : Number(stream[1]);
    if (!shell.view.fd(fd)) return undefined;
    return { kind: 'character', mode: 0o620, uid: 0, gid: 0, mtime: 0, major: 136, minor: 0 };
  }
}

export function unaryTest(shell: Shell, operator: string, operand: string): boolean {
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-o':
      return shell.options.has(operand);
    case '-v':
      return isSet(shell, operand);
    case '-R':
      return shell.vars.direct(operand)?.reference === true;
    case '-t':
      return shell.core.fds.get(Number(operand))?.isTerminal === true && /^\d+$/.test(operand);
    case '-L':
    case '-h':
      return statOf(shell, operand, false)?.kind === 'symlink';
    default:
      return fileTest(shell, operator, statOf(shell, operand));
  }
}

function isSet(shell: Shell, target: string): boolean {
  const match = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(target);
  if (!match) return shell.parameter(target) !== undefined;
  const [, name = '', subscript = ''] = match;
  if (subscript === '@' || subscript === '*') return shell.elementsOf(name).length > 0;
  return shell.elementAt(name, subscript) !== undefined;
}

const KINDS: Readonly<Record<string, Inode['kind']>> = {
  '-b': 'block',
  '-c': 'character',
  '-d': 'directory',
  '-f': 'file',
  '-p': 'fifo',
  '-S': 'socket',
};

function fileTest(shell: Shell, operator: string, inode: Inode | undefined): boolean {
  if (!inode) return false;
  const { credentials } = shell.view;
  if (KINDS[operator]) return inode.kind === KINDS[operator];
  switch (operator) {
    case '-r':
      return permitted(inode, credentials, 4);
    case '-w':
      return permitted(inode, credentials, 2);
    case '-x':
      return permitted(inode, credentials, 1);
    case '-s':
      return fileSize(inode) > 0;
    case '-g':
      return (inode.mode & 0o2000) !== 0;
    case '-u':
      return (inode.mode & 0o4000) !== 0;
    case '-k':
      return (inode.mode & 0o1000) !== 0;
    case '-O':
      return inode.uid === credentials.uid;
    case '-G':
      return inode.gid === credentials.gid;
    case '-N':
      return false;
    default:
      return true;
  }
}

export function fileComparison(shell: Shell, operator: string, left: string, right: string): boolean {
  const a = statOf(shell, left);
  const b = statOf(shell, right);
  if (operator === '-ef') return a !== undefined && a === b;
  if (operator === '-nt') return a !== undefined && (b === undefined || a.mtime > b.mtime);
  return b !== undefined && (a === undefined || a.mtime < b.mtime);
}
