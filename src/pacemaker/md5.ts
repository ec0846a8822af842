/** MD5 (RFC 1321) of a text's UTF-8 bytes, as 32 hexadecimal digits. Pacemaker's operation and CIB digests use it. */
export function md5(text: string): string {
  const bytes = utf8(text);
  const bitLength = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let shift = 0; shift < 8; shift++) bytes.push(Math.floor(bitLength / 2 ** (8 * shift)) & 0xff);
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let offset = 0; offset < bytes.length; offset += 64) {
    const words = Array.from({ length: 16 }, (_, at) => word(bytes, offset + 4 * at));
    const [a0, b0, c0, d0] = [a, b, c, d];
    for (let round = 0; round < 64; round++) {
      const { mixed, index } = mix(round, b, c, d);
      const sum = (a + mixed + (SINES[round] as number) + (words[index] as number)) | 0;
      const shift = (SHIFTS[round >> 4] as readonly number[])[round & 3] as number;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    [a, b, c, d] = [(a + a0) | 0, (b + b0) | 0, (c + c0) | 0, (d + d0) | 0];
  }
  return [a, b, c, d].map(littleEndianHex).join('');
}

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
const SINES = Array.from({ length: 64 }, (_, at) => Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32) | 0);

function mix(round: number, b: number, c: number, d: number): { mixed: number; index: number } {
  if (round < 16) return { mixed: (b & c) | (~b & d), index: round };
  if (round < 32) return { mixed: (d & b) | (~d & c), index: (5 * round + 1) % 16 };
  if (round < 48) return { mixed: b ^ c ^ d, index: (3 * round + 5) % 16 };
  return { mixed: c ^ (b | ~d), index: (7 * round) % 16 };
}

function word(bytes: readonly number[], at: number): number {
  const byte = (offset: number) => bytes[at + offset] as number;
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
}

function littleEndianHex(value: number): string {
  let digits = '';
  for (let shift = 0; shift < 32; shift += 8) digits += ((value >>> shift) & 0xff).toString(16).padStart(2, '0');
  return digits;
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  }
  return bytes;
}
