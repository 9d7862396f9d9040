import { bellGroup } from '../../engine/abi.ts';
import { bell as B } from '../../engine/steps/offsets.ts';
import type { Views } from '../../message/codec.ts';

/** The host's hands at a doorbell (`Bell`): it rings those of the workers and answers its own. */
export class HostBell {
  readonly #words: Int32Array;
  readonly #groups: number;
  readonly #count: number;
  readonly #parked: number;
  readonly #wake: number;
  readonly #watched: number;

  constructor(views: Views, base: number) {
    this.#words = views.i32;
    this.#groups = views.u32[(base + B.groups) >> 2]! >> 2;
    this.#count = (base + B.count) >> 2;
    this.#parked = (base + B.parked) >> 2;
    this.#wake = (base + B.wake) >> 2;
    this.#watched = (base + B.watched) >> 2;
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

  /** Makes the owner look at the group of actor `id`. */
  cover(id: number): void {
    const groups = (id >>> 10) + 1;
    if (Atomics.load(this.#words, this.#count) < groups) Atomics.store(this.#words, this.#count, groups);
  }

  /** Rings for actor `id`, whose message has been published, and wakes the owner if it sleeps. */
  ring(id: number): void {
    const words = this.#words;
    const group = this.#groups + (id >>> 10) * groupWords;
    const word = group + bitsWord + ((id >>> 5) & 31);
    const bit = 1 << (id & 31);
    if ((Atomics.load(words, word) & bit) !== 0) return;
    if ((Atomics.or(words, word, bit) & bit) !== 0) return;
    const summary = 1 << ((id >>> 5) & 31);
    if ((Atomics.or(words, group, summary) & summary) === 0) this.wake();
  }

  /** The owner is looking at the inbox of the actor at `row` anyway, so nobody need ring for it. */
  watches(row: number): boolean {
    return Atomics.load(this.#words, this.#watched) === row;
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
    const end = this.#groups + Atomics.load(this.#words, this.#count) * groupWords;
    for (let group = this.#groups; group < end; group += groupWords) if (Atomics.load(this.#words, group) !== 0) return true;
    return false;
  }

  /** Calls `serve` for everybody who has rung. */
  answer(serve: (id: number) => void): void {
    const words = this.#words;
    const count = Atomics.load(words, this.#count);
    for (let i = 0, group = this.#groups; i < count; i++, group += groupWords) {
      if (Atomics.load(words, group) === 0) continue;
      let summary = Atomics.exchange(words, group, 0);
      while (summary !== 0) {
        const word = 31 - Math.clz32(summary & -summary);
        summary &= summary - 1;
        let ids = Atomics.exchange(words, group + bitsWord + word, 0);
        while (ids !== 0) {
          const id = i * bellGroup.ids + word * 32 + 31 - Math.clz32(ids & -ids);
          ids &= ids - 1;
          serve(id);
        }
      }
    }
  }
}

const groupWords = bellGroup.bytes >> 2;
const bitsWord = bellGroup.bits >> 2;
