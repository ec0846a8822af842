import { describe, expect, it } from 'vitest';
import { writeFile } from './files';
import { powerOff, powerOn, requestShutdown, reset } from './power';
import { bootedKernel, messages, runFor, TEST_EPOCH } from './testing';
import { isActive, killProcess, reloadDaemon, startUnit, stopUnit } from './units';

function withUnit(name: string, text: string) {
  const kernel = bootedKernel();
  kernel.transact((world) => {
    const machine = world.machines.node1;
    if (machine) writeFile(machine, `/etc/systemd/system/${name}`, text, { time: TEST_EPOCH });
    reloadDaemon(world, 'node1');
  });
  return kernel;
}

describe('systemd', () => {
  it('boots into the default target with the enabled units', () => {
    const kernel = bootedKernel();
    const machine = kernel.world.machines.node1;
    if (!machine) throw new Error('no machine');
    expect(machine.power).toBe('running');
    for (const unit of [
      'multi-user.target',
      'chronyd.service',
      'rsyslog.service',
      'crond.service',
      'auditd.service',
      'dbus-broker.service',
    ]) {
      expect([unit, isActive(machine, unit)]).toEqual([unit, true]);
    }
    expect(machine.jobs).toEqual([]);
    expect(messages(kernel)).toContain('Reached target Multi-User System.');
  });

  it('starts and stops a simple service with the lines of systemd 252', () => {
    const kernel = withUnit(
      'sleepy.service',
      '[Unit]\nDescription=Sleepy demo service\n[Service]\nExecStart=/bin/sleep 100000\n[Install]\nWantedBy=multi-user.target\n',
    );
    kernel.transact((world) => startUnit(world, 'node1', 'sleepy'));
    expect(messages(kernel, 'node1', 'sleepy.service')).toEqual(['Started Sleepy demo service.']);
    kernel.transact((world) => stopUnit(world, 'node1', 'sleepy'));
    runFor(kernel, 1000);
    expect(messages(kernel, 'node1', 'sleepy.service')).toEqual([
      'Started Sleepy demo service.',
      'Stopping Sleepy demo service...',
      'sleepy.service: Deactivated successfully.',
      'Stopped Sleepy demo service.',
    ]);
    expect(kernel.world.machines.node1?.units['sleepy.service']?.active ?? 'inactive').toBe('inactive');
  });

  it('tells how a service failed', () => {
    const kernel = withUnit('broken.service', '[Unit]\nDescription=Broken unit\n[Service]\nExecStart=/bin/false\n');
    kernel.transact((world) => startUnit(world, 'node1', 'broken'));
    runFor(kernel, 1000);
    expect(messages(kernel, 'node1', 'broken.service')).toEqual([
      'Started Broken unit.',
      'broken.service: Main process exited, code=exited, status=1/FAILURE',
      "broken.service: Failed with result 'exit-code'.",
    ]);
  });

  it('gives up a service that is restarted too often', () => {
    const kernel = withUnit(
      'loop.service',
      '[Unit]\nDescription=Loop\n[Service]\nExecStart=/bin/false\nRestart=always\n',
    );
    kernel.transact((world) => startUnit(world, 'node1', 'loop'));
    runFor(kernel, 5000);
    const lines = messages(kernel, 'node1', 'loop.service');
    expect(lines.filter((line) => line === 'Started Loop.')).toHaveLength(5);
    expect(lines.slice(-4)).toEqual([
      'Stopped Loop.',
      'loop.service: Start request repeated too quickly.',
      "loop.service: Failed with result 'exit-code'.",
      'Failed to start Loop.',
    ]);
  });

  it('fails a unit whose requirement fails', () => {
    const kernel = withUnit(
      'need.service',
      '[Unit]\nDescription=Need\nType=oneshot\n[Service]\nType=oneshot\nExecStart=/bin/false\n',
    );
    kernel.transact((world) => {
      const machine = world.machines.node1;
      if (machine)
        writeFile(
          machine,
          '/etc/systemd/system/user.service',
          '[Unit]\nDescription=User\nRequires=need.service\nAfter=need.service\n[Service]\nExecStart=/bin/sleep 9\n',
          { time: TEST_EPOCH },
        );
      reloadDaemon(world, 'node1');
      startUnit(world, 'node1', 'user');
    });
    runFor(kernel, 1000);
    expect(messages(kernel, 'node1', 'user.service')).toEqual([
      'Dependency failed for User.',
      "user.service: Job user.service/start failed with result 'dependency'.",
    ]);
  });

  it('restarts a killed daemon when its unit says so', () => {
    const kernel = bootedKernel();
    const pid = kernel.world.machines.node1?.units['crond.service']?.mainPid ?? 0;
    expect(pid).toBeGreaterThan(1);
    kernel.transact((world) => killProcess(world, 'node1', pid, 'KILL'));
    expect(messages(kernel, 'node1', 'crond.service')).toContain(
      'crond.service: Main process exited, code=killed, status=9/KILL',
    );
    runFor(kernel, 31_000);
    expect(kernel.world.machines.node1?.units['crond.service']?.active).toBe('active');
    expect(kernel.world.machines.node1?.units['crond.service']?.mainPid).not.toBe(pid);
  });

  it('stops units in reverse order at a reboot and boots again', () => {
    const kernel = bootedKernel();
    kernel.transact((world) => requestShutdown(world, 'node1', 'reboot'));
    runFor(kernel, 30_000);
    const machine = kernel.world.machines.node1;
    expect([machine?.power, machine?.boot]).toEqual(['running', 2]);
    const first = (machine?.log ?? []).filter((entry) => entry.boot === 1).map((entry) => entry.message);
    expect(first.indexOf('Stopped target Multi-User System.')).toBeLessThan(
      first.indexOf('Stopped NTP client/server.'),
    );
    expect(first.indexOf('Stopped Command Scheduler.')).toBeLessThan(first.indexOf('Stopped target Basic System.'));
    expect(first.at(-1)).toBe('Shutting down.');
  });

  it('loses everything in memory when the plug is pulled', () => {
    const kernel = bootedKernel();
    kernel.transact((world) => powerOff(world, 'node1'));
    const machine = kernel.world.machines.node1;
    expect([machine?.power, machine?.units, machine?.processes, machine?.network.sockets]).toEqual(['off', {}, {}, []]);
    expect(kernel.world.queue.filter((event) => event.machine === 'node1')).toEqual([]);
    kernel.transact((world) => powerOn(world, 'node1'));
    runFor(kernel, 20_000);
    kernel.transact((world) => reset(world, 'node1'));
    runFor(kernel, 20_000);
    expect(kernel.world.machines.node1?.boot).toBe(3);
  });
});
