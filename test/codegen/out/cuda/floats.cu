typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");

__device__ inline f32 rk_min(f32 a, f32 b) { return a != a ? a : b != b ? b : a < b ? a : b; }
__device__ inline f64 rk_min(f64 a, f64 b) { return a != a ? a : b != b ? b : a < b ? a : b; }
__device__ inline i32 rk_min(i32 a, i32 b) { return a < b ? a : b; }
__device__ inline u32 rk_min(u32 a, u32 b) { return a < b ? a : b; }
__device__ inline i64 rk_min(i64 a, i64 b) { return a < b ? a : b; }
__device__ inline u64 rk_min(u64 a, u64 b) { return a < b ? a : b; }
__device__ inline f32 rk_max(f32 a, f32 b) { return a != a ? a : b != b ? b : a > b ? a : b; }
__device__ inline f64 rk_max(f64 a, f64 b) { return a != a ? a : b != b ? b : a > b ? a : b; }
__device__ inline i32 rk_max(i32 a, i32 b) { return a > b ? a : b; }
__device__ inline u32 rk_max(u32 a, u32 b) { return a > b ? a : b; }
__device__ inline i64 rk_max(i64 a, i64 b) { return a > b ? a : b; }
__device__ inline u64 rk_max(u64 a, u64 b) { return a > b ? a : b; }
__device__ inline i32 rk_saturate_i32(f32 x) {
  return x >= 2147483648.0f ? 2147483647 : x >= -2147483648.0f ? i32(x) : x < 0.0f ? (-2147483647 - 1) : i32(0);
}
__device__ inline i32 rk_saturate_i32(f64 x) {
  return x >= 2147483648.0 ? 2147483647 : x >= -2147483648.0 ? i32(x) : x < 0.0 ? (-2147483647 - 1) : i32(0);
}
__device__ inline u32 rk_saturate_u32(f32 x) {
  return x >= 4294967296.0f ? 4294967295u : x > 0.0f ? u32(x) : u32(0);
}
__device__ inline u32 rk_saturate_u32(f64 x) {
  return x >= 4294967296.0 ? 4294967295u : x > 0.0 ? u32(x) : u32(0);
}
__device__ inline u32 rk_wrap_u32(f32 x) {
  return x > -9223372036854775808.0f && x < 9223372036854775808.0f ? u32(i64(x)) : 0u;
}
__device__ inline u32 rk_wrap_u32(f64 x) {
  if (x > -9223372036854775808.0 && x < 9223372036854775808.0) return u32(i64(x));
  if (!(x - x == 0.0)) return 0u;
  return u32(x - floor(x / 4294967296.0) * 4294967296.0);
}
__device__ inline i32 rk_wrap_i32(f32 x) { return i32(rk_wrap_u32(x)); }
__device__ inline i32 rk_wrap_i32(f64 x) { return i32(rk_wrap_u32(x)); }

namespace floats {

struct floats_state {
  f32 best;
  u32 seen;
};
static_assert(sizeof(floats_state) == 8 && alignof(floats_state) == 4, "layout of floats_state");
static_assert(__builtin_offsetof(floats_state, best) == 0, "offset of floats_state.best");
static_assert(__builtin_offsetof(floats_state, seen) == 4, "offset of floats_state.seen");

struct Result {
  f32 value;
  i32 small;
  u32 large;
  i32 wrapped;
  u32 both;
  f32 step;
};
static_assert(sizeof(Result) == 24 && alignof(Result) == 4, "layout of Result");
static_assert(__builtin_offsetof(Result, value) == 0, "offset of Result.value");
static_assert(__builtin_offsetof(Result, small) == 4, "offset of Result.small");
static_assert(__builtin_offsetof(Result, large) == 8, "offset of Result.large");
static_assert(__builtin_offsetof(Result, wrapped) == 12, "offset of Result.wrapped");
static_assert(__builtin_offsetof(Result, both) == 16, "offset of Result.both");
static_assert(__builtin_offsetof(Result, step) == 20, "offset of Result.step");

struct Numbers {
  f32 x;
  f32 y;
  i32 i;
  u32 u;
  u32 flag;
};
static_assert(sizeof(Numbers) == 20 && alignof(Numbers) == 4, "layout of Numbers");
static_assert(__builtin_offsetof(Numbers, x) == 0, "offset of Numbers.x");
static_assert(__builtin_offsetof(Numbers, y) == 4, "offset of Numbers.y");
static_assert(__builtin_offsetof(Numbers, i) == 8, "offset of Numbers.i");
static_assert(__builtin_offsetof(Numbers, u) == 12, "offset of Numbers.u");
static_assert(__builtin_offsetof(Numbers, flag) == 16, "offset of Numbers.flag");

static __device__ u32 handle_0(RkContext& ctx, floats_state* state, const Numbers* msg, Result* reply) {
  f32 value = (msg->x + msg->y) * 0.1f - msg->x / msg->y + fmodf(msg->x, msg->y);
  value = value + (__fsqrt_rn(fabsf(msg->x)) + -msg->y);
  if (value > state->best || !(state->seen != 0u)) {
    state->best = value;
    state->seen = u32(true);
  }
  const bool truth = msg->flag != 0u && (msg->x < msg->y || msg->i != 3);
  reply->value = rk_max(rk_min(value, 1000000000.0f), -0.001f) + floorf(value) + (floorf(msg->x) + (msg->x - floorf(msg->x) >= 0.5f ? 1.0f : 0.0f)) + truncf(msg->y) + ceilf(msg->x);
  reply->small = rk_saturate_i32(msg->x);
  reply->large = rk_saturate_u32(msg->y);
  reply->wrapped = rk_wrap_i32(msg->x * 1000000.0f);
  reply->both = u32(truth);
  reply->step = msg->u > 2147483648u ? __uint_as_float(0x7f800000u) : f32(msg->i);
  return 1u;
}

}  // namespace floats


