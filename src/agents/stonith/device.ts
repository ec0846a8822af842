import { lookup } from '../../machine/files';
import { addProcess } from '../../machine/systemd/processes';
import { connect } from '../../network/reach';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { STATUS } from '../../pacemaker/executor/history';
import type { Machine } from '../../world/machine';
import { resultOf } from '../ocf/script';

/** The fencer's own work: registering a device, forgetting it. */
const REGISTER_TIME = 20;
/** A fence agent's run takes so long. */
const RUN_TIME = 400;

/** Ports of the devices that agents talk to; what isn't here is a web service. */
const PORTS: Readonly<Record<string, number>> = {
  fence_virsh: 22,
  fence_apc: 22,
  fence_drac5: 22,
  fence_ilo_ssh: 22,
  fence_ilo_moonshot: 22,
  fence_apc_snmp: 161,
  fence_ipmilan: 623,
};
const WEB = 443;
const DATAGRAMS: readonly number[] = [161, 623];

/** The agent's program on this machine; undefined where it isn't installed. */
function programOf(machine: Machine, type: string) {
  const file = lookup(machine, `/usr/sbin/${type}`);
  return file?.kind === 'file' && (file.mode & 0o111) !== 0 ? file : undefined;
}

/** A fence agent of the administrator's own is a script, and is run. */
function isScript(machine: Machine, type: string): boolean {
  return programOf(machine, type)?.content.startsWith('#!') === true;
}

/** A device is registered with the fencer of the node on which its resource is started. */
function registered(call: AgentCall): boolean {
  return call.machine.pacemaker?.devices?.includes(call.resource.id) === true;
}

function register(call: AgentCall, on: boolean): void {
  const { pacemaker } = call.machine;
  if (!pacemaker) return;
  const others = (pacemaker.devices ?? []).filter((id) => id !== call.resource.id);
  pacemaker.devices = on ? [...others, call.resource.id] : others;
}

/** What a script reads: its options, one a line. The fencer's own options aren't its business. */
function options(call: AgentCall): string {
  const own = Object.entries(call.parameters).filter(
    ([name]) => !/^(CRM_meta_|pcmk_|crm_feature_set|provides$)/.test(name),
  );
  return ['action=monitor', ...own.map(([name, value]) => `${name}=${value}`), ''].join('\n');
}

function runScript(call: AgentCall): 'asynchronous' {
  const path = `/usr/sbin/${call.resource.type}`;
  const unit = 'pacemaker.service';
  const ppid = call.machine.pacemaker?.daemons.fenced ?? 1;
  const pid = addProcess(call.world, call.machine, { command: path, unit, ppid });
  const record = call.machine.processes[pid];
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin', LANG: 'en_US.UTF-8' };
  const cwd = '/var/lib/pacemaker/cores';
  if (record) record.execute = { unit, argv: [path], env, cwd, user: 'root', call: call.callId, stdin: options(call) };
  call.scratch.pid = String(pid);
  return 'asynchronous';
}

/** A packaged agent's monitor: whether its device answers, or what it shares is there. */
function monitor(call: AgentCall): AgentResult {
  const { parameters, resource, world, machine } = call;
  if (!programOf(machine, resource.type))
    return { rc: OCF.error, status: STATUS.error, reason: 'No such device', output: '' };
  const disks = parameters.devices?.split(/[ ,]+/).filter((disk) => disk !== '') ?? [];
  const missing = disks.find((disk) => !lookup(machine, disk));
  if (missing !== undefined) return { rc: OCF.error, output: `Failed: device "${missing}" does not exist` };
  const address = parameters.ip ?? parameters.ipaddr;
  if (address === undefined) return { rc: OCF.ok };
  const port = Number.parseInt(parameters.ipport ?? '', 10) || (PORTS[resource.type] ?? WEB);
  const way = connect(world, machine.name, address, port, DATAGRAMS.includes(port) ? 'udp' : 'tcp');
  return way.kind === 'connected'
    ? { rc: OCF.ok }
    : { rc: OCF.error, output: 'Unable to connect/login to fencing device' };
}

const runsAgent = ({ action, intervalMs }: AgentCall): boolean =>
  action === 'start' || (action === 'monitor' && intervalMs > 0);

/** Agents of class stonith: devices that are registered with the fencer; starting one and watching it asks its agent. */
export const fenceDevice: AgentBehaviour = {
  begin(call) {
    if (!runsAgent(call)) return REGISTER_TIME;
    return isScript(call.machine, call.resource.type) ? runScript(call) : RUN_TIME;
  },
  finish(call) {
    const { action, intervalMs, scratch } = call;
    if (action === 'stop') {
      register(call, false);
      return { rc: OCF.ok };
    }
    if (action === 'monitor' && intervalMs === 0) return { rc: registered(call) ? OCF.ok : OCF.notRunning };
    if (!runsAgent(call)) return { rc: OCF.unimplemented };
    const result = scratch.ended === undefined ? monitor(call) : resultOf(scratch);
    const rc = result.rc === OCF.ok ? OCF.ok : OCF.error;
    if (action === 'start') register(call, rc === OCF.ok);
    return { ...result, rc };
  },
};
