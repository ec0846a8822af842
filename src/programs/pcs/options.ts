import { CommandFailure, UsageFailure } from './failure';

/** Long options without a value, as pcs 0.11.5 recognises them. */
const FLAGS: readonly string[] = [
  'agent-validation',
  'all',
  'autodelete',
  'brief',
  'config',
  'corosync',
  'debug',
  'defaults',
  'disabled',
  'enable',
  'expired',
  'force',
  'full',
  'groups',
  'help',
  'hide-inactive',
  'local',
  'master',
  'monitor',
  'no-cluster-uuid',
  'no-default-ops',
  'no-expire-check',
  'no-keys-sync',
  'no-strict',
  'no-watchdog-validation',
  'nodesc',
  'off',
  'overwrite',
  'pacemaker',
  'promoted',
  'safe',
  'simulate',
  'skip-offline',
  'start',
  'strict',
  'version',
  'wait',
];

/** Long options that need a value. */
const VALUED: readonly string[] = [
  'after',
  'before',
  'booth-conf',
  'booth-key',
  'corosync_conf',
  'from',
  'group',
  'name',
  'node',
  'output-format',
  'request-timeout',
  'to',
  'token',
];

/** Single-letter options; true: needs a value. */
const LETTERS: Readonly<Record<string, boolean>> = { h: false, f: true, u: true, p: true };

/** The options of one call: what was given, and the checks that each command makes. */
export class Options {
  constructor(
    /** By name with its dashes. Flags map to `true`; `--wait` without a number too. */
    readonly given: ReadonlyMap<string, string | true>,
  ) {}

  has(name: string): boolean {
    return this.given.has(name);
  }

  /** Value of an option that takes one. */
  value(name: string): string | undefined {
    const value = this.given.get(name);
    return value === true ? '' : value;
  }

  get force(): boolean {
    return this.has('--force');
  }

  get skipOffline(): boolean {
    return this.has('--skip-offline');
  }

  /** Every command says which options it knows; any other ends it. `--debug` is known everywhere. */
  allow(...names: string[]): void {
    const bad = [...this.given.keys()].filter((name) => name !== '--debug' && !names.includes(name)).sort();
    if (bad.length === 0) return;
    const list = bad.map((name) => `'${name}'`).join(', ');
    const noun = bad.length === 1 ? `option ${list} is` : `options ${list} are`;
    throw new CommandFailure(`Specified ${noun} not supported in this command`);
  }

  /** Of these options at most one may be given. */
  exclusive(...names: string[]): void {
    const used = names.filter((name) => this.has(name)).sort();
    if (used.length > 1) {
      throw new CommandFailure(`Only one of ${used.map((name) => `'${name}'`).join(', ')} can be used`);
    }
  }

  /** Seconds of `--wait`: undefined when it isn't given, 0 for no limit. */
  wait(): number | undefined {
    const value = this.given.get('--wait');
    if (value === undefined) return undefined;
    if (value === true || value === '') return 0;
    const seconds = parseTimeout(value);
    if (seconds === undefined) throw new CommandFailure(`'${value}' is not a valid number of seconds to wait`);
    return seconds;
  }
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  hr: 3600,
};

/** A time with an optional unit as pcs reads it, in seconds; undefined when it isn't one. */
export function parseTimeout(text: string): number | undefined {
  const match = /^(\d+)(s|sec|m|min|h|hr)?$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (UNIT_SECONDS[match[2] ?? 's'] ?? 1);
}

export interface CommandLine {
  readonly options: Options;
  /** What isn't an option. */
  readonly words: string[];
  /** Text for stderr that the parsing itself causes. */
  readonly notes: string[];
}

/** An abbreviation of a long option, spelled out. Throws as getopt of Python words it. */
function longName(prefix: string): string {
  const all = [...FLAGS, ...VALUED];
  if (all.includes(prefix)) return prefix;
  const matches = all.filter((name) => name.startsWith(prefix));
  if (matches.length === 0) throw new UsageFailure([], `option --${prefix} not recognized`);
  if (matches.length > 1) throw new UsageFailure([], `option --${prefix} not a unique prefix`);
  return matches[0] as string;
}

/** A word such as `-1` or `-INFINITY` that looks like an option but is a value. */
function isNegativeNumber(word: string): boolean {
  return /^-(\d|inf)/i.test(word);
}

class Parser {
  readonly given = new Map<string, string | true>();
  readonly words: string[] = [];
  readonly notes: string[] = [];
  #negative: string[] = [];
  #at = 0;

  constructor(readonly argv: readonly string[]) {}

  parse(): CommandLine {
    while (this.#at < this.argv.length) {
      const word = this.argv[this.#at++] as string;
      if (word === '--') {
        this.words.push(...this.argv.slice(this.#at));
        break;
      }
      if (word.startsWith('--')) this.#long(word.slice(2));
      else if (isNegativeNumber(word)) this.#value(word);
      else if (word.startsWith('-') && word.length > 1) this.#letters(word.slice(1));
      else this.words.push(word);
    }
    this.#noteNegative();
    return { options: new Options(this.given), words: this.words, notes: this.notes };
  }

  #value(word: string): void {
    this.#negative.push(word);
    this.words.push(word);
  }

  #noteNegative(): void {
    if (this.#negative.length === 0) return;
    const list = [...new Set(this.#negative)].map((word) => `'${word}'`).join(', ');
    this.notes.push(
      `Deprecation Warning: Using ${list} without '--' is deprecated, those parameters will be considered position independent options in future pcs versions`,
    );
  }

  #set(name: string, value: string | true): void {
    if (this.given.has(name)) throw new CommandFailure(`${name} can only be used once`);
    this.given.set(name, value);
  }

  #long(text: string): void {
    const equals = text.indexOf('=');
    const typed = equals < 0 ? text : text.slice(0, equals);
    const attached = equals < 0 ? undefined : text.slice(equals + 1);
    if (typed === 'wait' && attached !== undefined) {
      if (attached === '') throw new UsageFailure([], 'option --wait must not have an argument');
      this.#set('--wait', attached);
      return;
    }
    const name = longName(typed);
    if (!VALUED.includes(name)) {
      if (attached !== undefined) throw new UsageFailure([], `option --${name} must not have an argument`);
      this.#flag(name);
      return;
    }
    const value = attached ?? this.argv[this.#at++];
    if (value === undefined) throw new UsageFailure([], `option --${name} requires argument`);
    this.#set(`--${name}`, value);
  }

  #flag(name: string): void {
    if (name === 'master') {
      this.notes.push(
        "Deprecation Warning: Option '--master' is deprecated and has been replaced by option '--promoted' ",
      );
      this.#set('--promoted', true);
      return;
    }
    this.#set(`--${name}`, true);
  }

  #letters(letters: string): void {
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at] as string;
      const valued = LETTERS[letter];
      if (valued === undefined) throw new UsageFailure([], `option -${letter} not recognized`);
      if (!valued) {
        this.#set(`-${letter}`, true);
        continue;
      }
      const rest = letters.slice(at + 1);
      const value = rest === '' ? this.argv[this.#at++] : rest;
      if (value === undefined) throw new UsageFailure([], `option -${letter} requires argument`);
      this.#set(`-${letter}`, value);
      return;
    }
  }
}

/** Parses a call's arguments as Python's `gnu_getopt` does: options anywhere before `--`. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  return new Parser(argv).parse();
}
