import type { DeadLetterReason } from '../engine/contract.ts';
import { Fifo } from '../queue/fifo.ts';

/** A message that was accepted or offered and will not be handled. */
export interface DeadLetter {
  /** Id of the kernel it was meant for. */
  readonly kernel: string;
  /** Name of its message type. */
  readonly message: string;
  readonly reason: DeadLetterReason;
  /** Id of the kernel that sent it; null for the host. */
  readonly from: string | null;
  readonly value: unknown;
  /** Microseconds since the epoch when it was given up. */
  readonly at: number;
}

const noLetters: Readonly<Record<DeadLetterReason, number>> = {
  expired: 0, overflow: 0, terminated: 0, faulted: 0, hopLimit: 0, unconnected: 0,
};

/** The latest dead letters of a ring, and how many there were for each reason. */
export class DeadLetters implements Iterable<DeadLetter> {
  readonly #capacity: number;
  readonly #letters = new Fifo<DeadLetter>();
  readonly #counts: Record<DeadLetterReason, number> = { ...noLetters };

  /** `capacity`: letters kept; older ones are let go, their counts stay. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Keeps `letter` and counts it; `count` when it stands for more than one message. */
  add(letter: DeadLetter, count = 1): void {
    this.#counts[letter.reason] += count;
    if (this.#capacity === 0) return;
    if (this.#letters.length >= this.#capacity) this.#letters.shift();
    this.#letters.push(letter);
  }

  /** All there ever were, by reason. */
  get counts(): Readonly<Record<DeadLetterReason, number>> {
    return { ...this.#counts };
  }

  /** All there ever were. */
  get total(): number {
    return Object.values(this.#counts).reduce((sum, n) => sum + n, 0);
  }

  /** Letters kept now. */
  get length(): number {
    return this.#letters.length;
  }

  /** Takes the letters kept now out, oldest first. */
  drain(): DeadLetter[] {
    const out: DeadLetter[] = [];
    for (let letter = this.#letters.shift(); letter !== undefined; letter = this.#letters.shift()) out.push(letter);
    return out;
  }

  [Symbol.iterator](): Iterator<DeadLetter> {
    return this.#letters[Symbol.iterator]();
  }
}
