/** Sections of a unit file: settings in order, as `[name, value]`. */
export interface UnitSections {
  [section: string]: [string, string][];
}

/** A line that systemd doesn't understand, with the message it logs. */
export interface UnitSyntaxProblem {
  line: number;
  message: string;
}

/** Settings of [Unit], [Service], [Install] … with drop-ins applied. */
export class UnitDefinition {
  readonly sections: UnitSections = {};
  readonly problems: UnitSyntaxProblem[] = [];

  constructor(texts: readonly string[]) {
    for (const text of texts) this.#read(text);
  }

  #read(text: string): void {
    let section: string | null = null;
    const lines = text.split('\n');
    for (let at = 0; at < lines.length; at++) {
      const number = at + 1;
      let line = (lines[at] ?? '').trim();
      if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
      while (line.endsWith('\\') && at + 1 < lines.length) line = `${line.slice(0, -1)} ${(lines[++at] ?? '').trim()}`;
      const header = /^\[([^\]]+)\]$/.exec(line);
      if (header) {
        section = header[1] ?? '';
        this.sections[section] ??= [];
        continue;
      }
      const equals = line.indexOf('=');
      if (section === null) {
        this.problems.push({ line: number, message: 'Assignment outside of section. Ignoring.' });
      } else if (equals < 0) {
        this.problems.push({ line: number, message: "Missing '=', ignoring line." });
      } else {
        this.#assign(section, line.slice(0, equals).trim(), line.slice(equals + 1).trim());
      }
    }
  }

  /** An empty value resets what was set before, as in systemd's list settings. */
  #assign(section: string, name: string, value: string): void {
    const settings = this.sections[section] ?? [];
    this.sections[section] = settings;
    if (value !== '') settings.push([name, value]);
    else this.sections[section] = settings.filter(([other]) => other !== name);
  }

  /** All values of a setting, in order. */
  all(section: string, name: string): string[] {
    return (this.sections[section] ?? []).filter(([other]) => other === name).map(([, value]) => value);
  }

  /** The last value of a setting. */
  last(section: string, name: string): string | undefined {
    return this.all(section, name).at(-1);
  }

  /** Words of all values of a list setting. */
  words(section: string, name: string): string[] {
    return this.all(section, name).flatMap((value) => value.split(/\s+/).filter((word) => word !== ''));
  }

  /** A boolean setting. */
  flag(section: string, name: string, otherwise: boolean): boolean {
    const value = this.last(section, name)?.toLowerCase();
    if (value === undefined) return otherwise;
    return ['1', 'yes', 'true', 'on', 'y', 't'].includes(value);
  }

  /** A time span in ms; `infinity` gives null. */
  span(section: string, name: string, otherwise: number): number | null {
    const value = this.last(section, name);
    if (value === undefined) return otherwise;
    return parseSpan(value) ?? (value === 'infinity' ? null : otherwise);
  }
}

const SPAN_UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  usec: 0.001,
  ms: 1,
  msec: 1,
  '': 1000,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};

/** A systemd time span (`90`, `5min 20s`, `1.5h`) in whole ms; undefined when it isn't one. */
export function parseSpan(text: string): number | undefined {
  let total = 0;
  let found = false;
  const pattern = /\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    const scale = match ? SPAN_UNITS[match[2] ?? ''] : undefined;
    if (!match || scale === undefined) return undefined;
    total += Number.parseFloat(match[1] ?? '0') * scale;
    found = true;
  }
  return found ? Math.round(total) : undefined;
}

const KNOWN_SUFFIXES = [
  'service',
  'socket',
  'target',
  'timer',
  'mount',
  'automount',
  'swap',
  'path',
  'slice',
  'scope',
  'device',
];

/** A full unit name for what a user typed: `sshd` is `sshd.service`, `/mnt/data` is `mnt-data.mount`. */
export function mangleUnitName(text: string): string {
  if (text.startsWith('/dev/')) return `${escapePath(text)}.device`;
  if (text.startsWith('/')) return `${escapePath(text)}.mount`;
  const dot = text.lastIndexOf('.');
  return dot > 0 && KNOWN_SUFFIXES.includes(text.slice(dot + 1)) ? text : `${text}.service`;
}

/** A path as part of a unit name, as `systemd-escape --path` makes it. */
export function escapePath(path: string): string {
  const trimmed = path
    .split('/')
    .filter((part) => part !== '')
    .join('/');
  if (trimmed === '') return '-';
  let escaped = '';
  for (const [at, char] of [...trimmed].entries()) {
    if (char === '/') escaped += '-';
    else if (/[A-Za-z0-9:_]/.test(char) || (char === '.' && at > 0)) escaped += char;
    else escaped += `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  }
  return escaped;
}

/** The unit type: the suffix without its dot. */
export function unitType(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Name parts of a template or its instance: `getty@tty1.service` is prefix `getty`, instance `tty1`. */
export function templateOf(name: string): { prefix: string; instance: string; template: string } | undefined {
  const at = name.indexOf('@');
  if (at < 0) return undefined;
  const dot = name.lastIndexOf('.');
  const instance = name.slice(at + 1, dot);
  return { prefix: name.slice(0, at), instance, template: `${name.slice(0, at)}@${name.slice(dot)}` };
}

/** Resolves specifiers (`%i`, `%n` …) of a unit's settings. */
export function expandSpecifiers(text: string, unit: string, hostname: string): string {
  if (!text.includes('%')) return text;
  const dot = unit.lastIndexOf('.');
  const parts = templateOf(unit);
  const unescaped = (part: string) =>
    part
      .replace(/-/g, '/')
      .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return text.replace(/%(.)/g, (whole, letter: string) => {
    switch (letter) {
      case 'n':
        return unit;
      case 'N':
        return unit.slice(0, dot);
      case 'p':
        return parts?.prefix ?? unit.slice(0, dot);
      case 'i':
        return parts?.instance ?? '';
      case 'I':
        return unescaped(parts?.instance ?? '');
      case 'f':
        return `/${unescaped(parts?.instance ?? '')}`;
      case 'H':
        return hostname;
      case 't':
        return '/run';
      case 'S':
        return '/var/lib';
      case '%':
        return '%';
      default:
        return whole;
    }
  });
}
