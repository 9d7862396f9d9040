import { floatRow } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

/** The functions statistics and physics ask for. MSL and WGSL have none of them: `emit/special-library.ts` does. */
const row = (name: string, doc: string, rest: Partial<IntrinsicRow> = {}): IntrinsicRow => floatRow(name, 'special', doc, ['ctx'], 1, {
  js: `rk.math.${name}($0)`, wasm: `@math.${name}/1`, cuda: { f32: `${name}f($0)`, f64: `${name}($0)` }, msl: { f32: `rk_${name}($0)` }, wgsl: { f32: `rk_${name}($0)` },
}, { ulp: 16, ...rest });

/** Results pass through zero again and again, and devices reduce large arguments each in its way. */
const wave = { ulp: { f32: 32, f64: 64 }, near: 1, within: { f32: 64, f64: 8 } } as const;

const ofOrder = (name: string, doc: string): IntrinsicRow => floatRow(name, 'special', doc, ['ctx'], 2, {
  js: `rk.math.${name}($0, $1)`,
  wasm: { f32: `$0 f64.convert_i32_s $1 f64.promote_f32 @math.${name}/2 f32.demote_f64`, f64: `$0 f64.convert_i32_s $1 @math.${name}/2` },
  cuda: { f32: `($0 < 0 ? __int_as_float(0x7fc00000) : ${name}f($0, $1))`, f64: `($0 < 0 ? (f64)__int_as_float(0x7fc00000) : ${name}($0, $1))` },
  msl: { f32: `rk_${name}($0, $1)` }, wgsl: { f32: `rk_${name}($0, $1)` },
}, { params: ['i32', 'T'], ...wave });

export const specialRows: readonly IntrinsicRow[] = [
  row('erf', 'Error function.'),
  row('erfc', 'Complementary error function, 1 - erf(x).'),
  row('erfinv', 'Inverse error function.'),
  row('erfcinv', 'Inverse complementary error function.'),
  row('normcdf', 'Standard normal distribution function.'),
  row('normcdfinv', 'Inverse of the standard normal distribution function.'),
  row('tgamma', 'Gamma function; NaN for negative whole numbers.'),
  row('lgamma', 'Logarithm of |Γ(x)|; infinite for whole numbers up to 0.', { near: 1 }),
  row('j0', 'Bessel function of the first kind, order 0.', wave),
  row('j1', 'Bessel function of the first kind, order 1.', wave),
  row('y0', 'Bessel function of the second kind, order 0; NaN for negative numbers.', wave),
  row('y1', 'Bessel function of the second kind, order 1; NaN for negative numbers.', wave),
  ofOrder('jn', 'Bessel function of the first kind: jn(order, x). NaN for a negative order.'),
  ofOrder('yn', 'Bessel function of the second kind: yn(order, x). NaN for a negative order or number.'),
];
