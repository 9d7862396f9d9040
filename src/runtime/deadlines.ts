import type { TimeSource } from '../clock/time.ts';

/** Something that happens at a time unless it is cancelled first. */
export interface Deadline {
  /** Milliseconds on the time source's monotonic scale. */
  readonly at: number;
  readonly expire: () => void;
  /** Place in the heap; -1 once it is out. Kept by `Deadlines`. */
  index: number;
}

/**
 * All deadlines of one ring behind a single timer, in a binary heap: arming and cancelling one costs a few
 * comparisons, so that every call can have its own.
 */
export class Deadlines {
  readonly #time: TimeSource;
  readonly #heap: Deadline[] = [];
  #cancelTimer: (() => void) | null = null;
  #timerAt = Infinity;

  constructor(time: TimeSource) {
    this.#time = time;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Calls `expire` after `ms` milliseconds. */
  arm(ms: number, expire: () => void): Deadline {
    const deadline: Deadline = { at: this.#time.now() + ms, expire, index: this.#heap.length };
    this.#heap.push(deadline);
    this.#up(deadline.index);
    this.#schedule();
    return deadline;
  }

  cancel(deadline: Deadline): void {
    if (deadline.index >= 0) this.#remove(deadline.index);
    if (this.#heap.length === 0) this.#clearTimer();
  }

  clear(): void {
    for (const deadline of this.#heap) deadline.index = -1;
    this.#heap.length = 0;
    this.#clearTimer();
  }

  #clearTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#timerAt = Infinity;
  }

  #schedule(): void {
    const first = this.#heap[0];
    if (first === undefined || first.at >= this.#timerAt) return;
    this.#clearTimer();
    this.#timerAt = first.at;
    this.#cancelTimer = this.#time.after(Math.max(0, first.at - this.#time.now()), () => this.#fire());
  }

  #fire(): void {
    this.#cancelTimer = null;
    this.#timerAt = Infinity;
    const now = this.#time.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#remove(0);
      first.expire();
    }
    this.#schedule();
  }

  #remove(index: number): void {
    const heap = this.#heap;
    const gone = heap[index]!;
    const last = heap.pop()!;
    gone.index = -1;
    if (last === gone) return;
    heap[index] = last;
    last.index = index;
    this.#down(index);
    this.#up(last.index);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const left = heap[a]!;
    const right = heap[b]!;
    heap[a] = right;
    heap[b] = left;
    right.index = a;
    left.index = b;
  }

  #up(index: number): void {
    const heap = this.#heap;
    let at = index;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.at <= heap[at]!.at) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #down(index: number): void {
    const heap = this.#heap;
    let at = index;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && heap[child]!.at < heap[least]!.at) least = child;
      }
      if (least === at) return;
      this.#swap(least, at);
      at = least;
    }
  }
}
