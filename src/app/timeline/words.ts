import type { Language } from '../../engine/ports';
import type { HistoryEntry } from '../../world/history';
import { changeWords, eventWords } from '../messages/events';

/** Units whose starts and stops belong to a cluster's story; the others are a boot's noise. */
const CLUSTER_UNITS =
  /^(corosync|pacemaker|pcsd|sbd|firewalld|target|iscsi|drbd|dlm|lvmlock|httpd|nfs-server|booth)|^corosync-q/;

const GOOD = /^(membership\.formed|quorum\.gained|pacemaker\.(dc|joined)|resource\.(started|promoted))$/;
const BAD =
  /^(power\.(off|crash)|quorum\.lost|token\.lost|unit\.failed|resource\.failed|fault\.injected|link\.(down|unplugged))$/;

/** Whether an entry is good news, bad news, or just news. */
export function toneOf({ kind }: HistoryEntry): 'good' | 'bad' | 'plain' {
  return GOOD.test(kind) ? 'good' : BAD.test(kind) ? 'bad' : 'plain';
}

/** Whether an entry is shown when not everything is asked for. */
export function isNotable(entry: HistoryEntry): boolean {
  // Link-local addresses come and go with every boot.
  if (entry.kind.startsWith('address.')) return !String(entry.facts.address ?? '').startsWith('fe80');
  // What caused a decision is told where somebody asks why.
  if (entry.kind === 'pacemaker.configured') return false;
  if (entry.kind === 'pacemaker.transition')
    return Array.isArray(entry.facts.changes) && entry.facts.changes.length > 0;
  if (entry.kind !== 'unit.started' && entry.kind !== 'unit.stopped') return true;
  return CLUSTER_UNITS.test(String(entry.facts.unit ?? ''));
}

const show = (value: HistoryEntry['facts'][string]): string =>
  Array.isArray(value) ? value.join(', ') : String(value);

/** `Move vip node1 -> node2` in the page's words; of nodes' names without their domain. */
function changeText(change: string, language: Language): string {
  const [word = '', resource = '', ...details] = change.split(' ');
  const where = details
    .join(' ')
    .replaceAll('->', '→')
    .replace(/\b([a-z][\w-]*)\.[\w.-]+/g, '$1');
  const what = changeWords[language][word] ?? word;
  return (language === 'ko' ? `${resource} ${what} ${where}` : `${what} ${resource} ${where}`).trim();
}

/** An entry in a sentence: `{fact}` in the catalogue's words is replaced; unknown kinds show their facts as they are. */
export function entryText(entry: HistoryEntry, language: Language): string {
  const facts = { ...entry.facts };
  let { kind } = entry;
  if (kind === 'pacemaker.transition') {
    const changes = Array.isArray(facts.changes) ? facts.changes : [];
    if (changes.length === 0) kind = 'pacemaker.probing';
    else facts.changes = changes.map((change) => changeText(String(change), language));
  }
  const pattern = eventWords[language][kind];
  if (pattern !== undefined) {
    return pattern
      .replace(/\{(\w+)\}/g, (_, name: string) => (facts[name] === undefined ? '' : show(facts[name])))
      .replace(/\s+/g, ' ')
      .trim();
  }
  const rest = Object.entries(facts).map(([name, value]) => `${name} ${show(value)}`);
  return [entry.kind.replace(/[.-]/g, ' '), rest.join(', ')].filter(Boolean).join(': ');
}
