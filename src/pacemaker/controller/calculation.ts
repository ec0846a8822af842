/** How the scheduler's daemon tells of a calculation, and under which name it keeps the input. */
import type { World } from '../../world/world';
import type { Element } from '../../world/xml';
import { cibVersion } from '../cib/version';
import { say } from '../journal';
import type { PacemakerMachine } from '../peers';
import type { Decision } from './parts';

type Outcome = 'input' | 'warn' | 'error';

/** Warnings that make a calculation one "with warnings": what is said of nodes that are or will be fenced, and for them. */
const GRAVE =
  /^(Cluster node .* (is unclean|will be fenced)|Scheduling node .* for fencing|Node .* is unclean|\S+ on \S+ is unrunnable)/;

const LEVELS = { input: 'notice', warn: 'warning', error: 'error' } as const;
const WORDS: Readonly<Record<Outcome, string>> = { input: '', warn: ' (with warnings)', error: ' (with errors)' };

function outcomeOf(decision: Decision): Outcome {
  const messages = decision.messages ?? [];
  if (messages.some((message) => message.level === 'error')) return 'error';
  return messages.some((message) => message.level === 'warning' && GRAVE.test(message.text)) ? 'warn' : 'input';
}

/** Logs what was decided, and gives the path of the file that holds the input. The same input isn't kept twice. */
export function logCalculation(
  world: World,
  dc: PacemakerMachine,
  cib: Element,
  decision: Decision,
  transition: number,
): string {
  for (const message of decision.messages ?? []) say(world, dc, 'schedulerd', message.level, message.text);
  logActions(world, dc, decision);
  const outcome = outcomeOf(decision);
  const version = Object.values(cibVersion(cib)).join('.');
  const series = dc.pacemaker.inputs ?? { version: '', input: -1, warn: -1, error: -1 };
  if (series.version !== version || series[outcome] < 0) series[outcome]++;
  dc.pacemaker.inputs = { ...series, version };
  const source = `/var/lib/pacemaker/pengine/pe-${outcome}-${series[outcome]}.bz2`;
  const text = `Calculated transition ${transition}${WORDS[outcome]}, saving inputs in ${source}`;
  say(world, dc, 'schedulerd', LEVELS[outcome], text);
  return source;
}

/** The daemon goes on in the columns of its earlier lines. */
function logActions(world: World, dc: PacemakerMachine, decision: Decision): void {
  const columns = { resource: 5, details: 5, ...dc.pacemaker.summaryColumns };
  for (const line of decision.summarize?.(columns) ?? [])
    say(world, dc, 'schedulerd', 'notice', line.replace(/^ {2}\* /, 'Actions: '));
  dc.pacemaker.summaryColumns = columns;
}
