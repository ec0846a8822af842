import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../../kernel/kernel';
import { Runtime } from '../../../kernel/runtime';
import type { Program, ProgramTable } from '../../../shell/process';
import { ProcessTable, runCommand } from '../../../shell/processes';
import { testWorld } from '../../../shell/testing';
import { programs as coreutils } from '../../coreutils';
import { programs as own } from '..';

/** What bash did with each snippet. `COMPAT=record` records anew with the installed bash. */
interface Case {
  snippet: string;
  stdout: string;
  stderr: string;
  status: number;
}

/** Version that the recordings were made with. */
const RECORDED = '5.2';
/** How many bashes are asked at a time: most of them only sleep. */
const AT_ONCE = 12;

const folder = new URL('.', import.meta.url).pathname;
const recording = process.env.COMPAT === 'record';
const areas = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** `5.2`, or null without a bash. */
function installedVersion(): string | null {
  const asked = spawnSync('bash', ['-c', 'echo "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"'], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : null;
}

function askBash(snippet: string): Promise<Case> {
  const directory = mkdtempSync(join(tmpdir(), 'compat-'));
  const clean = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8').replaceAll(directory, '/tmp/compat');
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--norc', '-c', snippet], {
      cwd: directory,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      rmSync(directory, { recursive: true });
      const status = code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 0);
      resolve({ snippet, stdout: clean(stdout), stderr: clean(stderr), status });
    });
  });
}

/** Asks bash for all of them, several at a time, in their order. */
async function askAll(snippets: readonly string[]): Promise<Case[]> {
  const answers: Case[] = [];
  const queue = snippets.entries();
  const worker = async () => {
    for (const [at, snippet] of queue) answers[at] = await askBash(snippet);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
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

const installed = installedVersion();

for (const area of areas) {
  const path = join(folder, area);
  let cases = JSON.parse(readFileSync(path, 'utf8')) as Case[];
  if (recording) {
    cases = await askAll(cases.map(({ snippet }) => snippet));
    writeFileSync(path, `${JSON.stringify(cases, null, 1)}\n`);
  }
  describe(`bash as recorded and ours agree: ${area}`, () => {
    it.each(cases)('$snippet', async (one) => {
      expect(comparable(await askOurs(one.snippet))).toEqual(comparable(one));
    });
  });
  const found = installed === null ? 'there is no bash here' : `bash ${installed} is installed here`;
  const isSame = installed === RECORDED;
  it.skipIf(!isSame)(
    isSame
      ? `bash ${installed}, installed here, does what was recorded: ${area}`
      : `${found}, so only recordings of ${RECORDED} were compared: ${area}`,
    async () => {
      const answers = await askAll(cases.map(({ snippet }) => snippet));
      for (const [at, one] of cases.entries()) {
        const answer = answers[at] as Case;
        // On a busy machine a snippet that sleeps may be late; then it is asked once more, alone.
        const same = isDeepStrictEqual(comparable(answer), comparable(one));
        expect(comparable(same ? answer : await askBash(one.snippet)), one.snippet).toEqual(comparable(one));
      }
    },
    30_000,
  );
}
