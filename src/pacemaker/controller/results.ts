import type { ActiveTransition } from '../../world/pacemaker';
import type { World } from '../../world/world';
import { setAttribute } from '../attributes/attributes';
import { liveCib } from '../cib/live';
import type { OperationReport } from '../executor/executor';
import { isFailure, NO_TRANSITION, STATUS, targetRcOf } from '../executor/history';
import { rcText } from '../exit-status';
import { say } from '../journal';
import { hasPacemaker, type PacemakerMachine, partitionDc } from '../peers';
import { unixSeconds } from '../time';
import { abortTransition, requestDecision } from './decide';
import { clusterOption } from './options';
import type { ControllerParts } from './parts';
import { note } from './state';
import { advance, settleAction } from './transition';

/** A node's result reaches the designated controller. */
export function hearResult(world: World, report: OperationReport, parts: ControllerParts): void {
  const source = world.machines[report.machine];
  if (!hasPacemaker(source)) return;
  const dc = partitionDc(world, report.machine);
  if (!dc) return;
  const failed = isFailure(report, targetRcOf(report.transitionKey));
  tell(world, source, report, failed);
  const [action, transitionId, , uuid] = report.transitionKey.split(':');
  const { transition, uuid: ours } = dc.pacemaker.controller;
  const current = uuid === ours && transition !== null && String(transition.id) === transitionId ? transition : null;
  if (current) settleAction(current, (each) => String(each.id) === action, failed ? 'failed' : 'done');
  if (failed) hearFailure(world, dc, report, current);
  advance(world, dc, parts);
}

/** A result that isn't the one that was asked for: what runs is aborted, and a decision made anew. */
function hearFailure(
  world: World,
  dc: PacemakerMachine,
  report: OperationReport,
  current: ActiveTransition | null,
): void {
  const { controller } = dc.pacemaker;
  const { operationKey, node } = report;
  const [action, transitionId] = report.transitionKey.split(':');
  const why = current ? 'Event failed' : 'Old event';
  const by = `operation ${operationKey} 'modify' on ${node}`;
  if (controller.transition) abortTransition(world, dc, why, by);
  const expected = `expected '${rcText(targetRcOf(report.transitionKey))}' but got '${rcText(report.rc)}'`;
  say(
    world,
    dc,
    'controld',
    'notice',
    `Transition ${transitionId} action ${action} (${operationKey} on ${node}): ${expected}`,
  );
  countFailure(world, dc, report);
  if (!current) requestDecision(world, dc, OLD_EVENT_DECISION, why, by);
}

/** After a failure that no running transition waits for. */
const OLD_EVENT_DECISION = 20;

const KINDS: Readonly<Record<string, string>> = {
  start: 'resource.started',
  stop: 'resource.stopped',
  promote: 'resource.promoted',
  demote: 'resource.demoted',
};

function tell(world: World, source: PacemakerMachine, report: OperationReport, failed: boolean): void {
  const facts = { resource: report.resource, node: report.node, rc: report.rc, operation: report.operation };
  if (failed) note(world, source, 'resource.failed', { ...facts, reason: report.reason });
  else {
    const kind = KINDS[report.operation];
    if (kind) note(world, source, kind, facts);
  }
}

/**
 * Failures that count: of starts (with start-failure-is-fatal) and stops for good, of recurring operations, promotions
 * and demotions one by one, and what somebody reports by hand. With on-fail=ignore only the time of the failure is kept.
 */
function countFailure(world: World, dc: PacemakerMachine, report: OperationReport): void {
  const { operation, intervalMs, node } = report;
  const byHand = report.transitionKey.split(':')[1] === NO_TRANSITION;
  const counts = byHand || intervalMs > 0 || ['start', 'stop', 'promote', 'demote'].includes(operation);
  if (!counts || report.status === STATUS.cancelled) return;
  const key = `${report.resource}#${operation}_${intervalMs}`;
  setAttribute(world, dc.name, node, `last-failure-${key}`, String(unixSeconds(world)));
  if (report.ignored) return;
  const present = dc.pacemaker.attributes[node]?.[`fail-count-${key}`]?.value;
  const fatal = operation === 'stop' || (operation === 'start' && isStartFatal(dc));
  const count = fatal || present === 'INFINITY' ? 'INFINITY' : String((Number.parseInt(present ?? '0', 10) || 0) + 1);
  setAttribute(world, dc.name, node, `fail-count-${key}`, count);
}

function isStartFatal(dc: PacemakerMachine): boolean {
  const cib = liveCib(dc);
  const value = cib ? clusterOption(cib, 'start-failure-is-fatal') : undefined;
  return !['false', 'no', 'off', 'n', '0'].includes((value ?? 'true').toLowerCase());
}
