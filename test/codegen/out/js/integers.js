'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_i32(x, s, a, b) { const r = x | 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_fit_i64(x, s, a, b) { const r = BigInt.asIntN(64, x); if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_fit_u64(x, s, a, b) { const r = BigInt.asUintN(64, x); if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_divisor(x, s, a, b) { if (x == 0) rk_fault('divisionByZero', s, a, b); return x; }
const rk_div = (a, b) => b === 0n ? 0n : a / b;
const rk_mod = (a, b) => b === 0n ? 0n : a % b;
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function handler0(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  u32[state >> 2] = rk_fit_u32(u32[state >> 2] + 1, 0, 17, 37);
  let quotient = rk_fit_i32(rk_fit_i32(rk_fit_i32(rk_fit_i32(Math.trunc(i32[message >> 2] / rk_divisor(i32[(message + 4) >> 2], 0, 46, 155)), 0, 46, 155) + rk_fit_i32(Math.trunc(i32[message >> 2] / rk_divisor(7, 0, 46, 155)), 0, 46, 155), 0, 57, 100) + rk_fit_i32(Math.floor(i32[message >> 2] / rk_divisor(i32[(message + 4) >> 2], 0, 46, 155)), 0, 46, 155), 0, 57, 128) + rk_fit_i32(Math.ceil(i32[message >> 2] / rk_divisor(i32[(message + 4) >> 2], 0, 46, 155)), 0, 46, 155), 0, 57, 155);
  let rest = (i32[message >> 2] % rk_divisor(i32[(message + 4) >> 2], 0, 171, 184) | 0);
  let bits = ((((u32[(message + 8) >> 2] & 255) >>> 0) ^ (~((u32[(message + 12) >> 2] | 3) >>> 0) >>> 0)) >>> 0);
  bits = rk_fit_u32(((bits << ((u32[(message + 12) >> 2] & 63) >>> 0)) >>> 0) + (u32[(message + 8) >> 2] >>> 3), 0, 234, 272);
  let wide = rk_fit_i64(rk_fit_i64(rk_fit_i64(rk_fit_i64(rk_fit_i64(i64[(message + 16) >> 3] * i64[(message + 24) >> 3], 0, 288, 301) - rk_fit_i64(rk_div(i64[(message + 16) >> 3], rk_divisor(i64[(message + 24) >> 3], 0, 304, 317)), 0, 304, 317), 0, 288, 317) + rk_mod(i64[(message + 16) >> 3], rk_divisor(i64[(message + 24) >> 3], 0, 320, 333)), 0, 288, 333) + BigInt.asIntN(64, i64[(message + 16) >> 3] << (3n & 63n)), 0, 288, 349) + (i64[(message + 24) >> 3] >> (1n & 63n)), 0, 288, 365);
  let big = (rk_fit_u64(rk_fit_u64(u64[(message + 32) >> 3] + 1n, 0, 381, 391) * u64[(message + 40) >> 3], 0, 380, 400) ^ (u64[(message + 32) >> 3] & 255n));
  i64[(state + 8) >> 3] = rk_fit_i64(i64[(state + 8) >> 3] + wide, 0, 418, 441);
  const t1 = rk_fit_i32(rk_fit_i32(rk_fit_i32(rk_fit_i32(rk_fit_i32(0 - quotient, 0, 460, 469) + rk_fit_i32(rest * rk_fit_i32(i32[message >> 2] - i32[(message + 4) >> 2], 0, 480, 493), 0, 472, 494), 0, 460, 494) + rk_fit_i32(i32[message >> 2] * 3, 0, 497, 516), 0, 460, 516) + (i32[message >> 2] >> 2), 0, 460, 531) + (Math.clz32(i32[message >> 2]) | 0), 0, 460, 551);
  i32[reply >> 2] = t1;
  u32[(reply + 4) >> 2] = bits;
  i64[(reply + 8) >> 3] = wide;
  u64[(reply + 16) >> 3] = big;
  const t2 = Math.fround(Math.fround(i32[message >> 2]) / Math.fround(i32[(message + 4) >> 2]));
  f32[(reply + 24) >> 2] = t2;
  replied = 1;
  return replied;
  return replied;
}
return { handler0 };
