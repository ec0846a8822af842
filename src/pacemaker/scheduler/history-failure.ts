import type { Element } from '../../world/xml';
import type { OnFail } from './action';
import { setActive } from './active-state';
import { addScoreEverywhere, addScoreOn } from './candidate-scores';
import { unpackMigrateFailure } from './history-migration';
import type { Entry } from './history-unpack';
import type { Node } from './node';
import type { OperationConfig } from './operation';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** What the failures seen so far in a resource's history on a node lead to. */
export interface FailureState {
  onFail: OnFail;
  /** The last operation that failed, and when (unix seconds). */
  lastFailure: { readonly key: string; readonly changed: number } | null;
}

const SEVERITY: Record<OnFail, number> = {
  ignore: 0,
  demote: 1,
  recover: 2,
  'reset-remote': 3,
  'restart-container': 4,
  ban: 5,
  block: 6,
  stop: 7,
  standby: 8,
  fence: 9,
};

export function moreSevere(a: OnFail, b: OnFail): boolean {
  return SEVERITY[a] > SEVERITY[b];
}

/** Failed operations as displays list them: each key of a node once, and of those of old releases, which have none, one. */
export function recordFailure(ws: WorkingSet, node: Node, resource: Resource, xml: Element): void {
  // A node that is gone has nothing to report.
  if (node.shutdown && !node.online) return;
  const key = xml.attributes.operation_key ?? xml.attributes.id;
  for (const failed of ws.failedOperations) {
    if (failed.node === node && (failed.element.attributes.operation_key ?? failed.element.attributes.id) === key)
      return;
  }
  ws.failedOperations.push({ element: xml, resource, node });
}

/**
 * A probe that says the agent, its software or its configuration isn't there says that the resource isn't running
 * there; displays list it as failed. Inside a bundle it is a failure as any other.
 */
export function isMaskedProbe(resource: Resource, xml: Element): boolean {
  const { operation, interval } = xml.attributes;
  if (operation !== 'monitor' || (Number.parseInt(interval ?? '0', 10) || 0) !== 0 || resource.isBundled) return false;
  const rc = xml.attributes['rc-code'];
  return rc === '5' || rc === '2' || xml.attributes['op-status'] === '7';
}

/** The exit status of such a probe of a resource, on a node or (null) anywhere; null: there was none. */
export function maskedProbeStatus(ws: WorkingSet, resource: Resource, node: Node | null): number | null {
  for (const failed of ws.failedOperations) {
    if (node && failed.node !== node) continue;
    if (failed.resource !== resource && failed.resource.top !== resource) continue;
    // (Histories of old releases without operation keys can't be told.)
    if (failed.element.attributes.operation_key === undefined) continue;
    if (isMaskedProbe(failed.resource, failed.element)) return Number(failed.element.attributes['rc-code'] ?? 0);
  }
  return null;
}

export function unpackFailure(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  entry: Entry,
  config: OperationConfig,
  state: FailureState,
): void {
  state.lastFailure = {
    key: entry.key,
    changed: Number.parseInt(entry.xml.attributes['last-rc-change'] ?? '', 10) || 0,
  };
  const probe = entry.task === 'monitor' && entry.intervalMs === 0;
  if (entry.rc !== 5 || ws.options.symmetricCluster) recordFailure(ws, node, resource, entry.xml);
  if (moreSevere(config.onFail, state.onFail)) state.onFail = config.onFail;
  switch (entry.task) {
    case 'stop':
      // Where it couldn't be stopped it isn't started again.
      addScoreOn(resource, node.index, -INFINITY, ws, 'failed-operation');
      break;
    case 'migrate_to':
    case 'migrate_from':
      unpackMigrateFailure(ws, resource, node, entry);
      break;
    case 'promote':
      resource.role = Role.Promoted;
      break;
    case 'demote':
      if (config.onFail === 'block') {
        resource.role = Role.Promoted;
        resource.nextRole = Role.Stopped;
        resource.nextRoleReason = 'demote with on-fail=block';
      } else if (entry.rc === 7) {
        resource.role = Role.Stopped;
      } else {
        // It may be either; the lesser is assumed, and it will be stopped.
        resource.role = Role.Unpromoted;
      }
      break;
  }
  if (probe && entry.rc === 5) {
    // An agent that isn't installed manages nothing here.
    resource.role = Role.Stopped;
  } else if (resource.role < Role.Started) {
    setActive(resource);
  }
  if (config.failRole !== Role.Started && resource.nextRole < config.failRole) {
    resource.nextRole = config.failRole;
    resource.nextRoleReason = 'failure';
  }
  if (config.failRole === Role.Stopped) forbidEverywhere(ws, resource);
}

/** The resource (of an anonymous clone: the whole clone) may run nowhere. */
export function forbidEverywhere(ws: WorkingSet, resource: Resource): void {
  let target = resource;
  if (resource.parent) {
    const { top } = resource;
    if (top.isClone && !top.unique) target = top;
  }
  addScoreEverywhere(ws, target, -INFINITY, 'hard-failure');
}
