/** One key: a character to insert, or a named command key. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  /** `C-a`, `M-b`, `Up`, `Home`, … */
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'paste'; readonly text: string };

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';

const SEQUENCES: readonly (readonly [RegExp, string])[] = [
  [/^\x1b(?:\[|O)A/, 'Up'],
  [/^\x1b(?:\[|O)B/, 'Down'],
  [/^\x1b(?:\[|O)C/, 'Right'],
  [/^\x1b(?:\[|O)D/, 'Left'],
  [/^\x1b(?:\[|O)H|^\x1b\[[17]~/, 'Home'],
  [/^\x1b(?:\[|O)F|^\x1b\[[48]~/, 'End'],
  [/^\x1b\[3~/, 'Delete'],
  [/^\x1b\[(?:1;[2-8]C|5C)|^\x1bOc/, 'M-f'],
  [/^\x1b\[(?:1;[2-8]D|5D)|^\x1bOd/, 'M-b'],
  [/^\x1b\[5~/, 'PageUp'],
  [/^\x1b\[6~/, 'PageDown'],
  [/^\x1b\[3;[2-8]~/, 'M-d'],
  [/^\x1b\[[0-9;?]*[ -/]*[@-~]/, 'Unknown'],
  [/^\x1bO./, 'Unknown'],
];

/** Splits what a terminal sends into keys. Gives the keys and what is still incomplete. */
export function parseKeys(data: string): { keys: Key[]; rest: string } {
  const keys: Key[] = [];
  let text = data;
  while (text !== '') {
    if (text.startsWith(PASTE_START)) {
      const end = text.indexOf(PASTE_END);
      if (end < 0) return { keys, rest: text };
      keys.push({ kind: 'paste', text: text.slice(PASTE_START.length, end) });
      text = text.slice(end + PASTE_END.length);
      continue;
    }
    if (text.startsWith('\x1b')) {
      const found = SEQUENCES.find(([pattern]) => pattern.test(text));
      if (found) {
        keys.push({ kind: 'key', name: found[1] });
        text = text.slice((found[0].exec(text)?.[0] ?? ' ').length);
        continue;
      }
      if (/^\x1b(?:$|\[[0-9;]*$|O$)/.test(text)) return { keys, rest: text };
      const character = String.fromCodePoint(text.codePointAt(1) ?? 0);
      keys.push({ kind: 'key', name: `M-${nameOf(character) ?? character}` });
      text = text.slice(1 + character.length);
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
    const name = nameOf(character);
    keys.push(name ? { kind: 'key', name } : { kind: 'text', text: character });
    text = text.slice(character.length);
  }
  return { keys, rest: '' };
}

/** Name of a control character's key. */
function nameOf(character: string): string | undefined {
  const code = character.charCodeAt(0);
  if (character === '\r' || character === '\n') return 'Enter';
  if (character === '\t') return 'Tab';
  if (code === 0x7f || code === 8) return 'Backspace';
  if (code < 0x20) return `C-${String.fromCharCode(code + 64).toLowerCase()}`;
  return undefined;
}
