fn mem_vec3f32(a: u32) -> vec3<f32> { return vec3<f32>(bitcast<f32>(mem[a]), bitcast<f32>(mem[a + 1u]), bitcast<f32>(mem[a + 2u])); }
fn mem_array3vec3f32(a: u32) -> array<vec3<f32>, 3> {
  var v: array<vec3<f32>, 3>;
  for (var i = 0u; i < 3u; i++) { v[i] = mem_vec3f32(a + i * 3u); }
  return v;
}
fn mem_vec4f32(a: u32) -> vec4<f32> { return vec4<f32>(bitcast<f32>(mem[a]), bitcast<f32>(mem[a + 1u]), bitcast<f32>(mem[a + 2u]), bitcast<f32>(mem[a + 3u])); }
fn mem_set_vec3f32(a: u32, v: vec3<f32>) { mem[a] = bitcast<u32>(v.x); mem[a + 1u] = bitcast<u32>(v.y); mem[a + 2u] = bitcast<u32>(v.z); }
fn mem_set_array3vec3f32(a: u32, v: array<vec3<f32>, 3>) {
  var w = v;
  for (var i = 0u; i < 3u; i++) { mem_set_vec3f32(a + i * 3u, w[i]); }
}
fn mem_set_vec2f32(a: u32, v: vec2<f32>) { mem[a] = bitcast<u32>(v.x); mem[a + 1u] = bitcast<u32>(v.y); }
fn mem_set_vec4f32(a: u32, v: vec4<f32>) { mem[a] = bitcast<u32>(v.x); mem[a + 1u] = bitcast<u32>(v.y); mem[a + 2u] = bitcast<u32>(v.z); mem[a + 3u] = bitcast<u32>(v.w); }
fn k0_rk_quat_toMatrix(q: vec4<f32>) -> array<vec3<f32>, 3> {
  return array<vec3<f32>, 3>(vec3<f32>(1.0f - 2.0f * (q.y * q.y + q.z * q.z), 2.0f * (q.x * q.y + q.w * q.z), 2.0f * (q.x * q.z - q.w * q.y)), vec3<f32>(2.0f * (q.x * q.y - q.w * q.z), 1.0f - 2.0f * (q.x * q.x + q.z * q.z), 2.0f * (q.y * q.z + q.w * q.x)), vec3<f32>(2.0f * (q.x * q.z + q.w * q.y), 2.0f * (q.y * q.z - q.w * q.x), 1.0f - 2.0f * (q.x * q.x + q.y * q.y)));
}
fn k0_rk_mat3_timesMatrix(m: array<vec3<f32>, 3>, n: array<vec3<f32>, 3>) -> array<vec3<f32>, 3> {
  let v: vec3<f32> = n[u32(0i)];
  let t: f32 = v.x;
  let t_4: f32 = v.y;
  let t_5: f32 = m[u32(0i)].x * t;
  let t_6: f32 = m[u32(0i)].y * t;
  let t_7: f32 = m[u32(0i)].z * t;
  let t_8: f32 = m[u32(1i)].x * t_4;
  let t_9: f32 = m[u32(1i)].y * t_4;
  let t_10: f32 = m[u32(1i)].z * t_4;
  let t_11: f32 = v.z;
  let t_12: f32 = t_5 + t_8;
  let t_13: f32 = t_6 + t_9;
  let t_14: f32 = t_7 + t_10;
  let t_15: f32 = m[u32(2i)].x * t_11;
  let t_16: f32 = m[u32(2i)].y * t_11;
  let t_17: f32 = m[u32(2i)].z * t_11;
  let v_18: vec3<f32> = n[u32(1i)];
  let t_19: f32 = v_18.x;
  let t_20: f32 = v_18.y;
  let t_21: f32 = m[u32(0i)].x * t_19;
  let t_22: f32 = m[u32(0i)].y * t_19;
  let t_23: f32 = m[u32(0i)].z * t_19;
  let t_24: f32 = m[u32(1i)].x * t_20;
  let t_25: f32 = m[u32(1i)].y * t_20;
  let t_26: f32 = m[u32(1i)].z * t_20;
  let t_27: f32 = v_18.z;
  let t_28: f32 = t_21 + t_24;
  let t_29: f32 = t_22 + t_25;
  let t_30: f32 = t_23 + t_26;
  let t_31: f32 = m[u32(2i)].x * t_27;
  let t_32: f32 = m[u32(2i)].y * t_27;
  let t_33: f32 = m[u32(2i)].z * t_27;
  let v_34: vec3<f32> = n[u32(2i)];
  let t_35: f32 = v_34.x;
  let t_36: f32 = v_34.y;
  let t_37: f32 = m[u32(0i)].x * t_35;
  let t_38: f32 = m[u32(0i)].y * t_35;
  let t_39: f32 = m[u32(0i)].z * t_35;
  let t_40: f32 = m[u32(1i)].x * t_36;
  let t_41: f32 = m[u32(1i)].y * t_36;
  let t_42: f32 = m[u32(1i)].z * t_36;
  let t_43: f32 = v_34.z;
  let t_44: f32 = t_37 + t_40;
  let t_45: f32 = t_38 + t_41;
  let t_46: f32 = t_39 + t_42;
  let t_47: f32 = m[u32(2i)].x * t_43;
  let t_48: f32 = m[u32(2i)].y * t_43;
  let t_49: f32 = m[u32(2i)].z * t_43;
  return array<vec3<f32>, 3>(vec3<f32>(t_12 + t_15, t_13 + t_16, t_14 + t_17), vec3<f32>(t_28 + t_31, t_29 + t_32, t_30 + t_33), vec3<f32>(t_44 + t_47, t_45 + t_48, t_46 + t_49));
}
fn k0_rk_mat3_transpose(m: array<vec3<f32>, 3>) -> array<vec3<f32>, 3> {
  return array<vec3<f32>, 3>(vec3<f32>(m[u32(0i)].x, m[u32(1i)].x, m[u32(2i)].x), vec3<f32>(m[u32(0i)].y, m[u32(1i)].y, m[u32(2i)].y), vec3<f32>(m[u32(0i)].z, m[u32(1i)].z, m[u32(2i)].z));
}
fn k0_rk_mat3_inverse(m: array<vec3<f32>, 3>) -> array<vec3<f32>, 3> {
  let a: vec3<f32> = vec3<f32>(m[u32(1i)].y * m[u32(2i)].z - m[u32(1i)].z * m[u32(2i)].y, m[u32(1i)].z * m[u32(2i)].x - m[u32(1i)].x * m[u32(2i)].z, m[u32(1i)].x * m[u32(2i)].y - m[u32(1i)].y * m[u32(2i)].x);
  let b: vec3<f32> = vec3<f32>(m[u32(2i)].y * m[u32(0i)].z - m[u32(2i)].z * m[u32(0i)].y, m[u32(2i)].z * m[u32(0i)].x - m[u32(2i)].x * m[u32(0i)].z, m[u32(2i)].x * m[u32(0i)].y - m[u32(2i)].y * m[u32(0i)].x);
  let c: vec3<f32> = vec3<f32>(m[u32(0i)].y * m[u32(1i)].z - m[u32(0i)].z * m[u32(1i)].y, m[u32(0i)].z * m[u32(1i)].x - m[u32(0i)].x * m[u32(1i)].z, m[u32(0i)].x * m[u32(1i)].y - m[u32(0i)].y * m[u32(1i)].x);
  let d: f32 = m[u32(0i)].x * a.x + m[u32(0i)].y * a.y + m[u32(0i)].z * a.z;
  return array<vec3<f32>, 3>(vec3<f32>(a.x / d, b.x / d, c.x / d), vec3<f32>(a.y / d, b.y / d, c.y / d), vec3<f32>(a.z / d, b.z / d, c.z / d));
}
fn k0_rk_mat3_timesVector(m: array<vec3<f32>, 3>, v: vec3<f32>) -> vec3<f32> {
  let t: f32 = m[u32(0i)].x * v.x;
  let t_3: f32 = m[u32(0i)].y * v.x;
  let t_4: f32 = m[u32(0i)].z * v.x;
  let t_5: f32 = m[u32(1i)].x * v.y;
  let t_6: f32 = m[u32(1i)].y * v.y;
  let t_7: f32 = m[u32(1i)].z * v.y;
  let t_8: f32 = t + t_5;
  let t_9: f32 = t_3 + t_6;
  let t_10: f32 = t_4 + t_7;
  let t_11: f32 = m[u32(2i)].x * v.z;
  let t_12: f32 = m[u32(2i)].y * v.z;
  let t_13: f32 = m[u32(2i)].z * v.z;
  return vec3<f32>(t_8 + t_11, t_9 + t_12, t_10 + t_13);
}
fn k0_rk_quat(axis: vec3<f32>, angle: f32) -> vec4<f32> {
  let s: f32 = rk_sin(angle / 2.0f);
  return vec4<f32>(axis.x * s, axis.y * s, axis.z * s, rk_cos(angle / 2.0f));
}
fn k0_rk_quat_qmul(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y, a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x, a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w, a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z);
}
fn k0_rk_quat_rotate(q: vec4<f32>, v: vec3<f32>) -> vec3<f32> {
  let u: vec3<f32> = vec3<f32>(q.x, q.y, q.z);
  let t: f32 = u.y * v.z - u.z * v.y;
  let t_4: f32 = u.z * v.x - u.x * v.z;
  let t_5: f32 = u.x * v.y - u.y * v.x;
  let t_6: vec3<f32> = vec3<f32>(t * 2.0f, t_4 * 2.0f, t_5 * 2.0f);
  let t_7: f32 = t_6.x * q.w;
  let t_8: f32 = t_6.y * q.w;
  let t_9: f32 = t_6.z * q.w;
  let t_10: f32 = v.x + t_7;
  let t_11: f32 = v.y + t_8;
  let t_12: f32 = v.z + t_9;
  let t_13: f32 = u.y * t_6.z - u.z * t_6.y;
  let t_14: f32 = u.z * t_6.x - u.x * t_6.z;
  let t_15: f32 = u.x * t_6.y - u.y * t_6.x;
  return vec3<f32>(t_10 + t_13, t_11 + t_14, t_12 + t_15);
}
fn k0_rk_mat3_determinant(m: array<vec3<f32>, 3>) -> f32 {
  let t: f32 = m[u32(1i)].y * m[u32(2i)].z - m[u32(1i)].z * m[u32(2i)].y;
  let t_2: f32 = m[u32(1i)].z * m[u32(2i)].x - m[u32(1i)].x * m[u32(2i)].z;
  let t_3: f32 = m[u32(1i)].x * m[u32(2i)].y - m[u32(1i)].y * m[u32(2i)].x;
  return m[u32(0i)].x * t + m[u32(0i)].y * t_2 + m[u32(0i)].z * t_3;
}
fn k0_handler0(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_c0 = rk_in;
  var rk_c1 = rk_in + 9u;
  var rk_c2 = rk_in + 12u;
  var rk_c3 = rk_in + 16u;
  if (rk_count != 0u) {
    var column = rk_in;
    rk_c0 = column + rk_i * 9u;
    column += (rk_count * 9u + 3u) & ~3u;
    rk_c1 = column + rk_i * 3u;
    column += (rk_count * 3u + 3u) & ~3u;
    rk_c2 = column + rk_i * 4u;
    column += (rk_count * 4u + 3u) & ~3u;
    rk_c3 = column + rk_i * 4u;
  }
  var rk_o0 = rk_out;
  var rk_o1 = rk_out + 9u;
  var rk_o2 = rk_out + 12u;
  var rk_o3 = rk_out + 16u;
  if (rk_count != 0u) {
    var column = rk_out;
    rk_o0 = column + rk_i * 9u;
    column += (rk_count * 9u + 3u) & ~3u;
    rk_o1 = column + rk_i * 3u;
    column += (rk_count * 3u + 3u) & ~3u;
    rk_o2 = column + rk_i * 4u;
    column += (rk_count * 4u + 3u) & ~3u;
    rk_o3 = column + rk_i;
  }
  var rk_result = 0u;
  let basis: array<vec3<f32>, 3> = k0_rk_mat3_transpose(k0_rk_mat3_timesMatrix(mem_array3vec3f32(rk_c0), k0_rk_quat_toMatrix(mem_vec4f32(rk_c2))));
  mem_set_array3vec3f32(rk_state, k0_rk_mat3_inverse(basis));
  mem_set_vec2f32(rk_state + 11u, vec2<f32>(bitcast<f32>(mem[rk_c1]) * 2.0f, bitcast<f32>(mem[rk_c1 + 1u]) * 2.0f));
  let v: vec3<f32> = k0_rk_mat3_timesVector(basis, mem_vec3f32(rk_c1));
  var at: vec4<f32> = vec4<f32>(v.x, v.y, v.z, 1.0f);
  let v_3: vec2<f32> = vec2<f32>(at.x, at.y);
  at.z = v_3.x;
  at.x = v_3.y;
  var colour: vec4<f32> = vec4<f32>(bitcast<f32>(mem[rk_c3 + 2u]), bitcast<f32>(mem[rk_c3 + 1u]), bitcast<f32>(mem[rk_c3]), bitcast<f32>(mem[rk_c3 + 3u]));
  let t: f32 = colour.x * 255.0f;
  let t_6: f32 = colour.y * 255.0f;
  let t_7: f32 = colour.z * 255.0f;
  let t_8: f32 = (floor(t) + select(0.0f, 1.0f, t - floor(t) >= 0.5f));
  let t_9: f32 = (floor(t_6) + select(0.0f, 1.0f, t_6 - floor(t_6) >= 0.5f));
  let t_10: f32 = (floor(t_7) + select(0.0f, 1.0f, t_7 - floor(t_7) >= 0.5f));
  let v_11: vec3<f32> = vec3<f32>(f32(rk_sat_i32(t_8)) / 255.0f, f32(rk_sat_i32(t_9)) / 255.0f, f32(rk_sat_i32(t_10)) / 255.0f);
  colour.x = v_11.x;
  colour.y = v_11.y;
  colour.z = v_11.z;
  mem_set_vec3f32(rk_state + 19u, k0_rk_quat_rotate(k0_rk_quat_qmul(mem_vec4f32(rk_c2), k0_rk_quat(vec3<f32>(0.0f, 0.0f, 1.0f), bitcast<f32>(mem[rk_state + 25u]))), vec3<f32>(at.x, at.y, at.z)));
  mem_set_array3vec3f32(rk_o0, basis);
  mem_set_vec3f32(rk_o1, vec3<f32>(at.x, at.y, at.z));
  mem_set_vec4f32(rk_o2, colour);
  mem[rk_o3] = bitcast<u32>(k0_rk_mat3_determinant(basis));
  rk_result = 1u;
  return rk_result;
}
