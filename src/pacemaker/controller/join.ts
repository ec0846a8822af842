import { cancelEvent, schedule } from '../../kernel/events';
import type { ExecutorState } from '../../world/pacemaker';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { exchangeAttributes, learnAttribute, writeAllAttributes } from '../attributes/attributes';
import { editLiveCib } from '../cib/edit';
import { CONTROLLER, installCib, liveCib, stamp } from '../cib/live';
import { element } from '../cib/new';
import { withNodeState, withNodeStateChild } from '../cib/status';
import { sameTree, withAttributes } from '../cib/tree';
import { cibVersion, compareVersions, FEATURE_SET } from '../cib/version';
import { controllers, hasPacemaker, isDc, type PacemakerMachine } from '../peers';
import { requestDecision } from './decide';
import { rulerFacts, startElection } from './election';
import { addNodes, eventOf } from './startup';
import { note, setState } from './state';

/** A fresh DC decides so long after the join: its first calculation waits for the fencer. */
const FIRST_DECISION = 1150;
/** After a node joined a cluster that has a DC. */
const NEXT_DECISION = 90;

/** The designated controller's invitation: everybody in the partition joins it, and the newest CIB becomes all's. */
export function joinMembers(world: World, payload: { machine: string }): void {
  const dc = world.machines[payload.machine];
  if (!hasPacemaker(dc) || !isDc(dc)) return;
  const { controller } = dc.pacemaker;
  const rivals = controllers(world, dc.name).filter((peer) => isDc(peer) && peer.name !== dc.name);
  if (rivals.length > 0) {
    startElection(world, dc);
    return;
  }
  const members = controllers(world, dc.name);
  const fresh = controller.joined.length === 0;
  const joining = members.filter((member) => !controller.joined.includes(member.pacemaker.nodeName));
  if (joining.length === 0) return;
  if (!fresh) setState(world, dc, 'S_INTEGRATION');
  setState(world, dc, 'S_FINALIZE_JOIN');
  controller.transition = null;
  const source = synchronize(world, dc, members);
  // In another side's CIB the nodes of this one count as gone: all of them join anew.
  const admitted = source.name === dc.name ? joining : members;
  addNodes(
    world,
    dc,
    members.map((member) => ({ nodeId: member.pacemaker.nodeId, name: member.pacemaker.nodeName })),
  );
  admitAll(world, dc, admitted);
  markAbsent(world, dc, members);
  editLiveCib(world, dc.name, (cib) => withAttributes(cib, rulerFacts(dc)));
  controller.joined = members.map((member) => member.pacemaker.nodeName);
  setState(world, dc, 'S_POLICY_ENGINE');
  requestDecision(world, dc, fresh ? FIRST_DECISION : NEXT_DECISION, 'Node join');
}

/** The newest CIB among the members (the DC's own where versions tie) is given to all of them. Gives whose it was. */
function synchronize(world: World, dc: PacemakerMachine, members: readonly PacemakerMachine[]): PacemakerMachine {
  let best = liveCib(dc) as Element;
  let source = dc;
  for (const member of members) {
    const cib = liveCib(member);
    if (cib && compareVersions(cibVersion(cib), cibVersion(best)) > 0) {
      best = cib;
      source = member;
    }
  }
  const chosen = withAttributes(best, { crm_feature_set: FEATURE_SET });
  for (const member of members) {
    const present = liveCib(member);
    if (present && sameTree(present, chosen)) {
      member.pacemaker.cib = chosen;
      continue;
    }
    const replaced = present && member.name !== source.name && !sameConfiguration(present, chosen);
    installCib(
      world,
      member,
      replaced ? withAttributes(chosen, stamp(world, source.pacemaker.nodeName, CONTROLLER)) : chosen,
    );
  }
  // All copies must be one from here on; who wrote it last is told alike everywhere after the next change.
  const shared = liveCib(dc) as Element;
  for (const member of members) installCib(world, member, shared);
  return source;
}

function sameConfiguration(first: Element, second: Element): boolean {
  const of = (cib: Element) => cib.children.find((child) => child.name === 'configuration');
  const [left, right] = [of(first), of(second)];
  return left !== undefined && right !== undefined && sameTree(left, right);
}

/**
 * Nodes become members: their states, operation histories and attributes go into the CIB. The real daemons' messages
 * arrive as chance has it; this is an order that was recorded with the first and with the last node as DC: an attribute
 * of the first other node, the histories from the last node on, the other attributes, the first one's history.
 */
function admitAll(world: World, dc: PacemakerMachine, joining: readonly PacemakerMachine[]): void {
  for (const member of joining) welcome(world, dc, member);
  const chance = joining.map(({ pacemaker }) => pacemaker.controller.arrival);
  if (chance.every((arrival) => arrival !== undefined)) admitByArrival(world, dc, joining);
  else admitAsUsual(world, dc, joining);
  editLiveCib(world, dc.name, (cib) =>
    joining.reduce(
      (tree, { pacemaker }) =>
        withNodeState(tree, String(pacemaker.nodeId), pacemaker.nodeName, {
          'crm-debug-origin': 'do_state_transition',
        }),
      cib,
    ),
  );
}

function admitByArrival(world: World, dc: PacemakerMachine, joining: readonly PacemakerMachine[]): void {
  const arrival = ({ pacemaker }: PacemakerMachine) => pacemaker.controller.arrival ?? 0;
  for (const member of joining.toSorted((a, b) => arrival(a) - arrival(b))) {
    writeHistory(world, dc, member);
    writeAttributes(world, dc, [member]);
  }
}

function admitAsUsual(world: World, dc: PacemakerMachine, joining: readonly PacemakerMachine[]): void {
  const first = joining.find((member) => member.name !== dc.name);
  const rest = joining.filter((member) => member !== first).toSorted((a, b) => b.pacemaker.nodeId - a.pacemaker.nodeId);
  if (first) writeAttributes(world, dc, [first]);
  for (const member of rest) writeHistory(world, dc, member);
  writeAttributes(world, dc, rest);
  if (first) writeHistory(world, dc, first);
}

function welcome(world: World, dc: PacemakerMachine, member: PacemakerMachine): void {
  const { nodeName, controller } = member.pacemaker;
  cancelEvent(world, eventOf(member, 'dc-timeout').key);
  cancelEvent(world, eventOf(member, 'election').key);
  for (const other of controllers(world, dc.name)) if (other.name !== member.name) exchangeAttributes(other, member);
  controller.dc = dc.pacemaker.nodeName;
  if (member.name !== dc.name) setState(world, member, 'S_NOT_DC');
  learnAttribute(world, member.name, nodeName, '#feature-set', FEATURE_SET);
  note(world, member, 'pacemaker.joined', { node: nodeName, dc: dc.pacemaker.nodeName });
}

function writeAttributes(world: World, dc: PacemakerMachine, members: readonly PacemakerMachine[]): void {
  writeAllAttributes(
    world,
    dc.name,
    members.map((member) => member.pacemaker.nodeName),
  );
}

function writeHistory(world: World, dc: PacemakerMachine, member: PacemakerMachine): void {
  const { nodeId, nodeName, executor } = member.pacemaker;
  const id = String(nodeId);
  const history = historyElement(id, executor);
  editLiveCib(world, dc.name, (cib) => {
    const state = withNodeState(cib, id, nodeName, {
      in_ccm: 'true',
      crmd: 'online',
      'crm-debug-origin': 'do_lrm_query_internal',
      join: 'member',
      expected: 'member',
    });
    return withNodeStateChild(withNodeStateChild(state, nodeName, 'lrm', null), nodeName, 'lrm', history);
  });
}

/** The `lrm` element of a node: what its executor knows of every resource. */
export function historyElement(nodeId: string, executor: ExecutorState): Element {
  const resources = Object.entries(executor.history).map(([id, history]) => {
    const attributes: Record<string, string> = { id, type: history.type, class: history.class };
    if (history.provider !== null) attributes.provider = history.provider;
    if (history.container !== undefined) attributes.container = history.container;
    return element('lrm_resource', attributes, Object.values(history.operations).map(plainElement));
  });
  return element('lrm', { id: nodeId }, [element('lrm_resources', {}, resources)]);
}

/** A copy that shares nothing with a draft. */
function plainElement(from: Element): Element {
  return element(from.name, { ...from.attributes }, from.children.map(plainElement));
}

/** Nodes with a state in the CIB that aren't there (any more): offline, and unclean if they should be there. */
function markAbsent(world: World, dc: PacemakerMachine, members: readonly PacemakerMachine[]): void {
  const present = new Set(members.map((member) => member.pacemaker.nodeName));
  const known = Object.values(dc.pacemaker.controller.members);
  editLiveCib(world, dc.name, (cib) => {
    const status = cib.children.find((child) => child.name === 'status');
    let changed = cib;
    for (const state of status?.children ?? []) {
      const { id, uname, crmd, in_ccm } = state.attributes;
      if (state.attributes.remote_node !== undefined || !id || !uname || present.has(uname)) continue;
      const inMembership = known.includes(uname);
      if (crmd === 'offline' && (in_ccm === 'true') === inMembership) continue;
      changed = withNodeState(changed, id, uname, {
        in_ccm: String(inMembership),
        crmd: 'offline',
        'crm-debug-origin': 'post_cache_update',
        join: 'down',
      });
      changed = withNodeStateChild(changed, uname, 'transient_attributes', null);
    }
    return changed;
  });
}

/** Lets the DC look for newcomers. */
export function integrate(world: World, dc: PacemakerMachine, delay: number): void {
  schedule(world, delay, 'pacemaker.join', { machine: dc.name }, eventOf(dc, 'join'));
}
