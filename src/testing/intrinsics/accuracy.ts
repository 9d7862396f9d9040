/**
 * Every function of numbers in the table of intrinsics as a case: a kernel that computes it for many operands,
 * and the judgement of what came out. The tests run them on every backend, `ringkernel selftest` on the machine's.
 */
import type { Context } from '../../backend/contract.ts';
import { globalKernel, read, write, type GlobalDefinition } from '../../kernel/define.ts';
import { intrinsics, rangeOf, spelling, ulpOf, type IntrinsicRow, type Target } from '../../kernel/intrinsics/table.ts';
import { scalars, type ScalarName } from '../../layout/types.ts';
import { fromNumber, type Big } from './big.ts';
import { distance, formats, type Leniency } from './judge.ts';
import { floatFunctions, integerFunctions, otherFunctions } from './reference.ts';

export type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array;

export interface AccuracyCase {
  readonly label: string;
  readonly row: IntrinsicRow;
  /** What `T` is; null for rows without. */
  readonly type: ScalarName | null;
  /** Largest error allowed. */
  readonly ulp: number;
  /** Types of the operands and of the result; cases with the same ones have the same operands. */
  readonly operands: readonly ScalarName[];
  readonly result: ScalarName;
  readonly inputs: readonly Numbers[];
  /** The largest error in the output, and where. */
  judge(output: Numbers, leniency: Leniency): { readonly ulp: number; readonly text: string };
}

const categories = new Set<IntrinsicRow['category']>(['math', 'trigonometric', 'hyperbolic', 'exponential', 'special', 'classify', 'bits']);
const count = 512;

const made = {
  bool: Uint32Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, f32: Float32Array, f64: Float64Array,
} as const;

const noise = (n: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: n }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
};

const edges = [0, -0, 1, -1, 0.5, -0.5, 2, 3, 10, -7.25, Math.PI, -Math.PI / 2, 1e-3, -1e-3, 1e-6, 1e-20, 1e10, 88, -87, 2 ** 23, Infinity, -Infinity, NaN];
const edgesOf = {
  f32: [...edges, 2 ** -126, 2 ** -149, -(2 ** -130), 3.4028234663852886e38], f64: [...edges, 2 ** -1022, 5e-324, -(2 ** -1030), Number.MAX_VALUE],
} as const;

/** Edges, then numbers of all ordinary sizes, then fractions of one. */
function floats(type: 'f32' | 'f64', k: number): Numbers {
  const r = noise(count * 3, k + 1);
  const ends = edgesOf[type];
  const numbers = Array.from({ length: count }, (_, i) => {
    if (i < ends.length * 4) return ends[(i * (k + 1) + Math.floor(i / ends.length) * k) % ends.length]!;
    // Doubles need more bits than one number of the generator has.
    const x = 2 * (r[3 * i]! + r[3 * i + 2]! * 2 ** -32) - 1;
    return i % 3 === 0 ? x : x * 2 ** (r[3 * i + 1]! * 12 - 6);
  });
  return made[type].from(numbers);
}

function integers(type: 'bool' | 'i32' | 'u32' | 'i64' | 'u64', k: number, besideFloats: boolean): Numbers {
  const r = noise(2 * count, k + 50);
  // Beside floats they are orders and exponents.
  if (besideFloats) return made.i32.from({ length: count }, (_, i) => Math.floor(r[i]! * 20) - 10);
  const wide = type === 'i64' || type === 'u64';
  const special = [0n, 1n, 2n, 31n, 32n, 33n, ...(wide ? [63n, 64n, 1n << 31n, 1n << 32n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n] : [0x7fffffffn, 0x80000000n, 0xffffffffn])];
  const n = special.length;
  const bits = Array.from({ length: count }, (_, i) =>
    (i < n * n ? special[k === 0 ? i % n : Math.floor(i / n) % n]! : (BigInt(Math.floor(r[i]! * 2 ** 32)) << (wide ? 32n : 0n)) | (wide ? BigInt(Math.floor(r[count + i]! * 2 ** 32)) : 0n)));
  switch (type) {
    case 'i64': return made.i64.from(bits, (b) => BigInt.asIntN(64, b));
    case 'u64': return made.u64.from(bits);
    case 'i32': return made.i32.from(bits, (b) => Number(BigInt.asIntN(32, b)));
    default: return made.u32.from(bits, Number);
  }
}

function caseOf(row: IntrinsicRow, type: ScalarName | null): AccuracyCase {
  const named = row.params.map((p) => (p === 'T' ? type! : p));
  const result = row.result === 'T' ? type! : row.result!;
  const besideFloats = named.some((t) => t === 'f32' || t === 'f64');
  const inputs = named.map((t, k) => (t === 'f32' || t === 'f64' ? floats(t, k) : integers(t as 'i32', k, besideFloats)));
  const ulp = ulpOf(row, type);
  const exact = exactly(row.name, type, inputs, result);
  return {
    label: `${row.name}${type === null ? '' : ` of ${type}`}`, row, type, ulp, operands: named, result, inputs,
    judge(output, leniency) {
      let worst = { ulp: 0, text: '' };
      for (let i = 0; i < count; i++) {
        const operands = inputs.map((d) => Number(d[i]!));
        if (operands.some((x) => Math.abs(x) > rangeOf(row, type))) continue;
        const want = exact(i);
        if (want === null) continue;
        const off = result === 'f32' || result === 'f64'
          ? distance({ got: output[i] as number, exact: want as Big | number, operands, near: nearOf(row, operands), ulp, format: formats[result] }, leniency)
          : output[i] === want || (leniency.flush && operands.some((x) => x !== 0 && Math.abs(x) < 2 ** -126)) ? 0 : Infinity;
        if (off > worst.ulp) worst = { ulp: off, text: `${row.name}(${inputs.map((d) => d[i]).join(', ')}) = ${output[i]}, ${off === Infinity ? 'which is wrong' : `off by ${off.toFixed(2)} units`}` };
      }
      return worst;
    },
  };
}

function nearOf(row: IntrinsicRow, operands: readonly number[]): number {
  if (row.near !== 'operands') return row.near ?? 0;
  const [a = 0, b = 1] = operands;
  return Math.max(...[...operands, ...(row.name === 'fma' ? [a * b] : [])].map(Math.abs).filter(Number.isFinite), 0);
}

/** The exact result by number of the operands: a `Big` or number for floats, what the array holds for others, null: nothing is promised. Computed once. */
function exactly(name: string, type: ScalarName | null, inputs: readonly Numbers[], result: ScalarName): (i: number) => Big | number | bigint | null {
  const seen = new Map<number, Big | number | bigint | null>();
  const compute = (i: number): Big | number | bigint | null => {
    const operands = inputs.map((d) => d[i]!);
    const float = type === 'f64' || type === 'f32' || inputs.some((d) => d instanceof Float32Array);
    const other = otherFunctions.get(name);
    if (other !== undefined) {
      const value = other(type === 'f64' ? 'f64' : 'f32', ...operands.map(Number));
      return result === 'i32' ? Number(value) | 0 : Number(value);
    }
    if (!float) {
      const value = integerFunctions.get(name)!(type, ...operands.map(BigInt));
      switch (result) {
        case 'i64': return BigInt.asIntN(64, value);
        case 'u64': return BigInt.asUintN(64, value);
        case 'i32': return Number(BigInt.asIntN(32, value));
        default: return Number(BigInt.asUintN(32, value));
      }
    }
    const numbers = operands.map(Number);
    // What they do with NaN is up to the target.
    if ((name === 'fmin' || name === 'fmax') && numbers.some(Number.isNaN)) return null;
    const f = floatFunctions.get(name)!;
    return numbers.every(Number.isFinite) && (f.domain?.(...numbers) ?? true) ? f.exact(...numbers.map(fromNumber)) : f.edge(...numbers);
  };
  return (i) => {
    if (!seen.has(i)) seen.set(i, compute(i));
    return seen.get(i)!;
  };
}

/** Whether the walk has an exact answer for the row. Rows without one are tested beside their definition. */
export const judged = (row: IntrinsicRow): boolean => floatFunctions.has(row.name) || integerFunctions.has(row.name) || otherFunctions.has(row.name);

let all: readonly AccuracyCase[] | null = null;
/** Every row of numbers with every type it takes. */
export function accuracyCases(): readonly AccuracyCase[] {
  return (all ??= [...intrinsics.values()].filter((row) => categories.has(row.category) && row.on.includes('ctx') && judged(row)).flatMap((row) => {
    const types: readonly (ScalarName | null)[] = row.types.length === 0 ? [null] : row.types;
    return types.map((type) => caseOf(row, type));
  }));
}

/** Whether a target has the row for this type. */
export const claims = (target: Target, { row, type }: Pick<AccuracyCase, 'row' | 'type'>): boolean =>
  row.written !== undefined || (spelling(row, target, type) !== undefined && !(type === 'f64' && (target === 'msl' || target === 'wgsl')));

export interface AccuracyResult {
  readonly label: string;
  readonly ulp: number;
  readonly bound: number;
  /** The worst place, when it is outside the bound. */
  readonly text: string;
  readonly passed: boolean;
}

/** Cases of one signature, computed by one kernel: each has its stretch of the output. */
export interface AccuracyBatch {
  readonly cases: readonly AccuracyCase[];
  readonly definition: GlobalDefinition;
  /** Arrays of the kernel's parameters; the last is the output. */
  arrays(): Numbers[];
  judge(output: Numbers, leniency: Leniency): AccuracyResult[];
}

/** Cases in a kernel: compilers take their time with many. */
const batchSize = 16;

/** All that a target claims, in batches. */
export function accuracyBatches(target: Target): AccuracyBatch[] {
  const bySignature = new Map<string, AccuracyCase[]>();
  for (const test of accuracyCases()) {
    if (!claims(target, test)) continue;
    const key = `${test.operands.join()} ${test.result}`;
    bySignature.set(key, [...bySignature.get(key) ?? [], test]);
  }
  return [...bySignature.values()].flatMap((cases) => Array.from({ length: Math.ceil(cases.length / batchSize) }, (_, k) => batchOf(cases.slice(k * batchSize, (k + 1) * batchSize))));
}

function batchOf(cases: readonly AccuracyCase[]): AccuracyBatch {
  const [{ operands, result, inputs }] = cases as [AccuracyCase];
  const params = Object.fromEntries([...operands.map((p, k) => [`p${k}`, read(scalars[p])]), ['out', write(scalars[result === 'bool' ? 'u32' : result])]]);
  const values = operands.map((_, k) => `const a${k} = p${k}[i];`).join(' ');
  const stores = cases.map(({ row }, k) => {
    const call = `g.${row.name}(${operands.map((_, n) => `a${n}`).join(', ')})`;
    return `out[i + ${k * count}] = ${result === 'bool' ? `${call} ? 1 : 0` : call};`;
  });
  const fn = new Function('g', `{ ${Object.keys(params).join(', ')} }`, `const i = g.id; ${values} ${stores.join('\n')}`) as never;
  const id = `rows_${operands.join('_')}_${cases[0]!.row.name}`;
  return {
    cases, definition: globalKernel({ id, params, workgroup: 64 }, fn) as never,
    arrays: () => [...inputs, new made[result as 'f32'](count * cases.length) as Numbers],
    judge: (output, leniency) => cases.map((test, k) => {
      const { ulp, text } = test.judge(output.subarray(k * count, (k + 1) * count) as Numbers, leniency);
      const passed = ulp <= test.ulp;
      return { label: test.label, ulp, bound: test.ulp, text: passed ? '' : text, passed };
    }),
  };
}

/** Groups of a launch of a batch. */
export const accuracyGroups = count / 64;

/** Runs a batch on a device. */
export async function runAccuracy(context: Context, batch: AccuracyBatch, leniency: Leniency): Promise<AccuracyResult[]> {
  const arrays = batch.arrays();
  const output = arrays.at(-1)!;
  const buffers = arrays.map((data) => ({ data, buffer: context.allocate(data.byteLength) }));
  try {
    for (const { data, buffer } of buffers) await context.write(buffer, data);
    using kernel = await context.compile(batch.definition.program);
    await kernel.getFunction(batch.definition.id).launch({ grid: [accuracyGroups] }, buffers.map((b) => b.buffer));
    await context.read(buffers.at(-1)!.buffer, output);
  } finally {
    for (const { buffer } of buffers) buffer[Symbol.dispose]();
  }
  return batch.judge(output, leniency);
}
