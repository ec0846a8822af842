/** What crm_mon can show, in the order in which it is shown. */
export const SECTIONS = [
  'stack',
  'dc',
  'times',
  'counts',
  'options',
  'nodes',
  'resources',
  'attributes',
  'operations',
  'failcounts',
  'failures',
  'fencing-failed',
  'fencing-pending',
  'fencing-succeeded',
  'tickets',
  'bans',
] as const;
export type Section = (typeof SECTIONS)[number];

const SUMMARY: readonly Section[] = ['stack', 'dc', 'times', 'counts', 'options'];
const FENCING: readonly Section[] = ['fencing-failed', 'fencing-pending', 'fencing-succeeded'];

/** A section or group of sections that doesn't exist. */
export class UnknownSection extends Error {}

/** What is shown unless something else is asked for. */
export function defaultSections(format: string, oneShot: boolean): Set<Section> {
  if (format === 'xml') return new Set(SECTIONS);
  const sections = new Set<Section>([
    ...SUMMARY,
    'nodes',
    'resources',
    'failures',
    'fencing-failed',
    'fencing-pending',
  ]);
  if (!oneShot) sections.add('fencing-pending');
  sections.delete('options');
  sections.add('options');
  return sections;
}

function membersOf(name: string, defaults: ReadonlySet<Section>): readonly Section[] {
  if (name === 'all') return SECTIONS;
  if (name === 'default' || name === 'defaults') return [...defaults];
  if (name === 'summary') return SUMMARY;
  if (name === 'fencing') return FENCING;
  const found = SECTIONS.find((section) => section === name);
  if (!found) throw new UnknownSection(name);
  return [found];
}

/** Applies `--include=a,b`: `none` clears what was there, `default` puts the defaults in place. Throws UnknownSection. */
export function include(sections: Set<Section>, list: string, defaults: ReadonlySet<Section>): void {
  for (const name of list.split(',')) {
    if (name === 'none') sections.clear();
    else for (const section of membersOf(name, defaults)) sections.add(section);
  }
}

/** Applies `--exclude=a,b`. Throws UnknownSection. */
export function exclude(sections: Set<Section>, list: string, defaults: ReadonlySet<Section>): void {
  for (const name of list.split(',')) {
    if (name === 'none') for (const section of SECTIONS) sections.add(section);
    else for (const section of membersOf(name, defaults)) sections.delete(section);
  }
}

export function hasSummary(sections: ReadonlySet<Section>): boolean {
  return SUMMARY.some((section) => sections.has(section));
}
