import type { Element } from '../../../world/xml';
import { cleanId, type IdMaker } from '../cib/ids';
import { newElement } from '../cib/nvset';
import { compareText, error, plural, quoteList, type Report } from '../reports';
import { badOptions, badValue } from '../validate';

/** An expression of a rule for defaults. */
type Expression =
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'resource'; standard: string; provider: string; type: string }
  | { kind: 'op'; name: string; interval: string | null }
  | { kind: 'defined' | 'not_defined'; attribute: string }
  | { kind: 'compare'; attribute: string; operation: string; type: string | null; value: string }
  | { kind: 'date'; operation: 'gt' | 'lt'; date: string }
  | { kind: 'range'; start: string | null; end: string | null; duration: Option[] | null }
  | { kind: 'spec'; options: Option[] };

type Option = readonly [name: string, value: string];
type Token = { readonly text: string; readonly at: number };

class SyntaxFailure extends Error {
  constructor(readonly at: number) {
    super('syntax');
  }
}

const COMPARE = ['eq', 'ne', 'gte', 'gt', 'lte', 'lt'];
const TYPES = ['string', 'integer', 'number', 'version'];
const DATE_OPTIONS = ['hours', 'monthdays', 'months', 'moon', 'weekdays', 'weeks', 'weekyears', 'years', 'yearsdays'];

/** Which defaults the rule is for: those of resources or of operations. */
export type Kind = 'rsc' | 'op';

function tokenize(text: string): Token[] {
  return [...text.matchAll(/[()]|[^\s()]+/g)].map((match) => ({ text: match[0], at: match.index }));
}

class Parser {
  #next = 0;
  readonly #tokens: readonly Token[];

  constructor(readonly text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): Expression {
    const expression = this.#chain();
    if (this.#token) this.#fail();
    return expression;
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #fail(): never {
    throw new SyntaxFailure(this.#token?.at ?? this.text.length);
  }

  #take(): string {
    const token = this.#token;
    if (!token || token.text === '(' || token.text === ')') this.#fail();
    this.#next++;
    return token.text;
  }

  #takes(word: string): boolean {
    if (this.#token?.text !== word) return false;
    this.#next++;
    return true;
  }

  /** `and` and `or` bind alike, from left to right. */
  #chain(): Expression {
    let left = this.#primary();
    while (this.#token?.text === 'and' || this.#token?.text === 'or') {
      const kind = this.#take() as 'and' | 'or';
      const right = this.#primary();
      const same = left.kind === kind && 'parts' in left ? left.parts : [left];
      left = { kind, parts: [...same, right] };
    }
    return left;
  }

  #primary(): Expression {
    if (this.#takes('(')) {
      const inner = this.#chain();
      if (!this.#takes(')')) this.#fail();
      return inner;
    }
    const word = this.#take();
    if (word === 'resource') return this.#resource();
    if (word === 'op') return this.#operation();
    if (word === 'date') return this.#date();
    if (word === 'date-spec') return { kind: 'spec', options: this.#options() };
    if (word === 'defined' || word === 'not_defined') return { kind: word, attribute: this.#take() };
    const operation = this.#token?.text;
    if (operation === undefined || !COMPARE.includes(operation)) this.#fail();
    this.#next++;
    return this.#comparison(word, operation);
  }

  #comparison(attribute: string, operation: string): Expression {
    const first = this.#take();
    const follows = this.#token && !['and', 'or', ')'].includes(this.#token.text);
    if (TYPES.includes(first) && follows) {
      return { kind: 'compare', attribute, operation, type: first, value: this.#take() };
    }
    return { kind: 'compare', attribute, operation, type: null, value: first };
  }

  #resource(): Expression {
    const [standard, provider, type, more] = (this.#token?.text ?? '').split(':');
    if (standard === undefined || provider === undefined || more !== undefined) this.#fail();
    this.#next++;
    return { kind: 'resource', standard, provider, type: type ?? '' };
  }

  #operation(): Expression {
    const name = this.#take();
    const interval = this.#token?.text.startsWith('interval=') ? this.#take().slice('interval='.length) : null;
    return { kind: 'op', name, interval };
  }

  #date(): Expression {
    const operation = this.#take();
    if (operation === 'gt' || operation === 'lt') return { kind: 'date', operation, date: this.#take() };
    if (operation !== 'in_range') {
      this.#next--;
      this.#fail();
    }
    const start = this.#takes('to') ? null : this.#take();
    if (start !== null && !this.#takes('to')) this.#fail();
    const end = this.#take();
    if (end === 'duration' && this.#token?.text.includes('=')) {
      return { kind: 'range', start, end: null, duration: this.#options() };
    }
    return { kind: 'range', start, end, duration: null };
  }

  #options(): Option[] {
    const options: Option[] = [];
    while (this.#token?.text.includes('=')) {
      const word = this.#take();
      const equals = word.indexOf('=');
      options.push([word.slice(0, equals), word.slice(equals + 1)]);
    }
    if (options.length === 0) this.#fail();
    return options;
  }
}

const isDate = (text: string) =>
  /^\d{4}-?(\d{2}-?\d{2}|W\d{2}-?\d|\d{3})([T ].*)?$/.test(text) || /^\d{4}(-\d{2})?$/.test(text);

const badDate = (text: string) => badValue('date', text, 'ISO 8601 date');

/** Smallest and largest values of date-spec options. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  hours: [0, 23],
  monthdays: [1, 31],
  months: [1, 12],
  moon: [0, 7],
  weekdays: [1, 7],
  weeks: [1, 53],
  yearsdays: [1, 366],
};

function checkSpecValue(name: string, value: string): Report[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(value);
  const [low, high] = LIMITS[name] ?? [0, Number.POSITIVE_INFINITY];
  if (match) {
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    const ordered = match[2] === undefined || from < to;
    if (from >= low && to <= high && ordered) return [];
  }
  const allowed = LIMITS[name]
    ? `${low}..${high} or ${low}..${high - 1}-${low + 1}..${high}`
    : 'an integer or integer-integer';
  return [badValue(name, value, allowed)];
}

function checkOptions(options: readonly Option[], kind: 'duration' | 'datespec'): Report[] {
  const reports: Report[] = [];
  const unknown: string[] = [];
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const [name, value] of options) {
    if (seen.has(name)) twice.add(name);
    seen.add(name);
    if (!DATE_OPTIONS.includes(name)) unknown.push(name);
    else if (kind === 'datespec') reports.push(...checkSpecValue(name, value));
    else if (!/^0*[1-9]\d*$/.test(value)) reports.push(badValue(name, value, 'a positive integer'));
  }
  if (unknown.length > 0) reports.push(badOptions(unknown, DATE_OPTIONS, kind));
  if (twice.size > 0) {
    reports.push(error(`Duplicate options in a single (sub)expression: ${quoteList(twice)}`));
  }
  return reports;
}

const VALUE_CHECKS: Readonly<Record<string, readonly [RegExp, string]>> = {
  integer: [/^[+-]?\d+$/, 'an integer'],
  number: [/^[+-]?\d+(\.\d+)?$/, 'a floating-point number'],
  version: [/^\d+(\.\d+)*$/, 'a version number (e.g. 1, 1.2, 1.23.45, ...)'],
};

function check(expression: Expression): Report[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(check);
    case 'compare': {
      const [pattern, allowed] = VALUE_CHECKS[expression.type ?? ''] ?? [];
      if (!pattern || pattern.test(expression.value)) return [];
      return [badValue(`${expression.type} attribute`, expression.value, allowed ?? '')];
    }
    case 'date':
      return isDate(expression.date) ? [] : [badDate(expression.date)];
    case 'range':
      return checkRange(expression);
    case 'spec':
      return checkOptions(expression.options, 'datespec');
    default:
      return [];
  }
}

function checkRange({ start, end, duration }: Extract<Expression, { kind: 'range' }>): Report[] {
  const dates = [start, end].flatMap((date) => date ?? []);
  const bad = dates.filter((date) => !isDate(date)).map(badDate);
  if (duration) return [...bad, ...checkOptions(duration, 'duration')];
  if (bad.length > 0 || start === null || end === null || Date.parse(start) < Date.parse(end)) return bad;
  return [error(`Since '${start}' is not sooner than until '${end}'`)];
}

/** Words that rules of these defaults can't have. */
function checkKeywords(expression: Expression, kind: Kind): Report[] {
  if (kind === 'op') return [];
  const used = kindsIn(expression);
  const reports: Report[] = [];
  if (used.has('op')) reports.push(error("Keyword 'op' cannot be used in a rule in this command"));
  if (used.has('compare') || used.has('defined') || used.has('not_defined')) {
    const words = ['defined', 'not_defined', ...COMPARE].map((word) => `'${word}'`);
    const last = words.pop();
    reports.push(
      error(`${plural(2, 'Keyword')} ${words.join(', ')} and ${last} cannot be used in a rule in this command`),
    );
  }
  return reports;
}

function kindsIn(expression: Expression): Set<string> {
  if ('parts' in expression) return new Set(expression.parts.flatMap((part) => [...kindsIn(part)]));
  return new Set([expression.kind]);
}

/** Reads a rule; what is wrong with it comes as reports. */
export function parseDefaultsRule(text: string, kind: Kind): { expression?: Expression; reports: Report[] } {
  try {
    const expression = new Parser(text).parse();
    return { expression, reports: [...checkKeywords(expression, kind), ...check(expression)] };
  } catch (failure) {
    if (!(failure instanceof SyntaxFailure)) throw failure;
    const { at } = failure;
    const message = `'${text}' is not a valid rule expression, parse error near or after line 1 column ${at + 1}\n  ${text}\n  ${'-'.repeat(at)}^`;
    return { reports: [error(message)] };
  }
}

/** Whether a rule names agents or operations: older schemas have no such expressions. */
export function needsNewSchema(expression: Expression): boolean {
  const kinds = kindsIn(expression);
  return kinds.has('resource') || kinds.has('op');
}

export function ruleElement(expression: Expression, owner: string, ids: IdMaker): Element {
  const several = 'parts' in expression;
  const id = ids.make(`${owner}-rule`);
  const operator = several ? expression.kind : 'and';
  const parts = several ? expression.parts : [expression];
  const element = newElement('rule', { id, 'boolean-op': operator, score: 'INFINITY' });
  for (const part of parts) element.children.push(expressionElement(part, id, ids));
  return element;
}

function expressionElement(expression: Expression, rule: string, ids: IdMaker): Element {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const id = ids.make(`${rule}-rule`);
      const element = newElement('rule', { id, 'boolean-op': expression.kind, score: '0' });
      for (const part of expression.parts) element.children.push(expressionElement(part, id, ids));
      return element;
    }
    case 'resource': {
      const { standard, provider, type } = expression;
      const named = [standard, provider, type].filter((part) => part !== '');
      const attributes: Record<string, string> = { id: ids.make(cleanId([`${rule}-rsc`, ...named].join('-'))) };
      if (standard !== '') attributes.class = standard;
      if (provider !== '') attributes.provider = provider;
      if (type !== '') attributes.type = type;
      return newElement('rsc_expression', attributes);
    }
    case 'op': {
      const attributes: Record<string, string> = {
        id: ids.make(`${rule}-op-${expression.name}`),
        name: expression.name,
      };
      if (expression.interval !== null) attributes.interval = expression.interval;
      return newElement('op_expression', attributes);
    }
    case 'defined':
    case 'not_defined': {
      const { attribute, kind: operation } = expression;
      return newElement('expression', { id: ids.make(`${rule}-expr`), attribute, operation });
    }
    case 'compare': {
      const { attribute, operation, type, value } = expression;
      const attributes: Record<string, string> = { id: ids.make(`${rule}-expr`), attribute, operation };
      if (type !== null) attributes.type = type;
      return newElement('expression', { ...attributes, value });
    }
    default:
      return dateElement(expression, ids.make(`${rule}-expr`), ids);
  }
}

function dateElement(
  expression: Extract<Expression, { kind: 'date' | 'range' | 'spec' }>,
  id: string,
  ids: IdMaker,
): Element {
  const optionsOf = (options: readonly Option[], suffix: string): Record<string, string> => ({
    ...Object.fromEntries([...options].sort(([first], [second]) => compareText(first, second))),
    id: ids.make(`${id}-${suffix}`),
  });
  if (expression.kind === 'date') {
    const side = expression.operation === 'gt' ? 'start' : 'end';
    return newElement('date_expression', { id, operation: expression.operation, [side]: expression.date });
  }
  if (expression.kind === 'spec') {
    const spec = newElement('date_spec', optionsOf(expression.options, 'datespec'));
    return newElement('date_expression', { id, operation: 'date_spec' }, [spec]);
  }
  const attributes: Record<string, string> = { id, operation: 'in_range' };
  if (expression.start !== null) attributes.start = expression.start;
  if (expression.end !== null) attributes.end = expression.end;
  const children = expression.duration ? [newElement('duration', optionsOf(expression.duration, 'duration'))] : [];
  return newElement('date_expression', attributes, children);
}
