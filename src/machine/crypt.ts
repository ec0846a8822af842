/** Characters of crypt's base 64. */
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A password hash that looks like SHA-512 crypt (`$6$salt$86 characters`) and is a fixed function of its inputs. It isn't SHA-512:
 * nothing outside the simulation reads it, and a real one takes milliseconds on purpose.
 */
export function cryptPassword(password: string, salt: string): string {
  let state = 0x811c9dc5;
  const mix = (text: string) => {
    for (let i = 0; i < text.length; i++) {
      state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
      state = (state ^ (state >>> 15)) >>> 0;
    }
  };
  let digest = '';
  let round = 0;
  while (digest.length < 86) {
    mix(`${salt}$${password}$${round++}`);
    let word = state;
    for (let i = 0; i < 5 && digest.length < 86; i++) {
      digest += ALPHABET.charAt(word & 63);
      word >>>= 6;
    }
  }
  return `$6$${salt}$${digest}`;
}

/** Whether a password gives the hash that stands in a shadow file. Locked and empty hashes match nothing. */
export function matchesHash(password: string, hash: string): boolean {
  const [, scheme, salt] = hash.split('$');
  return scheme === '6' && salt !== undefined && cryptPassword(password, salt) === hash;
}

/** A salt of 16 characters from random 32-bit words. */
export function makeSalt(nextWord: () => number): string {
  let salt = '';
  while (salt.length < 16) {
    let word = nextWord();
    for (let i = 0; i < 4; i++) {
      salt += ALPHABET.charAt(word & 63);
      word >>>= 6;
    }
  }
  return salt;
}

/** A salt that depends on a text alone: for images, which have no generator. */
export function saltFrom(text: string): string {
  let state = 0;
  for (let i = 0; i < text.length; i++) state = (Math.imul(state, 31) + text.charCodeAt(i)) >>> 0;
  return makeSalt(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 4;
  });
}
