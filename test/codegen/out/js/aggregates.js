'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_i32(x, s, a, b) { const r = x | 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_index(i, length, s, a, b) { if ((i >>> 0) >= length) rk_fault('outOfBounds', s, a, b); return i; }
function rk_copy(v) {
  if (Array.isArray(v)) return v.map(rk_copy);
  return typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, rk_copy(x)])) : v;
}
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
const weights = rk.constants[0];
function energy(mass, speed) {
  if (speed < 0) {
    return 0;
  }
  return Math.fround(Math.fround(Math.fround(0.5 * mass) * speed) * speed);
}
function handler0(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  let mean = 0;
  let scratch = Array(4).fill(0);
  let i = 0;
  L0: for (; i < 4; i = rk_fit_i32(i + 1, 0, 164, 167)) {
    let index = i;
    scratch[rk_index(index, 4, 0, 173, 183)] = Math.fround(f32[((message + rk_index(i, 4, 0, 186, 200) * 4) + 28) >> 2] * weights[rk_index(i, 4, 0, 203, 213)]);
    mean = Math.fround(mean + scratch[rk_index(i, 4, 0, 225, 235)]);
  }
  let t = Math.fround(0 * 0.5);
  let t_5 = Math.fround((-9.8100004196167) * 0.5);
  let t_6 = Math.fround(0 * 0.5);
  let moved = [Math.fround(f32[message >> 2] + t), Math.fround(f32[(message + 4) >> 2] + t_5), Math.fround(f32[(message + 8) >> 2] + t_6)];
  let index_8 = ((u32[(state + 52) >> 2] & 7) >>> 0);
  f32[((state + rk_index(index_8, 8, 0, 309, 344) * 4) + 20) >> 2] = Math.fround(mean + energy(f32[(message + 12) >> 2], moved[1]));
  u32[(state + 52) >> 2] = rk_fit_u32(u32[(state + 52) >> 2] + 1, 0, 383, 400);
  const t1 = state, t2 = ({ position: rk_copy(moved), mass: f32[(message + 12) >> 2], alive: (u32[(message + 16) >> 2] !== 0) && mean > 0 });
  f32[t1 >> 2] = t2.position[0];
  f32[(t1 + 4) >> 2] = t2.position[1];
  f32[(t1 + 8) >> 2] = t2.position[2];
  f32[(t1 + 12) >> 2] = t2.mass;
  u32[(t1 + 16) >> 2] = t2.alive ? 1 : 0;
  const t3 = (state + 56), t4 = [rk_fit_i32(i32[(message + 20) >> 2] + 1, 0, 497, 546), rk_fit_i32(i32[(message + 24) >> 2] + (-1), 0, 497, 546)];
  i32[t3 >> 2] = t4[0];
  i32[(t3 + 4) >> 2] = t4[1];
  const t5 = ({ position: [f32[state >> 2], f32[(state + 4) >> 2], f32[(state + 8) >> 2]], mass: f32[(state + 12) >> 2], alive: (u32[(state + 16) >> 2] !== 0) });
  f32[reply >> 2] = t5.position[0];
  f32[(reply + 4) >> 2] = t5.position[1];
  f32[(reply + 8) >> 2] = t5.position[2];
  f32[(reply + 12) >> 2] = t5.mass;
  u32[(reply + 16) >> 2] = t5.alive ? 1 : 0;
  f32[(reply + 20) >> 2] = mean;
  const t6 = [i32[(state + 56) >> 2], i32[(state + 60) >> 2]];
  i32[(reply + 24) >> 2] = t6[0];
  i32[(reply + 28) >> 2] = t6[1];
  const t7 = Math.fround(scratch[rk_index(u32[(message + 44) >> 2], 4, 0, 628, 646)] + f32[((state + rk_index(u32[(message + 44) >> 2], 8, 0, 649, 677) * 4) + 20) >> 2]);
  f32[(reply + 32) >> 2] = t7;
  replied = 1;
  return replied;
  return replied;
}
return { handler0 };
