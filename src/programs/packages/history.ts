import { readFileIfThere, writeFile } from '../../machine/files';
import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import { formatDate } from '../coreutils/dates';
import type { Transaction } from './solver';

const PATH = '/var/lib/dnf/history.log';

/** Writes down a transaction: one line of tab-separated fields. */
export function appendHistory(world: World, machine: Machine, command: string, plan: Transaction, user: string): void {
  const installs = plan.install.length + plan.dependencies.length + plan.weak.length;
  const removals = plan.remove.length + plan.dependents.length + plan.unused.length;
  const kinds = [
    installs > 0 ? 'Install' : '',
    plan.upgrade.length > 0 ? 'Upgrade' : '',
    removals > 0 ? 'Removed' : '',
  ].filter((kind) => kind !== '');
  const actions = kinds.length === 1 ? (kinds[0] ?? '') : kinds.map((kind) => kind.charAt(0)).join(', ');
  const time = world.epoch + world.now;
  const line = [time, user, actions, installs + plan.upgrade.length + removals, command].join('\t');
  writeFile(machine, PATH, `${readFileIfThere(machine, PATH) ?? ''}${line}\n`, { time, makeParents: true });
}

/** `dnf history list` */
export function historyTable(process: Process): string {
  const lines = (readFileIfThere(process.machine, PATH) ?? '').split('\n').filter((line) => line !== '');
  if (lines.length === 0) return 'No transactions\n';
  const rows = lines.map((line, at) => {
    const [time = '', , actions = '', count = '', command = ''] = line.split('\t');
    const date = formatDate(process, Number(time), '%Y-%m-%d %H:%M');
    return `${String(at + 1).padStart(6)} | ${command.slice(0, 24).padEnd(24)} | ${date} | ${actions.padEnd(14)} | ${count.padStart(4)}   \n`;
  });
  return `ID     | Command line             | Date and time    | Action(s)      | Altered\n${'-'.repeat(79)}\n${rows.reverse().join('')}`;
}
