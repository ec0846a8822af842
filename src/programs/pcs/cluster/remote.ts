import { readFileIfThere, removeFileIfThere } from '../../../machine/files';
import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { waitForIdle } from '../cib/live';
import { updateSet, valueIn } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { compareText, error, overridable, quoteInOrder, quoteList } from '../reports';
import { checkInstance, loadAgent } from '../resource/agent';
import { makePrimitive } from '../resource/create';
import { deleteResource } from '../resource/delete';
import { allResources, findResource, idOf, notFound, resourcesOf } from '../resource/find';
import { nodeConflicts } from '../resource/guest';
import { allOperations, checkIntervals, checkOperations, normalize, parseOperations } from '../resource/operation';
import { BadCall } from '../router';
import { askHosts, contactReport } from '../rpc/client';
import { readKnownHosts } from '../rpc/hosts';
import { PACEMAKER_AUTHKEY, putFile } from '../rpc/server';
import { groupByKeywords, parseOptions, wordsOf } from '../text';
import { ALLOWED, badOptions, badValue, isPositiveInteger, isTime } from '../validate';
import { unknownHosts } from './setup-request';

const NO_CHECK =
  'Unable to check if there is a conflict with nodes set in corosync because the command does not run on a live cluster (e.g. -f was used)';
const OFFLINE = 'was skipped because the command does not run on a live cluster (e.g. -f was used).';
const KEY = "'pacemaker authkey'";

const REMOTE = { standard: 'ocf', provider: 'pacemaker', type: 'remote' };
const isRemote = ({ attributes }: Element) =>
  attributes.class === 'ocf' && attributes.provider === 'pacemaker' && attributes.type === 'remote';

function checkWait(pcs: Pcs): number | undefined {
  const wait = pcs.options.wait();
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  return wait;
}

/** The address of a node for which none was given: the one that pcs knows, else its name. */
function addressOf(pcs: Pcs, name: string): string {
  const address = readKnownHosts(pcs).hosts.get(name)?.addresses[0]?.addr ?? name;
  pcs.note(`No addresses specified for host '${name}', using '${address}'`);
  return address;
}

function checkMembers(pcs: Pcs): void {
  if (pcs.store.file !== null) pcs.note(NO_CHECK);
}

/** Gives a host the cluster's key and has pacemaker_remote run there. Offline it is only said what is left to do. */
async function bringUp(pcs: Pcs, node: string): Promise<void> {
  if (pcs.store.file !== null) {
    pcs.note(`Distribution of ${KEY} to '${node}' ${OFFLINE} Please, distribute the file(s) manually.`);
    noteSkipped(pcs, ['enable', 'start'], [node]);
    return;
  }
  const key = readFileIfThere(pcs.process.machine, PACEMAKER_AUTHKEY) ?? '';
  pcs.note(`Sending ${KEY} to '${node}'`);
  await onHost(pcs, node, async (remote) => {
    remote.transact((machine, world) => putFile(machine, world, PACEMAKER_AUTHKEY, key, 0o640));
    return [`successful distribution of the file ${KEY}`];
  });
  await runActions(pcs, node, ['enable', 'start']);
}

/** Ends pacemaker_remote on hosts and takes the key away. */
async function bringDown(pcs: Pcs, nodes: readonly string[]): Promise<void> {
  if (pcs.store.file !== null) {
    noteSkipped(pcs, ['disable', 'stop'], nodes);
    pcs.note(`Removing ${KEY} from ${quoteInOrder(nodes)} ${OFFLINE} Please, remove the file(s) manually.`);
    return;
  }
  for (const node of nodes) {
    await runActions(pcs, node, ['disable', 'stop']);
    pcs.note(`Requesting remove ${KEY} from '${node}'`);
    await onHost(pcs, node, async (remote) => {
      remote.transact((machine, world) => removeFileIfThere(machine, PACEMAKER_AUTHKEY, world.epoch + world.now));
      return [`successful removal of the file ${KEY}`];
    });
  }
}

const actionNames = (verbs: readonly string[]) => quoteInOrder(verbs.map((verb) => `pacemaker_remote ${verb}`));

function noteSkipped(pcs: Pcs, verbs: readonly string[], nodes: readonly string[]): void {
  const what = `Running action(s) ${actionNames(verbs)} on ${quoteInOrder(nodes)}`;
  pcs.note(`${what} ${OFFLINE} Please, run the action(s) manually.`);
}

async function runActions(pcs: Pcs, node: string, verbs: readonly string[]): Promise<void> {
  pcs.note(`Requesting ${actionNames(verbs)} on '${node}'`);
  await onHost(pcs, node, async (remote) => {
    const done: string[] = [];
    for (const verb of verbs) {
      const result = await remote.capture(['systemctl', verb, 'pacemaker_remote']);
      if (result.status !== 0) return done;
      done.push(`successful run of 'pacemaker_remote ${verb}'`);
    }
    return done;
  });
}

type Work = Parameters<typeof askHosts<string[]>>[3];

/** Works on one host and prints what was done there. */
async function onHost(pcs: Pcs, node: string, work: Work): Promise<void> {
  const known = readKnownHosts(pcs);
  if (!known.hosts.has(node)) {
    pcs.report(overridable(unknownHosts([node]).message, pcs.options.skipOffline, '--skip-offline'));
    pcs.stopOnErrors();
    return;
  }
  for (const { host, contact, value } of await askHosts(pcs, known, [node], work)) {
    if (contact.kind === 'connected') for (const line of value ?? []) pcs.note(`${host}: ${line}`);
    else pcs.report(contactReport(host, contact, pcs.options.skipOffline, true));
  }
  pcs.stopOnErrors();
}

/** `pcs cluster node add-remote`. */
export async function addRemote(pcs: Pcs, args: string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined) throw new BadCall();
  const groups = groupByKeywords(rest, ['op', 'meta']);
  const own = wordsOf(groups, '');
  const typedAddress = own[0] !== undefined && !own[0].includes('=') ? own.shift() : undefined;
  const options = parseOptions(own);
  const meta = parseOptions(wordsOf(groups, 'meta'));
  const typed = groups.has('op')
    ? parseOperations(wordsOf(groups, 'op')).map((each) => new Map([['name', each.name], ...parseOptions(each.words)]))
    : [];
  const wait = checkWait(pcs);
  const { force } = pcs.options;
  const cib = await pcs.cib();
  checkMembers(pcs);
  const address = typedAddress ?? addressOf(pcs, name);
  const agent = loadAgent(pcs, REMOTE, force);
  const ids = new IdMaker(cib);
  const conflicts = nodeConflicts(pcs, cib, name, address);
  pcs.report(...conflicts);
  const complaint = idComplaint(name, 'resource name');
  if (complaint) pcs.report(error(complaint));
  else if (conflicts.length === 0 && ids.has(name) && isResource(cib, name)) {
    pcs.report(error(`'${name}' already exists`));
  }
  // The address is an operand, never an option.
  const known = agent && { ...agent, parameters: agent.parameters.filter((parameter) => parameter.name !== 'server') };
  if (known) {
    const forced = force && !options.has('server');
    pcs.report(...checkInstance(known, REMOTE, options, forced, null, !options.has('server')));
  }
  pcs.report(...checkOperations(typed, agent?.actions ?? [], force));
  const operations = typed.map(normalize);
  pcs.report(...checkIntervals(operations));
  pcs.stopOnErrors();
  const all = allOperations(pcs, operations, agent, REMOTE.standard, pcs.options.has('--no-default-ops'));
  const request = { id: name, options: new Map([...options, ['server', address]]), meta };
  resourcesOf(cib).children.push(makePrimitive(cib, request, REMOTE, all, ids));
  await bringUp(pcs, name);
  await pcs.push(cib);
  if (wait !== undefined) await waitForIdle(pcs, wait);
}

const isResource = (cib: Element, id: string) => findResource(cib, id) !== undefined;

const GUEST_OPTIONS = ['remote-addr', 'remote-connect-timeout', 'remote-port'];
const MAX_PORT = 65_535;

function checkGuestOptions(pcs: Pcs, options: ReadonlyMap<string, string>): void {
  const unknown = [...options.keys()].filter((name) => !GUEST_OPTIONS.includes(name));
  if (unknown.length > 0) pcs.report(badOptions(unknown, GUEST_OPTIONS, 'guest'));
  const timeout = options.get('remote-connect-timeout');
  if (timeout !== undefined && !isTime(timeout)) {
    pcs.report(badValue('remote-connect-timeout', timeout, ALLOWED.time));
  }
  const port = options.get('remote-port');
  if (port !== undefined && !(isPositiveInteger(port) && Number(port) <= MAX_PORT)) {
    pcs.report(badValue('remote-port', port, `a port number (1..${MAX_PORT})`));
  }
}

const guestOf = (resource: Element) => valueIn(childNamed(resource, 'meta_attributes'), 'remote-node');

/** `pcs cluster node add-guest`. */
export async function addGuest(pcs: Pcs, args: string[]): Promise<void> {
  const [name, id, ...rest] = args;
  if (name === undefined || id === undefined) throw new BadCall();
  const options = parseOptions(rest);
  const wait = checkWait(pcs);
  const cib = await pcs.cib();
  checkMembers(pcs);
  if (!options.has('remote-addr')) options.set('remote-addr', addressOf(pcs, name));
  const address = options.get('remote-addr') || name;
  checkGuestOptions(pcs, options);
  const conflicts = nodeConflicts(pcs, cib, name, address);
  pcs.report(...conflicts);
  if (conflicts.length === 0 && isResource(cib, name)) pcs.report(error(`'${name}' already exists`));
  const resource = findResource(cib, id);
  if (resource?.name !== 'primitive') pcs.report(notFound(cib, id, ['primitive']));
  else if (guestOf(resource)) pcs.report(error(`the resource '${id}' is already a guest node`));
  pcs.stopOnErrors();
  if (!resource) return;
  const meta = new Map([['remote-node', name], ...options]);
  const [first] = resource.children;
  updateSet(resource, 'meta_attributes', meta, new IdMaker(cib), { before: first ? [first.name] : [] });
  await bringUp(pcs, name);
  await pcs.push(cib);
  if (wait !== undefined) await waitForIdle(pcs, wait);
}

/** What an identifier of a node may be: its name, its resource or its address. Several resources need force. */
function identified(pcs: Pcs, found: readonly Element[], kind: 'remote' | 'guest', identifier: string): Element[] {
  if (found.length === 0) {
    throw new LibraryFailure([error(`${kind} node '${identifier}' does not appear to exist in configuration`)]);
  }
  if (found.length > 1) {
    const text = `more than one resource for '${identifier}' found: ${quoteList(found.map(idOf))}`;
    pcs.report(overridable(text, pcs.options.force));
    pcs.stopOnErrors();
  }
  return [...found];
}

/** `pcs cluster node remove-remote`. */
export async function removeRemote(pcs: Pcs, args: string[]): Promise<void> {
  const [identifier, ...rest] = args;
  if (identifier === undefined || rest.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  const remotes = allResources(cib).filter((resource) => {
    const server = valueIn(childNamed(resource, 'instance_attributes'), 'server');
    return isRemote(resource) && (idOf(resource) === identifier || server === identifier);
  });
  const found = identified(pcs, remotes, 'remote', identifier);
  await bringDown(pcs, found.map(idOf).sort(compareText));
  for (const resource of found) await deleteResource(pcs, idOf(resource));
}

/** `pcs cluster node remove-guest`. */
export async function removeGuest(pcs: Pcs, args: string[]): Promise<void> {
  const [identifier, ...rest] = args;
  if (identifier === undefined || rest.length > 0) throw new BadCall();
  const wait = checkWait(pcs);
  const cib = await pcs.cib();
  const guests = allResources(cib).filter((resource) => {
    const guest = guestOf(resource);
    const address = valueIn(childNamed(resource, 'meta_attributes'), 'remote-addr');
    return guest && [guest, address, idOf(resource)].includes(identifier);
  });
  const found = identified(pcs, guests, 'guest', identifier);
  const names = found.map((resource) => guestOf(resource) ?? '');
  const gone = new Map(['remote-node', ...GUEST_OPTIONS].map((name) => [name, '']));
  for (const resource of found) {
    updateSet(resource, 'meta_attributes', gone, new IdMaker(cib), { keepEmpty: true });
  }
  await bringDown(pcs, names.sort(compareText));
  await pcs.push(cib);
  if (wait !== undefined) await waitForIdle(pcs, wait);
}
