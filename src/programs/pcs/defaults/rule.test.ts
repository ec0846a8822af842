import { expect, test } from 'vitest';
import { IdMaker } from '../cib/ids';
import { newElement } from '../cib/nvset';
import { parseDefaultsRule, ruleElement } from './rule';

test('and and or bind alike', () => {
  const { expression, reports } = parseDefaultsRule('resource ::A or resource ::B and resource ::C', 'rsc');
  expect(reports).toEqual([]);
  if (!expression) throw new Error('no expression');
  const rule = ruleElement(expression, 's', new IdMaker(newElement('cib')));
  expect(rule.attributes['boolean-op']).toBe('and');
  expect(rule.children.map((child) => child.name)).toEqual(['rule', 'rsc_expression']);
});

test('a rule that ends too early is pointed at', () => {
  const { reports } = parseDefaultsRule('date gt', 'rsc');
  expect(reports[0]?.message).toContain('line 1 column 8\n  date gt\n  -------^');
});
