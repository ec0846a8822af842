import { parseIso8601 } from '../../../pacemaker/scheduler/iso8601';
import { compareText } from '../reports';

/** A rule's expression as the user wrote it. */
export type Expression =
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'defined' | 'not_defined'; attribute: string }
  | { kind: 'compare'; attribute: string; operation: string; type: string | null; value: string }
  | { kind: 'date'; operation: 'gt' | 'lt'; date: string }
  | { kind: 'range'; start: string; end: string | null; duration: [string, string][] | null }
  | { kind: 'spec'; options: [string, string][] };

/** What a part of a rule reads as: an expression, or a word that is to become one's operand. */
type Part = Expression | { kind: 'word'; text: string; type: string | null; shown: string };

/** The text isn't a rule. The message says why. */
export class RuleError extends Error {}

const COMPARE = ['eq', 'ne', 'lt', 'gt', 'lte', 'gte'];
const TYPES = ['string', 'integer', 'number', 'version'];
const WANTED = "missing one of 'eq', 'ne', 'lt', 'gt', 'lte', 'gte', 'in_range', 'defined', 'not_defined', 'date-spec'";

/** The highest number that each unit takes in a date-spec; undefined: any. */
const UNITS: Readonly<Record<string, number | undefined>> = {
  hours: 23,
  monthdays: 31,
  weekdays: 7,
  yeardays: 366,
  months: 12,
  weeks: 53,
  years: undefined,
  weekyears: 53,
  moon: 7,
};

/** How tightly operators bind: `and` and `or` alike, from left to right. */
const BOOLEAN = 10;
const COMPARISON = 50;
const PREFIX = 60;

function strength(word: string | undefined): number {
  if (word === 'and' || word === 'or') return BOOLEAN;
  return word === 'in_range' || COMPARE.includes(word ?? '') ? COMPARISON : 0;
}

class Parser {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    // Parentheses needn't stand apart.
    this.#words = words.flatMap((word) =>
      /[()]/.test(word) ? word.split(/([()])/).filter((part) => part !== '') : [word],
    );
  }

  parse(): Expression {
    const part = this.#expression(0);
    if (this.#word !== undefined) throw new RuleError(`unexpected '${this.#word}'`);
    if (part.kind === 'word') throw new RuleError(WANTED);
    return part;
  }

  get #word(): string | undefined {
    return this.#words[this.#at];
  }

  #next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new RuleError('unexpected end of rule');
    return word;
  }

  #expression(binding: number): Part {
    let left = this.#prefix(this.#next());
    while (this.#word !== undefined && this.#word !== ')') {
      const bound = strength(this.#word);
      if (bound === 0) throw new RuleError(`unexpected '${this.#word}'`);
      if (bound <= binding) break;
      left = this.#infix(left, this.#next());
    }
    return left;
  }

  #prefix(word: string): Part {
    if (word === '(') return this.#parenthesis();
    if (word === ')' || strength(word) > 0) throw new RuleError(`unexpected '${word}'`);
    if (word === 'defined' || word === 'not_defined') {
      const operand = this.#expression(PREFIX);
      if (operand.kind !== 'word') throw new RuleError(`unexpected '${shown(operand)}' after '${word}'`);
      return { kind: word, attribute: operand.text };
    }
    if (word === 'date-spec') return { kind: 'spec', options: this.#dateOptions(word) };
    if (!TYPES.includes(word)) return { kind: 'word', text: word, type: null, shown: word };
    const value = this.#next();
    checkTyped(word, value);
    return { kind: 'word', text: value, type: word, shown: word };
  }

  #parenthesis(): Part {
    const inner = this.#expression(0);
    if (this.#word !== ')') throw new RuleError("missing ')'");
    this.#at++;
    return inner;
  }

  #infix(left: Part, operator: string): Part {
    if (operator === 'and' || operator === 'or') return this.#boolean(left, operator);
    if (left.kind !== 'word' || left.type !== null) {
      throw new RuleError(`unexpected '${shown(left)}' before '${operator}'`);
    }
    if (operator === 'in_range') return this.#range(left.text);
    const right = this.#expression(COMPARISON);
    if (right.kind !== 'word') throw new RuleError(`unexpected '${shown(right)}' after '${operator}'`);
    if (left.text === 'date' && (operator === 'gt' || operator === 'lt')) {
      if (!isDate(right.text)) throw new RuleError(`'${right.text}' is not an ISO 8601 date`);
      return { kind: 'date', operation: operator, date: right.text };
    }
    return { kind: 'compare', attribute: left.text, operation: operator, type: right.type, value: right.text };
  }

  /** Neighbours joined by the same word are one expression. */
  #boolean(left: Part, kind: 'and' | 'or'): Expression {
    if (left.kind === 'word') throw new RuleError(`unexpected '${left.shown}' before '${kind}'`);
    const right = this.#expression(BOOLEAN);
    if (right.kind === 'word') throw new RuleError(`unexpected '${right.shown}' after '${kind}'`);
    const parts = [left, right].flatMap((part) => (part.kind === kind ? part.parts : [part]));
    return { kind, parts };
  }

  #range(attribute: string): Expression {
    if (attribute !== 'date') throw new RuleError(`unexpected '${attribute}' before 'in_range'`);
    const start = this.#next();
    if (start === 'to') throw new RuleError("unexpected 'to'");
    const limit = (date: string) => {
      if (!isDate(date)) throw new RuleError(`invalid date '${date}' in 'in_range ... to'`);
      return date;
    };
    if (this.#word === undefined) throw new RuleError("missing 'to'");
    if (this.#word !== 'to') throw new RuleError(`expecting 'to', got '${this.#word}'`);
    this.#at++;
    const end = this.#next();
    limit(start);
    if (end !== 'duration') return { kind: 'range', start, end: limit(end), duration: null };
    return { kind: 'range', start, end: null, duration: this.#dateOptions(end) };
  }

  #dateOptions(keyword: string): [string, string][] {
    if (this.#word === undefined) throw new RuleError('unexpected end of rule');
    const options = new Map<string, string>();
    for (let option = unitOf(this.#word); option !== null; option = unitOf(this.#word)) {
      const [name, value] = option;
      if (value === '') throw new RuleError(`missing value after '${name}=' in ${keyword}`);
      if (!isUnitValue(name, value, keyword === 'duration')) {
        throw new RuleError(`invalid ${name} '${value}' in '${keyword}'`);
      }
      options.set(name, value);
      this.#at++;
    }
    if (options.size === 0) throw new RuleError(`unexpected '${this.#word}' in ${keyword}`);
    return [...options].sort(([first], [second]) => compareText(first, second));
  }
}

/** What an expression begins with, for messages. */
function shown(part: Part): string {
  switch (part.kind) {
    case 'word':
      return part.shown;
    case 'compare':
    case 'date':
      return part.operation;
    case 'range':
      return 'in_range';
    case 'spec':
      return 'date-spec';
    default:
      return part.kind;
  }
}

function checkTyped(type: string, value: string): void {
  if (type === 'integer' && !/^[+-]?\d+$/.test(value)) throw new RuleError(`invalid integer value '${value}'`);
  if (type === 'number' && !/^[+-]?\d+(\.\d+)?$/.test(value)) throw new RuleError(`invalid number value '${value}'`);
  if (type === 'version' && !/^\d+(\.\d+)*$/.test(value)) throw new RuleError(`invalid version value '${value}'`);
}

/** A date as pacemaker's tools read it; a year alone is none. */
function isDate(text: string): boolean {
  if (text === 'now' || text === 'epoch') return true;
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)/.exec(text);
  if (match && !isDay(Number(match[1]), Number(match[2]), Number(match[3] ?? '1'))) return false;
  if (/^\d{4}-\d{2}$/.test(text)) return true;
  const hour = /[T ](\d{2})/.exec(text)?.[1];
  return !/^\d{4}$/.test(text) && Number(hour ?? '0') <= 24 && parseIso8601(text) !== null;
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

function unitOf(word: string | undefined): [name: string, value: string] | null {
  const at = word?.indexOf('=') ?? -1;
  if (word === undefined || at < 0 || !Object.hasOwn(UNITS, word.slice(0, at))) return null;
  return [word.slice(0, at), word.slice(at + 1)];
}

/** A number, or in a date-spec a range of them; a duration has no upper limit. */
function isUnitValue(name: string, value: string, duration: boolean): boolean {
  if (duration) return /^\d+$/.test(value);
  const match = /^(\d+)(?:-(\d+))?$/.exec(value);
  if (!match) return false;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  const limit = UNITS[name];
  return (match[2] === undefined || first < last) && (limit === undefined || last <= limit);
}

/** Reads a rule's words. Throws RuleError. */
export function parseExpression(words: readonly string[]): Expression {
  return new Parser(words).parse();
}
