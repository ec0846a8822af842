/** What of an option is shown. */
interface ShownOption {
  readonly short?: string;
  readonly long?: readonly string[];
  readonly value?: 'none' | 'required' | 'optional';
}

/** Synopsis lines of the programs of coreutils, as `--help` shows them after `Usage: NAME`. */
const SYNOPSES: Readonly<Record<string, readonly string[]>> = {
  basename: ['NAME [SUFFIX]', 'OPTION... NAME...'],
  cat: ['[OPTION]... [FILE]...'],
  chgrp: ['[OPTION]... GROUP FILE...', '[OPTION]... --reference=RFILE FILE...'],
  chmod: [
    '[OPTION]... MODE[,MODE]... FILE...',
    '[OPTION]... OCTAL-MODE FILE...',
    '[OPTION]... --reference=RFILE FILE...',
  ],
  chown: ['[OPTION]... [OWNER][:[GROUP]] FILE...', '[OPTION]... --reference=RFILE FILE...'],
  cp: ['[OPTION]... [-T] SOURCE DEST', '[OPTION]... SOURCE... DIRECTORY', '[OPTION]... -t DIRECTORY SOURCE...'],
  cut: ['OPTION... [FILE]...'],
  date: ['[OPTION]... [+FORMAT]', '[-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]'],
  df: ['[OPTION]... [FILE]...'],
  dirname: ['[OPTION] NAME...'],
  du: ['[OPTION]... [FILE]...', '[OPTION]... --files0-from=F'],
  env: ['[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]'],
  head: ['[OPTION]... [FILE]...'],
  id: ['[OPTION]... [USER]...'],
  install: [
    '[OPTION]... [-T] SOURCE DEST',
    '[OPTION]... SOURCE... DIRECTORY',
    '[OPTION]... -t DIRECTORY SOURCE...',
    '[OPTION]... -d DIRECTORY...',
  ],
  ln: [
    '[OPTION]... [-T] TARGET LINK_NAME',
    '[OPTION]... TARGET',
    '[OPTION]... TARGET... DIRECTORY',
    '[OPTION]... -t DIRECTORY TARGET...',
  ],
  ls: ['[OPTION]... [FILE]...'],
  mkdir: ['[OPTION]... DIRECTORY...'],
  mktemp: ['[OPTION]... [TEMPLATE]'],
  mv: ['[OPTION]... [-T] SOURCE DEST', '[OPTION]... SOURCE... DIRECTORY', '[OPTION]... -t DIRECTORY SOURCE...'],
  nice: ['[OPTION] [COMMAND [ARG]...]'],
  nl: ['[OPTION]... [FILE]...'],
  paste: ['[OPTION]... [FILE]...'],
  readlink: ['[OPTION]... FILE...'],
  realpath: ['[OPTION]... FILE...'],
  rm: ['[OPTION]... [FILE]...'],
  rmdir: ['[OPTION]... DIRECTORY...'],
  seq: ['[OPTION]... LAST', '[OPTION]... FIRST LAST', '[OPTION]... FIRST INCREMENT LAST'],
  sort: ['[OPTION]... [FILE]...', '[OPTION]... --files0-from=F'],
  stat: ['[OPTION]... FILE...'],
  tac: ['[OPTION]... [FILE]...'],
  tail: ['[OPTION]... [FILE]...'],
  tee: ['[OPTION]... [FILE]...'],
  timeout: ['[OPTION] DURATION COMMAND [ARG]...', '[OPTION]'],
  touch: ['[OPTION]... FILE...'],
  tr: ['[OPTION]... SET1 [SET2]'],
  truncate: ['OPTION... FILE...'],
  uname: ['[OPTION]...'],
  uniq: ['[OPTION]... [INPUT [OUTPUT]]'],
  wc: ['[OPTION]... [FILE]...', '[OPTION]... --files0-from=F'],
  who: ['[OPTION]... [ FILE | ARG1 ARG2 ]'],
};

/** The answer to `--help`: synopsis lines, then the options that are understood. */
export function helpText(name: string, specs: readonly ShownOption[]): string {
  const [first = '[OPTION]...', ...others] = SYNOPSES[name] ?? [];
  const lines = [`Usage: ${name} ${first}`, ...others.map((synopsis) => `  or:  ${name} ${synopsis}`), ''];
  for (const spec of specs) {
    const value = spec.value === 'required' ? '=VALUE' : spec.value === 'optional' ? '[=VALUE]' : '';
    const letters = [...(spec.short ?? '')].map((letter) => `-${letter}`);
    const words = (spec.long ?? []).map((word) => `--${word}${value}`);
    const indent = letters.length === 0 ? '      ' : '  ';
    lines.push(indent + [...letters, ...words].join(', '));
  }
  lines.push('      --help');
  if (SYNOPSES[name]) lines.push('      --version');
  return `${lines.join('\n')}\n`;
}

/** The answer to `--version`; null for programs whose version isn't known here. */
export function versionText(name: string): string | null {
  return SYNOPSES[name] ? `${name} (GNU coreutils) 8.32\n` : null;
}
