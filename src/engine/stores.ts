import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { StoreKey, WorldStore } from './ports';

interface Database extends DBSchema {
  worlds: { key: StoreKey; value: string };
}

/** Keeps worlds in IndexedDB; every method rejects where the browser refuses storage. */
export function indexedDbStore(name = 'quorate'): WorldStore {
  let opened: Promise<IDBPDatabase<Database>> | null = null;
  const database = () => {
    opened ??= openDB<Database>(name, 1, { upgrade: (db) => void db.createObjectStore('worlds') });
    return opened;
  };
  return {
    read: async (key) => (await (await database()).get('worlds', key)) ?? null,
    write: async (key, text) => void (await (await database()).put('worlds', text, key)),
    remove: async (key) => (await database()).delete('worlds', key),
  };
}

/** Keeps worlds in memory: Node, tests, and browsers without storage. */
export function memoryStore(): WorldStore {
  const texts = new Map<StoreKey, string>();
  return {
    read: async (key) => texts.get(key) ?? null,
    write: async (key, text) => void texts.set(key, text),
    remove: async (key) => void texts.delete(key),
  };
}
