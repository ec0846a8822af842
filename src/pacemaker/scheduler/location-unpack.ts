import type { Element } from '../../world/xml';
import type { LocationConstraint } from './constraint';
import type { Discovery, Node } from './node';
import { attributeFor } from './node-attribute';
import { expandReference } from './reference';
import type { Resource } from './resource';
import { parametersOf } from './resource-meta';
import { parseRole, Role } from './role';
import { type RuleContext, ruleHolds } from './rule';
import { addScores, parseScore } from './score';
import type { WorkingSet } from './working-set';

/** rsc_location on a resource, template, tag, pattern or resource sets. */
export function unpackLocation(ws: WorkingSet, xml: Element): void {
  const sets = xml.children.filter((child) => child.name === 'resource_set');
  if (sets.length > 0) {
    for (const set of sets) {
      const resolved = set.attributes['id-ref'] !== undefined ? (ws.element(set.attributes['id-ref']) ?? set) : set;
      for (const reference of resolved.children) {
        for (const resource of expandReference(ws, reference.attributes.id) ?? []) {
          locate(ws, xml, resource, set.attributes.role ?? xml.attributes.role, set.attributes.score);
        }
      }
    }
    return;
  }
  const pattern = xml.attributes['rsc-pattern'];
  if (pattern !== undefined) {
    matchPattern(ws, xml, pattern);
    return;
  }
  for (const resource of expandReference(ws, xml.attributes.rsc) ?? []) {
    locate(ws, xml, resource, xml.attributes.role, undefined);
  }
}

/** `rsc-pattern` is a POSIX extended regular expression; a leading `!` inverts it. */
function matchPattern(ws: WorkingSet, xml: Element, pattern: string): void {
  const invert = pattern.startsWith('!');
  let expression: RegExp;
  try {
    expression = new RegExp(invert ? pattern.slice(1) : pattern);
  } catch {
    return;
  }
  for (const resource of ws.resources) {
    const match = expression.exec(resource.id);
    if (!invert && match) locate(ws, xml, resource, xml.attributes.role, undefined, [...match]);
    else if (invert && !match) locate(ws, xml, resource, xml.attributes.role, undefined);
  }
}

function locate(
  ws: WorkingSet,
  xml: Element,
  resource: Resource,
  role: string | undefined,
  setScore: string | undefined,
  matches?: readonly string[],
): void {
  const nodeName = xml.attributes.node;
  const score = xml.attributes.score ?? setScore;
  if (nodeName !== undefined && score !== undefined) {
    const node = ws.nodeByName.get(nodeName);
    if (!node) return;
    add(ws, xml, xml.attributes.id, resource, roleFilter(role), [
      { node, score: parseScore(score, ws.options.health) },
    ]);
    return;
  }
  for (const rule of xml.children) {
    if (rule.name !== 'rule') continue;
    const resolved = rule.attributes['id-ref'] !== undefined ? (ws.element(rule.attributes['id-ref']) ?? rule) : rule;
    locateByRule(ws, xml, resource, resolved, matches);
  }
}

function roleFilter(text: string | undefined): Role {
  const role = parseRole(text);
  // Started and Unpromoted are no limits: every running instance is at least that.
  return role === Role.Promoted ? role : Role.Unknown;
}

function add(
  ws: WorkingSet,
  xml: Element,
  id: string | undefined,
  resource: Resource,
  role: Role,
  nodes: { node: Node; score: number }[],
): void {
  if (nodes.length === 0) return;
  addLocation(ws, { id: id ?? '', resource, role, discovery: readDiscovery(xml), nodes });
}

export function addLocation(ws: WorkingSet, location: LocationConstraint): void {
  ws.locations.push(location);
  location.resource.locations.push(location);
}

function readDiscovery(xml: Element): Discovery {
  const value = xml.attributes['resource-discovery'];
  return value === 'never' || value === 'exclusive' ? value : 'always';
}

/** A rule gives its score to each node for which it holds, as a constraint of its own id; with score-attribute, the value of a node attribute. */
function locateByRule(
  ws: WorkingSet,
  xml: Element,
  resource: Resource,
  rule: Element,
  matches: readonly string[] | undefined,
): void {
  const role = roleFilter(rule.attributes.role);
  const attribute = rule.attributes['score-attribute'];
  const fixed =
    rule.attributes.score === undefined && attribute === undefined
      ? 0
      : parseScore(rule.attributes.score, ws.options.health);
  const nodes: { node: Node; score: number }[] = [];
  // The order in which displays list them: with `or` by name, else the other way round.
  const candidates = rule.attributes['boolean-op'] === 'or' ? ws.sortedNodes : [...ws.sortedNodes].reverse();
  for (const node of candidates) {
    const context: RuleContext = {
      now: ws.now,
      attributes: node.attributes,
      parameters: parametersOf(ws, resource, null),
      meta: resource.meta,
      matches,
      onChange: (time) => ws.recheckAt(time),
    };
    if (!ruleHolds(rule, context)) continue;
    let score = fixed;
    if (attribute !== undefined) {
      const value = attributeFor(resource, node, expand(attribute, matches));
      score = value === undefined ? 0 : parseScore(value, ws.options.health);
    }
    nodes.push({ node, score: addScores(score, 0) });
  }
  add(ws, xml, rule.attributes.id, resource, role, nodes);
}

function expand(text: string, matches: readonly string[] | undefined): string {
  return matches ? text.replace(/%(\d)/g, (_, digit: string) => matches[Number(digit)] ?? '') : text;
}
