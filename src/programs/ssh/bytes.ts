const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += BASE64.charAt(word >>> 18) + BASE64.charAt((word >>> 12) & 63);
    text += left > 1 ? BASE64.charAt((word >>> 6) & 63) : '=';
    text += left > 2 ? BASE64.charAt(word & 63) : '=';
  }
  return text;
}

/** The bytes of a base 64 text, or null when it isn't one. */
export function decodeBase64(text: string): number[] | null {
  const plain = text.replace(/\s/g, '');
  if (plain === '' || plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return null;
  const bytes: number[] = [];
  for (let at = 0; at < plain.length; at += 4) {
    const value = (index: number) => Math.max(0, BASE64.indexOf(plain.charAt(at + index)));
    const word = (value(0) << 18) | (value(1) << 12) | (value(2) << 6) | value(3);
    bytes.push(word >>> 16, (word >>> 8) & 255, word & 255);
  }
  return bytes.slice(0, bytes.length - (plain.endsWith('==') ? 2 : plain.endsWith('=') ? 1 : 0));
}

export function textBytes(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

export function bytesText(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

export function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** A string of SSH's wire format: length, then bytes. */
export function wireString(bytes: readonly number[]): number[] {
  return [...uint32(bytes.length), ...bytes];
}

/** Reads wire strings one after the other. */
export class WireReader {
  #at = 0;
  constructor(private readonly bytes: readonly number[]) {}

  take(length: number): number[] {
    const part = this.bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }

  uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.take(4);
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  string(): number[] {
    return this.take(this.uint32());
  }
}
