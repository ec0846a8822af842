import type { World } from '../world/world';

/** Four generator words from one seed, by splitmix32. */
export function seedRandom(seed: number): World['random'] {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return [next(), next(), next(), next()];
}

/** The next unsigned 32-bit number of the world's generator (sfc32). Changes the draft. */
export function randomWord(world: World): number {
  let [a, b, c, d] = world.random;
  const result = (a + b + d) >>> 0;
  d = (d + 1) >>> 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) >>> 0;
  c = ((c << 21) | (c >>> 11)) >>> 0;
  c = (c + result) >>> 0;
  world.random = [a >>> 0, b, c, d];
  return result;
}

/** An integer from `low` to `high`, both included. */
export function randomInteger(world: World, low: number, high: number): number {
  return low + (randomWord(world) % (high - low + 1));
}

/** `length` random hexadecimal digits. */
export function randomHex(world: World, length: number): string {
  let digits = '';
  while (digits.length < length) digits += randomWord(world).toString(16).padStart(8, '0');
  return digits.slice(0, length);
}

/** A version 4 UUID. */
export function randomUuid(world: World): string {
  const hex = randomHex(world, 32);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
