import { expect, it } from 'vitest';
import { runWasm } from '../../../testing/run-wasm.ts';
import { u32, u64 } from '../../../layout/types.ts';
import { deviceFunction, globalKernel, readwrite } from '../../define.ts';
import { globalAsJs, globalAsWasm } from '../../../testing/run-global.ts';

const shared = { memory: { initial: 1, maximum: 16, shared: true } } as const;

it('device functions become plain and atomic instructions over shared memory', () => {
  const add = deviceFunction({ id: 'add', params: { at: u32, n: u32 }, result: u32 }, (m, at, n) => {
    const old = m.fetchAdd(at, n);
    m.storeRelease(at + 4, m.loadAcquire(at) * 2);
    m.store64(at + 8, m.load64(at + 8) + 5n);
    m.fence();
    return m.compareExchange(at, old + n, 99) + m.wait(at, 1, 0n) * 1000 + m.notify(at, 1);
  });
  const { exports, views, free, result } = runWasm(add.program, shared);
  views.u32[free / 4] = 7;
  expect(exports['add']!(free, 3)).toBe(10 + 1000);
  expect([views.u32[free / 4], views.u32[free / 4 + 1], views.u64[free / 8 + 1]]).toEqual([99, 20, 5n]);
  for (const op of ['i32.atomic.rmw.add', 'i32.atomic.store', 'i32.atomic.load', 'i32.atomic.rmw.cmpxchg', 'memory.atomic.wait32', 'memory.atomic.notify', 'atomic.fence']) {
    expect(result.listing).toContain(op);
  }
});

it('device functions call each other', () => {
  const twice = deviceFunction({ id: 'twice', params: { x: u64 }, result: u64 }, (_m, x) => x * 2n);
  const four = deviceFunction({ id: 'four', params: { x: u64 }, result: u64, uses: { twice } }, (m, x, { twice }) => twice(m, twice(m, x)));
  expect(runWasm(four.program, shared).exports['four']!(10n)).toBe(40n);
});

it('atomics of global kernels', () => {
  const count = globalKernel({ id: 'count', params: { x: readwrite(u32), out: readwrite(u32) }, workgroup: 8 }, (g, { x, out }) => {
    const v = x[g.x]!;
    g.atomicAdd(out, 0, v);
    g.atomicMax(out, 1, v);
    g.atomicMin(out, 2, v);
    g.atomicXor(out, 3, v);
  });
  const x = Uint32Array.from({ length: 64 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 0);
  const expected = [x.reduce((a, b) => (a + b) >>> 0, 0), x.reduce((a, b) => Math.max(a, b)), x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => (a ^ b) >>> 0, 0)];
  for (const run of [globalAsWasm, globalAsJs]) {
    const out = Uint32Array.from([0, 0, 0xffff_ffff, 0]);
    run(count.program, { buffers: { x: x.slice(), out }, grid: [8] });
    expect([...out]).toEqual(expected);
  }
});
