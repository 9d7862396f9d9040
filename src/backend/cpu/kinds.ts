import type { ActorSpec } from '../../engine/contract.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import { Kind } from './kind.ts';
import type { CpuWorker } from './worker.ts';

/** The kinds an engine knows, each compiled and linked once for all its actors, and their places in the table. */
export class Kinds {
  readonly #workers: readonly CpuWorker[];
  readonly #heap: SharedHeap;
  readonly #kinds = new Map<string, Kind>();
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;
  /** Runs of free table entries, by length. */
  readonly #free = new Map<number, number[]>();
  #next = 1;

  constructor(workers: readonly CpuWorker[], heap: SharedHeap) {
    this.#workers = workers;
    this.#heap = heap;
  }

  /** The kind of this program; its actors may run once it is `ready`. */
  of({ program, arithmetic }: ActorSpec): Kind {
    let number = this.#numbers.get(program);
    if (number === undefined) this.#numbers.set(program, number = this.#count++);
    const key = `${number} ${arithmetic}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      const length = 2 * program.handlers.length;
      kind = new Kind(program, arithmetic, this.#free.get(length)?.pop() ?? this.#next, this.#heap);
      if (kind.order.entry === this.#next) this.#next += length;
      this.#kinds.set(key, kind);
      const { order } = kind;
      kind.ready = Promise.all(this.#workers.map((worker) => worker.link(order))).then(() => undefined);
    }
    return kind;
  }

  /** One actor less. */
  async release(kind: Kind): Promise<void> {
    if (--kind.actors > 0) return;
    for (const [key, known] of this.#kinds) if (known === kind) this.#kinds.delete(key);
    await Promise.all(this.#workers.map((worker) => worker.unlink(kind.order)));
    kind.release();
    const free = this.#free.get(kind.entries);
    if (free === undefined) this.#free.set(kind.entries, [kind.order.entry]);
    else free.push(kind.order.entry);
  }
}
