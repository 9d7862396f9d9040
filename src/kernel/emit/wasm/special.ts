/**
 * Special functions that JavaScript lacks, in double precision, good to a few units in the last place. Sums and
 * continued fractions run until they no longer change.
 */
export { j0, j1, jn, y0, y1, yn } from './bessel.ts';

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI);

/** e^(-x²): the square of the upper bits is exact, so that no bit of a large exponent is lost. */
function gaussian(x: number): number {
  const upper = Math.fround(x);
  return Math.exp(-upper * upper) * Math.exp((upper - x) * (upper + x));
}

export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 1.5)) return x !== x ? x : Math.sign(x) * (1 - erfc(a));
  // erf x = 2/sqrt(pi) e^(-x²) Σ 2^n x^(2n+1) / (2n+1)!!: all terms have one sign.
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    if (sum + term === sum) break;
    sum += term;
  }
  return twoOverSqrtPi * Math.exp(-x * x) * sum;
}

/** Continued fraction x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))), from far inside outwards. */
function tailFraction(x: number): number {
  let inner = x;
  for (let k = Math.ceil(30 + 200 / (x * x)); k > 0; k--) inner = x + (k / 2) / inner;
  return Math.sqrt(Math.PI) * inner;
}

export function erfc(x: number): number {
  if (x < 0.9) return 1 - erf(x);
  if (x !== x) return x;
  return x > 27.5 ? 0 : gaussian(x) / tailFraction(x);
}

/** 1 / sqrt(2) in two parts. */
const halfRoot = [Math.SQRT1_2, -4.833_646_656_726_457e-17] as const;

/** erfc(-x / sqrt(2)) / 2, corrected for the rounding of the argument. */
export function normcdf(x: number): number {
  const a = -x * halfRoot[0];
  if (!(Math.abs(a) < 30)) return 0.5 * erfc(a);
  const upper = Math.fround(-x);
  const constant = Math.fround(halfRoot[0]);
  const [low, rest] = [-x - upper, halfRoot[0] - constant];
  const lost = (((upper * constant - a) + upper * rest) + low * constant) + low * rest - x * halfRoot[1];
  return 0.5 * (erfc(a) - twoOverSqrtPi * gaussian(a) * lost);
}

/** Newton's method for log erfc(x) = log y: few steps from any start, and no loss where erfc is tiny. */
export function erfcinv(y: number): number {
  if (!(y >= 0 && y <= 2)) return NaN;
  if (y === 0 || y === 2) return y === 0 ? Infinity : -Infinity;
  if (y > 1) return -erfcinv(2 - y);
  if (y > 0.5) return erfinv(1 - y);
  const target = Math.log(y);
  let x = Math.sqrt(Math.max(0.1, -target - 0.5 * Math.log(-Math.PI * target)));
  for (let i = 0; i < 40; i++) {
    // The derivative of log erfc is -2 / (sqrt(π) e^(x²) erfc).
    const step = x < 0.9 ? (Math.log(erfc(x)) - target) * erfc(x) / (twoOverSqrtPi * gaussian(x))
      : (-x * x - Math.log(tailFraction(x)) - target) / (twoOverSqrtPi * tailFraction(x));
    x += step;
    if (Math.abs(step) <= 1e-16 * x) break;
  }
  return x;
}

export function erfinv(y: number): number {
  if (!(y >= -1 && y <= 1)) return NaN;
  if (y === 0) return y;
  if (Math.abs(y) > 0.5) return Math.sign(y) * erfcinv(1 - Math.abs(y));
  let x = y / twoOverSqrtPi;
  for (let i = 0; i < 40; i++) {
    const step = (erf(x) - y) / (twoOverSqrtPi * gaussian(x));
    x -= step;
    if (Math.abs(step) <= 1e-16 * Math.abs(x)) break;
  }
  return x;
}

export const normcdfinv = (p: number): number => -Math.SQRT2 * erfcinv(2 * p);

/** sin(πx), cos(πx): whole turns go away exactly. */
export function sinpi(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  const r = x % 2;
  const a = Math.abs(r);
  if (a === 0 || a === 1) return x < 0 ? -0 : x === 0 ? x : 0;
  const size = a <= 0.25 ? Math.sin(Math.PI * a) : a < 0.75 ? Math.cos(Math.PI * (0.5 - a)) : a <= 1.25 ? Math.sin(Math.PI * (1 - a)) : a < 1.75 ? -Math.cos(Math.PI * (1.5 - a)) : Math.sin(Math.PI * (a - 2));
  return r < 0 ? -size : size;
}
export function cospi(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  const a = Math.abs(x) % 2;
  if (a === 0.5 || a === 1.5) return 0;
  return a <= 0.25 ? Math.cos(Math.PI * a) : a < 0.75 ? Math.sin(Math.PI * (0.5 - a)) : a <= 1.25 ? -Math.cos(Math.PI * (1 - a)) : a < 1.75 ? Math.sin(Math.PI * (a - 1.5)) : Math.cos(Math.PI * (2 - a));
}

/** x · 2^n, rounded once: powers beyond the exponents of a double go in steps that keep all bits. */
export function ldexp(x: number, n: number): number {
  let by = Math.max(-2200, Math.min(2200, n));
  for (; by > 1023; by -= 1023) x *= 2 ** 1023;
  // 53 bits are left over for the last step, which rounds.
  for (; by < -1022; by += 969) x *= 2 ** -969;
  return x * 2 ** by;
}

/** Coefficients of Stirling's series: B_2k / (2k (2k - 1)). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
/** log Γ(x) - (x - 1/2) log x + x - log(2π)/2, x >= 12. */
function stirlingRest(x: number): number {
  let sum = 0;
  let power = 1 / x;
  for (const c of stirling) {
    sum += c * power;
    power /= x * x;
  }
  return sum;
}

const eulerGamma = 0.577_215_664_901_532_9;
/** (ζ(k) - 1) / k for k = 2, 3, …, by Euler's and Maclaurin's summation from 100 on. */
const zetas = Array.from({ length: 30 }, (_, i) => {
  const k = i + 2;
  const n = 100;
  let sum = n ** (1 - k) / (k - 1) + n ** -k / 2 + k * n ** (-k - 1) / 12 - k * (k + 1) * (k + 2) * n ** (-k - 3) / 720;
  for (let m = n - 1; m >= 2; m--) sum += m ** -k;
  return sum / k;
});
/** log Γ(2 + s), |s| <= 1/2: s (1 - γ) + Σ (-1)^k (ζ(k) - 1) s^k / k. */
function logGammaNear2(s: number): number {
  let sum = 0;
  for (let i = zetas.length - 1; i >= 0; i--) sum = (i % 2 === 0 ? zetas[i]! : -zetas[i]!) + sum * s;
  return s * (1 - eulerGamma + sum * s);
}

export function lgamma(x: number): number {
  if (x !== x) return x;
  if (Math.abs(x) === Infinity) return Infinity;
  if (x <= 0) {
    if (Number.isInteger(x)) return Infinity;
    const size = Math.abs(sinpi(x) * x);
    // Tiny arguments: their square is below all numbers.
    return x > -1e-100 ? -Math.log(-x) : Math.log(Math.PI / size) - lgamma(-x);
  }
  if (x < 0.5) return logGammaNear2(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaNear2(x - 1) - Math.log1p(x - 1);
  if (x >= 12) return x * (Math.log(x) - 1) - 0.5 * Math.log(x) + 0.5 * Math.log(2 * Math.PI) + stirlingRest(x);
  // Γ(x) = Γ(x - n) (x - 1) … (x - n).
  let product = 1;
  let at = x;
  while (at >= 2.5) product *= --at;
  return logGammaNear2(at - 2) + (product === 1 ? 0 : Math.log(product));
}

export function tgamma(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x === 0) return 1 / x;
  if (x < 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    if (x < -190) return Math.floor(x) % 2 === 0 ? 0 : -0;
    if (x > -1e-300) return 1 / x;
    if (x > -160) return -Math.PI / (x * sinpi(x) * tgamma(-x));
    let product = 1;
    for (let k = 0; k < 40; k++) product *= x + k;
    return tgamma(x + 40) / product;
  }
  if (x > 171.7) return Infinity;
  if (Number.isInteger(x)) {
    let product = 1;
    for (let k = 2; k < x; k++) product *= k;
    return product;
  }
  // Γ(x) = Γ(x + n) / (x (x + 1) … (x + n - 1)).
  let product = 1;
  let at = x;
  let n = 0;
  for (; at < 12; at = x + n) {
    product *= at;
    n++;
  }
  // What rounding x + n took away changes Γ by its logarithmic derivative.
  const lost = x - (at - n);
  const root = at ** (at / 2 - 0.25);
  return root * Math.exp(-at) * root * Math.sqrt(2 * Math.PI) * Math.exp(stirlingRest(at) + lost * (Math.log(at) - 0.5 / at)) / product;
}
