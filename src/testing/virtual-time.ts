import type { TimeSource } from '../clock/time.ts';

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** A clock that stands still until it is told to move: `RingKernel.open({ time: new VirtualTime() })`. */
export class VirtualTime implements TimeSource {
  #now = 0;
  #epoch: number;
  readonly #timers = new Set<Timer>();

  /** `epoch`: microseconds since 1970 at the start. */
  constructor(epoch = 1_700_000_000_000_000) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#epoch + Math.floor(this.#now * 1000);
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves on by `ms`; what falls due fires in order, each at its own time, also what is set meanwhile. */
  advance(ms: number): void {
    const end = this.#now + ms;
    while (this.#fire(end));
    this.#now = end;
  }

  /** As `advance`, and lets promises settle before, after every timer, and at the end. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    while (this.#fire(end)) await settled();
    this.#now = end;
    await settled();
  }

  /** Goes to the next timer and fires it. False when there is none. */
  next(): boolean {
    return this.#fire(Infinity);
  }

  /** Steps the wall clock forwards or back, as an administrator or a time daemon does; `now` is not affected. */
  stepWall(ms: number): void {
    this.#epoch += ms * 1000;
  }

  #fire(end: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    if (next === undefined) return false;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.fn();
    return true;
  }
}

/** All promise jobs that are ready, and those they make ready, have run. */
const settled = (): Promise<void> => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
});
