import type { Element } from '../../world/xml';
import { descendant } from '../cib/xml';
import { milliseconds } from '../controller/options';

/** What an alert can be about. */
export type AlertKind = 'node' | 'fencing' | 'resource' | 'attribute';

/** One call of an alert agent: for each recipient of an alert, or one where it has none. */
export interface ConfiguredAlert {
  readonly path: string;
  readonly recipient: string | null;
  readonly timeoutMs: number;
  readonly timestampFormat: string;
  /** Instance attributes: the agent's environment. */
  readonly options: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 30_000;
const TIMESTAMP = '%H:%M:%S.%06N';
/** Called for without being asked for; attributes have to be. */
const DEFAULT_KINDS: readonly AlertKind[] = ['node', 'fencing', 'resource'];
const SELECTORS: Readonly<Record<string, AlertKind>> = {
  select_nodes: 'node',
  select_fencing: 'fencing',
  select_resources: 'resource',
  select_attributes: 'attribute',
};

/** Pairs of an element's sets of a kind; the first set to name an option wins. */
function pairs(element: Element, set: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const child of element.children) {
    if (child.name !== set) continue;
    for (const { attributes } of child.children) {
      const { name, value } = attributes;
      if (name !== undefined && value !== undefined && !(name in found)) found[name] = value;
    }
  }
  return found;
}

/** Whether an alert wants to hear of this kind, and of this attribute. */
function wants(alert: Element, kind: AlertKind, attribute: string | null): boolean {
  const select = alert.children.find((child) => child.name === 'select');
  if (!select) return DEFAULT_KINDS.includes(kind);
  const chosen = select.children.find((child) => SELECTORS[child.name] === kind);
  if (!chosen) return false;
  const names = chosen.children.map((child) => child.attributes.name);
  return kind !== 'attribute' || names.length === 0 || names.includes(attribute ?? '');
}

/** The calls that the configuration asks for when something of a kind happens. Recipients inherit from their alert. */
export function configuredAlerts(cib: Element, kind: AlertKind, attribute: string | null = null): ConfiguredAlert[] {
  const alerts = descendant(cib, 'configuration', 'alerts')?.children ?? [];
  return alerts.flatMap((alert): ConfiguredAlert[] => {
    if (alert.name !== 'alert' || !wants(alert, kind, attribute)) return [];
    const meta = pairs(alert, 'meta_attributes');
    if (isOff(meta)) return [];
    const options = pairs(alert, 'instance_attributes');
    const path = alert.attributes.path ?? '';
    const recipients = alert.children.filter((child) => child.name === 'recipient');
    if (recipients.length === 0) return [callOf(path, null, meta, options)];
    return recipients.flatMap((recipient) => {
      const own = { ...meta, ...pairs(recipient, 'meta_attributes') };
      if (isOff(own)) return [];
      const all = { ...options, ...pairs(recipient, 'instance_attributes') };
      return [callOf(path, recipient.attributes.value ?? '', own, all)];
    });
  });
}

function isOff(meta: Readonly<Record<string, string>>): boolean {
  return ['false', 'no', 'off', 'n', '0'].includes((meta.enabled ?? 'true').toLowerCase());
}

function callOf(
  path: string,
  recipient: string | null,
  meta: Readonly<Record<string, string>>,
  options: Readonly<Record<string, string>>,
): ConfiguredAlert {
  return {
    path,
    recipient,
    timeoutMs: milliseconds(meta.timeout ?? '') ?? TIMEOUT_MS,
    timestampFormat: meta['timestamp-format'] ?? TIMESTAMP,
    options,
  };
}
