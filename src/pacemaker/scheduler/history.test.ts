import { describe, expect, it } from 'vitest';
import { parseXml } from '../cib/parse';
import { runScheduler, type SchedulerResult } from './index';
import { parseInterval } from './interval';
import { parseIso8601 } from './iso8601';
import { simulationReport } from './report';
import { transitionSummary } from './summary';
import { unpack } from './unpack';

const NOW = Date.UTC(2024, 2, 1, 12);
const SECONDS = NOW / 1000;
/** The digest of no parameters. */
const DIGEST = 'f2317cad3d54cec5d7d7aa7d0bf35cf8';
const UUID = '00000000-0000-0000-0000-000000000000';

interface Result {
  id?: string;
  task: string;
  rc: number;
  call: number;
  /** Milliseconds. */
  interval?: number;
  status?: number;
  expected?: number;
  /** Seconds before now. */
  ago?: number;
  more?: string;
}

function entry(resource: string, result: Result): string {
  const { task, rc, call, interval = 0, status = 0, expected = 0, ago = 10, more = `op-digest="${DIGEST}"` } = result;
  const key = `1:${call}:${expected}:${UUID}`;
  const id = result.id ?? `${resource}_${task}_${interval}`;
  return `<lrm_rsc_op id="${id}" operation_key="${resource}_${task}_${interval}" operation="${task}" transition-key="${key}" transition-magic="${status}:${rc};${key}" call-id="${call}" rc-code="${rc}" op-status="${status}" interval="${interval}" last-rc-change="${SECONDS - ago}" ${more}/>`;
}

interface Cluster {
  options?: string;
  resources: string;
  /** By node: entries by resource. */
  history: Record<string, Record<string, Result[]>>;
  /** Further histories behind them, whose names may be there already. */
  again?: Record<string, Record<string, Result[]>>;
  /** Transient attributes by node. */
  attributes?: Record<string, Record<string, string>>;
  type?: string;
}

const pairs = (set: string, values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `<nvpair id="${set}-${name.replace('#', '.')}" name="${name}" value="${value}"/>`)
    .join('');

function run(cluster: Cluster): SchedulerResult & { lines: string[]; cib: ReturnType<typeof parseXml> } {
  const { history, again = {}, attributes = {}, type = 'Dummy' } = cluster;
  const states = ['node1', 'node2'].map((node, index) => {
    const resources = [history, again]
      .flatMap((of) => Object.entries(of[node] ?? {}))
      .map(
        ([id, results]) =>
          `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="${type}">${results.map((result) => entry(id, result)).join('')}</lrm_resource>`,
      );
    const transient = attributes[node]
      ? `<transient_attributes id="${index + 1}"><instance_attributes id="t${index}">${pairs(`t${index}`, attributes[node])}</instance_attributes></transient_attributes>`
      : '';
    return `<node_state id="${index + 1}" uname="${node}" in_ccm="true" crmd="online" join="member" expected="member">${transient}<lrm id="${index + 1}"><lrm_resources>${resources.join('')}</lrm_resources></lrm></node_state>`;
  });
  const cib =
    parseXml(`<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" have-quorum="1" dc-uuid="1"><configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/>${cluster.options ?? ''}</cluster_property_set></crm_config>
    <nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>
    <resources>${cluster.resources}</resources><constraints/></configuration><status>${states.join('')}</status></cib>`);
  const result = runScheduler(cib, NOW, { recordScores: true });
  return {
    ...result,
    cib,
    lines: transitionSummary(result.workingSet).map((line) => line.trim().replace(/\s+/g, ' ')),
  };
}

const dummy = (id: string, inside = ''): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
const meta = (id: string, values: Record<string, string>): string =>
  `<meta_attributes id="${id}-m">${pairs(`${id}-m`, values)}</meta_attributes>`;
const monitor = (id: string, seconds: number, more = ''): string =>
  `<operations><op id="${id}-mon" name="monitor" interval="${seconds}s" ${more}/></operations>`;

const started: Result = { task: 'start', rc: 0, call: 5 };
const absent: Result = { task: 'monitor', rc: 7, call: 3, expected: 7 };
const tasks = (result: SchedulerResult): string[] =>
  result.transition.synapses.flatMap(({ actions }) =>
    actions.map(({ operationKey, node }) => `${operationKey} ${node}`),
  );

describe('what the history of operations tells', () => {
  it('a probe that finds the agent missing bans the node, isn’t repeated, and shows as such', () => {
    const result = run({
      resources: dummy('a'),
      history: { node1: { a: [{ task: 'monitor', rc: 5, status: 7, call: 3, expected: 7 }] }, node2: { a: [absent] } },
    });
    expect(result.lines).toEqual(['* Start a ( node2 )']);
    expect(tasks(result)).toEqual(['a_start_0 node2']);
    expect(result.scores).toContain('pcmk__primitive_assign: a allocation score on node1: -INFINITY');
    const only = run({
      resources: dummy('a'),
      history: { node1: { a: [{ ...absent, rc: 2 }] }, node2: { a: [{ ...absent, rc: 2 }] } },
    });
    expect(simulationReport(only.cib, unpack(only.cib, NOW), only, NOW)).toContain('Stopped (invalid parameter) ');
  });

  it('an expired failure of a recurring monitor makes the monitor start anew, and clears the fail count', () => {
    const result = run({
      resources: dummy('a', meta('a', { 'failure-timeout': '60' }) + monitor('a', 10)),
      history: {
        node1: {
          a: [
            { ...started, ago: 500 },
            {
              id: 'a_last_failure_0',
              task: 'monitor',
              interval: 10_000,
              rc: 1,
              status: 4,
              call: 7,
              ago: 400,
              more: 'op-digest="4811cef7f7f94e3a35a70be7916cb2fd"',
            },
          ],
        },
        node2: { a: [absent] },
      },
      attributes: { node1: { 'fail-count-a#monitor_10000': '1', 'last-failure-a#monitor_10000': `${SECONDS - 400}` } },
    });
    expect(result.lines).toEqual([]);
    expect(tasks(result).sort()).toEqual(['a_clear_failcount_0 node1', 'a_monitor_10000 node1']);
  });

  it('a fail count that is about to be cleared bans nobody', () => {
    const failed = {
      resources: dummy('a', meta('a', { 'migration-threshold': '1', 'failure-timeout': '60' })),
      history: { node1: { a: [started] }, node2: { a: [absent] } },
    };
    const attributes = (ago: number) => ({
      node1: { 'fail-count-a#start_0': '3', 'last-failure-a#start_0': `${SECONDS - ago}` },
    });
    expect(run({ ...failed, attributes: attributes(10) }).lines).toEqual(['* Move a ( node1 -> node2 )']);
    expect(run({ ...failed, attributes: attributes(100) }).lines).toEqual([]);
  });

  it('pending entries come last, and a simulation’s revised status doesn’t show them', () => {
    const result = run({
      resources: dummy('a', monitor('a', 10)),
      history: {
        node1: { a: [started, { task: 'monitor', interval: 10_000, rc: 193, status: -1, call: -1 }] },
        node2: { a: [absent] },
      },
    });
    const report = simulationReport(result.cib, unpack(result.cib, NOW), result, NOW).split('Revised');
    expect(report[0]).toContain('Started node1 (Monitoring)');
    expect(report[1]).not.toContain('Monitoring');
  });

  it('a migration of which only the first half is known is partial; with newer history on the target it is over', () => {
    const migration = 'migrate_source="node1" migrate_target="node2"';
    const source: Result[] = [started, { task: 'migrate_to', rc: 0, call: 9, ago: 50, more: migration }];
    const resources = dummy('a', meta('a', { 'allow-migrate': 'true' }));
    const partial = run({ resources, history: { node1: { a: source }, node2: { a: [{ ...absent, ago: 90 }] } } });
    expect(unpack(partial.cib, NOW).resourceById.get('a')?.partialMigrationTarget?.name).toBe('node2');
    // With equal scores it stays where it came from: the migration's source counts as its node.
    expect(partial.lines).toEqual(['* Move a ( node2 -> node1 )']);
    const later: Result[] = [{ ...absent, ago: 20 }];
    const over = run({ resources, history: { node1: { a: source }, node2: { a: later } } });
    expect(over.workingSet.resourceById.get('a')?.partialMigrationTarget).toBe(null);
  });

  it('a probe on the target since the first half says that it came to nothing, but not beside recurring monitors', () => {
    const migration = 'migrate_source="node1" migrate_target="node2"';
    const source: Result[] = [started, { task: 'migrate_to', rc: 0, call: 9, ago: 50, more: migration }];
    const lines = (target: Result[]) =>
      run({
        resources: dummy('a', meta('a', { 'allow-migrate': 'true' })),
        history: { node1: { a: source }, node2: { a: target } },
      }).lines;
    const probe = { ...absent, ago: 30 };
    expect(lines([probe])).toEqual(['* Recover a ( node1 )']);
    const recurring = { task: 'monitor', interval: 10_000, rc: 0, call: 4, ago: 25 };
    expect(lines([probe, recurring])).toEqual(['* Move a ( node2 -> node1 )']);
  });

  it('stopped on the source of a half migration it still counts as started on the target', () => {
    const migration = 'migrate_source="node1" migrate_target="node2"';
    const result = run({
      resources: dummy('a', meta('a', { 'allow-migrate': 'true' })),
      history: {
        node1: {
          a: [
            started,
            { task: 'migrate_to', rc: 0, call: 9, ago: 50, more: migration },
            { task: 'stop', rc: 0, call: 20, ago: 10 },
          ],
        },
        node2: { a: [{ ...absent, ago: 90 }] },
      },
    });
    const report = simulationReport(result.cib, unpack(result.cib, NOW), result, NOW);
    expect(report.split('Transition Summary')[0]).toContain('Started node2');
    expect(tasks(result)).toContain('a_stop_0 node2');
  });

  it('another agent under the same name restarts the resource and deletes its history', () => {
    const result = run({
      resources: dummy('a'),
      type: 'Other',
      history: { node1: { a: [started] }, node2: { a: [absent] } },
    });
    expect(tasks(result)).toEqual(expect.arrayContaining(['a_stop_0 node1', 'a_delete_0 node1', 'a_start_0 node1']));
  });

  it('without a digest nobody can tell what ran, so it is restarted', () => {
    const result = run({
      resources: dummy('a'),
      history: { node1: { a: [{ ...started, more: '' }] }, node2: { a: [absent] } },
    });
    expect(tasks(result)).toEqual(expect.arrayContaining(['a_stop_0 node1', 'a_start_0 node1']));
  });

  it('a name that a node’s history has twice is read twice: what the first says stays said', () => {
    const lines = (first: Result, second: Result) =>
      run({
        resources: dummy('a'),
        history: { node1: { a: [first] }, node2: { a: [absent] } },
        again: { node1: { a: [second] } },
      }).lines;
    expect(lines(started, absent)).toEqual([]);
    expect(lines(absent, started)).toEqual([]);
    expect(lines(started, { task: 'stop', rc: 0, call: 6 })).toEqual([]);
  });

  it('a surplus instance goes by its own number where its history does', () => {
    const report = (first: string, second: string) => {
      const result = run({
        resources: `<clone id="c">${dummy('a')}${meta('c', { 'clone-max': '1' })}</clone>`,
        history: { node1: { [first]: [started], [second]: [started] }, node2: { 'a:0': [absent] } },
      });
      return simulationReport(result.cib, unpack(result.cib, NOW), result, NOW);
    };
    expect(report('a:0', 'a:1')).toMatch(/Resource action: a:1 +stop on node1/);
  });

  it('a surplus instance that isn’t managed uses up one of clone-max where it is', () => {
    const result = run({
      resources: `<clone id="c">${dummy('a')}${meta('c', { 'is-managed': 'false' })}</clone>`,
      history: { node1: { 'a:0': [started], 'a:1': [started] }, node2: { a: [absent] } },
    });
    expect(result.scores.filter((line) => line.startsWith('pcmk__primitive_assign: a:1 '))).toEqual([]);
  });

  it('of an anonymous clone one instance known on a node spares the probe', () => {
    const result = run({
      resources: `<clone id="c">${dummy('a')}</clone>`,
      history: { node1: { a: [started] }, node2: { a: [started] } },
    });
    expect(tasks(result)).toEqual([]);
  });
  it('an unmanaged instance isn’t told of its peers, and nobody waits for it', () => {
    const notify = '<meta_attributes id="c-m"><nvpair id="c-n" name="notify" value="true"/></meta_attributes>';
    const cluster: Cluster = {
      resources: `<clone id="c">${dummy('a')}${notify}</clone>`,
      history: { node1: { a: [started] }, node2: { a: [absent] } },
      attributes: { node1: { maintenance: 'true' } },
    };
    const result = run(cluster);
    expect(result.lines).toEqual(['* Start a:1 ( node2 )']);
    const waitedFor = result.transition.synapses.flatMap(({ inputs }) => inputs.map(({ id }) => id));
    const present = new Set(result.transition.synapses.flatMap(({ actions }) => actions.map(({ id }) => id)));
    expect(waitedFor.filter((id) => !present.has(id))).toEqual([]);
  });
});

describe('times', () => {
  it('reads durations without a T, and dates whose zone stands apart', () => {
    expect(parseInterval('P10S')).toBe(10_000);
    expect(parseInterval('PT1M30S')).toBe(90_000);
    expect(parseInterval('P1M')).toBe(30 * 86_400_000);
    expect(parseIso8601('2019-09-23 05:00:00 -05:00')).toBe(Date.UTC(2019, 8, 23, 10) / 1000);
    expect(parseIso8601('2019-02-30')).toBe(null);
  });
});
