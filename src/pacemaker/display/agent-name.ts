import type { Resource } from '../scheduler/resource';

/** `ocf:heartbeat:IPaddr2`, `stonith:fence_xvm` */
export function agentName(resource: Pick<Resource, 'class' | 'provider' | 'type'>): string {
  return resource.provider === null
    ? `${resource.class}:${resource.type}`
    : `${resource.class}:${resource.provider}:${resource.type}`;
}
