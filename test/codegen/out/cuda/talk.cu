typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");


namespace talk {

struct talk_state {
  u32 handled;
  u32 dropped;
};
static_assert(sizeof(talk_state) == 8 && alignof(talk_state) == 4, "layout of talk_state");
static_assert(__builtin_offsetof(talk_state, handled) == 0, "offset of talk_state.handled");
static_assert(__builtin_offsetof(talk_state, dropped) == 4, "offset of talk_state.dropped");

struct Report {
  u32 handled;
  u32 dropped;
  u64 stamp;
};
static_assert(sizeof(Report) == 16 && alignof(Report) == 8, "layout of Report");
static_assert(__builtin_offsetof(Report, handled) == 0, "offset of Report.handled");
static_assert(__builtin_offsetof(Report, dropped) == 4, "offset of Report.dropped");
static_assert(__builtin_offsetof(Report, stamp) == 8, "offset of Report.stamp");

struct Part {
  f32 sum;
  u32 from;
  u32 last;
};
static_assert(sizeof(Part) == 12 && alignof(Part) == 4, "layout of Part");
static_assert(__builtin_offsetof(Part, sum) == 0, "offset of Part.sum");
static_assert(__builtin_offsetof(Part, from) == 4, "offset of Part.from");
static_assert(__builtin_offsetof(Part, last) == 8, "offset of Part.last");

struct Job {
  u32 n;
  f32 x;
};
static_assert(sizeof(Job) == 8 && alignof(Job) == 4, "layout of Job");
static_assert(__builtin_offsetof(Job, n) == 0, "offset of Job.n");
static_assert(__builtin_offsetof(Job, x) == 4, "offset of Job.x");

struct Reset {
};

static __device__ u32 handle_0(RkContext& ctx, talk_state* state, const Job* msg, Report* reply) {
  f32 sum = 0.0f;
  i32 i = 0;
  for (; u32(i) < msg->n; i = i32(u32(i) + 1u)) {
    if (!rk_alive(ctx)) return 0u;
    sum = sum + msg->x * f32(i);
    bool sent = false;
    const Part sink = {sum, ctx.self, u32(u32(i32(u32(i) + 1u)) == msg->n)};
    sent = rk_send(ctx, 0u, &sink, 12u);
    if (!sent) {
      state->dropped = state->dropped + 1u;
    }
  }
  state->handled = state->handled + 1u;
  const u64 words[] = {u64(msg->n), u64(ctx.source), (u64)__double_as_longlong(f64(sum))};
  rk_debug(ctx, 0u, 10ull, words, 3u);
  reply->handled = state->handled;
  reply->dropped = state->dropped;
  reply->stamp = ctx.stamp;
  return 1u;
}

static __device__ u32 handle_1(RkContext& ctx, talk_state* state, const Reset* msg, void* reply) {
  const Report log_2 = {state->handled, state->dropped, ctx.stamp};
  rk_send(ctx, 1u, &log_2, 16u);
  state->handled = 0u;
  state->dropped = 0u;
  return 0u;
}

}  // namespace talk


