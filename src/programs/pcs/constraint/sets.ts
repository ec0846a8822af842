import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { newElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { compareText, error, overridable } from '../reports';
import { capitalize, ROLES, roleForCib, roleToShow } from '../resource/find';
import { BadCall } from '../router';
import { isScore, parseOptions, quotePair } from '../text';
import { badOptions, badValue, missingOptions } from '../validate';
import { constraintsOf, resourceComplaint } from './common';

interface ResourceSet {
  readonly ids: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

type Kind = 'order' | 'colocation' | 'ticket';

const SET_OPTIONS = ['action', 'require-all', 'role', 'sequential'];
const BOOLEAN = ['false', 'true'];
const ACTIONS = ['demote', 'promote', 'start', 'stop'];

const CONSTRAINT_OPTIONS: Readonly<Record<Kind, readonly string[]>> = {
  order: ['id', 'kind', 'symmetrical'],
  colocation: ['id', 'score'],
  ticket: ['id', 'loss-policy', 'ticket'],
};

/** Cuts `A B opt=x set C D setoptions …` into sets and the constraint's options. */
function parse(args: readonly string[]): { sets: ResourceSet[]; options: Map<string, string> } {
  const at = args.indexOf('setoptions');
  if (at >= 0 && args.indexOf('setoptions', at + 1) >= 0) throw new BadCall();
  const words = at < 0 ? args : args.slice(0, at);
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word === 'set') groups.push([]);
    else groups.at(-1)?.push(word);
  }
  const sets = groups.map((group) => {
    const ids = group.filter((word) => !word.includes('='));
    if (ids.length === 0) throw new BadCall();
    return { ids, options: parseOptions(group.filter((word) => word.includes('='))) };
  });
  return { sets, options: parseOptions(at < 0 ? [] : args.slice(at + 1)) };
}

function checkSet(pcs: Pcs, set: ResourceSet): void {
  const unknown = [...set.options.keys()].filter((name) => !SET_OPTIONS.includes(name));
  if (unknown.length > 0) pcs.report(badOptions(unknown, SET_OPTIONS, 'set'));
  const check = (name: string, allowed: readonly string[], fits: (value: string) => boolean) => {
    const value = set.options.get(name);
    if (value !== undefined && !fits(value)) pcs.report(badValue(name, value, allowed));
  };
  check('action', ACTIONS, (value) => ACTIONS.includes(value.toLowerCase()));
  check('require-all', BOOLEAN, (value) => BOOLEAN.includes(value.toLowerCase()));
  check('role', ROLES, (value) => ROLES.includes(capitalize(value)));
  const role = set.options.get('role');
  const modern = { master: 'Promoted', slave: 'Unpromoted' }[role?.toLowerCase() ?? ''];
  if (modern !== undefined)
    pcs.deprecated(
      `Value '${role}' of option role is deprecated and should not be used, use '${modern}' value instead`,
    );
  check('sequential', BOOLEAN, (value) => BOOLEAN.includes(value.toLowerCase()));
}

/** Fails at once: the options of the constraint as a whole. */
function checkConstraint(kind: Kind, options: ReadonlyMap<string, string>, cib: Element): void {
  const fail = (report: { message: string }): never => {
    throw new CommandFailure(report.message);
  };
  const allowed = CONSTRAINT_OPTIONS[kind];
  if (kind === 'ticket') {
    const unknown = [...options.keys()].filter((name) => !allowed.includes(name));
    if (unknown.length > 0) fail(badOptions(unknown, allowed, null));
    if (!options.get('ticket')) fail(missingOptions(['ticket'], null));
    const policy = options.get('loss-policy');
    const policies = ['demote', 'fence', 'freeze', 'stop'];
    if (policy !== undefined && !policies.includes(policy)) fail(badValue('loss-policy', policy, policies));
  } else {
    const unknown = [...options.keys()].filter((name) => !allowed.includes(name));
    if (unknown.length > 0) fail(badOptions(unknown, allowed, null));
  }
  const score = options.get('score');
  if (score !== undefined && !isScore(score))
    fail(error(`invalid score '${score}', use integer or INFINITY or -INFINITY`));
  const order = options.get('kind');
  const kinds = ['Mandatory', 'Optional', 'Serialize'];
  if (order !== undefined && !kinds.includes(capitalize(order))) fail(badValue('kind', order, kinds));
  const symmetrical = options.get('symmetrical');
  if (symmetrical !== undefined && !BOOLEAN.includes(symmetrical.toLowerCase()))
    fail(badValue('symmetrical', symmetrical, BOOLEAN));
  const id = options.get('id');
  if (id !== undefined) {
    const complaint = idComplaint(id, 'constraint id');
    if (complaint) fail(error(complaint));
    if (new IdMaker(cib).has(id)) fail(error(`'${id}' already exists`));
  }
}

/** `pcs constraint order|colocation|ticket set`. */
export function setCommand(kind: Kind) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    if (args.length === 0) throw new BadCall();
    const { sets, options } = parse(args);
    const cib = await pcs.cib();
    for (const id of sets.flatMap((set) => set.ids)) {
      const complaint = resourceComplaint(cib, id);
      if (!complaint) continue;
      if (!complaint.forceable) throw new CommandFailure(complaint.message);
      const report = overridable(complaint.message, pcs.options.force);
      if (report.severity === 'error') throw new LibraryFailure([report]);
      pcs.report(report);
    }
    for (const set of sets) checkSet(pcs, set);
    pcs.stopOnErrors();
    checkConstraint(kind, options, cib);
    const constraint = build(cib, kind, sets, options);
    checkDuplicate(pcs, cib, constraint);
    constraintsOf(cib).children.push(constraint);
    await pcs.push(cib);
  };
}

/** First and last character of up to three resources: what ids of sets are made of. */
function abbreviate(sets: readonly ResourceSet[]): string {
  return sets
    .flatMap((set) => set.ids)
    .slice(0, 3)
    .map((id) => `${id.charAt(0)}${id.charAt(id.length - 1)}`)
    .join('');
}

function build(cib: Element, kind: Kind, sets: readonly ResourceSet[], options: ReadonlyMap<string, string>): Element {
  const ids = new IdMaker(cib);
  const attributes: Record<string, string> = {};
  for (const [name, value] of options) {
    if (name === 'id') continue;
    attributes[name] = name === 'kind' ? capitalize(value) : name === 'symmetrical' ? value.toLowerCase() : value;
  }
  if (kind === 'colocation' && attributes.score === undefined) attributes.score = 'INFINITY';
  const wanted = options.get('id');
  if (wanted !== undefined) ids.take(wanted);
  const id = wanted ?? ids.make(`${kind}_set_${abbreviate(sets)}`);
  attributes.id = id;
  const elements = sets.map((set) => {
    const own: Record<string, string> = {};
    for (const [name, value] of set.options) {
      own[name] = name === 'role' ? roleForCib(cib, capitalize(value)) : value.toLowerCase();
    }
    own.id = ids.make(`${id}_set`);
    return newElement(
      'resource_set',
      own,
      set.ids.map((resource) => newElement('resource_ref', { id: resource })),
    );
  });
  return newElement(`rsc_${kind}`, attributes, elements);
}

function checkDuplicate(pcs: Pcs, cib: Element, constraint: Element): void {
  const shape = (element: Element) =>
    JSON.stringify(element.children.map((set) => set.children.map((reference) => reference.attributes.id)));
  const same = constraintsOf(cib).children.filter(
    (each) => each.name === constraint.name && each.children.length > 0 && shape(each) === shape(constraint),
  );
  if (same.length === 0) return;
  pcs.note('Duplicate constraints:');
  for (const each of same) pcs.note(`  ${setConstraintLine(each, true)}`);
  pcs.report(overridable('duplicate constraint already exists', pcs.options.force));
  pcs.stopOnErrors();
}

function optionWords(attributes: Readonly<Record<string, string>>): string[] {
  return Object.entries(attributes)
    .filter(([name]) => name !== 'id')
    .sort(([first], [second]) => compareText(first, second))
    .map(([name, value]) => quotePair(name, name === 'role' ? roleToShow(value) : value));
}

/** A constraint with sets on one line. */
export function setConstraintLine(constraint: Element, ids: boolean): string {
  const words: string[] = [];
  for (const set of constraint.children.filter((child) => child.name === 'resource_set')) {
    words.push(
      'set',
      ...set.children.map((reference) => reference.attributes.id ?? ''),
      ...optionWords(set.attributes),
    );
    if (ids) words.push(`(id:${set.attributes.id})`);
  }
  const options = optionWords(constraint.attributes);
  if (options.length > 0) words.push('setoptions', ...options);
  if (ids) words.push(`(id:${constraint.attributes.id})`);
  return words.join(' ');
}

/** The constraints with sets below their title; nothing where there are none. */
export function setConstraintLines(constraints: readonly Element[], ids: boolean): string[] {
  if (constraints.length === 0) return [];
  return ['Resource Sets:', ...constraints.map((constraint) => `  ${setConstraintLine(constraint, ids)}`)];
}
