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

/** A section or group of sections that doesn't exist; the message says what the option takes. */
export class UnknownSection extends Error {
  constructor(option: 'include' | 'exclude') {
    super(`--${option} options: ${option === 'include' ? INCLUDED : EXCLUDED}`);
  }
}

const EXCLUDED =
  'all, attributes, bans, counts, dc, failcounts, failures, fencing, fencing-failed, fencing-pending, fencing-succeeded, maint-mode, nodes, none, operations, options, resources, stack, summary, tickets, times';
/** Only what is added can have a default, and only bans a prefix. */
const INCLUDED = EXCLUDED.replace('bans', 'bans[:PREFIX]').replace('dc,', 'dc, default,');

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

function membersOf(name: string): readonly Section[] | undefined {
  if (name === 'all') return SECTIONS;
  if (name === 'summary') return SUMMARY;
  if (name === 'fencing') return FENCING;
  if (name === 'maint-mode') return ['options'];
  const found = SECTIONS.find((section) => section === name);
  return found && [found];
}

/** Applies `--include=a,b`: `none` clears what was there, `default` adds the defaults. Throws UnknownSection. */
export function include(sections: Set<Section>, list: string, defaults: ReadonlySet<Section>): void {
  for (const name of list.split(',')) {
    if (name === 'none') {
      sections.clear();
      continue;
    }
    const isDefault = name === 'default' || name === 'defaults';
    const members = isDefault ? defaults : membersOf(name.startsWith('bans:') ? 'bans' : name);
    if (!members) throw new UnknownSection('include');
    for (const section of members) sections.add(section);
  }
}

/** Applies `--exclude=a,b`: `none` leaves everything in. Throws UnknownSection. */
export function exclude(sections: Set<Section>, list: string): void {
  for (const name of list.split(',')) {
    if (name === 'none') {
      for (const section of SECTIONS) sections.add(section);
      continue;
    }
    const members = membersOf(name);
    if (!members) throw new UnknownSection('exclude');
    for (const section of members) sections.delete(section);
  }
}

export function hasSummary(sections: ReadonlySet<Section>): boolean {
  return SUMMARY.some((section) => sections.has(section));
}
