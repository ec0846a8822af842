import type { Element } from './xml';

/** Runtime state of one machine's pacemaker daemons; null on the machine while they aren't running. */
export interface PacemakerState {
  /** This node's copy of the CIB: the whole `<cib>` element, status section included. */
  cib: Element;
}
