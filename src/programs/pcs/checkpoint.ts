import { FileError, listDirectory, lookup } from '../../machine/files';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { childNamed } from '../../pacemaker/cib/xml';
import type { Element } from '../../world/xml';
import { configLines } from './config-lines';
import type { Pcs } from './context';
import { CommandFailure } from './failure';
import { BadCall, command, type Router } from './router';

/** Where pacemaker keeps what the configuration was before each change. */
const DIRECTORY = '/var/lib/pacemaker/cib';

const pathOf = (number: string) => `${DIRECTORY}/cib-${number}.raw`;

/** Numbers of the checkpoints, ascending. */
function numbers(pcs: Pcs): number[] {
  let names: string[];
  try {
    names = listDirectory(pcs.process.machine, DIRECTORY);
  } catch (failure) {
    if (failure instanceof FileError) return [];
    throw failure;
  }
  const found = names.flatMap((name) => /^cib-(\d+)\.raw$/.exec(name)?.[1] ?? []);
  return found.map(Number).sort((first, second) => first - second);
}

/** `2026-11-22 12:30:20`. */
function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

function list(pcs: Pcs, args: string[]): void {
  if (args.length > 0) throw new BadCall();
  const all = numbers(pcs);
  if (all.length === 0) pcs.note('No checkpoints available');
  for (const number of all) {
    const time = lookup(pcs.process.machine, pathOf(String(number)))?.mtime ?? 0;
    pcs.print(`checkpoint ${number}: date ${dateText(time)}`);
  }
}

/** A checkpoint's lines as `pcs config` shows a configuration. */
async function linesOf(pcs: Pcs, number: string, complaint: string): Promise<string[]> {
  if (number === 'live') return configLines(pcs, await pcs.cib());
  try {
    return configLines(pcs, parseXml(pcs.readFile(pathOf(number))));
  } catch (failure) {
    if (failure instanceof FileError || failure instanceof XmlError) throw new CommandFailure(complaint);
    throw failure;
  }
}

async function view(pcs: Pcs, args: string[]): Promise<void> {
  const [number, ...rest] = args;
  if (number === undefined || rest.length > 0) throw new BadCall();
  for (const line of await linesOf(pcs, number, 'unable to read the checkpoint')) pcs.print(line);
}

const nameOf = (number: string) => (number === 'live' ? 'live configuration' : `checkpoint ${number}`);

/** Cluster properties among the lines: from their title to the blank line behind them. */
function properties(lines: readonly string[]): [start: number, end: number] {
  const start = lines.indexOf('Cluster Properties:');
  return [start, lines.indexOf('', start)];
}

/**
 * `pcs config checkpoint diff`. Only cluster properties are really compared: of everything else this pcs reads the
 * first configuration twice.
 */
async function diff(pcs: Pcs, args: string[]): Promise<void> {
  const [first, second, ...rest] = args;
  if (first === undefined || second === undefined || rest.length > 0) throw new BadCall();
  if (first === second) throw new CommandFailure('cannot diff a checkpoint against itself');
  const lines = async (number: string) => linesOf(pcs, number, `unable to read checkpoint '${number}'`);
  const [before, other] = [await lines(first), await lines(second)];
  const after = [...before];
  const [start, end] = properties(before);
  after.splice(start, end - start, ...other.slice(...properties(other)));
  pcs.print(`Differences between ${nameOf(first)} (-) and ${nameOf(second)} (+):`);
  for (const line of difference(before, after)) pcs.print(line.trimEnd());
}

/** Both texts in one: lines of the first alone, of the second alone, and of both, by their longest common part. */
function difference(before: readonly string[], after: readonly string[]): string[] {
  const common: number[][] = Array.from({ length: before.length + 1 }, () => Array(after.length + 1).fill(0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const row = common[i] as number[];
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i] === after[j]) {
      lines.push(`  ${before[i++]}`);
      j++;
    } else if (i < before.length && (j >= after.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${before[i++]}`);
    else lines.push(`+ ${after[j++]}`);
  }
  return lines;
}

async function restore(pcs: Pcs, args: string[]): Promise<void> {
  const [number, ...rest] = args;
  if (number === undefined || rest.length > 0) throw new BadCall();
  let wanted: Element;
  try {
    wanted = parseXml(pcs.readFile(pathOf(number)));
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`unable to read the checkpoint: [Errno 2] ${failure.text}: '${pathOf(number)}'`);
  }
  const cib = await pcs.cib();
  const configuration = childNamed(wanted, 'configuration');
  if (configuration) {
    cib.children = cib.children.map((child) => (child.name === 'configuration' ? configuration : child));
  }
  await pcs.push(cib);
}

/** `pcs config checkpoint`. */
export const checkpoint: Router = {
  otherwise: 'list',
  commands: {
    list: command('', list),
    view: command('', view),
    diff: command('', diff),
    restore: command('', restore),
  },
};
