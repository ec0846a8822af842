import { addProcess } from '../../machine/systemd/processes';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { operationReady } from '../../pacemaker/executor/executor';
import { STATUS } from '../../pacemaker/executor/history';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';

const OCF_ROOT = '/usr/lib/ocf';
const EXIT_REASON = 'ocf-exit-reason:';

/** Path of an OCF agent's file. */
export function scriptPath(provider: string, type: string): string {
  return `${OCF_ROOT}/resource.d/${provider}/${type}`;
}

/** What an OCF agent finds in its environment, whoever runs it. */
export function ocfEnvironment(
  resource: { id: string; provider: string | null; type: string },
  parameters: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {
    OCF_RA_VERSION_MAJOR: '1',
    OCF_RA_VERSION_MINOR: '1',
    OCF_ROOT,
    OCF_RESOURCE_INSTANCE: resource.id,
    OCF_RESOURCE_CLASS: 'ocf',
    OCF_RESOURCE_PROVIDER: resource.provider ?? '',
    OCF_RESOURCE_TYPE: resource.type,
  };
  for (const [name, value] of Object.entries(parameters)) environment[`OCF_RESKEY_${name}`] = value;
  const level = parameters.OCF_CHECK_LEVEL;
  if (level !== undefined) environment.OCF_CHECK_LEVEL = level;
  return environment;
}

/** What it finds besides, where the executor runs it: where to log, and which instance of a clone it is. */
function executorEnvironment(call: AgentCall): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
    LANG: 'en_US.UTF-8',
    HA_debug: '0',
    HA_logfacility: 'daemon',
    HA_LOGFACILITY: 'daemon',
    PCMK_logfacility: 'daemon',
    PCMK_service: 'pacemaker-execd',
    ...ocfEnvironment(call.resource, call.parameters),
  };
}

/**
 * An agent that is a script of the administrator's. The executor's process record says what is to be run; the shell
 * runs it beside the world and tells how it ended. Such a record survives a fork and a saved world, the process doesn't: there
 * the script is run anew from its beginning, and its timeout goes on counting from the first start.
 */
export const script: AgentBehaviour = {
  begin(call) {
    const { world, machine, resource, action } = call;
    const path = scriptPath(resource.provider ?? '', resource.type);
    const pid = addProcess(world, machine, {
      command: `${path} ${action}`,
      unit: 'pacemaker.service',
      ppid: machine.pacemaker?.daemons.execd ?? 1,
    });
    const record = machine.processes[pid];
    if (record) {
      record.execute = {
        unit: 'pacemaker.service',
        argv: [path, action],
        env: executorEnvironment(call),
        cwd: '/var/lib/pacemaker/cores',
        user: 'root',
        call: call.callId,
      };
    }
    call.scratch.pid = String(pid);
    return 'asynchronous';
  },
  finish: ({ scratch }) => resultOf(scratch),
  abandon({ machine, scratch }) {
    const record = machine.processes[scratch.pid ?? ''];
    // Nobody waits for its end any more.
    if (record?.execute) record.signals = ['KILL'];
    return exitReason(scratch.errors ?? '');
  },
};

/** How a script's run counts, by what its operation has kept of it. */
export function resultOf(scratch: Readonly<Record<string, string>>): AgentResult {
  const { ended = '', errors = '' } = scratch;
  const reason = exitReason(errors);
  const said = reason === undefined ? { output: errors } : { reason, output: errors };
  const signal = /^signal /.test(ended);
  if (signal) return { reason: 'Process interrupted by signal', ...said, rc: OCF.error, status: STATUS.error };
  if (ended === 'absent')
    return { rc: OCF.notInstalled, status: STATUS.notInstalled, reason: 'No such file or directory' };
  if (ended === 'barred') return { rc: OCF.insufficientPrivileges, status: STATUS.error, reason: 'Permission denied' };
  return { ...said, rc: Number(ended) };
}

/** The last exit reason that an agent wrote to its error stream. */
function exitReason(errors: string): string | undefined {
  const at = errors.lastIndexOf(EXIT_REASON);
  if (at < 0) return undefined;
  const [reason = ''] = errors.slice(at + EXIT_REASON.length).split('\n');
  return reason === '' ? undefined : reason;
}

/** How a script's process ended: an exit status, `signal NAME`, or why it couldn't be run. */
export type ScriptEnd = number | `signal ${string}` | 'absent' | 'barred';

/** Operation that waits for the process `pid` with this number. */
function waiting(world: World, machine: string, call: number, pid: number) {
  const running = world.machines[machine]?.pacemaker?.executor.running ?? [];
  return running.find((operation) => operation.callId === call && operation.scratch.pid === String(pid));
}

/** The shell runs the script under another number than the record had. */
export function scriptTaken(world: World, machine: string, call: number, pid: number, taken: number): void {
  const operation = waiting(world, machine, call, pid);
  if (operation) operation.scratch.pid = String(taken);
}

/** A script wrote to its error stream. */
export function scriptWrote(world: World, machine: string, call: number, pid: number, text: string): void {
  const operation = waiting(world, machine, call, pid);
  if (operation) operation.scratch.errors = (operation.scratch.errors ?? '') + text;
}

/** A script's process is gone. */
export function scriptEnded(world: World, name: string, call: number, pid: number, end: ScriptEnd): void {
  const machine: Machine | undefined = world.machines[name];
  if (machine) delete machine.processes[pid];
  const operation = waiting(world, name, call, pid);
  if (!operation) return;
  operation.scratch.ended = String(end);
  operationReady(world, name, call);
}
