/** Escapes of `echo -e` and `printf %b`. `stop`: `\c` was met. */
export function unescapeEcho(text: string, zeroNeeded: boolean): { text: string; stop: boolean } {
  const simple: Record<string, string> = {
    a: '\x07',
    b: '\b',
    e: '\x1b',
    E: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
  };
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c !== '\\') {
      result += c;
      continue;
    }
    const rest = text.slice(i + 1);
    if (rest.startsWith('c')) return { text: result, stop: true };
    const match =
      (zeroNeeded ? /^0([0-7]{0,3})/ : /^0?([0-7]{1,3})/).exec(rest) ??
      /^x([0-9A-Fa-f]{1,2})/.exec(rest) ??
      /^u([0-9A-Fa-f]{1,4})/.exec(rest) ??
      /^U([0-9A-Fa-f]{1,8})/.exec(rest);
    if (match) {
      const base = /^[xuU]/.test(rest) ? 16 : 8;
      const code = Number.parseInt(match[1] || '0', base);
      result += base === 8 ? String.fromCharCode(code & 0xff) : String.fromCodePoint(Math.min(code, 0x10ffff));
      i += match[0].length;
    } else if (rest !== '' && Object.hasOwn(simple, rest[0] as string)) {
      result += simple[rest[0] as string];
      i++;
    } else result += c;
  }
  return { text: result, stop: false };
}
