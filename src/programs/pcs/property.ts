import { findSection } from '../../pacemaker/cib/sections';
import type { Element } from '../../world/xml';
import { IdMaker } from './cib/ids';
import { newElement, pairsOf, setPair, valueIn } from './cib/nvset';
import type { Pcs } from './context';
import { CommandFailure } from './failure';
import { compareText, error, overridable, plural, quoteList, type Report } from './reports';
import { BadCall, command, type Router } from './router';
import { parseOptions } from './text';
import {
  ALLOWED,
  badOptions,
  badValue,
  isIntegerOrInfinity,
  isPacemakerBoolean,
  isPercentage,
  isTime,
} from './validate';

/** A cluster property as pacemaker's daemons declare it. */
interface Property {
  readonly name: string;
  readonly type: 'integer' | 'time' | 'boolean' | 'string' | 'percentage' | 'select';
  readonly default: string;
  readonly values?: readonly string[];
}

/** Set by the cluster itself: shown, never set. */
const READ_ONLY: readonly string[] = ['cluster-infrastructure', 'cluster-name', 'dc-version', 'have-watchdog'];

/** The set that pcs works on. */
const BOOTSTRAP = 'cib-bootstrap-options';

/** Options of pacemaker-based, -controld and -schedulerd 2.1.5, by name. */
export const properties: readonly Property[] = [
  { name: 'batch-limit', type: 'integer', default: '0' },
  { name: 'cluster-delay', type: 'time', default: '60s' },
  { name: 'cluster-infrastructure', type: 'string', default: 'corosync' },
  { name: 'cluster-ipc-limit', type: 'integer', default: '500' },
  { name: 'cluster-name', type: 'string', default: '' },
  { name: 'cluster-recheck-interval', type: 'time', default: '15min' },
  { name: 'concurrent-fencing', type: 'boolean', default: 'false' },
  { name: 'dc-deadtime', type: 'time', default: '20s' },
  { name: 'dc-version', type: 'string', default: 'none' },
  { name: 'election-timeout', type: 'time', default: '2min' },
  { name: 'enable-acl', type: 'boolean', default: 'false' },
  { name: 'enable-startup-probes', type: 'boolean', default: 'true' },
  { name: 'fence-reaction', type: 'string', default: 'stop' },
  { name: 'have-watchdog', type: 'boolean', default: 'false' },
  { name: 'join-finalization-timeout', type: 'time', default: '30min' },
  { name: 'join-integration-timeout', type: 'time', default: '3min' },
  { name: 'load-threshold', type: 'percentage', default: '80%' },
  { name: 'maintenance-mode', type: 'boolean', default: 'false' },
  { name: 'migration-limit', type: 'integer', default: '-1' },
  {
    name: 'no-quorum-policy',
    type: 'select',
    default: 'stop',
    values: ['stop', 'freeze', 'ignore', 'demote', 'suicide'],
  },
  { name: 'node-action-limit', type: 'integer', default: '0' },
  { name: 'node-health-base', type: 'integer', default: '0' },
  { name: 'node-health-green', type: 'integer', default: '0' },
  { name: 'node-health-red', type: 'integer', default: '-INFINITY' },
  {
    name: 'node-health-strategy',
    type: 'select',
    default: 'none',
    values: ['none', 'migrate-on-red', 'only-green', 'progressive', 'custom'],
  },
  { name: 'node-health-yellow', type: 'integer', default: '0' },
  { name: 'pe-error-series-max', type: 'integer', default: '-1' },
  { name: 'pe-input-series-max', type: 'integer', default: '4000' },
  { name: 'pe-warn-series-max', type: 'integer', default: '5000' },
  {
    name: 'placement-strategy',
    type: 'select',
    default: 'default',
    values: ['default', 'utilization', 'minimal', 'balanced'],
  },
  { name: 'priority-fencing-delay', type: 'time', default: '0' },
  { name: 'remove-after-stop', type: 'boolean', default: 'false' },
  { name: 'shutdown-escalation', type: 'time', default: '20min' },
  { name: 'shutdown-lock', type: 'boolean', default: 'false' },
  { name: 'shutdown-lock-limit', type: 'time', default: '0' },
  { name: 'start-failure-is-fatal', type: 'boolean', default: 'true' },
  { name: 'startup-fencing', type: 'boolean', default: 'true' },
  { name: 'stonith-action', type: 'select', default: 'reboot', values: ['reboot', 'off', 'poweroff'] },
  { name: 'stonith-enabled', type: 'boolean', default: 'true' },
  { name: 'stonith-max-attempts', type: 'integer', default: '10' },
  { name: 'stonith-timeout', type: 'time', default: '60s' },
  { name: 'stonith-watchdog-timeout', type: 'time', default: '0' },
  { name: 'stop-all-resources', type: 'boolean', default: 'false' },
  { name: 'stop-orphan-actions', type: 'boolean', default: 'true' },
  { name: 'stop-orphan-resources', type: 'boolean', default: 'true' },
  { name: 'symmetric-cluster', type: 'boolean', default: 'true' },
  { name: 'transition-delay', type: 'time', default: '0s' },
];

const byName = new Map(properties.map((property) => [property.name, property]));
const settable = properties.map((property) => property.name).filter((name) => !READ_ONLY.includes(name));

/** The value of a cluster property; undefined when it isn't set. */
export function clusterProperty(cib: Element, name: string): string | undefined {
  for (const set of findSection(cib, 'crm_config')?.children ?? []) {
    const value = valueIn(set, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Values that are set, by name. */
function configured(crmConfig: Element | undefined): Map<string, string> {
  const values = new Map<string, string>();
  for (const set of crmConfig?.children ?? []) {
    if (set.name !== 'cluster_property_set') continue;
    for (const [name, value] of pairsOf(set)) values.set(name, value);
  }
  return values;
}

function printProperties(pcs: Pcs, values: ReadonlyMap<string, string>): void {
  pcs.print('Cluster Properties:');
  for (const name of [...values.keys()].sort(compareText)) pcs.print(` ${name}: ${values.get(name)}`);
}

/** Lines of the section of `pcs config`. */
export function propertyLines(cib: Element): string[] {
  const values = configured(findSection(cib, 'crm_config'));
  return [...values.keys()].sort(compareText).map((name) => `${name}: ${values.get(name)}`);
}

/** Attributes of nodes follow the properties in `pcs property`: they live in the nodes section. */
async function config(pcs: Pcs, args: string[]): Promise<void> {
  const { options } = pcs;
  if (args.length > 1) throw new BadCall();
  if (options.has('--all') && options.has('--defaults')) {
    throw new CommandFailure('you cannot specify both --all and --defaults');
  }
  if (args.length > 0 && (options.has('--all') || options.has('--defaults'))) {
    throw new CommandFailure('you cannot specify a property when using --all or --defaults');
  }
  const defaults = new Map(
    properties
      .filter((property) => !['cluster-infrastructure', 'dc-version'].includes(property.name))
      .map((property) => [property.name, property.default]),
  );
  if (options.has('--defaults')) {
    printProperties(pcs, defaults);
    return;
  }
  const values = configured(findSection(await crmConfig(pcs), 'crm_config'));
  if (options.has('--all')) {
    printProperties(pcs, new Map([...defaults, ...values]));
    return;
  }
  const [wanted] = args;
  if (wanted === undefined) {
    printProperties(pcs, values);
    return;
  }
  const value = values.get(wanted) ?? defaults.get(wanted);
  printProperties(pcs, value === undefined ? new Map() : new Map([[wanted, value]]));
}

/** The CIB for commands that ask for the `crm_config` section by cibadmin. */
async function crmConfig(pcs: Pcs): Promise<Element> {
  try {
    return await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure) || failure.message !== 'unable to get cib') throw failure;
    const reason =
      pcs.store.file === null
        ? 'Transport endpoint is not connected'
        : 'Update does not conform to the configured schema';
    throw new CommandFailure(
      `unable to get crm_config\nCould not connect to the CIB: ${reason}\nInit failed, could not perform requested operations\n`,
    );
  }
}

/** Why a value doesn't fit a property; null when it does. */
function valueProblem(property: Property, value: string, force: boolean): Report | null {
  const bad = (allowed: string | readonly string[]) => badValue(property.name, value, allowed, force);
  switch (property.type) {
    case 'integer':
      return isIntegerOrInfinity(value) ? null : bad(ALLOWED.score);
    case 'time':
      return isTime(value) ? null : bad(ALLOWED.time);
    case 'boolean':
      return isPacemakerBoolean(value) ? null : bad(ALLOWED.boolean);
    case 'percentage':
      return isPercentage(value) ? null : bad(ALLOWED.percentage);
    case 'select':
      return (property.values ?? []).includes(value) ? null : bad(property.values ?? []);
    case 'string':
      return null;
  }
}

/** stonith-watchdog-timeout only makes sense with SBD, and no force helps there. */
function watchdogProblem(pcs: Pcs, value: string): Report | null {
  if (!isTime(value)) return badValue('stonith-watchdog-timeout', value, ALLOWED.time);
  if (pcs.process.machine.units['sbd.service']?.active === 'active' || /^0+/.test(value)) return null;
  return error('stonith-watchdog-timeout can only be unset or set to 0 while SBD is disabled');
}

/** Checks a change. An empty value asks for removal. */
function validate(pcs: Pcs, present: ReadonlySet<string>, changes: ReadonlyMap<string, string>): void {
  const { force } = pcs.options;
  const removed = [...changes].filter(([, value]) => value === '').map(([name]) => name);
  const set = [...changes].filter(([, value]) => value !== '');
  const absent = removed.filter((name) => !present.has(name) && !READ_ONLY.includes(name));
  if (absent.length > 0) pcs.report(absentProblem(absent, force));
  const protectedNames = removed.filter((name) => READ_ONLY.includes(name));
  if (protectedNames.length > 0) pcs.report(badOptions(protectedNames, settable, 'cluster property'));
  reportUnknown(
    pcs,
    set.map(([name]) => name),
    force,
  );
  for (const [name, value] of set) {
    const property = byName.get(name);
    if (!property || READ_ONLY.includes(name)) continue;
    const problem =
      name === 'stonith-watchdog-timeout' ? watchdogProblem(pcs, value) : valueProblem(property, value, force);
    if (problem) pcs.report(problem);
  }
}

function reportUnknown(pcs: Pcs, names: readonly string[], force: boolean): void {
  const unknown = names.filter((name) => !byName.has(name));
  const readOnly = names.filter((name) => READ_ONLY.includes(name));
  if (unknown.length > 0) pcs.report(badOptions(unknown, settable, 'cluster property', force));
  if (readOnly.length > 0) pcs.report(badOptions(readOnly, settable, 'cluster property'));
}

function absentProblem(names: readonly string[], force: boolean): Report {
  const what = `${plural(names, 'property', 'properties')} ${quoteList(names)}`;
  const they = plural(names, 'it is', 'they are');
  return overridable(`Cannot remove ${what}, ${they} not present in property set '${BOOTSTRAP}'`, force);
}

/** How much of a property's name goes into its pair's id. */
const NAME_IN_ID = 20;

/** Sets and removes properties in the set that pcs works on, in the order given. */
async function change(pcs: Pcs, changes: ReadonlyMap<string, string>): Promise<void> {
  const cib = await pcs.cib();
  const ids = new IdMaker(cib);
  const section = findSection(cib, 'crm_config');
  if (!section) throw new CommandFailure('unable to get crm_config');
  const sets = section.children.filter((child) => child.name === 'cluster_property_set');
  let set = sets[0];
  const present = new Set(set ? pairsOf(set).map(([name]) => name) : []);
  validate(pcs, present, changes);
  pcs.stopOnErrors();
  if (!set) {
    set = newElement('cluster_property_set', { id: ids.make(BOOTSTRAP) });
    section.children.push(set);
  }
  for (const [name, value] of changes) setPair(set, name, value, ids, name.slice(0, NAME_IN_ID));
  await pcs.push(cib);
}

async function set(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  await change(pcs, parseOptions(args));
}

async function unset(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  await change(pcs, new Map(args.map((name) => [name, ''])));
}

async function oldList(pcs: Pcs, args: string[]): Promise<void> {
  pcs.deprecated("This command is deprecated and will be removed. Please use 'pcs property config' instead.");
  await config(pcs, args);
}

const LIST = '--all --defaults -f';

export const property: Router = {
  otherwise: 'config',
  commands: {
    config: command(LIST, config),
    list: command(LIST, oldList),
    show: command(LIST, oldList),
    set: command('--force -f', set),
    unset: command('--force -f', unset),
  },
};
