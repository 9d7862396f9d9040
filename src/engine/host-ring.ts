/**
 * The host's ends of a stamped-slot ring (`RingHeader`, `SlotHead`), over any memory JavaScript can see:
 * a WebAssembly memory, mapped device memory, or a staging buffer of a pass. Nothing here allocates.
 *
 * A `RingWriter` claims a slot, the caller writes head and payload in place, then publishes. A `RingReader`
 * looks at the oldest slot in place and releases it. Several writers may share a ring when `shared` is
 * true; there is one reader.
 */
import { RingHeader, SlotHead, slotFlags } from '../layout/structures.ts';
import type { Views } from '../message/codec.ts';
import { offsetOf } from './abi.ts';
import type { HostClock } from './host-clock.ts';

const header = {
  head: offsetOf(RingHeader, 'head') >> 2,
  dropped: offsetOf(RingHeader, 'dropped') >> 2,
  capacity: offsetOf(RingHeader, 'capacity') >> 2,
  slotBytes: offsetOf(RingHeader, 'slotBytes') >> 2,
  tail: offsetOf(RingHeader, 'tail') >> 2,
} as const;

/** Word offsets within a slot. */
export const slot = {
  stamp: offsetOf(SlotHead, 'stamp') >> 2,
  tag: offsetOf(SlotHead, 'tag') >> 2,
  correlation: offsetOf(SlotHead, 'correlation') >> 2,
  source: offsetOf(SlotHead, 'source') >> 2,
  timestamp: offsetOf(SlotHead, 'timestamp') >> 2,
  deadline: offsetOf(SlotHead, 'deadline') >> 2,
} as const;

/** Fields of a slot's tag. */
export const tagOf = (handler: number, lane: number, flags: number): number => handler | (lane << 8) | (flags << 16);
export const tagHandler = (tag: number): number => tag & 0xff;
export const tagLane = (tag: number): number => (tag >>> 8) & 0xff;
export const tagFlags = (tag: number): number => tag >>> 16;

/** Bytes of a ring with its header. */
export const ringBytes = (capacity: number, slotBytes: number): number => RingHeader.size + capacity * slotBytes;

/** Smallest ring: with one slot, "readable" and "free for the next" would be the same stamp. */
export const smallestRing = 2;

/** Writes the header and the first stamps of an empty ring at `base` (a multiple of 64). `capacity`: a power of two, at least `smallestRing`. */
export function initRing(views: Views, base: number, capacity: number, slotBytes: number): void {
  const word = base >> 2;
  views.u32.fill(0, word, word + (RingHeader.size >> 2));
  views.u32[word + header.capacity] = capacity;
  views.u32[word + header.slotBytes] = slotBytes;
  const first = (base + RingHeader.size) >> 2;
  const step = slotBytes >> 2;
  for (let i = 0; i < capacity; i++) views.i32[first + i * step] = i;
}

/** Counters of a ring, read from outside: good enough to show, not to decide by. */
export const ringHead = (views: Views, base: number): number => Atomics.load(views.u32, (base >> 2) + header.head);
export const ringTail = (views: Views, base: number): number => Atomics.load(views.u32, (base >> 2) + header.tail);
export const ringDropped = (views: Views, base: number): number => Atomics.load(views.u32, (base >> 2) + header.dropped);
export const ringDepth = (views: Views, base: number): number => (ringHead(views, base) - ringTail(views, base)) >>> 0;

/** Slots a writer looks ahead. */
const mostAhead = 16;

export class RingWriter {
  readonly views: Views;
  readonly base: number;
  readonly capacity: number;
  readonly slotBytes: number;
  readonly #i32: Int32Array;
  readonly #headWord: number;
  readonly #firstWord: number;
  readonly #slotWords: number;
  readonly #mask: number;
  readonly #ahead: number;
  #shared: boolean;
  #position = 0;
  /** Slots from the next one on that are known to be free. */
  #free = 0;

  /**
   * A ring that `initRing` has made. `shared`: others write to it too. `inOrder`: its reader gives slots back in
   * order, so a free slot means that those before it are free, and one look serves several claims.
   */
  constructor(views: Views, base: number, shared: boolean, inOrder = false) {
    const word = base >> 2;
    this.views = views;
    this.base = base;
    this.#i32 = views.i32;
    this.#headWord = word + header.head;
    this.capacity = views.u32[word + header.capacity]!;
    this.#mask = this.capacity - 1;
    this.slotBytes = views.u32[word + header.slotBytes]!;
    this.#slotWords = this.slotBytes >> 2;
    this.#firstWord = (base + RingHeader.size) >> 2;
    this.#ahead = inOrder ? Math.min(mostAhead, this.capacity >> 1) : 0;
    this.#shared = shared;
    this.#position = views.i32[this.#headWord]!;
  }

  /** From here on others write to the ring too. */
  share(): void {
    this.#shared = true;
  }

  /** Word index of the slot of `position`. */
  at(position: number): number {
    return this.#firstWord + (position & this.#mask) * this.#slotWords;
  }

  /** The next slot is free, unless another writer is faster. */
  get hasRoom(): boolean {
    const position = Atomics.load(this.#i32, this.#headWord);
    return ((Atomics.load(this.#i32, this.at(position)) - position) | 0) >= 0;
  }

  /** Word index of a slot that is now the caller's, or -1 when the ring is full. `publish` or `cancel` must follow. */
  claim(): number {
    const words = this.#i32;
    if (!this.#shared) {
      const at = this.#firstWord + (this.#position & this.#mask) * this.#slotWords;
      return this.#free > 0 || this.#look(at) ? at : -1;
    }
    let position = Atomics.load(words, this.#headWord);
    for (;;) {
      const at = this.#firstWord + (position & this.#mask) * this.#slotWords;
      const ahead = (Atomics.load(words, at) - position) | 0;
      if (ahead === 0) {
        const seen = Atomics.compareExchange(words, this.#headWord, position, (position + 1) | 0);
        if (seen === position) {
          this.#position = position;
          return at;
        }
        position = seen;
      } else if (ahead < 0) {
        return -1;
      } else {
        position = Atomics.load(words, this.#headWord);
      }
    }
  }

  /** Whether the next slot, at `at`, is free: sees at the same time whether those behind it are. */
  #look(at: number): boolean {
    const ahead = this.#ahead;
    if (ahead !== 0) {
      const last = (this.#position + ahead) | 0;
      if (Atomics.load(this.#i32, this.at(last)) === last) {
        this.#free = ahead + 1;
        return true;
      }
    }
    if (Atomics.load(this.#i32, at) !== this.#position) return false;
    this.#free = 1;
    return true;
  }

  /** Makes the claimed slot readable. The stamp is stored last. */
  publish(at: number): void {
    const next = (this.#position + 1) | 0;
    if (!this.#shared) {
      this.#position = next;
      this.#free--;
      this.#i32[this.#headWord] = next;
    }
    Atomics.store(this.#i32, at, next);
  }

  /** Lets go of a claimed slot: where others write too, as a slot that readers pass over. */
  cancel(at: number): void {
    if (!this.#shared) return;
    this.views.u32[at + slot.tag] = slotFlags.cancelled << 16;
    this.publish(at);
  }

  /** Frees the slot of `position`, which its taker has read. */
  giveBack(at: number, position: number): void {
    Atomics.store(this.#i32, at, (position + this.capacity) | 0);
  }

  /** Writes the head of a claimed slot, its timestamp from a tick of `clock`. */
  head(at: number, tag: number, correlation: number, source: number, deadline: bigint, clock: HostClock): void {
    const words = this.views.u32;
    words[at + slot.tag] = tag;
    words[at + slot.correlation] = correlation;
    words[at + slot.source] = source;
    clock.tick();
    words[at + slot.timestamp] = clock.low;
    words[at + slot.timestamp + 1] = clock.high;
    if (deadline === 0n) {
      words[at + slot.deadline] = 0;
      words[at + slot.deadline + 1] = 0;
    } else {
      this.views.u64[(at + slot.deadline) >> 1] = deadline;
    }
  }
}

export class RingReader {
  readonly views: Views;
  readonly base: number;
  readonly #i32: Int32Array;
  readonly #tailWord: number;
  readonly #firstWord: number;
  readonly #slotWords: number;
  readonly #mask: number;
  #position: number;

  constructor(views: Views, base: number) {
    const word = base >> 2;
    this.views = views;
    this.base = base;
    this.#i32 = views.i32;
    this.#tailWord = word + header.tail;
    this.#mask = views.u32[word + header.capacity]! - 1;
    this.#slotWords = views.u32[word + header.slotBytes]! >> 2;
    this.#firstWord = (base + RingHeader.size) >> 2;
    this.#position = views.i32[this.#tailWord]!;
  }

  /** A cheap look that may be behind by a moment: false tells little, true asks for `peek`. */
  get mayHave(): boolean {
    return this.#i32[this.#firstWord + (this.#position & this.#mask) * this.#slotWords] === ((this.#position + 1) | 0);
  }

  /** Word index of the oldest readable slot, or -1. It stays until `release`. */
  peek(): number {
    const at = this.#firstWord + (this.#position & this.#mask) * this.#slotWords;
    return Atomics.load(this.#i32, at) === ((this.#position + 1) | 0) ? at : -1;
  }

  /** Gives the slot `peek` returned back to the writers. */
  release(at: number): void {
    const position = this.#position;
    this.#position = (position + 1) | 0;
    this.#i32[this.#tailWord] = this.#position;
    Atomics.store(this.#i32, at, (position + this.#mask + 1) | 0);
  }

  /** Takes the position anew from memory, after someone else has consumed. */
  resume(): void {
    this.#position = Atomics.load(this.#i32, this.#tailWord);
  }
}
