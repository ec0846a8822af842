/** Primes by which GLib's hash table places keys, for tables of 8, 16, 32 … places. */
const PRIMES: readonly number[] = [7, 13, 31, 61, 127, 251, 509, 1021];

/** `g_str_hash_traditional`, which Pacemaker uses for its tables, then as GLib spreads it. */
function spread(key: string): number {
  let hash = 0;
  for (const character of key) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return Math.imul(hash, 11) >>> 0;
}

/** Items in the order in which Pacemaker iterates a table of them; GLib's list of a table's values is the reverse. */
export function hashOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const { length } = items;
  let shift = 0;
  while (8 << shift <= length + Math.floor(length / 16) && shift < PRIMES.length - 1) shift++;
  const size = 8 << shift;
  const places = new Array<T | undefined>(size).fill(undefined);
  for (const item of items) {
    let at = spread(keyOf(item)) % (PRIMES[shift] as number);
    for (let step = 1; places[at] !== undefined; step++) at = (at + step) % size;
    places[at] = item;
  }
  return places.filter((item) => item !== undefined);
}
