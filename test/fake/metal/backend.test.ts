/** The Metal backend on the emulated device: kernels by hand, what is refused, what fails, what is left behind. */
import { afterEach, describe, expect, it } from 'vitest';
import { metalBackend } from '../../../src/backend/metal/index.ts';
import { isMetalAvailable, openBackend } from '../../../src/backend/select.ts';
import { globalKernel, gridRead, gridWrite, read, ringKernel, write } from '../../../src/kernel/define.ts';
import { f32, i32, u32 } from '../../../src/layout/types.ts';
import { message } from '../../../src/message/message.ts';
import { RingKernel } from '../../../src/runtime/ring-kernel.ts';
import { interpretGlobal } from '../../../src/testing/interpret.ts';
import { missing } from '../../support/tools.ts';
import { fakeMetal } from './library.ts';

const heat = globalKernel({ id: 'heat', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [8, 8] }, (g, { u, out, k }) => {
  if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
  const c = u.at(0, 0);
  out.set(c + k * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});
const twice = globalKernel({ id: 'twice', params: { x: read(i32), y: write(i32), n: u32 }, workgroup: 32 }, (g, { x, y, n }) => {
  if (g.id < n) y[g.id] = x[g.id]! * 2;
});

describe.skipIf(missing('clang'))('Metal, emulated', () => {
  const fake = fakeMetal();
  const backend = metalBackend({ libraries: fake.libraries });
  const alone = { MTLDevice: 1 };
  afterEach(() => {
    for (const failure of ['noDevice', 'failAllocations', 'failCommands', 'unfair']) fake.set(failure, false);
    expect(fake.living()).toEqual(alone);
  });

  it('runs a stencil as the interpreter does', async () => {
    const [w, h] = [20, 12];
    const u = Float32Array.from({ length: w * h }, (_, i) => Math.fround(Math.sin(i)));
    const expected = { u: u.slice(), out: new Float32Array(w * h) };
    interpretGlobal(heat.program, { buffers: expected, extents: { u: [w, h], out: [w, h] }, values: { k: Math.fround(0.1) }, grid: [3, 2] });
    await using context = await backend.createContext();
    using kernel = await context.compile(heat.program);
    using a = context.allocate(u.byteLength);
    using b = context.allocate(u.byteLength);
    await context.write(a, u);
    const result = new Float32Array(w * h);
    await kernel.getFunction('heat').launch({ grid: [3, 2] }, [{ buffer: a, size: [w, h] }, { buffer: b, size: [w, h] }, Math.fround(0.1)]);
    await context.read(b, result);
    expect(result).toEqual(expected.out);
  });

  it('keeps launches in order, and copies', async () => {
    await using context = await backend.createContext();
    using kernel = await context.compile(twice.program);
    using a = context.allocate(128);
    using b = context.allocate(128);
    const x = Int32Array.from({ length: 32 }, (_, i) => i);
    await context.write(a, x);
    const run = kernel.getFunction('twice');
    for (const [from, to] of [[a, b], [b, a], [a, b]] as const) await run.launch({ grid: 1 }, [from, to, 32]);
    await context.copy(b, a, 64, 0, 64);
    await context.read(a, x);
    expect([x[1], x[17], x[31]]).toEqual([4, 8, 8 * 15]);
  });

  it('waits for no SIMD group that may not be running', { timeout: 120_000 }, async () => {
    const Go = message('Go', { n: u32 });
    const Token = message('Token', { n: u32 });
    const Count = message('Count', { n: u32 });
    const source = ringKernel({ id: 'source', on: Go, reply: Count, state: { sent: u32 }, sends: { out: Token } }, (ctx, msg) => {
      for (let i = 0; i < msg.n; i++) if (ctx.send.out({ n: i })) ctx.state.sent += 1;
      return { n: ctx.state.sent };
    });
    const sink = ringKernel({ id: 'sink', state: { sum: u32 } }).on(Token, (ctx, msg) => { ctx.state.sum += msg.n; }).on(Go, Count, (ctx) => ({ n: ctx.state.sum }));
    const plain = ringKernel({ id: 'plain', on: Go, reply: Count }, (_ctx, msg) => ({ n: msg.n * 2 }));
    fake.set('unfair', true);
    await using ring = await RingKernel.open({ backend: 'metal', settings: { libraries: fake.libraries } });
    const to = await ring.launch(sink);
    const sources = await Promise.all(Array.from({ length: 80 }, (_, i) => ring.launch(source, { id: `source${i}`, connect: { out: 'sink' } })));
    await Promise.all(sources.map((s) => s.call({ n: 3 })));
    while ((await to.call(Go, { n: 0 })).n < 240);
    const doubled = await (await ring.launch(plain)).callBatch({ n: Uint32Array.from({ length: 300 }, (_, i) => i) });
    expect([...doubled.n]).toEqual(Array.from({ length: 300 }, (_, i) => 2 * i));
  });

  it('refuses what Metal would answer by ending the process', async () => {
    await using context = await backend.createContext();
    using kernel = await context.compile(twice.program);
    using a = context.allocate(128);
    const released = context.allocate(16);
    released[Symbol.dispose]();
    const run = kernel.getFunction('twice');
    await expect(run.launch({ grid: 1 }, [a, a, 32])).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(run.launch({ grid: 1 }, [a, released, 32])).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(run.launch({ grid: 1, block: 64 }, [a, a, 32])).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(run.launch({ grid: 1, cooperative: true }, [a, a, 32])).rejects.toMatchObject({ code: 'CapabilityMissing' });
    await expect(context.write(a, new Uint8Array(129))).rejects.toMatchObject({ code: 'LimitExceeded' });
    expect(() => context.allocate(2 ** 31)).toThrow(/LimitExceeded/);
    expect(() => kernel.getFunction('other')).toThrow(/InvalidConfig/);
    await expect(context.compile({ source: '#include <metal_stdlib>\nkernel void f(', entries: ['f'] })).rejects.toMatchObject({ code: 'CompilationFailed' });
  });

  it('says why it is not there', async () => {
    fake.set('noDevice', true);
    expect(await backend.probe()).toMatchObject({ available: false, reason: expect.stringContaining('no device') as string });
    if (process.platform === 'darwin') return;
    expect(await isMetalAvailable()).toBe(false);
    await expect(openBackend('metal')).rejects.toMatchObject({ code: 'BackendUnavailable' });
  });

  it('reports memory that is not there', async () => {
    await using context = await backend.createContext();
    fake.set('failAllocations', true);
    expect(() => context.allocate(64)).toThrow(/OutOfMemory/);
  });

  it('reports a command buffer that the system killed', async () => {
    await using context = await backend.createContext();
    using kernel = await context.compile(twice.program);
    using a = context.allocate(128);
    using b = context.allocate(128);
    fake.set('failCommands', true);
    await kernel.getFunction('twice').launch({ grid: 1 }, [a, b, 32]);
    await expect(context.synchronize()).rejects.toMatchObject({ code: 'DeviceLost', message: expect.stringContaining('GPU Hang') as string });
    expect(() => context.allocate(64)).toThrow(/DeviceLost/);
  });

  it('rejects pending calls when the device is lost, and leaves nothing behind', { timeout: 30_000 }, async () => {
    const Ask = message('Ask', { n: u32 });
    const Answer = message('Answer', { n: u32 });
    const echo = ringKernel({ id: 'echo', on: Ask, reply: Answer }, (_ctx, msg) => ({ n: msg.n + 1 }));
    await using ring = await RingKernel.open({ backend: 'metal', settings: { libraries: fake.libraries } });
    const kernel = await ring.launch(echo);
    expect(await kernel.call({ n: 1 })).toEqual({ n: 2 });
    fake.set('failCommands', true);
    await expect(kernel.call({ n: 2 })).rejects.toMatchObject({ code: 'EngineLost', message: expect.stringContaining('GPU Hang') as string });
  });
});
