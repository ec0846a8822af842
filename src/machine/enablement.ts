import type { Machine } from '../world/machine';
import { lookup, makeDirectory, makeSymlink, removeDirectory, removeFile } from './files';
import { expandSpecifiers, templateOf } from './unitfile';
import { definitionOf, findUnitFile, readUnit, unitFileNames, unitPaths, vendorUnitPath } from './unitload';

const CONFIG = '/etc/systemd/system';
const RUNTIME = '/run/systemd/system';

/** What `systemctl is-enabled` says. */
export type Enablement =
  | 'enabled'
  | 'enabled-runtime'
  | 'disabled'
  | 'static'
  | 'masked'
  | 'masked-runtime'
  | 'alias'
  | 'indirect'
  | 'generated'
  | 'linked'
  | 'not-found';

/** One change of the links, as systemctl reports it. */
export type LinkChange =
  | { kind: 'created'; path: string; target: string }
  | { kind: 'removed'; path: string }
  | { kind: 'dangling'; path: string };

/** Why a change of enablement was refused. */
export type EnableError =
  | { kind: 'missing'; unit: string }
  | { kind: 'masked'; unit: string; path: string }
  | { kind: 'exists'; path: string }
  | { kind: 'template'; unit: string };

export interface EnableResult {
  changes: LinkChange[];
  /** Units that have no [Install] section. */
  withoutInstall: string[];
  error: EnableError | null;
}

interface WantedLink {
  path: string;
  target: string;
}

/** The links that a unit's [Install] section asks for. */
function installLinks(machine: Machine, unit: string, unitPath: string, base: string): WantedLink[] {
  const read = readUnit(machine, unit);
  if (!read) return [];
  const definition = definitionOf(read.loaded);
  const links: WantedLink[] = [];
  const words = (name: string) =>
    definition.words('Install', name).map((word) => expandSpecifiers(word, unit, machine.hostname));
  for (const alias of words('Alias')) {
    const name = alias.includes('.') ? alias : `${alias}.service`;
    if (name !== unit) links.push({ path: `${base}/${name}`, target: unitPath });
  }
  let instance = unit;
  const parts = templateOf(unit);
  if (parts && parts.instance === '') {
    const fallback = definition.last('Install', 'DefaultInstance');
    if (fallback === undefined) return links;
    instance = unit.replace('@.', `@${fallback}.`);
  }
  for (const [setting, suffix] of [
    ['WantedBy', 'wants'],
    ['RequiredBy', 'requires'],
  ] as const) {
    for (const target of words(setting))
      links.push({ path: `${base}/${target}.${suffix}/${instance}`, target: unitPath });
  }
  return links;
}

function hasInstall(machine: Machine, unit: string): boolean {
  const read = readUnit(machine, unit);
  if (!read) return false;
  const definition = definitionOf(read.loaded);
  return ['WantedBy', 'RequiredBy', 'Alias', 'Also'].some((name) => definition.words('Install', name).length > 0);
}

/** Units named by `Also=` of a unit, itself first, without repetition. */
function withAlso(machine: Machine, unit: string, seen: string[] = []): string[] {
  if (seen.includes(unit)) return seen;
  seen.push(unit);
  const read = readUnit(machine, unit);
  if (read) for (const also of definitionOf(read.loaded).words('Install', 'Also')) withAlso(machine, also, seen);
  return seen;
}

/** Path of a unit's file as the distribution names it, for link targets. */
function displayPath(machine: Machine, unit: string): string | undefined {
  const found = findUnitFile(machine, unit);
  return found.kind === 'file' ? found.path : undefined;
}

/** Creates the links of units' [Install] sections on a draft. Stops at the first refusal. `time` is Unix ms. */
export function enableLinks(machine: Machine, units: readonly string[], time: number, runtime = false): EnableResult {
  const result: EnableResult = { changes: [], withoutInstall: [], error: null };
  const base = runtime ? RUNTIME : CONFIG;
  for (const asked of units) {
    const found = findUnitFile(machine, asked);
    if (found.kind === 'missing') return { ...result, error: { kind: 'missing', unit: asked } };
    if (found.kind === 'masked') return { ...result, error: { kind: 'masked', unit: asked, path: found.path } };
    if (!hasInstall(machine, found.name)) {
      result.withoutInstall.push(found.name);
      continue;
    }
    for (const unit of withAlso(machine, found.name)) {
      const path = displayPath(machine, unit);
      if (path === undefined) continue;
      for (const link of installLinks(machine, unit, path, base)) {
        const error = createLink(machine, link, time, result.changes);
        if (error) return { ...result, error };
      }
    }
  }
  return result;
}

function createLink(machine: Machine, link: WantedLink, time: number, changes: LinkChange[]): EnableError | null {
  const there = lookup(machine, link.path, { follow: false });
  if (there?.kind === 'symlink') {
    if (there.target === link.target || `/usr${there.target}` === link.target) return null;
    removeFile(machine, link.path, { time });
  } else if (there) return { kind: 'exists', path: link.path };
  makeDirectory(machine, link.path.slice(0, link.path.lastIndexOf('/')), { time, parents: true });
  makeSymlink(machine, link.target, link.path, { time });
  changes.push({ kind: 'created', path: link.path, target: link.target });
  return null;
}

/** Every directory below /etc and /run in which links to units lie. */
function linkFolders(machine: Machine, base: string): string[] {
  const root = lookup(machine, base);
  if (root?.kind !== 'directory') return [];
  const folders = Object.entries(root.entries)
    .filter(([name, inode]) => inode.kind === 'directory' && /\.(wants|requires)$/.test(name))
    .map(([name]) => `${base}/${name}`)
    .sort();
  return [...folders, base];
}

/** Removes every link that leads to these units. */
export function disableLinks(machine: Machine, units: readonly string[], time: number, runtime = false): EnableResult {
  const result: EnableResult = { changes: [], withoutInstall: [], error: null };
  for (const asked of units) {
    const found = findUnitFile(machine, asked);
    if (found.kind === 'missing' && !hasLinks(machine, asked)) {
      return { ...result, error: { kind: 'missing', unit: asked } };
    }
    if (found.kind === 'file' && !hasInstall(machine, found.name)) result.withoutInstall.push(found.name);
    for (const unit of withAlso(machine, found.name)) removeLinks(machine, unit, time, runtime, result.changes);
  }
  return result;
}

function removeLinks(machine: Machine, unit: string, time: number, runtime: boolean, changes: LinkChange[]): void {
  for (const base of runtime ? [RUNTIME] : [CONFIG, RUNTIME]) {
    for (const folder of linkFolders(machine, base)) {
      for (const name of linksIn(machine, folder, unit)) {
        removeFile(machine, `${folder}/${name}`, { time });
        changes.push({ kind: 'removed', path: `${folder}/${name}` });
      }
      const inode = lookup(machine, folder);
      if (folder !== base && inode?.kind === 'directory' && Object.keys(inode.entries).length === 0) {
        removeDirectory(machine, folder, { time });
      }
    }
  }
}

/** Names of the links in a folder that stand for a unit; masks aren't such links. */
function linksIn(machine: Machine, folder: string, unit: string): string[] {
  const inode = lookup(machine, folder);
  if (inode?.kind !== 'directory') return [];
  const parts = templateOf(unit);
  return Object.entries(inode.entries)
    .filter(([name, entry]) => {
      if (entry.kind !== 'symlink' || entry.target === '/dev/null') return false;
      const target = entry.target.slice(entry.target.lastIndexOf('/') + 1);
      // A link of the unit's own name in the search path itself means "linked", and goes too.
      if (target === unit) return name !== unit || folder !== CONFIG || !entry.target.startsWith(CONFIG);
      return name === unit && parts !== undefined && target === parts.template;
    })
    .map(([name]) => name)
    .sort();
}

function hasLinks(machine: Machine, unit: string): boolean {
  return [CONFIG, RUNTIME].some((base) =>
    linkFolders(machine, base).some((folder) => linksIn(machine, folder, unit).length > 0),
  );
}

/** State of a unit file as `systemctl is-enabled` and the `Loaded:` line tell it. */
export function enablementOf(machine: Machine, unit: string): Enablement {
  const found = findUnitFile(machine, unit);
  if (found.kind === 'masked') return found.path.startsWith(RUNTIME) ? 'masked-runtime' : 'masked';
  if (found.kind === 'missing') return 'not-found';
  for (const [base, state] of [
    [CONFIG, 'enabled'],
    [RUNTIME, 'enabled-runtime'],
  ] as const) {
    if (linkFolders(machine, base).some((folder) => linksIn(machine, folder, found.name).length > 0)) return state;
  }
  if (found.name !== unit && !templateOf(unit)) return 'alias';
  if (!hasInstall(machine, found.name)) return 'static';
  const read = readUnit(machine, found.name);
  const alsoOnly =
    read &&
    ['WantedBy', 'RequiredBy', 'Alias'].every((name) => definitionOf(read.loaded).words('Install', name).length === 0);
  return alsoOnly ? 'indirect' : 'disabled';
}

/** What the distribution's presets say about a unit. Debian enables all. */
export function presetOf(machine: Machine, unit: string): 'enabled' | 'disabled' {
  if (machine.distribution === 'debian-12') return 'enabled';
  return PRESETS.includes(unit) ? 'enabled' : 'disabled';
}

/** Units that CentOS Stream 9's 90-default.preset and its supplements enable, of those that exist here. */
const PRESETS: readonly string[] = [
  'NetworkManager.service',
  'NetworkManager-dispatcher.service',
  'NetworkManager-wait-online.service',
  'auditd.service',
  'chronyd.service',
  'crond.service',
  'dbus-broker.service',
  'dbus.socket',
  'firewalld.service',
  'getty@.service',
  'irqbalance.service',
  'iscsi.service',
  'iscsid.socket',
  'libvirtd.service',
  'lvm2-monitor.service',
  'remote-fs.target',
  'rsyslog.service',
  'sshd.service',
  'systemd-resolved.service',
];

export type MaskResult = { changes: LinkChange[]; error: { kind: 'exists'; path: string } | null; missing: string[] };

/** Links units to /dev/null. */
export function maskUnits(machine: Machine, units: readonly string[], time: number, runtime = false): MaskResult {
  const result: MaskResult = { changes: [], error: null, missing: [] };
  const base = runtime ? RUNTIME : CONFIG;
  for (const unit of units) {
    if (findUnitFile(machine, unit).kind === 'missing') result.missing.push(unit);
    const path = `${base}/${unit}`;
    const there = lookup(machine, path, { follow: false });
    if (there?.kind === 'symlink') {
      if (there.target === '/dev/null') continue;
      removeFile(machine, path, { time });
    } else if (there) return { ...result, error: { kind: 'exists', path } };
    makeDirectory(machine, base, { time, parents: true });
    makeSymlink(machine, '/dev/null', path, { time });
    result.changes.push({ kind: 'created', path, target: '/dev/null' });
  }
  return result;
}

/** Removes masks. */
export function unmaskUnits(machine: Machine, units: readonly string[], time: number, runtime = false): LinkChange[] {
  const changes: LinkChange[] = [];
  for (const unit of units) {
    for (const base of runtime ? [RUNTIME] : [CONFIG]) {
      const path = `${base}/${unit}`;
      const there = lookup(machine, path, { follow: false });
      if (there?.kind !== 'symlink' || there.target !== '/dev/null') continue;
      removeFile(machine, path, { time });
      changes.push({ kind: 'removed', path });
    }
  }
  return changes;
}

/** All unit files with their state and preset, as `systemctl list-unit-files` lists them. */
export function listUnitFiles(
  machine: Machine,
): { name: string; state: Enablement; preset: 'enabled' | 'disabled' | '-' }[] {
  const vendor = vendorUnitPath(machine);
  return unitFileNames(machine).map((name) => {
    const linked = unitPaths(machine).some((directory) => {
      const inode = lookup(machine, `${directory}/${name}`, { follow: false });
      return inode?.kind === 'symlink' && inode.target !== '/dev/null' && !inode.target.endsWith(`/${name}`);
    });
    const state = linked && enablementOf(machine, name) !== 'masked' ? 'alias' : enablementOf(machine, name);
    const plain = state === 'enabled' || state === 'disabled' || state === 'masked' || state === 'indirect';
    return { name, state, preset: plain && vendor !== '' ? presetOf(machine, name) : '-' };
  });
}
