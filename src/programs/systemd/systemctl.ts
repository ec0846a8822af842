import { isManaged } from '../../machine/units';
import type { Program } from '../../shell/process';
import { type OptionSpec, type ParsedOptions, parseOptions, programName, UsageError } from '../options';
import type { Call, Verb, VerbEntry } from './call';
import { changeFiles } from './enable';
import { changeUnits } from './jobs';
import { type ListOptions, listFiles, listSockets, listTimers, listUnits } from './lists';
import { powerVerbs, shutdownProgram } from './poweroff';
import { queryVerbs } from './queries';
import { unitVerbStatus } from './statusverb';

const specs: readonly OptionSpec[] = [
  { key: 'now', long: ['now'] },
  { key: 'no-pager', long: ['no-pager'] },
  { key: 'no-legend', long: ['no-legend'] },
  { key: 'no-block', long: ['no-block'] },
  { key: 'no-reload', long: ['no-reload'] },
  { key: 'no-wall', long: ['no-wall'] },
  { key: 'no-warn', long: ['no-warn'] },
  { key: 'no-ask-password', long: ['no-ask-password'] },
  { key: 'plain', long: ['plain'] },
  { key: 'quiet', short: 'q', long: ['quiet'] },
  { key: 'all', short: 'a', long: ['all'] },
  { key: 'full', short: 'l', long: ['full'] },
  { key: 'force', short: 'f', long: ['force'] },
  { key: 'recursive', short: 'r', long: ['recursive'] },
  { key: 'reverse', long: ['reverse'] },
  { key: 'after', long: ['after'] },
  { key: 'before', long: ['before'] },
  { key: 'system', long: ['system'] },
  { key: 'user', long: ['user'] },
  { key: 'global', long: ['global'] },
  { key: 'runtime', long: ['runtime'] },
  { key: 'failed', long: ['failed'] },
  { key: 'value', long: ['value'] },
  { key: 'wait', long: ['wait'] },
  { key: 'dry-run', long: ['dry-run'] },
  { key: 'version', long: ['version'] },
  { key: 'help', short: 'h', long: ['help'] },
  { key: 'show-types', long: ['show-types'] },
  { key: 'ignore-inhibitors', short: 'i', long: ['ignore-inhibitors'] },
  { key: 'type', short: 't', long: ['type'], value: 'required' },
  { key: 'state', long: ['state'], value: 'required' },
  { key: 'property', short: 'p', long: ['property'], value: 'required' },
  { key: 'lines', short: 'n', long: ['lines'], value: 'required' },
  { key: 'output', short: 'o', long: ['output'], value: 'required' },
  { key: 'signal', short: 's', long: ['signal'], value: 'required' },
  { key: 'kill-whom', long: ['kill-whom', 'kill-who'], value: 'required' },
  { key: 'job-mode', long: ['job-mode'], value: 'required' },
  { key: 'host', short: 'H', long: ['host'], value: 'required' },
  { key: 'machine', short: 'M', long: ['machine'], value: 'required' },
  { key: 'root', long: ['root'], value: 'required' },
  { key: 'message', long: ['message'], value: 'required' },
  { key: 'preset-mode', long: ['preset-mode'], value: 'required' },
];

/** What a call over the bus takes, in ms. */
const BUS_MS = 8;

function listOptions({ operands, options }: Call): ListOptions {
  const words = (key: string) => options.values(key).flatMap((value) => value.split(','));
  return {
    all: options.has('all'),
    types: words('type').filter((word) => word !== 'help'),
    states: [...words('state'), ...(options.has('failed') ? ['failed'] : [])],
    patterns: operands,
    legend: !options.has('no-legend') && !options.has('quiet'),
    plain: options.has('plain'),
  };
}

const print =
  (make: (call: Call) => string): Verb =>
  async (call) => {
    await call.process.stdout.write(make(call));
    return 0;
  };

/** Every verb by name. */
export const verbs: Readonly<Record<string, VerbEntry>> = {
  'list-units': { run: print((call) => listUnits(call.process, listOptions(call))) },
  'list-unit-files': { run: print((call) => listFiles(call.process, listOptions(call))) },
  'list-timers': { run: print((call) => listTimers(call.process)) },
  'list-sockets': { run: print((call) => listSockets(call.process)) },
  status: { run: unitVerbStatus },
  ...Object.fromEntries(
    [
      'start',
      'stop',
      'restart',
      'try-restart',
      'reload',
      'reload-or-restart',
      'try-reload-or-restart',
      'force-reload',
      'condrestart',
    ].map((verb) => [verb, { run: changeUnits, min: 1 }]),
  ),
  isolate: { run: changeUnits, min: 1, max: 1 },
  ...Object.fromEntries(
    ['enable', 'disable', 'reenable', 'mask', 'unmask', 'preset', 'link', 'revert'].map((verb) => [
      verb,
      { run: changeFiles, min: 1 },
    ]),
  ),
  ...queryVerbs,
  ...powerVerbs,
};

/** `systemctl`, and the names it has as halt, poweroff, reboot, shutdown … */
export const systemctl: Program = async (process) => {
  const name = programName(process);
  if (name !== 'systemctl') return shutdownProgram(process);
  let options: ParsedOptions;
  try {
    options = parseOptions(name, process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n`);
    return 1;
  }
  if (options.has('help')) {
    await process.stdout.write(
      'systemctl [OPTIONS...] COMMAND ...\n\nQuery or send control commands to the system manager.\n',
    );
    return 0;
  }
  if (options.has('version')) {
    const version = process.machine.distribution === 'debian-12' ? '252.31-1~deb12u1' : '252-2.el9';
    await process.stdout.write(
      `systemd 252 (${version})\n+PAM +AUDIT +SELINUX -APPARMOR +IMA +SMACK +SECCOMP +GCRYPT +GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS -FIDO2 +IDN2 -IDN -IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT -QRENCODE +TPM2 +BZIP2 +LZ4 +XZ +ZLIB +ZSTD -BPF_FRAMEWORK +XKBCOMMON +UTMP +SYSVINIT default-hierarchy=unified\n`,
    );
    return 0;
  }
  const verb = options.operands[0] ?? 'list-units';
  const entry = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!entry) {
    await process.stderr.write(`Unknown command verb ${verb}.\n`);
    return 1;
  }
  const operands = options.operands.slice(1);
  if (operands.length < (entry.min ?? 0)) {
    await process.stderr.write('Too few arguments.\n');
    return 1;
  }
  if (operands.length > (entry.max ?? Number.POSITIVE_INFINITY)) {
    await process.stderr.write('Too many arguments.\n');
    return 1;
  }
  if (!isManaged(process.machine)) {
    await process.stderr.write('Failed to connect to bus: No such file or directory\n');
    return 1;
  }
  await process.sleep(BUS_MS);
  return entry.run({ process, verb, operands, options });
};
