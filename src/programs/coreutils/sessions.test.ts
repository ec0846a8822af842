import { expect, it } from 'vitest';
import { Kernel } from '../../kernel/kernel';
import { Runtime } from '../../kernel/runtime';
import { ProcessTable } from '../../shell/processes';
import { TerminalSession } from '../../shell/terminal';
import { testWorld } from '../../shell/testing';
import { programs } from '.';

it('users and logname tell who is logged in', async () => {
  const runtime = new Runtime(new Kernel(testWorld(programs), {}));
  let screen = '';
  const session = new TerminalSession(new ProcessTable(runtime, programs), {
    machine: 'node1',
    user: 'student',
    columns: 80,
    rows: 24,
    output: (data) => {
      screen += data;
    },
  });
  session.input('users; logname; logname x\r');
  await runtime.run(runtime.world.now + 1000);
  expect(screen).toMatch(/student\r\nstudent\r\nlogname: extra operand ‘x’/);
});
