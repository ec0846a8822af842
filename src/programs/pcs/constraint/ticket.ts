import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { newElement, removeElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { compareText, error, overridable } from '../reports';
import { capitalize, ROLES, roleForCib, roleToShow } from '../resource/find';
import { BadCall } from '../router';
import { parseOptions } from '../text';
import { badOptions, badValue } from '../validate';
import { constraintsOf, resourceComplaint } from './common';
import { setConstraintLines } from './sets';

function ticketLine(constraint: Element, ids: boolean): string {
  const { attributes } = constraint;
  const role = attributes['rsc-role'];
  const words = [...(role === undefined ? [] : [roleToShow(role)]), attributes.rsc ?? ''];
  const rest = Object.entries(attributes)
    .filter(([name]) => !['rsc', 'rsc-role', 'id'].includes(name))
    .sort(([first], [second]) => compareText(first, second));
  words.push(...rest.map(([name, value]) => `${name}=${value}`));
  if (ids) words.push(`(id:${attributes.id})`);
  return words.join(' ');
}

const isSet = (constraint: Element) => constraint.children.some((child) => child.name === 'resource_set');

export function ticketLines(cib: Element, ids: boolean): string[] {
  const all = constraintsOf(cib).children.filter((constraint) => constraint.name === 'rsc_ticket');
  const lines = all.filter((constraint) => !isSet(constraint)).map((constraint) => ticketLine(constraint, ids));
  return [...lines, ...setConstraintLines(all.filter(isSet), ids)];
}

const POLICIES = ['demote', 'fence', 'freeze', 'stop'];

/** `pcs constraint ticket add`. */
export async function addTicket(pcs: Pcs, args: string[]): Promise<void> {
  const plain = args.filter((word) => !word.includes('='));
  const [ticket, ...names] = plain;
  const firstOption = args.findIndex((word) => word.includes('='));
  if (args.length === 0) throw new BadCall('Ticket not specified');
  if (ticket === undefined) throw new BadCall();
  if (names.length === 0 || names.length > 2)
    throw new CommandFailure(`invalid resource specification: '${names.join(' ')}'`);
  if (firstOption >= 0 && args.slice(firstOption).some((word) => !word.includes('='))) throw new BadCall();
  const [resource, typed] =
    names.length === 2 ? [names[1] as string, names[0] as string] : [names[0] as string, undefined];
  const options = parseOptions(args.filter((word) => word.includes('=')));
  if (options.has('rsc-role'))
    throw new CommandFailure('Resource role must not be specified among options, specify it before resource id');
  const cib = await pcs.cib();
  const complaint = resourceComplaint(cib, resource);
  if (complaint) {
    if (!complaint.forceable) throw new CommandFailure(complaint.message);
    const report = overridable(complaint.message, pcs.options.force);
    if (report.severity === 'error') throw new LibraryFailure([report]);
    pcs.report(report);
  }
  check(pcs, cib, ticket, typed, options);
  pcs.stopOnErrors();
  put(pcs, cib, ticket, resource, typed, options);
  await pcs.push(cib);
}

function check(
  pcs: Pcs,
  cib: Element,
  ticket: string,
  role: string | undefined,
  options: ReadonlyMap<string, string>,
): void {
  const unknown = [...options.keys()].filter((name) => !['id', 'loss-policy'].includes(name));
  const policy = options.get('loss-policy');
  if (policy !== undefined && !POLICIES.includes(policy)) pcs.report(badValue('loss-policy', policy, POLICIES));
  if (role !== undefined && !ROLES.includes(capitalize(role))) pcs.report(badValue('role', role, ROLES));
  if (unknown.length > 0) pcs.report(badOptions(unknown, ['id', 'loss-policy'], null));
  if (!/^[a-zA-Z0-9-]{1,63}$/.test(ticket)) {
    pcs.report(error(`booth ticket name '${ticket}' is not valid, use up to 63 alphanumeric characters or dash`));
  }
  const id = options.get('id');
  if (id === undefined) return;
  const complaint = idComplaint(id, 'constraint id');
  if (complaint) throw new CommandFailure(complaint);
  if (new IdMaker(cib).has(id)) throw new CommandFailure(`'${id}' already exists`);
}

function put(
  pcs: Pcs,
  cib: Element,
  ticket: string,
  resource: string,
  typed: string | undefined,
  options: ReadonlyMap<string, string>,
): void {
  const attributes: Record<string, string> = {};
  const policy = options.get('loss-policy');
  if (policy !== undefined) attributes['loss-policy'] = policy;
  const role = typed === undefined ? undefined : roleForCib(cib, capitalize(typed));
  if (typed !== undefined && ['master', 'slave'].includes(typed.toLowerCase())) {
    const modern = typed.toLowerCase() === 'master' ? 'Promoted' : 'Unpromoted';
    pcs.deprecated(
      `Value '${typed}' of option role is deprecated and should not be used, use '${modern}' value instead`,
    );
  }
  if (role !== undefined) attributes['rsc-role'] = role;
  attributes.ticket = ticket;
  attributes.rsc = resource;
  const ids = new IdMaker(cib);
  attributes.id =
    options.get('id') ?? ids.make(['ticket', ticket, resource, ...(role === undefined ? [] : [role])].join('-'));
  checkDuplicate(pcs, cib, attributes);
  constraintsOf(cib).children.push(newElement('rsc_ticket', attributes));
}

function checkDuplicate(pcs: Pcs, cib: Element, attributes: Readonly<Record<string, string>>): void {
  const same = constraintsOf(cib).children.filter(
    (each) =>
      each.name === 'rsc_ticket' &&
      ['ticket', 'rsc', 'rsc-role'].every(
        (name) => roleToShow(each.attributes[name] ?? '') === roleToShow(attributes[name] ?? ''),
      ),
  );
  if (same.length === 0) return;
  pcs.note('Duplicate constraints:');
  for (const each of same) pcs.note(`  ${ticketLine(each, true)}`);
  pcs.report(overridable('duplicate constraint already exists', pcs.options.force));
  pcs.stopOnErrors();
}

/** `pcs constraint ticket delete`. */
export async function removeTicket(pcs: Pcs, args: string[]): Promise<void> {
  const [ticket, resource, ...rest] = args;
  if (ticket === undefined || resource === undefined || rest.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  const section = constraintsOf(cib);
  let found = false;
  for (const constraint of section.children.filter(
    (each) => each.name === 'rsc_ticket' && each.attributes.ticket === ticket,
  )) {
    if (constraint.attributes.rsc === resource) {
      removeElement(section, constraint);
      found = true;
      continue;
    }
    for (const set of constraint.children.filter((child) => child.name === 'resource_set')) {
      const kept = set.children.filter((reference) => reference.attributes.id !== resource);
      if (kept.length === set.children.length) continue;
      found = true;
      set.children = kept;
      if (kept.length === 0) removeElement(constraint, set);
    }
    if (constraint.attributes.rsc === undefined && !isSet(constraint)) removeElement(section, constraint);
  }
  if (!found) throw new CommandFailure('no matching ticket constraint found');
  await pcs.push(cib);
}
