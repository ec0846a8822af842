import type { Element } from '../../../world/xml';
import type { Agent, AgentAction } from '../agents';
import { freeId, type IdMaker, idComplaint } from '../cib/ids';
import { newElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { LibraryFailure } from '../failure';
import { parseTimeout } from '../options';
import { compareText, error, type Report, warning } from '../reports';
import { BadCall } from '../router';
import { badOptions, badValue } from '../validate';
import { capitalize, ROLES, roleForCib, roleToShow } from './find';

/** An operation as options by name; `name` is one of them. */
export type Operation = Map<string, string>;

const OPTIONS = [
  'OCF_CHECK_LEVEL',
  'description',
  'enabled',
  'id',
  'interval',
  'interval-origin',
  'name',
  'on-fail',
  'record-pending',
  'role',
  'start-delay',
  'timeout',
];
const ON_FAIL = ['block', 'demote', 'fence', 'ignore', 'restart', 'restart-container', 'standby', 'stop'];
const BOOLEAN = ['0', '1', 'false', 'true'];

/** Cuts the words after `op` into operations: a name, then its options. */
export function parseOperations(words: readonly string[]): { name: string; words: string[] }[] {
  const operations: { name: string; words: string[] }[] = [];
  for (const word of words) {
    if (word.includes('=')) {
      const last = operations.at(-1);
      if (!last) throw new BadCall("When using 'op' you must specify an operation name after 'op'");
      last.words.push(word);
    } else operations.push({ name: word, words: [] });
  }
  if (operations.length === 0 || operations.some((operation) => operation.words.length === 0)) {
    throw new BadCall("When using 'op' you must specify an operation name and at least one option");
  }
  return operations;
}

/** Makes roles and on-fail look as the CIB wants them. */
export function normalize(operation: Operation): Operation {
  const copy = new Map(operation);
  const role = copy.get('role');
  if (role !== undefined) copy.set('role', capitalize(role));
  for (const name of ['on-fail', 'record-pending', 'enabled']) {
    const value = copy.get(name);
    if (value !== undefined) copy.set(name, value.toLowerCase());
  }
  return copy;
}

/** Checks operations of a user, with their words as typed. Times are taken as they are. */
export function checkOperations(
  operations: readonly Operation[],
  actions: readonly AgentAction[],
  force: boolean,
): Report[] {
  const names = [...new Set(actions.map((action) => action.name ?? ''))].sort(compareText);
  return [...checkNames(operations, names, force), ...operations.flatMap(checkOperation)];
}

/** Names that the agent has no action for; of an agent that isn't there none is known. */
function checkNames(operations: readonly Operation[], names: readonly string[], force: boolean): Report[] {
  const unknown = new Set(
    operations.map((operation) => operation.get('name') ?? '').filter((name) => !names.includes(name)),
  );
  return [...unknown].sort(compareText).map((name) => badValue('operation name', name, names, force));
}

function checkOperation(operation: Operation): Report[] {
  const reports: Report[] = [];
  const unknown = [...operation.keys()].filter((name) => !OPTIONS.includes(name));
  if (unknown.length > 0) reports.push(badOptions(unknown, OPTIONS, 'resource operation'));
  const check = (name: string, allowed: string | readonly string[], fits: (value: string) => boolean) => {
    const value = operation.get(name);
    if (value !== undefined && !fits(value)) reports.push(badValue(name, value, allowed));
  };
  const among = (list: readonly string[]) => (value: string) => list.includes(value);
  check('role', ROLES, (value) => ROLES.includes(capitalize(value)));
  const role = operation.get('role');
  const newer = role === undefined ? undefined : roleToShow(capitalize(role));
  if (role !== undefined && newer !== undefined && newer !== capitalize(role)) {
    const message = `Value '${role}' of option role is deprecated and should not be used, use '${newer}' value instead`;
    reports.push({ severity: 'deprecation', message });
  }
  check('on-fail', ON_FAIL, (value) => ON_FAIL.includes(value.toLowerCase()));
  check('record-pending', BOOLEAN, (value) => among(BOOLEAN)(value.toLowerCase()));
  check('enabled', BOOLEAN, (value) => among(BOOLEAN)(value.toLowerCase()));
  if (operation.has('interval-origin') && operation.has('start-delay')) {
    reports.push(error("Only one of resource operation options 'interval-origin' and 'start-delay' can be used"));
  }
  const id = operation.get('id');
  if (id !== undefined) {
    const complaint = idComplaint(id, 'operation id');
    if (complaint) reports.push(error(complaint));
  }
  return reports;
}

/** Interval of an operation that says none. */
function defaultInterval(name: string): string {
  return name === 'monitor' ? '60s' : '0s';
}

/** An interval in seconds: operations of one name must differ in it. */
export function seconds(interval: string): string {
  return String(parseTimeout(interval) ?? interval);
}

/** Two operations of a name with one interval can't be. */
export function checkIntervals(operations: readonly Operation[]): Report[] {
  const byName = new Map<string, Map<string, string[]>>();
  for (const operation of operations) {
    const name = operation.get('name') ?? '';
    const interval = operation.get('interval') ?? defaultInterval(name);
    const intervals = byName.get(name) ?? new Map<string, string[]>();
    intervals.set(seconds(interval), [...(intervals.get(seconds(interval)) ?? []), interval]);
    byName.set(name, intervals);
  }
  const lines: string[] = [];
  for (const name of [...byName.keys()].sort(compareText)) {
    for (const group of byName.get(name)?.values() ?? []) {
      if (group.length > 1) lines.push(`${name} with intervals ${group.join(', ')}`);
    }
  }
  if (lines.length === 0) return [];
  return [error(`multiple specification of the same operation with the same interval:\n${lines.join('\n')}`)];
}

/** Actions of the agent that become operations of each resource. */
export function defaultOperations(agent: Agent | undefined, standard: string, onlyMonitor: boolean): Operation[] {
  const operations = agentOperations(agent, standard, onlyMonitor);
  return operations.sort((first, second) => compareText(first.get('name') ?? '', second.get('name') ?? ''));
}

/** The same in the order of the agent's metadata. */
export function agentOperations(agent: Agent | undefined, standard: string, onlyMonitor: boolean): Operation[] {
  const skipped = ['meta-data', 'status', 'validate-all'];
  const stonith = standard === 'stonith';
  const actions = (agent?.actions ?? []).filter((action) => {
    const name = action.name ?? '';
    if (skipped.includes(name) || (stonith && name !== 'monitor')) return false;
    return !onlyMonitor || name === 'monitor';
  });
  const operations = actions.map((action) => fromAction(action));
  if (!operations.some((operation) => operation.get('name') === 'monitor')) {
    operations.push(
      new Map([
        ['name', 'monitor'],
        ['interval', '60s'],
      ]),
    );
  }
  return operations;
}

function fromAction(action: Readonly<Record<string, string>>): Operation {
  const operation: Operation = new Map();
  const name = action.name ?? '';
  operation.set('name', name);
  const { interval, timeout, role, depth } = action;
  operation.set('interval', interval ?? defaultInterval(name));
  if (timeout !== undefined) operation.set('timeout', timeout);
  if (role !== undefined) operation.set('role', capitalize(role));
  if (action['start-delay'] !== undefined) operation.set('start-delay', action['start-delay']);
  if (depth !== undefined && depth !== '0') operation.set('OCF_CHECK_LEVEL', depth);
  return operation;
}

/** Moves intervals of default operations apart where they are equal. */
export function uniqueIntervals(pcs: Pcs, operations: Operation[], quiet = false): Operation[] {
  const used = new Map<string, Set<number>>();
  for (const operation of operations) {
    const name = operation.get('name') ?? '';
    const interval = operation.get('interval') ?? '0s';
    const taken = used.get(name) ?? new Set<number>();
    used.set(name, taken);
    let value = parseTimeout(interval);
    if (value === undefined) continue;
    if (taken.has(value)) {
      while (taken.has(value)) value++;
      operation.set('interval', String(value));
      if (!quiet) {
        pcs.report(
          warning(`changing a ${name} operation interval from ${interval} to ${value} to make the operation unique`),
        );
      }
    }
    taken.add(value);
  }
  return operations;
}

/** The operations of a new resource: those asked for, and the agent's others. */
export function allOperations(
  pcs: Pcs,
  wanted: readonly Operation[],
  agent: Agent | undefined,
  standard: string,
  onlyMonitor: boolean,
): Operation[] {
  const names = new Set(wanted.map((operation) => operation.get('name')));
  const defaults = defaultOperations(agent, standard, onlyMonitor).filter(
    (operation) => !names.has(operation.get('name')),
  );
  const all = [...wanted, ...uniqueIntervals(pcs, defaults)];
  return all.sort((first, second) => compareText(first.get('name') ?? '', second.get('name') ?? ''));
}

/** An `op` element. The attributes are in the order in which pcs writes them. */
export function operationElement(cib: Element, resource: string, operation: Operation, ids: IdMaker): Element {
  const name = operation.get('name') ?? '';
  const interval = operation.get('interval') ?? defaultInterval(name);
  const wanted = operation.get('id');
  if (wanted !== undefined) ids.take(wanted);
  const id = wanted ?? ids.make(`${resource}-${name}-interval-${interval}`);
  const attributes: Record<string, string> = { name, interval };
  for (const [key, value] of operation) {
    if (['name', 'interval', 'id', 'OCF_CHECK_LEVEL'].includes(key) || value === '') continue;
    attributes[key] = key === 'role' ? roleForCib(cib, value) : value;
  }
  attributes.id = id;
  const element = newElement('op', attributes);
  const level = operation.get('OCF_CHECK_LEVEL');
  if (level !== undefined && level !== '') {
    const set = ids.make(`${id}-instance_attributes`);
    const pair = { id: ids.make(`${set}-OCF_CHECK_LEVEL`), name: 'OCF_CHECK_LEVEL', value: level };
    element.children.push(newElement('instance_attributes', { id: set }, [newElement('nvpair', pair)]));
  }
  return element;
}

/** Ids that a user gave to operations must be free. */
export function checkOperationIds(cib: Element, operations: readonly Operation[], taken: readonly string[]): void {
  const used = new Set(taken);
  for (const operation of operations) {
    const id = operation.get('id');
    if (id === undefined || idComplaint(id) !== null) continue;
    if (used.has(id) || freeId(cib, id) !== id) throw new LibraryFailure([error(`'${id}' already exists`)]);
    used.add(id);
  }
}
