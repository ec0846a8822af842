import { behaviourOf } from '../../machine/service';
import { graphOf } from '../../machine/systemd/dependencies';
import type { JobError } from '../../machine/systemd/jobs';
import { realUnitName, unitDefinition } from '../../machine/systemd/state';
import { isActive, requestJob } from '../../machine/units';
import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import type { JobResult, JobType } from '../../world/unit';
import type { World } from '../../world/world';
import { authorized, type Call, unitNames } from './call';
import { needsReload, reloadWarning } from './reload';

/** What systemd says when it refuses a job; exit status beside it. */
export function refusal(error: JobError, verb: string): { text: string; status: number } {
  switch (error.kind) {
    case 'not-found':
      return { text: `Unit ${error.unit} not found.`, status: 5 };
    case 'not-loaded':
      return { text: `Unit ${error.unit} not loaded.`, status: 5 };
    case 'masked':
      return { text: `Unit ${error.unit} is masked.`, status: 1 };
    case 'inactive':
      return { text: `${error.unit} is not active, cannot ${verb}.`, status: 1 };
    case 'not-reloadable':
      return { text: `Job type reload is not applicable for unit ${error.unit}.`, status: 3 };
    case 'refused':
      return {
        text: `Operation refused, unit ${error.unit} may be requested by dependency only (it is configured to refuse manual start/stop).`,
        status: 4,
      };
  }
}

interface Pending {
  unit: string;
  job: number;
}

/** The type of job that a verb makes for a unit in its present state; null: nothing to do. */
function jobType(verb: string, process: Process, unit: string): JobType | null {
  const active = isActive(process.machine, unit);
  switch (verb) {
    case 'start':
    case 'isolate':
      return 'start';
    case 'stop':
      return 'stop';
    case 'restart':
      return 'restart';
    case 'try-restart':
    case 'condrestart':
      return active ? 'restart' : null;
    case 'reload':
      return 'reload';
    case 'reload-or-restart':
    case 'force-reload':
      return active && isReloadable(process, unit) ? 'reload' : 'restart';
    case 'try-reload-or-restart':
      if (!active) return null;
      return isReloadable(process, unit) ? 'reload' : 'restart';
    default:
      return null;
  }
}

function isReloadable(process: Process, unit: string): boolean {
  return canReload(process.machine, unit);
}

/** `start`, `stop`, `restart` and their like: makes the jobs and waits for them. */
export async function changeUnits(call: Call): Promise<number> {
  const { process, verb, options } = call;
  const pending: Pending[] = [];
  let status = 0;
  for (const name of unitNames(call)) {
    if (!(await authorized(call, `${verb} ${name}`))) {
      if (!options.has('no-ask-password'))
        await process.stderr.write(`See system logs and 'systemctl status ${name}' for details.\n`);
      status = 1;
      continue;
    }
    const unit = realUnitName(process.machine, name);
    if (needsReload(process.machine, unit) && !options.has('no-warn')) await process.stderr.write(reloadWarning(unit));
    const type = jobType(verb, process, unit);
    if (type === null) continue;
    const error = await request(process, unit, type, pending, verb === 'isolate');
    if (error) {
      const { text, status: code } = refusal(error, verb);
      await process.stderr.write(`Failed to ${verb} ${name}: ${text}\n`);
      status = code;
    }
  }
  if (options.has('no-block')) return status;
  return (await finish(process, pending)) || status;
}

/** Makes one job. Gives why it was refused, if it was. */
async function request(
  process: Process,
  unit: string,
  type: JobType,
  pending: Pending[],
  isolate: boolean,
): Promise<JobError | null> {
  if (type === 'reload' && isActive(process.machine, unit) && !canReload(process.machine, unit)) {
    return { kind: 'not-reloadable', unit };
  }
  const answer = process.transact((world) => {
    if (isolate) stopOthers(world, process.machineName, unit);
    return requestJob(world, process.machineName, unit, type);
  });
  if (answer.kind === 'error') return answer.error;
  if (answer.kind === 'job') pending.push({ unit, job: answer.id });
  return null;
}

/** Stops what a target doesn't pull in, as `isolate` does. */
function stopOthers(world: World, machineName: string, target: string): void {
  const machine = world.machines[machineName];
  if (!machine) return;
  const graph = graphOf(machine);
  const keep = new Set<string>();
  const visit = (unit: string) => {
    if (keep.has(unit)) return;
    keep.add(unit);
    for (const kind of ['Requires', 'Wants', 'BindsTo'] as const)
      graph.dependencies(machine, unit, kind).forEach(visit);
  };
  visit(target);
  for (const unit of Object.keys(machine.units)) {
    const type = unit.slice(unit.lastIndexOf('.') + 1);
    if (!keep.has(unit) && (type === 'service' || type === 'target') && isActive(machine, unit)) {
      requestJob(world, machineName, unit, 'stop');
    }
  }
}

/** Waits for jobs and says how they ended. */
export async function finish(process: Process, pending: readonly Pending[]): Promise<number> {
  let status = 0;
  for (const { unit, job } of pending) {
    const result = await process.until((world): JobResult | undefined => {
      const machine = world.machines[process.machineName];
      return machine?.jobResults[job] ?? (machine?.jobs.some(({ id }) => id === job) ? undefined : 'canceled');
    });
    if (result === undefined || result === 'done' || result === 'skipped') continue;
    status = 1;
    await process.stderr.write(failureText(process, unit, result));
  }
  return status;
}

const REASONS: Readonly<Record<string, string>> = {
  resources: 'of unavailable resources or another system error',
  protocol: 'the service did not take the steps required by its unit configuration',
  timeout: 'a timeout was exceeded',
  'exit-code': 'the control process exited with error code',
  signal: 'a fatal signal was delivered to the control process',
  watchdog: 'the service failed to send watchdog ping',
};

function failureText(process: Process, unit: string, result: JobResult): string {
  if (result === 'canceled') return `Job for ${unit} canceled.\n`;
  if (result === 'timeout') return `Job for ${unit} timed out.\n`;
  if (result === 'dependency') return `A dependency job for ${unit} failed. See 'journalctl -xe' for details.\n`;
  if (result === 'invalid') return `${unit} is not active, cannot reload.\n`;
  const how = process.machine.units[unit]?.result ?? '';
  const see = `See "systemctl status ${unit}" and "journalctl -xeu ${unit}" for details.\n`;
  const reason = REASONS[how];
  return reason === undefined ? `Job for ${unit} failed.\n${see}` : `Job for ${unit} failed because ${reason}.\n${see}`;
}

/** Whether a unit can be reloaded: `ExecReload=`, or its daemon knows how. */
export function canReload(machine: Machine, unit: string): boolean {
  return (
    unitDefinition(machine, unit).all('Service', 'ExecReload').length > 0 || behaviourOf(unit)?.reload !== undefined
  );
}
