import { FileError, normalizePath, readFile } from '../../machine/files';
import { changeCib, cibTarget, readCib } from '../../pacemaker/cib/access';
import { diskDigest, wireDigest } from '../../pacemaker/cib/digest';
import { CibError } from '../../pacemaker/cib/errors';
import { formatXml } from '../../pacemaker/cib/format';
import { newCib } from '../../pacemaker/cib/new';
import type { CibOperation } from '../../pacemaker/cib/operations';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { findSection } from '../../pacemaker/cib/sections';
import { elementAt } from '../../pacemaker/cib/tree';
import { describePath, selectPaths, XPathError } from '../../pacemaker/cib/xpath';
import type { Process, Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { EX, versionText } from './tool';

const COMMANDS = [
  'upgrade',
  'query',
  'erase',
  'bump',
  'create',
  'modify',
  'patch',
  'replace',
  'delete',
  'delete-all',
] as const;
type Command = (typeof COMMANDS)[number] | 'empty' | 'md5-sum' | 'md5-sum-versioned';

function flag(key: string, short: string, long = key): OptionSpec {
  return { key, short, long: [long] };
}

function valued(key: string, short: string): OptionSpec {
  return { key, short, long: [key], value: 'required' };
}

const OPTIONS: readonly OptionSpec[] = [
  flag('help', '?'),
  flag('version', '$'),
  flag('verbose', 'V'),
  flag('upgrade', 'u'),
  flag('query', 'Q'),
  flag('erase', 'E'),
  flag('bump', 'B'),
  flag('create', 'C'),
  flag('modify', 'M'),
  flag('patch', 'P'),
  flag('replace', 'R'),
  flag('delete', 'D'),
  flag('delete-all', 'd'),
  flag('empty', 'a'),
  flag('md5-sum', '5'),
  flag('md5-sum-versioned', '6'),
  { key: 'show-access', short: 'S', long: ['show-access'], value: 'optional' },
  flag('force', 'f'),
  valued('timeout', 't'),
  valued('user', 'U'),
  flag('sync-call', 's'),
  flag('local', 'l'),
  flag('allow-create', 'c'),
  flag('no-children', 'n'),
  valued('xml-text', 'X'),
  valued('xml-file', 'x'),
  flag('xml-pipe', 'p'),
  valued('scope', 'o'),
  valued('xpath', 'A'),
  flag('node-path', 'e'),
  valued('node', 'N'),
];

/** Synopsis as the real tool has it, explanations in our words. */
const USAGE = `cibadmin - query and edit the Pacemaker configuration
Usage: cibadmin <command> [options]
Options:
 -?, --help		This text
 -$, --version		Version information
 -V, --verbose		Increase debug output

Commands:
 -u, --upgrade		Upgrade to the newest schema
 -Q, --query		Print the CIB or a part of it
 -E, --erase		Remove everything
 -B, --bump		Raise the epoch by 1
 -C, --create		Add an object that isn't there yet
 -M, --modify		Change an object that is there
 -P, --patch		Apply a difference
 -R, --replace		Put an object in place of another
 -D, --delete		Delete the first object that fits
 -d, --delete-all	With --xpath: delete all that fit
 -a, --empty		Print an empty CIB
 -5, --md5-sum		Digest as on disk
 -6, --md5-sum-versioned	Digest as between nodes
 -S, --show-access[=value]	Show what an ACL allows

Additional options:
 -f, --force
 -t, --timeout=value	Seconds to wait
 -U, --user=value	Act with this user's rights
 -s, --sync-call	Wait for the result
 -l, --local		Here only
 -c, --allow-create	Let --modify create
 -n, --no-children	Without what is below

Data:
 -X, --xml-text=value	XML from the command line
 -x, --xml-file=value	XML from a file
 -p, --xml-pipe		XML from standard input

 -o, --scope=value	Section of the CIB
 -A, --xpath=value	XPath instead of --scope
 -e, --node-path	Paths of the matches
 -N, --node=value	Host to ask
`;

const DANGEROUS =
  'The supplied command is considered dangerous.  To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.\n';

/** `cibadmin`: queries and changes the CIB. */
export const cibadmin: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('cibadmin', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return EX.usage;
  }
  if (options.has('help')) {
    await process.stdout.write(USAGE);
    return EX.ok;
  }
  if (options.has('version')) {
    await process.stdout.write(versionText());
    return EX.ok;
  }
  const command = commandOf(options);
  if (command === null || options.operands.length > 0) {
    const stray = options.operands.length > 0 ? `non-option ARGV-elements: ${options.operands.join(' ')}\n` : '';
    await process.stderr.write(stray + USAGE);
    return EX.usage;
  }
  if (command === 'empty') {
    await process.stdout.write(formatXml(newCib()));
    return EX.ok;
  }
  const dangerous = command === 'erase' || command === 'upgrade' || command === 'delete-all';
  if (dangerous && !options.has('force')) {
    await process.stderr.write(DANGEROUS);
    return EX.unsafe;
  }
  return runCommand(process, command, options);
};

function commandOf(options: ParsedOptions): Command | null {
  const known: readonly string[] = [...COMMANDS, 'empty', 'md5-sum', 'md5-sum-versioned'];
  const found = options.given.findLast((option) => known.includes(option.key));
  return found ? (found.key as Command) : options.has('show-access') ? 'query' : null;
}

async function runCommand(process: Process, command: Command, options: ParsedOptions): Promise<number> {
  const input = await readInput(process, options);
  if (input === 'unreadable') return EX.config;
  if (command === 'md5-sum' || command === 'md5-sum-versioned') return digest(process, command, input);
  const target = cibTarget(process.env, process.cwd);
  const user = options.value('user') ?? (target.kind === 'file' ? process.env.CIB_user : undefined);
  const client = { ...process.credentials, client: 'cibadmin', user: user ?? process.credentials.user };
  try {
    if (command === 'query')
      return await query(process, readCib(process.world, process.machineName, target, client), options);
    const operation = operationOf(command, options, input);
    if (operation === null) {
      readCib(process.world, process.machineName, target, client);
      throw new CibError('EINVAL');
    }
    process.transact((world) => changeCib(world, process.machineName, target, client, operation));
    return EX.ok;
  } catch (error) {
    if (!(error instanceof CibError)) throw error;
    return complain(process, error);
  }
}

async function complain(process: Process, error: CibError): Promise<number> {
  if (error.code === 'ENOTCONN') {
    await process.stderr.write(
      `Could not connect to the CIB: ${error.message}\nInit failed, could not perform requested operations\n`,
    );
    return error.status;
  }
  if (error.details.stdout) await process.stdout.write(error.details.stdout);
  if (error.details.stderr) await process.stderr.write(error.details.stderr);
  await process.stderr.write(`Call failed: ${error.message}\n`);
  return error.status;
}

/** The XML of -X, -x or -p; a broken one counts as far as it could be read, as libxml2 recovers. */
async function readInput(process: Process, options: ParsedOptions): Promise<Element | undefined | 'unreadable'> {
  const text = options.value('xml-text');
  const file = options.value('xml-file');
  if (text !== undefined && text !== null) return parseInput(process, text, 'input string');
  if (file !== undefined && file !== null) {
    let content: string;
    try {
      content = readFile(process.machine, normalizePath(file, process.cwd), process.credentials);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await process.stderr.write(`Couldn't parse input file: ${file}\n`);
      return 'unreadable';
    }
    return parseInput(process, content, `input file: ${file}`);
  }
  if (options.has('xml-pipe')) return parseInput(process, await process.stdin.readAll(), 'STDIN.');
  return undefined;
}

async function parseInput(process: Process, text: string, source: string): Promise<Element | 'unreadable'> {
  try {
    return parseXml(text, { comments: true });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    if (error.partial) return error.partial;
    await process.stderr.write(
      source === 'input string' ? "Couldn't parse input from input string.\n" : `Couldn't parse ${source}\n`,
    );
    return 'unreadable';
  }
}

async function digest(process: Process, command: Command, input: Element | undefined): Promise<number> {
  if (!input) {
    await process.stderr.write('Please supply XML to process with -X, -x or -p\n');
    return EX.usage;
  }
  if (command === 'md5-sum') {
    await process.stderr.write('Digest: ');
    await process.stdout.write(`${diskDigest(input)}\n`);
  } else {
    await process.stderr.write(`Versioned (${input.attributes.crm_feature_set ?? ''}) digest: `);
    await process.stdout.write(`${wireDigest(input)}\n`);
  }
  return EX.ok;
}

async function query(process: Process, cib: Element, options: ParsedOptions): Promise<number> {
  const bare = (element: Element) => (options.has('no-children') ? { ...element, children: [] } : element);
  const xpath = options.value('xpath');
  if (xpath === undefined || xpath === null) {
    const section = findSection(cib, options.value('scope') ?? undefined);
    if (!section) throw new CibError('ENXIO');
    await process.stdout.write(formatXml(bare(section)));
    return EX.ok;
  }
  const paths = pathsOf(cib, xpath);
  if (paths.length === 0) throw new CibError('ENXIO');
  if (options.has('node-path')) {
    await process.stdout.write(paths.map((path) => `${describePath(cib, path)}\n`).join(''));
    return EX.ok;
  }
  const found = paths.map((path) => bare(elementAt(cib, path)));
  const [only, ...others] = found;
  const shown = only && others.length === 0 ? only : { name: 'xpath-query', attributes: {}, children: found };
  await process.stdout.write(formatXml(shown));
  return EX.ok;
}

/** A wrong expression selects nothing. */
function pathsOf(cib: Element, xpath: string) {
  try {
    return selectPaths(cib, xpath);
  } catch (error) {
    if (error instanceof XPathError) return [];
    throw error;
  }
}

/** The change that a command asks for; null where it needs XML and got none. */
function operationOf(command: Command, options: ParsedOptions, input: Element | undefined): CibOperation | null {
  const section = options.value('scope') ?? undefined;
  const xpath = options.value('xpath') ?? undefined;
  switch (command) {
    case 'erase':
      return { kind: 'erase' };
    case 'bump':
      return { kind: 'bump' };
    case 'upgrade':
      return { kind: 'upgrade' };
    case 'delete':
    case 'delete-all':
      if (xpath !== undefined) return { kind: 'delete', xpath, all: command === 'delete-all' };
      return input ? { kind: 'delete', section, input } : null;
    case 'create':
      return input ? { kind: 'create', section, input } : null;
    case 'patch':
      return input ? { kind: 'patch', input } : null;
    case 'modify':
      return input ? { kind: 'modify', section, input, xpath, allowCreate: options.has('allow-create') } : null;
    case 'replace':
      return input ? { kind: 'replace', section, input, xpath } : null;
    default:
      return null;
  }
}
