'use strict';
const rk_sat = (x, low, high) => x !== x ? 0 : Math.trunc(Math.min(Math.max(x, low), high)) + 0;
function rk_copy(v) {
  if (Array.isArray(v)) return v.map(rk_copy);
  return typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, rk_copy(x)])) : v;
}
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function rk_quat_toMatrix(q) {
  return [[Math.fround(1 - Math.fround(2 * Math.fround(Math.fround(q[1] * q[1]) + Math.fround(q[2] * q[2])))), Math.fround(2 * Math.fround(Math.fround(q[0] * q[1]) + Math.fround(q[3] * q[2]))), Math.fround(2 * Math.fround(Math.fround(q[0] * q[2]) - Math.fround(q[3] * q[1])))], [Math.fround(2 * Math.fround(Math.fround(q[0] * q[1]) - Math.fround(q[3] * q[2]))), Math.fround(1 - Math.fround(2 * Math.fround(Math.fround(q[0] * q[0]) + Math.fround(q[2] * q[2])))), Math.fround(2 * Math.fround(Math.fround(q[1] * q[2]) + Math.fround(q[3] * q[0])))], [Math.fround(2 * Math.fround(Math.fround(q[0] * q[2]) + Math.fround(q[3] * q[1]))), Math.fround(2 * Math.fround(Math.fround(q[1] * q[2]) - Math.fround(q[3] * q[0]))), Math.fround(1 - Math.fround(2 * Math.fround(Math.fround(q[0] * q[0]) + Math.fround(q[1] * q[1]))))]];
}
function rk_mat3_timesMatrix(m, n) {
  let v = rk_copy(n[0]);
  let t = v[0];
  let t_4 = v[1];
  let t_5 = Math.fround(m[0][0] * t);
  let t_6 = Math.fround(m[0][1] * t);
  let t_7 = Math.fround(m[0][2] * t);
  let t_8 = Math.fround(m[1][0] * t_4);
  let t_9 = Math.fround(m[1][1] * t_4);
  let t_10 = Math.fround(m[1][2] * t_4);
  let t_11 = v[2];
  let t_12 = Math.fround(t_5 + t_8);
  let t_13 = Math.fround(t_6 + t_9);
  let t_14 = Math.fround(t_7 + t_10);
  let t_15 = Math.fround(m[2][0] * t_11);
  let t_16 = Math.fround(m[2][1] * t_11);
  let t_17 = Math.fround(m[2][2] * t_11);
  let v_18 = rk_copy(n[1]);
  let t_19 = v_18[0];
  let t_20 = v_18[1];
  let t_21 = Math.fround(m[0][0] * t_19);
  let t_22 = Math.fround(m[0][1] * t_19);
  let t_23 = Math.fround(m[0][2] * t_19);
  let t_24 = Math.fround(m[1][0] * t_20);
  let t_25 = Math.fround(m[1][1] * t_20);
  let t_26 = Math.fround(m[1][2] * t_20);
  let t_27 = v_18[2];
  let t_28 = Math.fround(t_21 + t_24);
  let t_29 = Math.fround(t_22 + t_25);
  let t_30 = Math.fround(t_23 + t_26);
  let t_31 = Math.fround(m[2][0] * t_27);
  let t_32 = Math.fround(m[2][1] * t_27);
  let t_33 = Math.fround(m[2][2] * t_27);
  let v_34 = rk_copy(n[2]);
  let t_35 = v_34[0];
  let t_36 = v_34[1];
  let t_37 = Math.fround(m[0][0] * t_35);
  let t_38 = Math.fround(m[0][1] * t_35);
  let t_39 = Math.fround(m[0][2] * t_35);
  let t_40 = Math.fround(m[1][0] * t_36);
  let t_41 = Math.fround(m[1][1] * t_36);
  let t_42 = Math.fround(m[1][2] * t_36);
  let t_43 = v_34[2];
  let t_44 = Math.fround(t_37 + t_40);
  let t_45 = Math.fround(t_38 + t_41);
  let t_46 = Math.fround(t_39 + t_42);
  let t_47 = Math.fround(m[2][0] * t_43);
  let t_48 = Math.fround(m[2][1] * t_43);
  let t_49 = Math.fround(m[2][2] * t_43);
  return [[Math.fround(t_12 + t_15), Math.fround(t_13 + t_16), Math.fround(t_14 + t_17)], [Math.fround(t_28 + t_31), Math.fround(t_29 + t_32), Math.fround(t_30 + t_33)], [Math.fround(t_44 + t_47), Math.fround(t_45 + t_48), Math.fround(t_46 + t_49)]];
}
function rk_mat3_transpose(m) {
  return [[m[0][0], m[1][0], m[2][0]], [m[0][1], m[1][1], m[2][1]], [m[0][2], m[1][2], m[2][2]]];
}
function rk_mat3_inverse(m) {
  let a = [Math.fround(Math.fround(m[1][1] * m[2][2]) - Math.fround(m[1][2] * m[2][1])), Math.fround(Math.fround(m[1][2] * m[2][0]) - Math.fround(m[1][0] * m[2][2])), Math.fround(Math.fround(m[1][0] * m[2][1]) - Math.fround(m[1][1] * m[2][0]))];
  let b = [Math.fround(Math.fround(m[2][1] * m[0][2]) - Math.fround(m[2][2] * m[0][1])), Math.fround(Math.fround(m[2][2] * m[0][0]) - Math.fround(m[2][0] * m[0][2])), Math.fround(Math.fround(m[2][0] * m[0][1]) - Math.fround(m[2][1] * m[0][0]))];
  let c = [Math.fround(Math.fround(m[0][1] * m[1][2]) - Math.fround(m[0][2] * m[1][1])), Math.fround(Math.fround(m[0][2] * m[1][0]) - Math.fround(m[0][0] * m[1][2])), Math.fround(Math.fround(m[0][0] * m[1][1]) - Math.fround(m[0][1] * m[1][0]))];
  let d = Math.fround(Math.fround(Math.fround(m[0][0] * a[0]) + Math.fround(m[0][1] * a[1])) + Math.fround(m[0][2] * a[2]));
  return [[Math.fround(a[0] / d), Math.fround(b[0] / d), Math.fround(c[0] / d)], [Math.fround(a[1] / d), Math.fround(b[1] / d), Math.fround(c[1] / d)], [Math.fround(a[2] / d), Math.fround(b[2] / d), Math.fround(c[2] / d)]];
}
function rk_mat3_timesVector(m, v) {
  let t = Math.fround(m[0][0] * v[0]);
  let t_3 = Math.fround(m[0][1] * v[0]);
  let t_4 = Math.fround(m[0][2] * v[0]);
  let t_5 = Math.fround(m[1][0] * v[1]);
  let t_6 = Math.fround(m[1][1] * v[1]);
  let t_7 = Math.fround(m[1][2] * v[1]);
  let t_8 = Math.fround(t + t_5);
  let t_9 = Math.fround(t_3 + t_6);
  let t_10 = Math.fround(t_4 + t_7);
  let t_11 = Math.fround(m[2][0] * v[2]);
  let t_12 = Math.fround(m[2][1] * v[2]);
  let t_13 = Math.fround(m[2][2] * v[2]);
  return [Math.fround(t_8 + t_11), Math.fround(t_9 + t_12), Math.fround(t_10 + t_13)];
}
function rk_quat(axis, angle) {
  let s = Math.fround(Math.sin(Math.fround(angle / 2)));
  return [Math.fround(axis[0] * s), Math.fround(axis[1] * s), Math.fround(axis[2] * s), Math.fround(Math.cos(Math.fround(angle / 2)))];
}
function rk_quat_qmul(a, b) {
  return [Math.fround(Math.fround(Math.fround(Math.fround(a[3] * b[0]) + Math.fround(a[0] * b[3])) + Math.fround(a[1] * b[2])) - Math.fround(a[2] * b[1])), Math.fround(Math.fround(Math.fround(Math.fround(a[3] * b[1]) - Math.fround(a[0] * b[2])) + Math.fround(a[1] * b[3])) + Math.fround(a[2] * b[0])), Math.fround(Math.fround(Math.fround(Math.fround(a[3] * b[2]) + Math.fround(a[0] * b[1])) - Math.fround(a[1] * b[0])) + Math.fround(a[2] * b[3])), Math.fround(Math.fround(Math.fround(Math.fround(a[3] * b[3]) - Math.fround(a[0] * b[0])) - Math.fround(a[1] * b[1])) - Math.fround(a[2] * b[2]))];
}
function rk_quat_rotate(q, v) {
  let u = [q[0], q[1], q[2]];
  let t = Math.fround(Math.fround(u[1] * v[2]) - Math.fround(u[2] * v[1]));
  let t_4 = Math.fround(Math.fround(u[2] * v[0]) - Math.fround(u[0] * v[2]));
  let t_5 = Math.fround(Math.fround(u[0] * v[1]) - Math.fround(u[1] * v[0]));
  let t_6 = [Math.fround(t * 2), Math.fround(t_4 * 2), Math.fround(t_5 * 2)];
  let t_7 = Math.fround(t_6[0] * q[3]);
  let t_8 = Math.fround(t_6[1] * q[3]);
  let t_9 = Math.fround(t_6[2] * q[3]);
  let t_10 = Math.fround(v[0] + t_7);
  let t_11 = Math.fround(v[1] + t_8);
  let t_12 = Math.fround(v[2] + t_9);
  let t_13 = Math.fround(Math.fround(u[1] * t_6[2]) - Math.fround(u[2] * t_6[1]));
  let t_14 = Math.fround(Math.fround(u[2] * t_6[0]) - Math.fround(u[0] * t_6[2]));
  let t_15 = Math.fround(Math.fround(u[0] * t_6[1]) - Math.fround(u[1] * t_6[0]));
  return [Math.fround(t_10 + t_13), Math.fround(t_11 + t_14), Math.fround(t_12 + t_15)];
}
function rk_mat3_determinant(m) {
  let t = Math.fround(Math.fround(m[1][1] * m[2][2]) - Math.fround(m[1][2] * m[2][1]));
  let t_2 = Math.fround(Math.fround(m[1][2] * m[2][0]) - Math.fround(m[1][0] * m[2][2]));
  let t_3 = Math.fround(Math.fround(m[1][0] * m[2][1]) - Math.fround(m[1][1] * m[2][0]));
  return Math.fround(Math.fround(Math.fround(m[0][0] * t) + Math.fround(m[0][1] * t_2)) + Math.fround(m[0][2] * t_3));
}
function handler0(actor, message, reply) {
  const state = u32[(actor + 272) >> 2];
  let replied = 0;
  let basis = rk_mat3_transpose(rk_mat3_timesMatrix([[f32[message >> 2], f32[(message + 4) >> 2], f32[(message + 8) >> 2]], [f32[(message + 12) >> 2], f32[(message + 16) >> 2], f32[(message + 20) >> 2]], [f32[(message + 24) >> 2], f32[(message + 28) >> 2], f32[(message + 32) >> 2]]], rk_quat_toMatrix([f32[(message + 48) >> 2], f32[(message + 52) >> 2], f32[(message + 56) >> 2], f32[(message + 60) >> 2]])));
  const t1 = state, t2 = rk_mat3_inverse(rk_copy(basis));
  f32[t1 >> 2] = t2[0][0];
  f32[(t1 + 4) >> 2] = t2[0][1];
  f32[(t1 + 8) >> 2] = t2[0][2];
  f32[(t1 + 12) >> 2] = t2[1][0];
  f32[(t1 + 16) >> 2] = t2[1][1];
  f32[(t1 + 20) >> 2] = t2[1][2];
  f32[(t1 + 24) >> 2] = t2[2][0];
  f32[(t1 + 28) >> 2] = t2[2][1];
  f32[(t1 + 32) >> 2] = t2[2][2];
  const t3 = (state + 44), t4 = [Math.fround(f32[(message + 36) >> 2] * 2), Math.fround(f32[(message + 40) >> 2] * 2)];
  f32[t3 >> 2] = t4[0];
  f32[(t3 + 4) >> 2] = t4[1];
  let v = rk_mat3_timesVector(rk_copy(basis), [f32[(message + 36) >> 2], f32[(message + 40) >> 2], f32[(message + 44) >> 2]]);
  let at = [v[0], v[1], v[2], 1];
  let v_3 = [at[0], at[1]];
  at[2] = v_3[0];
  at[0] = v_3[1];
  let colour = [f32[(message + 72) >> 2], f32[(message + 68) >> 2], f32[(message + 64) >> 2], f32[(message + 76) >> 2]];
  let t = Math.fround(colour[0] * 255);
  let t_6 = Math.fround(colour[1] * 255);
  let t_7 = Math.fround(colour[2] * 255);
  let t_8 = Math.fround(Math.round(t));
  let t_9 = Math.fround(Math.round(t_6));
  let t_10 = Math.fround(Math.round(t_7));
  let v_11 = [Math.fround(Math.fround(rk_sat(t_8, -2147483648, 2147483647)) / 255), Math.fround(Math.fround(rk_sat(t_9, -2147483648, 2147483647)) / 255), Math.fround(Math.fround(rk_sat(t_10, -2147483648, 2147483647)) / 255)];
  colour[0] = v_11[0];
  colour[1] = v_11[1];
  colour[2] = v_11[2];
  const t5 = (state + 76), t6 = rk_quat_rotate(rk_quat_qmul([f32[(message + 48) >> 2], f32[(message + 52) >> 2], f32[(message + 56) >> 2], f32[(message + 60) >> 2]], rk_quat([0, 0, 1], f32[(state + 100) >> 2])), [at[0], at[1], at[2]]);
  f32[t5 >> 2] = t6[0];
  f32[(t5 + 4) >> 2] = t6[1];
  f32[(t5 + 8) >> 2] = t6[2];
  const t7 = rk_copy(basis);
  f32[reply >> 2] = t7[0][0];
  f32[(reply + 4) >> 2] = t7[0][1];
  f32[(reply + 8) >> 2] = t7[0][2];
  f32[(reply + 12) >> 2] = t7[1][0];
  f32[(reply + 16) >> 2] = t7[1][1];
  f32[(reply + 20) >> 2] = t7[1][2];
  f32[(reply + 24) >> 2] = t7[2][0];
  f32[(reply + 28) >> 2] = t7[2][1];
  f32[(reply + 32) >> 2] = t7[2][2];
  const t8 = [at[0], at[1], at[2]];
  f32[(reply + 36) >> 2] = t8[0];
  f32[(reply + 40) >> 2] = t8[1];
  f32[(reply + 44) >> 2] = t8[2];
  const t9 = rk_copy(colour);
  f32[(reply + 48) >> 2] = t9[0];
  f32[(reply + 52) >> 2] = t9[1];
  f32[(reply + 56) >> 2] = t9[2];
  f32[(reply + 60) >> 2] = t9[3];
  const t10 = rk_mat3_determinant(rk_copy(basis));
  f32[(reply + 64) >> 2] = t10;
  replied = 1;
  return replied;
  return replied;
}
return { handler0 };
