/**
 * The host's end of one lane of one actor: a ring of stamped slots in mapped memory that the actor polls
 * itself, or its share of the ring that the device's dispatcher reads.
 */
import type { SendOptions } from '../../engine/contract.ts';
import type { HostClock } from '../../engine/host-clock.ts';
import type { Views } from '../../message/codec.ts';
import { lineFlags, lineWords, publish, wordOf } from './lines.ts';
import type { MappedBlock } from './memory.ts';

/** Slots in mapped memory with one writer, the host. The device publishes how many it has consumed. */
export class SlotRing {
  readonly block: MappedBlock;
  readonly count: MappedBlock;
  readonly views: Views;
  readonly words: Int32Array;
  readonly lines: number;
  readonly mask: number;
  sent = 0;
  readonly #first: number;
  readonly #slotWords: number;
  readonly #countWords: Int32Array;
  readonly #countAt: number;
  #consumed = 0;

  /** `count`: word of mapped memory that the device writes. */
  constructor(block: MappedBlock, capacity: number, lines: number, count: MappedBlock) {
    this.block = block;
    this.count = count;
    this.views = block.piece.views;
    this.words = this.views.i32;
    this.lines = lines;
    this.mask = capacity - 1;
    this.#first = block.offset >> 2;
    this.#slotWords = lines * lineWords;
    this.#countWords = count.piece.views.i32;
    this.#countAt = count.offset >> 2;
  }

  /** Messages the device has consumed, as last published. */
  get consumed(): number {
    return (this.#consumed = Atomics.load(this.#countWords, this.#countAt));
  }

  get depth(): number {
    return (this.sent - this.consumed) >>> 0;
  }

  /** Word of the next slot, or -1 when all are taken. */
  claim(): number {
    if (((this.sent - this.#consumed) >>> 0) > this.mask && ((this.sent - this.consumed) >>> 0) > this.mask) return -1;
    return this.#first + (this.sent & this.mask) * this.#slotWords;
  }

  /** Word of the slot of message number `n`. */
  at(n: number): number {
    return this.#first + (n & this.mask) * this.#slotWords;
  }

  /** Head, deadline and stamps of a slot of one line; its payload is there. */
  post(slot: number, tag: number, options: SendOptions, clock: HostClock): void {
    const { words } = this;
    clock.tick();
    words[slot + 1] = tag;
    words[slot + 2] = options.correlation;
    words[slot + 3] = clock.low | 0;
    words[slot + 5] = clock.high | 0;
    // Truth of a big integer is looked up; comparing it is a call.
    if (options.deadline) writeDeadline(words, slot, 1, tag, options.deadline);
    const stamp = this.sent = (this.sent + 1) | 0;
    publish(words, slot, 1, stamp);
  }

  publish(slot: number): void {
    this.sent = (this.sent + 1) | 0;
    publish(this.words, slot, this.lines, this.sent);
  }
}

/** Head and deadline of a claimed slot; the payload is the caller's. */
export function writeHead(words: Int32Array, slot: number, lines: number, tag: number, correlation: number, deadline: bigint, clock: HostClock): void {
  clock.tick();
  words[slot + 2] = correlation;
  words[slot + 3] = clock.low | 0;
  words[slot + 5] = clock.high | 0;
  words[slot + 1] = tag;
  if (deadline) writeDeadline(words, slot, lines, tag, deadline);
}

function writeDeadline(words: Int32Array, slot: number, lines: number, tag: number, deadline: bigint): void {
  words[slot + 1] = tag | lineFlags.deadline;
  const last = lines * 12;
  words[slot + wordOf(last - 2)] = Number(deadline & 0xffffffffn);
  words[slot + wordOf(last - 1)] = Number(deadline >> 32n);
}
