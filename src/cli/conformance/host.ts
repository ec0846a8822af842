import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWorld } from '../../lab/worlds';
import { Simulation } from '../../simulation/simulation';
import { lineDifferences } from './differences';
import { normalise } from './normalise';
import type { ConformanceResult } from './recording';

interface HostStep {
  node: string;
  cmd: string;
  stdin?: string;
  stdout?: string;
  stderr?: string;
  rc: number;
  env?: Record<string, string>;
  timeout?: boolean;
  pty?: boolean;
}

/** Names of recorded machines that are other machines here. */
const ALIASES: Record<string, string> = { node3: 'node2' };

/**
 * Replays the recordings of storage and host tools: the steps of a file one after the other in a world of its own,
 * compared in stdout, stderr and exit status after `normalise`. Terminal sessions and steps that the recorder had to
 * interrupt aren't compared.
 */
export async function runHostConformance(data: string, options: { filter?: string } = {}): Promise<ConformanceResult> {
  const failures: { id: string; detail: string }[] = [];
  let total = 0;
  const files = readdirSync(data).filter(
    (file) => file.endsWith('.jsonl') && (options.filter === undefined || file.includes(options.filter)),
  );
  for (const file of files.sort()) {
    const before = failures.length;
    const counted = total;
    const simulation = new Simulation(startWorld('hosts', 1));
    const steps = readFileSync(join(data, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    for (const [index, line] of steps.entries()) {
      const step = JSON.parse(line) as HostStep;
      if (step.pty || step.timeout || step.stdout === undefined) continue;
      total++;
      const problem = await replay(simulation, step);
      if (problem !== null)
        failures.push({
          id: `${file.replace('.jsonl', '')}:${index + 1}`,
          detail: `${step.node}# ${step.cmd}\n${problem}`,
        });
    }
    process.stderr.write(`${file}: ${total - counted - (failures.length - before)} of ${total - counted}\n`);
  }
  return { area: 'host', passed: total - failures.length, total, failures };
}

async function replay(simulation: Simulation, step: HostStep): Promise<string | null> {
  const machine = ALIASES[step.node] ?? step.node;
  if (!simulation.world.machines[machine]) return `there is no machine ${machine}`;
  const environment = Object.entries(step.env ?? {}).map(([name, value]) => `export ${name}='${value}'; `);
  const result = await simulation.command(machine, environment.join('') + step.cmd, {
    stdin: step.stdin ?? '',
    limit: 600_000,
  });
  const parts: string[] = [];
  if (result.status !== step.rc) parts.push(`rc: ${step.rc} wanted, ${result.status} got`);
  for (const stream of ['stdout', 'stderr'] as const) {
    // The recorder's shell was started by its path.
    const wanted = normalise((step[stream] ?? '').replaceAll('/bin/bash: line', 'bash: line'));
    const got = normalise(result[stream]);
    if (wanted !== got) parts.push(`${stream}:\n${lineDifferences(wanted, got)}`);
  }
  return parts.length > 0 ? parts.join('\n') : null;
}
