typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");

__device__ inline i32 rk_saturate_i32(f32 x) {
  return x >= 2147483648.0f ? 2147483647 : x >= -2147483648.0f ? i32(x) : x < 0.0f ? (-2147483647 - 1) : i32(0);
}
__device__ inline i32 rk_saturate_i32(f64 x) {
  return x >= 2147483648.0 ? 2147483647 : x >= -2147483648.0 ? i32(x) : x < 0.0 ? (-2147483647 - 1) : i32(0);
}
__device__ inline i64 rk_saturate_i64(f32 x) {
  return x >= 9223372036854775808.0f ? 9223372036854775807ll : x >= -9223372036854775808.0f ? i64(x) : x < 0.0f ? (-9223372036854775807ll - 1) : i64(0);
}
__device__ inline i64 rk_saturate_i64(f64 x) {
  return x >= 9223372036854775808.0 ? 9223372036854775807ll : x >= -9223372036854775808.0 ? i64(x) : x < 0.0 ? (-9223372036854775807ll - 1) : i64(0);
}
__device__ inline u32 rk_wrap_u32(f32 x) {
  return x > -9223372036854775808.0f && x < 9223372036854775808.0f ? u32(i64(x)) : 0u;
}
__device__ inline u32 rk_wrap_u32(f64 x) {
  if (x > -9223372036854775808.0 && x < 9223372036854775808.0) return u32(i64(x));
  if (!(x - x == 0.0)) return 0u;
  return u32(x - floor(x / 4294967296.0) * 4294967296.0);
}
__device__ inline f32 rk_half_value(u16 bits) {
  f32 value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}
__device__ inline u16 rk_half_bits(f32 value) {
  u16 bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}
__device__ inline u16 rk_half_bits(f64 value) {
  u16 bits;
  asm("cvt.rn.f16.f64 %0, %1;" : "=h"(bits) : "d"(value));
  return bits;
}
__device__ inline f32 rk_round16(f32 value) { return rk_half_value(rk_half_bits(value)); }
__device__ inline f32 rk_round16(f64 value) { return rk_half_value(rk_half_bits(value)); }

namespace doubles {

struct doubles_state {
  f64 sum;
};
static_assert(sizeof(doubles_state) == 8 && alignof(doubles_state) == 8, "layout of doubles_state");
static_assert(__builtin_offsetof(doubles_state, sum) == 0, "offset of doubles_state.sum");

struct Back {
  f64 d;
  u16 h;
  f32 f;
  i32 i;
  u32 u;
  i64 n;
};
static_assert(sizeof(Back) == 32 && alignof(Back) == 8, "layout of Back");
static_assert(__builtin_offsetof(Back, d) == 0, "offset of Back.d");
static_assert(__builtin_offsetof(Back, h) == 8, "offset of Back.h");
static_assert(__builtin_offsetof(Back, f) == 12, "offset of Back.f");
static_assert(__builtin_offsetof(Back, i) == 16, "offset of Back.i");
static_assert(__builtin_offsetof(Back, u) == 20, "offset of Back.u");
static_assert(__builtin_offsetof(Back, n) == 24, "offset of Back.n");

struct Wide {
  f64 d;
  f64 e;
  u16 h;
  i64 n;
};
static_assert(sizeof(Wide) == 32 && alignof(Wide) == 8, "layout of Wide");
static_assert(__builtin_offsetof(Wide, d) == 0, "offset of Wide.d");
static_assert(__builtin_offsetof(Wide, e) == 8, "offset of Wide.e");
static_assert(__builtin_offsetof(Wide, h) == 16, "offset of Wide.h");
static_assert(__builtin_offsetof(Wide, n) == 24, "offset of Wide.n");

static __device__ u32 handle_0(RkContext& ctx, doubles_state* state, const Wide* msg, Back* reply) {
  state->sum = state->sum + (msg->d * msg->e - __dsqrt_rn(msg->d));
  reply->d = state->sum / 3.0;
  reply->h = rk_half_bits(rk_round16(f64(msg->d + f64(f32(rk_half_value(msg->h))))));
  reply->f = f32(msg->e);
  reply->i = rk_saturate_i32(msg->d);
  reply->u = rk_wrap_u32(msg->e);
  reply->n = i64(u64(rk_saturate_i64(msg->d)) + u64(msg->n));
  return 1u;
}

}  // namespace doubles


