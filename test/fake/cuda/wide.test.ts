/** The kernel for large grids makes the cells that the plain one makes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitCuda } from '../../../src/codegen.ts';
import { wide, wideGrid, wideKernel } from '../../../src/kernel/emit/cuda/wide.ts';
import { joinLines } from '../../../src/kernel/emit/lines.ts';
import type { GlobalProgram } from '../../../src/kernel/ir.ts';
import { f32, globalKernel, i32, RingKernel, u32, gridRead, gridWrite } from '../../../src/index.ts';
import { previous, stencilKernel, still } from '../../../src/stencil/index.ts';
import { fakeCuda } from './build.ts';

const fake = fakeCuda();

const wave = stencilKernel({ id: 'wide.wave', dims: 2, fields: { u: f32, prev: previous('u'), wall: still(f32) }, params: { c2: f32 } }, (g, { u, prev, wall }, { c2 }) => {
  if (wall.at(0, 0) > 0.5) return;
  const c = u.at(0, 0);
  u.set(2 * c - prev.at(0, 0) + c2 * (u.west() + u.east() + u.north() + u.south() - 4 * c) + (g.x === 2 && g.y === 1 ? 0.5 : 0));
});
const heat = stencilKernel({ id: 'wide.heat', dims: 3, fields: { u: f32 }, params: { k: f32 } }, (_g, { u }, { k }) => {
  const c = u.at(0, 0, 0);
  u.set(c + k * (u.east() + u.west() + u.south() + u.north() + u.up() + u.down() - 6 * c + u.at(-1, 1, 1)));
});
const far = stencilKernel({ id: 'wide.far', dims: 2, halo: 2, fields: { a: f32, b: i32 } }, (g, { a, b }) => {
  a.set(0.5 * a.at(0, 0) + 0.25 * a.at(-2, -2) + 0.125 * a.at(2, 1) + 0.125 * a.at(1, -2));
  b.set(b.at(0, 0) + b.at(0, 2) - b.at(-1, 0) + g.i32(g.y));
});
const mesh = stencilKernel({ id: 'wide.mesh', dims: 3, halo: 3, fields: { n: u32 } }, (g, { n }) => { n.set(n.at(0, 0, -3) + 3 * n.at(3, 0, 1) + n.at(0, -2, 0) + g.z); });

const { settings } = fake as { readonly settings: object };

describe.skipIf('missing' in fake)('stencils on large grids', { timeout: 60_000 }, () => {
  let ring: RingKernel;
  beforeAll(async () => { ring = await RingKernel.open({ backend: 'cuda', settings } as never); });
  afterAll(() => ring?.close());

  it.each([
    ['two dimensions, a past, walls', wave.program, 1, [22, 13], [0.2]], ['no whole group of four', wave.program, 1, [4, 9], [0.2]], ['two cells', wave.program, 1, [2, 3], [0.2]],
    ['three dimensions', heat.program, 1, [10, 7, 9], [0.1]], ['a halo of two', far.program, 2, [18, 11], []], ['a halo of three', mesh.program, 3, [8, 5, 6], []],
  ] as const)('%s', async (_name, program: GlobalProgram, halo, size, values) => {
    const kernel = wideKernel(program)!;
    expect(kernel.halo).toBe(halo);
    const context = ring.context!;
    const plain = emitCuda(program);
    using both = await context.compile({ source: `${plain.text}\n${joinLines(kernel.lines)}${kernel.text}`, entries: [plain.entries[0]!, kernel.entry] });
    const padded = size.map((n) => n + 2 * halo);
    const cells = padded.reduce((a, b) => a * b, 1);
    const grids = program.params.filter((p) => p.kind === 'buffer');
    const fill = grids.map((p, k) => {
      const float = p.elem.kind === 'scalar' && p.elem.name === 'f32';
      const values = Array.from({ length: cells }, (_, i) => (p.name === 'wall' ? (i % 11 === 0 ? 1 : 0) : ((i * 37 + k * 11) % 64) / (float ? 7 : 1)));
      return float ? Float32Array.from(values) : Uint32Array.from(values);
    });
    const outcome: string[] = [];
    for (const [entry, config] of [
      [plain.entries[0]!, { grid: size.map((n, axis) => Math.ceil(n / program.workgroup[axis]!)) as [number, number, number?], block: program.workgroup }],
      [kernel.entry, { grid: [...wideGrid(kernel, padded)!] as [number, number], block: wide.threads }],
    ] as const) {
      const buffers = await Promise.all(grids.map(async (_, k) => { const b = context.allocate(cells * 4); await context.write(b, fill[k]!); return b; }));
      await both.getFunction(entry).launch(config, [...buffers.flatMap((b) => [b, cells, ...padded]), ...values]);
      await context.synchronize();
      for (const b of buffers) { const out = new Uint8Array(cells * 4); await context.read(b, out); outcome.push(Buffer.from(out).toString('hex')); b[Symbol.dispose](); }
    }
    const half = outcome.length / 2;
    expect(outcome.slice(half)).toEqual(outcome.slice(0, half));
    // It did write something.
    expect(outcome.slice(0, half)).not.toEqual(fill.map((f) => Buffer.from(f.buffer).toString('hex')));
  });
  it('is not made of what it does not suit, nor for rows of odd length', () => {
    const any = globalKernel({ id: 'wide.any', params: { u: gridRead(f32), out: gridWrite(f32) }, workgroup: [8, 8] }, (g, { u, out }) => {
      if (g.x >= u.w || g.y >= u.h) return;
      out.set(u.at(0, 0));
    });
    expect(wideKernel(any.program)).toBeNull();
    const box = stencilKernel({ id: 'wide.box', dims: 2, fields: { u: f32 } }, (_g, { u }) => {
      let sum = 0;
      for (let dx = -1; dx <= 1; dx++) sum += u.at(dx, 0);
      u.set(sum);
    });
    expect(wideKernel(box.program)).toBeNull();
    expect(wideGrid(wideKernel(wave.program)!, [15, 8])).toBeNull();
  });
  it('large simulations step by it', async () => {
    const { Simulation } = await import('../../../src/stencil/index.ts');
    const [w, h] = [2048, 2046];
    await using sim = await Simulation.open(ring, wave, { size: [w, h], params: { c2: 0.2 } });
    await using cpu = await RingKernel.open({ backend: 'cpu' });
    await using twin = await Simulation.open(cpu, wave, { size: [w, h], params: { c2: 0.2 } });
    const start = new Float32Array(w * h);
    start[5000] = 1;
    for (const s of [sim, twin]) { await s.load('u', start); await s.run(2); }
    const [a, b] = [await sim.snapshot({ fields: ['u'] }), await twin.snapshot({ fields: ['u'] })];
    expect(Buffer.compare(Buffer.from(a.fields.u.buffer), Buffer.from(b.fields.u.buffer))).toBe(0);
    expect((a.fields.u as Float32Array).some((c) => c !== 0)).toBe(true);
  });
});
