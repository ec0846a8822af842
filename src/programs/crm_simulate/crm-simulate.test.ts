import { expect, test } from 'vitest';
import { dummy, entry, history, runOnCib, twoNodes } from '../crm/testing';
import { programs } from './index';

const run = (cib: string, line: string) => runOnCib(programs, cib, `crm_simulate -x /cib.xml ${line}`);

const operations = '<operations><op id="a-m" name="monitor" interval="10s"/></operations>';
const active = twoNodes({
  resources: dummy('a', operations),
  history: history('a', entry('a', 'start_0', 1, 0, 'a_last_0')),
});

test('a result goes into the entry that stands there, and what it does not tell is kept', async () => {
  const { file } = await run(
    active.replace('exec-time="61000"', 'exec-time="61000" op-force-restart=" state "'),
    '-S -d node2 -O /out.xml',
  );
  const entries = file('/out.xml')?.match(/<lrm_rsc_op id="a_[^>]*>/g) ?? [];
  expect(entries[0]).toContain('op-force-restart=" state "');
  expect(entries[1]).toContain('id="a_monitor_10000"');
});

test('an injected result counts as a failure, and is recorded', async () => {
  const { stdout, file } = await run(active, '-S -i a_monitor_10000@node1=7 -O /out.xml');
  expect(stdout).toContain("  * Injecting attribute fail-count-a#monitor_10000=value++ into /node_state '1'");
  expect(stdout).toContain('  * Recover    a');
  expect(file('/out.xml')).toContain('exit-reason="Simulated action result"');
});

test('a resource that does not exist is told, and nothing is injected', async () => {
  const { stdout, stderr, status } = await run(active, '-S -i b_monitor_10000@node1=7');
  expect(stderr).toBe('Invalid resource name: b\n');
  expect(stdout).not.toContain('Injecting attribute');
  expect(status).toBe(0);
});

test('an operation that is to fail ends the transition', async () => {
  const { stdout, status } = await run(twoNodes({ resources: dummy('a', operations) }), '-S -F a_start_0@node1=1');
  expect(stdout).toMatch(
    /\* Resource action: a +start on node1\nPretending action \d+ failed with rc=1\n {2}\* Injecting attribute fail-count-a#start_0/,
  );
  expect(stdout).not.toContain('monitor=10000');
  expect(status).toBe(0);
});

test('-A and -c add node attributes and fail counts to the status', async () => {
  const attributes =
    '<nvpair id="x1" name="pingd" value="5"/><nvpair id="x2" name="fail-count-a#monitor_10000" value="2"/>';
  const cib = twoNodes({ resources: dummy('a'), history: history('a', entry('a', 'start_0', 1)), attributes });
  const { stdout } = await run(cib, '-A -c');
  expect(stdout).toContain(
    '\n  * Node Attributes:\n    * Node: node1:\n      * pingd                           \t: 5         \n',
  );
  expect(stdout).toContain(
    '\n  * Migration Summary:\n    * Node: node1:\n      * a: migration-threshold=1000000 fail-count=2\n',
  );
});

test('quorum counts beside another modification only, a watchdog by itself', async () => {
  expect((await run(active, '-S -q false')).stdout).not.toContain('Performing Requested Modifications');
  const { stdout, file } = await run(active, '-S -w true -q false -I /in.xml');
  expect(stdout).toContain('  * Setting quorum: false\n  * Setting watchdog: true\n');
  expect(file('/in.xml')).toContain('<nvpair id="o-have-watchdog" name="have-watchdog" value="true"/>');
});

test('--profile tells of each CIB of a folder', async () => {
  const { stdout } = await run(active, '-P /');
  expect(stdout).toMatch(/^Timings:\n {2}\* Testing \/\/?cib\.xml \.\.\. 0\.00 secs\n$/);
});

const entryIds = (cib: string | undefined): (string | undefined)[] =>
  [...(cib ?? '').matchAll(/<lrm_r(?:esource|sc_op) id="([^"]*)"/g)].map(([, id]) => id);

test('of two histories with one name the first takes the entries of both and the new one, whose call is the first', async () => {
  const twice = twoNodes({
    resources: dummy('a', operations),
    history:
      history('a', entry('a', 'start_0', 5, 0, 'a_start_0')) + history('a', entry('a', 'stop_0', 9, 0, 'a_stop_0')),
  });
  const { file } = await run(twice, '-i a_monitor_10000@node1=0 -O /out.xml');
  expect(entryIds(file('/out.xml')).slice(0, 4)).toEqual(['a', 'a_start_0', 'a_stop_0', 'a_monitor_10000']);
  // The second stays; node2's is that of its probe.
  expect(entryIds(file('/out.xml')).slice(5)).toEqual(['a', 'a_stop_0', 'a', 'a_last_0']);
  expect(/id="a_monitor_10000"[^>]* call-id="(\d+)"/.exec(file('/out.xml') ?? '')?.[1]).toBe('1');
});

test('a failure is remembered apart from the last operation, a recurring monitor’s alone; all is one update', async () => {
  const { file } = await run(active, '-i a_stop_0@node1=1 -O /out.xml');
  expect(entryIds(file('/out.xml'))).toEqual(expect.arrayContaining(['a_last_0', 'a_last_failure_0']));
  const updates = (cib: string | undefined) => Number(/num_updates="(\d+)"/.exec(cib ?? '')?.[1]);
  // (And the probe of node2.)
  expect(updates(file('/out.xml')) - updates(active)).toBe(2);
  const probe = await run(active, '-i a_monitor_0@node2=7');
  expect(probe.stdout).not.toContain('Injecting attribute');
});

test('an instance that is being stopped has its own line, a group in a clone none for its members', async () => {
  const pending = (id: string) =>
    history(id, entry(id, 'stop_0', -1, 193).replace('op-status="0"', 'op-status="-1"').replaceAll('0:193', '-1:193'));
  const single = twoNodes({ resources: `<clone id="c">${dummy('a')}</clone>`, history: pending('a') });
  expect((await run(single, '-S')).stdout).toContain('      * a\t(ocf:pacemaker:Dummy):\t Stopping node1\n');
  const group = twoNodes({
    resources: `<clone id="c"><group id="g">${dummy('a')}${dummy('b')}</group></clone>`,
    history: pending('a'),
  });
  expect((await run(group, '-S')).stdout.split('Transition Summary')[0]).not.toContain('Stopping');
});
