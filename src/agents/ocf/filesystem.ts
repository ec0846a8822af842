import { FileError, lookup, makeDirectory, readFileIfThere } from '../../machine/files';
import { killProcess } from '../../machine/units';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { findDevice } from '../../storage/disks';
import { mountTree, processesIn, unmountTree } from '../../storage/mount';
import { mountTable } from '../../storage/mounts';
import { agentLog } from './agent-log';
import { unixNow } from './state-file';

/** Times of the agent's runs on an idle node, in ms. */
const RUN_TIME = 70;
const START_TIME = 180;
/** Between its attempts to unmount. */
const RETRY = 1000;
/** Attempts to unmount with SIGTERM before, and with SIGKILL after, it gives up. */
const ATTEMPTS = 6;

interface Parameters {
  readonly device: string;
  readonly directory: string;
  readonly fstype: string;
  readonly options: readonly string[];
}

function parametersOf(call: AgentCall): Parameters {
  const { device = '', directory = '', fstype = '', options = '' } = call.parameters;
  return {
    device,
    // The mount table has no slash at the end.
    directory: directory.replace(/(.)\/+$/, '$1'),
    fstype,
    options: options
      .replace(/^-o\s*/, '')
      .split(',')
      .filter((word) => word !== ''),
  };
}

function fail(reason: string, rc: number): AgentResult {
  return { rc, reason };
}

/** Whether the device is one that must be there as a block device. */
function needsDevice({ device, fstype, options }: Parameters): boolean {
  if (options.includes('bind') || options.includes('rbind')) return false;
  return !/^(nfs4?|cifs|smbfs|glusterfs|ceph|tmpfs|overlay|none|proc|aufs)$/.test(fstype) && !/^[^/]+:/.test(device);
}

function deviceThere(call: AgentCall, parameters: Parameters): boolean {
  if (!needsDevice(parameters)) return true;
  const { device } = parameters;
  if (/^(UUID|LABEL)=|^-[UL]/.test(device))
    return (
      findDevice(
        call.machine,
        device.replace(/^-([UL])\s*/, (_, letter) => (letter === 'U' ? 'UUID=' : 'LABEL=')),
      ) !== undefined
    );
  const kind = lookup(call.machine, device)?.kind;
  return kind === 'block' || kind === 'character';
}

/** File systems that the kernel knows, or has a module for. */
function kernelKnows(call: AgentCall, fstype: string): boolean {
  if (['', 'auto', 'none', 'bind'].includes(fstype)) return true;
  const known = readFileIfThere(call.machine, '/proc/filesystems') ?? '';
  return (
    known.split('\n').some((line) => line.split('\t').at(-1) === fstype) ||
    /^(ext[23]|vfat|btrfs|gfs2|nfs4?|cifs|overlay|ramfs)$/.test(fstype)
  );
}

function isMounted(call: AgentCall, { directory }: Parameters): boolean {
  return mountTable(call.machine).some((mount) => mount.target === directory);
}

function validate({ device, directory }: Parameters): AgentResult | null {
  if (device === '') return fail('Please set OCF_RESKEY_device to the device to be managed', OCF.notConfigured);
  return directory === '' ? fail('Please specify the directory', OCF.notConfigured) : null;
}

function start(call: AgentCall, parameters: Parameters): AgentResult {
  const { device, directory, fstype, options } = parameters;
  if (isMounted(call, parameters)) {
    agentLog(call, 'INFO', `Filesystem ${directory} is already mounted.`);
    return { rc: OCF.ok };
  }
  if (!kernelKnows(call, fstype))
    return fail(
      `Couldn't find filesystem ${fstype} in /proc/filesystems and failed to load kernel module`,
      OCF.notInstalled,
    );
  if (!deviceThere(call, parameters))
    return fail(`Couldn't find device [${device}]. Expected /dev/??? to exist`, OCF.notInstalled);
  if (!mountPoint(call, directory))
    return fail(`Couldn't find directory  [${directory}] to use as a mount point`, OCF.notInstalled);
  const type = fstype === '' || fstype === 'none' ? null : fstype;
  const failure = mountTree(call.world, call.machine, { source: device, target: directory, type, options });
  if (!failure) return { rc: OCF.ok };
  const reason = `Couldn't mount device [${device}] as ${directory}`;
  const output = `mount: ${failure.message}\nocf-exit-reason:${reason}\n`;
  return { rc: OCF.error, reason, output };
}

/** The mount point is made where it is missing. */
function mountPoint(call: AgentCall, directory: string): boolean {
  const there = lookup(call.machine, directory);
  if (there) return there.kind === 'directory';
  try {
    makeDirectory(call.machine, directory, { time: unixNow(call), parents: true });
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** Unmounts; whoever works there is ended, first with SIGTERM, then with SIGKILL. */
function stop(call: AgentCall, parameters: Parameters): AgentResult | { again: number } {
  const { directory } = parameters;
  if (!isMounted(call, parameters)) return { rc: OCF.ok };
  const attempt = Number(call.scratch.attempt ?? '0');
  if (attempt === 0) agentLog(call, 'INFO', `Trying to unmount ${directory}`);
  const outcome = unmountTree(call.world, call.machine, directory);
  if (outcome !== 'busy') {
    agentLog(call, 'INFO', `unmounted ${directory} successfully`);
    return { rc: OCF.ok };
  }
  const signal = attempt < ATTEMPTS / 2 ? 'TERM' : 'KILL';
  agentLog(call, 'ERROR', `Couldn't unmount ${directory}; trying cleanup with ${signal}`);
  if (attempt >= ATTEMPTS) return fail(`Couldn't unmount ${directory}, giving up!`, OCF.error);
  if (call.parameters.force_unmount !== 'false' && call.parameters.force_unmount !== 'no')
    for (const pid of processesIn(call.machine, directory)) end(call, pid, signal);
  call.scratch.attempt = String(attempt + 1);
  return { again: RETRY };
}

function end(call: AgentCall, pid: number, signal: 'TERM' | 'KILL'): void {
  const process = call.machine.processes[pid];
  if (!process) return;
  agentLog(call, 'INFO', `sending signal ${signal} to: ${process.command}`);
  // An interactive shell ignores SIGTERM. A process without a record is dead.
  const shell = /^-?(bash|sh)$/.test(process.command);
  if (process.session) {
    if (signal === 'KILL' || !shell) delete call.machine.processes[pid];
  } else killProcess(call.world, call.machine.name, pid, signal);
}

/** ocf:heartbeat:Filesystem: a file system that is mounted. */
export const filesystem: AgentBehaviour = {
  begin(call) {
    const { device, directory } = parametersOf(call);
    if (call.action === 'start' || call.action === 'stop')
      agentLog(call, 'INFO', `Running ${call.action} for ${device} on ${directory}`);
    return call.action === 'start' ? START_TIME : RUN_TIME;
  },
  finish(call) {
    const parameters = parametersOf(call);
    const invalid = validate(parameters);
    if (invalid) return invalid;
    switch (call.action) {
      case 'start':
        return start(call, parameters);
      case 'stop':
        return stop(call, parameters);
      case 'monitor':
      case 'status':
        if (isMounted(call, parameters)) return { rc: OCF.ok };
        if (!deviceThere(call, parameters))
          agentLog(call, 'WARNING', `Couldn't find device [${parameters.device}]. Expected /dev/??? to exist`);
        return { rc: OCF.notRunning };
      case 'validate-all':
        return { rc: OCF.ok };
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
