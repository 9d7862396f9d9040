'use strict';
const rk_sat = (x, low, high) => x !== x ? 0 : Math.trunc(Math.min(Math.max(x, low), high)) + 0;
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function handler0(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  let value = Math.fround(Math.fround(Math.fround(Math.fround(f32[message >> 2] + f32[(message + 4) >> 2]) * 0.10000000149011612) - Math.fround(f32[message >> 2] / f32[(message + 4) >> 2])) + Math.fround(f32[message >> 2] % f32[(message + 4) >> 2]));
  value = Math.fround(value + Math.fround(Math.fround(Math.sqrt(Math.fround(Math.abs(f32[message >> 2])))) + (-f32[(message + 4) >> 2])));
  if (value > f32[state >> 2] || !(u32[(state + 4) >> 2] !== 0)) {
    f32[state >> 2] = value;
    u32[(state + 4) >> 2] = true ? 1 : 0;
  }
  let truth = (u32[(message + 16) >> 2] !== 0) && (f32[message >> 2] < f32[(message + 4) >> 2] || i32[(message + 8) >> 2] !== 3);
  const t1 = Math.fround(Math.fround(Math.fround(Math.fround(Math.fround(Math.max(Math.fround(Math.min(value, 1000000000)), -0.0010000000474974513)) + Math.fround(Math.floor(value))) + Math.fround(Math.round(f32[message >> 2]))) + Math.fround(Math.trunc(f32[(message + 4) >> 2]))) + Math.fround(Math.ceil(f32[message >> 2])));
  f32[reply >> 2] = t1;
  const t2 = rk_sat(f32[message >> 2], -2147483648, 2147483647);
  i32[(reply + 4) >> 2] = t2;
  const t3 = rk_sat(f32[(message + 4) >> 2], 0, 4294967295);
  u32[(reply + 8) >> 2] = t3;
  const t4 = (Math.fround(f32[message >> 2] * 1000000) | 0);
  i32[(reply + 12) >> 2] = t4;
  u32[(reply + 16) >> 2] = truth ? 1 : 0;
  const t5 = u32[(message + 12) >> 2] > 2147483648 ? Infinity : Math.fround(i32[(message + 8) >> 2]);
  f32[(reply + 20) >> 2] = t5;
  replied = 1;
  return replied;
  return replied;
}
return { handler0 };
