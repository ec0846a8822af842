import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint, idExists } from '../cib/ids';
import { newElement, pairsOf } from '../cib/nvset';
import { upgradeSchema } from '../cib/upgrade';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { parseTimeout } from '../options';
import { compareText } from '../reports';
import { BadCall } from '../router';
import { looseOptions, parseOptions, quotePair } from '../text';
import { findResource, idOf, ROLES, roleForCib, roleToShow } from './find';
import { noteMisplaced } from './misplaced';
import { type Operation, seconds } from './operation';

function operationsOf(resource: Element): Element {
  const found = childNamed(resource, 'operations');
  if (found) return found;
  const made = newElement('operations');
  resource.children.push(made);
  return made;
}

/** An operation on one line, as messages about it show it. */
function operationText(op: Element): string {
  const { id: _, name, ...options } = op.attributes;
  const words = Object.keys(options)
    .sort(compareText)
    .map((key) => quotePair(key, options[key] ?? ''));
  const inner = op.children.flatMap(pairsOf).map(([key, value]) => quotePair(key, value));
  return `${[name ?? '', ...words, ...inner].join(' ')} (${idOf(op)})`;
}

function toOperation(name: string, words: readonly string[]): Operation {
  return new Map([['name', name], ...looseOptions(words)]);
}

const OPTIONS = [
  'id',
  'name',
  'interval',
  'description',
  'start-delay',
  'interval-origin',
  'timeout',
  'enabled',
  'record-pending',
  'role',
  'on-fail',
  'OCF_CHECK_LEVEL',
];

/** Checks an operation's options in the words of the older commands; what they let pass, the schema may refuse. */
function checked(pcs: Pcs, cib: Element, typed: Operation): Operation {
  const { force } = pcs.options;
  const operation = new Map(typed);
  const unknown = [...operation.keys()].find((name) => !OPTIONS.includes(name));
  const role = operation.get('role');
  if (!force) {
    if (unknown !== undefined) {
      throw new CommandFailure(`${unknown} is not a valid op option (use --force to override)`);
    }
    if (role !== undefined && !ROLES.includes(role)) {
      const names = ROLES.map((name) => `'${name}'`);
      const last = names.pop();
      throw new CommandFailure(`role must be: ${names.join(', ')} or ${last} (use --force to override)`);
    }
    if (role !== undefined) operation.set('role', roleForCib(cib, role));
  }
  const id = operation.get('id');
  if (id !== undefined) {
    const complaint = idComplaint(id, 'operation id');
    if (complaint !== null) throw new CommandFailure(complaint);
    if (idExists(cib, id)) throw new CommandFailure(`id '${id}' is already in use, please specify another one`);
  }
  const name = operation.get('name') ?? '';
  if (!operation.get('interval')) operation.set('interval', name === 'monitor' ? '60s' : '0s');
  // on-fail=demote came with that schema.
  if (operation.get('on-fail') === 'demote' && upgradeSchema(cib, '3.4')) {
    pcs.note('Cluster CIB has been upgraded to latest version');
  }
  return operation;
}

function checkLevel(op: Element): string | undefined {
  for (const set of op.children) for (const [name, value] of pairsOf(set)) if (name === 'OCF_CHECK_LEVEL') return value;
  return undefined;
}

/** An operation's element; older commands sort its attributes, and name the set of the check level in their own way. */
function makeElement(cib: Element, resource: Element, operation: Operation): Element {
  const ids = new IdMaker(cib);
  const { name = '', id: wanted, OCF_CHECK_LEVEL: level, ...options } = Object.fromEntries(operation);
  const id = wanted ?? ids.make(`${idOf(resource)}-${name}-interval-${options.interval}`);
  const sorted = Object.entries(options).sort(([first], [second]) => compareText(first, second));
  const element = newElement('op', { id, name, ...Object.fromEntries(sorted) });
  if (level === undefined) return element;
  const pair = { id: ids.make(`${id}-OCF_CHECK_LEVEL-${level}`), name: 'OCF_CHECK_LEVEL', value: level };
  element.children.push(
    newElement('instance_attributes', { id: ids.make(`params-${id}`) }, [newElement('nvpair', pair)]),
  );
  return element;
}

const withUnit = (interval: string) => (/^\d+$/.test(interval) ? `${interval}s` : interval);

/** Adds an operation. One of the same name and interval is an error; one of the same kind needs force. */
function addOperation(pcs: Pcs, cib: Element, resource: Element, typed: Operation): void {
  const operation = checked(pcs, cib, typed);
  const list = operationsOf(resource);
  const name = operation.get('name') ?? '';
  const interval = operation.get('interval') ?? '0s';
  const same = list.children.filter((op) => op.attributes.name === name);
  const rivals = same.filter((op) => seconds(op.attributes.interval ?? '0s') === seconds(interval));
  if (rivals.length > 0) {
    throw new CommandFailure(
      `operation ${name} with interval ${withUnit(interval)} already specified for ${idOf(resource)}:\n${rivals.map(operationText).join('\n')}`,
    );
  }
  const alike = same.filter(
    (op) =>
      roleToShow(op.attributes.role ?? '') === roleToShow(operation.get('role') ?? '') &&
      checkLevel(op) === operation.get('OCF_CHECK_LEVEL'),
  );
  if (alike.length > 0 && !pcs.options.force) {
    throw new CommandFailure(
      `operation ${name} already specified for ${idOf(resource)}, use --force to override:\n${alike.map(operationText).join('\n')}`,
    );
  }
  list.children.push(makeElement(cib, resource, operation));
}

/** `pcs resource op add`. */
export function opAdd(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, name, ...rest] = args;
    if (id === undefined || name === undefined) throw new BadCall();
    const cib = await pcs.cib();
    noteMisplaced(pcs, cib, [id], stonith, 'op add');
    const resource = findResource(cib, id);
    if (resource?.name !== 'primitive') throw new CommandFailure(`Unable to find resource: ${id}`);
    if (name.includes('=')) throw new CommandFailure(`${name} does not appear to be a valid operation action`);
    addOperation(pcs, cib, resource, toOperation(name, rest));
    await pcs.pushOld(cib);
  };
}

/** `pcs resource op delete` and `remove`. */
export function opDelete(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id] = args;
    if (id === undefined) throw new BadCall();
    const cib = await pcs.cib();
    noteMisplaced(pcs, cib, [id], stonith, 'op delete');
    await deleteOperation(pcs, cib, args);
  };
}

async function deleteOperation(pcs: Pcs, cib: Element, args: readonly string[]): Promise<void> {
  const [id = '', name, ...rest] = args;
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
  await pcs.pushOld(cib);
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
      await pcs.pushOld(cib);
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

/** Operations with their options; those without any say nothing. */
function parseForUpdate(words: readonly string[]): { name: string; options: string[] }[] {
  const [first] = words;
  if (first?.includes('=')) throw new CommandFailure(`${first} does not appear to be a valid operation action`);
  const parsed: { name: string; options: string[] }[] = [];
  for (const word of words) {
    if (word.includes('=')) parsed.at(-1)?.options.push(word);
    else parsed.push({ name: word, options: [] });
  }
  return parsed.filter(({ options }) => options.length > 0);
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
  list.children = list.children.filter((op) => op !== target);
  const operation = checked(pcs, cib, typed);
  list.children.splice(at, 0, makeElement(cib, resource, operation));
}

/** The operation that an update is about: of the same role; one without a role also stands for any. */
function pickTarget(same: readonly Element[], typed: Operation): Element | undefined {
  const id = typed.get('id');
  if (id !== undefined) return same.find((op) => idOf(op) === id) ?? same[0];
  const role = roleToShow(typed.get('role') ?? '');
  return same.find((op) => roleToShow(op.attributes.role ?? '') === role);
}

function checkRivals(list: Element, target: Element, typed: Operation, resource: Element): void {
  const interval = typed.get('interval') ?? (typed.get('name') === 'monitor' ? '60s' : '0s');
  const rivals = list.children.filter(
    (op) =>
      op !== target &&
      op.attributes.name === typed.get('name') &&
      parseTimeout(op.attributes.interval ?? '0') === parseTimeout(interval),
  );
  if (rivals.length === 0) return;
  throw new CommandFailure(
    `operation ${typed.get('name')} with interval ${withUnit(interval)} already specified for ${idOf(resource)}:\n${rivals.map(operationText).join('\n')}`,
  );
}
