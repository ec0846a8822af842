import { act } from '../state/actions';
import { useSession } from '../state/session';

export interface PageKeys {
  openPalette(): void;
  openKeys(): void;
}

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], .cm-editor') !== null;

const inTerminal = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('.terminal-host') !== null;

/** Handles the page's keys until the returned function is called. Keys of terminals pass, but for those listed here. */
export function listenForKeys(page: PageKeys): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const action = actionOf(event, page);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  window.addEventListener('keydown', listener, { capture: true });
  return () => window.removeEventListener('keydown', listener, { capture: true });
}

function actionOf(event: KeyboardEvent, page: PageKeys): (() => void) | null {
  const { code, target } = event;
  if (document.querySelector('dialog[open]')) return null;
  if (event.ctrlKey && !event.altKey) {
    if (code === 'KeyK' && (event.shiftKey || !inTerminal(target))) return page.openPalette;
    if (code === 'KeyZ' && event.shiftKey && !inEditor(target)) return act.undo;
    if (code === 'F6') return leaveTerminal;
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    const digit = /^Digit(\d)$/.exec(code)?.[1];
    const machine = digit === undefined ? undefined : Object.keys(useSession.getState().view.machines)[Number(digit)];
    if (machine) return () => act.showTerminal(machine);
    if (code === 'KeyP') return act.pauseOrRun;
    if (code === 'Period' && !inTerminal(target)) return act.step;
    if (code === 'KeyW') return act.explainNext;
    if (code === 'KeyL') return () => document.getElementById('lab-text')?.focus();
  }
  if (event.key === '?' && !inField(target)) return page.openKeys;
  return null;
}

const inEditor = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('.cm-editor') !== null;

/** Tab is the shell's; this is the way out for the keyboard. */
function leaveTerminal(): void {
  document.querySelector<HTMLElement>('.top-bar button:not(:disabled)')?.focus();
}
