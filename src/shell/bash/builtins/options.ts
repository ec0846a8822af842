import type { BuiltinTable } from '../interpreter';
import { quoteForReuse } from '../quote';
import type { Shell } from '../shell';
import { plain } from './declare';

/** `set -o` names in the order of its listing, with their letters. */
const OPTIONS: readonly (readonly [string, string])[] = [
  ['allexport', 'a'],
  ['braceexpand', 'B'],
  ['emacs', ''],
  ['errexit', 'e'],
  ['errtrace', 'E'],
  ['functrace', 'T'],
  ['hashall', 'h'],
  ['histexpand', 'H'],
  ['history', ''],
  ['ignoreeof', ''],
  ['interactive-comments', ''],
  ['keyword', 'k'],
  ['monitor', 'm'],
  ['noclobber', 'C'],
  ['noexec', 'n'],
  ['noglob', 'f'],
  ['nolog', ''],
  ['notify', 'b'],
  ['nounset', 'u'],
  ['onecmd', 't'],
  ['physical', 'P'],
  ['pipefail', ''],
  ['posix', ''],
  ['privileged', 'p'],
  ['verbose', 'v'],
  ['vi', ''],
  ['xtrace', 'x'],
];

const SHOPTS = [
  'assoc_expand_once',
  'autocd',
  'cdable_vars',
  'cdspell',
  'checkhash',
  'checkjobs',
  'checkwinsize',
  'cmdhist',
  'compat31',
  'compat32',
  'compat40',
  'compat41',
  'compat42',
  'compat43',
  'compat44',
  'complete_fullquote',
  'direxpand',
  'dirspell',
  'dotglob',
  'execfail',
  'expand_aliases',
  'extdebug',
  'extglob',
  'extquote',
  'failglob',
  'force_fignore',
  'globasciiranges',
  'globstar',
  'gnu_errfmt',
  'histappend',
  'histreedit',
  'histverify',
  'hostcomplete',
  'huponexit',
  'inherit_errexit',
  'interactive_comments',
  'lastpipe',
  'lithist',
  'localvar_inherit',
  'localvar_unset',
  'login_shell',
  'mailwarn',
  'no_empty_cmd_completion',
  'nocaseglob',
  'nocasematch',
  'nullglob',
  'progcomp',
  'progcomp_alias',
  'promptvars',
  'restricted_shell',
  'shift_verbose',
  'sourcepath',
  'xpg_echo',
];

const SET_USAGE = 'set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n';

function setOption(shell: Shell, name: string, on: boolean): void {
  if (on) shell.options.add(name);
  else shell.options.delete(name);
}

/** Applies `-o name` of `set` and of bash's command line. Gives whether there is such an option. */
export function setNamedOption(shell: Shell, name: string, on: boolean): boolean {
  if (!OPTIONS.some(([known]) => known === name)) return false;
  setOption(shell, name, on);
  return true;
}

/** Applies an option letter. Gives whether there is such an option. */
export function setLetter(shell: Shell, letter: string, on: boolean): boolean {
  const found = OPTIONS.find(([, known]) => known !== '' && known === letter);
  if (!found) return false;
  setOption(shell, found[0], on);
  return true;
}

async function listOptions(shell: Shell, asCommands: boolean): Promise<void> {
  for (const [name] of OPTIONS) {
    const on = shell.options.has(name);
    await shell.print(asCommands ? `set ${on ? '-' : '+'}o ${name}\n` : `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
  }
}

async function set(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    for (const name of shell.vars.names()) {
      const variable = shell.vars.direct(name);
      if (variable?.value) await shell.print(`${plain(name, variable)}\n`);
    }
    return 0;
  }
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      shell.positional = args.slice(i + 1);
      return 0;
    }
    if (arg === '-') {
      setOption(shell, 'xtrace', false);
      setOption(shell, 'verbose', false);
      if (i + 1 < args.length) shell.positional = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+]/.test(arg) || arg === '+') break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[i + 1];
        if (name === undefined) {
          await listOptions(shell, !on);
          return 0;
        }
        i++;
        if (!setNamedOption(shell, name, on)) {
          await shell.error(`set: ${name}: invalid option name`);
          return 2;
        }
      } else if (!setLetter(shell, letter, on)) {
        await shell.error(`set: ${arg[0]}${letter}: invalid option`);
        await shell.writeError(SET_USAGE);
        return 2;
      }
    }
  }
  if (i < args.length) shell.positional = args.slice(i);
  return 0;
}

async function shopt(shell: Shell, args: readonly string[]): Promise<number> {
  const letters = args.filter((arg) => /^-[opqsu]+$/.test(arg)).join('');
  const bad = args.find((arg) => arg.startsWith('-') && !/^-[opqsu]+$/.test(arg));
  if (bad) {
    await shell.error(`shopt: ${bad.slice(0, 2)}: invalid option`);
    await shell.writeError('shopt: usage: shopt [-pqsu] [-o] [optname ...]\n');
    return 2;
  }
  const names = args.filter((arg) => !arg.startsWith('-'));
  const isSet = letters.includes('o');
  const table = isSet ? shell.options : shell.shopts;
  const known = isSet ? OPTIONS.map(([name]) => name) : SHOPTS;
  const change = letters.includes('s') ? true : letters.includes('u') ? false : null;
  let status = 0;
  const line = (name: string) => {
    const on = table.has(name);
    if (letters.includes('p'))
      return isSet ? `set ${on ? '-' : '+'}o ${name}\n` : `shopt ${on ? '-s' : '-u'} ${name}\n`;
    return `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`;
  };
  if (names.length === 0) {
    for (const name of known) if (change === null || table.has(name) === change) await shell.print(line(name));
    return 0;
  }
  for (const name of names) {
    if (!known.includes(name)) {
      await shell.error(`shopt: ${name}: invalid ${isSet ? 'option name' : 'shell option name'}`);
      status = 1;
    } else if (change !== null) {
      if (change) table.add(name);
      else table.delete(name);
    } else {
      if (!table.has(name)) status = 1;
      if (!letters.includes('q')) await shell.print(line(name));
    }
  }
  return status;
}

async function shift(shell: Shell, args: readonly string[]): Promise<number> {
  const [text = '1'] = args;
  if (args.length > 1) {
    await shell.error('shift: too many arguments');
    return 1;
  }
  if (!/^[-+]?\d+$/.test(text)) {
    await shell.error(`shift: ${text}: numeric argument required`);
    return 1;
  }
  const count = Number(text);
  if (count < 0) {
    await shell.error(`shift: ${text}: shift count out of range`);
    return 1;
  }
  if (count > shell.positional.length) {
    if (shell.shopts.has('shift_verbose')) await shell.error(`shift: ${text}: shift count out of range`);
    return 1;
  }
  shell.positional = shell.positional.slice(count);
  return 0;
}

async function getopts(shell: Shell, args: readonly string[]): Promise<number> {
  const [spec, name, ...given] = args;
  if (spec === undefined || name === undefined) {
    await shell.writeError('getopts: usage: getopts optstring name [arg ...]\n');
    return 2;
  }
  const list = given.length > 0 ? given : shell.positional;
  const silent = spec.startsWith(':');
  const state = shell.optionIndex;
  const index = Number(shell.vars.get('OPTIND') ?? '1') || 1;
  if (index !== state.index) {
    state.index = index;
    state.offset = 0;
  }
  const finish = async (value: string, argument: string | null, status: number) => {
    const { index: next, offset } = state;
    shell.vars.set('OPTIND', String(next));
    shell.optionIndex = { index: next, offset };
    if (argument === null) shell.vars.unset('OPTARG');
    else shell.vars.set('OPTARG', argument);
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      await shell.error(`getopts: \`${name}': not a valid identifier`);
      return 1;
    }
    shell.vars.set(name, value);
    return status;
  };
  const word = list[state.index - 1];
  if (state.offset === 0) {
    if (word === undefined || !word.startsWith('-') || word === '-') return finish('?', null, 1);
    if (word === '--') {
      state.index++;
      return finish('?', null, 1);
    }
    state.offset = 1;
  }
  const letter = (word ?? '')[state.offset] ?? '';
  state.offset++;
  const at = letter === ':' ? -1 : spec.indexOf(letter, silent ? 1 : 0);
  const advance = () => {
    if (state.offset >= (word ?? '').length) {
      state.index++;
      state.offset = 0;
    }
  };
  if (at < 0) {
    advance();
    if (!silent) await shell.writeError(`${shell.name}: illegal option -- ${letter}\n`);
    return finish('?', silent ? letter : null, 0);
  }
  if (spec[at + 1] !== ':') {
    advance();
    return finish(letter, null, 0);
  }
  const inline = (word ?? '').slice(state.offset);
  state.offset = 0;
  state.index++;
  if (inline !== '') return finish(letter, inline, 0);
  const next = list[state.index - 1];
  if (next === undefined) {
    if (silent) return finish(':', letter, 0);
    await shell.writeError(`${shell.name}: option requires an argument -- ${letter}\n`);
    return finish('?', null, 0);
  }
  state.index++;
  return finish(letter, next, 0);
}

async function umask(shell: Shell, args: readonly string[]): Promise<number> {
  const { core } = shell;
  const mode = args.find((arg) => !arg.startsWith('-'));
  const octal = core.umask.toString(8).padStart(4, '0');
  if (mode === undefined) {
    if (args.includes('-S')) {
      const part = (shift: number) => {
        const bits = 7 & ~(core.umask >> shift);
        return `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
      };
      await shell.print(`u=${part(6)},g=${part(3)},o=${part(0)}\n`);
    } else await shell.print(args.includes('-p') ? `umask ${octal}\n` : `${octal}\n`);
    return 0;
  }
  if (/^[0-7]+$/.test(mode)) {
    core.umask = Number.parseInt(mode, 8) & 0o777;
    return 0;
  }
  if (/^\d/.test(mode)) {
    await shell.error(`umask: ${mode}: octal number out of range`);
    return 1;
  }
  let allowed = 0o777 & ~core.umask;
  for (const clause of mode.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (!match) {
      await shell.error(`umask: \`${clause.replace(/^[ugoa]*/, '')[0] ?? clause}': invalid symbolic mode operator`);
      return 1;
    }
    const who = match[1] === '' || match[1]?.includes('a') ? 'ugo' : (match[1] ?? '');
    const bits = [...(match[3] ?? '')].reduce((sum, letter) => sum | ({ r: 4, w: 2, x: 1 }[letter] ?? 0), 0);
    for (const one of who) {
      const shift = { u: 6, g: 3, o: 0 }[one] ?? 0;
      if (match[2] === '=') allowed = (allowed & ~(7 << shift)) | (bits << shift);
      else allowed = match[2] === '+' ? allowed | (bits << shift) : allowed & ~(bits << shift);
    }
  }
  core.umask = 0o777 & ~allowed;
  return 0;
}

/** Limits as `ulimit -a` of CentOS Stream 9 lists them: label, unit and letter, value. */
const LIMITS: readonly (readonly [string, string, string])[] = [
  ['real-time non-blocking time ', '(microseconds, -R)', 'unlimited'],
  ['core file size             ', '         (blocks, -c)', '0'],
  ['data seg size              ', '         (kbytes, -d)', 'unlimited'],
  ['scheduling priority        ', '                 (-e)', '0'],
  ['file size                  ', '         (blocks, -f)', 'unlimited'],
  ['pending signals            ', '                 (-i)', '7256'],
  ['max locked memory          ', '         (kbytes, -l)', '8192'],
  ['max memory size            ', '         (kbytes, -m)', 'unlimited'],
  ['open files                 ', '                 (-n)', '1024'],
  ['pipe size                  ', '      (512 bytes, -p)', '8'],
  ['POSIX message queues       ', '          (bytes, -q)', '819200'],
  ['real-time priority         ', '                 (-r)', '0'],
  ['stack size                 ', '         (kbytes, -s)', '8192'],
  ['cpu time                   ', '        (seconds, -t)', 'unlimited'],
  ['max user processes         ', '                 (-u)', '7256'],
  ['virtual memory             ', '         (kbytes, -v)', 'unlimited'],
  ['file locks                 ', '                 (-x)', 'unlimited'],
];

async function ulimit(shell: Shell, args: readonly string[]): Promise<number> {
  const letters = args
    .filter((arg) => arg.startsWith('-'))
    .join('')
    .replace(/[-HS]/g, '');
  const value = args.find((arg) => !arg.startsWith('-'));
  if (letters.includes('a')) {
    for (const [label, unit, amount] of LIMITS) await shell.print(`${label}${unit} ${amount}\n`);
    return 0;
  }
  for (const letter of letters === '' ? 'f' : letters) {
    const found = LIMITS.find(([, unit]) => unit.includes(`-${letter})`));
    if (!found) {
      await shell.error(`ulimit: -${letter}: invalid option`);
      await shell.writeError('ulimit: usage: ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]\n');
      return 2;
    }
    if (value !== undefined) {
      if (value !== 'unlimited' && !/^\d+$/.test(value)) {
        await shell.error(`ulimit: ${value}: invalid number`);
        return 1;
      }
      shell.limits.set(letter, value);
    } else await shell.print(`${shell.limits.get(letter) ?? found[2]}\n`);
  }
  return 0;
}

export const optionBuiltins: BuiltinTable = {
  set,
  shopt,
  shift,
  getopts,
  umask,
  ulimit,
  bind: async () => 0,
  complete: async (shell, args) => {
    const names = args.filter((arg) => !arg.startsWith('-'));
    const last = names[names.length - 1];
    if (args.length === 0 || args[0] === '-p') {
      for (const [name, spec] of shell.completions)
        await shell.print(`complete ${spec} ${quoteForReuse(name).replace(/^'([\w.-]+)'$/, '$1')}\n`);
    } else if (last !== undefined) shell.completions.set(last, args.slice(0, -1).join(' '));
    return 0;
  },
  compopt: async () => 0,
  compgen: async (shell, args) => {
    const at = args.indexOf('-W');
    if (at < 0) return 1;
    const prefix = args[at + 2] ?? '';
    const words = (args[at + 1] ?? '').split(/\s+/).filter((word) => word !== '' && word.startsWith(prefix));
    await shell.print(words.map((word) => `${word}\n`).join(''));
    return words.length > 0 ? 0 : 1;
  },
};
