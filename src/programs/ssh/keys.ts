import { randomWord } from '../../kernel/random';
import type { World } from '../../world/world';
import { bytesText, decodeBase64, encodeBase64, textBytes, uint32, WireReader, wireString } from './bytes';
import { sha256 } from './sha256';

export type KeyType = 'rsa' | 'ed25519' | 'ecdsa';

/** A public key: its wire form in base 64, as it stands in .pub files and in known_hosts. */
export interface PublicKey {
  type: KeyType;
  /** `ssh-rsa`, `ssh-ed25519`, `ecdsa-sha2-nistp256` … */
  algorithm: string;
  blob: string;
  comment: string;
}

/** A key pair. There is no cryptography: the secret half is random bytes, and who has the file has the key. */
export interface PrivateKey {
  publicKey: PublicKey;
  secret: number[];
  passphrase: string;
}

function randomBytes(world: World, length: number): number[] {
  const bytes: number[] = [];
  while (bytes.length < length) bytes.push(...uint32(randomWord(world)));
  return bytes.slice(0, length);
}

/** Default sizes in bits. */
export const DEFAULT_BITS: Readonly<Record<KeyType, number>> = { rsa: 3072, ed25519: 256, ecdsa: 256 };

/** Makes a key pair from the world's randomness. */
export function generateKey(
  world: World,
  type: KeyType,
  bits: number,
  comment: string,
  passphrase: string,
): PrivateKey {
  const { algorithm, body } = publicBody(world, type, bits);
  const blob = encodeBase64([...wireString(textBytes(algorithm)), ...body]);
  const secret = randomBytes(world, type === 'rsa' ? (bits / 16) * 5 : 64);
  return { publicKey: { type, algorithm, blob, comment }, secret, passphrase };
}

function publicBody(world: World, type: KeyType, bits: number): { algorithm: string; body: number[] } {
  if (type === 'ed25519') return { algorithm: 'ssh-ed25519', body: wireString(randomBytes(world, 32)) };
  if (type === 'ecdsa') {
    const size = bits === 521 ? 66 : bits / 8;
    const curve = `nistp${bits}`;
    const point = [4, ...randomBytes(world, 2 * size)];
    return { algorithm: `ecdsa-sha2-${curve}`, body: [...wireString(textBytes(curve)), ...wireString(point)] };
  }
  const modulus = randomBytes(world, bits / 8);
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[modulus.length - 1] = (modulus[modulus.length - 1] ?? 0) | 1;
  return { algorithm: 'ssh-rsa', body: [...wireString([1, 0, 1]), ...wireString([0, ...modulus])] };
}

export function typeOfAlgorithm(algorithm: string): KeyType | null {
  if (algorithm === 'ssh-rsa') return 'rsa';
  if (algorithm === 'ssh-ed25519') return 'ed25519';
  return algorithm.startsWith('ecdsa-sha2-nistp') ? 'ecdsa' : null;
}

/** One line of a .pub file. */
export function formatPublic(key: PublicKey): string {
  return `${key.algorithm} ${key.blob}${key.comment ? ` ${key.comment}` : ''}\n`;
}

/** Reads a line `algorithm base64 comment`. Null when it isn't a key. */
export function parsePublic(line: string): PublicKey | null {
  const [algorithm = '', blob = '', ...rest] = line.trim().split(/\s+/);
  const type = typeOfAlgorithm(algorithm);
  const bytes = decodeBase64(blob);
  if (!type || !bytes || bytesText(new WireReader(bytes).string()) !== algorithm) return null;
  return { type, algorithm, blob, comment: rest.join(' ') };
}

/** Size of a key in bits, from its wire form. */
export function bitsOf(key: PublicKey): number {
  if (key.type === 'ed25519') return 256;
  const reader = new WireReader(decodeBase64(key.blob) ?? []);
  reader.string();
  if (key.type === 'ecdsa') return Number(bytesText(reader.string()).replace('nistp', ''));
  reader.string();
  const modulus = reader.string();
  return (modulus[0] === 0 ? modulus.length - 1 : modulus.length) * 8;
}

/** `SHA256:…` of a key. */
export function fingerprint(key: PublicKey): string {
  return `SHA256:${encodeBase64(sha256(decodeBase64(key.blob) ?? [])).replace(/=+$/, '')}`;
}

/** Name of a key's kind in messages. */
export function kindName(key: PublicKey): string {
  return key.type.toUpperCase();
}

const MAGIC = 'openssh-key-v1\0';

/** A stream of bytes that a passphrase gives: private sections are hidden by it. */
function keystream(passphrase: string, length: number): number[] {
  const bytes: number[] = [];
  for (let block = 0; bytes.length < length; block++) {
    bytes.push(...sha256([...textBytes(passphrase), ...uint32(block)]));
  }
  return bytes.slice(0, length);
}

function hide(section: readonly number[], passphrase: string): number[] {
  if (passphrase === '') return [...section];
  const stream = keystream(passphrase, section.length);
  return section.map((byte, at) => byte ^ (stream[at] ?? 0));
}

/** The text of a private key file. */
export function formatPrivate(key: PrivateKey): string {
  const { publicKey, passphrase } = key;
  const blob = decodeBase64(publicKey.blob) ?? [];
  const check = sha256(blob).slice(0, 4);
  const section = [
    ...check,
    ...check,
    ...wireString(blob),
    ...wireString(key.secret),
    ...wireString(textBytes(publicKey.comment)),
  ];
  for (let pad = 1; section.length % 16 !== 0; pad++) section.push(pad & 255);
  const encrypted = passphrase !== '';
  const bytes = [
    ...textBytes(MAGIC),
    ...wireString(textBytes(encrypted ? 'aes256-ctr' : 'none')),
    ...wireString(textBytes(encrypted ? 'bcrypt' : 'none')),
    ...wireString(encrypted ? [...wireString(sha256(check).slice(0, 16)), ...uint32(16)] : []),
    ...uint32(1),
    ...wireString(blob),
    ...wireString(hide(section, passphrase)),
  ];
  const lines = encodeBase64(bytes).match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** What a private key file shows without its passphrase. */
export interface SealedKey {
  publicKey: PublicKey;
  encrypted: boolean;
  /** Opens it: null when the passphrase is wrong. */
  open(passphrase: string): PrivateKey | null;
}

/** Reads a private key file. Null when it isn't one. */
export function parsePrivate(text: string): SealedKey | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END OPENSSH PRIVATE KEY-----/.exec(text)?.[1];
  const bytes = body === undefined ? null : decodeBase64(body);
  if (!bytes) return null;
  const reader = new WireReader(bytes);
  if (bytesText(reader.take(MAGIC.length)) !== MAGIC) return null;
  const cipher = bytesText(reader.string());
  reader.string();
  reader.string();
  reader.uint32();
  const blob = reader.string();
  const section = reader.string();
  const algorithm = bytesText(new WireReader(blob).string());
  const type = typeOfAlgorithm(algorithm);
  if (!type) return null;
  const publicKey: PublicKey = { type, algorithm, blob: encodeBase64(blob), comment: '' };
  const open = (passphrase: string): PrivateKey | null => {
    const inner = new WireReader(hide(section, cipher === 'none' ? '' : passphrase));
    const [first, second] = [inner.uint32(), inner.uint32()];
    if (first !== second) return null;
    const same = encodeBase64(inner.string()) === publicKey.blob;
    if (!same) return null;
    const secret = inner.string();
    const comment = bytesText(inner.string());
    return { publicKey: { ...publicKey, comment }, secret, passphrase: cipher === 'none' ? '' : passphrase };
  };
  const plain = cipher === 'none' ? open('') : null;
  return { publicKey: plain?.publicKey ?? publicKey, encrypted: cipher !== 'none', open };
}

/** The picture of a fingerprint: the walk of a drunken bishop over a board of 17 by 9. */
export function randomArt(key: PublicKey): string {
  const [columns, rows] = [17, 9];
  const marks = ' .o+=*BOX@%&#/^SE';
  const board = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  let [x, y] = [8, 4];
  for (const byte of sha256(decodeBase64(key.blob) ?? [])) {
    for (let pair = 0; pair < 4; pair++) {
      const bits = (byte >> (2 * pair)) & 3;
      x = Math.min(columns - 1, Math.max(0, x + (bits & 1 ? 1 : -1)));
      y = Math.min(rows - 1, Math.max(0, y + (bits & 2 ? 1 : -1)));
      const line = board[y];
      if (line && (line[x] ?? 0) < marks.length - 3) line[x] = (line[x] ?? 0) + 1;
    }
  }
  const start = board[4];
  if (start) start[8] = marks.length - 2;
  const end = board[y];
  if (end) end[x] = marks.length - 1;
  const frame = (label: string) => {
    const left = Math.floor((columns - label.length) / 2);
    return `+${'-'.repeat(left)}${label}${'-'.repeat(columns - left - label.length)}+\n`;
  };
  const body = board.map((line) => `|${line.map((count) => marks.charAt(count)).join('')}|\n`).join('');
  return frame(`[${kindName(key)} ${bitsOf(key)}]`) + body + frame('[SHA256]');
}
