import type { HistoryEntry } from '../../world/history';
import type { Messages } from '../messages/en';

const show = (value: HistoryEntry['facts'][string]): string =>
  Array.isArray(value) ? value.join(', ') : String(value);

/** An entry in a sentence: `{fact}` in the catalogue's words is replaced; unknown kinds show their facts as they are. */
export function entryText(entry: HistoryEntry, words: Messages): string {
  const { facts } = entry;
  const pattern = words.timeline.kinds[entry.kind];
  if (pattern !== undefined) {
    return pattern
      .replace(/\{(\w+)\}/g, (_, name: string) => (facts[name] === undefined ? '' : show(facts[name])))
      .replace(/\s+/g, ' ')
      .trim();
  }
  const rest = Object.entries(facts).map(([name, value]) => `${name} ${show(value)}`);
  return [entry.kind.replace(/[.-]/g, ' '), rest.join(', ')].filter(Boolean).join(': ');
}
