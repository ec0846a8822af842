import { describe, expect, it } from 'vitest';
import { nodeStateOf } from './cib/status';
import { PacemakerCluster } from './testcluster';

const names = ['node1', 'node2', 'node3'];

function states(cluster: PacemakerCluster): string[] {
  return names.map((name) => cluster.state(name));
}

describe('a pacemaker cluster', () => {
  it('waits 20 s for a DC after its start and knows the configured nodes meanwhile', () => {
    const cluster = new PacemakerCluster(3).start(...names);
    cluster.run(15_000);
    expect(states(cluster)).toEqual(['S_PENDING -', 'S_PENDING -', 'S_PENDING -']);
    const cib = cluster.cib('node1');
    expect(cib.attributes).toMatchObject({ epoch: '1', num_updates: '0', admin_epoch: '0' });
    expect(cib.attributes['dc-uuid']).toBeUndefined();
    expect(cib.children[0]?.children[1]?.children).toHaveLength(3);
  });

  it('elects the node whose name sorts last and counts epochs as recorded', () => {
    const cluster = new PacemakerCluster(3).up();
    expect(states(cluster)).toEqual([
      'S_NOT_DC node3.example.com',
      'S_NOT_DC node3.example.com',
      'S_IDLE node3.example.com',
    ]);
    const cib = cluster.cib('node2');
    expect(cib.attributes).toMatchObject({ epoch: '5', num_updates: '7', 'have-quorum': '1', 'dc-uuid': '3' });
    expect(cluster.cib('node1')).toEqual(cib);
  });

  it('hands the role over when the DC stops', () => {
    const cluster = new PacemakerCluster(3).up();
    cluster.stop('node3');
    cluster.run(5000);
    expect(states(cluster)).toEqual(['S_NOT_DC node2.example.com', 'S_IDLE node2.example.com', '-']);
    expect(nodeStateOf(cluster.cib('node1'), 'node3.example.com')?.attributes).toMatchObject({
      in_ccm: 'false',
      crmd: 'offline',
      join: 'down',
      expected: 'down',
    });
  });

  it('shows a node that lost its power as expected to be there', () => {
    const cluster = new PacemakerCluster(3).up();
    cluster.powerOff('node1');
    cluster.run(10_000);
    expect(nodeStateOf(cluster.cib('node3'), 'node1.example.com')?.attributes).toMatchObject({
      in_ccm: 'false',
      crmd: 'offline',
      join: 'down',
      expected: 'member',
    });
  });

  it('lets each side of a split have a DC, of which one has quorum, and joins them again', () => {
    const cluster = new PacemakerCluster(3).up();
    cluster.partition(['node1', 'node2'], ['node3']);
    cluster.run(15_000);
    expect(states(cluster)).toEqual([
      'S_NOT_DC node2.example.com',
      'S_IDLE node2.example.com',
      'S_IDLE node3.example.com',
    ]);
    expect(cluster.cib('node1').attributes['have-quorum']).toBe('1');
    expect(cluster.cib('node3').attributes['have-quorum']).toBe('0');
    cluster.heal();
    cluster.run(10_000);
    expect(states(cluster)).toEqual([
      'S_NOT_DC node3.example.com',
      'S_NOT_DC node3.example.com',
      'S_IDLE node3.example.com',
    ]);
    expect(cluster.cib('node1')).toEqual(cluster.cib('node3'));
    expect(nodeStateOf(cluster.cib('node1'), 'node1.example.com')?.attributes.crmd).toBe('online');
  });

  it('takes in a node that starts later within 3 s', () => {
    const cluster = new PacemakerCluster(3).start('node1', 'node2');
    cluster.run(30_000);
    cluster.start('node3');
    cluster.run(4000);
    expect(cluster.state('node3')).toBe('S_NOT_DC node2.example.com');
    expect(nodeStateOf(cluster.cib('node1'), 'node3.example.com')?.attributes.join).toBe('member');
  });

  it('reads its configuration back from disk after a restart', () => {
    const cluster = new PacemakerCluster(3).up();
    for (const name of names) cluster.stop(name);
    cluster.start('node1');
    cluster.run(3000);
    const cib = cluster.cib('node1');
    expect(cib.attributes.epoch).toBe('5');
    expect(cib.attributes['dc-uuid']).toBeUndefined();
  });

  it('has one event pending when idle, and costs next to nothing', () => {
    const cluster = new PacemakerCluster(4).up();
    expect(cluster.world.queue.filter((event) => event.type.startsWith('pacemaker.'))).toHaveLength(1);
  });

  it('lives on without its other daemons when corosync is killed, and rejoins when it is back', () => {
    const cluster = new PacemakerCluster(3).up();
    cluster.killCorosync('node1');
    cluster.run(20_000);
    expect(cluster.state('node1')).toBe('S_STARTING -');
    expect(cluster.state('node2')).toBe('S_NOT_DC node3.example.com');
    cluster.startCorosync('node1');
    cluster.run(10_000);
    expect(cluster.state('node1')).toBe('S_NOT_DC node3.example.com');
  });

  it('starts a killed CIB manager and what hangs on it again', () => {
    const cluster = new PacemakerCluster(3).up();
    cluster.killDaemon('node1', 'based');
    cluster.run(5000);
    expect(states(cluster)).toEqual([
      'S_NOT_DC node3.example.com',
      'S_NOT_DC node3.example.com',
      'S_IDLE node3.example.com',
    ]);
  });

  it('does not notice that pacemakerd was killed: a new one takes over the daemons', () => {
    const cluster = new PacemakerCluster(3).up();
    const before = states(cluster);
    const cib = cluster.cib('node2');
    for (const name of ['node1', 'node3']) {
      cluster.killPacemakerd(name);
      expect(states(cluster)).toEqual(before);
      cluster.startPacemaker(name);
      cluster.run(30_000);
    }
    expect(states(cluster)).toEqual(before);
    expect(cluster.cib('node1')).toEqual(cib);
    const text = cluster.machine('node1').log.map((entry) => entry.message);
    expect(text).toContain(' notice: Tracking existing pacemaker-based process (pid=901)');
  });
});
