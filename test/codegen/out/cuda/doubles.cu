typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");

typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
typedef int i32; typedef long long i64;
/* One message being handled. */
struct RkContext {
  u32 self;         /* actor id */
  u32 source;       /* actor id of the sender, 0: the host */
  u32 correlation;
  u32 handler;
  u64 stamp;        /* packed HLC of the message */
  u64 deadline;     /* packed HLC, 0: none */
  u32 lane, lanes;  /* this thread of those that run the handler */
  u32 fault;        /* RkFault once rk_fault was called */
  u32 turn;         /* loop turns, for rk_alive */
  struct RkRow* row;
};
/* The numbers of `faultKinds` in src/engine/abi.ts. */
enum RkFault { RK_TRAP = 1, RK_OUT_OF_BOUNDS, RK_DIVISION_BY_ZERO, RK_OVERFLOW, RK_UNREACHABLE, RK_STACK_OVERFLOW, RK_WATCHDOG };
/* Sends `bytes` of payload through a port; false: not connected, or the receiver's inbox is full. */
static __device__ bool rk_send(RkContext& ctx, u32 port, const void* payload, u32 bytes);
/* Debug output, as a `DebugRecord` of src/engine/abi.ts: one 64-bit word per argument, two bits of `kinds` each. */
static __device__ void rk_debug(RkContext& ctx, u32 format, u64 kinds, const u64* words, u32 count);
/* Records a fault at offsets [start, end) of source text `source`; the first one counts. */
static __device__ void rk_fault(RkContext& ctx, u32 kind, u32 source, u32 start, u32 end);
/* False when the watchdog wants the handler to end; the fault is recorded already. */
static __device__ bool rk_alive(RkContext& ctx);
/* Packed HLC, ticked: microseconds << 12 | logical. */
static __device__ u64 rk_hlc(RkContext& ctx);
/* The same clock as it stands, not ticked. */
static __device__ u64 rk_hlc_last(RkContext& ctx);
/* Microseconds since the epoch. */
static __device__ u64 rk_now_us();
/* Nanoseconds of a monotonic device clock. */
static __device__ u64 rk_clock_ns();

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
  reply->h = rk_half_bits(rk_round16(f64(msg->d + f64(rk_half_value(msg->h)))));
  reply->f = f32(msg->e);
  reply->i = rk_saturate_i32(msg->d);
  reply->u = rk_wrap_u32(msg->e);
  reply->n = i64(u64(rk_saturate_i64(msg->d)) + u64(msg->n));
  return 1u;
}

}  // namespace doubles


