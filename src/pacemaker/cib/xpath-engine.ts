import type { Element } from '../../world/xml';
import { COMMENT } from './parse';

/** A node of the XPath data model over plain elements. `path` leads from the root element to it (or to its owner). */
export type XNode =
  | { kind: 'document'; element: Element; path: readonly number[]; parents: readonly Element[] }
  | { kind: 'element'; element: Element; path: readonly number[]; parents: readonly Element[] }
  | {
      kind: 'attribute';
      element: Element;
      path: readonly number[];
      parents: readonly Element[];
      name: string;
      value: string;
    }
  | { kind: 'text'; element: Element; path: readonly number[]; parents: readonly Element[] };

export type XValue = XNode[] | string | number | boolean;

/** The expression isn't XPath (or uses what isn't supported: variables, namespaces, processing instructions). */
export class XPathError extends Error {}

type Axis =
  | 'child'
  | 'descendant'
  | 'descendant-or-self'
  | 'self'
  | 'parent'
  | 'ancestor'
  | 'ancestor-or-self'
  | 'attribute'
  | 'following-sibling'
  | 'preceding-sibling';

interface Step {
  axis: Axis;
  /** Name, `*`, `node()` or `text()`. */
  test: string;
  predicates: Expression[];
}

export type Expression =
  | { kind: 'path'; absolute: boolean; start: Expression | null; steps: Step[] }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'negate'; operand: Expression }
  | { kind: 'literal'; value: string | number }
  | { kind: 'call'; name: string; parameters: Expression[] }
  | { kind: 'filter'; base: Expression; predicates: Expression[] };

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?|\.\d+)|"([^"]*)"|'([^']*)'|(\/\/|::|\.\.|!=|<=|>=|[/()[\].@,|+\-=<>*$])|([A-Za-z_#][\w.#-]*(?::[A-Za-z_][\w.-]*)?))/y;
const AXES: readonly string[] = [
  'child',
  'descendant',
  'descendant-or-self',
  'self',
  'parent',
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'following-sibling',
  'preceding-sibling',
];

interface Token {
  kind: 'number' | 'string' | 'symbol' | 'name';
  text: string;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw new XPathError(`Invalid expression at ${at}`);
    if (found[1] !== undefined) tokens.push({ kind: 'number', text: found[1] });
    else if (found[2] !== undefined) tokens.push({ kind: 'string', text: found[2] });
    else if (found[3] !== undefined) tokens.push({ kind: 'string', text: found[3] });
    else if (found[4] !== undefined) tokens.push({ kind: 'symbol', text: found[4] });
    else tokens.push({ kind: 'name', text: found[5] as string });
  }
  return tokens;
}

export function parseXPath(source: string): Expression {
  const parser = new Parser(tokenize(source));
  const expression = parser.expression(0);
  parser.end();
  return expression;
}

/** Binary operators by rising precedence. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['=', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', 'div', 'mod'],
  ['|'],
];

class Parser {
  #at = 0;
  constructor(readonly tokens: Token[]) {}

  #peek(offset = 0): Token | undefined {
    return this.tokens[this.#at + offset];
  }

  #is(text: string, offset = 0): boolean {
    const token = this.#peek(offset);
    return token !== undefined && token.kind !== 'string' && token.text === text;
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw new XPathError(`expected ${text}`);
  }

  end(): void {
    if (this.#at < this.tokens.length) throw new XPathError('Invalid expression');
  }

  expression(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.expression(level + 1);
    for (;;) {
      const operator = operators.find((text) => this.#is(text));
      if (operator === undefined) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
    }
  }

  #unary(): Expression {
    if (this.#accept('-')) return { kind: 'negate', operand: this.#unary() };
    return this.#path();
  }

  #path(): Expression {
    const token = this.#peek();
    if (!token) throw new XPathError('Expression expected');
    if (token.kind === 'number' || token.kind === 'string') {
      this.#at++;
      return { kind: 'literal', value: token.kind === 'number' ? Number(token.text) : token.text };
    }
    if (this.#is('(') || (token.kind === 'name' && this.#is('(', 1) && !['node', 'text'].includes(token.text))) {
      return this.#primary();
    }
    const steps: Step[] = [];
    let absolute = false;
    if (this.#accept('//')) {
      absolute = true;
      steps.push(anyDepth(), this.#step());
    } else if (this.#accept('/')) {
      absolute = true;
      if (this.#stepFollows()) steps.push(this.#step());
    } else steps.push(this.#step());
    this.#moreSteps(steps);
    return { kind: 'path', absolute, start: null, steps };
  }

  #primary(): Expression {
    let base: Expression;
    if (this.#accept('(')) {
      base = this.expression(0);
      this.#expect(')');
    } else base = this.#call();
    const predicates = this.#predicates();
    if (predicates.length > 0) base = { kind: 'filter', base, predicates };
    if (!this.#is('/') && !this.#is('//')) return base;
    const steps: Step[] = [];
    this.#moreSteps(steps);
    return { kind: 'path', absolute: false, start: base, steps };
  }

  #call(): Expression {
    const name = (this.#peek() as Token).text;
    this.#at += 2;
    const parameters: Expression[] = [];
    while (!this.#accept(')')) {
      parameters.push(this.expression(0));
      if (!this.#is(')')) this.#expect(',');
    }
    return { kind: 'call', name, parameters };
  }

  #moreSteps(steps: Step[]): void {
    for (;;) {
      if (this.#accept('//')) steps.push(anyDepth(), this.#step());
      else if (this.#accept('/')) steps.push(this.#step());
      else return;
    }
  }

  #stepFollows(): boolean {
    const token = this.#peek();
    return token !== undefined && (token.kind === 'name' || ['*', '@', '.', '..'].includes(token.text));
  }

  #step(): Step {
    if (this.#accept('..')) return { axis: 'parent', test: 'node()', predicates: this.#predicates() };
    if (this.#accept('.')) return { axis: 'self', test: 'node()', predicates: this.#predicates() };
    let axis: Axis = 'child';
    if (this.#accept('@')) axis = 'attribute';
    else if (this.#is('::', 1)) {
      const name = (this.#peek() as Token).text;
      if (!AXES.includes(name)) throw new XPathError(`unknown axis ${name}`);
      axis = name as Axis;
      this.#at += 2;
    }
    const token = this.#peek();
    if (!token || (token.kind !== 'name' && token.text !== '*')) throw new XPathError('Step expected');
    this.#at++;
    let test = token.text;
    if (token.kind === 'name' && this.#accept('(')) {
      this.#expect(')');
      test += '()';
    }
    return { axis, test, predicates: this.#predicates() };
  }

  #predicates(): Expression[] {
    const predicates: Expression[] = [];
    while (this.#accept('[')) {
      predicates.push(this.expression(0));
      this.#expect(']');
    }
    return predicates;
  }
}

function anyDepth(): Step {
  return { axis: 'descendant-or-self', test: 'node()', predicates: [] };
}

interface Context {
  node: XNode;
  position: number;
  size: number;
  root: Element;
}

export function evaluate(expression: Expression, root: Element): XValue {
  const document: XNode = { kind: 'document', element: root, path: [], parents: [] };
  return evaluateIn(expression, { node: document, position: 1, size: 1, root });
}

function evaluateIn(expression: Expression, context: Context): XValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'negate':
      return -toNumber(evaluateIn(expression.operand, context));
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, context);
    case 'call':
      return call(expression.name, expression.parameters, context);
    case 'filter':
      return filter(toNodes(evaluateIn(expression.base, context)), expression.predicates, context.root);
    case 'path': {
      let nodes: XNode[];
      if (expression.start) nodes = toNodes(evaluateIn(expression.start, context));
      else if (expression.absolute) nodes = [{ kind: 'document', element: context.root, path: [], parents: [] }];
      else nodes = [context.node];
      for (const step of expression.steps) nodes = take(nodes, step, context.root);
      return nodes;
    }
  }
}

function take(nodes: XNode[], step: Step, root: Element): XNode[] {
  const result: XNode[] = [];
  for (const node of nodes) {
    const candidates = along(node, step.axis).filter((candidate) => passes(candidate, step));
    result.push(...filter(candidates, step.predicates, root));
  }
  return nodes.length > 1 ? inOrder(result) : result;
}

function passes(node: XNode, step: Step): boolean {
  if (step.test === 'node()') return true;
  if (step.test === 'text()') return node.kind === 'text';
  if (node.kind === 'attribute') return step.test === '*' || node.name === step.test;
  if (node.kind !== 'element' || node.element.name === COMMENT) return false;
  return step.test === '*' || node.element.name === step.test;
}

function childNodes(node: XNode): XNode[] {
  if (node.kind === 'document') return [{ kind: 'element', element: node.element, path: [], parents: [] }];
  if (node.kind !== 'element') return [];
  const parents = [...node.parents, node.element];
  const children: XNode[] = node.element.children.map((element, index) => ({
    kind: 'element',
    element,
    path: [...node.path, index],
    parents,
  }));
  if (node.element.text !== undefined)
    children.push({ kind: 'text', element: node.element, path: node.path, parents: node.parents });
  return children;
}

function descendants(node: XNode): XNode[] {
  const found: XNode[] = [];
  for (const child of childNodes(node)) {
    found.push(child);
    found.push(...descendants(child));
  }
  return found;
}

function parentOf(node: XNode): XNode | null {
  if (node.kind === 'document') return null;
  if (node.kind === 'attribute' || node.kind === 'text')
    return { kind: 'element', element: node.element, path: node.path, parents: node.parents };
  const parent = node.parents.at(-1);
  if (!parent) return { kind: 'document', element: node.element, path: [], parents: [] };
  return { kind: 'element', element: parent, path: node.path.slice(0, -1), parents: node.parents.slice(0, -1) };
}

function ancestors(node: XNode): XNode[] {
  const found: XNode[] = [];
  for (let at = parentOf(node); at; at = parentOf(at)) found.push(at);
  return found;
}

function along(node: XNode, axis: Axis): XNode[] {
  switch (axis) {
    case 'child':
      return childNodes(node);
    case 'descendant':
      return descendants(node);
    case 'descendant-or-self':
      return [node, ...descendants(node)];
    case 'self':
      return [node];
    case 'parent': {
      const parent = parentOf(node);
      return parent ? [parent] : [];
    }
    case 'ancestor':
      return ancestors(node);
    case 'ancestor-or-self':
      return [node, ...ancestors(node)];
    case 'attribute':
      if (node.kind !== 'element') return [];
      return Object.entries(node.element.attributes).map(([name, value]) => ({
        ...node,
        kind: 'attribute',
        name,
        value,
      }));
    case 'following-sibling':
    case 'preceding-sibling': {
      const parent = node.kind === 'element' ? parentOf(node) : null;
      if (parent?.kind !== 'element') return [];
      const siblings = childNodes(parent).filter((sibling) => sibling.kind === 'element');
      const index = node.path.at(-1) as number;
      return axis === 'following-sibling' ? siblings.slice(index + 1) : siblings.slice(0, index).toReversed();
    }
  }
}

function filter(nodes: XNode[], predicates: readonly Expression[], root: Element): XNode[] {
  let kept = nodes;
  for (const predicate of predicates) {
    const size = kept.length;
    kept = kept.filter((node, index) => {
      const value = evaluateIn(predicate, { node, position: index + 1, size, root });
      return typeof value === 'number' ? value === index + 1 : toBoolean(value);
    });
  }
  return kept;
}

function comparePaths(first: readonly number[], second: readonly number[]): number {
  for (let at = 0; at < Math.min(first.length, second.length); at++) {
    const difference = (first[at] as number) - (second[at] as number);
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}

/** Document order without duplicates. */
function inOrder(nodes: XNode[]): XNode[] {
  const seen = new Set<string>();
  const unique = nodes.filter((node) => {
    const key = `${node.kind} ${node.path.join('/')} ${node.kind === 'attribute' ? node.name : ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return unique.sort((first, second) => {
    if (first.kind === 'document') return -1;
    if (second.kind === 'document') return 1;
    return comparePaths(first.path, second.path);
  });
}

function nodeText(node: XNode): string {
  if (node.kind === 'attribute') return node.value;
  if (node.kind === 'text') return node.element.text ?? '';
  return (
    (node.element.text ?? '') +
    node.element.children.map((child) => nodeText({ ...node, kind: 'element', element: child })).join('')
  );
}

function toNodes(value: XValue): XNode[] {
  if (!Array.isArray(value)) throw new XPathError('Invalid type');
  return value;
}

function toText(value: XValue): string {
  if (Array.isArray(value)) return value[0] ? nodeText(value[0]) : '';
  return String(value);
}

function toNumber(value: XValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = toText(value).trim();
  return text === '' ? Number.NaN : Number(text);
}

function toBoolean(value: XValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
  return typeof value === 'string' ? value !== '' : value;
}

function compare(operator: string, left: string | number | boolean, right: string | number | boolean): boolean {
  if (operator === '=' || operator === '!=') {
    let equal: boolean;
    if (typeof left === 'boolean' || typeof right === 'boolean') equal = toBoolean(left) === toBoolean(right);
    else if (typeof left === 'number' || typeof right === 'number') equal = toNumber(left) === toNumber(right);
    else equal = left === right;
    return operator === '=' ? equal : !equal;
  }
  const first = toNumber(left);
  const second = toNumber(right);
  if (operator === '<') return first < second;
  if (operator === '<=') return first <= second;
  return operator === '>' ? first > second : first >= second;
}

function binary(operator: string, left: Expression, right: Expression, context: Context): XValue {
  if (operator === 'or') return toBoolean(evaluateIn(left, context)) || toBoolean(evaluateIn(right, context));
  if (operator === 'and') return toBoolean(evaluateIn(left, context)) && toBoolean(evaluateIn(right, context));
  const first = evaluateIn(left, context);
  const second = evaluateIn(right, context);
  if (operator === '|') return inOrder([...toNodes(first), ...toNodes(second)]);
  if (['=', '!=', '<', '<=', '>', '>='].includes(operator)) {
    const lefts = Array.isArray(first) ? first.map(nodeText) : [first];
    const rights = Array.isArray(second) ? second.map(nodeText) : [second];
    return lefts.some((one) => rights.some((other) => compare(operator, one, other)));
  }
  const a = toNumber(first);
  const b = toNumber(second);
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return operator === 'div' ? a / b : a % b;
}

function call(name: string, parameters: readonly Expression[], context: Context): XValue {
  const values = parameters.map((parameter) => evaluateIn(parameter, context));
  const text = (at: number) => {
    const value = values[at];
    return value === undefined ? nodeText(context.node) : toText(value);
  };
  switch (name) {
    case 'last':
      return context.size;
    case 'position':
      return context.position;
    case 'count':
      return toNodes(values[0] ?? []).length;
    case 'not':
      return !toBoolean(values[0] ?? false);
    case 'true':
      return true;
    case 'false':
      return false;
    case 'boolean':
      return toBoolean(values[0] ?? false);
    case 'number':
      return toNumber(values[0] ?? [context.node]);
    case 'string':
      return text(0);
    case 'concat':
      return values.map(toText).join('');
    case 'starts-with':
      return text(0).startsWith(text(1));
    case 'contains':
      return text(0).includes(text(1));
    case 'string-length':
      return text(0).length;
    case 'normalize-space':
      return text(0).trim().replace(/\s+/g, ' ');
    case 'substring-before':
      return text(0).includes(text(1)) ? text(0).slice(0, text(0).indexOf(text(1))) : '';
    case 'substring-after':
      return text(0).includes(text(1)) ? text(0).slice(text(0).indexOf(text(1)) + text(1).length) : '';
    case 'name':
    case 'local-name': {
      const node = values[0] === undefined ? context.node : toNodes(values[0])[0];
      if (!node) return '';
      return node.kind === 'attribute' ? node.name : node.element.name;
    }
    default:
      throw new XPathError(`Unregistered function ${name}`);
  }
}
