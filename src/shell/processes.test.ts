import { describe, expect, it } from 'vitest';
import { Kernel } from '../kernel/kernel';
import { Runtime } from '../kernel/runtime';
import type { Process, Program, ProgramTable } from './process';
import { ProcessTable, runProgram } from './processes';
import { testWorld } from './testing';

const table = (programs: ProgramTable = {}) =>
  new ProcessTable(new Runtime(new Kernel(testWorld(programs), {})), programs);
const main = (body: Program, programs: ProgramTable = {}) =>
  runProgram(table(programs), body, ['main'], { machine: 'node1' });

const hi: Program = async (process) => {
  await process.stdout.write('hi\n');
  return 7;
};

describe('the process table', () => {
  it('runs a program and gives its output and status', async () => {
    const result = await main(async (process) => {
      await process.stdout.write('hello\n');
      await process.stderr.write('oops\n');
      return 3;
    });
    expect(result).toEqual({ stdout: 'hello\n', stderr: 'oops\n', status: 3 });
  });

  it('has a record in the world while the process runs, and none afterwards', async () => {
    const processes = table();
    let seen = '';
    await runProgram(
      processes,
      async (process) => {
        seen = process.machine.processes[process.pid]?.command ?? '';
        return 0;
      },
      ['main', '-x'],
      { machine: 'node1' },
    );
    expect(seen).toBe('main -x');
    expect(Object.keys(processes.runtime.world.machines.node1?.processes ?? {})).toEqual([]);
  });

  it('finds programs along PATH and says what bash says of those it cannot run', async () => {
    const result = await main(
      async (process) => {
        const statuses = [];
        for (const name of ['hi', 'nosuch', '/etc', '/etc/hosts', './x']) statuses.push(await process.run([name]));
        await process.stdout.write(statuses.join(' '));
        return 0;
      },
      { hi },
    );
    expect(result.stdout).toBe('hi\n7 127 126 126 127');
    expect(result.stderr).toBe(
      [
        'bash: line 1: nosuch: command not found',
        'bash: line 1: /etc: Is a directory',
        'bash: line 1: /etc/hosts: Permission denied',
        'bash: line 1: ./x: No such file or directory',
        '',
      ].join('\n'),
    );
  });

  it('lets no simulated time pass while a program is loaded', async () => {
    let before = 0;
    const result = await main(
      async (process) => {
        before = process.world.now;
        return process.run(['slow']);
      },
      {
        slow: {
          load: async () => {
            await new Promise((resolve) => setTimeout(resolve, 20));
            return async (process: Process) => process.world.now - before;
          },
        },
      },
    );
    expect(result.status).toBeLessThanOrEqual(4);
  });

  it('ends a process that is signalled with 128 and the number, unless it handles the signal', async () => {
    const result = await main(
      async (process) => {
        const killed = await process.spawn(['sleeper']);
        await process.sleep(10);
        killed.signal('TERM');
        const caught = await process.spawn(['catcher']);
        await process.sleep(10);
        caught.signal('TERM');
        await process.stdout.write(`${await killed.wait()} ${await caught.wait()} ${process.world.now < 1000}`);
        return 0;
      },
      {
        sleeper: async (process) => {
          await process.sleep(1_000_000);
          return 0;
        },
        catcher: async (process) => {
          let ended = false;
          process.onSignal('TERM', () => {
            ended = true;
          });
          await process.until(() => ended || undefined);
          return 5;
        },
      },
    );
    expect(result.stdout).toBe('143 5 true');
  });

  it('kills the processes of a machine whose power goes', async () => {
    const processes = table();
    const ended = runProgram(
      processes,
      async (process) => {
        await process.sleep(1_000_000);
        return 0;
      },
      ['main'],
      { machine: 'node1', drive: false },
    );
    await processes.runtime.run(100);
    processes.runtime.transact((world) => {
      const machine = world.machines.node1;
      if (machine) machine.power = 'off';
    });
    await processes.runtime.run(200);
    expect((await ended).status).toBe(137);
    expect(processes.processes.size).toBe(0);
  });

  it('runs branches concurrently in simulated time', async () => {
    const result = await main(async (process) => {
      const start = process.world.now;
      const values = await process.concurrently([
        async (branch) => branch.sleep(50).then(() => 'a'),
        async (branch) => branch.sleep(30).then(() => 'b'),
      ]);
      await process.stdout.write(`${values.join('')} ${process.world.now - start}`);
      return 0;
    });
    expect(result.stdout).toBe('ab 50');
  });

  it('captures what a child prints', async () => {
    const result = await main(
      async (process) => {
        const got = await process.capture(['hi']);
        await process.stdout.write(JSON.stringify(got));
        return 0;
      },
      { hi },
    );
    expect(JSON.parse(result.stdout)).toEqual({ status: 7, stdout: 'hi\n', stderr: '' });
  });

  it('lets a bug of a program surface', async () => {
    await expect(
      main(async () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow('a bug');
  });
});
