import type { Resource } from './resource';
import { parametersOf } from './resource-meta';
import type { WorkingSet } from './working-set';

/** What stands for the name of the host in the configuration of a bundle's connections. */
export const HOST_NAME = '#uname';

/** The address of a connection into a container that has none of its own: where the container will be, or is. */
export function hostOfContainer(connection: Resource): string | undefined {
  const { container } = connection;
  return (container?.assignedTo ?? container?.running[0])?.name;
}

/** Its address is known only when its container has been given a host: what its parameters decide has to wait for that. */
export function waitsForHost(ws: WorkingSet, resource: Resource): boolean {
  return resource.isRemoteNode && !!resource.container && parametersOf(ws, resource, null).get('addr') === HOST_NAME;
}
