/** How a report can be overridden. */
export type Override = '--force' | '--skip-offline';

/** A message of a library command. What it says goes to stderr, whatever its severity. */
export interface Report {
  readonly severity: 'error' | 'warning' | 'deprecation' | 'info';
  readonly message: string;
  /** Option that turns this error into a warning. */
  readonly override?: Override;
  /** Host it is about: printed in front. */
  readonly context?: string;
}

export const error = (message: string, override?: Override): Report =>
  override === undefined ? { severity: 'error', message } : { severity: 'error', message, override };
export const warning = (message: string): Report => ({ severity: 'warning', message });
export const info = (message: string): Report => ({ severity: 'info', message });

/** An error that the option in force turns into a warning. */
export function overridable(message: string, overridden: boolean, override: Override = '--force'): Report {
  return overridden ? warning(message) : error(message, override);
}

/** The line as printed. */
export function reportLine(report: Report): string {
  const text = report.context === undefined ? report.message : `${report.context}: ${report.message}`;
  switch (report.severity) {
    case 'error':
      return `Error: ${text}${report.override === undefined ? '' : `, use ${report.override} to override`}`;
    case 'warning':
      return `Warning: ${text}`;
    case 'deprecation':
      return `Deprecation Warning: ${text}`;
    case 'info':
      return text;
  }
}

/** Code point order, as Python sorts strings. */
export function compareText(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}

/** `'a', 'b'`, sorted. */
export function quoteList(items: Iterable<string>): string {
  return [...items]
    .sort(compareText)
    .map((item) => `'${item}'`)
    .join(', ');
}

/** `'a', 'b'` in the given order. */
export function quoteInOrder(items: Iterable<string>): string {
  return [...items].map((item) => `'${item}'`).join(', ');
}

/** Singular or plural by number. */
export function plural(count: number | { readonly length: number }, one: string, many = `${one}s`): string {
  return (typeof count === 'number' ? count : count.length) === 1 ? one : many;
}
