import type { Element } from '../../world/xml';
import { addScoreEverywhere } from './candidate-scores';
import type { Ticket, TicketConstraint } from './constraint';
import { fenceNode } from './fencing-request';
import { expandReference } from './reference';
import type { Resource } from './resource';
import { parseRole, Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** rsc_ticket: the resource (in the given role) may run while the ticket is granted to this site. */
export function unpackTicketConstraint(ws: WorkingSet, xml: Element): void {
  const name = xml.attributes.ticket;
  if (name === undefined) return;
  let ticket: Ticket | undefined = ws.tickets.get(name);
  if (!ticket) {
    ticket = { id: name, granted: false, lastGranted: -1, standby: false, attributes: new Map() };
    ws.tickets.set(name, ticket);
  }
  const sets = xml.children.filter((child) => child.name === 'resource_set');
  if (sets.length > 0) {
    for (const set of sets) {
      const resolved = set.attributes['id-ref'] !== undefined ? (ws.element(set.attributes['id-ref']) ?? set) : set;
      for (const reference of resolved.children) {
        for (const resource of expandReference(ws, reference.attributes.id) ?? []) {
          addTicket(ws, xml, resource, ticket, resolved.attributes.role);
        }
      }
    }
    return;
  }
  for (const resource of expandReference(ws, xml.attributes.rsc) ?? [])
    addTicket(ws, xml, resource, ticket, xml.attributes['rsc-role']);
}

function addTicket(
  ws: WorkingSet,
  xml: Element,
  resource: Resource,
  ticket: Ticket,
  roleText: string | undefined,
): void {
  const role = parseRole(roleText);
  let lossPolicy: TicketConstraint['lossPolicy'] = 'stop';
  switch (xml.attributes['loss-policy']) {
    case 'fence':
      lossPolicy = ws.options.stonithEnabled ? 'fence' : 'stop';
      if (!ws.options.stonithEnabled)
        ws.messages.push({
          level: 'error',
          source: 'rsc_ticket_new',
          text: `Resetting 'loss-policy' for ticket '${ticket.id}' to 'stop' because fencing is not configured`,
        });
      break;
    case 'freeze':
      lossPolicy = 'freeze';
      break;
    case 'demote':
      lossPolicy = 'demote';
      break;
    case undefined:
      // Losing a ticket for the promoted role demotes unless told otherwise.
      lossPolicy = role === Role.Promoted ? 'demote' : 'stop';
      break;
    default:
      lossPolicy = 'stop';
  }
  const constraint: TicketConstraint = { id: xml.attributes.id ?? '', resource, ticket, lossPolicy, role };
  resource.tickets.push(constraint);
  if (!ticket.granted || ticket.standby) ticketLost(ws, resource, constraint);
}

/** What becomes of a resource whose ticket isn't here or is in standby. */
function ticketLost(ws: WorkingSet, resource: Resource, constraint: TicketConstraint): void {
  const { ticket, role, lossPolicy } = constraint;
  if (resource.children.length > 0) {
    for (const child of resource.children) ticketLost(ws, child, constraint);
    return;
  }
  // Never granted, or in standby: the role it is for is out; that of running resources is handled by the loss policy.
  if (ticket.granted || resource.running.length === 0) {
    if (role !== Role.Promoted || lossPolicy === 'stop')
      addScoreEverywhere(ws, resource, -INFINITY, 'ticket', ticket.id);
    return;
  }
  switch (lossPolicy) {
    case 'stop':
      addScoreEverywhere(ws, resource, -INFINITY, 'ticket', ticket.id);
      break;
    case 'demote':
      // Promotion is out anyway: see promotionBanned.
      if (role !== Role.Promoted) addScoreEverywhere(ws, resource, -INFINITY, 'ticket', ticket.id);
      break;
    case 'fence':
      if (!concerns(resource, role)) break;
      addScoreEverywhere(ws, resource, -INFINITY, 'ticket', ticket.id);
      for (const node of resource.running) fenceNode(ws, node, 'deadman ticket was lost');
      break;
    case 'freeze':
      if (!concerns(resource, role)) break;
      resource.managed = false;
      resource.blocked = true;
      break;
  }
}

/** Fencing and freezing are for what has the role that needs the ticket, not for its unpromoted peers. */
const concerns = (resource: Resource, role: Role): boolean => role <= Role.Started || role === resource.role;

/** Whether a ticket that isn't here forbids a clone's instances the promoted role. */
export function promotionBanned(clone: Resource): boolean {
  return clone.tickets.some(({ role, ticket }) => role === Role.Promoted && (!ticket.granted || ticket.standby));
}
