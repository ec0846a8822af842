import { describe, expect, it } from 'vitest';
import { Kernel } from '../../kernel/kernel';
import { Runtime } from '../../kernel/runtime';
import { ProcessTable } from '../../shell/processes';
import { TerminalSession } from '../../shell/terminal';
import { testWorld } from '../../shell/testing';
import { programs as coreutils } from '../coreutils';
import { programs as shell } from '.';

const table = { ...coreutils, ...shell };

/** A terminal of ten lines on a machine with the programs of this family. */
async function terminal() {
  const runtime = new Runtime(new Kernel(testWorld(table), {}));
  let screen = '';
  const session = new TerminalSession(new ProcessTable(runtime, table), {
    machine: 'node1',
    columns: 80,
    rows: 10,
    output: (data) => {
      screen += data;
    },
  });
  const type = async (keys: string, ms = 500): Promise<string> => {
    screen = '';
    session.input(keys);
    await runtime.run(runtime.world.now + ms);
    return screen;
  };
  await type('');
  await type('seq 30 >numbers\r');
  return { session, type };
}

describe('less', () => {
  it('shows a screen, moves on by a screen, says where the text ends and leaves with q', async () => {
    const { session, type } = await terminal();
    const first = await type('less numbers\r');
    expect(first).toMatch(/\x1b\[H1\x1b\[K\r\n2\x1b\[K\r\n[\s\S]*9\x1b\[K\r\n\x1b\[7mnumbers\x1b\[27m/);
    expect(session.state).toBe('prompt');
    expect(await type(' ')).toMatch(/\x1b\[H10\x1b\[K[\s\S]*18\x1b\[K\r\n:/);
    expect(await type('G')).toMatch(/\x1b\[H22\x1b\[K[\s\S]*30\x1b\[K\r\n\x1b\[7m\(END\)/);
    expect(await type('q')).toContain('\x1b[?1049l');
    expect(await type('echo done\r')).toContain('done');
  });

  it('searches, and reads a pipe with the keys of the terminal', async () => {
    const { type } = await terminal();
    await type('cat numbers | less\r');
    expect(await type('/17\r')).toMatch(/\x1b\[H\x1b\[7m17\x1b\[27m/);
    expect(await type('n')).toContain('Pattern not found  (press RETURN)');
    await type('\r');
    expect(await type('q')).toContain('\x1b[?1049l');
  });

  it('is cat where there is no screen, and says what it cannot show', async () => {
    const { type } = await terminal();
    expect(await type('less numbers | tail -1\r')).toMatch(/l\r30\r\n/);
    expect(await type('less /etc\r')).toContain('/etc is a directory');
    expect(await type('less nosuch\r')).toContain('nosuch: No such file or directory');
    expect(await type('less\r')).toContain('Missing filename ("less --help" for help)');
  });
});

describe('more', () => {
  it('goes on at a space and ends with its text', async () => {
    const { type } = await terminal();
    expect(await type('more numbers\r')).toContain('\x1b[7m--More--(30%)\x1b[27m');
    expect(await type('  ')).toContain('--More--(90%)');
    expect(await type(' ')).toContain('30\r\n');
    expect(await type('echo done\r')).toContain('done');
  });
});

describe('top', () => {
  it('draws anew every three seconds until q', async () => {
    const { session, type } = await terminal();
    expect(await type('top\r')).toMatch(
      /top - 09:00:0\d up 0 min[\s\S]*PID USER[\s\S]*R {3}0\.0 {3}0\.1 {3}0:00\.00 top/,
    );
    expect(session.command).toBe('');
    expect(await type('', 3100)).toContain('top - 09:00:0');
    expect(await type('q')).toContain('\x1b[?1049l');
    expect(await type('top -bn1 | head -1\r')).toContain('load average');
    expect(await type('top -x\r')).toContain("top: unknown option 'x'");
  });
});
