import { describe, expect, it } from 'vitest';
import { bind, effect, step } from '../../src/queue/step.ts';
import { peek, release, reserveSingle, ringOffsets as R, slotAt } from '../../src/queue/steps.ts';
import { again, explore, type Exploration, type Operation } from '../../src/testing/explore.ts';
import { claimed, exchange, payload, shared, single } from './rings.ts';

const clean = (e: Exploration): void => {
  if (e.problem !== null) expect.fail(`${e.problem}\n${e.trace.join('\n')}`);
  expect(e.complete).toBe(true);
  expect(e.ends).toBeGreaterThan(0);
};

describe('rings in every order, on weak memory', () => {
  it.each([
    ['one producer', single, { producers: 1, each: 4, capacity: 2 }, Infinity],
    ['one producer, counters that wrap', single, { producers: 1, each: 3, capacity: 2, start: 0xffffffff }, Infinity],
    ['two producers', shared, { producers: 2, each: 2, capacity: 2 }, 3],
    ['two producers, counters that wrap', shared, { producers: 2, each: 2, capacity: 2, start: 0xfffffffe }, 2],
    ['three producers', shared, { producers: 3, each: 1, capacity: 2 }, 1],
    ['two producers, claiming consumer', claimed, { producers: 2, each: 2, capacity: 2 }, 2],
  ])('%s: first in, first out, nothing lost or doubled', (_, steps, shape, preemptions) => {
    const result = explore(exchange(steps, shape), { preemptions });
    clean(result);
  });
});

describe('planted bugs', () => {
  const finds = (e: Exploration, problem: RegExp): void => {
    expect(e.problem).toMatch(problem);
    expect(e.trace.length).toBeGreaterThan(3);
  };

  it('published before it is written', () => {
    finds(explore(exchange({ ...single, lateWrite: true }, { producers: 1, each: 1, capacity: 2 })), /torn|instead of 101/);
  });

  it('published without release', () => {
    const plain = effect('publish', ['slot'], { R }, (m, slot, { R }) => m.store(slot + R.stamp, (m.load(slot + R.stamp) + 1) >>> 0));
    const scenario = exchange({ ...single, publish: plain }, { producers: 1, each: 1, capacity: 2 });
    finds(explore(scenario), /torn|instead of 101/);
    // Where every store is seen at once nothing is wrong: the mistake only exists on weak memory.
    clean(explore(scenario, { memory: 'sequential' }));
  });

  it('read without acquire', () => {
    const plain = step('peek', ['ring'], { R, slotAt }, (m, ring, { R, slotAt }) => {
      const position = m.load(ring + R.tail);
      const slot = slotAt(ring, position);
      return m.load(slot + R.stamp) === (position + 1) >>> 0 ? slot : 0;
    });
    finds(explore(exchange({ ...single, take: plain }, { producers: 1, each: 1, capacity: 2 })), /torn|instead of 101/);
  });

  it('given back without release', () => {
    const plain = effect('release', ['ring', 'slot'], { R }, (m, ring, slot, { R }) => {
      m.store(ring + R.tail, (m.load(ring + R.tail) + 1) >>> 0);
      m.store(slot + R.stamp, (m.load(slot + R.stamp) - 1 + m.load(ring + R.capacity)) >>> 0);
    });
    // What the consumer still reads may then be the next lap's: it needs loads that are late, which this
    // memory has for values in the past only. The order is kept by the release in the step.
    clean(explore(exchange({ ...single, giveBack: plain }, { producers: 1, each: 3, capacity: 2 })));
  });

  it('given back before it is read', () => {
    const result = explore({
      ...exchange(single, { producers: 1, each: 3, capacity: 2 }),
      threads: [
        exchange(single, { producers: 1, each: 3, capacity: 2 }).threads[0]!,
        {
          name: 'consumer',
          operations: [1, 2, 3].map(() => ({
            name: 'receive',
            run(m, log) {
              const slot = bind(peek, m)(0);
              if (slot === 0) return again;
              bind(release, m)(0, slot);
              log.push(m.load(slot + payload), m.load(slot + payload + 4));
            },
          } satisfies Operation)),
        },
      ],
      check: ({ logs }) => (logs[1]!.join() === '101,101,102,102,103,103' ? undefined : `read ${logs[1]!.join()}`),
    });
    finds(result, /read/);
  });

  it('full by one too late', () => {
    const late = step('reserve', ['ring'], { R, slotAt }, (m, ring, { R, slotAt }) => {
      const position = m.load(ring + R.head);
      const slot = slotAt(ring, position);
      const behind = (position - m.loadAcquire(slot + R.stamp)) >>> 0;
      if (behind >= m.load(ring + R.capacity)) return 0;
      m.store(ring + R.head, (position + 1) >>> 0);
      m.store(slot + R.stamp, position);
      return slot;
    });
    finds(explore(exchange({ ...single, reserve: late }, { producers: 1, each: 3, capacity: 2 })), /instead of|can go on|torn/);
  });

  it('a ring of one slot, whose stamps cannot tell full from free', () => {
    finds(explore(exchange(single, { producers: 1, each: 2, capacity: 1 })), /can go on|instead of/);
  });

  it('two producers on the ring of one', () => {
    finds(explore(exchange({ ...shared, reserve: reserveSingle }, { producers: 2, each: 1, capacity: 2 })), /instead of|can go on|torn/);
  });

  it('a position taken without compare-and-swap', () => {
    const racy = step('reserve', ['ring'], { R, slotAt }, (m, ring, { R, slotAt }) => {
      const position = m.loadAcquire(ring + R.head);
      const slot = slotAt(ring, position);
      if (m.loadAcquire(slot + R.stamp) !== position) return 0;
      m.storeRelease(ring + R.head, (position + 1) >>> 0);
      return slot;
    });
    finds(explore(exchange({ ...shared, reserve: racy }, { producers: 2, each: 1, capacity: 2 })), /instead of|can go on|torn/);
  });
});
