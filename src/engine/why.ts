import { causesOf } from '../kernel/history';
import { explainResource, type ResourceExplanation } from '../pacemaker/explain/index';
import type { HistoryEntry } from '../world/history';
import type { World } from '../world/world';
import type { Element } from '../world/xml';
import type { Decision, ResourceAnswer } from './protocol';

/** Decisions told: the newest. */
const DECISIONS_MAX = 12;
/** Links of a chain of causes. */
const CAUSES_MAX = 6;

/** Why a resource of a CIB is where it is, and what was decided about it last. */
export function answerWhy(world: World, cib: Element | null, resource: string): ResourceAnswer | null {
  const explanation = cib && explainResource(cib, world.epoch + world.now, resource);
  return explanation && { explanation, decisions: decisionsAbout(world, explanation) };
}

const plain = (name: string): string => name.replace(/:\d+$/, '');

/** Entries of the history that concern a resource or its parts, and decisions that changed it. */
function decisionsAbout(world: World, explanation: ResourceExplanation): Decision[] {
  const names = new Set([explanation.id, ...explanation.primitives]);
  const found: Decision[] = [];
  for (let at = world.history.length - 1; at >= 0 && found.length < DECISIONS_MAX; at--) {
    const entry = world.history[at];
    if (!entry || !concerns(entry, names)) continue;
    found.push({ entry, causes: causesOf(world, entry.id).slice(1, CAUSES_MAX + 1) });
  }
  return found;
}

function concerns({ kind, facts }: HistoryEntry, names: ReadonlySet<string>): boolean {
  if (kind === 'pacemaker.transition') {
    const { changes } = facts;
    return Array.isArray(changes) && changes.some((change) => names.has(plain(String(change).split(' ')[1] ?? '')));
  }
  return kind.startsWith('resource.') && names.has(plain(String(facts.resource ?? '')));
}
