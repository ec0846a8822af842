import type { Element } from '../../world/xml';
import { diskDigest } from '../cib/digest';
import type { AgentDigestFacts } from './agent';

function parametersElement(parameters: Readonly<Record<string, string>>, keep: (name: string) => boolean): Element {
  const names = Object.keys(parameters).filter(keep).sort();
  return {
    name: 'parameters',
    attributes: Object.fromEntries(names.map((name) => [name, parameters[name] as string])),
    children: [],
  };
}

/** Parameters that count: not those of the cluster manager itself, but the timeout of a recurring operation. */
function counts(name: string, intervalMs: number): boolean {
  if (name === 'crm_feature_set' || name.startsWith('CRM_meta_')) return intervalMs > 0 && name === 'CRM_meta_timeout';
  return true;
}

/** Digest attributes of an operation's history entry, by which the scheduler notices changed parameters. */
export function operationDigests(
  operation: string,
  intervalMs: number,
  parameters: Readonly<Record<string, string>>,
  facts: AgentDigestFacts,
): Record<string, string> {
  const all = diskDigest(parametersElement(parameters, (name) => counts(name, intervalMs)));
  const digests: Record<string, string> = { 'op-digest': all };
  const isOneShot = intervalMs === 0;
  if (facts.restart !== null && isOneShot && ['start', 'monitor'].includes(operation)) {
    const restart = facts.restart;
    digests['op-force-restart'] = restart.length > 0 ? `  ${restart.join('  ')}  ` : '';
    digests['op-restart-digest'] = diskDigest(parametersElement(parameters, (name) => restart.includes(name)));
  }
  if (facts.secret.length > 0 && operation !== 'stop') {
    const secret = facts.secret;
    digests['op-secure-params'] = `  ${secret.join('  ')}  `;
    digests['op-secure-digest'] = diskDigest(
      parametersElement(parameters, (name) => counts(name, intervalMs) && !secret.includes(name)),
    );
  }
  return digests;
}
