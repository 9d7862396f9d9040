import { floatRow, libraryRow } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

/** Angles in radians; how exactly large ones are reduced is a device's own affair. */
export const trigonometricRows: readonly IntrinsicRow[] = [
  libraryRow('sin', 'trigonometric', 'Sine.', 1, 4, { wgsl: 'rk_sin($0)', within: 64 }),
  libraryRow('cos', 'trigonometric', 'Cosine.', 1, 4, { wgsl: 'rk_cos($0)', within: 64 }),
  libraryRow('tan', 'trigonometric', 'Tangent.', 1, 8, { wgsl: 'rk_tan($0)', within: 64 }),
  libraryRow('asin', 'trigonometric', 'Inverse sine.', 1, 8, { wgsl: 'rk_asin($0)' }),
  libraryRow('acos', 'trigonometric', 'Inverse cosine.', 1, 8, { wgsl: 'rk_acos($0)' }),
  libraryRow('atan', 'trigonometric', 'Inverse tangent.', 1, 8),
  libraryRow('atan2', 'trigonometric', 'Angle of the point (x, y): atan2(y, x).', 2, 8, { wgsl: 'rk_atan2($0, $1)' }),
  floatRow('sinpi', 'trigonometric', 'sin(πx).', ['ctx'], 1, {
    js: 'rk.math.sinpi($0)', wasm: '@math.sinpi/1', cuda: { f32: 'sinpif($0)', f64: 'sinpi($0)' }, msl: { f32: 'sinpi($0)' }, wgsl: { f32: 'rk_sinpi($0)' },
  }, { ulp: { f32: 8, f64: 4 }, near: 1 }),
  floatRow('cospi', 'trigonometric', 'cos(πx).', ['ctx'], 1, {
    js: 'rk.math.cospi($0)', wasm: '@math.cospi/1', cuda: { f32: 'cospif($0)', f64: 'cospi($0)' }, msl: { f32: 'cospi($0)' }, wgsl: { f32: 'rk_cospi($0)' },
  }, { ulp: { f32: 8, f64: 4 }, near: 1 }),
  floatRow('radians', 'trigonometric', 'From degrees.', ['ctx'], 1, {
    js: { f32: '($0 * Math.fround(0.017453292519943295))', f64: '($0 * 0.017453292519943295)' }, cuda: { f32: '($0 * 0.0174532925f)', f64: '($0 * 0.017453292519943295)' }, msl: { f32: '($0 * 0.0174532925f)' }, wgsl: { f32: '($0 * 0.0174532925f)' },
    wasm: { f32: '$0 f32.const:0.017453292519943295 f32.mul', f64: '$0 f64.const:0.017453292519943295 f64.mul' },
  }, { ulp: 1.5 }),
  floatRow('degrees', 'trigonometric', 'From radians.', ['ctx'], 1, {
    js: { f32: '($0 * Math.fround(57.29577951308232))', f64: '($0 * 57.29577951308232)' }, cuda: { f32: '($0 * 57.2957795f)', f64: '($0 * 57.29577951308232)' }, msl: { f32: '($0 * 57.2957795f)' }, wgsl: { f32: '($0 * 57.2957795f)' },
    wasm: { f32: '$0 f32.const:57.29577951308232 f32.mul', f64: '$0 f64.const:57.29577951308232 f64.mul' },
  }, { ulp: 1.5 }),
  libraryRow('sinh', 'hyperbolic', 'Hyperbolic sine.', 1, 8, { wgsl: 'rk_sinh($0)' }),
  libraryRow('cosh', 'hyperbolic', 'Hyperbolic cosine.', 1, 8, { wgsl: 'rk_cosh($0)' }),
  libraryRow('tanh', 'hyperbolic', 'Hyperbolic tangent.', 1, 8, { wgsl: 'rk_tanh($0)' }),
  libraryRow('asinh', 'hyperbolic', 'Inverse hyperbolic sine.', 1, 8, { wgsl: 'rk_asinh($0)' }),
  libraryRow('acosh', 'hyperbolic', 'Inverse hyperbolic cosine.', 1, 8, { wgsl: 'rk_acosh($0)' }),
  libraryRow('atanh', 'hyperbolic', 'Inverse hyperbolic tangent.', 1, 8, { wgsl: 'rk_atanh($0)' }),
];
