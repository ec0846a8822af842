import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker } from '../cib/ids';
import { newElement, pairsOf } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { parseTimeout } from '../options';
import { BadCall } from '../router';
import { parseOptions, quotePair } from '../text';
import { findResource, idOf, roleToShow } from './find';
import { checkOperations, normalize, type Operation, operationElement, parseOperations, seconds } from './operation';

function operationsOf(resource: Element): Element {
  const found = childNamed(resource, 'operations');
  if (found) return found;
  const made = newElement('operations');
  resource.children.push(made);
  return made;
}

/** An operation on one line, as messages about it show it. */
export function operationText(op: Element): string {
  const order = [
    'interval',
    'start-delay',
    'interval-origin',
    'timeout',
    'enabled',
    'record-pending',
    'role',
    'on-fail',
  ];
  const words = [op.attributes.name ?? ''];
  const known = Object.keys(op.attributes).filter((key) => key !== 'id' && key !== 'name');
  const sorted = known.sort((first, second) => order.indexOf(first) - order.indexOf(second));
  for (const key of sorted) {
    const value = op.attributes[key] ?? '';
    words.push(quotePair(key, key === 'role' ? roleToShow(value) : value));
  }
  for (const set of op.children) for (const [name, value] of pairsOf(set)) words.push(quotePair(name, value));
  return `${words.join(' ')} (${idOf(op)})`;
}

function toOperation(name: string, words: readonly string[]): Operation {
  return new Map([['name', name], ...parseOptions(words)]);
}

function checked(pcs: Pcs, operation: Operation, resource: Element): Operation {
  const { class: standard = '', provider = null, type = '' } = resource.attributes;
  const agent = pcs.installation.agents.agent(standard, provider, type);
  void agent;
  const reports = checkOperations([operation], undefined, pcs.options.force);
  const [first] = reports;
  if (first) throw new CommandFailure(first.message + (first.override ? `, use ${first.override} to override` : ''));
  return normalize(operation);
}

/** Adds an operation. One of the same name and interval is an error, unless another role or force tells them apart. */
export function addOperation(pcs: Pcs, cib: Element, resource: Element, typed: Operation, replace = false): void {
  const operation = checked(pcs, typed, resource);
  const list = operationsOf(resource);
  const name = operation.get('name') ?? '';
  if (!operation.has('interval')) operation.set('interval', name === 'monitor' ? '60s' : '0s');
  const interval = operation.get('interval') ?? '0s';
  const rivals = list.children.filter(
    (op) => op.attributes.name === name && seconds(op.attributes.interval ?? '0s') === seconds(interval),
  );
  if (rivals.length > 0 && !replace) {
    const lines = rivals.map(operationText).join('\n');
    throw new CommandFailure(
      `operation ${name} with interval ${interval} already specified for ${idOf(resource)}:\n${lines}`,
    );
  }
  if (!replace) {
    const role = operation.get('role');
    const doubles = list.children.filter(
      (op) =>
        op.attributes.name === name && role !== undefined && roleToShow(op.attributes.role ?? '') === roleToShow(role),
    );
    void doubles;
  }
  list.children.push(operationElement(cib, idOf(resource), operation, new IdMaker(cib)));
}

/** `pcs resource op add`. */
export async function opAdd(pcs: Pcs, args: string[]): Promise<void> {
  const [id, name, ...rest] = args;
  if (id === undefined || name === undefined) throw new BadCall();
  const cib = await pcs.cib();
  const resource = findResource(cib, id);
  if (resource?.name !== 'primitive') throw new CommandFailure(`Unable to find resource: ${id}`);
  if (name.includes('=')) throw new CommandFailure(`${name} does not appear to be a valid operation action`);
  addOperation(pcs, cib, resource, toOperation(name, rest));
  await pcs.push(cib);
}

/** `pcs resource op delete` and `remove`. */
export async function opDelete(pcs: Pcs, args: string[]): Promise<void> {
  const [id, name, ...rest] = args;
  if (id === undefined) throw new BadCall();
  const cib = await pcs.cib();
  if (name === undefined) {
    await deleteById(pcs, cib, id);
    return;
  }
  const resource = findResource(cib, id);
  if (resource?.name !== 'primitive') throw new CommandFailure(`Unable to find resource: ${id}`);
  if (name.includes('=')) throw new CommandFailure(`${name} does not appear to be a valid operation action`);
  const wanted = parseOptions(rest);
  const list = operationsOf(resource);
  const matching = list.children.filter((op) => op.attributes.name === name && fits(op, wanted));
  if (matching.length === 0)
    throw new CommandFailure('Unable to find operation matching: '.concat(matchText(name, wanted)));
  list.children = list.children.filter((op) => !matching.includes(op));
  await pcs.push(cib);
}

function matchText(name: string, wanted: ReadonlyMap<string, string>): string {
  return [name, ...[...wanted].map(([key, value]) => `${key}=${value}`)].join(' ');
}

/** Whether an operation has exactly these options; none asked for fits all. */
function fits(op: Element, wanted: ReadonlyMap<string, string>): boolean {
  if (wanted.size === 0) return true;
  const values = new Map(Object.entries(op.attributes).filter(([key]) => key !== 'id' && key !== 'name'));
  return values.size === wanted.size && [...wanted].every(([key, value]) => values.get(key) === value);
}

async function deleteById(pcs: Pcs, cib: Element, id: string): Promise<void> {
  for (const holder of cib.children) {
    for (const list of findLists(holder)) {
      const op = list.children.find((child) => child.name === 'op' && idOf(child) === id);
      if (!op) continue;
      list.children = list.children.filter((child) => child !== op);
      await pcs.push(cib);
      return;
    }
  }
  throw new CommandFailure(`unable to find operation id: ${id}`);
}

function findLists(element: Element): Element[] {
  const own = element.name === 'operations' ? [element] : [];
  return [...own, ...element.children.flatMap(findLists)];
}

/**
 * Operations named in an update: each replaces the one of its name (for monitors: of its interval too, else the
 * first), or is added.
 */
export function updateOperations(pcs: Pcs, cib: Element, resource: Element, words: readonly string[]): void {
  if (words.length === 0) return;
  const parsed = parseForUpdate(words);
  for (const { name, options } of parsed) updateOperation(pcs, cib, resource, name, options);
}

function parseForUpdate(words: readonly string[]): { name: string; options: string[] }[] {
  return parseOperations(words).map(({ name, words: options }) => ({ name, options }));
}

function updateOperation(pcs: Pcs, cib: Element, resource: Element, name: string, options: readonly string[]): void {
  const list = operationsOf(resource);
  const typed = toOperation(name, options);
  const same = list.children.filter((op) => op.attributes.name === name);
  const target = pickTarget(same, typed);
  if (!target) {
    addOperation(pcs, cib, resource, typed);
    return;
  }
  const at = list.children.indexOf(target);
  checkRivals(list, target, typed, resource);
  const others = list.children.filter((op) => op !== target);
  list.children = others;
  const operation = checked(pcs, typed, resource);
  if (!operation.has('interval'))
    operation.set('interval', target.attributes.interval ?? (name === 'monitor' ? '60s' : '0s'));
  const made = operationElement(cib, idOf(resource), operation, new IdMaker(cib));
  list.children.splice(at, 0, made);
}

function pickTarget(same: readonly Element[], typed: Operation): Element | undefined {
  const id = typed.get('id');
  if (id !== undefined) return same.find((op) => idOf(op) === id) ?? same[0];
  const role = typed.get('role');
  if (role !== undefined) {
    const byRole = same.find((op) => roleToShow(op.attributes.role ?? '') === roleToShow(role));
    if (byRole) return byRole;
    return same.length > 0 && same.every((op) => op.attributes.role !== undefined) ? undefined : same[0];
  }
  return same[0];
}

function checkRivals(list: Element, target: Element, typed: Operation, resource: Element): void {
  const interval = typed.get('interval');
  if (interval === undefined) return;
  const rivals = list.children.filter(
    (op) =>
      op !== target &&
      op.attributes.name === typed.get('name') &&
      parseTimeout(op.attributes.interval ?? '0') === parseTimeout(interval),
  );
  if (rivals.length === 0) return;
  throw new CommandFailure(
    `operation ${typed.get('name')} with interval ${interval} already specified for ${idOf(resource)}:\n${rivals.map(operationText).join('\n')}`,
  );
}
