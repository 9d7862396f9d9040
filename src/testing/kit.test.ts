import { describe, expect, it } from 'vitest';
import type { RawMemory } from '../queue/memory.ts';
import { again, explore, injectFaults, VirtualTime, type Scenario } from './index.ts';

describe('VirtualTime', () => {
  it('fires timers in order, each at its own time', () => {
    const clock = new VirtualTime(5_000_000);
    const log: string[] = [];
    const note = (name: string) => () => { log.push(`${name} ${clock.now()}`); };
    clock.after(20, note('b'));
    clock.after(10, () => {
      note('a')();
      clock.after(5, note('nested'));
    });
    clock.after(20, note('c'));
    const cancel = clock.after(12, note('cancelled'));
    cancel();
    clock.advance(19);
    expect(log).toEqual(['a 10', 'nested 15']);
    expect([clock.now(), clock.wall(), clock.pending]).toEqual([19, 5_019_000, 2]);
    expect(clock.next()).toBe(true);
    clock.advance(100);
    expect(log.slice(2)).toEqual(['b 20', 'c 20']);
    expect(clock.next()).toBe(false);
    clock.stepWall(-1000);
    expect([clock.now(), clock.wall()]).toEqual([120, 4_120_000]);
  });

  it('lets promises settle between timers', async () => {
    const clock = new VirtualTime();
    const log: number[] = [];
    const sleep = (ms: number) => new Promise<void>((resolve) => { clock.after(ms, resolve); });
    void (async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(10);
        log.push(clock.now());
      }
    })();
    await clock.advanceAsync(25);
    expect(log).toEqual([10, 20]);
    await clock.advanceAsync(5);
    expect(log).toEqual([10, 20, 30]);
  });
});

describe('injectFaults', () => {
  class Store {
    readonly kept: number[] = [];
    #size = 0;
    get size(): number { return this.#size; }
    put(n: number): number {
      this.kept.push(n);
      return ++this.#size;
    }
    async load(): Promise<number> { return this.kept.at(-1)!; }
  }

  it('fails the chosen calls, and only those', async () => {
    const { target, calls } = injectFaults(new Store(), [
      { method: 'put', call: 2, error: new Error('disk full') },
      { method: 'load', call: { every: 2 }, error: new Error('lost'), async: true },
    ]);
    expect(target.put(1)).toBe(1);
    expect(() => target.put(2)).toThrow('disk full');
    expect(target.put(3)).toBe(2);
    expect([target.size, target.kept]).toEqual([2, [1, 3]]);
    expect(await target.load()).toBe(3);
    await expect(target.load()).rejects.toThrow('lost');
    expect([calls.get('put'), calls.get('load')]).toEqual([3, 2]);
  });

  it('may lose only the answer', () => {
    const store = new Store();
    const injected = injectFaults(store, [{ method: 'put', error: 'gone', late: true }]);
    expect(() => injected.target.put(1)).toThrow('gone');
    expect([store.kept, injected.struck]).toEqual([[1], 1]);
  });
});

describe('explore', () => {
  const add = (m: RawMemory, atomic: boolean): void => {
    if (atomic) m.fetchAdd(0, 1);
    else m.store(0, m.load(0) + 1);
  };
  const counters = (atomic: boolean, threads: number): Scenario => ({
    threads: Array.from({ length: threads }, (_, i) => ({ name: `t${i}`, operations: [{ name: 'add', run: (m) => add(m, atomic) }] })),
    check: ({ read }) => (read(0) === threads ? undefined : `counted ${read(0)} of ${threads}`),
  });

  it('finds the lost update and shows the way there', () => {
    const found = explore(counters(false, 2));
    expect(found.problem).toBe('counted 1 of 2');
    expect(found.trace).toEqual(['t0 add: load @0 = 0', 't0 add: store @0 1 = 0', 't1 add: load @0 = 0 (late)', 't1 add: store @0 1 = 0']);
    expect(explore(counters(false, 2), { memory: 'sequential' }).trace)
      .toEqual(['t0 add: load @0 = 0', 't1 add: load @0 = 0', 't1 add: store @0 1 = 0', 't0 add: store @0 1 = 0']);
    expect(explore(counters(true, 3))).toMatchObject({ problem: null, complete: true });
  });

  it('finds it at random too, the same way for the same seed', () => {
    const sample = { runs: 200, seed: 7 };
    const found = explore(counters(false, 6), { sample });
    expect(found.problem).toMatch(/counted/);
    expect(explore(counters(false, 6), { sample })).toEqual(found);
    expect(explore(counters(true, 6), { sample })).toMatchObject({ problem: null, complete: false });
  });

  /** Each thread writes its own word and reads the other's: both may read 0 unless fences forbid it. */
  const crosswise = (fence: boolean): Scenario => ({
    threads: [[0, 4], [4, 0]].map(([own, other], i) => ({
      name: `t${i}`,
      operations: [{ name: 'cross', run: (m, log) => {
        m.storeRelease(own!, 1);
        if (fence) m.fence();
        log.push(m.loadAcquire(other!));
      } }],
    })),
    check: ({ logs }) => (logs.flat().join() === '0,0' ? 'both read 0' : undefined),
  });

  it('knows store buffers: release and acquire do not order a store before a load, a fence does', () => {
    expect(explore(crosswise(false)).problem).toBe('both read 0');
    expect(explore(crosswise(true))).toMatchObject({ problem: null, complete: true });
    expect(explore(crosswise(false), { memory: 'sequential' })).toMatchObject({ problem: null, complete: true });
  });

  it('reports threads that wait for each other, failures, and loops without an end', () => {
    const stuck = explore({ threads: [{ name: 'a', operations: [{ name: 'wait', run: (m) => (m.load(0) === 0 ? again : undefined) }] }, { name: 'b', operations: [] }] });
    expect(stuck.problem).toBe("nobody can go on: 'a' waits in 'wait'");
    const failed = explore({ threads: [{ name: 'a', operations: [{ name: 'fail', run: () => { throw new Error('no'); } }] }] });
    expect(failed.problem).toMatch(/'fail' of 'a' failed: Error: no/);
    const endless = explore({ threads: [{ name: 'a', operations: [{ name: 'spin', run: (m) => { while (m.load(0) === 0); } }] }] });
    expect(endless.problem).toMatch(/'spin' of 'a' made \d+ accesses/);
  });

  it('says when it has not seen everything', () => {
    expect(explore(counters(true, 3), { limit: 3 })).toMatchObject({ complete: false, problem: null });
  });
});
