/** libvirt's tables: columns three blanks apart, a rule two characters wider than the head. */
export function virshTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[]) =>
    ` ${cells.map((cell, at) => (at === cells.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('   ')}\n`;
  const total = widths.reduce((sum, width) => sum + width, 0) + 3 * (widths.length - 1) + 1;
  return `${line(head)}${'-'.repeat(total + 2)}\n${rows.map(line).join('')}`;
}
