import { besselI0, besselI1, bytePermute, exponentOf, funnelShiftLeft, funnelShiftRight, ieeeRemainder, nextAfter, notANumber, powerInteger, scaleByPower, sineAndCosine } from './written.ts';
import type { IntrinsicRow } from './table.ts';

const row = (name: string, category: IntrinsicRow['category'], doc: string, params: IntrinsicRow['params'], result: IntrinsicRow['result'], written: IntrinsicRow['written'], ulp = 0): IntrinsicRow =>
  ({ name, category, doc, on: ['ctx'], types: [], params, result, emit: {}, written: written!, ...(ulp > 0 ? { ulp } : {}) });

/** Rows of f32 and u32 that every target computes by the same text. */
export const writtenRows: readonly IntrinsicRow[] = [
  row('nextafter', 'classify', 'The next float after x towards y.', ['f32', 'f32'], 'f32', nextAfter),
  row('ilogb', 'exponential', 'floor(log2 |x|) as an integer; the smallest integer for 0, the largest for infinities and NaN.', ['f32'], 'i32', exponentOf),
  row('scalbn', 'exponential', 'x · 2^n, rounded once; subnormal results too.', ['f32', 'i32'], 'f32', scaleByPower),
  row('remainder', 'math', 'x - y · n, n the integer nearest to x / y, halves to even.', ['f32', 'f32'], 'f32', ieeeRemainder),
  row('powi', 'exponential', 'x to an integer power by squaring.', ['f32', 'i32'], 'f32', powerInteger, 32),
  row('nan', 'classify', 'A quiet NaN.', [], 'f32', notANumber),
  row('sincos', 'trigonometric', 'Sine and cosine, x and y of a vector.', ['f32'], 'f32', sineAndCosine, 4),
  row('bytePermute', 'bits', 'Each nibble of the selector picks one of the eight bytes of b:a; its bit 3 copies that byte\'s sign.', ['u32', 'u32', 'u32'], 'u32', bytePermute),
  row('funnelShiftLeft', 'bits', '(low, high, count): the upper word of high:low shifted left; the count modulo 32.', ['u32', 'u32', 'u32'], 'u32', funnelShiftLeft),
  row('funnelShiftRight', 'bits', '(low, high, count): the lower word of high:low shifted right; the count modulo 32.', ['u32', 'u32', 'u32'], 'u32', funnelShiftRight),
  row('besselI0', 'special', 'Modified Bessel function of order 0.', ['f32'], 'f32', besselI0, 64),
  row('besselI1', 'special', 'Modified Bessel function of order 1.', ['f32'], 'f32', besselI1, 64),
];
