import { expect, test } from 'vitest';
import { Kernel } from '../../../kernel/kernel';
import { Runtime } from '../../../kernel/runtime';
import { ProcessTable } from '../../../shell/processes';
import { TerminalSession } from '../../../shell/terminal';
import { testWorld } from '../../../shell/testing';
import { programs } from '../index';

test('the live display waits for a cluster that does not run, and ^C gives the terminal back', async () => {
  const runtime = new Runtime(new Kernel(testWorld(programs), {}));
  let screen = '';
  const output = (data: string) => {
    screen += data;
  };
  const table = new ProcessTable(runtime, programs);
  const session = new TerminalSession(table, { machine: 'node1', columns: 80, rows: 24, output, offer: () => {} });
  const type = async (keys: string): Promise<string> => {
    screen = '';
    session.input(keys);
    await runtime.run(runtime.world.now + 7000);
    return screen;
  };
  await type('');
  const waiting = await type('crm_mon\r');
  expect(waiting).toContain('\x1b[?1049h\x1b[H\x1b[2JWaiting until cluster is available on this node ...\r\n');
  expect(waiting).not.toContain('\x1b[?1049l');
  expect(await type('\x03')).toContain('\x1b[?1049l');
  expect(await type('echo status $?\r')).toContain('status 1\r\n');
});
