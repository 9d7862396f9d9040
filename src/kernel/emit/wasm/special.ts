/**
 * Special functions that JavaScript lacks, in double precision. Sums and continued fractions run until they no
 * longer change, so that each is good to a few units in the last place over the range of f32.
 */

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI);

/** Where the power series of erf still converges without cancellation that matters. */
const seriesEnd = 2.5;

export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < seriesEnd)) return x !== x ? x : Math.sign(x) * (1 - erfc(a));
  // erf x = 2/sqrt(pi) e^(-x²) Σ 2^n x^(2n+1) / (2n+1)!!: all terms have one sign.
  let term = x;
  let sum = x;
  for (let n = 1; sum + term !== sum || n === 1; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
    if (n > 200) break;
  }
  return twoOverSqrtPi * Math.exp(-x * x) * sum;
}

export function erfc(x: number): number {
  if (x < seriesEnd) return 1 - erf(x);
  if (x !== x) return x;
  if (x > 27.5) return 0;
  // Continued fraction x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))), from far inside outwards.
  let inner = x;
  for (let k = 120; k > 0; k--) inner = x + (k / 2) / inner;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * inner);
}

/** Coefficients of Stirling's series: B_2k / (2k (2k - 1)). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];

/** log Γ(x) for x >= 10. */
function logGammaLarge(x: number): number {
  let sum = 0;
  let power = 1 / x;
  for (const c of stirling) {
    sum += c * power;
    power /= x * x;
  }
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + sum;
}

export function lgamma(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x <= 0) {
    if (Number.isInteger(x)) return Infinity;
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  }
  if (x === 1 || x === 2) return 0;
  // Up to where the series holds: Γ(x) = Γ(x + n) / (x (x + 1) … (x + n - 1)).
  let product = 1;
  let at = x;
  for (; at < 12; at++) product *= at;
  return logGammaLarge(at) - Math.log(product);
}

export function tgamma(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x === 0) return 1 / x;
  if (x < 0) return Number.isInteger(x) ? NaN : Math.PI / (Math.sin(Math.PI * x) * tgamma(1 - x));
  if (Number.isInteger(x) && x <= 171) {
    let product = 1;
    for (let k = 2; k < x; k++) product *= k;
    return product;
  }
  let product = 1;
  let at = x;
  for (; at < 12; at++) product *= at;
  return Math.exp(logGammaLarge(at)) / product;
}

export const normcdf = (x: number): number => 0.5 * erfc(-x / Math.SQRT2);

/** Newton's method in the tail's logarithm: few steps from any start, and no loss where erfc is tiny. */
export function erfcinv(y: number): number {
  if (!(y >= 0 && y <= 2)) return NaN;
  if (y === 0 || y === 2) return y === 0 ? Infinity : -Infinity;
  if (y > 1) return -erfcinv(2 - y);
  if (y > 0.5) return erfinv(1 - y);
  let x = Math.sqrt(Math.max(0.1, -Math.log(y * Math.sqrt(Math.PI))));
  for (let i = 0; i < 40; i++) {
    const value = erfc(x);
    const step = (value * Math.log(value / y)) / (twoOverSqrtPi * Math.exp(-x * x));
    x += step;
    if (Math.abs(step) <= 1e-16 * Math.abs(x)) break;
  }
  return x;
}

export function erfinv(y: number): number {
  if (!(y >= -1 && y <= 1)) return NaN;
  if (Math.abs(y) > 0.5) return Math.sign(y) * erfcinv(1 - Math.abs(y));
  let x = y / twoOverSqrtPi;
  for (let i = 0; i < 40; i++) {
    const step = (erf(x) - y) / (twoOverSqrtPi * Math.exp(-x * x));
    x -= step;
    if (Math.abs(step) <= 1e-16 * Math.abs(x)) break;
  }
  return x;
}

export const normcdfinv = (p: number): number => -Math.SQRT2 * erfcinv(2 * p);

const eulerGamma = 0.577_215_664_901_532_9;
/** From here on the asymptotic series reaches double precision. */
const asymptoticStart = 30;

/** J_0 … J_n by recurrence downwards from far beyond, scaled by 1 = J_0 + 2 Σ J_2k. */
function besselRow(x: number): number[] {
  const top = 2 * Math.ceil((x + 40) / 2);
  const j = Array.from({ length: top + 1 }, () => 0);
  let above = 0;
  let at = 1e-300;
  let norm = 0;
  for (let n = top; n >= 0; n--) {
    j[n] = at;
    if (n % 2 === 0) norm += n === 0 ? at : 2 * at;
    const below = ((2 * n) / x) * at - above;
    above = at;
    at = below;
    if (Math.abs(at) > 1e250) {
      for (let k = n; k <= top; k++) j[k]! *= 1e-250;
      norm *= 1e-250;
      above *= 1e-250;
      at *= 1e-250;
    }
  }
  return j.map((v) => v / norm);
}

/** Amplitude parts P and Q of Hankel's expansion for order `n`. */
function hankel(n: number, x: number): { p: number; q: number } {
  const mu = 4 * n * n;
  let term = 1;
  let p = 1;
  let q = 0;
  for (let k = 1; k < 60; k++) {
    const next = (term * (mu - (2 * k - 1) ** 2)) / (k * 8 * x);
    if (Math.abs(next) > Math.abs(term) || next === 0) break;
    term = next;
    const sign = k % 4 < 2 ? 1 : -1;
    if (k % 2 === 1) q += sign * term;
    else p += sign * term;
  }
  return { p, q };
}

function bessel(n: 0 | 1, x: number, second: boolean): number {
  if (x >= asymptoticStart) {
    const { p, q } = hankel(n, x);
    // cos and sin of x - nπ/2 - π/4 from those of x: no large angle is rounded.
    const [s, c] = [Math.sin(x), Math.cos(x)];
    const [cosine, sine] = n === 0 ? [c + s, s - c] : [s - c, -c - s];
    return (second ? p * sine + q * cosine : p * cosine - q * sine) / Math.sqrt(Math.PI * x);
  }
  const j = besselRow(x);
  if (!second) return j[n]!;
  const log = Math.log(x / 2) + eulerGamma;
  let sum = 0;
  for (let k = 1; 2 * k + 1 < j.length; k++) {
    const sign = k % 2 === 0 ? 1 : -1;
    sum += n === 0 ? (sign * j[2 * k]!) / k : (sign * (2 * k + 1) * j[2 * k + 1]!) / (k * (k + 1));
  }
  return n === 0 ? (2 / Math.PI) * (log * j[0]! - 2 * sum) : -2 / (Math.PI * x) * j[0]! + (2 / Math.PI) * ((log - 1) * j[1]! - sum);
}

export function j0(x: number): number {
  return x === 0 ? 1 : Number.isFinite(x) ? bessel(0, Math.abs(x), false) : x !== x ? x : 0;
}

export function j1(x: number): number {
  return x === 0 ? x : Number.isFinite(x) ? Math.sign(x) * bessel(1, Math.abs(x), false) : x !== x ? x : 0;
}

export function y0(x: number): number {
  return x === 0 ? -Infinity : x > 0 ? (x === Infinity ? 0 : bessel(0, x, true)) : NaN;
}

export function y1(x: number): number {
  return x === 0 ? -Infinity : x > 0 ? (x === Infinity ? 0 : bessel(1, x, true)) : NaN;
}
