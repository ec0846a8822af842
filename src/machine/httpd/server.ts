import { listen } from '../../network/sockets';
import type { Machine } from '../../world/machine';
import type { ProcessRecord } from '../../world/unit';
import type { World } from '../../world/world';
import { findUser } from '../accounts';
import { FileError, readFileIfThere, removeFileIfThere, writeFile } from '../files';
import { addProcess } from '../systemd/processes';
import { type HttpdConfig, readConfig } from './config';
import { flavourOf } from './flavour';
import { errorLog, logDirectory, underRoot } from './log';
import { ConfigProblem } from './syntax';

const KIND = 'httpd';

/** How the server is started. */
export interface HttpdLaunch {
  /** Command line as `ps` shows it. */
  readonly command: string;
  readonly config: string;
  readonly defines: readonly string[];
  /** `-c PidFile`: instead of the configuration's. */
  readonly pidFile?: string;
  /** Unit that runs it; null: it runs by itself. */
  readonly unit: string | null;
  /** The main process, where there is one already. */
  readonly mainPid?: number;
}

export type HttpdStart =
  | { readonly kind: 'started'; readonly pid: number; readonly config: HttpdConfig; readonly warning: string }
  /** What it prints before it exits with status 1. */
  | { readonly kind: 'failed'; readonly text: string };

/** Reads the configuration as the server would now. Throws ConfigProblem. */
export function loadConfig(machine: Machine, path: string, defines: readonly string[]): HttpdConfig {
  const flavour = flavourOf(machine);
  return readConfig(machine, path, { root: flavour.root, pidFile: flavour.pidFile, defines });
}

/** The warning of a server that can't find out its own name. */
export function nameWarning(machine: Machine, config: HttpdConfig): string {
  if (config.serverName !== null || /\./.test(machine.hostname)) return '';
  const address = machine.network.nics.flatMap((nic) => nic.addresses)[0]?.address ?? '127.0.0.1';
  return `AH00558: ${flavourOf(machine).name}: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`;
}

/** Starts a server on a draft: configuration, sockets, processes, PID file. */
export function startHttpd(world: World, machine: Machine, launch: HttpdLaunch): HttpdStart {
  const flavour = flavourOf(machine);
  let config: HttpdConfig;
  try {
    config = loadConfig(machine, launch.config, launch.defines);
    if (launch.pidFile !== undefined) config = { ...config, pidFile: launch.pidFile };
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    return { kind: 'failed', text: error.text(flavour.name) };
  }
  const warning = nameWarning(machine, config);
  const missing = logDirectory(machine, config);
  if (missing !== null) {
    const text = `(2)No such file or directory: AH02291: Cannot access directory '${missing}/' for main error log\nAH00014: Configuration check failed\n`;
    return { kind: 'failed', text: warning + text };
  }
  const pid = launch.mainPid ?? addProcess(world, machine, { command: launch.command, unit: launch.unit });
  const refused = openSockets(machine, config, pid, launch.unit);
  if (refused !== null) {
    closeServerSockets(machine, pid);
    if (launch.mainPid === undefined) delete machine.processes[pid];
    return { kind: 'failed', text: warning + refused };
  }
  const main = machine.processes[pid];
  if (main) main.daemon = { kind: KIND, role: 'main', memory: JSON.stringify(config) };
  for (let n = 0; n < flavour.workers; n++) addWorker(world, machine, pid);
  writePid(world, machine, config, pid);
  errorLog(
    world,
    machine,
    config,
    pid,
    'mpm_event:notice',
    `AH00489: ${flavour.product} configured -- resuming normal operations`,
  );
  errorLog(
    world,
    machine,
    config,
    pid,
    'core:notice',
    `AH00094: Command line: '${launch.command.replace(/ -D(\S)/g, ' -D $1')}'`,
  );
  return { kind: 'started', pid, config, warning };
}

function openSockets(machine: Machine, config: HttpdConfig, pid: number, unit: string | null): string | null {
  const { name } = flavourOf(machine);
  let text = '';
  let fd = 4;
  for (const { address, port } of config.listen) {
    const own = address === '*' || address === '0.0.0.0' || holds(machine, address);
    if (own && listen(machine, { protocol: 'tcp', address, port, process: name, pid, unit, fd })) {
      fd += 2;
      continue;
    }
    const wildcard = address === '*';
    const reason = own ? '(98)Address already in use' : '(99)Cannot assign requested address';
    const message = (where: string) => `${reason}: AH00072: make_sock: could not bind to address ${where}:${port}\n`;
    text += wildcard ? message('[::]') + message('0.0.0.0') : message(address);
  }
  if (text !== '' || config.listen.length === 0)
    return `${text}no listening sockets available, shutting down\nAH00015: Unable to open logs\n`;
  return null;
}

function holds(machine: Machine, address: string): boolean {
  if (address.startsWith('127.') || address === '::1' || address === '::') return true;
  return machine.network.nics.some((nic) => nic.addresses.some((own) => own.address === address));
}

function addWorker(world: World, machine: Machine, main: number): void {
  const record = machine.processes[main];
  if (!record) return;
  const config = configOf(machine, main);
  const uid = findUser(machine, config?.user ?? 'apache')?.uid ?? 0;
  const pid = addProcess(world, machine, { command: record.command, unit: record.unit, ppid: main, uid });
  const worker = machine.processes[pid];
  if (worker) worker.daemon = { kind: KIND, role: 'worker' };
  for (const socket of machine.network.sockets)
    if (socket.pid === main) socket.holders = [...(socket.holders ?? []), pid];
}

function writePid(world: World, machine: Machine, config: HttpdConfig, pid: number): void {
  try {
    const path = underRoot(config, config.pidFile);
    writeFile(machine, path, `${pid}\n`, { time: world.epoch + world.now, makeParents: true });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

/** What a main process works with. */
export function configOf(machine: Machine, pid: number): HttpdConfig | undefined {
  const { daemon } = machine.processes[pid] ?? {};
  return daemon?.kind === KIND && daemon.memory !== undefined ? (JSON.parse(daemon.memory) as HttpdConfig) : undefined;
}

/** The main process that a PID file names, if it runs. */
export function runningMain(machine: Machine, pidFile: string): number | undefined {
  const pid = Number.parseInt(readFileIfThere(machine, pidFile) ?? '', 10);
  return machine.processes[pid]?.daemon?.role === 'main' ? pid : undefined;
}

function workersOf(machine: Machine, main: number): ProcessRecord[] {
  return Object.values(machine.processes).filter(
    (process) => process.ppid === main && process.daemon?.kind === KIND && process.daemon.role === 'worker',
  );
}

function closeServerSockets(machine: Machine, pid: number): void {
  machine.network.sockets = machine.network.sockets.filter((socket) => socket.pid !== pid);
}

/** Ends a server as SIGTERM to its main process does: all processes, sockets and the PID file go. */
export function stopHttpd(world: World, machine: Machine, main: number, how: 'TERM' | 'WINCH'): void {
  const config = configOf(machine, main);
  if (config) {
    removeFileIfThere(machine, underRoot(config, config.pidFile), world.epoch + world.now);
    const text =
      how === 'TERM' ? 'AH00491: caught SIGTERM, shutting down' : 'AH00492: caught SIGWINCH, shutting down gracefully';
    errorLog(world, machine, config, main, 'mpm_event:notice', text);
  }
  for (const worker of workersOf(machine, main)) delete machine.processes[worker.pid];
  delete machine.processes[main];
  closeServerSockets(machine, main);
}

/** Reads the configuration anew, as SIGHUP and SIGUSR1 make a server do. A wrong one ends it. */
export function reloadHttpd(world: World, machine: Machine, main: number, path: string): boolean {
  const before = configOf(machine, main);
  const record = machine.processes[main];
  if (!before || !record?.daemon) return false;
  let config: HttpdConfig;
  try {
    config = { ...loadConfig(machine, path, before.defines), pidFile: before.pidFile };
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    return false;
  }
  const unit = record.unit;
  closeServerSockets(machine, main);
  for (const worker of workersOf(machine, main)) delete machine.processes[worker.pid];
  if (openSockets(machine, config, main, unit) !== null) return false;
  record.daemon.memory = JSON.stringify(config);
  const { product, workers } = flavourOf(machine);
  for (let n = 0; n < workers; n++) addWorker(world, machine, main);
  const text = `AH00489: ${product} configured -- resuming normal operations`;
  errorLog(world, machine, config, main, 'mpm_event:notice', text);
  return true;
}

/** The main process was killed: its workers hold the sockets and go on serving. */
export function orphanWorkers(machine: Machine, main: number): void {
  const workers = workersOf(machine, main);
  const memory = machine.processes[main]?.daemon?.memory;
  delete machine.processes[main];
  const [first] = workers;
  if (!first) {
    closeServerSockets(machine, main);
    return;
  }
  for (const worker of workers) {
    worker.ppid = 1;
    if (worker.daemon && memory !== undefined) worker.daemon.memory = memory;
  }
  handOver(
    machine,
    main,
    workers.map((worker) => worker.pid),
  );
}

/** A worker is gone: its main process starts another one; the last of orphans takes the sockets along. */
export function workerGone(world: World, machine: Machine, pid: number): void {
  const main = machine.processes[pid]?.ppid ?? 0;
  delete machine.processes[pid];
  for (const socket of machine.network.sockets)
    if (socket.holders) socket.holders = socket.holders.filter((holder) => holder !== pid);
  const { daemon } = machine.processes[main] ?? {};
  if (daemon?.role === 'main') {
    if (!daemon.ending) addWorker(world, machine, main);
  } else {
    const orphans = machine.network.sockets.find((socket) => socket.pid === pid)?.holders ?? [];
    handOver(machine, pid, orphans);
  }
}

/** Sockets of a process that is gone belong to the others that have them open; without any they are closed. */
function handOver(machine: Machine, from: number, to: readonly number[]): void {
  const [next, ...rest] = to;
  if (next === undefined) {
    closeServerSockets(machine, from);
    return;
  }
  for (const socket of machine.network.sockets) {
    if (socket.pid !== from) continue;
    socket.pid = next;
    socket.holders = rest;
  }
}
