/** f16 and bf16 as they are stored: every one of the 65536 read on every device, and rounding from f32 at all corners. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { array, bf16, f16, f32, globalKernel, gridRead, gridWrite, message, read, RingKernel, ringKernel, struct, u32, write } from '../../src/index.ts';
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../../src/layout/half.ts';
import { findings } from '../../src/testing/evaluate.ts';
import { interpreted, compiledToJs, compiledToWasm } from '../../src/testing/run-actor.ts';
import { fakeCuda } from '../fake/cuda/build.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { Bench, places } from '../support/contexts.ts';
import { missing } from '../support/tools.ts';
import { withoutWebGpu } from '../support/webgpu.ts';

const kinds = [
  { name: 'f16', type: f16, from: fromHalfBits, to: toHalfBits },
  { name: 'bf16', type: bf16, from: fromBfloatBits, to: toBfloatBits },
] as const;

const widen = kinds.map(({ name, type }) => globalKernel({ id: `widen_${name}`, params: { x: read(type), y: write(f32), n: u32 }, workgroup: 256 }, (g, { x, y, n }) => { if (g.id < n) y[g.id] = x[g.id]!; }));
const rounding = [
  globalKernel({ id: 'round_f16', params: { x: read(f32), y: write(f16), n: u32 }, workgroup: 256 }, (g, { x, y, n }) => { if (g.id < n) y[g.id] = g.f16(x[g.id]!); }),
  globalKernel({ id: 'round_bf16', params: { x: read(f32), y: write(bf16), n: u32 }, workgroup: 256 }, (g, { x, y, n }) => { if (g.id < n) y[g.id] = g.bf16(x[g.id]!); }),
];
const half = (bits: number, from: (bits: number) => number): number | string => (Number.isNaN(from(bits)) ? 'NaN' : bits);

for (const place of places) {
  describe.skipIf(place.skip)(`halves on ${place.name}`, { timeout: 120_000 }, () => {
    let bench: Bench;
    beforeAll(async () => { bench = new Bench(await place.open()); }, 60_000);
    afterAll(async () => { await bench[Symbol.asyncDispose](); });

    it.each([0, 1] as const)('kind %i: every value is read exactly', async (k) => {
      const { from } = kinds[k];
      const bits = new Uint32Array(Uint16Array.from({ length: 65_536 }, (_, i) => i).buffer);
      const out = new Float32Array(65_536);
      await bench.run(widen[k]!, [256], bits, out, 65_536);
      await bench.read(out);
      // Halves too small for a normal f32 may be flushed by a device whose f32 has no subnormals: only bfloat16 has such.
      const wrong = [...out].flatMap((value, i) => (Object.is(value, from(i)) || (Math.abs(from(i)) < 2 ** -126 && value === 0) ? [] : [[i, value, from(i)]]));
      expect(wrong).toEqual([]);
    });

    it.each([0, 1] as const)('kind %i: stores round to nearest, ties to even', async (k) => {
      const { from, to } = kinds[k];
      const lows = [0, 1, 0x0fff, 0x1000, 0x1001, 0x2fff, 0x3000, 0x7fff, 0x8000, 0x8001, 0xffff];
      for (let part = 0; part < lows.length; part++) {
        const words = Uint32Array.from({ length: 65_536 }, (_, i) => (i << 16) | lows[part]!);
        const x = new Float32Array(words.buffer);
        const out = new Uint32Array(32_768);
        await bench.run(rounding[k]!, [256], words as never, out, 65_536);
        const got = new Uint16Array((await bench.read(out)).buffer);
        const wrong = [...got].flatMap((bits, i) => {
          const subnormal = Math.abs(x[i]!) < 2 ** -126;
          return half(bits, from) === half(to(x[i]!), from) || (subnormal && (bits & 0x7fff) === 0) ? [] : [[words[i]!.toString(16), bits, to(x[i]!)]];
        });
        expect(wrong).toEqual([]);
      }
    });
  });
}

const Inner = struct('Inner', { a: f16, b: bf16, c: f16 });
const Halves = message('Halves', { h: f16, b: bf16, list: array(f16, 3), inner: Inner, wide: f32 });
const Back = message('Back', { h: f16, b: bf16, list: array(f16, 3), inner: Inner, sum: f32 });
const actor = ringKernel({ id: 'halves', on: Halves, reply: Back, state: { h: f16, seen: array(bf16, 4), n: u32 } }, (ctx, msg) => {
  const twice = msg.h * 2;                       // f32
  ctx.state.h = ctx.f16(ctx.state.h + twice);
  ctx.state.seen[ctx.state.n & 3] = ctx.bf16(msg.wide);
  ctx.state.n += 1;
  const square = (x: number): number => x * x;
  return {
    h: ctx.state.h, b: msg.b, list: [msg.list[2]!, ctx.f16(square(msg.list[1]!)), 0.1],
    inner: { a: ctx.f16(msg.inner.b), b: ctx.bf16(msg.inner.a + 1), c: msg.inner.c }, sum: msg.list[0]! + msg.inner.b + ctx.state.seen[0]!,
  };
});
const input = { h: 0.1, b: 0.1, list: [1, 2, 3], inner: { a: 4, b: 3.140625, c: 1 / 3 }, wide: 1e30 };
const f = Math.fround;
const h = (x: number): number => fromHalfBits(toHalfBits(x));
const b = (x: number): number => fromBfloatBits(toBfloatBits(x));
const expected = { h: h(2 * h(0.1)), b: b(0.1), list: [3, 4, h(0.1)], inner: { a: h(3.140625), b: 5, c: h(1 / 3) }, sum: f(f(1 + 3.140625) + b(1e30)) };

describe('in messages and state', () => {
  it('by the interpreter, as JavaScript, as WebAssembly', () => {
    const given = { message: { ...input, h: h(0.1), b: b(0.1), inner: { ...input.inner, c: h(1 / 3) } }, state: { h: 0, seen: [0, 0, 0, 0], n: 0 } };
    for (const run of [interpreted, compiledToJs] as const) expect(run(actor.program, given, false)).toMatchObject({ reply: expected });
    expect(compiledToWasm(actor.program, given)).toMatchObject({ reply: expected });
  });

  it.each([
    { backend: 'cpu', skip: false, settings: () => ({}) },
    { backend: 'webgpu', skip: withoutWebGpu(), settings: () => ({}) },
    { backend: 'metal', skip: missing('clang'), settings: () => ({ libraries: fakeMetal().libraries }) },
    { backend: 'cuda', skip: missing('gxx'), settings: () => ({ ...(fakeCuda() as { settings: object }).settings }) },
  ] as const)('on $backend', { timeout: 60_000 }, async ({ backend, skip, settings }) => {
    if (skip) return;
    await using ring = await RingKernel.open({ backend, settings: settings() });
    const handle = await ring.launch(actor);
    expect(await handle.call(input)).toEqual(expected);
  });

  it('need nothing of a device', () => expect([...actor.program.needs]).toEqual([]));
});

it('narrowing is said aloud', () => {
  const subject = { on: { h: f16, b: bf16, x: f32 }, state: { h: f16, b: bf16 } };
  const codes = (text: string): string[] => findings(subject, `(c, m) => { ${text} }`).map((s) => s.slice(0, 5));
  expect(codes('c.state.h = m.x;')).toEqual(['RK202']);
  expect(codes('c.state.b = m.h;')).toEqual(['RK202']);
  expect(codes('c.state.h += 1;')).toEqual(['RK202']);
  expect(codes('let k = 0.5; k += 0.25; c.state.b = k;')).toEqual(['RK202']);
  expect(codes('c.state.h = m.h; c.state.b = 0.1; c.state.b = c.bf16(m.h); let k = m.h; k += m.b; c.state.h = c.f16(k);')).toEqual([]);
});

it('grids of halves', async () => {
  const smooth = globalKernel({ id: 'smooth_halves', params: { u: gridRead(bf16), out: gridWrite(bf16) }, workgroup: [4, 4] }, (g, { u, out }) => {
    if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
    out.set(g.bf16((u.north() + u.south() + u.east() + u.west()) / 4));
  });
  expect([...smooth.program.needs]).toEqual([]);
});
