import { describe, expect, it } from 'vitest';
import { testWorld } from '../../network/testworld';
import { decodeBase64, encodeBase64, textBytes } from './bytes';
import {
  bitsOf,
  fingerprint,
  formatPrivate,
  formatPublic,
  generateKey,
  parsePrivate,
  parsePublic,
  randomArt,
} from './keys';
import { sha256 } from './sha256';

describe('keys', () => {
  it('hashes as SHA-256 does', () => {
    const hex = sha256(textBytes('abc')).map((byte) => byte.toString(16).padStart(2, '0'));
    expect(hex.join('')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('gives the fingerprint and the picture that were recorded for a key', () => {
    const key = parsePublic('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO04ZI4/updKj4D03xd9sCL6p848g0SftDvGjkDt3LRR');
    expect(key && fingerprint(key)).toBe('SHA256:vERD12BZkAMxbxvmkpFJCLY5hzZQmgrSGUbLFinjtA0');
    const own = parsePublic(
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8g1It3TJagFsSURttk+IvOM/DVHhgDovkwyJsIjS1p root@node1',
    );
    expect(own && fingerprint(own)).toBe('SHA256:WSoCFxKU7Si2R1zTO1aK3QF1EpEYyN7GLNsdlX1wRNY');
    expect(own && randomArt(own)).toBe(`+--[ED25519 256]--+
| .++o oo==+.o.+=.|
|  ...* o +oo .o.E|
|  oo+ B = +   .  |
|...=.+ @ *       |
|..o . B S .      |
| . . o o .       |
|  .              |
|                 |
|                 |
+----[SHA256]-----+
`);
  });

  it('makes keys of the asked size that survive their files', () => {
    const world = testWorld();
    for (const [type, bits, length] of [
      ['rsa', 3072, 564],
      ['ed25519', 256, 92],
      ['ecdsa', 256, 172],
    ] as const) {
      const key = generateKey(world, type, bits, 'root@node1', '');
      const line = formatPublic(key.publicKey);
      expect(line).toHaveLength(length);
      expect(parsePublic(line)).toEqual(key.publicKey);
      expect(bitsOf(key.publicKey)).toBe(bits);
      expect(parsePrivate(formatPrivate(key))?.publicKey).toEqual(key.publicKey);
    }
  });

  it('opens a key with its passphrase only', () => {
    const key = generateKey(testWorld(), 'ed25519', 256, 'me', 'secret');
    const sealed = parsePrivate(formatPrivate(key));
    expect(sealed?.encrypted).toBe(true);
    expect(sealed?.open('wrong')).toBeNull();
    expect(sealed?.open('secret')?.publicKey.comment).toBe('me');
  });

  it('reads back what it encodes', () => {
    for (const text of ['', 'a', 'ab', 'abc', 'abcd']) {
      expect(decodeBase64(encodeBase64(textBytes(text))) ?? []).toEqual(textBytes(text));
    }
  });
});
