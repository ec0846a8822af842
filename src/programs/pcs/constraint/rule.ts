import type { Element } from '../../../world/xml';
import { type IdMaker, idComplaint } from '../cib/ids';
import { newElement } from '../cib/nvset';
import { CommandFailure } from '../failure';
import { compareText } from '../reports';
import { capitalize, roleToShow } from '../resource/find';
import { isScore, quotePair } from '../text';
import { type Expression, parseExpression, RuleError } from './expression';

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
    options[name] = value;
  }
  checkRuleOptions(options);
  if (rest.length === 0) throw new CommandFailure('no rule expression was specified');
  try {
    return { options, expression: parseExpression(rest) };
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
  if (options.score && !isScore(options.score)) throw new CommandFailure(`invalid score'${options.score}'`);
  if (!options.role) return;
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
  if (options.id) {
    const complaint = idComplaint(options.id, 'rule id');
    if (complaint) throw new CommandFailure(complaint);
    if (ids.has(options.id))
      throw new CommandFailure(`id '${options.id}' is already in use, please specify another one`);
    ids.take(options.id);
  }
  const id = options.id || ids.make(`${owner}-rule`);
  const attributes: Record<string, string> = { id };
  const parts = expression.kind === 'and' || expression.kind === 'or' ? expression.parts : [expression];
  if (expression.kind === 'and' || expression.kind === 'or') attributes['boolean-op'] = expression.kind;
  if (role !== undefined) attributes.role = role;
  if (options['score-attribute'] !== undefined) attributes['score-attribute'] = options['score-attribute'];
  else attributes.score = options.score || 'INFINITY';
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
  attributes.start = expression.start;
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
