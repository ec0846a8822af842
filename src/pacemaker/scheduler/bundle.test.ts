import { describe, expect, it } from 'vitest';
import type { Action } from './action';
import { replicaAddresses } from './bundle-container';
import { runScheduler, type SchedulerResult } from './index';
import { type TestCluster, testCib } from './testcib';

const NOW = Date.UTC(2024, 2, 1, 12);
const DUMMY = 'class="ocf" provider="pacemaker" type="Dummy"';
const NETWORK = '<network ip-range-start="192.168.1.9"><port-mapping id="p" port="80"/></network>';

const run = (cluster: TestCluster): SchedulerResult => runScheduler(testCib(cluster), NOW, { recordScores: true });

const bundle = (inside: string, attributes = 'replicas="2"', network = NETWORK): string =>
  `<bundle id="web"><podman image="web:1" ${attributes}/>${network}<storage><storage-mapping id="s" source-dir-root="/srv" target-dir="/data"/></storage>${inside}</bundle>`;

const inside = `<primitive id="httpd" ${DUMMY}/>`;

function action(result: SchedulerResult, key: string, node?: string): Action {
  const found = result.actions.find((each) => each.key === key && (!node || each.node?.name === node));
  if (!found) throw new Error(`no ${key}`);
  return found;
}

const inputsOf = (result: SchedulerResult, key: string): string[] => {
  const synapse = result.transition.synapses.find((each) => each.actions[0]?.operationKey === key);
  return (synapse?.inputs ?? []).map((input) => input.operationKey);
};

describe('bundles', () => {
  it('gives each replica a container, an address, a connection and an instance on its own guest node', () => {
    const result = run({ resources: bundle(inside) });
    for (const offset of [0, 1]) {
      const host = action(result, `web-podman-${offset}_start_0`).node?.name;
      expect(action(result, `web-ip-192.168.1.${9 + offset}_start_0`).node?.name).toBe(host);
      expect(action(result, `web-${offset}_start_0`).node?.name).toBe(host);
      expect(action(result, `httpd:${offset}_start_0`).node?.name).toBe(`web-${offset}`);
    }
  });

  it('what runs inside takes capacity of the host, together with what goes with the bundle', () => {
    const need = (id: string): string =>
      `<utilization id="u-${id}"><nvpair id="u-${id}-1" name="cpu" value="2"/></utilization>`;
    const cib = testCib({
      options: { 'placement-strategy': 'utilization' },
      resources: `<primitive id="db" ${DUMMY}>${need('db')}</primitive>${bundle(`<primitive id="httpd" ${DUMMY}>${need('httpd')}</primitive>`, 'replicas="1"')}`,
      constraints: '<rsc_colocation id="c" rsc="web" with-rsc="db" score="INFINITY"/>',
    });
    const nodes = cib.children[0]?.children.find(({ name }) => name === 'nodes')?.children ?? [];
    for (const node of nodes) {
      const { id = '', uname } = node.attributes;
      const room = { id: `r${id}`, name: 'cpu', value: uname === 'node2' ? '4' : '3' };
      const children = [{ name: 'nvpair', attributes: room, children: [] }];
      node.children.push({ name: 'utilization', attributes: { id: `ru${id}` }, children });
    }
    const result = runScheduler(cib, NOW);
    expect(action(result, 'db_start_0').node?.name).toBe('node2');
    expect(action(result, 'web-podman-0_start_0').node?.name).toBe('node2');
    expect(result.workingSet.nodeByName.get('node2')?.utilization?.get('cpu')).toBe(0);
  });

  it('starts the address, then the container, then the connection, then what is inside', () => {
    const result = run({ resources: bundle(inside) });
    expect(inputsOf(result, 'web-podman-0_start_0')).toContain('web-ip-192.168.1.9_start_0');
    expect(inputsOf(result, 'web-0_start_0')).toContain('web-podman-0_start_0');
    expect(inputsOf(result, 'httpd:0_start_0')).toContain('web-0_start_0');
  });

  it('waits for the probes of a container before anything starts inside', () => {
    const result = run({ resources: bundle(inside) });
    expect(inputsOf(result, 'web-clone_start_0')).toContain('web-podman-0_monitor_0');
  });

  it('puts at most replicas-per-host replicas on a node', () => {
    const apart = run({ resources: bundle('', 'replicas="3"') });
    const hosts = [0, 1, 2].map((offset) => action(apart, `web-podman-${offset}_start_0`).node?.name);
    expect(new Set(hosts).size).toBe(3);
  });

  it('tells the container its name, ports, directories and the peers', () => {
    const result = run({ resources: bundle(inside) });
    const start = result.transition.synapses.find((each) => each.actions[0]?.operationKey === 'web-podman-0_start_0')
      ?.actions[0];
    expect(start?.attributes.run_opts).toBe(
      ' -h web-0 -e PCMK_stderr=1 -e PCMK_remote_port=3121 -v /srv/web-0:/data -v /etc/pacemaker/authkey:/etc/pacemaker/authkey -v /var/log/pacemaker/bundles/web-0:/var/log -p 192.168.1.9:80:80 -p 192.168.1.9:3121:3121  --add-host=web-0:192.168.1.9 --add-host=web-1:192.168.1.10',
    );
    expect(start?.attributes.mount_points).toBe('/srv/web-0,/var/log/pacemaker/bundles/web-0');
  });

  it('reaches a container without an address by the name of its host', () => {
    const result = run({ resources: bundle(inside, 'replicas="1" network="host"', '<network control-port="4000"/>') });
    const start = result.transition.synapses.find((each) => each.actions[0]?.operationKey === 'web-0_start_0')
      ?.actions[0];
    expect(start?.attributes.addr).toBe(start?.node);
  });

  it('counts addresses up to 254, then goes on in the next network', () => {
    expect(replicaAddresses('192.168.1.253', 3)).toEqual(['192.168.1.253', '192.168.1.254', '192.168.2.1']);
  });

  it('keeps other resources off the guest nodes of bundles', () => {
    const result = run({ resources: `${bundle(inside)}<primitive id="other" ${DUMMY}/>` });
    expect(result.scores.filter((line) => line.includes(': other ') && line.includes(' on web-'))).toEqual([]);
  });
});

describe('remote nodes', () => {
  it('run things only after their connection is up', () => {
    const result = run({
      resources: `<primitive id="far" class="ocf" provider="pacemaker" type="remote"/><primitive id="job" ${DUMMY}/>`,
      constraints: '<rsc_location id="l" rsc="job" node="far" score="INFINITY"/>',
    });
    expect(action(result, 'job_start_0').node?.name).toBe('far');
    expect(inputsOf(result, 'job_start_0')).toContain('far_start_0');
  });

  it('never host connections or fence devices', () => {
    const result = run({
      resources:
        '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/><primitive id="other" class="ocf" provider="pacemaker" type="remote"/>',
    });
    expect(result.scores).toContain('pcmk__primitive_assign: other allocation score on far: -INFINITY');
  });

  it('start a guest with the machine it lives in', () => {
    const result = run({
      resources: `<primitive id="vm" ${DUMMY}><meta_attributes id="m"><nvpair id="m1" name="remote-node" value="guest"/></meta_attributes></primitive>`,
    });
    expect(action(result, 'guest_start_0').node?.name).toBe(action(result, 'vm_start_0').node?.name);
    expect(inputsOf(result, 'guest_start_0')).toContain('vm_start_0');
  });
});
