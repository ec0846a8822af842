import { describe, expect, it } from 'vitest';
import { Kernel } from '../kernel/kernel';
import { Runtime } from '../kernel/runtime';
import type { Program, ProgramTable } from './process';
import { ProcessTable } from './processes';
import { TerminalSession } from './terminal';
import { testWorld } from './testing';

const sleeper: Program = async (process) => {
  await process.sleep(Number(process.argv[1]) * 1000);
  return 0;
};
const secret: Program = async (process) => {
  process.tty?.setEcho(false);
  const line = await process.stdin.readLine();
  process.tty?.setEcho(true);
  await process.stdout.write(`\ngot ${line}\n`);
  return 0;
};
const vi: Program = async (process) => {
  const done = await process.tty?.edit({ editor: 'vi', path: 'x', content: 'a', readOnly: false, save: () => null });
  await process.stdout.write(`${done}\n`);
  return 0;
};
const programs: ProgramTable = { sleep: sleeper, secret, vi, sleepy: sleeper };

function open(columns = 80, edit?: (close: () => void) => void) {
  const runtime = new Runtime(new Kernel(testWorld(programs), {}));
  const table = new ProcessTable(runtime, programs);
  let screen = '';
  const offers: string[] = [];
  const session = new TerminalSession(table, {
    machine: 'node1',
    columns,
    rows: 24,
    output: (data) => {
      screen += data;
    },
    offer: (line) => offers.push(line),
    ...(edit ? { edit: (request) => edit(() => request.close()) } : {}),
  });
  return {
    session,
    offers,
    runtime,
    table,
    /** Types keys, lets half a second pass, and gives what appeared, without bracketed-paste switches. */
    async type(keys: string, ms = 500): Promise<string> {
      screen = '';
      session.input(keys);
      await runtime.run(runtime.world.now + ms);
      return screen.replace(/\x1b\[\?2004[hl]\r?/g, '');
    },
  };
}

async function ready(columns = 80) {
  const terminal = open(columns);
  await terminal.type('');
  await terminal.type("PS1='$ '\r");
  return terminal;
}

describe('a terminal session', () => {
  it('shows the prompt of a login shell and runs what is typed', async () => {
    const terminal = open();
    expect(await terminal.type('')).toBe('bash-5.1# ');
    expect(await terminal.type("PS1='[\\u@\\h \\W]\\$ '\r")).toContain('[root@node1 ~]# ');
    expect(await terminal.type('echo hi\r')).toBe('echo hi\r\nhi\r\n[root@node1 ~]# ');
    expect(terminal.session.state).toBe('prompt');
  });

  it('ends the foreground job with ^C and keeps the shell', async () => {
    const terminal = await ready();
    await terminal.type('sleep 100\r');
    expect(terminal.session.state).toBe('work');
    expect(await terminal.type('\x03')).toBe('^C\r\n$ ');
    expect(await terminal.type('echo $?\r')).toContain('130');
  });

  it('breaks off an endless loop of builtins with ^C', async () => {
    const terminal = await ready();
    await terminal.type('while :; do :; done\r');
    expect(await terminal.type('\x03')).toBe('^C\r\n$ ');
  });

  it('stops a job with ^Z, continues it in the background and in the foreground', async () => {
    const terminal = await ready();
    await terminal.type('sleep 100\r');
    expect(await terminal.type('\x1a')).toBe('^Z\r\n[1]+  Stopped                 sleep 100\r\n$ ');
    expect(await terminal.type('bg\r')).toContain('[1]+ sleep 100 &');
    expect(await terminal.type('jobs\r')).toContain('[1]+  Running                 sleep 100 &');
    await terminal.type('fg\r');
    expect(terminal.session.state).toBe('work');
    expect(await terminal.type('\x03')).toContain('^C\r\n$ ');
  });

  it('tells of a background job that has ended before the next prompt', async () => {
    const terminal = await ready();
    expect(await terminal.type('sleep 1 &\r')).toMatch(/\[1\] \d+/);
    await terminal.type('', 2000);
    expect(await terminal.type('\r')).toContain('[1]+  Done                    sleep 1');
  });

  it('does not echo while a program reads a password', async () => {
    const terminal = await ready();
    await terminal.type('secret\r');
    expect(terminal.session.state).toBe('prompt');
    expect(await terminal.type('pass\r')).toBe('\r\ngot pass\r\n$ ');
  });

  it('asks for more while a command is incomplete, and keeps it as one line of history', async () => {
    const terminal = await ready();
    expect(await terminal.type('for i in 1 2\r')).toBe('for i in 1 2\r\n> ');
    expect(await terminal.type('do echo $i; done\r')).toContain('1\r\n2\r\n');
    expect(await terminal.type('\x1b[A')).toBe('for i in 1 2; do echo $i; done');
  });

  it('completes commands and files, and lists them at the second Tab', async () => {
    const terminal = await ready();
    expect(await terminal.type('ls /etc/ho\t')).toBe('ls /etc/ho\x07st');
    await terminal.type('\x15');
    expect(await terminal.type('cat /etc/pas\t')).toContain('swd ');
    await terminal.type('\x15');
    expect(await terminal.type("cat '/etc/pas\t")).toContain("swd' ");
    await terminal.type('\x15');
    expect(await terminal.type('cd $HOM\t')).toBe('cd $HOME/');
    await terminal.type('\x15');
    expect(await terminal.type('cd ~stu\t')).toBe('cd ~student/');
    await terminal.type('\x15');
    expect(await terminal.type('sleep\t')).toBe('sleep\x07');
    expect(await terminal.type('\t')).toContain('sleep   sleepy  \r\n');
  });

  it('answers a command in Hangul as bash does, and tells which line was meant', async () => {
    const terminal = await ready();
    expect(await terminal.type('니ㄷ데 0.1\r')).toContain('-bash: 니ㄷ데: command not found');
    await terminal.type('ㄷ초ㅐ 안녕 | cat\r');
    expect(terminal.offers).toEqual(['sleep 0.1', 'echo dkssud | cat']);
    await terminal.type('없는명령\recho 안녕\r');
    expect(terminal.offers).toHaveLength(2);
  });

  it('expands history events and says what it does not know', async () => {
    const terminal = await ready();
    await terminal.type('echo one two\r');
    expect(await terminal.type('echo !$\r')).toContain('echo two\r\ntwo\r\n');
    expect(await terminal.type('!nope\r')).toContain('-bash: !nope: event not found');
    expect(await terminal.type('^two^three\r')).toContain('echo three');
  });

  it('searches history backwards', async () => {
    const terminal = await ready();
    await terminal.type('echo alpha\r');
    await terminal.type('echo beta\r');
    expect(await terminal.type('\x12alp')).toContain("(reverse-i-search)`alp': echo alpha");
    expect(await terminal.type('\r')).toContain('\r\nalpha\r\n');
  });

  it('edits in the middle of a line of wide characters', async () => {
    const terminal = await ready();
    await terminal.type('echo 가나');
    await terminal.type('\x1b[D\x7f');
    expect(await terminal.type('\r')).toContain('\r\n나\r\n');
  });

  it('wraps at the right margin without losing a character', async () => {
    const terminal = await ready(20);
    const text = 'echo abcdefghijklmnopqrstuvwxyz';
    expect(await terminal.type(`${text}\r`)).toContain('abcdefghijklmnopqrstuvwxyz\r\n$ ');
  });

  it('runs lines typed ahead of the prompt, one after the other', async () => {
    const terminal = await ready();
    const seen = await terminal.type('sleep 0.1\recho a\recho b\r');
    expect(seen).toContain('\r\na\r\n');
    expect(seen).toContain('\r\nb\r\n');
  });

  it('takes pasted lines as one text to be confirmed', async () => {
    const terminal = await ready();
    const pasted = await terminal.type('\x1b[200~echo 1\necho 2\x1b[201~');
    expect(pasted).not.toContain('\r\n1\r\n');
    expect(await terminal.type('\r')).toContain('1\r\n2\r\n');
  });

  it('opens an editor and blocks in simulated time only', async () => {
    let close = () => {};
    const runtime = open(80, (done) => {
      close = done;
    });
    await runtime.type('');
    await runtime.type('vi\r');
    expect(runtime.session.state).toBe('prompt');
    close();
    expect(await runtime.type('')).toContain('closed');
  });

  it('ends at ^D with logout, and keeps its history in the file', async () => {
    const terminal = await ready();
    await terminal.type('echo kept\r');
    expect(await terminal.type('\x04')).toBe('logout\r\n');
    expect(terminal.session.state).toBe('closed');
    const home = terminal.runtime.world.machines.node1?.root.entries.root;
    const file = home?.kind === 'directory' ? home.entries['.bash_history'] : undefined;
    expect(file?.kind === 'file' && file.content).toContain('echo kept\n');
    expect(terminal.runtime.world.machines.node1?.logins[0]?.until).not.toBeNull();
  });

  it('is closed when its machine loses power', async () => {
    const terminal = await ready();
    terminal.runtime.transact((world) => {
      const machine = world.machines.node1;
      if (machine) machine.power = 'off';
    });
    await terminal.type('');
    expect(terminal.session.state).toBe('closed');
  });

  it('leaves nothing running when its window is closed', async () => {
    const terminal = await ready();
    await terminal.type('sleep 100\r');
    terminal.session.close();
    await terminal.type('');
    expect(terminal.table.processes.size).toBe(0);
  });
});
