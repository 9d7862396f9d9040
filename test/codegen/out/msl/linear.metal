namespace kind0 {

struct linear_state {
  rk_array<rk_f32x3, 3> last;
  rk_array<rk_f32x2, 2> small;
  rk_array<rk_f32x3, 4> trail;
  f32 n;
};
static_assert(sizeof(linear_state) == 104, "size of linear_state");

struct Pose {
  rk_array<rk_f32x3, 3> basis;
  rk_f32x3 at;
  rk_f32x4 turn;
  rk_f32x4 colour;
};
static_assert(sizeof(Pose) == 80, "size of Pose");

struct Posed {
  rk_array<rk_f32x3, 3> basis;
  rk_f32x3 at;
  rk_f32x4 colour;
  f32 volume;
};
static_assert(sizeof(Posed) == 68, "size of Posed");

inline float3 rk_get_thread_f32x3(thread const rk_f32x3& from) {
  float3 result;
  result.x = from.x;
  result.y = from.y;
  result.z = from.z;
  return result;
}

inline rk_array<rk_f32x3, 3> rk_get_device_rk_array_rk_f32x3_3(device const rk_array<rk_f32x3, 3>& from) {
  rk_array<rk_f32x3, 3> result;
  for (int i = 0; i < 3; i++) { result.data[i].x = from.data[i].x; result.data[i].y = from.data[i].y; result.data[i].z = from.data[i].z; }
  return result;
}

inline float4 rk_get_device_f32x4(device const rk_f32x4& from) {
  float4 result;
  result.x = from.x;
  result.y = from.y;
  result.z = from.z;
  result.w = from.w;
  return result;
}

inline void rk_put_device_rk_array_rk_f32x3_3(device rk_array<rk_f32x3, 3>& to, rk_array<rk_f32x3, 3> from) {
  for (int i = 0; i < 3; i++) { to.data[i].x = from.data[i].x; to.data[i].y = from.data[i].y; to.data[i].z = from.data[i].z; }
}

inline void rk_put_device_f32x2(device rk_f32x2& to, float2 from) {
  to.x = from.x;
  to.y = from.y;
}

inline float3 rk_get_device_f32x3(device const rk_f32x3& from) {
  float3 result;
  result.x = from.x;
  result.y = from.y;
  result.z = from.z;
  return result;
}

inline void rk_put_device_f32x3(device rk_f32x3& to, float3 from) {
  to.x = from.x;
  to.y = from.y;
  to.z = from.z;
}

inline void rk_put_device_f32x4(device rk_f32x4& to, float4 from) {
  to.x = from.x;
  to.y = from.y;
  to.z = from.z;
  to.w = from.w;
}

inline rk_array<rk_f32x3, 3> rk_quat_toMatrix(float4 q) {
  return rk_array<rk_f32x3, 3>{{rk_pack(float3(1.0f - 2.0f * (q.y * q.y + q.z * q.z), 2.0f * (q.x * q.y + q.w * q.z), 2.0f * (q.x * q.z - q.w * q.y))), rk_pack(float3(2.0f * (q.x * q.y - q.w * q.z), 1.0f - 2.0f * (q.x * q.x + q.z * q.z), 2.0f * (q.y * q.z + q.w * q.x))), rk_pack(float3(2.0f * (q.x * q.z + q.w * q.y), 2.0f * (q.y * q.z - q.w * q.x), 1.0f - 2.0f * (q.x * q.x + q.y * q.y)))}};
}

inline rk_array<rk_f32x3, 3> rk_mat3_timesMatrix(rk_array<rk_f32x3, 3> m, rk_array<rk_f32x3, 3> n) {
  const float3 v = rk_get_thread_f32x3(n.data[0]);
  const f32 t = v.x;
  const f32 t_4 = v.y;
  const f32 t_5 = m.data[0].x * t;
  const f32 t_6 = m.data[0].y * t;
  const f32 t_7 = m.data[0].z * t;
  const f32 t_8 = m.data[1].x * t_4;
  const f32 t_9 = m.data[1].y * t_4;
  const f32 t_10 = m.data[1].z * t_4;
  const f32 t_11 = v.z;
  const f32 t_12 = t_5 + t_8;
  const f32 t_13 = t_6 + t_9;
  const f32 t_14 = t_7 + t_10;
  const f32 t_15 = m.data[2].x * t_11;
  const f32 t_16 = m.data[2].y * t_11;
  const f32 t_17 = m.data[2].z * t_11;
  const float3 v_18 = rk_get_thread_f32x3(n.data[1]);
  const f32 t_19 = v_18.x;
  const f32 t_20 = v_18.y;
  const f32 t_21 = m.data[0].x * t_19;
  const f32 t_22 = m.data[0].y * t_19;
  const f32 t_23 = m.data[0].z * t_19;
  const f32 t_24 = m.data[1].x * t_20;
  const f32 t_25 = m.data[1].y * t_20;
  const f32 t_26 = m.data[1].z * t_20;
  const f32 t_27 = v_18.z;
  const f32 t_28 = t_21 + t_24;
  const f32 t_29 = t_22 + t_25;
  const f32 t_30 = t_23 + t_26;
  const f32 t_31 = m.data[2].x * t_27;
  const f32 t_32 = m.data[2].y * t_27;
  const f32 t_33 = m.data[2].z * t_27;
  const float3 v_34 = rk_get_thread_f32x3(n.data[2]);
  const f32 t_35 = v_34.x;
  const f32 t_36 = v_34.y;
  const f32 t_37 = m.data[0].x * t_35;
  const f32 t_38 = m.data[0].y * t_35;
  const f32 t_39 = m.data[0].z * t_35;
  const f32 t_40 = m.data[1].x * t_36;
  const f32 t_41 = m.data[1].y * t_36;
  const f32 t_42 = m.data[1].z * t_36;
  const f32 t_43 = v_34.z;
  const f32 t_44 = t_37 + t_40;
  const f32 t_45 = t_38 + t_41;
  const f32 t_46 = t_39 + t_42;
  const f32 t_47 = m.data[2].x * t_43;
  const f32 t_48 = m.data[2].y * t_43;
  const f32 t_49 = m.data[2].z * t_43;
  return rk_array<rk_f32x3, 3>{{rk_pack(float3(t_12 + t_15, t_13 + t_16, t_14 + t_17)), rk_pack(float3(t_28 + t_31, t_29 + t_32, t_30 + t_33)), rk_pack(float3(t_44 + t_47, t_45 + t_48, t_46 + t_49))}};
}

inline rk_array<rk_f32x3, 3> rk_mat3_transpose(rk_array<rk_f32x3, 3> m) {
  return rk_array<rk_f32x3, 3>{{rk_pack(float3(m.data[0].x, m.data[1].x, m.data[2].x)), rk_pack(float3(m.data[0].y, m.data[1].y, m.data[2].y)), rk_pack(float3(m.data[0].z, m.data[1].z, m.data[2].z))}};
}

inline rk_array<rk_f32x3, 3> rk_mat3_inverse(rk_array<rk_f32x3, 3> m) {
  const float3 a = float3(m.data[1].y * m.data[2].z - m.data[1].z * m.data[2].y, m.data[1].z * m.data[2].x - m.data[1].x * m.data[2].z, m.data[1].x * m.data[2].y - m.data[1].y * m.data[2].x);
  const float3 b = float3(m.data[2].y * m.data[0].z - m.data[2].z * m.data[0].y, m.data[2].z * m.data[0].x - m.data[2].x * m.data[0].z, m.data[2].x * m.data[0].y - m.data[2].y * m.data[0].x);
  const float3 c = float3(m.data[0].y * m.data[1].z - m.data[0].z * m.data[1].y, m.data[0].z * m.data[1].x - m.data[0].x * m.data[1].z, m.data[0].x * m.data[1].y - m.data[0].y * m.data[1].x);
  const f32 d = m.data[0].x * a.x + m.data[0].y * a.y + m.data[0].z * a.z;
  return rk_array<rk_f32x3, 3>{{rk_pack(float3(a.x / d, b.x / d, c.x / d)), rk_pack(float3(a.y / d, b.y / d, c.y / d)), rk_pack(float3(a.z / d, b.z / d, c.z / d))}};
}

inline float3 rk_mat3_timesVector(rk_array<rk_f32x3, 3> m, float3 v) {
  const f32 t = m.data[0].x * v.x;
  const f32 t_3 = m.data[0].y * v.x;
  const f32 t_4 = m.data[0].z * v.x;
  const f32 t_5 = m.data[1].x * v.y;
  const f32 t_6 = m.data[1].y * v.y;
  const f32 t_7 = m.data[1].z * v.y;
  const f32 t_8 = t + t_5;
  const f32 t_9 = t_3 + t_6;
  const f32 t_10 = t_4 + t_7;
  const f32 t_11 = m.data[2].x * v.z;
  const f32 t_12 = m.data[2].y * v.z;
  const f32 t_13 = m.data[2].z * v.z;
  return float3(t_8 + t_11, t_9 + t_12, t_10 + t_13);
}

inline float4 rk_quat(float3 axis, f32 angle) {
  const f32 s = sin(angle / 2.0f);
  return float4(axis.x * s, axis.y * s, axis.z * s, cos(angle / 2.0f));
}

inline float4 rk_quat_qmul(float4 a, float4 b) {
  return float4(a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y, a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x, a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w, a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z);
}

inline float3 rk_quat_rotate(float4 q, float3 v) {
  const float3 u = float3(q.x, q.y, q.z);
  const f32 t = u.y * v.z - u.z * v.y;
  const f32 t_4 = u.z * v.x - u.x * v.z;
  const f32 t_5 = u.x * v.y - u.y * v.x;
  const float3 t_6 = float3(t * 2.0f, t_4 * 2.0f, t_5 * 2.0f);
  const f32 t_7 = t_6.x * q.w;
  const f32 t_8 = t_6.y * q.w;
  const f32 t_9 = t_6.z * q.w;
  const f32 t_10 = v.x + t_7;
  const f32 t_11 = v.y + t_8;
  const f32 t_12 = v.z + t_9;
  const f32 t_13 = u.y * t_6.z - u.z * t_6.y;
  const f32 t_14 = u.z * t_6.x - u.x * t_6.z;
  const f32 t_15 = u.x * t_6.y - u.y * t_6.x;
  return float3(t_10 + t_13, t_11 + t_14, t_12 + t_15);
}

inline f32 rk_mat3_determinant(rk_array<rk_f32x3, 3> m) {
  const f32 t = m.data[1].y * m.data[2].z - m.data[1].z * m.data[2].y;
  const f32 t_2 = m.data[1].z * m.data[2].x - m.data[1].x * m.data[2].z;
  const f32 t_3 = m.data[1].x * m.data[2].y - m.data[1].y * m.data[2].x;
  return m.data[0].x * t + m.data[0].y * t_2 + m.data[0].z * t_3;
}

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device linear_state* const state = (device linear_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Pose* const msg = (device const Pose*)(ctx.mem + rk_message);
  device Posed* const reply = (device Posed*)(ctx.mem + rk_answer);
  const rk_array<rk_f32x3, 3> basis = rk_mat3_transpose(rk_mat3_timesMatrix(rk_get_device_rk_array_rk_f32x3_3(msg->basis), rk_quat_toMatrix(rk_get_device_f32x4(msg->turn))));
  rk_put_device_rk_array_rk_f32x3_3(state->last, rk_mat3_inverse(basis));
  rk_put_device_f32x2(state->small.data[1], float2(msg->at.x * 2.0f, msg->at.y * 2.0f));
  const float3 v = rk_mat3_timesVector(basis, rk_get_device_f32x3(msg->at));
  float4 at = float4(v.x, v.y, v.z, 1.0f);
  const float2 v_3 = float2(at.x, at.y);
  at.z = v_3.x;
  at.x = v_3.y;
  float4 colour = float4(msg->colour.z, msg->colour.y, msg->colour.x, msg->colour.w);
  const f32 t = colour.x * 255.0f;
  const f32 t_6 = colour.y * 255.0f;
  const f32 t_7 = colour.z * 255.0f;
  const f32 t_8 = (floor(t) + (t - floor(t) >= 0.5f ? 1.0f : 0.0f));
  const f32 t_9 = (floor(t_6) + (t_6 - floor(t_6) >= 0.5f ? 1.0f : 0.0f));
  const f32 t_10 = (floor(t_7) + (t_7 - floor(t_7) >= 0.5f ? 1.0f : 0.0f));
  const float3 v_11 = float3(f32(rk_saturate_i32(t_8)) / 255.0f, f32(rk_saturate_i32(t_9)) / 255.0f, f32(rk_saturate_i32(t_10)) / 255.0f);
  colour.x = v_11.x;
  colour.y = v_11.y;
  colour.z = v_11.z;
  rk_put_device_f32x3(state->trail.data[2], rk_quat_rotate(rk_quat_qmul(rk_get_device_f32x4(msg->turn), rk_quat(float3(0.0f, 0.0f, 1.0f), state->n)), float3(at.x, at.y, at.z)));
  rk_put_device_rk_array_rk_f32x3_3(reply->basis, basis);
  rk_put_device_f32x3(reply->at, float3(at.x, at.y, at.z));
  rk_put_device_f32x4(reply->colour, colour);
  reply->volume = rk_mat3_determinant(basis);
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device linear_state* const state = (device linear_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const rk_array<rk_f32x3, 3>* const rk_in_basis = (device const rk_array<rk_f32x3, 3>*)(ctx.mem + rk_input);
  device const rk_f32x3* const rk_in_at = (device const rk_f32x3*)(ctx.mem + rk_input + ((rk_count * 9u + 3u) & ~3u));
  device const rk_f32x4* const rk_in_turn = (device const rk_f32x4*)(ctx.mem + rk_input + ((rk_count * 9u + 3u) & ~3u) + ((rk_count * 3u + 3u) & ~3u));
  device const rk_f32x4* const rk_in_colour = (device const rk_f32x4*)(ctx.mem + rk_input + ((rk_count * 9u + 3u) & ~3u) + ((rk_count * 3u + 3u) & ~3u) + ((rk_count * 4u + 3u) & ~3u));
  device rk_array<rk_f32x3, 3>* const rk_out_basis = (device rk_array<rk_f32x3, 3>*)(ctx.mem + rk_output);
  device rk_f32x3* const rk_out_at = (device rk_f32x3*)(ctx.mem + rk_output + ((rk_count * 9u + 3u) & ~3u));
  device rk_f32x4* const rk_out_colour = (device rk_f32x4*)(ctx.mem + rk_output + ((rk_count * 9u + 3u) & ~3u) + ((rk_count * 3u + 3u) & ~3u));
  device f32* const rk_out_volume = (device f32*)(ctx.mem + rk_output + ((rk_count * 9u + 3u) & ~3u) + ((rk_count * 3u + 3u) & ~3u) + ((rk_count * 4u + 3u) & ~3u));
  const rk_array<rk_f32x3, 3> basis = rk_mat3_transpose(rk_mat3_timesMatrix(rk_get_device_rk_array_rk_f32x3_3(rk_in_basis[rk_i]), rk_quat_toMatrix(rk_get_device_f32x4(rk_in_turn[rk_i]))));
  rk_put_device_rk_array_rk_f32x3_3(state->last, rk_mat3_inverse(basis));
  rk_put_device_f32x2(state->small.data[1], float2(rk_in_at[rk_i].x * 2.0f, rk_in_at[rk_i].y * 2.0f));
  const float3 v = rk_mat3_timesVector(basis, rk_get_device_f32x3(rk_in_at[rk_i]));
  float4 at = float4(v.x, v.y, v.z, 1.0f);
  const float2 v_3 = float2(at.x, at.y);
  at.z = v_3.x;
  at.x = v_3.y;
  float4 colour = float4(rk_in_colour[rk_i].z, rk_in_colour[rk_i].y, rk_in_colour[rk_i].x, rk_in_colour[rk_i].w);
  const f32 t = colour.x * 255.0f;
  const f32 t_6 = colour.y * 255.0f;
  const f32 t_7 = colour.z * 255.0f;
  const f32 t_8 = (floor(t) + (t - floor(t) >= 0.5f ? 1.0f : 0.0f));
  const f32 t_9 = (floor(t_6) + (t_6 - floor(t_6) >= 0.5f ? 1.0f : 0.0f));
  const f32 t_10 = (floor(t_7) + (t_7 - floor(t_7) >= 0.5f ? 1.0f : 0.0f));
  const float3 v_11 = float3(f32(rk_saturate_i32(t_8)) / 255.0f, f32(rk_saturate_i32(t_9)) / 255.0f, f32(rk_saturate_i32(t_10)) / 255.0f);
  colour.x = v_11.x;
  colour.y = v_11.y;
  colour.z = v_11.z;
  rk_put_device_f32x3(state->trail.data[2], rk_quat_rotate(rk_quat_qmul(rk_get_device_f32x4(rk_in_turn[rk_i]), rk_quat(float3(0.0f, 0.0f, 1.0f), state->n)), float3(at.x, at.y, at.z)));
  rk_put_device_rk_array_rk_f32x3_3(rk_out_basis[rk_i], basis);
  rk_put_device_f32x3(rk_out_at[rk_i], float3(at.x, at.y, at.z));
  rk_put_device_f32x4(rk_out_colour[rk_i], colour);
  rk_out_volume[rk_i] = rk_mat3_determinant(basis);
  return 1u;
}

}  // namespace kind0

