import type { Package } from '../../machine/packages/package';

/** `1:2.3-4` as `[epoch, version-release]`. */
export function splitEpoch(version: string): { epoch: string | null; rest: string } {
  const colon = version.indexOf(':');
  return colon < 0
    ? { epoch: null, rest: version }
    : { epoch: version.slice(0, colon), rest: version.slice(colon + 1) };
}

/** `name-[epoch:]version-release.arch` */
export function nevra(entry: { name: string; version: string; architecture: string }): string {
  return `${entry.name}-${entry.version}.${entry.architecture}`;
}

/** `name-version-release.arch`, as files and rpm name it. */
export function nvra(entry: { name: string; version: string; architecture: string }): string {
  return `${entry.name}-${splitEpoch(entry.version).rest}.${entry.architecture}`;
}

/** A size in dnf's way: `28 k`, `9.0 M`, `1.1 G`. */
export function size(kib: number): string {
  let value = kib * 1024;
  for (const unit of ['', 'k', 'M', 'G']) {
    if (value < 1024 || unit === 'G') {
      if (unit === '') return `${Math.round(value)}  `;
      return value < 9.95 ? `${value.toFixed(1)} ${unit}` : `${Math.round(value)} ${unit}`;
    }
    value /= 1024;
  }
  return `${Math.round(value)}`;
}

/** Compares version-release strings as rpm does: digits by value, letters by text, `~` first. */
export function compareVersions(left: string, right: string): number {
  const a = splitEpoch(left);
  const b = splitEpoch(right);
  const epochs = Number(a.epoch ?? 0) - Number(b.epoch ?? 0);
  if (epochs !== 0) return epochs;
  const pieces = (text: string) => text.match(/\d+|[a-zA-Z]+|~/g) ?? [];
  const x = pieces(a.rest);
  const y = pieces(b.rest);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const p = x[i];
    const q = y[i];
    if (p === q) continue;
    if (p === '~' || q === '~') return p === '~' ? -1 : 1;
    if (p === undefined) return -1;
    if (q === undefined) return 1;
    const digits = /^\d/.test(p);
    if (digits !== /^\d/.test(q)) return digits ? 1 : -1;
    const order = digits ? Number(p) - Number(q) : p < q ? -1 : 1;
    if (order !== 0) return order;
  }
  return 0;
}

/** How a row of the transaction table looks. */
export interface TableRow {
  name: string;
  architecture: string;
  version: string;
  repository: string;
  size: string;
}

export interface TableSection {
  title: string;
  rows: TableRow[];
}

/** dnf's transaction table for a width: each column as wide as it needs, what is left shared out among all but the last. */
export function transactionTable(sections: readonly TableSection[], width: number): string {
  const rows = sections.flatMap((section) => section.rows);
  const need = (pick: (row: TableRow) => string, least: number) =>
    Math.max(least, ...rows.map((row) => pick(row).length));
  const widths = [
    need((row) => row.name, 1),
    need((row) => row.architecture, 1),
    need((row) => row.version, 1),
    need((row) => row.repository, 1),
    need((row) => row.size, 5),
  ] as [number, number, number, number, number];
  const spare = width - (widths.reduce((sum, part) => sum + part, 0) + 4 + 2);
  if (spare > 0) {
    const share = Math.floor(spare / 4);
    for (const column of [0, 1, 2, 3] as const) widths[column] += share;
    widths[2] += spare - share * 4;
  } else if (spare < 0) widths[0] = Math.max(10, widths[0] + spare);
  const [n, a, v, r, s] = widths;
  const rule = '='.repeat(width);
  const line = (cells: TableRow) => {
    const rest = `${cells.architecture.padEnd(a)} ${cells.version.padEnd(v)} ${cells.repository.padEnd(r)} ${cells.size.padStart(s)}\n`;
    return cells.name.length > n ? ` ${cells.name}\n ${' '.repeat(n)} ${rest}` : ` ${cells.name.padEnd(n)} ${rest}`;
  };
  let text = `${rule}\n`;
  text += ` ${'Package'.padEnd(n)} ${(a < 12 ? 'Arch' : 'Architecture').padEnd(a)} ${'Version'.padEnd(v)} ${(r < 10 ? 'Repo' : 'Repository').padEnd(r)} ${'Size'.padStart(s)}\n${rule}\n`;
  for (const section of sections) {
    if (section.rows.length === 0) continue;
    text += `${section.title}:\n${section.rows.map(line).join('')}`;
  }
  return `${text}\n`;
}

/** `Installed:` and its like at the end: names in as many columns as fit. */
export function resultList(title: string, names: readonly string[], width: number): string {
  if (names.length === 0) return '';
  const longest = Math.max(...names.map((name) => name.length));
  const columns = Math.max(1, Math.min(names.length, Math.floor((width - 1) / (longest + 2))));
  const cell = Math.floor((width - 2 - (columns - 1)) / columns);
  let text = `${title}:\n`;
  for (let at = 0; at < names.length; at += columns) {
    text += `  ${names
      .slice(at, at + columns)
      .map((name) => name.padEnd(cell))
      .join(' ')}\n`;
  }
  return text;
}

/** The last lines' right part while downloading: speed, size, time. */
export function progressLine(left: string, kib: number, seconds: number, width: number): string {
  const speed = kib === 0 ? '0.0  B' : `${size(kib / Math.max(seconds, 0.05)).replace(/ (?=\S)/, ' ')}`;
  const time = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  const right = ` ${speed.padStart(6)}B/s | ${size(kib).padStart(5)}B     ${time}    `;
  return `${left.padEnd(width - right.length).slice(0, width - right.length)}${right}\n`;
}

/** `Running transaction` lines: action, package, and how far. */
export function stepLine(action: string, name: string, index: number, total: number, width: number): string {
  const count = `${index}/${total} `;
  const left = `  ${action.padEnd(17)}: ${name}`;
  const room = Math.max(0, width - count.length - 1);
  return `${left.slice(0, room).padEnd(room)} ${count}\n`;
}

/** Sum of a number over packages. */
export function total(entries: readonly Package[], pick: (entry: Package) => number): number {
  return entries.reduce((sum, entry) => sum + pick(entry), 0);
}
