import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewsOf } from '../message/codec.ts';
import { HostClock } from './host-clock.ts';
import { initRing, ringBytes, ringDepth, RingReader, RingWriter, slot, tagOf } from './host-ring.ts';

function ring(capacity: number, shared: boolean): { writer: RingWriter; reader: RingReader; depth(): number } {
  const views = viewsOf(new SharedArrayBuffer(ringBytes(capacity, 64)));
  initRing(views, 0, capacity, 64);
  return { writer: new RingWriter(views, 0, shared), reader: new RingReader(views, 0), depth: () => ringDepth(views, 0) };
}

describe.each([['one writer', false], ['several writers', true]])('host ring, %s', (_name, shared) => {
  it('behaves as a bounded queue, at every position a counter can have', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean(), { maxLength: 200 }), (power, steps) => {
      const capacity = 2 ** power;
      const { writer, reader, depth } = ring(capacity, shared);
      const expected: number[] = [];
      let next = 0;
      for (const write of steps) {
        if (write) {
          const at = writer.claim();
          expect(at >= 0).toBe(expected.length < capacity);
          if (at < 0) continue;
          writer.views.u32[at + slot.correlation] = next;
          writer.publish(at);
          expected.push(next++);
        } else {
          const at = reader.peek();
          expect(at >= 0).toBe(expected.length > 0);
          if (at < 0) continue;
          expect(reader.views.u32[at + slot.correlation]).toBe(expected.shift());
          reader.release(at);
        }
        expect(depth()).toBe(expected.length);
      }
    }));
  });

  it('lets go of a claimed slot', () => {
    const { writer, reader } = ring(2, shared);
    for (let i = 0; i < 10; i++) {
      writer.cancel(writer.claim());
      const at = reader.peek();
      expect(at >= 0).toBe(shared);
      if (shared) reader.release(at);
    }
    const at = writer.claim();
    writer.head(at, tagOf(3, 1, 4), 9, 2, 5n, new HostClock(() => 1000));
    writer.publish(at);
    const { u32, u64 } = reader.views;
    expect([u32[at + slot.tag], u32[at + slot.correlation], u32[at + slot.source], u64[(at + slot.deadline) >> 1]]).toEqual([3 | (1 << 8) | (4 << 16), 9, 2, 5n]);
    expect(u64[(at + slot.timestamp) >> 1]).toBe((1000n << 12n) + 1n);
  });
});

describe('HostClock', () => {
  it('is strictly increasing while the wall clock stands, steps back, or others are ahead', () => {
    let wall = 5_000_000;
    const clock = new HostClock(() => wall);
    let last = clock.packed;
    const step = (): void => {
      clock.tick();
      expect(clock.packed > last).toBe(true);
      last = clock.packed;
    };
    for (let i = 0; i < 10_000; i++) step();
    wall = 1_000_000;
    for (let i = 0; i < 100; i++) step();
    const ahead = (9_000_000n << 12n) + 4095n;
    clock.observe(Number(ahead & 0xffffffffn), Number(ahead >> 32n));
    step();
    expect(last > ahead).toBe(true);
    wall = 20_000_000;
    clock.refresh();
    step();
    expect(last >> 12n).toBe(20_000_000n);
  });
});
