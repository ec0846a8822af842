import { type ReactNode, useRef, useState } from 'react';
import { type MenuItem, PopupMenu } from './PopupMenu';

/** A button that opens a menu below itself. */
export function MenuButton(props: {
  label: string;
  items: () => readonly MenuItem[];
  children?: ReactNode;
  className?: string;
  title?: string;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const open = () => {
    const box = button.current?.getBoundingClientRect();
    if (box) setAt({ x: box.left, y: box.bottom + 4 });
  };
  const close = () => {
    setAt(null);
    button.current?.focus();
  };
  return (
    <>
      <button
        type="button"
        ref={button}
        className={props.className ?? 'bar-button'}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        aria-label={props.children ? props.label : undefined}
        title={props.title}
        onClick={() => (at ? setAt(null) : open())}
      >
        {props.children ?? props.label}
      </button>
      {at && <PopupMenu at={at} items={props.items()} close={close} label={props.label} />}
    </>
  );
}
