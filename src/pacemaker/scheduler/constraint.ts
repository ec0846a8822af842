import type { Action } from './action';
import type { Discovery, Node } from './node';
import type { Resource } from './resource';
import type { Role } from './role';

/** A location constraint resolved to nodes. */
export interface LocationConstraint {
  id: string;
  resource: Resource;
  /** Applies only while the resource is to have this role (Promoted); Unknown: always. */
  role: Role;
  discovery: Discovery;
  nodes: { node: Node; score: number }[];
  /** Not configured: stands for the nodes' health. */
  isHealth?: boolean;
}

/** `dependent` with `primary`. */
export interface Colocation {
  id: string;
  dependent: Resource;
  primary: Resource;
  dependentRole: Role;
  primaryRole: Role;
  /** Compared instead of the node's name. */
  nodeAttribute: string | null;
  score: number;
  /** Whether the dependent's preferences bear on the primary. */
  influence: boolean;
}

export interface TicketConstraint {
  id: string;
  resource: Resource;
  ticket: Ticket;
  lossPolicy: 'stop' | 'demote' | 'freeze' | 'fence';
  role: Role;
}

export interface Ticket {
  id: string;
  granted: boolean;
  /** Unix seconds, -1 = never. */
  lastGranted: number;
  standby: boolean;
  attributes: Map<string, string>;
}

/** An ordering between two actions, or between all actions of a task of two resources. */
export interface Ordering {
  id: number;
  kind: number;
  firstResource: Resource | null;
  firstTask: string | null;
  firstAction: Action | null;
  thenResource: Resource | null;
  thenTask: string | null;
  thenAction: Action | null;
}
