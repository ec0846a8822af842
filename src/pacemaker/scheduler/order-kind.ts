/** What an ordering between a first and a then action means: bits that combine. */
export const OrderKind = {
  None: 0,
  /** Only the order counts, if both happen. */
  Optional: 1 << 0,
  /** Applies to the migration's first half only. */
  ApplyFirstNonMigratable: 1 << 1,
  /** If then is needed, first is. */
  ImpliesFirst: 1 << 2,
  /** If first is needed, then is. */
  ImpliesThen: 1 << 3,
  /** As ImpliesFirst, while then's resource is to be promoted. */
  PromotedImpliesFirst: 1 << 4,
  /** As ImpliesFirst, unless both can run as part of a migration. */
  ImpliesFirstMigratable: 1 << 5,
  /** then needs first to be runnable. */
  RunnableLeft: 1 << 6,
  /** then counts as migrating only with first. */
  PseudoLeft: 1 << 7,
  /** If first is needed on then's node, then is. */
  ImpliesThenOnNode: 1 << 8,
  /** first's probe comes before then. */
  Probe: 1 << 9,
  /** then is restarted with first. */
  Restart: 1 << 10,
  /** first is the fencing that makes then (a stop) superfluous. */
  StonithStop: 1 << 11,
  /** Never at the same time. */
  SerializeOnly: 1 << 12,
  /** Only if both are on the same node. */
  SameNode: 1 << 13,
  /** In the graph whenever then is. */
  ImpliesFirstPrinted: 1 << 14,
  /** In the graph whenever first is. */
  ImpliesThenPrinted: 1 << 15,
  /** Not reversed for stop. */
  Asymmetrical: 1 << 16,
  /** Made to free capacity (utilization). */
  Load: 1 << 17,
  /** Any of several firsts suffices. */
  OneOrMore: 1 << 18,
  AntiColocation: 1 << 19,
  /** Kept although it looks superfluous. */
  Preserve: 1 << 20,
  /** first isn't needed when then is (probes before fencing …). */
  ThenCancelsFirst: 1 << 21,
} as const;
