import { floats } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

const test = (name: string, doc: string, emit: IntrinsicRow['emit']): IntrinsicRow =>
  ({ name, category: 'classify', doc, on: ['ctx'], types: floats, params: ['T'], result: 'bool', emit });

/** WGSL compilers may assume that NaN never happens, so there the bits are asked. */
export const classifyRows: readonly IntrinsicRow[] = [
  test('isNaN', 'Not a number.', { js: 'Number.isNaN($0)', wasm: { f32: '$0 $0 f32.ne', f64: '$0 $0 f64.ne' }, cuda: 'isnan($0)', msl: { f32: 'isnan($0)' }, wgsl: { f32: 'rk_isnan($0)' } }),
  test('isInfinite', 'Plus or minus infinity.', {
    js: '(Math.abs($0) === Infinity)', wasm: { f32: '$0 f32.abs f32.const:Infinity f32.eq', f64: '$0 f64.abs f64.const:Infinity f64.eq' }, cuda: 'isinf($0)', msl: { f32: 'isinf($0)' }, wgsl: { f32: 'rk_isinf($0)' },
  }),
  test('isFinite', 'Neither infinite nor NaN.', {
    js: 'Number.isFinite($0)', wasm: { f32: '$0 f32.abs f32.const:Infinity f32.lt', f64: '$0 f64.abs f64.const:Infinity f64.lt' }, cuda: 'isfinite($0)', msl: { f32: 'isfinite($0)' }, wgsl: { f32: 'rk_isfinite($0)' },
  }),
  test('isNormal', 'Finite, not zero, not subnormal.', {
    js: { f32: '(Math.abs($0) >= 1.1754943508222875e-38 && Math.abs($0) < Infinity)', f64: '(Math.abs($0) >= 2.2250738585072014e-308 && Math.abs($0) < Infinity)' },
    wasm: {
      f32: '$0 f32.abs f32.const:1.1754943508222875e-38 f32.ge $0 f32.abs f32.const:Infinity f32.lt i32.and',
      f64: '$0 f64.abs f64.const:2.2250738585072014e-308 f64.ge $0 f64.abs f64.const:Infinity f64.lt i32.and',
    },
    cuda: { f32: '(fabsf($0) >= 1.17549435e-38f && isfinite($0))', f64: '(fabs($0) >= 2.2250738585072014e-308 && isfinite($0))' }, msl: { f32: 'isnormal($0)' },
    wgsl: { f32: '(((bitcast<u32>($0) >> 23u) & 255u) - 1u < 254u)' },
  }),
  test('signbit', 'The sign bit is set (also of -0).', {
    js: '($0 < 0 || Object.is($0, -0))', wasm: { f32: '$0 i32.reinterpret_f32 i32.const:0 i32.lt_s', f64: '$0 i64.reinterpret_f64 i64.const:0 i64.lt_s' },
    cuda: '(signbit($0) != 0)', msl: { f32: 'signbit($0)' }, wgsl: { f32: '((bitcast<u32>($0) >> 31u) != 0u)' },
  }),
];
