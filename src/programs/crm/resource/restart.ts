import { element } from '../../../pacemaker/cib/new';
import { milliseconds } from '../../../pacemaker/controller/options';
import { runScheduler } from '../../../pacemaker/scheduler';
import { isActive } from '../../../pacemaker/scheduler/actions';
import type { Resource } from '../../../pacemaker/scheduler/resource';
import { simulate } from '../../../pacemaker/scheduler/simulate';
import { unpack } from '../../../pacemaker/scheduler/unpack';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import { EX, type Tool } from '../tool';
import { type Context, fail, isConfigured } from './context';

/** How often it looks whether the resources have stopped or started. */
const LOOK_EVERY = 2000;
/** As long as it takes operations without a timeout of their own. */
const OPERATION_TIMEOUT = 20_000;

/** What is active: groups by their members, as one restarted in the middle stops those behind it. */
function activeIds(ws: WorkingSet): string[] {
  const ids: string[] = [];
  const collect = (resource: Resource): void => {
    if (resource.variant === 'group') resource.children.forEach(collect);
    else if (isActive(resource, false)) ids.push(resource.id);
  };
  ws.resources.forEach(collect);
  return ids;
}

/** What would be active after everything that the scheduler wants. */
function activeAfter(tool: Tool): string[] {
  const cib = tool.readCib();
  const { graph } = runScheduler(cib, tool.now);
  return activeIds(unpack(simulate(cib, graph, tool.now).cib, tool.now));
}

const without = (first: readonly string[], second: readonly string[]) => first.filter((id) => !second.includes(id));

/** The longest time that one of these resources' operations of that name may take. */
function longest(ws: WorkingSet, ids: readonly string[], operation: string): number {
  const times = ids.flatMap((id) => {
    const operations = ws.resourceById.get(id)?.xml.children.find((child) => child.name === 'operations');
    const own = operations?.children.find((each) => each.attributes.name === operation);
    return milliseconds(own?.attributes.timeout ?? '') ?? OPERATION_TIMEOUT;
  });
  return Math.max(OPERATION_TIMEOUT, ...times);
}

/** One half of a restart: waits while `open` names resources. Gives those that are left when the time is over. */
class Wait {
  constructor(
    readonly tool: Tool,
    /** Ms left of --timeout; null without one. */
    public left: number | null,
  ) {}

  async until(verb: string, operation: string, open: (active: string[]) => string[]): Promise<string[]> {
    const { tool } = this;
    let ws = unpack(tool.readCib(), tool.now);
    let ids = open(activeIds(ws));
    while (ids.length > 0) {
      tool.print(`Waiting for ${ids.length} resources to ${verb}:\n${ids.map((id) => ` * ${id}\n`).join('')}`);
      const before = ids.length;
      for (let time = this.left ?? longest(ws, ids, operation); time > 0 && ids.length > 0; time -= LOOK_EVERY) {
        await tool.process.sleep(LOOK_EVERY);
        if (this.left !== null) this.left -= LOOK_EVERY;
        ws = unpack(tool.readCib(), tool.now);
        ids = open(activeIds(ws));
      }
      if (ids.length === before) return ids;
    }
    return [];
  }
}

/** The clone, for an instance of one; else the resource itself. */
function subjectOf(resource: Resource): Resource {
  for (let at = resource.parent; at; at = at.parent) if (at.isClone && !at.unique) return at;
  return resource;
}

/** `--restart`: stops it by its target role, waits, and takes that back. */
export async function restart(context: Context): Promise<number> {
  const { tool, resource, id, ws } = context;
  if (!resource) return EX.usage;
  if (!isActive(resource, false))
    return fail(tool, `${id} is not running anywhere and so cannot be restarted`, EX.noSuch);
  if (!isConfigured(tool, resource)) {
    tool.complain(`Could not set target-role for ${id}: No such device or address (6)\n`);
    return fail(tool, '', EX.noSuch);
  }
  const subject = subjectOf(resource).originalXml;
  const name = subject.attributes.id ?? id;
  const running = activeIds(ws);
  const role = new TargetRole(tool, subject.name, name, targetRoleOf(resource));
  role.stop();
  const remaining = activeAfter(tool);
  const wait = new Wait(tool, milliseconds(tool.args.value('timeout') ?? '') ?? null);
  const stuck = await wait.until('stop', 'stop', (active) => without(active, remaining));
  role.restore();
  if (stuck.length > 0) return incomplete(tool, `Could not complete shutdown of ${id}`, stuck);
  const missing = await wait.until('start again', 'start', (active) => without(running, active));
  return missing.length > 0 ? incomplete(tool, `Could not complete restart of ${id}`, missing) : EX.ok;
}

function incomplete(tool: Tool, what: string, ids: readonly string[]): number {
  tool.print(ids.map((each) => ` * ${each}\n`).join(''));
  tool.complain(`${what}, ${ids.length} resources remaining\n`);
  tool.error('Error performing operation: Timeout occurred');
  return EX.timeout;
}

/** The pair that sets a resource's own target role, where it has one. */
function targetRoleOf(resource: Resource): { set: string; id: string; value: string } | null {
  for (const set of subjectOf(resource).originalXml.children) {
    const pair = set.children.find((each) => each.attributes.name === 'target-role');
    if (set.name === 'meta_attributes' && pair)
      return { set: set.attributes.id ?? '', id: pair.attributes.id ?? '', value: pair.attributes.value ?? '' };
  }
  return null;
}

/** The target role that a restart sets and takes back. */
class TargetRole {
  readonly #set: string;
  readonly #id: string;

  constructor(
    readonly tool: Tool,
    readonly kind: string,
    readonly resource: string,
    readonly before: { set: string; id: string; value: string } | null,
  ) {
    this.#set = before?.set ?? `${resource}-meta_attributes`;
    this.#id = before?.id ?? `${this.#set}-target-role`;
  }

  stop(): void {
    this.#put('stopped');
  }

  restore(): void {
    if (this.before) {
      this.#put(this.before.value);
      return;
    }
    this.tool.change({ kind: 'delete', section: 'resources', input: element('nvpair', { id: this.#id }) });
    this.tool.print(`Deleted '${this.resource}' option: id=${this.#id} name=target-role\n`);
  }

  #put(value: string): void {
    const pair = element('nvpair', { id: this.#id, name: 'target-role', value });
    const set = element('meta_attributes', { id: this.#set }, [pair]);
    const input = element(this.kind, { id: this.resource }, [set]);
    this.tool.change({ kind: 'modify', section: 'resources', input, allowCreate: true });
    this.tool.print(`Set '${this.resource}' option: id=${this.#id} set=${this.#set} name=target-role value=${value}\n`);
  }
}
