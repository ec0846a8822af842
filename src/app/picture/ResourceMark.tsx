import type { ChipState } from './chips';
import { CHIP_SHAPES } from './shapes';

/** Colour and shape of a resource's state. */
export function ResourceMark({ state, label }: { state: ChipState; label?: string }) {
  return (
    <svg
      className={`resource-mark state-${state}`}
      viewBox="0 0 12 12"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined ? true : undefined}
    >
      <path d={CHIP_SHAPES[state]} />
    </svg>
  );
}
