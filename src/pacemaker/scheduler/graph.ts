import type { Action, Input } from './action';
import { newestFirstActions } from './actions';
import { operationKey } from './actions-key';
import { graphAttributes } from './graph-attributes';
import { createNotifications } from './notify';
import { OrderKind } from './order-kind';
import type { Resource } from './resource';
import type { GraphAction, Synapse, Transition } from './transition';
import type { WorkingSet } from './working-set';

/** Tasks that go to the controller itself, not to a resource's executor. */
const CONTROLLER_TASKS = new Set(['stonith', 'do_shutdown', 'clear_failcount', 'lrm_delete']);

export interface Graph {
  transition: Transition;
  workingSet: WorkingSet;
  /** Synapses by the action they run. */
  actions: Map<Action, GraphAction>;
  byId: Map<number, Action>;
}

/** The transition graph: every action that is needed and possible, with those it waits for. */
export function createGraph(ws: WorkingSet, transitionId: number): Graph {
  const { options } = ws;
  const attributes: Record<string, string> = {
    'cluster-delay': options.clusterDelay,
    'stonith-timeout': options.raw.get('stonith-timeout') ?? '60s',
    'failed-stop-offset': 'INFINITY',
    'failed-start-offset': options.startFailureIsFatal ? 'INFINITY' : '1',
    'batch-limit': options.batchLimit,
    transition_id: String(transitionId),
  };
  if (options.migrationLimit !== null && options.migrationLimit > 0)
    attributes['migration-limit'] = String(options.migrationLimit);
  if (ws.recheckBy > 0) attributes['recheck-by'] = String(ws.recheckBy);
  const graph: Graph = {
    transition: { attributes, synapses: [] },
    workingSet: ws,
    actions: new Map(),
    byId: new Map(),
  };
  for (const resource of ws.resources) addResource(ws, graph, resource);
  for (const action of newestFirstActions(ws)) {
    // A blocked stop on a node that is leaving would block the shutdown for ever: it is only worth a warning.
    addAction(ws, graph, action);
  }
  return graph;
}

/** Collective events come before their members in a group, after their instances in a clone. */
function addResource(ws: WorkingSet, graph: Graph, resource: Resource): void {
  const own = (): void => {
    for (let i = resource.actions.length - 1; i >= 0; i--) {
      const action = resource.actions[i];
      if (action) addAction(ws, graph, action);
    }
  };
  switch (resource.variant) {
    case 'primitive':
      own();
      break;
    case 'group':
      own();
      for (const child of resource.children) addResource(ws, graph, child);
      break;
    case 'clone':
      createNotifications(ws, resource);
      for (const child of resource.children) addResource(ws, graph, child);
      own();
      break;
    case 'bundle': {
      // A bundle's own events come with the rest.
      const data = resource.bundle;
      if (data?.child) addResource(ws, graph, data.child);
      for (const replica of data?.replicas ?? []) {
        if (replica.ip) addResource(ws, graph, replica.ip);
        addResource(ws, graph, replica.container);
        if (replica.remote) addResource(ws, graph, replica.remote);
      }
      break;
    }
  }
}

/** Whether an action is carried out: needed, possible, on a usable node, of a managed resource. */
function belongs(action: Action): boolean {
  if (!action.runnable) return false;
  if (action.optional && !action.printAlways) return false;
  const { resource, node } = action;
  // Of unmanaged resources only monitors, and the cancellation of recurring ones.
  if (resource && !resource.managed && action.task !== 'monitor' && (action.meta.get('interval') ?? '0') === '0')
    return false;
  if (action.pseudo || ['stonith', 'do_shutdown', 'lrm_delete'].includes(action.task)) return true;
  if (!node) return false;
  if (node.isGuest && !node.remoteRequiresReset) return true;
  return node.online;
}

function addAction(ws: WorkingSet, graph: Graph, action: Action): void {
  if (!action.inputsMerged) {
    mergeInputs(action);
    action.inputsMerged = true;
  }
  if (action.addedToGraph || !belongs(action)) return;
  action.addedToGraph = true;
  const entry = graphAction(ws, action, true);
  graph.actions.set(action, entry);
  graph.byId.set(action.id, action);
  let priority = action.resource ? action.resource.configuredPriority : 0;
  if (action.priority > priority) priority = action.priority;
  const synapse: Synapse = {
    id: graph.transition.synapses.length,
    priority: priority > 0 ? priority : null,
    actions: [entry],
    inputs: [],
  };
  graph.transition.synapses.push(synapse);
  for (const input of action.inputs) {
    if (!inputBelongs(action, input)) continue;
    input.inGraph = true;
    synapse.inputs.push(graphAction(ws, input.action, false));
  }
}

/** One link for each pair of actions, its kinds combined. */
function mergeInputs(action: Action): void {
  action.inputs.sort((a, b) => a.action.id - b.action.id);
  const merged: Input[] = [];
  for (const input of action.inputs) {
    const last = merged[merged.length - 1];
    if (last && last.action === input.action) {
      last.kind |= input.kind;
    } else merged.push(input);
  }
  action.inputs = merged;
}

const WEAK = OrderKind.Optional | OrderKind.ImpliesFirstPrinted | OrderKind.ImpliesThenPrinted;
/** A migration that turned into a restart is not waited for. */
const FOR_MIGRATION = OrderKind.ImpliesFirstMigratable | OrderKind.PseudoLeft;

/** Whether an action waits for that input when it is carried out. */
export function inputBelongs(action: Action, input: Input): boolean {
  const first = input.action;
  const { kind } = input;
  if (kind === OrderKind.None) return false;
  if (!first.runnable && (kind & ~WEAK) === 0 && !first.pseudo) return false;
  if (!first.runnable && kind & OrderKind.OneOrMore) return false;
  if (kind & OrderKind.ApplyFirstNonMigratable && first.migrateRunnable) return false;
  if (kind === OrderKind.Optional && first.migrateRunnable && first.key.endsWith('_stop_0')) return false;
  if (kind === OrderKind.Load) {
    let node = action.node;
    if (action.resource && action.task === 'migrate_to') node = action.resource.assignedTo;
    // Only where the capacity is taken.
    if (action.resource && first.node !== node) return false;
    if (!action.resource && first.node !== action.node) return false;
    if (first.optional) return false;
  } else if (kind === OrderKind.AntiColocation) {
    if (first.node && action.node && first.node !== action.node) return false;
    if (first.optional) return false;
  } else if (
    first.resource &&
    first.resource !== action.resource &&
    first.resource.failed &&
    !first.resource.managed &&
    first.key.endsWith('_stop_0') &&
    action.resource?.isClone
  ) {
    return false;
  } else if (first.optional && !first.printAlways && !first.addedToGraph && !belongs(first)) {
    return false;
  }
  // What is needed but impossible is waited for all the same, and for ever: a blocked start's monitor never runs. So is what
  // is possible but left to others, an unmanaged resource's start.
  return first.runnable || first.addedToGraph || (!first.optional && (kind & ~(WEAK | FOR_MIGRATION)) !== 0);
}

function nameWithout(resource: Resource): string {
  return resource.xml.attributes.id ?? resource.id;
}

/** An action as the graph's elements give it; in full, or as a reference. */
function graphAction(ws: WorkingSet, action: Action, full: boolean): GraphAction {
  const { resource, node } = action;
  let kind: GraphAction['kind'] = 'rsc_op';
  if (action.pseudo) kind = 'pseudo_event';
  else if (CONTROLLER_TASKS.has(action.task)) kind = 'crm_event';
  const extra: Record<string, string> = {};
  let key = action.key;
  if (resource?.cloneName != null) {
    const { cloneName } = resource;
    if (action.task === 'notify') {
      key = `${cloneName}_${action.meta.get('notify_type')}_notify_${action.meta.get('notify_operation')}_0`;
    } else {
      key = operationKey(cloneName, action.cancelTask ?? action.task, action.intervalMs);
    }
    extra.internal_operation_key = action.key;
  }
  if (action.task === 'lrm_delete') extra.mode = 'cib';
  // What is locked to its node stays so, as the controller notes in the history.
  if (full && !action.pseudo && resource && resource.lockTime > 0 && resource.lockNode === node)
    extra['shutdown-lock'] = String(resource.lockTime);
  const needsNode = (!action.pseudo || action.isFencing) && node !== null;
  if (needsNode && node?.isRemote && kind === 'rsc_op') {
    const router = connectionHost(action);
    if (router) extra.router_node = router;
  } else if (needsNode && node?.isRemote && action.task !== 'stonith') {
    const router = connectionHost(action);
    if (router) extra.router_node = router;
  }
  const primitive = resource && !action.pseudo && full ? primitiveOf(resource) : null;
  return {
    kind,
    id: action.id,
    operation: action.task,
    operationKey: key,
    node: needsNode && node ? node.name : null,
    nodeUuid: needsNode && node ? node.id : null,
    primitive,
    attributes: full ? graphAttributes(ws, action) : {},
    ...(full && needsNode ? downedNodes(action) : {}),
    extra,
  };
}

/**
 * A shutdown takes its node down, a fencing (but by `on`) its node with the guests there, the stop of a connection the
 * remote node, unless it is the end of a migration.
 */
function downedNodes(action: Action): { downed?: string[] } {
  const { node, resource, task } = action;
  if (!node) return {};
  if (task === 'do_shutdown') return { downed: [node.id] };
  if (task === 'stonith') {
    const operation = action.meta.get('stonith_action');
    if (operation !== 'off' && operation !== 'reboot') return {};
    const guests = node.running.filter((connection) => connection.isRemoteNode && connection.container);
    return { downed: [node.id, ...guests.map((guest) => guest.id)] };
  }
  if (!resource?.isRemoteNode || task !== 'stop') return {};
  const migrates = action.inputs.some(
    (input) => input.action.resource === resource && input.action.task === 'migrate_from',
  );
  return migrates ? {} : { downed: [resource.id] };
}

/** How the executor shall call the resource: instances of anonymous clones by the clone's name, unless there are too many. */
function primitiveOf(resource: Resource): GraphAction['primitive'] {
  const { class: standard, provider, type, cloneName } = resource;
  if (resource.unique && !(resource.orphan && cloneName !== null))
    return { id: resource.id, longId: null, class: standard, provider, type };
  if (resource.orphan && cloneName !== null)
    return { id: cloneName, longId: resource.id, class: standard, provider, type };
  const id = nameWithout(resource);
  return {
    id,
    longId: cloneName !== null && cloneName !== id ? cloneName : resource.id,
    class: standard,
    provider,
    type,
  };
}

/** The member that hosts the connection through which an action on a remote node goes, at the time the action runs. */
export function connectionHost(action: Action): string | null {
  const { node } = action;
  const connection = node?.connection;
  if (!node || !connection) return null;
  const began = connection.partialMigrationTarget ?? connection.running[0] ?? null;
  const ended = connection.assignedTo;
  if (!began) return ended?.name ?? null;
  if (!ended) return began.name;
  if (began === ended) return began.name;
  // On the move: what stops there goes through the old host, all else through the new one.
  const early =
    ['cancel', 'stop', 'demote', 'migrate_from', 'migrate_to'].includes(action.task) ||
    (action.task === 'notify' && ['stop', 'demote'].includes(action.meta.get('notify_operation') ?? ''));
  if (early) {
    return connection.partialMigrationTarget && connection.partialMigrationSource
      ? connection.partialMigrationSource.name
      : (connection.running[0]?.name ?? began.name);
  }
  return ended.name;
}
