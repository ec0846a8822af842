import type { Element } from '../../world/xml';
import { disabledLine, nodeList, resourceList } from '../display/cluster-text';
import type { SchedulerResult } from './index';
import { formatMoment } from './iso8601';
import type { Resource } from './resource';
import { simulate } from './simulate';
import { transitionSummary } from './summary';
import { unpack } from './unpack';
import type { WorkingSet } from './working-set';

/** Heading, node list and resource list as crm_simulate prints them; after a simulation, without what is pending. */
export function statusLines(ws: WorkingSet, title: string, pending = true): string[] {
  if (!pending) for (const resource of ws.resourceById.values()) forgetPending(resource);
  const nodes = nodeList(ws);
  return [title, ...nodes, ...(nodes.length > 0 ? [''] : []), ...resourceList(ws, { inactive: true })];
}

function forgetPending(resource: Resource): void {
  resource.pendingTask = null;
  resource.startPending = false;
}

/** What is said before the status: that nothing is managed, and how much is disabled or blocked. */
export function warningLines(ws: WorkingSet): string[] {
  const lines: string[] = [];
  if (ws.options.maintenanceMode) {
    lines.push(
      '',
      '              *** Resource management is DISABLED ***',
      '  The cluster will not attempt to start, stop or recover services',
      '',
    );
  }
  const disabled = disabledLine(ws);
  if (disabled) lines.push(disabled, '');
  return lines;
}

/** The moment that a saved CIB is to be evaluated at: unix milliseconds, null for those that don't say. */
export function executionDate(cib: Element): number | null {
  const date = cib.attributes['execution-date'];
  return date === undefined ? null : Number.parseInt(date, 10) * 1000;
}

/** Everything that `crm_simulate -x FILE -S` prints, given the status before and the scheduler's result. */
export function simulationReport(cib: Element, before: WorkingSet, result: SchedulerResult, now: number): string {
  const lines: string[] = [];
  const date = executionDate(cib);
  const dateLine = date === null ? null : `Using the original execution date of: ${formatMoment(date / 1000)}`;
  if (dateLine) lines.push(dateLine);
  lines.push(...warningLines(before));
  lines.push(
    ...statusLines(before, 'Current cluster status:'),
    '',
    'Transition Summary:',
    ...transitionSummary(result.workingSet),
    '',
  );
  lines.push('Executing Cluster Transition:');
  const simulation = simulate(cib, result.graph, now);
  lines.push(...simulation.lines);
  if (dateLine) lines.push(dateLine);
  lines.push('', ...statusLines(unpack(simulation.cib, now), 'Revised Cluster Status:', false));
  return `${lines.join('\n')}\n`;
}
