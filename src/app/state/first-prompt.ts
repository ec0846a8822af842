import { useSyncExternalStore } from 'react';

/** What waits for the first prompt waits no longer than this: a world may begin with node1 switched off. */
const PATIENCE_MS = 2_500;

let past = false;
const waiting = new Set<() => void>();

/** Calls `act` once the first prompt has been painted; at once when that is past. */
export function afterFirstPrompt(act: () => void): () => void {
  if (past) {
    act();
    return () => {};
  }
  waiting.add(act);
  return () => waiting.delete(act);
}

/** A newcomer's terminal shows its prompt, or never will: now comes all that a prompt doesn't need. */
export function firstPromptIsPast(): void {
  if (past) return;
  past = true;
  for (const act of waiting) act();
  waiting.clear();
}

setTimeout(firstPromptIsPast, PATIENCE_MS);

/** Whether the first prompt is past: panels beside the terminal are drawn after it. */
export function useFirstPromptPast(): boolean {
  return useSyncExternalStore(afterFirstPrompt, () => past);
}

/** Calls `act` behind the next painted frame, or soon when the page isn't painted because nobody sees it. */
export function afterPaint(act: () => void): void {
  if (document.visibilityState === 'hidden') {
    setTimeout(act, 50);
    return;
  }
  requestAnimationFrame(() => setTimeout(act));
}
