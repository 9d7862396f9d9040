'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_i32(x, s, a, b) { const r = x | 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
/** What a handler knows about itself and its message: v are the views, a is the actor's row. */
const rk_actor = {
  self: (v, a) => v.u32[(a + 256) >> 2],
  sender: (v, a) => v.u32[(v.u32[(a + 320) >> 2] + 12) >> 2],
  correlation: (v, a) => v.u32[(v.u32[(a + 320) >> 2] + 8) >> 2],
  timestamp: (v, a) => v.u64[(v.u32[(a + 320) >> 2] + 16) >> 3],
  deadline: (v, a) => v.u64[(v.u32[(a + 320) >> 2] + 24) >> 3],
  hlcPhysical: (v, a) => v.u64[(a + 80) >> 3],
  hlcLogical: (v, a) => v.u64[(a + 88) >> 3],
};
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function handler0(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  let sum = 0;
  let i = 0;
  L0: for (; (i >>> 0) < u32[message >> 2]; i = rk_fit_i32(i + 1, 0, 58, 61)) {
    sum = Math.fround(sum + Math.fround(f32[(message + 4) >> 2] * Math.fround(i)));
    let sent = false;
    const t1 = (rk_actor.self(rk.views, actor) >>> 0);
    const t2 = (rk_fit_i32(i + 1, 0, 144, 149) >>> 0) === u32[message >> 2];
    const t3 = rk.reserve(actor, 0);
    if (t3 !== 0) {
      f32[t3 >> 2] = sum;
      u32[(t3 + 4) >> 2] = t1;
      u32[(t3 + 8) >> 2] = t2 ? 1 : 0;
      rk.commit(actor, 0);
    }
    sent = t3 !== 0;
    if (!sent) {
      u32[(state + 4) >> 2] = rk_fit_u32(u32[(state + 4) >> 2] + 1, 0, 166, 188);
    }
  }
  u32[state >> 2] = rk_fit_u32(u32[state >> 2] + 1, 0, 195, 217);
  rk.debug(actor, 0, [u32[message >> 2], (rk_actor.sender(rk.views, actor) >>> 0), sum]);
  const t4 = u32[state >> 2];
  u32[reply >> 2] = t4;
  const t5 = u32[(state + 4) >> 2];
  u32[(reply + 4) >> 2] = t5;
  const t6 = BigInt.asUintN(64, rk_actor.timestamp(rk.views, actor));
  u64[(reply + 8) >> 3] = t6;
  replied = 1;
  return replied;
  return replied;
}
function handler1(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  const t7 = u32[state >> 2];
  const t8 = u32[(state + 4) >> 2];
  const t9 = BigInt.asUintN(64, rk_actor.timestamp(rk.views, actor));
  const t10 = rk.reserve(actor, 1);
  if (t10 !== 0) {
    u32[t10 >> 2] = t7;
    u32[(t10 + 4) >> 2] = t8;
    u64[(t10 + 8) >> 3] = t9;
    rk.commit(actor, 1);
  }
  u32[state >> 2] = 0;
  u32[(state + 4) >> 2] = 0;
  return replied;
}
return { handler0, handler1 };
