import { FileError, normalizePath, realPath, stat } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { findDevice } from '../../storage/disks';
import { type Mount, mountOf, mountTable, type Usage, usage } from '../../storage/mounts';
import { humanSize } from '../coreutils/list';
import { type ParsedOptions, withOptions } from '../options';

interface Line {
  readonly mount: Mount;
  readonly usage: Usage | null;
}

/** Sizes in the unit that the options ask for, rounded up. */
function sizeText(options: ParsedOptions): { title: string; show: (bytes: number) => string } {
  if (options.has('human')) return { title: 'Size', show: humanSize };
  if (options.has('si')) return { title: 'Size', show: decimalSize };
  const unit = options.has('mebi') ? 2 ** 20 : 1024;
  const title = options.has('portable') ? '1024-blocks' : unit === 1024 ? '1K-blocks' : '1M-blocks';
  return { title, show: (bytes) => String(Math.ceil(bytes / unit)) };
}

/** A size in powers of 1000, as `-H` shows it. */
function decimalSize(bytes: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let value = bytes;
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  const tenth = Math.ceil(value * 10) / 10;
  return at === 0 || tenth >= 10 ? `${Math.ceil(value)}${units[at]}` : `${tenth.toFixed(1)}${units[at]}`;
}

function percent(used: number, available: number): string {
  return used + available === 0 ? '-' : `${Math.ceil((used * 100) / (used + available))}%`;
}

function cells({ mount, usage: full }: Line, options: ParsedOptions, show: (bytes: number) => string): string[] {
  const inodes = options.has('inodes');
  const count = (value: number) => (options.has('human') ? humanSize(value) : String(value));
  const numbers = !full
    ? ['0', '0', '0', '-']
    : inodes
      ? [
          count(full.inodes),
          count(full.usedInodes),
          count(full.inodes - full.usedInodes),
          percent(full.usedInodes, full.inodes - full.usedInodes),
        ]
      : [show(full.size), show(full.used), show(full.available), percent(full.used, full.available)];
  return [mount.source, ...(options.has('type') ? [mount.type] : []), ...numbers, mount.target];
}

/** Columns as df lines them up: names left, numbers right, each as wide as its widest cell. */
function table(rows: readonly (readonly string[])[], typed: boolean): string {
  const least = typed ? [14, 4, 5, 5, 5, 4] : [14, 5, 5, 5, 4];
  const widths = least.map((width, at) => Math.max(width, ...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) => {
      const shown = row.map((cell, at) => {
        if (at === row.length - 1) return cell;
        return at === 0 || (typed && at === 1) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
      });
      return `${shown.join(' ')}\n`;
    })
    .join('');
}

/** File systems of a call: those of its operands, else all that hold something. */
async function chosen(process: Process, options: ParsedOptions): Promise<{ lines: Line[]; status: number }> {
  const mounts = mountTable(process.machine);
  const line = (mount: Mount): Line => ({ mount, usage: usage(process.machine, mounts, mount) });
  if (options.operands.length === 0) {
    // A device that is seen at several places is shown once.
    const first = (mount: Mount) =>
      !findDevice(process.machine, mount.source) || mounts.find((other) => other.source === mount.source) === mount;
    const lines = mounts.map(line).filter((one) => options.has('all') || (one.usage !== null && first(one.mount)));
    return { lines, status: 0 };
  }
  const lines: Line[] = [];
  let status = 0;
  for (const operand of options.operands) {
    const device = mounts.find((mount) => mount.source === operand && findDevice(process.machine, operand));
    try {
      const as = process.credentials;
      stat(process.machine, normalizePath(operand, process.cwd), { as });
      const path = realPath(process.machine, normalizePath(operand, process.cwd), { as });
      const mount = device ?? mountOf(mounts, path);
      if (mount) lines.push(line(mount));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await process.stderr.write(`df: ${operand}: ${error.text}\n`);
      status = 1;
    }
  }
  return { lines, status };
}

/** df of coreutils 8.32 */
export const df: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'human', short: 'h', long: ['human-readable'] },
      { key: 'si', short: 'H', long: ['si'] },
      { key: 'inodes', short: 'i', long: ['inodes'] },
      { key: 'kibi', short: 'k' },
      { key: 'mebi', short: 'm' },
      { key: 'local', short: 'l', long: ['local'] },
      { key: 'portable', short: 'P', long: ['portability'] },
      { key: 'type', short: 'T', long: ['print-type'] },
      { key: 'only', short: 't', long: ['type'], value: 'required' },
      { key: 'except', short: 'x', long: ['exclude-type'], value: 'required' },
      { key: 'total', long: ['total'] },
      { key: 'ignored', short: 'v', long: ['sync', 'no-sync'] },
    ],
    async (options) => {
      const { title, show } = sizeText(options);
      const found = await chosen(process, options);
      const lines = found.lines.filter(
        ({ mount }) =>
          (!options.has('only') || options.values('only').includes(mount.type)) &&
          !options.values('except').includes(mount.type),
      );
      if (lines.length === 0) {
        if (found.status === 0) await process.stderr.write('df: no file systems processed\n');
        return 1;
      }
      const head = options.has('inodes')
        ? ['Inodes', 'IUsed', 'IFree', 'IUse%']
        : [
            title,
            'Used',
            options.has('human') || options.has('si') ? 'Avail' : 'Available',
            options.has('portable') ? 'Capacity' : 'Use%',
          ];
      const rows = [
        ['Filesystem', ...(options.has('type') ? ['Type'] : []), ...head, 'Mounted on'],
        ...lines.map((line) => cells(line, options, show)),
      ];
      if (options.has('total')) rows.push(total(lines, options, show));
      await process.stdout.write(table(rows, options.has('type')));
      return found.status;
    },
  );

function total(lines: readonly Line[], options: ParsedOptions, show: (bytes: number) => string): string[] {
  const sum = (pick: (full: Usage) => number) =>
    lines.reduce((all, { usage: full }) => all + (full ? pick(full) : 0), 0);
  const usageOfAll: Usage = {
    size: sum((full) => full.size),
    used: sum((full) => full.used),
    available: sum((full) => full.available),
    inodes: sum((full) => full.inodes),
    usedInodes: sum((full) => full.usedInodes),
  };
  return cells({ mount: { source: 'total', target: '-', type: '-', options: '' }, usage: usageOfAll }, options, show);
}
