import { describe, expect, it } from 'vitest';
import { writeFile } from '../machine/files';
import { COROSYNC_CONF } from './config';
import type { CorosyncMachine } from './nodes';
import { requestReload } from './services';
import { clusterConf, clusterWorld, TestCluster } from './testcluster';

function distribute(test: TestCluster, conf: string, ...names: string[]): void {
  test.kernel.transact((world) => {
    for (const name of names) writeFile(test.machine(name, world), COROSYNC_CONF, conf, { time: 0 });
  });
}

function reload(test: TestCluster, name: string): void {
  test.kernel.transact((world) => requestReload(world, test.machine(name, world) as CorosyncMachine));
  test.run(100);
}

describe('reload of corosync.conf', () => {
  it('makes room for a node that is added, and forgets one that is removed', () => {
    const test = new TestCluster(clusterWorld(4));
    distribute(test, clusterConf(3), 'node1', 'node2', 'node3');
    test.start('node1', 'node2', 'node3');
    test.run(6000);
    distribute(test, clusterConf(4), 'node1', 'node2', 'node3', 'node4');
    const since = test.now;
    reload(test, 'node2');
    expect(test.journal('node1', since).map((line) => line.replace(/^\d+ {2}/, ''))).toEqual([
      '[CFG   ] Config reload requested by node 2',
      '[TOTEM ] Configuring link 0',
      '[TOTEM ] Configured link number 0: local addr: 192.168.90.110, port=5405',
      '[KNET  ] host: host: 4 (passive) best link: 0 (pri: 1)',
      '[KNET  ] host: host: 4 has no active links',
      '[KNET  ] pmtud: MTU manually set to: 0',
      '[KNET  ] host: host: 4 (passive) best link: 0 (pri: 1)',
      '[KNET  ] host: host: 4 has no active links',
      '[KNET  ] host: host: 4 (passive) best link: 0 (pri: 1)',
      '[KNET  ] host: host: 4 has no active links',
    ]);
    expect(test.corosync('node1').quorum).toMatchObject({ expectedVotes: 4, needed: 3, quorate: true });
    expect(test.corosync('node1').settings.totem.token).toBe(4300);
    test.start('node4');
    test.run(5000);
    expect(test.view('node1')).toMatch(/1 2 3 4 quorate$/);
    expect(test.journal('node1', since).join('\n')).toContain('PMTUD link change for host: 4 link: 0 from 469 to 1397');
    test.stop('node4');
    test.run(1000);
    distribute(test, clusterConf(3), 'node1', 'node2', 'node3');
    reload(test, 'node2');
    expect(test.corosync('node3').quorum).toMatchObject({ expectedVotes: 3, needed: 2, quorate: true });
    expect(Object.keys(test.corosync('node1').links)).toEqual(['2', '3']);
  });

  it('changes nothing when the file is broken', () => {
    const test = new TestCluster(clusterWorld(2)).up();
    distribute(test, 'totem {\n', 'node1');
    reload(test, 'node1');
    expect(test.journal('node1').join('\n')).toContain('Unable to reload config file: ');
    expect(test.corosync('node1').settings.nodes).toHaveLength(2);
  });
});
