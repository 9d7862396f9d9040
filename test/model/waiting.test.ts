import { describe, expect, it } from 'vitest';
import type { RawMemory } from '../../src/queue/memory.ts';
import { bind, step } from '../../src/queue/step.ts';
import {
  claim, giveBack, parkBegin, parking as P, parkWait, peek, publish, release, reserveShared, reserveSingle, ringBell, ringOffsets as R, takeBell, unpark,
} from '../../src/queue/steps.ts';
import { again, explore, type Exploration, type Operation, type Scenario } from '../../src/testing/explore.ts';
import { initRing, inOrder, payload, receive, ringBytes, shared } from './rings.ts';

const clean = (e: Exploration): void => {
  if (e.problem !== null) expect.fail(`${e.problem}\n${e.trace.join('\n')}`);
  expect(e.complete).toBe(true);
  expect(e.ends).toBeGreaterThan(0);
};

const forever = 0xffffffff;

describe('sleeping and waking', () => {
  const spot = ringBytes(2);

  interface Parts {
    readonly begin: typeof parkBegin;
    readonly wake: typeof unpark;
    /** Looks for work between announcing and sleeping. Default true. */
    readonly lookAgain?: boolean;
  }

  /** Takes one message, asleep while there is none. */
  const takeOrSleep = ({ begin, lookAgain = true }: Parts): Operation => ({
    name: 'take',
    run(m, log) {
      for (;;) {
        let slot = bind(peek, m)(0);
        if (slot === 0) {
          const ticket = bind(begin, m)(spot);
          if (lookAgain) slot = bind(peek, m)(0);
          if (slot === 0) {
            bind(parkWait, m)(spot, ticket, forever);
            continue;
          }
        }
        log.push(m.load(slot + payload));
        bind(release, m)(0, slot);
        return;
      }
    },
  });

  const put = ({ wake }: Parts, value: number, reserve = reserveSingle): Operation => ({
    name: `put ${value}`,
    run(m) {
      const slot = bind(reserve, m)(0);
      if (slot === 0) return again;
      m.store(slot + payload, value);
      bind(publish, m)(slot);
      bind(wake, m)(spot);
    },
  });

  const scenario = (parts: Parts, producers = 1, each = 1): Scenario => ({
    init: (m) => initRing(m, 0, 2),
    threads: [
      ...Array.from({ length: producers }, (_, p) => ({
        name: `producer ${p + 1}`,
        operations: Array.from({ length: each }, (_, i) => put(parts, 100 * (p + 1) + i + 1, producers > 1 ? reserveShared : reserveSingle)),
      })),
      { name: 'consumer', operations: Array.from({ length: producers * each }, () => takeOrSleep(parts)) },
    ],
    check: ({ logs }) => inOrder(logs.at(-1)!, producers, each),
  });

  const right: Parts = { begin: parkBegin, wake: unpark };

  it.each([[1, 1, Infinity], [1, 2, 3], [2, 1, 2]])('nobody sleeps through a message: %i producers, %i messages each', (producers, each, preemptions) => {
    clean(explore(scenario(right, producers, each), { preemptions }));
  });

  const lost = (parts: Parts): void => {
    const found = explore(scenario(parts));
    expect(found.problem).toMatch(/nobody can go on: 'consumer' sleeps/);
  };

  it('finds the sleeper that does not look again', () => {
    lost({ ...right, lookAgain: false });
  });

  it('finds the missing fence of the sleeper', () => {
    lost({
      ...right,
      begin: step('parkBegin', ['spot'], { P }, (m, at, { P }) => {
        const ticket = m.loadAcquire(at + P.wakeups);
        m.storeRelease(at + P.parked, 1);
        return ticket;
      }),
    });
  });

  it('finds the missing fence of the waker', () => {
    lost({
      ...right,
      wake: step('unpark', ['spot'], { P }, (m, at, { P }) => {
        if (m.loadAcquire(at + P.parked) === 0) return 0;
        if (m.exchange(at + P.parked, 0) === 0) return 0;
        m.fetchAdd(at + P.wakeups, 1);
        m.notify(at + P.wakeups, 1);
        return 1;
      }),
    });
  });

  it('finds the wake-up that changes nothing a late sleeper would notice', () => {
    lost({
      ...right,
      wake: step('unpark', ['spot'], { P }, (m, at, { P }) => {
        m.fence();
        if (m.loadAcquire(at + P.parked) === 0) return 0;
        if (m.exchange(at + P.parked, 0) === 0) return 0;
        m.notify(at + P.wakeups, 1);
        return 1;
      }),
    });
  });
});

describe('doorbells', () => {
  const bits = 4;
  const data = 64;

  /** Two senders, each with a message of its own; the owner takes the bits until it has seen both. */
  const scenario = (ring: typeof ringBell): Scenario => ({
    threads: [
      ...[0, 33].map((id, i) => ({
        name: `sender ${id}`,
        operations: [{
          name: 'ring',
          run(m: RawMemory): void {
            m.store(data + id * 4, 7 + i);
            bind(ring, m)(bits, id);
          },
        }],
      })),
      {
        name: 'owner',
        operations: [0, 1].map((word): Operation => ({
          name: `serve word ${word}`,
          run(m, log) {
            const taken = bind(takeBell, m)(bits, word);
            if (taken === 0) return again;
            for (let bit = 0; bit < 32; bit++) if ((taken >>> bit) & 1) log.push(m.load(data + (word * 32 + bit) * 4));
          },
        })),
      },
    ],
    check: ({ logs }) => (logs[2]!.join() === '7,8' ? undefined : `the owner saw ${logs[2]!.join()}`),
  });

  it('announce what was written before', () => {
    clean(explore(scenario(ringBell), { preemptions: Infinity }));
  });

  it('finds the bell rung by a plain store', () => {
    const plain = step('ringBell', ['bits', 'id'], {}, (m, at, id) => {
      const word = at + (id >>> 5) * 4;
      m.store(word, (m.load(word) | (1 << (id & 31))) >>> 0);
      return 1;
    });
    expect(explore(scenario(plain)).problem).toMatch(/the owner saw/);
  });
});

describe('dropping the oldest', () => {
  /** Sends, and makes room by dropping the oldest message where the ring is full. */
  const sendOrDrop = (value: number): Operation => ({
    name: `send ${value}`,
    run(m, log) {
      for (;;) {
        const slot = bind(reserveShared, m)(0);
        if (slot !== 0) {
          m.store(slot + payload, value);
          m.store(slot + payload + 4, value);
          bind(publish, m)(slot);
          return;
        }
        const oldest = bind(claim, m)(0);
        if (oldest === 0) return again;
        log.push(m.load(oldest + payload));
        bind(giveBack, m)(0, oldest);
      }
    },
  });

  const scenario = (take: typeof claim, back: typeof giveBack): Scenario => ({
    init: (m) => initRing(m, 0, 2),
    threads: [
      { name: 'producer', operations: [101, 102, 103].map(sendOrDrop) },
      { name: 'consumer', operations: [receive({ ...shared, take, giveBack: back }, 0)] },
    ],
    check: ({ logs, read }) => {
      const [dropped, taken] = [logs[0]!, logs[1]!];
      const waiting = (read(R.head) - read(R.tail)) >>> 0;
      if (dropped.length + taken.length + waiting !== 3) return `${dropped.length} dropped, ${taken.length} taken, ${waiting} waiting of 3`;
      const seen = [...dropped, ...taken].sort((a, b) => a - b).join();
      return ['101', '101,102', '101,102,103'].includes(seen) ? undefined : `gone: ${seen}`;
    },
  });

  it('every message is taken or dropped, none twice', () => {
    clean(explore(scenario(claim, giveBack), { preemptions: 3 }));
  });

  it('finds the consumer that does not claim', () => {
    expect(explore(scenario(peek, release as typeof giveBack)).problem).toMatch(/gone|of 3|torn|can go on/);
  });

});
