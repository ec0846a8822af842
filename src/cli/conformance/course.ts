import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startWorld } from '../../lab/worlds';
import { writeFile } from '../../machine/files';
import { Simulation } from '../../simulation/simulation';
import type { World } from '../../world/world';
import type { ConformanceResult } from './recording';

/** An entry of the course's `commands.yaml`. */
interface CourseCommand {
  id: string;
  chapter: { slug: string };
  run_on: string[];
  run: string;
  expect: 'ok' | 'error' | 'warning' | 'output-only' | 'interactive';
  message?: string;
  hint?: string;
  edit?: { file: string; replace?: string; by?: string; content?: string };
}

/** Where a chapter begins: a start world, and what is typed before (on node1 unless it says otherwise). */
interface ChapterStart {
  readonly world: string;
  readonly before: readonly [machine: string, command: string][];
}

const full = (numbers: string) => [...numbers].map((n) => `node${n}.example.com`).join(' ');
const auth: [string, string] = ['node1', `pcs host auth -u hacluster -p centos ${full('1234')}`];
const setup = (numbers: string): [string, string] => [
  'node1',
  `pcs cluster setup ha_cluster_lab ${full(numbers)} --enable --start --wait=120`,
];

/** Chapters that are simulated, in the order of the course; a chapter without a start goes on where the last one ended. */
const chapters: readonly [slug: string, start: ChapterStart | null][] = [
  ['snapshot', { world: 'bare', before: [] }],
  ['net', { world: 'bare', before: [] }],
  ['ntp', null],
  ['hosts-ssh', null],
  ['first-cluster', { world: 'ready', before: [] }],
  ['add-vm', { world: 'ready', before: [auth, setup('123')] }],
  ['node-add', { world: 'ready', before: [auth, setup('124')] }],
  ['node-remove', { world: 'ready', before: [auth, setup('1234')] }],
];

const LIMIT_MS = 3_600_000;

/**
 * Types every command of the simulated chapters where the course has it, and compares with what `commands.yaml`
 * expects there: the exit status, and each line of the message. What follows sees the correct form of every line before.
 */
export async function runCourseConformance(
  data: string,
  options: { filter?: string } = {},
): Promise<ConformanceResult> {
  const { commands } = parse(readFileSync(join(data, 'commands.yaml'), 'utf8')) as { commands: CourseCommand[] };
  const failures: { id: string; detail: string }[] = [];
  let total = 0;
  let world = startWorld('bare', 1);
  for (const [slug, start] of chapters) {
    if (start) world = await begin(start);
    for (const command of commands.filter((each) => each.chapter.slug === slug)) {
      if (options.filter !== undefined && !`${slug} ${command.id}`.includes(options.filter)) {
        world = await typeCorrectly(world, command);
        continue;
      }
      if (command.expect !== 'interactive' && isTyped(command)) {
        total++;
        const problem = await judge(world, command);
        if (problem !== null)
          failures.push({ id: command.id, detail: `${command.run_on[0]}# ${command.run}\n${problem}` });
      }
      world = await typeCorrectly(world, command);
    }
  }
  return { area: 'course', passed: total - failures.length, total, failures };
}

/** PowerShell's lines aren't typed on any of the lab's machines. */
function isTyped(command: CourseCommand): boolean {
  return command.run_on.every((name) => name === 'host' || /^node\d$/.test(name)) && command.edit === undefined;
}

async function begin(start: ChapterStart): Promise<World> {
  const simulation = new Simulation(startWorld(start.world, 1));
  for (const [machine, command] of start.before) {
    const result = await simulation.command(machine, command, { limit: LIMIT_MS });
    if (result.status !== 0) throw new Error(`${command}: ${result.stderr}`);
  }
  return simulation.world;
}

async function judge(world: World, command: CourseCommand): Promise<string | null> {
  const simulation = Simulation.ofFork(world);
  for (const machine of command.run_on) {
    const result = await simulation.command(machine, command.run, { limit: LIMIT_MS });
    // A shell that isn't interactive says which line it was.
    const output = (result.stdout + result.stderr).replace(/^bash: line \d+: /gm, 'bash: ');
    const failed = result.status !== 0;
    // A pipe into grep that finds nothing is no error of the course's.
    const wantsFailure = command.expect === 'error';
    if (command.expect !== 'output-only' && failed !== wantsFailure) {
      return `on ${machine}: status ${result.status}, but it should ${wantsFailure ? 'fail' : 'work'}\n${output}`;
    }
    const missing = messageLines(command.message ?? '').find((line) => !line.test(output));
    if (missing) return `on ${machine}: no line like ${missing.source} in\n${output}`;
  }
  return null;
}

/** The lines of a message as patterns: `…` stands for anything, `<word>` for a value; remarks in brackets aren't output. */
function messageLines(message: string): RegExp[] {
  return message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '…' && !line.startsWith('(') && !line.startsWith('…('))
    .map((line) => {
      const source = line
        .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
        .replace(/…(\\\(.*\\\))?/g, '.*')
        .replace(/<[^>]+>/g, '(?:\\S+|<[^>]+>)')
        // Whichever node answers first is asked to reload.
        .replace(/^\S+(?=: Corosync configuration reloaded)/, '\\S+')
        .replace(/\s+/g, '\\s+');
      return new RegExp(source);
    });
}

/** Types the correct form of a line for what follows, and makes the edits that a reader makes in an editor. */
async function typeCorrectly(world: World, command: CourseCommand): Promise<World> {
  const simulation = Simulation.ofFork(world);
  const { edit } = command;
  for (const machine of command.run_on) {
    if (!simulation.world.machines[machine]) continue;
    if (edit) {
      simulation.runtime.transact((draft) => applyEdit(draft, machine, edit));
      continue;
    }
    const correct = command.expect === 'ok' || command.expect === 'output-only' ? command.run : command.hint;
    if (correct !== undefined && !correct.startsWith('('))
      await simulation.command(machine, correct, { limit: LIMIT_MS });
  }
  return simulation.world;
}

function applyEdit(world: World, name: string, edit: NonNullable<CourseCommand['edit']>): void {
  const machine = world.machines[name];
  if (!machine) return;
  const time = world.epoch + world.now;
  writeFile(machine, edit.file, edit.content ?? `${edit.by ?? ''}\n`, {
    time,
    makeParents: true,
    append: edit.content === undefined,
  });
}
