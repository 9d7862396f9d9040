/**
 * Raw memory as the ring steps see it: 32-bit words at byte offsets from one base, and the few operations that
 * every target has. The same steps run here as TypeScript, in the step explorer one access at a time, and on
 * every device as compiled code.
 */
import type { Views } from '../layout/views.ts';

/** All addresses are byte offsets; 32-bit values are unsigned. */
export interface RawMemory {
  /** Unordered: only for words that nobody else writes meanwhile. */
  load(address: number): number;
  /** What was written before the matching `storeRelease` is seen after this. */
  loadAcquire(address: number): number;
  store(address: number, value: number): void;
  storeRelease(address: number, value: number): void;
  load64(address: number): bigint;
  store64(address: number, value: bigint): void;
  /** The following return the old value; they acquire and release. */
  fetchAdd(address: number, value: number): number;
  fetchOr(address: number, value: number): number;
  fetchAnd(address: number, value: number): number;
  exchange(address: number, value: number): number;
  compareExchange(address: number, expected: number, value: number): number;
  /** Sequentially consistent: what stands before is seen by whoever passes a fence later. */
  fence(): void;
  /** Sleeps while the word holds `expected`. 0: woken, 1: the word differed, 2: timed out. Negative nanoseconds: for ever. */
  wait(address: number, expected: number, timeoutNs: bigint): number;
  /** Wakes up to `count` sleepers; returns how many. */
  notify(address: number, count: number): number;
}

/**
 * Raw memory over typed views. JavaScript's atomics are sequentially consistent, so acquire, release and fence
 * come for free as long as one side of each pair is atomic, which the steps see to.
 * `wait` needs shared memory and a thread that may block.
 */
export function hostMemory(views: Views): RawMemory {
  const { u32, i32, u64 } = views;
  return {
    load: (address) => u32[address >>> 2]!,
    loadAcquire: (address) => Atomics.load(u32, address >>> 2),
    store: (address, value) => { u32[address >>> 2] = value; },
    storeRelease: (address, value) => { Atomics.store(u32, address >>> 2, value); },
    load64: (address) => u64[address >>> 3]!,
    store64: (address, value) => { u64[address >>> 3] = value; },
    fetchAdd: (address, value) => Atomics.add(u32, address >>> 2, value),
    fetchOr: (address, value) => Atomics.or(u32, address >>> 2, value),
    fetchAnd: (address, value) => Atomics.and(u32, address >>> 2, value),
    exchange: (address, value) => Atomics.exchange(u32, address >>> 2, value),
    compareExchange: (address, expected, value) => Atomics.compareExchange(u32, address >>> 2, expected, value),
    fence() {},
    wait(address, expected, timeoutNs) {
      const result = Atomics.wait(i32, address >>> 2, expected | 0, timeoutNs < 0n ? Infinity : Number(timeoutNs) / 1e6);
      return result === 'ok' ? 0 : result === 'not-equal' ? 1 : 2;
    },
    notify: (address, count) => Atomics.notify(i32, address >>> 2, count),
  };
}
