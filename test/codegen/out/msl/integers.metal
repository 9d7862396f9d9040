namespace kind0 {

struct integers_state {
  u32 calls;
  i64 total;
};
static_assert(sizeof(integers_state) == 16, "size of integers_state");

struct Pair {
  i32 a;
  i32 b;
  u32 u;
  u32 v;
  i64 x;
  i64 y;
  u64 p;
  u64 q;
};
static_assert(sizeof(Pair) == 48, "size of Pair");

struct Answer {
  i32 sum;
  u32 bits;
  i64 wide;
  u64 big;
  f32 ratio;
};
static_assert(sizeof(Answer) == 32, "size of Answer");

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device integers_state* const state = (device integers_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Pair* const msg = (device const Pair*)(ctx.mem + rk_message);
  device Answer* const reply = (device Answer*)(ctx.mem + rk_answer);
  state->calls = state->calls + 1u;
  const i32 quotient = i32(u32(rk_idiv(msg->a, msg->b)) + u32(msg->a / 7) + u32(rk_floordiv(msg->a, msg->b)) + u32(rk_ceildiv(msg->a, msg->b)));
  const i32 rest = rk_imod(msg->a, msg->b);
  u32 bits = (msg->u & 255u) ^ ~(msg->v | 3u);
  bits = (bits << ((msg->v & 63u) & 31u)) + (msg->u >> 3);
  const i64 wide = i64(u64(msg->x) * u64(msg->y) - u64(rk_idiv(msg->x, msg->y)) + u64(rk_imod(msg->x, msg->y)) + u64(i64(u64(msg->x) << 3)) + u64(msg->y >> 1));
  const u64 big = ((msg->p + 1ul) * msg->q) ^ (msg->p & 255ul);
  state->total = i64(u64(state->total) + u64(wide));
  reply->sum = i32(-u32(quotient) + u32(rest) * (u32(msg->a) - u32(msg->b)) + u32(msg->a) * 3u + u32(msg->a >> 2) + u32(int(clz(msg->a))));
  reply->bits = bits;
  reply->wide = wide;
  reply->big = big;
  reply->ratio = f32(msg->a) / f32(msg->b);
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device integers_state* const state = (device integers_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const i32* const rk_in_a = (device const i32*)(ctx.mem + rk_input);
  device const i32* const rk_in_b = (device const i32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u));
  device const u32* const rk_in_u = (device const u32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const u32* const rk_in_v = (device const u32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const i64* const rk_in_x = (device const i64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const i64* const rk_in_y = (device const i64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device const u64* const rk_in_p = (device const u64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device const u64* const rk_in_q = (device const u64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device i32* const rk_out_sum = (device i32*)(ctx.mem + rk_output);
  device u32* const rk_out_bits = (device u32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u));
  device i64* const rk_out_wide = (device i64*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device u64* const rk_out_big = (device u64*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device f32* const rk_out_ratio = (device f32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  state->calls = state->calls + 1u;
  const i32 quotient = i32(u32(rk_idiv(rk_in_a[rk_i], rk_in_b[rk_i])) + u32(rk_in_a[rk_i] / 7) + u32(rk_floordiv(rk_in_a[rk_i], rk_in_b[rk_i])) + u32(rk_ceildiv(rk_in_a[rk_i], rk_in_b[rk_i])));
  const i32 rest = rk_imod(rk_in_a[rk_i], rk_in_b[rk_i]);
  u32 bits = (rk_in_u[rk_i] & 255u) ^ ~(rk_in_v[rk_i] | 3u);
  bits = (bits << ((rk_in_v[rk_i] & 63u) & 31u)) + (rk_in_u[rk_i] >> 3);
  const i64 wide = i64(u64(rk_in_x[rk_i]) * u64(rk_in_y[rk_i]) - u64(rk_idiv(rk_in_x[rk_i], rk_in_y[rk_i])) + u64(rk_imod(rk_in_x[rk_i], rk_in_y[rk_i])) + u64(i64(u64(rk_in_x[rk_i]) << 3)) + u64(rk_in_y[rk_i] >> 1));
  const u64 big = ((rk_in_p[rk_i] + 1ul) * rk_in_q[rk_i]) ^ (rk_in_p[rk_i] & 255ul);
  state->total = i64(u64(state->total) + u64(wide));
  rk_out_sum[rk_i] = i32(-u32(quotient) + u32(rest) * (u32(rk_in_a[rk_i]) - u32(rk_in_b[rk_i])) + u32(rk_in_a[rk_i]) * 3u + u32(rk_in_a[rk_i] >> 2) + u32(int(clz(rk_in_a[rk_i]))));
  rk_out_bits[rk_i] = bits;
  rk_out_wide[rk_i] = wide;
  rk_out_big[rk_i] = big;
  rk_out_ratio[rk_i] = f32(rk_in_a[rk_i]) / f32(rk_in_b[rk_i]);
  return 1u;
}

}  // namespace kind0

