import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../../kernel/kernel';
import { Runtime } from '../../../kernel/runtime';
import type { Program, ProgramTable } from '../../../shell/process';
import { ProcessTable, runCommand } from '../../../shell/processes';
import { testWorld } from '../../../shell/testing';
import { programs as coreutils } from '../../coreutils';
import { programs as own } from '..';

/**
 * What bash did with each snippet. `COMPAT=record` records anew with the installed bash, `COMPAT=live` compares with
 * the installed bash instead of the recording.
 */
interface Case {
  snippet: string;
  stdout: string;
  stderr: string;
  status: number;
}

const folder = new URL('.', import.meta.url).pathname;
const mode = process.env.COMPAT ?? '';
const areas = readdirSync(folder).filter((name) => name.endsWith('.json'));

function askBash(snippet: string): Case {
  const directory = mkdtempSync(join(tmpdir(), 'compat-'));
  try {
    const done = spawnSync('bash', ['--norc', '-c', snippet], {
      cwd: directory,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    });
    const clean = (text: string) => text.replaceAll(directory, '/tmp/compat');
    return {
      snippet,
      stdout: clean(done.stdout),
      stderr: clean(done.stderr),
      status: done.status ?? 128 + (constants.signals[done.signal ?? 'SIGKILL'] ?? 0),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const nothing: Program = async () => 0;
/** `bash` stands here for its file only: the process table brings its own. */
const files: ProgramTable = { ...coreutils, ...own, bash: nothing, sh: nothing };
const programs: ProgramTable = { ...coreutils, ...own };

async function askOurs(snippet: string): Promise<Omit<Case, 'snippet'>> {
  const table = new ProcessTable(new Runtime(new Kernel(testWorld(files), {})), programs);
  table.runtime.transact((world) => {
    const tmp = world.machines.node1?.root.entries.tmp;
    if (tmp?.kind === 'directory') {
      tmp.entries.compat = { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: world.epoch, entries: {} };
    }
  });
  const { stdout, stderr, status } = await runCommand(table, {
    machine: 'node1',
    command: snippet,
    cwd: '/tmp/compat',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8' },
    limit: 60_000,
  });
  return { stdout, stderr, status };
}

/** Process ids differ, and 5.2 leaves out a line that 5.1 prints after an unexpected end of file. */
function comparable(one: Omit<Case, 'snippet'>): Omit<Case, 'snippet'> {
  return {
    status: one.status,
    // What `time` measures isn't comparable.
    stdout: one.stdout.replace(/\b\d{4,7}\b/g, 'PID'),
    stderr: one.stderr
      .replace(/\b\d{4,7}\b/g, 'PID')
      .replace(/\dm\d\.\d{3}s/g, 'TIME')
      .replace(/(unexpected EOF while looking for matching .*\n)bash: .*syntax error: unexpected end of file\n/g, '$1')
      .replace(/syntax error: unexpected end of file from .*/g, 'syntax error: unexpected end of file'),
  };
}

for (const area of areas) {
  const path = join(folder, area);
  let cases = JSON.parse(readFileSync(path, 'utf8')) as Case[];
  if (mode === 'record') {
    cases = cases.map(({ snippet }) => askBash(snippet));
    writeFileSync(path, `${JSON.stringify(cases, null, 1)}\n`);
  }
  describe(`bash and ours agree: ${area}`, () => {
    it.each(cases)('$snippet', async (one) => {
      const expected = mode === 'live' ? askBash(one.snippet) : one;
      expect(comparable(await askOurs(one.snippet))).toEqual(comparable(expected));
    });
  });
}
