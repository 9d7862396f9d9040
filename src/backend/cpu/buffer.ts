import type { SharedHeap } from '../../engine/heap.ts';
import { fail } from '../../error/index.ts';
import type { DeviceBuffer } from '../contract.ts';

/** A piece of a context's memory. */
export class CpuBuffer implements DeviceBuffer {
  readonly bytes: number;
  readonly label: string;
  readonly heap: SharedHeap;
  readonly address: number;
  #released = false;

  constructor(heap: SharedHeap, bytes: number, label: string) {
    if (!Number.isInteger(bytes) || bytes < 0) throw fail('InvalidConfig', { option: 'allocate', value: bytes, reason: 'Sizes are whole bytes from 0.' });
    this.heap = heap;
    this.bytes = bytes;
    this.label = label;
    this.address = heap.allocate(bytes);
  }

  get released(): boolean {
    return this.#released;
  }

  /** The bytes, to be used at once: memory may grow. */
  view(offset: number, bytes: number): Uint8Array {
    return this.heap.views.u8.subarray(this.address + offset, this.address + offset + bytes);
  }

  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    this.heap.free(this.address, this.bytes);
  }
}

/** The buffer, checked to be of this context, alive, and to hold `bytes` at `offset`. */
export function usable(heap: SharedHeap, buffer: DeviceBuffer, offset: number, bytes: number, call: string): CpuBuffer {
  if (!(buffer instanceof CpuBuffer) || buffer.heap !== heap) {
    throw fail('InvalidConfig', { option: call, value: 'a buffer', reason: 'The buffer belongs to another context.' });
  }
  if (buffer.released) throw fail('InvalidConfig', { option: call, value: buffer.label, reason: 'The buffer has been released.' });
  if (!(offset >= 0 && offset + bytes <= buffer.bytes)) {
    throw fail('LimitExceeded', {
      what: `${call} of ${bytes} bytes at ${offset} of '${buffer.label}'`, needed: `${offset + bytes} bytes`, limit: `${buffer.bytes} bytes`,
      hint: 'Allocate a larger buffer, or move fewer bytes.',
    });
  }
  return buffer;
}
