import type { Machine } from '../../world/machine';
import { lookup, readFileIfThere } from '../files';
import { expandSpecifiers, type UnitDefinition } from '../unitfile';

/** A command of an `Exec…=` line. */
export interface ExecCommand {
  /** As written, without the special prefixes: what `systemctl status` shows. */
  text: string;
  argv: string[];
  /** Its failure doesn't count (`-`). */
  ignoreFailure: boolean;
  /** Of the program: 'missing' gives status 203. */
  path: string | null;
}

const SEARCH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

/** Environment of a service: systemd's own, `Environment=`, `EnvironmentFile=`. */
export function serviceEnvironment(machine: Machine, unit: string, definition: UnitDefinition): Record<string, string> {
  const env: Record<string, string> = {
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
  };
  for (const line of definition.all('Service', 'Environment')) {
    for (const word of splitWords(expandSpecifiers(line, unit, machine.hostname))) assign(env, word);
  }
  for (const entry of definition.all('Service', 'EnvironmentFile')) {
    const path = entry.startsWith('-') ? entry.slice(1) : entry;
    for (const line of (readFileIfThere(machine, path) ?? '').split('\n')) {
      const text = line.trim();
      if (text !== '' && !text.startsWith('#') && !text.startsWith(';')) assign(env, unquoteValue(text));
    }
  }
  return env;
}

function assign(env: Record<string, string>, word: string): void {
  const equals = word.indexOf('=');
  if (equals > 0) env[word.slice(0, equals)] = word.slice(equals + 1);
}

function unquoteValue(text: string): string {
  const equals = text.indexOf('=');
  const value = text.slice(equals + 1).trim();
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return `${text.slice(0, equals)}=${quoted ? (quoted[2] ?? '') : value}`;
}

/** The first `EnvironmentFile=` without `-` that can't be read: the service fails with result `resources`. */
export function missingEnvironmentFile(machine: Machine, definition: UnitDefinition): string | null {
  for (const entry of definition.all('Service', 'EnvironmentFile')) {
    if (!entry.startsWith('-') && readFileIfThere(machine, entry) === undefined) return entry;
  }
  return null;
}

/** Splits as systemd does: blanks outside quotes; quotes are taken off. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  let started = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && i + 1 < text.length) word += text.charAt(++i);
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      started = true;
    } else if (/\s/.test(char)) {
      if (started) words.push(word);
      word = '';
      started = false;
    } else {
      word += char === '\\' && i + 1 < text.length ? text.charAt(++i) : char;
      started = true;
    }
  }
  if (started) words.push(word);
  return words;
}

/** The commands of one setting, expanded and looked up. */
export function execCommands(
  machine: Machine,
  unit: string,
  definition: UnitDefinition,
  setting: string,
): ExecCommand[] {
  const env = serviceEnvironment(machine, unit, definition);
  return definition.all('Service', setting).map((line) => {
    const prefix = /^[-@:+!]*/.exec(line)?.[0] ?? '';
    const text = line.slice(prefix.length).trim();
    const argv: string[] = [];
    for (const word of splitWords(expandSpecifiers(text, unit, machine.hostname))) {
      const whole = /^\$(\w+)$/.exec(word);
      if (whole) argv.push(...splitWords(env[whole[1] ?? ''] ?? ''));
      else argv.push(word.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, a?: string, b?: string) => env[a ?? b ?? ''] ?? ''));
    }
    if (prefix.includes('@')) argv.splice(1, 1);
    return { text, argv, ignoreFailure: prefix.includes('-'), path: findProgram(machine, argv[0] ?? '') };
  });
}

function findProgram(machine: Machine, name: string): string | null {
  const candidates = name.startsWith('/') ? [name] : SEARCH.map((folder) => `${folder}/${name}`);
  for (const path of candidates) {
    const inode = lookup(machine, path);
    if (inode?.kind === 'file' && (inode.mode & 0o111) !== 0) return path;
  }
  return null;
}
