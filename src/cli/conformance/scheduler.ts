import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseXml } from '../../pacemaker/cib/parse';
import { runScheduler, type SchedulerResult } from '../../pacemaker/scheduler/index';
import { executionDate, simulationReport } from '../../pacemaker/scheduler/report';
import type { GraphAction } from '../../pacemaker/scheduler/transition';
import { unpack } from '../../pacemaker/scheduler/unpack';
import type { Element } from '../../world/xml';
import type { ConformanceResult } from './recording';

/** The clock of cases that don't bring one: when they were recorded. */
const RECORDED = Date.UTC(2024, 2, 1, 12);

export type Verdict = 'scores' | 'graph' | 'summary';

export interface SchedulerFailure {
  readonly id: string;
  /** Which of the three verdicts failed. */
  readonly verdicts: readonly Verdict[];
  readonly detail: string;
}

export interface SchedulerConformance extends ConformanceResult {
  readonly area: 'scheduler';
  readonly failures: readonly SchedulerFailure[];
  /** Cases passed by verdict. */
  readonly byVerdict: Readonly<Record<Verdict, number>>;
}

/** Runs every case of DIR/scheduler (or DIR itself) and compares scores, graph and summary. */
export async function runSchedulerConformance(
  data: string,
  options: { filter?: string } = {},
): Promise<SchedulerConformance> {
  const folder = readdirSync(data).includes('xml') ? data : join(data, 'scheduler');
  const read = (part: string, name: string): string =>
    gunzipSync(readFileSync(join(folder, part, `${name}.${part}.gz`))).toString('utf8');
  const errors = new Set(
    readdirSync(folder).includes('stderr')
      ? readdirSync(join(folder, 'stderr')).map((file) => file.replace(/\.stderr\.gz$/, ''))
      : [],
  );
  const failures: SchedulerFailure[] = [];
  const byVerdict: Record<Verdict, number> = { scores: 0, graph: 0, summary: 0 };
  let total = 0;
  for (const file of readdirSync(join(folder, 'xml')).sort()) {
    const name = file.replace(/\.xml\.gz$/, '');
    if (options.filter !== undefined && !name.includes(options.filter)) continue;
    total++;
    const expected = {
      scores: read('scores', name),
      graph: read('exp', name),
      summary: withoutErrors(read('summary', name), errors.has(name) ? read('stderr', name) : ''),
    };
    const differences = compareCase(read('xml', name), expected);
    for (const verdict of ['scores', 'graph', 'summary'] as const) if (!differences.has(verdict)) byVerdict[verdict]++;
    if (differences.size > 0) {
      const detail = [...differences].map(([verdict, text]) => `${verdict}: ${text}`).join('\n');
      failures.push({ id: name, verdicts: [...differences.keys()], detail });
    }
  }
  return { area: 'scheduler', passed: total - failures.length, total, failures, byVerdict };
}

/** The summaries were recorded with standard error in them, which is the tool's, not the report's. */
function withoutErrors(summary: string, errors: string): string {
  const lines = new Set(errors.split('\n').filter((line) => line !== ''));
  return summary
    .split('\n')
    .filter((line) => !lines.has(line))
    .join('\n');
}

function compareCase(xml: string, expected: Record<Verdict, string>): Map<Verdict, string> {
  const differences = new Map<Verdict, string>();
  const cib = parseXml(xml);
  const now = executionDate(cib) ?? RECORDED;
  let result: SchedulerResult;
  try {
    result = runScheduler(cib, now, { recordScores: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return new Map((['scores', 'graph', 'summary'] as const).map((verdict) => [verdict, text]));
  }
  note(differences, 'scores', scoreLines(expected.scores), [...result.scores].sort());
  note(differences, 'graph', expectedGraph(parseXml(expected.graph)), actualGraph(result));
  let summary: string;
  try {
    summary = simulationReport(cib, unpack(cib, now), result, now);
  } catch (error) {
    summary = error instanceof Error ? error.message : String(error);
  }
  note(differences, 'summary', textLines(expected.summary), textLines(summary));
  return differences;
}

/** The first line that differs, as `-expected +actual`. */
function note(
  differences: Map<Verdict, string>,
  verdict: Verdict,
  expected: readonly string[],
  actual: readonly string[],
): void {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    if (expected[i] === actual[i]) continue;
    differences.set(verdict, `-${expected[i] ?? '(end)'} +${actual[i] ?? '(end)'}`);
    return;
  }
}

const scoreLines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .sort();

function textLines(text: string): string[] {
  return text
    .replaceAll('ocf::', 'ocf:')
    .replaceAll('Masters:', 'Promoted:')
    .replaceAll('Slaves:', 'Unpromoted:')
    .trim()
    .split('\n');
}

const attributesText = (attributes: Readonly<Record<string, string>>): string =>
  Object.keys(attributes)
    .filter((name) => name !== 'crm_feature_set')
    .sort()
    .map((name) => `${name}=${attributes[name]}`)
    .join(' ');

/** An action by key, node and kind instead of its running number. */
function actionName(kind: string, operation: string, key: string, node: string | null | undefined): string {
  return `${kind} ${operation} ${key}${node == null ? '' : ` on ${node}`}`;
}

const nameOfElement = (element: Element): string =>
  actionName(
    element.name,
    element.attributes.operation ?? '',
    element.attributes.operation_key ?? '',
    element.attributes.on_node,
  );

const nameOfAction = (action: GraphAction): string =>
  actionName(action.kind, action.operation, action.operationKey, action.node);

/** An action element's attributes but for those that are compared by themselves, or numbers of this run. */
function withoutNamed(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const named = ['id', 'operation', 'operation_key', 'on_node', 'on_node_uuid', 'router_node'];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !named.includes(name)));
}

function expectedGraph(graph: Element): string[] {
  const lines: string[] = [];
  for (const synapse of graph.children) {
    const actions = synapse.children.find((child) => child.name === 'action_set')?.children ?? [];
    const triggers = synapse.children.find((child) => child.name === 'inputs')?.children ?? [];
    for (const action of actions) {
      const name = nameOfElement(action);
      const part = (child: string): string =>
        attributesText(action.children.find((each) => each.name === child)?.attributes ?? {});
      lines.push(`${name} priority=${synapse.attributes.priority ?? ''} router=${action.attributes.router_node ?? ''}`);
      lines.push(`${name} attributes ${part('attributes')}`, `${name} primitive ${part('primitive')}`);
      lines.push(`${name} element ${attributesText(withoutNamed(action.attributes))}`);
      const downed = action.children.find((child) => child.name === 'downed');
      if (downed) lines.push(`${name} downed ${downed.children.map((node) => node.attributes.id).join(' ')}`);
      for (const trigger of triggers)
        for (const input of trigger.children) lines.push(`${name} after ${nameOfElement(input)}`);
    }
  }
  return lines.sort();
}

function actualGraph(result: SchedulerResult): string[] {
  const lines: string[] = [];
  for (const synapse of result.transition.synapses) {
    for (const action of synapse.actions) {
      const name = nameOfAction(action);
      const primitive: Record<string, string> = {};
      if (action.primitive) {
        primitive.id = action.primitive.id;
        if (action.primitive.longId !== null) primitive['long-id'] = action.primitive.longId;
        primitive.class = action.primitive.class;
        if (action.primitive.provider !== null) primitive.provider = action.primitive.provider;
        primitive.type = action.primitive.type;
      }
      lines.push(`${name} priority=${synapse.priority ?? ''} router=${action.extra.router_node ?? ''}`);
      lines.push(
        `${name} attributes ${attributesText(action.attributes)}`,
        `${name} primitive ${attributesText(primitive)}`,
      );
      lines.push(`${name} element ${attributesText(withoutNamed(action.extra))}`);
      if (action.downed) lines.push(`${name} downed ${action.downed.join(' ')}`);
      for (const input of synapse.inputs) lines.push(`${name} after ${nameOfAction(input)}`);
    }
  }
  return lines.sort();
}
