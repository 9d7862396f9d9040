import { floatRow, numbers, signed } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

const both = ['Math', 'ctx'] as const;

/** Exact arithmetic: results are the same on every target, except where `ulp` says otherwise. */
/** The larger of x and low, and of that and high the smaller. */
const clampWasm = (type: 'i32' | 'i64', sign: 's' | 'u'): string => {
  const larger = `$0 $1 $0 $1 ${type}.gt_${sign} select`;
  return `${larger} $2 ${larger} $2 ${type}.lt_${sign} select`;
};

export const mathRows: readonly IntrinsicRow[] = [
  {
    name: 'sqrt', category: 'math', doc: 'Square root; NaN for negative numbers.', on: both,
    types: ['f32', 'f64'], params: ['T'], result: 'T',
    emit: {
      js: 'Math.sqrt($0)', wasm: { f32: 'f32.sqrt', f64: 'f64.sqrt' },
      cuda: { f32: '__fsqrt_rn($0)', f64: '__dsqrt_rn($0)' }, msl: { f32: 'sqrt($0)' }, wgsl: { f32: 'sqrt($0)' },
    },
  },
  floatRow('rsqrt', 'math', '1 / sqrt(x).', ['ctx'], 1, {
    js: '1 / Math.sqrt($0)', wasm: { f32: 'f32.const:1 $0 f32.sqrt f32.div', f64: 'f64.const:1 $0 f64.sqrt f64.div' },
    cuda: { f32: 'rsqrtf($0)', f64: 'rsqrt($0)' }, msl: { f32: 'rsqrt($0)' }, wgsl: { f32: 'inverseSqrt($0)' },
  }, { ulp: 2 }),
  floatRow('rcp', 'math', '1 / x, as fast as the target can.', ['ctx'], 1, {
    js: '1 / $0', wasm: { f32: 'f32.const:1 $0 f32.div', f64: 'f64.const:1 $0 f64.div' },
    cuda: { f32: '__frcp_rn($0)', f64: '__drcp_rn($0)' }, msl: { f32: '(1.0f / $0)' }, wgsl: { f32: '(1.0f / $0)' },
  }, { ulp: 3 }),
  {
    name: 'abs', category: 'math', doc: 'Absolute value; of the smallest integer, itself.', on: both, types: numbers, params: ['T'], result: 'T',
    emit: {
      js: { f32: 'Math.abs($0)', f64: 'Math.abs($0)', i32: '(Math.abs($0) | 0)', u32: '$0', i64: 'BigInt.asIntN(64, $0 < 0n ? -$0 : $0)', u64: '$0' },
      wasm: { f32: 'f32.abs', f64: 'f64.abs', i32: '$0 i32.const:0 $0 i32.sub $0 i32.const:0 i32.ge_s select', u32: '$0', i64: '$0 i64.const:0 $0 i64.sub $0 i64.const:0 i64.ge_s select', u64: '$0' },
      cuda: { f32: 'fabsf($0)', f64: 'fabs($0)', i32: '($0 < 0 ? (int)(0u - (unsigned)$0) : $0)', u32: '$0', i64: '($0 < 0 ? (i64)(0ull - (u64)$0) : $0)', u64: '$0' },
      msl: { f32: 'fabs($0)', i32: '($0 < 0 ? int(0u - uint($0)) : $0)', u32: '$0', i64: '($0 < 0 ? long(0ul - ulong($0)) : $0)', u64: '$0' },
      wgsl: { f32: 'abs($0)', i32: 'abs($0)', u32: '$0', i64: 'rk_abs64($0)', u64: '$0' },
    },
  },
  ...(['floor', 'ceil', 'trunc'] as const).map((name): IntrinsicRow => floatRow(name, 'math', `Rounds ${{ floor: 'down', ceil: 'up', trunc: 'towards zero' }[name]}; an integer stays as it is.`, both, 1, {
    js: `Math.${name}($0)`, wasm: { f32: `f32.${name}`, f64: `f64.${name}` }, cuda: { f32: `${name}f($0)`, f64: `${name}($0)` }, msl: { f32: `${name}($0)` }, wgsl: { f32: `${name}($0)` },
  })),
  floatRow('round', 'math', 'Nearest integer, halves upwards, as in JavaScript.', both, 1, {
    js: 'Math.round($0)',
    wasm: {
      f32: '$0 f32.floor f32.const:1 f32.const:0 $0 $0 f32.floor f32.sub f32.const:0.5 f32.ge select f32.add',
      f64: '$0 f64.floor f64.const:1 f64.const:0 $0 $0 f64.floor f64.sub f64.const:0.5 f64.ge select f64.add',
    },
    cuda: { f32: '(floorf($0) + ($0 - floorf($0) >= 0.5f ? 1.0f : 0.0f))', f64: '(floor($0) + ($0 - floor($0) >= 0.5 ? 1.0 : 0.0))' },
    msl: { f32: '(floor($0) + ($0 - floor($0) >= 0.5f ? 1.0f : 0.0f))' },
    wgsl: { f32: '(floor($0) + select(0.0f, 1.0f, $0 - floor($0) >= 0.5f))' },
  }),
  {
    name: 'sign', category: 'math', doc: '-1, 0 or 1; NaN stays NaN.', on: both, types: signed, params: ['T'], result: 'T',
    emit: {
      js: { f32: 'Math.sign($0)', f64: 'Math.sign($0)', i32: 'Math.sign($0)' },
      wasm: { f32: '@math.sign/1', f64: '@math.sign/1', i32: '$0 i32.const:0 i32.gt_s $0 i32.const:0 i32.lt_s i32.sub' },
      cuda: { f32: '($0 > 0.0f ? 1.0f : $0 < 0.0f ? -1.0f : $0)', f64: '($0 > 0.0 ? 1.0 : $0 < 0.0 ? -1.0 : $0)', i32: '(($0 > 0) - ($0 < 0))' },
      msl: { f32: '($0 > 0.0f ? 1.0f : $0 < 0.0f ? -1.0f : $0)', i32: '(($0 > 0) - ($0 < 0))' },
      wgsl: { f32: 'select(select($0, -1.0f, $0 < 0.0f), 1.0f, $0 > 0.0f)', i32: 'sign($0)' },
    },
  },
  ...(['min', 'max'] as const).map((name): IntrinsicRow => ({
    name, category: 'math', doc: `The ${name === 'min' ? 'smaller' : 'larger'} of two; NaN if either is.`, on: both, types: numbers, params: ['T', 'T'], result: 'T',
    emit: {
      js: { f32: `Math.${name}($0, $1)`, f64: `Math.${name}($0, $1)`, i32: `Math.${name}($0, $1)`, u32: `Math.${name}($0, $1)`, i64: `($0 ${name === 'min' ? '<' : '>'} $1 ? $0 : $1)`, u64: `($0 ${name === 'min' ? '<' : '>'} $1 ? $0 : $1)` },
      wasm: {
        f32: `f32.${name}`, f64: `f64.${name}`,
        ...Object.fromEntries((['i32', 'u32', 'i64', 'u64'] as const).map((t) => [t, `$0 $1 $0 $1 i${t.slice(1)}.${name === 'min' ? 'lt' : 'gt'}_${t[0] === 'i' ? 's' : 'u'} select`])),
      },
      cuda: `rk_${name}($0, $1)`, msl: `rk_${name}($0, $1)`,
      wgsl: { f32: `rk_${name}($0, $1)`, i32: `${name}($0, $1)`, u32: `${name}($0, $1)`, i64: `rk_${name}_i64($0, $1)`, u64: `rk_${name}_u64($0, $1)` },
    },
  })),
  ...(['fmin', 'fmax'] as const).map((name): IntrinsicRow => floatRow(name, 'math', `The ${name === 'fmin' ? 'smaller' : 'larger'} of two by the target's own instruction; what it does with NaN is up to the target.`, ['ctx'], 2, {
    js: `Math.${name.slice(1)}($0, $1)`, wasm: { f32: `f32.${name.slice(1)}`, f64: `f64.${name.slice(1)}` },
    cuda: { f32: `${name}f($0, $1)`, f64: `${name}($0, $1)` }, msl: { f32: `${name}($0, $1)` }, wgsl: { f32: `${name.slice(1)}($0, $1)` },
  })),
  floatRow('fma', 'math', 'a * b + c with one rounding where the target has it.', ['ctx'], 3, {
    js: '($0 * $1 + $2)', wasm: { f32: '$0 f64.promote_f32 $1 f64.promote_f32 f64.mul $2 f64.promote_f32 f64.add f32.demote_f64', f64: '$0 $1 f64.mul $2 f64.add' },
    cuda: { f32: '__fmaf_rn($0, $1, $2)', f64: '__fma_rn($0, $1, $2)' }, msl: { f32: 'fma($0, $1, $2)' }, wgsl: { f32: 'fma($0, $1, $2)' },
  }, { ulp: 1, near: 'operands' }),
  {
    name: 'clamp', category: 'math', doc: 'min(max(x, low), high).', on: ['ctx'], types: numbers, params: ['T', 'T', 'T'], result: 'T',
    emit: {
      js: { f32: 'Math.min(Math.max($0, $1), $2)', f64: 'Math.min(Math.max($0, $1), $2)', i32: 'Math.min(Math.max($0, $1), $2)', u32: 'Math.min(Math.max($0, $1), $2)', i64: 'rk_clamp64($0, $1, $2)', u64: 'rk_clamp64($0, $1, $2)' },
      wasm: { f32: '$0 $1 f32.max $2 f32.min', f64: '$0 $1 f64.max $2 f64.min', i32: clampWasm('i32', 's'), u32: clampWasm('i32', 'u'), i64: clampWasm('i64', 's'), u64: clampWasm('i64', 'u') },
      cuda: 'rk_min(rk_max($0, $1), $2)', msl: 'rk_min(rk_max($0, $1), $2)', wgsl: { f32: 'rk_min(rk_max($0, $1), $2)', i32: 'min(max($0, $1), $2)', u32: 'min(max($0, $1), $2)', i64: 'rk_min_i64(rk_max_i64($0, $1), $2)', u64: 'rk_min_u64(rk_max_u64($0, $1), $2)' },
    },
  },
  floatRow('saturate', 'math', 'Clamped to 0 … 1.', ['ctx'], 1, {
    js: 'Math.min(Math.max($0, 0), 1)', wasm: { f32: '$0 f32.const:0 f32.max f32.const:1 f32.min', f64: '$0 f64.const:0 f64.max f64.const:1 f64.min' },
    cuda: { f32: 'rk_min(rk_max($0, 0.0f), 1.0f)', f64: 'rk_min(rk_max($0, 0.0), 1.0)' }, msl: { f32: 'rk_min(rk_max($0, 0.0f), 1.0f)' }, wgsl: { f32: 'rk_min(rk_max($0, 0.0f), 1.0f)' },
  }),
  floatRow('copysign', 'math', 'The magnitude of the first with the sign of the second.', ['ctx'], 2, {
    js: '(Object.is(Math.sign($1), -0) || $1 < 0 ? -Math.abs($0) : Math.abs($0))', wasm: { f32: 'f32.copysign', f64: 'f64.copysign' },
    cuda: { f32: 'copysignf($0, $1)', f64: 'copysign($0, $1)' }, msl: { f32: 'copysign($0, $1)' },
    wgsl: { f32: 'bitcast<f32>((bitcast<u32>($0) & 0x7fffffffu) | (bitcast<u32>($1) & 0x80000000u))' },
  }),
  floatRow('fdim', 'math', 'max(a - b, 0).', ['ctx'], 2, {
    js: '($0 > $1 ? $0 - $1 : $0 <= $1 ? 0 : NaN)', cuda: { f32: 'fdimf($0, $1)', f64: 'fdim($0, $1)' }, msl: { f32: 'fdim($0, $1)' },
    wgsl: { f32: 'select(max($0 - $1, 0.0f), $0 - $1, $0 - $1 != $0 - $1)' },
    wasm: { f32: 'f32.const:0 $0 $1 f32.sub $0 $1 f32.le select', f64: 'f64.const:0 $0 $1 f64.sub $0 $1 f64.le select' },
  }),
  floatRow('fract', 'math', 'x - floor(x).', ['ctx'], 1, {
    js: '($0 - Math.floor($0))', wasm: { f32: '$0 $0 f32.floor f32.sub', f64: '$0 $0 f64.floor f64.sub' },
    cuda: { f32: '($0 - floorf($0))', f64: '($0 - floor($0))' }, msl: { f32: '($0 - floor($0))' }, wgsl: { f32: '($0 - floor($0))' },
  }, { ulp: 1, near: 'operands' }),
  floatRow('mix', 'math', 'a + (b - a) * t.', ['ctx'], 3, {
    js: { f32: '($0 + Math.fround(Math.fround($1 - $0) * $2))', f64: '($0 + ($1 - $0) * $2)' }, wasm: { f32: '$0 $1 $0 f32.sub $2 f32.mul f32.add', f64: '$0 $1 $0 f64.sub $2 f64.mul f64.add' },
    cuda: '($0 + ($1 - $0) * $2)', msl: { f32: '($0 + ($1 - $0) * $2)' }, wgsl: { f32: '($0 + ($1 - $0) * $2)' },
  }, { ulp: 4, near: 'operands' }),
  floatRow('step', 'math', '0 where x < edge, else 1: step(edge, x).', ['ctx'], 2, {
    js: '($1 < $0 ? 0 : 1)', wasm: { f32: 'f32.const:0 f32.const:1 $1 $0 f32.lt select', f64: 'f64.const:0 f64.const:1 $1 $0 f64.lt select' },
    cuda: { f32: '($1 < $0 ? 0.0f : 1.0f)', f64: '($1 < $0 ? 0.0 : 1.0)' }, msl: { f32: '($1 < $0 ? 0.0f : 1.0f)' }, wgsl: { f32: 'select(1.0f, 0.0f, $1 < $0)' },
  }),
  floatRow('hypot', 'math', 'sqrt(a² + b²) without overflow on the way.', both, 2, {
    js: 'Math.hypot($0, $1)', wasm: '@math.hypot/2', cuda: { f32: 'hypotf($0, $1)', f64: 'hypot($0, $1)' }, msl: { f32: 'rk_hypot($0, $1)' }, wgsl: { f32: 'rk_hypot($0, $1)' },
  }, { ulp: 4 }),
  floatRow('cbrt', 'math', 'Cube root.', both, 1, {
    js: 'Math.cbrt($0)', wasm: '@math.cbrt/1', cuda: { f32: 'cbrtf($0)', f64: 'cbrt($0)' }, msl: { f32: 'rk_cbrt($0)' }, wgsl: { f32: 'rk_cbrt($0)' },
  }, { ulp: 4 }),
];

