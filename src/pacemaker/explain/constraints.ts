import type { Element } from '../../world/xml';
import { descendant } from '../cib/xml';
import { isTrue } from '../scheduler/interval';
import type { Resource } from '../scheduler/resource';
import type { ScoreTerm } from '../scheduler/score-terms';
import type { WorkingSet } from '../scheduler/working-set';
import type { ConstraintView } from './explanation';

/** Ids by which constraints may speak of a resource: its own, those of what holds it and of what it holds, its tags. */
function namesOf(ws: WorkingSet, resource: Resource): Set<string> {
  const names = new Set<string>();
  const add = (id: string) => {
    names.add(id);
    names.add(id.replace(/:\d+$/, ''));
  };
  for (let at: Resource | null = resource; at; at = at.parent) add(at.id);
  const below = (each: Resource): void => {
    for (const child of each.children) {
      add(child.id);
      below(child);
    }
  };
  below(resource);
  for (const [tag, members] of ws.tags) if (members.some((member) => names.has(member))) names.add(tag);
  return names;
}

/** Terms of location rules, which the scheduler knows by the rule, by their constraint. */
export function byConstraint(ws: WorkingSet, terms: readonly ScoreTerm[]): ScoreTerm[] {
  return terms.map((term) => {
    if (term.kind !== 'location') return term;
    const owner = (descendant(ws.cib, 'configuration', 'constraints')?.children ?? []).find(
      ({ name, children }) =>
        name === 'rsc_location' && children.some((child) => child.name === 'rule' && child.attributes.id === term.from),
    );
    return { ...term, from: owner?.attributes.id ?? term.from };
  });
}

/** The configured constraints that touch a resource, in their order. */
export function constraintsOf(ws: WorkingSet, resource: Resource): ConstraintView[] {
  const names = namesOf(ws, resource);
  return (descendant(ws.cib, 'configuration', 'constraints')?.children ?? []).flatMap((xml) => {
    const sets = xml.children.filter((child) => child.name === 'resource_set');
    if (sets.length > 0) return setConstraint(xml, sets, names);
    switch (xml.name) {
      case 'rsc_location':
        return location(ws, xml, names, resource);
      case 'rsc_colocation':
        return colocation(xml, names);
      case 'rsc_order':
        return order(xml, names);
      case 'rsc_ticket':
        return ticket(ws, xml, names);
      default:
        return [];
    }
  });
}

function setConstraint(xml: Element, sets: readonly Element[], names: ReadonlySet<string>): ConstraintView[] {
  const members = sets.map((set) => set.children.map((reference) => reference.attributes.id ?? ''));
  if (!members.flat().some((id) => names.has(id))) return [];
  const of = xml.name.replace('rsc_', '') as 'colocation' | 'order' | 'location' | 'ticket';
  return [{ kind: 'set', id: xml.attributes.id ?? '', of, sets: members }];
}

function location(ws: WorkingSet, xml: Element, names: ReadonlySet<string>, resource: Resource): ConstraintView[] {
  const { id = '', rsc, node, score, role } = xml.attributes;
  const pattern = xml.attributes['rsc-pattern'];
  const concerns = rsc !== undefined ? names.has(rsc) : pattern !== undefined && hasLocation(ws, resource, xml);
  if (!concerns) return [];
  const base = { kind: 'location' as const, id, resource: rsc ?? pattern ?? '' };
  const isPromoted = (text: string | undefined) => /^(promoted|master)$/i.test(text ?? '');
  if (node !== undefined) return [{ ...base, node, score: score ?? '0', rule: null, promotedOnly: isPromoted(role) }];
  return xml.children
    .filter((child) => child.name === 'rule')
    .map((rule) => ({
      ...base,
      node: null,
      score: rule.attributes.score ?? rule.attributes['score-attribute'] ?? '0',
      rule: ruleText(rule),
      promotedOnly: isPromoted(rule.attributes.role),
    }));
}

/** Patterns were matched by the scheduler already. */
function hasLocation(ws: WorkingSet, resource: Resource, xml: Element): boolean {
  const rules = xml.children.map((child) => child.attributes.id);
  return ws.locations.some(
    (each) => each.resource.root === resource.root && (each.id === xml.attributes.id || rules.includes(each.id)),
  );
}

/** A rule in pcs' words: `#uname eq node1 and date gt 2024-01-01`. */
function ruleText(rule: Element): string {
  const parts = rule.children.map((child) => {
    const { attribute, operation, value, start, end } = child.attributes;
    if (child.name === 'rule') return `(${ruleText(child)})`;
    if (child.name === 'date_expression')
      return ['date', operation ?? '', start ?? '', end ?? ''].filter((part) => part !== '').join(' ');
    return operation === 'defined' || operation === 'not_defined'
      ? `${operation} ${attribute}`
      : `${attribute} ${operation} ${value}`;
  });
  return parts.join(` ${rule.attributes['boolean-op'] ?? 'and'} `);
}

function colocation(xml: Element, names: ReadonlySet<string>): ConstraintView[] {
  const { id = '', rsc = '', score = 'INFINITY' } = xml.attributes;
  const other = xml.attributes['with-rsc'] ?? '';
  if (!names.has(rsc) && !names.has(other)) return [];
  const role = xml.attributes['rsc-role'] ?? null;
  return [
    { kind: 'colocation', id, resource: rsc, other, score, role, otherRole: xml.attributes['with-rsc-role'] ?? null },
  ];
}

function order(xml: Element, names: ReadonlySet<string>): ConstraintView[] {
  const { id = '', first = '', then = '', kind, score } = xml.attributes;
  if (!names.has(first) && !names.has(then)) return [];
  const firstAction = xml.attributes['first-action'] ?? 'start';
  const thenAction = xml.attributes['then-action'] ?? firstAction;
  const optional = kind === 'Optional' || (kind === undefined && score === '0');
  return [{ kind: 'order', id, first, firstAction, then, thenAction, optional }];
}

function ticket(ws: WorkingSet, xml: Element, names: ReadonlySet<string>): ConstraintView[] {
  const { id = '', rsc = '', ticket: name = '' } = xml.attributes;
  if (!names.has(rsc)) return [];
  const state = ws.tickets.get(name);
  return [{ kind: 'ticket', id, ticket: name, granted: !!state && isTrue(String(state.granted)) && !state.standby }];
}
