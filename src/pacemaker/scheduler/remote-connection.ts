import type { Element } from '../../world/xml';

/** Whether a primitive is the connection to a remote node. */
export function isRemoteConnection(xml: Element): boolean {
  const { class: standard, provider, type } = xml.attributes;
  return standard === 'ocf' && provider === 'pacemaker' && type === 'remote';
}
