/** A stretch of a word that brace expansion must leave alone: quotes and expansions. Offsets into the word's text. */
export interface OpaqueRange {
  readonly start: number;
  readonly end: number;
}

const SEQUENCE = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/;
/** bash gives up on sequences that don't fit into memory; nobody needs more. */
const SEQUENCE_LIMIT = 100_000;

/** Expands braces of a raw word. Gives the word itself where there is nothing to expand. */
export function expandBraces(text: string, opaque: readonly OpaqueRange[]): string[] {
  if (!text.includes('{')) return [text];
  // Opaque stretches become private characters, so that the rest can be cut by plain string work.
  const held: string[] = [];
  let masked = '';
  for (let i = 0; i < text.length; i++) {
    const range = opaque.find((candidate) => candidate.start === i && candidate.end > i);
    if (range) {
      masked += hold(held, text.slice(range.start, range.end));
      i = range.end - 1;
    } else if (text[i] === '\\' && i + 1 < text.length) {
      masked += hold(held, text.slice(i, i + 2));
      i++;
    } else masked += text[i];
  }
  return expand(masked).map((word) => word.replace(/[\uE000-\uF8FF]/g, (c) => held[c.charCodeAt(0) - 0xe000] ?? c));
}

function hold(held: string[], text: string): string {
  held.push(text);
  return String.fromCharCode(0xe000 + held.length - 1);
}

function expand(text: string): string[] {
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
    if (text[open - 1] === '$') continue;
    const close = matching(text, open);
    if (close < 0) continue;
    const body = text.slice(open + 1, close);
    const parts = items(body);
    if (!parts) continue;
    const before = text.slice(0, open);
    const after = expand(text.slice(close + 1));
    const result: string[] = [];
    for (const part of parts) for (const rest of after) result.push(before + part + rest);
    return result;
  }
  return [text];
}

/** Position of the brace that closes the one at `open`, or -1. */
function matching(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

/** What a brace expression stands for; null where it is no expression (`{}`, `{a}`). */
function items(body: string): string[] | null {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < body.length; i++) {
    if (body[i] === '{') depth++;
    else if (body[i] === '}') depth--;
    else if (body[i] === ',' && depth === 0) {
      parts.push(body.slice(start, i));
      start = i + 1;
    }
  }
  if (parts.length > 0) {
    parts.push(body.slice(start));
    return parts.flatMap(expand);
  }
  return sequence(body);
}

function sequence(body: string): string[] | null {
  const match = SEQUENCE.exec(body);
  if (!match) return null;
  const [, first = '', last = '', stepText] = match;
  const letters = /[A-Za-z]/.test(first);
  if (letters !== /[A-Za-z]/.test(last)) return null;
  const from = letters ? first.charCodeAt(0) : Number(first);
  const to = letters ? last.charCodeAt(0) : Number(last);
  const step = Math.abs(Number(stepText ?? '1')) || 1;
  if (Math.abs(to - from) / step > SEQUENCE_LIMIT) return null;
  const padded = /^-?0\d/.test(first) || /^-?0\d/.test(last);
  const width = padded ? Math.max(first.length, last.length) : 0;
  const result: string[] = [];
  for (let n = from; from <= to ? n <= to : n >= to; n += from <= to ? step : -step) {
    if (letters) result.push(String.fromCharCode(n));
    else result.push(n < 0 ? `-${String(-n).padStart(width - 1, '0')}` : String(n).padStart(width, '0'));
  }
  return result;
}
