/**
 * Functions in the kernel language itself, for what targets lack or compute differently. They are ordinary
 * TypeScript too: run as such they give the same results. Integer products are `Math.imul`, unsigned results
 * end in `>>> 0`.
 */
import type { Intrinsics } from '../face.ts';

/** Bits `count` to `count + 31` of the 64 bits high:low, counted from the top: CUDA's `__funnelshift_l`. */
export function funnelShiftLeft(_: Intrinsics, low: number, high: number, count: number): number {
  const n = count & 31;
  return n === 0 ? high >>> 0 : ((high << n) | (low >>> (32 - n))) >>> 0;
}

export function funnelShiftRight(_: Intrinsics, low: number, high: number, count: number): number {
  const n = count & 31;
  return n === 0 ? low >>> 0 : ((low >>> n) | (high << (32 - n))) >>> 0;
}

/** Each nibble of the selector names one of the eight bytes of b:a; its bit 3 copies that byte's sign instead. */
export function bytePermute(_: Intrinsics, a: number, b: number, selector: number): number {
  let result = 0;
  for (let i = 0; i < 4; i++) {
    const pick = (selector >>> (4 * i)) & 15;
    const word = (pick & 4) === 0 ? a | 0 : b | 0;
    let byte = (word >> (8 * (pick & 3))) & 255;
    if ((pick & 8) !== 0) byte = (byte & 128) === 0 ? 0 : 255;
    result |= byte << (8 * i);
  }
  return result >>> 0;
}

/** High word of the 64-bit product. */
export function multiplyHigh(_: Intrinsics, a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const low = Math.imul(al, bl) >>> 0;
  const middle = ((Math.imul(ah, bl) >>> 0) + (low >>> 16)) >>> 0;
  const middle2 = ((Math.imul(al, bh) >>> 0) + (middle & 0xffff)) >>> 0;
  return ((Math.imul(ah, bh) >>> 0) + (middle >>> 16) + (middle2 >>> 16)) >>> 0;
}

/** The next float from x towards y, by bits: also where a target flushes subnormals. */
export function nextAfter(m: Intrinsics, x: number, y: number): number {
  const a = m.bitsOf(x) >>> 0;
  const b = m.bitsOf(y) >>> 0;
  const nanA = (a & 0x7fffffff) >>> 0 > 0x7f800000;
  const nanB = (b & 0x7fffffff) >>> 0 > 0x7f800000;
  if (nanA) return x;
  if (nanB) return y;
  const zeroA = (a & 0x7fffffff) === 0;
  if (a === b || (zeroA && (b & 0x7fffffff) === 0)) return y;
  if (zeroA) return m.floatOf(((b & 0x80000000) | 1) >>> 0);
  const negativeA = a >>> 31 !== 0;
  const negativeB = b >>> 31 !== 0;
  // Away from zero if y has the same sign and a larger magnitude.
  const away = negativeA === negativeB && b > a;
  return m.floatOf(away ? (a + 1) >>> 0 : (a - 1) >>> 0);
}

export function notANumber(m: Intrinsics): number {
  return m.floatOf(0x7fc00000);
}

export function sineAndCosine(m: Intrinsics, x: number): ReturnType<Intrinsics['vec2']> {
  return m.vec2(Math.sin(x), Math.cos(x));
}

/** The exponent of x as an integer: floor(log2 |x|). Zero: -2147483648; infinities and NaN: 2147483647. */
export function exponentOf(m: Intrinsics, x: number): number {
  const bits = m.bitsOf(x) >>> 0;
  const fraction = bits & 0x7fffff;
  const exponent = (bits >>> 23 & 255) | 0;
  if (exponent === 255) return 2147483647;
  if (exponent !== 0) return exponent - 127;
  if (fraction === 0) return -2147483648;
  return -118 - Math.clz32(fraction);
}

/** x · 2^n, rounded once to nearest even, by bits: also where a target flushes subnormals. */
export function scaleByPower(m: Intrinsics, x: number, n: number): number {
  const bits = m.bitsOf(x) >>> 0;
  const sign = (bits & 0x80000000) >>> 0;
  let exponent = (bits >>> 23 & 255) | 0;
  let fraction = (bits & 0x7fffff) >>> 0;
  if (exponent === 255 || (exponent === 0 && fraction === 0)) return x;
  if (exponent === 0) {
    const shift = Math.clz32(fraction) - 8;
    fraction = (fraction << shift) >>> 0;
    exponent = 1 - shift;
  } else fraction = (fraction | 0x800000) >>> 0;
  const by = n < -1000 ? -1000 : n > 1000 ? 1000 : n;
  exponent += by;
  if (exponent >= 255) return m.floatOf((sign | 0x7f800000) >>> 0);
  if (exponent > 0) return m.floatOf((sign | (exponent << 23) | (fraction & 0x7fffff)) >>> 0);
  const drop = 1 - exponent;
  if (drop > 25) return m.floatOf(sign);
  const kept = (fraction >>> drop) >>> 0;
  const rest = (fraction & (((1 << drop) >>> 0) - 1)) >>> 0;
  const half = (1 << (drop - 1)) >>> 0;
  const up = rest > half || (rest === half && (kept & 1) === 1);
  return m.floatOf((sign | (up ? kept + 1 : kept)) >>> 0);
}

/** IEEE 754 remainder: x - y · n, n the nearest integer to x / y, halves to even. Exact. */
export function ieeeRemainder(m: Intrinsics, x: number, y: number): number {
  const size = Math.abs(y);
  const rest = Math.abs(x) % (size + size);
  let r = size <= 1.7014118346046923e38 ? rest : Math.abs(x);
  if (!m.isFinite(x) || m.isNaN(y) || size === 0) return m.floatOf(0x7fc00000);
  if (m.isInfinite(y)) return x;
  if (r > size - r) {
    r -= size;
    if (r >= size - r) r -= size;
  }
  return m.signbit(x) ? -r : r;
}

/** x to an integer power by squaring; the reciprocal for negative ones. */
export function powerInteger(_: Intrinsics, x: number, n: number): number {
  let rest = (n < 0 ? -n : n) >>> 0;
  let base = n < 0 ? 1 / x : x;
  let result = Math.fround(1);
  while (rest !== 0) {
    if ((rest & 1) === 1) result = result * base;
    base = base * base;
    rest = rest >>> 1;
  }
  return result;
}

/** Modified Bessel functions of order 0 and 1: power series near zero, the asymptotic series beyond. */
export function besselI0(m: Intrinsics, x: number): number {
  const a = Math.abs(x);
  if (a > 100) return m.floatOf(0x7f800000);
  if (a <= 15) {
    const q = a * a * 0.25;
    let term = Math.fround(1);
    let sum = Math.fround(1);
    for (let k = 1; k < 40; k++) {
      term = term * q / (k * k);
      sum += term;
    }
    return sum;
  }
  let term = Math.fround(1);
  let sum = Math.fround(1);
  for (let k = 1; k < 8; k++) {
    const odd = 2 * k - 1;
    term = term * (odd * odd) / (8 * a * k);
    sum += term;
  }
  const half = Math.exp(a * 0.5);
  return half * (sum / (2.5066282746310002 * Math.sqrt(a))) * half;
}

export function besselI1(m: Intrinsics, x: number): number {
  const a = Math.abs(x);
  let result = Math.fround(0);
  if (a > 100) result = m.floatOf(0x7f800000);
  else if (a <= 15) {
    const q = a * a * 0.25;
    let term = a * 0.5;
    let sum = term;
    for (let k = 1; k < 40; k++) {
      term = term * q / (k * (k + 1));
      sum += term;
    }
    result = sum;
  } else {
    let term = Math.fround(1);
    let sum = Math.fround(1);
    for (let k = 1; k < 8; k++) {
      const odd = 2 * k - 1;
      term = term * (odd * odd - 4) / (8 * a * k);
      sum += term;
    }
    const half = Math.exp(a * 0.5);
    result = half * (sum / (2.5066282746310002 * Math.sqrt(a))) * half;
  }
  return x < 0 ? -result : result;
}
