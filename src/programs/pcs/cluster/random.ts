import { randomHex } from '../../../kernel/random';
import type { Pcs } from '../context';

/** A new cluster UUID: 32 hexadecimal digits with the marks of version 4. */
export function makeUuid(pcs: Pcs): string {
  const hex = pcs.process.transact((world) => randomHex(world, 32));
  return `${hex.slice(0, 12)}4${hex.slice(13, 16)}a${hex.slice(17)}`;
}

/** Key material of `bytes` random bytes, one character a byte (the file system holds text). */
export function makeKey(pcs: Pcs, bytes: number): string {
  const hex = pcs.process.transact((world) => randomHex(world, bytes * 2));
  let key = '';
  // Seven bits a byte: a character above 127 would take two bytes.
  for (let at = 0; at < hex.length; at += 2)
    key += String.fromCharCode(Number.parseInt(hex.slice(at, at + 2), 16) & 127);
  return key;
}
