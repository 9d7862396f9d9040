import { fail } from '../../error/index.ts';
import type { DeviceBuffer } from '../contract.ts';
import type { MetalDevice, SharedMemory } from './device.ts';

/** Memory that host and device share. No view of it is handed out, so none can outlive it. */
export class MetalBuffer implements DeviceBuffer {
  readonly bytes: number;
  readonly label: string;
  readonly memory: SharedMemory;
  readonly #device: MetalDevice;
  #released = false;

  constructor(device: MetalDevice, memory: SharedMemory, bytes: number, label: string) {
    this.#device = device;
    this.memory = memory;
    this.bytes = bytes;
    this.label = label;
  }

  get released(): boolean {
    return this.#released;
  }

  /** The bytes as they are now. For use within one call only. */
  get contents(): Uint8Array {
    return new Uint8Array(this.#device.objc.view(this.memory.address, this.memory.bytes), 0, this.bytes);
  }

  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    this.#device.free(this.memory);
  }
}

/** The buffer, checked to be of this backend, alive, and to hold `bytes` at `offset`. */
export function usable(buffer: unknown, offset: number, bytes: number, call: string): MetalBuffer {
  if (!(buffer instanceof MetalBuffer)) throw fail('InvalidConfig', { option: call, value: String(buffer), reason: 'A buffer of this context is wanted.' });
  if (buffer.released) throw fail('InvalidConfig', { option: call, value: buffer.label, reason: 'The buffer has been released.' });
  if (!Number.isInteger(offset) || offset < 0 || offset + bytes > buffer.bytes) {
    throw fail('LimitExceeded', {
      what: call, needed: `bytes ${offset} to ${offset + bytes}`, limit: `${buffer.bytes} bytes in '${buffer.label}'`, hint: 'Allocate a larger buffer, or correct the offset.',
    });
  }
  return buffer;
}
