/** Kinds of containers that a bundle may be made of. */
export const CONTAINERS: readonly string[] = ['docker', 'podman', 'rkt'];

/** The order in which pcs shows the attributes of a container. */
export const CONTAINER_ORDER: readonly string[] = [
  'image',
  'replicas',
  'replicas-per-host',
  'promoted-max',
  'masters',
  'run-command',
  'network',
  'options',
];
export const NETWORK_ORDER: readonly string[] = [
  'ip-range-start',
  'control-port',
  'host-interface',
  'host-netmask',
  'add-host',
];
export const PORT_ORDER: readonly string[] = ['port', 'internal-port', 'range'];
export const STORAGE_ORDER: readonly string[] = ['source-dir', 'source-dir-root', 'target-dir', 'options'];
