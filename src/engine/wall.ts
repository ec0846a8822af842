/** The real clock and the real event loop, as far as the engine needs them. */
export interface Wall {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Lets waiting messages be handled, with as little delay as possible. */
  breathe(): Promise<void>;
  /** Resolves after `ms`, or as soon as `wake` is called. */
  sleep(ms: number): { done: Promise<void>; wake: () => void };
}

/** The wall of a worker, a page, or Node. */
export function realWall(): Wall {
  return {
    now: () => performance.now(),
    breathe: breather(),
    sleep(ms) {
      let wake = () => {};
      const done = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      return { done, wake };
    },
  };
}

/** A message to ourselves queues behind the messages that wait; timers would be clamped to 4 ms. */
function breather(): () => Promise<void> {
  if (typeof setImmediate === 'function') return () => new Promise((resolve) => setImmediate(resolve));
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      channel.port2.postMessage(null);
    });
}
