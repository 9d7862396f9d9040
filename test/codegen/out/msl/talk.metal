namespace kind0 {

struct Part {
  f32 sum;
  u32 from;
  u32 last;
};
static_assert(sizeof(Part) == 12, "size of Part");

struct talk_state {
  u32 handled;
  u32 dropped;
};
static_assert(sizeof(talk_state) == 8, "size of talk_state");

struct Job {
  u32 n;
  f32 x;
};
static_assert(sizeof(Job) == 8, "size of Job");

struct Report {
  u32 handled;
  u32 dropped;
  u64 stamp;
};
static_assert(sizeof(Report) == 16, "size of Report");

struct Reset {
};

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Job* const msg = (device const Job*)(ctx.mem + rk_message);
  device Report* const reply = (device Report*)(ctx.mem + rk_answer);
  f32 sum = 0.0f;
  i32 i = 0;
  for (; u32(i) < msg->n; i = i32(u32(i) + 1u)) {
    if (rk_tick(ctx, 0u)) return 0u;
    sum = sum + msg->x * f32(i);
    bool sent = false;
    const u32 sink = rk_send(ctx, 0u);
    if (sink != 0u) {
      device Part* const sink_2 = (device Part*)(ctx.mem + sink);
      sink_2->sum = sum;
      sink_2->from = rk_self(ctx);
      sink_2->last = u32(u32(i32(u32(i) + 1u)) == msg->n);
    }
    sent = sink != 0u;
    if (!sent) {
      state->dropped = state->dropped + 1u;
    }
  }
  state->handled = state->handled + 1u;
  const u32 record = rk_debug(ctx, 0u, 3u, 10u);
  if (record != 0u) {
    ctx.mem[record + 0u] = u32(msg->n);
    ctx.mem[record + 1u] = 0u;
    ctx.mem[record + 2u] = u32(ctx.source);
    ctx.mem[record + 3u] = 0u;
    ctx.mem[record + 4u] = as_type<u32>(f32(sum));
    ctx.mem[record + 5u] = 0u;
  }
  reply->handled = state->handled;
  reply->dropped = state->dropped;
  reply->stamp = rk_u64(ctx.stampLow, ctx.stampHigh);
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const u32* const rk_in_n = (device const u32*)(ctx.mem + rk_input);
  device const f32* const rk_in_x = (device const f32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u));
  device u32* const rk_out_handled = (device u32*)(ctx.mem + rk_output);
  device u32* const rk_out_dropped = (device u32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u));
  device u64* const rk_out_stamp = (device u64*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  f32 sum = 0.0f;
  i32 i = 0;
  for (; u32(i) < rk_in_n[rk_i]; i = i32(u32(i) + 1u)) {
    if (rk_tick(ctx, 1u)) return 0u;
    sum = sum + rk_in_x[rk_i] * f32(i);
    bool sent = false;
    const u32 sink = rk_send(ctx, 0u);
    if (sink != 0u) {
      device Part* const sink_2 = (device Part*)(ctx.mem + sink);
      sink_2->sum = sum;
      sink_2->from = rk_self(ctx);
      sink_2->last = u32(u32(i32(u32(i) + 1u)) == rk_in_n[rk_i]);
    }
    sent = sink != 0u;
    if (!sent) {
      state->dropped = state->dropped + 1u;
    }
  }
  state->handled = state->handled + 1u;
  const u32 record = rk_debug(ctx, 0u, 3u, 10u);
  if (record != 0u) {
    ctx.mem[record + 0u] = u32(rk_in_n[rk_i]);
    ctx.mem[record + 1u] = 0u;
    ctx.mem[record + 2u] = u32(ctx.source);
    ctx.mem[record + 3u] = 0u;
    ctx.mem[record + 4u] = as_type<u32>(f32(sum));
    ctx.mem[record + 5u] = 0u;
  }
  rk_out_handled[rk_i] = state->handled;
  rk_out_dropped[rk_i] = state->dropped;
  rk_out_stamp[rk_i] = rk_u64(ctx.stampLow, ctx.stampHigh);
  return 1u;
}

inline u32 handler1(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  const u32 log_slot = rk_send(ctx, 1u);
  if (log_slot != 0u) {
    device Report* const log_2 = (device Report*)(ctx.mem + log_slot);
    log_2->handled = state->handled;
    log_2->dropped = state->dropped;
    log_2->stamp = rk_u64(ctx.stampLow, ctx.stampHigh);
  }
  state->handled = 0u;
  state->dropped = 0u;
  return 0u;
}

inline u32 batch1(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  const u32 log_slot = rk_send(ctx, 1u);
  if (log_slot != 0u) {
    device Report* const log_2 = (device Report*)(ctx.mem + log_slot);
    log_2->handled = state->handled;
    log_2->dropped = state->dropped;
    log_2->stamp = rk_u64(ctx.stampLow, ctx.stampHigh);
  }
  state->handled = 0u;
  state->dropped = 0u;
  return 0u;
}

}  // namespace kind0

