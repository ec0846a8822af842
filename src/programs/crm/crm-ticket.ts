import { CibError } from '../../pacemaker/cib/errors';
import { formatXml } from '../../pacemaker/cib/format';
import { element } from '../../pacemaker/cib/new';
import { descendant } from '../../pacemaker/cib/xml';
import { hashOrder } from '../../pacemaker/hash-order';
import { ctime } from '../../pacemaker/time';
import type { Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import type { GlibOption } from './glib';
import { defineTool, EX, type Tool, ToolError } from './tool';

const OPTIONS: readonly GlibOption[] = [
  { name: 'info', letter: 'l', help: 'Tickets and their states' },
  { name: 'details', letter: 'L', help: 'The same with all attributes' },
  { name: 'raw', letter: 'w', help: 'Ids of tickets' },
  { name: 'query-xml', letter: 'q', help: "A ticket's XML" },
  { name: 'constraints', letter: 'c', help: 'Constraints that name a ticket' },
  { name: 'grant', letter: 'g', help: 'Grant it to this site' },
  { name: 'revoke', letter: 'r', help: 'Revoke it' },
  { name: 'standby', letter: 's', help: 'Put it in standby' },
  { name: 'activate', letter: 'a', help: 'Take it out of standby' },
  { name: 'get-attr', letter: 'G', value: 'required', placeholder: 'ATTRIBUTE' },
  { name: 'set-attr', letter: 'S', value: 'required', placeholder: 'ATTRIBUTE' },
  { name: 'delete-attr', letter: 'D', value: 'required', placeholder: 'ATTRIBUTE' },
  { name: 'cleanup', letter: 'C', help: 'Forget it here' },
  { name: 'attr-value', letter: 'v', value: 'required', placeholder: 'VALUE' },
  { name: 'default', letter: 'd', value: 'required', placeholder: 'VALUE' },
  { name: 'force', letter: 'f' },
  { name: 'ticket', letter: 't', value: 'required', placeholder: 'ID' },
  { name: 'set-name', letter: 'n', value: 'required' },
  { name: 'nvpair', letter: 'i', value: 'required' },
  { name: 'quiet', letter: 'Q' },
];

const isTrue = (value: string | undefined): boolean =>
  ['true', 'on', 'yes', 'y', '1'].includes(value?.toLowerCase() ?? '');

function tickets(cib: Element): Element[] {
  const section = descendant(cib, 'status', 'tickets');
  return (section?.children ?? []).filter((child) => child.name === 'ticket_state');
}

/** Tickets with a state, and those that constraints name without that anybody ever granted them. */
function knownTickets(cib: Element): Element[] {
  const known = new Map(tickets(cib).map((ticket) => [ticket.attributes.id ?? '', ticket]));
  for (const { name, attributes } of descendant(cib, 'configuration', 'constraints')?.children ?? []) {
    const id = attributes.ticket;
    if (name === 'rsc_ticket' && id !== undefined && !known.has(id)) known.set(id, element('ticket_state', { id }));
  }
  return hashOrder([...known.values()], ({ attributes }) => attributes.id ?? '');
}

function listTickets(tool: Tool, cib: Element, details: boolean): number {
  const wanted = tool.args.value('ticket');
  const shown = knownTickets(cib).filter(({ attributes }) => wanted === undefined || attributes.id === wanted);
  if (wanted !== undefined && shown.length === 0) throw new ToolError(`No such ticket '${wanted}'`, EX.noSuch);
  for (const { attributes } of shown) {
    const state = isTrue(attributes.granted) ? 'granted' : 'revoked';
    const standby = isTrue(attributes.standby) ? ' [standby]' : '          ';
    const facts = Object.entries(attributes).flatMap(([name, value]) => {
      if (name === 'id') return [];
      return [name === 'last-granted' ? `${name}='${ctime(Number(value) * 1000)}'` : `${name}=${value}`];
    });
    const last = attributes['last-granted'];
    const since = last ? ` last-granted='${ctime(Number(last) * 1000)}'` : '';
    const more = !details ? since : facts.length > 0 ? ` (${facts.join(', ')})` : '';
    tool.print(`${attributes.id}\t${state}${standby}${more}\n`);
  }
  return EX.ok;
}

/** Sets and removes attributes of a ticket's state. */
function store(
  tool: Tool,
  cib: Element,
  id: string,
  values: Record<string, string>,
  removed: readonly string[] = [],
): void {
  const present = tickets(cib).find((ticket) => ticket.attributes.id === id);
  const attributes: Record<string, string> = { id, ...present?.attributes, ...values };
  for (const name of removed) delete attributes[name];
  const state = element('ticket_state', attributes);
  if (present && removed.length > 0) {
    tool.change({ kind: 'replace', section: 'status', input: state });
    return;
  }
  tool.change({ kind: 'modify', section: 'status', input: element('tickets', {}, [state]), allowCreate: true });
}

function refuse(tool: Tool, text: string): never {
  tool.print(text);
  throw new ToolError('Ticket modification not allowed', 4);
}

function grant(tool: Tool, cib: Element, id: string): number {
  if (!tool.args.has('force'))
    refuse(
      tool,
      `This command cannot help you verify whether '${id}' has been already granted elsewhere.\nIf you really want to grant '${id}' to this site now, and you know what you are doing,\nplease specify --force.\n`,
    );
  store(tool, cib, id, { granted: 'true', 'last-granted': String(Math.floor(tool.now / 1000)) });
  return EX.ok;
}

function revoke(tool: Tool, cib: Element, id: string): number {
  if (!tool.args.has('force'))
    refuse(
      tool,
      `Revoking '${id}' can trigger the specified 'loss-policy'(s) relating to '${id}'.\n\nYou can check that with:\ncrm_ticket --ticket ${id} --constraints\n\nOtherwise before revoking '${id}', you may want to make '${id}' standby with:\ncrm_ticket --ticket ${id} --standby\n\nIf you really want to revoke '${id}' from this site now, and you know what you are doing,\nplease specify --force.\n`,
    );
  store(tool, cib, id, { granted: 'false' });
  return EX.ok;
}

function constraints(tool: Tool, cib: Element, id: string | undefined): number {
  const section = descendant(cib, 'configuration', 'constraints');
  const found = (section?.children ?? []).filter(
    (each) => each.name === 'rsc_ticket' && (id === undefined || each.attributes.ticket === id),
  );
  if (found.length === 0)
    throw new ToolError('Could not show ticket constraints: No such device or address', EX.noSuch);
  tool.print('Constraints XML:\n\n');
  for (const each of found) tool.print(formatXml(each));
  return EX.ok;
}

function cleanUp(tool: Tool, cib: Element, id: string): number {
  const present = tickets(cib).find((ticket) => ticket.attributes.id === id);
  if (!present) return EX.ok;
  if (isTrue(present.attributes.granted) && !tool.args.has('force')) return revoke(tool, cib, id);
  tool.change({ kind: 'delete', section: 'status', input: element('ticket_state', { id }) });
  tool.print(`Cleaned up ${id}\n`);
  return EX.ok;
}

function readAttribute(tool: Tool, cib: Element, id: string, name: string): number {
  const present = tickets(cib).find((ticket) => ticket.attributes.id === id);
  const value = present?.attributes[name] ?? tool.args.value('default');
  if (!present || value === undefined) return EX.noSuch;
  tool.print(`${value}\n`);
  return EX.ok;
}

function needTicket(tool: Tool): string {
  const id = tool.args.value('ticket');
  if (id === undefined) throw new ToolError('Must supply ticket ID with -t', EX.usage);
  return id;
}

function runCommand(tool: Tool, cib: Element): number {
  const { args } = tool;
  if (args.has('info') || args.has('details')) return listTickets(tool, cib, args.has('details'));
  if (args.has('raw')) {
    for (const ticket of tickets(cib)) tool.print(`${ticket.attributes.id}\n`);
    return EX.ok;
  }
  if (args.has('constraints')) return constraints(tool, cib, args.value('ticket'));
  if (args.has('grant')) return grant(tool, cib, needTicket(tool));
  if (args.has('revoke')) return revoke(tool, cib, needTicket(tool));
  const set = args.value('set-attr');
  const removed = args.value('delete-attr');
  const read = args.value('get-attr');
  if (args.has('query-xml')) {
    const id = needTicket(tool);
    const found = tickets(cib).find((ticket) => ticket.attributes.id === id);
    if (!found) return EX.noSuch;
    tool.print(`State XML:\n\n${formatXml(found)}`);
  } else if (args.has('cleanup')) return cleanUp(tool, cib, needTicket(tool));
  else if (args.has('standby')) store(tool, cib, needTicket(tool), { standby: 'true' });
  else if (args.has('activate')) store(tool, cib, needTicket(tool), { standby: 'false' });
  else if (read !== undefined) return readAttribute(tool, cib, needTicket(tool), read);
  else if (set !== undefined) store(tool, cib, needTicket(tool), { [set]: args.value('attr-value') ?? '' });
  else if (removed !== undefined) store(tool, cib, needTicket(tool), {}, [removed]);
  else throw new ToolError('Must supply a command', EX.usage);
  return EX.ok;
}

/** `crm_ticket`: tickets of multi-site clusters. */
export const crmTicket: Program = defineTool({
  name: 'crm_ticket',
  purpose: 'Queries and changes cluster tickets.',
  options: OPTIONS,
  run(tool) {
    let cib: Element;
    try {
      cib = tool.readCib();
    } catch (error) {
      if (!(error instanceof CibError)) throw error;
      throw new ToolError(`Could not connect to the CIB: ${error.message}`, error.status);
    }
    return runCommand(tool, cib);
  },
});
