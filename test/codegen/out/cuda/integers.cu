typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");

__device__ inline i32 rk_idiv(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return i32(-u32(a));
  return a / b;
}
__device__ inline u32 rk_idiv(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a / b;
}
__device__ inline i64 rk_idiv(i64 a, i64 b) {
  if (b == 0ll) return 0ll;
  if (b == -1) return i64(-u64(a));
  return a / b;
}
__device__ inline u64 rk_idiv(u64 a, u64 b) {
  if (b == 0ull) return 0ull;
  return a / b;
}
__device__ inline i32 rk_imod(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return 0;
  return a % b;
}
__device__ inline u32 rk_imod(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a % b;
}
__device__ inline i64 rk_imod(i64 a, i64 b) {
  if (b == 0ll) return 0ll;
  if (b == -1) return 0ll;
  return a % b;
}
__device__ inline u64 rk_imod(u64 a, u64 b) {
  if (b == 0ull) return 0ull;
  return a % b;
}
__device__ inline i32 rk_floordiv(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return i32(-u32(a));
  const i32 q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
__device__ inline u32 rk_floordiv(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a / b;
}
__device__ inline i64 rk_floordiv(i64 a, i64 b) {
  if (b == 0ll) return 0ll;
  if (b == -1) return i64(-u64(a));
  const i64 q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
__device__ inline u64 rk_floordiv(u64 a, u64 b) {
  if (b == 0ull) return 0ull;
  return a / b;
}
__device__ inline i32 rk_ceildiv(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return i32(-u32(a));
  const i32 q = a / b;
  return a % b != 0 && (a < 0) == (b < 0) ? q + 1 : q;
}
__device__ inline u32 rk_ceildiv(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a % b == 0u ? a / b : a / b + 1u;
}
__device__ inline i64 rk_ceildiv(i64 a, i64 b) {
  if (b == 0ll) return 0ll;
  if (b == -1) return i64(-u64(a));
  const i64 q = a / b;
  return a % b != 0 && (a < 0) == (b < 0) ? q + 1 : q;
}
__device__ inline u64 rk_ceildiv(u64 a, u64 b) {
  if (b == 0ull) return 0ull;
  return a % b == 0ull ? a / b : a / b + 1ull;
}

namespace integers {

struct integers_state {
  u32 calls;
  i64 total;
};
static_assert(sizeof(integers_state) == 16 && alignof(integers_state) == 8, "layout of integers_state");
static_assert(__builtin_offsetof(integers_state, calls) == 0, "offset of integers_state.calls");
static_assert(__builtin_offsetof(integers_state, total) == 8, "offset of integers_state.total");

struct Answer {
  i32 sum;
  u32 bits;
  i64 wide;
  u64 big;
  f32 ratio;
};
static_assert(sizeof(Answer) == 32 && alignof(Answer) == 8, "layout of Answer");
static_assert(__builtin_offsetof(Answer, sum) == 0, "offset of Answer.sum");
static_assert(__builtin_offsetof(Answer, bits) == 4, "offset of Answer.bits");
static_assert(__builtin_offsetof(Answer, wide) == 8, "offset of Answer.wide");
static_assert(__builtin_offsetof(Answer, big) == 16, "offset of Answer.big");
static_assert(__builtin_offsetof(Answer, ratio) == 24, "offset of Answer.ratio");

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
static_assert(sizeof(Pair) == 48 && alignof(Pair) == 8, "layout of Pair");
static_assert(__builtin_offsetof(Pair, a) == 0, "offset of Pair.a");
static_assert(__builtin_offsetof(Pair, b) == 4, "offset of Pair.b");
static_assert(__builtin_offsetof(Pair, u) == 8, "offset of Pair.u");
static_assert(__builtin_offsetof(Pair, v) == 12, "offset of Pair.v");
static_assert(__builtin_offsetof(Pair, x) == 16, "offset of Pair.x");
static_assert(__builtin_offsetof(Pair, y) == 24, "offset of Pair.y");
static_assert(__builtin_offsetof(Pair, p) == 32, "offset of Pair.p");
static_assert(__builtin_offsetof(Pair, q) == 40, "offset of Pair.q");

static __device__ u32 handle_0(RkContext& ctx, integers_state* state, const Pair* msg, Answer* reply) {
  state->calls = state->calls + 1u;
  const i32 quotient = i32(u32(rk_idiv(msg->a, msg->b)) + u32(msg->a / 7) + u32(rk_floordiv(msg->a, msg->b)) + u32(rk_ceildiv(msg->a, msg->b)));
  const i32 rest = rk_imod(msg->a, msg->b);
  u32 bits = (msg->u & 255u) ^ ~(msg->v | 3u);
  bits = (bits << ((msg->v & 63u) & 31u)) + (msg->u >> 3);
  const i64 wide = i64(u64(msg->x) * u64(msg->y) - u64(rk_idiv(msg->x, msg->y)) + u64(rk_imod(msg->x, msg->y)) + u64(i64(u64(msg->x) << 3)) + u64(msg->y >> 1));
  const u64 big = ((msg->p + 1ull) * msg->q) ^ (msg->p & 255ull);
  state->total = i64(u64(state->total) + u64(wide));
  reply->sum = i32(-u32(quotient) + u32(rest) * (u32(msg->a) - u32(msg->b)) + u32(msg->a) * 3u + u32(msg->a >> 2) + u32(__clz((int)msg->a)));
  reply->bits = bits;
  reply->wide = wide;
  reply->big = big;
  reply->ratio = f32(msg->a) / f32(msg->b);
  return 1u;
}

}  // namespace integers


