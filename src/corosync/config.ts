/**
 * corosync.conf as text: sections of `key: value` lines and further sections. What the values mean is `settings.ts`'s.
 *
 * Comments and the order of keys and sections among each other aren't kept, as pcs doesn't keep them when it rewrites
 * the file; the order within keys and within sections is.
 */

/** One section; the whole file is a section without a name. */
export interface ConfigSection {
  name: string;
  /** Keys may come twice; the last one counts for corosync. */
  values: [key: string, value: string][];
  sections: ConfigSection[];
}

/** The parsed file. */
export type CorosyncConfig = ConfigSection;

export const COROSYNC_CONF = '/etc/corosync/corosync.conf';

export type ConfigSyntaxProblem = 'missing-closing-brace' | 'unexpected-closing-brace' | 'line-not-understood';

const PROBLEM_TEXT: Record<ConfigSyntaxProblem, string> = {
  'missing-closing-brace': 'Missing closing brace',
  'unexpected-closing-brace': 'Unexpected closing brace',
  'line-not-understood': 'Line is not opening or closing section or key value',
};

/** A file that isn't a corosync.conf. The message is the one the daemon logs behind the file name. */
export class ConfigSyntaxError extends Error {
  constructor(
    readonly problem: ConfigSyntaxProblem,
    /** Counted from 1. */
    readonly line: number,
  ) {
    super(PROBLEM_TEXT[problem]);
    this.name = 'ConfigSyntaxError';
  }
}

export function newSection(name: string, values: [string, string][] = [], sections: ConfigSection[] = []) {
  return { name, values, sections } satisfies ConfigSection;
}

/** Parses a corosync.conf. Throws `ConfigSyntaxError`. */
export function parseCorosyncConf(text: string): CorosyncConfig {
  const root = newSection('');
  const open: { section: ConfigSection; line: number }[] = [{ section: root, line: 1 }];
  const lines = text.split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    const present = (open.at(-1) as { section: ConfigSection }).section;
    if (line === '' || line.startsWith('#')) continue;
    if (line.endsWith('{')) {
      const section = newSection(line.slice(0, -1).trim());
      present.sections.push(section);
      open.push({ section, line: index + 1 });
    } else if (line === '}') {
      if (open.length === 1) throw new ConfigSyntaxError('unexpected-closing-brace', index + 1);
      open.pop();
    } else {
      const colon = line.indexOf(':');
      if (colon < 0) throw new ConfigSyntaxError('line-not-understood', index + 1);
      present.values.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    }
  }
  const unclosed = open.at(-1) as { line: number };
  if (open.length > 1) throw new ConfigSyntaxError('missing-closing-brace', unclosed.line);
  return root;
}

/** Prints a configuration as pcs writes it: four blanks a level, an empty line before each section but the first thing. */
export function formatCorosyncConf(config: CorosyncConfig): string {
  return `${bodyLines(config, '').join('\n')}\n`;
}

function bodyLines(section: ConfigSection, indent: string): string[] {
  const lines = section.values.map(([key, value]) => `${indent}${key}: ${value}`);
  for (const child of section.sections) {
    if (lines.length > 0) lines.push('');
    lines.push(`${indent}${child.name} {`, ...bodyLines(child, `${indent}    `), `${indent}}`);
  }
  return lines;
}

/** The last value of a key, as corosync takes it. */
export function lastValue(section: ConfigSection | undefined, key: string): string | undefined {
  return section?.values.findLast(([name]) => name === key)?.[1];
}

/** Sets a key to one value in its place, or appends it; undefined removes it. */
export function setValue(section: ConfigSection, key: string, value: string | undefined): void {
  const at = section.values.findIndex(([name]) => name === key);
  section.values = section.values.filter(([name], index) => name !== key || (value !== undefined && index === at));
  if (value === undefined) return;
  const kept = section.values.find(([name]) => name === key);
  if (kept) kept[1] = value;
  else section.values.push([key, value]);
}

export function sectionsOf(section: ConfigSection | undefined, name: string): ConfigSection[] {
  return section?.sections.filter((child) => child.name === name) ?? [];
}

/** All values of the sections of a path, e.g. `['quorum', 'device']`, later ones behind. */
export function valuesUnder(config: CorosyncConfig, path: readonly string[]): [string, string][] {
  let level = [config];
  for (const name of path) level = level.flatMap((section) => sectionsOf(section, name));
  return level.flatMap((section) => section.values);
}

/** The last value of `key` in the sections of a path. */
export function valueUnder(config: CorosyncConfig, path: readonly string[], key: string): string | undefined {
  return valuesUnder(config, path).findLast(([name]) => name === key)?.[1];
}
