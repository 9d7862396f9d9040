import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { f32, i32, u32, u64, vec2 } from '../layout/types.ts';
import { interpretFunction, interpretGlobal } from '../testing/interpret.ts';
import { deviceFunction, globalKernel, gridRead, gridRead3, gridWrite, gridWrite3, read, readwrite, write } from './define.ts';
import { KernelCompileError } from './diagnostics.ts';
import { intrinsics } from './intrinsics/table.ts';

describe('global kernels', () => {
  test('arrays and scalars', () => {
    const scale = globalKernel({ id: 'vector_scale', params: { x: read(f32), y: write(f32), k: f32, n: u32 }, workgroup: 4 }, (g, { x, y, k, n }) => { if (g.id < n && g.id < x.length) y[g.id] = x[g.id]! * k; });
    const y = new Float32Array(6);
    interpretGlobal(scale.program, { buffers: { x: [1, 2, 3, 4, 5, 6], y }, values: { k: 2, n: 5 }, extents: { x: [6], y: [6] }, grid: [2] });
    expect([...y]).toEqual([2, 4, 6, 8, 10, 0]);
    expect(scale.program.params.map((p) => `${p.kind} ${p.name}`)).toEqual(['buffer x', 'buffer y', 'value k', 'value n']);
  });

  test('a stencil', () => {
    const heat = globalKernel({ id: 'heat2d', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [4, 4] }, (g, { u, out, k }) => {
      if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
      const c = u.at(0, 0);
      out.set(c + k * (u.at(-1, 0) + u.east() + u.at(0, -1) + u.south() - 4 * c));
    });
    const [w, h] = [5, 4];
    const u = Array.from({ length: w * h }, (_, k) => k * k);
    const out = new Float32Array(w * h);
    interpretGlobal(heat.program, { buffers: { u, out }, values: { k: 0.25 }, extents: { u: [w, h], out: [w, h] }, grid: [2, 1] });
    const expected = u.map((c, k) => {
      const [x, y] = [k % w, Math.floor(k / w)];
      return x < 1 || y < 1 || x >= w - 1 || y >= h - 1 ? 0 : c + 0.25 * (u[k - 1]! + u[k + 1]! + u[k - w]! + u[k + w]! - 4 * c);
    });
    expect([...out]).toEqual(expected);
  });

  test('three dimensions, absolute cells', () => {
    const flip = globalKernel({ id: 'flip', params: { u: gridRead3(i32), out: gridWrite3(i32) }, workgroup: [2, 2, 2] }, (g, { u, out }) => { out.put(g.x, g.y, g.z, u.get(u.w - 1 - g.x, g.y, g.z) + (g.z > 0 ? u.down() : 0)); });
    const u = [0, 1, 2, 3, 4, 5, 6, 7];
    const out = new Int32Array(8);
    interpretGlobal(flip.program, { buffers: { u, out }, extents: { u: [2, 2, 2], out: [2, 2, 2] }, grid: [1] });
    expect([...out]).toEqual([1, 0, 3, 2, 5, 5, 9, 9]);
  });

  test('shared memory, barriers, atomics', () => {
    const sum = globalKernel({ id: 'sum', params: { x: read(u32), total: readwrite(u32), top: readwrite(i32) }, workgroup: 8 }, (g, { x, total, top }) => {
      const tile = g.shared.u32(8);
      tile[g.localId] = x[g.id]!;
      g.barrier();
      for (let step = 4; step > 0; step >>= 1) {
        if (g.localId < step) tile[g.localId]! += tile[g.localId + step]!;
        g.barrier();
      }
      if (g.localId === 0) g.atomicAdd(total, 0, tile[0]!);
      g.atomicMax(top, 0, g.i32(x[g.id]!));
    });
    expect([...sum.program.needs].sort()).toEqual(['atomics', 'barrier', 'shared']);
    expect(sum.program.shared).toMatchObject([{ length: 8 }]);
    const total = new Uint32Array(1);
    const top = new Int32Array(1);
    interpretGlobal(sum.program, { buffers: { x: Array.from({ length: 16 }, (_, k) => k), total, top }, extents: {}, grid: [2] });
    expect([total[0], top[0]]).toEqual([120, 15]);
  });

  test('constants of uses, vectors in buffers, helpers that take a buffer', () => {
    const uses = { OFFSETS: new Int32Array([-1, 0, 1]), around: (a: ArrayLike<number>, at: number, n: number) => { let s = 0; for (let k = 0; k < n; k++) s += a[at + k]!; return s; } };
    const smooth = globalKernel({ id: 'smooth', params: { x: read(f32), p: readwrite(vec2(f32)) }, workgroup: 1, uses }, (g, { x, p }, { OFFSETS, around }) => {
      let weight = 0;
      for (const o of OFFSETS) weight += o * o;
      p[g.id] = p[g.id]!.mul(weight).add({ x: around(x as never, g.i32(g.id), 2), y: 0 });
    });
    const p = [{ x: 1, y: 2 }, { x: 3, y: 4 }];
    interpretGlobal(smooth.program, { buffers: { x: [10, 20, 30], p }, grid: [2] });
    expect(p).toEqual([{ x: 32, y: 4 }, { x: 56, y: 8 }]);
  });

  test('parameters taken together', () => {
    const uses = { twice: (x: number) => x * 2, sum: (p: { x: ArrayLike<number>; k: number }) => p.x[0]! + p.k };
    const scale = globalKernel({ id: 'together', params: { x: read(f32), y: write(f32), k: f32, at: vec2(f32) }, workgroup: 1, uses }, (g, p, u) => {
      const { x, k } = p;
      p.y[g.id] = u.twice(p.x[g.id]! * p.k) + x[0]! + k + p.at.y + p.x.length + u.sum(p as never);
    });
    const y = new Float32Array(2);
    interpretGlobal(scale.program, { buffers: { x: [1, 2], y }, values: { k: 10, at: { x: 0, y: 0.5 } }, extents: { x: [2], y: [2] }, grid: [2] });
    expect([...y]).toEqual([44.5, 64.5]);
    const errors = (make: () => unknown): unknown => { try { return make(); } catch (error) { return (error as KernelCompileError).errors.map((e) => e.code); } };
    expect(errors(() => globalKernel({ id: 'p1', params: { k: f32, x: read(f32) } }, (_g, p) => { (p as { k: number }).k = 2; }))).toEqual(['RK124']);
    expect(errors(() => globalKernel({ id: 'p3', params: { k: f32 } }, (_g, p) => { void (p as unknown as { z: number }).z; }))).toEqual(['RK123']);
  });

  test('findings', () => {
    const wrong = (): unknown => globalKernel({ id: 'wrong', params: { x: read(f32), y: write(f32), u: gridRead(f32) } }, (g, { x, y, u }) => {
      (x as number[])[0] = 1;
      y[0]! += 1;
      void (u as unknown as number[])[0]!;
      g.shared.f32(g.x);
      void (g as unknown as { state: unknown }).state;
      void (g as unknown as { sender: unknown }).sender;
    });
    expect(wrong).toThrow(KernelCompileError);
    try { wrong(); } catch (error) { expect((error as KernelCompileError).errors.map((e) => e.code)).toEqual(['RK124', 'RK127', 'RK127', 'RK215', 'RK123', 'RK127']); }
    expect(() => globalKernel({ id: 'big', params: {}, workgroup: 2048 }, () => {})).toThrow(/RK104/);
    expect(() => globalKernel({ id: 'bad', params: { x: 3 as never } }, () => {})).toThrow(/RK104/);
    expect(() => globalKernel({ id: '1 x', params: {} }, () => {})).toThrow(/RK104/);
  });
});

describe('device functions', () => {
  const mix = deviceFunction({ id: 'mix', params: { a: u32, b: u32 }, result: u32 }, (_m, a, b) => ((a ^ b) * 5) >>> 0);

  test('run as they are, and compiled', () => {
    expect(mix(null as never, 3, 5)).toBe(30);
    expect(interpretFunction(mix.program, [3, 5])).toBe(30);
  });

  test('call each other', () => {
    const twice = deviceFunction({ id: 'twice', params: { a: u32 }, result: u32, uses: { mix, K: 7 } }, (m, a, { mix, K }) => (mix(m, mix(m, a, K), K) + K) >>> 0);
    expect(twice.program.functions.map((f) => f.name)).toEqual(['mix']);
    expect(interpretFunction(twice.program, [9])).toBe(twice(null as never, 9));
  });

  test('memory operations are statements in order', () => {
    const bump = deviceFunction({ id: 'bump', params: { at: u32, by: u64 }, result: u64 }, (m, at, by) => {
      while (m.compareExchange(at, 0, 1) !== 0) m.wait(at, 1, -1n);
      const old = m.load64(at + 8);
      m.store64(at + 8, old + by);
      m.storeRelease(at, 0);
      m.notify(at, 1);
      return old;
    });
    const calls: string[] = [];
    for (const s of bump.program.func.body) {
      const root = s.kind === 'let' ? s.init : s.kind === 'exec' || s.kind === 'return' ? s.value : null;
      calls.push(root?.kind === 'call' ? root.name : s.kind);
    }
    expect(calls).toEqual(['loop', 'load64', 'store64', 'storeRelease', 'notify', 'return']);
    expect([...bump.program.needs]).toEqual(['i64']);
  });
});

test('every function of a context has its type', () => {
  const face = readFileSync(new URL('./face.ts', import.meta.url), 'utf8');
  const axis = /^(local|group|groupSize|gridSize)[XYZ]$/;
  for (const row of intrinsics.values()) {
    if (row.on.some((place) => place === 'ctx' || place === 'actor' || place === 'global') && !axis.test(row.name)) expect(face, row.name).toMatch(new RegExp(`\\b${row.name}\\b`));
  }
});
