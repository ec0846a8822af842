/**
 * The order in which Pacemaker's tools go through a table of things by name: it is GLib's hash table's, and shows in
 * what they print.
 */

/** Primes by which keys are placed, for tables of 8, 16, 32 … places. */
const PRIMES: readonly number[] = [7, 13, 31, 61, 127, 251, 509, 1021];

/** `g_str_hash_traditional`, which Pacemaker uses for its tables, then as GLib spreads it. */
function spread(key: string): number {
  let hash = 0;
  for (const character of key) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return Math.imul(hash, 11) >>> 0;
}

class HashTable<T> {
  #shift = 0;
  #places: (T | undefined)[] = new Array(8).fill(undefined);
  #count = 0;

  constructor(readonly keyOf: (item: T) => string) {}

  get items(): T[] {
    return this.#places.filter((item) => item !== undefined);
  }

  add(item: T): void {
    this.#places[this.#free(item, (at) => this.#places[at] !== undefined)] = item;
    this.#count++;
    if (this.#places.length <= this.#count + Math.floor(this.#count / 16)) this.#grow();
  }

  /** First place for an item that isn't taken, going on in ever longer steps. */
  #free(item: T, taken: (at: number) => boolean): number {
    let at = spread(this.keyOf(item)) % (PRIMES[this.#shift] ?? 1021);
    for (let step = 1; taken(at); step++) at = (at + step) % this.#places.length;
    return at;
  }

  /** In place: who sat where a moved item comes to sit is moved next. */
  #grow(): void {
    const before = this.#places.length;
    this.#shift++;
    this.#places = [...this.#places, ...new Array<T | undefined>(before).fill(undefined)];
    const moved = new Set<number>();
    for (let from = 0; from < before; from++) {
      if (moved.has(from)) continue;
      let item = this.#places[from];
      this.#places[from] = undefined;
      while (item !== undefined) {
        const at: number = this.#free(item, (place) => moved.has(place));
        moved.add(at);
        const evicted: T | undefined = this.#places[at];
        this.#places[at] = item;
        item = evicted;
      }
    }
  }
}

/** Items, given in the order in which they came, in the order of the table's places. */
export function hashOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const table = new HashTable(keyOf);
  for (const item of items) table.add(item);
  return table.items;
}

/** The same as a list of the table's values, which has the last place first. */
export function hashValues<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return hashOrder(items, keyOf).reverse();
}
