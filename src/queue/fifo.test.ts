import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from './fifo.ts';

test('behaves like an array with push, shift and remove', () => {
  const step = fc.oneof(
    fc.record({ op: fc.constant('push' as const), n: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ op: fc.constant('shift' as const), n: fc.constant(0) }),
    fc.record({ op: fc.constant('remove' as const), n: fc.integer({ min: 0, max: 9 }) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const fifo = new Fifo<number>();
    const model: number[] = [];
    for (const { op, n } of steps) {
      if (op === 'push') {
        fifo.push(n);
        model.push(n);
      } else if (op === 'shift') {
        expect(fifo.shift()).toBe(model.shift());
      } else {
        const at = model.indexOf(n);
        if (at >= 0) model.splice(at, 1);
        expect(fifo.remove(n)).toBe(at >= 0);
      }
      expect(fifo.length).toBe(model.length);
      expect(fifo.peek()).toBe(model[0]);
      expect([...fifo]).toEqual(model);
    }
  }));
});

test('gives memory back in the middle of a long queue', () => {
  const fifo = new Fifo<number>();
  for (let i = 0; i < 5000; i++) fifo.push(i);
  for (let i = 0; i < 4000; i++) expect(fifo.shift()).toBe(i);
  fifo.push(5000);
  expect([...fifo]).toHaveLength(1001);
});
