/**
 * From a CIB to the state of the cluster: the nodes with their conditions, the resources with where they are active, in
 * which role, failed, blocked, managed …, as the scheduler and all status displays see it.
 */
import type { Element } from '../../world/xml';
import { childNamed, descendant } from '../cib/xml';
import { resourceAction } from './actions';
import { newWorkingSet } from './cluster-options';
import { unpackHistory } from './history-unpack';
import { isTrue } from './interval';
import type { Node } from './node';
import { historyOfNode } from './node-history';
import { unpackNodeState, unpackNodes, unpackRemoteState } from './node-unpack';
import { makeRemoteNodes } from './remote-unpack';
import type { Resource } from './resource';
import { unpackResources } from './resource-unpack';
import { Role } from './role';
import type { ScoreTerms } from './score-terms';
import type { WorkingSet } from './working-set';

export interface UnpackOptions {
  /** Collect allocation scores as text lines. */
  recordScores?: boolean;
  showUtilization?: boolean;
  /** Records where scores come from: see score-terms.ts. */
  explain?: ScoreTerms;
  /** Overrides have-quorum of the CIB. */
  quorum?: boolean;
}

/** `now` in unix milliseconds. The CIB isn't changed. */
export function unpack(cib: Element, now: number, options: UnpackOptions = {}): WorkingSet {
  const ws = newWorkingSet(cib, Math.floor(now / 1000));
  ws.recordScores = options.recordScores ?? false;
  ws.showUtilization = options.showUtilization ?? false;
  ws.explain = options.explain ?? null;
  if (options.quorum !== undefined) ws.quorate = options.quorum;
  ws.unfencingRequired = requiresUnfencing(cib);
  unpackNodes(ws);
  makeRemoteNodes(ws);
  unpackResources(ws);
  unpackTags(ws);
  unpackStatus(ws);
  countDisabled(ws);
  return ws;
}

/** Some fence device gives (`provides=unfencing`), or some resource asks for, what nodes need before they may use resources. */
function requiresUnfencing(cib: Element): boolean {
  const resources = descendant(cib, 'configuration', 'resources');
  const search = (element: Element): boolean =>
    element.children.some((child) => {
      const { name = '', value } = child.attributes;
      if (child.name === 'nvpair' && (name === 'provides' || name === 'requires') && value === 'unfencing') return true;
      return search(child);
    });
  return !!resources && search(resources);
}

function unpackTags(ws: WorkingSet): void {
  for (const tag of descendant(ws.cib, 'configuration', 'tags')?.children ?? []) {
    if (tag.name !== 'tag' || tag.attributes.id === undefined) continue;
    const members: string[] = [];
    for (const reference of tag.children) {
      if (reference.name === 'obj_ref' && reference.attributes.id !== undefined) members.push(reference.attributes.id);
    }
    ws.tags.set(tag.attributes.id, members);
  }
}

function unpackTickets(ws: WorkingSet, status: Element): void {
  for (const state of childNamed(status, 'tickets')?.children ?? []) {
    const { id } = state.attributes;
    if (state.name !== 'ticket_state' || id === undefined) continue;
    ws.tickets.set(id, {
      id,
      granted: isTrue(state.attributes.granted),
      lastGranted: Number.parseInt(state.attributes['last-granted'] ?? '-1', 10),
      standby: isTrue(state.attributes.standby),
      attributes: new Map(Object.entries(state.attributes).filter(([name]) => name !== 'id')),
    });
  }
}

function unpackStatus(ws: WorkingSet): void {
  const status = childNamed(ws.cib, 'status');
  if (status) {
    unpackTickets(ws, status);
    for (const state of status.children) if (state.name === 'node_state') unpackNodeState(ws, state);
    // Remote nodes can be read only when their connections are known, which may be on remote nodes' hosts: repeat.
    let progress = true;
    while (progress) {
      progress = false;
      for (const [node, state] of nodeStates(ws, status))
        if (!node.historyUnpacked && readable(ws, node, false)) progress = readNode(ws, node, state) || progress;
    }
    if (ws.options.stonithEnabled) {
      for (const [node, state] of nodeStates(ws, status))
        if (!node.historyUnpacked && readable(ws, node, true)) readNode(ws, node, state);
    }
  }
  for (const container of ws.containersToStop) {
    const host = container.currentNode;
    if (host) resourceAction(ws, container, 'stop', host, false);
  }
  for (const node of ws.nodes) {
    if (!node.isRemote) continue;
    if (node.shutdown && node.connection && !node.connection.orphan) {
      node.connection.nextRole = Role.Stopped;
      node.connection.nextRoleReason = 'remote shutdown';
    }
    if (!node.historyUnpacked) determineRemoteOnline(node);
  }
}

/** The states of all nodes known so far: orphaned connections bring more on the way. */
function nodeStates(ws: WorkingSet, status: Element): Map<Node, Element> {
  const states = new Map<Node, Element>();
  for (const state of status.children) {
    if (state.name !== 'node_state') continue;
    const node = ws.nodeByName.get(state.attributes.uname ?? '') ?? ws.nodeById.get(state.attributes.id ?? '');
    if (node && !states.has(node)) states.set(node, state);
  }
  return states;
}

function readable(ws: WorkingSet, node: Node, all: boolean): boolean {
  if (all) return true;
  const { connection } = node;
  if (node.isRemote) {
    if (!connection) return false;
    if (node.isGuest) return connection.role === Role.Started && connection.container?.role === Role.Started;
    return ws.options.shutdownLock || connection.role === Role.Started;
  }
  return ws.options.stonithEnabled || ws.options.shutdownLock || node.online;
}

function readNode(ws: WorkingSet, node: Node, state: Element): boolean {
  node.historyUnpacked = true;
  if (node.isRemote) {
    determineRemoteOnline(node);
    unpackRemoteState(ws, state, node);
  }
  if (historyOfNode(ws, node).length === 0) return false;
  unpackHistory(ws, node);
  linkOrphanFillers(ws, node);
  return true;
}

/** An orphan that says which container it was in belongs to it. */
function linkOrphanFillers(ws: WorkingSet, node: Node): void {
  for (const xml of historyOfNode(ws, node)) {
    const { id = '', container: containerId } = xml.attributes;
    if (containerId === undefined) continue;
    const container = ws.resourceById.get(containerId);
    const filler = ws.resourceById.get(id);
    if (!container || !filler?.orphanFiller || filler.container) continue;
    filler.container = container;
    container.fillers.push(filler);
  }
}

/** A remote node is online while its connection is started; of a guest, the container and its host count too. */
export function determineRemoteOnline(node: Node): void {
  const { connection } = node;
  if (!connection) {
    node.online = false;
    return;
  }
  const container: Resource | null = connection.container;
  const host = container?.running.length === 1 ? (container.running[0] ?? null) : null;
  if (connection.role === Role.Started) node.online = true;
  // A connection that is going to be closed.
  if (connection.role === Role.Started && connection.nextRole === Role.Stopped) node.shutdown = true;
  if (container?.failed) {
    node.online = false;
    node.remoteRequiresReset = true;
  } else if (connection.failed) {
    node.online = false;
  } else if (connection.role === Role.Stopped || container?.role === Role.Stopped) {
    node.online = false;
    node.remoteRequiresReset = false;
  } else if (host && !host.online && host.unclean) {
    node.online = false;
    node.remoteRequiresReset = true;
  }
}

function countDisabled(ws: WorkingSet): void {
  for (const resource of ws.resourceById.values()) {
    if (resource.variant !== 'primitive' || resource.orphan) continue;
    if (resource.blocked) ws.blockedResources++;
  }
}
