typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");


namespace control {

struct control_state {
  u32 turns;
};
static_assert(sizeof(control_state) == 4 && alignof(control_state) == 4, "layout of control_state");
static_assert(__builtin_offsetof(control_state, turns) == 0, "offset of control_state.turns");

struct Done {
  u32 count;
  i32 last;
};
static_assert(sizeof(Done) == 8 && alignof(Done) == 4, "layout of Done");
static_assert(__builtin_offsetof(Done, count) == 0, "offset of Done.count");
static_assert(__builtin_offsetof(Done, last) == 4, "offset of Done.last");

struct Work {
  i32 n;
  u32 mode;
  u32 limit;
};
static_assert(sizeof(Work) == 12 && alignof(Work) == 4, "layout of Work");
static_assert(__builtin_offsetof(Work, n) == 0, "offset of Work.n");
static_assert(__builtin_offsetof(Work, mode) == 4, "offset of Work.mode");
static_assert(__builtin_offsetof(Work, limit) == 8, "offset of Work.limit");

static __device__ u32 handle_0(RkContext& ctx, control_state* state, const Work* msg, Done* reply) {
  u32 count = 0u;
  i32 last = -1;
  if (msg->n < 0) {
    reply->count = 0u;
    reply->last = msg->n;
    return 1u;
  }
  i32 i = 0;
  for (; i < msg->n; i = i32(u32(i) + 1u)) {
    if (!rk_alive(ctx)) return 0u;
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
    if (!rk_alive(ctx)) return 0u;
    k = i32(u32(k) + 3u);
    if (k % 2 == 0) {
      continue;
    }
    last = i32(u32(last) - u32(k));
  }
  do {
    if (!rk_alive(ctx)) return 0u;
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
      if (!rk_alive(ctx)) return 0u;
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

}  // namespace control


