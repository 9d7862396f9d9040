/** The doorbell of the CPU engine: nobody who has rung is forgotten, nobody sleeps through a ring. */
import { describe, expect, it } from 'vitest';
import { bellGroup, WorkerBlock } from '../../src/engine/abi.ts';
import { ring, tell } from '../../src/engine/steps/bell.ts';
import { park, pass, unwatch } from '../../src/engine/steps/loop.ts';
import { bell as B, row as A, worker as W } from '../../src/engine/steps/offsets.ts';
import type { RawMemory } from '../../src/queue/memory.ts';
import { bind, type Step } from '../../src/queue/step.ts';
import { parkBegin, publish, peek, release, reserveShared, reserveSingle } from '../../src/queue/steps.ts';
import { again, explore, type Operation, type Scenario } from '../../src/testing/explore.ts';
import { initRing, inOrder, payload, ringBytes } from './rings.ts';

const worker = 64;
const group = worker + WorkerBlock.size;
const inbox = (actor: number): number => group + bellGroup.bytes + actor * ringBytes(2);

const put = (actor: number, value: number, shared: boolean, ringWith: typeof ring): Operation => ({
  name: `send ${value} to ${actor}`,
  run(m) {
    const slot = bind(shared ? reserveShared : reserveSingle, m)(inbox(actor));
    if (slot === 0) return again;
    m.store(slot + payload, value);
    bind(publish, m)(slot);
    bind(ringWith, m)(worker + W.bell.at, actor);
  },
});

/** Serves until `total` messages have come: looks, and sleeps when there is nothing. */
const serve = (total: number, parkWith: typeof park): Operation => ({
  name: 'serve',
  run(m, log) {
    const visit = (_: number, row: number): void => {
      const ringOfActor = inbox(row - 1);
      for (let slot = bind(peek, m)(ringOfActor); slot !== 0; slot = bind(peek, m)(ringOfActor)) {
        log.push(m.load(slot + payload));
        bind(release, m)(ringOfActor, slot);
      }
    };
    const local: Step = { ...pass, uses: { ...pass.uses, visit, rowOf: (_: number, id: number) => id + 1, beat: () => {} } };
    const look = bind(local, m) as (worker: number) => number;
    while (log.length < total) if (look(worker) === 0) bind(parkWith, m)(worker);
  },
});

interface Parts {
  readonly ring?: typeof ring;
  readonly park?: typeof park;
}

/** `actors`: who each sender writes to. */
function scenario(actors: readonly number[], each: number, parts: Parts = {}): Scenario {
  const total = actors.length * each;
  const shared = new Set(actors).size < actors.length;
  return {
    init(m: RawMemory) {
      m.store(worker + W.bell.at + B.groups, group);
      m.store(worker + W.bell.at + B.count, 1);
      for (const actor of new Set(actors)) initRing(m, inbox(actor), 2);
    },
    threads: [
      ...actors.map((actor, p) => ({
        name: `sender ${p + 1}`,
        operations: Array.from({ length: each }, (_, i) => put(actor, 100 * (p + 1) + i + 1, shared, parts.ring ?? ring)),
      })),
      { name: 'worker', operations: [serve(total, parts.park ?? park)] },
    ],
    check: ({ logs }) => inOrder(logs.at(-1)!, actors.length, each),
  };
}

/** Row of the actor with inbox 0. */
const row = Math.ceil(inbox(1) / 64) * 64;

/** One actor that the worker watches while it is awake; `endWatch` is what it does before it sleeps. */
function watching(each: number, endWatch: typeof unwatch, tellWith: typeof tell = tell): Scenario {
  const right = scenario([0], each);
  const oldest = { ...peek, params: ['actor', 'ring'], uses: { peek }, fn: (_m: RawMemory, _actor: number, ring: number, uses: { peek(ring: number): number }) => uses.peek(ring) };
  const local: Step = { ...endWatch, uses: { ...endWatch.uses, mayRun: () => 1, oldest: oldest as unknown as Step } };
  const sleep = { ...park, uses: { ...park.uses, unwatch: local } };
  return {
    ...right,
    init(m) {
      right.init?.(m);
      m.store(row + A.inbox, inbox(0));
    },
    threads: [
      {
        name: 'sender',
        operations: Array.from({ length: each }, (_, i): Operation => ({
          name: `send ${101 + i}`,
          run(m) {
            const slot = bind(reserveSingle, m)(inbox(0));
            if (slot === 0) return again;
            m.store(slot + payload, 101 + i);
            bind(publish, m)(slot);
            bind(tellWith, m)(worker + W.bell.at, 0, row);
          },
        })),
      },
      {
        name: 'worker',
        operations: [{
          name: 'serve',
          run(m, log) {
            const visit = (): number => {
              const before = log.length;
              for (let slot = bind(peek, m)(inbox(0)); slot !== 0; slot = bind(peek, m)(inbox(0))) {
                log.push(m.load(slot + payload));
                bind(release, m)(inbox(0), slot);
              }
              return log.length - before;
            };
            const look = bind({ ...pass, uses: { ...pass.uses, visit, rowOf: () => row } } as Step, m) as (worker: number) => number;
            while (log.length < each) {
              if (visit() !== 0) m.storeRelease(worker + W.bell.watched, row);
              else if (look(worker) === 0) bind(sleep, m)(worker);
            }
          },
        }],
      },
    ],
  };
}

describe('an actor that is watched', () => {
  it('needs no ring, and is not slept over', () => {
    const result = explore(watching(2, unwatch), { preemptions: 3, memory: 'atomics' });
    if (result.problem !== null) expect.fail(`${result.problem}\n${result.trace.join('\n')}`);
    expect(result.complete).toBe(true);
  });

  it('would be slept over without a look after the watch', () => {
    const blind = { ...unwatch, uses: { ...unwatch.uses, ring: () => {} } } as unknown as typeof unwatch;
    expect(explore(watching(2, blind), { memory: 'atomics' }).problem).toMatch(/'worker' sleeps/);
  });

  it('would be slept over if its sender did not see its message out before it looks for the watch', () => {
    const hasty = { ...tell, fn: (m: RawMemory, bell: number, id: number, at: number, uses: { ring(bell: number, id: number): void }) => {
      if (m.load(bell + B.watched) !== at) uses.ring(bell, id);
    } } as unknown as typeof tell;
    expect(explore(watching(2, unwatch, hasty), { memory: 'atomics' }).problem).toMatch(/'worker' sleeps/);
  });
});

describe('the bell of the CPU engine', () => {
  it.each([
    ['one sender', [0], 2, 3], ['two senders to one actor', [0, 0], 1, 2], ['two senders to two actors', [0, 1], 1, 2],
  ] as const)('%s', (_, actors, each, preemptions) => {
    const result = explore(scenario(actors, each), { preemptions, memory: 'atomics' });
    if (result.problem !== null) expect.fail(`${result.problem}\n${result.trace.join('\n')}`);
    expect(result.complete).toBe(true);
  });

  const forgets = (parts: Parts): void => {
    const result = explore(scenario([0], 2, parts), { memory: 'atomics' });
    expect(result.problem).toMatch(/nobody can go on: 'worker' sleeps/);
  };

  it('would sleep through a ring without a last look', () => {
    forgets({
      park: { ...park, uses: { ...park.uses, rung: () => 0, parkBegin }, fn: park.fn },
    });
  });

  it('would forget a message whose bell is rung first', () => {
    const early: Operation = {
      name: 'ring, then send',
      run(m) {
        bind(ring, m)(worker + W.bell.at, 0);
        const slot = bind(reserveSingle, m)(inbox(0));
        m.store(slot + payload, 101);
        bind(publish, m)(slot);
      },
    };
    const right = scenario([0], 1);
    const result = explore({ ...right, threads: [{ name: 'sender', operations: [early] }, right.threads[1]!] }, { memory: 'atomics' });
    expect(result.problem).toMatch(/'worker' sleeps/);
  });
});
