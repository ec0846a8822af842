/** Runtime state of one machine's corosync daemon; null on the machine while it isn't running. */
export interface CorosyncState {
  /** Refined by the corosync room. */
  nodeId: number;
}
