import { catalogue, packagesFor } from '../../machine/packages/catalogue';
import type { Package } from '../../machine/packages/package';
import type { Process } from '../../shell/process';
import type { ParsedOptions } from '../options';
import type { Repository } from './repositories';
import { nvra } from './text';

/** One call of dnf. */
export interface Call {
  process: Process;
  options: ParsedOptions;
  operands: readonly string[];
  /** Enabled repositories. */
  enabled: readonly Repository[];
}

/** Ids of the enabled repositories. */
export function repositoryIds(call: Call): string[] {
  return call.enabled.map(({ id }) => id);
}

/** The packages that an argument means among the enabled repositories: by name, `name.arch`, `name-version`, or pattern. */
export function matchOffered(call: Call, argument: string): Package[] {
  const ids = repositoryIds(call);
  const inForce = (entry: Package) => ids.includes(entry.repository);
  const plain = argument.replace(/\.(x86_64|noarch)$/, '');
  const named = packagesFor(plain).filter(inForce);
  if (named.length > 0) return named.slice(0, 1);
  if (argument.startsWith('/')) {
    return [...catalogue.values()]
      .filter((entry) => inForce(entry) && entry.files?.some((file) => file.path === argument))
      .slice(0, 1);
  }
  if (/[*?[]/.test(argument)) {
    const pattern = globPattern(argument);
    return [...catalogue.values()].filter((entry) => inForce(entry) && pattern.test(entry.name));
  }
  return [...catalogue.values()].filter(
    (entry) =>
      inForce(entry) &&
      (nvra(entry) === argument ||
        argument === `${entry.name}-${entry.version}` ||
        nvra(entry).startsWith(`${argument}.`)),
  );
}

export function globPattern(text: string): RegExp {
  return new RegExp(
    `^${text
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );
}
