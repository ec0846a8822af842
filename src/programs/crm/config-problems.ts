import { descendant, walk } from '../../pacemaker/cib/xml';
import { isTrue } from '../../pacemaker/scheduler/interval';
import { primitivesOf, type Resource } from '../../pacemaker/scheduler/resource';
import { parseRole, Role } from '../../pacemaker/scheduler/role';
import type { WorkingSet } from '../../pacemaker/scheduler/working-set';
import type { Element } from '../../world/xml';
import type { ConfigMessage } from './messages';

const error = (source: string, text: string): ConfigMessage => ({ level: 'error', source, text });

/** Errors that make a configuration invalid although the schema allows them. */
export function configErrors(ws: WorkingSet): ConfigMessage[] {
  const found: ConfigMessage[] = [];
  for (const top of ws.resources) for (const primitive of primitivesOf(top)) found.push(...primitiveErrors(primitive));
  for (const constraint of descendant(ws.cib, 'configuration', 'constraints')?.children ?? [])
    found.push(...constraintErrors(ws, constraint));
  return found;
}

function primitiveErrors(primitive: Resource): ConfigMessage[] {
  return [...targetRoleErrors(primitive), ...duplicates(primitive), ...stopErrors(primitive)];
}

/** A target role that isn't one, or that only an instance of a promotable clone can have; it is looked at twice. */
function targetRoleErrors(primitive: Resource): ConfigMessage[] {
  const value = primitive.meta.get('target-role');
  if (value === undefined || primitive.instance !== null) return [];
  const role = parseRole(value);
  const lower = value.toLowerCase();
  if (role === Role.Unknown && lower !== 'unknown' && lower !== 'default')
    return [
      error('text2role', `Unknown role: ${value}`),
      error('get_target_role', `Ignoring 'target-role' for ${primitive.id} because '${value}' is not valid`),
    ];
  if (role < Role.Unpromoted || role === Role.Started || primitive.top.promotable) return [];
  const text = `Ignoring 'target-role' for ${primitive.id} because '${value}' only makes sense for promotable clones`;
  return [error('get_target_role', text), error('get_target_role', text)];
}

function operationsOf(primitive: Resource): Element[] {
  return (
    primitive.xml.children.find((child) => child.name === 'operations')?.children.filter(({ name }) => name === 'op') ??
    []
  );
}

/** Two operations of one name and interval: told each time that the recurring ones are gone through. */
function duplicates(primitive: Resource): ConfigMessage[] {
  const operations = operationsOf(primitive);
  const found: ConfigMessage[] = [];
  operations.forEach((operation, index) => {
    const { name, interval = '0', id } = operation.attributes;
    const first = operations.slice(0, index).find((other) => {
      return other.attributes.name === name && (other.attributes.interval ?? '0') === interval;
    });
    if (!first || Number.parseInt(interval, 10) === 0) return;
    const text = `Operation ${id} is duplicate of ${first.attributes.id} (do not use same name and interval combination more than once per resource)`;
    const times = primitive.instance === null ? 2 : 4;
    for (let time = 0; time < times; time++) found.push(error('is_op_dup', text));
  });
  return found;
}

/** What is to be done when a stop fails can't be another stop. */
function stopErrors(primitive: Resource): ConfigMessage[] {
  const stop = operationsOf(primitive).find(({ attributes }) => attributes.name === 'stop');
  const policy = stop?.attributes['on-fail'];
  if (!stop || (policy !== 'stop' && policy !== 'demote') || isTrue(stop.attributes.disabled)) return [];
  if (!primitive.actions.some((action) => action.task === 'stop')) return [];
  const text = `Resetting 'on-fail' for ${primitive.id} stop action to default value because '${policy}' is not allowed for stop`;
  return [error('unpack_operation_on_fail', text)];
}

function constraintErrors(ws: WorkingSet, constraint: Element): ConfigMessage[] {
  if (constraint.name !== 'rsc_colocation') return [];
  const { id, influence } = constraint.attributes;
  const found: ConfigMessage[] = [];
  for (const name of ['rsc', 'with-rsc'] as const) {
    const reference = constraint.attributes[name];
    if (reference === undefined || isKnown(ws, reference)) continue;
    const text = `Ignoring constraint '${id}' because '${reference}' is not a valid resource or tag`;
    found.push(error('unpack_colocation_tags', text));
    return found;
  }
  if (influence !== undefined && !['true', 'false'].includes(influence.toLowerCase()))
    found.push(error('unpack_influence', `Constraint '${id}' has invalid value for influence (using default)`));
  return found;
}

function isKnown(ws: WorkingSet, id: string): boolean {
  // What stands in a clone goes by the clone's name.
  return ws.tags.has(id) || ws.templates.has(id) || ws.resourceById.has(id);
}

const RECOVERY: Readonly<Record<string, string>> = {
  block: 'waiting for an administrator',
  stop_only: 'shutting it down',
  stop_unexpected: 'stopping unexpected instances',
};

/** What the log tells of the state, which doesn't make the configuration wrong. */
export function stateErrors(ws: WorkingSet): ConfigMessage[] {
  const found: ConfigMessage[] = [];
  for (const top of ws.resources)
    for (const primitive of primitivesOf(top)) {
      const { length } = primitive.running;
      if (length < 2) continue;
      const policy = RECOVERY[primitive.meta.get('multiple-active') ?? ''] ?? 'attempting recovery';
      const text = `${primitive.class} resource ${primitive.id} might be active on ${length} nodes (${policy})`;
      found.push(error('pcmk__primitive_create_actions', text));
    }
  return found;
}

/** Whether the scheduler would warn: of nodes to be fenced, of what is active without being configured, of what is deprecated. */
export function hasWarnings(ws: WorkingSet): boolean {
  if (ws.nodes.some((node) => node.unclean && !node.isGuest)) return true;
  for (const top of ws.resources)
    for (const primitive of primitivesOf(top)) if (primitive.orphan && primitive.running.length > 0) return true;
  return [...ws.resourceById.values()].some(hasDoubtfulMeta) || isDeprecated(ws.cib);
}

/** Members that are told not to depend on one another, instances that are told to differ and can't. */
function hasDoubtfulMeta({ variant, meta, unique }: Resource): boolean {
  const isFalse = (name: string) => meta.has(name) && !isTrue(meta.get(name));
  if (variant === 'group') return isFalse('ordered') || isFalse('collocated');
  return variant === 'clone' && isTrue(meta.get('globally-unique')) && !unique;
}

function isDeprecated(cib: Element): boolean {
  const configuration = descendant(cib, 'configuration');
  if (!configuration) return false;
  for (const element of walk(configuration)) {
    const { name, value } = element.attributes;
    if (element.name === 'rsc_order' && element.attributes['require-all'] !== undefined) return true;
    if (element.name !== 'nvpair') continue;
    if (name === 'restart-type' || (name === 'stonith-action' && value === 'poweroff')) return true;
  }
  return false;
}
