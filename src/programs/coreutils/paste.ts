import type { Program } from '../../shell/process';
import { withOptions } from '../options';
import { linesOf, openText } from './common';

/** paste: lines of files side by side, or with -s the lines of each file in a row. */
export const paste: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'serial', short: 's', long: ['serial'] },
      { key: 'delimiters', short: 'd', long: ['delimiters'], value: 'required' },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
    async (options) => {
      const delimiters = delimiterList(options.value('delimiters') ?? '\t');
      const operands = options.operands.length === 0 ? ['-'] : options.operands;
      // Several `-` share standard input: they take its lines in turn.
      const stdin = operands.includes('-') ? linesOf(await process.stdin.readAll()) : [];
      const dashes = operands.filter((operand) => operand === '-').length;
      const columns: string[][] = [];
      let dash = 0;
      for (const operand of operands) {
        if (operand === '-') {
          const turn = dash++;
          columns.push(options.has('serial') ? (turn === 0 ? stdin : []) : stdin.filter((_, i) => i % dashes === turn));
          continue;
        }
        const text = await openText(process, operand);
        if (text === undefined) return 1;
        columns.push(linesOf(text));
      }
      const join = (cells: string[]) =>
        cells
          .map((cell, i) => cell + (i + 1 < cells.length ? (delimiters[i % delimiters.length] as string) : ''))
          .join('');
      const height = Math.max(0, ...columns.map((column) => column.length));
      const rows = options.has('serial')
        ? columns
        : Array.from({ length: height }, (_, row) => columns.map((column) => column[row] ?? ''));
      await process.stdout.write(rows.map((row) => `${join(row)}\n`).join(''));
      return 0;
    },
  );

/** The characters of a delimiter list, with its escapes. */
function delimiterList(text: string): string[] {
  const special: Record<string, string> = { n: '\n', t: '\t', '\\': '\\', 0: '' };
  const found = [...text.matchAll(/\\(.)|([\s\S])/g)].map((match) =>
    match[1] === undefined ? match[2] : (special[match[1]] ?? match[1]),
  );
  return found.length > 0 ? (found as string[]) : [''];
}
