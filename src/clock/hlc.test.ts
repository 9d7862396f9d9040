import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inThreads } from '../../test/support/threads.ts';
import { HlcClock } from './hlc.ts';
import { compareTimestamps, pack, pack128, readTimestamp, toMillis, unpack, unpack128, writeTimestamp, zeroTimestamp, type Timestamp } from './timestamp.ts';

/** A wall clock that the test sets, in microseconds. */
const settable = (start: number) => {
  let us = start;
  return { wall: () => us, set: (to: number) => { us = to; } };
};

describe('HlcClock', () => {
  it('follows the wall clock, then counts, then follows again', () => {
    const time = settable(1000);
    const clock = new HlcClock({ time, node: 7n });
    expect(clock.tick()).toEqual({ physical: 1000n, logical: 0n, node: 7n });
    expect(clock.tick()).toEqual({ physical: 1000n, logical: 1n, node: 7n });
    time.set(990);
    expect(clock.tick()).toEqual({ physical: 1000n, logical: 2n, node: 7n });
    expect(clock.now()).toEqual({ physical: 1000n, logical: 2n, node: 7n });
    expect(clock.now()).toEqual(clock.now());
    time.set(1001);
    expect(clock.now()).toEqual({ physical: 1001n, logical: 0n, node: 7n });
    expect(clock.tick()).toEqual({ physical: 1001n, logical: 0n, node: 7n });
  });

  it.each([
    // local (physical, logical), received, wall -> result
    [[1000, 5], [1000, 9], 900, [1000, 10]],
    [[1000, 9], [1000, 5], 900, [1000, 10]],
    [[1000, 5], [900, 9], 900, [1000, 6]],
    [[1000, 5], [1100, 9], 900, [1100, 10]],
    [[1000, 5], [1100, 9], 1200, [1200, 0]],
    [[1000, 5], [1000, 5], 1000, [1000, 6]],
    [[1000, 4095], [1000, 0], 1000, [1001, 0]],
  ])('update: local %o, received %o, wall %i', (local, received, wall, result) => {
    const stamp = ([physical, logical]: number[], node = 0n): Timestamp => ({ physical: BigInt(physical!), logical: BigInt(logical!), node });
    const time = settable(0);
    const clock = new HlcClock({ time });
    if (local[1] === 0) time.set(local[0]!);
    else clock.update({ ...stamp(local), logical: BigInt(local[1]! - 1) });
    time.set(wall);
    expect(clock.update(stamp(received, 3n))).toEqual(stamp(result));
  });

  it('refuses what is too far ahead, and is not moved by it', () => {
    const time = settable(1_000_000);
    const clock = new HlcClock({ time });
    const at = (ms: number): Timestamp => ({ physical: 1_000_000n + BigInt(ms) * 1000n, logical: 0n, node: 1n });
    expect(clock.update(at(60_000)).physical).toBe(61_000_000n);
    const before = clock.now();
    expect(() => clock.update(at(60_001))).toThrow(/^ClockSkew: .*60001 ms ahead.*60000 ms/);
    expect(clock.now()).toEqual(before);
    expect(() => new HlcClock({ time, maxDriftMs: 5 }).update(at(6))).toThrow(/^ClockSkew/);
    expect(() => new HlcClock({ maxDriftMs: NaN })).toThrow(/^InvalidConfig/);
  });

  it('carries a full counter into the microseconds and refuses to run away with it', () => {
    const time = settable(1000);
    const clock = new HlcClock({ time, maxDriftMs: 0.001 });
    let last = clock.tick();
    let refused = 0;
    for (let i = 0; i < 3 * 4096; i++) {
      try {
        const next = clock.tick();
        expect(compareTimestamps(last, next)).toBe(-1);
        last = next;
      } catch (error) {
        expect(String(error)).toMatch(/ClockSkew/);
        refused++;
      }
    }
    expect(last).toEqual({ physical: 1001n, logical: 4095n, node: 0n });
    expect(refused).toBe(3 * 4096 - (2 * 4096 - 1));
    time.set(1002);
    expect(clock.tick()).toEqual({ physical: 1002n, logical: 0n, node: 0n });
  });

  it('refuses a counter or a time that does not fit', () => {
    const clock = new HlcClock({ time: settable(2 ** 52 - 1) });
    expect(() => clock.update({ physical: 1n << 52n, logical: 0n, node: 0n })).toThrow(/^InvalidTimestamp/);
    clock.update({ physical: (1n << 52n) - 1n, logical: 4094n, node: 0n });
    expect(() => clock.tick()).toThrow(/^InvalidTimestamp/);
  });

  it('orders causes before effects, whatever the wall clocks do', () => {
    const event = fc.record({ node: fc.nat({ max: 3 }), from: fc.option(fc.nat()), wall: fc.integer({ min: 0, max: 50_000 }) });
    fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const times = [0, 1, 2, 3].map(() => settable(0));
      const clocks = times.map((time, i) => new HlcClock({ time, node: BigInt(i) }));
      const stamps: Timestamp[] = [];
      const causes: number[][] = [];
      const last: (number | undefined)[] = [];
      events.forEach(({ node, from, wall }, i) => {
        // Wall clocks jump back and forth; 50 ms at most, within the drift bound.
        times[node]!.set(1_000_000 + wall);
        const sender = from === null || i === 0 ? undefined : from % i;
        stamps.push(sender === undefined ? clocks[node]!.tick() : clocks[node]!.update(stamps[sender]!));
        causes.push([sender, last[node]].filter((c) => c !== undefined));
        last[node] = i;
      });
      stamps.forEach((stamp, i) => {
        for (const cause of causes[i]!) expect(HlcClock.before(stamps[cause]!, stamp)).toBe(true);
      });
      const keys = new Set(stamps.map((s) => `${s.physical}.${s.logical}.${s.node}`));
      expect(keys.size).toBe(stamps.length);
      // Close to physical time: no stamp is ahead of the furthest wall clock seen, but for the counter's carry.
      for (const s of stamps) expect(s.physical <= 1_000_000n + 50_000n + 1n).toBe(true);
    }));
  });

  it('is unique and strictly increasing under threads', async () => {
    const buffer = new SharedArrayBuffer(16);
    const gate = new Int32Array(buffer, 8, 1);
    const threads = 4;
    const each = 20_000;
    const got = await inThreads<BigUint64Array>([new URL('./hlc.ts', import.meta.url)], `
      const clock = new lib.HlcClock({ memory: { buffer: data.buffer }, time: { wall: () => 1000 } });
      const gate = new Int32Array(data.buffer, 8, 1);
      const got = new BigUint64Array(data.each);
      Atomics.add(gate, 0, 1);
      while (Atomics.load(gate, 0) < data.threads) {}
      for (let i = 0; i < got.length; i++) got[i] = clock.tickPacked();
      return got;`, Array.from({ length: threads }, () => ({ buffer, each, threads })));
    expect(Atomics.load(gate, 0)).toBe(threads);
    for (const stamps of got) for (let i = 1; i < stamps.length; i++) if (stamps[i]! <= stamps[i - 1]!) expect.fail(`${stamps[i - 1]} then ${stamps[i]}`);
    expect(new Set(got.flatMap((s) => [...s])).size).toBe(threads * each);
  }, 30_000);
});

const anyTimestamp = fc.record({
  physical: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), logical: fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }), node: fc.bigInt({ min: 0n, max: 0xffffn }),
});

describe('forms of a timestamp', () => {
  it('24 bytes and 128 bits keep everything, 128 bits keep the order', () => {
    const words = new BigUint64Array(4);
    fc.assert(fc.property(anyTimestamp, anyTimestamp, (a, b) => {
      writeTimestamp(words, 1, a);
      expect(readTimestamp(words, 1)).toEqual(a);
      expect(unpack128(pack128(a))).toEqual(a);
      const [ka, kb] = [pack128(a), pack128(b)];
      expect(ka < kb ? -1 : ka > kb ? 1 : 0).toBe(compareTimestamps(a, b));
    }));
  });

  it('64 bits keep the order and never go back', () => {
    const small = fc.record({ physical: fc.bigInt({ min: 0n, max: 2n ** 51n }), logical: fc.bigInt({ min: 0n, max: 4095n }), node: fc.constant(0n) });
    fc.assert(fc.property(small, small, (a, b) => {
      expect(unpack(pack(a))).toEqual(a);
      const [pa, pb] = [pack(a), pack(b)];
      expect(pa < pb ? -1 : pa > pb ? 1 : 0).toBe(compareTimestamps(a, b));
    }));
    expect(unpack(pack({ physical: 5n, logical: 4096n, node: 0n }))).toEqual({ physical: 6n, logical: 0n, node: 0n });
  });

  it('refuse what does not fit', () => {
    for (const bad of [{ physical: 1n << 64n }, { logical: 1n << 48n }, { node: 1n << 16n }, { physical: -1n }]) {
      expect(() => pack128({ ...zeroTimestamp, ...bad })).toThrow(/^InvalidTimestamp/);
    }
    expect(() => pack({ ...zeroTimestamp, physical: 1n << 52n })).toThrow(/^InvalidTimestamp/);
    expect(() => unpack128(1n << 128n)).toThrow(/^InvalidTimestamp/);
    expect(() => writeTimestamp(new BigUint64Array(3), 0, { ...zeroTimestamp, node: 1n << 64n })).toThrow(/^InvalidTimestamp/);
    expect(toMillis({ physical: 1_500_999n, logical: 0n, node: 0n })).toBe(1500);
  });
});
