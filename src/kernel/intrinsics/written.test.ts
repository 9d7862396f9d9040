import { describe, expect, it } from 'vitest';
import { globalKernel, read, readwrite, write } from '../define.ts';
import type { GlobalProgram } from '../ir.ts';
import { f32, i32, u32 } from '../../layout/types.ts';
import { interpretGlobal } from '../../testing/interpret.ts';
import { globalAsJs, globalAsWasm, type GlobalRun } from '../../testing/run-global.ts';
import { sourceContext } from '../../backend/cpu/source-context.ts';
import type { Intrinsics } from '../face.ts';

type Typed = Float32Array | Int32Array | Uint32Array;

/** The outputs on every way to run on the CPU, checked to be the same. */
function everywhere(program: GlobalProgram, make: () => GlobalRun & { readonly buffers: Record<string, Typed> }, out: string): number[] {
  const expected = make();
  interpretGlobal(program, expected as never);
  const js = make();
  globalAsJs(program, js);
  expect(js.buffers[out]).toEqual(expected.buffers[out]);
  const met = ['barrier', 'shared', 'subgroups'] as const;
  if (!met.some((need) => program.needs.has(need))) {
    const wasm = make();
    globalAsWasm(program, wasm);
    expect(wasm.buffers[out]).toEqual(expected.buffers[out]);
  }
  return [...expected.buffers[out]!];
}

const ctx = sourceContext({ self: 1, state: null, uses: {}, send: {}, tell: () => undefined, ask: () => undefined }) as Intrinsics;

describe('Philox', () => {
  const philox = globalKernel({ id: 'philox', params: { c: read(u32), out: write(u32) }, workgroup: 1 }, (g, { c, out }) => {
    const at = g.id * 6;
    const r = g.philox(c[at]!, c[at + 1]!, c[at + 2]!, c[at + 3]!, c[at + 4]!, c[at + 5]!);
    out[g.id * 4] = r.x;
    out[g.id * 4 + 1] = r.y;
    out[g.id * 4 + 2] = r.z;
    out[g.id * 4 + 3] = r.w;
  });
  // The known answers of Random123 (kat_vectors, philox4x32 10).
  const known = [
    [[0, 0, 0, 0, 0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]],
  ] as const;

  it('gives the known answers', () => {
    const got = everywhere(philox.program, () => ({ buffers: { c: Uint32Array.from(known.flatMap(([input]) => input)), out: new Uint32Array(12) }, grid: [3] }), 'out');
    expect(got).toEqual(known.flatMap(([, words]) => words));
  });

  it('gives them as plain TypeScript too', () => {
    const [input, words] = known[2];
    const { x, y, z, w } = ctx.philox(...input);
    expect([x, y, z, w]).toEqual(words);
  });

  it('numbers are uniform and normal', () => {
    const kernel = globalKernel({ id: 'samples', params: { u: write(f32), n: write(f32) }, workgroup: 64 }, (g, { u, n }) => {
      u[g.id] = g.randomUniform(7, g.id);
      n[g.id] = g.randomNormal(7, g.id);
    });
    const count = 2048;
    const run = (): { buffers: Record<string, Float32Array>; grid: [number] } => ({ buffers: { u: new Float32Array(count), n: new Float32Array(count) }, grid: [count / 64] });
    const uniform = everywhere(kernel.program, run, 'u');
    const normal = everywhere(kernel.program, run, 'n');
    const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
    expect(uniform.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(mean(uniform.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
    // Five standard deviations of the estimates.
    expect(Math.abs(mean(normal))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });
});

const bits = new DataView(new ArrayBuffer(4));
const bitsOf = (x: number): number => (bits.setFloat32(0, x), bits.getUint32(0));
const floatOf = (x: number): number => (bits.setUint32(0, x), bits.getFloat32(0));

const edges = [0, -0, 1, -1, 1.5, 2 ** -149, -(2 ** -149), 2 ** -126, 2 ** -127, 3.4028234663852886e38, Infinity, -Infinity, NaN, 1e-40, 1e10, -7.25, Math.PI].map(Math.fround);
const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));

describe('functions of bits', () => {
  it('nextafter, ilogb, scalbn, remainder', () => {
    const kernel = globalKernel({ id: 'bits', params: { a: read(f32), b: read(f32), n: read(i32), next: write(f32), log: write(i32), scaled: write(f32), rest: write(f32) }, workgroup: 1 }, (g, { a, b, n, next, log, scaled, rest }) => {
      next[g.id] = g.nextafter(a[g.id]!, b[g.id]!);
      log[g.id] = g.ilogb(a[g.id]!);
      scaled[g.id] = g.scalbn(a[g.id]!, n[g.id]!);
      rest[g.id] = g.remainder(a[g.id]!, b[g.id]!);
    });
    const powers = pairs.map((_, i) => [-300, -151, -150, -149, -24, -1, 0, 1, 23, 127, 128, 300][i % 12]!);
    const make = (): { buffers: Record<string, Typed>; grid: [number] } => {
      const float = (): Float32Array => new Float32Array(pairs.length);
      return { buffers: { a: Float32Array.from(pairs, (p) => p[0]), b: Float32Array.from(pairs, (p) => p[1]), n: Int32Array.from(powers), next: float(), log: new Int32Array(pairs.length), scaled: float(), rest: float() }, grid: [pairs.length] };
    };
    const nextExact = (a: number, b: number): number => {
      if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
      if (a === b) return b;
      if (a === 0) return b > 0 ? 2 ** -149 : -(2 ** -149);
      return floatOf(bitsOf(a) + (a < b === a > 0 ? 1 : -1));
    };
    expect(everywhere(kernel.program, make, 'next')).toEqual(pairs.map(([a, b]) => nextExact(a, b)));
    expect(everywhere(kernel.program, make, 'log')).toEqual(pairs.map(([a]) => (a === 0 ? -2147483648 : Number.isFinite(a) ? Math.floor(Math.log2(Math.abs(a))) : 2147483647)));
    // One rounding: the product of an f32 and a power of two is exact in f64 except far below all f32.
    expect(everywhere(kernel.program, make, 'scaled')).toEqual(pairs.map(([a], i) => Math.fround(a * 2 ** powers[i]!)));
    const exactRest = (a: number, b: number): number => {
      if (Number.isNaN(a) || Number.isNaN(b) || !Number.isFinite(a) || b === 0) return NaN;
      if (!Number.isFinite(b)) return a;
      const r = Math.abs(a) % (2 * Math.abs(b));
      const size = Math.abs(b);
      const half = size / 2;
      const nearest = r > half ? (r - size >= half ? r - 2 * size : r - size) : r;
      return Object.is(a, -0) || a < 0 ? -nearest : nearest;
    };
    expect(everywhere(kernel.program, make, 'rest')).toEqual(pairs.map(([a, b]) => exactRest(a, b)));
  });

  it('bytePermute, funnel shifts, mulhi', () => {
    const words = [0, 1, 0x80000000, 0xffffffff, 0x12345678, 0x9abcdef0, 31, 32, 33, 0x76543210, 0xfedc];
    const triples = words.flatMap((a) => words.flatMap((b) => words.map((c) => [a, b, c] as const)));
    const kernel = globalKernel({ id: 'words', params: { a: read(u32), out: write(u32) }, workgroup: 1 }, (g, { a, out }) => {
      const i = g.id * 3;
      out[g.id * 4] = g.bytePermute(a[i]!, a[i + 1]!, a[i + 2]!);
      out[g.id * 4 + 1] = g.funnelShiftLeft(a[i]!, a[i + 1]!, a[i + 2]!);
      out[g.id * 4 + 2] = g.funnelShiftRight(a[i]!, a[i + 1]!, a[i + 2]!);
      out[g.id * 4 + 3] = g.mulhi(a[i]!, a[i + 1]!);
    });
    const got = everywhere(kernel.program, () => ({ buffers: { a: Uint32Array.from(triples.flat()), out: new Uint32Array(triples.length * 4) }, grid: [triples.length] }), 'out');
    const exact = triples.flatMap(([a, b, c]) => {
      const both = (BigInt(b) << 32n) | BigInt(a);
      let picked = 0n;
      for (let i = 0n; i < 4n; i++) {
        const pick = (BigInt(c) >> (4n * i)) & 15n;
        const byte = (both >> (8n * (pick & 7n))) & 255n;
        picked |= (pick < 8n ? byte : byte < 128n ? 0n : 255n) << (8n * i);
      }
      const n = BigInt(c & 31);
      return [picked, (both << n) >> 32n & 0xffffffffn, both >> n & 0xffffffffn, (BigInt(a) * BigInt(b)) >> 32n].map(Number);
    });
    expect(got).toEqual(exact);
  });
});

describe('over a workgroup', () => {
  const n = 96;
  const workgroup = 48;
  it('sums, extremes, bits, counts', () => {
    const kernel = globalKernel({ id: 'groups', params: { x: read(f32), i: read(i32), out: write(f32), total: readwrite(i32) }, workgroup }, (g, { x, i, out, total }) => {
      const sum = g.groupAdd(x[g.id]!);
      const least = g.groupMin(x[g.id]!);
      const most = g.groupMax(i[g.id]!);
      const count = g.barrierCount(x[g.id]! > 0);
      const all = g.barrierAll(i[g.id]! < 1000);
      const any = g.barrierAny(i[g.id]! < 0);
      g.gridAdd(total, 0, i[g.id]!);
      g.gridMax(total, 1, i[g.id]!);
      const bits = g.groupOr(i[g.id]!);
      if (g.localId === 0) {
        const at = g.groupId * 7;
        out[at] = sum;
        out[at + 1] = least;
        out[at + 2] = most;
        out[at + 3] = count;
        out[at + 4] = all ? 1 : 0;
        out[at + 5] = any ? 1 : 0;
        out[at + 6] = bits;
      }
    });
    const x = Float32Array.from({ length: n }, (_, k) => ((k * 37) % 19) - 9);
    const i = Int32Array.from({ length: n }, (_, k) => (k * 53) % 61);
    const make = (): { buffers: Record<string, Typed>; grid: [number] } => ({ buffers: { x: x.slice(), i: i.slice(), out: new Float32Array(14), total: new Int32Array(2) }, grid: [2] });
    const exact = [0, 1].flatMap((group) => {
      const xs = [...x.subarray(group * workgroup, (group + 1) * workgroup)];
      const is = [...i.subarray(group * workgroup, (group + 1) * workgroup)];
      return [xs.reduce((a, b) => a + b), Math.min(...xs), Math.max(...is), xs.filter((v) => v > 0).length, 1, 0, is.reduce((a, b) => a | b)];
    });
    expect(everywhere(kernel.program, make, 'out')).toEqual(exact);
    expect(everywhere(kernel.program, make, 'total')).toEqual([[...i].reduce((a, b) => a + b), Math.max(...i)]);
  });

  it('atomic counters wrap at their limit', () => {
    const kernel = globalKernel({ id: 'counters', params: { c: readwrite(u32) }, workgroup: 8 }, (g, { c }) => {
      g.atomicIncrement(c, 0, 4);
      g.atomicDecrement(c, 1, 4);
    });
    expect(everywhere(kernel.program, () => ({ buffers: { c: new Uint32Array(2) }, grid: [1] }), 'c')).toEqual([8 % 5, 2]);
  });
});
