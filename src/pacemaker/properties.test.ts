import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { World } from '../world/world';
import { changeCib } from './cib/access';
import { element } from './cib/new';
import { byId } from './cib/xml';
import { hasPacemaker, isDc } from './peers';
import { PacemakerCluster } from './testcluster';

const NODES = ['node1', 'node2', 'node3'] as const;
const ROOT = { user: 'root', uid: 0, gid: 0, groups: [0], client: 'cibadmin' };

type Step =
  | { kind: 'cut'; alone: number }
  | { kind: 'heal' }
  | { kind: 'off'; node: number }
  | { kind: 'on'; node: number }
  | { kind: 'write'; node: number }
  | { kind: 'wait'; ms: number };

const node = fc.integer({ min: 0, max: NODES.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), alone: node }),
  fc.constant({ kind: 'heal' as const }),
  fc.record({ kind: fc.constant('off' as const), node }),
  fc.record({ kind: fc.constant('on' as const), node }),
  fc.record({ kind: fc.constant('write' as const), node }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 50, max: 25_000 }) }),
);

/** Names of machines whose controllers are DC and have quorum by their own corosync. */
function quorateDcs(world: World): string[] {
  return Object.values(world.machines).flatMap((machine) => {
    if (!hasPacemaker(machine) || !isDc(machine) || machine.corosync?.quorum.quorate !== true) return [];
    return [machine.name];
  });
}

/** Writes an option on a node; gives its id if it was acknowledged while the node was quorate. */
function write(cluster: PacemakerCluster, name: string, id: string): string | null {
  const machine = cluster.machine(name);
  if (!hasPacemaker(machine) || machine.pacemaker.cib === null) return null;
  const pair = element('nvpair', { id, name: id, value: '1' });
  const input = element('cluster_property_set', { id: 'cib-bootstrap-options' }, [pair]);
  cluster.kernel.transact((world) =>
    changeCib(world, name, { kind: 'live' }, ROOT, { kind: 'modify', section: 'crm_config', input, allowCreate: true }),
  );
  return machine.corosync?.quorum.quorate ? id : null;
}

function perform(cluster: PacemakerCluster, action: Step, number: number): string | null {
  switch (action.kind) {
    case 'cut': {
      const alone = NODES[action.alone] as string;
      cluster.heal();
      cluster.partition(
        [alone],
        [...NODES].filter((name) => name !== alone),
      );
      return null;
    }
    case 'heal':
      cluster.heal();
      return null;
    case 'off': {
      const name = NODES[action.node] as string;
      if (cluster.machine(name).power === 'running') cluster.powerOff(name);
      return null;
    }
    case 'on': {
      const name = NODES[action.node] as string;
      if (cluster.machine(name).corosync === null) cluster.start(name);
      return null;
    }
    case 'write':
      return write(cluster, NODES[action.node] as string, `x${number}`);
    case 'wait':
      cluster.run(action.ms);
      return null;
  }
}

/** Runs in slices and looks at the cluster after each. */
function settle(cluster: PacemakerCluster, ms: number, look: () => void): void {
  for (let done = 0; done < ms; done += 200) {
    cluster.run(200);
    look();
  }
}

describe('random faults', () => {
  it('never leave two designated controllers that both lead a quorate membership for longer than a handover', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const cluster = new PacemakerCluster(3).up();
        let doubled = 0;
        const look = () => {
          doubled = quorateDcs(cluster.world).length > 1 ? doubled + 1 : 0;
          // A cut-off node still believes in its quorum until its token times out (8 s with three nodes).
          expect(doubled).toBeLessThan(50);
        };
        steps.forEach((action, number) => {
          perform(cluster, action, number);
          settle(cluster, 1000, look);
        });
        settle(cluster, 15_000, look);
        expect(quorateDcs(cluster.world).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40, seed: 5 },
    );
  }, 60_000);

  it('lose no acknowledged configuration of a majority that stays up', () => {
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 6 }), node, (writers, loner) => {
        const cluster = new PacemakerCluster(3).up();
        const alone = NODES[loner] as string;
        const majority = NODES.filter((name) => name !== alone);
        cluster.partition([alone], majority);
        cluster.run(20_000);
        const kept = writers.flatMap((writer, number) => {
          const name = majority[writer % majority.length] as string;
          const id = write(cluster, name, `x${number}`);
          cluster.run(300);
          return id === null ? [] : [id];
        });
        cluster.heal();
        cluster.run(20_000);
        for (const name of NODES) for (const id of kept) expect(byId(cluster.cib(name), id)).toBeDefined();
      }),
      { numRuns: 25, seed: 7 },
    );
  }, 60_000);
});
