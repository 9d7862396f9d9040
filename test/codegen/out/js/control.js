'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_i32(x, s, a, b) { const r = x | 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_divisor(x, s, a, b) { if (x == 0) rk_fault('divisionByZero', s, a, b); return x; }
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function handler0(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  let count_0 = 0;
  let last = -1;
  if (i32[message >> 2] < 0) {
    u32[reply >> 2] = 0;
    const t1 = i32[message >> 2];
    i32[(reply + 4) >> 2] = t1;
    replied = 1;
    return replied;
  }
  let i = 0;
  L0: for (; i < i32[message >> 2]; i = rk_fit_i32(i + 1, 0, 138, 141)) {
    let j = 0;
    L1: for (; j < 8; j = rk_fit_i32(j + 1, 0, 170, 173)) {
      if (j === i) {
        continue L0;
      }
      if (count_0 > 100) {
        break L0;
      }
      count_0 = rk_fit_u32(count_0 + 1, 0, 245, 252);
      if (rk_fit_i32(j * i, 0, 261, 266) === 12) {
        break;
      }
    }
    last = i;
  }
  let k = 0;
  L2: while (k < 20) {
    k = rk_fit_i32(k + 3, 0, 335, 341);
    if ((k % rk_divisor(2, 0, 349, 354) | 0) === 0) {
      continue;
    }
    last = rk_fit_i32(last - k, 0, 374, 383);
  }
  L3: do {
    count_0 = rk_fit_u32(count_0 + 2, 0, 397, 407);
    k = rk_fit_i32(k - 1, 0, 411, 414);
  } while (k > 0 && count_0 < 50);
  let entry = 4;
  if (u32[(message + 4) >> 2] === 0) {
    entry = 0;
  } else if (u32[(message + 4) >> 2] === 1) {
    entry = 1;
  } else if (u32[(message + 4) >> 2] === 2) {
    entry = 2;
  } else if (u32[(message + 4) >> 2] === 7) {
    entry = 3;
  }
  L4: {
    if (entry <= 0) {
      last = 10;
      break L4;
    }
    if (entry <= 1) {
      last = 11;
    }
    if (entry <= 2) {
      last = rk_fit_i32(last + 5, 0, 598, 607);
      break L4;
    }
    if (entry <= 3) {
      u32[reply >> 2] = 7;
      i32[(reply + 4) >> 2] = last;
      replied = 1;
      return replied;
    }
    last = last > 0 ? last : rk_fit_i32(0 - last, 0, 700, 705);
  }
  L5: {
    if (last === 3) {
      break L5;
    }
    L6: for (;;) {
      last = rk_fit_i32(last + 1, 0, 772, 778);
      if (last > 12) {
        break L5;
      }
      if (last === 11) {
        break;
      }
    }
    count_0 = rk_fit_u32(count_0 + 1000, 0, 832, 844);
  }
  u32[state >> 2] = rk_fit_u32(u32[state >> 2] + 1, 0, 851, 871);
  u32[reply >> 2] = count_0;
  i32[(reply + 4) >> 2] = last;
  replied = 1;
  return replied;
  return replied;
}
return { handler0 };
