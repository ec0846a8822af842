import type { Program } from '../../shell/process';
import { programName, withOptions } from '../options';
import { complain, eachInput, eachLine, linesOf, quoted } from './common';
import { compareNames, sortsByCode } from './list';

export const sort: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'numeric', short: 'n', long: ['numeric-sort'] },
      { key: 'reverse', short: 'r', long: ['reverse'] },
      { key: 'unique', short: 'u', long: ['unique'] },
      { key: 'field', short: 'k', long: ['key'], value: 'required' },
      { key: 'separator', short: 't', long: ['field-separator'], value: 'required' },
      { key: 'fold', short: 'f', long: ['ignore-case'] },
      { key: 'human', short: 'h', long: ['human-numeric-sort'] },
      { key: 'version', short: 'V', long: ['version-sort'] },
      { key: 'blanks', short: 'b', long: ['ignore-leading-blanks'] },
      { key: 'stable', short: 's', long: ['stable'] },
      { key: 'dictionary', short: 'd' },
      { key: 'general', short: 'g' },
      { key: 'check', short: 'c', long: ['check'] },
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
    ],
    async (options) => {
      const lines: string[] = [];
      const status = await eachInput(process, options.operands, async (text) => {
        lines.push(...linesOf(text));
      });
      const separator = options.value('separator') ?? null;
      const fields = (line: string) => (separator === null ? (line.match(/\s*\S+/g) ?? []) : line.split(separator));
      const keys = options.values('field').map((key) => sortKey(key));
      const plain = sortsByCode(process.env);
      const compare = (left: string, right: string): number => {
        for (const key of keys) {
          const order = compareAs(
            pick(fields(left), key, separator),
            pick(fields(right), key, separator),
            (flag) => (key.flags === '' ? options.has(letterKeys[flag] as string) : key.flags.includes(flag)),
            plain,
          );
          if (order !== 0)
            return (key.flags === '' ? options.has('reverse') : key.flags.includes('r')) ? -order : order;
        }
        if (keys.length > 0)
          return options.has('stable') || options.has('unique') ? 0 : compareText(left, right, plain);
        const order = compareAs(left, right, (flag) => options.has(letterKeys[flag] as string), plain);
        const full = order !== 0 || options.has('unique') ? order : compareText(left, right, plain);
        return options.has('reverse') ? -full : full;
      };
      const sorted = lines.toSorted(compare);
      if (options.has('check')) {
        const at = lines.findIndex((line, i) => i > 0 && compare(lines[i - 1] as string, line) > 0);
        if (at < 0) return 0;
        await process.stderr.write(`sort: -:${at + 1}: disorder: ${lines[at]}\n`);
        return 1;
      }
      const kept = options.has('unique')
        ? sorted.filter((line, i) => i === 0 || compare(sorted[i - 1] as string, line) !== 0)
        : sorted;
      await process.stdout.write(kept.map((line) => `${line}\n`).join(''));
      return status === 0 ? 0 : 2;
    },
    { status: 2 },
  );

const letterKeys: Record<string, string> = {
  n: 'numeric',
  f: 'fold',
  h: 'human',
  V: 'version',
  b: 'blanks',
  d: 'dictionary',
  g: 'general',
};

interface SortKey {
  first: number;
  firstCharacter: number;
  last: number | null;
  flags: string;
}

function sortKey(text: string): SortKey {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(text);
  return {
    first: Number(match?.[1] ?? 1),
    firstCharacter: Number(match?.[2] ?? 1),
    last: match?.[4] ? Number(match[4]) : null,
    flags: (match?.[3] ?? '') + (match?.[5] ?? ''),
  };
}

function pick(fields: string[], key: SortKey, separator: string | null): string {
  return fields
    .slice(key.first - 1, key.last ?? undefined)
    .join(separator ?? '')
    .slice(key.firstCharacter - 1);
}

function compareText(left: string, right: string, plain: boolean): number {
  return plain ? (left < right ? -1 : left > right ? 1 : 0) : compareNames(left, right);
}

function compareAs(left: string, right: string, has: (flag: string) => boolean, plain: boolean): number {
  const a = has('b') ? left.trimStart() : left;
  const b = has('b') ? right.trimStart() : right;
  if (has('n') || has('g')) return leadingNumber(a) - leadingNumber(b);
  if (has('h')) return humanNumber(a) - humanNumber(b);
  if (has('V')) return compareVersions(a.trimStart(), b.trimStart());
  if (has('f')) return compareText(a.toUpperCase(), b.toUpperCase(), plain);
  return compareText(a, b, plain);
}

function leadingNumber(text: string): number {
  return Number(/^\s*-?\d*\.?\d*/.exec(text)?.[0] || 0) || 0;
}

function humanNumber(text: string): number {
  const match = /^\s*(-?\d*\.?\d+)([KMGTPE]?)/i.exec(text);
  return match
    ? Number(match[1]) * 1024 ** 'KMGTPE'.indexOf((match[2] as string).toUpperCase() || '?') * (match[2] ? 1024 : 1024)
    : 0;
}

function compareVersions(left: string, right: string): number {
  const a = left.match(/\d+|\D+/g) ?? [];
  const b = right.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i] ?? '';
    const y = b[i] ?? '';
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
    if (order !== 0) return order;
  }
  return 0;
}

export const uniq: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'count', short: 'c', long: ['count'] },
      { key: 'repeated', short: 'd', long: ['repeated'] },
      { key: 'unique', short: 'u', long: ['unique'] },
      { key: 'ignoreCase', short: 'i', long: ['ignore-case'] },
      { key: 'skipFields', short: 'f', long: ['skip-fields'], value: 'required' },
    ],
    async (options) => {
      let group: { line: string; count: number } | null = null;
      const skip = Number(options.value('skipFields') ?? 0);
      const key = (line: string) => {
        const rest = skip > 0 ? line.replace(new RegExp(`^(\\s*\\S+){0,${skip}}`), '') : line;
        return options.has('ignoreCase') ? rest.toLowerCase() : rest;
      };
      const flush = async () => {
        if (!group || (options.has('repeated') && group.count < 2) || (options.has('unique') && group.count > 1))
          return;
        await process.stdout.write(
          `${options.has('count') ? `${String(group.count).padStart(7)} ` : ''}${group.line}\n`,
        );
      };
      const status = await eachLine(process, options.operands.slice(0, 1), async (line) => {
        if (group && key(group.line) === key(line)) group.count++;
        else {
          await flush();
          group = { line, count: 1 };
        }
        return true;
      });
      await flush();
      return status;
    },
  );

export const cut: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'fields', short: 'f', long: ['fields'], value: 'required' },
      { key: 'delimiter', short: 'd', long: ['delimiter'], value: 'required' },
      { key: 'characters', short: 'cb', long: ['characters', 'bytes'], value: 'required' },
      { key: 'only', short: 's', long: ['only-delimited'] },
      { key: 'complement', long: ['complement'] },
      { key: 'output', long: ['output-delimiter'], value: 'required' },
    ],
    async (options) => {
      const byCharacter = options.has('characters');
      const list = options.value('characters') ?? options.value('fields');
      if (!list) {
        await complain(process, 'you must specify a list of bytes, characters, or fields');
        await process.stderr.write("Try 'cut --help' for more information.\n");
        return 1;
      }
      const ranges = list.split(/[ ,]/).map((part) => /^(\d*)(-?)(\d*)$/.exec(part));
      if (ranges.some((range) => !range || range[0] === '' || range[0] === '-')) {
        await complain(
          process,
          byCharacter ? `invalid byte/character position ${quoted(list)}` : `invalid field value ${quoted(list)}`,
        );
        await process.stderr.write("Try 'cut --help' for more information.\n");
        return 1;
      }
      const delimiter = options.value('delimiter') ?? '\t';
      if (delimiter.length > 1) {
        await complain(process, 'the delimiter must be a single character');
        await process.stderr.write("Try 'cut --help' for more information.\n");
        return 1;
      }
      const chosen = (position: number) =>
        ranges.some((range) => {
          const low = range?.[1] ? Number(range[1]) : 1;
          const high = range?.[2] ? (range[3] ? Number(range[3]) : Number.POSITIVE_INFINITY) : low;
          return position >= low && position <= high;
        }) !== options.has('complement');
      return eachLine(process, options.operands, async (line) => {
        if (byCharacter) {
          await process.stdout.write(`${[...line].filter((_, i) => chosen(i + 1)).join('')}\n`);
        } else if (line.includes(delimiter)) {
          const kept = line.split(delimiter).filter((_, i) => chosen(i + 1));
          await process.stdout.write(`${kept.join(options.value('output') ?? delimiter)}\n`);
        } else if (!options.has('only')) await process.stdout.write(`${line}\n`);
        return true;
      });
    },
  );

const trClasses: Record<string, string> = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  alnum: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  space: '\t\n\v\f\r ',
  blank: '\t ',
  punct: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  xdigit: '0123456789ABCDEFabcdef',
};

/** The characters a tr set stands for. */
function trSet(text: string): string[] {
  const plain = text
    .replace(/\[:(\w+):\]/g, (whole, name: string) => trClasses[name] ?? whole)
    .replace(
      /\\(n|t|r|\\|0|[0-7]{1,3})/g,
      (_, code: string) =>
        ({ n: '\n', t: '\t', r: '\r', '\\': '\\' })[code] ?? String.fromCharCode(Number.parseInt(code, 8)),
    );
  const members = [...plain];
  const out: string[] = [];
  for (let i = 0; i < members.length; i++) {
    const low = members[i] as string;
    const high = members[i + 2];
    if (members[i + 1] === '-' && high !== undefined && low <= high) {
      for (let code = low.codePointAt(0) as number; code <= (high.codePointAt(0) as number); code++)
        out.push(String.fromCodePoint(code));
      i += 2;
    } else out.push(low);
  }
  return out;
}

export const tr: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'delete', short: 'd', long: ['delete'] },
      { key: 'squeeze', short: 's', long: ['squeeze-repeats'] },
      { key: 'complement', short: 'cC', long: ['complement'] },
      { key: 'truncate', short: 't', long: ['truncate-set1'] },
    ],
    async (options) => {
      const [first, second, extra] = options.operands;
      const needsTwo = !options.has('delete') && !options.has('squeeze');
      if (first === undefined || (needsTwo && second === undefined) || extra !== undefined) {
        const problem =
          first === undefined
            ? 'missing operand'
            : extra !== undefined
              ? `extra operand ${quoted(extra)}`
              : `missing operand after ${quoted(first)}`;
        const reason =
          first !== undefined && extra === undefined ? '\nTwo strings must be given when translating.' : '';
        await complain(process, problem + reason);
        await process.stderr.write("Try 'tr --help' for more information.\n");
        return 1;
      }
      const from = trSet(first);
      const to = second === undefined ? [] : trSet(second);
      const members = new Map(from.map((character, i) => [character, i]));
      const inFirst = (character: string) => members.has(character) !== options.has('complement');
      const squeezed = new Set(second === undefined || options.has('delete') ? (second === undefined ? from : to) : to);
      const squeezes = (character: string) =>
        options.has('squeeze') && (second === undefined ? inFirst(character) : squeezed.has(character));
      let last = '';
      for (let part = await process.stdin.read(); part !== null; part = await process.stdin.read()) {
        let out = '';
        for (const character of part) {
          if (options.has('delete') && inFirst(character)) continue;
          let shown = character;
          if (!options.has('delete') && to.length > 0 && inFirst(character)) {
            shown = to[
              Math.min(options.has('complement') ? to.length - 1 : (members.get(character) ?? 0), to.length - 1)
            ] as string;
          }
          if (squeezes(shown) && shown === last) continue;
          last = shown;
          out += shown;
        }
        await process.stdout.write(out);
      }
      return 0;
    },
  );

export const seq: Program = (process) => {
  // Negative numbers aren't options.
  const argv = process.argv.flatMap((argument, i) =>
    i > 0 && /^-\.?\d/.test(argument) ? [`\u0000${argument}`] : [argument],
  );
  return withOptions(
    process,
    [
      { key: 'separator', short: 's', long: ['separator'], value: 'required' },
      { key: 'equal', short: 'w', long: ['equal-width'] },
      { key: 'format', short: 'f', long: ['format'], value: 'required' },
    ],
    async (options) => {
      const operands = options.operands.map((operand) => operand.replace('\u0000', ''));
      const wrong = operands.find((operand) => !/^[-+]?(\d+\.?\d*|\.\d+)$/.test(operand));
      if (wrong !== undefined || operands.length === 0 || operands.length > 3) {
        const text =
          wrong !== undefined
            ? `invalid floating point argument: ${quoted(wrong)}`
            : operands.length === 0
              ? 'missing operand'
              : `extra operand ${quoted(operands[3] as string)}`;
        await complain(process, text);
        await process.stderr.write("Try 'seq --help' for more information.\n");
        return 1;
      }
      const numbers = operands.map(Number);
      const first = operands.length > 1 ? (numbers[0] as number) : 1;
      const step = operands.length > 2 ? (numbers[1] as number) : 1;
      const last = numbers[numbers.length - 1] as number;
      if (step === 0) {
        await complain(process, `invalid Zero increment value: ${quoted(operands[1] as string)}`);
        await process.stderr.write("Try 'seq --help' for more information.\n");
        return 1;
      }
      const digits = Math.max(0, ...operands.map((operand) => operand.split('.')[1]?.length ?? 0));
      const width = options.has('equal') ? Math.max(first.toFixed(digits).length, last.toFixed(digits).length) : 0;
      const separator = options.value('separator') ?? '\n';
      let printed = false;
      for (let i = 0; ; i++) {
        const value = first + i * step;
        if (step > 0 ? value > last + 1e-12 : value < last - 1e-12) break;
        await process.stdout.write(`${printed ? separator : ''}${value.toFixed(digits).padStart(width, '0')}`);
        printed = true;
      }
      if (printed) await process.stdout.write('\n');
      return 0;
    },
    { argv },
  );
};

export const nl: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'body', short: 'b', long: ['body-numbering'], value: 'required' },
      { key: 'width', short: 'w', long: ['number-width'], value: 'required' },
      { key: 'separator', short: 's', long: ['number-separator'], value: 'required' },
    ],
    async (options) => {
      const width = Number(options.value('width') ?? 6);
      let number = 0;
      return eachLine(process, options.operands, async (line) => {
        const counts = options.value('body') === 'a' || line !== '';
        const prefix = counts
          ? String(++number).padStart(width) + (options.value('separator') ?? '\t')
          : ' '.repeat(width + 1);
        await process.stdout.write(`${prefix}${line}\n`);
        return true;
      });
    },
  );

export const yes: Program = async (process) => {
  const line = `${process.argv.slice(1).join(' ') || 'y'}\n`;
  const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
  for (;;) {
    await process.stdout.write(block);
    await process.sleep(1);
  }
};

export const echo: Program = async (process) => {
  const words = process.argv.slice(1);
  let newline = true;
  let escapes = false;
  while (words[0] !== undefined && /^-[neE]+$/.test(words[0])) {
    const flags = words.shift() as string;
    if (flags.includes('n')) newline = false;
    if (flags.includes('e')) escapes = true;
  }
  let text = words.join(' ');
  if (escapes) {
    const codes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', e: '\u001b', '\\': '\\' };
    text = text.replace(/\\([ntrabe\\])/g, (_, code: string) => codes[code] as string);
  }
  await process.stdout.write(newline ? `${text}\n` : text);
  return 0;
};

export const succeed: Program = async () => 0;
export const fail: Program = async () => 1;

export const basename: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'multiple', short: 'a', long: ['multiple'] },
      { key: 'suffix', short: 's', long: ['suffix'], value: 'required' },
      { key: 'zero', short: 'z', long: ['zero'] },
    ],
    async (options) => {
      if (options.operands.length === 0) {
        await complain(process, 'missing operand');
        await process.stderr.write(`Try '${programName(process)} --help' for more information.\n`);
        return 1;
      }
      const multiple = options.has('multiple') || options.has('suffix');
      const suffix = options.value('suffix') ?? (multiple ? '' : (options.operands[1] ?? ''));
      for (const operand of multiple ? options.operands : options.operands.slice(0, 1)) {
        const name = operand.replace(/\/+$/, '').replace(/^.*\//, '') || (operand.startsWith('/') ? '/' : '');
        await process.stdout.write(
          `${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
        );
      }
      return 0;
    },
  );

export const dirname: Program = (process) =>
  withOptions(process, [{ key: 'zero', short: 'z', long: ['zero'] }], async (options) => {
    if (options.operands.length === 0) {
      await complain(process, 'missing operand');
      await process.stderr.write(`Try '${programName(process)} --help' for more information.\n`);
      return 1;
    }
    for (const operand of options.operands) {
      const trimmed = operand.replace(/\/+$/, '');
      const at = trimmed.lastIndexOf('/');
      const directory =
        at < 0
          ? trimmed === '' && operand.startsWith('/')
            ? '/'
            : '.'
          : trimmed.slice(0, at).replace(/\/+$/, '') || '/';
      await process.stdout.write(`${directory}\n`);
    }
    return 0;
  });
