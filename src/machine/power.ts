import { cancelEvent, cancelMachineEvents, type EventHandlers, schedule } from '../kernel/events';
import { record } from '../kernel/history';
import { randomHex } from '../kernel/random';
import { addAddress, resetNetwork, setLink } from '../network/links';
import type { Machine } from '../world/machine';
import type { PendingEvent, World } from '../world/world';
import { forgetMounts, lookup, readFileIfThere, removeDirectory } from './files';
import { mountKernelTrees } from './image/kernelfs';
import { kernelLog, logTo } from './log';
import { enqueue } from './systemd/jobs';
import { addProcess } from './systemd/processes';
import { ensureState, isUp, realUnitName, setActive, statusName } from './systemd/state';
import { settle } from './units';

declare module '../kernel/events' {
  interface EventMap {
    /** Firmware and kernel are through: systemd starts. */
    'machine.boot': { machine: string };
    /** All units are stopped: what the shutdown was for happens. */
    'machine.halted': { machine: string };
    /** The time of a scheduled shutdown has come. */
    'machine.shutdown.due': { machine: string; kind: 'reboot' | 'poweroff' | 'halt' };
    /** A shutdown under way looks whether anything is left to stop. */
    'machine.shutdown.check': { machine: string };
  }
}

/** From the last stopped unit to the moment when power goes. */
const HALT_MS = 400;
/** What a reset takes before the firmware starts. */
const RESET_MS = 300;
/** A container's outer loop waits this long before it boots again. */
const CONTAINER_REBOOT_MS = 2000;

function machineOf(world: World, name: string): Machine {
  const machine = world.machines[name];
  if (!machine) throw new Error(`no machine ${name}`);
  return machine;
}

/** Switches a machine on. Nothing happens when it is on. */
export function powerOn(world: World, name: string): void {
  const machine = machineOf(world, name);
  if (machine.power !== 'off' && machine.power !== 'crashed') return;
  if (machine.power === 'crashed') dropRuntime(world, machine);
  machine.power = 'booting';
  numberDomain(world, machine);
  record(world, 'power.on', name, {});
  schedule(world, machine.bootMs, 'machine.boot', { machine: name }, { machine: name, key: `boot:${name}` });
}

/** The hypervisor numbers each start of a guest. */
function numberDomain(world: World, machine: Machine): void {
  if (machine.kind !== 'guest' || machine.domainId !== undefined) return;
  const host = Object.values(world.machines).find((other) => other.kind === 'hypervisor');
  if (!host) return;
  host.lastDomainId = (host.lastDomainId ?? 0) + 1;
  machine.domainId = host.lastDomainId;
  delete machine.offReason;
}

/** Pulls the plug: everything that isn't on a disk is gone at once. */
export function powerOff(world: World, name: string): void {
  // A machine that is between going down and coming up again stays down.
  cancelEvent(world, `boot:${name}`);
  cutPower(world, machineOf(world, name), 'off', 'plug');
}

/** Presses the reset button. */
export function reset(world: World, name: string): void {
  const machine = machineOf(world, name);
  if (machine.power === 'off') return;
  cutPower(world, machine, 'off', 'reset');
  schedule(world, RESET_MS, 'machine.halted', { machine: name }, { machine: name, key: `boot:${name}` });
}

/** The kernel panics: the machine is on, and answers nothing any more. */
export function crash(world: World, name: string): void {
  const machine = machineOf(world, name);
  if (machine.power === 'off' || machine.power === 'crashed') return;
  kernelLog(world, name, 'Kernel panic - not syncing: sysrq triggered crash', 0);
  cutPower(world, machine, 'crashed', 'crash');
}

function cutPower(world: World, machine: Machine, power: 'off' | 'crashed', how: string): void {
  if (machine.power === 'off' && power === 'off') return;
  dropRuntime(world, machine);
  machine.power = power;
  if (power === 'off' && how === 'plug') {
    delete machine.domainId;
    machine.offReason = 'destroyed';
  }
  // Guests have no power of their own.
  if (machine.kind === 'hypervisor' && power === 'off') {
    for (const guest of Object.values(world.machines))
      if (guest.kind === 'guest') cutPower(world, guest, 'off', 'plug');
  }
  record(world, power === 'off' ? 'power.off' : 'power.crash', machine.name, { how });
}

/** Clears all that lives in memory. */
function dropRuntime(world: World, machine: Machine): void {
  cancelMachineEvents(world, machine.name);
  machine.units = {};
  machine.jobs = [];
  machine.jobResults = {};
  machine.processes = {};
  for (const login of machine.logins) login.until ??= world.now;
  machine.corosync = null;
  machine.pacemaker = null;
  machine.shutdown = null;
  delete machine.frozen;
  resetNetwork(machine);
}

/** Asks a running machine to shut down cleanly: units stop in order, then power goes or the machine boots again. */
export function requestShutdown(world: World, name: string, kind: 'reboot' | 'poweroff' | 'halt'): void {
  const machine = machineOf(world, name);
  if (machine.power === 'booting') {
    if (kind === 'reboot') reset(world, name);
    else powerOff(world, name);
    return;
  }
  if (machine.power !== 'running' || machine.shutdown) return;
  machine.shutdown = kind;
  record(world, 'power.shutdown', name, { kind });
  const wording = {
    reboot: 'The system will reboot now!',
    poweroff: 'The system will power off now!',
    halt: 'The system will halt now!',
  };
  logTo(world, machine, { identifier: 'systemd-logind', unit: 'systemd-logind.service', message: wording[kind] });
  machine.jobs = [];
  // Sessions end first; nothing can be started from here on.
  for (const process of Object.values(machine.processes)) if (process.session) delete machine.processes[process.pid];
  for (const unit of Object.keys(machine.units)) enqueue(world, machine, unit, 'stop');
  settle(world, machine);
  machine.power = 'stopping';
  checkShutdown(world, machine);
}

/** `shutdown +5`: a clean shutdown after a while. */
export function scheduleShutdown(
  world: World,
  name: string,
  kind: 'reboot' | 'poweroff' | 'halt',
  delay: number,
): void {
  schedule(
    world,
    delay,
    'machine.shutdown.due',
    { machine: name, kind },
    { machine: name, key: `shutdown.due:${name}` },
  );
}

/** `shutdown -c`. */
export function cancelShutdown(world: World, name: string): void {
  cancelEvent(world, `shutdown.due:${name}`);
}

function checkShutdown(world: World, machine: Machine): void {
  if (machine.power !== 'stopping') return;
  const key = `shutdown:${machine.name}`;
  const busy = Object.values(machine.units).some((state) => state.active === 'deactivating' || isUp(state));
  if (busy && machine.jobs.length > 0) {
    schedule(world, 50, 'machine.shutdown.check', { machine: machine.name }, { machine: machine.name, key });
    return;
  }
  const kind = machine.shutdown ?? 'poweroff';
  const target = kind === 'reboot' ? 'System Reboot' : kind === 'halt' ? 'System Halt' : 'System Power Off';
  logTo(world, machine, { identifier: 'systemd', pid: 1, message: `Reached target ${target}.` });
  logTo(world, machine, { identifier: 'systemd', pid: 1, message: 'Shutting down.' });
  schedule(world, HALT_MS, 'machine.halted', { machine: machine.name }, { machine: machine.name, key });
}

/** The end of a clean shutdown, or of a reset. */
function halted(world: World, name: string): void {
  const machine = machineOf(world, name);
  const kind = machine.shutdown ?? 'reboot';
  const clean = machine.power === 'stopping';
  if (clean) {
    dropRuntime(world, machine);
    machine.power = 'off';
    record(world, 'power.off', name, { how: kind });
    if (kind !== 'reboot') {
      delete machine.domainId;
      machine.offReason = 'shutdown';
    }
  }
  if (kind !== 'reboot') return;
  if (clean && machine.virtualization === 'container') {
    schedule(world, CONTAINER_REBOOT_MS, 'machine.halted', { machine: name }, { machine: name, key: `boot:${name}` });
  } else powerOn(world, name);
}

/** systemd takes over. */
function boot(world: World, name: string): void {
  const machine = machineOf(world, name);
  machine.boot++;
  machine.bootedAt = world.now - machine.bootMs;
  machine.bootId = randomHex(world, 32);
  machine.nextPid = machine.virtualization === 'container' ? 20 : 560;
  machine.hostname = readFileIfThere(machine, '/etc/hostname')?.trim() || 'localhost';
  const kernel = machine.packages['kernel-core'];
  if (kernel) machine.kernel = `${kernel.version}.${kernel.architecture}`;
  remountKernelTrees(world, machine);
  machine.power = 'running';
  record(world, 'power.booted', name, { boot: machine.boot });
  logBoot(world, machine);
  const init =
    machine.distribution === 'debian-12'
      ? '/sbin/init'
      : '/usr/lib/systemd/systemd --switched-root --system --deserialize 31';
  addProcess(world, machine, { command: init, unit: 'init.scope', ppid: 0, pid: 1 });
  for (const unit of ['-.slice', 'system.slice', 'user.slice', 'init.scope', '-.mount']) {
    ensureState(world, machine, unit);
    setActive(
      world,
      machine,
      unit,
      'active',
      unit.endsWith('.mount') ? 'mounted' : unit.endsWith('.scope') ? 'running' : 'active',
    );
  }
  if (machine.virtualization === 'container') bringUpInterfaces(world, machine);
  startDefaultTarget(world, machine);
}

function remountKernelTrees(world: World, machine: Machine): void {
  const time = world.epoch + world.now;
  forgetMounts(machine);
  for (const path of ['/dev', '/proc', '/sys', '/run']) {
    if (lookup(machine, path)) removeDirectory(machine, path, { time, recursive: true });
  }
  mountKernelTrees(machine, time);
}

function logBoot(world: World, machine: Machine): void {
  if (machine.virtualization !== 'container') {
    kernelLog(
      world,
      machine.name,
      `Linux version ${machine.kernel} (mockbuild@x86-05.stream.rdu2.redhat.com) #1 SMP PREEMPT_DYNAMIC`,
      5,
    );
    kernelLog(
      world,
      machine.name,
      (readFileIfThere(machine, '/proc/cmdline') ?? '').trim().replace(/^/, 'Command line: '),
    );
    if (machine.virtualization === 'kvm') kernelLog(world, machine.name, 'Hypervisor detected: KVM');
    kernelLog(world, machine.name, `Memory: ${machine.memoryMib * 1000}K/${machine.memoryMib * 1024}K available`);
    for (const nic of machine.network.nics)
      kernelLog(world, machine.name, `virtio_net virtio0 ${nic.name}: renamed from eth`, 6);
    kernelLog(world, machine.name, 'XFS (sda3): Mounting V5 Filesystem');
    kernelLog(world, machine.name, 'XFS (sda3): Ending clean mount');
  }
  const version = machine.distribution === 'debian-12' ? '252.31-1~deb12u1' : '252-2.el9';
  logTo(world, machine, { identifier: 'systemd', pid: 1, message: `systemd ${version} running in system mode` });
  const place = machine.virtualization === 'none' ? null : machine.virtualization === 'kvm' ? 'kvm' : 'systemd-nspawn';
  if (place) logTo(world, machine, { identifier: 'systemd', pid: 1, message: `Detected virtualization ${place}.` });
  logTo(world, machine, { identifier: 'systemd', pid: 1, message: 'Detected architecture x86-64.' });
  logTo(world, machine, { identifier: 'systemd', pid: 1, message: `Hostname set to <${machine.hostname}>.` });
}

/** The recorded containers get their addresses from outside before they boot. */
function bringUpInterfaces(world: World, machine: Machine): void {
  const text = readFileIfThere(machine, '/etc/network/interfaces') ?? '';
  for (const match of text.matchAll(/^iface (\S+) inet static\n\s+address (\S+)\/(\d+)/gm)) {
    const [, nic = '', address = '', prefix = '24'] = match;
    if (!machine.network.nics.some((own) => own.name === nic)) continue;
    setLink(world, machine.name, nic, true);
    addAddress(world, machine.name, nic, address, Number(prefix), { origin: 'static' });
  }
}

function startDefaultTarget(world: World, machine: Machine): void {
  const target = realUnitName(machine, 'default.target');
  logTo(world, machine, {
    identifier: 'systemd',
    pid: 1,
    message: `Queued start job for default target ${statusName(machine, target)}.`,
  });
  enqueue(world, machine, target, 'start');
  settle(world, machine);
}

/** The events of a machine with times counted from now; they leave the queue. */
export function freeze(world: World, machine: Machine): void {
  const own = world.queue.filter((event) => event.machine === machine.name);
  world.queue = world.queue.filter((event) => event.machine !== machine.name);
  machine.frozen = own.map((event) => ({ ...event, time: event.time - world.now }));
}

/** Puts frozen events back into the queue. */
export function thaw(world: World, machine: Machine): void {
  const events = machine.frozen ?? [];
  delete machine.frozen;
  for (const event of events) {
    const fresh: PendingEvent = { ...event, time: world.now + event.time, sequence: world.sequence++ };
    let at = world.queue.length;
    while (at > 0 && (world.queue[at - 1] as PendingEvent).time > fresh.time) at--;
    world.queue.splice(at, 0, fresh);
  }
}

/** Stops a running machine in its tracks, as `virsh suspend` does. */
export function pause(world: World, name: string): void {
  const machine = machineOf(world, name);
  if (machine.power !== 'running') return;
  freeze(world, machine);
  machine.power = 'paused';
  record(world, 'power.paused', name, {});
}

/** Lets a paused machine go on. */
export function resume(world: World, name: string): void {
  const machine = machineOf(world, name);
  if (machine.power !== 'paused') return;
  machine.power = 'running';
  thaw(world, machine);
  record(world, 'power.resumed', name, {});
}

export const handlers: EventHandlers = {
  'machine.boot': (world, { machine }) => boot(world, machine),
  'machine.halted': (world, { machine }) => halted(world, machine),
  'machine.shutdown.due': (world, { machine, kind }) => requestShutdown(world, machine, kind),
  'machine.shutdown.check': (world, { machine }) => checkShutdown(world, machineOf(world, machine)),
};
