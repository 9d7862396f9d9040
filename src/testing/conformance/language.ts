/** Small handlers that say what the kernel language means, with the answers every backend must give. */
import { ringKernel, type KernelDefinition } from '../../kernel/define.ts';
import { rawFunction } from '../../kernel/raw.ts';
import { array, bf16, f16, f32, f64, i32, i64, mat2, mat3, struct, u32, u64, vec3, vec4 } from '../../layout/types.ts';
import { message } from '../../message/message.ts';
import type { ActorDefinition } from '../../runtime/types.ts';
import { close, equal, show } from './assert.ts';
import { shapePrograms } from './shapes.ts';
import type { CaseContext, ConformanceCase, Feature } from './suite.ts';

/** What every program takes; it uses what it needs. */
export const In = message('In', { i: i32, j: i32, u: u32, v: u32, x: f32, y: f32 });
const I = message('I', { value: i32 });
const U = message('U', { value: u32 });
const F = message('F', { value: f32 });
const Long = message('Long', { a: i64, b: i64, c: u64 });
const LongOut = message('LongOut', { sum: i64, product: i64, quotient: i64, remainder: i64, shifted: u64, less: u32 });
const Double = message('Double', { x: f64, y: f64 });
const DoubleOut = message('DoubleOut', { value: f64 });
const Point = struct('Point', { at: vec3(f32), weight: f32 });
const Points = message('Points', { a: Point, b: Point });
const PointOut = message('PointOut', { mid: Point, distance: f32 });
const Colour = message('Colour', { c: vec4(f32) });
const Matrices = message('Matrices', { m: mat3, n: mat3, v: vec3(f32) });
const MatricesOut = message('MatricesOut', { product: mat3, moved: vec3(f32), back: mat3, inverse: mat3, numbers: array(f32, 4) });
const QuatOut = message('QuatOut', { x: f32, y: f32, off: f32, twice: f32, half: f32, back: f32 });
const Halves = message('Halves', { h: f16, b: bf16, x: f32 });
/** High word of a product. */
const highHalf = rawFunction({
  name: 'highHalf', params: { a: u32, b: u32 }, returns: u32, cuda: 'return __umulhi(a, b);', msl: 'return mulhi(a, b);',
  reference: (a, b) => {
    const [al, ah, bl, bh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
    const middle = (Math.imul(ah, bl) >>> 0) + ((Math.imul(al, bl) >>> 0) >>> 16);
    const other = (Math.imul(al, bh) >>> 0) + (middle & 0xffff);
    return (Math.imul(ah, bh) >>> 0) + (middle >>> 16) + (other >>> 16);
  },
});
const Row = message('Row', { values: array(i32, 8) });

const zero = { i: 0, j: 0, u: 0, v: 0, x: 0, y: 0 };
const PRIMES = Uint32Array.of(2, 3, 5, 7, 11, 13, 17, 19);
const square = (x: number): number => x * x;

export interface Program {
  readonly name: string;
  readonly kernel: () => KernelDefinition;
  /** Inputs with their answers; f32 answers are exact unless `relative` is given. */
  readonly cases: readonly (readonly [input: object, output: object])[];
  readonly relative?: number;
  readonly needs?: readonly Feature[];
}

/** A matrix as replies hold it. */
const columns = (...lists: readonly (readonly [number, number, number] | ((x: number) => number))[]): object[] => {
  const round = typeof lists.at(-1) === 'function' ? lists.at(-1) as (x: number) => number : (x: number) => x;
  return lists.flatMap((c) => (typeof c === 'function' ? [] : [{ x: round(c[0]), y: round(c[1]), z: round(c[2]) }]));
};

const nan = NaN;
const f = Math.fround;

const ownPrograms: readonly Program[] = [
  {
    name: 'division is real, integer division truncates',
    kernel: () => ringKernel({ id: 'division', on: In, reply: Row }, (ctx, { i, j, x }) => ({
      values: [ctx.idiv(i, j), (i / j) | 0, Math.trunc(i / j), i % j, ctx.i32(x / 2), Math.floor(i / j), Math.ceil(i / j), ctx.i32(i / 4 * 100)],
    })),
    cases: [
      [{ ...zero, i: 7, j: 2, x: 5 }, { values: [3, 3, 3, 1, 2, 3, 4, 175] }],
      [{ ...zero, i: -7, j: 2, x: -5 }, { values: [-3, -3, -3, -1, -2, -4, -3, -175] }],
    ],
  },
  {
    name: 'integer division by zero gives 0',
    needs: ['wraps'],
    kernel: () => ringKernel({ id: 'byZero', on: In, reply: Row }, (ctx, { i, j, u, v }) => ({
      values: [ctx.idiv(i, j), (i / j) | 0, Math.trunc(i / j), i % j, Math.floor(i / j), Math.ceil(i / j), ctx.i32(ctx.idiv(u, v)), ctx.i32(u % v)],
    })),
    cases: [
      [{ ...zero, i: 9, u: 9 }, { values: [0, 0, 0, 0, 0, 0, 0, 0] }],
      [{ ...zero, i: -(2 ** 31), j: -1, u: 7, v: 2 }, { values: [-(2 ** 31), -(2 ** 31), -(2 ** 31), 0, -(2 ** 31), -(2 ** 31), 3, 1] }],
    ],
  },
  {
    name: 'integers wrap at 32 bits',
    needs: ['wraps'],
    kernel: () => ringKernel({ id: 'wrapping', on: In, reply: Row }, (ctx, { i, j, u, v }) => ({
      values: [i + j, i * j, -i, ctx.i32(u + v), ctx.i32(u * v), ctx.i32(u - v), Math.imul(i, j), ctx.i32(-u)],
    })),
    cases: [[
      { ...zero, i: 2 ** 31 - 1, j: 3, u: 2 ** 32 - 1, v: 5 },
      { values: [-(2 ** 31) + 2, (Math.imul(2 ** 31 - 1, 3)), -(2 ** 31) + 1, 4, -5, -6, Math.imul(2 ** 31 - 1, 3), 1] },
    ]],
  },
  {
    name: 'bits: and, or, xor, not, shifts, leading zeros',
    kernel: () => ringKernel({ id: 'bits', on: In, reply: Row }, (ctx, { i, j, u }) => ({
      values: [i & j, i | j, i ^ j, ~i, i << 4, i >> 2, ctx.i32(u >>> 3), Math.clz32(i)],
    })),
    cases: [
      [{ ...zero, i: 12, j: 10, u: 80 }, { values: [8, 14, 6, -13, 192, 3, 10, 28] }],
      [{ ...zero, i: -16, j: 255, u: 2 ** 31 }, { values: [240, -1, -241, 15, -256, -4, 2 ** 28, 0] }],
    ],
  },
  {
    name: 'a local takes the join of what it is assigned',
    kernel: () => ringKernel({ id: 'join', on: In, reply: F }, (ctx, { i, x }) => {
      let acc = 0;
      for (let k = 0; k < i; k++) acc += x * k;
      return { value: acc };
    }),
    cases: [[{ ...zero, i: 5, x: 0.5 }, { value: 5 }], [{ ...zero, i: 0, x: 9 }, { value: 0 }]],
  },
  {
    name: 'loops: for, while, do, break, continue, labels',
    kernel: () => ringKernel({ id: 'loops', on: In, reply: I }, (ctx, { i, j }) => {
      let sum = 0;
      outer: for (let a = 0; a < i; a++) {
        for (let b = 0; b < i; b++) {
          if (b === j) continue outer;
          if (a * b > 12) break outer;
          sum += a * 10 + b;
        }
      }
      let n = i;
      while (n > 0) {
        n--;
        if (n === 2) continue;
        sum += n;
      }
      do sum++; while (sum < 0);
      return { value: sum };
    }),
    cases: [[{ ...zero, i: 5, j: 3 }, { value: 324 }], [{ ...zero, i: 0, j: 0 }, { value: 1 }], [{ ...zero, i: 7, j: 9 }, { value: 453 }]],
  },
  {
    name: 'switch with fall-through and default',
    kernel: () => ringKernel({ id: 'switching', on: In, reply: I }, (ctx, { i }) => {
      let r = 0;
      switch (i) {
        // @ts-expect-error falling through is part of the language
        case 1: r += 1;
        case 2: r += 10; break;
        case 3: return { value: 333 };
        default: r = -1;
      }
      return { value: r };
    }),
    cases: [1, 2, 3, 4].map((i, k) => [{ ...zero, i }, { value: [11, 10, 333, -1][k] }] as const),
  },
  {
    name: 'conditions: comparisons, logic, ternaries, NaN',
    kernel: () => ringKernel({ id: 'conditions', on: In, reply: U }, (ctx, { i, j, x, y }) => {
      let bits = ctx.u32(0);
      if (i < j && x < y) bits |= 1;
      if (i > j || x > y) bits |= 2;
      if (!(x === y)) bits |= 4;
      if (x) bits |= 8;
      bits |= i === j ? 16 : 32;
      if (Number.isNaN(x)) bits |= 64;
      return { value: bits };
    }),
    cases: [
      [{ ...zero, i: 1, j: 2, x: 1, y: 2 }, { value: 1 | 4 | 8 | 32 }],
      [{ ...zero, i: 2, j: 2, x: 0, y: 0 }, { value: 16 }],
      [{ ...zero, i: 1, j: 2, x: nan, y: 2 }, { value: 4 | 32 | 64 }],
    ],
  },
  {
    name: 'signed and unsigned integers compare by value',
    kernel: () => ringKernel({ id: 'signs', on: In, reply: U }, (ctx, { i, u }) => ({ value: ctx.u32(i < u) + 2 * ctx.u32(i === u) + 4 * ctx.u32(i > u) })),
    cases: [
      [{ ...zero, i: -1, u: 0 }, { value: 1 }], [{ ...zero, i: 5, u: 5 }, { value: 2 }],
      [{ ...zero, i: 5, u: 2 ** 32 - 1 }, { value: 1 }], [{ ...zero, i: 3, u: 2 }, { value: 4 }],
    ],
  },
  {
    name: 'casts: floats saturate, |0 wraps, signs keep their bits',
    kernel: () => ringKernel({ id: 'casts', on: In, reply: Row }, (ctx, { x, i }) => ({
      values: [ctx.i32(x), ctx.i32(ctx.u32(x)), x | 0, ~~x, ctx.i32(x >>> 0), ctx.i32(ctx.u32(i)), ctx.i32(ctx.bool(x)), ctx.i32(Math.round(x))],
    })),
    cases: [
      [{ ...zero, x: 2.75, i: -1 }, { values: [2, 2, 2, 2, 2, -1, 1, 3] }],
      [{ ...zero, x: -2.75, i: 7 }, { values: [-2, 0, -2, -2, -2, 7, 1, -3] }],
      [{ ...zero, x: nan, i: 0 }, { values: [0, 0, 0, 0, 0, 0, 0, 0] }],
    ],
  },
  {
    name: 'single precision is rounded at every step',
    needs: ['rounds'],
    kernel: () => ringKernel({ id: 'rounding', on: In, reply: F }, (ctx, { x, y }) => ({ value: (x + y) - x })),
    cases: [[{ ...zero, x: 16_777_216, y: 1 }, { value: 0 }], [{ ...zero, x: 1, y: f(1e-9) }, { value: 0 }]],
  },
  {
    name: 'square roots, absolute values, minima and maxima',
    kernel: () => ringKernel({ id: 'math', on: In, reply: F }, (ctx, { x, y }) => ({
      value: Math.sqrt(Math.abs(x)) + Math.min(x, y) * 100 + Math.max(x, y) * 10_000,
    })),
    cases: [[{ ...zero, x: -4, y: 3 }, { value: 29_602 }], [{ ...zero, x: 9, y: -1 }, { value: 89_903 }]],
  },
  {
    name: 'trigonometry, exponentials, powers',
    relative: 1e-5,
    kernel: () => ringKernel({ id: 'transcendental', on: In, reply: F }, (ctx, { x, y }) => ({
      value: Math.sin(x) + Math.cos(y) * 2 + Math.exp(x) * 3 + Math.log(y) * 4 + Math.pow(x, y) * 5 + Math.atan2(y, x) * 6 + x ** 3 * 7,
    })),
    cases: [[{ ...zero, x: 1.25, y: 2.5 }, {
      value: Math.sin(1.25) + Math.cos(2.5) * 2 + Math.exp(1.25) * 3 + Math.log(2.5) * 4 + 1.25 ** 2.5 * 5 + Math.atan2(2.5, 1.25) * 6 + 1.25 ** 3 * 7,
    }]],
  },
  {
    name: 'floor, ceil, round and trunc of floats',
    kernel: () => ringKernel({ id: 'roundings', on: In, reply: F }, (ctx, { x }) => ({ value: Math.floor(x) * 1000 + Math.ceil(x) * 100 + Math.round(x) * 10 + Math.trunc(x) })),
    cases: [[{ ...zero, x: 2.5 }, { value: 2332 }], [{ ...zero, x: -2.5 }, { value: -3222 }], [{ ...zero, x: 3 }, { value: 3333 }]],
  },
  {
    name: 'constants and helper functions come through uses',
    kernel: () => ringKernel({ id: 'uses', on: In, reply: F, uses: { square, SCALE: 2.5, PRIMES, nested: { offset: 1 } } },
      (ctx, { x, u }, { square, SCALE, PRIMES, nested }) => ({ value: square(x) * SCALE + PRIMES[u]! + nested.offset + PRIMES.length })),
    cases: [[{ ...zero, x: 2, u: 3 }, { value: 26 }], [{ ...zero, x: 0, u: 7 }, { value: 28 }]],
  },
  {
    name: 'inner functions see the locals around them',
    kernel: () => ringKernel({ id: 'inner', on: In, reply: I }, (ctx, { i, j }) => {
      let calls = 0;
      const twice = (n: number): number => {
        calls += 1;
        return n * 2;
      };
      const sum = twice(i) + twice(j);
      return { value: sum * 10 + calls };
    }),
    cases: [[{ ...zero, i: 3, j: 4 }, { value: 142 }]],
  },
  {
    name: 'local arrays',
    kernel: () => ringKernel({ id: 'locals', on: In, reply: I }, (ctx, { i }) => {
      const seen = new Int32Array(16);
      for (let k = 0; k < 16; k++) seen[k] = k * i;
      let sum = 0;
      for (const value of seen) sum += value;
      const pair = [sum, i];
      return { value: pair[0]! + pair[1]! };
    }),
    cases: [[{ ...zero, i: 3 }, { value: 363 }], [{ ...zero, i: -1 }, { value: -121 }]],
  },
  {
    name: 'arrays in messages and state',
    kernel: () => ringKernel({ id: 'arrays', on: Row, reply: Row, state: { seen: array(i32, 8), rounds: u32 } }, (ctx, msg) => {
      for (let k = 0; k < 8; k++) ctx.state.seen[k] = ctx.state.seen[k]! + msg.values[k]! * (k + 1);
      ctx.state.rounds += 1;
      return { values: ctx.state.seen };
    }),
    cases: [
      [{ values: [1, 1, 1, 1, 1, 1, 1, 1] }, { values: [1, 2, 3, 4, 5, 6, 7, 8] }],
      [{ values: [0, 0, 0, 0, 0, 0, 0, -1] }, { values: [1, 2, 3, 4, 5, 6, 7, 0] }],
    ],
  },
  {
    name: 'vectors and nested structs',
    kernel: () => ringKernel({ id: 'vectors', on: Points, reply: PointOut }, (ctx, { a, b }) => ({
      mid: { at: a.at.add(b.at).mul(0.5), weight: a.weight + b.weight },
      distance: a.at.sub(b.at).length(),
    })),
    cases: [[
      { a: { at: [1, 2, 3], weight: 1 }, b: { at: [3, 2, 3], weight: 0.5 } },
      { mid: { at: { x: 2, y: 2, z: 3 }, weight: 1.5 }, distance: 2 },
    ]],
  },
  {
    name: 'swizzles: read, written, of colours',
    kernel: () => ringKernel({ id: 'swizzles', on: Colour, reply: Colour, state: { last: vec4(f32) } }, (ctx, { c }) => {
      const v = ctx.vec4(c.bgr, 1);
      v.xy = v.yx;
      v.a += c.x;
      ctx.state.last.zw = ctx.vec2(c.a, v.w);
      ctx.state.last.rg = v.zx.mul(2);
      const cell = ctx.ivec3(v.xyz.mul(1.5));
      return { c: ctx.state.last.add(ctx.vec4(ctx.vec3(cell), 0)) };
    }),
    cases: [[{ c: [1, 2, 4, 8] }, { c: { x: 2 + 3, y: 4 + 6, z: 8 + 1, w: 2 } }], [{ c: [-1, 2, 4, 8] }, { c: { x: -2 + 3, y: 4 + 6, z: 8 - 1, w: 0 } }]],
  },
  {
    name: 'matrices: products, transpose, determinant, inverse',
    kernel: () => ringKernel({ id: 'matrices', on: Matrices, reply: MatricesOut, state: { turns: mat2 } }, (ctx, { m, n, v }) => {
      ctx.state.turns = ctx.state.turns.add(ctx.mat2(1));
      ctx.state.turns[1] = ctx.state.turns[0].yx;
      const product = m.mul(n);
      return {
        product, moved: product.mul(v), back: m.transpose().sub(ctx.mat3(0.5)).mul(2), inverse: m.inverse(),
        numbers: [m.determinant(), ctx.mat4(2, 0, 0, 1, 0, 3, 0, 0, 0, 1, 4, 0, 0, 0, 0, 5).determinant(), ctx.mat4(2).inverse()[3].w, ctx.state.turns.determinant()],
      };
    }),
    cases: [[
      { m: [[1, 2, 0], [0, 1, 4], [1, 0, 1]], n: [[2, 0, 0], [0, 1, 1], [1, 0, 0]], v: [1, 2, 3] },
      {
        product: columns([2, 4, 0], [1, 1, 5], [1, 2, 0]), moved: { x: 7, y: 12, z: 10 }, back: columns([1, 0, 2], [4, 1, 0], [0, 8, 1]),
        inverse: columns([1 / 9, -2 / 9, 8 / 9], [4 / 9, 1 / 9, -4 / 9], [-1 / 9, 2 / 9, 1 / 9], f), numbers: [9, 120, 0.5, 1],
      },
    ]],
  },
  {
    name: 'quaternions: product, rotation, slerp',
    relative: 4e-6,
    kernel: () => ringKernel({ id: 'quaternions', on: Colour, reply: QuatOut }, (ctx, { c }) => {
      const turn = ctx.quat(ctx.vec3(0, 0, 1), c.w);
      const turned = turn.rotate(c.xyz);
      const same = turn.toMatrix().mul(c.xyz);
      const twice = turn.qmul(turn).rotate(c.xyz);
      const half = ctx.quat(ctx.vec3(0, 0, 1), 0).slerp(turn, 0.5);
      return { x: turned.x, y: turned.y, off: 1 + turned.distance(same), twice: twice.x, half: half.z, back: turn.conjugate().rotate(turned).y };
    }),
    cases: [[
      { c: [3, 1, 2, Math.PI / 3] },
      { x: 1.5 - Math.sin(Math.PI / 3), y: 3 * Math.sin(Math.PI / 3) + 0.5, off: 1, twice: -1.5 - Math.sin(Math.PI / 3), half: Math.sin(Math.PI / 12), back: 1 },
    ]],
  },
  {
    name: 'halves are stored: read as f32, rounded to nearest even',
    kernel: () => ringKernel({ id: 'halves', on: Halves, reply: Halves, state: { last: f16, list: array(bf16, 3) } }, (ctx, { h, b, x }) => {
      ctx.state.last = ctx.f16(h + x);
      ctx.state.list[1] = ctx.bf16(b * x);
      return { h: ctx.state.last, b: ctx.state.list[1]!, x: h + b };
    }),
    // 2049 lies between two halves, 257 between two bfloat16: ties go to even.
    cases: [
      [{ h: 2048, b: 1, x: 1 }, { h: 2048, b: 1, x: 2049 }], [{ h: 2048, b: 1, x: 257 }, { h: 2304, b: 256, x: 2049 }], [{ h: 2048, b: 1, x: 259 }, { h: 2308, b: 260, x: 2049 }], [{ h: 0.1, b: 0.1, x: 0 }, { h: 0.0999755859375, b: 0, x: f(0.0999755859375 + 0.10009765625) }],
    ],
  },
  {
    name: 'raw functions give what their reference gives',
    needs: ['wraps'],
    kernel: () => ringKernel({ id: 'raw', on: In, reply: U, uses: { highHalf } }, (_ctx, { u, v }, { highHalf }) => ({ value: highHalf(u, v) })),
    cases: [[{ ...zero, u: 0x1234_5678, v: 0x10 }, { value: 0x1 }], [{ ...zero, u: 2 ** 32 - 1, v: 2 ** 32 - 1 }, { value: 2 ** 32 - 2 }]],
  },
  {
    name: '64-bit integers',
    needs: ['i64'],
    kernel: () => ringKernel({ id: 'longs', on: Long, reply: LongOut }, (ctx, { a, b, c }) => ({
      sum: a + b, product: a * b, quotient: a / b, remainder: a % b, shifted: c << 4n, less: ctx.u32(a < b),
    })),
    cases: [
      [{ a: 7n, b: -2n, c: 3n }, { sum: 5n, product: -14n, quotient: -3n, remainder: 1n, shifted: 48n, less: 0 }],
      [{ a: -(2n ** 40n), b: 2n ** 21n, c: 2n ** 33n }, { sum: -(2n ** 40n) + 2n ** 21n, product: -(2n ** 61n), quotient: -(2n ** 19n), remainder: 0n, shifted: 2n ** 37n, less: 1 }],
    ],
  },
  {
    name: 'double precision',
    needs: ['f64'],
    kernel: () => ringKernel({ id: 'doubles', on: Double, reply: DoubleOut }, (ctx, { x, y }) => ({ value: (x + y) * y - Math.sqrt(x) })),
    cases: [[{ x: 2, y: 1e-12 }, { value: (2 + 1e-12) * 1e-12 - Math.sqrt(2) }]],
  },
  {
    name: 'an early return leaves the rest undone',
    kernel: () => ringKernel({ id: 'early', on: In, reply: U, state: { late: u32 } }, (ctx, { i }) => {
      if (i < 0) return { value: ctx.state.late };
      ctx.state.late += 1;
      return { value: ctx.state.late + 100 };
    }),
    cases: [[{ ...zero, i: 1 }, { value: 101 }], [{ ...zero, i: -1 }, { value: 1 }], [{ ...zero, i: 1 }, { value: 102 }]],
  },
  {
    name: 'assignments and increments are values; sides are evaluated left to right',
    kernel: () => ringKernel({ id: 'order', on: In, reply: I }, (ctx, { i }) => {
      let a = i;
      const b = a * (a += 2);
      const c = a++ + ++a;
      let d = 0;
      const e = (d = 5, d * 2);
      return { value: b * 10_000 + c * 100 + d + e };
    }),
    cases: [[{ ...zero, i: 3 }, { value: 15 * 10_000 + 12 * 100 + 15 }]],
  },
  {
    name: 'hash and search: ordinary algorithms',
    needs: ['wraps'],
    kernel: () => ringKernel({ id: 'algorithms', on: In, reply: U, uses: { PRIMES } }, (ctx, { u, v }, { PRIMES }) => {
      let hash = ctx.u32(2_166_136_261);
      for (let k = 0; k < 4; k++) {
        hash ^= (u >>> (k * 8)) & 255;
        hash = Math.imul(hash, 16_777_619) >>> 0;
      }
      let low = 0;
      let high = 8;
      while (low < high) {
        const mid = (low + high) >> 1;
        if (PRIMES[mid]! < v) low = mid + 1;
        else high = mid;
      }
      return { value: (hash ^ ctx.u32(low)) >>> 0 };
    }),
    cases: [[{ ...zero, u: 0x64636261, v: 11 }, { value: (0xce3479bd ^ 4) >>> 0 }]],
  },
];

const programs: readonly Program[] = [...ownPrograms, ...shapePrograms];

async function run(c: CaseContext, program: Program): Promise<void> {
  const ring = await c.ring();
  const kernel = await ring.launch(program.kernel() as ActorDefinition);
  for (const [input, output] of program.cases) {
    const answer: unknown = await kernel.call(input as never);
    const what = `${program.name}, for ${show(input)}`;
    if (program.relative === undefined) equal(answer, output, what);
    else for (const [key, value] of Object.entries(output)) close((answer as Record<string, number>)[key]!, value as number, program.relative, what);
  }
}

export const languageCases: readonly ConformanceCase[] = [{
  name: 'language: every program is accepted and launched',
  needs: ['compileOnly'],
  async run(c) {
    const ring = await c.ring();
    for (const program of programs) {
      const kernel = await ring.launch(program.kernel() as ActorDefinition);
      await kernel.terminate();
    }
  },
}, ...programs.map((program): ConformanceCase => ({
  name: `language: ${program.name}`,
  needs: ['execute', ...(program.needs ?? [])],
  run: (c) => run(c, program),
}))];
