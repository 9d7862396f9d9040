import { bell as B } from '../../engine/steps/offsets.ts';
import type { Views } from '../../message/codec.ts';

/** The host's hands at a doorbell (`Bell`): it rings those of the workers and answers its own. */
export class HostBell {
  readonly #words: Int32Array;
  readonly #bits: number;
  readonly #summary: number;
  readonly #count: number;
  readonly #parked: number;
  readonly #wake: number;

  constructor(views: Views, base: number) {
    this.#words = views.i32;
    this.#bits = views.u32[(base + B.bits) >> 2]! >> 2;
    this.#summary = views.u32[(base + B.summary) >> 2]! >> 2;
    this.#count = (base + B.words) >> 2;
    this.#parked = (base + B.parked) >> 2;
    this.#wake = (base + B.wake) >> 2;
  }

  /** Word on which the owner sleeps. */
  get wakeWord(): number {
    return this.#wake;
  }

  get parked(): boolean {
    return Atomics.load(this.#words, this.#parked) !== 0;
  }

  set parked(value: boolean) {
    Atomics.store(this.#words, this.#parked, value ? 1 : 0);
  }

  /** Makes the owner's summary cover actor `id`. */
  cover(id: number): void {
    const words = (id >>> 10) + 1;
    if (Atomics.load(this.#words, this.#count) < words) Atomics.store(this.#words, this.#count, words);
  }

  /** Rings for actor `id`, whose message has been published, and wakes the owner if it sleeps. */
  ring(id: number): void {
    const words = this.#words;
    const word = this.#bits + (id >>> 5);
    const bit = 1 << (id & 31);
    if ((Atomics.load(words, word) & bit) !== 0) return;
    if ((Atomics.or(words, word, bit) & bit) !== 0) return;
    const group = 1 << ((id >>> 5) & 31);
    if ((Atomics.or(words, this.#summary + (id >>> 10), group) & group) === 0) this.wake();
  }

  /** Wakes the owner if it sleeps or is about to. */
  wake(): void {
    const words = this.#words;
    if (Atomics.load(words, this.#parked) === 0 || Atomics.exchange(words, this.#parked, 0) === 0) return;
    Atomics.add(words, this.#wake, 1);
    Atomics.notify(words, this.#wake);
  }

  /** Somebody has rung. */
  get rung(): boolean {
    const end = this.#summary + Atomics.load(this.#words, this.#count);
    for (let word = this.#summary; word < end; word++) if (Atomics.load(this.#words, word) !== 0) return true;
    return false;
  }

  /** Calls `serve` for everybody who has rung. */
  answer(serve: (id: number) => void): void {
    const words = this.#words;
    const count = Atomics.load(words, this.#count);
    for (let i = 0; i < count; i++) {
      if (Atomics.load(words, this.#summary + i) === 0) continue;
      let groups = Atomics.exchange(words, this.#summary + i, 0);
      while (groups !== 0) {
        const group = i * 32 + 31 - Math.clz32(groups & -groups);
        groups &= groups - 1;
        let ids = Atomics.exchange(words, this.#bits + group, 0);
        while (ids !== 0) {
          const id = group * 32 + 31 - Math.clz32(ids & -ids);
          ids &= ids - 1;
          serve(id);
        }
      }
    }
  }
}
