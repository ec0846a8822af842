import { logTo } from '../../machine/log';
import { catalogue } from '../../machine/packages/catalogue';
import { placePackage, takePackage } from '../../machine/packages/install';
import type { Package } from '../../machine/packages/package';
import { reloadDaemon, requestJob } from '../../machine/units';
import type { Process } from '../../shell/process';
import { appendHistory } from './history';
import { downloadTime, lineWidth } from './metadata';
import { downloadProblem, type Repository } from './repositories';
import type { Transaction } from './solver';
import {
  nevra,
  nvra,
  progressLine,
  resultList,
  size,
  stepLine,
  type TableRow,
  type TableSection,
  total,
  transactionTable,
} from './text';

/** Sorted as dnf sorts: by name without regard to case. */
function byName(entries: readonly Package[]): Package[] {
  return [...entries].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

function offeredRow(entry: Package): TableRow {
  return {
    name: entry.name,
    architecture: entry.architecture,
    version: entry.version,
    repository: entry.repository,
    size: size(entry.download),
  };
}

function installedRow(process: Process, name: string): TableRow {
  const present = process.machine.packages[name];
  const from = present?.repository ?? '';
  return {
    name,
    architecture: present?.architecture ?? '',
    version: present?.version ?? '',
    repository: `@${from}`,
    size: size(catalogue.get(name)?.installed ?? 0),
  };
}

function sections(process: Process, plan: Transaction): TableSection[] {
  const rows = (entries: readonly Package[]) => byName(entries).map(offeredRow);
  const gone = (names: readonly string[]) => [...names].sort().map((name) => installedRow(process, name));
  return [
    { title: 'Installing', rows: rows(plan.install) },
    { title: 'Upgrading', rows: rows(plan.upgrade) },
    { title: 'Installing dependencies', rows: rows(plan.dependencies) },
    { title: 'Installing weak dependencies', rows: rows(plan.weak) },
    { title: 'Removing', rows: gone(plan.remove) },
    { title: 'Removing dependent packages', rows: gone(plan.dependents) },
    { title: 'Removing unused dependencies', rows: gone(plan.unused) },
  ];
}

function summary(plan: Transaction, width: number): string {
  const counts = [
    ['Install', plan.install.length + plan.dependencies.length + plan.weak.length],
    ['Upgrade', plan.upgrade.length],
    ['Remove', plan.remove.length + plan.dependents.length + plan.unused.length],
  ] as const;
  const shown = counts.filter(([, count]) => count > 0);
  const digits = Math.max(...shown.map(([, count]) => String(count).length));
  const labels = Math.max(...shown.map(([label]) => label.length));
  const lines = shown.map(
    ([label, count]) => `${label.padEnd(labels)}  ${String(count).padStart(digits)} Package${count === 1 ? '' : 's'}\n`,
  );
  return `Transaction Summary\n${'='.repeat(width)}\n${lines.join('')}\n`;
}

export interface RunOptions {
  assumeYes: boolean;
  assumeNo: boolean;
  downloadOnly: boolean;
  quiet: boolean;
  repositories: readonly Repository[];
  commandLine: string;
}

/** Asks, downloads and runs a transaction with dnf's output. */
export async function runTransaction(process: Process, plan: Transaction, options: RunOptions): Promise<number> {
  const width = lineWidth(process);
  const incoming = byName([...plan.install, ...plan.upgrade, ...plan.dependencies, ...plan.weak]);
  const outgoing = [...plan.remove, ...plan.dependents, ...plan.unused];
  let text = options.quiet ? '' : 'Dependencies resolved.\n';
  text += transactionTable(sections(process, plan), width) + summary(plan, width);
  if (incoming.length > 0) {
    text += `Total download size: ${size(total(incoming, (entry) => entry.download))}\n`;
    if (plan.upgrade.length === 0) text += `Installed size: ${size(total(incoming, (entry) => entry.installed))}\n`;
  } else
    text += `Freed space: ${size(outgoing.reduce((sum, name) => sum + (catalogue.get(name)?.installed ?? 0), 0))}\n`;
  await process.stdout.write(text);
  if (!(await confirmed(process, options))) {
    await process.stderr.write('Operation aborted.\n');
    return 1;
  }
  if (incoming.length > 0 && !(await download(process, incoming, options, width))) return 1;
  if (options.downloadOnly) {
    await process.stdout.write('Complete!\n');
    return 0;
  }
  await run(process, plan, incoming, outgoing, width);
  process.transact((world, machine) => {
    appendHistory(world, machine, options.commandLine, plan, process.credentials.user);
    reloadDaemon(world, machine.name);
  });
  await process.stdout.write(`\n${results(plan, width)}\nComplete!\n`);
  return 0;
}

async function confirmed(process: Process, options: RunOptions): Promise<boolean> {
  if (options.assumeNo) return false;
  if (options.assumeYes) return true;
  for (;;) {
    await process.stdout.write('Is this ok [y/N]: ');
    const answer = await process.stdin.readLine();
    if (answer === null) {
      await process.stdout.write('\n');
      return false;
    }
    const word = answer.trim().toLowerCase();
    if (word === 'y' || word === 'yes') return true;
    if (word === '' || word === 'n' || word === 'no') return false;
  }
}

async function download(
  process: Process,
  entries: readonly Package[],
  options: RunOptions,
  width: number,
): Promise<boolean> {
  await process.stdout.write('Downloading Packages:\n');
  const urls = new Map(options.repositories.map((repository) => [repository.id, repository.url]));
  const digits = String(entries.length).length;
  let sum = 0;
  let seconds = 0;
  for (const [at, entry] of entries.entries()) {
    const problem = downloadProblem(process.world, process.machine, urls.get(entry.repository) ?? '');
    if (problem !== null) {
      await process.sleep(2000);
      await process.stderr.write(
        `[MIRROR] ${nvra(entry)}.rpm: ${problem}\nError: Error downloading packages:\n  ${nvra(entry)}: Cannot download, all mirrors were already tried without success\n`,
      );
      return false;
    }
    const time = downloadTime(entry.download) / 3;
    await process.sleep(time * 1000);
    seconds += time;
    sum += entry.download;
    const place = entries.length === 1 ? '' : `(${String(at + 1).padStart(digits)}/${entries.length}): `;
    await process.stdout.write(progressLine(`${place}${nvra(entry)}.rpm`, entry.download, time, width));
  }
  await process.stdout.write(
    `${'-'.repeat(width)}\n${progressLine('Total', sum, seconds, width - 1).trimEnd()}     \n`,
  );
  return true;
}

/** Installs and removes, one step after the other, each at its own time. */
async function run(
  process: Process,
  plan: Transaction,
  incoming: readonly Package[],
  outgoing: readonly string[],
  width: number,
): Promise<void> {
  const upgraded = new Set(plan.upgrade.map((entry) => entry.name));
  const old = new Map([...upgraded].map((name) => [name, process.machine.packages[name]]));
  const steps = incoming.length + upgraded.size + outgoing.length;
  await process.stdout.write(
    'Running transaction check\nTransaction check succeeded.\nRunning transaction test\nTransaction test succeeded.\nRunning transaction\n',
  );
  await process.sleep(900);
  await process.stdout.write(stepLine('Preparing', '', 1, 1, width));
  let step = 0;
  for (const entry of dependencyOrder(incoming)) {
    step++;
    await process.sleep(120 + Math.min(1500, entry.installed / 30));
    process.transact((world, machine) => {
      const wanted = plan.install.includes(entry) ? true : machine.packages[entry.name]?.wanted;
      placePackage(machine, entry, {
        time: world.epoch + world.now,
        repository: entry.repository,
        ...(wanted === undefined ? {} : { wanted }),
      });
      logTo(world, machine, {
        identifier: 'dnf',
        pid: process.pid,
        message: `${upgraded.has(entry.name) ? 'Upgraded' : 'Installed'}: ${nevra(entry)}`,
      });
    });
    await process.stdout.write(
      stepLine(upgraded.has(entry.name) ? 'Upgrading' : 'Installing', nevra(entry), step, steps, width),
    );
    if (hasScriptlet(entry))
      await process.stdout.write(stepLine('Running scriptlet', nevra(entry), step, steps, width));
  }
  for (const name of upgraded) {
    step++;
    const before = old.get(name);
    await process.sleep(40);
    if (before) await process.stdout.write(stepLine('Cleanup', nevra(before), step, steps, width));
  }
  const removed = outgoing.map((name) => ({ name, was: process.machine.packages[name] }));
  for (const { name, was } of removed) {
    step++;
    await process.sleep(150);
    process.transact((world, machine) => {
      stopUnits(world, machine.name, name);
      takePackage(machine, name, world.epoch + world.now);
    });
    if (was) await process.stdout.write(stepLine('Erasing', nevra(was), step, steps, width));
  }
  step = 0;
  for (const entry of incoming) {
    await process.sleep(15);
    await process.stdout.write(stepLine('Verifying', nevra(entry), ++step, steps, width));
    const before = upgraded.has(entry.name) ? old.get(entry.name) : undefined;
    if (before) await process.stdout.write(stepLine('Verifying', nevra(before), ++step, steps, width));
  }
  for (const { was } of removed)
    if (was) await process.stdout.write(stepLine('Verifying', nevra(was), ++step, steps, width));
}

/** A removed package's services are stopped first, as its %preun scriptlet does. */
function stopUnits(world: Process['world'], machineName: string, name: string): void {
  for (const file of catalogue.get(name)?.files ?? []) {
    const unit = /\/systemd\/system\/([^/]+\.service)$/.exec(file.path)?.[1];
    if (unit && world.machines[machineName]?.units[unit]) requestJob(world, machineName, unit, 'stop');
  }
}

function hasScriptlet(entry: Package): boolean {
  return (entry.users?.length ?? 0) > 0 || (entry.files ?? []).some((file) => file.path.includes('/systemd/system/'));
}

/** Dependencies before what needs them. */
function dependencyOrder(entries: readonly Package[]): Package[] {
  const order: Package[] = [];
  const visit = (entry: Package, path: readonly Package[]) => {
    if (order.includes(entry) || path.includes(entry)) return;
    for (const need of entry.requires ?? []) {
      const other = entries.find((candidate) => candidate.name === need || candidate.provides?.includes(need));
      if (other) visit(other, [...path, entry]);
    }
    order.push(entry);
  };
  for (const entry of entries) visit(entry, []);
  return order;
}

function results(plan: Transaction, width: number): string {
  const names = (entries: readonly Package[]) => byName(entries).map(nevra);
  const gone = (list: readonly string[]) =>
    [...list].sort().map((name) => {
      const entry = catalogue.get(name);
      return entry ? nevra(entry) : name;
    });
  const parts = [
    resultList('Upgraded', names(plan.upgrade), width),
    resultList('Installed', names([...plan.install, ...plan.dependencies, ...plan.weak]), width),
    resultList('Removed', gone([...plan.remove, ...plan.dependents, ...plan.unused]), width),
  ];
  return parts.filter((part) => part !== '').join('');
}
