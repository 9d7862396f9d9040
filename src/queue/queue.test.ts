import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inThreads } from '../../test/support/threads.ts';
import { HlcClock } from '../clock/hlc.ts';
import { array, f32, u32, u64 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { PartitionedQueue, PriorityLanes } from './groups.ts';
import { QueueMonitor } from './monitor.ts';
import { MpscQueue, ringBytesOf, SpscQueue } from './ring.ts';
import { downgradeTier, queueTiers, tierForThroughput, tierOf, upgradeTier } from './tiers.ts';
import type { QueueDeadLetter } from './types.ts';

const Job = message('Job', { n: u32, stamp: u64 });
const value = (n: number) => ({ n, stamp: BigInt(n) });
const n = (received: { value: { n: number } } | null): number | null => received?.value.n ?? null;

/** A clock that stands until it is set, in microseconds. */
const standing = (us = 1_000_000) => {
  const time = { wall: () => us };
  return { clock: new HlcClock({ time }), set: (to: number) => { us = to; }, packed: (at: number) => BigInt(at) << 12n };
};

const kinds = [['SpscQueue', SpscQueue], ['MpscQueue', MpscQueue]] as const;

describe.each(kinds)('%s', (_, Queue) => {
  it('is a queue', () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (puts, capacity) => {
      const queue = new Queue(Job, { capacity });
      const model: number[] = [];
      let next = 0;
      for (const put of puts) {
        if (put) {
          const taken = queue.tryEnqueue(value(next));
          expect(taken).toBe(model.length < queue.capacity);
          if (taken) model.push(next);
          next++;
        } else {
          expect(n(queue.tryDequeue())).toBe(model.shift() ?? null);
        }
        expect([queue.length, queue.isEmpty, queue.isFull]).toEqual([model.length, model.length === 0, model.length === queue.capacity]);
      }
    }));
  });

  it('rounds its capacity up, to 2 at least', () => {
    expect([1, 2, 3, 5, 1000].map((capacity) => new Queue(Job, { capacity }).capacity)).toEqual([2, 2, 4, 8, 1024]);
    expect(new Queue(Job).capacity).toBe(1024);
    for (const capacity of [0, -1, 1.5, NaN, 2 ** 31]) expect(() => new Queue(Job, { capacity })).toThrow(/^InvalidConfig/);
  });

  it('refuses when full, says so when empty', () => {
    const queue = new Queue(Job, { capacity: 2, name: 'orders' });
    queue.enqueue(value(1));
    queue.enqueue(value(2));
    expect(queue.tryEnqueue(value(3))).toBe(false);
    expect(() => queue.enqueue(value(3))).toThrow(/^QueueFull: .*'orders'.*2 messages/);
    expect([n(queue.dequeue()), n(queue.dequeue())]).toEqual([1, 2]);
    expect(() => queue.dequeue()).toThrow(/^QueueEmpty/);
    expect(queue.stats()).toEqual({ enqueued: 2, dequeued: 2, dropped: 2, expired: 0, depth: 0, maxDepth: 2 });
    queue.resetStats();
    expect(queue.stats()).toEqual({ enqueued: 0, dequeued: 0, dropped: 0, expired: 0, depth: 0, maxDepth: 0 });
  });

  it('carries what the slot says', () => {
    const { clock, packed } = standing();
    const queue = new Queue(Job, { clock });
    queue.enqueue(value(7), { source: 5, correlation: 9, priority: 'high', deadline: packed(2_000_000) });
    expect(queue.dequeue()).toEqual({ value: value(7), source: 5, correlation: 9, priority: 'high', deadline: packed(2_000_000), timestamp: packed(1_000_000) });
  });

  it('gives expired messages to the dead letters, with the reason', () => {
    const time = standing();
    const letters: QueueDeadLetter<typeof Job.struct.shape>[] = [];
    const queue = new Queue(Job, { clock: time.clock, onDeadLetter: (l) => letters.push(l) });
    queue.enqueue(value(1), { deadline: time.packed(1_000_500) });
    queue.enqueue(value(2));
    queue.enqueue(value(3), { deadline: time.packed(5_000_000) });
    time.set(1_000_501);
    expect([n(queue.tryDequeue()), n(queue.tryDequeue()), n(queue.tryDequeue())]).toEqual([2, 3, null]);
    expect(letters.map((l) => [l.reason, l.value.n])).toEqual([['expired', 1]]);
    expect(queue.stats()).toMatchObject({ dequeued: 2, dropped: 1, expired: 1 });
  });

  it('drops the newest, or the oldest, where that is the policy', () => {
    for (const [overflow, kept, dropped] of [['dropNewest', [1, 2], [3, 4]], ['dropOldest', [3, 4], [1, 2]]] as const) {
      const letters: number[] = [];
      const queue = new Queue(Job, { capacity: 2, overflow, onDeadLetter: (l) => letters.push(l.value.n) });
      const taken = [1, 2, 3, 4].map((i) => queue.tryEnqueue(value(i)));
      expect(taken).toEqual([true, true, overflow === 'dropOldest', overflow === 'dropOldest']);
      expect([n(queue.tryDequeue()), n(queue.tryDequeue()), n(queue.tryDequeue())]).toEqual([...kept, null]);
      expect(letters).toEqual(dropped);
      expect(queue.stats()).toMatchObject({ dropped: 2, dequeued: 2 });
    }
  });

  it('passes over a place whose message could not be written', () => {
    const queue = new Queue(Job, { capacity: 2, overflow: 'dropOldest' });
    expect(() => queue.enqueue({ n: -1, stamp: 0n })).toThrow(/^SerializationError: .*Job\.n/);
    queue.enqueue(value(1));
    expect([n(queue.tryDequeue()), n(queue.tryDequeue())]).toEqual([1, null]);
  });

  it('finds altered bytes where it has a checksum', () => {
    const Odd = message('Odd', { bytes: array(u32, 9), x: f32 });
    const options = { capacity: 2, checksum: true };
    const buffer = new ArrayBuffer(ringBytesOf(Odd, options));
    const queue = new Queue(Odd, { ...options, memory: { buffer } });
    const sent = { bytes: [1, 2, 3, 4, 5, 6, 7, 8, 9], x: 1 };
    queue.enqueue(sent);
    expect(queue.dequeue().value).toEqual(sent);
    queue.enqueue(sent);
    queue.enqueue(sent);
    new Uint8Array(buffer)[128 + 128 + 32 + 36]! ^= 1;
    expect(() => queue.tryDequeue()).toThrow(/^ChecksumMismatch/);
    expect(queue.dequeue().value).toEqual(sent);
  });

  it('refuses memory that is too small or shared with another type', () => {
    const Other = message('Other', { big: array(u32, 64) });
    expect(() => new Queue(Job, { memory: { buffer: new ArrayBuffer(100) } })).toThrow(/^InvalidConfig: .*memory/);
    const queue = new Queue(Job, { capacity: 2 });
    expect(Queue.open(Job, queue.share()).capacity).toBe(2);
    expect(() => Queue.open(Other as never, queue.share())).toThrow(/^InvalidConfig: .*share/);
    expect(() => new Queue(Job, { capacity: 2, memory: { buffer: new ArrayBuffer(1024) } }).share()).toThrow(/^InvalidConfig: .*share/);
  });
});

describe('between threads', () => {
  const modules = ['./ring.ts', '../message/message.ts', '../layout/types.ts'].map((m) => new URL(m, import.meta.url));
  const produce = `
    const { u32, u64 } = lib;
    const Job = lib.message('Job', { n: u32, stamp: u64 });
    const queue = lib[data.kind].open(Job, data.share);
    for (let i = 0; i < data.each;) if (queue.tryEnqueue({ n: i, stamp: BigInt(data.source) }, { source: data.source })) i++;
    return data.source;`;

  /** Takes until `total` have come; yields to nothing: the producers are threads. */
  async function consume(queue: SpscQueue<typeof Job.struct.shape>, kind: string, producers: number, each: number): Promise<number[][]> {
    const got: number[][] = Array.from({ length: producers + 1 }, () => []);
    const done = inThreads(modules, produce, Array.from({ length: producers }, (_, i) => ({ kind, share: queue.share(), each, source: i + 1 })));
    let total = 0;
    while (total < producers * each) {
      const received = queue.tryDequeue();
      if (received === null) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      got[received.source]!.push(received.value.n);
      total++;
    }
    await done;
    expect(queue.tryDequeue()).toBe(null);
    return got;
  }

  it.each([['SpscQueue', SpscQueue, 1], ['MpscQueue', MpscQueue, 3]] as const)('%s: nothing lost, doubled or out of order', async (kind, Queue, producers) => {
    const each = 20_000;
    const got = await consume(new Queue(Job, { capacity: 64 }), kind, producers, each);
    for (const own of got.slice(1)) expect(own).toEqual(Array.from({ length: each }, (_, i) => i));
  }, 60_000);
});

describe('PriorityLanes', () => {
  it('lets the urgent overtake, keeps the order of equals', () => {
    const lanes = new PriorityLanes(Job, { capacity: 4 });
    const sent = [[1, 'low'], [2, 'normal'], [3, 'critical'], [4, 'high'], [5, 'normal'], [6, 'critical']] as const;
    for (const [i, priority] of sent) lanes.enqueue(value(i), { priority });
    expect(sent.map(() => n(lanes.dequeue()))).toEqual([3, 6, 4, 2, 5, 1]);
    expect(() => lanes.dequeue()).toThrow(/^QueueEmpty/);
    expect(lanes.stats()).toMatchObject({ enqueued: 6, dequeued: 6, maxDepth: 2 });
  });

  it('is full lane by lane', () => {
    const lanes = new PriorityLanes(Job, { capacity: 2 });
    lanes.enqueue(value(1));
    lanes.enqueue(value(2));
    expect(lanes.tryEnqueue(value(3))).toBe(false);
    expect(lanes.tryEnqueue(value(3), { priority: 'critical' })).toBe(true);
    expect([lanes.capacity, lanes.length, lanes.isFull, lanes.isEmpty]).toEqual([8, 3, false, false]);
  });
});

describe('PartitionedQueue', () => {
  it('keeps each sender to its partition and takes in turn', () => {
    const queue = new PartitionedQueue(Job);
    expect([queue.partitions, queue.capacity]).toEqual([4, 4096]);
    for (const source of [0, 0, 4, 1, 2]) queue.enqueue(value(source), { source });
    expect([0, 1, 2, 3, 4, 7].map((s) => queue.partitionOf(s))).toEqual([0, 1, 2, 3, 0, 3]);
    expect(queue.loadImbalance).toBe(3 / (5 / 4));
    expect([1, 2, 3, 4, 5].map(() => n(queue.dequeue()))).toEqual([0, 1, 2, 0, 4]);
    expect(queue.loadImbalance).toBe(1);
  });

  it('wants a power of two', () => {
    expect(PartitionedQueue.highContention(Job).capacity).toBe(8 * 4096);
    for (const partitions of [0, 3, 1.5]) expect(() => new PartitionedQueue(Job, { partitions })).toThrow(/^InvalidConfig: .*partitions/);
  });
});

describe('tiers and monitor', () => {
  it('picks the tier that holds what arrives in the headroom', () => {
    expect([[1000, 100], [10_000, 100], [40_000, 100], [100_000, 100], [1e9, 1000]].map(([rate, ms]) => tierForThroughput(rate!, ms!)))
      .toEqual(['small', 'medium', 'large', 'extraLarge', 'extraLarge']);
    expect([upgradeTier('small'), upgradeTier('extraLarge'), downgradeTier('large'), downgradeTier('small')]).toEqual(['medium', 'extraLarge', 'medium', 'small']);
    expect([tierOf(1), tierOf(1024), tierOf(1025), tierOf(1e6)]).toEqual(['small', 'medium', 'large', 'extraLarge']);
    expect(queueTiers.medium).toBe(1024);
    expect(() => tierForThroughput(-1, 1)).toThrow(/^InvalidConfig/);
  });

  it('warns at three quarters, is critical at nine tenths, suggests a larger tier', () => {
    const monitor = new QueueMonitor();
    const report = (depth: number, maxDepth = depth, dropped = 0) => monitor.check({
      capacity: 1024, stats: () => ({ enqueued: 2048, dequeued: 0, dropped, expired: 0, depth, maxDepth }),
    });
    expect(report(767)).toMatchObject({ health: 'healthy', suggestion: null });
    expect(report(768)).toMatchObject({ health: 'warning', utilization: 0.75, suggestion: 'large' });
    expect(report(922)).toMatchObject({ health: 'critical' });
    expect(report(0, 922)).toMatchObject({ health: 'healthy', suggestion: 'large' });
    expect(report(0, 0, 2048).dropRate).toBe(0.5);
    expect(monitor.check({ capacity: 16384, stats: () => ({ enqueued: 0, dequeued: 0, dropped: 0, expired: 0, depth: 16384, maxDepth: 16384 }) }))
      .toMatchObject({ health: 'critical', dropRate: 0, suggestion: null });
    expect(() => new QueueMonitor({ warning: 0.95 })).toThrow(/^InvalidConfig/);
  });
});
