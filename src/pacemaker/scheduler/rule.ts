import type { Element } from '../../world/xml';
import { parseInterval } from './interval';
import { addDuration, dateFields, parseIso8601 } from './iso8601';
import { parseRole, Role } from './role';
import { compareVersionText } from './version-text';

/** What a rule is evaluated against. Parts that don't apply are left out, and expressions on them are false. */
export interface RuleContext {
  /** Unix seconds. */
  now: number;
  /** Node attributes, `#uname`, `#id`, `#kind` … included. */
  attributes?: ReadonlyMap<string, string>;
  role?: Role;
  /** For rules in op_defaults. */
  operation?: { name: string; intervalMs: number };
  /** For rules in rsc_defaults and op_defaults. */
  resource?: { class: string; provider: string | null; type: string };
  /** Sources for `value-source`. */
  parameters?: ReadonlyMap<string, string>;
  meta?: ReadonlyMap<string, string>;
  /** Submatches of a rsc-pattern, %0 to %9. */
  matches?: readonly string[];
  /** Told of each moment (unix seconds) at which the result may change. */
  onChange?: (time: number) => void;
}

/** A rule holds when all (boolean-op=and, the default) or any of its expressions hold. */
export function ruleHolds(rule: Element, context: RuleContext): boolean {
  const any = rule.attributes['boolean-op']?.toLowerCase() === 'or';
  let empty = true;
  for (const expression of rule.children) {
    const holds = expressionHolds(expression, context);
    if (holds === null) continue;
    empty = false;
    if (any && holds) return true;
    if (!any && !holds) return false;
  }
  return empty || !any;
}

/** Elements that guard themselves with rules apply when they have none or one of them holds. */
export function rulesHold(element: Element, context: RuleContext): boolean {
  let rules = 0;
  for (const child of element.children) {
    if (child.name !== 'rule') continue;
    rules++;
    if (ruleHolds(child, context)) return true;
  }
  return rules === 0;
}

function expressionHolds(expression: Element, context: RuleContext): boolean | null {
  switch (expression.name) {
    case 'rule':
      return ruleHolds(expression, context);
    case 'expression':
      return expression.attributes.attribute === '#role'
        ? roleHolds(expression, context)
        : attributeHolds(expression, context);
    case 'date_expression':
      return dateHolds(expression, context);
    case 'op_expression':
      return operationHolds(expression, context);
    case 'rsc_expression':
      return resourceHolds(expression, context);
    default:
      return null;
  }
}

function roleHolds(expression: Element, context: RuleContext): boolean {
  if (context.role === undefined || context.role === Role.Unknown) return false;
  const equal = parseRole(expression.attributes.value) === context.role;
  if (expression.attributes.operation === 'eq') return equal;
  return expression.attributes.operation === 'ne' && !equal;
}

function expand(text: string, matches: readonly string[] | undefined): string {
  return matches ? text.replace(/%(\d)/g, (_, digit: string) => matches[Number(digit)] ?? '') : text;
}

function attributeHolds(expression: Element, context: RuleContext): boolean {
  const { operation } = expression.attributes;
  const name = expand(expression.attributes.attribute ?? '', context.matches);
  const actual = context.attributes?.get(name);
  if (operation === 'defined') return actual !== undefined;
  if (operation === 'not_defined') return actual === undefined;
  let wanted = expression.attributes.value;
  const source = expression.attributes['value-source'];
  if (source === 'param') wanted = context.parameters?.get(wanted ?? '');
  else if (source === 'meta') wanted = context.meta?.get(wanted ?? '');
  const order = compareValues(actual, wanted, expression.attributes.type, operation ?? '');
  switch (operation) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    // A missing value compares with nothing.
    case 'lt':
      return order !== null && order < 0;
    case 'lte':
      return order !== null && order <= 0;
    case 'gt':
      return order !== null && order > 0;
    case 'gte':
      return order !== null && order >= 0;
    default:
      return false;
  }
}

/**
 * The type decides the comparison; it defaults to number or integer for lt/lte/gt/gte (number when one side has a decimal
 * point) and to string for eq/ne. What can't be read as a number is compared as a string.
 */
function compareValues(
  a: string | undefined,
  b: string | undefined,
  type: string | undefined,
  operation: string,
): number | null {
  if (a === undefined || b === undefined) return operation !== 'eq' && operation !== 'ne' ? null : a === b ? 0 : 1;
  let by = type;
  if (by === undefined) {
    if (operation === 'eq' || operation === 'ne') by = 'string';
    else by = a.includes('.') || b.includes('.') ? 'number' : 'integer';
  }
  if (by === 'number' || by === 'integer') {
    const [x, y] = [readNumber(a, by), readNumber(b, by)];
    if (x !== null && y !== null) return x - y;
  } else if (by === 'version') {
    return compareVersionText(a, b);
  }
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function readNumber(text: string, type: 'number' | 'integer'): number | null {
  const match = /^\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+)/.exec(text);
  if (!match) return null;
  const value = Number(match[0]);
  return type === 'integer' ? Math.trunc(value) : value;
}

/** Date expressions compare the present moment; in_range includes both ends. */
function dateHolds(expression: Element, context: RuleContext): boolean {
  const { now, onChange } = context;
  const start = parseIso8601(expression.attributes.start);
  let end = parseIso8601(expression.attributes.end);
  const duration = expression.children.find((child) => child.name === 'duration');
  const spec = expression.children.find((child) => child.name === 'date_spec');
  if (start !== null && end === null && duration) end = addDuration(start, duration.attributes);
  switch (expression.attributes.operation ?? 'in_range') {
    case 'date_spec':
      return spec !== undefined && dateSpecHolds(spec, now, onChange);
    case 'gt':
      if (start === null) return false;
      if (now <= start) onChange?.(start + 1);
      return now > start;
    case 'lt':
      if (end === null) return false;
      if (now < end) onChange?.(end);
      return now < end;
    case 'in_range':
      if (start === null && end === null) return false;
      if (start !== null && now < start) {
        onChange?.(start);
        return false;
      }
      if (end !== null) {
        if (now > end) return false;
        onChange?.(end + 1);
      }
      return true;
    default:
      return false;
  }
}

function dateSpecHolds(spec: Element, now: number, onChange?: (time: number) => void): boolean {
  const fields = dateFields(now);
  for (const [name, range] of Object.entries(spec.attributes)) {
    const value = fields[name];
    if (value === undefined) continue;
    const match = /^(\d*)(-?)(\d*)$/.exec(range);
    if (!match) return false;
    const low = match[1] ? Number(match[1]) : Number.NEGATIVE_INFINITY;
    const high = match[2] ? (match[3] ? Number(match[3]) : Number.POSITIVE_INFINITY) : low;
    if (value < low || value > high) return false;
  }
  if (spec.attributes.years) {
    const last = Number.parseInt(spec.attributes.years.split('-').pop() ?? '', 10);
    if (last) onChange?.(Date.UTC(last + 1, 0, 1) / 1000);
  }
  return true;
}

function operationHolds(expression: Element, context: RuleContext): boolean {
  if (!context.operation) return false;
  if (expression.attributes.name !== context.operation.name) return false;
  const { interval } = expression.attributes;
  return interval === undefined || parseInterval(interval) === context.operation.intervalMs;
}

function resourceHolds(expression: Element, context: RuleContext): boolean {
  if (!context.resource) return false;
  const { class: standard, provider, type } = expression.attributes;
  if (standard !== undefined && standard !== context.resource.class) return false;
  if (provider !== undefined && provider !== (context.resource.provider ?? undefined)) return false;
  return type === undefined || type === context.resource.type;
}
