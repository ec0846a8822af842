import type { Element } from '../../world/xml';
import { childNamed } from './xml';

/** Sections that live below `configuration`. */
const CONFIGURATION_SECTIONS: readonly string[] = [
  'crm_config',
  'nodes',
  'resources',
  'constraints',
  'fencing-topology',
  'acls',
  'tags',
  'alerts',
  'rsc_defaults',
  'op_defaults',
  'tickets',
];

/** Names of the path from below the root to a section; the root itself for a section that doesn't exist. */
export function sectionPath(section: string | undefined): readonly string[] {
  if (section === undefined || section === 'all' || section === 'cib') return [];
  if (section === 'status' || section === 'configuration') return [section];
  if (section === 'tickets') return ['status', 'tickets'];
  if (CONFIGURATION_SECTIONS.includes(section)) return ['configuration', section];
  return [];
}

/** The section's element, or undefined where the CIB has none. An unknown section means the whole CIB. */
export function findSection(cib: Element, section: string | undefined): Element | undefined {
  let at: Element | undefined = cib;
  for (const name of sectionPath(section)) at = at && childNamed(at, name);
  return at;
}
