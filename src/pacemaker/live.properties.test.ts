import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { changeCib } from './cib/access';
import { liveCib } from './cib/live';
import { parseXml, withoutComments } from './cib/parse';
import type { ControllerParts } from './controller/parts';
import type { AgentBehaviour } from './executor/agent';
import { hasPacemaker, isDc } from './peers';
import { runScheduler } from './scheduler';
import { PacemakerCluster } from './testcluster';

const NODES = ['node1', 'node2', 'node3'] as const;
const ROOT = { user: 'root', uid: 0, gid: 0, groups: [0], client: 'cibadmin' };

/** A random configuration of primitives `p0` …: groups, clones and constraints by their numbers. */
interface Config {
  readonly primitives: readonly { stickiness: number; threshold: number; timeout: boolean }[];
  readonly group: boolean;
  readonly clone: boolean;
  readonly locations: readonly { resource: number; node: number; score: string }[];
  /** The later of the two goes where the earlier is. */
  readonly colocations: readonly (readonly [number, number])[];
  /** The later of the two starts after the earlier. */
  readonly orders: readonly (readonly [number, number])[];
}

type Fault =
  | { kind: 'fail'; resource: number }
  | { kind: 'break'; resource: number; node: number }
  | { kind: 'mend' }
  | { kind: 'standby'; node: number; on: boolean }
  | { kind: 'stop'; node: number }
  | { kind: 'start'; node: number }
  | { kind: 'prefer'; resource: number; node: number; score: string }
  | { kind: 'wait'; ms: number };

const SIZE = 5;
const index = fc.integer({ min: 0, max: SIZE - 1 });
const node = fc.integer({ min: 0, max: NODES.length - 1 });
const score = fc.constantFrom('INFINITY', '-INFINITY', '100', '-10');
const pair = fc.tuple(index, index).filter(([first, second]) => first !== second);

const config: fc.Arbitrary<Config> = fc.record({
  primitives: fc.array(
    fc.record({
      stickiness: fc.constantFrom(0, 100),
      threshold: fc.constantFrom(0, 1, 3),
      timeout: fc.boolean(),
    }),
    { minLength: SIZE, maxLength: SIZE },
  ),
  group: fc.boolean(),
  clone: fc.boolean(),
  locations: fc.array(fc.record({ resource: index, node, score }), { maxLength: 3 }),
  colocations: fc.array(pair, { maxLength: 3 }),
  orders: fc.array(pair, { maxLength: 3 }),
});

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('fail' as const), resource: index }),
  fc.record({ kind: fc.constant('break' as const), resource: index, node }),
  fc.constant({ kind: 'mend' as const }),
  fc.record({ kind: fc.constant('standby' as const), node, on: fc.boolean() }),
  fc.record({ kind: fc.constant('stop' as const), node }),
  fc.record({ kind: fc.constant('start' as const), node }),
  fc.record({ kind: fc.constant('prefer' as const), resource: index, node, score }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 50, max: 15_000 }) }),
);

/** The id that constraints name: of the group or clone that holds a primitive. */
function topOf({ group, clone }: Config, number: number): string {
  if (group && number < 2) return 'g';
  return clone && number === SIZE - 1 ? 'c' : `p${number}`;
}

/** Pairs of different resources, the earlier first, each once. */
function pairs(of: Config, list: Config['colocations']): [string, string][] {
  const found = new Map<string, [string, string]>();
  for (const [one, other] of list) {
    const [first, second] = [topOf(of, Math.min(one, other)), topOf(of, Math.max(one, other))];
    if (first !== second) found.set(`${first}-${second}`, [first, second]);
  }
  return [...found.values()];
}

function primitiveXml(number: number, { stickiness, threshold, timeout }: Config['primitives'][number]): string {
  const id = `p${number}`;
  const meta: [string, string][] = [['resource-stickiness', String(stickiness)]];
  if (threshold > 0) meta.push(['migration-threshold', String(threshold)]);
  if (timeout) meta.push(['failure-timeout', '20s']);
  const pairsXml = meta.map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`).join('');
  return `<primitive id="${id}" class="ocf" provider="test" type="T"><meta_attributes id="${id}-meta">${pairsXml}</meta_attributes><operations><op id="${id}-monitor" name="monitor" interval="5s"/></operations></primitive>`;
}

function configurationXml(of: Config): string {
  const xml = of.primitives.map((primitive, number) => primitiveXml(number, primitive));
  const grouped = of.group ? [`<group id="g">${xml.splice(0, 2).join('')}</group>`] : [];
  const cloned = of.clone ? [`<clone id="c">${xml.pop()}</clone>`] : [];
  const locations = of.locations.map(({ resource, node: at, score: points }, number) =>
    locationXml(`l${number}`, topOf(of, resource), at, points),
  );
  const colocations = pairs(of, of.colocations).map(
    ([first, second]) =>
      `<rsc_colocation id="with-${second}-${first}" rsc="${second}" with-rsc="${first}" score="INFINITY"/>`,
  );
  const orders = pairs(of, of.orders).map(
    ([first, second]) => `<rsc_order id="order-${first}-${second}" first="${first}" then="${second}"/>`,
  );
  return `<resources>${[...grouped, ...xml, ...cloned].join('')}</resources><constraints>${[...locations, ...colocations, ...orders].join('')}</constraints>`;
}

function locationXml(id: string, resource: string, at: number, points: string): string {
  return `<rsc_location id="${id}" rsc="${resource}" node="${NODES[at]}.example.com" score="${points}"/>`;
}

const stateName = (id: string): string => `state-${id.replace(/:\d+$/, '')}`;
const runsOn = (machine: Machine, id: string): boolean => stateName(id) in machine.root.entries;

/** What the agents were told and answered: where the cluster has reason to think that a resource runs. */
class Believed {
  readonly #places = new Map<string, Set<string>>();
  readonly problems: string[] = [];

  constructor(readonly of: Config) {}

  places(id: string): Set<string> {
    const found = this.#places.get(id) ?? new Set();
    this.#places.set(id, found);
    return found;
  }

  /** Primitives of a resource of the configuration. */
  members(top: string): string[] {
    if (top === 'g') return ['p0', 'p1'];
    return [top === 'c' ? `p${SIZE - 1}` : top];
  }

  started(id: string, at: string): void {
    for (const [first, second] of pairs(this.of, this.of.orders)) {
      if (!this.members(second).includes(id)) continue;
      for (const member of this.members(first))
        if (this.places(member).size === 0) this.problems.push(`${id} was started on ${at} before ${member}`);
    }
    this.places(id).add(at);
  }

  stopped(id: string, at: string): void {
    this.places(id).delete(at);
    for (const [first, second] of pairs(this.of, this.of.orders)) {
      if (!this.members(first).includes(id) || this.places(id).size > 0) continue;
      for (const member of this.members(second))
        if (this.places(member).size > 0) this.problems.push(`${id} was stopped on ${at} before ${member}`);
    }
  }
}

function agentOf(believed: Believed): AgentBehaviour {
  return {
    begin: () => 40,
    finish({ action, resource, machine }) {
      const id = resource.id.replace(/:\d+$/, '');
      const { entries } = machine.root;
      if (action === 'start') {
        if (`broken-${id}` in entries) return { rc: 1 };
        believed.started(id, machine.name);
        entries[stateName(id)] = { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, entries: {} };
      } else if (action === 'stop') {
        if (runsOn(machine, id) || believed.places(id).has(machine.name)) believed.stopped(id, machine.name);
        delete entries[stateName(id)];
      } else if (action === 'monitor' && !runsOn(machine, id)) {
        believed.places(id).delete(machine.name);
        return { rc: 7 };
      }
      return { rc: 0 };
    },
  };
}

function partsOf(believed: Believed): ControllerParts {
  const agent = agentOf(believed);
  return {
    schedule(cib, now) {
      const { transition, workingSet } = runScheduler(withoutComments(cib), now);
      return { transition, messages: workingSet.messages, recheckAt: workingSet.recheckBy };
    },
    findAgent: () => agent,
    agentFacts: () => ({ restart: null, secret: [] }),
  };
}

function change(cluster: PacemakerCluster, section: string, xml: string): void {
  const machine = Object.values(cluster.world.machines).find((each) => hasPacemaker(each) && each.pacemaker.cib);
  if (!machine) return;
  const input = parseXml(xml);
  cluster.kernel.transact((world) =>
    changeCib(world, machine.name, { kind: 'live' }, ROOT, { kind: 'modify', section, input, allowCreate: true }),
  );
}

/** Exclusive resources that run on more than one machine. */
function doubles(world: World, of: Config): string[] {
  const ids = of.primitives.map((_, number) => `p${number}`).filter((id) => !of.clone || id !== `p${SIZE - 1}`);
  return ids.filter((id) => Object.values(world.machines).filter((machine) => runsOn(machine, id)).length > 1);
}

function perform(cluster: PacemakerCluster, of: Config, action: Fault, number: number): void {
  const name = 'node' in action ? (NODES[action.node] as string) : '';
  const edit = (apply: (machine: Machine) => void) =>
    cluster.kernel.transact((world) => {
      for (const machine of Object.values(world.machines)) apply(machine);
    });
  switch (action.kind) {
    case 'fail':
      edit((machine) => {
        delete machine.root.entries[stateName(`p${action.resource}`)];
      });
      return;
    case 'break':
      edit((machine) => {
        const broken = { kind: 'directory' as const, mode: 0o755, uid: 0, gid: 0, mtime: 0, entries: {} };
        if (machine.name === name) machine.root.entries[`broken-p${action.resource}`] = broken;
      });
      return;
    case 'mend':
      edit((machine) => {
        for (const entry of Object.keys(machine.root.entries))
          if (entry.startsWith('broken-')) delete machine.root.entries[entry];
      });
      return;
    case 'standby': {
      const id = action.node + 1;
      const value = action.on ? 'on' : 'off';
      const pairXml = `<nvpair id="nodes-${id}-standby" name="standby" value="${value}"/>`;
      const set = `<instance_attributes id="nodes-${id}">${pairXml}</instance_attributes>`;
      change(cluster, 'nodes', `<node id="${id}" uname="${name}.example.com">${set}</node>`);
      return;
    }
    case 'stop':
      if (hasPacemaker(cluster.machine(name))) cluster.stop(name);
      return;
    case 'start':
      if (cluster.machine(name).corosync === null) cluster.start(name);
      return;
    case 'prefer':
      change(cluster, 'constraints', locationXml(`x${number}`, topOf(of, action.resource), action.node, action.score));
      return;
    case 'wait':
      cluster.run(action.ms);
  }
}

/** Runs event by event and looks after each. */
function watch(cluster: PacemakerCluster, ms: number, look: () => void): void {
  const until = cluster.world.now + ms;
  for (
    let next = cluster.kernel.nextEventTime;
    next !== undefined && next <= until;
    next = cluster.kernel.nextEventTime
  ) {
    cluster.kernel.step();
    look();
  }
  cluster.kernel.advance(until);
}

/** A cluster at rest: whose resources are where they shouldn't be. */
function misplaced(believed: Believed, of: Config): string[] {
  return pairs(of, of.colocations).flatMap(([first, second]) =>
    believed.members(second).flatMap((dependent) => {
      const [primary = ''] = believed.members(first).slice(-1);
      return [...believed.places(dependent)]
        .filter((at) => !believed.places(primary).has(at))
        .map((at) => `${dependent} runs on ${at} without ${primary}`);
    }),
  );
}

describe('random clusters under random faults that need no fencing', () => {
  it('run no exclusive resource twice, keep orders and colocations, and come to rest with nothing left to do', () => {
    fc.assert(
      fc.property(config, fc.array(fault, { minLength: 3, maxLength: 10 }), (of, faults) => {
        const believed = new Believed(of);
        const cluster = new PacemakerCluster(3, partsOf(believed)).up();
        const off = '<nvpair id="stonith" name="stonith-enabled" value="false"/>';
        change(cluster, 'crm_config', `<cluster_property_set id="cib-bootstrap-options">${off}</cluster_property_set>`);
        change(cluster, 'configuration', `<configuration>${configurationXml(of)}</configuration>`);
        const look = () => expect(doubles(cluster.world, of)).toEqual([]);
        watch(cluster, 8_000, look);
        faults.forEach((action, number) => {
          perform(cluster, of, action, number);
          watch(cluster, 3_000, look);
        });
        watch(cluster, 120_000, look);
        expect(believed.problems).toEqual([]);
        const dc = Object.values(cluster.world.machines).find((machine) => hasPacemaker(machine) && isDc(machine));
        if (!dc || !hasPacemaker(dc)) return;
        expect(dc.pacemaker.controller.state).toBe('S_IDLE');
        expect(misplaced(believed, of)).toEqual([]);
        const cib = liveCib(dc);
        const { transition } = runScheduler(
          withoutComments(cib as NonNullable<typeof cib>),
          cluster.world.epoch + cluster.world.now,
        );
        expect(transition.synapses.map((each) => each.actions.map((action) => action.operationKey))).toEqual([]);
      }),
      { numRuns: 20, seed: 11 },
    );
  }, 60_000);
});
