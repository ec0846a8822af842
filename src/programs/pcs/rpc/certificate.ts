import { randomWord, seedRandom } from '../../../kernel/random';
import type { World } from '../../../world/world';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** What every DER structure longer than 255 bytes begins with. */
const BEGIN = 'MII';
const LINE = 64;

/** Armour around random data of a length in bytes, as no program of the simulation looks into it. Draws one number. */
export function randomPem(world: World, label: string, bytes: number): string {
  const length = Math.ceil(bytes / 3) * 4;
  let text = BEGIN;
  for (let seed = randomWord(world); text.length < length; seed++) {
    for (const word of seedRandom(seed)) {
      for (let shift = 0; shift < 30; shift += 6) text += ALPHABET.charAt((word >>> shift) & 63);
    }
  }
  const padding = (3 - (bytes % 3)) % 3;
  const data = text.slice(0, length - padding) + '='.repeat(padding);
  const lines = data.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
