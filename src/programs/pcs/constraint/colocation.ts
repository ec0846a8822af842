import type { Element } from '../../../world/xml';
import { IdMaker } from '../cib/ids';
import { newElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText, quoteList } from '../reports';
import { capitalize, ROLES, roleForCib, roleToShow } from '../resource/find';
import { BadCall } from '../router';
import { isScore } from '../text';
import { checkResource, constraintsOf, warnOldRole } from './common';
import { checkId } from './order';
import { setConstraintLines } from './sets';

/** A colocation on one line. */
export function colocationLine(constraint: Element, ids: boolean): string {
  const { attributes } = constraint;
  const role = (name: string) => attributes[name];
  const words = [`${attributes.rsc} with ${attributes['with-rsc']}`, `(score:${attributes.score ?? ''})`];
  const skipped = ['rsc', 'with-rsc', 'score', 'id'];
  const rest = Object.entries(attributes)
    .filter(([name]) => !skipped.includes(name))
    .sort(([a], [b]) => compareText(a, b));
  for (const [name, value] of rest) words.push(`(${name}:${name.endsWith('role') ? roleToShow(value) : value})`);
  void role;
  if (ids) words.push(`(id:${attributes.id})`);
  return words.join(' ');
}

const isSet = (constraint: Element) => constraint.children.some((child) => child.name === 'resource_set');

export function colocationLines(cib: Element, ids: boolean): string[] {
  const all = constraintsOf(cib).children.filter((constraint) => constraint.name === 'rsc_colocation');
  const lines = all.filter((constraint) => !isSet(constraint)).map((constraint) => colocationLine(constraint, ids));
  return [...lines, ...setConstraintLines(all.filter(isSet), ids)];
}

interface Side {
  readonly role: string;
  readonly resource: string;
}

/** `[role] resource` at the front of the words; what is left stays in them. */
function takeSide(pcs: Pcs, words: string[], source: boolean): Side {
  const first = words.shift();
  if (first === undefined) throw new BadCall();
  const next = words[0];
  const more = next !== undefined && !next.includes('=') && !isScore(next);
  if (source ? words.length === 0 : !more) return { role: '', resource: first };
  if (!more) return { role: '', resource: first };
  warnOldRole(pcs, first);
  const role = capitalize(first);
  if (!ROLES.includes(role)) {
    throw new BadCall(`invalid role value '${first}', allowed values are: ${quoteList(ROLES)}`);
  }
  return { role, resource: words.shift() as string };
}

/** `pcs constraint colocation add`. */
export async function addColocation(pcs: Pcs, args: string[]): Promise<void> {
  const at = args.indexOf('with');
  if (at < 1) throw new BadCall();
  const left = args.slice(0, at);
  const right = args.slice(at + 1);
  if (left.length > 2) throw new BadCall();
  const first = takeSide(pcs, left, true);
  if (right.includes('with')) {
    throw new BadCall(
      "Multiple 'with's cannot be specified.",
      "Use the 'pcs constraint colocation set' command if you want to create a constraint for more than two resources.",
      true,
    );
  }
  const second = takeSide(pcs, right, false);
  const score = right[0] !== undefined && !right[0].includes('=') ? (right.shift() as string) : undefined;
  const options = parseWords(right);
  const cib = await pcs.cib();
  checkResource(pcs, cib, first.resource);
  checkResource(pcs, cib, second.resource);
  await put(pcs, cib, first, second, score ?? 'INFINITY', options);
}

function parseWords(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 0) throw new BadCall();
    const [name, value] = [word.slice(0, equals), word.slice(equals + 1)];
    if (value === '') throw new BadCall(`value of '${name}' option is empty`);
    options.set(name, value);
  }
  return options;
}

async function put(
  pcs: Pcs,
  cib: Element,
  first: Side,
  second: Side,
  score: string,
  options: Map<string, string>,
): Promise<void> {
  const ids = new IdMaker(cib);
  const wanted = options.get('id');
  if (wanted !== undefined) checkId(wanted, ids);
  options.delete('id');
  const id = wanted ?? ids.make(`colocation-${first.resource}-${second.resource}-${score}`);
  const attributes: Record<string, string> = { rsc: first.resource, 'with-rsc': second.resource, score };
  // One role given, the other one is Started.
  if (first.role !== '' || second.role !== '') {
    attributes['rsc-role'] = roleForCib(cib, first.role || 'Started');
    attributes['with-rsc-role'] = roleForCib(cib, second.role || 'Started');
  }
  for (const [name, value] of options) attributes[name] = value;
  attributes.id = id;
  checkDuplicate(pcs, cib, attributes);
  constraintsOf(cib).children.push(newElement('rsc_colocation', attributes));
  await pcs.pushOld(cib);
}

function checkDuplicate(pcs: Pcs, cib: Element, attributes: Readonly<Record<string, string>>): void {
  if (pcs.options.force) return;
  const value = (from: Readonly<Record<string, string>>, name: string) =>
    name.endsWith('role') ? roleToShow(capitalize(from[name] ?? 'Started')) : from[name];
  const same = constraintsOf(cib).children.filter(
    (each) =>
      each.name === 'rsc_colocation' &&
      ['rsc', 'with-rsc', 'rsc-role', 'with-rsc-role'].every(
        (name) => value(each.attributes, name) === value(attributes, name),
      ),
  );
  if (same.length === 0) return;
  throw new CommandFailure(
    `duplicate constraint already exists, use --force to override\n${same.map((each) => `  ${colocationLine(each, true)}`).join('\n')}`,
  );
}

/** `pcs constraint colocation delete`: all colocations of two resources. */
export async function removeColocation(pcs: Pcs, args: string[]): Promise<void> {
  const [first, second] = args;
  if (first === undefined || second === undefined) throw new BadCall();
  const cib = await pcs.cib();
  const section = constraintsOf(cib);
  const fits = (each: Element) => {
    if (each.name !== 'rsc_colocation') return false;
    const { rsc } = each.attributes;
    const other = each.attributes['with-rsc'];
    return (rsc === first && other === second) || (rsc === second && other === first);
  };
  if (!section.children.some(fits)) throw new CommandFailure('No matching resources found in ordering list');
  section.children = section.children.filter((each) => !fits(each));
  await pcs.push(cib);
}
