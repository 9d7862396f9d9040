import { describe, expect, it } from 'vitest';
import { SharedHeap } from './heap.ts';

describe('SharedHeap', () => {
  it('hands out zeroed blocks at multiples of 64, never at 0, that do not overlap', () => {
    const heap = new SharedHeap();
    const blocks = [1, 64, 65, 1000, 0].map((bytes) => ({ bytes, at: heap.allocate(bytes) }));
    for (const [i, { bytes, at }] of blocks.entries()) {
      expect(at % 64).toBe(0);
      expect(at).toBeGreaterThan(0);
      for (const other of blocks.slice(i + 1)) expect(at + Math.max(64, bytes) <= other.at || other.at + Math.max(64, other.bytes) <= at).toBe(true);
    }
  });

  it('joins what is given back, whatever the order', () => {
    const heap = new SharedHeap();
    const first = heap.allocate(64);
    const blocks = Array.from({ length: 9 }, () => heap.allocate(128));
    for (const i of [3, 1, 8, 0, 5, 2, 7, 6, 4]) {
      heap.views.u8.fill(0xff, blocks[i]!, blocks[i]! + 128);
      heap.free(blocks[i]!, 128);
    }
    const whole = heap.allocate(9 * 128);
    expect(whole).toBe(first + 64);
    expect(heap.views.u8.subarray(whole, whole + 9 * 128).every((byte) => byte === 0)).toBe(true);
    expect(heap.used).toBe(64 + 9 * 128);
  });

  it('grows, and older views still see what they saw', () => {
    const heap = new SharedHeap();
    const before = heap.views;
    const at = heap.allocate(64);
    const large = heap.allocate(32 * 2 ** 20);
    expect(heap.views).not.toBe(before);
    before.u32[at >> 2] = 7;
    expect(heap.views.u32[at >> 2]).toBe(7);
    heap.views.u32[(large >> 2) + 100] = 1;
    expect(heap.bytes).toBeGreaterThan(32 * 2 ** 20);
  });

  it('says so when there is no more', () => {
    expect(() => new SharedHeap().allocate(2 ** 33)).toThrow(/OutOfMemory/);
  });
});
