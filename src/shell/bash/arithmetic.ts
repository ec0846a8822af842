/** What an arithmetic expression needs of the shell. */
export interface ArithmeticVariables {
  get(name: string, subscript: string | null): string | undefined;
  set(name: string, subscript: string | null, value: string): void;
  /** `set -u`: throws for an unset variable. */
  unset?(name: string): void;
}

/** A malformed or impossible expression: `message` is what bash prints after its name. */
export class ArithmeticError extends Error {
  constructor(
    message: string,
    readonly expression: string,
  ) {
    super(message);
    this.name = 'ArithmeticError';
  }
}

type Token =
  | { kind: 'number'; value: bigint; at: number }
  | { kind: 'name'; name: string; subscript: string | null; at: number }
  | { kind: 'operator'; text: string; at: number }
  | { kind: 'end'; at: number };

const OPERATORS = [
  '<<=',
  '>>=',
  '**',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '>',
  '!',
  '~',
  '&',
  '|',
  '^',
  '?',
  ':',
  '=',
  ',',
  '(',
  ')',
];
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=']);
const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
/** Names that stand for names that stand for …: bash stops at this depth. */
const RECURSION_LIMIT = 1024;

const wrap = (value: bigint) => BigInt.asIntN(64, value);

/** Evaluates a shell arithmetic expression in 64-bit integers. Throws ArithmeticError. */
export function evaluate(text: string, variables: ArithmeticVariables, depth = 0): bigint {
  if (depth > RECURSION_LIMIT) {
    throw new ArithmeticError(`${text}: expression recursion level exceeded (error token is "${text}")`, text);
  }
  return new Evaluator(text, variables, depth).run();
}

class Evaluator {
  readonly #tokens: Token[];
  #at = 0;
  /** Above zero: parse only, the other branch was taken. */
  #skip = 0;

  constructor(
    readonly text: string,
    readonly variables: ArithmeticVariables,
    readonly depth: number,
  ) {
    this.#tokens = this.#scan();
  }

  run(): bigint {
    if (this.#peek().kind === 'end') return 0n;
    const value = this.#comma();
    if (this.#peek().kind !== 'end') {
      const token = this.#peek();
      throw this.#error(
        token.kind === 'operator' ? 'syntax error: invalid arithmetic operator' : 'syntax error in expression',
        token.at,
      );
    }
    return value;
  }

  #error(message: string, at: number): ArithmeticError {
    const expression = this.text.trimStart();
    const token = this.text.slice(at);
    return new ArithmeticError(`${expression}: ${message} (error token is "${token}")`, expression);
  }

  #scan(): Token[] {
    const tokens: Token[] = [];
    const { text } = this;
    let i = 0;
    for (;;) {
      while (i < text.length && /\s/.test(text[i] as string)) i++;
      if (i >= text.length) break;
      const at = i;
      const c = text[i] as string;
      if (/[0-9]/.test(c)) {
        const word = /^[0-9A-Za-z@_#]+/.exec(text.slice(i))?.[0] ?? c;
        i += word.length;
        tokens.push({ kind: 'number', value: this.#number(word, at), at });
      } else if (/[A-Za-z_]/.test(c)) {
        const name = /^[A-Za-z0-9_]+/.exec(text.slice(i))?.[0] ?? c;
        i += name.length;
        let subscript: string | null = null;
        if (text[i] === '[') {
          const close = closing(text, i);
          if (close < 0) throw this.#error('bad array subscript', at);
          subscript = text.slice(i + 1, close);
          i = close + 1;
        }
        tokens.push({ kind: 'name', name, subscript, at });
      } else {
        const operator = OPERATORS.find((candidate) => text.startsWith(candidate, i));
        if (!operator) {
          const message =
            tokens.length > 0 && tokens[tokens.length - 1]?.kind !== 'operator'
              ? 'syntax error: invalid arithmetic operator'
              : 'syntax error: operand expected';
          throw this.#error(message, at);
        }
        i += operator.length;
        tokens.push({ kind: 'operator', text: operator, at });
      }
    }
    tokens.push({ kind: 'end', at: text.length });
    return tokens;
  }

  #number(word: string, at: number): bigint {
    const based = /^(\d+)#([0-9A-Za-z@_]*)$/.exec(word);
    if (based) return this.#based(Number(based[1]), based[2] ?? '', at);
    if (/^0[xX]/.test(word)) return this.#based(16, word.slice(2), at);
    if (/^0./.test(word)) return this.#based(8, word.slice(1), at);
    return this.#based(10, word, at);
  }

  #based(base: number, digits: string, at: number): bigint {
    if (base < 2 || base > 64) throw this.#error('invalid arithmetic base', at);
    let value = 0n;
    for (const c of digits) {
      let digit = 64;
      if (/[0-9]/.test(c)) digit = Number(c);
      else if (/[a-z]/.test(c)) digit = c.charCodeAt(0) - 87;
      else if (/[A-Z]/.test(c)) digit = base <= 36 ? c.charCodeAt(0) - 55 : c.charCodeAt(0) - 29;
      else if (c === '@') digit = 62;
      else if (c === '_') digit = 63;
      if (digit >= base) throw this.#error('value too great for base', at);
      value = wrap(value * BigInt(base) + BigInt(digit));
    }
    return value;
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #isOperator(...texts: string[]): boolean {
    const token = this.#peek();
    return token.kind === 'operator' && texts.includes(token.text);
  }

  #next(): Token {
    return this.#tokens[this.#at++] as Token;
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#isOperator(',')) {
      this.#next();
      value = this.#assignment();
    }
    return value;
  }

  #assignment(): bigint {
    const token = this.#peek();
    const operator = this.#tokens[this.#at + 1];
    if (token.kind === 'name' && operator?.kind === 'operator' && ASSIGNMENTS.has(operator.text)) {
      this.#at += 2;
      const right = this.#assignment();
      if (this.#skip > 0) return 0n;
      const value =
        operator.text === '='
          ? right
          : this.#binary(operator.text.slice(0, -1), this.#read(token), right, operator.at + operator.text.length);
      this.#write(token, value);
      return value;
    }
    const value = this.#ternary();
    const next = this.#peek();
    if (next.kind === 'operator' && ASSIGNMENTS.has(next.text)) {
      throw this.#error('attempted assignment to non-variable', next.at);
    }
    return value;
  }

  #ternary(): bigint {
    const test = this.#level(0);
    if (!this.#isOperator('?')) return test;
    this.#next();
    const whenTrue = this.#branch(test !== 0n, () => this.#comma());
    if (!this.#isOperator(':')) throw this.#error("`:' expected for conditional expression", this.#peek().at);
    this.#next();
    const whenFalse = this.#branch(test === 0n, () => this.#assignment());
    return test !== 0n ? whenTrue : whenFalse;
  }

  #branch(taken: boolean, parse: () => bigint): bigint {
    if (!taken) this.#skip++;
    try {
      return parse();
    } finally {
      if (!taken) this.#skip--;
    }
  }

  #level(level: number): bigint {
    const operators = BINARY[level];
    if (!operators) return this.#power();
    let left = this.#level(level + 1);
    while (this.#isOperator(...operators)) {
      const token = this.#next() as Extract<Token, { kind: 'operator' }>;
      if (token.text === '&&' || token.text === '||') {
        const taken = token.text === '&&' ? left !== 0n : left === 0n;
        const right = this.#branch(taken, () => this.#level(level + 1));
        if (token.text === '&&') left = left !== 0n && right !== 0n ? 1n : 0n;
        else left = left !== 0n || right !== 0n ? 1n : 0n;
        continue;
      }
      const start = this.#peek().at;
      const right = this.#level(level + 1);
      left = this.#binary(token.text, left, right, start);
    }
    return left;
  }

  #power(): bigint {
    const base = this.#unary();
    if (!this.#isOperator('**')) return base;
    this.#next();
    const start = this.#peek().at;
    const exponent = this.#power();
    return this.#binary('**', base, exponent, start);
  }

  #binary(operator: string, a: bigint, b: bigint, at: number): bigint {
    switch (operator) {
      case '+':
        return wrap(a + b);
      case '-':
        return wrap(a - b);
      case '*':
        return wrap(a * b);
      case '/':
      case '%':
        if (b === 0n) {
          if (this.#skip > 0) return 0n;
          throw this.#error('division by 0', at);
        }
        return wrap(operator === '/' ? a / b : a % b);
      case '**': {
        if (b < 0n) {
          if (this.#skip > 0) return 0n;
          throw this.#error('exponent less than 0', at);
        }
        let result = 1n;
        for (let base = a, n = b; n > 0n; n >>= 1n) {
          if (n & 1n) result = wrap(result * base);
          base = wrap(base * base);
        }
        return result;
      }
      case '<<':
        return wrap(a << (b & 63n));
      case '>>':
        return a >> (b & 63n);
      case '&':
        return a & b;
      case '|':
        return a | b;
      case '^':
        return a ^ b;
      case '==':
        return a === b ? 1n : 0n;
      case '!=':
        return a !== b ? 1n : 0n;
      case '<':
        return a < b ? 1n : 0n;
      case '>':
        return a > b ? 1n : 0n;
      case '<=':
        return a <= b ? 1n : 0n;
      default:
        return a >= b ? 1n : 0n;
    }
  }

  #unary(): bigint {
    const token = this.#next();
    if (token.kind === 'number') return token.value;
    if (token.kind === 'name') return this.#postfix(token);
    if (token.kind === 'end') {
      // The last operator is to blame, with what follows it.
      const last = this.#tokens[this.#tokens.length - 2];
      throw this.#error('syntax error: operand expected', last?.at ?? token.at);
    }
    switch (token.text) {
      case '!':
        return this.#unary() === 0n ? 1n : 0n;
      case '~':
        return ~this.#unary();
      case '+':
        return this.#unary();
      case '-':
        return wrap(-this.#unary());
      case '++':
      case '--': {
        const name = this.#peek();
        if (name.kind !== 'name') {
          const value = this.#unary();
          return value;
        }
        this.#next();
        const value = wrap(this.#read(name) + (token.text === '++' ? 1n : -1n));
        this.#write(name, value);
        return value;
      }
      case '(': {
        const value = this.#comma();
        if (!this.#isOperator(')')) throw this.#error("missing `)'", this.#peek().at);
        this.#next();
        return value;
      }
      default:
        throw this.#error('syntax error: operand expected', token.at);
    }
  }

  #postfix(token: Extract<Token, { kind: 'name' }>): bigint {
    const value = this.#read(token);
    if (this.#isOperator('++', '--')) {
      const operator = this.#next() as Extract<Token, { kind: 'operator' }>;
      this.#write(token, wrap(value + (operator.text === '++' ? 1n : -1n)));
    }
    return value;
  }

  #read(token: Extract<Token, { kind: 'name' }>): bigint {
    if (this.#skip > 0) return 0n;
    const text = this.variables.get(token.name, token.subscript);
    if (text === undefined) {
      this.variables.unset?.(token.name);
      return 0n;
    }
    if (/^-?(0|[1-9]\d*)$/.test(text)) return wrap(BigInt(text));
    return evaluate(text, this.variables, this.depth + 1);
  }

  #write(token: Extract<Token, { kind: 'name' }>, value: bigint): void {
    if (this.#skip === 0) this.variables.set(token.name, token.subscript, value.toString());
  }
}

/** Position of the `]` that closes the bracket at `open`, or -1. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '[') depth++;
    else if (text[i] === ']' && --depth === 0) return i;
  }
  return -1;
}
