import type { Resource } from './resource';

/** What stands for the name of the host in the configuration of a bundle's connections. */
export const HOST_NAME = '#uname';

/** The address of a connection into a container that has none of its own: where the container will be, or is. */
export function hostOfContainer(connection: Resource): string | undefined {
  const { container } = connection;
  return (container?.assignedTo ?? container?.running[0])?.name;
}
