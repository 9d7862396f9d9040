/** A device's memory with its books kept: what is allocated, by whom, how much is left, what was forgotten. */
import type { Context, DeviceBuffer } from '../backend/contract.ts';
import { fail } from '../error/index.ts';
import type { AnyType } from '../layout/types.ts';
import { TypedBuffer } from './typed-buffer.ts';

export interface DeviceMemoryOptions {
  /** Appears in errors. Default: the device's name. */
  readonly name?: string;
  /** Bytes that may be allocated. Default: the device's memory where it is known, else no limit. */
  readonly limit?: number;
}

export interface AllocateOptions {
  /** Appears in `leaks`. Default `buffer`. */
  readonly label?: string;
  /** Page-locked on the host side where the backend can; transfers are then faster. Default false. */
  readonly pinned?: boolean;
}

export interface MemoryStats {
  /** Bytes. */
  readonly used: number;
  readonly peak: number;
  readonly limit: number;
  /** Buffers in use, and made so far. */
  readonly buffers: number;
  readonly allocations: number;
}

export interface Leak {
  readonly label: string;
  readonly buffers: number;
  readonly bytes: number;
}

export class DeviceMemory implements Disposable {
  readonly context: Context;
  readonly name: string;
  readonly limit: number;
  readonly #live = new Set<DeviceBuffer>();
  #used = 0;
  #peak = 0;
  #allocations = 0;

  constructor(context: Context, options: DeviceMemoryOptions = {}) {
    this.context = context;
    this.name = options.name ?? context.device.name;
    this.limit = options.limit ?? (context.device.memory > 0 ? context.device.memory : Infinity);
    if (!(this.limit > 0)) throw fail('InvalidConfig', { option: 'limit', value: this.limit, reason: 'It must be more than 0 bytes.' });
  }

  /** Zeroed memory on the device. Throws `OutOfMemory` beyond the limit. */
  allocate(bytes: number, options: AllocateOptions = {}): DeviceBuffer {
    if (!Number.isInteger(bytes) || bytes < 1) throw fail('InvalidConfig', { option: 'bytes', value: bytes, reason: 'A buffer has at least one byte.' });
    this.#sweep();
    if (this.#used + bytes > this.limit) {
      throw fail('OutOfMemory', {
        call: `allocate on '${this.name}'`, text: `${bytes} bytes asked for, ${this.limit - this.#used} left of ${this.limit}.`,
        hint: 'Dispose buffers that are no longer needed, or raise the limit.',
      });
    }
    const buffer = this.context.allocate(bytes, { label: options.label ?? 'buffer', ...(options.pinned === undefined ? {} : { pinned: options.pinned }) });
    this.#live.add(buffer);
    this.#used += bytes;
    this.#allocations++;
    this.#peak = Math.max(this.#peak, this.#used);
    return buffer;
  }

  /** `length` elements of one type. */
  typed<T extends AnyType>(type: T, length: number, options?: AllocateOptions): TypedBuffer<T> {
    if (!Number.isInteger(length) || length < 1) throw fail('InvalidConfig', { option: 'length', value: length, reason: 'A buffer has at least one element.' });
    return new TypedBuffer(this.context, type, length, this.allocate(TypedBuffer.strideOf(type) * length, options));
  }

  stats(): MemoryStats {
    this.#sweep();
    return { used: this.#used, peak: this.#peak, limit: this.limit, buffers: this.#live.size, allocations: this.#allocations };
  }

  /** What is in use, by label, the largest first. */
  leaks(): Leak[] {
    this.#sweep();
    const byLabel = new Map<string, { label: string; buffers: number; bytes: number }>();
    for (const buffer of this.#live) {
      const entry = byLabel.get(buffer.label) ?? { label: buffer.label, buffers: 0, bytes: 0 };
      entry.buffers++;
      entry.bytes += buffer.bytes;
      byLabel.set(buffer.label, entry);
    }
    return [...byLabel.values()].sort((a, b) => b.bytes - a.bytes);
  }

  /** Releases everything. Throws `BuffersNotReleased`, after that, if anything was still in use. */
  close(): void {
    const leaks = this.leaks();
    this[Symbol.dispose]();
    if (leaks.length > 0) throw this.notReleased(leaks);
  }

  /** What `close` throws. */
  notReleased(leaks: readonly Leak[]): Error {
    return fail('BuffersNotReleased', { owner: this.name, buffers: leaks.map((l) => `${l.buffers} × '${l.label}' (${l.bytes} bytes)`).join(', ') });
  }

  /** Releases everything, without complaint. */
  [Symbol.dispose](): void {
    for (const buffer of this.#live) buffer[Symbol.dispose]();
    this.#sweep();
  }

  /** Buffers are disposed by themselves; the books follow here. */
  #sweep(): void {
    for (const buffer of this.#live) {
      if (!buffer.released) continue;
      this.#live.delete(buffer);
      this.#used -= buffer.bytes;
    }
  }
}
