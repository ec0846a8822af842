import { findFirstAction } from './actions';
import { addScoreOn } from './candidate-scores';
import { forgetHistory } from './cleanup';
import type { LocationConstraint } from './constraint';
import { failCount } from './fail-count';
import { isTrue } from './interval';
import { addLocation } from './location-unpack';
import { Candidate, type Node } from './node';
import { primitivesOf, type Resource } from './resource';
import { Role } from './role';
import { addScores, INFINITY, parseScore } from './score';
import type { WorkingSet } from './working-set';

/** Everything about nodes that doesn't depend on other resources: location constraints, stickiness, failures. */
export function applyNodeCriteria(ws: WorkingSet): void {
  for (const location of ws.locations) applyLocation(ws, location.resource, location, false);
  for (const top of ws.resources) for (const resource of primitivesOf(top)) applyShutdownLock(ws, resource);
  for (const resource of ws.resources) {
    ws.explain?.settle(resource, 'other');
    applyExclusiveDiscovery(resource);
    ws.explain?.settle(resource, 'discovery');
    applyStickinessAndFailures(ws, resource);
  }
}

/** shutdown-lock: what ran on a node that was shut down cleanly waits for it, up to shutdown-lock-limit. */
function applyShutdownLock(ws: WorkingSet, resource: Resource): void {
  if (!ws.options.shutdownLock && !resource.lockNode) return;
  if (resource.isFenceDevice || resource.isRemoteNode) return;
  const [node] = resource.running;
  if (resource.lockNode) {
    if (node) {
      // It was started elsewhere all the same: leave it there.
      forgetHistory(ws, resource, resource.lockNode);
      resource.lockNode = null;
      resource.lockTime = 0;
    }
  } else if (node && resource.running.length === 1 && node.shutdown && !node.unclean) {
    resource.lockNode = node;
    resource.lockTime = Number.parseInt(node.attributes.get('shutdown') ?? '0', 10) || ws.now;
  }
  const { lockNode } = resource;
  if (!lockNode) return;
  if (ws.options.shutdownLockLimit > 0)
    ws.recheckAt(resource.lockTime + Math.floor(ws.options.shutdownLockLimit / 1000) + 1);
  for (const other of ws.nodes)
    if (other !== lockNode) addScoreOn(resource, other.index, -INFINITY, ws, 'shutdown-lock');
}

/** `zero`: only makes the nodes known, the scores are counted elsewhere. */
function applyLocation(ws: WorkingSet, resource: Resource, location: LocationConstraint, zero: boolean): void {
  addToTable(ws, resource, location, zero);
  switch (resource.variant) {
    case 'primitive':
      return;
    case 'group':
      // A colocated group follows its first member, which alone counts the score.
      resource.children.forEach((child, index) => {
        applyLocation(ws, child, location, zero || (resource.groupColocated && index > 0));
      });
      return;
    case 'clone':
      for (const child of resource.children) applyLocation(ws, child, location, zero);
      return;
    case 'bundle':
      for (const replica of resource.bundle?.replicas ?? []) {
        applyLocation(ws, replica.container, location, zero);
        if (replica.ip) applyLocation(ws, replica.ip, location, zero);
      }
      if (resource.bundle?.child && location.role === Role.Promoted) {
        applyLocation(ws, resource.bundle.child, location, zero);
        resource.bundle.child.locations.push(location);
      }
      return;
  }
}

function addToTable(ws: WorkingSet, resource: Resource, location: LocationConstraint, zero: boolean): void {
  // For promotion only: counted when instances are chosen for it.
  if (location.role > Role.Unknown && location.role !== resource.nextRole) return;
  for (const { node, score } of location.nodes) {
    const candidate = resource.allowed[node.index];
    const value = zero ? 0 : score;
    let entry = candidate;
    if (entry) entry.add(value);
    else {
      entry = new Candidate(node, value);
      resource.allowed[node.index] = entry;
    }
    if (value !== 0) ws.explain?.add(resource, node, value, location.isHealth ? 'health' : 'location', location.id);
    if (location.discovery === 'exclusive') resource.exclusiveDiscovery = true;
    if (location.discovery === 'exclusive' || (location.discovery === 'never' && entry.discovery === 'always')) {
      entry.discovery = location.discovery;
    }
  }
}

/** With resource-discovery=exclusive somewhere, all other nodes are out; a bundle's own doesn't bind what is inside. */
function applyExclusiveDiscovery(resource: Resource): void {
  if (resource.exclusiveDiscovery || resource.top.exclusiveDiscovery) {
    for (const candidate of resource.allowed)
      if (candidate && candidate.discovery !== 'exclusive') candidate.score = -INFINITY;
  }
  for (const child of resource.children) applyExclusiveDiscovery(child);
}

function applyStickinessAndFailures(ws: WorkingSet, top: Resource): void {
  for (const resource of primitivesOf(top)) {
    applyStickiness(ws, resource);
    for (const node of ws.nodes) applyFailures(ws, resource, node);
  }
}

/** What runs prefers to stay; in an asymmetric cluster only where it is allowed at all. */
function applyStickiness(ws: WorkingSet, resource: Resource): void {
  if (!resource.managed || resource.stickiness === 0 || resource.running.length !== 1) return;
  const node = resource.running[0];
  if (!node) return;
  if (!ws.options.symmetricCluster && !resource.allowed[node.index]) return;
  addScoreOn(resource, node.index, resource.stickiness, ws, 'stickiness');
}

/** migration-threshold failures on a node ban the resource (all of an anonymous clone) from it. */
function applyFailures(ws: WorkingSet, resource: Resource, node: Node): void {
  // A count that is about to be cleared counts no more.
  if (findFirstAction(resource, `${resource.id}_clear_failcount_0`, node)) return;
  const banned = thresholdReached(ws, resource, node);
  if (banned) addScoreOn(banned, node.index, -INFINITY, ws, 'failures');
}

export function thresholdReached(ws: WorkingSet, resource: Resource, node: Node): Resource | null {
  if (resource.migrationThreshold === 0) return null;
  const { count } = failCount(ws, resource, node, { effective: true, fillers: true });
  if (count <= 0) return null;
  const target = resource.unique ? resource : resource.top;
  if (target.failureIgnored) return null;
  return resource.migrationThreshold - count <= 0 ? target : null;
}

/** Node health: the sum of a node's #health attributes becomes a score for (nearly) all resources. */
export function applyNodeHealth(ws: WorkingSet): void {
  const { health } = healthStrategy(ws);
  if (!health) return;
  for (const node of ws.nodes) {
    const score = healthScore(ws, node);
    if (score === 0) continue;
    for (const resource of ws.resources) {
      if (isTrue(resource.meta.get('allow-unhealthy-nodes'))) continue;
      addLocation(ws, {
        id: ws.options.healthStrategy,
        resource,
        role: Role.Unknown,
        discovery: 'always',
        nodes: [{ node, score }],
        isHealth: true,
      });
    }
  }
}

function healthStrategy(ws: WorkingSet): {
  health: { green: number; yellow: number; red: number } | null;
  base: number;
} {
  switch (ws.options.healthStrategy) {
    case 'migrate-on-red':
      return { health: { green: 0, yellow: 0, red: -INFINITY }, base: 0 };
    case 'only-green':
      return { health: { green: 0, yellow: -INFINITY, red: -INFINITY }, base: 0 };
    case 'progressive':
      return { health: ws.options.health, base: ws.options.healthBase };
    default:
      return { health: null, base: 0 };
  }
}

/** What the node's health adds to every resource's score there. */
export function healthScore(ws: WorkingSet, node: Node): number {
  const { health, base } = healthStrategy(ws);
  if (!health) return 0;
  let score = base;
  for (const [name, value] of node.attributes)
    if (name.startsWith('#health')) score = addScores(score, parseScore(value, health));
  return score;
}
