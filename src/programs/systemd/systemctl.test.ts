import { describe, expect, it } from 'vitest';
import { Runtime } from '../../kernel/runtime';
import { writeFile } from '../../machine/files';
import { bootedKernel, TEST_EPOCH } from '../../machine/testing';
import { reloadDaemon } from '../../machine/units';
import { ProcessTable, runProgram } from '../../shell/processes';
import { programs } from '.';

/** A booted machine with a unit file beside its own, and a way to run systemctl on it. */
function lab(units: Record<string, string> = {}, debian = false) {
  const kernel = bootedKernel(
    debian
      ? { distribution: 'debian-12', virtualization: 'container', hostname: 'node1.example.com', packages: [] }
      : { hostname: 'node1' },
  );
  kernel.transact((world) => {
    const machine = world.machines.node1;
    if (!machine) return;
    for (const [name, text] of Object.entries(units)) {
      writeFile(machine, `/etc/systemd/system/${name}`, text, { time: TEST_EPOCH });
    }
    reloadDaemon(world, 'node1');
  });
  const table = new ProcessTable(new Runtime(kernel), programs);
  const systemctl = programs.systemctl;
  if (typeof systemctl !== 'function') throw new Error('no systemctl');
  return async (...args: string[]) => {
    const { stdout, stderr, status } = await runProgram(table, systemctl, ['systemctl', ...args], { machine: 'node1' });
    return { stdout, stderr, status };
  };
}

const SLEEPY =
  '[Unit]\nDescription=Sleepy demo service\n[Service]\nExecStart=/bin/sleep 100000\n[Install]\nWantedBy=multi-user.target\n';

describe('systemctl', () => {
  it('refuses an option that the verb lacks, as the course meets it', async () => {
    const run = lab();
    expect(await run('start', '--enable', 'pcsd.service')).toEqual({
      stdout: '',
      stderr: "systemctl: unrecognized option '--enable'\n",
      status: 1,
    });
    expect(await run('foo')).toMatchObject({ stderr: 'Unknown command verb foo.\n', status: 1 });
    expect(await run('start')).toMatchObject({ stderr: 'Too few arguments.\n', status: 1 });
  });

  it('says of unknown units what systemd says, verb by verb', async () => {
    const run = lab();
    expect(await run('status', 'nosuch')).toMatchObject({
      stderr: 'Unit nosuch.service could not be found.\n',
      status: 4,
    });
    expect(await run('start', 'nosuch')).toMatchObject({
      stderr: 'Failed to start nosuch.service: Unit nosuch.service not found.\n',
      status: 5,
    });
    expect(await run('stop', 'nosuch')).toMatchObject({
      stderr: 'Failed to stop nosuch.service: Unit nosuch.service not loaded.\n',
      status: 5,
    });
    expect(await run('enable', 'nosuch')).toMatchObject({
      stderr: 'Failed to enable unit: Unit file nosuch.service does not exist.\n',
      status: 1,
    });
    expect(await run('is-active', 'nosuch')).toMatchObject({ stdout: 'inactive\n', status: 3 });
    expect(await run('is-enabled', 'nosuch')).toMatchObject({
      stderr: 'Failed to get unit file state for nosuch.service: No such file or directory\n',
      status: 1,
    });
  });

  it('enables with links and starts with --now', async () => {
    const run = lab({ 'sleepy.service': SLEEPY });
    expect(await run('enable', '--now', 'sleepy')).toEqual({
      stdout: '',
      stderr:
        'Created symlink /etc/systemd/system/multi-user.target.wants/sleepy.service → /etc/systemd/system/sleepy.service.\n',
      status: 0,
    });
    expect(await run('is-enabled', 'sleepy')).toMatchObject({ stdout: 'enabled\n', status: 0 });
    const { stdout } = await run('status', 'sleepy');
    expect(stdout).toMatch(
      /^● sleepy\.service - Sleepy demo service\n {5}Loaded: loaded \(\/etc\/systemd\/system\/sleepy\.service; enabled; preset: disabled\)\n {5}Active: active \(running\) since /,
    );
    expect(stdout).toMatch(
      /CGroup: \/system\.slice\/sleepy\.service\n {13}└─\d+ \/bin\/sleep 100000\n\nApr 03 .* node1 systemd\[1\]: Started Sleepy demo service\.\n$/,
    );
    expect(await run('disable', '--now', 'sleepy')).toMatchObject({
      stderr: 'Removed "/etc/systemd/system/multi-user.target.wants/sleepy.service".\n',
      status: 0,
    });
    expect(await run('is-active', 'sleepy')).toMatchObject({ stdout: 'inactive\n', status: 3 });
  });

  it('shows a failed unit with its process', async () => {
    const run = lab({ 'broken.service': '[Unit]\nDescription=Broken unit\n[Service]\nExecStart=/bin/false\n' });
    await run('start', 'broken');
    await run('is-active', 'broken');
    const { stdout, status } = await run('status', 'broken');
    expect(status).toBe(3);
    expect(stdout).toMatch(
      /^× broken\.service - Broken unit\n {5}Loaded: loaded \(\/etc\/systemd\/system\/broken\.service; static\)\n {5}Active: failed \(Result: exit-code\) since .* ago\n {3}Duration: \d+ms\n {4}Process: (\d+) ExecStart=\/bin\/false \(code=exited, status=1\/FAILURE\)\n {3}Main PID: \1 \(code=exited, status=1\/FAILURE\)\n {8}CPU: /,
    );
    expect((await run('--failed')).stdout).toMatch(
      /^ {2}UNIT {11}LOAD {3}ACTIVE SUB {4}DESCRIPTION\n● broken\.service loaded failed failed Broken unit\n\nLOAD {3}= /,
    );
  });

  it('fails a start whose main process fails before it is ready', async () => {
    const run = lab({ 'once.service': '[Unit]\nDescription=Once\n[Service]\nType=oneshot\nExecStart=/bin/false\n' });
    expect(await run('start', 'once')).toEqual({
      stdout: '',
      stderr:
        'Job for once.service failed because the control process exited with error code.\nSee "systemctl status once.service" and "journalctl -xeu once.service" for details.\n',
      status: 1,
    });
  });

  it('says that a dependency failed, in the words of the recording', async () => {
    const run = lab(
      {
        'first.service': '[Unit]\nDescription=First\n[Service]\nType=notify\nExecStart=/bin/false\n',
        'second.service':
          '[Unit]\nDescription=Second\nRequires=first.service\nAfter=first.service\n[Service]\nExecStart=/bin/sleep 5\n',
      },
      true,
    );
    expect(await run('start', 'second')).toEqual({
      stdout: '',
      stderr: "A dependency job for second.service failed. See 'journalctl -xe' for details.\n",
      status: 1,
    });
    expect((await run('status', 'second', '--no-pager', '-n', '5')).stdout).toMatch(
      /Dependency failed for second\.service - Second\.\n.*second\.service: Job second\.service\/start failed with result 'dependency'\.\n$/,
    );
  });

  it('masks and unmasks', async () => {
    const run = lab();
    expect(await run('mask', 'crond')).toMatchObject({
      stderr: 'Created symlink /etc/systemd/system/crond.service → /dev/null.\n',
      status: 0,
    });
    expect(await run('restart', 'crond')).toMatchObject({
      stderr: 'Failed to restart crond.service: Unit crond.service is masked.\n',
      status: 1,
    });
    expect((await run('status', 'crond')).stdout).toMatch(
      /^● crond\.service\n {5}Loaded: masked \(Reason: Unit crond\.service is masked\.\)\n/,
    );
    expect(await run('unmask', 'crond')).toMatchObject({
      stderr: 'Removed "/etc/systemd/system/crond.service".\n',
      status: 0,
    });
  });
});
