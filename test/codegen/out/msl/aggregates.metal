namespace kind0 {

struct Body {
  rk_f32x3 position;
  f32 mass;
  u32 alive;
};
static_assert(sizeof(Body) == 20, "size of Body");

struct aggregates_state {
  Body last;
  rk_array<f32, 8> history;
  u32 at;
  rk_i32x2 corner;
};
static_assert(sizeof(aggregates_state) == 64, "size of aggregates_state");

struct Step {
  Body body;
  rk_i32x2 cell;
  rk_array<f32, 4> samples;
  u32 which;
};
static_assert(sizeof(Step) == 48, "size of Step");

struct Moved {
  Body body;
  f32 mean;
  rk_i32x2 corner;
  f32 picked;
};
static_assert(sizeof(Moved) == 36, "size of Moved");

inline void rk_put_device_Body(device Body& to, Body from) {
  to.position.x = from.position.x;
  to.position.y = from.position.y;
  to.position.z = from.position.z;
  to.mass = from.mass;
  to.alive = from.alive;
}

inline void rk_put_device_i32x2(device rk_i32x2& to, int2 from) {
  to.x = from.x;
  to.y = from.y;
}

inline Body rk_get_device_Body(device const Body& from) {
  Body result;
  result.position.x = from.position.x;
  result.position.y = from.position.y;
  result.position.z = from.position.z;
  result.mass = from.mass;
  result.alive = from.alive;
  return result;
}

inline int2 rk_get_device_i32x2(device const rk_i32x2& from) {
  int2 result;
  result.x = from.x;
  result.y = from.y;
  return result;
}

constant f32 weights[4] = {
  0.25f, 0.5f, 1.0f, 2.5f,
};

inline f32 energy(f32 mass, f32 speed) {
  if (speed < 0.0f) {
    return 0.0f;
  }
  return 0.5f * mass * speed * speed;
}

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device aggregates_state* const state = (device aggregates_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Step* const msg = (device const Step*)(ctx.mem + rk_message);
  device Moved* const reply = (device Moved*)(ctx.mem + rk_answer);
  f32 mean = 0.0f;
  rk_array<f32, 4> scratch = {};
  i32 i = 0;
  for (; i < 4; i = i32(u32(i) + 1u)) {
    const i32 index_3 = i;
    scratch.data[rk_at(ctx, u32(index_3), 4u, 2u)] = msg->samples.data[rk_at(ctx, u32(i), 4u, 0u)] * weights[rk_at(ctx, u32(i), 4u, 1u)];
    mean = mean + scratch.data[rk_at(ctx, u32(i), 4u, 3u)];
  }
  const f32 t = 0.0f * 0.5f;
  const f32 t_5 = -9.81f * 0.5f;
  const f32 t_6 = 0.0f * 0.5f;
  const float3 moved = float3(msg->body.position.x + t, msg->body.position.y + t_5, msg->body.position.z + t_6);
  const u32 index_8 = state->at & 7u;
  state->history.data[rk_at(ctx, index_8, 8u, 4u)] = mean + energy(msg->body.mass, moved.y);
  state->at = state->at + 1u;
  rk_put_device_Body(state->last, Body{rk_pack(moved), msg->body.mass, u32(msg->body.alive != 0u && mean > 0.0f)});
  rk_put_device_i32x2(state->corner, int2(i32(u32(msg->cell.x) + 1u), i32(u32(msg->cell.y) + 4294967295u)));
  rk_put_device_Body(reply->body, rk_get_device_Body(state->last));
  reply->mean = mean;
  rk_put_device_i32x2(reply->corner, rk_get_device_i32x2(state->corner));
  reply->picked = scratch.data[rk_at(ctx, msg->which, 4u, 5u)] + state->history.data[rk_at(ctx, msg->which, 8u, 6u)];
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device aggregates_state* const state = (device aggregates_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Body* const rk_in_body = (device const Body*)(ctx.mem + rk_input);
  device const rk_i32x2* const rk_in_cell = (device const rk_i32x2*)(ctx.mem + rk_input + ((rk_count * 5u + 3u) & ~3u));
  device const rk_array<f32, 4>* const rk_in_samples = (device const rk_array<f32, 4>*)(ctx.mem + rk_input + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device const u32* const rk_in_which = (device const u32*)(ctx.mem + rk_input + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 4u + 3u) & ~3u));
  device Body* const rk_out_body = (device Body*)(ctx.mem + rk_output);
  device f32* const rk_out_mean = (device f32*)(ctx.mem + rk_output + ((rk_count * 5u + 3u) & ~3u));
  device rk_i32x2* const rk_out_corner = (device rk_i32x2*)(ctx.mem + rk_output + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device f32* const rk_out_picked = (device f32*)(ctx.mem + rk_output + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  f32 mean = 0.0f;
  rk_array<f32, 4> scratch = {};
  i32 i = 0;
  for (; i < 4; i = i32(u32(i) + 1u)) {
    const i32 index_3 = i;
    scratch.data[rk_at(ctx, u32(index_3), 4u, 9u)] = rk_in_samples[rk_i].data[rk_at(ctx, u32(i), 4u, 7u)] * weights[rk_at(ctx, u32(i), 4u, 8u)];
    mean = mean + scratch.data[rk_at(ctx, u32(i), 4u, 10u)];
  }
  const f32 t = 0.0f * 0.5f;
  const f32 t_5 = -9.81f * 0.5f;
  const f32 t_6 = 0.0f * 0.5f;
  const float3 moved = float3(rk_in_body[rk_i].position.x + t, rk_in_body[rk_i].position.y + t_5, rk_in_body[rk_i].position.z + t_6);
  const u32 index_8 = state->at & 7u;
  state->history.data[rk_at(ctx, index_8, 8u, 11u)] = mean + energy(rk_in_body[rk_i].mass, moved.y);
  state->at = state->at + 1u;
  rk_put_device_Body(state->last, Body{rk_pack(moved), rk_in_body[rk_i].mass, u32(rk_in_body[rk_i].alive != 0u && mean > 0.0f)});
  rk_put_device_i32x2(state->corner, int2(i32(u32(rk_in_cell[rk_i].x) + 1u), i32(u32(rk_in_cell[rk_i].y) + 4294967295u)));
  rk_put_device_Body(rk_out_body[rk_i], rk_get_device_Body(state->last));
  rk_out_mean[rk_i] = mean;
  rk_put_device_i32x2(rk_out_corner[rk_i], rk_get_device_i32x2(state->corner));
  rk_out_picked[rk_i] = scratch.data[rk_at(ctx, rk_in_which[rk_i], 4u, 12u)] + state->history.data[rk_at(ctx, rk_in_which[rk_i], 8u, 13u)];
  return 1u;
}

}  // namespace kind0

