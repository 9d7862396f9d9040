import { describe, expect, test } from 'vitest';
import { RingKernel } from './ring-kernel.ts';
import { f32, i32, u32 } from '../layout/types.ts';
import { globalKernel, gridRead, gridWrite, read, write } from '../kernel/define.ts';

const scale = globalKernel({ id: 'run.scale', params: { x: read(f32), y: write(f32), k: f32, n: u32 }, workgroup: 64 },
  (g, { x, y, k, n }) => { if (g.id < n) y[g.id] = x[g.id]! * k; });

const heat = globalKernel({ id: 'run.heat', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [16, 16] }, (g, { u, out, k }) => {
  if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
  const c = u.at(0, 0);
  out.set(c + k * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});

describe('ring.run', () => {
  test('a kernel over arrays, one thread for each element written', async () => {
    await using ring = await RingKernel.open({ backend: 'cpu' });
    const x = ring.buffer(f32, 1000);
    const y = ring.buffer(f32, 1000);
    await x.write(Float32Array.from({ length: 1000 }, (_, i) => i));
    await ring.run(scale, { x, y, k: 2.5, n: 1000 });
    expect(await y.readInto(new Float32Array(1000))).toEqual(Float32Array.from({ length: 1000 }, (_, i) => i * 2.5));
  });

  test('a stencil over grids of a size that no workgroup divides', async () => {
    await using ring = await RingKernel.open({ backend: 'cpu' });
    const [w, h] = [37, 21];
    const values = Float32Array.from({ length: w * h }, (_, i) => Math.fround(Math.sin(i)));
    const u = await ring.grid(f32, [w, h], values);
    const out = await ring.grid(f32, [w, h]);
    await ring.run(heat, { u, out, k: 0.25 });
    const f = Math.fround;
    const expected = new Float32Array(w * h);
    for (let y = 1; y < h - 1; y++) for (let x = 1; x < w - 1; x++) {
      const at = (dx: number, dy: number): number => values[(y + dy) * w + x + dx]!;
      const sum = f(f(f(at(-1, 0) + at(1, 0)) + at(0, -1)) + at(0, 1));
      expected[y * w + x] = f(at(0, 0) + f(f(0.25) * f(sum - f(4 * at(0, 0)))));
    }
    expect(await out.buffer.readInto(new Float32Array(w * h))).toEqual(expected);
  });

  test('exact: an index out of bounds, an overflow and a division by zero fail the launch', async () => {
    await using ring = await RingKernel.open({ backend: 'cpu' });
    const gather = globalKernel({ id: 'run.gather', params: { x: read(f32), y: write(f32), by: i32, over: i32 }, workgroup: 64 }, (g, { x, y, by, over }) => {
      const at = g.i32(g.id) + by;
      y[g.id] = x[at]! + g.idiv(at * 65_536, over);
    });
    const meets = globalKernel({ id: 'run.meets', params: { x: read(f32), y: write(f32), by: i32 }, workgroup: 64 }, (g, { x, y, by }) => {
      const tile = g.shared.f32(64);
      tile[g.localX] = x[g.id]!;
      g.barrier();
      y[g.id] = tile[g.i32(g.localX) + by]!;
    });
    using x = ring.buffer(f32, 64);
    using y = ring.buffer(f32, 64);
    await x.write(new Float32Array(64).fill(1));
    const run = (by: number, over: number) => ring.run(gather, { x, y, by, over }, { threads: 64, exact: true });
    await run(0, 1 << 30);
    expect(await y.readInto(new Float32Array(64))).toEqual(new Float32Array(64).fill(1));
    await expect(run(1, 1)).rejects.toMatchObject({ code: 'DeviceError', message: expect.stringContaining('outOfBounds') });
    await expect(run(-1, 1)).rejects.toMatchObject({ code: 'DeviceError', message: expect.stringContaining('outOfBounds') });
    await expect(run(0, 0)).rejects.toMatchObject({ code: 'DeviceError', message: expect.stringContaining('divisionByZero') });
    await expect(run(2 ** 20, 1)).rejects.toMatchObject({ code: 'DeviceError' });
    await ring.run(meets, { x, y, by: 0 }, { exact: true });
    await expect(ring.run(meets, { x, y, by: 1 }, { exact: true })).rejects.toMatchObject({ code: 'DeviceError' });
    // Without checks a launch goes on.
    await ring.run(gather, { x, y, by: 0, over: 0 }, { threads: 64 });
  });

  test('a device that cannot check says so', async () => {
    await using ring = await RingKernel.open({ backend: 'null' });
    using x = ring.buffer(f32, 8);
    using y = ring.buffer(f32, 8);
    await expect(ring.run(scale, { x, y, k: 1, n: 8 }, { exact: true })).rejects.toMatchObject({ code: 'CapabilityMissing' });
  });

  test('wrong arguments are refused by name', async () => {
    await using ring = await RingKernel.open({ backend: 'cpu' });
    const x = ring.buffer(f32, 8);
    const counts = ring.buffer(u32, 8);
    await expect(ring.run(scale, { x, y: counts as never, k: 1, n: 8 })).rejects.toThrow(/argument 'y' of 'run.scale'/);
    await expect(ring.run(scale, { x, y: undefined as never, k: 1, n: 8 })).rejects.toThrow(/argument 'y'/);
    await expect(ring.run(scale, { x, y: x, k: 1, n: 8, extra: 1 } as never)).rejects.toThrow(/argument 'extra'/);
    await expect(ring.run(heat, { u: x as never, out: x as never, k: 1 })).rejects.toThrow(/argument 'u'/);
  });
});
