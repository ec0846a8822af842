/** Primes by which GLib's hash table places keys, for tables of 8, 16, 32 … places. */
const PRIMES: readonly number[] = [7, 13, 31, 61, 127, 251, 509, 1021];

/** `g_str_hash`, then as GLib spreads it. */
function spread(key: string): number {
  let hash = 5381;
  for (const character of key) hash = (Math.imul(hash, 33) + character.charCodeAt(0)) >>> 0;
  return Math.imul(hash, 11) >>> 0;
}

/**
 * Items in the order in which Pacemaker's tools go through a table of them: they take GLib's list of the table's values,
 * which has the last place first.
 */
export function hashOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  let shift = 0;
  while (8 << shift <= items.length && shift < PRIMES.length - 1) shift++;
  const size = 8 << shift;
  const places = new Array<T | undefined>(size).fill(undefined);
  for (const item of items) {
    let at = spread(keyOf(item)) % (PRIMES[shift] as number);
    for (let step = 1; places[at] !== undefined; step++) at = (at + step) % size;
    places[at] = item;
  }
  return places.filter((item) => item !== undefined).reverse();
}
