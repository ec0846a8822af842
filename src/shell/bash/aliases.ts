import { type Command, forEachChild, type SyntaxNode } from 'unbash';
import { parseSource } from './syntax';

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replaces aliases of command names in a text. An alias isn't expanded again within its own value. */
export function expandAliases(
  text: string,
  aliases: ReadonlyMap<string, string>,
  within: ReadonlySet<string> = new Set(),
): string {
  if (aliases.size === 0) return text;
  const replacements: Replacement[] = [];
  const visit = (node: SyntaxNode) => {
    if (node.type === 'Command') collect(node, aliases, within, replacements);
    forEachChild(node, visit);
  };
  visit(parseSource(text).script);
  let result = text;
  for (const { start, end, text: value } of replacements.sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + value + result.slice(end);
  }
  return result;
}

function collect(
  node: Command,
  aliases: ReadonlyMap<string, string>,
  within: ReadonlySet<string>,
  replacements: Replacement[],
): void {
  let word = node.name;
  let next = 0;
  // A value that ends with a blank makes the next word a candidate too.
  while (word) {
    const value = within.has(word.text) ? undefined : aliases.get(word.text);
    if (value === undefined) return;
    const inner = expandAliases(value, aliases, new Set([...within, word.text]));
    replacements.push({ start: word.pos, end: word.end, text: inner });
    if (!/\s$/.test(value)) return;
    const following = node.suffix[next++];
    word = following?.type === 'Word' ? following : undefined;
  }
}
