/**
 * Routines WGSL lacks. 64-bit integers are `vec2<u32>`, low word first; signed and unsigned share whatever
 * does not look at the sign. Implementations may assume that NaN and infinity do not occur, so whatever
 * must see them looks at bits.
 */
import { floatLibrary } from '../float-library.ts';
import type { Library } from '../library.ts';

const wide = 'vec2<u32>';

/** Division as JavaScript's `(a / b) | 0` has it: 0 for a zero divisor, INT_MIN / -1 wraps (as WGSL's own does). */
const division32 = (t: 'i32' | 'u32'): Library => ({
  [`rk_idiv_${t}`]: `fn rk_idiv_${t}(a: ${t}, b: ${t}) -> ${t} { if (b == 0) { return 0; } return a / b; }`,
  [`rk_imod_${t}`]: `fn rk_imod_${t}(a: ${t}, b: ${t}) -> ${t} { if (b == 0) { return 0; } return a % b; }`,
});

const clampTo = (t: 'i32' | 'u32', low: string, high: string, from: string, to: string): string =>
  `fn rk_sat_${t}(x: f32) -> ${t} {
  if (rk_isnan(x)) { return 0; }
  if (x >= ${to}) { return ${high}; }
  if (x <= ${from}) { return ${low}; }
  return ${t}(x);
}`;

/** Constants that the compiler may not compute with. */
const keep: Library = Object.fromEntries(
  [['i32', 'i32'], ['u32', 'u32'], ['f32', 'f32'], ['f16', 'f32'], ['i64', wide], ['u64', wide]]
    .map(([name, type]) => [`rk_keep_${name}`, `fn rk_keep_${name}(v: ${type}) -> ${type} { return v; }`]),
);

export const wgslLibrary: Library = {
  ...keep,
  rk_zero_bits: `var<private> rk_zero_bits: u32;`,
  // Bits that no constant expression may hold: infinities, NaN, negative zero, subnormals.
  rk_f32: `fn rk_f32(bits: u32) -> f32 { return bitcast<f32>(bits | rk_zero_bits); }`,
  // Halves by their bits: what the hardware does to subnormals must not show.
  rk_half_value: `fn rk_half_value(bits: u32) -> f32 {
  let sign = (bits & 0x8000u) << 16u;
  let size = bits & 0x7fffu;
  if (size < 0x400u) { return bitcast<f32>(bitcast<u32>(f32(size) * 5.9604644775390625e-8f) | sign); }
  if (size >= 0x7c00u) { return rk_f32(0x7f800000u | (size << 13u) | sign); }
  return bitcast<f32>(((size << 13u) + 0x38000000u) | sign);
}`,
  rk_half_bits: `fn rk_half_bits(x: f32) -> u32 {
  let word = bitcast<u32>(x);
  let sign = (word >> 16u) & 0x8000u;
  let size = word & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0x7e00u; }
  if (size >= 0x477ff000u) { return sign | 0x7c00u; }
  if (size >= 0x38800000u) { return sign | ((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u); }
  let exponent = size >> 23u;
  if (exponent < 102u) { return sign; }
  let digits = (size & 0x7fffffu) | 0x800000u;
  let shift = 126u - exponent;
  let kept = digits >> shift;
  let rest = digits & ((1u << shift) - 1u);
  let middle = 1u << (shift - 1u);
  return sign | (kept + select(0u, 1u, rest > middle || (rest == middle && (kept & 1u) == 1u)));
}`,
  rk_round16: `fn rk_round16(x: f32) -> f32 { return rk_half_value(rk_half_bits(x)); }`,
  rk_bfloat_value: `fn rk_bfloat_value(bits: u32) -> f32 { return bitcast<f32>(bits << 16u); }`,
  rk_bfloat_bits: `fn rk_bfloat_bits(x: f32) -> u32 {
  let word = bitcast<u32>(x);
  if ((word & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (word + 0x7fffu + ((word >> 16u) & 1u)) >> 16u;
}`,
  rk_isnan: `fn rk_isnan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`,
  rk_isinf: `fn rk_isinf(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u; }`,
  rk_isfinite: `fn rk_isfinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }`,
  rk_truth: `fn rk_truth(x: f32) -> bool { return (bitcast<u32>(x) << 1u) != 0u && !rk_isnan(x); }`,
  rk_min: `fn rk_min(a: f32, b: f32) -> f32 {
  if (rk_isnan(a)) { return a; }
  if (rk_isnan(b)) { return b; }
  return min(a, b);
}`,
  rk_max: `fn rk_max(a: f32, b: f32) -> f32 {
  if (rk_isnan(a)) { return a; }
  if (rk_isnan(b)) { return b; }
  return max(a, b);
}`,
  ...division32('i32'),
  ...division32('u32'),
  rk_floordiv_i32: `fn rk_floordiv_i32(a: i32, b: i32) -> i32 {
  let q = rk_idiv_i32(a, b);
  return select(q, q - 1, rk_imod_i32(a, b) != 0 && (a < 0) != (b < 0));
}`,
  rk_ceildiv_i32: `fn rk_ceildiv_i32(a: i32, b: i32) -> i32 {
  let q = rk_idiv_i32(a, b);
  return select(q, q + 1, rk_imod_i32(a, b) != 0 && (a < 0) == (b < 0));
}`,
  rk_ceildiv_u32: `fn rk_ceildiv_u32(a: u32, b: u32) -> u32 {
  return rk_idiv_u32(a, b) + select(0u, 1u, rk_imod_u32(a, b) != 0u);
}`,
  rk_sat_i32: clampTo('i32', 'i32(-2147483648)', '2147483647', '-2147483648.0', '2147483648.0'),
  rk_sat_u32: clampTo('u32', '0u', '4294967295u', '0.0', '4294967296.0'),
  // The integer part modulo 2^64; 0 for NaN and infinities.
  rk_wrap64: `fn rk_wrap64(x: f32) -> ${wide} {
  let bits = bitcast<u32>(x);
  let e = i32((bits >> 23u) & 255u) - 127;
  if (e < 0 || e >= 87) { return ${wide}(); }
  let m = (bits & 0x7fffffu) | 0x800000u;
  var v = ${wide}(m, 0u);
  if (e < 23) { v.x = m >> u32(23 - e); } else { v = rk_shl64(v, u32(e - 23)); }
  if ((bits >> 31u) != 0u) { return rk_neg64(v); }
  return v;
}`,
  rk_mul32: `fn rk_mul32(a: u32, b: u32) -> ${wide} {
  let al = a & 0xffffu; let ah = a >> 16u;
  let bl = b & 0xffffu; let bh = b >> 16u;
  let low = al * bl;
  let mid = ah * bl + (low >> 16u);
  let mid2 = al * bh + (mid & 0xffffu);
  return ${wide}((mid2 << 16u) | (low & 0xffffu), ah * bh + (mid >> 16u) + (mid2 >> 16u));
}`,
  rk_add64: `fn rk_add64(a: ${wide}, b: ${wide}) -> ${wide} {
  let low = a.x + b.x;
  return ${wide}(low, a.y + b.y + select(0u, 1u, low < a.x));
}`,
  rk_sub64: `fn rk_sub64(a: ${wide}, b: ${wide}) -> ${wide} {
  return ${wide}(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}`,
  rk_neg64: `fn rk_neg64(a: ${wide}) -> ${wide} { return rk_sub64(${wide}(), a); }`,
  rk_mul64: `fn rk_mul64(a: ${wide}, b: ${wide}) -> ${wide} {
  let p = rk_mul32(a.x, b.x);
  return ${wide}(p.x, p.y + a.x * b.y + a.y * b.x);
}`,
  rk_shl64: `fn rk_shl64(a: ${wide}, count: u32) -> ${wide} {
  let n = count & 63u;
  if (n == 0u) { return a; }
  if (n >= 32u) { return ${wide}(0u, a.x << (n - 32u)); }
  return ${wide}(a.x << n, (a.y << n) | (a.x >> (32u - n)));
}`,
  rk_shr_u64: `fn rk_shr_u64(a: ${wide}, count: u32) -> ${wide} {
  let n = count & 63u;
  if (n == 0u) { return a; }
  if (n >= 32u) { return ${wide}(a.y >> (n - 32u), 0u); }
  return ${wide}((a.x >> n) | (a.y << (32u - n)), a.y >> n);
}`,
  rk_shr_i64: `fn rk_shr_i64(a: ${wide}, count: u32) -> ${wide} {
  let n = count & 63u;
  let high = bitcast<i32>(a.y);
  if (n == 0u) { return a; }
  if (n >= 32u) { return ${wide}(bitcast<u32>(high >> (n - 32u)), bitcast<u32>(high >> 31u)); }
  return ${wide}((a.x >> n) | (a.y << (32u - n)), bitcast<u32>(high >> n));
}`,
  rk_lt_u64: `fn rk_lt_u64(a: ${wide}, b: ${wide}) -> bool { return a.y < b.y || (a.y == b.y && a.x < b.x); }`,
  rk_lt_i64: `fn rk_lt_i64(a: ${wide}, b: ${wide}) -> bool {
  return bitcast<i32>(a.y) < bitcast<i32>(b.y) || (a.y == b.y && a.x < b.x);
}`,
  rk_negative: `fn rk_negative(a: ${wide}) -> bool { return (a.y >> 31u) != 0u; }`,
  rk_abs64: `fn rk_abs64(a: ${wide}) -> ${wide} { if (rk_negative(a)) { return rk_neg64(a); } return a; }`,
  // Quotient in xy, remainder in zw; both 0 for a zero divisor.
  rk_divmod64: `fn rk_divmod64(a: ${wide}, b: ${wide}) -> vec4<u32> {
  if ((b.x | b.y) == 0u) { return vec4<u32>(); }
  if ((a.y | b.y) == 0u) { return vec4<u32>(a.x / b.x, 0u, a.x % b.x, 0u); }
  var q = ${wide}();
  var r = ${wide}();
  for (var i = 64u; i > 0u; i--) {
    let bit = rk_shr_u64(a, i - 1u).x & 1u;
    let carry = r.y >> 31u;
    r = rk_shl64(r, 1u) | ${wide}(bit, 0u);
    if (carry != 0u || !rk_lt_u64(r, b)) {
      r = rk_sub64(r, b);
      q = q | rk_shl64(${wide}(1u, 0u), i - 1u);
    }
  }
  return vec4<u32>(q, r);
}`,
  rk_idiv_u64: `fn rk_idiv_u64(a: ${wide}, b: ${wide}) -> ${wide} { return rk_divmod64(a, b).xy; }`,
  rk_imod_u64: `fn rk_imod_u64(a: ${wide}, b: ${wide}) -> ${wide} { return rk_divmod64(a, b).zw; }`,
  rk_idiv_i64: `fn rk_idiv_i64(a: ${wide}, b: ${wide}) -> ${wide} {
  let q = rk_divmod64(rk_abs64(a), rk_abs64(b)).xy;
  if (rk_negative(a) != rk_negative(b)) { return rk_neg64(q); }
  return q;
}`,
  rk_imod_i64: `fn rk_imod_i64(a: ${wide}, b: ${wide}) -> ${wide} {
  let r = rk_divmod64(rk_abs64(a), rk_abs64(b)).zw;
  if (rk_negative(a)) { return rk_neg64(r); }
  return r;
}`,
  rk_floordiv_u64: `fn rk_floordiv_u64(a: ${wide}, b: ${wide}) -> ${wide} { return rk_idiv_u64(a, b); }`,
  rk_ceildiv_u64: `fn rk_ceildiv_u64(a: ${wide}, b: ${wide}) -> ${wide} {
  let d = rk_divmod64(a, b);
  return rk_add64(d.xy, ${wide}(select(0u, 1u, (d.z | d.w) != 0u), 0u));
}`,
  rk_floordiv_i64: `fn rk_floordiv_i64(a: ${wide}, b: ${wide}) -> ${wide} {
  let r = rk_imod_i64(a, b);
  let down = (r.x | r.y) != 0u && rk_negative(a) != rk_negative(b);
  return rk_sub64(rk_idiv_i64(a, b), ${wide}(select(0u, 1u, down), 0u));
}`,
  rk_ceildiv_i64: `fn rk_ceildiv_i64(a: ${wide}, b: ${wide}) -> ${wide} {
  let r = rk_imod_i64(a, b);
  let up = (r.x | r.y) != 0u && rk_negative(a) == rk_negative(b);
  return rk_add64(rk_idiv_i64(a, b), ${wide}(select(0u, 1u, up), 0u));
}`,
  rk_min_u64: `fn rk_min_u64(a: ${wide}, b: ${wide}) -> ${wide} { if (rk_lt_u64(b, a)) { return b; } return a; }`,
  rk_max_u64: `fn rk_max_u64(a: ${wide}, b: ${wide}) -> ${wide} { if (rk_lt_u64(a, b)) { return b; } return a; }`,
  rk_min_i64: `fn rk_min_i64(a: ${wide}, b: ${wide}) -> ${wide} { if (rk_lt_i64(b, a)) { return b; } return a; }`,
  rk_max_i64: `fn rk_max_i64(a: ${wide}, b: ${wide}) -> ${wide} { if (rk_lt_i64(a, b)) { return b; } return a; }`,
  rk_clz64: `fn rk_clz64(a: ${wide}) -> u32 { return select(countLeadingZeros(a.y), 32u + countLeadingZeros(a.x), a.y == 0u); }`,
  rk_ctz64: `fn rk_ctz64(a: ${wide}) -> u32 { return select(countTrailingZeros(a.x), 32u + countTrailingZeros(a.y), a.x == 0u); }`,
  rk_ffs64: `fn rk_ffs64(a: ${wide}) -> u32 { return select(rk_ctz64(a) + 1u, 0u, (a.x | a.y) == 0u); }`,
  rk_popcount64: `fn rk_popcount64(a: ${wide}) -> u32 { return countOneBits(a.x) + countOneBits(a.y); }`,
  rk_rotl64: `fn rk_rotl64(a: ${wide}, n: u32) -> ${wide} { return rk_shl64(a, n) | rk_shr_u64(a, 64u - (n & 63u)); }`,
  rk_extend: `fn rk_extend(x: i32) -> ${wide} { return ${wide}(bitcast<u32>(x), bitcast<u32>(x >> 31u)); }`,
  // To nearest: the upper 32 bits with a sticky bit for the rest round once.
  rk_f32_u64: `fn rk_f32_u64(a: ${wide}) -> f32 {
  if (a.y == 0u) { return f32(a.x); }
  let n = countLeadingZeros(a.y);
  let v = rk_shl64(a, n);
  let top = v.y | select(0u, 1u, v.x != 0u);
  return f32(top) * bitcast<f32>((159u - n) << 23u);
}`,
  rk_f32_i64: `fn rk_f32_i64(a: ${wide}) -> f32 {
  if (rk_negative(a)) { return -rk_f32_u64(rk_neg64(a)); }
  return rk_f32_u64(a);
}`,
  rk_sat_u64: `fn rk_sat_u64(x: f32) -> ${wide} {
  if (rk_isnan(x) || x <= 0.0) { return ${wide}(); }
  if (x >= 18446744073709551616.0) { return ${wide}(0xffffffffu, 0xffffffffu); }
  return rk_wrap64(x);
}`,
  rk_sat_i64: `fn rk_sat_i64(x: f32) -> ${wide} {
  if (rk_isnan(x)) { return ${wide}(); }
  if (x >= 9223372036854775808.0) { return ${wide}(0xffffffffu, 0x7fffffffu); }
  if (x <= -9223372036854775808.0) { return ${wide}(0u, 0x80000000u); }
  return rk_wrap64(x);
}`,
  // A negative base has a power for whole exponents only; the built-in function has none at all.
  rk_pow: `fn rk_pow(x: f32, y: f32) -> f32 {
  if (y == 0.0f) { return 1.0f; }
  if (x == 0.0f && floor(y * 0.5f) * 2.0f == y) { return rk_pow_zero(y); }
  if (x == 0.0f && floor(y) != y) { return rk_pow_zero(y); }
  if (x == 0.0f) { return rk_pow_zero(y) * select(1.0f, -1.0f, (bitcast<u32>(x) >> 31u) != 0u); }
  if (x >= 0.0f || rk_isnan(x) || rk_isnan(y)) { return pow(x, y); }
  if (floor(y) != y) { return rk_f32(0x7fc00000u); }
  let magnitude = pow(-x, y);
  return select(magnitude, -magnitude, y - 2.0f * floor(y * 0.5f) == 1.0f);
}`,
  // C's fmod, exact: long division of the significands.
  rk_fmod: `fn rk_fmod(x: f32, y: f32) -> f32 {
  if (rk_isnan(x) || rk_isnan(y) || rk_isinf(x) || (bitcast<u32>(y) << 1u) == 0u) { return rk_f32(0x7fc00000u); }
  let sign = bitcast<u32>(x) & 0x80000000u;
  var a = bitcast<u32>(x) & 0x7fffffffu;
  let b = bitcast<u32>(y) & 0x7fffffffu;
  if (a < b) { return x; }
  var ea = i32(a >> 23u);
  var eb = i32(b >> 23u);
  var ma = a & 0x7fffffu;
  var mb = b & 0x7fffffu;
  if (ea == 0) { let s = countLeadingZeros(ma) - 8u; ma = ma << s; ea = 1 - i32(s); } else { ma |= 0x800000u; }
  if (eb == 0) { let s = countLeadingZeros(mb) - 8u; mb = mb << s; eb = 1 - i32(s); } else { mb |= 0x800000u; }
  for (; ea > eb; ea--) {
    if (ma >= mb) { ma -= mb; }
    ma = ma << 1u;
  }
  if (ma >= mb) { ma -= mb; }
  if (ma == 0u) { return rk_f32(sign); }
  let s = countLeadingZeros(ma) - 8u;
  ma = ma << s;
  ea -= i32(s);
  if (ea > 0) { a = (ma & 0x7fffffu) | (u32(ea) << 23u); } else { a = ma >> u32(1 - ea); }
  return rk_f32(sign | a);
}`,
  // In three steps of one direction, each a power that a float holds.
  rk_ldexp: `fn rk_ldexp(x: f32, n: i32) -> f32 {
  let by = clamp(n, -300, 300);
  let third = by / 3;
  let step = bitcast<f32>(u32(third + 127) << 23u);
  return x * step * step * bitcast<f32>(u32(by - 2 * third + 127) << 23u);
}`,
  rk_round: `fn rk_round(x: f32) -> f32 {
  let down = floor(x);
  if (x - down >= 0.5) { return down + 1.0; }
  return down;
}`,
  // The built-in sine may be off by 2^-11. Quarter turns are taken off in three parts, whose products with
  // whole numbers below 2^13 are exact; beyond, the built-in function has to do.
  rk_quarter: `fn rk_quarter(x: f32) -> vec2<f32> {
  let k = floor(x * 0.63661977 + 0.5);
  return vec2<f32>(((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8, k);
}`,
  rk_sine_near: `fn rk_sine_near(r: f32) -> f32 {
  let z = r * r;
  return r + r * z * ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1);
}`,
  rk_cosine_near: `fn rk_cosine_near(r: f32) -> f32 {
  let z = r * r;
  return 1.0 - 0.5 * z + z * z * ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2);
}`,
  rk_turned: `fn rk_turned(r: f32, quarter: u32) -> f32 {
  let size = select(rk_sine_near(r), rk_cosine_near(r), (quarter & 1u) != 0u);
  return select(size, -size, (quarter & 2u) != 0u);
}`,
  rk_sin: `fn rk_sin(x: f32) -> f32 {
  if (!rk_isfinite(x)) { return rk_f32(0x7fc00000u); }
  if (x == 0.0) { return x; }
  if (abs(x) > 8192.0) { return sin(x); }
  let q = rk_quarter(x);
  return rk_turned(q.x, bitcast<u32>(i32(q.y)));
}`,
  rk_cos: `fn rk_cos(x: f32) -> f32 {
  if (!rk_isfinite(x)) { return rk_f32(0x7fc00000u); }
  if (abs(x) > 8192.0) { return cos(x); }
  let q = rk_quarter(x);
  return rk_turned(q.x, bitcast<u32>(i32(q.y)) + 1u);
}`,
  rk_tan: `fn rk_tan(x: f32) -> f32 { return rk_sin(x) / rk_cos(x); }`,
  // Whole half turns go away exactly; their parity is the sign.
  rk_odd: `fn rk_odd(k: f32) -> bool { return k - 2.0 * floor(k * 0.5) == 1.0; }`,
  rk_sinpi: `fn rk_sinpi(x: f32) -> f32 {
  let k = floor(x + 0.5);
  let size = rk_sin(3.14159265 * (x - k));
  return select(size, -size, rk_odd(k));
}`,
  rk_cospi: `fn rk_cospi(x: f32) -> f32 {
  let k = floor(x + 0.5);
  let r = abs(x - k);
  let size = select(rk_sin(3.14159265 * (0.5 - r)), rk_cos(3.14159265 * r), r < 0.25);
  return select(size, -size, rk_odd(k));
}`,
  ...floatLibrary('wgsl'),
};
