import { labs, read } from 'virtual:labs';
import { Engine, type EngineOptions } from './engine';
import { EngineHost } from './host';
import { labCatalogue } from './labs';
import type { FromEngine, ToEngine } from './protocol';
import { expectWorld, simulations } from './simulations';
import { indexedDbStore } from './stores';
import { realWall } from './wall';

/** What a dedicated worker's global scope is, as far as it is used here. */
interface WorkerScope {
  postMessage(message: FromEngine, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToEngine>) => void) | null;
}

const scope = self as unknown as WorkerScope;

/** Holds the store for as long as this tab lives; true when another tab has it. */
function storeIsTaken(): Promise<boolean> {
  const { locks } = navigator;
  if (!locks) return Promise.resolve(false);
  return new Promise((resolve) => {
    void locks.request('quorate.world', { ifAvailable: true }, (lock) => {
      resolve(lock === null);
      return lock === null ? undefined : new Promise<never>(() => {});
    });
  });
}

/** Start world when no lab is open, and the first lab's. */
const FIRST_WORLD = 'bare';

expectWorld(FIRST_WORLD);

const options: EngineOptions = {
  factory: simulations,
  labs: labCatalogue(labs, read),
  store: indexedDbStore(),
  wall: realWall(),
  world: FIRST_WORLD,
  // The seed of a world is the one thing that comes from outside: it is saved with it.
  seed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1,
  emit: (notice) => scope.postMessage({ notice }),
  storeIsTaken,
};

const host = new EngineHost(new Engine(options), options, (message) => scope.postMessage(message));
scope.onmessage = (event) => void host.receive(event.data);
