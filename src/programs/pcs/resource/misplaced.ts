import type { Element } from '../../../world/xml';
import type { Pcs } from '../context';
import { findResource, isStonith } from './find';

const OLD = 'is deprecated and will be removed in a future release.';

/**
 * Commands of resources still take fence devices, and those of fence devices take resources: pcs says so once, with
 * the command that should be used, where there is one.
 */
export function noteMisplaced(pcs: Pcs, cib: Element, ids: readonly string[], stonith: boolean, verb: string): void {
  const found = ids.flatMap((id) => findResource(cib, id) ?? []);
  if (found.every((resource) => isStonith(resource) === stonith)) return;
  const [what, section] = stonith ? ['resources', 'resource'] : ['stonith resources', 'stonith'];
  pcs.deprecated(`Ability of this command to accept ${what} ${OLD} Please use 'pcs ${section} ${verb}' instead.`);
}

/** The same for commands of resources that fence devices have no counterpart of. */
export function noteDevices(pcs: Pcs, cib: Element, ids: readonly string[], what = 'stonith resources'): void {
  const devices = ids.some((id) => {
    const resource = findResource(cib, id);
    return resource !== undefined && isStonith(resource);
  });
  if (devices) pcs.deprecated(`Ability of this command to accept ${what} ${OLD}`);
}
