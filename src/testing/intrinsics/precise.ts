/** Elementary functions of `Big` numbers, good to more than 200 bits. Arguments are finite and in the function's domain. */
import { abs, add, big, compare, div, exponentOf, fixed, fromFixed, fromNumber, mul, nearest, neg, one, precision, scale, sign, sqrt, sub, toNumber, whole, zero, type Big } from './big.ts';

/** Bits of the sums below. */
const p = precision + 48;

const constants = new Map<string, Big>();
const constant = (name: string, make: () => Big): Big => {
  let value = constants.get(name);
  if (value === undefined) constants.set(name, (value = make()));
  return value;
};

/** arctan(1 / n) · 2^bits. */
function arctanInverse(n: number, at: number): bigint {
  let term = (1n << BigInt(at)) / BigInt(n);
  let sum = term;
  for (let k = 1; term !== 0n; k++) {
    term /= BigInt(n * n);
    sum += (k % 2 === 1 ? -term : term) / BigInt(2 * k + 1);
  }
  return sum;
}

/** π · 2^bits by Machin's formula. */
const piFixed = (at: number): bigint => 4n * (4n * arctanInverse(5, at + 16) - arctanInverse(239, at + 16)) >> 16n;
export const pi = (): Big => constant('pi', () => fromFixed(piFixed(p), p));

/** ln 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749), times 2^bits. */
function ln2Fixed(at: number): bigint {
  const artanh = (n: number): bigint => {
    let term = (1n << BigInt(at + 16)) / BigInt(n);
    let sum = term;
    for (let k = 1; term !== 0n; k++) {
      term /= BigInt(n * n);
      sum += term / BigInt(2 * k + 1);
    }
    return sum;
  };
  return 18n * artanh(26) - 2n * artanh(4801) + 8n * artanh(8749) >> 16n;
}
export const ln2 = (): Big => constant('ln2', () => fromFixed(ln2Fixed(p), p));

/** e^x: whole powers of two apart, the rest by its series at a 256th, squared eight times. */
export function exp(x: Big): Big {
  if (x.m === 0n) return one;
  const k = nearest(div(x, ln2()));
  const wide = p + 16;
  const rest = fixed(x, wide) - k * ln2Fixed(wide) >> 8n;
  let term = 1n << BigInt(wide);
  let sum = term;
  for (let n = 1; term !== 0n && term !== -1n; n++) {
    term = (term * rest >> BigInt(wide)) / BigInt(n);
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = sum * sum >> BigInt(wide);
  return big(sum, Number(k) - wide);
}

/** e^x - 1, also where x is tiny. */
export function expm1(x: Big): Big {
  if (x.m === 0n) return zero;
  if (exponentOf(x) > -20) return sub(exp(x), one);
  let term = x;
  let sum = x;
  for (let n = 2; exponentOf(term) > exponentOf(x) - precision; n++) {
    term = div(mul(term, x), whole(n));
    sum = add(sum, term);
  }
  return sum;
}

/** Natural logarithm by Halley's method: each step triples the good bits. */
export function log(x: Big): Big {
  const e = exponentOf(x);
  const rest = scale(x, -e);
  let y = fromNumber(Math.log(toNumber(rest)));
  for (let i = 0; i < 3; i++) {
    const power = exp(y);
    y = add(y, div(scale(sub(rest, power), 1), add(rest, power)));
  }
  return add(y, mul(whole(e), ln2()));
}

/** log(1 + x), also where x is tiny. */
export function log1p(x: Big): Big {
  if (x.m === 0n) return zero;
  if (exponentOf(x) > -20) return log(add(one, x));
  // 2 artanh(x / (2 + x))
  const t = div(x, add(whole(2), x));
  const square = mul(t, t);
  let term = t;
  let sum = t;
  for (let n = 3; exponentOf(term) > exponentOf(x) - precision; n += 2) {
    term = mul(term, square);
    sum = add(sum, div(term, whole(n)));
  }
  return scale(sum, 1);
}

export const pow = (x: Big, y: Big): Big => exp(mul(y, log(x)));

/** Sine and cosine. Quarter turns are taken off with as many bits as the argument needs. */
export function sincos(x: Big): { readonly sin: Big; readonly cos: Big } {
  const wide = p + Math.max(0, exponentOf(x)) + 16;
  const quarter = piFixed(wide) >> 1n;
  const value = fixed(x, wide);
  const turns = (2n * value + quarter) / (2n * quarter) - (2n * value + quarter < 0n && (2n * value + quarter) % (2n * quarter) !== 0n ? 1n : 0n);
  // Tiny arguments keep their bits.
  const r = turns === 0n ? x : fromFixed(value - turns * quarter, wide);
  const square = mul(r, r);
  const series = (first: Big, from: number): Big => {
    let term = first;
    let sum = first;
    for (let n = from; exponentOf(term) > exponentOf(first) - precision; n += 2) {
      term = neg(div(mul(term, square), whole(n * (n + 1))));
      sum = add(sum, term);
    }
    return sum;
  };
  const s = r.m === 0n ? zero : series(r, 2);
  const c = series(one, 1);
  switch (Number(((turns % 4n) + 4n) % 4n)) {
    case 0: return { sin: s, cos: c };
    case 1: return { sin: c, cos: neg(s) };
    case 2: return { sin: neg(s), cos: neg(c) };
    default: return { sin: neg(c), cos: s };
  }
}

/** Arc tangent: halved four times, then its series. */
export function atan(x: Big): Big {
  if (x.m === 0n) return zero;
  if (compare(abs(x), one) > 0) {
    const rest = sub(scale(pi(), -1), atan(div(one, abs(x))));
    return sign(x) < 0 ? neg(rest) : rest;
  }
  let t = x;
  for (let i = 0; i < 4; i++) t = div(t, add(one, sqrt(add(one, mul(t, t)))));
  const square = mul(t, t);
  let power = t;
  let sum = t;
  for (let n = 3; exponentOf(power) > exponentOf(t) - precision; n += 2) {
    power = neg(mul(power, square));
    sum = add(sum, div(power, whole(n)));
  }
  return scale(sum, 4);
}

/** Angle of (x, y), x and y not both 0. */
export function atan2(y: Big, x: Big): Big {
  if (x.m === 0n) return sign(y) < 0 ? neg(scale(pi(), -1)) : scale(pi(), -1);
  const t = atan(div(y, x));
  if (sign(x) > 0) return t;
  return sign(y) < 0 ? sub(t, pi()) : add(t, pi());
}

export const asin = (x: Big): Big => (compare(abs(x), one) === 0 ? mul(whole(sign(x)), scale(pi(), -1)) : atan(div(x, sqrt(mul(sub(one, x), add(one, x))))));
export const acos = (x: Big): Big => (compare(x, neg(one)) === 0 ? pi() : scale(atan(sqrt(div(sub(one, x), add(one, x)))), 1));

const halved = (a: Big): Big => scale(a, -1);
export const sinh = (x: Big): Big => {
  if (sign(x) < 0) return neg(sinh(neg(x)));
  const t = expm1(x);
  return halved(add(t, div(t, add(t, one))));
};
export const cosh = (x: Big): Big => halved(add(exp(x), exp(neg(x))));
export const tanh = (x: Big): Big => {
  const t = expm1(scale(abs(x), 1));
  const size = div(t, add(t, whole(2)));
  return sign(x) < 0 ? neg(size) : size;
};
export const asinh = (x: Big): Big => {
  const a = abs(x);
  const size = log1p(add(a, div(mul(a, a), add(one, sqrt(add(one, mul(a, a)))))));
  return sign(x) < 0 ? neg(size) : size;
};
export const acosh = (x: Big): Big => {
  const t = sub(x, one);
  return log1p(add(t, sqrt(add(scale(t, 1), mul(t, t)))));
};
export const atanh = (x: Big): Big => halved(log1p(div(scale(x, 1), sub(one, x))));
export const cbrt = (x: Big): Big => (x.m === 0n ? zero : mul(whole(sign(x)), exp(div(log(abs(x)), whole(3)))));
export { ln2Fixed, piFixed };
