import { describe, expect, it } from 'vitest';
import { Kernel } from '../kernel/kernel';
import { Runtime } from '../kernel/runtime';
import { runCommand } from '../shell/command';
import { ProcessTable } from '../shell/processes';
import { testWorld } from '../shell/testing';
import { programs } from './coreutils';

async function run(command: string) {
  const runtime = new Runtime(new Kernel(testWorld(programs), {}));
  const answer = runCommand(new ProcessTable(runtime, programs), {
    machine: 'node1',
    user: 'root',
    command,
    stdin: '',
  });
  await runtime.run(10_000);
  return answer;
}

describe('the options that every GNU program has', () => {
  it('are answered on standard output with status 0', async () => {
    const help = await run('ls --help');
    expect(help.status).toBe(0);
    expect(help.stdout).toMatch(/^Usage: ls \[OPTION\]\.\.\. \[FILE\]\.\.\.\n\n[\s\S]*-a, --all\n/);
    expect(await run('uname --version')).toMatchObject({ stdout: 'uname (GNU coreutils) 8.32\n', status: 0 });
  });

  it('leave other unknown options wrong, and an operand after -- alone', async () => {
    expect(await run('mkdir --hepl')).toMatchObject({
      stderr: "mkdir: unrecognized option '--hepl'\nTry 'mkdir --help' for more information.\n",
      status: 1,
    });
    expect((await run('mkdir -- --help && ls')).stdout).toBe('--help\n');
  });
});
