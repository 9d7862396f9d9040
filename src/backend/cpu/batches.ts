import { columnOffsets, type ColumnOffsets } from '../../message/columns.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import type { Handler } from '../../kernel/ir.ts';

/** Most messages in one batch slot: a worker begins with the first ones while the host writes the next. */
const largestBatch = 4096;
const smallestBatch = 16;
/** Bytes of batch areas one actor may have in flight. */
const inFlightLimit = 16 * 2 ** 20;

/** A batch area: the columns of the messages, those of the replies behind them. */
export interface BatchArea {
  readonly handler: number;
  /** Messages it has room for. */
  readonly capacity: number;
  readonly address: number;
  readonly bytes: number;
}

/** The batch areas of one actor, reused by handler and size. */
export class BatchAreas {
  readonly #heap: SharedHeap;
  readonly #handlers: readonly Handler[];
  readonly #free = new Map<number, BatchArea[]>();
  /** By address of the columns of the replies. */
  readonly #busy = new Map<number, BatchArea>();
  #bytes = 0;

  constructor(heap: SharedHeap, handlers: readonly Handler[]) {
    this.#heap = heap;
    this.#handlers = handlers;
  }

  /** How many of `count` messages go into the next batch. */
  static portion(count: number): number {
    return Math.min(count, largestBatch);
  }

  columns(handler: number, count: number): ColumnOffsets {
    return columnOffsets(this.#handlers[handler]!.message, count);
  }

  /** An area for `count` messages of `handler`; null when too much is in flight. */
  take(handler: number, count: number): BatchArea | null {
    const capacity = Math.max(smallestBatch, 2 ** Math.ceil(Math.log2(count)));
    let area = this.#free.get(key(handler, capacity))?.pop();
    if (area === undefined) {
      const { message, reply } = this.#handlers[handler]!;
      const bytes = columnOffsets(message, capacity).bytes + (reply === null ? 0 : columnOffsets(reply, capacity).bytes);
      if (this.#bytes + bytes > inFlightLimit && this.#bytes > 0) {
        this.#trim();
        if (this.#bytes + bytes > inFlightLimit && this.#bytes > 0) return null;
      }
      area = { handler, capacity, bytes, address: this.#heap.allocate(bytes) };
      this.#bytes += bytes;
    }
    this.#busy.set(area.address + this.columns(handler, count).bytes, area);
    return area;
  }

  /** The area whose replies lie at `address` is done with. */
  giveBackReplies(address: number): void {
    const area = this.#busy.get(address);
    if (area === undefined) return;
    this.#busy.delete(address);
    const at = key(area.handler, area.capacity);
    const list = this.#free.get(at);
    if (list === undefined) this.#free.set(at, [area]);
    else list.push(area);
  }

  /** The area at `address` is done with, its messages having been refused or torn away. */
  giveBack(address: number): void {
    for (const [replies, area] of this.#busy) {
      if (area.address === address) this.giveBackReplies(replies);
    }
  }

  /** Frees everything; nothing may be in flight. */
  release(): void {
    for (const area of this.#busy.values()) this.#heap.free(area.address, area.bytes);
    this.#busy.clear();
    this.#trim();
  }

  /** Frees what is not in use. */
  #trim(): void {
    for (const list of this.#free.values()) {
      for (const area of list) {
        this.#heap.free(area.address, area.bytes);
        this.#bytes -= area.bytes;
      }
    }
    this.#free.clear();
  }
}

const key = (handler: number, capacity: number): number => handler * 2 ** 20 + capacity;
