import { startWorld } from '../../lab/worlds';
import { powerOff, powerOn } from '../../machine/power';
import { addFault, cutBetween, removeFaults } from '../../network/faults';
import { setCable } from '../../network/links';
import { Simulation } from '../../simulation/simulation';
import type { World } from '../../world/world';
import { ElectionChance } from './chance';
import type { RecordedLine, StepOutput } from './recording';
import type { ScenarioLine } from './scenario';

/** What a scenario gave. */
export interface Replay {
  readonly steps: StepOutput[];
  /** By number of the `!poll` directive (as text), then by `node command`. */
  readonly polls: Map<string, Map<string, StepOutput[]>>;
}

type Step = Extract<ScenarioLine, { kind: 'step' }>;
type Directive = Extract<ScenarioLine, { kind: 'directive' }>;

/**
 * Plays a scenario's source in the world `recording`. The recorder's machine was busy: commands took two to five times
 * as long as they do, while the daemons' timers kept their time. So a step ends here when it ended there, and begins so
 * much before that as it takes (measured in a fork); never earlier than the one before it has ended.
 */
export async function replayScenario(
  name: string,
  lines: readonly ScenarioLine[],
  recorded: readonly RecordedLine[],
  seed: number,
): Promise<Replay> {
  const player = new Player(name, recorded, seed);
  for (const line of lines) {
    if (line.kind === 'step') await player.step(line);
    else await player.directive(line);
  }
  await player.rest();
  await player.finish();
  return player.replay;
}

/** Scenarios in which a node that was told to reboot stayed off: a fault of the recorder, mended later (its README). */
const STAYS_OFF = new Set(['07-process-faults', '08-clean-start']);

/** How often it is seen to that the recorded node would win an election, in ms. */
const CHANCE_STEP = 100;

/** As the recorder set it for each command. */
const ENVIRONMENT = { LANG: 'C.UTF-8', COLUMNS: '80', TERM: 'dumb' };

const names = (list: string) => list.split(',').filter((name) => name !== '');

class Player {
  readonly replay: Replay = { steps: [], polls: new Map() };
  readonly simulation: Simulation;
  readonly #recorded: RecordedLine[];
  readonly #chance: ElectionChance;
  /** Seconds that a call of pcs took the recorder: the median. */
  readonly #usual: number;
  /** Simulated time of the recording's zero. */
  #zero: number | null = null;
  #background: Promise<void>[] = [];
  #pollCount = 0;

  constructor(
    readonly name: string,
    recorded: readonly RecordedLine[],
    readonly seed: number,
  ) {
    this.simulation = new Simulation(startWorld('recording', seed));
    this.#recorded = recorded.filter((line) => line.cmd !== undefined || line.fault !== undefined);
    this.#chance = new ElectionChance(recorded);
    const times = recorded.filter((line) => !line.poll && line.cmd?.startsWith('pcs ')).map((line) => line.secs ?? 0);
    this.#usual = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    this.simulation.runtime.spawn('chance', async (task) => {
      for (;;) {
        const { world } = this.simulation;
        for (const prepare of [this.#chance.prepare(world, this.#t), this.#chance.arrange(world)])
          if (prepare) this.simulation.runtime.transact(prepare);
        await task.sleep(CHANCE_STEP);
      }
    });
  }

  get #now(): number {
    return this.simulation.world.now;
  }

  /** Seconds since the recording's zero. */
  get #t(): number {
    return (this.#now - (this.#zero ?? this.#now)) / 1000;
  }

  async step(step: Step): Promise<void> {
    if (step.quiet) {
      await this.#delayQuiet(step);
      await this.#run(step.node, step.command, step);
      return;
    }
    const isLine = (line: RecordedLine) => line.node === step.node && line.cmd === step.command && !line.poll;
    const lasts = await this.#measure(step);
    await this.#waitFor(isLine, lasts);
    this.replay.steps.push(await this.#run(step.node, step.command, step));
  }

  /**
   * Nobody recorded when a quiet step ran. It took the busy machine as long as its recorded neighbours: its effect comes
   * at the end of that, but not later than what was recorded next.
   */
  async #delayQuiet(step: Step): Promise<void> {
    const next = this.#recorded[0];
    if (this.#zero === null || !next || !step.command.startsWith('pcs ')) return;
    const room = Math.min(this.#usual, next.t - this.#t) * 1000 - (await this.#measure(step));
    if (room > 0) await this.#pass(room / 1000);
  }

  /** What was recorded behind the end of the source: a later part of it wasn't kept. */
  async rest(): Promise<void> {
    for (const { node, cmd, user = 'root', stdin = '', poll } of [...this.#recorded]) {
      if (poll || node === undefined || cmd === undefined) continue;
      await this.step({ kind: 'step', quiet: false, user, node, limit: 120, stdin, command: cmd });
    }
  }

  async directive({ name, argument }: Directive): Promise<void> {
    const change = (apply: (world: World) => void) => this.simulation.runtime.transact(apply);
    switch (name) {
      case 'up':
        return this.#up(names(argument));
      case 'cluster':
        return this.#cluster(argument);
      case 'sleep':
        return this.#pass(Number(argument));
      case 'settle':
        return this.#settle(argument);
      case 'waitfor':
        return this.#until(argument);
      case 'poll':
        return this.#poll(argument);
      case 'all':
        return this.#all(argument);
      case 'bg':
        return this.#inBackground(argument);
      case 'poweroff':
        for (const node of names(argument)) {
          await this.#waitFor((line) => line.fault === `power off ${node} (abrupt)`);
          change((world) => powerOff(world, node));
        }
        return;
      case 'boot':
        return this.#boot(names(argument));
      case 'partition':
        return this.#partition(argument);
      case 'oneway': {
        const [from = '', to = ''] = argument.split(' ');
        await this.#waitFor((line) => line.fault?.startsWith('drop packets') ?? false);
        change((world) => addFault(world, { network: 'internal', from, to, bothWays: false }));
        return;
      }
      case 'heal':
        await this.#waitFor((line) => line.fault === 'all cuts healed');
        change((world) => removeFaults(world));
        return;
      case 'link': {
        const [node = '', nic = '', state = ''] = argument.split(' ');
        await this.#waitFor((line) => line.fault === `link ${node} eth${nic} ${state}`);
        change((world) => setCable(world, node, `eth${nic}`, state === 'up'));
        return;
      }
      case 'fault': {
        const space = argument.indexOf(' ');
        const [node, command] = [argument.slice(0, space), argument.slice(space + 1)];
        await this.#waitFor((line) => line.fault === command && line.node === node);
        await this.#run(node, command, {});
        if (command === 'systemctl reboot' && STAYS_OFF.has(this.name)) this.#stayOff(node);
        return;
      }
      case 'mark':
      case 'since':
      case 'journal':
      case 'save':
      case 'snap':
      case 'fencefail':
        return;
      default:
        throw new Error(`unknown scenario directive !${name}`);
    }
  }

  async finish(): Promise<void> {
    let open = this.#background.length;
    for (const job of this.#background) void job.then(() => open--);
    await this.simulation.runtime.run(this.#now + 200_000, () => open === 0);
  }

  /** Powers everything off and on again: a fresh world in which these machines run. */
  async #up(nodes: readonly string[]): Promise<void> {
    const { runtime } = this.simulation;
    runtime.kernel.restore({ ...startWorld('recording', this.seed), now: this.#now });
    runtime.transact((world) => {
      for (const node of nodes) powerOn(world, node);
    });
    await runtime.run(this.#now + 60_000, () => nodes.every((node) => this.#listens(node)));
    await this.#pass(0.3);
    this.#zero ??= this.#now;
  }

  #listens(node: string): boolean {
    return this.simulation.world.machines[node]?.units['pcsd.service']?.active === 'active';
  }

  async #cluster(argument: string): Promise<void> {
    const [name, list = '', ...options] = argument.split(/\s+/);
    const nodes = names(list);
    const full = nodes.map((node) => `${node}.example.com`).join(' ');
    const first = nodes[0] as string;
    // The recording begins when this has ended.
    this.#zero = null;
    await this.#run(first, `pcs host auth -u hacluster -p centos ${full}`, {});
    await this.#run(first, `pcs cluster setup ${name} ${full} ${options.join(' ')} --start --wait=60`, {});
    await this.#settle(`${first} 60`);
    this.#zero = this.#now;
  }

  /** Waits until a DC exists and the cluster is idle, as the recorder does. */
  async #settle(argument: string): Promise<void> {
    const [node = '', seconds] = argument.split(' ');
    const end = this.#now + Number(seconds ?? 60) * 1000;
    const test =
      'crmadmin -q -D 2>&1 | grep -q . && crmadmin -q -S $(crmadmin -q -D) 2>&1 | grep -q S_IDLE && crm_resource --wait --timeout=20';
    while (this.#now < end) {
      if ((await this.#run(node, test, { limit: 30 })).rc === 0) return;
      await this.#pass(0.5);
    }
  }

  async #until(argument: string): Promise<void> {
    const [node = '', seconds, ...test] = argument.split(' ');
    const end = this.#now + Number(seconds) * 1000;
    while (this.#now < end) {
      if ((await this.#run(node, test.join(' '), { limit: 15 })).rc === 0) return;
      await this.#pass(0.2);
    }
  }

  async #poll(argument: string): Promise<void> {
    const [interval = '1', total = '1', list = '', ...rest] = argument.split(' ');
    const commands = rest
      .join(' ')
      .split(';;')
      .map((command) => command.trim());
    const number = this.#pollCount++;
    const series = new Map<string, StepOutput[]>();
    this.replay.polls.set(String(number), series);
    await this.#waitFor((line) => line.poll === true && commands.includes(line.cmd ?? ''));
    const end = this.#now + Number(total) * 1000;
    while (this.#now < end) {
      const begin = this.#now;
      for (const node of names(list)) {
        for (const command of commands) {
          const output = await this.#run(node, command, { limit: 30 });
          const key = `${node} ${command}`;
          const before = series.get(key);
          if (before) before.push(output);
          else series.set(key, [output]);
        }
      }
      await this.#pass(Math.max(0, Number(interval) - (this.#now - begin) / 1000));
    }
    while (this.#recorded[0]?.poll) this.#recorded.shift();
  }

  async #all(argument: string): Promise<void> {
    const space = argument.indexOf(' ');
    const command = argument.slice(space + 1);
    for (const node of names(argument.slice(0, space))) {
      await this.#waitFor((line) => line.node === node && line.cmd === command);
      this.replay.steps.push(await this.#run(node, command, {}));
    }
  }

  async #inBackground(argument: string): Promise<void> {
    const [node = '', command = ''] = argument.split('$ ').map((part) => part.trim());
    const t = this.#t;
    const begin = this.#now;
    this.#background.push(
      this.simulation.command(node, command, { drive: false, env: ENVIRONMENT, limit: 120_000 }).then((result) => {
        const secs = (this.#now - begin) / 1000;
        this.replay.steps.push({
          t,
          node,
          cmd: command,
          stdout: result.stdout,
          stderr: result.stderr,
          rc: result.status,
          secs,
        });
      }),
    );
  }

  async #boot(nodes: readonly string[]): Promise<void> {
    const { runtime } = this.simulation;
    for (const node of nodes) {
      await this.#waitFor((line) => line.fault === `power on ${node}`);
      runtime.transact((world) => powerOn(world, node));
    }
    await runtime.run(this.#now + 30_000, () =>
      nodes.every((node) => this.simulation.world.machines[node]?.power === 'running'),
    );
  }

  async #partition(argument: string): Promise<void> {
    const both = argument.startsWith('both:');
    const sides = argument
      .replace(/^both:/, '')
      .split('|')
      .map(names);
    await this.#waitFor((line) => line.fault?.startsWith('partition ') ?? false);
    this.simulation.runtime.transact((world) => {
      cutBetween(world, sides, 'internal');
      if (both) cutBetween(world, sides, 'outer');
    });
  }

  /** The node goes down by itself, and doesn't come up again. */
  #stayOff(node: string): void {
    const { runtime } = this.simulation;
    runtime.spawn('stay off', async (task) => {
      await task.until(() => {
        const power = this.simulation.world.machines[node]?.power;
        return power === 'off' || power === 'booting' ? power : undefined;
      });
      runtime.transact((world) => powerOff(world, node));
    });
  }

  async #pass(seconds: number): Promise<void> {
    await this.simulation.runtime.run(this.#now + Math.round(seconds * 1000));
  }

  /** Simulated ms that a step takes now. */
  async #measure(step: Step): Promise<number> {
    const copy = Simulation.ofFork(this.simulation.world);
    if (copy.world.machines[step.node]?.power !== 'running') return 0;
    const { user, stdin } = step;
    await copy.command(step.node, step.command, { user, stdin, limit: step.limit * 1000 });
    return copy.world.now - this.#now;
  }

  /**
   * Runs on until the recorded line that this is had begun; with `lasts`, until so many ms before it had ended.
   */
  async #waitFor(isLine: (line: RecordedLine) => boolean, lasts?: number): Promise<void> {
    const at = this.#recorded.findIndex(isLine);
    if (at < 0) return;
    const line = this.#recorded[at] as RecordedLine;
    if (!line.poll) this.#recorded.splice(0, at + 1);
    const moment =
      lasts === undefined ? line.t * 1000 : Math.max(line.t * 1000, (line.t + (line.secs ?? 0)) * 1000 - lasts);
    const target = (this.#zero ?? this.#now) + Math.round(moment);
    if (target > this.#now) await this.simulation.runtime.run(target);
  }

  async #run(node: string, command: string, options: Partial<Step>): Promise<StepOutput> {
    const t = this.#t;
    const begin = this.#now;
    const off = { t, node, cmd: command, stdout: '', stderr: '', rc: 255, secs: 0 };
    if (this.simulation.world.machines[node]?.power !== 'running') return off;
    const result = await this.simulation.command(node, command, {
      user: options.user ?? 'root',
      stdin: options.stdin ?? '',
      env: ENVIRONMENT,
      limit: (options.limit ?? 120) * 1000,
    });
    const secs = (this.#now - begin) / 1000;
    return { t, node, cmd: command, stdout: result.stdout, stderr: result.stderr, rc: result.status, secs };
  }
}
