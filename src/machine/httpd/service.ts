import { type EventHandlers, schedule } from '../../kernel/events';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import type { DaemonBehaviour } from '../daemon';
import { logTo } from '../log';
import type { ServiceBehaviour, ServiceTable } from '../service';
import { serviceExited } from '../units';
import { flavourOf } from './flavour';
import { orphanWorkers, reloadHttpd, startHttpd, stopHttpd, workerGone } from './server';

declare module '../../kernel/events' {
  interface EventMap {
    /** A server that was told to end has ended its workers. */
    'httpd.end': { machine: string; pid: number; signal: 'TERM' | 'WINCH' };
  }
}

/** From the signal to the end of all processes. */
const END_MS = 20;

/** From the start of the main process to its word that it is ready. */
const READY_MS = 180;
/** A graceful end waits for the workers. */
const STOP_MS = 1100;

function unitOf(machine: Machine): string {
  return `${flavourOf(machine).name}.service`;
}

/** The web server as its unit runs it. */
const service: ServiceBehaviour = {
  start(world, machine, pid) {
    const { name, config } = flavourOf(machine);
    const unit = unitOf(machine);
    const say = (message: string) => logTo(world, machine, { identifier: name, pid, unit, message });
    const command = machine.processes[pid]?.command ?? '';
    const begun = startHttpd(world, machine, { command, config, defines: ['FOREGROUND'], unit, mainPid: pid });
    const text = begun.kind === 'failed' ? begun.text : begun.warning;
    for (const line of text.split('\n')) if (line !== '') say(line);
    if (begun.kind === 'failed') return { kind: 'failed', status: 1, after: 40 };
    const ports = begun.config.listen.map(({ port }) => port);
    say(`Server configured, listening on: port ${[...new Set(ports)].join(', ')}`);
    return { kind: 'starting', readyAfter: READY_MS };
  },
  stop(world, machine) {
    const main = machine.units[unitOf(machine)]?.mainPid ?? 0;
    // New connections are refused at once; the rest of the stop is the workers'.
    stopHttpd(world, machine, main, 'WINCH');
    return STOP_MS;
  },
  ended() {},
  reload(world, machine) {
    const main = machine.units[unitOf(machine)]?.mainPid ?? 0;
    reloadHttpd(world, machine, main, flavourOf(machine).config);
  },
};

/** Signals to the server's processes, whoever started it. */
const daemon: DaemonBehaviour = {
  signal(world, machine, pid, signal) {
    const process = machine.processes[pid];
    if (!process?.daemon || process.daemon.ending) return;
    if (process.daemon.role === 'worker') {
      if (!['HUP', 'USR1', 'WINCH', 'CHLD', 'URG', 'ALRM'].includes(signal)) workerGone(world, machine, pid);
      return;
    }
    if (signal === 'HUP' || signal === 'USR1') {
      const path = / -f (\S+)/.exec(process.command)?.[1] ?? flavourOf(machine).config;
      reloadHttpd(world, machine, pid, path);
      return;
    }
    if (['CHLD', 'ALRM', 'USR2'].includes(signal)) return;
    endMain(world, machine, pid, signal);
  },
};

/** The main process ends: in order on TERM, INT and WINCH, at once on anything else. */
function endMain(world: World, machine: Machine, pid: number, signal: string): void {
  const record = machine.processes[pid];
  if (signal === 'TERM' || signal === 'INT' || signal === 'WINCH') {
    if (record?.daemon) record.daemon.ending = true;
    const how = signal === 'WINCH' ? 'WINCH' : 'TERM';
    schedule(world, END_MS, 'httpd.end', { machine: machine.name, pid, signal: how }, { machine: machine.name });
    return;
  }
  const unit = record?.unit ?? null;
  orphanWorkers(machine, pid);
  if (unit !== null && machine.units[unit]?.mainPid === pid)
    serviceExited(world, machine.name, unit, { kind: 'signal', signal });
}

export const handlers: EventHandlers = {
  'httpd.end': (world, { machine: name, pid, signal }) => {
    const machine = world.machines[name];
    const record = machine?.processes[pid];
    if (!machine || !record?.daemon?.ending) return;
    const { unit } = record;
    stopHttpd(world, machine, pid, signal);
    if (unit !== null && machine.units[unit]?.mainPid === pid)
      serviceExited(world, name, unit, { kind: 'exited', status: 0 });
  },
};

export const services: ServiceTable = { 'httpd.service': service, 'apache2.service': service };

export const daemons = { httpd: daemon };
