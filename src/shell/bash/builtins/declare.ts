import { assignArray } from '../assignment';
import { arrayText, declarationOf } from '../declaration';
import type { Builtin, BuiltinTable, DeclaredArgument, Invocation } from '../interpreter';
import { quoteIfNeeded } from '../quote';
import { asArray, type Shell } from '../shell';
import { type Attribute, ReadonlyError, type Variable } from '../variables';

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  i: 'integer',
  l: 'lower',
  n: 'reference',
  r: 'readonly',
  u: 'upper',
  x: 'exported',
};

interface Options {
  readonly on: Set<string>;
  readonly off: Set<string>;
  readonly rest: number;
}

async function parseOptions(
  shell: Shell,
  name: string,
  args: readonly string[],
  letters: string,
): Promise<Options | null> {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (!letters.includes(letter)) {
        await shell.error(`${name}: ${arg[0]}${letter}: invalid option`);
        await shell.writeError(`${name}: usage: ${USAGE[name] ?? name}\n`);
        return null;
      }
      (arg.startsWith('-') ? on : off).add(letter);
    }
  }
  return { on, off, rest: i };
}

const USAGE: Readonly<Record<string, string>> = {
  declare: 'declare [-aAfFgiIlnrtux] [-p] [name[=value] ...]',
  typeset: 'typeset [-aAfFgiIlnrtux] [-p] name[=value] ...',
  local: 'local [option] name[=value] ...',
  export: 'export [-fn] [name[=value] ...] or export -p',
  readonly: 'readonly [-aAf] [name[=value] ...] or readonly -p',
  unset: 'unset [-f] [-v] [-n] [name ...]',
};

/** One argument taken apart; null where it isn't `name`, `name=value` or `name[i]=value`. */
function target(
  text: string,
): { name: string; subscript: string | null; value: string | null; append: boolean } | null {
  const match = /^([A-Za-z_]\w*)(?:\[([\s\S]*?)\])?(?:(\+?)=([\s\S]*))?$/.exec(text);
  if (!match) return null;
  return { name: match[1] ?? '', subscript: match[2] ?? null, value: match[4] ?? null, append: match[3] === '+' };
}

const declare =
  (builtin: 'declare' | 'typeset' | 'local'): Builtin =>
  async (shell, args, invocation) => {
    if (builtin === 'local' && !shell.callStack.some((frame) => frame.kind === 'function')) {
      await shell.error('local: can only be used in a function');
      return 1;
    }
    const options = await parseOptions(shell, builtin, args, 'aAfFgiIlnprtux');
    if (!options) return 2;
    const { on, rest } = options;
    const names = args.slice(rest);
    if (on.has('f') || on.has('F')) return functions(shell, names, on.has('F'));
    if (names.length === 0 || (on.has('p') && names.length > 0)) return show(shell, builtin, names, on);
    const inFunction = shell.callStack.some((frame) => frame.kind === 'function');
    const scope = builtin === 'local' || (inFunction && !on.has('g')) ? 'local' : on.has('g') ? 'global' : null;
    let status = 0;
    for (let i = 0; i < names.length; i++) {
      const argument = invocation.declared.get(rest + i + 1);
      if (!(await declareOne(shell, builtin, names[i] as string, argument, options, scope))) status = 1;
    }
    return status;
  };

async function declareOne(
  shell: Shell,
  builtin: string,
  text: string,
  argument: DeclaredArgument | undefined,
  options: Options,
  scope: 'local' | 'global' | null,
): Promise<boolean> {
  const assignment = argument?.assignment;
  const parsed = assignment
    ? {
        name: assignment.name,
        subscript: assignment.index?.text ?? null,
        value: '',
        append: assignment.append ?? false,
      }
    : target(text);
  if (!parsed) {
    await shell.error(`${builtin}: \`${text}': not a valid identifier`);
    return false;
  }
  const { name } = parsed;
  const isArray = assignment?.value.type === 'ArrayValue';
  const value = argument ? argument.text : parsed.value;
  const existing = shell.vars.direct(name);
  if (existing?.readonly && (scope !== 'local' || shell.vars.isLocal(name))) {
    if (assignment || parsed.value !== null || options.off.has('r')) {
      await shell.error(`${builtin}: ${name}: readonly variable`);
      return false;
    }
  }
  const fresh = scope === 'local' && !shell.vars.isLocal(name);
  const variable = scope ? shell.vars.ensureIn(scope, name) : (shell.vars.direct(name) ?? shell.vars.ensure(name));
  if (fresh && builtin === 'local' && existing?.readonly) {
    await shell.error(`local: ${name}: readonly variable`);
    return false;
  }
  if (!(await shapeAs(shell, builtin, name, variable, options))) return false;
  const wasReadonly = variable.readonly;
  variable.readonly = false;
  try {
    if (assignment && isArray && assignment.value.type === 'ArrayValue') {
      await assignArray(shell, variable, name, assignment.value, parsed.append);
    } else if (assignment || parsed.value !== null) {
      if (parsed.subscript !== null) shell.setElement(name, parsed.subscript, value ?? '', parsed.append);
      else shell.setVariable(variable, name, value ?? '', parsed.append);
    }
  } finally {
    variable.readonly = wasReadonly;
  }
  if (options.on.has('r')) variable.readonly = true;
  return true;
}

/** Applies attribute options before the value is set. */
async function shapeAs(
  shell: Shell,
  builtin: string,
  name: string,
  variable: Variable,
  options: Options,
): Promise<boolean> {
  for (const letter of options.on) {
    const attribute = ATTRIBUTES[letter];
    if (attribute && attribute !== 'readonly') variable[attribute] = true;
    if (letter === 'l') variable.upper = false;
    if (letter === 'u') variable.lower = false;
  }
  for (const letter of options.off) {
    const attribute = ATTRIBUTES[letter];
    if (attribute && attribute !== 'readonly') variable[attribute] = false;
  }
  if (options.on.has('A')) {
    if (variable.value?.kind === 'indexed') {
      await shell.error(`${builtin}: ${name}: cannot convert indexed to associative array`);
      return false;
    }
    if (variable.value?.kind !== 'associative') {
      const items = new Map<string, string>();
      if (variable.value) items.set('0', variable.value.text);
      if (!variable.value) variable.bare = true;
      variable.value = { kind: 'associative', items };
    }
  } else if (options.on.has('a')) {
    if (variable.value?.kind === 'associative') {
      await shell.error(`${builtin}: ${name}: cannot convert associative to indexed array`);
      return false;
    }
    if (!variable.value) variable.bare = true;
    asArray(variable);
  }
  return true;
}

async function show(shell: Shell, builtin: string, names: readonly string[], on: ReadonlySet<string>): Promise<number> {
  if (names.length === 0) {
    const filters = [...on].filter((letter) => letter !== 'p' && letter !== 'g');
    for (const name of shell.vars.names()) {
      const variable = shell.vars.direct(name);
      if (!variable) continue;
      if (builtin === 'local' && !shell.vars.isLocal(name)) continue;
      if (!filters.every((letter) => hasLetter(variable, letter))) continue;
      if (filters.length > 0 || on.has('p')) await shell.print(`${declarationOf(name, variable, 'declare')}\n`);
      else if (variable.value) await shell.print(`${plain(name, variable)}\n`);
    }
    if (filters.length === 0 && !on.has('p') && builtin !== 'local') await functions(shell, [], false);
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const dynamic = shell.dynamic(name);
    const variable = shell.vars.direct(name);
    if (variable) await shell.print(`${declarationOf(name, variable, 'declare')}\n`);
    else if (dynamic) await shell.print(`declare -- ${name}="${dynamic[0] ?? ''}"\n`);
    else {
      await shell.error(`${builtin}: ${name}: not found`);
      status = 1;
    }
  }
  return status;
}

function hasLetter(variable: Variable, letter: string): boolean {
  if (letter === 'a') return variable.value?.kind === 'indexed';
  if (letter === 'A') return variable.value?.kind === 'associative';
  const attribute = ATTRIBUTES[letter];
  return attribute !== undefined && variable[attribute];
}

/** A variable as `set` lists it. */
export function plain(name: string, variable: Variable): string {
  const { value } = variable;
  if (!value) return name;
  return value.kind === 'scalar' ? `${name}=${quoteIfNeeded(value.text)}` : `${name}=${arrayText(value)}`;
}

/** `declare -f`, `-F`. */
async function functions(shell: Shell, names: readonly string[], namesOnly: boolean): Promise<number> {
  if (names.length === 0) {
    for (const name of [...shell.functions.keys()].sort()) {
      await shell.print(namesOnly ? `declare -f ${name}\n` : functionText(shell, name));
    }
    return 0;
  }
  let status = 0;
  for (const name of names) {
    if (!shell.functions.has(name)) status = 1;
    else await shell.print(namesOnly ? `${name}\n` : functionText(shell, name));
  }
  return status;
}

/** A function as `type` and `declare -f` show it: one command a line, indented by four. */
export function functionText(shell: Shell, name: string): string {
  const definition = shell.functions.get(name);
  if (!definition) return '';
  const body = definition.text.replace(/^\{\s*/, '').replace(/;?\s*\}$/, '');
  const lines = body
    .split(/\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const commands =
    lines.length === 1 ? (lines[0] as string).split(/;\s*(?![^{(]*[)}])/).map((text) => text.trim()) : lines;
  const shown = commands.filter((text) => text !== '').map((text) => text.replace(/;$/, ''));
  return `${name} () \n{ \n${shown.map((text, index) => `    ${text}${index < shown.length - 1 ? ';' : ''}\n`).join('')}}\n`;
}

const mark =
  (builtin: 'export' | 'readonly'): Builtin =>
  async (shell, args, invocation) => {
    const options = await parseOptions(shell, builtin, args, builtin === 'export' ? 'fnp' : 'aAfp');
    if (!options) return 2;
    const names = args.slice(options.rest);
    const attribute: Attribute = builtin === 'export' ? 'exported' : 'readonly';
    if (names.length === 0) {
      for (const name of shell.vars.names()) {
        const variable = shell.vars.direct(name);
        if (variable?.[attribute]) await shell.print(`${declarationOf(name, variable, 'declare')}\n`);
      }
      return 0;
    }
    if (options.on.has('f')) {
      const missing = names.filter((name) => !shell.functions.has(name));
      for (const name of missing) await shell.error(`${builtin}: ${name}: not a function`);
      if (builtin === 'readonly')
        for (const name of names) if (shell.functions.has(name)) shell.readonlyFunctions.add(name);
      return missing.length > 0 ? 1 : 0;
    }
    return markAll(shell, builtin, names, options, attribute, invocation);
  };

async function markAll(
  shell: Shell,
  builtin: string,
  names: readonly string[],
  options: Options,
  attribute: Attribute,
  invocation: Invocation,
): Promise<number> {
  let status = 0;
  for (let i = 0; i < names.length; i++) {
    const text = names[i] as string;
    const argument = invocation.declared.get(options.rest + i + 1);
    const assignment = argument?.assignment;
    const parsed = assignment ? null : target(text);
    if (!assignment && (!parsed || parsed.subscript !== null)) {
      await shell.error(`${builtin}: \`${text}': not a valid identifier`);
      status = 1;
      continue;
    }
    const name = assignment?.name ?? parsed?.name ?? '';
    try {
      const variable = shell.vars.ensure(name);
      if (options.on.has('A')) {
        if (!variable.value) variable.value = { kind: 'associative', items: new Map() };
      } else if (options.on.has('a')) asArray(variable);
      if (assignment?.value.type === 'ArrayValue') {
        await assignArray(shell, variable, name, assignment.value, assignment.append ?? false);
      } else if (assignment) {
        shell.setVariable(variable, name, argument?.text ?? '', assignment.append ?? false);
      } else if (parsed?.value != null) shell.setVariable(variable, name, parsed.value, parsed.append);
      variable[attribute] = !options.on.has('n');
    } catch (error) {
      if (!(error instanceof ReadonlyError)) throw error;
      // bash reports the assignment, not the builtin.
      await shell.error(error.message);
      status = 1;
    }
  }
  return status;
}

async function unset(shell: Shell, args: readonly string[]): Promise<number> {
  const options = await parseOptions(shell, 'unset', args, 'fvn');
  if (!options) return 2;
  let status = 0;
  for (const name of args.slice(options.rest)) {
    const match = /^([A-Za-z_]\w*)(?:\[([\s\S]*)\])?$/.exec(name);
    if (options.on.has('f')) {
      if (shell.readonlyFunctions.has(name)) {
        await shell.error(`unset: ${name}: cannot unset: readonly function`);
        status = 1;
      } else shell.functions.delete(name);
      continue;
    }
    if (!match) {
      if (shell.functions.has(name)) {
        shell.functions.delete(name);
        continue;
      }
      if (!options.on.has('v')) continue;
      await shell.error(`unset: \`${name}': not a valid identifier`);
      status = 1;
      continue;
    }
    try {
      if (match[2] !== undefined) unsetElement(shell, match[1] ?? '', match[2]);
      else {
        const real = options.on.has('n') ? name : shell.vars.target(name);
        if (!shell.vars.unset(real) && !options.on.has('v')) shell.functions.delete(name);
      }
    } catch (error) {
      if (!(error instanceof ReadonlyError)) throw error;
      await shell.error(`unset: ${error.variable}: cannot unset: readonly variable`);
      status = 1;
    }
  }
  return status;
}

function unsetElement(shell: Shell, name: string, subscript: string): void {
  const variable = shell.vars.find(name);
  const value = variable?.value;
  if (!variable || !value) return;
  if (variable.readonly) throw new ReadonlyError(name);
  if (subscript === '@' || subscript === '*') {
    if (value.kind === 'associative') value.items.delete(subscript);
    else shell.vars.unset(name);
  } else if (value.kind === 'associative') value.items.delete(subscript.replace(/^(["'])([\s\S]*)\1$/, '$2'));
  else if (value.kind === 'indexed') {
    let index = Number(shell.evaluate(subscript));
    if (index < 0) index += Math.max(-1, ...value.items.keys()) + 1;
    value.items.delete(index);
  } else if (shell.evaluate(subscript) === 0n) shell.vars.unset(name);
}

export const declareBuiltins: BuiltinTable = {
  declare: declare('declare'),
  typeset: declare('typeset'),
  local: declare('local'),
  export: mark('export'),
  readonly: mark('readonly'),
  unset,
};
