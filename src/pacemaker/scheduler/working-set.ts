import type { Element } from '../../world/xml';
import { compareNames } from '../display/natural-order';
import type { Action } from './action';
import type { ClusterOptions } from './cluster-options';
import type { Colocation, LocationConstraint, Ordering, Ticket } from './constraint';
import type { Node } from './node';
import type { Resource } from './resource';
import type { ScoreTerms } from './score-terms';

/** A failed operation as the status displays list it: the history element with the node's name. */
export interface FailedOperation {
  element: Element;
  resource: Resource;
  node: Node;
}

/** The state of a cluster as unpacked from a CIB, and the working memory of one run of the scheduler. */
export class WorkingSet {
  readonly cib: Element;
  /** Unix seconds at which rules are evaluated and failures expire. */
  readonly now: number;
  options: ClusterOptions;
  quorate: boolean;
  dcNode: Node | null = null;
  dcUuid: string | null;
  /** By `index`. */
  nodes: Node[] = [];
  /** In the order in which tools list them: by name. */
  sortedNodes: Node[] = [];
  nodeByName = new Map<string, Node>();
  nodeById = new Map<string, Node>();
  /** Top-level resources, orphans last, in the order of the configuration. */
  resources: Resource[] = [];
  /** Every resource by id; instances of clones by their ids with number. */
  resourceById = new Map<string, Resource>();
  /** Instances of anonymous clones by the id without number. */
  tickets = new Map<string, Ticket>();
  tags = new Map<string, string[]>();
  /** Template id -> ids of the resources made from it. */
  templates = new Map<string, string[]>();
  failedOperations: FailedOperation[] = [];
  /** History entries of recurring monitors whose failure has expired: they are to start anew. */
  expiredMonitors = new Set<Element>();
  locations: LocationConstraint[] = [];
  colocations: Colocation[] = [];
  orderings: Ordering[] = [];
  orderingCount = 0;
  actions: Action[] = [];
  /** Actions of no resource, by key. */
  singletons = new Map<string, Action>();
  haveFenceDevice = false;
  haveRemoteNodes = false;
  unfencingRequired = false;
  /** Containers to be stopped since their contents failed. */
  containersToStop: Resource[] = [];
  /** Parameters that can be compared with those of a history entry only when resources have been assigned. */
  laterChecks: { resource: Resource; node: Node; xml: Element; active: boolean }[] = [];
  /** Counts printed by status displays. */
  disabledResources = 0;
  blockedResources = 0;
  /** Unix seconds at which a decision should be made anew, 0 = none. */
  recheckBy = 0;
  nextActionId = 1;
  /** Lines of the score output, in the order in which they were decided. */
  scoreLines: string[] = [];
  recordScores = false;
  /** Recorder of where scores come from; null unless an explanation was asked for. */
  explain: ScoreTerms | null = null;
  showUtilization = false;
  /** Warnings and errors about the configuration, for stderr of the tools. */
  messages: { level: 'error' | 'warning'; text: string; source?: string; state?: boolean }[] = [];
  /** Lines for stdout of the tools about what was found between state and decision. */
  notices: string[] = [];
  elementById: Map<string, Element> | null = null;
  stonithAction: Action | null = null;

  constructor(cib: Element, now: number, options: ClusterOptions) {
    this.cib = cib;
    this.now = now;
    this.options = options;
    this.quorate = cib.attributes['have-quorum'] === '1' || cib.attributes['have-quorum'] === 'true';
    this.dcUuid = cib.attributes['dc-uuid'] ?? null;
  }

  /** Finds a configured element by its id, for `id-ref`. */
  element(id: string): Element | undefined {
    if (!this.elementById) {
      this.elementById = new Map();
      const configuration = this.cib.children.find((child) => child.name === 'configuration');
      if (configuration) indexById(configuration, this.elementById);
    }
    return this.elementById.get(id);
  }

  addNode(node: Node): void {
    this.nodes.push(node);
    let at = this.sortedNodes.length;
    while (at > 0 && compareNames(this.sortedNodes[at - 1]?.name ?? '', node.name) > 0) at--;
    this.sortedNodes.splice(at, 0, node);
    this.nodeByName.set(node.name, node);
    this.nodeById.set(node.id, node);
  }

  /** Asks for a new decision at that time (unix seconds) at the latest. */
  recheckAt(time: number): void {
    if (time > this.now && (this.recheckBy === 0 || time < this.recheckBy)) this.recheckBy = time;
  }
}

function indexById(element: Element, index: Map<string, Element>): void {
  const id = element.attributes.id;
  if (id !== undefined && !index.has(id)) index.set(id, element);
  for (const child of element.children) indexById(child, index);
}
