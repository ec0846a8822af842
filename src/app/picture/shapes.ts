import type { ChipState } from './chips';

/** One shape a state of a resource, in a box of 12 × 12: the same on chips, in lists and in the panel that explains it. */
export const CHIP_SHAPES: Record<ChipState, string> = {
  started:
    'M3.4 1.6h5.2a1.8 1.8 0 0 1 1.8 1.8v5.2a1.8 1.8 0 0 1-1.8 1.8h-5.2a1.8 1.8 0 0 1-1.8-1.8v-5.2a1.8 1.8 0 0 1 1.8-1.8z',
  promoted: 'M6 .4l1.7 3.6 3.9.5-2.9 2.7.8 3.9L6 9.2l-3.5 1.9.8-3.9L.4 4.5 4.3 4z',
  unpromoted: 'M3.4 2.4h5.2a1 1 0 0 1 1 1v5.2a1 1 0 0 1-1 1h-5.2a1 1 0 0 1-1-1v-5.2a1 1 0 0 1 1-1z',
  starting: 'M3 1.6l7 4.4-7 4.4z',
  stopping: 'M1.6 3h8.8L6 10z',
  failed: 'M2.2 2.2l7.6 7.6M9.8 2.2l-7.6 7.6',
  blocked: 'M6 .8a5.2 5.2 0 1 0 .01 0zM3 5h6v2h-6z',
  lost: 'M6 1L11.2 10.6H.8z',
  stopped: 'M2.8 2.8h6.4v6.4h-6.4z',
  disabled: 'M2.8 2.8h6.4v6.4h-6.4zM1.4 10.6l9.2-9.2',
};
