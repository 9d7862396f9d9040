import { fail } from '../error/index.ts';
import { viewsOf, type Views } from '../message/codec.ts';

const pageBytes = 65_536;
/** WebAssembly memories of 32-bit addresses end here. */
const maximumPages = 65_536;
/** Blocks start on cache lines, so that no two of them are written by different threads in one line. */
const granule = 64;
/** A memory grows by at least this much, so that growing is rare. */
const growthPages = 64;

interface Gap {
  start: number;
  end: number;
}

/**
 * Blocks of a growing, shared WebAssembly memory, handed out and taken back by one thread. Address 0 is
 * never handed out. Blocks are zeroed. A view made before a growth stays valid for what existed then;
 * `views` always covers everything.
 */
export class SharedHeap {
  readonly memory: WebAssembly.Memory;
  /** Bytes handed out. */
  used = 0;
  #views: Views;
  /** Sorted by address, never adjacent. */
  readonly #gaps: Gap[] = [];

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: growthPages, maximum: maximumPages, shared: true });
    this.#views = viewsOf(this.memory.buffer);
    this.#gaps.push({ start: granule, end: growthPages * pageBytes });
  }

  get views(): Views {
    return this.#views;
  }

  /** Bytes the memory spans. */
  get bytes(): number {
    return this.#views.buffer.byteLength;
  }

  /** Address of `bytes` zeroed bytes, a multiple of 64. Throws `OutOfMemory` at 4 GiB. */
  allocate(bytes: number): number {
    const size = rounded(bytes);
    let at = this.#gaps.findIndex((gap) => gap.end - gap.start >= size);
    if (at < 0) {
      this.#grow(size);
      at = this.#gaps.length - 1;
    }
    const gap = this.#gaps[at]!;
    const address = gap.start;
    gap.start += size;
    if (gap.start === gap.end) this.#gaps.splice(at, 1);
    this.used += size;
    return address;
  }

  /** Gives back what `allocate(bytes)` returned. */
  free(address: number, bytes: number): void {
    const size = rounded(bytes);
    this.#views.u8.fill(0, address, address + size);
    this.used -= size;
    this.#add(address, address + size);
  }

  #grow(size: number): void {
    const before = this.bytes;
    const pages = Math.max(growthPages, before / pageBytes / 8, Math.ceil(size / pageBytes));
    const wanted = Math.min(Math.ceil(pages), maximumPages - before / pageBytes);
    try {
      if (wanted * pageBytes < size) throw new RangeError('the address space of a WebAssembly memory ends at 4 GiB');
      this.memory.grow(wanted);
    } catch (cause) {
      throw fail('OutOfMemory', {
        call: 'the CPU engine', text: `${size} bytes more than the ${this.used} in use: ${(cause as Error).message}`,
        hint: 'Launch fewer kernels, or with a smaller `queueCapacity`.',
      }, cause);
    }
    this.#views = viewsOf(this.memory.buffer);
    this.#add(before, before + wanted * pageBytes);
  }

  #add(start: number, end: number): void {
    const gaps = this.#gaps;
    let low = 0;
    let high = gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (gaps[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    const before = gaps[low - 1];
    const after = gaps[low];
    if (before?.end === start) {
      before.end = end;
      if (after?.start === end) {
        before.end = after.end;
        gaps.splice(low, 1);
      }
    } else if (after?.start === end) {
      after.start = start;
    } else {
      gaps.splice(low, 0, { start, end });
    }
  }
}

const rounded = (bytes: number): number => Math.max(granule, Math.ceil(bytes / granule) * granule);
