const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes with backslashes as `printf %q` does; `$'…'` where there are control characters. */
export function quoteBackslash(text: string): string {
  if (text === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return quoteAnsi(text);
  return text
    .replace(/[^A-Za-z0-9_@%+=:./\u0080-\u{10ffff}-]/gu, '\\$&')
    .replace(/^[~#]/, '\\$&')
    .replace(/^\\\\(?=[~#])/, '\\');
}

/** Quotes with single quotes as `${x@Q}` and `set` do. */
export function quoteForReuse(text: string): string {
  if (/[\x00-\x1f\x7f]/.test(text)) return quoteAnsi(text);
  return quoteSingle(text);
}

/** Single quotes, whatever the text. */
export function quoteSingle(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As `set` and `alias` list values: quotes only where needed. */
export function quoteIfNeeded(text: string): string {
  if (text === '' || PLAIN.test(text)) return text;
  return quoteForReuse(text);
}

function quoteAnsi(text: string): string {
  const names: Record<string, string> = {
    '\x07': 'a',
    '\b': 'b',
    '\x1b': 'E',
    '\f': 'f',
    '\n': 'n',
    '\r': 'r',
    '\t': 't',
    '\v': 'v',
    '\\': '\\',
    "'": "'",
  };
  const body = text.replace(/[\x00-\x1f\x7f\\']/g, (c) => {
    const name = names[c];
    return name ? `\\${name}` : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return `$'${body}'`;
}

/** Double quotes as `declare -p` prints values. */
export function quoteDouble(text: string): string {
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) return quoteAnsi(text);
  return `"${text.replace(/["\\$`]/g, '\\$&')}"`;
}
