import { FileError } from '../../machine/files';
import { openOutput } from '../../shell/openpath';
import type { Process, Program } from '../../shell/process';
import { viewOf } from '../../shell/view';
import { parseOptions, UsageError, withOptions } from '../options';
import { explain, findCommand, runWrapped } from './run';

export const env: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'ignore', short: 'i', long: ['ignore-environment'] },
      { key: 'null', short: '0', long: ['null'] },
      { key: 'unset', short: 'u', long: ['unset'], value: 'required' },
      { key: 'chdir', short: 'C', long: ['chdir'], value: 'required' },
    ],
    async (options) => {
      const operands = [...options.operands];
      const empty = options.has('ignore') || operands[0] === '-';
      if (operands[0] === '-') operands.shift();
      const variables: Record<string, string> = empty ? {} : { ...process.env };
      for (const name of options.values('unset')) delete variables[name];
      while (operands[0]?.includes('=')) {
        const text = operands.shift() as string;
        variables[text.slice(0, text.indexOf('='))] = text.slice(text.indexOf('=') + 1);
      }
      if (operands.length === 0) {
        const end = options.has('null') ? '\0' : '\n';
        for (const [name, value] of Object.entries(variables)) await process.stdout.write(`${name}=${value}${end}`);
        return 0;
      }
      const problem = await explain(process, operands[0] ?? '');
      if (problem !== null) return problem;
      const cwd = options.value('chdir');
      return process.run(operands, { env: variables, ...(cwd ? { cwd } : {}) });
    },
    { status: 125, stopAtOperand: true },
  );

export const nohup: Program = async (process) => {
  const argv = process.argv.slice(1);
  if (argv[0] === '--') argv.shift();
  if (argv.length === 0) {
    await process.stderr.write("nohup: missing operand\nTry 'nohup --help' for more information.\n");
    return 125;
  }
  const view = viewOf(process);
  view.core.ignored.add('HUP');
  const typed = process.stdin.isTerminal;
  if (!process.stdout.isTerminal) {
    if (typed) await process.stderr.write('nohup: ignoring input\n');
    return runWrapped(process, argv);
  }
  try {
    const output = await openOutput(process, 'nohup.out', { append: true });
    await process.stderr.write(`nohup: ${typed ? 'ignoring input and ' : ''}appending output to 'nohup.out'\n`);
    const stderr = process.stderr.isTerminal ? output : process.stderr;
    const problem = await explain(process, argv[0] ?? '');
    if (problem !== null) return problem;
    return await process.run(argv, { stdout: output, stderr });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await process.stderr.write(`nohup: failed to open 'nohup.out': ${error.text}\n`);
    return 125;
  }
};

export const nice: Program = async (process) => {
  const argv = process.argv.slice(1);
  if (/^-n$|^--adjustment$/.test(argv[0] ?? '')) argv.splice(0, 2);
  else if (/^-n?-?\d+$|^--adjustment=/.test(argv[0] ?? '')) argv.shift();
  if (argv.length === 0) {
    await process.stdout.write('0\n');
    return 0;
  }
  return runWrapped(process, argv);
};

export const setsid: Program = async (process) => {
  const argv = process.argv.slice(1).filter((word, index) => index > 0 || !/^-[cfw]+$/.test(word));
  if (argv.length === 0) {
    await process.stderr.write("setsid: no command specified\nTry 'setsid --help' for more information.\n");
    return 1;
  }
  const view = viewOf(process);
  const child = view.core.table.spawn(view.core, argv, { tty: null, group: 'new' });
  if (child.kind === 'failed') {
    await process.stderr.write(`setsid: failed to execute ${argv[0]}: No such file or directory\n`);
    return child.status;
  }
  return view.waitFor(child.process);
};

export const which: Program = async (process) => {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions('which', process.argv, [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'skip', long: ['skip-alias', 'skip-dot', 'skip-tilde', 'skip-functions', 'show-dot', 'tty-only'] },
    ]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n`);
    return 255;
  }
  let status = 0;
  for (const name of options.operands) {
    const found = findCommand(process, name);
    if (found.kind === 'program' || found.kind === 'script') await process.stdout.write(`${found.path}\n`);
    else {
      const where = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : (process.env.PATH ?? '');
      await process.stderr.write(`/usr/bin/which: no ${name.slice(name.lastIndexOf('/') + 1)} in (${where})\n`);
      status++;
    }
  }
  return Math.min(status, 255);
};

interface XargsOptions {
  delimiter: string | null;
  perCommand: number;
  perLine: number;
  replace: string | null;
  noRunIfEmpty: boolean;
  trace: boolean;
}

export const xargs: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'null', short: '0', long: ['null'] },
      { key: 'delimiter', short: 'd', long: ['delimiter'], value: 'required' },
      { key: 'max-args', short: 'n', long: ['max-args'], value: 'required' },
      { key: 'lines', short: 'L', long: ['max-lines'], value: 'required' },
      { key: 'replace', short: 'I', long: ['replace'], value: 'required' },
      { key: 'empty', short: 'r', long: ['no-run-if-empty'] },
      { key: 'trace', short: 't', long: ['verbose'] },
      { key: 'procs', short: 'P', long: ['max-procs'], value: 'required' },
    ],
    async (options) => {
      const delimiter = options.has('null') ? '\0' : (options.value('delimiter') ?? null);
      return runXargs(process, options.operands.length > 0 ? options.operands : ['echo'], {
        delimiter: delimiter === '\\n' ? '\n' : delimiter === '\\0' ? '\0' : delimiter,
        perCommand: Number(options.value('max-args') ?? Number.POSITIVE_INFINITY),
        perLine: Number(options.value('lines') ?? 0),
        replace: options.value('replace') ?? null,
        noRunIfEmpty: options.has('empty'),
        trace: options.has('trace'),
      });
    },
    { stopAtOperand: true },
  );

async function runXargs(process: Process, command: readonly string[], options: XargsOptions): Promise<number> {
  const text = await process.stdin.readAll();
  const items = splitItems(text, options);
  if (items === null) {
    await process.stderr.write(
      'xargs: unmatched single quote; by default quotes are special to xargs unless you use the -0 option\n',
    );
    return 1;
  }
  const batches: string[][] = [];
  if (options.replace !== null) {
    const { replace } = options;
    for (const item of items) batches.push(command.map((word) => word.replaceAll(replace, () => item)));
  } else {
    const size = options.perLine > 0 ? options.perLine : options.perCommand;
    for (let i = 0; i < items.length; i += Math.min(size, items.length)) {
      batches.push([...command, ...items.slice(i, i + size)]);
    }
    if (items.length === 0 && !options.noRunIfEmpty) batches.push([...command]);
  }
  let status = 0;
  for (const argv of batches) {
    if (options.trace) await process.stderr.write(`${argv.join(' ')}\n`);
    const found = findCommand(process, argv[0] ?? '');
    if (found.kind === 'not-found' || found.kind === 'error') {
      const denied = found.kind === 'error' && found.code !== 'ENOENT';
      await process.stderr.write(`xargs: ${argv[0]}: ${denied ? 'Permission denied' : 'No such file or directory'}\n`);
      return denied ? 126 : 127;
    }
    const { file } = nullInput(process);
    const result = await process.run(argv, { stdin: file });
    if (result === 255) {
      await process.stderr.write(`xargs: ${argv[0]}: exited with status 255; aborting\n`);
      return 124;
    }
    if (result > 128 && result < 255) {
      await process.stderr.write(`xargs: ${argv[0]}: terminated by signal ${result - 128}\n`);
      return 125;
    }
    if (result !== 0) status = 123;
  }
  return status;
}

/** Commands of xargs read from /dev/null. */
function nullInput(_process: Process) {
  const file = {
    isTerminal: false,
    read: async () => null,
    readLine: async () => null,
    readAll: async () => '',
  };
  return { file };
}

/** Items of the input; null where a quote isn't closed. */
function splitItems(text: string, options: XargsOptions): string[] | null {
  if (options.delimiter !== null) {
    const { delimiter } = options;
    const items = text.split(delimiter);
    if (items[items.length - 1] === '') items.pop();
    return items;
  }
  if (options.replace !== null) {
    return text
      .split('\n')
      .map((line) => line.trimStart())
      .filter((line) => line !== '');
  }
  const items: string[] = [];
  for (const line of options.perLine > 0 ? text.split('\n') : [text]) {
    const words: string[] = [];
    let word = '';
    let inWord = false;
    for (let i = 0; i < line.length; i++) {
      const c = line[i] as string;
      if (c === '"' || c === "'") {
        const close = line.indexOf(c, i + 1);
        if (close < 0) return null;
        word += line.slice(i + 1, close);
        inWord = true;
        i = close;
      } else if (c === '\\') {
        word += line[++i] ?? '';
        inWord = true;
      } else if (/\s/.test(c)) {
        if (inWord) words.push(word);
        word = '';
        inWord = false;
      } else {
        word += c;
        inWord = true;
      }
    }
    if (inWord) words.push(word);
    items.push(...words);
  }
  return items;
}
