import { compareDotted } from '../../../pacemaker/cib/version';
import type { Element } from '../../../world/xml';

/** The newest schema that pacemaker knows. */
const NEWEST = '3.9';

/** Raises the schema to the newest where it is older than needed; says whether it did. */
export function upgradeSchema(cib: Element, needed: string): boolean {
  const present = /^pacemaker-(.+)$/.exec(cib.attributes['validate-with'] ?? '')?.[1];
  if (present === undefined || compareDotted(present, needed) >= 0) return false;
  cib.attributes['validate-with'] = `pacemaker-${NEWEST}`;
  return true;
}
