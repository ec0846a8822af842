import type { Package } from '../../machine/packages/package';
import type { Program } from '../../shell/process';
import { type OptionSpec, type ParsedOptions, parseOptions, programName, UsageError } from '../options';
import { type Call, globPattern, matchOffered, repositoryIds } from './call';
import { configManager } from './configmanager';
import { groupPackages } from './groups';
import { historyTable } from './history';
import { cleanMetadata, loadMetadata } from './metadata';
import { checkUpdate, info, list, provides, repolist, repoquery, search } from './queries';
import { selectRepositories } from './repositories';
import {
  emptyTransaction,
  isEmpty,
  type Problem,
  planInstall,
  planRemove,
  planUpgrade,
  type Transaction,
} from './solver';
import { runTransaction } from './transaction';

const specs: readonly OptionSpec[] = [
  { key: 'yes', short: 'y', long: ['assumeyes'] },
  { key: 'no', long: ['assumeno'] },
  { key: 'quiet', short: 'q', long: ['quiet'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
  { key: 'best', short: 'b', long: ['best'] },
  { key: 'nobest', long: ['nobest'] },
  { key: 'cacheonly', short: 'C', long: ['cacheonly'] },
  { key: 'refresh', long: ['refresh'] },
  { key: 'skip-broken', long: ['skip-broken'] },
  { key: 'allowerasing', long: ['allowerasing'] },
  { key: 'nogpgcheck', long: ['nogpgcheck', 'no-gpgchecks'] },
  { key: 'downloadonly', long: ['downloadonly'] },
  { key: 'installed', long: ['installed'] },
  { key: 'available', long: ['available'] },
  { key: 'upgrades', long: ['upgrades', 'updates'] },
  { key: 'all', long: ['all'] },
  { key: 'enabled', long: ['enabled', 'set-enabled'] },
  { key: 'disabled', long: ['disabled', 'set-disabled'] },
  { key: 'showduplicates', long: ['showduplicates'] },
  { key: 'requires', long: ['requires'] },
  { key: 'list', short: 'l', long: ['list'] },
  { key: 'help', short: 'h', long: ['help'] },
  { key: 'version', long: ['version'] },
  { key: 'enablerepo', long: ['enablerepo', 'enable-repo'], value: 'required' },
  { key: 'disablerepo', long: ['disablerepo', 'disable-repo'], value: 'required' },
  { key: 'repo', long: ['repo', 'repoid'], value: 'required' },
  { key: 'setopt', long: ['setopt'], value: 'required' },
  { key: 'exclude', short: 'x', long: ['exclude', 'excludepkgs'], value: 'required' },
  { key: 'releasever', long: ['releasever'], value: 'required' },
  { key: 'installroot', long: ['installroot'], value: 'required' },
  { key: 'color', long: ['color'], value: 'required' },
  { key: 'config', short: 'c', long: ['config'], value: 'required' },
];

type Command = (call: Call) => Promise<number>;

interface Entry {
  run: Command;
  root?: boolean;
  /** Name of the first operand that must be there. */
  needs?: string;
  metadata?: boolean;
}

const SUPERUSER =
  'Error: This command has to be run with superuser privileges (under the root user on most systems).\n';

/** Every command by name. */
export const commands: Readonly<Record<string, Entry>> = {
  install: { run: install, root: true, needs: 'PACKAGE', metadata: true },
  remove: { run: remove, root: true, needs: 'PACKAGE' },
  autoremove: { run: autoremove, root: true },
  upgrade: { run: upgrade, root: true, metadata: true },
  reinstall: { run: reinstall, root: true, needs: 'PACKAGE', metadata: true },
  downgrade: { run: downgrade, root: true, needs: 'PACKAGE', metadata: true },
  list: { run: list, metadata: true },
  info: { run: info, metadata: true },
  search: { run: search, needs: 'KEYWORD', metadata: true },
  provides: { run: provides, needs: 'PROVIDE', metadata: true },
  repolist: { run: repolist },
  repoquery: { run: repoquery, metadata: true },
  'check-update': { run: checkUpdate, metadata: true },
  makecache: { run: makecache, metadata: true },
  clean: { run: clean },
  group: { run: group, metadata: true },
  history: { run: history },
  'config-manager': { run: configManager, root: true },
};

const aliases: Readonly<Record<string, string>> = {
  update: 'upgrade',
  'upgrade-minimal': 'upgrade',
  erase: 'remove',
  whatprovides: 'provides',
  localinstall: 'install',
  in: 'install',
  rm: 'remove',
  up: 'upgrade',
  ls: 'list',
  se: 'search',
  if: 'info',
  grp: 'group',
  groups: 'group',
  groupinstall: 'group',
  grouplist: 'group',
  groupinfo: 'group',
  groupremove: 'group',
};

/** `dnf` and `yum`. */
export const dnf: Program = async (process) => {
  const name = programName(process) === 'yum' ? 'yum' : 'dnf';
  let options: ParsedOptions;
  try {
    options = parseOptions(name, process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const wrong = /'(--?[^']*)'/.exec(error.message)?.[1] ?? '';
    const verb = process.argv.slice(1).find((word) => !word.startsWith('-'));
    const what = `${name}${verb === undefined ? '' : ` ${verb}`}`;
    await process.stderr.write(
      `usage: ${what} [options]\n${what}: error: unrecognized arguments: ${wrong.startsWith('-') ? wrong : `-${wrong}`}\n`,
    );
    return 1;
  }
  const typed = options.operands[0];
  if (options.has('version')) {
    await process.stdout.write('4.14.0\n');
    return 0;
  }
  if (typed === undefined) {
    await process.stdout.write(
      `usage: ${name} [options] COMMAND\n\nList of Main Commands:\n\n${Object.keys(commands)
        .sort()
        .map((command) => `${command}\n`)
        .join('')}`,
    );
    return options.has('help') ? 0 : 1;
  }
  const command = aliases[typed] ?? typed;
  const entry = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!entry) {
    await process.stderr.write(
      `No such command: ${typed}. Please use /usr/bin/${name} --help\nIt could be a ${name.toUpperCase()} plugin command, try: "${name} install 'dnf-command(${typed})'"\n`,
    );
    return 1;
  }
  if (options.has('help')) {
    await process.stdout.write(
      `usage: ${name} ${typed} [-c [config file]] [-q] [-v] [-y] [--enablerepo [repo]] [--disablerepo [repo]] ...\n`,
    );
    return 0;
  }
  let operands = options.operands.slice(1);
  if (typed.startsWith('group') && typed.length > 6) operands = [typed.slice(5), ...operands];
  if (entry.needs !== undefined && operands.length === 0) {
    await process.stderr.write(
      `usage: ${name} ${typed} [-c [config file]] [-q] [-v] [--version] [--installroot [path]]\n                   [-y] [--enablerepo [repo]] [--disablerepo [repo]] [-h]\n                   ${entry.needs} [${entry.needs} ...]\n${name} ${typed}: error: the following arguments are required: ${entry.needs}\n`,
    );
    return 1;
  }
  if (entry.root && process.credentials.uid !== 0 && !(options.has('downloadonly') || options.has('no'))) {
    await process.stderr.write(SUPERUSER);
    return 1;
  }
  const split = (key: string) => options.values(key).flatMap((value) => value.split(','));
  const selected = selectRepositories(process.machine, split('enablerepo'), split('disablerepo'), split('repo'));
  if ('unknown' in selected) {
    await process.stderr.write(`Error: Unknown repo: '${selected.unknown}'\n`);
    return 1;
  }
  await process.sleep(450);
  const call: Call = { process, options, operands, enabled: selected.repositories };
  if (options.has('refresh')) cleanMetadata(process);
  if (entry.metadata && !options.has('cacheonly') && !(await loadMetadata(process, call.enabled, options.has('quiet'))))
    return 1;
  return entry.run(call);
};

async function finish(call: Call, plan: Transaction, problem: Problem | null): Promise<number> {
  const { process, options } = call;
  if (problem) {
    await process.stderr.write(problem.text);
    return 1;
  }
  if (isEmpty(plan)) {
    await process.stdout.write('Dependencies resolved.\nNothing to do.\nComplete!\n');
    return 0;
  }
  return runTransaction(process, plan, {
    assumeYes: options.has('yes'),
    assumeNo: options.has('no'),
    downloadOnly: options.has('downloadonly'),
    quiet: options.has('quiet'),
    repositories: call.enabled,
    commandLine: process.argv.slice(1).join(' '),
  });
}

function weak(options: ParsedOptions): boolean {
  return !options.values('setopt').some((value) => /^install_weak_deps=(0|false|no)$/i.test(value));
}

async function install(call: Call): Promise<number> {
  const { process } = call;
  const wanted: Package[] = [];
  const missing: string[] = [];
  const plan = emptyTransaction();
  const names = call.operands.flatMap((argument) =>
    argument.startsWith('@') ? (groupPackages(argument.slice(1)) ?? [argument]) : [argument],
  );
  for (const argument of names) {
    const found = matchOffered(call, argument);
    const present =
      process.machine.packages[argument.replace(/\.(x86_64|noarch)$/, '')] ??
      found.map((entry) => process.machine.packages[entry.name]).find((entry) => entry !== undefined);
    if (found.length === 0 && !present) {
      await process.stdout.write(`No match for argument: ${argument}\n`);
      missing.push(argument);
      continue;
    }
    if (present && !/[*?]/.test(argument)) {
      await process.stdout.write(
        `Package ${present.name}-${present.version}.${present.architecture} is already installed.\n`,
      );
      process.transact((_, machine) => {
        const own = machine.packages[present.name];
        if (own) own.wanted = true;
      });
      planUpgrade(process.machine, repositoryIds(call), [present.name], plan);
      continue;
    }
    for (const entry of found) if (!process.machine.packages[entry.name] && !wanted.includes(entry)) wanted.push(entry);
  }
  if (missing.length > 0 && !call.options.has('skip-broken')) {
    await process.stderr.write(`Error: Unable to find a match: ${missing.join(' ')}\n`);
    return 1;
  }
  const problem = planInstall(process.machine, wanted, repositoryIds(call), plan, weak(call.options));
  return finish(call, plan, problem);
}

async function remove(call: Call): Promise<number> {
  const { process } = call;
  const names: string[] = [];
  for (const argument of call.operands) {
    const pattern = globPattern(argument.replace(/\.(x86_64|noarch)$/, ''));
    const hits = Object.keys(process.machine.packages).filter((name) => pattern.test(name));
    if (hits.length === 0) await process.stdout.write(`No match for argument: ${argument}\n`);
    names.push(...hits);
  }
  if (names.length === 0) await process.stdout.write('No packages marked for removal.\n');
  const plan = emptyTransaction();
  const problem = names.length === 0 ? null : planRemove(process.machine, [...new Set(names)], plan);
  return finish(call, plan, problem);
}

async function autoremove(call: Call): Promise<number> {
  const plan = emptyTransaction();
  const problem = planRemove(call.process.machine, [], plan);
  return finish(call, plan, problem);
}

async function upgrade(call: Call): Promise<number> {
  const { process } = call;
  const plan = emptyTransaction();
  const names: string[] = [];
  for (const argument of call.operands) {
    const pattern = globPattern(argument);
    const hits = Object.keys(process.machine.packages).filter((name) => pattern.test(name));
    if (hits.length === 0) await process.stdout.write(`No match for argument: ${argument}\n`);
    names.push(...hits);
  }
  if (call.operands.length > 0 && names.length === 0) {
    await process.stderr.write(`Error: No packages marked for upgrade.\n`);
    return 1;
  }
  planUpgrade(process.machine, repositoryIds(call), call.operands.length > 0 ? names : null, plan);
  const upgraded = [...plan.upgrade, ...plan.install];
  const extra = emptyTransaction();
  const problem = planInstall(process.machine, upgraded, repositoryIds(call), extra, false);
  plan.dependencies.push(...extra.dependencies.filter((entry) => !upgraded.includes(entry)));
  return finish(call, plan, problem);
}

async function reinstall(call: Call): Promise<number> {
  const { process } = call;
  const plan = emptyTransaction();
  for (const argument of call.operands) {
    const entry = process.machine.packages[argument] ? matchOffered(call, argument)[0] : undefined;
    if (entry) plan.install.push(entry);
    else {
      await process.stdout.write(`No match for argument: ${argument}\n`);
      await process.stderr.write('Error: No packages marked for reinstall.\n');
      return 1;
    }
  }
  return finish(call, plan, null);
}

async function downgrade(call: Call): Promise<number> {
  for (const argument of call.operands) {
    const present = call.process.machine.packages[argument];
    if (!present) await call.process.stdout.write(`No match for argument: ${argument}\n`);
    else
      await call.process.stdout.write(
        `Package ${argument} of lowest version already installed, cannot downgrade it.\n`,
      );
  }
  return finish(call, emptyTransaction(), null);
}

async function makecache({ process }: Call): Promise<number> {
  await process.stdout.write('Metadata cache created.\n');
  return 0;
}

async function clean({ process }: Call): Promise<number> {
  await process.stdout.write(`${cleanMetadata(process)} files removed\n`);
  return 0;
}

async function history({ process }: Call): Promise<number> {
  await process.stdout.write(historyTable(process));
  return 0;
}

async function group(call: Call): Promise<number> {
  const [verb = 'list', ...names] = call.operands;
  const { process } = call;
  if (verb === 'list' || verb === 'summary') {
    await process.stdout.write(
      'Available Environment Groups:\n   Server with GUI\n   Server\n   Minimal Install\n   Workstation\n   Virtualization Host\n   Custom Operating System\nAvailable Groups:\n   Headless Management\n   Development Tools\n   System Tools\n',
    );
    return 0;
  }
  const packages = names.map((name) => ({ name, members: groupPackages(name) }));
  const unknown = packages.filter(({ members }) => members === undefined);
  for (const { name } of unknown) await process.stdout.write(`Module or Group '${name}' is not available.\n`);
  if (unknown.length > 0 && unknown.length === packages.length) {
    await process.stderr.write('Error: Nothing to do.\n');
    return 1;
  }
  const members = packages.flatMap((entry) => entry.members ?? []);
  if (verb === 'info') {
    await process.stdout.write(
      `Group: ${names.join(' ')}\n Mandatory Packages:\n${members.map((member) => `   ${member}\n`).join('')}`,
    );
    return 0;
  }
  if (verb === 'remove') return remove({ ...call, operands: members });
  const absent = members.filter((member) => !process.machine.packages[member]);
  const plan = emptyTransaction();
  const wanted = absent.flatMap((member) => matchOffered(call, member));
  return finish(call, plan, planInstall(process.machine, wanted, repositoryIds(call), plan, weak(call.options)));
}
