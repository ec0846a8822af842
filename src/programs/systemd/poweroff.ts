import { cancelShutdown, powerOff, requestShutdown, reset, scheduleShutdown } from '../../machine/power';
import type { Process, Program } from '../../shell/process';
import { formatDate } from '../coreutils/dates';
import { programName } from '../options';
import { authorized, type Call, type VerbEntry } from './call';
import { unixTime } from './format';

type Kind = 'reboot' | 'poweroff' | 'halt';

/** Begins a clean shutdown, or with `--force` a sudden one; the caller lives on until its processes are ended. */
function shutDown(process: Process, kind: Kind, force: number): void {
  process.transact((world) => {
    if (force < 2) requestShutdown(world, process.machineName, kind);
    else if (kind === 'reboot') reset(world, process.machineName);
    else powerOff(world, process.machineName);
  });
}

const powerVerb =
  (kind: Kind) =>
  async (call: Call): Promise<number> => {
    if (
      !(await authorized(
        call,
        { reboot: 'reboot system via logind', poweroff: 'power off system via logind', halt: 'halt system via logind' }[
          kind
        ],
      ))
    )
      return 1;
    shutDown(call.process, kind, call.options.given.filter(({ key }) => key === 'force').length);
    return 0;
  };

/** Verbs that end the system. */
export const powerVerbs: Readonly<Record<string, VerbEntry>> = {
  reboot: { run: powerVerb('reboot') },
  poweroff: { run: powerVerb('poweroff') },
  halt: { run: powerVerb('halt') },
};

/** Options of the old names; a wrong one must not end the system. */
const UNDERSTOOD = /^(-[HPrhkcfpwdnt]+|--(help|halt|poweroff|reboot|no-wall|force|wtmp-only|no-wtmp|show))$/;

/** `reboot`, `poweroff`, `halt`, `shutdown`, `telinit`: the old names that lead to systemctl. */
export const shutdownProgram: Program = async (process) => {
  const name = programName(process);
  const args = process.argv.slice(1);
  const wrong = args.find((arg) => arg.startsWith('-') && !UNDERSTOOD.test(arg));
  if (args.includes('--help')) {
    const usage =
      name === 'shutdown'
        ? '[OPTIONS...] [TIME] [WALL...]'
        : /init$/.test(name)
          ? '[OPTIONS...] COMMAND'
          : '[OPTIONS...]';
    await process.stdout.write(`${name} ${usage}\n`);
    return 0;
  }
  if (wrong !== undefined) {
    const what = wrong.startsWith('--') ? `unrecognized option '${wrong}'` : `invalid option -- '${wrong.charAt(1)}'`;
    await process.stderr.write(`${name}: ${what}\n`);
    return 1;
  }
  if (process.credentials.uid !== 0) {
    await process.stderr.write(
      `Failed to set wall message, ignoring: Interactive authentication required.\nFailed to ${name === 'poweroff' ? 'power off' : name === 'shutdown' ? 'schedule shutdown' : name} system via logind: Interactive authentication required.\n`,
    );
    return 1;
  }
  const force = args.filter((arg) => /^-[a-z]*f/.test(arg) || arg === '--force').length;
  switch (name) {
    case 'reboot':
    case 'poweroff':
    case 'halt':
      shutDown(process, args.includes('-p') ? 'poweroff' : name, force > 0 ? 2 : 0);
      return 0;
    case 'init':
    case 'telinit':
      return changeLevel(process, args[0] ?? '');
    default:
      return shutdown(process, args);
  }
};

async function changeLevel(process: Process, level: string): Promise<number> {
  if (level === '0') shutDown(process, 'poweroff', 0);
  else if (level === '6') shutDown(process, 'reboot', 0);
  else if (!/^[1-5sS]$/.test(level)) {
    await process.stderr.write('Need exactly one argument: init <runlevel>\n');
    return 1;
  }
  return 0;
}

/** `shutdown [-r|-h|-P|-c] [TIME]`. */
async function shutdown(process: Process, args: readonly string[]): Promise<number> {
  const kind: Kind = args.some((arg) => /^-[a-z]*r/.test(arg)) ? 'reboot' : args.includes('-H') ? 'halt' : 'poweroff';
  if (args.includes('-c')) {
    process.transact((world) => cancelShutdown(world, process.machineName));
    return 0;
  }
  const when = args.find((arg) => !arg.startsWith('-')) ?? '+1';
  const minutes = when === 'now' ? 0 : /^\+?\d+$/.test(when) ? Number(when.replace('+', '')) : null;
  if (minutes === null) {
    await process.stderr.write(`Failed to parse time specification: ${when}\n`);
    return 1;
  }
  if (minutes > 0) {
    const at = formatDate(process, unixTime(process, process.world.now + minutes * 60_000), '%a %Y-%m-%d %H:%M:%S %Z');
    await process.stderr.write(`Shutdown scheduled for ${at}, use 'shutdown -c' to cancel.\n`);
    process.transact((world, machine) => {
      scheduleShutdown(world, machine.name, kind, minutes * 60_000);
    });
    return 0;
  }
  shutDown(process, kind, 0);
  return 0;
}
