import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

export interface MenuItem {
  readonly label: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  /** Shown at the right: a key, a value. */
  readonly note?: string;
  /** A choice of several: whether this is the present one. */
  readonly checked?: boolean;
  readonly icon?: ReactNode;
  /** Begins a group, with its name. */
  readonly heading?: string;
  readonly danger?: boolean;
}

/** A menu at a point of the page. Arrow keys walk it, Escape and a click elsewhere close it. */
export function PopupMenu(props: {
  at: { x: number; y: number };
  items: readonly MenuItem[];
  close: () => void;
  label?: string;
}) {
  const menu = useRef<HTMLDivElement>(null);
  const { close } = props;
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(4, Math.min(props.at.x, innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(4, Math.min(props.at.y, innerHeight - height - 8))}px`;
    element.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }, [props.at]);
  useEffect(() => {
    const outside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) close();
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, [close]);
  return createPortal(
    <div
      className="menu"
      role="menu"
      ref={menu}
      aria-label={props.label}
      tabIndex={-1}
      onKeyDown={(e) => walk(e, close)}
    >
      {props.items.map((item) => (
        <MenuEntry key={`${item.heading ?? ''}${item.label}`} item={item} close={close} />
      ))}
    </div>,
    document.body,
  );
}

function MenuEntry({ item, close }: { item: MenuItem; close: () => void }) {
  return (
    <>
      {item.heading !== undefined && (
        <div className="menu-heading" role="presentation">
          {item.heading}
        </div>
      )}
      <button
        type="button"
        {...(item.checked === undefined
          ? { role: 'menuitem' }
          : { role: 'menuitemradio', 'aria-checked': item.checked })}
        disabled={item.disabled}
        className={item.danger ? 'menu-item danger' : 'menu-item'}
        onClick={() => {
          close();
          item.act();
        }}
      >
        <span className="menu-check" aria-hidden="true">
          {item.checked ? '✓' : item.icon}
        </span>
        <span className="menu-label">{item.label}</span>
        {item.note !== undefined && <span className="menu-note">{item.note}</span>}
      </button>
    </>
  );
}

function walk(event: KeyboardEvent<HTMLDivElement>, close: () => void): void {
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    event.stopPropagation();
    close();
    return;
  }
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const to = Number.isFinite(step) ? (at + step + buttons.length) % buttons.length : step < 0 ? 0 : buttons.length - 1;
  buttons[to]?.focus();
}
