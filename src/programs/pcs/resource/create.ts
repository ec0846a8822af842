import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { type Agent, agentName } from '../agents';
import { IdMaker, idComplaint } from '../cib/ids';
import { newElement, newSet, pairsOf, updateSet } from '../cib/nvset';
import { upgradeSchema } from '../cib/upgrade';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { error, overridable, quoteList } from '../reports';
import { BadCall } from '../router';
import { groupByKeywords, parseOptions, wordsOf } from '../text';
import { type AgentId, checkInstance, loadAgent, resolveAgent } from './agent';
import { isReachable, unreachable } from './bundle-check';
import { checkCloneOptions } from './clone-options';
import { allResources, findResource, idOf, innerResources, notFound, resourcesOf } from './find';
import { checkNewNode } from './guest';
import {
  allOperations,
  checkIntervals,
  checkOperationIds,
  checkOperations,
  normalize,
  type Operation,
  operationElement,
  parseOperations,
} from './operation';
import { waitAndReport } from './running';
import { validateNew } from './self-validation';

/** A resource to be made, as words and options say. */
export interface CreateRequest {
  readonly id: string;
  readonly agent: string;
  readonly options: Map<string, string>;
  readonly meta: Map<string, string>;
  readonly operations: Operation[];
  readonly place: Place;
}

type Place =
  | { kind: 'top' }
  | { kind: 'clone'; id: string | undefined; meta: Map<string, string>; promotable: boolean }
  | { kind: 'bundle'; id: string }
  | { kind: 'group'; id: string };

const KEYWORDS = ['clone', 'promotable', 'bundle', 'op', 'meta'];

function checkPlaceOptions(pcs: Pcs): void {
  const { options } = pcs;
  const [before, after, group] = ['--before', '--after', '--group'].map((name) => options.has(name));
  if (before && after) {
    throw new CommandFailure(
      `you cannot specify both --before and --after${group ? '' : ' and you have to specify --group'}`,
    );
  }
  if ((before || after) && !group) {
    throw new CommandFailure(`you cannot use --${before ? 'before' : 'after'} without --group`);
  }
}

/** Reads the words of a `create` command; `keywords` are those that begin a part. */
export function parseRequest(pcs: Pcs, args: readonly string[], keywords: readonly string[] = KEYWORDS): CreateRequest {
  const [id, agent, ...rest] = args;
  if (id === undefined || agent === undefined) throw new BadCall();
  const groups = groupByKeywords(rest, keywords);
  const places = ['clone', 'promotable', 'bundle'].filter((keyword) => groups.has(keyword)).length;
  if (places + (pcs.options.has('--group') ? 1 : 0) > 1) {
    throw new CommandFailure('you can specify only one of clone, promotable, bundle or --group');
  }
  checkPlaceOptions(pcs);
  const operations = groups.has('op')
    ? parseOperations(wordsOf(groups, 'op')).map(({ name, words }): Operation => {
        const options = parseOptions(words);
        return new Map([['name', name], ...options]);
      })
    : [];
  return {
    id,
    agent,
    options: parseOptions(wordsOf(groups, '')),
    meta: parseOptions(wordsOf(groups, 'meta')),
    operations,
    place: parsePlace(pcs, groups),
  };
}

function parsePlace(pcs: Pcs, groups: ReadonlyMap<string, string[][]>): Place {
  const group = pcs.options.value('--group');
  if (group !== undefined) return { kind: 'group', id: group };
  for (const keyword of ['clone', 'promotable'] as const) {
    if (!groups.has(keyword)) continue;
    const words = wordsOf(groups, keyword);
    const named = words[0] !== undefined && !words[0].includes('=') ? words.shift() : undefined;
    const meta = parseOptions(words);
    if (keyword === 'promotable' && meta.has('promotable')) {
      throw new CommandFailure('you cannot specify both promotable option and promotable keyword');
    }
    if (keyword === 'promotable') meta.set('promotable', 'true');
    return { kind: 'clone', id: named, meta, promotable: keyword === 'promotable' };
  }
  if (!groups.has('bundle')) return { kind: 'top' };
  const [bundle, ...more] = wordsOf(groups, 'bundle');
  if (bundle === undefined || more.length > 0) throw new BadCall('you have to specify exactly one bundle');
  return { kind: 'bundle', id: bundle };
}

/** Reads the words; one who still writes `master` gets a hint. */
function requestOf(pcs: Pcs, args: readonly string[]): CreateRequest {
  try {
    return parseRequest(pcs, args);
  } catch (failure) {
    if (!(failure instanceof BadCall) || failure.complaint !== "missing value of 'master' option") throw failure;
    throw new BadCall(
      failure.complaint,
      "Master/Slave resources have been renamed to promotable clones, please use the 'promotable' keyword instead of 'master'. See 'man pcs' -> Changes in pcs-0.10.",
    );
  }
}

/** `pcs resource create`. */
export async function create(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length < 2) throw new BadCall();
  const request = requestOf(pcs, args);
  await createResource(pcs, request, false);
}

/** Makes a resource or a fence device. */
export async function createResource(pcs: Pcs, request: CreateRequest, stonith: boolean): Promise<void> {
  const { force } = pcs.options;
  const wait = pcs.options.wait();
  const id: AgentId = stonith
    ? { standard: 'stonith', provider: null, type: request.agent }
    : resolveAgent(pcs, request.agent);
  if (!stonith && id.standard === 'stonith') {
    pcs.deprecated(
      "Ability of this command to accept fence agent is deprecated and will be removed in a future release. Use 'pcs stonith create' command instead.",
    );
  }
  const agent = loadAgent(pcs, id, force);
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  const cib = await pcs.cib();
  if (stonith && agent && unfences(agent)) request.meta.set('provides', 'unfencing');
  checkPlace(pcs, cib, request.place, id);
  const resource = await build(pcs, cib, request, id, agent);
  const { kind } = request.place;
  if (pcs.options.has('--disabled') && kind !== 'clone' && kind !== 'bundle') disable(resource, new IdMaker(cib));
  put(pcs, cib, request, resource);
  await pcs.push(cib);
  if (wait !== undefined) await waitAndReport(pcs, wait, [request.id], !pcs.options.has('--disabled'));
}

/** Whether nodes must be unfenced by a fence agent's device before they may run anything. */
function unfences(agent: Agent): boolean {
  return agent.actions.some(({ name, automatic }) => name === 'on' && automatic === '1');
}

/** Whether the resource can go where it is to go; the clone that it is to be in is looked at before all else. */
function checkPlace(pcs: Pcs, cib: Element, place: Place, id: AgentId): void {
  if (place.kind === 'bundle') {
    const bundle = findResource(cib, place.id);
    if (bundle?.name !== 'bundle') throw new LibraryFailure([notFound(cib, place.id, ['bundle'])]);
    const [inner] = innerResources(bundle);
    if (!inner) return;
    const text = `bundle '${place.id}' already contains resource '${idOf(inner)}', a bundle may contain at most one resource`;
    throw new LibraryFailure([error(text)]);
  }
  if (place.kind !== 'clone') return;
  pcs.report(...checkCloneOptions(pcs, id, place.meta, pcs.options.force));
  pcs.stopOnErrors();
  if (place.id === undefined) return;
  const complaint = idComplaint(place.id, 'id');
  if (complaint) pcs.report(error(complaint));
  else if (new IdMaker(cib).has(place.id)) pcs.report(error(`'${place.id}' already exists`));
  pcs.stopOnErrors();
}

/** Checks a new primitive step by step (a step's errors end the command) and makes its element. */
async function build(
  pcs: Pcs,
  cib: Element,
  request: CreateRequest,
  id: AgentId,
  agent: Agent | undefined,
): Promise<Element> {
  const { force } = pcs.options;
  const ids = new IdMaker(cib);
  if (request.place.kind === 'group') checkGroupName(pcs, cib, request.place.id, request.id);
  checkNewId(request.id, ids, id);
  const remote = agentName(id) === 'ocf:pacemaker:remote';
  pcs.report(...checkNewNode(pcs, cib, request.id, remote, request.options, request.meta));
  const typed = request.operations;
  pcs.report(...checkOperations(typed, agent?.actions ?? [], force));
  const operations = typed.map(normalize);
  pcs.report(...checkIntervals(operations));
  pcs.stopOnErrors();
  if (agent) pcs.report(...checkInstance(agent, id, request.options, force));
  if (agent) pcs.report(...uniqueness(cib, agent, id, request.options, request.id, force));
  pcs.stopOnErrors();
  if (agent) pcs.report(...(await validateNew(pcs, id, request.options)));
  pcs.stopOnErrors();
  checkOperationIds(cib, operations, [request.id]);
  if (request.place.kind === 'group') checkNeighbour(pcs, cib, request.place.id);
  const all = allOperations(pcs, operations, agent, id.standard, pcs.options.has('--no-default-ops'));
  pcs.stopOnErrors();
  // on-fail=demote came with that schema.
  if (all.some((operation) => operation.get('on-fail') === 'demote') && upgradeSchema(cib, '3.4')) {
    pcs.note('CIB has been upgraded to the latest schema version.');
  }
  return makePrimitive(cib, request, id, all, ids);
}

function checkNewId(id: string, ids: IdMaker, { standard }: AgentId): void {
  const complaint = idComplaint(id, standard === 'stonith' ? 'stonith name' : 'resource name');
  if (complaint) throw new LibraryFailure([error(complaint)]);
  if (ids.has(id)) throw new LibraryFailure([error(`'${id}' already exists`)]);
  ids.take(id);
}

/** Makes the primitive's element. */
export function makePrimitive(
  cib: Element,
  request: Pick<CreateRequest, 'id' | 'options' | 'meta'>,
  id: AgentId,
  operations: readonly Operation[],
  ids: IdMaker,
): Element {
  const attributes: Record<string, string> = { id: request.id, class: id.standard, type: id.type };
  if (id.provider !== null) attributes.provider = id.provider;
  const element = newElement('primitive', attributes);
  updateSet(element, 'instance_attributes', request.options, ids);
  if (request.meta.size > 0) element.children.push(newSet(element, 'meta_attributes', request.meta, ids));
  const list = operations.map((operation) => operationElement(cib, request.id, operation, ids));
  element.children.push(newElement('operations', {}, list));
  return element;
}

/** Values that must be unique among the resources of an agent. */
export function uniqueness(
  cib: Element,
  agent: Agent,
  id: AgentId,
  options: ReadonlyMap<string, string>,
  self: string,
  force: boolean,
) {
  const same = allResources(cib).filter(
    (element) =>
      element.name === 'primitive' &&
      idOf(element) !== self &&
      element.attributes.class === id.standard &&
      (element.attributes.provider ?? null) === id.provider &&
      element.attributes.type === id.type,
  );
  const groups = new Map<string, string[]>();
  for (const parameter of agent.parameters) {
    if (parameter.uniqueGroup === null) continue;
    groups.set(parameter.uniqueGroup, [...(groups.get(parameter.uniqueGroup) ?? []), parameter.name]);
  }
  const reports = [];
  for (const [group, names] of groups) {
    const values = names.map((name) => options.get(name) ?? '');
    if (values.some((value) => value === '')) continue;
    const others = same.filter((element) => {
      const pairs = new Map(pairsOf(childNamed(element, 'instance_attributes')));
      return names.every((name, at) => pairs.get(name) === values[at]);
    });
    if (others.length === 0) continue;
    const many = names.length > 1;
    const what = many
      ? `Values ${names.map((_, at) => `'${values[at]}'`).join(', ')} of options ${names.map((name) => `'${name}'`).join(', ')} (group: '${group}') are`
      : `Value '${values[0]}' of option '${names[0]}' is`;
    reports.push(
      overridable(
        `${what} not unique across '${agentName(agent)}' resources. Following resources are configured with the same ${many ? 'values' : 'value'} of the instance ${many ? 'attributes' : 'attribute'}: ${quoteList(others.map(idOf))}`,
        force,
      ),
    );
  }
  return reports;
}

/** A new group's name must be one. */
function checkGroupName(pcs: Pcs, cib: Element, name: string, member: string): void {
  if (findResource(cib, name)) return;
  const complaint = idComplaint(name, 'group name');
  if (complaint) pcs.report(error(complaint));
  pcs.stopOnErrors();
  if (name === member) throw new LibraryFailure([error(`'${name}' already exists`)]);
}

/** The group must be one, and the neighbour in it. */
function checkNeighbour(pcs: Pcs, cib: Element, name: string): void {
  const group = findResource(cib, name);
  if (group ? group.name !== 'group' : new IdMaker(cib).has(name)) pcs.report(error(`'${name}' is not a group`));
  const neighbour = pcs.options.value('--before') ?? pcs.options.value('--after');
  if (neighbour === undefined) return;
  const members = group ? innerResources(group).map(idOf) : [];
  if (!findResource(cib, neighbour)) pcs.report(error(`'${neighbour}' does not exist`));
  else if (!members.includes(neighbour)) {
    pcs.report(error(`There is no resource '${neighbour}' in the group '${name}', cannot add resources next to it`));
  }
}

/** Tells a new resource to stay stopped; a set that is missing becomes its first element. */
function disable(element: Element, ids: IdMaker): void {
  const [first] = element.children;
  const before = first ? [first.name] : [];
  updateSet(element, 'meta_attributes', new Map([['target-role', 'Stopped']]), ids, { before });
}

/** Puts the new primitive where it belongs. */
function put(pcs: Pcs, cib: Element, request: CreateRequest, resource: Element): void {
  const section = resourcesOf(cib);
  const { place } = request;
  if (place.kind === 'top') section.children.push(resource);
  else if (place.kind === 'group') putIntoGroup(pcs, cib, place.id, resource);
  else if (place.kind === 'clone') putIntoClone(pcs, cib, place, resource);
  else putIntoBundle(pcs, cib, place.id, resource);
}

function putIntoGroup(pcs: Pcs, cib: Element, name: string, resource: Element): void {
  let group = findResource(cib, name);
  if (!group) {
    group = newElement('group', { id: name });
    resourcesOf(cib).children.push(group);
  }
  const before = pcs.options.value('--before');
  const after = pcs.options.value('--after');
  const neighbour = before ?? after;
  const at = group.children.findIndex((child) => child.name === 'primitive' && idOf(child) === neighbour);
  if (at >= 0) group.children.splice(before === undefined ? at + 1 : at, 0, resource);
  else {
    const sets = group.children.findIndex((child) => child.name !== 'primitive');
    if (sets > 0) group.children.splice(sets, 0, resource);
    else group.children.push(resource);
  }
}

function putIntoClone(
  pcs: Pcs,
  cib: Element,
  place: { id: string | undefined; meta: Map<string, string> },
  resource: Element,
): void {
  const ids = new IdMaker(cib);
  const id = place.id ?? ids.make(`${idOf(resource)}-clone`);
  const clone = newElement('clone', { id }, [resource]);
  if (place.meta.size > 0) clone.children.push(newSet(clone, 'meta_attributes', place.meta, ids));
  if (pcs.options.has('--disabled')) disable(clone, ids);
  resourcesOf(cib).children.push(clone);
}

function putIntoBundle(pcs: Pcs, cib: Element, name: string, resource: Element): void {
  const bundle = findResource(cib, name) as Element;
  if (!isReachable(new Map(Object.entries(childNamed(bundle, 'network')?.attributes ?? {})))) {
    pcs.report(unreachable(idOf(resource), name, pcs.options.force));
    pcs.stopOnErrors();
  }
  bundle.children.push(resource);
  if (pcs.options.has('--disabled')) disable(bundle, new IdMaker(cib));
}
