import type { Machine } from '../world/machine';
import type { LoadedUnit } from '../world/unit';
import { baseName, lookup } from './files';
import { templateOf, UnitDefinition } from './unitfile';

/** Where unit files lie, most important first. Debian names the last one without `/usr`. */
export function unitPaths(machine: Machine): readonly string[] {
  return machine.distribution === 'debian-12'
    ? ['/etc/systemd/system', '/run/systemd/system', '/usr/local/lib/systemd/system', '/lib/systemd/system']
    : ['/etc/systemd/system', '/run/systemd/system', '/usr/local/lib/systemd/system', '/usr/lib/systemd/system'];
}

/** The directory for units of the distribution. */
export function vendorUnitPath(machine: Machine): string {
  return machine.distribution === 'debian-12' ? '/lib/systemd/system' : '/usr/lib/systemd/system';
}

/** What the search path has for a name. */
export type FoundUnit =
  | { kind: 'file'; name: string; path: string; text: string; mtime: number }
  | { kind: 'masked'; name: string; path: string }
  | { kind: 'missing'; name: string };

const ALIAS_LIMIT = 8;

/**
 * The unit file of a name: the first in the search path, aliases (symlinks to another unit's file) followed, an
 * instance falling back to its template. `name` of the answer is the unit's real name.
 */
export function findUnitFile(machine: Machine, unit: string): FoundUnit {
  let name = unit;
  for (let hops = 0; hops < ALIAS_LIMIT; hops++) {
    const found = findExactly(machine, name);
    if (found === undefined) return { kind: 'missing', name };
    if (found.kind !== 'alias') return found;
    name = found.to;
  }
  return { kind: 'missing', name };
}

function findExactly(machine: Machine, name: string): FoundUnit | { kind: 'alias'; to: string } | undefined {
  const candidates = [name];
  const parts = templateOf(name);
  if (parts && parts.instance !== '') candidates.push(parts.template);
  for (const candidate of candidates) {
    for (const directory of unitPaths(machine)) {
      const path = `${directory}/${candidate}`;
      const inode = lookup(machine, path, { follow: false });
      if (!inode) continue;
      if (inode.kind === 'symlink') {
        if (inode.target === '/dev/null') return { kind: 'masked', name, path };
        const target = baseName(inode.target);
        if (target !== candidate) return { kind: 'alias', to: aliasTarget(target, parts?.instance ?? '') };
      }
      const file = lookup(machine, path);
      if (file?.kind === 'file') {
        // An empty file masks as /dev/null does.
        if (file.content === '') return { kind: 'masked', name, path };
        return { kind: 'file', name, path, text: file.content, mtime: file.mtime };
      }
    }
  }
  return undefined;
}

function aliasTarget(target: string, instance: string): string {
  const parts = templateOf(target);
  return parts && parts.instance === '' && instance !== '' ? target.replace('@.', `@${instance}.`) : target;
}

/** Reads a unit with its drop-ins from the tree. Undefined when there is no such unit file, or it is masked. */
export function readUnit(machine: Machine, unit: string): { name: string; loaded: LoadedUnit } | undefined {
  const found = findUnitFile(machine, unit);
  if (found.kind !== 'file') return undefined;
  const texts = [found.text];
  const dropIns: string[] = [];
  let mtime = found.mtime;
  for (const path of dropInPaths(machine, found.name)) {
    const inode = lookup(machine, path);
    if (inode?.kind !== 'file') continue;
    texts.push(inode.content);
    dropIns.push(path);
    mtime = Math.max(mtime, inode.mtime);
  }
  return { name: found.name, loaded: { path: found.path, mtime, texts, dropIns } };
}

/** Drop-in files of a unit in the order in which they apply: by file name, the first directory of a name wins. */
export function dropInPaths(machine: Machine, name: string): string[] {
  const byFile = new Map<string, string>();
  const parts = templateOf(name);
  const names = parts && parts.instance !== '' ? [name, parts.template] : [name];
  for (const directory of unitPaths(machine)) {
    for (const unit of names) {
      const folder = lookup(machine, `${directory}/${unit}.d`);
      if (folder?.kind !== 'directory') continue;
      for (const file of Object.keys(folder.entries)) {
        if (file.endsWith('.conf') && !byFile.has(file)) byFile.set(file, `${directory}/${unit}.d/${file}`);
      }
    }
  }
  return [...byFile.keys()].sort().map((file) => byFile.get(file) as string);
}

/** Definitions by their texts joined: units are read far more often than changed. */
const definitions = new Map<string, UnitDefinition>();
const DEFINITIONS_LIMIT = 2000;

/** Parsed settings of a loaded unit. */
export function definitionOf(loaded: LoadedUnit): UnitDefinition {
  const key = loaded.texts.join('\n\u0000');
  let definition = definitions.get(key);
  if (!definition) {
    if (definitions.size > DEFINITIONS_LIMIT) definitions.clear();
    definition = new UnitDefinition([...loaded.texts]);
    definitions.set(key, definition);
  }
  return definition;
}

/** Names of units that a directory of links (`X.wants`, `X.requires`) adds to a unit, in byte order. */
export function linkedUnits(machine: Machine, unit: string, suffix: 'wants' | 'requires'): string[] {
  const names = new Set<string>();
  for (const directory of unitPaths(machine)) {
    const folder = lookup(machine, `${directory}/${unit}.${suffix}`);
    if (folder?.kind === 'directory') for (const name of Object.keys(folder.entries)) names.add(name);
  }
  return [...names].sort();
}

/** Names of all unit files in the search path, templates and aliases included, sorted. */
export function unitFileNames(machine: Machine): string[] {
  const names = new Set<string>();
  for (const directory of unitPaths(machine)) {
    const folder = lookup(machine, directory);
    if (folder?.kind !== 'directory') continue;
    for (const [name, inode] of Object.entries(folder.entries)) if (inode.kind !== 'directory') names.add(name);
  }
  return [...names].sort();
}
