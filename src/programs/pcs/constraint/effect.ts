import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';

export type RuleState = 'in effect' | 'expired' | 'not yet in effect';

/** A date of a rule as Unix ms, in UTC unless it says otherwise; null where it can't be read. */
function parseDate(text: string): number | null {
  const match = /^(\d{4})-?(\d{2})?-?(\d{2})?(?:[T ](\d{2}):?(\d{2})(?::?(\d{2}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(
    text.trim(),
  );
  if (!match) return null;
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', zone] = match;
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (zone === undefined || zone === 'Z') return utc;
  const sign = zone.startsWith('-') ? 1 : -1;
  const digits = zone.slice(1).replace(':', '');
  return utc + sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/** The end of a duration that begins at a moment. */
function addDuration(start: number, duration: Element): number {
  const value = (name: string) => Number(duration.attributes[name] ?? '0');
  const date = new Date(start);
  date.setUTCFullYear(date.getUTCFullYear() + value('years'));
  date.setUTCMonth(date.getUTCMonth() + value('months'));
  const days = value('weeks') * 7 + value('days');
  return date.getTime() + ((days * 24 + value('hours')) * 60 + value('minutes')) * 60_000 + value('seconds') * 1000;
}

/**
 * Whether a rule holds now as far as dates go, as `crm_rule --check` says it: it only judges rules that have one date
 * expression, whatever else is in them, and takes all others for in effect.
 */
export function ruleState(rule: Element, now: number): RuleState {
  const [only, ...more] = [...walk(rule)].filter((each) => each.name === 'date_expression');
  if (!only || more.length > 0) return 'in effect';
  const { operation = 'in_range', start, end } = only.attributes;
  if (operation === 'date_spec') return 'in effect';
  const from = start === undefined ? null : parseDate(start);
  let until = end === undefined ? null : parseDate(end);
  const [duration] = only.children;
  if (duration?.name === 'duration' && from !== null) until = addDuration(from, duration);
  if (operation === 'gt') return from !== null && now <= from ? 'not yet in effect' : 'in effect';
  if (operation === 'lt') return until !== null && now >= until ? 'expired' : 'in effect';
  if (operation === 'eq') return 'in effect';
  if (from !== null && now < from) return 'not yet in effect';
  if (until !== null && now > until) return 'expired';
  return 'in effect';
}
