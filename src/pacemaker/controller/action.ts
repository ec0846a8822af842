import { schedule } from '../../kernel/events';
import type { ActiveAction, ActiveTransition } from '../../world/pacemaker';
import type { World } from '../../world/world';
import { setAttribute } from '../attributes/attributes';
import { editLiveCib } from '../cib/edit';
import { findPath, replaceAt } from '../cib/tree';
import { operationDigests } from '../executor/digest';
import { cancelRecurring, enqueue, REPORT_DELAY } from '../executor/executor';
import { STATUS } from '../executor/history';
import { say } from '../journal';
import { hasPacemaker, type PacemakerMachine, partitionDc, peerNamed } from '../peers';
import { unixSeconds } from '../time';
import { requestDecision } from './decide';
import { setOption } from './options';
import type { ControllerParts } from './parts';
import { leaveSoon } from './shutdown';

declare module '../../kernel/events' {
  interface EventMap {
    /** An action of a transition reaches the node that does it. */
    'pacemaker.dispatch': { machine: string; dc: string; transition: number; action: number };
  }
}

/** How an action that has been begun stands: `running` = its result comes later. */
export type ActionOutcome = 'running' | 'done' | 'failed';

/** On the way from the designated controller to a node's executor. */
const DISPATCH_DELAY = 15;
/** A history that has gone is looked at so soon. */
const REMOVAL_DECISION = 20;

/** Answered by the controllers themselves: no agent runs. */
const CRM_OPERATIONS: readonly string[] = ['clear_failcount', 'lrm_delete', 'lrm_refresh', 'cancel'];

export function fireAction(
  world: World,
  dc: PacemakerMachine,
  transition: ActiveTransition,
  action: ActiveAction,
  parts: ControllerParts,
): ActionOutcome {
  if (action.operation === 'do_shutdown') return shutDown(world, dc, action);
  if (action.operation === 'stonith') return fence(world, dc, action);
  const target = action.node === null ? undefined : peerNamed(world, dc.name, action.node);
  if (CRM_OPERATIONS.includes(action.operation)) return clusterAction(world, dc, target, action);
  if (!target) return 'failed';
  const locally = target.name === dc.name ? ' locally' : '';
  say(
    world,
    dc,
    'controld',
    'notice',
    `Initiating ${action.operation} operation ${action.operationKey}${locally} on ${action.node}`,
  );
  schedule(
    world,
    DISPATCH_DELAY,
    'pacemaker.dispatch',
    { machine: target.name, dc: dc.name, transition: transition.id, action: action.id },
    { machine: target.name },
  );
  void parts;
  return 'running';
}

/** A node's executor gets an operation. */
export function dispatch(
  world: World,
  payload: { machine: string; dc: string; transition: number; action: number },
  parts: ControllerParts,
): void {
  const machine = world.machines[payload.machine];
  const dc = world.machines[payload.dc];
  if (!hasPacemaker(machine) || !hasPacemaker(dc)) return;
  const transition = dc.pacemaker.controller.transition;
  if (transition?.id !== payload.transition) return;
  const action = transition.synapses.flatMap((synapse) => synapse.actions).find((each) => each.id === payload.action);
  if (!action?.primitive) return;
  if (action.operation === 'delete') {
    deleteResource(world, machine, action, `${action.id}:${transition.id}:0:${dc.pacemaker.controller.uuid}`);
    return;
  }
  const attributes = { ...action.attributes };
  const number = (name: string) => Number.parseInt(attributes[name] ?? '0', 10) || 0;
  const intervalMs = number('CRM_meta_interval');
  const targetRc = number('CRM_meta_op_target_rc');
  const primitive = {
    class: action.primitive.class,
    provider: action.primitive.provider,
    type: action.primitive.type,
  };
  const resource = resourceName(action);
  enqueue(
    world,
    machine,
    {
      resource,
      operation: action.operation,
      operationKey: `${resource}_${action.operation}_${intervalMs}`,
      intervalMs,
      timeoutMs: number('CRM_meta_timeout'),
      primitive,
      parameters: attributes,
      transitionKey: `${action.id}:${transition.id}:${targetRc}:${dc.pacemaker.controller.uuid}`,
      digests: operationDigests(action.operation, intervalMs, attributes, parts.agentFacts(primitive)),
    },
    parts.findAgent,
  );
}

/** The history of a resource that is no longer configured goes; the designated controller hears that it is done. */
function deleteResource(world: World, machine: PacemakerMachine, action: ActiveAction, transitionKey: string): void {
  const resource = resourceName(action);
  forgetResource(world, machine, resource);
  noteRemoval(world, machine, resource);
  const { operation } = action;
  const report = {
    operation,
    operationKey: action.operationKey,
    intervalMs: 0,
    transitionKey,
    rc: 0,
    reason: '',
    ignored: false,
  };
  const { nodeName } = machine.pacemaker;
  const about = { machine: machine.name, node: nodeName, resource, status: STATUS.done };
  schedule(world, REPORT_DELAY, 'pacemaker.result', { ...about, ...report });
}

/** Name under which the executor knows the resource: instances of anonymous clones without their number. */
function resourceName(action: ActiveAction): string {
  return action.primitive?.id ?? '';
}

/** The DC lets a node leave. */
function shutDown(world: World, dc: PacemakerMachine, action: ActiveAction): ActionOutcome {
  const target = action.node === null ? undefined : peerNamed(world, dc.name, action.node);
  if (target) leaveSoon(world, target);
  return 'done';
}

/** Without a fence device every attempt fails at once. */
function fence(world: World, dc: PacemakerMachine, action: ActiveAction): ActionOutcome {
  const node = action.node ?? '';
  const { fencingFailures } = dc.pacemaker.controller;
  fencingFailures[node] = (fencingFailures[node] ?? 0) + 1;
  say(world, dc, 'controld', 'warning', `Fencing of ${node} failed: No such device`);
  return 'failed';
}

function clusterAction(
  world: World,
  dc: PacemakerMachine,
  target: PacemakerMachine | undefined,
  action: ActiveAction,
): ActionOutcome {
  const resource = action.primitive?.id ?? '';
  const node = action.node ?? '';
  switch (action.operation) {
    case 'clear_failcount':
      clearFailures(world, dc, node, resource, action.attributes);
      return 'done';
    case 'cancel': {
      const name = action.attributes.CRM_meta_operation ?? 'monitor';
      const key = `${resource}_${name}_${action.attributes.CRM_meta_interval ?? '0'}`;
      if (target) {
        cancelRecurring(world, target, resource, key);
        forgetOperation(world, target, resource, key);
      }
      return 'done';
    }
    case 'lrm_delete':
      if (target) forgetResource(world, target, resource);
      return 'done';
    default:
      return 'done';
  }
}

/** Removes fail counts and failure times of a resource on a node, for one operation or for all. */
export function clearFailures(
  world: World,
  dc: PacemakerMachine,
  node: string,
  resource: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  const operation = attributes.CRM_meta_operation;
  const suffix = operation === undefined ? null : `#${operation}_${attributes.CRM_meta_interval ?? '0'}`;
  for (const name of Object.keys(dc.pacemaker.attributes[node] ?? {})) {
    const found = /^(fail-count|last-failure)-(.*)$/.exec(name);
    if (!found) continue;
    const [subject = '', detail] = (found[2] as string).split('#');
    if (subject !== resource || (suffix !== null && detail !== undefined && `#${detail}` !== suffix)) continue;
    setAttribute(world, dc.name, node, name, null);
  }
}

function forgetOperation(world: World, target: PacemakerMachine, resource: string, key: string): void {
  const history = target.pacemaker.executor.history[resource];
  if (history) delete history.operations[key];
  const { nodeName } = target.pacemaker;
  editLiveCib(world, target.name, (cib) => {
    const state = findPath(cib, (each) => each.name === 'node_state' && each.attributes.uname === nodeName);
    const path =
      state &&
      findPath(
        cib,
        (each) => each.name === 'lrm_rsc_op' && each.attributes.id === key && each.attributes.on_node === nodeName,
      );
    return path ? replaceAt(cib, path, null) : cib;
  });
}

/** Forgets a resource's history because somebody asked for it: the cluster notes when that was last done. */
export function deleteHistory(world: World, target: PacemakerMachine, resource: string): void {
  forgetResource(world, target, resource);
  noteRemoval(world, target, resource);
  setOption(world, target, 'last-lrm-refresh', String(unixSeconds(world)));
}

/** The designated controller sees that a resource's history is gone, whoever deleted it. */
function noteRemoval(world: World, machine: PacemakerMachine, resource: string): void {
  const dc = partitionDc(world, machine.name);
  const by = `deletion of lrm_resource[@id='${resource}']`;
  if (dc) requestDecision(world, dc, REMOVAL_DECISION, 'Resource state removal', by);
}

/** The executor forgets a resource, and so does the status section. */
function forgetResource(world: World, target: PacemakerMachine, resource: string): void {
  cancelRecurring(world, target, resource);
  const { executor, nodeName } = target.pacemaker;
  if (resource in executor.history) executor.nextCall++;
  delete executor.history[resource];
  editLiveCib(world, target.name, (cib) => {
    const state = findPath(cib, (each) => each.name === 'node_state' && each.attributes.uname === nodeName);
    if (!state) return cib;
    let at = cib;
    for (const index of state) at = at.children[index] as typeof cib;
    const below = findPath(at, (each) => each.name === 'lrm_resource' && each.attributes.id === resource);
    return below ? replaceAt(cib, [...state, ...below], null) : cib;
  });
}
