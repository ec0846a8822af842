import { describe, expect, test } from 'vitest';
import { programs } from './index';
import { dummy, entry, history, runOnCib, twoNodes } from './testing';

const run = (cib: string, line: string) => runOnCib(programs, cib, line);

const running = history('a', entry('a', 'start_0', 1));

describe('crm_mon', () => {
  test('operations without a call id come last, notifications and probes that found nothing not at all', async () => {
    const entries = [
      entry('a', 'monitor_0', 1, 7),
      entry('a', 'notify_0', 4),
      entry('a', 'monitor_10000', -1),
      entry('a', 'start_0', 3),
    ];
    const { stdout } = await run(
      twoNodes({ resources: dummy('a'), history: history('a', entries.join('')) }),
      'crm_mon -1 -o --exclude=all --include=operations',
    );
    expect(stdout).toBe(
      'Operations:\n  * Node: node1:\n    * a: migration-threshold=1000000:\n      * (3) start\n      * (-1) monitor: interval="10000ms"\n',
    );
  });

  test('bans come from the last constraint to the first, those of a rule under its own id', async () => {
    const rule =
      '<rule id="r" score="-INFINITY"><expression id="e" attribute="#uname" operation="eq" value="node2"/></rule>';
    const constraints = `<rsc_location id="l1" rsc="a" node="node1" score="-1"/><rsc_location id="l2" rsc="a">${rule}</rsc_location>`;
    const { stdout } = await run(
      twoNodes({ resources: dummy('a'), constraints }),
      'crm_mon -1 --exclude=all --include=bans',
    );
    expect(stdout).toBe(
      'Negative Location Constraints:\n  * r\tprevents a from running on node2\n  * l1\tprevents a from running on node1\n',
    );
  });

  test('in brief a group counts what it holds of how many, and nodes without resources are left out', async () => {
    const cib = twoNodes({ resources: `<group id="g">${dummy('a')}${dummy('b')}</group>`, history: running });
    expect((await run(cib, 'crm_mon -1 -b --exclude=all --include=resources')).stdout).toBe(
      'Active Resources:\n  * Resource Group: g (1 member inactive):\n    * 1/2\t(ocf:pacemaker:Dummy):\tActive node1\n',
    );
    expect((await run(cib, 'crm_mon -1 -n -b --exclude=all --include=nodes')).stdout).toBe(
      'Node List:\n  * Node node1: online:\n    * Resources:\n      * 1\t(ocf:pacemaker:Dummy):\tActive \n',
    );
  });

  test('failures are told with readable times, a probe that finds nothing installed is none', async () => {
    const entries = entry('a', 'monitor_90000', 2, 7, 'a_last_failure_0') + entry('a', 'start_0', 1);
    const absent = history('b', entry('b', 'monitor_0', 1, 5));
    const { stdout } = await run(
      twoNodes({ resources: dummy('a') + dummy('b'), history: history('a', entries) + absent }),
      'crm_mon -1 --exclude=all --include=failures',
    );
    expect(stdout).toBe(
      "Failed Resource Actions:\n  * a 1m30s-interval monitor on node1 returned 'not running' at Mon Apr  3 09:00:00 2023 after 1m1000ms\n",
    );
  });

  test('a ticket that only a constraint names is revoked', async () => {
    const constraints = '<rsc_ticket id="t" rsc="a" ticket="T"/>';
    const { stdout } = await run(
      twoNodes({ resources: dummy('a'), constraints }),
      'crm_mon -1 --exclude=all --include=tickets',
    );
    expect(stdout).toBe('Tickets:\n  * T: revoked\n');
  });

  test("a ping resource's attribute tells how many of its hosts answer", async () => {
    const parameters =
      '<instance_attributes id="p"><nvpair id="p1" name="host_list" value="h1 h2"/><nvpair id="p2" name="multiplier" value="10"/></instance_attributes>';
    const ping = `<primitive id="a" class="ocf" provider="pacemaker" type="ping">${parameters}</primitive>`;
    const attributes = '<nvpair id="x" name="pingd" value="10"/>';
    const { stdout } = await run(
      twoNodes({ resources: ping, history: running.replace('"Dummy"', '"ping"'), attributes }),
      'crm_mon -1 --exclude=all --include=attributes',
    );
    expect(stdout).toContain(
      'pingd                           \t: 10        \t: Connectivity is degraded (Expected=20)',
    );
  });
});

describe('crm_verify', () => {
  test('two operations of one name and interval make a configuration invalid', async () => {
    const operations =
      '<operations><op id="o1" name="monitor" interval="10s"/><op id="o2" name="monitor" interval="10s"/></operations>';
    const { stderr, status } = await run(twoNodes({ resources: dummy('a', operations) }), 'crm_verify -V -x /cib.xml');
    const line =
      '(is_op_dup) \terror: Operation o2 is duplicate of o1 (do not use same name and interval combination more than once per resource)\n';
    expect(stderr).toBe(`${line}${line}crm_verify: Errors found during check: config not valid\n`);
    expect(status).toBe(78);
  });

  test('a reference to nothing is told with file and line, verbose or not', async () => {
    const constraints = '<rsc_location id="l" rsc="nope" node="node1" score="1"/>';
    const { stderr, status } = await run(twoNodes({ constraints }), 'crm_verify -x /cib.xml');
    expect(stderr).toBe(
      '/cib.xml:5: element rsc_location: validity error : IDREF attribute rsc references an unknown ID "nope"\n' +
        'crm_verify: Errors found during check: config not valid\n-V may provide more details\n',
    );
    expect(status).toBe(78);
  });

  test('what runs without being configured is worth a warning', async () => {
    const { stderr, status } = await run(twoNodes({ history: running }), 'crm_verify -V -x /cib.xml');
    expect(stderr).toBe('crm_verify: Warnings found during check: config may not be valid\n');
    expect(status).toBe(78);
  });
});

describe('crm_resource', () => {
  test('--why looks at what holds the resource', async () => {
    const meta = '<meta_attributes id="m"><nvpair id="m1" name="target-role" value="Stopped"/></meta_attributes>';
    const { stdout } = await run(
      twoNodes({ resources: `<group id="g">${meta}${dummy('a')}</group>` }),
      'crm_resource -Y -r a',
    );
    expect(stdout).toBe("Resource a is not running\nConfiguration specifies 'g' should remain stopped\n");
  });

  test('--ban is for the resource that was named, not for its group', async () => {
    const cib = twoNodes({ resources: `<group id="g">${dummy('a')}</group>`, history: running });
    const { file } = await run(cib, 'crm_resource -B -r a');
    expect(file('/cib.xml')).toContain('<rsc_location id="cli-ban-a-on-node1" rsc="a"');
  });
});

describe('crm_mon -i', () => {
  test('takes a time with a unit, and nothing else', async () => {
    const wrong = await run(twoNodes({}), 'crm_mon -1 -i x');
    expect(wrong).toMatchObject({ status: 64, stdout: '', stderr: 'crm_mon: Invalid value for -i: x\n' });
    expect((await run(twoNodes({}), 'crm_mon -1 -i 1min')).status).toBe(0);
  });
});

describe('crm_resource --why', () => {
  test('names is-managed, but neither maintenance mode nor the block of a failed stop', async () => {
    const failed = history('a', `${entry('a', 'start_0', 1)}${entry('a', 'stop_0', 2, 1)}`);
    const blocked = await run(twoNodes({ resources: dummy('a'), history: failed }), 'crm_resource -r a --why');
    expect(blocked.stdout).toBe('Resource a is running\n');
    const meta = '<meta_attributes id="m"><nvpair id="n" name="is-managed" value="false"/></meta_attributes>';
    const resources = dummy('a', meta);
    const unmanaged = await run(twoNodes({ resources, history: running }), 'crm_resource -r a --why');
    expect(unmanaged.stdout).toBe(
      "Resource a is running\nConfiguration prevents cluster from stopping or starting unmanaged 'a'\n",
    );
  });
});
