/**
 * A link fault: what it matches is looked at in order, and the first one whose verdict isn't `pass` wins.
 * `from` and `to` are machine names; null matches every machine.
 */
export interface Fault {
  readonly id: string;
  readonly network: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** `drop` loses the packet, `delay` adds `delayMs` of latency. */
  readonly verdict: 'drop' | 'delay';
  readonly delayMs: number;
  /** A fault works one way unless this is set. */
  readonly bothWays: boolean;
}
