import type { Element } from '../../../world/xml';
import { cleanId, IdMaker, idComplaint } from '../cib/ids';
import { clusterNodes } from '../cib/nodes';
import { newElement, removeElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { compareText, error, type Report } from '../reports';
import { roleForCib, roleToShow } from '../resource/find';
import { BadCall, below } from '../router';
import { isScore } from '../text';
import { checkResource, constraintsOf } from './common';
import { ruleState } from './effect';
import { deprecatedRole, parseRule, ruleElement, ruleLines } from './rule';

/** What a location constraint is about: a resource or all whose name fits a pattern. */
interface Target {
  readonly kind: 'resource' | 'pattern';
  readonly name: string;
}

function parseTarget(text: string): Target {
  const type = /^([^%]*)%/.exec(text)?.[1];
  if (type !== undefined && !['', 'regexp', 'resource'].includes(type)) {
    throw new CommandFailure(`'${type}' is not an allowed type for '${text}', use regexp, resource`);
  }
  for (const [prefix, kind] of [
    ['resource%', 'resource'],
    ['regexp%', 'pattern'],
    ['%', 'resource'],
  ] as const) {
    if (text.startsWith(prefix)) return { kind, name: text.slice(prefix.length) };
  }
  return { kind: 'resource', name: text };
}

const attributeOf = (target: Target) => (target.kind === 'resource' ? 'rsc' : 'rsc-pattern');

function checkTarget(pcs: Pcs, cib: Element, target: Target): void {
  if (target.kind === 'resource') checkResource(pcs, cib, target.name);
}

/**
 * Those that aren't nodes of the cluster, as errors still to be raised: a wrong score is complained about first. Offline
 * (with -f), and with --force, nobody looks.
 */
function missingNodes(pcs: Pcs, cib: Element, nodes: readonly string[]): Report[] {
  if (pcs.store.file !== null || pcs.options.force) {
    pcs.warn('Validation for node existence in the cluster will be skipped');
    return [];
  }
  const known = clusterNodes(cib).map((node) => node.name);
  return nodes
    .filter((node) => !known.includes(node))
    .map((node) => error(`Node '${node}' does not appear to exist in configuration`, '--force'));
}

function refuse(reports: readonly Report[]): void {
  if (reports.length > 0) throw new LibraryFailure(reports);
}

function checkScore(score: string): void {
  if (!isScore(score)) throw new CommandFailure(`invalid score '${score}', use integer or INFINITY or -INFINITY`);
}

/** `pcs constraint location`: prefers, avoids, rule, or a verb. */
export async function location(pcs: Pcs, args: string[]): Promise<void> {
  const [first, second, ...rest] = args;
  if (first === undefined || first === 'config' || first === 'show') {
    pcs.options.allow('--all', '--full', '-f');
    if (first === 'show') {
      pcs.deprecated(
        "This command is deprecated and will be removed. Please use 'pcs constraint location config' instead.",
      );
    }
    await config(pcs, args.slice(1));
    return;
  }
  if (first === 'add') {
    pcs.options.allow('--force', '-f');
    await below('add', () => add(pcs, args.slice(1)));
    return;
  }
  if (first === 'remove' || first === 'delete') {
    pcs.options.allow('-f');
    await below(first, () => remove(pcs, args.slice(1)));
    return;
  }
  pcs.options.allow('--force', '-f');
  if (rest.length === 0) throw new BadCall(null, null, false, args);
  if (second === 'prefers' || second === 'avoids') await prefer(pcs, first, second, rest);
  else if (second === 'rule') await addRuleConstraint(pcs, first, rest);
  else throw new BadCall(null, null, false, args);
}

async function prefer(pcs: Pcs, resource: string, verb: 'prefers' | 'avoids', words: string[]): Promise<void> {
  if (words.length === 0) throw new BadCall();
  const target = parseTarget(resource);
  const cib = await pcs.cib();
  const wanted = words.map((word) => {
    const [node = '', score] = splitFirst(word, '=');
    return { node, score: score ?? 'INFINITY' };
  });
  const missing = missingNodes(
    pcs,
    cib,
    wanted.map(({ node }) => node),
  );
  for (const { score } of wanted) checkScore(score);
  refuse(missing);
  checkTarget(pcs, cib, target);
  for (const { node, score } of wanted) {
    const signed = verb === 'prefers' ? score : score.startsWith('-') ? score.slice(1) : `-${score}`;
    const id = `location-${cleanId(target.name)}-${node}-${signed}`;
    put(cib, target, node, signed, cleanId(id), {});
  }
  await pcs.push(cib);
}

function splitFirst(word: string, separator: string): [string, string | undefined] {
  const at = word.indexOf(separator);
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** Puts a constraint; one of the same id, or of the same resource and node, makes room. */
function put(
  cib: Element,
  target: Target,
  node: string,
  score: string,
  id: string,
  more: Readonly<Record<string, string>>,
): void {
  const section = constraintsOf(cib);
  const attribute = attributeOf(target);
  section.children = section.children.filter((constraint) => {
    if (constraint.name !== 'rsc_location') return true;
    if (constraint.attributes.id === id) return false;
    return !(constraint.attributes[attribute] === target.name && constraint.attributes.node === node);
  });
  const ids = new IdMaker(cib);
  const attributes = { id: ids.make(id), [attribute]: target.name, node, score, ...more };
  section.children.push(newElement('rsc_location', attributes));
}

async function add(pcs: Pcs, args: string[]): Promise<void> {
  const [id, resource, node, score, ...rest] = args;
  if (id === undefined || resource === undefined || node === undefined || score === undefined) throw new BadCall();
  const options: Record<string, string> = {};
  for (const word of rest) {
    const [name, value] = splitFirst(word, '=');
    if (name !== 'resource-discovery' && (value === undefined || !pcs.options.force)) {
      throw new CommandFailure(`bad option '${name}'${value === undefined ? '' : ', use --force to override'}`);
    }
    if (value === undefined) throw new BadCall();
    options[name] = value;
  }
  const cib = await pcs.cib();
  refuse(missingNodes(pcs, cib, [node]));
  const complaint = idComplaint(id, 'constraint id');
  if (complaint) throw new CommandFailure(complaint);
  checkScore(score);
  const target = parseTarget(resource);
  checkTarget(pcs, cib, target);
  put(cib, target, node, score, id, options);
  await pcs.pushOld(cib);
}

async function remove(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined || rest.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  const section = constraintsOf(cib);
  const found = section.children.filter((each) => each.name === 'rsc_location' && each.attributes.id === id);
  if (found.length === 0) throw new CommandFailure(`resource location id: ${id} not found.`);
  for (const constraint of found) removeElement(section, constraint);
  await pcs.pushOld(cib);
}

async function addRuleConstraint(pcs: Pcs, resource: string, words: string[]): Promise<void> {
  const target = parseTarget(resource);
  const cib = await pcs.cib();
  checkTarget(pcs, cib, target);
  if (words.length === 0) throw new BadCall();
  const rule = parseRule(words);
  const { options } = rule;
  const ids = new IdMaker(cib);
  const discovery = options['resource-discovery'];
  const old = deprecatedRole(options);
  if (old !== null) {
    pcs.deprecated(
      `Role value '${typedRole(words, old)}' is deprecated and should not be used, use '${roleToShow(old)}' instead`,
    );
  }
  const wantedId = options['constraint-id'];
  if (wantedId) {
    const complaint = idComplaint(wantedId, 'constraint id');
    if (complaint) throw new CommandFailure(complaint);
    if (ids.has(wantedId)) throw new CommandFailure(`id '${wantedId}' is already in use, please specify another one`);
    ids.take(wantedId);
  }
  const id = wantedId ?? ids.make(`location-${cleanId(target.name)}`);
  const attributes: Record<string, string> = {
    ...(discovery === undefined ? {} : { 'resource-discovery': discovery }),
    id,
    [attributeOf(target)]: target.name,
  };
  const role = options.role === undefined ? undefined : roleForCib(cib, options.role);
  const constraint = newElement('rsc_location', attributes, [ruleElement(rule, id, ids, role)]);
  checkDuplicate(pcs, cib, constraint);
  constraintsOf(cib).children.push(constraint);
  await pcs.pushOld(cib);
}

/** The role as it was typed. */
function typedRole(words: readonly string[], role: string): string {
  return words.find((word) => word.toLowerCase().startsWith('role='))?.slice('role='.length) ?? role;
}

/** A rule without ids and with its parts in order, to compare rules by. */
function fingerprint(element: Element): string {
  const attributes = Object.entries(element.attributes)
    .filter(([name]) => name !== 'id')
    .sort(([first], [second]) => compareText(first, second));
  return JSON.stringify([element.name, attributes, element.children.map(fingerprint).sort()]);
}

function checkDuplicate(pcs: Pcs, cib: Element, constraint: Element): void {
  if (pcs.options.force) return;
  const same = constraintsOf(cib).children.filter(
    (each) =>
      each.name === 'rsc_location' &&
      each.attributes.rsc === constraint.attributes.rsc &&
      each.attributes['rsc-pattern'] === constraint.attributes['rsc-pattern'] &&
      each.children.some((rule) => rule.name === 'rule') &&
      rulesPrint(each) === rulesPrint(constraint),
  );
  if (same.length === 0) return;
  const lines = same.flatMap((each) => ruleConstraintLines(pcs, each, true, 'all')).map((line) => `  ${line}`);
  throw new CommandFailure(`duplicate constraint already exists, use --force to override\n${lines.join('\n')}`);
}

function rulesPrint(constraint: Element): string {
  return JSON.stringify(
    constraint.children
      .filter((child) => child.name === 'rule')
      .map(fingerprint)
      .sort(),
  );
}

/** A constraint with rules: null lines where it is expired and not to be shown. */
function ruleConstraintLines(pcs: Pcs, constraint: Element, ids: boolean, show: 'all' | 'current'): string[] {
  const rules = constraint.children.filter((child) => child.name === 'rule');
  const states = rules.map((rule) => ruleState(rule, pcs.now));
  const expired = states.length > 0 && states.every((state) => state === 'expired');
  if (expired && show === 'current') return [];
  const discovery = constraint.attributes['resource-discovery'];
  const label = expired ? ' (expired)' : '';
  const title = `Constraint${label}: ${constraint.attributes.id ?? ''}${discovery === undefined ? '' : ` (resource-discovery=${discovery})`}`;
  const lines = rules.flatMap((rule, at) => {
    return ruleLines(rule, ids, show === 'all' && states[at] === 'expired' ? ' (expired)' : '');
  });
  return [title, ...lines.map((line) => `  ${line}`)];
}

/** Labels in parentheses behind a node or resource of a plain constraint. */
function labels(constraint: Element, ids: boolean): string {
  const { score = '0', role, id = '' } = constraint.attributes;
  const discovery = constraint.attributes['resource-discovery'];
  const words = [`(score:${score})`];
  if (role !== undefined) words.push(`(role:${roleToShow(role)})`);
  if (discovery !== undefined) words.push(`(resource-discovery=${discovery})`);
  if (ids) words.push(`(id:${id})`);
  return words.join(' ');
}

const negative = (constraint: Element) => (constraint.attributes.score ?? '0').startsWith('-');
const hasRules = (constraint: Element) => constraint.children.some((child) => child.name === 'rule');

function targetOf(constraint: Element): Target {
  const pattern = constraint.attributes['rsc-pattern'];
  return pattern === undefined
    ? { kind: 'resource', name: constraint.attributes.rsc ?? '' }
    : { kind: 'pattern', name: pattern };
}

const titleOf = (target: Target) => `${target.kind === 'resource' ? 'Resource' : 'Resource pattern'}: ${target.name}`;

const keyOf = (target: Target) => `${target.kind === 'pattern' ? '0' : '1'} ${target.name}`;

/** The list by resource: patterns first, then names, in alphabetical order. */
export function linesByResource(
  pcs: Pcs,
  cib: Element,
  ids: boolean,
  all: boolean,
  only: readonly string[] = [],
  fits: (constraint: Element) => boolean = () => true,
): string[] {
  const groups = new Map<string, { target: Target; constraints: Element[] }>();
  const wanted = only.map((text) => keyOf(parseTarget(text)));
  for (const constraint of constraintsOf(cib).children) {
    if (constraint.name !== 'rsc_location' || !fits(constraint)) continue;
    const target = targetOf(constraint);
    const key = keyOf(target);
    if (wanted.length > 0 && !wanted.includes(key)) continue;
    const group = groups.get(key) ?? { target, constraints: [] };
    group.constraints.push(constraint);
    groups.set(key, group);
  }
  const lines: string[] = [];
  for (const key of [...groups.keys()].sort(compareText)) {
    const group = groups.get(key);
    if (!group) continue;
    const inner = groupLines(pcs, group.constraints, ids, all);
    if (inner.length > 0) lines.push(titleOf(group.target), ...inner.map((line) => `  ${line}`));
  }
  return lines;
}

function groupLines(pcs: Pcs, constraints: readonly Element[], ids: boolean, all: boolean): string[] {
  const plain = constraints.filter((constraint) => !hasRules(constraint));
  const lines: string[] = [];
  for (const [title, wanted] of [
    ['Enabled on:', false],
    ['Disabled on:', true],
  ] as const) {
    const part = plain.filter((constraint) => negative(constraint) === wanted);
    if (part.length > 0) {
      lines.push(
        title,
        ...part.map((constraint) => `  Node: ${constraint.attributes.node ?? ''} ${labels(constraint, ids)}`),
      );
    }
  }
  for (const constraint of constraints.filter(hasRules)) {
    lines.push(...ruleConstraintLines(pcs, constraint, ids, all ? 'all' : 'current'));
  }
  return lines;
}

/** The list by node. Constraints with rules come under a node without a name. */
function linesByNode(pcs: Pcs, cib: Element, ids: boolean, all: boolean, only: readonly string[]): string[] {
  const groups = new Map<string, Element[]>();
  for (const constraint of constraintsOf(cib).children) {
    if (constraint.name !== 'rsc_location') continue;
    const node = constraint.attributes.node ?? '';
    if (only.length > 0 && !only.includes(node)) continue;
    groups.set(node, [...(groups.get(node) ?? []), constraint]);
  }
  const lines: string[] = [];
  for (const node of [...groups.keys()].sort(compareText)) {
    lines.push(`Node: ${node}`);
    const group = groups.get(node) ?? [];
    for (const [title, wanted] of [
      ['Allowed to run:', false],
      ['Not allowed to run:', true],
    ] as const) {
      const part = group.filter((constraint) => negative(constraint) === wanted);
      if (part.length > 0) {
        lines.push(
          `  ${title}`,
          ...part.map((constraint) => `    ${titleOf(targetOf(constraint))} ${labels(constraint, ids)}`),
        );
      }
    }
  }
  const hasRule = (constraint: Element) => constraint.children.some((child) => child.name === 'rule');
  return [...lines, ...linesByResource(pcs, cib, ids, all, [], hasRule)];
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  const [by, ...only] = args;
  let cib: Element;
  try {
    cib = await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure) || failure.message !== 'unable to get cib') throw failure;
    throw new CommandFailure('unable to process cib');
  }
  const [ids, all] = [pcs.options.has('--full'), pcs.options.has('--all')];
  pcs.print('Location Constraints:');
  const lines =
    by === 'nodes'
      ? linesByNode(pcs, cib, ids, all, only)
      : linesByResource(pcs, cib, ids, all, by === 'resources' ? only : []);
  for (const line of lines) pcs.print(`  ${line}`);
}

/** `pcs constraint rule add`, `delete` and `remove`. */
export async function rule(pcs: Pcs, args: string[]): Promise<void> {
  const [verb, id, ...words] = args;
  if (verb === 'add') {
    pcs.options.allow('--force', '-f');
    await addRule(pcs, id, words);
  } else if (verb === 'remove' || verb === 'delete') {
    pcs.options.allow('-f');
    await below(verb, () => removeRule(pcs, id, words));
  } else throw new BadCall();
}

async function addRule(pcs: Pcs, id: string | undefined, words: string[]): Promise<void> {
  if (id === undefined) throw new BadCall();
  const cib = await pcs.cib();
  const constraint = constraintsOf(cib).children.find(
    (each) => each.attributes.id === id && each.name === 'rsc_location',
  );
  if (!constraint) throw new CommandFailure(`Unable to find constraint: ${id}`);
  const parsed = parseRule(words);
  const ids = new IdMaker(cib);
  const role = parsed.options.role === undefined ? undefined : roleForCib(cib, parsed.options.role);
  constraint.children.push(ruleElement(parsed, id, ids, role));
  for (const attribute of ['node', 'score']) delete constraint.attributes[attribute];
  if (!pcs.options.force) checkDuplicateAfter(pcs, cib, constraint);
  await pcs.pushOld(cib);
}

function checkDuplicateAfter(pcs: Pcs, cib: Element, constraint: Element): void {
  const section = constraintsOf(cib);
  const others = section.children.filter((each) => each !== constraint);
  checkDuplicate(
    pcs,
    { ...cib, children: [{ ...newElement('configuration'), children: [{ ...section, children: others }] }] },
    constraint,
  );
}

async function removeRule(pcs: Pcs, id: string | undefined, words: string[]): Promise<void> {
  if (id === undefined || words.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  const section = constraintsOf(cib);
  for (const constraint of section.children) {
    const found = constraint.children.find((child) => child.name === 'rule' && child.attributes.id === id);
    if (!found) continue;
    constraint.children = constraint.children.filter((child) => child !== found);
    if (constraint.children.length > 0) pcs.note(`Removing Rule: ${id}`);
    else {
      pcs.note(`Removing Constraint: ${constraint.attributes.id}`);
      removeElement(section, constraint);
    }
    await pcs.pushOld(cib);
    return;
  }
  throw new CommandFailure(`unable to find rule with id: ${id}`);
}
