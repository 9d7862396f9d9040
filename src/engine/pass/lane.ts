import { viewsOf, type Views } from '../../message/codec.ts';

/** Messages of one lane that wait on the host: a double-ended queue of slots that grows as needed. */
export class Lane {
  readonly slotBytes: number;
  readonly capacity: number;
  views: Views;
  /** Messages handed to passes whose outcome is not known yet; they count as waiting. */
  inFlight = 0;
  /** Messages that passes have handed back, in order. */
  readonly #back: Uint8Array[] = [];
  #slots: number;
  #first = 0;
  #count = 0;

  constructor(slotBytes: number, capacity: number) {
    this.slotBytes = slotBytes;
    this.capacity = capacity;
    this.#slots = Math.min(capacity, 16);
    this.views = viewsOf(new ArrayBuffer(this.#slots * slotBytes));
  }

  /** Messages not handed to a pass. */
  get length(): number {
    return this.#count;
  }

  get depth(): number {
    return this.#count + this.inFlight + this.#back.length;
  }

  get bytes(): number {
    return this.views.buffer.byteLength;
  }

  /** Byte offset of the slot behind the last one, or -1 when the lane is full. `push` makes it part of the queue. */
  claim(): number {
    if (this.depth >= this.capacity) return -1;
    if (this.#count === this.#slots) this.#grow();
    return this.#offset(this.#count);
  }

  push(): void {
    this.#count++;
  }

  /** Byte offset of the `i`th waiting slot. */
  at(i: number): number {
    return this.#offset(i);
  }

  shift(): void {
    this.#first = (this.#first + 1) % this.#slots;
    this.#count--;
  }

  /** Takes a message back from a pass. Several passes may bring some, in their order: `settle` lines them up. */
  putBack(slot: Uint8Array): void {
    this.#back.push(slot);
  }

  /** What has come back stands before all others. */
  settle(): void {
    for (let slot = this.#back.pop(); slot !== undefined; slot = this.#back.pop()) this.#unshift(slot);
  }

  #unshift(slot: Uint8Array): void {
    if (this.#count === this.#slots) this.#grow();
    this.#first = (this.#first + this.#slots - 1) % this.#slots;
    this.#count++;
    this.views.u8.set(slot, this.#offset(0));
  }

  #offset(i: number): number {
    return ((this.#first + i) % this.#slots) * this.slotBytes;
  }

  #grow(): void {
    const wider = viewsOf(new ArrayBuffer(this.#slots * 2 * this.slotBytes));
    for (let i = 0; i < this.#count; i++) {
      const from = this.#offset(i);
      wider.u8.set(this.views.u8.subarray(from, from + this.slotBytes), i * this.slotBytes);
    }
    this.views = wider;
    this.#first = 0;
    this.#slots *= 2;
  }
}
