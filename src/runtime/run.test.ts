import { describe, expect, test } from 'vitest';
import { RingKernel } from './ring-kernel.ts';
import { f32, u32 } from '../layout/types.ts';
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
