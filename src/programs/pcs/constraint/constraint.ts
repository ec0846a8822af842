import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { removeElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText } from '../reports';
import { findResource, idOf, isClone, parentResource } from '../resource/find';
import { BadCall, below, command, type Router } from '../router';
import { addColocation, colocationLines, removeColocation } from './colocation';
import { constraintsOf } from './common';
import { linesByResource, location, rule } from './location';
import { order, orderLines, removeOrder } from './order';
import { setCommand } from './sets';
import { addTicket, removeTicket, ticketLines } from './ticket';

const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

/** All constraints, section by section: for `pcs constraint` and `pcs config`. */
export function allLines(pcs: Pcs, cib: Element, ids: boolean, all: boolean): string[] {
  return [
    'Location Constraints:',
    ...indent(linesByResource(pcs, cib, ids, all)),
    'Ordering Constraints:',
    ...indent(orderLines(cib, ids)),
    'Colocation Constraints:',
    ...indent(colocationLines(cib, ids)),
    'Ticket Constraints:',
    ...indent(ticketLines(cib, ids)),
  ];
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  let cib: Element;
  try {
    cib = await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure) || failure.message !== 'unable to get cib') throw failure;
    throw new CommandFailure('unable to process cib');
  }
  for (const line of allLines(pcs, cib, pcs.options.has('--full'), pcs.options.has('--all'))) pcs.print(line);
}

async function oldList(pcs: Pcs, args: string[]): Promise<void> {
  pcs.deprecated("This command is deprecated and will be removed. Please use 'pcs constraint config' instead.");
  await config(pcs, args);
}

/** One kind of constraints below its title. */
function listKind(title: string, lines: (cib: Element, ids: boolean) => string[]) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    if (args.length > 0) throw new BadCall();
    pcs.options.allow('--full', '-f');
    const cib = await pcs.cib();
    pcs.print(`${title}:`);
    for (const line of indent(lines(cib, pcs.options.has('--full')))) pcs.print(line);
  };
}

const listOrder = listKind('Ordering Constraints', orderLines);
const listColocation = listKind('Colocation Constraints', colocationLines);
const listTicket = listKind('Ticket Constraints', ticketLines);

/** `show`, the old name of a kind's `config`. */
function deprecatedShow(kind: string, list: (pcs: Pcs, args: string[]) => Promise<void>) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const instead = `pcs constraint ${kind} config`;
    pcs.deprecated(`This command is deprecated and will be removed. Please use '${instead}' instead.`);
    await list(pcs, args);
  };
}

/** `pcs constraint order …`: the action words aren't verbs, so the router can't tell them. */
async function orderCommand(pcs: Pcs, args: string[]): Promise<void> {
  const [verb, ...rest] = args;
  switch (verb) {
    case undefined:
    case 'config':
      return listOrder(pcs, rest);
    case 'show':
      return deprecatedShow('order', listOrder)(pcs, rest);
    case 'set':
      pcs.options.allow('--force', '-f');
      return below('set', () => setCommand('order')(pcs, rest));
    case 'remove':
    case 'delete':
      pcs.options.allow('-f');
      return below(verb, () => removeOrder(pcs, rest));
    default:
      pcs.options.allow('--force', '-f');
      return order(pcs, args);
  }
}

/** `pcs constraint delete`: constraints or rules by id. */
async function remove(pcs: Pcs, args: string[]): Promise<number> {
  if (args.length === 0) throw new BadCall();
  let cib: Element;
  try {
    cib = await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure) || failure.message !== 'unable to get cib') throw failure;
    throw new CommandFailure('unable to process cib');
  }
  const section = constraintsOf(cib);
  let missing = 0;
  for (const id of args) {
    const constraint = section.children.find((each) => each.attributes.id === id);
    const owner = section.children.find((each) =>
      each.children.some((child) => child.name === 'rule' && child.attributes.id === id),
    );
    if (constraint) removeElement(section, constraint);
    else if (owner) {
      owner.children = owner.children.filter((child) => child.attributes.id !== id);
      if (owner.children.length === 0) removeElement(section, owner);
    } else {
      pcs.note(`Error: Unable to find constraint - '${id}'`);
      missing++;
    }
  }
  await pcs.push(cib);
  return missing > 0 ? 1 : 0;
}

async function ref(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const cib = await pcs.cib();
  for (const id of args) {
    pcs.print(`Resource: ${id}`);
    // A cloned resource is constrained by its clone.
    const resource = findResource(cib, id);
    const parent = resource?.name === 'primitive' ? parentResource(cib, resource) : undefined;
    const names = [id, ...(parent && isClone(parent) ? [idOf(parent)] : [])];
    const all = constraintsOf(cib).children.toSorted((first, second) => compareText(first.name, second.name));
    const plain = all.filter(({ attributes }) =>
      ['rsc', 'first', 'then', 'with-rsc'].some((name) => names.includes(attributes[name] ?? '')),
    );
    const sets = all.filter((constraint) =>
      [...walk(constraint)].some((element) => element.name === 'resource_ref' && names.includes(idOf(element))),
    );
    // By kind of constraint, those with sets behind all others.
    const found = [...plain, ...sets];
    if (found.length === 0) pcs.print('  No Matches.');
    for (const constraint of found) pcs.print(`  ${constraint.attributes.id}`);
  }
}

const LIST = '--all --full -f';

export const constraint: Router = {
  otherwise: 'config',
  commands: {
    config: command(LIST, config),
    list: command(LIST, oldList),
    show: command(LIST, oldList),
    location: command('--all --force --full -f', location),
    order: command('--force --full -f', orderCommand),
    colocation: {
      otherwise: 'config',
      commands: {
        config: command('--full -f', listColocation),
        show: command('--full -f', deprecatedShow('colocation', listColocation)),
        add: command('--force -f', addColocation),
        set: command('--force -f', setCommand('colocation')),
        delete: command('-f', removeColocation),
        remove: command('-f', removeColocation),
      },
    },
    ticket: {
      otherwise: 'config',
      commands: {
        config: command('--full -f', listTicket),
        show: command('--full -f', deprecatedShow('ticket', listTicket)),
        add: command('--force -f', addTicket),
        set: command('--force -f', setCommand('ticket')),
        delete: command('-f', removeTicket),
        remove: command('-f', removeTicket),
      },
    },
    delete: command('-f', remove),
    remove: command('-f', remove),
    ref: command('-f', ref),
    rule: command('--force -f', rule),
  },
};
