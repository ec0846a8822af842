import type { Element } from '../../world/xml';
import { descendant } from '../cib/xml';
import { unpackColocation } from './colocation-unpack';
import { unpackLocation } from './location-unpack';
import { unpackOrder } from './order-unpack';
import { rulesHold } from './rule';
import { unpackTicketConstraint } from './ticket';
import type { WorkingSet } from './working-set';

/** The `constraints` section in its order. A constraint with a lifetime counts while one of its rules holds. */
export function unpackConstraints(ws: WorkingSet): void {
  for (const xml of descendant(ws.cib, 'configuration', 'constraints')?.children ?? []) {
    const lifetime = xml.children.find((child) => child.name === 'lifetime');
    if (lifetime && !rulesHold(lifetime, { now: ws.now, onChange: (time) => ws.recheckAt(time) })) continue;
    unpackConstraint(ws, xml);
  }
}

function unpackConstraint(ws: WorkingSet, xml: Element): void {
  if (xml.attributes.id === undefined) return;
  switch (xml.name) {
    case 'rsc_location':
      unpackLocation(ws, xml);
      break;
    case 'rsc_colocation':
      unpackColocation(ws, xml);
      break;
    case 'rsc_order':
      unpackOrder(ws, xml);
      break;
    case 'rsc_ticket':
      unpackTicketConstraint(ws, xml);
      break;
  }
}
