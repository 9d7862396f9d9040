/** Areas of mapped memory that batches travel in; kept for the next batch of their size. */
import type { CudaActor } from './actor.ts';
import type { MappedBlock, MappedHeap } from './memory.ts';

const smallest = 4096;

export class BatchAreas {
  readonly #heap: MappedHeap;
  readonly #limit: number;
  readonly #free = new Map<number, MappedBlock[]>();

  /** `limit`: bytes of one actor in flight. */
  constructor(heap: MappedHeap, limit: number) {
    this.#heap = heap;
    this.#limit = limit;
  }

  /** An area, or null when too much of the actor's is in flight. */
  take(actor: CudaActor, bytes: number): MappedBlock | null {
    for (let s = actor.silent.peek(); s !== undefined && ((actor.consumed(s.ring) - s.position) | 0) >= 0; s = actor.silent.peek()) {
      actor.silent.shift();
      this.give(s.block);
    }
    const size = 2 ** Math.ceil(Math.log2(Math.max(bytes, smallest)));
    const inFlight = (actor.batches.size + actor.silent.length) * size;
    if (inFlight > 0 && inFlight + size > this.#limit) return null;
    return this.#free.get(size)?.pop() ?? this.#heap.allocate(size);
  }

  give(block: MappedBlock): void {
    const list = this.#free.get(block.bytes);
    if (list === undefined) this.#free.set(block.bytes, [block]);
    else list.push(block);
  }
}
