import { cancelEvent, schedule } from '../../kernel/events';
import type { ResourceHistory, RunningOperation } from '../../world/pacemaker';
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { sendAlert } from '../alerts/send';
import { editLiveCib } from '../cib/edit';
import { element } from '../cib/new';
import { ensurePath, findPath, updateAt, withAttributes } from '../cib/tree';
import { rcText } from '../exit-status';
import { say } from '../journal';
import { hasPacemaker, type PacemakerMachine } from '../peers';
import { unixSeconds } from '../time';
import type { AgentCall, AgentFinder, AgentResult } from './agent';
import { historyEntry, isFailure, type OperationOutcome, remember, STATUS, targetRcOf } from './history';

declare module '../../kernel/events' {
  interface EventMap {
    /** A running operation's agent has had its time. */
    'pacemaker.operation': { machine: string; callId: number; timeout: boolean };
    /** A recurring operation is due. */
    'pacemaker.recurring': { machine: string; key: string };
    /** A node reports a result to its designated controller. */
    'pacemaker.result': OperationReport;
  }
}

/** What a node tells the designated controller about an operation. */
export interface OperationReport {
  machine: string;
  node: string;
  resource: string;
  operation: string;
  operationKey: string;
  intervalMs: number;
  transitionKey: string;
  rc: number;
  status: number;
  reason: string;
  /** The operation's on-fail is `ignore`. */
  ignored: boolean;
}

/** From an agent's end to the designated controller's hearing of it. */
export const REPORT_DELAY = 10;

/** A resource that the executor doesn't know yet is looked up, registered and looked up again: each is a call. */
const REGISTRATION_CALLS = 3;

/** Takes an operation into this node's queue. Operations of one resource run one after the other. */
export function enqueue(
  world: World,
  machine: PacemakerMachine,
  order: Omit<RunningOperation, 'callId' | 'queuedAt' | 'startedAt' | 'scratch'>,
  find: AgentFinder,
): void {
  const { executor } = machine.pacemaker;
  if (!(order.resource in executor.history)) executor.nextCall += REGISTRATION_CALLS;
  // What changes a resource's state ends its recurring operations first.
  if (order.intervalMs === 0 && order.operation !== 'monitor' && order.operation !== 'notify')
    cancelRecurring(world, machine, order.resource);
  abandonRepeats(world, machine, order.resource, find);
  const callId = executor.nextCall++;
  const { parameters: active } = historyOf(machine, order);
  const parameters = order.operation === 'stop' && active ? withActive(order.parameters, active) : order.parameters;
  executor.running.push({ ...order, parameters, callId, queuedAt: world.now, startedAt: null, scratch: {} });
  recordPending(world, machine, callId);
  startNext(world, machine, order.resource, find);
}

/** A stop's own meta attributes, and the parameters that the resource was started with. */
function withActive(own: Readonly<Record<string, string>>, active: Readonly<Record<string, string>>) {
  const meta = Object.entries(own).filter(([name]) => name.startsWith('CRM_meta_') || name === 'crm_feature_set');
  return { ...active, ...Object.fromEntries(meta) };
}

/** From a start, a reload, or a probe that found it active on, these are the parameters that it runs with. */
function keepParameters(history: ResourceHistory, operation: RunningOperation, outcome: OperationOutcome): void {
  if (operation.intervalMs > 0 || outcome.status !== STATUS.done) return;
  const active = outcome.rc === 0 || outcome.rc === 8;
  if (operation.operation === 'stop') {
    if (outcome.rc === 0) delete history.parameters;
  } else if (active && ['start', 'monitor', 'reload', 'reload-agent', 'migrate_from'].includes(operation.operation)) {
    const own = Object.entries(operation.parameters).filter(([name]) => !name.startsWith('CRM_meta_'));
    history.parameters = Object.fromEntries(own);
  }
}

function historyOf(
  machine: PacemakerMachine,
  order: { resource: string; primitive: { class: string; provider: string | null; type: string } },
): ResourceHistory {
  const { history } = machine.pacemaker.executor;
  history[order.resource] ??= { ...order.primitive, operations: {} };
  return history[order.resource] as ResourceHistory;
}

function startNext(world: World, machine: PacemakerMachine, resource: string, find: AgentFinder): void {
  const { running } = machine.pacemaker.executor;
  const own = running.filter((operation) => operation.resource === resource);
  if (own.some((operation) => operation.startedAt !== null)) return;
  const next = own[0];
  if (!next) return;
  next.startedAt = world.now;
  const name = next.operation === 'monitor' && next.intervalMs === 0 ? 'probe' : next.operation;
  say(
    world,
    machine,
    'controld',
    'notice',
    `Requesting local execution of ${name} operation for ${resource} on ${machine.pacemaker.nodeName}`,
  );
  const agent = find(machine, next.primitive);
  awaitAgent(world, machine, next, agent ? agent.begin(callFor(world, machine, next)) : 0);
}

/** Sees to it that an operation that has begun is looked at when its agent is through, or when its time is up. */
function awaitAgent(
  world: World,
  machine: PacemakerMachine,
  operation: RunningOperation,
  needs: number | 'asynchronous',
): void {
  const { timeoutMs, callId } = operation;
  const timeout = timeoutMs > 0 && (needs === 'asynchronous' || needs > timeoutMs);
  if (needs === 'asynchronous' && !timeout) return;
  const wait = needs === 'asynchronous' || timeout ? timeoutMs : needs;
  const options = { key: operationKey(machine.name, callId), machine: machine.name };
  schedule(world, wait, 'pacemaker.operation', { machine: machine.name, callId, timeout }, options);
}

/** An asynchronous agent is through: its result can be asked for. */
export function operationReady(world: World, machine: string, callId: number): void {
  const options = { key: operationKey(machine, callId), machine };
  schedule(world, 0, 'pacemaker.operation', { machine, callId, timeout: false }, options);
}

function operationKey(machine: string, callId: number): string {
  return `pacemaker.operation:${machine}:${callId}`;
}

function callFor(world: World, machine: PacemakerMachine, operation: RunningOperation): AgentCall {
  return {
    world,
    machine,
    resource: { id: operation.resource, ...operation.primitive },
    action: operation.operation,
    intervalMs: operation.intervalMs,
    callId: operation.callId,
    parameters: operation.parameters,
    scratch: operation.scratch,
  };
}

/** The time of a running operation is over: asks the agent for its result. */
export function finishOperation(
  world: World,
  payload: { machine: string; callId: number; timeout: boolean },
  find: AgentFinder,
): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine)) return;
  const { executor } = machine.pacemaker;
  const operation = executor.running.find((each) => each.callId === payload.callId);
  if (!operation || operation.startedAt === null) return;
  const result = payload.timeout ? giveUp(world, machine, operation, find) : ask(world, machine, operation, find);
  if (typeof result === 'object' && 'again' in result) {
    const left = operation.timeoutMs > 0 ? operation.startedAt + operation.timeoutMs - world.now : result.again;
    const timeout = left < result.again;
    const wait = Math.max(0, Math.min(left, result.again));
    const again = { machine: machine.name, callId: operation.callId, timeout };
    const options = { key: operationKey(machine.name, operation.callId), machine: machine.name };
    schedule(world, wait, 'pacemaker.operation', again, options);
    return;
  }
  const outcome = outcomeOf(world, operation, result);
  executor.running = executor.running.filter((each) => each.callId !== operation.callId);
  if (operation.repeated) finishRepeat(world, machine, operation, outcome);
  else report(world, machine, operation, outcome);
  startNext(world, machine, operation.resource, find);
}

/** An agent that takes too long is ended. What it said of the reason before counts all the same. */
function giveUp(world: World, machine: PacemakerMachine, operation: RunningOperation, find: AgentFinder): AgentResult {
  const said = find(machine, operation.primitive)?.abandon?.(callFor(world, machine, operation));
  const kind = operation.primitive.class === 'ocf' ? 'Resource agent' : 'Process';
  const reason = said ?? `${kind} did not complete within ${span(operation.timeoutMs)}`;
  return { rc: 1, status: STATUS.timeout, reason, output: said === undefined ? '' : exitReasonLine(said) };
}

/** What `ocf_exit_reason` writes to the error stream. */
function exitReasonLine(reason: string): string {
  return reason === '' ? '' : `ocf-exit-reason:${reason}\n`;
}

function ask(
  world: World,
  machine: PacemakerMachine,
  operation: RunningOperation,
  find: AgentFinder,
): AgentResult | { again: number } | 'missing' {
  const agent = find(machine, operation.primitive);
  return agent ? agent.finish(callFor(world, machine, operation)) : 'missing';
}

function outcomeOf(world: World, operation: RunningOperation, result: AgentResult | 'missing'): OperationOutcome {
  const startedAt = operation.startedAt ?? world.now;
  const times = {
    changedAt: Math.floor((world.epoch + startedAt) / 1000),
    execMs: world.now - startedAt,
    queueMs: startedAt - operation.queuedAt,
  };
  if (result === 'missing')
    return { rc: 5, status: STATUS.notInstalled, reason: 'Resource agent not found', output: '', ...times };
  const { rc, status = STATUS.done, reason = '', output = exitReasonLine(reason) } = result;
  return { rc, status, reason, output, ...times };
}

/** `20s`, `1m30s`: times as the executor's messages have them. */
function span(ms: number): string {
  if (ms % 1000 !== 0) return `${ms}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m${seconds % 60 === 0 ? '' : `${seconds % 60}s`}`;
}

/** Tells alert agents of a result; a probe that found what was expected is no news. */
function alertOf(
  world: World,
  machine: PacemakerMachine,
  operation: RunningOperation,
  outcome: OperationOutcome,
): void {
  const { intervalMs, resource } = operation;
  const target = targetRcOf(operation.transitionKey);
  if (operation.operation === 'monitor' && intervalMs === 0 && outcome.rc === target) return;
  sendAlert(world, machine, 'resource', {
    node: machine.pacemaker.nodeName,
    rsc: resource,
    task: operation.operation,
    interval: intervalMs,
    target_rc: target,
    status: outcome.status,
    rc: outcome.rc,
    desc: outcome.status === STATUS.timeout ? 'Timed Out' : rcText(outcome.rc),
    exec_time: outcome.execMs,
  });
}

/** Logs a result, and what an unsuccessful agent wrote. */
function announce(
  world: World,
  machine: PacemakerMachine,
  operation: RunningOperation,
  outcome: OperationOutcome,
): void {
  const { nodeName } = machine.pacemaker;
  const name = operation.operation === 'monitor' && operation.intervalMs === 0 ? 'probe' : operation.operation;
  const late = outcome.status === STATUS.timeout;
  const text = late
    ? `Timed Out after ${span(operation.timeoutMs)} (${outcome.reason})`
    : `${rcText(outcome.rc)}${outcome.reason === '' ? '' : ` (${outcome.reason})`}`;
  const message = `Result of ${name} operation for ${operation.resource} on ${nodeName}: ${text}`;
  say(world, machine, 'controld', late ? 'error' : 'notice', message);
  alertOf(world, machine, operation, outcome);
  if (outcome.rc === 0 || outcome.output === '') return;
  const output = outcome.output.replaceAll('\n', '\\n');
  say(world, machine, 'controld', 'notice', `${operation.operationKey}@${nodeName} output [ ${output} ]`);
}

/** Logs a result, keeps it in the history here and in the CIB, and tells the designated controller. */
function report(world: World, machine: PacemakerMachine, operation: RunningOperation, outcome: OperationOutcome): void {
  const { nodeName } = machine.pacemaker;
  announce(world, machine, operation, outcome);
  const history = historyOf(machine, operation);
  keepParameters(history, operation, outcome);
  const entries = remember(history, operation, nodeName, outcome).map((entry) => ({
    ...entry,
    attributes: { ...entry.attributes },
  }));
  if (operation.operation === 'stop' && outcome.rc === 0 && outcome.status === STATUS.done)
    machine.pacemaker.executor.recurring = withoutResource(machine.pacemaker.executor.recurring, operation.resource);
  writeEntries(world, machine, operation.resource, history, entries);
  if (operation.intervalMs > 0) keepRecurring(world, machine, operation, outcome);
  sendReport(world, machine, operation, outcome);
}

function withoutResource<T extends { resource: string }>(
  table: Record<string, T>,
  resource: string,
): Record<string, T> {
  return Object.fromEntries(Object.entries(table).filter(([, each]) => each.resource !== resource));
}

export function sendReport(
  world: World,
  machine: PacemakerMachine,
  operation: Omit<RunningOperation, 'startedAt' | 'queuedAt' | 'scratch'>,
  outcome: OperationOutcome,
): void {
  schedule(world, REPORT_DELAY, 'pacemaker.result', {
    machine: machine.name,
    node: machine.pacemaker.nodeName,
    resource: operation.resource,
    operation: operation.operation,
    operationKey: operation.operationKey,
    intervalMs: operation.intervalMs,
    transitionKey: operation.transitionKey,
    rc: outcome.rc,
    status: outcome.status,
    reason: outcome.reason,
    ignored: operation.parameters.CRM_meta_on_fail === 'ignore',
  });
}

/** Writes history entries of a resource into this node's `lrm` in the CIB. */
export function writeEntries(
  world: World,
  machine: PacemakerMachine,
  resource: string,
  history: { class: string; provider: string | null; type: string },
  entries: readonly Element[],
): void {
  const { nodeName, nodeId } = machine.pacemaker;
  const attributes: Record<string, string> = { id: resource, type: history.type, class: history.class };
  if (history.provider !== null) attributes.provider = history.provider;
  editLiveCib(world, machine.name, (cib) => {
    const state = findPath(cib, (each) => each.name === 'node_state' && each.attributes.uname === nodeName);
    if (!state) return cib;
    return updateAt(cib, state, (before) => {
      const nodeState = withAttributes(before, { 'crm-debug-origin': 'do_update_resource' });
      const made = ensurePath(nodeState, ['lrm', 'lrm_resources']);
      const root = updateAt(made.root, made.path.slice(0, 1), (lrm) => ({
        ...lrm,
        attributes: { id: String(nodeId) },
      }));
      return updateAt(root, made.path, (resources) => mergeEntries(resources, attributes, entries));
    });
  });
}

function mergeEntries(resources: Element, attributes: Record<string, string>, entries: readonly Element[]): Element {
  const at = resources.children.findIndex((child) => child.attributes.id === attributes.id);
  const present = at < 0 ? element('lrm_resource', attributes) : (resources.children[at] as Element);
  const children = present.children.slice();
  for (const entry of entries) {
    const index = children.findIndex((child) => child.attributes.id === entry.attributes.id);
    if (index < 0) children.push(entry);
    else children[index] = entry;
  }
  const changed = { ...present, children };
  if (at < 0) return { ...resources, children: [...resources.children, changed] };
  return { ...resources, children: resources.children.with(at, changed) };
}

/** While an operation runs, the CIB says so (record-pending): displays show `Starting`, `Stopping` … */
function recordPending(world: World, machine: PacemakerMachine, callId: number): void {
  const operation = machine.pacemaker.executor.running.find((each) => each.callId === callId);
  if (!operation || operation.parameters.CRM_meta_record_pending === 'false') return;
  if (operation.operation === 'notify') return;
  const id =
    operation.intervalMs > 0
      ? `${operation.resource}_${operation.operation}_${operation.intervalMs}`
      : operation.operation.startsWith('migrate_')
        ? `${operation.resource}_${operation.operation}_0`
        : `${operation.resource}_last_0`;
  const entry = historyEntry(id, operation, machine.pacemaker.nodeName, {
    rc: 193,
    status: STATUS.pending,
    reason: '',
    output: '',
    changedAt: unixSeconds(world),
    execMs: 0,
    queueMs: 0,
  });
  writeEntries(world, machine, operation.resource, operation.primitive, [entry]);
}

function recurringKey(machine: string, key: string): string {
  return `pacemaker.recurring:${machine}:${key}`;
}

/** From its first result on, a recurring operation is repeated; only changed results are reported. */
function keepRecurring(
  world: World,
  machine: PacemakerMachine,
  operation: RunningOperation,
  outcome: OperationOutcome,
): void {
  machine.pacemaker.executor.recurring[operation.operationKey] = {
    resource: operation.resource,
    operation: operation.operation,
    intervalMs: operation.intervalMs,
    timeoutMs: operation.timeoutMs,
    callId: operation.callId,
    parameters: { ...operation.parameters },
    transitionKey: operation.transitionKey,
    lastRc: outcome.rc,
    digests: { ...operation.digests },
    primitive: { ...operation.primitive },
  };
  scheduleRecurring(world, machine, operation.operationKey, operation.intervalMs);
}

function scheduleRecurring(world: World, machine: PacemakerMachine, key: string, delay: number): void {
  const options = { key: recurringKey(machine.name, key), machine: machine.name };
  schedule(world, delay, 'pacemaker.recurring', { machine: machine.name, key }, options);
}

/** Stops repeating the operations of a resource, or one of them. */
export function cancelRecurring(world: World, machine: PacemakerMachine, resource: string, only?: string): void {
  const { recurring } = machine.pacemaker.executor;
  for (const [key, operation] of Object.entries(recurring)) {
    if (operation.resource !== resource || (only !== undefined && key !== only)) continue;
    cancelEvent(world, recurringKey(machine.name, key));
    delete recurring[key];
    machine.pacemaker.executor.nextCall++;
  }
}

/** An agent that is through within this time is asked at once when a recurring operation is due, in ms. */
const SWIFT = 500;

/** A recurring operation is due. A result other than the last one is news. */
export function repeatOperation(world: World, payload: { machine: string; key: string }, find: AgentFinder): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine)) return;
  const { executor } = machine.pacemaker;
  const recurring = executor.recurring[payload.key];
  if (!recurring) return;
  scheduleRecurring(world, machine, payload.key, recurring.intervalMs);
  if (executor.running.some((operation) => operation.resource === recurring.resource)) return;
  const operation: RunningOperation = {
    callId: recurring.callId,
    resource: recurring.resource,
    operation: recurring.operation,
    operationKey: payload.key,
    intervalMs: recurring.intervalMs,
    timeoutMs: recurring.timeoutMs,
    primitive: recurring.primitive,
    parameters: recurring.parameters,
    transitionKey: recurring.transitionKey,
    queuedAt: world.now,
    startedAt: world.now,
    digests: recurring.digests,
    scratch: {},
    repeated: true,
  };
  const needs = find(machine, recurring.primitive)?.begin(callFor(world, machine, operation)) ?? 0;
  const result = needs === 'asynchronous' || needs > SWIFT ? null : ask(world, machine, operation, find);
  if (result !== null && (typeof result === 'string' || 'rc' in result)) {
    finishRepeat(world, machine, operation, outcomeOf(world, operation, result));
    // The agent ran for so long: the next interval begins after that.
    if (executor.recurring[payload.key])
      scheduleRecurring(world, machine, payload.key, recurring.intervalMs + Number(needs));
    return;
  }
  executor.running.push({
    ...operation,
    primitive: { ...operation.primitive },
    parameters: { ...operation.parameters },
    digests: { ...operation.digests },
  });
  awaitAgent(world, machine, operation, result === null ? needs : result.again);
}

/** The interval of a recurring operation begins anew with its result. Nobody waits for one that was cancelled meanwhile. */
function finishRepeat(
  world: World,
  machine: PacemakerMachine,
  operation: RunningOperation,
  outcome: OperationOutcome,
): void {
  const recurring = machine.pacemaker.executor.recurring[operation.operationKey];
  if (!recurring) return;
  scheduleRecurring(world, machine, operation.operationKey, operation.intervalMs);
  if (outcome.rc === recurring.lastRc && !isFailure(outcome, targetRcOf(operation.transitionKey))) return;
  recurring.lastRc = outcome.rc;
  announce(world, machine, operation, outcome);
  const history = historyOf(machine, operation);
  // The executor tells no times of repetitions.
  const entries = remember(history, operation, machine.pacemaker.nodeName, { ...outcome, execMs: 0, queueMs: 0 });
  writeEntries(
    world,
    machine,
    operation.resource,
    history,
    entries.map((entry) => ({ ...entry, attributes: { ...entry.attributes } })),
  );
  sendReport(world, machine, operation, outcome);
}

/** What changes a resource's state, or asks for it anew, doesn't wait for the repetition that is under way. */
function abandonRepeats(world: World, machine: PacemakerMachine, resource: string, find: AgentFinder): void {
  const { executor } = machine.pacemaker;
  for (const operation of executor.running.filter((each) => each.resource === resource && each.repeated)) {
    if (executor.recurring[operation.operationKey]) continue;
    cancelEvent(world, operationKey(machine.name, operation.callId));
    find(machine, operation.primitive)?.abandon?.(callFor(world, machine, operation));
    executor.running = executor.running.filter((each) => each.callId !== operation.callId);
  }
}
