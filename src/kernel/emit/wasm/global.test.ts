import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globalAsJs, globalAsWasm, type GlobalRun } from '../../../testing/run-global.ts';
import { interpretGlobal } from '../../../testing/interpret.ts';
import { f32, i32, u32 } from '../../../layout/types.ts';
import { globalKernel, gridRead, gridReadWrite, gridWrite, read, readwrite, write } from '../../define.ts';
import type { GlobalProgram } from '../../ir.ts';
import { emitWasm } from './index.ts';

const copy = (run: GlobalRun): GlobalRun => ({ ...run, buffers: Object.fromEntries(Object.entries(run.buffers).map(([k, b]) => [k, b.slice()])) });

/** Runs a kernel every way and expects the interpreter's buffers. */
function agree(program: GlobalProgram, input: GlobalRun): void {
  const expected = copy(input);
  interpretGlobal(program, expected as never);
  for (const [name, run] of [
    ['vectors', (i: GlobalRun) => { globalAsWasm(program, i); }], ['scalar', (i: GlobalRun) => { globalAsWasm(program, i, { simd: false }); }], ['js', (i: GlobalRun) => { globalAsJs(program, i); }],
  ] as const) {
    const actual = copy(input);
    run(actual);
    expect({ name, ...actual.buffers }).toEqual({ name, ...expected.buffers });
  }
}

const floats = (n: number, seed = 1): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.fround(((i * 7919 + seed * 104729) % 1000) / 64 - 5));
const ints = (n: number, seed = 1): Int32Array => Int32Array.from({ length: n }, (_, i) => Math.imul(i + 1, 2654435761 * seed) >> 7);
const usesVectors = (program: GlobalProgram): boolean => /v128\.store/.test(emitWasm(program).listing);

const heat = globalKernel({ id: 'heat', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [16, 16] }, (g, { u, out, k }) => {
  if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
  const c = u.at(0, 0);
  out.set(c + k * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});

const scale = globalKernel({ id: 'scale', params: { x: read(f32), y: write(f32), k: f32, n: u32 }, workgroup: 64 }, (g, { x, y, k, n }) => {
  if (g.id < n) y[g.id] = x[g.id]! * k + 1;
});

const life = globalKernel({ id: 'life', params: { a: gridRead(u32), b: gridWrite(u32) }, workgroup: [8, 4] }, (g, { a, b }) => {
  if (g.x === 0 || g.y === 0 || g.x >= a.w - 1 || g.y >= a.h - 1) return;
  const n = a.at(-1, -1) + a.at(0, -1) + a.at(1, -1) + a.at(-1, 0) + a.at(1, 0) + a.at(-1, 1) + a.at(0, 1) + a.at(1, 1);
  b.set(n === 3 || (n === 2 && a.at(0, 0) === 1) ? 1 : 0);
});

const product = globalKernel({ id: 'product', params: { a: read(f32), b: read(f32), c: write(f32), n: u32 }, workgroup: [8, 8] }, (g, { a, b, c, n }) => {
  if (g.x >= n || g.y >= n) return;
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[g.y * n + k]! * b[k * n + g.x]!;
  c[g.y * n + g.x] = sum;
});

const branches = globalKernel({ id: 'branches', params: { x: readwrite(i32), flip: i32 }, workgroup: 32 }, (g, { x, flip }) => {
  const i = g.x;
  if (i >= x.length) return;
  let v = x[i]!;
  if (v < 0) v = -v; else v += g.i32(i);
  if (flip > 0) v ^= 255;
  x[i] = (v >> 2) + (v & 3) * 5;
});

describe('global kernels', () => {
  it('stencils: every width, height and split of rows', () => {
    expect(usesVectors(heat.program)).toBe(true);
    for (const [w, h] of [[16, 16], [17, 5], [33, 19], [3, 3], [1, 1], [64, 2], [70, 40]] as const) {
      agree(heat.program, { buffers: { u: floats(w * h), out: floats(w * h, 2) }, values: { k: 0.25 }, extents: { u: [w, h], out: [w, h] }, grid: [Math.ceil(w / 16), Math.ceil(h / 16)] });
      const cells = Uint32Array.from({ length: w * h }, (_, i) => (Math.imul(i + 3, 2654435761) >>> 13) & 1);
      agree(life.program, { buffers: { a: cells, b: new Uint32Array(w * h) }, extents: { a: [w, h], b: [w, h] }, grid: [Math.ceil(w / 8), Math.ceil(h / 4)] });
    }
    expect(usesVectors(life.program)).toBe(true);
  });

  it('maps, products, branches in lanes', () => {
    for (const n of [0, 1, 3, 4, 63, 64, 65, 200]) {
      agree(scale.program, { buffers: { x: floats(n + 1), y: new Float32Array(n + 1) }, values: { k: 1.5, n }, grid: [Math.ceil((n + 1) / 64)] });
      agree(branches.program, { buffers: { x: ints(n + 1) }, values: { flip: n % 2 }, grid: [Math.ceil((n + 1) / 32)] });
    }
    for (const n of [1, 4, 9, 24]) {
      agree(product.program, { buffers: { a: floats(n * n), b: floats(n * n, 3), c: new Float32Array(n * n) }, values: { n }, grid: [Math.ceil(n / 8), Math.ceil(n / 8)] });
    }
    for (const kernel of [scale, product, branches]) expect(usesVectors(kernel.program)).toBe(true);
  });

  it('runs any range of workgroups', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 40 }), (w, h) => {
      agree(heat.program, { buffers: { u: floats(w * h, w), out: new Float32Array(w * h) }, values: { k: 0.1 }, extents: { u: [w, h], out: [w, h] }, grid: [1 + Math.floor(w / 16), 1 + Math.floor(h / 16)] });
    }), { numRuns: 20 });
  });

  it('faults where a thread leaves its buffer, with or without vectors', () => {
    const stray = globalKernel({ id: 'stray', params: { x: read(f32), y: write(f32) } }, (g, { x, y }) => { y[g.x] = x[g.x + 1]!; });
    expect(usesVectors(stray.program)).toBe(true);
    const input = (): GlobalRun => ({ buffers: { x: floats(256), y: floats(256) }, grid: [1] });
    expect(() => { globalAsWasm(stray.program, input()); }).toThrow(WebAssembly.RuntimeError);
    expect(() => { globalAsWasm(stray.program, input(), { simd: false }); }).toThrow(WebAssembly.RuntimeError);
    expect(() => { globalAsJs(stray.program, input()); }).toThrow('outOfBounds');
  });

  it('works in place', () => {
    const twice = globalKernel({ id: 'twice', params: { u: gridReadWrite(f32) }, workgroup: [4, 4] }, (g, { u }) => {
      if (g.x >= u.w || g.y >= u.h) return;
      u.set(u.at(0, 0) * 2);
    });
    agree(twice.program, { buffers: { u: floats(30 * 9) }, extents: { u: [30, 9] }, grid: [8, 3] });
  });
});

it('JavaScript runs workgroups with barriers and shared memory thread by thread, and reports divergence', () => {
  const reduce = globalKernel({ id: 'tree', params: { x: read(f32), sums: write(f32) }, workgroup: 16 }, (g, { x, sums }) => {
    const tile = g.shared.f32(16);
    tile[g.localX] = x[g.x]!;
    g.barrier();
    for (let s = 8; s > 0; s >>= 1) {
      if (g.localX < s) tile[g.localX] = tile[g.localX]! + tile[g.localX + s]!;
      g.barrier();
    }
    if (g.localX === 0) sums[g.groupX] = tile[0]!;
  });
  const input: GlobalRun = { buffers: { x: floats(48), sums: new Float32Array(3) }, grid: [3] };
  const [expected, actual] = [copy(input), copy(input)];
  interpretGlobal(reduce.program, expected as never);
  globalAsJs(reduce.program, actual);
  expect(actual.buffers).toEqual(expected.buffers);
  expect(() => emitWasm(reduce.program)).toThrow('RK301');
  const divergent = globalKernel({ id: 'divergent', params: { x: readwrite(i32) }, workgroup: 4 }, (g, { x }) => {
    if (g.localX < 2) g.barrier();
    x[g.x] = 1;
  });
  expect(() => { globalAsJs(divergent.program, { buffers: { x: new Int32Array(4) }, grid: [1] }); }).toThrow('divergent barrier');
});
