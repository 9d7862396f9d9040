/** Bessel functions of whole order in double precision. */
const eulerGamma = 0.577_215_664_901_532_9;
/** Below it the first term is all there is. */
const tiny = 1e-9;
/** From here on the asymptotic series reaches double precision. */
const asymptoticStart = 30;

/** J_0, J_1 and further ones by recurrence downwards from far beyond, scaled by 1 = J_0 + 2 Σ J_2k. */
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

/** J_n by the same recurrence, of which only that one is kept: an order may be large. */
function besselDown(order: number, x: number): number {
  let above = 0;
  let at = 1e-300;
  let norm = 0;
  let wanted = 0;
  for (let n = 2 * Math.ceil((order + Math.sqrt(40 * order) + 40) / 2); n >= 0; n--) {
    if (n === order) wanted = at;
    if (n % 2 === 0) norm += n === 0 ? at : 2 * at;
    const below = ((2 * n) / x) * at - above;
    above = at;
    at = below;
    if (Math.abs(at) > 1e250) {
      wanted *= 1e-250;
      norm *= 1e-250;
      above *= 1e-250;
      at *= 1e-250;
    }
  }
  return wanted / norm;
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
  const j = x < tiny ? [1, x / 2] : besselRow(x);
  if (!second) return j[n]!;
  const log = Math.log(x) - Math.LN2 + eulerGamma;
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

/** Y_n for n >= 0 by recurrence upwards, which is stable; NaN for a negative order. */
export function yn(n: number, x: number): number {
  if (n < 0 || !(x >= 0)) return NaN;
  let [below, at] = [y0(x), y1(x)];
  if (n === 0) return below;
  if (x === 0) return -Infinity;
  for (let k = 1; k < n && at !== -Infinity; k++) [below, at] = [at, ((2 * k) / x) * at - below];
  return at;
}

/** J_n for n >= 0; NaN for a negative order. Upwards where that is stable, else downwards from far beyond. */
export function jn(n: number, x: number): number {
  if (n < 0) return NaN;
  if (n === 0) return j0(x);
  if (n === 1) return j1(x);
  if (x === 0 || Math.abs(x) === Infinity) return 0;
  if (x !== x) return x;
  const a = Math.abs(x);
  const sign = x < 0 && n % 2 === 1 ? -1 : 1;
  if (a > n && a >= asymptoticStart) {
    let [below, at] = [j0(a), j1(a)];
    for (let k = 1; k < n; k++) [below, at] = [at, ((2 * k) / a) * at - below];
    return sign * at;
  }
  // |J_n(x)| <= (x/2)^n / n!, and n! > (n/e)^n: smaller than the smallest number there is.
  if (n * (Math.log(a / (2 * n)) + 1) < -760) return sign * 0;
  // (x/2)^n / n! and two terms more are all there is of tiny arguments.
  if (a * a < 1e-12 * (n + 1)) {
    let power = 1;
    for (let k = 1; k <= n; k++) power *= a / 2 / k;
    return sign * power * (1 - (a * a) / 4 / (n + 1));
  }
  return sign * besselDown(n, a);
}

export function y1(x: number): number {
  return x === 0 ? -Infinity : x > 0 ? (x === Infinity ? 0 : bessel(1, x, true)) : NaN;
}
