import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../backend/contract.ts';
import { openBackend } from '../backend/select.ts';
import { RingKernelError } from '../error/index.ts';
import { bool, f32, struct, u32, u64, vec3 } from '../layout/types.ts';
import { injectFaults } from '../testing/faults.ts';
import { alignToCacheLine, alignToSegment, alignUp, deviceAllocator, DeviceMemory, hostAllocator, MemoryPool, MemoryPressure, StratifiedPool } from './index.ts';

const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof RingKernelError) return error.code;
    throw error;
  }
  return 'nothing';
};

describe.each(['null', 'cpu'] as const)('device memory on %s', (backend) => {
  let context: Context;
  beforeAll(async () => { ({ context } = await openBackend(backend)); });
  afterAll(async () => { await context[Symbol.asyncDispose](); });

  it('keeps its books', () => {
    using memory = new DeviceMemory(context, { name: 'card', limit: 1000 });
    const a = memory.allocate(600, { label: 'grid' });
    const b = memory.allocate(300, { label: 'mesh' });
    expect(memory.stats()).toEqual({ used: 900, peak: 900, limit: 1000, buffers: 2, allocations: 2 });
    expect(() => memory.allocate(101)).toThrow(/^OutOfMemory: .*'card'.*101 bytes asked for, 100 left of 1000/);
    a[Symbol.dispose]();
    expect(memory.stats()).toMatchObject({ used: 300, peak: 900, buffers: 1 });
    memory.allocate(700, { label: 'mesh' });
    expect(memory.leaks()).toEqual([{ label: 'mesh', buffers: 2, bytes: 1000 }]);
    expect(() => memory.close()).toThrow(/^BuffersNotReleased: 'card'.*2 × 'mesh' \(1000 bytes\)/);
    expect([b.released, memory.stats().used]).toEqual([true, 0]);
    memory.close();
    for (const bytes of [0, -1, 1.5]) expect(code(() => memory.allocate(bytes))).toBe('InvalidConfig');
  });

  it('moves typed elements: typed arrays, values, structs', async () => {
    using memory = new DeviceMemory(context);
    using floats = memory.typed(f32, 8);
    await floats.write(new Float32Array([1, 2, 3, 4]), { at: 2 });
    await floats.write([9.5], { at: 7 });
    expect(await floats.read()).toEqual([0, 0, 1, 2, 3, 4, 0, 9.5]);
    expect(await floats.readInto(new Float32Array(2), { at: 3 })).toEqual(new Float32Array([2, 3]));
    using copy = memory.typed(f32, 4);
    await floats.copyTo(copy, { at: 2, count: 3, targetAt: 1 });
    expect(await copy.read()).toEqual([0, 1, 2, 3]);

    using words = memory.typed(u64, 2);
    await words.write([1n, 2n ** 63n]);
    expect(await words.read({ at: 1 })).toEqual([2n ** 63n]);

    using points = memory.typed(vec3(f32), 3);
    await points.write([[1, 2, 3], { x: 4, y: 5, z: 6 }], { at: 1 });
    expect(await points.read()).toEqual([{ x: 0, y: 0, z: 0 }, { x: 1, y: 2, z: 3 }, { x: 4, y: 5, z: 6 }]);
    expect(await points.readInto(new Float32Array(9))).toEqual(new Float32Array([0, 0, 0, 1, 2, 3, 4, 5, 6]));

    using cells = memory.typed(struct('Cell', { id: u64, on: bool }), 2);
    await cells.write([{ id: 7n, on: true }], { at: 1 });
    expect(await cells.read()).toEqual([{ id: 0n, on: false }, { id: 7n, on: true }]);
  });

  it('refuses what does not fit', async () => {
    using memory = new DeviceMemory(context);
    using words = memory.typed(u32, 4);
    await expect(words.write([1, 2], { at: 3 })).rejects.toThrow(/^InvalidIndex: .*elements 3 to 5 of 4/);
    await expect(words.read({ at: -1 })).rejects.toThrow(/^InvalidIndex/);
    await expect(words.readInto(new Uint32Array(5))).rejects.toThrow(/^InvalidIndex/);
    await expect(words.write([-1])).rejects.toThrow(/^SerializationError: Buffer\.element/);
    expect(code(() => memory.typed(u32, 0))).toBe('InvalidConfig');
    expect(await words.read()).toEqual([0, 0, 0, 0]);
  });

  it('pools device buffers, zeroed before they are lent again', async () => {
    using memory = new DeviceMemory(context);
    const pool = new MemoryPool(deviceAllocator(memory, 'scratch'), { bytes: 64, keep: 2 });
    const lease = pool.acquire();
    await context.write(lease.item, new Uint8Array(64).fill(7));
    lease[Symbol.dispose]();
    await context.synchronize();
    await Promise.resolve();
    const again = pool.acquire();
    expect(again.item).toBe(lease.item);
    const bytes = new Uint8Array(64);
    await context.read(again.item, bytes);
    expect(bytes.every((b) => b === 0)).toBe(true);
    again[Symbol.dispose]();
    pool[Symbol.dispose]();
    await context.synchronize();
    await Promise.resolve();
    expect(memory.stats().used).toBe(0);
  });
});

describe('MemoryPool', () => {
  it('lends the buffer that came back last, zeroed', () => {
    const pool = new MemoryPool(hostAllocator, { bytes: 8, keep: 4, preallocate: 2 });
    expect(pool.stats()).toEqual({ leases: 0, hits: 0, hitRate: 0, free: 2, inUse: 0, made: 2 });
    const [a, b, c] = [pool.acquire(), pool.acquire(), pool.acquire()];
    b.item.fill(1);
    a[Symbol.dispose]();
    b[Symbol.dispose]();
    b[Symbol.dispose]();
    const d = pool.acquire();
    expect(d.item).toBe(b.item);
    expect([...d.item]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(pool.stats()).toEqual({ leases: 4, hits: 3, hitRate: 0.75, free: 1, inUse: 2, made: 3 });
    void c;
  });

  it('is exhausted at its limit, keeps no more than it should', () => {
    const pool = new MemoryPool(hostAllocator, { name: 'frames', bytes: 8, keep: 1, maxBuffers: 2 });
    const leases = [pool.acquire(), pool.acquire()];
    expect(() => pool.acquire()).toThrow(/^PoolExhausted: .*'frames'.*2/);
    for (const lease of leases) lease[Symbol.dispose]();
    expect(pool.stats()).toMatchObject({ free: 1, inUse: 0 });
    expect(code(() => pool.acquire())).toBe('nothing');
    pool[Symbol.dispose]();
    expect(code(() => pool.acquire())).toBe('InvalidConfig');
  });

  it('never lends a buffer that could not be cleared', async () => {
    const freed: unknown[] = [];
    const allocator = { ...hostAllocator, free: (item: Uint8Array) => { freed.push(item); }, clear: () => Promise.resolve() };
    const { target } = injectFaults(allocator, [{ method: 'clear', call: 1, error: new Error('device lost'), async: true }]);
    const pool = new MemoryPool(target, { bytes: 8 });
    const lease = pool.acquire();
    lease[Symbol.dispose]();
    expect(pool.stats().free).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(freed).toEqual([lease.item]);
    expect(pool.acquire().item).not.toBe(lease.item);
  });

  it.each([{ bytes: 0 }, { bytes: 8, keep: -1 }, { bytes: 8, maxBuffers: 0 }, { bytes: 8, keep: 1, preallocate: 2 }])('refuses %o', (options) => {
    expect(code(() => new MemoryPool(hostAllocator, options))).toBe('InvalidConfig');
  });
});

describe('StratifiedPool', () => {
  it('lends from the smallest bucket that fits, and exactly what is larger than all', () => {
    const pool = new StratifiedPool(hostAllocator);
    expect([1, 256, 257, 5000, 65_536, 65_537, 1_000_000].map((bytes) => pool.acquire(bytes).bytes)).toEqual([256, 256, 1024, 16_384, 65_536, 65_537, 1_000_000]);
    expect(pool.acquire(1_000_000).item.length).toBe(1_000_000);
    expect(pool.stats().oversized).toBe(3);
    expect(pool.stats().buckets.get(256)).toMatchObject({ inUse: 2 });
    for (const bytes of [0, 1.5]) expect(code(() => pool.acquire(bytes))).toBe('InvalidConfig');
  });

  it('shrinks', () => {
    const pool = new StratifiedPool(hostAllocator, { keep: 8, buckets: [64, 128] });
    const leases = Array.from({ length: 8 }, () => [pool.acquire(64), pool.acquire(100)]).flat();
    for (const lease of leases) lease[Symbol.dispose]();
    expect(pool.shrinkTo(3)).toBe(10);
    expect(pool.stats().buckets.get(64)!.free).toBe(3);
    pool[Symbol.dispose]();
    expect(pool.stats().buckets.get(128)!.free).toBe(0);
  });
});

describe('MemoryPressure', () => {
  it('rises through its levels and reacts to rising only', () => {
    const pressure = new MemoryPressure();
    const seen: string[] = [];
    pressure.onRise((level, before) => seen.push(`${before} to ${level}`));
    const shares = [0, 0.59, 0.6, 0.7, 0.96, 0.5, 0.85, 1];
    expect(shares.map((used) => pressure.update({ used, limit: 1 })))
      .toEqual(['normal', 'normal', 'elevated', 'elevated', 'critical', 'normal', 'warning', 'outOfMemory']);
    expect(seen).toEqual(['normal to elevated', 'elevated to critical', 'normal to warning', 'warning to outOfMemory']);
    expect(pressure.levelOf(5, Infinity)).toBe('normal');
    expect(pressure.level).toBe('outOfMemory');
  });

  it('shrinks pools by severity, but keeps one', () => {
    const pressure = new MemoryPressure();
    const kept: number[] = [];
    pressure.relieve({ keep: 16, shrinkTo: (keep) => kept.push(keep) }, 0.5);
    for (const used of [0.6, 0.8, 0.95, 1]) pressure.update({ used, limit: 1 });
    expect(kept).toEqual([6, 4, 1, 1]);
    expect(code(() => pressure.relieve({ keep: 1, shrinkTo: () => 0 }, 2))).toBe('InvalidConfig');
    expect(code(() => new MemoryPressure({ warning: 0.1 }))).toBe('InvalidConfig');
  });
});

it('aligns', () => {
  expect([alignUp(5, 4), alignUp(8, 4), alignToCacheLine(1), alignToSegment(129), alignUp(0, 64)]).toEqual([8, 8, 64, 256, 0]);
  expect(code(() => alignUp(1, 3))).toBe('InvalidConfig');
});
