import { listGroups, listUsers } from '../../machine/accounts';
import type { Completer, CompletionTable } from '../../shell/completion';
import type { Machine } from '../../world/machine';

const SIGNALS =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU'.split(' ');

const users = (machine: Machine) => listUsers(machine).map((user) => user.name);

/** Names that `killall` and `pkill` know processes by. */
function processNames(machine: Machine): string[] {
  const commands = Object.values(machine.processes).map((process) => process.command);
  return commands
    .map((command) => (command.split(' ')[0] ?? '').replace(/^.*\/|^-|:$/g, ''))
    .filter((name) => name !== '');
}

const kill: Completer = ({ machine, words, current }) => {
  if (current.startsWith('-')) return SIGNALS.map((name) => `-${name}`);
  if (words.at(-2) === '-s') return SIGNALS;
  return Object.keys(machine.processes);
};

const byName: Completer = ({ machine, current }) =>
  current.startsWith('-') ? SIGNALS.map((name) => `-${name}`) : processNames(machine);

const user: Completer = ({ machine, current }) => (current.startsWith('-') ? undefined : users(machine));

/** `chown USER:GROUP FILE`. */
const chown: Completer = ({ machine, words, current }) => {
  if (current.startsWith('-') || words.slice(1, -1).some((word) => !word.startsWith('-'))) return undefined;
  const colon = current.indexOf(':') + 1;
  if (colon === 0) return users(machine);
  return listGroups(machine).map((group) => current.slice(0, colon) + group.name);
};

const chgrp: Completer = ({ machine, words }) =>
  words.slice(1, -1).some((word) => !word.startsWith('-')) ? undefined : listGroups(machine).map(({ name }) => name);

/** Tools of the base system. Directories are also where files are made. */
export const completions: CompletionTable = {
  cd: () => 'directories',
  pushd: () => 'directories',
  rmdir: () => 'directories',
  mkdir: ({ current }) => (current.startsWith('-') ? ['--help', '--mode=', '--parents', '--verbose'] : 'directories'),
  kill,
  killall: byName,
  pkill: byName,
  pgrep: byName,
  pidof: byName,
  su: user,
  id: user,
  passwd: user,
  userdel: user,
  usermod: user,
  chage: user,
  chown,
  chgrp,
};
