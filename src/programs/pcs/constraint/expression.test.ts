import { expect, test } from 'vitest';
import { parseExpression, RuleError } from './expression';

const parse = (text: string) => parseExpression(text.split(' '));

test('and and or bind alike, from left to right', () => {
  const rule = parse('defined a or defined b and defined c');
  expect(rule.kind).toBe('and');
  expect(rule).toHaveProperty('parts.0.kind', 'or');
});

test('parentheses group, with or without blanks around them', () => {
  const rule = parse('defined a or ( defined b and defined c )');
  expect(rule.kind).toBe('or');
  expect(parse('defined a or (defined b and defined c)')).toEqual(rule);
});

test('a comparison may name the type of its value', () => {
  expect(parse('cores gt integer 4')).toMatchObject({ kind: 'compare', type: 'integer', value: '4' });
  expect(parse('cores gt 4')).toMatchObject({ kind: 'compare', type: null });
});

test('words that make no rule are complained about', () => {
  expect(() => parse('cores')).toThrow(RuleError);
  expect(() => parse('defined a and')).toThrow('unexpected end of rule');
  expect(() => parse('cores gt integer four')).toThrow(RuleError);
});
