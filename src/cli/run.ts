import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { injectFault } from '../engine/faults';
import type { FaultRequest } from '../engine/protocol';
import { parseScript, ScriptError } from '../lab/script';
import { startWorld, UnknownWorldError } from '../lab/worlds';
import { Simulation } from '../simulation/simulation';
import { parseArguments } from './arguments';
import { CliError } from './failure';

const stepSchema = z.object({
  node: z.string(),
  cmd: z.string(),
  stdin: z.optional(z.string()),
  user: z.optional(z.string()),
  limit: z.optional(z.number()),
});
const faultSchema = z.object({
  fault: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('power'),
      machine: z.string(),
      action: z.enum(['on', 'off', 'reset', 'crash', 'shutdown', 'reboot']),
    }),
    z.object({ kind: z.literal('cable'), machine: z.string(), nic: z.string(), plugged: z.boolean() }),
    z.object({ kind: z.literal('link'), network: z.string(), from: z.string(), to: z.string(), cut: z.boolean() }),
    z.object({ kind: z.literal('split'), network: z.string(), island: z.array(z.string()) }),
    z.object({ kind: z.literal('heal') }),
  ]),
});
const waitSchema = z.object({ wait: z.number() });

/** One line of a transcript. */
type Entry =
  | {
      readonly kind: 'step';
      readonly node: string;
      readonly cmd: string;
      readonly stdin: string;
      readonly user: string;
      readonly limit: number;
    }
  | { readonly kind: 'fault'; readonly fault: FaultRequest }
  | { readonly kind: 'wait'; readonly seconds: number };

/** Simulated seconds that a step may take. */
const DEFAULT_LIMIT = 3600;

/** `quorate run`: plays a transcript and prints a JSON line a step. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    world: { type: 'string', default: 'bare' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  });
  const file = positionals[0];
  if (file === undefined || positionals.length > 1) throw new CliError('run takes one FILE, or - for standard input');
  const entries = readTranscript(readText(file));
  const simulation = new Simulation(worldFor(values.world, values.seed));
  const start = simulation.world.now;
  for (const entry of entries) {
    const result = await play(simulation, entry, start);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  return 0;
}

function worldFor(name: string, seedText: string) {
  const seed = Number(seedText);
  if (!Number.isInteger(seed)) throw new CliError(`--seed takes a whole number, not "${seedText}"`);
  try {
    return startWorld(name, seed);
  } catch (error) {
    if (error instanceof UnknownWorldError) throw new CliError(error.message);
    throw error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(`can't read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Reads a transcript of JSON lines or of plain `node1# command` lines. Throws CliError with the line. */
function readTranscript(text: string): Entry[] {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('# '));
  if (first === undefined) return [];
  if (first.trimStart().startsWith('{')) return text.split('\n').flatMap((line, index) => jsonEntry(line, index + 1));
  try {
    return parseScript(text).map((step) => ({
      kind: 'step',
      node: step.machine,
      cmd: step.command,
      stdin: '',
      user: step.user,
      limit: DEFAULT_LIMIT,
    }));
  } catch (error) {
    if (error instanceof ScriptError) throw new CliError(error.message);
    throw error;
  }
}

function jsonEntry(line: string, number: number): Entry[] {
  if (line.trim() === '' || line.startsWith('# ')) return [];
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new CliError(`line ${number}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const step = z.safeParse(stepSchema, value);
  if (step.success) {
    const { node, cmd, stdin, user, limit } = step.data;
    return [{ kind: 'step', node, cmd, stdin: stdin ?? '', user: user ?? 'root', limit: limit ?? DEFAULT_LIMIT }];
  }
  const fault = z.safeParse(faultSchema, value);
  if (fault.success) return [{ kind: 'fault', fault: fault.data.fault }];
  const wait = z.safeParse(waitSchema, value);
  if (wait.success) return [{ kind: 'wait', seconds: wait.data.wait }];
  throw new CliError(
    `line ${number}: neither a step {"node","cmd"}, a fault {"fault":{"kind",…}}, nor {"wait":seconds}`,
  );
}

const seconds = (ms: number) => Math.round(ms) / 1000;

async function play(simulation: Simulation, entry: Entry, start: number): Promise<object> {
  const begin = simulation.world.now;
  const t = seconds(begin - start);
  switch (entry.kind) {
    case 'wait':
      await simulation.runtime.run(begin + Math.round(entry.seconds * 1000));
      return { t, wait: entry.seconds };
    case 'fault':
      simulation.runtime.transact((world) => injectFault(world, entry.fault));
      return { t, fault: entry.fault };
    case 'step': {
      const { node, cmd, stdin, user, limit } = entry;
      const machine = simulation.world.machines[node];
      if (!machine)
        return { t, node, cmd, stdout: '', stderr: `quorate: there is no machine ${node}\n`, rc: 255, secs: 0 };
      if (machine.power !== 'running') return { t, node, cmd, stdout: '', stderr: '', rc: 255, secs: 0 };
      const result = await simulation.command(node, cmd, { user, stdin, limit: limit * 1000 });
      const secs = seconds(simulation.world.now - begin);
      return { t, node, cmd, stdout: result.stdout, stderr: result.stderr, rc: result.status, secs };
    }
  }
}
