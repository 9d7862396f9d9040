import { fail } from '../../error/index.ts';
import type { DeviceBuffer } from '../contract.ts';

/** Device memory. `bytes` is what was asked for; the device's buffer is rounded up to whole words. */
export class WebGpuBuffer implements DeviceBuffer {
  readonly bytes: number;
  readonly label: string;
  readonly gpu: GPUBuffer;
  /** Rejects when the device had no room; every use waits for it. */
  readonly ready: Promise<void>;
  /** `ready` has resolved. */
  settled = false;
  #released = false;

  constructor(gpu: GPUBuffer, bytes: number, label: string, ready: Promise<void>) {
    this.gpu = gpu;
    this.bytes = bytes;
    this.label = label;
    this.ready = ready;
    // Whoever uses the buffer sees the failure; one that nobody uses must not end the process.
    ready.then(() => { this.settled = true; }, () => undefined);
  }

  get released(): boolean {
    return this.#released;
  }

  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    this.gpu.destroy();
  }
}

/** The buffer, checked to be of this backend, alive, and to hold `bytes` at `offset`. */
export function usable(buffer: DeviceBuffer, offset: number, bytes: number, call: string): WebGpuBuffer {
  if (!(buffer instanceof WebGpuBuffer)) {
    throw fail('InvalidConfig', { option: call, value: 'a buffer', reason: 'The buffer belongs to another backend.' });
  }
  if (buffer.released) throw fail('InvalidConfig', { option: call, value: buffer.label, reason: 'The buffer has been released.' });
  if (offset < 0 || offset + bytes > buffer.bytes) {
    throw fail('LimitExceeded', {
      what: call, needed: `bytes ${offset} to ${offset + bytes}`, limit: `${buffer.bytes} bytes in '${buffer.label}'`, hint: 'Allocate a larger buffer, or correct the offset.',
    });
  }
  return buffer;
}
