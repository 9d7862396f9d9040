namespace kind0 {

struct control_state {
  u32 turns;
};
static_assert(sizeof(control_state) == 4, "size of control_state");

struct Work {
  i32 n;
  u32 mode;
  u32 limit;
};
static_assert(sizeof(Work) == 12, "size of Work");

struct Done {
  u32 count;
  i32 last;
};
static_assert(sizeof(Done) == 8, "size of Done");

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device control_state* const state = (device control_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Work* const msg = (device const Work*)(ctx.mem + rk_message);
  device Done* const reply = (device Done*)(ctx.mem + rk_answer);
  u32 count = 0u;
  i32 last = -1;
  if (msg->n < 0) {
    reply->count = 0u;
    reply->last = msg->n;
    return 1u;
  }
  i32 i = 0;
  for (; i < msg->n; i = i32(u32(i) + 1u)) {
    if (rk_tick(ctx, 0u)) return 0u;
    i32 j = 0;
    i32 leaving = 0;
    for (; j < 8; j = i32(u32(j) + 1u)) {
      if (j == i) {
        leaving = 1;
        break;
      }
      if (count > 100u) {
        leaving = 2;
        break;
      }
      count = count + 1u;
      if (i32(u32(j) * u32(i)) == 12) {
        break;
      }
    }
    if (leaving == 1) {
      continue;
    }
    if (leaving == 2) {
      break;
    }
    last = i;
  }
  i32 k = 0;
  while (k < 20) {
    if (rk_tick(ctx, 1u)) return 0u;
    k = i32(u32(k) + 3u);
    if (k % 2 == 0) {
      continue;
    }
    last = i32(u32(last) - u32(k));
  }
  do {
    if (rk_tick(ctx, 2u)) return 0u;
    count = count + 2u;
    k = i32(u32(k) - 1u);
  } while (k > 0 && count < 50u);
  i32 entry = 4;
  if (msg->mode == 0u) {
    entry = 0;
  } else if (msg->mode == 1u) {
    entry = 1;
  } else if (msg->mode == 2u) {
    entry = 2;
  } else if (msg->mode == 7u) {
    entry = 3;
  }
  for (;;) {
    if (entry <= 0) {
      last = 10;
      break;
    }
    if (entry <= 1) {
      last = 11;
    }
    if (entry <= 2) {
      last = i32(u32(last) + 5u);
      break;
    }
    if (entry <= 3) {
      reply->count = 7u;
      reply->last = last;
      return 1u;
    }
    last = last > 0 ? last : i32(-u32(last));
    break;
  }
  for (;;) {
    if (last == 3) {
      break;
    }
    i32 leaving_12 = 0;
    for (;;) {
      if (rk_tick(ctx, 3u)) return 0u;
      last = i32(u32(last) + 1u);
      if (last > 12) {
        leaving_12 = 1;
        break;
      }
      if (last == 11) {
        break;
      }
    }
    if (leaving_12 == 1) {
      break;
    }
    count = count + 1000u;
    break;
  }
  state->turns = state->turns + 1u;
  reply->count = count;
  reply->last = last;
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device control_state* const state = (device control_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const i32* const rk_in_n = (device const i32*)(ctx.mem + rk_input);
  device const u32* const rk_in_mode = (device const u32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u));
  device u32* const rk_out_count = (device u32*)(ctx.mem + rk_output);
  device i32* const rk_out_last = (device i32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u));
  u32 count = 0u;
  i32 last = -1;
  if (rk_in_n[rk_i] < 0) {
    rk_out_count[rk_i] = 0u;
    rk_out_last[rk_i] = rk_in_n[rk_i];
    return 1u;
  }
  i32 i = 0;
  for (; i < rk_in_n[rk_i]; i = i32(u32(i) + 1u)) {
    if (rk_tick(ctx, 4u)) return 0u;
    i32 j = 0;
    i32 leaving = 0;
    for (; j < 8; j = i32(u32(j) + 1u)) {
      if (j == i) {
        leaving = 1;
        break;
      }
      if (count > 100u) {
        leaving = 2;
        break;
      }
      count = count + 1u;
      if (i32(u32(j) * u32(i)) == 12) {
        break;
      }
    }
    if (leaving == 1) {
      continue;
    }
    if (leaving == 2) {
      break;
    }
    last = i;
  }
  i32 k = 0;
  while (k < 20) {
    if (rk_tick(ctx, 5u)) return 0u;
    k = i32(u32(k) + 3u);
    if (k % 2 == 0) {
      continue;
    }
    last = i32(u32(last) - u32(k));
  }
  do {
    if (rk_tick(ctx, 6u)) return 0u;
    count = count + 2u;
    k = i32(u32(k) - 1u);
  } while (k > 0 && count < 50u);
  i32 entry = 4;
  if (rk_in_mode[rk_i] == 0u) {
    entry = 0;
  } else if (rk_in_mode[rk_i] == 1u) {
    entry = 1;
  } else if (rk_in_mode[rk_i] == 2u) {
    entry = 2;
  } else if (rk_in_mode[rk_i] == 7u) {
    entry = 3;
  }
  for (;;) {
    if (entry <= 0) {
      last = 10;
      break;
    }
    if (entry <= 1) {
      last = 11;
    }
    if (entry <= 2) {
      last = i32(u32(last) + 5u);
      break;
    }
    if (entry <= 3) {
      rk_out_count[rk_i] = 7u;
      rk_out_last[rk_i] = last;
      return 1u;
    }
    last = last > 0 ? last : i32(-u32(last));
    break;
  }
  for (;;) {
    if (last == 3) {
      break;
    }
    i32 leaving_12 = 0;
    for (;;) {
      if (rk_tick(ctx, 7u)) return 0u;
      last = i32(u32(last) + 1u);
      if (last > 12) {
        leaving_12 = 1;
        break;
      }
      if (last == 11) {
        break;
      }
    }
    if (leaving_12 == 1) {
      break;
    }
    count = count + 1000u;
    break;
  }
  state->turns = state->turns + 1u;
  rk_out_count[rk_i] = count;
  rk_out_last[rk_i] = last;
  return 1u;
}

}  // namespace kind0

