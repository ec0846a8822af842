import type { Element } from '../../world/xml';
import { type RuleContext, rulesHold } from './rule';
import { parseScore } from './score';
import type { WorkingSet } from './working-set';

/**
 * Adds the nvpairs of an element's attribute sets (`meta_attributes`, `instance_attributes`, `utilization` …) to `into`.
 * Sets apply in descending order of their score (the later of equals first), the one called `first` before all; the first to name an option wins, and
 * so does what `into` holds already. Sets whose rules don't hold are left out. `id-ref` on a set or a pair is followed.
 */
export function unpackSets(
  ws: WorkingSet,
  parent: Element | undefined,
  setName: string,
  context: RuleContext,
  into: Map<string, string>,
  first?: string,
): void {
  if (!parent) return;
  let sets: Element[] | null = null;
  for (const child of parent.children) {
    if (child.name !== setName) continue;
    const set = resolveReference(ws, child);
    if (sets) sets.push(set);
    else sets = [set];
  }
  if (!sets) return;
  // Of equal scores the later set goes first.
  if (sets.length > 1) sets.reverse().sort((a, b) => setScore(b, first) - setScore(a, first));
  for (const set of sets) {
    if (!rulesHold(set, context)) continue;
    addPairs(ws, set, into);
  }
}

function setScore(set: Element, first: string | undefined): number {
  if (first !== undefined && set.attributes.id === first) return Number.POSITIVE_INFINITY;
  return parseScore(set.attributes.score);
}

function resolveReference(ws: WorkingSet, element: Element): Element {
  const reference = element.attributes['id-ref'];
  return reference === undefined ? element : (ws.element(reference) ?? element);
}

function addPairs(ws: WorkingSet, set: Element, into: Map<string, string>): void {
  for (const child of set.children) {
    if (child.name === 'attributes') {
      addPairs(ws, child, into);
      continue;
    }
    if (child.name !== 'nvpair') continue;
    const pair = resolveReference(ws, child);
    const name = child.attributes.name ?? pair.attributes.name;
    const value = pair.attributes.value;
    if (name === undefined || value === undefined || into.has(name)) continue;
    // `#default` asks for the built-in default: as if it weren't set here.
    if (value === '#default') continue;
    into.set(name, value);
  }
}
