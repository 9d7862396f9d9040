/**
 * Every function of numbers, on every backend that is here, against the same function in double precision:
 * within the bound its row states, in units of the last place of the exact result.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceContext } from '../../src/backend/cpu/source-context.ts';
import { globalKernel, read, write, type GlobalDefinition } from '../../src/kernel/define.ts';
import { intrinsics, spelling, type IntrinsicRow, type Target } from '../../src/kernel/intrinsics/table.ts';
import { scalars, type ScalarName } from '../../src/layout/types.ts';
import { Bench, places, type Typed } from '../support/contexts.ts';

const categories = new Set(['math', 'trigonometric', 'hyperbolic', 'exponential', 'special', 'classify', 'bits', 'random']);
const target: Readonly<Record<string, Target>> = { cpu: 'wasm', webgpu: 'wgsl', metal: 'msl' };
const words = new Set<ScalarName>(['f32', 'i32', 'u32', 'bool']);

/** Rows of f32 and 32-bit integers with their type; vectors as results are tested beside their function. */
const cases = [...intrinsics.values()].flatMap((row) => {
  const types: readonly (ScalarName | null)[] = row.types.length === 0 ? [null] : row.types;
  return types.filter((t) => categories.has(row.category) && row.on.includes('ctx') && row.name !== 'philox'
    && [...row.params, row.result!].every((p) => words.has(p === 'T' ? t! : p))).map((type) => ({ row, type }));
});

const tiny = 2 ** -126;
const noise = (n: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: n }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
};

const edges = [0, -0, 1, -1, 0.5, -0.5, 2, 3, 10, -7.25, Math.PI, -Math.PI / 2, 1e-3, -1e-3, 1e-6, 1e-20, 1e10, 88, -87, 2 ** 23, 2 ** -126, 2 ** -149, -(2 ** -130), 3.4028234663852886e38, Infinity, -Infinity, NaN];
const count = 512;

/** Edges, then numbers of all ordinary sizes, then fractions of one. */
function floats(seed: number, shift: number): Float32Array {
  const r = noise(count * 2, seed);
  return Float32Array.from({ length: count }, (_, i) => {
    if (i < edges.length * 4) return edges[(i * (shift + 1) + Math.floor(i / edges.length) * shift) % edges.length]!;
    return i % 3 === 0 ? 2 * r[2 * i]! - 1 : (2 * r[2 * i]! - 1) * 2 ** (r[2 * i + 1]! * 12 - 6);
  });
}

function inputs(row: IntrinsicRow, type: ScalarName | null): Typed[] {
  return row.params.map((p, k) => {
    const name = p === 'T' ? type! : p;
    if (name === 'f32') return floats(k + 1, k);
    const r = noise(count, k + 50);
    const small = row.params.includes('f32') || type === 'f32' || row.types.includes('f32') && type === null;
    if (small) return Int32Array.from(r, (x) => Math.floor(x * 20) - 10);
    const special = [0, 1, 2, 31, 32, 33, 0x7fffffff, 0x80000000, 0xffffffff];
    const bits = Array.from(r, (x, i) => (i < 81 ? special[k === 0 ? i % 9 : Math.floor(i / 9) % 9]! : Math.floor(x * 2 ** 32)));
    return name === 'i32' ? Int32Array.from(bits) : Uint32Array.from(bits);
  });
}

function kernelOf(row: IntrinsicRow, type: ScalarName | null): GlobalDefinition {
  const named = (p: IntrinsicRow['params'][number]): ScalarName => (p === 'T' ? type! : p);
  const result = named(row.result!);
  const params = Object.fromEntries([...row.params.map((p, k) => [`p${k}`, read(scalars[named(p)])]), ['out', write(scalars[result === 'bool' ? 'u32' : result])]]);
  const call = `g.${row.name}(${row.params.map((_, k) => `p${k}[g.id]`).join(', ')})`;
  const names = Object.keys(params).join(', ');
  const fn = new Function('g', `{ ${names} }`, `out[g.id] = ${result === 'bool' ? `${call} ? 1 : 0` : call};`) as never;
  return globalKernel({ id: `row_${row.name}${type === null ? '' : `_${type}`}`, params, workgroup: 64 }, fn) as never;
}

const reference = sourceContext({ self: 1, state: null, uses: {}, send: {}, debug: () => undefined, ask: () => undefined }) as Record<string, (...args: number[]) => number | boolean>;
const bessel = (order: 0 | 1) => (x: number): number => {
  let term = order === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; k < 400; k++) sum += term *= (x * x) / 4 / (k * (k + order));
  return sum;
};
/** Exact values where the function in double precision is none: its types differ, or it rounds as f32 does. */
const exactly: Readonly<Record<string, (...args: number[]) => number | boolean>> = {
  isNormal: (x) => Math.abs(x!) >= tiny && Math.abs(x!) < Infinity,
  besselI0: (x) => (Math.abs(x!) > 600 ? Math.abs(x!) * Infinity : bessel(0)(x!)),
  besselI1: (x) => (Math.abs(x!) > 600 ? x! * Infinity : bessel(1)(x!)),
  powi: (x, n) => x! ** n!,
  sinpi: (x) => { const r = x! % 2; return r % 1 === 0 ? 0 : Math.sin(Math.PI * r); },
  cospi: (x) => { const r = Math.abs(x! % 2); return r % 1 === 0.5 ? 0 : Math.cos(Math.PI * r); },
};
/** Sums: their error is counted in units of the largest operand. */
const cancelling = new Set(['mix', 'fma', 'fract', 'randomNormal', 'sinpi', 'cospi']);
/** Angles whose reduction is a device's own affair. */
const turning = new Set(['sin', 'cos', 'tan']);
const unit = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);
const subnormal = (x: number): boolean => x !== 0 && Math.abs(x) < tiny;

/** Units in the last place between the result and the exact one; 0 where the target promises nothing. */
function distance(got: number, exact: number, operands: readonly number[], lax: boolean, scale: number): number {
  if (Object.is(got, exact) || got === exact) return 0;
  if (lax && ([...operands, exact].some((x) => !Number.isFinite(x)) || Math.abs(exact) > 3.4e38)) return 0;
  // Subnormal numbers may count as zero on a GPU.
  if (lax && ([...operands].some(subnormal) || (scale === 0 && Math.abs(exact) <= tiny))) return Math.abs(got) <= tiny || operands.some(subnormal) ? 0 : Infinity;
  if (Number.isNaN(exact)) return Number.isNaN(got) ? 0 : Infinity;
  if (Math.abs(exact) > 3.4028235677973366e38) return got === Math.sign(exact) * Infinity || Math.abs(got) > 3.4e38 ? 0 : Infinity;
  return Number.isFinite(got) ? Math.abs(got - exact) / unit(Math.max(Math.abs(exact), scale)) : Infinity;
}

for (const place of places) {
  const kind = place.name.split(',')[0]!;
  describe.skipIf(place.skip)(`accuracy on ${place.name}`, () => {
    let bench: Bench;
    const measured: string[] = [];
    beforeAll(async () => { bench = new Bench(await place.open()); }, 60_000);
    afterAll(async () => {
      await bench[Symbol.asyncDispose]();
      if (process.env['RK_ULP'] !== undefined) console.log(`${place.name}\n${measured.join('\n')}`);
    });

    const claimed = cases.filter(({ row, type }) => row.written !== undefined || spelling(row, target[kind]!, type) !== undefined);
    it.each(claimed.map((c) => ({ ...c, label: `${c.row.name}${c.type === null ? '' : ` of ${c.type}`}` })))('$label', { timeout: 30_000 }, async ({ row, type }) => {
      const data = inputs(row, type);
      const result = row.result === 'T' ? type! : row.result!;
      const out = result === 'f32' ? new Float32Array(count) : result === 'i32' ? new Int32Array(count) : new Uint32Array(count);
      await bench.run(kernelOf(row, type), [count / 64], ...data, out);
      await bench.read(out);
      let worst = { ulp: 0, text: '' };
      for (let i = 0; i < count; i++) {
        const operands = data.map((d) => d[i]!);
        if (turning.has(row.name) && Math.abs(operands[0]!) > 64) continue;
        // What they do with NaN is up to the target.
        if ((row.name === 'fmin' || row.name === 'fmax') && operands.some(Number.isNaN)) continue;
        const value = Number((exactly[row.name] ?? reference[row.name]!)(...operands));
        const exact = result === 'i32' ? value | 0 : result === 'u32' ? value >>> 0 : (row.ulp ?? 0) === 0 && result === 'f32' ? Math.fround(value) : value;
        const scale = cancelling.has(row.name) ? Math.max(1, ...operands.map(Math.abs).filter(Number.isFinite)) : 0;
        const ulp = distance(out[i]!, exact, operands, kind === 'webgpu', scale);
        if (ulp > worst.ulp) worst = { ulp, text: `${row.name}(${operands.join(', ')}) = ${out[i]}, exactly ${exact}` };
      }
      measured.push(`${row.name} ${type} ${worst.ulp.toFixed(2)} of ${row.ulp ?? 0} ${worst.ulp > (row.ulp ?? 0) ? worst.text : ''}`);
      expect(worst.ulp, worst.text).toBeLessThanOrEqual(row.ulp ?? 0);
    });
  });
}
