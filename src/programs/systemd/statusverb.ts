import { unitProcesses } from '../../machine/systemd/processes';
import { realUnitName } from '../../machine/systemd/state';
import type { Process } from '../../shell/process';
import { type Call, unitNames } from './call';
import { age, ansi, colour, timestamp, unixTime } from './format';
import { countLoaded } from './lists';
import { needsReload, reloadWarning } from './reload';
import { unitStatus } from './status';

/** `running`, `degraded`, `starting`, `stopping`: the state of the whole system. */
export function systemState(process: Process): string {
  const { machine } = process;
  if (machine.shutdown) return 'stopping';
  if (machine.jobs.some((job) => job.type === 'start' && job.unit.endsWith('.target'))) return 'starting';
  return failedUnits(process) > 0 ? 'degraded' : 'running';
}

export function failedUnits(process: Process): number {
  return Object.values(process.machine.units).filter((state) => state.active === 'failed').length;
}

/** `systemctl status` of units, of processes by number, or of the whole system. */
export async function unitVerbStatus(call: Call): Promise<number> {
  const { process, options } = call;
  if (call.operands.length === 0 && !options.has('all') && !options.has('type') && !options.has('state')) {
    await process.stdout.write(systemStatus(process));
    return 0;
  }
  const lines = Number(options.value('lines') ?? 10);
  const full = options.has('full') || !options.has('no-pager');
  let status = 0;
  let first = true;
  const names = call.operands.length === 0 ? Object.keys(process.machine.units).sort() : namesOrProcesses(call);
  for (const name of names) {
    const unit = realUnitName(process.machine, name);
    const text = unitStatus(process, unit, { lines: Number.isNaN(lines) ? 10 : lines, full });
    if (text === null) {
      await process.stderr.write(`Unit ${name} could not be found.\n`);
      status = 4;
      continue;
    }
    if (needsReload(process.machine, unit)) await process.stderr.write(reloadWarning(unit));
    await process.stdout.write(first ? text : `\n${text}`);
    first = false;
    const active = process.machine.units[unit]?.active;
    if (active !== 'active' && active !== 'reloading') status = 3;
  }
  return status;
}

/** Unit names of operands; a number means the unit of that process. */
function namesOrProcesses(call: Call): string[] {
  const numbers = call.operands.filter((operand) => /^\d+$/.test(operand));
  const byProcess = numbers.flatMap((pid) => call.process.machine.processes[pid]?.unit ?? []);
  const names = unitNames({ ...call, operands: call.operands.filter((operand) => !/^\d+$/.test(operand)) });
  return [...byProcess, ...names];
}

/** `systemctl status` without operands. */
export function systemStatus(process: Process): string {
  const { machine, world } = process;
  const state = systemState(process);
  const failed = failedUnits(process);
  const paint = state === 'running' ? ansi.green : state === 'degraded' ? ansi.red : ansi.yellow;
  const version = machine.distribution === 'debian-12' ? '252.31-1~deb12u1' : '252-2.el9';
  let text = `${colour(process, paint, '●')} ${machine.hostname}\n`;
  text += `    State: ${colour(process, paint, state)}\n`;
  text += `    Units: ${countLoaded(process)} loaded (incl. loaded aliases)\n`;
  text += `     Jobs: ${machine.jobs.length} queued\n`;
  text += `   Failed: ${failed} units\n`;
  text += `    Since: ${timestamp(process, unixTime(process, machine.bootedAt))}; ${age(world.now - machine.bootedAt)}\n`;
  text += `  systemd: ${version}\n   CGroup: /\n`;
  const indent = ' '.repeat(11);
  text += `${indent}├─init.scope\n${indent}│ └─1 ${machine.processes['1']?.command ?? '/sbin/init'}\n${indent}└─system.slice\n`;
  const services = Object.keys(machine.units)
    .filter((unit) => unit.endsWith('.service') && unitProcesses(machine, unit).length > 0)
    .sort((a, b) => (a < b ? -1 : 1));
  for (const [at, unit] of services.entries()) {
    const last = at === services.length - 1;
    text += `${indent}  ${last ? '└─' : '├─'}${unit}\n`;
    const processes = unitProcesses(machine, unit);
    for (const [index, { pid, command }] of processes.entries()) {
      text += `${indent}  ${last ? '  ' : '│ '}${index === processes.length - 1 ? '└─' : '├─'}${pid} ${command}\n`;
    }
  }
  return text;
}
