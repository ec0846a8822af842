import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CorosyncMachine } from './nodes';
import { requestExpectedVotes } from './services';
import { clusterConf, clusterWorld, TestCluster } from './testcluster';

/** Folder of recordings of a real cluster (`NN-name.jsonl`); without it these tests are skipped. */
const RECORDINGS = process.env.QUORATE_RECORDINGS;

interface Line {
  t: number;
  node?: string;
  cmd?: string;
  stdout?: string;
  rc?: number;
  secs?: number;
  poll?: boolean;
  same?: boolean;
  fault?: string;
}

/** What one `corosync-quorumtool -s` showed, but for date and sequence number. */
interface Poll {
  t: number;
  secs: number;
  node: string;
  state: string;
}

interface Segment {
  /** Output at the beginning: tells options and number of nodes. */
  flags: string;
  nodes: number;
  events: { t: number; text: string }[];
  polls: Poll[];
}

/** Commands that change the cluster in a way that only the whole simulation can follow. */
const ENDS_SEGMENT = /pcs (cluster|quorum (update|unblock|device))|stonith (fence|create)|systemctl|kill/;

function field(output: string, name: string): string {
  return (new RegExp(`^${name}: *(.*)$`, 'm').exec(output)?.[1] ?? '').trim();
}

function stateOf(output: string): string {
  const members = [...output.matchAll(/^ +(\d+) +\d+ \S+(?: \(local\))?$/gm)].map((match) => match[1]);
  const needed = field(output, 'Quorum').replace(/\s+/g, ' ');
  return [
    `ring of ${field(output, 'Ring ID').split('.')[0]}`,
    `members ${members.join(' ')}`,
    `quorate ${field(output, 'Quorate')}`,
    `expected ${field(output, 'Expected votes')} highest ${field(output, 'Highest expected')}`,
    `total ${field(output, 'Total votes')} needed ${needed}`,
    `flags ${/^Flags: *([A-Za-z0-9 ]*)$/m.exec(output)?.[1]?.trim() ?? ''}`,
  ].join(', ');
}

function segmentsOf(file: string): Segment[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  const segments: Segment[] = [];
  const last = new Map<string, string>();
  let open: Segment | null = null;
  for (const line of lines) {
    if (line.fault !== undefined) {
      const starts = /^(partition|drop|power off)/.test(line.fault);
      if (open === null && starts) open = { flags: '', nodes: 0, events: [], polls: [] };
      if (open !== null && /^power on/.test(line.fault)) open = close(open, segments);
      open?.events.push({ t: line.t, text: line.fault });
    } else if (line.cmd === 'corosync-quorumtool -s') {
      const node = line.node ?? '';
      const output = line.same ? (last.get(node) ?? '') : (line.stdout ?? '');
      if (output.includes('Votequorum')) {
        last.set(node, output);
        if (open?.polls.length === 0) begin(open, output);
        open?.polls.push({ t: line.t, secs: line.secs ?? 0, node, state: stateOf(output) });
      } else if (open !== null && line.rc !== 124 && !isOff(open, node)) open = close(open, segments);
    } else if (line.cmd !== undefined && !line.poll) {
      const expected = /(?:pcs quorum expected-votes|corosync-quorumtool -e) (\d+)$/.exec(line.cmd);
      if (expected && line.rc === 0 && open) {
        open.events.push({ t: line.t + (line.secs ?? 0), text: `expect ${line.node} ${expected[1]}` });
      } else if (ENDS_SEGMENT.test(line.cmd) && open) open = close(open, segments);
    }
  }
  if (open) close(open, segments);
  return segments.filter((segment) => segment.polls.length > 10 && segment.nodes > 0);
}

/** The first poll tells what runs: all nodes, with these options. */
function begin(segment: Segment, output: string): void {
  const all = field(output, 'Nodes') === field(output, 'Expected votes');
  segment.nodes = all ? Number(field(output, 'Nodes')) : 0;
  segment.flags = /^Flags: *(.*)$/m.exec(output)?.[1] ?? '';
}

function isOff(segment: Segment, node: string): boolean {
  return segment.events.some(({ text }) => text.startsWith(`power off ${node} `));
}

function close(segment: Segment, segments: Segment[]): null {
  segments.push(segment);
  return null;
}

function optionsOf(flags: string): [string, string][] {
  return [
    ...(flags.includes('2Node') ? [['two_node', '1'] as [string, string]] : []),
    ...(flags.includes('WaitForAll') && !flags.includes('2Node') ? [['wait_for_all', '1'] as [string, string]] : []),
    ...(flags.includes('AutoTieBreaker') ? [['auto_tie_breaker', '1'] as [string, string]] : []),
    ...(flags.includes('LastManStanding')
      ? ([
          ['last_man_standing', '1'],
          ['last_man_standing_window', '5000'],
        ] as [string, string][])
      : []),
  ];
}

function apply(test: TestCluster, text: string): void {
  const partition = /^partition (\S+) on/.exec(text)?.[1];
  const oneWay = /^drop packets from (\S+) to (\S+)/.exec(text);
  const off = /^power off (\S+)/.exec(text)?.[1];
  const expected = /^expect (\S+) (\d+)/.exec(text);
  if (partition) test.partition(...partition.split('|').map((side) => side.split(',')));
  else if (oneWay) test.cutOneWay(oneWay[1] ?? '', oneWay[2] ?? '');
  else if (off) test.powerOff(off);
  else if (text.startsWith('all cuts healed')) test.heal();
  else if (expected) {
    test.kernel.transact((world) =>
      requestExpectedVotes(world, test.machine(expected[1] ?? '', world) as CorosyncMachine, Number(expected[2])),
    );
  } else throw new Error(`unknown fault: ${text}`);
}

function simulatedState(test: TestCluster, name: string): string {
  const { corosync } = test.machine(name);
  if (!corosync) return 'off';
  const { quorum } = corosync;
  return [
    `ring of ${quorum.ring.representative}`,
    `members ${quorum.members.join(' ')}`,
    `quorate ${quorum.quorate ? 'Yes' : 'No'}`,
    `expected ${quorum.expectedVotes} highest ${Math.max(...Object.values(quorum.expectedByNode))}`,
    `total ${quorum.totalVotes} needed ${quorum.needed}${quorum.quorate ? '' : ' Activity blocked'}`,
    `flags ${test.flags(name)}`,
  ].join(', ');
}

/** States of every node over time: when each began, in s of the recording's clock. */
function simulate(segment: Segment): Map<string, { t: number; state: string }[]> {
  const test = new TestCluster(clusterWorld(segment.nodes, clusterConf(segment.nodes, optionsOf(segment.flags)))).up();
  const names = Object.keys(test.world.machines);
  const timeline = new Map(names.map((name) => [name, [{ t: -1, state: simulatedState(test, name) }]]));
  const start = segment.events[0]?.t ?? 0;
  const origin = test.now;
  const end = segment.polls.at(-1)?.t ?? start;
  const look = () => {
    for (const name of names) {
      const states = timeline.get(name) ?? [];
      const state = simulatedState(test, name);
      if (states.at(-1)?.state !== state) states.push({ t: start + (test.now - origin) / 1000, state });
    }
  };
  const pending = [...segment.events];
  while (start + (test.now - origin) / 1000 < end + 3) {
    const next = pending[0];
    if (next && start + (test.now - origin) / 1000 >= next.t) {
      apply(test, next.text);
      pending.shift();
    }
    test.run(20);
    look();
  }
  return timeline;
}

/** Whether a node showed a state at some time from … to. */
function showed(states: readonly { t: number; state: string }[], state: string, from: number, to: number): boolean {
  return states.some(
    (each, index) => each.state === state && each.t <= to && (states[index + 1]?.t ?? Number.POSITIVE_INFINITY) >= from,
  );
}

describe.skipIf(RECORDINGS === undefined || !existsSync(RECORDINGS))('recorded partitions', () => {
  it.each(['05a-three-node-partition', '05b-four-node-partition', '05c-two-node'])(
    'shows what every poll of %s showed, within 20 % of the time since the fault',
    (name) => {
      const segments = segmentsOf(`${RECORDINGS}/${name}.jsonl`);
      expect(segments.length).toBeGreaterThan(0);
      let polls = 0;
      const wrong: string[] = [];
      for (const segment of segments) {
        const timeline = simulate(segment);
        for (const poll of segment.polls) {
          const since = poll.t - (segment.events.findLast((event) => event.t <= poll.t)?.t ?? poll.t);
          const tolerance = Math.max(0.7, since * 0.2);
          polls++;
          const states = timeline.get(poll.node) ?? [];
          if (showed(states, poll.state, poll.t - tolerance, poll.t + poll.secs + tolerance)) continue;
          const shown = states.findLast((each) => each.t <= poll.t)?.state;
          wrong.push(`${poll.t} ${poll.node} (${since.toFixed(1)} s after the fault)\n  ${poll.state}\n  ${shown}`);
        }
      }
      console.log(`${name}: ${segments.length} segments, ${polls} polls, ${wrong.length} differ`);
      expect(wrong.slice(0, 5)).toEqual([]);
    },
    60_000,
  );
});
