/** Where the library takes time from; tests put a clock of their own in its place. */
export interface TimeSource {
  /** Monotonic milliseconds, with a fraction. */
  now(): number;
  /** Microseconds since the epoch, a whole number. */
  wall(): number;
  /** Calls `fn` once after `ms` milliseconds; returns what cancels it. Does not keep a process alive. */
  after(ms: number, fn: () => void): () => void;
}

/** Longest delay a host timer takes; longer ones are waited for in steps. */
const longestDelay = 2 ** 31 - 1;

export const systemTime: TimeSource = {
  now: () => performance.now(),
  wall: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
  after(ms, fn) {
    let timer: ReturnType<typeof setTimeout>;
    const arm = (left: number): void => {
      timer = left > longestDelay ? setTimeout(() => arm(left - longestDelay), longestDelay) : setTimeout(fn, left);
      if (typeof timer === 'object') timer.unref();
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};
