import type { Resource } from '../scheduler/resource';

/** `ocf:heartbeat:IPaddr2`, `stonith:fence_xvm` */
export function agentName(resource: Resource): string {
  return resource.provider === null
    ? `${resource.class}:${resource.type}`
    : `${resource.class}:${resource.provider}:${resource.type}`;
}
