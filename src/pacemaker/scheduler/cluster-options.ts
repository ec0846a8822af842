import type { Element } from '../../world/xml';
import { childNamed, descendant } from '../cib/xml';
import { parseBoolean, parseInterval } from './interval';
import { unpackSets } from './nvpair';
import { type HealthScores, INFINITY, parseScore } from './score';
import { WorkingSet } from './working-set';

export type QuorumPolicy = 'stop' | 'freeze' | 'ignore' | 'demote' | 'suicide';
export type Placement = 'default' | 'utilization' | 'minimal' | 'balanced';

/** Cluster options that the scheduler obeys, by the names of Pacemaker Explained. Times in milliseconds. */
export interface ClusterOptions {
  symmetricCluster: boolean;
  quorumPolicy: QuorumPolicy;
  stonithEnabled: boolean;
  stonithAction: string;
  stonithTimeout: number;
  startupFencing: boolean;
  concurrentFencing: boolean;
  priorityFencingDelay: number;
  haveWatchdog: boolean;
  maintenanceMode: boolean;
  startFailureIsFatal: boolean;
  enableStartupProbes: boolean;
  stopAllResources: boolean;
  stopOrphanResources: boolean;
  stopOrphanActions: boolean;
  removeAfterStop: boolean;
  shutdownLock: boolean;
  shutdownLockLimit: number;
  placement: Placement;
  healthStrategy: string;
  healthBase: number;
  health: HealthScores;
  clusterDelay: string;
  batchLimit: string;
  migrationLimit: number | null;
  clusterName: string | null;
  defaultActionTimeout: string | null;
  /** All of crm_config, as set. */
  raw: Map<string, string>;
}

export function defaultClusterOptions(): ClusterOptions {
  return {
    symmetricCluster: true,
    quorumPolicy: 'stop',
    stonithEnabled: true,
    stonithAction: 'reboot',
    stonithTimeout: 60_000,
    startupFencing: true,
    concurrentFencing: false,
    priorityFencingDelay: 0,
    haveWatchdog: false,
    maintenanceMode: false,
    startFailureIsFatal: true,
    enableStartupProbes: true,
    stopAllResources: false,
    stopOrphanResources: true,
    stopOrphanActions: true,
    removeAfterStop: false,
    shutdownLock: false,
    shutdownLockLimit: 0,
    placement: 'default',
    healthStrategy: 'none',
    healthBase: 0,
    health: { green: 0, yellow: 0, red: -INFINITY },
    clusterDelay: '60s',
    batchLimit: '0',
    migrationLimit: null,
    clusterName: null,
    defaultActionTimeout: null,
    raw: new Map(),
  };
}

/** A working set that knows the cluster's options and nothing else yet. */
export function newWorkingSet(cib: Element, now: number): WorkingSet {
  const ws = new WorkingSet(cib, now, defaultClusterOptions());
  const raw = new Map<string, string>();
  unpackSets(
    ws,
    descendant(cib, 'configuration', 'crm_config') ?? undefined,
    'cluster_property_set',
    { now, onChange: (time) => ws.recheckAt(time) },
    raw,
    'cib-bootstrap-options',
  );
  ws.options = readOptions(raw, childNamed(cib, 'configuration') !== undefined, ws);
  // Nodes with a watchdog can fence themselves.
  ws.haveFenceDevice = ws.options.haveWatchdog;
  return ws;
}

function readOptions(raw: Map<string, string>, _configured: boolean, ws: WorkingSet): ClusterOptions {
  const options = defaultClusterOptions();
  options.raw = raw;
  const flag = (name: string, standard: boolean) => parseBoolean(raw.get(name)) ?? standard;
  const time = (name: string, standard: number) => (raw.has(name) ? parseInterval(raw.get(name)) : standard);
  options.symmetricCluster = flag('symmetric-cluster', true);
  options.stonithEnabled = flag('stonith-enabled', true);
  const action = raw.get('stonith-action');
  options.stonithAction = action === 'off' || action === 'poweroff' ? 'off' : 'reboot';
  options.stonithTimeout = time('stonith-timeout', 60_000);
  options.startupFencing = flag('startup-fencing', true);
  options.concurrentFencing = flag('concurrent-fencing', false);
  options.priorityFencingDelay = time('priority-fencing-delay', 0);
  options.haveWatchdog = flag('have-watchdog', false);
  options.maintenanceMode = flag('maintenance-mode', false);
  options.startFailureIsFatal = flag('start-failure-is-fatal', true);
  options.enableStartupProbes = flag('enable-startup-probes', true);
  options.stopAllResources = flag('stop-all-resources', false);
  options.stopOrphanResources = flag('stop-orphan-resources', true);
  options.stopOrphanActions = flag('stop-orphan-actions', true);
  options.removeAfterStop = flag('remove-after-stop', false);
  options.shutdownLock = flag('shutdown-lock', false);
  options.shutdownLockLimit = time('shutdown-lock-limit', 0);
  options.quorumPolicy = readQuorumPolicy(raw.get('no-quorum-policy'), options.stonithEnabled, ws);
  const placement = raw.get('placement-strategy');
  if (placement === 'utilization' || placement === 'minimal' || placement === 'balanced') options.placement = placement;
  options.healthStrategy = raw.get('node-health-strategy') ?? 'none';
  options.health = {
    green: raw.has('node-health-green') ? parseScore(raw.get('node-health-green')) : 0,
    yellow: raw.has('node-health-yellow') ? parseScore(raw.get('node-health-yellow')) : 0,
    red: raw.has('node-health-red') ? parseScore(raw.get('node-health-red')) : -INFINITY,
  };
  options.healthBase = parseScore(raw.get('node-health-base'));
  options.clusterDelay = raw.get('cluster-delay') ?? '60s';
  options.batchLimit = raw.get('batch-limit') ?? '0';
  const limit = Number.parseInt(raw.get('migration-limit') ?? '', 10);
  options.migrationLimit = Number.isNaN(limit) ? null : limit;
  options.clusterName = raw.get('cluster-name') ?? null;
  options.defaultActionTimeout = raw.get('default-action-timeout') ?? null;
  return options;
}

/** `suicide` needs fencing (without it: stop), and only counts where the cluster was quorate before. */
function readQuorumPolicy(value: string | undefined, stonithEnabled: boolean, ws: WorkingSet): QuorumPolicy {
  switch (value) {
    case 'ignore':
    case 'freeze':
    case 'demote':
      return value;
    case 'suicide': {
      if (!stonithEnabled) {
        ws.messages.push({
          level: 'error',
          text: "Setting no-quorum-policy to 'stop' because fencing is disabled".replace('Setting', 'Resetting'),
        });
        return 'stop';
      }
      // Where there never was quorum there is none to have lost.
      const panic =
        Number.parseInt(ws.cib.attributes['no-quorum-panic'] ?? '0', 10) > 0 ||
        ws.cib.attributes['no-quorum-panic'] === 'true';
      return panic || ws.quorate ? 'suicide' : 'stop';
    }
    default:
      return 'stop';
  }
}
