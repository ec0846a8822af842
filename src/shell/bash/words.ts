import { parse, type Word } from 'unbash';

/** Where a word stands: it decides on splitting, tilde and what quoting means. */
export interface WordContext {
  /** Split unquoted expansions at IFS. */
  readonly split: boolean;
  /** Tilde after each unquoted `:` too, as in assignments. */
  readonly assignment?: boolean;
  /** No tilde at all (pattern operands within quotes, here-documents). */
  readonly noTilde?: boolean;
  /** The whole word stands within double quotes. */
  readonly quoted?: boolean;
}

const parsed = new Map<string, Word>();
const PARSED_LIMIT = 4000;

/** A word from its raw text, as an argument of a command. */
export function parseWord(text: string): Word {
  const known = parsed.get(text);
  if (known) return known;
  const statement = parse(`: ${text}`).commands[0];
  const argument = statement?.command.type === 'Command' ? statement.command.suffix[0] : undefined;
  const word: Word =
    argument?.type === 'Word' ? argument : { type: 'Word', text, value: text, pos: 0, end: text.length };
  if (parsed.size > PARSED_LIMIT) parsed.clear();
  parsed.set(text, word);
  return word;
}
