'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_i64(x, s, a, b) { const r = BigInt.asIntN(64, x); if (r !== x) rk_fault('overflow', s, a, b); return r; }
const rk_sat = (x, low, high) => x !== x ? 0 : Math.trunc(Math.min(Math.max(x, low), high)) + 0;
const rk_sat_big = (x, low, high) => x !== x ? 0n : x <= Number(low) ? low : x >= Number(high) ? high : BigInt(Math.trunc(x));
/** The nearest half-precision number, ties to even. */
function rk_half(x) {
  const a = Math.abs(x);
  if (!(a < 65520)) return x !== x ? x : Math.sign(x) * Infinity;
  if (a === 0) return x;
  const unit = 2 ** (Math.max(-14, Math.floor(Math.log2(a))) - 10);
  const step = a / unit >= 2048 ? unit * 2 : a / unit < 1024 && unit > 2 ** -24 ? unit / 2 : unit;
  const q = a / step;
  const f = Math.floor(q);
  const r = (q - f > 0.5 || (q - f === 0.5 && f % 2 === 1) ? f + 1 : f) * step;
  return x < 0 ? -r : r;
}
function rk_half_bits(x) {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const a = Math.abs(x);
  if (a !== a) return 0x7e00;
  if (a === Infinity) return sign | 0x7c00;
  if (a < 2 ** -14) return sign | (a * 2 ** 24);
  const bits = rk_bits_of_f32(a);
  return sign | (((bits >>> 13) - (112 << 10)) & 0x7fff);
}
function rk_half_value(bits) {
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  const a = exponent === 31 ? (fraction === 0 ? Infinity : NaN) : exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -a : a;
}
const rk_scratch = new DataView(new ArrayBuffer(8));
const rk_bits_of_f32 = (x) => (rk_scratch.setFloat32(0, x), rk_scratch.getUint32(0));
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function handler0(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  f64[state >> 3] = (f64[state >> 3] + ((f64[message >> 3] * f64[(message + 8) >> 3]) - (Math.sqrt(f64[message >> 3]))));
  const t1 = (f64[state >> 3] / 3);
  f64[reply >> 3] = t1;
  const t2 = rk_half((f64[message >> 3] + rk_half_value(u16[(message + 16) >> 1])));
  u16[(reply + 8) >> 1] = rk_half_bits(t2);
  const t3 = Math.fround(f64[(message + 8) >> 3]);
  f32[(reply + 12) >> 2] = t3;
  const t4 = rk_sat(f64[message >> 3], -2147483648, 2147483647);
  i32[(reply + 16) >> 2] = t4;
  const t5 = (f64[(message + 8) >> 3] >>> 0);
  u32[(reply + 20) >> 2] = t5;
  const t6 = rk_fit_i64(rk_sat_big(f64[message >> 3], -9223372036854775808n, 9223372036854775807n) + i64[(message + 24) >> 3], 0, 196, 218);
  i64[(reply + 24) >> 3] = t6;
  replied = 1;
  return replied;
  return replied;
}
return { handler0 };
