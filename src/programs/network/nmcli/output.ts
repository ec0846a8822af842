import type { Process } from '../../../shell/process';

/** How nmcli prints, from its global options. */
export interface Style {
  mode: 'tabular' | 'multiline';
  terse: boolean;
  pretty: boolean;
  escape: boolean;
  /** `-g`: values only, without names. */
  valuesOnly: boolean;
  /** As given after `-f`: names, or `all`, `common`. Null: the command's default. */
  fields: string[] | null;
  colors: boolean;
  /** Seconds to wait for an operation; null: the command's default. */
  wait: number | null;
  ask: boolean;
}

/** A wrong call or a failed operation: nmcli's own message and exit status. */
export class NmcliError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Exit statuses of nmcli. */
export const status = {
  unknown: 1,
  invalidInput: 2,
  timeout: 3,
  activationFailed: 4,
  deactivationFailed: 5,
  disconnectFailed: 6,
  deletionFailed: 7,
  notRunning: 8,
  notFound: 10,
} as const;

/** Width of a text on a terminal, where Hangul and other wide characters take two cells. */
function width(text: string): number {
  let cells = 0;
  for (const character of text)
    cells += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(character) ? 2 : 1;
  return cells;
}

function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)));
}

/** Colours of a row: active connections are green, those that are only watched a dimmer green. */
export type RowColor = 'active' | 'external' | null;

const COLORS = { active: '\u001b[32m', external: '\u001b[32;2m' } as const;

/** One row of a table: values by field name. A value may have several parts, joined as the mode wants. */
export interface Row {
  values: Record<string, string>;
  color?: RowColor;
}

/** The fields to print: those asked for, in that order, checked against those that exist. */
export function chooseFields(style: Style, all: readonly string[], common: readonly string[]): string[] {
  if (!style.fields) return [...common];
  const chosen: string[] = [];
  for (const name of style.fields) {
    if (name.toLowerCase() === 'all') chosen.push(...all);
    else if (name.toLowerCase() === 'common') chosen.push(...common);
    else {
      const found = all.find((field) => field.toLowerCase() === name.toLowerCase());
      if (!found) throw new InvalidField(name, all);
      chosen.push(found);
    }
  }
  return chosen;
}

/** A field that doesn't exist; the command says in which words. */
export class InvalidField extends Error {
  constructor(field: string, all: readonly string[]) {
    super(`invalid field '${field}'; allowed fields: ${all.join(',')}`);
  }
}

/** Escapes what separates values in terse output. */
function escaped(style: Style, text: string): string {
  return style.escape ? text.replace(/[\\:]/g, (character) => `\\${character}`) : text;
}

/** A table as nmcli prints it: columns as wide as their longest value, two spaces apart, each line ending in one. */
export function formatTable(style: Style, fields: readonly string[], rows: readonly Row[], title?: string): string {
  if (style.mode === 'multiline') return formatBlocks(style, fields, rows);
  if (style.terse) {
    return rows.map((row) => `${fields.map((field) => escaped(style, row.values[field] ?? '')).join(':')}\n`).join('');
  }
  const shown = (row: Row, field: string) => row.values[field] || '--';
  const widths = fields.map((field) => Math.max(width(field), ...rows.map((row) => width(shown(row, field)))));
  const line = (cells: readonly string[], color: RowColor = null) =>
    `${cells
      .map((cell, at) => {
        const filled = pad(cell, widths[at] ?? 0);
        if (!color || !style.colors) return filled;
        return `${COLORS[color]}${cell}\u001b[0m${filled.slice(cell.length)}`;
      })
      .join('  ')} \n`;
  const total = widths.reduce((sum, cells) => sum + cells + 2, 0) - 1;
  let text = '';
  if (style.pretty && title) {
    const rule = '='.repeat(width(title) + 4);
    text += `${rule}\n  ${title}\n${rule}\n`;
  }
  text += line(fields);
  if (style.pretty) text += `${'-'.repeat(total)}\n`;
  for (const row of rows)
    text += line(
      fields.map((field) => shown(row, field)),
      row.color ?? null,
    );
  return text;
}

/** Column at which values start in multi-line output. */
const VALUE_COLUMN = 40;

function formatBlocks(style: Style, fields: readonly string[], rows: readonly Row[]): string {
  const blocks = rows.map((row) => fields.map((field) => formatValue(style, field, row.values[field] ?? '')).join(''));
  const separator = style.pretty ? `${'-'.repeat(79)}\n` : '';
  return blocks.map((block) => block + separator).join(style.terse || style.pretty ? '' : '');
}

/** `NAME:          value`, or `NAME:value` in terse output, or the value alone. */
export function formatValue(style: Style, name: string, value: string): string {
  if (style.valuesOnly) return `${escaped(style, value)}\n`;
  if (style.terse) return `${name}:${value}\n`;
  return `${`${name}:`.padEnd(VALUE_COLUMN)}${value || '--'}\n`;
}

export async function fail(process: Process, error: NmcliError): Promise<number> {
  await process.stderr.write(`${error.message}\n`);
  return error.status;
}
