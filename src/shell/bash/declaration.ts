import { quoteDouble, quoteForReuse } from './quote';
import { associativeKeys, indexedKeys, type Value, type Variable } from './variables';

/** Attribute letters in the order in which `declare -p` prints them. */
export function attributeLetters(variable: Variable): string {
  let letters = '';
  if (variable.value?.kind === 'indexed') letters += 'a';
  if (variable.value?.kind === 'associative') letters += 'A';
  if (variable.integer) letters += 'i';
  if (variable.lower) letters += 'l';
  if (variable.reference) letters += 'n';
  if (variable.readonly) letters += 'r';
  if (variable.upper) letters += 'u';
  if (variable.exported) letters += 'x';
  return letters;
}

function key(text: string): string {
  return /^[A-Za-z0-9_./:+@%,=-]+$/.test(text) ? text : quoteDouble(text);
}

/** An array's value as `declare -p` prints it. */
export function arrayText(value: Exclude<Value, { kind: 'scalar' }>): string {
  if (value.kind === 'indexed') {
    const items = indexedKeys(value.items).map((index) => `[${index}]=${quoteDouble(value.items.get(index) ?? '')}`);
    return `(${items.join(' ')})`;
  }
  const items = associativeKeys(value.items).map(
    (name) => `[${key(name)}]=${quoteDouble(value.items.get(name) ?? '')} `,
  );
  return `(${items.join('')})`;
}

/** A line that recreates a variable: as `declare -p` (`declare`) or `${name@A}` (`assignment`) print it. */
export function declarationOf(name: string, variable: Variable, style: 'declare' | 'assignment'): string {
  const letters = attributeLetters(variable);
  const { value } = variable;
  const scalar = value?.kind === 'scalar' ? value.text : undefined;
  if (style === 'assignment' && letters === '' && scalar !== undefined) return `${name}=${quoteForReuse(scalar)}`;
  const head = `declare -${letters === '' ? '-' : letters} ${name}`;
  if (!value || (variable.bare && value.kind !== 'scalar' && value.items.size === 0)) return head;
  if (value.kind !== 'scalar') return `${head}=${arrayText(value)}`;
  return `${head}=${style === 'assignment' ? quoteForReuse(value.text) : quoteDouble(value.text)}`;
}
