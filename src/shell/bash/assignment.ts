import type { ArrayValue, Assignment, Word } from 'unbash';
import { expandText, expandWords } from './expand';
import { quoteForReuse, quoteIfNeeded } from './quote';
import { asArray, type Shell } from './shell';
import { tracePrefix } from './trace';
import { ReadonlyError, type Variable } from './variables';
import { parseWord } from './words';

/** Performs `name=value`, `name[i]=value`, `name=(…)`, `+=`. Gives the value for `set -x`. */
export async function assign(shell: Shell, assignment: Assignment): Promise<string> {
  const { name, index } = assignment;
  const append = assignment.append ?? false;
  if (assignment.value.type === 'ArrayValue') {
    const target = shell.vars.ensure(name);
    await assignArray(shell, target, name, assignment.value, append);
    return assignment.text.slice(assignment.text.indexOf('=') + 1);
  }
  const text = await expandText(shell, assignment.value, { assignment: true });
  if (index) {
    await shell.assignText(`${name}[${index.text}]`, text, append);
    return text;
  }
  const target = shell.vars.target(name);
  if (target !== name) await shell.assignText(target, text, append);
  else shell.setVariable(shell.vars.ensure(name), name, text, append);
  return text;
}

/** The text an assignment gives, without performing it: for environments of programs. */
export async function expandAssignmentText(shell: Shell, assignment: Assignment): Promise<string> {
  if (assignment.value.type === 'ArrayValue') return assignment.text.slice(assignment.text.indexOf('=') + 1);
  const text = await expandText(shell, assignment.value, { assignment: true });
  return assignment.append ? (shell.vars.get(assignment.name) ?? '') + text : text;
}

/** Performs `(…)` on a variable. */
export async function assignArray(
  shell: Shell,
  variable: Variable,
  name: string,
  value: ArrayValue,
  append: boolean,
): Promise<void> {
  if (variable.readonly) throw new ReadonlyError(name);
  const associative = variable.value?.kind === 'associative';
  variable.bare = false;
  const entries = await arrayEntries(shell, value.elements, associative);
  if (!append) {
    variable.value = associative ? { kind: 'associative', items: new Map() } : { kind: 'indexed', items: new Map() };
  }
  const array = asArray(variable);
  if (array.kind === 'associative') {
    const bare = entries.filter((entry) => entry.key === null);
    for (const entry of entries) if (entry.key !== null) shell.setElement(name, entry.key, entry.text, entry.append);
    // Without subscripts, keys and values alternate.
    for (let i = 0; i < bare.length; i += 2) array.items.set(bare[i]?.text ?? '', bare[i + 1]?.text ?? '');
    return;
  }
  let next = append ? Math.max(-1, ...array.items.keys()) + 1 : 0;
  for (const entry of entries) {
    if (entry.key !== null) {
      next = Number(shell.evaluate(entry.key));
      if (next < 0) next += Math.max(-1, ...array.items.keys()) + 1;
    }
    const old = entry.append ? (array.items.get(next) ?? '') : '';
    const text = variable.integer ? shell.evaluate(entry.text).toString() : entry.text;
    array.items.set(next, old + text);
    next++;
  }
}

interface ArrayEntry {
  readonly key: string | null;
  readonly text: string;
  readonly append: boolean;
}

async function arrayEntries(shell: Shell, elements: readonly Word[], associative: boolean): Promise<ArrayEntry[]> {
  const entries: ArrayEntry[] = [];
  for (const element of elements) {
    const split = splitElement(element.text);
    if (!split) {
      for (const text of await expandWords(shell, [element])) entries.push({ key: null, text, append: false });
      continue;
    }
    const key = await expandText(shell, parseWord(split.key), associative ? {} : { noTilde: true });
    const text = await expandText(shell, parseWord(split.value), { assignment: true });
    entries.push({ key, text, append: split.append });
  }
  return entries;
}

/** Takes `[key]=value` apart; null where it isn't one. */
export function splitElement(text: string): { key: string; value: string; append: boolean } | null {
  if (!text.startsWith('[')) return null;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote) {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"') i++;
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '\\') i++;
    else if (c === '[') depth++;
    else if (c === ']' && --depth === 0) {
      const rest = text.slice(i + 1);
      const match = /^(\+?)=/.exec(rest);
      if (!match) return null;
      return { key: text.slice(1, i), value: rest.slice(match[0].length), append: match[1] === '+' };
    }
  }
  return null;
}

/** `set -x` of an assignment. */
export async function traceAssignment(shell: Shell, assignment: Assignment, value: string): Promise<void> {
  if (!shell.options.has('xtrace')) return;
  const target = assignment.index ? `${assignment.name}[${assignment.index.text}]` : assignment.name;
  const operator = assignment.append ? '+=' : '=';
  const shown =
    assignment.value.type === 'ArrayValue' ? value : /\s/.test(value) ? quoteForReuse(value) : quoteIfNeeded(value);
  await shell.writeError(`${tracePrefix(shell)}${target}${operator}${shown}\n`);
}
