import { describe, expect, it } from 'vitest';
import { globalKernel, read, write } from '../../kernel/define.ts';
import { f32, u32 } from '../../layout/types.ts';
import { backend as nothing } from '../null/index.ts';
import { backend } from './index.ts';

const scale = globalKernel({ id: 'scale', params: { x: read(f32), y: write(f32), k: f32, n: u32 }, workgroup: 64 }, (g, { x, y, k, n }) => {
  if (g.id < n) y[g.id] = x[g.id]! * k;
});

/** Threads meet at a barrier. */
const turned = globalKernel({ id: 'turned', params: { x: read(f32), y: write(f32) }, workgroup: 64 }, (g, { x, y }) => {
  const tile = g.shared.f32(64);
  tile[g.localX] = x[g.id]!;
  g.barrier();
  y[g.id] = tile[63 - g.localX]!;
});

describe.each([0, 1, 2])('CPU context, %i threads', (threads) => {
  it('runs launches in order, over buffers that are written, copied and read', async () => {
    await using context = await backend.createContext({ settings: { threads } });
    const n = 1000;
    const x = context.allocate(n * 4, { label: 'x' });
    const y = context.allocate(n * 4, { label: 'y' });
    await context.write(x, Float32Array.from({ length: n }, (_, i) => i));
    const kernel = await context.compile(scale.program);
    const fn = kernel.getFunction('scale');
    for (let i = 0; i < 300; i++) await fn.launch({ grid: Math.ceil(n / 64) }, i % 2 === 0 ? [x, y, 2, n] : [y, x, 0.5, n]);
    await fn.launch({ grid: Math.ceil(n / 64) }, [x, y, 3, n]);
    const out = new Float32Array(n);
    await context.read(y, out);
    expect(Array.from(out)).toEqual(Array.from({ length: n }, (_, i) => i * 3));
    await context.copy(y, x, 8, 4, 0);
    const two = new Float32Array(2);
    await context.read(x, two);
    expect(Array.from(two)).toEqual([3, 6]);
    kernel[Symbol.dispose]();
  });

  it('knows kernels compiled after its threads have started', async () => {
    await using context = await backend.createContext({ settings: { threads } });
    const x = context.allocate(256);
    const y = context.allocate(256);
    await context.write(x, new Float32Array(64).fill(2));
    for (let round = 0; round < 3; round++) {
      using kernel = await context.compile(scale.program);
      await kernel.getFunction('scale').launch({ grid: 1 }, [x, y, round, 64]);
      const out = new Float32Array(64);
      await context.read(y, out);
      expect(out[63]).toBe(2 * round);
    }
  });

  it('reaches what was allocated after the memory grew, also with threads that meet', async () => {
    await using context = await backend.createContext({ settings: { threads } });
    using kernel = await context.compile(turned.program);
    const fn = kernel.getFunction('turned');
    for (const before of [64, 32_000_000]) {
      context.allocate(before);
      const x = context.allocate(256);
      const y = context.allocate(256);
      await context.write(x, Float32Array.from({ length: 64 }, (_, i) => i));
      await fn.launch({ grid: 1 }, [x, y]);
      const out = new Float32Array(64);
      await context.read(y, out);
      expect(Array.from(out)).toEqual(Array.from({ length: 64 }, (_, i) => 63 - i));
    }
  });
});

describe('CPU context', () => {
  it('refuses what cannot be meant', async () => {
    await using context = await backend.createContext({ settings: { threads: 0 } });
    const buffer = context.allocate(16);
    const kernel = await context.compile(scale.program);
    const fn = kernel.getFunction('scale');
    expect(() => context.allocate(-1)).toThrow(/InvalidConfig/);
    await expect(context.write(buffer, new Float32Array(5))).rejects.toMatchObject({ code: 'LimitExceeded' });
    await expect(fn.launch({ grid: 1 }, [buffer])).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(fn.launch({ grid: 1, block: 32 }, [buffer, buffer, 1, 1])).rejects.toMatchObject({ code: 'InvalidConfig' });
    expect(() => kernel.getFunction('other')).toThrow(/InvalidConfig/);
    buffer[Symbol.dispose]();
    await expect(context.read(buffer, new Uint8Array(4))).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(backend.createContext({ settings: { thread: 1 } })).rejects.toMatchObject({ code: 'InvalidConfig' });
  });
});

describe('null backend', () => {
  it('compiles for every target and runs nothing', async () => {
    await using context = await nothing.createContext();
    const { source } = await context.compile(scale.program);
    for (const target of ['wasm', 'js', 'cuda', 'wgsl', 'msl']) expect(source).toContain(`// ---- ${target}\n`);
    const buffer = context.allocate(8);
    await context.write(buffer, new Uint8Array([1, 2, 3]), 4);
    const out = new Uint8Array(2);
    await context.read(buffer, out, 5);
    expect(Array.from(out)).toEqual([2, 3]);
  });
});
