import { enablementOf } from '../../machine/enablement';
import { unitFileNames } from '../../machine/unitload';
import { type Completer, type CompletionTable, operandsBefore } from '../../shell/completion';
import type { Machine } from '../../world/machine';
import { verbs } from './systemctl';

const OPTIONS =
  '--all --failed --force --full --help --lines= --no-ask-password --no-block --no-legend --no-pager --now --output= --property= --quiet --runtime --state= --type= --value --version'.split(
    ' ',
  );

const JOURNAL_OPTIONS =
  '--all --boot --catalog --dmesg --follow --grep= --help --identifier= --lines= --list-boots --no-full --no-hostname --no-pager --no-tail --output= --pager-end --priority= --quiet --reverse --since= --unit= --until= --utc --version'.split(
    ' ',
  );

/** Verbs that take no unit. */
const ALONE =
  /^(list-(units|timers|sockets|jobs|unit-files)|daemon-re(load|exec)|default|rescue|emergency|halt|poweroff|reboot|is-system-running|get-default|show-environment)$/;

/** Loaded units and those that could be loaded; templates need an instance. */
function unitNames(machine: Machine): string[] {
  const loaded = Object.keys(machine.units).filter((name) => machine.units[name]?.loaded !== null);
  return [...new Set([...loaded, ...unitFileNames(machine)])].filter((name) => !/@\.\w+$/.test(name));
}

/** Units that a verb could do something with, as systemd's own completion chooses them. */
function unitsFor(verb: string, machine: Machine): string[] {
  const names = unitNames(machine);
  const isActive = (name: string) => machine.units[name]?.active === 'active';
  if (verb === 'start') return names.filter((name) => !isActive(name) && !/\.(device|scope)$/.test(name));
  if (verb === 'stop' || verb === 'kill' || verb === 'reload') return names.filter(isActive);
  if (verb === 'enable' || verb === 'disable') {
    const wanted = verb === 'enable' ? /^(disabled|indirect|linked)$/ : /^(enabled|enabled-runtime)$/;
    return unitFileNames(machine).filter((name) => wanted.test(enablementOf(machine, name)));
  }
  if (verb === 'unmask') return unitFileNames(machine).filter((name) => /masked/.test(enablementOf(machine, name)));
  if (verb === 'isolate' || verb === 'set-default') return names.filter((name) => name.endsWith('.target'));
  return names;
}

const systemctl: Completer = (context) => {
  const { current, machine } = context;
  if (current.startsWith('-')) return OPTIONS;
  if (context.words.at(-2) === '-t') return ['mount', 'path', 'service', 'slice', 'socket', 'target', 'timer'];
  const [verb] = operandsBefore(context);
  if (verb === undefined) return Object.keys(verbs);
  return ALONE.test(verb) ? [] : unitsFor(verb, machine);
};

const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

const journalctl: Completer = ({ machine, words, current }) => {
  const before = words.at(-2) ?? '';
  const unitOption = /^(--unit=)/.exec(current)?.[1];
  if (unitOption !== undefined) return journalUnits(machine).map((name) => unitOption + name);
  if (/^(-[a-z]*u|--unit)$/.test(before)) return journalUnits(machine);
  if (/^(-[a-z]*p|--priority)$/.test(before)) return PRIORITIES;
  if (/^(-[a-z]*t|--identifier)$/.test(before)) return [...new Set(machine.log.map((entry) => entry.identifier))];
  if (current.startsWith('-')) return JOURNAL_OPTIONS;
  return undefined;
};

function journalUnits(machine: Machine): string[] {
  const logged = machine.log.map((entry) => entry.unit).filter((unit) => unit !== null);
  return [...new Set([...unitNames(machine), ...logged])];
}

const words =
  (first: string, second: Readonly<Record<string, string>> = {}): Completer =>
  (context) => {
    const [verb] = operandsBefore(context);
    if (verb === undefined) return first.split(' ');
    return Object.hasOwn(second, verb) ? second[verb]?.split(' ') : [];
  };

export const completions: CompletionTable = {
  systemctl,
  journalctl,
  hostnamectl: words('chassis deployment hostname icon-name location status'),
  timedatectl: words('list-timezones set-local-rtc set-ntp set-time set-timezone show status timesync-status', {
    'set-ntp': 'false true',
    'set-timezone': 'Asia/Seoul Asia/Tokyo America/New_York Europe/Berlin Europe/London UTC',
  }),
  localectl: words('list-keymaps list-locales set-keymap set-locale status'),
  loginctl: words('list-seats list-sessions list-users session-status show-session user-status'),
  chronyc: words('activity makestep ntpdata sources sourcestats tracking'),
};
