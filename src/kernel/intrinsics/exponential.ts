import { floatRow, libraryRow } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

export const exponentialRows: readonly IntrinsicRow[] = [
  libraryRow('exp', 'exponential', 'e to the power x.', 1, 8, { wgsl: 'rk_exp($0)' }),
  libraryRow('expm1', 'exponential', 'exp(x) - 1, exact near 0.', 1, 8, { msl: 'rk_expm1($0)', wgsl: 'rk_expm1($0)' }),
  floatRow('exp2', 'exponential', '2 to the power x.', ['ctx'], 1, {
    js: 'Math.pow(2, $0)', cuda: { f32: 'exp2f($0)', f64: 'exp2($0)' }, msl: { f32: 'exp2($0)' }, wgsl: { f32: 'exp2($0)' },
    wasm: { f32: 'f64.const:2 $0 f64.promote_f32 @math.pow/2 f32.demote_f64', f64: 'f64.const:2 $0 @math.pow/2' },
  }, { ulp: 8 }),
  floatRow('exp10', 'exponential', '10 to the power x.', ['ctx'], 1, {
    js: 'Math.pow(10, $0)', cuda: { f32: 'exp10f($0)', f64: 'exp10($0)' }, msl: { f32: 'exp10($0)' }, wgsl: { f32: 'rk_exp10($0)' },
    wasm: { f32: 'f64.const:10 $0 f64.promote_f32 @math.pow/2 f32.demote_f64', f64: 'f64.const:10 $0 @math.pow/2' },
  }, { ulp: 16 }),
  libraryRow('log', 'exponential', 'Natural logarithm.', 1, 8, { wgsl: 'rk_log($0)' }),
  libraryRow('log1p', 'exponential', 'log(1 + x), exact near 0.', 1, 8, { msl: 'rk_log1p($0)', wgsl: 'rk_log1p($0)' }),
  libraryRow('log2', 'exponential', 'Logarithm to base 2.', 1, 8, { wgsl: 'rk_log2($0)' }),
  libraryRow('log10', 'exponential', 'Logarithm to base 10.', 1, 8, { wgsl: 'rk_log10($0)' }),
  libraryRow('pow', 'exponential', 'a to the power b; a negative base needs an integer exponent.', 2, 128, { wgsl: 'rk_pow($0, $1)' }),
  floatRow('ldexp', 'exponential', 'x · 2^n for an integer n.', ['ctx'], 1, {
    js: 'rk.math.ldexp($0, $1)', cuda: { f32: 'ldexpf($0, $1)', f64: 'ldexp($0, $1)' }, msl: { f32: 'ldexp($0, $1)' }, wgsl: { f32: 'rk_ldexp($0, $1)' },
    wasm: { f32: '$0 f64.promote_f32 $1 f64.convert_i32_s @math.ldexp/2 f32.demote_f64', f64: '$0 $1 f64.convert_i32_s @math.ldexp/2' },
  }, { params: ['T', 'i32'] }),
];
