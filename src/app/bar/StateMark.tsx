import type { ReactNode } from 'react';
import type { MachineState } from '../../engine/view';

/** One shape a state, the same in the picture, the tabs, the list and the timeline. Drawn in a box of 12 × 12. */
const STATE_SHAPES: Record<MachineState, ReactNode> = {
  off: <path d="M2.5 2.5h7v7h-7z" className="hollow" />,
  booting: <path d="M3 2l6.5 4L3 10z" />,
  stopping: <path d="M2.5 3h7L6 9.5z" />,
  paused: <path d="M3 2h2v8H3zM7 2h2v8H7z" />,
  crashed: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" className="hollow thick" />,
  running: <circle cx="6" cy="6" r="3.9" className="hollow" />,
  joining: <circle cx="6" cy="6" r="3.9" className="hollow dashed" />,
  member: <circle cx="6" cy="6" r="4.4" />,
  standby: (
    <>
      <circle cx="6" cy="6" r="3.9" className="hollow" />
      <path d="M6 2.1a3.9 3.9 0 0 1 0 7.8z" />
    </>
  ),
  maintenance: <path d="M6 1.2L10.8 6 6 10.8 1.2 6z" />,
  unclean: <path d="M6 1.2L11 10.3H1z" />,
};

export function StateMark({ state, label }: { state: MachineState; label?: string }) {
  return (
    <svg
      className={`state-mark state-${state}`}
      viewBox="0 0 12 12"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined ? true : undefined}
    >
      {STATE_SHAPES[state]}
    </svg>
  );
}
