import { descendant } from '../cib/xml';
import { isTrue, parseBoolean, parseInterval } from './interval';
import type { Node } from './node';
import { unpackSets } from './nvpair';
import type { MultipleActive, Resource } from './resource';
import { parseRole, Role } from './role';
import { INFINITY, parseScore } from './score';
import type { WorkingSet } from './working-set';

/**
 * A resource's meta attributes: what its own element and `meta_attributes` say, then its parent's, then rsc_defaults.
 */
export function unpackMeta(ws: WorkingSet, resource: Resource): void {
  const { meta, xml, parent } = resource;
  for (const [name, value] of Object.entries(xml.attributes)) meta.set(name, value);
  const context = {
    now: ws.now,
    resource: { class: resource.class, provider: resource.provider, type: resource.type },
    onChange: (time: number) => ws.recheckAt(time),
  };
  unpackSets(ws, xml, 'meta_attributes', context, meta);
  if (parent) {
    for (const [name, value] of parent.meta) if (!meta.has(name)) meta.set(name, value);
  }
  unpackSets(ws, descendant(ws.cib, 'configuration', 'rsc_defaults'), 'meta_attributes', context, meta);
}

/** Instance attributes as they are on a node (rules may look at its attributes); null: without one. */
export function parametersOf(ws: WorkingSet, resource: Resource, node: Node | null): Map<string, string> {
  const found = resource.parametersByNode.get(node);
  if (found) return found;
  const parameters = new Map<string, string>();
  resource.parametersByNode.set(node, parameters);
  const context = {
    now: ws.now,
    attributes: node?.attributes,
    meta: resource.meta,
    resource: { class: resource.class, provider: resource.provider, type: resource.type },
    onChange: (time: number) => ws.recheckAt(time),
  };
  unpackSets(ws, resource.xml, 'instance_attributes', context, parameters);
  const { parent } = resource;
  if (parent && parent.variant !== 'bundle') {
    for (const [name, value] of parametersOf(ws, parent, node)) if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** Reads the meta attributes into the fields that the scheduler works with. */
export function applyMeta(ws: WorkingSet, resource: Resource): void {
  const { meta } = resource;
  resource.priority = parseScore(meta.get('priority'));
  resource.configuredPriority = resource.priority;
  resource.critical = parseBoolean(meta.get('critical')) ?? true;
  resource.notify = isTrue(meta.get('notify'));
  // The connection to a remote machine (not to a guest) may migrate unless told otherwise.
  resource.allowMigrate = meta.has('allow-migrate')
    ? isTrue(meta.get('allow-migrate'))
    : resource.isRemoteNode && !meta.has('container');
  resource.managed = parseBoolean(meta.get('is-managed')) ?? true;
  if (isTrue(meta.get('maintenance'))) {
    resource.managed = false;
    resource.maintenance = true;
  }
  if (ws.options.maintenanceMode) {
    resource.managed = false;
    resource.maintenance = true;
  }
  const multiple = meta.get('multiple-active');
  const known: readonly MultipleActive[] = ['stop_only', 'block', 'stop_unexpected'];
  resource.multipleActive = known.find((value) => value === multiple) ?? 'stop_start';
  const stickiness = meta.get('resource-stickiness');
  resource.stickiness = stickiness === undefined || stickiness === 'default' ? 0 : parseScore(stickiness);
  const threshold = meta.get('migration-threshold');
  if (threshold !== undefined && threshold !== 'default') {
    const score = parseScore(threshold);
    resource.migrationThreshold = score < 0 ? INFINITY : score;
  }
  resource.restartType = meta.get('restart-type') === 'restart' ? 'restart' : 'ignore';
  resource.unique = isTrue(meta.get('globally-unique')) || resource.top.variant !== 'clone';
  resource.failureTimeout = Math.floor(parseInterval(meta.get('failure-timeout')) / 1000);
  readRequires(ws, resource);
  resource.nextRole = targetRole(ws, resource);
}

/** `requires` defaults to quorum for fence devices, to fencing where that is enabled, else to quorum unless it is ignored. */
function readRequires(ws: WorkingSet, resource: Resource): void {
  const { stonithEnabled, quorumPolicy } = ws.options;
  let value = resource.meta.get('requires');
  const isDefault = value === undefined;
  if (resource.isFenceDevice && (value === 'unfencing' || value === undefined)) value = 'quorum';
  // A connection to a remote node can be made before anything is fenced.
  if (value === undefined && resource.isRemoteNode) value = 'quorum';
  if (value === undefined) {
    if (ws.unfencingRequired && !resource.isRemoteNode && resource.variant === 'primitive') value = 'unfencing';
    else if (stonithEnabled) value = 'fencing';
    else value = quorumPolicy === 'ignore' ? 'nothing' : 'quorum';
  }
  if (value === 'fencing' && !stonithEnabled && !isDefault) value = 'quorum';
  if (value === 'unfencing' && !stonithEnabled) value = 'quorum';
  if (value === 'nothing' || value === 'quorum' || value === 'fencing' || value === 'unfencing') {
    resource.requires = value;
  } else {
    resource.requires = stonithEnabled ? 'fencing' : quorumPolicy === 'ignore' ? 'nothing' : 'quorum';
  }
}

/**
 * The target-role option as a limit on the role to reach; Unknown when there is none. `Started` of a promotable clone
 * says nothing, `Unpromoted` forbids promotion; promotable roles on other resources mean Started.
 */
export function targetRole(_ws: WorkingSet, resource: Resource): Role {
  const text = resource.meta.get('target-role');
  if (text === undefined || text.toLowerCase() === 'started' || text.toLowerCase() === 'default') return Role.Unknown;
  const role = parseRole(text);
  if (role === Role.Unknown) return Role.Unknown;
  if (role > Role.Started) {
    if (isPromotable(resource)) return role > Role.Unpromoted ? Role.Unknown : role;
    return Role.Unknown;
  }
  return role;
}

function isPromotable(resource: Resource): boolean {
  return resource.top.promotable;
}
