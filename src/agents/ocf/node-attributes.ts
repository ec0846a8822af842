import { readFileIfThere } from '../../machine/files';
import { setAttribute } from '../../pacemaker/attributes/attributes';
import { type AgentBehaviour, type AgentCall, OCF } from '../../pacemaker/executor/agent';
import { mountOf, mountTable, usage } from '../../storage/mounts';
import { readState, removeState, writeState } from './state-file';

const RUN_TIME = 50;

/** An agent whose resource is a state file, and whose work is to keep node attributes while the file is there. */
interface AttributeKeeper {
  stateFile(call: AgentCall): string;
  /** Attributes at a start and at each monitor; null removes one. */
  active(call: AgentCall): Readonly<Record<string, string | null>>;
  /** Attributes after a stop. */
  inactive(call: AgentCall): Readonly<Record<string, string | null>>;
}

function publish(call: AgentCall, attributes: Readonly<Record<string, string | null>>): void {
  const { pacemaker } = call.machine;
  if (!pacemaker) return;
  for (const [name, value] of Object.entries(attributes))
    setAttribute(call.world, call.machine.name, pacemaker.nodeName, name, value);
}

function keeping(keeper: AttributeKeeper): AgentBehaviour {
  return {
    begin: () => RUN_TIME,
    finish(call) {
      const file = keeper.stateFile(call);
      switch (call.action) {
        case 'start':
        case 'migrate_from':
          if (!writeState(call, file, '')) return { rc: OCF.error };
          publish(call, keeper.active(call));
          return { rc: OCF.ok };
        case 'stop':
        case 'migrate_to':
          removeState(call, file);
          publish(call, keeper.inactive(call));
          return { rc: OCF.ok };
        case 'monitor':
        case 'status':
          if (readState(call, file) === undefined) return { rc: OCF.notRunning };
          publish(call, keeper.active(call));
          return { rc: OCF.ok };
        case 'reload':
        case 'reload-agent':
        case 'validate-all':
          return { rc: OCF.ok };
        default:
          return { rc: OCF.unimplemented };
      }
    },
  };
}

const attributeName = (call: AgentCall) => call.parameters.name ?? `opa-${call.resource.id}`;

/** ocf:pacemaker:attribute: a value while it runs, another while it doesn't. */
export const attribute = keeping({
  stateFile: (call) => call.parameters.state ?? `/var/run/opa-${call.resource.id}.state`,
  active: (call) => ({ [attributeName(call)]: call.parameters.active_value ?? '1' }),
  inactive: (call) => ({ [attributeName(call)]: call.parameters.inactive_value ?? '0' }),
});

/** A machine that nothing loads is idle to this percentage. */
const IDLE_PERCENT = 97;

/** ocf:pacemaker:HealthCPU: green, yellow or red by the idle time of the processors. */
export const healthCpu = keeping({
  stateFile: (call) => call.parameters.state ?? `/var/run/health-cpu-${call.resource.id}.state`,
  active(call) {
    const limit = (name: string, usual: number) => Number(call.parameters[name] ?? usual);
    const red = IDLE_PERCENT < limit('red_limit', 10);
    const yellow = IDLE_PERCENT < limit('yellow_limit', 50);
    return { '#health-cpu': red ? 'red' : yellow ? 'yellow' : 'green' };
  },
  inactive: () => ({ '#health-cpu': null }),
});

/** ocf:pacemaker:HealthIOWait: nothing here waits for disks, so it is always green. */
export const healthIoWait = keeping({
  stateFile: (call) => call.parameters.state ?? `/var/run/health-iowait-${call.resource.id}.state`,
  active: () => ({ '#health-iowait': 'green' }),
  inactive: () => ({ '#health-iowait': null }),
});

/** ocf:pacemaker:SysInfo: facts about the node. */
export const sysInfo = keeping({
  stateFile: (call) => call.parameters.pidfile ?? `/var/run/SysInfo-${call.resource.id}`,
  active: systemFacts,
  inactive: (call) => Object.fromEntries(Object.keys(systemFacts(call)).map((name) => [name, null])),
});

const GIB = 2 ** 30;

function systemFacts(call: AgentCall): Record<string, string> {
  const { machine } = call;
  const cpu = readFileIfThere(machine, '/proc/cpuinfo') ?? '';
  const memory = readFileIfThere(machine, '/proc/meminfo') ?? '';
  const gibibytes = (name: string) => {
    const kib = Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1] ?? 0);
    return (Math.round((kib * 1024 * 100) / GIB) / 100).toFixed(2);
  };
  const facts: Record<string, string> = {
    arch: 'x86_64',
    cpu_cores: String(machine.cpus),
    cpu_info: /^model name\s*: (.*)$/m.exec(cpu)?.[1] ?? '',
    cpu_load: '0.00',
    cpu_speed: String(Math.round(Number(/^cpu MHz\s*: (.*)$/m.exec(cpu)?.[1] ?? 0) * 2)),
    free_swap: '0',
    os: `Linux-${machine.kernel}`,
    ram_free: gibibytes('MemFree'),
    ram_total: gibibytes('MemTotal'),
  };
  for (const path of ['/', ...(call.parameters.disks ?? '').split(/\s+/)]) {
    const free = path === '' ? null : freeSpace(call, path);
    if (free !== null) facts[`${path === '/' ? 'root' : path.slice(1).replaceAll('/', '_')}_free`] = free;
  }
  return facts;
}

function freeSpace(call: AgentCall, path: string): string | null {
  const mounts = mountTable(call.machine);
  const mount = mountOf(mounts, path);
  const full = mount && usage(call.machine, mounts, mount);
  return full ? String(Math.floor(full.available / GIB)) : null;
}
