import type { Library } from './library.ts';

/** What differs between the C-like targets in the shared routines. */
export interface Dialect {
  /** Stands before every function. */
  readonly fn: string;
  readonly f64: boolean;
  /** 64-bit literal suffix. */
  readonly long: string;
}

/** Integer types with their lowest value (null: unsigned) as text. */
const integers = (d: Dialect) => [
  { t: 'i32', u: 'u32', zero: '0', one: '1', signed: true }, { t: 'u32', u: 'u32', zero: '0u', one: '1u', signed: false },
  { t: 'i64', u: 'u64', zero: `0${d.long}`, one: `1${d.long}`, signed: true }, { t: 'u64', u: 'u64', zero: `0u${d.long}`, one: `1u${d.long}`, signed: false },
] as const;

const floats = (d: Dialect) => [{ t: 'f32', suffix: 'f' }, ...(d.f64 ? [{ t: 'f64', suffix: '' }] : [])];

type Integer = ReturnType<typeof integers>[number];

/** One overload per integer type; for signed types a divisor of -1 is answered apart, since INT_MIN / -1 traps or is undefined. */
const division = (d: Dialect, name: string, signedMinusOne: (i: Integer) => string, signed: (i: Integer) => string, unsigned: (i: Integer) => string): string =>
  integers(d).map((i) => {
    const guard = `if (b == ${i.zero}) return ${i.zero};`;
    return i.signed
      ? `${d.fn} ${i.t} rk_${name}(${i.t} a, ${i.t} b) {\n  ${guard}\n  if (b == -1) return ${signedMinusOne(i)};\n  ${signed(i)}\n}`
      : `${d.fn} ${i.t} rk_${name}(${i.t} a, ${i.t} b) {\n  ${guard}\n  ${unsigned(i)}\n}`;
  }).join('\n');

const negated = (i: Integer): string => `${i.t}(-${i.u}(a))`;

function saturate(d: Dialect, to: string, low: string | null, high: string, limit: string): string {
  return floats(d).map(({ t, suffix }) => {
    const below = low === null ? `x > 0.0${suffix} ? ${to}(x) : ${to}(0)`
      : `x >= -${limit}${suffix} ? ${to}(x) : x < 0.0${suffix} ? ${low} : ${to}(0)`;
    return `${d.fn} ${to} rk_saturate_${to}(${t} x) {\n  return x >= ${limit}${suffix} ? ${high} : ${below};\n}`;
  }).join('\n');
}

/** The largest signed limit is half the unsigned one. */
const limits = { i32: '2147483648.0', u32: '4294967296.0', i64: '9223372036854775808.0', u64: '18446744073709551616.0' } as const;

/** Routines that CUDA and MSL share, in an order in which each needs only earlier ones. */
export function clikeLibrary(d: Dialect): Library {
  const perFloat = (text: (t: string, suffix: string) => string): string => floats(d).map((f) => text(f.t, f.suffix)).join('\n');
  const perNumber = (text: (t: string) => string): string => integers(d).map((i) => text(i.t)).join('\n');
  return {
    rk_array: 'template <typename T, int N> struct rk_array { T data[N]; };',

    rk_idiv: division(d, 'idiv', negated, () => 'return a / b;', () => 'return a / b;'),
    rk_imod: division(d, 'imod', (i) => i.zero, () => 'return a % b;', () => 'return a % b;'),
    rk_floordiv: division(d, 'floordiv', negated,
      (i) => `const ${i.t} q = a / b;\n  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;`, () => 'return a / b;'),
    rk_ceildiv: division(d, 'ceildiv', negated,
      (i) => `const ${i.t} q = a / b;\n  return a % b != 0 && (a < 0) == (b < 0) ? q + 1 : q;`,
      (i) => `return a % b == ${i.zero} ? a / b : a / b + ${i.one};`),

    rk_min: `${perFloat((t) => `${d.fn} ${t} rk_min(${t} a, ${t} b) { return a != a ? a : b != b ? b : a < b ? a : b; }`)}
${perNumber((t) => `${d.fn} ${t} rk_min(${t} a, ${t} b) { return a < b ? a : b; }`)}`,
    rk_max: `${perFloat((t) => `${d.fn} ${t} rk_max(${t} a, ${t} b) { return a != a ? a : b != b ? b : a > b ? a : b; }`)}
${perNumber((t) => `${d.fn} ${t} rk_max(${t} a, ${t} b) { return a > b ? a : b; }`)}`,

    rk_truth: perFloat((t, s) => `${d.fn} bool rk_truth(${t} x) { return x < 0.0${s} || x > 0.0${s}; }`),

    rk_saturate_i32: saturate(d, 'i32', '(-2147483647 - 1)', '2147483647', limits.i32),
    rk_saturate_u32: saturate(d, 'u32', null, '4294967295u', limits.u32),
    rk_saturate_i64: saturate(d, 'i64', `(-9223372036854775807${d.long} - 1)`, `9223372036854775807${d.long}`, limits.i64),
    rk_saturate_u64: saturate(d, 'u64', null, `18446744073709551615u${d.long}`, limits.u64),

    // As JavaScript's `x | 0`. From 2^63 on a float is a multiple of 2^40, a double of 2^11.
    rk_wrap_u32: [
      `${d.fn} u32 rk_wrap_u32(f32 x) {\n  return x > -${limits.i64}f && x < ${limits.i64}f ? u32(i64(x)) : 0u;\n}`,
      ...(d.f64 ? [`${d.fn} u32 rk_wrap_u32(f64 x) {
  if (x > -${limits.i64} && x < ${limits.i64}) return u32(i64(x));
  if (!(x - x == 0.0)) return 0u;
  return u32(x - floor(x / ${limits.u32}) * ${limits.u32});\n}`] : []),
    ].join('\n'),
    rk_wrap_i32: perFloat((t) => `${d.fn} i32 rk_wrap_i32(${t} x) { return i32(rk_wrap_u32(x)); }`),
    rk_wrap_u64: perFloat((t, s) => `${d.fn} u64 rk_wrap_u64(${t} x) {
  if (x > -${limits.i64}${s} && x < ${limits.i64}${s}) return u64(i64(x));
  if (!(x - x == 0.0${s})) return 0u${d.long};
  return u64(x - floor(x / ${limits.u64}${s}) * ${limits.u64}${s});\n}`),
    rk_wrap_i64: perFloat((t) => `${d.fn} i64 rk_wrap_i64(${t} x) { return i64(rk_wrap_u64(x)); }`),
  };
}
