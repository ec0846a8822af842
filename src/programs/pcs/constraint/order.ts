import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { newElement, removeElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText } from '../reports';
import { parentResource } from '../resource/find';
import { BadCall } from '../router';
import { parseOptions } from '../text';
import { checkResource, constraintsOf } from './common';
import { setConstraintLines } from './sets';

const ACTIONS = ['start', 'stop', 'promote', 'demote'];

/** An ordering constraint on one line. */
export function orderLine(constraint: Element, ids: boolean): string {
  const { attributes } = constraint;
  const action = (name: string) => (attributes[name] === undefined ? '' : `${attributes[name]} `);
  const score = attributes.score;
  const kind = attributes.kind ?? (score === undefined ? 'Mandatory' : undefined);
  const words = [`${action('first-action')}${attributes.first} then ${action('then-action')}${attributes.then}`];
  words.push(kind === undefined ? `(score:${score})` : `(kind:${kind})`);
  if (attributes.symmetrical !== undefined && attributes.symmetrical.toLowerCase() === 'false')
    words.push('(non-symmetrical)');
  const skipped = ['first', 'then', 'first-action', 'then-action', 'kind', 'score', 'id', 'symmetrical'];
  const rest = Object.entries(attributes)
    .filter(([name]) => !skipped.includes(name))
    .sort(([a], [b]) => compareText(a, b));
  if (rest.length > 0) words.push(`(Options: ${rest.map(([name, value]) => `${name}=${value}`).join(' ')})`);
  if (ids) words.push(`(id:${attributes.id})`);
  return words.join(' ');
}

const isSet = (constraint: Element) => constraint.children.some((child) => child.name === 'resource_set');

/** All ordering constraints, those with sets last. */
export function orderLines(cib: Element, ids: boolean): string[] {
  const all = constraintsOf(cib).children.filter((constraint) => constraint.name === 'rsc_order');
  const lines = all.filter((constraint) => !isSet(constraint)).map((constraint) => orderLine(constraint, ids));
  return [...lines, ...setConstraintLines(all.filter(isSet), ids)];
}

interface Side {
  readonly action: string;
  readonly resource: string;
}

/** Words of one side: a resource, with an action before it perhaps. */
function parseSide(words: readonly string[], fallback: string): Side {
  const [first, second, ...rest] = words;
  if (first === undefined || rest.length > 0) throw new BadCall();
  if (second === undefined) return { action: fallback, resource: first };
  if (!ACTIONS.includes(first)) throw new BadCall();
  return { action: first, resource: second };
}

/** `pcs constraint order [action] A then [action] B`. */
export async function order(pcs: Pcs, args: string[]): Promise<void> {
  const at = args.indexOf('then');
  if (at < 0) throw new BadCall();
  if (args.lastIndexOf('then') !== at) {
    throw new BadCall(
      "Multiple 'then's cannot be specified.",
      "Use the 'pcs constraint order set' command if you want to create a constraint for more than two resources.",
      true,
    );
  }
  const first = parseSide(args.slice(0, at), 'start');
  const right = args.slice(at + 1);
  // What isn't an action is the resource; all behind it are options.
  const ends = ACTIONS.includes(right[0] ?? '') ? 2 : 1;
  const second = parseSide(right.slice(0, ends), 'start');
  const words = right.slice(ends);
  await addOrder(pcs, first, second, words);
}

async function addOrder(pcs: Pcs, first: Side, second: Side, words: readonly string[]): Promise<void> {
  const cib = await pcs.cib();
  const one = checkResource(pcs, cib, first.resource);
  const other = checkResource(pcs, cib, second.resource);
  const group = parentResource(cib, one);
  if (group && group.name === 'group' && group === parentResource(cib, other)) {
    throw new CommandFailure('Cannot create an order constraint for resources in the same group');
  }
  for (const word of words)
    if (word.endsWith('=')) throw new CommandFailure(`value of '${word.slice(0, -1)}' option is empty`);
  const options = parseOptions(words);
  const { kind, normalized } = checkOptions(options);
  const ids = new IdMaker(cib);
  const wanted = options.get('id');
  if (wanted !== undefined) checkId(wanted, ids);
  const suffix = kind ?? 'mandatory';
  const id = wanted ?? ids.make(`order-${first.resource}-${second.resource}-${suffix}`);
  const ends: [string, string][] = [
    ['first', first.resource],
    ['then', second.resource],
  ];
  const attributes: Record<string, string> = Object.fromEntries(ends);
  const symmetrical = normalized.get('symmetrical');
  for (const [name, value] of normalized) if (name !== 'symmetrical') attributes[name] = value;
  if (wanted !== undefined) attributes.id = id;
  attributes['first-action'] = first.action;
  attributes['then-action'] = second.action;
  if (symmetrical !== undefined) attributes.symmetrical = symmetrical;
  attributes.id = id;
  checkDuplicate(pcs, cib, attributes);
  const shown = [
    ...[...normalized]
      .filter(([name]) => !['kind', 'symmetrical'].includes(name))
      .map(([name, value]) => `${name}=${value}`),
    ...(wanted === undefined ? [] : [`id=${wanted}`]),
    `first-action=${first.action}`,
    `then-action=${second.action}`,
    ...(symmetrical === undefined ? [] : [`symmetrical=${symmetrical}`]),
  ];
  pcs.note(`Adding ${first.resource} ${second.resource} (kind: ${kind ?? 'Mandatory'}) (Options: ${shown.join(' ')})`);
  constraintsOf(cib).children.push(newElement('rsc_order', attributes));
  await pcs.pushOld(cib);
}

function checkOptions(options: ReadonlyMap<string, string>): {
  kind: string | undefined;
  normalized: Map<string, string>;
} {
  const normalized = new Map<string, string>();
  let kind: string | undefined;
  for (const [name, value] of options) {
    if (name === 'id') continue;
    if (name === 'kind') {
      // Whether there is such a kind is for the schema to say.
      kind = value;
      normalized.set('kind', kind);
    } else if (name === 'symmetrical') {
      const lower = value.toLowerCase();
      if (!['true', 'false'].includes(lower)) {
        throw new CommandFailure(`invalid symmetrical value '${value}', allowed values are: true, false`);
      }
      normalized.set(name, lower);
    } else normalized.set(name, value);
  }
  return { kind, normalized };
}

export function checkId(id: string, ids: IdMaker): void {
  const complaint = idComplaint(id, 'constraint id');
  if (complaint) throw new CommandFailure(complaint);
  if (ids.has(id)) throw new CommandFailure(`id '${id}' is already in use, please specify another one`);
}

function checkDuplicate(pcs: Pcs, cib: Element, attributes: Readonly<Record<string, string>>): void {
  if (pcs.options.force) return;
  const same = constraintsOf(cib).children.filter(
    (each) =>
      each.name === 'rsc_order' &&
      ['first', 'then', 'first-action', 'then-action'].every(
        (name) => (each.attributes[name] ?? (name.endsWith('action') ? 'start' : '')) === attributes[name],
      ),
  );
  if (same.length === 0) return;
  throw new CommandFailure(
    `duplicate constraint already exists, use --force to override\n${same.map((each) => `  ${orderLine(each, true)}`).join('\n')}`,
  );
}

/** `pcs constraint order delete`: takes resources out of all orderings, and out of the sets of other constraints too. */
export async function removeOrder(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const cib = await pcs.cib();
  const section = constraintsOf(cib);
  let found = false;
  for (const id of args) {
    for (const constraint of [...section.children]) {
      const isOrder = constraint.name === 'rsc_order';
      if (isOrder && (constraint.attributes.first === id || constraint.attributes.then === id)) {
        removeElement(section, constraint);
        found = true;
        continue;
      }
      for (const set of constraint.children.filter((child) => child.name === 'resource_set')) {
        const kept = set.children.filter((reference) => reference.attributes.id !== id);
        if (kept.length === set.children.length) continue;
        found = true;
        set.children = kept;
        if (kept.length > 0) continue;
        removeElement(constraint, set);
        if (!isSet(constraint)) removeElement(section, constraint);
      }
    }
  }
  if (!found) throw new CommandFailure('No matching resources found in ordering list');
  await pcs.push(cib);
}
