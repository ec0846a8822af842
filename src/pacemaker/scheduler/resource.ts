import type { Element } from '../../world/xml';
import type { Action } from './action';
import type { BundleData } from './bundle-data';
import type { Colocation, LocationConstraint, TicketConstraint } from './constraint';
import type { Candidates, Node } from './node';
import { Role } from './role';
import { INFINITY } from './score';

export type Variant = 'primitive' | 'group' | 'clone' | 'bundle';

/** Order in which kinds of resources are compared: the more complex first. */
export const VARIANT_RANK: Record<Variant, number> = { primitive: 1, group: 2, clone: 3, bundle: 4 };

export type MultipleActive = 'stop_start' | 'stop_only' | 'block' | 'stop_unexpected';

/** Properties that only clones have. */
export interface CloneData {
  max: number;
  nodeMax: number;
  promotedMax: number;
  promotedNodeMax: number;
  interleave: boolean;
  ordered: boolean;
  /** A group is cloned. */
  ofGroup: boolean;
  /** The element that each instance is made from. */
  childXml: Element;
  /** Instances made so far (orphans count). */
  total: number;
  colocated: boolean;
  /** Instances assigned / promoted in this run. */
  promotedAssigned: number;
  demoting: boolean;
  hasInternalOrder: boolean;
  notify: CloneNotifications | null;
  minRunning: number;
}

/** The four notifications round a clone's start, stop, promote and demote: see notify.ts. */
export interface CloneNotifications {
  start: unknown;
  stop: unknown;
  promote: unknown;
  demote: unknown;
}

/** A resource: a primitive, or one that holds others. Its state is what the operation history says. */
export class Resource {
  /** With the instance number of a unique clone: `vip:1`. */
  id: string;
  /** The name that the history knows an anonymous instance by: `vip`; null otherwise. */
  cloneName: string | null = null;
  readonly variant: Variant;
  /** After templates were merged. */
  xml: Element;
  /** As configured. */
  readonly originalXml: Element;
  parent: Resource | null = null;
  children: Resource[] = [];
  meta = new Map<string, string>();
  parametersByNode = new Map<Node | null, Map<string, string>>();
  utilization: Map<string, number> | null = null;
  class = '';
  provider: string | null = null;
  type = '';

  // What is configured.
  /** Counts in the order of assignment; instances gain by their promotion scores. */
  priority = 0;
  /** The meta attribute. */
  configuredPriority = 0;
  stickiness = 0;
  migrationThreshold = INFINITY;
  failureTimeout = 0;
  multipleActive: MultipleActive = 'stop_start';
  managed = true;
  maintenance = false;
  unique = false;
  notify = false;
  promotable = false;
  critical = true;
  allowMigrate = false;
  isFenceDevice = false;
  requires: 'nothing' | 'quorum' | 'fencing' | 'unfencing' = 'nothing';
  restartType: 'restart' | 'ignore' = 'ignore';
  isRemoteNode = false;
  remoteReconnectMs = 0;
  /** The resource that this one's node lives in. */
  container: Resource | null = null;
  /** Resources that live in it. */
  fillers: Resource[] = [];
  clone: CloneData | null = null;
  bundle: BundleData | null = null;
  /** Where a member's clone instance number is: part of a group's members and its children. */
  instance: string | null = null;
  /** Group's meta attributes (deprecated) ordered and collocated. */
  groupOrdered = true;
  groupColocated = true;
  removed = false;
  /** `exclusive` resource discovery applies. */
  exclusiveDiscovery = false;
  allowedOnRemotes = true;

  // What the history says.
  orphan = false;
  orphanFiller = false;
  role: Role = Role.Stopped;
  nextRole: Role = Role.Unknown;
  nextRoleReason: string | null = null;
  running: Node[] = [];
  /** Nodes the resource is known to (has history on): no probe is needed there. */
  known = new Set<Node>();
  failed = false;
  blocked = false;
  stopNeeded = false;
  failureIgnored = false;
  startPending = false;
  pendingTask: string | null = null;
  pendingNode: Node | null = null;
  partialMigrationTarget: Node | null = null;
  partialMigrationSource: Node | null = null;
  danglingMigrations: Node[] = [];
  lockNode: Node | null = null;
  lockTime = 0;
  unexpectedlyActiveOk = false;
  /** The actions of a restart are being made. */
  restarting = false;

  // What this run decides.
  allowed: Candidates = [];
  assignedTo: Node | null = null;
  /** Score of that node when it was chosen. */
  assignedScore = 0;
  provisional = true;
  assigning = false;
  merging = false;
  sortIndex: number = INFINITY;
  promotionScore = 0;
  promotionPriority = 0;
  promotionAdded = false;
  actions: Action[] = [];
  actionByTaskAndNode = new Map<string, Action[]>();
  reload = false;
  reloadNeedsCheck = false;
  startedLast = false;
  locations: LocationConstraint[] = [];
  /** Colocations with this resource as the dependent, most important primary first. */
  thisWith: Colocation[] = [];
  /** Colocations with this resource as the primary. */
  withThis: Colocation[] = [];
  tickets: TicketConstraint[] = [];
  colocationsSorted = false;
  probesCreated = false;

  constructor(id: string, variant: Variant, xml: Element, originalXml: Element) {
    this.id = id;
    this.variant = variant;
    this.xml = xml;
    this.originalXml = originalXml;
  }

  /** The outermost resource that holds this one, bundles excluded (their children act on their own). */
  get top(): Resource {
    let at: Resource = this;
    while (at.parent && at.parent.variant !== 'bundle') at = at.parent;
    return at;
  }

  /** The outermost resource, bundles included. */
  get root(): Resource {
    let at: Resource = this;
    while (at.parent) at = at.parent;
    return at;
  }

  get isClone(): boolean {
    return this.variant === 'clone';
  }

  /** Name in the history and to the agent: without the instance number unless that is part of it. */
  get historyName(): string {
    return this.cloneName ?? this.id;
  }

  get isBundled(): boolean {
    return this.root.variant === 'bundle' && this.parent !== null;
  }

  get inUniqueClone(): boolean {
    return this.top.variant === 'clone' && this.top.unique;
  }

  get requiresFencing(): boolean {
    return this.requires === 'fencing' || this.requires === 'unfencing';
  }

  /** Where it counts as active: a partial migration's source; else the first node, or for what needs no fencing the first clean one. */
  get currentNode(): Node | null {
    const { running, partialMigrationSource: source } = this;
    if (source && running.includes(source)) return source;
    const clean = source || this.requiresFencing ? null : running.find((node) => node.online && !node.unclean);
    return clean ?? running[0] ?? null;
  }
}

/** All primitives at or below a resource, in order. */
export function* primitivesOf(resource: Resource): Generator<Resource> {
  if (resource.variant === 'primitive') yield resource;
  else for (const child of resource.children) yield* primitivesOf(child);
}

/** Puts a clone's instances in the order of their numbers. */
export function sortByNumber(clone: Resource): void {
  const numberOf = (instance: Resource): number => Number(instance.id.slice(instance.id.lastIndexOf(':') + 1));
  clone.children = [...clone.children].sort((a, b) => numberOf(a) - numberOf(b));
}
