/**
 * Numbers of as many bits as one likes, for judging functions: m · 2^e with a mantissa of about `precision` bits.
 * Slow and plain; only tests and `ringkernel selftest` use it.
 */
export interface Big {
  readonly m: bigint;
  readonly e: number;
}

/** Bits every operation keeps: far more than two double-precision numbers have together. */
export const precision = 240;

const bits = (m: bigint): number => {
  const hex = (m < 0n ? -m : m).toString(16);
  return hex.length * 4 - Math.clz32(parseInt(hex[0]!, 16)) + 28;
};

/** m · 2^e, cut to the precision. */
export function big(m: bigint, e: number, keep = precision): Big {
  if (m === 0n) return zero;
  const excess = bits(m) - keep;
  return excess > 0 ? { m: m >> BigInt(excess), e: e + excess } : { m, e };
}

export const zero: Big = { m: 0n, e: 0 };
export const whole = (n: number | bigint): Big => big(BigInt(n), 0);
export const one = whole(1);

const view = new DataView(new ArrayBuffer(8));

/** A finite double, exactly. */
export function fromNumber(x: number): Big {
  if (x === 0) return zero;
  view.setFloat64(0, x);
  const raw = view.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xf_ffff_ffff_ffffn;
  const m = exponent === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  return big(x < 0 ? -m : m, Math.max(exponent, 1) - 1075);
}

/** floor(log2 |a|); -Infinity for 0. */
export const exponentOf = (a: Big): number => (a.m === 0n ? -Infinity : bits(a.m) - 1 + a.e);

/** To a double, rounded (twice where it is subnormal): good for starting values and messages. */
export function toNumber(a: Big): number {
  if (a.m === 0n) return 0;
  const top = big(a.m, a.e, 60);
  const half = Math.trunc(top.e / 2);
  return Number(top.m) * 2 ** half * 2 ** (top.e - half);
}

export const neg = (a: Big): Big => ({ m: -a.m, e: a.e });
export const abs = (a: Big): Big => (a.m < 0n ? neg(a) : a);

export function add(a: Big, b: Big): Big {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const [high, low] = a.e >= b.e ? [a, b] : [b, a];
  const apart = high.e - low.e;
  // So far apart that the small one is beyond the last bit kept.
  if (exponentOf(high) - exponentOf(low) > 3 * precision) return high;
  return big((high.m << BigInt(apart)) + low.m, low.e);
}
export const sub = (a: Big, b: Big): Big => add(a, neg(b));
export const mul = (a: Big, b: Big): Big => big(a.m * b.m, a.e + b.e);
export function div(a: Big, b: Big): Big {
  const shift = Math.max(0, precision + 8 + bits(b.m) - bits(a.m === 0n ? 1n : a.m));
  return big((a.m << BigInt(shift)) / b.m, a.e - shift - b.e);
}
/** a · 2^n. */
export const scale = (a: Big, n: number): Big => ({ m: a.m, e: a.e + n });
export const sign = (a: Big): number => (a.m > 0n ? 1 : a.m < 0n ? -1 : 0);
export const compare = (a: Big, b: Big): number => sign(sub(a, b));

function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((bits(n) + 1) >> 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
export function sqrt(a: Big): Big {
  if (a.m === 0n) return zero;
  let shift = Math.max(0, 2 * precision - bits(a.m));
  if ((a.e - shift) % 2 !== 0) shift++;
  return big(integerRoot(a.m << BigInt(shift)), (a.e - shift) / 2);
}

/** The value as a whole number of 2^-p, cut. */
export const fixed = (a: Big, p: number): bigint => (a.e + p >= 0 ? a.m << BigInt(a.e + p) : a.m >> BigInt(-(a.e + p)));
export const fromFixed = (m: bigint, p: number): Big => big(m, -p);

/** The nearest whole number. */
export const nearest = (a: Big): bigint => (fixed(a, 1) + 1n) >> 1n;
