import { catalogue, packagesFor } from '../../machine/packages/catalogue';
import { isProvided } from '../../machine/packages/install';
import type { Package } from '../../machine/packages/package';
import type { Machine } from '../../world/machine';
import { compareVersions } from './text';

/** What a transaction does. */
export interface Transaction {
  /** Asked for. */
  install: Package[];
  dependencies: Package[];
  weak: Package[];
  upgrade: Package[];
  remove: string[];
  /** Removed because they need something that goes. */
  dependents: string[];
  /** Removed because nothing needs them any more. */
  unused: string[];
}

export interface Problem {
  text: string;
}

/** Kernels are installed beside the old ones instead of replacing them. */
const INSTALL_ONLY = ['kernel', 'kernel-core', 'kernel-modules'];

export function emptyTransaction(): Transaction {
  return { install: [], dependencies: [], weak: [], upgrade: [], remove: [], dependents: [], unused: [] };
}

export function isEmpty(plan: Transaction): boolean {
  return Object.values(plan).every((list) => list.length === 0);
}

/** What is offered by the enabled repositories. */
export function offered(repositories: readonly string[]): Package[] {
  return [...catalogue.values()].filter((entry) => repositories.includes(entry.repository));
}

/** Adds packages and what they need to a plan. Gives the problem when a requirement is in no enabled repository. */
export function planInstall(
  machine: Machine,
  wanted: readonly Package[],
  repositories: readonly string[],
  plan: Transaction,
  weakDependencies: boolean,
): Problem | null {
  const chosen = new Set<Package>(wanted);
  plan.install.push(...wanted);
  const queue: Package[] = [...wanted];
  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    for (const need of entry.requires ?? []) {
      if (isProvided(machine, need) || hasChosen(chosen, need)) continue;
      const found = packagesFor(need).find((candidate) => repositories.includes(candidate.repository));
      if (!found) return { text: conflictText(entry, need) };
      chosen.add(found);
      plan.dependencies.push(found);
      queue.push(found);
    }
    for (const need of weakDependencies ? (entry.recommends ?? []) : []) {
      if (isProvided(machine, need) || hasChosen(chosen, need)) continue;
      const found = packagesFor(need).find((candidate) => repositories.includes(candidate.repository));
      if (!found) continue;
      chosen.add(found);
      plan.weak.push(found);
      queue.push(found);
    }
  }
  return null;
}

function hasChosen(chosen: ReadonlySet<Package>, need: string): boolean {
  for (const entry of chosen) if (entry.name === need || entry.provides?.includes(need)) return true;
  return false;
}

function conflictText(entry: Package, need: string): string {
  return `Error: \n Problem: conflicting requests\n  - nothing provides ${need} needed by ${entry.name}-${entry.version}.${entry.architecture}\n(try to add '--skip-broken' to skip uninstallable packages or '--nobest' to use not only best candidate packages)\n`;
}

/** Packages with something newer in the repositories, all or the named ones. */
export function planUpgrade(
  machine: Machine,
  repositories: readonly string[],
  names: readonly string[] | null,
  plan: Transaction,
): void {
  for (const entry of offered(repositories)) {
    const present = machine.packages[entry.name];
    if (!present || (names !== null && !names.includes(entry.name))) continue;
    if (compareVersions(entry.version, present.version) <= 0) continue;
    if (INSTALL_ONLY.includes(entry.name)) plan.install.push(entry);
    else plan.upgrade.push(entry);
  }
}

/** Removes packages, what needs them, and what only they needed. */
export function planRemove(machine: Machine, names: readonly string[], plan: Transaction): Problem | null {
  const gone = new Set(names);
  plan.remove.push(...names);
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of Object.keys(machine.packages).sort()) {
      if (gone.has(name)) continue;
      const lost = (catalogue.get(name)?.requires ?? []).some((need) => !providedWithout(machine, need, gone));
      if (!lost) continue;
      gone.add(name);
      plan.dependents.push(name);
      changed = true;
    }
  }
  const isProtected = [...gone].filter((name) =>
    ['systemd', 'dnf', 'kernel-core', 'setup', 'sudo', 'yum'].includes(name),
  );
  if (isProtected.length > 0) {
    return {
      text: `Error: \n Problem: The operation would result in removing the following protected packages: ${isProtected.join(', ')}\n(try to add '--skip-broken' to skip uninstallable packages or '--nobest' to use not only best candidate packages)\n`,
    };
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of Object.keys(machine.packages).sort()) {
      const present = machine.packages[name];
      if (gone.has(name) || !present || present.wanted || present.repository === 'anaconda') continue;
      const needed = Object.keys(machine.packages).some((other) => {
        if (gone.has(other) || other === name) return false;
        const entry = catalogue.get(other);
        const own = catalogue.get(name);
        const needs = [...(entry?.requires ?? []), ...(entry?.recommends ?? [])];
        return needs.some((need) => need === name || own?.provides?.includes(need));
      });
      if (needed) continue;
      gone.add(name);
      plan.unused.push(name);
      changed = true;
    }
  }
  return null;
}

function providedWithout(machine: Machine, need: string, gone: ReadonlySet<string>): boolean {
  if (machine.packages[need] && !gone.has(need)) return true;
  const providers = packagesFor(need);
  // What isn't in the catalogue can't be lost.
  if (providers.length === 0) return true;
  return providers.some((entry) => machine.packages[entry.name] !== undefined && !gone.has(entry.name));
}
