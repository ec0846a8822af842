import { exists } from '../../../machine/files';
import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker } from '../cib/ids';
import { newElement, updateSet } from '../cib/nvset';
import { makeKey } from '../cluster/random';
import type { Pcs } from '../context';
import { localConf } from '../corosync-conf';
import { CommandFailure } from '../failure';
import { error, overridable, quoteList } from '../reports';
import { deleteResource } from '../resource/delete';
import { idOf, resourcesOf } from '../resource/find';
import { allOperations, operationElement } from '../resource/operation';
import { BadCall, command, type Router, type Run } from '../router';
import { askHosts, contactReport } from '../rpc/client';
import { readKnownHosts } from '../rpc/hosts';
import { putFile } from '../rpc/server';
import { groupByKeywords, parseOptions, wordsOf } from '../text';
import { badOptions } from '../validate';
import { BOOTH_CONF, BOOTH_KEY, BoothConf, boothPaths, loadBooth } from './conf';

/** Length of a booth key, in bytes. */
const KEY_BYTES = 64;
/** Writing the files on a host, in ms. */
const WRITE_MS = 150;

const TICKET_OPTIONS = [
  'acquire-after',
  'attr-prereq',
  'before-acquire-handler',
  'expire',
  'mode',
  'renewal-freq',
  'retries',
  'timeout',
  'weights',
];
/** Names that stand outside of tickets: no ticket can have them, forced or not. */
const GLOBAL_OPTIONS = ['arbitrator', 'authfile', 'enable-authfile', 'name', 'port', 'site', 'ticket', 'transport'];

/** `--booth-conf` and `--booth-key` go together. */
function checkPaths(pcs: Pcs): void {
  const [conf, key] = ['--booth-conf', '--booth-key'].map((name) => pcs.options.has(name));
  if (conf === key) return;
  const [first, second] = conf ? ['--booth-conf', '--booth-key'] : ['--booth-key', '--booth-conf'];
  throw new CommandFailure(`When ${first} is specified, ${second} must be specified as well`);
}

function setup(pcs: Pcs, args: string[]): void {
  checkPaths(pcs);
  const groups = groupByKeywords(args, ['sites', 'arbitrators']);
  const sites = wordsOf(groups, 'sites');
  const arbitrators = wordsOf(groups, 'arbitrators');
  if (wordsOf(groups, '').length > 0 || sites.length === 0) throw new BadCall();
  const peers = [...sites, ...arbitrators];
  if (sites.length < 2) {
    pcs.report(error(`lack of sites for booth configuration (need 2 at least): sites ${quoteList(sites)}`));
  }
  if (peers.length % 2 === 0) pcs.report(error(`odd number of peers is required (entered ${peers.length} peers)`));
  const twice = new Set(peers.filter((peer, at) => peers.indexOf(peer) !== at));
  if (twice.size > 0) pcs.report(error(`duplicate address for booth configuration: ${quoteList(twice)}`));
  pcs.stopOnErrors();
  const paths = boothPaths(pcs);
  const own = pcs.options.has('--booth-conf');
  for (const path of own ? [] : [paths.conf, paths.key]) {
    if (!exists(pcs.process.machine, path)) continue;
    const what = path === paths.key ? 'Booth key' : 'Booth configuration';
    pcs.report(overridable(`${what} file '${path}' already exists`, pcs.options.force));
  }
  pcs.stopOnErrors();
  const item = (name: string) => (value: string) => ({ name, value, options: [] });
  const conf = new BoothConf([
    item('authfile')(paths.key),
    ...sites.map(item('site')),
    ...arbitrators.map(item('arbitrator')),
  ]);
  write(pcs, paths.key, makeKey(pcs, KEY_BYTES), 0o600);
  write(pcs, paths.conf, conf.text, 0o644);
}

/** Files of booth's own place are pcs' to make; others are the user's. */
function write(pcs: Pcs, path: string, text: string, mode: number): void {
  if (pcs.options.has('--booth-conf')) pcs.writeFile(path, text, mode);
  else pcs.process.transact((world, machine) => putFile(machine, world, path, text, mode));
}

function addTicket(pcs: Pcs, args: string[]): void {
  checkPaths(pcs);
  const [ticket, ...rest] = args;
  if (ticket === undefined) throw new BadCall();
  const options = parseOptions(rest);
  const conf = loadBooth(pcs);
  if (!/^[\w-]{1,63}$/.test(ticket) || ticket === '__defaults__') {
    pcs.report(error(`booth ticket name '${ticket}' is not valid, use up to 63 alphanumeric characters or dash`));
  } else if (conf.tickets.includes(ticket)) {
    pcs.report(error(`booth ticket name '${ticket}' already exists in configuration`));
  }
  const names = [...options.keys()].filter((name) => !TICKET_OPTIONS.includes(name));
  const global = names.filter((name) => GLOBAL_OPTIONS.includes(name));
  const unknown = names.filter((name) => !GLOBAL_OPTIONS.includes(name));
  if (global.length > 0) pcs.report(badOptions(global, TICKET_OPTIONS, 'booth ticket'));
  if (unknown.length > 0) pcs.report(badOptions(unknown, TICKET_OPTIONS, 'booth ticket', pcs.options.force));
  for (const [name, value] of options) if (value.trim() === '') pcs.report(error(`${name} cannot be empty`));
  pcs.stopOnErrors();
  conf.addTicket(ticket, options);
  write(pcs, boothPaths(pcs).conf, conf.text, 0o644);
}

function removeTicket(pcs: Pcs, args: string[]): void {
  checkPaths(pcs);
  const [ticket, ...rest] = args;
  if (ticket === undefined || rest.length > 0) throw new BadCall();
  const conf = loadBooth(pcs);
  if (!conf.tickets.includes(ticket)) pcs.report(error(`booth ticket name '${ticket}' does not exist`));
  pcs.stopOnErrors();
  conf.removeTicket(ticket);
  write(pcs, boothPaths(pcs).conf, conf.text, 0o644);
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  const [node, ...rest] = args;
  if (rest.length > 0) throw new BadCall();
  if (node === undefined) {
    pcs.print(loadBooth(pcs).text.trimEnd());
    return;
  }
  const [text] = await fetchFiles(pcs, node);
  pcs.print(text.trimEnd());
}

/** Configuration and key of another host. */
async function fetchFiles(pcs: Pcs, node: string): Promise<[conf: string, key: string]> {
  const answers = await askHosts(pcs, readKnownHosts(pcs), [node], async (remote) => {
    const read = async (path: string) => (await remote.capture(['cat', path])).stdout;
    return [await read(BOOTH_CONF), await read(BOOTH_KEY)] as [string, string];
  });
  for (const { host, contact, value } of answers) {
    if (contact.kind === 'connected' && value) return value;
    pcs.report(contactReport(host, contact));
  }
  pcs.stopOnErrors();
  return ['', ''];
}

async function pull(pcs: Pcs, args: string[]): Promise<void> {
  const [node, ...rest] = args;
  if (node === undefined || rest.length > 0) throw new BadCall();
  pcs.note(`Fetching booth config from node '${node}'...`);
  const [conf, key] = await fetchFiles(pcs, node);
  write(pcs, BOOTH_CONF, conf, 0o644);
  write(pcs, BOOTH_KEY, key, 0o600);
  pcs.note('Booth config saved');
}

async function sync(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const conf = loadBooth(pcs).text;
  const key = pcs.readFileIfThere(BOOTH_KEY);
  pcs.note('Sending booth configuration to cluster nodes...');
  const nodes = localConf(pcs).nodes.map((node) => node.name);
  const answers = await askHosts(pcs, readKnownHosts(pcs), nodes, async (remote) => {
    await remote.process.sleep(WRITE_MS);
    remote.transact((machine, world) => {
      putFile(machine, world, BOOTH_CONF, conf, 0o644);
      if (key !== undefined) putFile(machine, world, BOOTH_KEY, key, 0o600);
    });
  });
  for (const { host, contact } of answers) {
    if (contact.kind === 'connected') pcs.note(`${host}: Booth config saved`);
    else pcs.report(contactReport(host, contact, pcs.options.skipOffline, true));
  }
  pcs.stopOnErrors();
}

/** Booth's resources in the CIB: those whose config is this instance's file. */
function serviceIn(cib: Element): Element | undefined {
  return [...walk(resourcesOf(cib))].find(
    (element) =>
      element.name === 'primitive' &&
      element.attributes.type === 'booth-site' &&
      [...walk(element)].some(({ attributes }) => attributes.name === 'config' && attributes.value === BOOTH_CONF),
  );
}

function destroy(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  return destroyFiles(pcs);
}

async function destroyFiles(pcs: Pcs): Promise<void> {
  loadBooth(pcs);
  const cib = await pcs.cib();
  const service = serviceIn(cib);
  if (service) pcs.report(error(`booth instance 'booth' is used in cluster resource '${idOf(service)}'`));
  pcs.stopOnErrors();
  await pcs.process.capture(['rm', '-f', BOOTH_CONF, BOOTH_KEY]);
}

/** `pcs booth create ip`: an address and booth itself, in one group. */
async function create(pcs: Pcs, args: string[]): Promise<void> {
  const [keyword, address, ...rest] = args;
  if (keyword !== 'ip' || address === undefined || rest.length > 0) throw new BadCall();
  // The address is the one that clients find booth at; nobody asks whether the configuration names it as a site.
  loadBooth(pcs);
  const cib = await pcs.cib();
  const present = serviceIn(cib);
  if (present) pcs.report(error("booth instance 'booth' is already created as cluster resource"));
  pcs.stopOnErrors();
  const ids = new IdMaker(cib);
  const make = (name: string, provider: string, type: string, option: string, value: string) => {
    const element = newElement('primitive', { id: ids.make(name), class: 'ocf', type, provider });
    updateSet(element, 'instance_attributes', new Map([[option, value]]), ids);
    const agent = pcs.installation.agents.agent('ocf', provider, type);
    const operations = allOperations(pcs, [], agent, 'ocf', false);
    const list = operations.map((operation) => operationElement(cib, idOf(element), operation, ids));
    element.children.push(newElement('operations', {}, list));
    return element;
  };
  const group = newElement('group', { id: ids.make('booth-booth-group') }, [
    make('booth-booth-ip', 'heartbeat', 'IPaddr2', 'ip', address),
    make('booth-booth-service', 'pacemaker', 'booth-site', 'config', BOOTH_CONF),
  ]);
  resourcesOf(cib).children.push(group);
  await pcs.push(cib);
}

/** `pcs booth delete`: the address first, so that the group goes with booth. */
async function remove(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const service = serviceIn(await pcs.cib());
  if (!service) {
    pcs.report(error("booth instance 'booth' not found in cib"));
    pcs.stopOnErrors();
    return;
  }
  const cib = await pcs.cib();
  const group = [...walk(resourcesOf(cib))].find((element) =>
    element.children.some((child) => idOf(child) === idOf(service)),
  );
  const address = group?.children.find((child) => child.attributes.type === 'IPaddr2');
  if (address) await deleteResource(pcs, idOf(address));
  await deleteResource(pcs, idOf(service));
}

async function restart(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const service = serviceIn(await pcs.cib());
  if (!service) pcs.report(error("booth instance 'booth' not found in cib"));
  pcs.stopOnErrors();
  const result = await pcs.process.capture(['crm_resource', '--restart', '--resource', service ? idOf(service) : '']);
  if (result.status !== 0) throw new CommandFailure(`${result.stdout}${result.stderr}`.trimEnd());
}

/** What booth's own program answers. */
async function ask(pcs: Pcs, argv: string[], what: string): Promise<void> {
  const result = await pcs.process.capture(['booth', ...argv]);
  if (result.status === 0) pcs.raw(result.stdout);
  else throw new CommandFailure(`unable to ${what}: ${result.stderr.trimEnd()}`);
}

/** `pcs booth status`, also called `pcs status booth`. */
export async function boothStatus(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  await ask(pcs, ['status'], 'get status of booth daemon');
}

function ticketCommand(verb: 'grant' | 'revoke'): Run {
  return async (pcs, args) => {
    const [ticket, site, ...rest] = args;
    if (ticket === undefined || rest.length > 0) throw new BadCall();
    const where = site === undefined ? [] : ['-s', site];
    await ask(pcs, [verb, ...where, ticket], `${verb} booth ticket '${ticket}'`);
  };
}

/** The arbitrator's service on this host. */
function service(verb: 'start' | 'stop' | 'enable' | 'disable'): Run {
  return async (pcs, args) => {
    if (args.length > 0) throw new BadCall();
    const result = await pcs.process.capture(['systemctl', verb, 'booth@booth']);
    const said = result.stderr.trimEnd();
    if (result.status !== 0) pcs.report(error(`Unable to ${verb} booth@booth: ${said}`));
    pcs.stopOnErrors();
    const done = { start: 'started', stop: 'stopped', enable: 'enabled', disable: 'disabled' }[verb];
    pcs.note(`booth@booth ${done}`);
  };
}

const FILES = '--booth-conf --booth-key';

export const booth: Router = {
  commands: {
    setup: command(`--force ${FILES}`, setup),
    destroy: command('', destroy),
    config: command('', config),
    create: command('-f', create),
    delete: command('-f', remove),
    remove: command('-f', remove),
    restart: command('', restart),
    status: command('', boothStatus),
    pull: command('', pull),
    sync: command('--skip-offline', sync),
    start: command('', service('start')),
    stop: command('', service('stop')),
    enable: command('', service('enable')),
    disable: command('', service('disable')),
    ticket: {
      commands: {
        add: command(`--force ${FILES}`, addTicket),
        delete: command(FILES, removeTicket),
        remove: command(FILES, removeTicket),
        grant: command('', ticketCommand('grant')),
        revoke: command('', ticketCommand('revoke')),
      },
    },
  },
};
