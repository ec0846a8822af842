import { BINARY, compareNumbers, fileComparison, UNARY, unaryTest } from '../conditional';
import type { BuiltinTable } from '../interpreter';
import type { Shell } from '../shell';

class TestError extends Error {}

/** Evaluates `test`'s arguments by POSIX's rules for their number, more than four by bash's grammar. */
class TestEvaluator {
  #at = 0;
  constructor(
    readonly shell: Shell,
    readonly args: readonly string[],
  ) {}

  run(): boolean {
    const value = this.#count(this.args);
    return value;
  }

  #count(args: readonly string[]): boolean {
    const [a = '', b = '', c = '', d = ''] = args;
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        if (a === '!') return b === '';
        if (UNARY.has(a)) return this.#unary(a, b);
        throw new TestError(`${a}: unary operator expected`);
      case 3:
        if (BINARY.has(b)) return this.#binary(a, b, c);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !this.#count([b, c]);
        if (a === '(' && c === ')') return b !== '';
        throw new TestError(`${b}: binary operator expected`);
      case 4:
        if (a === '!') return !this.#count([b, c, d]);
        if (a === '(' && d === ')') return this.#count([b, c]);
        return this.#grammar();
      default:
        return this.#grammar();
    }
  }

  #grammar(): boolean {
    this.#at = 0;
    const value = this.#or();
    if (this.#at < this.args.length) throw new TestError('too many arguments');
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.args[this.#at] === '-o') {
      this.#at++;
      const right = this.#and();
      value = value || right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.args[this.#at] === '-a') {
      this.#at++;
      const right = this.#not();
      value = value && right;
    }
    return value;
  }

  #not(): boolean {
    if (this.args[this.#at] === '!') {
      this.#at++;
      return !this.#not();
    }
    return this.#primary();
  }

  #primary(): boolean {
    const [a, b, c] = this.args.slice(this.#at, this.#at + 3);
    if (a === undefined) throw new TestError('argument expected');
    if (b !== undefined && c !== undefined && BINARY.has(b)) {
      this.#at += 3;
      return this.#binary(a, b, c);
    }
    if (a === '(') {
      this.#at++;
      const value = this.#or();
      if (this.args[this.#at] !== ')') throw new TestError("`)' expected");
      this.#at++;
      return value;
    }
    if (UNARY.has(a) && b !== undefined) {
      this.#at += 2;
      return this.#unary(a, b);
    }
    this.#at++;
    return a !== '';
  }

  #unary(operator: string, operand: string): boolean {
    if (operator === '-t' && !/^\s*\d+\s*$/.test(operand))
      throw new TestError(`${operand}: integer expression expected`);
    return unaryTest(this.shell, operator, operand);
  }

  #binary(left: string, operator: string, right: string): boolean {
    switch (operator) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '-nt':
      case '-ot':
      case '-ef':
        return fileComparison(this.shell, operator, left, right);
      default:
        return compareNumbers(operator, this.#integer(left), this.#integer(right));
    }
  }

  #integer(text: string): bigint {
    if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`);
    return BigInt(text.trim().replace(/^\+/, ''));
  }
}

async function run(shell: Shell, name: string, args: readonly string[]): Promise<number> {
  try {
    return new TestEvaluator(shell, args).run() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    await shell.error(`${name}: ${error.message}`);
    return 2;
  }
}

export const testBuiltins: BuiltinTable = {
  test: (shell, args) => run(shell, 'test', args),
  '[': async (shell, args) => {
    if (args[args.length - 1] !== ']') {
      await shell.error("[: missing `]'");
      return 2;
    }
    return run(shell, '[', args.slice(0, -1));
  },
};
