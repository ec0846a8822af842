import { catalogue } from '../../machine/packages/catalogue';
import { type Completer, type CompletionTable, operandsBefore } from '../../shell/completion';
import type { Machine } from '../../world/machine';
import { commands } from './dnf';
import { repositories } from './repositories';

const OPTIONS =
  '--allowerasing --assumeno --assumeyes --best --cacheonly --disablerepo= --downloadonly --enablerepo= --exclude= --help --nobest --nogpgcheck --quiet --refresh --releasever= --repo= --showduplicates --skip-broken --verbose --version'.split(
    ' ',
  );

const INSTALLED = /^(remove|erase|autoremove|upgrade|update|reinstall|downgrade|mark)$/;
const OFFERED = /^(install|info|list|repoquery|search|provides|download)$/;

/** Packages of the enabled repositories. */
function offered(machine: Machine): string[] {
  const enabled = new Set(
    repositories(machine)
      .filter((repository) => repository.enabled)
      .map(({ id }) => id),
  );
  return [...catalogue.values()].filter((entry) => enabled.has(entry.repository)).map((entry) => entry.name);
}

const dnf: Completer = (context) => {
  const { current, machine } = context;
  const repository = /^--(?:enablerepo|disablerepo|repo|repoid)=/.exec(current)?.[0];
  if (repository !== undefined) return repositories(machine).map(({ id }) => repository + id);
  if (/^--(enable|disable)?repo$/.test(context.words.at(-2) ?? '')) return repositories(machine).map(({ id }) => id);
  if (current.startsWith('-')) {
    const verb = operandsBefore(context)[0];
    return verb === 'config-manager' ? [...OPTIONS, '--add-repo=', '--set-disabled', '--set-enabled'] : OPTIONS;
  }
  const [verb] = operandsBefore(context);
  if (verb === undefined) return Object.keys(commands);
  if (verb === 'config-manager') return repositories(machine).map(({ id }) => id);
  if (verb === 'clean') return ['all', 'dbcache', 'expire-cache', 'metadata', 'packages'];
  if (verb === 'group') return ['info', 'install', 'list', 'remove', 'summary', 'upgrade'];
  if (verb === 'repolist') return [];
  if (verb === 'install' && /[/.]/.test(current)) return undefined;
  if (INSTALLED.test(verb)) return Object.keys(machine.packages);
  if (OFFERED.test(verb)) return [...new Set([...offered(machine), ...Object.keys(machine.packages)])];
  return [];
};

const rpm: Completer = ({ machine, words, current }) => {
  if (current.startsWith('-')) return undefined;
  const mode = words.slice(1, -1).find((word) => /^-[a-zA-Z]/.test(word)) ?? '';
  if (/^-[qe]/.test(mode) && !/[fp]/.test(mode)) return Object.keys(machine.packages);
  return undefined;
};

export const completions: CompletionTable = { dnf, yum: dnf, rpm };
