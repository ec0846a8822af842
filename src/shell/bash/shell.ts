import type { CommandExpansionPart, ProcessSubstitutionPart, Word } from 'unbash';
import { randomInteger, randomWord } from '../../kernel/random';
import { Interrupted } from '../../kernel/tasks';
import { findAccount } from '../login';
import { Collector } from '../openfile';
import type { SimProcess } from '../simprocess';
import { BoundOutput, type ProcessView } from '../view';
import { ArithmeticError, type ArithmeticVariables, evaluate } from './arithmetic';
import { attributeLetters } from './declaration';
import { Discard, ExpansionError, INTERRUPT } from './errors';
import type { Interpreter } from './interpreter';
import { JobList } from './joblist';
import type { PatternOptions } from './pattern';
import type { CompoundNode, Source } from './syntax';
import { TrapTable } from './traps';
import { elementsOf, keysOf, ReadonlyError, shape, type Value, type Variable, Variables } from './variables';
import { parseWord } from './words';

export const BASH_VERSION = '5.1.8(1)-release';

export interface FunctionDefinition {
  readonly body: CompoundNode;
  readonly source: Source;
  /** The definition's own text, for `type` and `declare -f`. */
  readonly text: string;
}

/** One call on the stack: a function, or a sourced file. */
export interface CallFrame {
  readonly kind: 'function' | 'source';
  readonly name: string;
  readonly file: string;
  /** Line of the call. */
  readonly line: number;
}

/** Builtin steps that a millisecond of simulated time pays for. */
const STEPS_PER_MILLISECOND = 200;

const DEFAULT_SHOPTS = [
  'checkwinsize',
  'cmdhist',
  'complete_fullquote',
  'extquote',
  'force_fignore',
  'globasciiranges',
  'hostcomplete',
  'interactive_comments',
  'progcomp',
  'promptvars',
  'sourcepath',
];

/** The state of one bash process. */
export class Shell {
  view: ProcessView;
  readonly interpreter: Interpreter;
  vars = new Variables();
  functions = new Map<string, FunctionDefinition>();
  aliases = new Map<string, string>();
  /** Options by their `set -o` names. */
  options = new Set<string>(['braceexpand', 'hashall', 'interactive-comments']);
  shopts = new Set<string>(DEFAULT_SHOPTS);
  positional: string[] = [];
  /** `$0`. */
  name = 'bash';
  /** Option letters of the command line that `$-` shows: `c`, `s`, `i`. */
  startLetters = '';
  status = 0;
  pipeStatus: number[] = [0];
  lastBackground: number | null = null;
  lastArgument = '';
  jobs = new JobList();
  traps = new TrapTable();
  /** Directories of `pushd`, without the present one. */
  directories: string[] = [];
  /** Where commands were found: name to path and hits. */
  hashed = new Map<string, { path: string; hits: number }>();
  interactive = false;
  /** The shell, or the one it is a subshell of, is interactive: its messages have no line numbers. */
  terse = false;
  login = false;
  loopDepth = 0;
  callStack: CallFrame[] = [];
  subshellLevel = 0;
  /** Above zero: a condition is evaluated, `set -e` and the ERR trap don't count. */
  conditionDepth = 0;
  source: Source = { text: '', file: '', firstLine: 1, command: false };
  line = 1;
  command = '';
  /** ^C came while the interactive shell ran a command itself. */
  interrupted = false;
  history: string[] = [];
  /** Lines of history that are in the file already. */
  historySaved = 0;
  /** The line editor's kill ring. */
  killed = '';
  /** The line editor waits for the user. */
  atPrompt = false;
  /** Where history numbers start. */
  historyBase = 1;
  optionIndex = { index: 1, offset: 0 };
  secondsBase: number;
  /** `$$`: subshells show their shell's. */
  shellPid: number;
  exiting = false;
  warnedOfJobs = false;
  readonly readonlyFunctions = new Set<string>();
  /** Builtins switched off by `enable -n`. */
  readonly disabledBuiltins = new Set<string>();
  /** Limits set by `ulimit`, by letter. */
  readonly limits = new Map<string, string>();
  /** Completion specifications set by `complete`: options by command. */
  readonly completions = new Map<string, string>();
  /** Files of process substitutions to remove after the command. */
  temporaries: (() => Promise<void>)[] = [];
  /** Process substitutions so far: names of their files. */
  substitutions = 0;
  /** Status of the last command substitution of the present simple command; null: it has none. */
  substituted: number | null = null;
  #steps = 0;

  constructor(view: ProcessView, interpreter: Interpreter) {
    this.view = view;
    this.interpreter = interpreter;
    this.secondsBase = view.world.now;
    this.shellPid = view.pid;
  }

  get core(): SimProcess {
    return this.view.core;
  }

  /** A subshell's copy on a process of its own. */
  clone(view: ProcessView): Shell {
    const copy = new Shell(view, this.interpreter);
    copy.vars = this.vars.clone();
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.options = new Set(this.options);
    copy.shopts = new Set(this.shopts);
    copy.positional = [...this.positional];
    copy.name = this.name;
    copy.terse = this.terse;
    copy.startLetters = this.startLetters;
    copy.status = this.status;
    copy.pipeStatus = [...this.pipeStatus];
    copy.lastBackground = this.lastBackground;
    copy.lastArgument = this.lastArgument;
    copy.jobs = this.jobs.inherited();
    copy.traps = this.traps.inherited(copy);
    copy.directories = [...this.directories];
    copy.hashed = new Map(this.hashed);
    copy.login = this.login;
    copy.loopDepth = this.loopDepth;
    copy.callStack = [...this.callStack];
    copy.subshellLevel = this.subshellLevel + 1;
    copy.conditionDepth = this.conditionDepth;
    copy.source = this.source;
    copy.line = this.line;
    copy.history = this.history;
    copy.optionIndex = { ...this.optionIndex };
    copy.secondsBase = this.secondsBase;
    copy.shellPid = this.shellPid;
    copy.options.delete('monitor');
    return copy;
  }

  /** Charges simulated time for work the shell does itself, and lets ^C and the page have their turn. */
  async step(): Promise<void> {
    if (this.interrupted) {
      this.interrupted = false;
      throw new Interrupted(INTERRUPT);
    }
    this.view.check();
    if (++this.#steps % STEPS_PER_MILLISECOND === 0) await this.view.sleep(1);
  }

  // Messages

  /** What bash puts in front of its messages. */
  get messagePrefix(): string {
    if (this.terse) return `${this.name}: `;
    const file = this.callStack[this.callStack.length - 1]?.file || this.source.file || this.name;
    return `${file}: line ${this.line}: `;
  }

  async error(message: string): Promise<void> {
    await this.writeError(`${this.messagePrefix}${message}\n`);
  }

  async writeError(text: string): Promise<void> {
    await this.view.stderr.write(text);
  }

  /** Writes to a descriptor's file; gives why not, if it can't. */
  async print(text: string): Promise<void> {
    await this.view.stdout.write(text);
  }

  // Parameters

  get ifs(): string {
    return this.vars.get('IFS') ?? ' \t\n';
  }

  get patternOptions(): PatternOptions {
    return { extended: this.shopts.has('extglob'), ignoreCase: this.shopts.has('nocasematch') };
  }

  isPositional(name: string): boolean {
    return name === '@' || name === '*';
  }

  /** Value of a parameter by name: special, positional or variable. Undefined: unset. */
  parameter(name: string): string | undefined {
    if (/^[0-9]+$/.test(name)) {
      const number = Number(name);
      return number === 0 ? this.name : this.positional[number - 1];
    }
    switch (name) {
      case '?':
        return String(this.status);
      case '$':
        return String(this.shellPid);
      case '#':
        return String(this.positional.length);
      case '!':
        return this.lastBackground === null ? undefined : String(this.lastBackground);
      case '-':
        return this.optionLetters;
      case '_':
        return this.lastArgument;
      default: {
        const dynamic = this.dynamic(name);
        if (dynamic !== undefined) return dynamic[0] ?? '';
        const target = this.vars.target(name);
        const subscript = /^(\w+)\[([\s\S]*)\]$/.exec(target);
        if (subscript) return this.elementAt(subscript[1] as string, subscript[2] as string);
        return this.vars.get(name);
      }
    }
  }

  get optionLetters(): string {
    const letters: [string, string][] = [
      ['allexport', 'a'],
      ['notify', 'b'],
      ['errexit', 'e'],
      ['noglob', 'f'],
      ['hashall', 'h'],
      ['keyword', 'k'],
      ['monitor', 'm'],
      ['noexec', 'n'],
      ['privileged', 'p'],
      ['onecmd', 't'],
      ['nounset', 'u'],
      ['verbose', 'v'],
      ['xtrace', 'x'],
      ['braceexpand', 'B'],
      ['noclobber', 'C'],
      ['errtrace', 'E'],
      ['histexpand', 'H'],
      ['physical', 'P'],
      ['functrace', 'T'],
    ];
    const set = letters.filter(([name]) => this.options.has(name)).map(([, letter]) => letter);
    const at = set.findIndex((letter) => letter > 'i');
    if (this.interactive) set.splice(at < 0 ? set.length : at, 0, 'i');
    return set.join('') + this.startLetters;
  }

  /** Variables that the shell computes. */
  dynamic(name: string): readonly string[] | undefined {
    const { world } = this.view;
    switch (name) {
      case 'RANDOM':
        return [String(this.core.table.runtime.transact((draft) => randomInteger(draft, 0, 32767)))];
      case 'SRANDOM':
        return [String(this.core.table.runtime.transact((draft) => randomWord(draft)))];
      case 'SECONDS':
        return [String(Math.floor((world.now - this.secondsBase) / 1000))];
      case 'EPOCHSECONDS':
        return [String(Math.floor((world.epoch + world.now) / 1000))];
      case 'EPOCHREALTIME': {
        const now = world.epoch + world.now;
        return [`${Math.floor(now / 1000)}.${String((now % 1000) * 1000).padStart(6, '0')}`];
      }
      case 'LINENO':
        return [String(this.line)];
      case 'BASHPID':
        return [String(this.view.pid)];
      case 'BASH_SUBSHELL':
        return [String(this.subshellLevel)];
      case 'BASH_COMMAND':
        return [this.command];
      case 'PIPESTATUS':
        return this.pipeStatus.map(String);
      case 'GROUPS':
        return this.view.credentials.groups.map(String);
      case 'DIRSTACK':
        return [this.view.cwd, ...this.directories];
      case 'FUNCNAME': {
        const names = this.callStack.map((frame) => (frame.kind === 'source' ? 'source' : frame.name)).reverse();
        return names.length > 0 ? [...names, ...(this.interactive || this.source.command ? [] : ['main'])] : undefined;
      }
      case 'BASH_SOURCE': {
        const files = this.callStack.map((frame) => frame.file).reverse();
        return this.source.file && !this.source.command ? [...files, this.name] : files.length > 0 ? files : undefined;
      }
      case 'BASH_LINENO':
        return this.callStack.length > 0
          ? [...this.callStack.map((frame) => String(frame.line)).reverse(), '0']
          : undefined;
      case 'HISTCMD':
        return [String(this.historyBase + this.history.length)];
      default:
        return undefined;
    }
  }

  elementsOf(name: string): string[] {
    const dynamic = this.dynamic(name);
    if (dynamic) return [...dynamic];
    if (name === '@' || name === '*') return this.positional;
    return elementsOf(this.vars.find(name)?.value);
  }

  keysOf(name: string): string[] {
    const dynamic = this.dynamic(name);
    if (dynamic) return dynamic.map((_, index) => String(index));
    return keysOf(this.vars.find(name)?.value);
  }

  /** Indexes of an indexed array, for slices; null for anything else. */
  indexesOf(name: string): number[] | null {
    const value = this.vars.find(name)?.value;
    return value?.kind === 'indexed' ? keysOf(value).map(Number) : null;
  }

  attributesOf(name: string): string {
    const variable = this.vars.find(name);
    return variable ? attributeLetters(variable) : '';
  }

  /** An array's element by its unexpanded subscript. */
  async element(name: string, index: Word): Promise<string | undefined> {
    const variable = this.vars.find(name);
    if (variable?.value?.kind === 'associative')
      return variable.value.items.get(await this.interpreter.expandText(this, index));
    const text = await this.interpreter.expandText(this, index, { noTilde: true });
    try {
      return this.elementAt(name, text);
    } catch (error) {
      // A bad subscript reads as nothing, after the message.
      if (!(error instanceof ExpansionError) || !error.message.endsWith('bad array subscript')) throw error;
      await this.error(error.message);
      return undefined;
    }
  }

  /** An array's element by its expanded subscript. */
  elementAt(name: string, subscript: string): string | undefined {
    const dynamic = this.dynamic(name);
    const value = this.vars.find(name)?.value;
    if (!dynamic && value?.kind === 'associative') return value.items.get(subscript);
    if (subscript === '@' || subscript === '*') return this.elementsOf(name).join(this.ifs.slice(0, 1));
    let index = this.evaluate(subscript);
    if (dynamic) return dynamic[Number(index)];
    if (!value) return undefined;
    if (index < 0n) {
      const top = value.kind === 'indexed' ? Math.max(-1, ...value.items.keys()) : 0;
      index += BigInt(top + 1);
      if (index < 0n) throw new ExpansionError(`${name}: bad array subscript`, false);
    }
    if (value.kind === 'scalar') return index === 0n ? value.text : undefined;
    return value.kind === 'indexed' ? value.items.get(Number(index)) : undefined;
  }

  // Assignment

  /** Sets `name` or `name[subscript]` to a text, as arithmetic, `read` and `${x:=…}` do. Throws ReadonlyError. */
  async assignText(target: string, text: string, append = false): Promise<void> {
    const match = /^([A-Za-z_]\w*)(?:\[([\s\S]*)\])?$/.exec(this.vars.target(target));
    if (!match) throw new ExpansionError(`\`${target}': not a valid identifier`, false);
    const [, name = '', subscript] = match;
    if (subscript === undefined) {
      this.setVariable(this.vars.ensure(name), name, text, append);
      return;
    }
    const isAssociative = this.vars.find(name)?.value?.kind === 'associative';
    const expanded = isAssociative
      ? await this.interpreter.expandText(this, parseWord(subscript))
      : await this.interpreter.expandText(this, parseWord(subscript), { noTilde: true });
    this.setElement(name, expanded, text, append);
  }

  /** Sets a variable's text with its attributes in force. */
  setVariable(variable: Variable, name: string, text: string, append = false): void {
    if (variable.readonly) throw new ReadonlyError(name);
    if (name === 'SECONDS') this.secondsBase = this.view.world.now - Number(text || 0) * 1000;
    const value = variable.value;
    const old =
      value?.kind === 'scalar' ? value.text : value?.kind === 'indexed' ? value.items.get(0) : value?.items.get('0');
    const made = this.#combined(variable, old ?? '', text, append);
    if (value?.kind === 'indexed') value.items.set(0, made);
    else if (value?.kind === 'associative') value.items.set('0', made);
    else variable.value = { kind: 'scalar', text: made };
    if (this.options.has('allexport')) variable.exported = true;
    if (name === 'PATH') this.hashed.clear();
    if (name === 'OPTIND') this.optionIndex = { index: Number(text) || 1, offset: 0 };
  }

  #combined(variable: Variable, old: string, text: string, append: boolean): string {
    if (variable.integer) {
      const number = this.evaluate(text);
      return (append ? this.evaluate(old === '' ? '0' : old) + number : number).toString();
    }
    return shape(variable, append ? old + text : text);
  }

  /** Sets an array's element by its expanded subscript. */
  setElement(name: string, subscript: string, text: string, append = false): void {
    const variable = this.vars.ensure(name);
    if (variable.readonly) throw new ReadonlyError(name);
    const value = asArray(variable);
    if (value.kind === 'associative') {
      if (subscript === '') throw new ExpansionError(`${name}[${subscript}]: bad array subscript`, false);
      value.items.set(subscript, this.#combined(variable, value.items.get(subscript) ?? '', text, append));
      return;
    }
    let index = Number(this.evaluate(subscript));
    if (index < 0) index += Math.max(-1, ...value.items.keys()) + 1;
    if (index < 0 || subscript.trim() === '') {
      throw new ExpansionError(`${name}[${subscript}]: bad array subscript`, false);
    }
    value.items.set(index, this.#combined(variable, value.items.get(index) ?? '', text, append));
  }

  // Arithmetic

  /** Evaluates an expression whose expansions are done. Throws ExpansionError. */
  evaluate(expression: string): bigint {
    const variables: ArithmeticVariables = {
      get: (name, subscript) => (subscript === null ? this.parameter(name) : this.elementAt(name, subscript)),
      set: (name, subscript, value) => {
        if (subscript === null) this.setVariable(this.vars.ensure(name), name, value);
        else this.setElement(name, subscript, value);
      },
    };
    if (this.options.has('nounset')) {
      variables.unset = (name) => {
        throw new ExpansionError(`${name}: unbound variable`, true, 127);
      };
    }
    try {
      return evaluate(expression, variables);
    } catch (error) {
      if (error instanceof ArithmeticError) throw new ExpansionError(error.message, false);
      throw error;
    }
  }

  /** Evaluates an arithmetic text as it stands in the source. */
  async evaluateText(text: string): Promise<bigint> {
    return this.evaluate(await this.expandArithmetic(text));
  }

  async expandArithmetic(text: string): Promise<string> {
    if (!/[$`"\\]/.test(text)) return text;
    return this.interpreter.expandText(this, parseWord(`"${text.replace(/(?<!\\)"/g, '')}"`));
  }

  // Substitutions

  async substituteCommand(part: CommandExpansionPart): Promise<string> {
    return this.interpreter.runSubstitution(this, part);
  }

  async substituteProcess(part: ProcessSubstitutionPart): Promise<string> {
    return this.interpreter.startProcessSubstitution(this, part);
  }

  /** Runs something with its output collected, in this process. */
  async collect(body: () => Promise<void>): Promise<string> {
    const collector = new Collector();
    const saved = this.core.fds.get(1);
    saved?.retain();
    this.core.setFd(1, collector);
    try {
      await body();
    } finally {
      if (saved) {
        this.core.setFd(1, saved);
        saved.release();
      } else this.core.closeFd(1);
    }
    return collector.text;
  }

  // Directories and users

  /** What `~name` stands for; undefined: nothing. */
  homeOf(name: string): string | undefined {
    if (name === '') return this.vars.get('HOME') ?? this.view.credentials.home;
    if (name === '+') return this.vars.get('PWD');
    if (name === '-') return this.vars.get('OLDPWD');
    if (/^[+-]?\d+$/.test(name)) {
      const all = [this.view.cwd, ...this.directories];
      return name.startsWith('-') ? all[all.length - 1 - Number(name.slice(1))] : all[Number(name.replace('+', ''))];
    }
    if (name === 'root' || /^[a-z_][\w.-]*$/i.test(name)) {
      const account = findAccount(this.view.machine, name);
      return account?.home;
    }
    return undefined;
  }

  /** An error that ends the command line: prints it and gives what to throw. */
  async discard(error: ExpansionError | ReadonlyError): Promise<Discard> {
    await this.error(error.message);
    if (error instanceof ReadonlyError) return new Discard(1, false);
    return new Discard(error.status, error.fatal);
  }

  /** An output bound to this shell's task. */
  output(fd: number): BoundOutput | undefined {
    const file = this.core.fds.get(fd);
    return file ? new BoundOutput(this.view, file) : undefined;
  }
}

/** Makes a variable an array if it isn't one; a scalar becomes element 0. */
export function asArray(variable: Variable): Exclude<Value, { kind: 'scalar' }> {
  const { value } = variable;
  if (value && value.kind !== 'scalar') return value;
  const items = new Map<number, string>();
  if (value) items.set(0, value.text);
  const made: Value = { kind: 'indexed', items };
  variable.value = made;
  return made;
}
