import type { World } from '../../world/world';
import { setAttribute } from '../attributes/attributes';
import type { OperationReport } from '../executor/executor';
import { rcText } from '../executor/executor';
import { isFailure, STATUS, targetRcOf } from '../executor/history';
import { say } from '../journal';
import { hasPacemaker, type PacemakerMachine, partitionDc } from '../peers';
import { unixSeconds } from '../time';
import { requestDecision } from './decide';
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
  const { controller } = dc.pacemaker;
  const transition = controller.transition;
  const ours = uuid === controller.uuid && transition !== null && String(transition.id) === transitionId;
  if (failed) countFailure(world, dc, report);
  if (ours && transition) {
    settleAction(transition, (each) => String(each.id) === action, failed ? 'failed' : 'done');
  }
  if (failed) {
    if (ours && transition && !transition.aborted) {
      say(
        world,
        dc,
        'controld',
        'notice',
        `Transition ${transition.id} aborted by operation ${report.operationKey} 'modify' on ${report.node}: Event failed`,
      );
      say(
        world,
        dc,
        'controld',
        'notice',
        `Transition ${transition.id} action ${action} (${report.operationKey} on ${report.node}): expected '${rcText(targetRcOf(report.transitionKey))}' but got '${rcText(report.rc)}'`,
      );
      transition.aborted = true;
      controller.abortReason = 'Event failed';
    } else if (!ours) requestDecision(world, dc, 20, 'Event failed');
  }
  advance(world, dc, parts);
}

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

/** Failures that count: of starts and stops for good, of everything else that isn't a probe one by one. */
function countFailure(world: World, dc: PacemakerMachine, report: OperationReport): void {
  const isProbe = report.operation === 'monitor' && report.intervalMs === 0;
  if (isProbe || report.status === STATUS.cancelled) return;
  const key = `${report.resource}#${report.operation}_${report.intervalMs}`;
  const present = dc.pacemaker.attributes[report.node]?.[`fail-count-${key}`]?.value;
  const fatal = report.operation === 'start' || report.operation === 'stop';
  const count = fatal || present === 'INFINITY' ? 'INFINITY' : String((Number.parseInt(present ?? '0', 10) || 0) + 1);
  setAttribute(world, dc.name, report.node, `last-failure-${key}`, String(unixSeconds(world)));
  setAttribute(world, dc.name, report.node, `fail-count-${key}`, count);
}
