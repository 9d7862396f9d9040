/** The host's ends of a ring are the queue's steps written out by hand: after the same operations, the same memory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingHeader, SlotHead } from '../layout/structures.ts';
import { viewsOf } from '../message/codec.ts';
import { hostMemory } from '../queue/memory.ts';
import { bind } from '../queue/step.ts';
import * as steps from '../queue/steps.ts';
import { offsetOf } from './abi.ts';
import { HostClock } from './host-clock.ts';
import { initRing, ringBytes, RingReader, RingWriter } from './host-ring.ts';

const { array, assert, boolean, constantFrom, integer, property, record } = fc;
const slotBytes = 64;

/** A ring whose counters stand at `start`. */
function ringAt(capacity: number, start: number): ReturnType<typeof viewsOf> {
  const views = viewsOf(new SharedArrayBuffer(ringBytes(capacity, slotBytes)));
  initRing(views, 0, capacity, slotBytes);
  const { i32 } = views;
  i32[offsetOf(RingHeader, 'head') >> 2] = start;
  i32[offsetOf(RingHeader, 'tail') >> 2] = start;
  for (let i = 0; i < capacity; i++) {
    const position = (start + i) | 0;
    i32[(RingHeader.size + (position & (capacity - 1)) * slotBytes + offsetOf(SlotHead, 'stamp')) >> 2] = position;
  }
  return views;
}

describe.each([['one writer', false, false], ['one writer that looks ahead', false, true], ['several writers', true, true]])('%s', (_name, shared, inOrder) => {
  it('leaves memory as the steps do, also where counters wrap', () => {
    const starts = constantFrom(0, 5, 0x7fffffff - 3, -4, -1);
    assert(property(integer({ min: 1, max: 6 }), starts, array(boolean(), { maxLength: 300 }), (power, start, writes) => {
      const capacity = 2 ** power;
      const byHand = ringAt(capacity, start);
      const byStep = ringAt(capacity, start);
      const writer = new RingWriter(byHand, 0, shared, inOrder);
      const reader = new RingReader(byHand, 0);
      const m = hostMemory(byStep);
      const reserve = bind(shared ? steps.reserveShared : steps.reserveSingle, m);
      const [publish, peek, release] = [bind(steps.publish, m), bind(steps.peek, m), bind(steps.release, m)];
      for (const write of writes) {
        const at = write ? writer.claim() : reader.peek();
        const slot = write ? reserve(0) : peek(0);
        // Slots are word indices here, addresses there; neither is ever at 0.
        expect(at < 0 ? 0 : at << 2).toBe(slot);
        if (slot === 0) continue;
        if (write) {
          writer.publish(at);
          publish(slot);
        } else {
          expect(reader.mayHave).toBe(true);
          reader.release(at);
          release(0, slot);
        }
        expect(byHand.u8).toEqual(byStep.u8);
      }
    }), { numRuns: 60 });
  });
});

it('gives the timestamps of a hybrid logical clock', () => {
  const step = record({ wall: integer({ min: 0, max: 50 }), received: integer({ min: -1, max: 60 }), logical: integer({ min: 0, max: 4095 }) });
  assert(property(array(step, { maxLength: 100 }), (received) => {
    let wall = 1_000_000;
    const clock = new HostClock(() => wall);
    let last = clock.packed;
    for (const one of received) {
      wall = 1_000_000 + one.wall;
      clock.refresh();
      let expected = last > BigInt(wall) << 12n ? last : BigInt(wall) << 12n;
      if (one.received >= 0) {
        const seen = (BigInt(1_000_000 + one.received) << 12n) | BigInt(one.logical);
        clock.observe(Number(seen & 0xffffffffn), Number(seen >> 32n));
        if (seen > expected) expected = seen;
      }
      clock.tick();
      expect(clock.packed).toBe(expected + 1n);
      last = clock.packed;
    }
  }));
});
