import type { Element } from '../../world/xml';
import { escapeAttribute } from '../cib/format';
import { md5 } from '../md5';
import type { Node } from './node';
import { operationConfig } from './operation';
import type { Resource } from './resource';
import { parametersOf } from './resource-meta';
import type { WorkingSet } from './working-set';

/** The digest of parameters: MD5 of their XML element, attributes sorted. */
export function parameterDigest(parameters: ReadonlyMap<string, string>): string {
  let attributes = '';
  for (const name of [...parameters.keys()].sort())
    attributes += ` ${name}="${escapeAttribute(parameters.get(name) ?? '')}"`;
  return md5(` <parameters${attributes}/>\n`);
}

/** What an operation's digest is made of: the resource's parameters, the operation's own; of recurring ones the timeout. */
export function digestParameters(
  ws: WorkingSet,
  resource: Resource,
  node: Node | null,
  task: string,
  intervalMs: number,
): Map<string, string> {
  const parameters = new Map(parametersOf(ws, resource, node));
  const config = operationConfig(ws, resource, task, intervalMs, node);
  for (const [name, value] of config.parameters) parameters.set(name, value);
  for (const name of parameters.keys())
    if (name.startsWith('CRM_meta_') || name === 'crm_feature_set' || name === 'id') parameters.delete(name);
  const timeout = config.meta.get('timeout');
  if (intervalMs > 0 && timeout !== undefined) parameters.set('CRM_meta_timeout', timeout);
  return parameters;
}

export type DigestVerdict = 'match' | 'changed' | 'restart';

/** Compares a history entry's digests with the present configuration. */
export function compareDigests(ws: WorkingSet, resource: Resource, node: Node, entry: Element): DigestVerdict {
  const { operation = '', 'op-digest': all, 'op-restart-digest': restart, 'op-force-restart': list } = entry.attributes;
  if (all === undefined) return 'match';
  const intervalMs = Number.parseInt(entry.attributes.interval ?? '0', 10) || 0;
  // A start's parameters are those of the resource whatever the operation that recorded them.
  const parameters = digestParameters(ws, resource, node, operation, intervalMs);
  if (restart !== undefined && list !== undefined) {
    const names = new Set(list.trim().split(/\s+/));
    const needed = new Map([...parameters].filter(([name]) => names.has(name)));
    if (parameterDigest(needed) !== restart) return 'restart';
  }
  if (parameterDigest(parameters) === all) return 'match';
  // Saved CIBs have their passwords blanked: what remains decides.
  const { 'op-secure-digest': secure, 'op-secure-params': secret } = entry.attributes;
  if (secure !== undefined && secret !== undefined) {
    const names = new Set(secret.trim().split(/\s+/));
    const open = new Map([...parameters].filter(([name]) => !names.has(name)));
    if (parameterDigest(open) === secure) return 'match';
  }
  return 'changed';
}
