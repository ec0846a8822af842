import type { Element } from '../../world/xml';
import { escapeAttribute } from '../cib/format';
import { FEATURE_SET } from '../cib/version';
import { md5 } from '../md5';
import { readableDuration } from '../time';
import { HOST_NAME, hostOfContainer } from './connection-address';
import type { Node } from './node';
import { operationConfig } from './operation';
import type { Resource } from './resource';
import { parametersOf } from './resource-meta';
import { compareVersionText } from './version-text';
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
  const host = parameters.get('addr') === HOST_NAME ? hostOfContainer(resource) : undefined;
  if (host !== undefined) parameters.set('addr', host);
  const timeout = config.meta.get('timeout');
  if (intervalMs > 0 && timeout !== undefined) parameters.set('CRM_meta_timeout', timeout);
  return parameters;
}

/** `unknown`: the entry has no digest. */
export type DigestVerdict = 'match' | 'changed' | 'restart' | 'unknown';

/** Probes, promotions and arrivals are judged by the parameters of a start. */
export function digestTask(task: string, intervalMs: number): string {
  return intervalMs === 0 && ['monitor', 'promote', 'migrate_from'].includes(task) ? 'start' : task;
}

/** Compares a history entry's digests with the present configuration; `secure`: secret parameters don't matter. */
export function compareDigests(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  entry: Element,
  secure = true,
): DigestVerdict {
  const { operation = '', 'op-digest': all, 'op-restart-digest': restart, 'op-force-restart': list } = entry.attributes;
  const intervalMs = Number.parseInt(entry.attributes.interval ?? '0', 10) || 0;
  const task = digestTask(operation, intervalMs);
  const parameters = digestParameters(ws, resource, node, task, intervalMs);
  let verdict: DigestVerdict = 'match';
  if (restart !== undefined && parameterDigest(restartParameters(parameters, list)) !== restart) verdict = 'restart';
  else if (all === undefined) verdict = 'unknown';
  else if (parameterDigest(parameters) !== all) {
    // Parameters of the operation itself can't be reloaded.
    const own = intervalMs === 0 && operationConfig(ws, resource, task, 0, node).parameters.size > 0;
    verdict = own ? 'restart' : 'changed';
  }
  if (verdict === 'match' || !secure || !secureMatches(resource, entry, parameters)) return verdict;
  const what = intervalMs > 0 ? `${readableDuration(intervalMs)}-interval ${operation}` : operation;
  const magic = entry.attributes['transition-magic'] ?? '';
  ws.notices.push(`Only 'private' parameters to ${what} for ${resource.id} on ${node.name} changed: ${magic}`);
  return 'match';
}

/** Those that can't be reloaded: the list names them; without one, all. */
function restartParameters(parameters: ReadonlyMap<string, string>, list: string | undefined): Map<string, string> {
  if (list === undefined) return new Map(parameters);
  const names = new Set(list.trim().split(/\s+/));
  return new Map([...parameters].filter(([name]) => names.has(name)));
}

/** Saved CIBs have their passwords blanked: where all but the secret parameters are as they were, nothing has changed. */
function secureMatches(resource: Resource, entry: Element, parameters: ReadonlyMap<string, string>): boolean {
  const { 'op-secure-digest': secure, 'op-secure-params': secret } = entry.attributes;
  if (secure === undefined) return false;
  const names = new Set((secret ?? '').trim().split(/\s+/));
  // Releases before this feature set hashed what the agent's metadata declares, and no timeout.
  const old = compareVersionText(entry.attributes.crm_feature_set ?? FEATURE_SET, '3.16.0') < 0;
  const open = new Map(
    [...parameters].filter(
      ([name]) =>
        !names.has(name) &&
        !(old && (name === 'CRM_meta_timeout' || (resource.isFenceDevice && isFenceParameter(name)))),
    ),
  );
  return parameterDigest(open) === secure;
}

/** Options of every fence device, which Pacemaker itself handles. */
export function isFenceParameter(name: string): boolean {
  if (name === 'provides' || name === 'stonith-timeout') return true;
  return /^pcmk_(host_argument|host_map|host_list|host_check|delay_max|delay_base|action_limit|[a-z]+_(action|timeout|retries))$/.test(
    name,
  );
}
