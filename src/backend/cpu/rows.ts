import { ActorRow, rowsPerSegment } from '../../engine/abi.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import { engine as E } from '../../engine/steps/offsets.ts';
import { fail } from '../../error/index.ts';

/** Ids of actors and the rows that go with them. An id is used again once its actor is gone, the lowest free one first. */
export class Rows {
  readonly #heap: SharedHeap;
  readonly #directory: number;
  readonly #max: number;
  readonly #segments: number[] = [];
  readonly #free: number[] = [];
  /** Ids from here on were never used; 0 is the host. */
  #next = 1;

  constructor(heap: SharedHeap, engineBlock: number, max: number) {
    this.#heap = heap;
    this.#max = max;
    this.#directory = heap.allocate(Math.ceil((max + 1) / rowsPerSegment) * 4);
    heap.views.u32[(engineBlock + E.directory) >> 2] = this.#directory;
  }

  take(): number {
    const id = this.#free.pop() ?? (this.#next <= this.#max ? this.#next++ : 0);
    if (id === 0) {
      throw fail('InvalidConfig', { option: 'maxActors', value: this.#max, reason: 'As many actors are running. Open the ring with a higher `maxActors`, or terminate some.' });
    }
    const segment = Math.floor(id / rowsPerSegment);
    if (this.#segments[segment] === undefined) {
      const address = this.#heap.allocate(rowsPerSegment * ActorRow.size);
      this.#segments[segment] = address;
      this.#heap.views.u32[(this.#directory >> 2) + segment] = address;
    }
    return id;
  }

  giveBack(id: number): void {
    this.#free.push(id);
  }

  address(id: number): number {
    return this.#segments[Math.floor(id / rowsPerSegment)]! + (id % rowsPerSegment) * ActorRow.size;
  }
}
