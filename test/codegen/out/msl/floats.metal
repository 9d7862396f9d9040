namespace kind0 {

struct floats_state {
  f32 best;
  u32 seen;
};
static_assert(sizeof(floats_state) == 8, "size of floats_state");

struct Numbers {
  f32 x;
  f32 y;
  i32 i;
  u32 u;
  u32 flag;
};
static_assert(sizeof(Numbers) == 20, "size of Numbers");

struct Result {
  f32 value;
  i32 small;
  u32 large;
  i32 wrapped;
  u32 both;
  f32 step_2;
};
static_assert(sizeof(Result) == 24, "size of Result");

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device floats_state* const state = (device floats_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Numbers* const msg = (device const Numbers*)(ctx.mem + rk_message);
  device Result* const reply = (device Result*)(ctx.mem + rk_answer);
  f32 value = (msg->x + msg->y) * 0.1f - msg->x / msg->y + fmod(msg->x, msg->y);
  value = value + (sqrt(fabs(msg->x)) + -msg->y);
  if (value > state->best || !(state->seen != 0u)) {
    state->best = value;
    state->seen = u32(true);
  }
  const bool truth = msg->flag != 0u && (msg->x < msg->y || msg->i != 3);
  reply->value = rk_max(rk_min(value, 1000000000.0f), -0.001f) + floor(value) + (floor(msg->x) + (msg->x - floor(msg->x) >= 0.5f ? 1.0f : 0.0f)) + trunc(msg->y) + ceil(msg->x);
  reply->small = rk_saturate_i32(msg->x);
  reply->large = rk_saturate_u32(msg->y);
  reply->wrapped = rk_wrap_i32(msg->x * 1000000.0f);
  reply->both = u32(truth);
  reply->step_2 = msg->u > 2147483648u ? as_type<f32>(0x7f800000u) : f32(msg->i);
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device floats_state* const state = (device floats_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const f32* const rk_in_x = (device const f32*)(ctx.mem + rk_input);
  device const f32* const rk_in_y = (device const f32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u));
  device const i32* const rk_in_i = (device const i32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const u32* const rk_in_u = (device const u32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const u32* const rk_in_flag = (device const u32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device f32* const rk_out_value = (device f32*)(ctx.mem + rk_output);
  device i32* const rk_out_small = (device i32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u));
  device u32* const rk_out_large = (device u32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device i32* const rk_out_wrapped = (device i32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device u32* const rk_out_both = (device u32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device f32* const rk_out_step_2 = (device f32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  f32 value = (rk_in_x[rk_i] + rk_in_y[rk_i]) * 0.1f - rk_in_x[rk_i] / rk_in_y[rk_i] + fmod(rk_in_x[rk_i], rk_in_y[rk_i]);
  value = value + (sqrt(fabs(rk_in_x[rk_i])) + -rk_in_y[rk_i]);
  if (value > state->best || !(state->seen != 0u)) {
    state->best = value;
    state->seen = u32(true);
  }
  const bool truth = rk_in_flag[rk_i] != 0u && (rk_in_x[rk_i] < rk_in_y[rk_i] || rk_in_i[rk_i] != 3);
  rk_out_value[rk_i] = rk_max(rk_min(value, 1000000000.0f), -0.001f) + floor(value) + (floor(rk_in_x[rk_i]) + (rk_in_x[rk_i] - floor(rk_in_x[rk_i]) >= 0.5f ? 1.0f : 0.0f)) + trunc(rk_in_y[rk_i]) + ceil(rk_in_x[rk_i]);
  rk_out_small[rk_i] = rk_saturate_i32(rk_in_x[rk_i]);
  rk_out_large[rk_i] = rk_saturate_u32(rk_in_y[rk_i]);
  rk_out_wrapped[rk_i] = rk_wrap_i32(rk_in_x[rk_i] * 1000000.0f);
  rk_out_both[rk_i] = u32(truth);
  rk_out_step_2[rk_i] = rk_in_u[rk_i] > 2147483648u ? as_type<f32>(0x7f800000u) : f32(rk_in_i[rk_i]);
  return 1u;
}

}  // namespace kind0

