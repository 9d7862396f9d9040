import type { TimeSource } from '../clock/time.ts';

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** A clock that stands still until it is told to move: `RingKernel.open({ time: new VirtualTime() })`. */
export class VirtualTime implements TimeSource {
  #now = 0;
  readonly #epoch: number;
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

  /** Moves on by `ms`; what falls due fires in order, each at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
    }
    this.#now = end;
  }
}
