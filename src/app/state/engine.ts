import type { StartAnswer } from '../../engine/protocol';
import { EngineLink } from './link';

declare global {
  interface Window {
    /** The engine's worker, when index.html has started it (tools/vite-preloads.ts). */
    quorateWorker?: Worker;
  }
}

let link: EngineLink | null = null;
let started: Promise<StartAnswer> | null = null;
let firstTerminal: Promise<boolean> | null = null;
const fatal = new Set<(message: string) => void>();
let fatalMessage: string | null = null;

/** Starts the worker and asks it for the saved world, or for the lab that the address names (`#lab=…`). */
export function launchEngine(): void {
  const worker =
    window.quorateWorker ??
    new Worker(new URL('../../engine/worker.ts', import.meta.url), { type: 'module', name: 'quorate' });
  worker.onerror = (event) => {
    fatalMessage = event.message || 'the engine could not be loaded';
    for (const listener of fatal) listener(fatalMessage);
  };
  link = new EngineLink(worker);
  const address = new URLSearchParams(location.hash.slice(1));
  started = link.ask('start', {
    language: document.documentElement.lang === 'en' ? 'en' : 'ko',
    lab: address.get('lab'),
    fresh: address.has('fresh'),
  });
  // Asked in the same breath: the shell logs in while the page is still being loaded.
  firstTerminal = openFirstTerminal().catch(() => false);
}

/** The terminal that a newcomer sees first. */
export const FIRST_TERMINAL = { id: 1, machine: 'node1', columns: 80, rows: 24 } as const;

async function openFirstTerminal(): Promise<boolean> {
  const { id, machine, columns, rows } = FIRST_TERMINAL;
  await engine().ask('terminal.open', { terminal: id, machine, columns, rows });
  return true;
}

/** Whether the first terminal's shell could be opened. */
export function firstTerminalOpened(): Promise<boolean> {
  return firstTerminal ?? Promise.resolve(false);
}

/** Whether the first terminal's shell is open. Asked once; later answers are null: the terminal opens its own. */
export function takeFirstTerminal(): Promise<boolean> | null {
  const taken = firstTerminal;
  firstTerminal = null;
  return taken;
}

export function engine(): EngineLink {
  if (!link) throw new Error('the engine has not been launched');
  return link;
}

/** How the start went. */
export function engineStarted(): Promise<StartAnswer> {
  if (!started) throw new Error('the engine has not been launched');
  return started;
}

/** Calls `listener` when the worker itself has died. */
export function onEngineDeath(listener: (message: string) => void): void {
  fatal.add(listener);
  if (fatalMessage !== null) listener(fatalMessage);
}
