/** Buffers that are used again instead of being made anew. */
import type { DeviceBuffer } from '../backend/contract.ts';
import { fail } from '../error/index.ts';
import type { DeviceMemory } from './device-memory.ts';

/** Where a pool's buffers come from. */
export interface Allocator<T> {
  /** A zeroed buffer. */
  allocate(bytes: number): T;
  free(item: T): void;
  /** Zeroes a buffer that comes back. A promise keeps it out of use until it resolves. */
  clear(item: T, bytes: number): void | Promise<void>;
}

export const hostAllocator: Allocator<Uint8Array> = {
  allocate: (bytes) => new Uint8Array(bytes),
  free() {},
  clear(item) { item.fill(0); },
};

/** Buffers on a device; `label` appears in leak reports. */
export function deviceAllocator(memory: DeviceMemory, label: string): Allocator<DeviceBuffer> {
  return {
    allocate: (bytes) => memory.allocate(bytes, { label }),
    free: (item) => item[Symbol.dispose](),
    clear: (item, bytes) => memory.context.write(item, new Uint8Array(bytes)),
  };
}

/** A buffer on loan; disposing gives it back. */
export interface Lease<T> extends Disposable {
  readonly item: T;
  /** What the buffer holds; at least what was asked for. */
  readonly bytes: number;
}

export interface PoolOptions {
  /** Appears in errors. Default `pool`. */
  readonly name?: string;
  /** Bytes of each buffer. */
  readonly bytes: number;
  /** Free buffers kept; what comes back beyond that is released. Default 16. */
  readonly keep?: number;
  /** Buffers that may exist at once. Default: no limit. */
  readonly maxBuffers?: number;
  /** Buffers made at once. Default 0. */
  readonly preallocate?: number;
}

export interface PoolStats {
  /** Leases given; of those, how many found a free buffer; that share (0 before the first). */
  readonly leases: number;
  readonly hits: number;
  readonly hitRate: number;
  /** Buffers waiting, on loan, and made so far. */
  readonly free: number;
  readonly inUse: number;
  readonly made: number;
}

/** Buffers of one size. The one given back last is lent first: it is the warmest. */
export class MemoryPool<T> implements Disposable {
  readonly name: string;
  readonly bytes: number;
  readonly keep: number;
  readonly maxBuffers: number;
  readonly #allocator: Allocator<T>;
  readonly #free: T[] = [];
  #existing = 0;
  #leases = 0;
  #hits = 0;
  #made = 0;
  #inUse = 0;
  #closed = false;

  constructor(allocator: Allocator<T>, options: PoolOptions) {
    const { name = 'pool', bytes, keep = 16, maxBuffers = Infinity, preallocate = 0 } = options;
    for (const [option, value, least] of [['bytes', bytes, 1], ['keep', keep, 0], ['maxBuffers', maxBuffers, 1], ['preallocate', preallocate, 0]] as const) {
      if (!(value >= least)) throw fail('InvalidConfig', { option, value, reason: `It must be at least ${least}.` });
    }
    if (preallocate > Math.min(keep, maxBuffers)) {
      throw fail('InvalidConfig', { option: 'preallocate', value: preallocate, reason: `Only ${Math.min(keep, maxBuffers)} free buffers are kept.` });
    }
    this.#allocator = allocator;
    this.name = name;
    this.bytes = bytes;
    this.keep = keep;
    this.maxBuffers = maxBuffers;
    while (this.#free.length < preallocate) this.#free.push(this.#make());
  }

  /** A zeroed buffer. Throws `PoolExhausted` when `maxBuffers` exist and none is free. */
  acquire(): Lease<T> {
    if (this.#closed) throw fail('InvalidConfig', { option: 'acquire', value: this.name, reason: 'The pool has been disposed.' });
    let item = this.#free.pop();
    if (item !== undefined) this.#hits++;
    else if (this.#existing >= this.maxBuffers) throw fail('PoolExhausted', { pool: this.name, max: this.maxBuffers });
    else item = this.#make();
    this.#leases++;
    this.#inUse++;
    const lent = item;
    let open = true;
    return {
      item: lent, bytes: this.bytes,
      [Symbol.dispose]: () => {
        if (!open) return;
        open = false;
        this.#inUse--;
        this.#takeBack(lent);
      },
    };
  }

  stats(): PoolStats {
    return {
      leases: this.#leases, hits: this.#hits, hitRate: this.#leases === 0 ? 0 : this.#hits / this.#leases,
      free: this.#free.length, inUse: this.#inUse, made: this.#made,
    };
  }

  /** Releases free buffers until at most `keep` are left. Returns how many went. */
  shrinkTo(keep: number): number {
    let released = 0;
    while (this.#free.length > Math.max(0, keep)) {
      this.#release(this.#free.shift()!);
      released++;
    }
    return released;
  }

  /** Releases the free buffers; those on loan are released when they come back. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.shrinkTo(0);
  }

  #make(): T {
    const item = this.#allocator.allocate(this.bytes);
    this.#existing++;
    this.#made++;
    return item;
  }

  #release(item: T): void {
    this.#existing--;
    this.#allocator.free(item);
  }

  #takeBack(item: T): void {
    if (this.#closed || this.#free.length >= this.keep) return this.#release(item);
    const clearing = this.#allocator.clear(item, this.bytes);
    if (clearing === undefined) this.#keep(item);
    else void this.#keepWhen(clearing, item);
  }

  async #keepWhen(cleared: Promise<void>, item: T): Promise<void> {
    try {
      await cleared;
    } catch {
      // What cannot be cleared must not be lent again.
      return this.#release(item);
    }
    this.#keep(item);
  }

  #keep(item: T): void {
    if (this.#closed || this.#free.length >= this.keep) this.#release(item);
    else this.#free.push(item);
  }
}

/** Bytes of the buckets of a `StratifiedPool`. */
export const sizeBuckets = [256, 1024, 4096, 16_384, 65_536] as const;

/** A pool for each of a few sizes. What is larger than the largest gets exactly what it asked for, and is not kept. */
export class StratifiedPool<T> implements Disposable {
  readonly name: string;
  readonly #pools: readonly MemoryPool<T>[];
  readonly #allocator: Allocator<T>;
  #oversized = 0;

  /** `keep`: free buffers kept in each bucket. Default 16. */
  constructor(allocator: Allocator<T>, options: { readonly name?: string; readonly keep?: number; readonly buckets?: readonly number[] } = {}) {
    this.name = options.name ?? 'pool';
    this.#allocator = allocator;
    const buckets = [...(options.buckets ?? sizeBuckets)].sort((a, b) => a - b);
    this.#pools = buckets.map((bytes) => new MemoryPool(allocator, { name: `${this.name}/${bytes}`, bytes, keep: options.keep ?? 16 }));
  }

  /** A zeroed buffer of at least `bytes`. */
  acquire(bytes: number): Lease<T> {
    if (!Number.isInteger(bytes) || bytes < 1) throw fail('InvalidConfig', { option: 'bytes', value: bytes, reason: 'A buffer has at least one byte.' });
    const pool = this.#pools.find((p) => p.bytes >= bytes);
    if (pool !== undefined) return pool.acquire();
    this.#oversized++;
    const item = this.#allocator.allocate(bytes);
    let open = true;
    return {
      item, bytes,
      [Symbol.dispose]: () => {
        if (open) this.#allocator.free(item);
        open = false;
      },
    };
  }

  /** By bucket size, and how many requests were larger than the largest. */
  stats(): { readonly buckets: ReadonlyMap<number, PoolStats>; readonly oversized: number } {
    return { buckets: new Map(this.#pools.map((p) => [p.bytes, p.stats()])), oversized: this.#oversized };
  }

  /** Free buffers kept in each bucket, at most. */
  get keep(): number {
    return Math.max(0, ...this.#pools.map((p) => p.keep));
  }

  /** Releases free buffers until at most `keep` are left in each bucket. Returns how many went. */
  shrinkTo(keep: number): number {
    return this.#pools.reduce((sum, p) => sum + p.shrinkTo(keep), 0);
  }

  [Symbol.dispose](): void {
    for (const pool of this.#pools) pool[Symbol.dispose]();
  }
}
