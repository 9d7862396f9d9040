/** Special functions of `Big` numbers: error function, gamma, Bessel, and inverses. Arguments are finite and in the function's domain. */
import { abs, add, big, compare, div, exponentOf, fixed, fromFixed, fromNumber, mul, neg, one, precision, scale, sign, sqrt, sub, toNumber, whole, zero, type Big } from './big.ts';
import { exp, ln2Fixed, log, pi, piFixed, sincos } from './precise.ts';

const absolute = (m: bigint): bigint => (m < 0n ? -m : m);

/** erf by its power series in whole numbers, with the bits that the alternating terms cost. */
function erfFixed(x: Big, p: number): bigint {
  const at = fixed(x, p);
  const square = at * at >> BigInt(p);
  let power = at;
  let sum = at;
  for (let n = 1; power !== 0n && power !== -1n; n++) {
    power = -(power * square >> BigInt(p)) / BigInt(n);
    sum += power / BigInt(2 * n + 1);
  }
  return sum;
}
const twoOverSqrtPi = (): Big => div(whole(2), sqrt(pi()));
/** Bits that a small number starts below 1. */
const below = (x: Big): number => (x.m === 0n ? 0 : Math.max(0, -exponentOf(x)));
/** Bits for sums whose largest term is about e^(x²) and whose result is about e^(-x²). */
const bitsFor = (x: Big): number => precision + 64 + Math.ceil(3 * Math.max(0, toNumber(mul(x, x)))) + below(x);

export function erf(x: Big): Big {
  if (compare(abs(x), whole(40)) > 0) return whole(sign(x));
  const p = bitsFor(x);
  return mul(fromFixed(erfFixed(x, p), p), twoOverSqrtPi());
}
export function erfc(x: Big): Big {
  if (sign(x) <= 0) return add(one, erf(neg(x)));
  if (compare(x, whole(6)) < 0) {
    const p = bitsFor(x);
    // 1 - erf loses what its value lacks; π to all bits.
    const root = integerSqrt(piFixed(2 * p));
    return fromFixed((1n << BigInt(p)) - (erfFixed(x, p) << BigInt(p + 1)) / root, p);
  }
  // Continued fraction, from far inside outwards.
  let inner = x;
  for (let k = 1200; k > 0; k--) inner = add(x, div(whole(k), scale(inner, 1)));
  return div(exp(neg(mul(x, x))), mul(sqrt(pi()), inner));
}
/** floor(sqrt(n)); of π · 2^2p it is sqrt(π) · 2^p. */
function integerSqrt(n: bigint): bigint {
  let x = 1n << BigInt((n.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

const halfRoot2 = (): Big => sqrt(scale(one, -1));
export const normcdf = (x: Big): Big => scale(erfc(neg(mul(x, halfRoot2()))), -1);

/** Newton's method in the logarithm of erfc, 0 < y < 2. */
export function erfcinv(y: Big): Big {
  if (compare(y, one) === 0) return zero;
  if (compare(y, one) > 0) return neg(erfcinv(sub(whole(2), y)));
  const target = log(y);
  const near = -toNumber(target);
  let x = near > 0.5 ? fromNumber(Math.sqrt(Math.max(0.05, near - 0.5 * Math.log(Math.PI * Math.max(near, 0.3)))))
    : scale(mul(sub(one, y), sqrt(pi())), -1);
  for (let i = 0; i < 60; i++) {
    const value = erfc(x);
    const step = div(mul(value, sub(log(value), target)), mul(twoOverSqrtPi(), exp(neg(mul(x, x)))));
    x = add(x, step);
    if (step.m === 0n || exponentOf(step) < exponentOf(x) - 80) break;
  }
  return x;
}
/** |y| < 1. Small arguments go by erf itself, which keeps their bits. */
export function erfinv(y: Big): Big {
  if (y.m === 0n) return zero;
  if (exponentOf(y) >= -1) return sign(y) < 0 ? neg(erfcinv(sub(one, abs(y)))) : erfcinv(sub(one, y));
  let x = div(y, twoOverSqrtPi());
  for (let i = 0; i < 60; i++) {
    const step = div(sub(erf(x), y), mul(twoOverSqrtPi(), exp(neg(mul(x, x)))));
    x = sub(x, step);
    if (step.m === 0n || exponentOf(step) < exponentOf(x) - 80) break;
  }
  return x;
}
export const normcdfinv = (y: Big): Big => neg(mul(sqrt(whole(2)), erfcinv(scale(y, 1))));

/** Bernoulli numbers B_2k as fractions, by the recurrence of their definition. */
const bernoulli: (readonly [bigint, bigint])[] = [];
function bernoulliNumber(k: number): readonly [bigint, bigint] {
  // B_n = -1/(n+1) Σ C(n+1, j) B_j, over all j below n, the odd ones beyond 1 being 0.
  for (let i = bernoulli.length; i <= k; i++) {
    const n = 2 * i;
    let [top, bottom] = [2n - BigInt(n + 1), 2n];
    if (i === 0) [top, bottom] = [-1n, 1n];
    let choose = 1n;
    for (let j = 0; j < n; j++) {
      if (j >= 2 && j % 2 === 0) {
        const [a, b] = bernoulli[j / 2]!;
        top = top * b + choose * a * bottom;
        bottom *= b;
        const d = gcd(absolute(top), bottom);
        top /= d;
        bottom /= d;
      }
      choose = choose * BigInt(n + 1 - j) / BigInt(j + 1);
    }
    if (i === 0) bernoulli.push([1n, 1n]);
    else {
      const d = gcd(absolute(top), bottom * BigInt(n + 1));
      bernoulli.push([-top / d, bottom * BigInt(n + 1) / d]);
    }
  }
  return bernoulli[k]!;
}
function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

/** log Γ(x) for x > 0: Stirling's series beyond 48, before it by Γ(x + n) = Γ(x) x (x + 1) … . */
function logGammaPositive(x: Big): Big {
  let product = one;
  let at = x;
  while (compare(at, whole(48)) < 0) {
    product = mul(product, at);
    at = add(at, one);
  }
  let sum = add(sub(mul(sub(at, scale(one, -1)), log(at)), at), scale(log(scale(pi(), 1)), -1));
  const square = mul(at, at);
  let power = at;
  for (let k = 1; k <= 60; k++) {
    const [top, bottom] = bernoulliNumber(k);
    const term = div(whole(top), mul(whole(bottom * BigInt(2 * k * (2 * k - 1))), power));
    if (exponentOf(term) < -precision) break;
    sum = add(sum, term);
    power = mul(power, square);
  }
  return sub(sum, log(product));
}
const sinPi = (x: Big): Big => {
  if (sign(x) < 0) return neg(sinPi(neg(x)));
  // Whole turns go away exactly.
  const p = Math.max(0, -x.e);
  const turn = 2n << BigInt(p);
  const m = fixed(x, p);
  return sincos(mul(big(((m % turn) + turn) % turn, -p), pi())).sin;
};
const cosPi = (x: Big): Big => (exponentOf(x) > 200 ? one : sinPi(add(abs(x), scale(one, -1))));
export { cosPi, sinPi };

/** log |Γ(x)|; x not a whole number <= 0. */
export function lgamma(x: Big): Big {
  if (sign(x) > 0) return logGammaPositive(x);
  return sub(log(div(pi(), abs(mul(sinPi(x), x)))), logGammaPositive(neg(x)));
}
export function tgamma(x: Big): Big {
  if (sign(x) > 0) return exp(logGammaPositive(x));
  return neg(div(pi(), mul(mul(sinPi(x), x), exp(logGammaPositive(neg(x))))));
}

/** Euler's constant times 2^p (Brent and McMillan 1980). */
const eulers = new Map<number, bigint>();
function eulerFixed(p: number): bigint {
  let known = eulers.get(p);
  if (known !== undefined) return known;
  const n = Math.ceil(p * 0.18) + 4;
  const wide = p + 32;
  const logN = fixedLog(n, wide);
  let [b, a, u, v] = [1n << BigInt(wide), -logN, 0n, 0n];
  [u, v] = [a, b];
  for (let k = 1; ; k++) {
    b = b * BigInt(n * n) / BigInt(k * k);
    a = (a * BigInt(n * n) / BigInt(k) + b) / BigInt(k);
    if (b === 0n && absolute(a) <= 1n) break;
    u += a;
    v += b;
  }
  known = (u << BigInt(wide)) / v >> 32n;
  eulers.set(p, known);
  return known;
}
/** ln n · 2^p for a whole n: powers of two, the rest 2 artanh((m - 1) / (m + 1)). */
function fixedLog(n: number, p: number): bigint {
  const k = Math.floor(Math.log2(n));
  const [top, bottom] = [BigInt(n) - (1n << BigInt(k)), BigInt(n) + (1n << BigInt(k))];
  let term = (top << BigInt(p)) / bottom;
  let sum = term;
  for (let i = 1; term !== 0n; i++) {
    term = term * top * top / (bottom * bottom);
    sum += term / BigInt(2 * i + 1);
  }
  return 2n * sum + BigInt(k) * ln2Fixed(p);
}

/** Bits for sums whose largest term is about e^|x|, twice: they cancel, and results may be small. */
const besselBits = (n: number, x: Big): number => precision + 64 + Math.ceil(3 * toNumber(abs(x))) + below(x) * (n + 1) + 8 * n;

/** J_n, or I_n with `modified`, by the power series. */
export function besselJ(n: number, x: Big, modified = false): Big {
  const p = besselBits(n, x);
  const half = fixed(x, p) >> 1n;
  const square = half * half >> BigInt(p);
  let term = 1n << BigInt(p);
  for (let k = 1; k <= n; k++) term = (term * half >> BigInt(p)) / BigInt(k);
  let sum = term;
  for (let k = 1; term !== 0n && term !== -1n; k++) {
    term = (term * square >> BigInt(p)) / BigInt(k * (k + n));
    if (!modified) term = -term;
    sum += term;
  }
  return fromFixed(sum, p);
}

/** Y_n for x > 0 by its series with harmonic numbers. */
export function besselY(n: number, x: Big): Big {
  const p = besselBits(n, x);
  const shift = BigInt(p);
  const half = fixed(x, p) >> 1n;
  const square = half * half >> shift;
  const one_ = 1n << shift;
  // Σ (n-k-1)!/k! (x/2)^(2k-n), k < n
  let finite = 0n;
  for (let k = 0; k < n; k++) {
    let t = one_;
    for (let i = 1; i < n - k; i++) t *= BigInt(i);
    for (let i = 1; i <= k; i++) t = (t * square >> shift) / BigInt(i);
    for (let i = 0; i < n; i++) t = (t << shift) / half;
    finite += t;
  }
  let harmonic = 0n;
  let harmonicN = 0n;
  for (let k = 1; k <= n; k++) harmonicN += one_ / BigInt(k);
  let term = one_;
  for (let k = 1; k <= n; k++) term = (term * half >> shift) / BigInt(k);
  let j = term;
  let sum = term * (harmonic + harmonicN) >> shift;
  for (let k = 1; term !== 0n && term !== -1n; k++) {
    term = -(term * square >> shift) / BigInt(k * (k + n));
    harmonic += one_ / BigInt(k);
    harmonicN += one_ / BigInt(k + n);
    j += term;
    sum += term * (harmonic + harmonicN) >> shift;
  }
  // π Y = 2 (ln(x/2) + γ) J - finite - sum
  const logHalf = fixedLogOf(fixed(x, p) >> 1n, p);
  const total = (2n * (logHalf + eulerFixed(p)) * j >> shift) - finite - sum;
  return fromFixed((total << shift) / piFixed(p), p);
}
/** ln(m / 2^p) · 2^p. */
function fixedLogOf(m: bigint, p: number): bigint {
  const length = m.toString(2).length;
  const rest = length > p ? m >> BigInt(length - p) : m << BigInt(p - length);
  const one_ = 1n << BigInt(p);
  // Square roots bring the rest near 1, where artanh's series is short.
  let value = rest;
  let roots = 0;
  for (; roots < 8; roots++) value = integerSqrt(value << BigInt(p));
  const t = ((value - one_) << BigInt(p)) / (value + one_);
  const square = t * t >> BigInt(p);
  let term = t;
  let sum = t;
  for (let k = 3; term !== 0n && term !== -1n; k += 2) {
    term = term * square >> BigInt(p);
    sum += term / BigInt(k);
  }
  return (sum << BigInt(roots + 1)) + BigInt(length - p) * ln2Fixed(p);
}
