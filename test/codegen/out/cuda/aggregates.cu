typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");

template <typename T, int N> struct rk_array { T data[N]; };
__device__ inline u32 rk_wrapping(i32 x) { return u32(x); }
__device__ inline u32 rk_wrapping(u32 x) { return x; }
__device__ inline f32 rk_wrapping(f32 x) { return x; }
template <typename T> struct rk_vec2 { T x, y; };
template <typename T> __device__ inline rk_vec2<T> operator+(rk_vec2<T> a, rk_vec2<T> b) {
  return {T(rk_wrapping(a.x) + rk_wrapping(b.x)), T(rk_wrapping(a.y) + rk_wrapping(b.y))};
}
template <typename T> __device__ inline rk_vec2<T> operator-(rk_vec2<T> a, rk_vec2<T> b) {
  return {T(rk_wrapping(a.x) - rk_wrapping(b.x)), T(rk_wrapping(a.y) - rk_wrapping(b.y))};
}
template <typename T> __device__ inline rk_vec2<T> operator*(rk_vec2<T> a, rk_vec2<T> b) {
  return {T(rk_wrapping(a.x) * rk_wrapping(b.x)), T(rk_wrapping(a.y) * rk_wrapping(b.y))};
}
template <typename T> __device__ inline rk_vec2<T> operator/(rk_vec2<T> a, rk_vec2<T> b) {
  return {T(rk_wrapping(a.x) / rk_wrapping(b.x)), T(rk_wrapping(a.y) / rk_wrapping(b.y))};
}
template <typename T> __device__ inline rk_vec2<T> operator-(rk_vec2<T> a) { return {T(-rk_wrapping(a.x)), T(-rk_wrapping(a.y))}; }
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec2<T> a) -> rk_vec2<decltype(f(a.x))> {
  return {f(a.x), f(a.y)};
}
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec2<T> a, rk_vec2<T> b) -> rk_vec2<decltype(f(a.x, b.x))> {
  return {f(a.x, b.x), f(a.y, b.y)};
}
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec2<T> a, rk_vec2<T> b, rk_vec2<T> c) -> rk_vec2<decltype(f(a.x, b.x, c.x))> {
  return {f(a.x, b.x, c.x), f(a.y, b.y, c.y)};
}
template <typename T> struct rk_vec3 { T x, y, z; };
template <typename T> __device__ inline rk_vec3<T> operator+(rk_vec3<T> a, rk_vec3<T> b) {
  return {T(rk_wrapping(a.x) + rk_wrapping(b.x)), T(rk_wrapping(a.y) + rk_wrapping(b.y)), T(rk_wrapping(a.z) + rk_wrapping(b.z))};
}
template <typename T> __device__ inline rk_vec3<T> operator-(rk_vec3<T> a, rk_vec3<T> b) {
  return {T(rk_wrapping(a.x) - rk_wrapping(b.x)), T(rk_wrapping(a.y) - rk_wrapping(b.y)), T(rk_wrapping(a.z) - rk_wrapping(b.z))};
}
template <typename T> __device__ inline rk_vec3<T> operator*(rk_vec3<T> a, rk_vec3<T> b) {
  return {T(rk_wrapping(a.x) * rk_wrapping(b.x)), T(rk_wrapping(a.y) * rk_wrapping(b.y)), T(rk_wrapping(a.z) * rk_wrapping(b.z))};
}
template <typename T> __device__ inline rk_vec3<T> operator/(rk_vec3<T> a, rk_vec3<T> b) {
  return {T(rk_wrapping(a.x) / rk_wrapping(b.x)), T(rk_wrapping(a.y) / rk_wrapping(b.y)), T(rk_wrapping(a.z) / rk_wrapping(b.z))};
}
template <typename T> __device__ inline rk_vec3<T> operator-(rk_vec3<T> a) { return {T(-rk_wrapping(a.x)), T(-rk_wrapping(a.y)), T(-rk_wrapping(a.z))}; }
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec3<T> a) -> rk_vec3<decltype(f(a.x))> {
  return {f(a.x), f(a.y), f(a.z)};
}
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec3<T> a, rk_vec3<T> b) -> rk_vec3<decltype(f(a.x, b.x))> {
  return {f(a.x, b.x), f(a.y, b.y), f(a.z, b.z)};
}
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec3<T> a, rk_vec3<T> b, rk_vec3<T> c) -> rk_vec3<decltype(f(a.x, b.x, c.x))> {
  return {f(a.x, b.x, c.x), f(a.y, b.y, c.y), f(a.z, b.z, c.z)};
}
__device__ inline u32 rk_index(RkContext& ctx, u32 index, u32 length, u32 source, u32 start, u32 end) {
  if (index < length) return index;
  rk_fault(ctx, RK_OUT_OF_BOUNDS, source, start, end);
  return 0u;
}

namespace aggregates {

struct Body {
  rk_vec3<f32> position;
  f32 mass;
  u32 alive;
};
static_assert(sizeof(Body) == 20 && alignof(Body) == 4, "layout of Body");
static_assert(__builtin_offsetof(Body, position) == 0, "offset of Body.position");
static_assert(__builtin_offsetof(Body, mass) == 12, "offset of Body.mass");
static_assert(__builtin_offsetof(Body, alive) == 16, "offset of Body.alive");

struct aggregates_state {
  Body last;
  rk_array<f32, 8> history;
  u32 at;
  rk_vec2<i32> corner;
};
static_assert(sizeof(aggregates_state) == 64 && alignof(aggregates_state) == 4, "layout of aggregates_state");
static_assert(__builtin_offsetof(aggregates_state, last) == 0, "offset of aggregates_state.last");
static_assert(__builtin_offsetof(aggregates_state, history) == 20, "offset of aggregates_state.history");
static_assert(__builtin_offsetof(aggregates_state, at) == 52, "offset of aggregates_state.at");
static_assert(__builtin_offsetof(aggregates_state, corner) == 56, "offset of aggregates_state.corner");

struct Moved {
  Body body;
  f32 mean;
  rk_vec2<i32> corner;
  f32 picked;
};
static_assert(sizeof(Moved) == 36 && alignof(Moved) == 4, "layout of Moved");
static_assert(__builtin_offsetof(Moved, body) == 0, "offset of Moved.body");
static_assert(__builtin_offsetof(Moved, mean) == 20, "offset of Moved.mean");
static_assert(__builtin_offsetof(Moved, corner) == 24, "offset of Moved.corner");
static_assert(__builtin_offsetof(Moved, picked) == 32, "offset of Moved.picked");

struct Step {
  Body body;
  rk_vec2<i32> cell;
  rk_array<f32, 4> samples;
  u32 which;
};
static_assert(sizeof(Step) == 48 && alignof(Step) == 4, "layout of Step");
static_assert(__builtin_offsetof(Step, body) == 0, "offset of Step.body");
static_assert(__builtin_offsetof(Step, cell) == 20, "offset of Step.cell");
static_assert(__builtin_offsetof(Step, samples) == 28, "offset of Step.samples");
static_assert(__builtin_offsetof(Step, which) == 44, "offset of Step.which");

__device__ const f32 weights[4] = {
  0.25f, 0.5f, 1.0f, 2.5f,
};

__device__ f32 energy(f32 mass, f32 speed) {
  if (speed < 0.0f) {
    return 0.0f;
  }
  return 0.5f * mass * speed * speed;
}

static __device__ u32 handle_0(RkContext& ctx, aggregates_state* state, const Step* msg, Moved* reply) {
  f32 mean = 0.0f;
  rk_array<f32, 4> scratch = {};
  i32 i = 0;
  for (; i < 4; i = i32(u32(i) + 1u)) {
    const i32 index_3 = i;
    scratch.data[rk_index(ctx, u32(index_3), 4u, 0u, 173u, 183u)] = msg->samples.data[rk_index(ctx, u32(i), 4u, 0u, 186u, 200u)] * weights[rk_index(ctx, u32(i), 4u, 0u, 203u, 213u)];
    mean = mean + scratch.data[rk_index(ctx, u32(i), 4u, 0u, 225u, 235u)];
  }
  const f32 t = 0.0f * 0.5f;
  const f32 t_5 = -9.81f * 0.5f;
  const f32 t_6 = 0.0f * 0.5f;
  const rk_vec3<f32> moved = rk_vec3<f32>{msg->body.position.x + t, msg->body.position.y + t_5, msg->body.position.z + t_6};
  const u32 index_8 = state->at & 7u;
  state->history.data[rk_index(ctx, index_8, 8u, 0u, 309u, 344u)] = mean + energy(msg->body.mass, moved.y);
  state->at = state->at + 1u;
  state->last = Body{moved, msg->body.mass, u32(msg->body.alive != 0u && mean > 0.0f)};
  state->corner = rk_vec2<i32>{i32(u32(msg->cell.x) + 1u), i32(u32(msg->cell.y) + 4294967295u)};
  reply->body = state->last;
  reply->mean = mean;
  reply->corner = state->corner;
  reply->picked = scratch.data[rk_index(ctx, msg->which, 4u, 0u, 628u, 646u)] + state->history.data[rk_index(ctx, msg->which, 8u, 0u, 649u, 677u)];
  return 1u;
}

}  // namespace aggregates


