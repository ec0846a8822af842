import type { Element } from '../../world/xml';
import type { Node } from './node';
import type { Resource } from './resource';
import { Role } from './role';

/** What a failure of the operation leads to, in ascending order of severity. */
export type OnFail =
  | 'ignore'
  | 'demote'
  | 'recover'
  | 'restart-container'
  | 'reset-remote'
  | 'ban'
  | 'block'
  | 'stop'
  | 'standby'
  | 'fence';

/** What must be so before the operation may run. */
export type Needs = 'nothing' | 'quorum' | 'fencing';

/** `first` must complete before the action that holds this. `kind`: see order-kind.ts. */
export interface Input {
  action: Action;
  kind: number;
  /** Whether it is a link of the graph. */
  inGraph: boolean;
}

/** One action that this run considers, most of which turn out not to be needed. */
export class Action {
  readonly id: number;
  readonly resource: Resource | null;
  node: Node | null;
  task: string;
  /** `vip_start_0`, with the instance number for clones. */
  key: string;
  /** Milliseconds of recurring monitors, else 0. */
  intervalMs = 0;
  priority = 0;
  optional = true;
  runnable = true;
  pseudo = false;
  printAlways = false;
  /** Runs as part of a migration. */
  migrateRunnable = false;
  /** Any of its inputs suffices (see requiredRunnable). */
  requiresAny = false;
  requiredRunnable = 0;
  runnableBefore = 0;
  /** Stop that a fencing action implies. */
  impliedByFencing = false;
  /** Monitor to be scheduled again since its digest lacks. */
  reschedule = false;
  dangling = false;
  isFencing = false;
  inputsMerged = false;
  addedToGraph = false;
  visited = 0;
  graphLoopMark = 0;
  reason: string | null = null;
  cancelTask: string | null = null;
  onFail: OnFail = 'recover';
  failRole: Role = Role.Started;
  needs: Needs = 'nothing';
  opXml: Element | null = null;
  meta = new Map<string, string>();
  /** Parameters that aren't the resource's own (a fencing agent's, a probe's). */
  extra = new Map<string, string>();
  parameters: Map<string, string> | null = null;
  inputs: Input[] = [];
  outputs: Input[] = [];
  startDelay = 0;
  timeout: string | null = null;

  constructor(id: number, resource: Resource | null, node: Node | null, task: string, key: string) {
    this.id = id;
    this.resource = resource;
    this.node = node;
    this.task = task;
    this.key = key;
  }
}
