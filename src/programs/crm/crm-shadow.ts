import { FileError, readFile, readFileIfThere, removeFile, writeFile } from '../../machine/files';
import { changeCib, readCib, shadowPath } from '../../pacemaker/cib/access';
import { CibError } from '../../pacemaker/cib/errors';
import { formatXml } from '../../pacemaker/cib/format';
import { newCib } from '../../pacemaker/cib/new';
import { parseXml } from '../../pacemaker/cib/parse';
import { descendant } from '../../pacemaker/cib/xml';
import type { Process, Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { EX, versionText } from './tool';

const flag = (key: string, short: string): OptionSpec => ({ key, short, long: [key] });
const valued = (key: string, short: string): OptionSpec => ({ key, short, long: [key], value: 'required' });

const OPTIONS: readonly OptionSpec[] = [
  flag('help', '?'),
  flag('version', '$'),
  flag('verbose', 'V'),
  flag('which', 'w'),
  flag('display', 'p'),
  flag('edit', 'E'),
  flag('diff', 'd'),
  flag('file', 'F'),
  valued('create', 'c'),
  valued('create-empty', 'e'),
  valued('commit', 'C'),
  valued('delete', 'D'),
  valued('reset', 'r'),
  valued('switch', 's'),
  flag('force', 'f'),
  flag('batch', 'b'),
  flag('all', 'a'),
  valued('validate-with', 'v'),
];

const COMMANDS = ['which', 'display', 'file', 'create', 'create-empty', 'commit', 'delete', 'reset', 'switch'] as const;
/** Exit status: the output file is there already. */
const CANNOT_CREATE = 73;

type Command = (typeof COMMANDS)[number];

/** Synopsis as the real tool has it, explanations in our words. */
const USAGE = `crm_shadow - perform Pacemaker configuration changes in a sandbox

With a shadow copy the configuration tools work on a file, and the cluster is
left alone until the copy is committed.

Usage: crm_shadow <query>|<command> [options]
Options:
 -?, --help			This text
 -$, --version			Version information
 -V, --verbose			Increase debug output

Queries:
 -w, --which			Name of the copy in use
 -p, --display			Its contents
 -F, --file			Where it lies

Commands:
 -c, --create=value		A copy of the cluster's configuration
 -e, --create-empty=value	A copy with nothing in it
 -C, --commit=value		Give a copy to the cluster
 -D, --delete=value		Remove a copy
 -r, --reset=value		Begin again with the cluster's configuration
 -s, --switch=value		Use another copy

Additional Options:
 -f, --force			Do it all the same
 -b, --batch			No new shell
 -a, --all			With --commit: the status section too
 -v, --validate-with=value	Schema of an empty copy
`;

const DANGEROUS =
  'The supplied command is considered dangerous.  To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.\n';

/** One run: where the copy lies, and who does it. */
interface Run {
  process: Process;
  options: ParsedOptions;
  name: string;
  path: string;
}

/** `crm_shadow`: copies of the configuration to try things on. */
export const crmShadow: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('crm_shadow', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return EX.usage;
  }
  if (options.has('help')) return say(process, USAGE);
  if (options.has('version')) return say(process, versionText());
  const given = options.given.findLast(({ key }) => (COMMANDS as readonly string[]).includes(key));
  if (!given || options.operands.length > 0) {
    await process.stderr.write(USAGE);
    return EX.usage;
  }
  const name = given.value ?? process.env.CIB_shadow ?? '';
  if (name === '') return refuse(process, 'No active shadow configuration defined\n', EX.noSuch);
  const run = { process, options, name, path: shadowPath(process.env, name, process.cwd) };
  try {
    return await perform(run, given.key as Command);
  } catch (error) {
    if (error instanceof CibError) return refuse(process, `Could not connect to CIB: ${error.message}\n`, error.status);
    if (error instanceof FileError) return refuse(process, `Could not write '${run.path}': ${error.message}\n`, 4);
    throw error;
  }
};

async function say(process: Process, text: string): Promise<number> {
  await process.stdout.write(text);
  return EX.ok;
}

async function refuse(process: Process, text: string, status: number): Promise<number> {
  await process.stderr.write(text);
  return status;
}

async function perform(run: Run, command: Command): Promise<number> {
  const { process, options, name, path } = run;
  switch (command) {
    case 'which':
      return say(process, `${name}\n`);
    case 'file':
      return say(process, `${path}\n`);
    case 'switch':
      return exists(run)
        ? begin(run, `To switch to the named shadow instance, paste the following into your shell:`)
        : missing(run);
    case 'display':
      return exists(run) ? say(process, formatXml(contents(run))) : missing(run);
    case 'create':
    case 'create-empty':
    case 'reset':
      return create(run, command);
    case 'commit':
    case 'delete':
      if (!options.has('force')) return refuse(process, DANGEROUS, EX.usage);
      return command === 'delete' ? remove(run) : commit(run);
  }
}

function exists({ process, path }: Run): boolean {
  return readFileIfThere(process.machine, path) !== undefined;
}

function missing({ process, name }: Run): Promise<number> {
  return refuse(process, `Could not access shadow instance '${name}': No such file or directory\n`, EX.noSuch);
}

function contents({ process, path }: Run): Element {
  return parseXml(readFile(process.machine, path, process.credentials), { comments: true });
}

async function create(run: Run, command: 'create' | 'create-empty' | 'reset'): Promise<number> {
  const { process, options, name, path } = run;
  if (command === 'reset' && !exists(run)) return missing(run);
  if (command !== 'reset' && exists(run) && !options.has('force')) {
    const warning = `A shadow instance '${name}' already exists.\n  To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.\n`;
    return refuse(process, warning, CANNOT_CREATE);
  }
  let cib: Element;
  if (command === 'create-empty') {
    cib = newCib(0);
    const schema = options.value('validate-with');
    if (schema) cib.attributes['validate-with'] = schema;
    await process.stdout.write(`Created new ${cib.attributes['validate-with']} configuration\n`);
  } else cib = readCib(process.world, process.machineName, clusterTarget(run), client(run));
  process.transact((world, machine) => {
    writeFile(machine, path, formatXml(cib), {
      as: process.credentials,
      time: world.epoch + world.now,
      mode: 0o600,
    });
  });
  return begin(run, 'A new shadow instance was created.  To begin using it paste the following into your shell:');
}

/** What stands behind the copy: the cluster, or the file that CIB_file names. */
function clusterTarget({ process }: Run) {
  const file = process.env.CIB_file;
  return file ? ({ kind: 'file', path: file } as const) : ({ kind: 'live' } as const);
}

function client({ process }: Run) {
  return { ...process.credentials, client: 'crm_shadow' };
}

/** Tells how to use the copy: in batch mode by words, otherwise by a shell of its own. */
async function begin({ process, options, name }: Run, words: string): Promise<number> {
  await process.stdout.write('Setting up shadow instance\n');
  if (options.has('batch') || !process.stdout.isTerminal)
    return say(process, `${words}\n  CIB_shadow=${name} ; export CIB_shadow\n`);
  await process.stdout.write(`Type Ctrl-D to exit the crm_shadow shell\n`);
  const child = await process.spawn(['bash', '--norc', '--noprofile'], {
    env: { ...process.env, PS1: `shadow[${name}] # `, CIB_shadow: name },
  });
  return child.wait();
}

async function remove({ process, path, name }: Run): Promise<number> {
  process.transact((world, machine) => {
    if (readFileIfThere(machine, path) !== undefined)
      removeFile(machine, path, { as: process.credentials, time: world.epoch + world.now });
  });
  return end(process, name);
}

async function end(process: Process, name: string): Promise<number> {
  if (process.env.CIB_shadow !== name) return EX.ok;
  const words = 'Please remember to unset the CIB_shadow variable by pasting the following into your shell:';
  return say(process, `${words}\n  unset CIB_shadow\n`);
}

/** Puts the copy's configuration (with --all: the whole of it) in the cluster's place. */
async function commit(run: Run): Promise<number> {
  const { process, options, name } = run;
  if (!exists(run)) return missing(run);
  const cib = contents(run);
  const input = options.has('all') ? cib : descendant(cib, 'configuration');
  if (input)
    try {
      const section = options.has('all') ? undefined : 'configuration';
      process.transact((world) =>
        changeCib(world, process.machineName, clusterTarget(run), client(run), { kind: 'replace', section, input }),
      );
    } catch (error) {
      if (!(error instanceof CibError) || error.code === 'ENOTCONN') throw error;
      const text = `Could not commit shadow instance '${name}' to the CIB: ${error.message}\n`;
      return refuse(process, text, error.status);
    }
  return end(process, name);
}
