import { parseTimeout } from './options';
import { error, type Override, overridable, plural, quoteList, type Report } from './reports';
import { parseBoolean } from './text';

/** The words that pcs uses for what a value may be. */
export const ALLOWED = {
  time: 'time interval (e.g. 1, 2s, 3m, 4h, ...)',
  boolean: "a pacemaker boolean value: '0', '1', 'false', 'n', 'no', 'off', 'on', 'true', 'y', 'yes'",
  score: 'an integer or INFINITY or -INFINITY',
  percentage: "a non-negative integer followed by '%' (e.g. 0%, 50%, 200%, ...)",
  positiveInteger: 'a positive integer',
  nonNegativeInteger: 'a non-negative integer',
} as const;

export const isTime = (text: string): boolean => parseTimeout(text) !== undefined;
export const isPacemakerBoolean = (text: string): boolean => parseBoolean(text) !== undefined;
export const isInteger = (text: string): boolean => /^\s*[+-]?\d+\s*$/.test(text);
export const isIntegerOrInfinity = (text: string): boolean => isInteger(text) || /^[+-]?INFINITY$/.test(text);
export const isPercentage = (text: string): boolean => /^\d+%$/.test(text);
export const isPositiveInteger = (text: string): boolean => /^\d+$/.test(text) && Number(text) > 0;
export const isNonNegativeInteger = (text: string): boolean => /^\d+$/.test(text);

/** `'x' is not a valid NAME value, use …`. */
export function badValue(
  name: string,
  value: string,
  allowed: string | readonly string[],
  force?: boolean,
  override: Override = '--force',
): Report {
  const text = typeof allowed === 'string' ? allowed : quoteList(allowed);
  const message = `'${value}' is not a valid ${name} value${text === '' ? '' : `, use ${text}`}`;
  return force === undefined ? error(message) : overridable(message, force, override);
}

/** `invalid KIND option 'x', allowed options are: …`. */
export function badOptions(
  names: readonly string[],
  allowed: readonly string[],
  kind: string | null,
  force?: boolean,
): Report {
  const what = kind === null || kind === '' ? '' : `${kind} `;
  const list = names.length === 1 ? ` ${quoteList(names)}` : `s: ${quoteList(names)}`;
  const choice =
    allowed.length === 0
      ? 'there are no options allowed'
      : `allowed ${plural(allowed, 'option is', 'options are:')} ${quoteList(allowed)}`;
  const message = `invalid ${what}option${list}, ${choice}`;
  return force === undefined ? error(message) : overridable(message, force);
}

/** `required KIND option 'x' is missing`. */
export function missingOptions(names: readonly string[], kind: string | null, force?: boolean): Report {
  const what = kind === null || kind === '' ? '' : `${kind} `;
  const list = `${plural(names, 'option')} ${quoteList(names)} ${plural(names, 'is', 'are')}`;
  const message = `required ${what}${list} missing`;
  return force === undefined ? error(message) : overridable(message, force);
}
