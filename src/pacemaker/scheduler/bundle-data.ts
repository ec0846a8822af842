import type { Element } from '../../world/xml';
import type { Node } from './node';
import type { Resource } from './resource';

/** One replica of a bundle: its container and what belongs to it. */
export interface Replica {
  offset: number;
  ipAddress: string | null;
  container: Resource;
  /** The address resource, where the bundle has an ip-range-start. */
  ip: Resource | null;
  /** The connection to the container's pacemaker_remoted, where there is something to run inside. */
  remote: Resource | null;
  /** The instance of the bundled primitive. */
  child: Resource | null;
  /** The guest node. */
  node: Node | null;
}

/** Properties that only bundles have. */
export interface BundleData {
  agent: 'docker' | 'podman' | 'rkt';
  image: string;
  replicas: Replica[];
  replicaCount: number;
  replicasPerHost: number;
  promotedMax: number;
  /** The clone that holds the instances of the bundled primitive. */
  child: Resource | null;
  xml: Element;
  unique: boolean;
}
