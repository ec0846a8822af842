import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useMessages } from '../messages';

/** A modal dialog: the browser keeps the focus inside and gives it back afterwards. */
export function Dialog(props: { title: string; close: () => void; children: ReactNode; className?: string }) {
  const words = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = document.activeElement;
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, which the browser reports as cancel
    <dialog
      ref={dialog}
      className={`dialog ${props.className ?? ''}`}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) props.close();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-header">
          <h2 id={title}>{props.title}</h2>
          <button type="button" className="icon-button" aria-label={words.app.close} onClick={props.close}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M4 4l8 8M12 4l-8 8" />
            </svg>
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
