import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutWebGpu } from '../../../test/support/webgpu.ts';
import { f32, f64, globalKernel, message, read, readwrite, ringKernel, RingKernel, u32, u64, write } from '../../index.ts';
import type { WebGpuContext } from './context.ts';
import { backend } from './index.ts';

const scale = globalKernel({ id: 'scale', params: { x: read(f32), y: write(f32), k: f32, n: u32 }, workgroup: 64 }, (g, { x, y, k, n }) => {
  if (g.id < n) y[g.id] = x[g.id]! * k;
});

const Ask = message('Ask', { n: u32 });
const Answer = message('Answer', { n: u32 });

describe('without a device', () => {
  it('says what is missing and what to do', () => {
    const code = `import { backend } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const found = await backend.probe();
      console.log(JSON.stringify(found));
      try { await backend.createContext(); } catch (e) { console.log(e.code); }`;
    const run = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      encoding: 'utf8', env: { ...process.env, VK_DRIVER_FILES: '/nonexistent.json' },
    });
    expect(run.status).toBe(0);
    const [found, thrown] = run.stdout.trim().split('\n').slice(-2);
    expect(JSON.parse(found!)).toMatchObject({ available: false, reason: expect.stringContaining('Vulkan'), fix: expect.stringContaining('VK_DRIVER_FILES') });
    expect(thrown).toBe('BackendUnavailable');
  });
});

describe.skipIf(withoutWebGpu())('WebGPU', () => {
  let context: WebGpuContext;
  beforeAll(async () => { context = await backend.createContext() as WebGpuContext; });
  afterAll(async () => { await context[Symbol.asyncDispose](); });

  it('writes, copies, launches and reads', async () => {
    const n = 1000;
    const x = context.allocate(n * 4, { label: 'x' });
    const y = context.allocate(n * 4, { label: 'y' });
    const z = context.allocate(n * 4, { label: 'z' });
    await context.write(x, Float32Array.from({ length: n }, (_, i) => i));
    using kernel = await context.compile(scale.program);
    expect(kernel.source).toContain('@workgroup_size(64, 1, 1)');
    await kernel.getFunction('scale').launch({ grid: Math.ceil(n / 64) }, [x, y, 2.5, n]);
    await context.copy(y, z, n * 4);
    await context.synchronize();
    const out = new Float32Array(n);
    await context.read(z, out);
    expect(out).toEqual(Float32Array.from({ length: n }, (_, i) => i * 2.5));
    for (const b of [x, y, z]) b[Symbol.dispose]();
  });

  it('keeps launches in order when values change between them', async () => {
    const x = context.allocate(256, { label: 'x' });
    await context.write(x, new Float32Array(64).fill(1));
    using kernel = await context.compile(scale.program);
    const fn = kernel.getFunction('scale');
    const y = context.allocate(256);
    const z = context.allocate(256);
    await Promise.all([fn.launch({ grid: 1 }, [x, y, 3, 64]), fn.launch({ grid: 1 }, [y, z, 5, 64]), fn.launch({ grid: 1 }, [z, y, 7, 32])]);
    const out = new Float32Array(64);
    await context.read(y, out);
    expect([out[0], out[63]]).toEqual([105, 3]);
  });

  it('writes and reads sizes that are no whole words', async () => {
    const b = context.allocate(10);
    await context.write(b, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    await context.write(b, Uint8Array.of(44, 55), 4);
    const out = new Uint8Array(10);
    await context.read(b, out);
    expect([...out]).toEqual([1, 2, 3, 4, 44, 55, 7, 8, 9, 10]);
  });

  it('launches WGSL given as text', async () => {
    using kernel = await context.compile({
      source: '@group(0) @binding(0) var<storage, read_write> x: array<u32>;\n@compute @workgroup_size(4) fn fill(@builtin(global_invocation_id) id: vec3<u32>) { x[id.x] = id.x * id.x; }', entries: ['fill'],
    });
    const x = context.allocate(16);
    await kernel.getFunction('fill').launch({ grid: 1 }, [x]);
    const out = new Uint32Array(4);
    await context.read(x, out);
    expect([...out]).toEqual([0, 1, 4, 9]);
  });

  it('refuses bad arguments by name', async () => {
    const x = context.allocate(64, { label: 'small' });
    using kernel = await context.compile(scale.program);
    const fn = kernel.getFunction('scale');
    await expect(fn.launch({ grid: 1 }, [x, x, 1])).rejects.toMatchObject({ why: expect.stringContaining('takes 4: x, y, k, n') });
    await expect(fn.launch({ grid: 1 }, [x, x, 1n, 4])).rejects.toMatchObject({ code: 'InvalidConfig', what: expect.stringContaining("'k' of 'scale'") });
    await expect(fn.launch({ grid: 1e9 }, [x, x, 1, 4])).rejects.toMatchObject({ code: 'LimitExceeded' });
    await expect(fn.launch({ grid: 1, cooperative: true }, [x, x, 1, 4])).rejects.toMatchObject({ code: 'CapabilityMissing' });
    await expect(context.write(x, new Float32Array(17))).rejects.toMatchObject({ code: 'LimitExceeded' });
    await expect(context.write(x, new Float32Array(1), 2)).rejects.toMatchObject({ code: 'InvalidConfig' });
    expect(() => context.allocate(2 ** 40)).toThrow(/allows/);
    expect(() => kernel.getFunction('other')).toThrow(/other/);
    x[Symbol.dispose]();
    await expect(context.read(x, new Uint8Array(4))).rejects.toMatchObject({ why: expect.stringContaining('released') });
    await expect(backend.createContext({ settings: { speed: 9 } })).rejects.toMatchObject({ why: expect.stringContaining('powerPreference') });
  });

  it('says which of its buffers the device has no room for, and goes on', async () => {
    await using own = await backend.createContext() as WebGpuContext;
    const { limits } = own.native;
    const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize) - 1024;
    // Software allocates lazily, and some drivers at all: what counts is that a refusal names its buffer.
    const large = own.allocate(most, { label: 'large' });
    const outcome = await own.write(large, new Uint32Array(4)).then(() => 'room', (cause: { code: string; what: string }) => `${cause.code} ${cause.what}`);
    expect(outcome).toMatch(/^room$|^OutOfMemory .*'large'/);
    large[Symbol.dispose]();
    const small = own.allocate(64);
    await own.write(small, Uint32Array.of(7));
    const out = new Uint32Array(1);
    await own.read(small, out);
    expect(out[0]).toBe(7);
  });

  it('scopes what the device refuses to the call that caused it', async () => {
    const both = globalKernel({ id: 'both', params: { a: read(f32), b: readwrite(f32) }, workgroup: 1 }, (_g, { a, b }) => { b[0] = a[0]!; });
    using kernel = await context.compile(both.program);
    const same = context.allocate(16);
    await expect(kernel.getFunction('both').launch({ grid: 1 }, [same, same])).rejects.toMatchObject({ code: 'DeviceError' });
    const other = context.allocate(16);
    await kernel.getFunction('both').launch({ grid: 1 }, [same, other]);
    await context.synchronize();
  });

  it('refuses what WGSL lacks, naming it', async () => {
    const doubles = globalKernel({ id: 'doubles', params: { x: readwrite(f64) }, workgroup: 1 }, (_g, { x }) => { x[0] = 1.5; });
    await expect(context.compile(doubles.program)).rejects.toMatchObject({ code: 'CapabilityMissing', what: expect.stringContaining('double-precision floats') });
    const total = ringKernel({ id: 'total', on: Ask, reply: Answer, state: { sum: f64 } }, (ctx, { n }) => {
      ctx.state.sum += 1;
      return { n };
    });
    await using ring = await RingKernel.open({ backend: 'webgpu' });
    await expect(ring.launch(total)).rejects.toMatchObject({ code: 'CapabilityMissing', what: expect.stringContaining("field 'sum' of type f64") });
    if (context.capabilities.maxWorkgroup >= 1024) return;
    const wide = globalKernel({ id: 'wide', params: { x: readwrite(f32) }, workgroup: 1024 }, (g, { x }) => { x[g.id] = 1; });
    await expect(context.compile(wide.program)).rejects.toMatchObject({ code: 'LimitExceeded' });
  });

  it('refuses placement and exact arithmetic instead of ignoring them', async () => {
    const echo = ringKernel({ id: 'echo', on: Ask, reply: Answer }, (_ctx, { n }) => ({ n }));
    await using ring = await RingKernel.open({ backend: 'webgpu' });
    await expect(ring.launch(echo, { placement: { worker: 0 } })).rejects.toMatchObject({ code: 'InvalidConfig', message: expect.stringContaining('placement.worker') });
    await expect(RingKernel.open({ backend: 'webgpu', debug: 'exact' })).rejects.toMatchObject({ code: 'InvalidConfig' });
  });

  it('says where a refused shader stands', async () => {
    await expect(context.compile({ source: 'fn main() { let x: u32 = 1.5; }', entries: ['main'] })).rejects.toMatchObject({ code: 'CompilationFailed', why: expect.stringContaining('line 1') });
  });

  it('rejects what waits when the device is lost, and opens again', async () => {
    const echo = ringKernel({ id: 'echo', on: Ask, reply: Answer, state: { total: u64 } }, (ctx, msg) => {
      ctx.state.total += 1n;
      return { n: msg.n };
    });
    const ring = await RingKernel.open({ backend: 'webgpu' });
    const kernel = await ring.launch(echo);
    expect(await kernel.call({ n: 7 })).toEqual({ n: 7 });
    const calls = Array.from({ length: 5 }, (_, n) => kernel.call({ n }));
    (ring.context as WebGpuContext).native.destroy();
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/DeviceLost|EngineLost|KernelTerminated/) });
    await ring.close();
    await using again = await RingKernel.open({ backend: 'webgpu' });
    expect(await (await again.launch(echo)).call({ n: 8 })).toEqual({ n: 8 });
  });

  it('lets the process end by itself', () => {
    const index = new URL('../../index.ts', import.meta.url).href;
    const code = `import { message, RingKernel, ringKernel, u32 } from ${JSON.stringify(index)};
      const M = message('M', { n: u32 });
      const echo = ringKernel({ id: 'echo', on: M, reply: M }, (ctx, msg) => ({ n: msg.n }));
      const ring = await RingKernel.open({ backend: 'webgpu' });
      const kernel = await ring.launch(echo);
      console.log((await kernel.call({ n: 5 })).n);
      await ring.close();`;
    const run = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { encoding: 'utf8', timeout: 60_000 });
    expect([run.status, run.signal, run.stdout.trim()]).toEqual([0, null, '5']);
  });
});
