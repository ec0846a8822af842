import type { Machine } from '../../world/machine';
import { enableLinks, presetOf } from '../enablement';
import { catalogue, packagesFor } from './catalogue';
import { debianPackage } from './debian';
import type { Package } from './package';
import { addPackageAccounts, placedFile, placeFiles, removeFiles } from './placement';

/** Thrown when a name is asked for that no package has. */
export class UnknownPackage extends Error {
  constructor(readonly packageName: string) {
    super(`no package ${packageName}`);
    this.name = 'UnknownPackage';
  }
}

/** What the distribution of a machine knows under a package name. */
export function knownPackage(machine: Machine, name: string): Package | undefined {
  return machine.distribution === 'debian-12' ? debianPackage(name) : catalogue.get(name);
}

/** Whether something installed is, or provides, this name. */
export function isProvided(machine: Machine, capability: string): boolean {
  if (machine.packages[capability]) return true;
  return packagesFor(capability).some((entry) => machine.packages[entry.name] !== undefined);
}

export interface PlaceOptions {
  /** Unix ms. */
  time: number;
  version?: string;
  /** Asked for by name. */
  wanted?: boolean;
  /** Repository it came from, as `dnf list` shows it. */
  repository?: string;
}

/** Puts one package onto a draft: accounts, files, database entry, presets. Dependencies are the caller's. */
export function placePackage(machine: Machine, entry: Package, options: PlaceOptions): void {
  const before = machine.packages[entry.name];
  addPackageAccounts(machine, entry, options.time);
  placeFiles(machine, entry, options.time);
  machine.packages[entry.name] = {
    name: entry.name,
    version: options.version ?? entry.version,
    architecture: entry.architecture,
    repository: options.repository ?? before?.repository ?? entry.repository,
    installedAt: options.time,
    wanted: options.wanted ?? before?.wanted ?? false,
  };
  if (before) return;
  for (const unit of entry.presets ?? []) {
    if (presetOf(machine, unit.replace(/@[^.]+\./, '@.')) === 'enabled') enableLinks(machine, [unit], options.time);
  }
}

/** The packages that installing `names` brings, dependencies first, leaving out what is installed. */
export function closure(machine: Machine, names: readonly string[]): Package[] {
  const order: Package[] = [];
  const seen = new Set<string>();
  const visit = (name: string, required: boolean) => {
    if (seen.has(name) || isProvided(machine, name)) return;
    const entry =
      knownPackage(machine, name) ?? (machine.distribution === 'debian-12' ? undefined : packagesFor(name)[0]);
    if (!entry) {
      if (required) throw new UnknownPackage(name);
      return;
    }
    seen.add(name);
    if (order.includes(entry)) return;
    for (const need of entry.requires ?? []) visit(need, true);
    for (const need of entry.recommends ?? []) visit(need, false);
    if (!order.includes(entry)) order.push(entry);
  };
  for (const name of names) visit(name, true);
  return order;
}

/** Takes one package off a draft. Gives the configuration files kept under another name. */
export function takePackage(machine: Machine, name: string, time: number): string[] {
  const entry = knownPackage(machine, name);
  delete machine.packages[name];
  if (!entry) return [];
  const kept = new Set<string>();
  for (const other of Object.keys(machine.packages)) {
    for (const file of knownPackage(machine, other)?.files ?? []) kept.add(placedFile(machine, file).path);
  }
  return removeFiles(machine, entry, kept, time);
}

/** Paths of a package's files on this machine, in byte order. */
export function filesOf(machine: Machine, name: string): string[] {
  return (knownPackage(machine, name)?.files ?? []).map((file) => placedFile(machine, file).path).sort();
}

/** The installed package that brought a path. */
export function ownerOf(machine: Machine, path: string): string | undefined {
  return Object.keys(machine.packages).find((name) => filesOf(machine, name).includes(path));
}
