import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualTime } from '../testing/virtual-time.ts';
import { Deadlines, type Deadline } from './deadlines.ts';

test('whatever is armed and cancelled, the rest expires once, in order, on time, behind one timer', () => {
  fc.assert(fc.property(fc.array(fc.record({ ms: fc.integer({ min: 0, max: 50 }), cancel: fc.boolean() }), { maxLength: 60 }), (plan) => {
    const time = new VirtualTime();
    const deadlines = new Deadlines(time);
    const fired: number[] = [];
    const armed: Deadline[] = plan.map(({ ms }, i) => deadlines.arm(ms, () => {
      expect(time.now()).toBe(ms);
      fired.push(i);
    }));
    plan.forEach(({ cancel }, i) => { if (cancel) deadlines.cancel(armed[i]!); });
    expect(time.pending).toBeLessThanOrEqual(1);
    time.advance(100);
    const expected = plan.flatMap(({ cancel }, i) => (cancel ? [] : [i]));
    expect([...fired].sort((a, b) => a - b)).toEqual(expected);
    expect(fired.map((i) => plan[i]!.ms)).toEqual(expected.map((i) => plan[i]!.ms).sort((a, b) => a - b));
    expect(deadlines.size).toBe(0);
    expect(time.pending).toBe(0);
  }));
});

test('cancelling twice, or after it expired, does nothing', () => {
  const time = new VirtualTime();
  const deadlines = new Deadlines(time);
  let fired = 0;
  const first = deadlines.arm(5, () => fired++);
  const second = deadlines.arm(10, () => fired++);
  time.advance(5);
  deadlines.cancel(first);
  deadlines.cancel(second);
  deadlines.cancel(second);
  time.advance(100);
  expect(fired).toBe(1);
});

test('clear forgets everything', () => {
  const time = new VirtualTime();
  const deadlines = new Deadlines(time);
  deadlines.arm(5, () => { throw new Error('not forgotten'); });
  deadlines.clear();
  time.advance(10);
  expect(time.pending).toBe(0);
});
