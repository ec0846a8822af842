import type { Element } from '../../../world/xml';
import { type IdMaker, idComplaint } from '../cib/ids';
import { newElement } from '../cib/nvset';
import { CommandFailure } from '../failure';
import { compareText } from '../reports';
import { capitalize, roleToShow } from '../resource/find';
import { isScore, quotePair } from '../text';

/** A rule's expression as the user wrote it. */
type Expression =
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'defined' | 'not_defined'; attribute: string }
  | { kind: 'compare'; attribute: string; operation: string; type: string | null; value: string }
  | { kind: 'date'; operation: 'gt' | 'lt'; date: string }
  | { kind: 'range'; start: string | null; end: string | null; duration: [string, string][] | null }
  | { kind: 'spec'; options: [string, string][] };

/** The text isn't a rule. The message says why. */
class RuleError extends Error {}

const COMPARE = ['eq', 'ne', 'lt', 'gt', 'lte', 'gte'];
const TYPES = ['string', 'integer', 'number', 'version'];
const DATE_OPTIONS = ['hours', 'monthdays', 'weekdays', 'yeardays', 'months', 'weeks', 'years', 'weekyears', 'moon'];

class Parser {
  #at = 0;

  constructor(readonly words: readonly string[]) {}

  parse(): Expression {
    const expression = this.#or();
    if (this.#at < this.words.length) throw new RuleError(`unexpected '${this.words[this.#at]}'`);
    return expression;
  }

  get #word(): string | undefined {
    return this.words[this.#at];
  }

  #next(): string {
    const word = this.words[this.#at++];
    if (word === undefined) throw new RuleError('unexpected end of rule');
    return word;
  }

  /** Goes on if this is the next word. */
  #takes(word: string): boolean {
    if (this.#word !== word) return false;
    this.#at++;
    return true;
  }

  #or(): Expression {
    return this.#chain('or', () => this.#and());
  }

  #and(): Expression {
    return this.#chain('and', () => this.#primary());
  }

  /** `a or b or c` is one expression of three parts. */
  #chain(kind: 'and' | 'or', part: () => Expression): Expression {
    const parts = [part()];
    while (this.#word === kind) {
      this.#at++;
      parts.push(part());
    }
    return parts.length === 1 ? (parts[0] as Expression) : { kind, parts };
  }

  #primary(): Expression {
    const word = this.#next();
    if (word === '(') {
      const inner = this.#or();
      if (this.#word !== ')')
        throw new RuleError(this.#word === undefined ? "missing ')'" : `unexpected '${this.#word}' before ')'`);
      this.#at++;
      return inner;
    }
    if (word === 'date') return this.#date();
    if (word === 'date-spec') return { kind: 'spec', options: this.#dateOptions('date-spec') };
    if (word === 'defined' || word === 'not_defined') return { kind: word, attribute: this.#operand(word) };
    return this.#comparison(word);
  }

  #operand(operator: string): string {
    const word = this.#word;
    if (word === undefined) throw new RuleError('unexpected end of rule');
    if (['(', ')', 'and', 'or', 'defined', 'not_defined', ...COMPARE].includes(word)) {
      throw new RuleError(`unexpected '${word}' after '${operator}'`);
    }
    this.#at++;
    return word;
  }

  #comparison(attribute: string): Expression {
    const operation = this.#word;
    if (operation === undefined)
      throw new RuleError(
        "missing one of 'eq', 'ne', 'lt', 'gt', 'lte', 'gte', 'in_range', 'defined', 'not_defined', 'date-spec'",
      );
    if (!COMPARE.includes(operation)) {
      if (attribute === ')' || ['and', 'or', ...COMPARE].includes(attribute))
        throw new RuleError(`unexpected '${attribute}'`);
      throw new RuleError(`unexpected '${operation}'`);
    }
    this.#at++;
    let value = this.#operand(operation);
    let type: string | null = null;
    if (TYPES.includes(value) && this.#word !== undefined && !['and', 'or', ')'].includes(this.#word)) {
      type = value;
      value = this.#next();
    }
    checkTyped(type, value, attribute, operation);
    return { kind: 'compare', attribute, operation, type, value };
  }

  #date(): Expression {
    const operation = this.#next();
    if (operation === 'gt' || operation === 'lt')
      return { kind: 'date', operation, date: checkDate(this.#next(), null) };
    if (operation !== 'in_range') throw new RuleError(`unexpected '${operation}' after 'date'`);
    const start = this.#takes('to') ? null : this.#next();
    if (start !== null && !this.#takes('to')) throw new RuleError("missing 'to'");
    if (start !== null) checkDate(start, 'in_range ... to');
    if (this.#takes('duration')) {
      return { kind: 'range', start, end: null, duration: this.#dateOptions('duration') };
    }
    return { kind: 'range', start, end: checkDate(this.#next(), 'in_range ... to'), duration: null };
  }

  #dateOptions(keyword: string): [string, string][] {
    const options: [string, string][] = [];
    while (this.#word?.includes('=')) {
      const word = this.#next();
      const equals = word.indexOf('=');
      const [name, value] = [word.slice(0, equals), word.slice(equals + 1)];
      if (!DATE_OPTIONS.includes(name))
        throw new RuleError(`unexpected '${name}=${value}' in '${keyword}'`.replace(/ in '.*'$/, ` in '${keyword}'`));
      if (value === '') throw new RuleError(`missing value after '${name}=' in '${keyword}'`);
      options.push([name, value]);
    }
    if (options.length === 0) throw new RuleError(`missing one of ${listOptions(keyword)} in ${keyword}`);
    return options.sort(([first], [second]) => compareText(first, second));
  }
}

function listOptions(_keyword: string): string {
  return DATE_OPTIONS.map((name) => `'${name}='`).join(', ');
}

function checkTyped(type: string | null, value: string, _attribute: string, _operation: string): void {
  if (type === 'integer' && !/^[+-]?\d+$/.test(value)) throw new RuleError(`invalid integer value '${value}'`);
  if (type === 'number' && !/^[+-]?\d+(\.\d+)?$/.test(value)) throw new RuleError(`invalid number value '${value}'`);
  if (type === 'version' && !/^\d+(\.\d+)*$/.test(value)) throw new RuleError(`invalid version value '${value}'`);
}

function checkDate(text: string, where: string | null): string {
  if (/^\d{4}-?(\d{2}-?\d{2}|W\d{2}-?\d|\d{3})([T ].*)?$/.test(text) || /^\d{4}(-\d{2})?$/.test(text)) return text;
  throw new RuleError(where === null ? `invalid date '${text}'` : `invalid date '${text}' in '${where}'`);
}

/** What stands before a rule's expression. */
export interface RuleOptions {
  id?: string;
  role?: string;
  score?: string;
  'score-attribute'?: string;
  'resource-discovery'?: string;
  'constraint-id'?: string;
}

const OPTION_NAMES = ['id', 'role', 'score', 'score-attribute', 'resource-discovery', 'constraint-id'] as const;

export interface ParsedRule {
  readonly options: RuleOptions;
  readonly expression: Expression;
}

/** Reads options and expression. Throws CommandFailure as pcs words it. */
export function parseRule(words: readonly string[]): ParsedRule {
  const options: RuleOptions = {};
  const rest = [...words];
  for (;;) {
    const name = OPTION_NAMES.find((each) => rest[0]?.toLowerCase().startsWith(`${each}=`));
    if (name === undefined) break;
    const value = (rest.shift() as string).slice(name.length + 1);
    if (value === '') throw new CommandFailure(`missing value of '${name}' option`);
    options[name] = value;
  }
  checkRuleOptions(options);
  if (rest.length === 0) throw new CommandFailure('no rule expression was specified');
  try {
    return { options, expression: new Parser(rest).parse() };
  } catch (failure) {
    if (!(failure instanceof RuleError)) throw failure;
    throw new CommandFailure(`'${rest.join(' ')}' is not a valid rule expression: ${failure.message}`);
  }
}

const RULE_ROLES = ['Master', 'Promoted', 'Slave', 'Unpromoted'];

function checkRuleOptions(options: RuleOptions): void {
  if (options.score !== undefined && options['score-attribute'] !== undefined) {
    throw new CommandFailure('can not specify both score and score-attribute');
  }
  if (options.score !== undefined && !isScore(options.score))
    throw new CommandFailure(`invalid score '${options.score}'`);
  if (options.role === undefined) return;
  const role = capitalize(options.role);
  if (!RULE_ROLES.includes(role)) {
    throw new CommandFailure(`invalid role '${options.role}', use 'Master', 'Promoted', 'Slave' or 'Unpromoted'`);
  }
  options.role = role;
}

/** Whether the old role names were used: pcs says that they are deprecated. */
export function deprecatedRole(options: RuleOptions): string | null {
  return options.role === 'Master' || options.role === 'Slave' ? options.role : null;
}

/** Makes a rule's element. `role` is already as the CIB's schema writes it. */
export function ruleElement(rule: ParsedRule, owner: string, ids: IdMaker, role: string | undefined): Element {
  const { options, expression } = rule;
  if (options.id !== undefined) {
    const complaint = idComplaint(options.id, 'rule id');
    if (complaint) throw new CommandFailure(complaint);
    if (ids.has(options.id))
      throw new CommandFailure(`id '${options.id}' is already in use, please specify another one`);
    ids.take(options.id);
  }
  const id = options.id ?? ids.make(`${owner}-rule`);
  const attributes: Record<string, string> = { id };
  const parts = expression.kind === 'and' || expression.kind === 'or' ? expression.parts : [expression];
  if (expression.kind === 'and' || expression.kind === 'or') attributes['boolean-op'] = expression.kind;
  if (role !== undefined) attributes.role = role;
  if (options['score-attribute'] !== undefined) attributes['score-attribute'] = options['score-attribute'];
  else attributes.score = options.score ?? 'INFINITY';
  const element = newElement('rule', attributes);
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
    case 'defined':
    case 'not_defined':
      return newElement('expression', {
        id: ids.make(`${rule}-expr`),
        operation: expression.kind,
        attribute: expression.attribute,
      });
    case 'compare': {
      const { operation, attribute, value, type } = expression;
      const attributes: Record<string, string> = { id: ids.make(`${rule}-expr`), operation, attribute };
      if (type !== null) attributes.type = type;
      attributes.value = value;
      return newElement('expression', attributes);
    }
    default:
      return dateElement(expression, rule, ids);
  }
}

function dateElement(
  expression: Extract<Expression, { kind: 'date' | 'range' | 'spec' }>,
  rule: string,
  ids: IdMaker,
): Element {
  const id = ids.make(`${rule}-expr`);
  if (expression.kind === 'date') {
    const side = expression.operation === 'gt' ? 'start' : 'end';
    return newElement('date_expression', { id, operation: expression.operation, [side]: expression.date });
  }
  if (expression.kind === 'spec') {
    const spec = newElement('date_spec', { id: ids.make(`${id}-datespec`), ...Object.fromEntries(expression.options) });
    return newElement('date_expression', { id, operation: 'date_spec' }, [spec]);
  }
  const attributes: Record<string, string> = { id, operation: 'in_range' };
  if (expression.start !== null) attributes.start = expression.start;
  if (expression.end !== null) attributes.end = expression.end;
  const element = newElement('date_expression', attributes);
  if (expression.duration) {
    element.children.push(
      newElement('duration', { id: ids.make(`${id}-duration`), ...Object.fromEntries(expression.duration) }),
    );
  }
  return element;
}

const withId = (element: Element, ids: boolean) => (ids ? ` (id:${element.attributes.id ?? ''})` : '');

function pairs(element: Element): string {
  return Object.entries(element.attributes)
    .filter(([name]) => name !== 'id')
    .sort(([first], [second]) => compareText(first, second))
    .map(([name, value]) => quotePair(name, value))
    .join(' ');
}

const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

/** A rule as the listings show it. `label` says that it is expired or not yet in effect. */
export function ruleLines(rule: Element, ids: boolean, label = ''): string[] {
  const { attributes } = rule;
  const words: string[] = [];
  for (const name of ['boolean-op', 'role', 'score', 'score-attribute']) {
    const value = attributes[name];
    if (value !== undefined) words.push(quotePair(name, name === 'role' ? roleToShow(value) : value));
  }
  const title = `Rule${label}: ${words.join(' ')}${withId(rule, ids)}`;
  return [title, ...indent(rule.children.flatMap((child) => expressionLines(child, ids)))];
}

export function expressionLines(element: Element, ids: boolean): string[] {
  const { attributes } = element;
  const end = withId(element, ids);
  if (element.name === 'rule') return ruleLines(element, ids);
  if (element.name === 'rsc_expression') {
    const { class: standard = '', provider = '', type = '' } = attributes;
    return [`Expression: resource ${standard}:${provider}:${type}${end}`];
  }
  if (element.name === 'op_expression') {
    const interval = attributes.interval === undefined ? '' : ` interval=${attributes.interval}`;
    return [`Expression: op ${attributes.name ?? ''}${interval}${end}`];
  }
  if (element.name === 'date_expression') return dateLines(element, ids, end);
  const { operation = '', attribute = '', type, value } = attributes;
  if (operation === 'defined' || operation === 'not_defined') return [`Expression: ${operation} ${attribute}${end}`];
  const shown = value !== undefined && /\s/.test(value) ? `"${value}"` : value;
  return [`Expression: ${[attribute, operation, ...(type === undefined ? [] : [type]), shown].join(' ')}${end}`];
}

function dateLines(element: Element, ids: boolean, end: string): string[] {
  const { operation = 'in_range', start, end: until } = element.attributes;
  const [child] = element.children;
  if (operation === 'date_spec') {
    const lines = [`Expression:${end}`];
    if (child) lines.push(`  Date Spec: ${pairs(child)}${withId(child, ids)}`);
    return lines;
  }
  if (operation !== 'in_range') return [`Expression: date ${operation} ${start ?? until ?? ''}${end}`];
  const words = ['date', 'in_range', ...(start === undefined ? [] : [start]), 'to'];
  if (child) words.push('duration');
  else if (until !== undefined) words.push(until);
  const lines = [`Expression: ${words.join(' ')}${end}`];
  if (child) lines.push(`  Duration: ${pairs(child)}${withId(child, ids)}`);
  return lines;
}
