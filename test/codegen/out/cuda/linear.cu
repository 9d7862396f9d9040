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
__device__ inline i32 rk_saturate_i32(f32 x) {
  return x >= 2147483648.0f ? 2147483647 : x >= -2147483648.0f ? i32(x) : x < 0.0f ? (-2147483647 - 1) : i32(0);
}
__device__ inline i32 rk_saturate_i32(f64 x) {
  return x >= 2147483648.0 ? 2147483647 : x >= -2147483648.0 ? i32(x) : x < 0.0 ? (-2147483647 - 1) : i32(0);
}
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
template <typename T> struct rk_vec4 { T x, y, z, w; };
template <typename T> __device__ inline rk_vec4<T> operator+(rk_vec4<T> a, rk_vec4<T> b) {
  return {T(rk_wrapping(a.x) + rk_wrapping(b.x)), T(rk_wrapping(a.y) + rk_wrapping(b.y)), T(rk_wrapping(a.z) + rk_wrapping(b.z)), T(rk_wrapping(a.w) + rk_wrapping(b.w))};
}
template <typename T> __device__ inline rk_vec4<T> operator-(rk_vec4<T> a, rk_vec4<T> b) {
  return {T(rk_wrapping(a.x) - rk_wrapping(b.x)), T(rk_wrapping(a.y) - rk_wrapping(b.y)), T(rk_wrapping(a.z) - rk_wrapping(b.z)), T(rk_wrapping(a.w) - rk_wrapping(b.w))};
}
template <typename T> __device__ inline rk_vec4<T> operator*(rk_vec4<T> a, rk_vec4<T> b) {
  return {T(rk_wrapping(a.x) * rk_wrapping(b.x)), T(rk_wrapping(a.y) * rk_wrapping(b.y)), T(rk_wrapping(a.z) * rk_wrapping(b.z)), T(rk_wrapping(a.w) * rk_wrapping(b.w))};
}
template <typename T> __device__ inline rk_vec4<T> operator/(rk_vec4<T> a, rk_vec4<T> b) {
  return {T(rk_wrapping(a.x) / rk_wrapping(b.x)), T(rk_wrapping(a.y) / rk_wrapping(b.y)), T(rk_wrapping(a.z) / rk_wrapping(b.z)), T(rk_wrapping(a.w) / rk_wrapping(b.w))};
}
template <typename T> __device__ inline rk_vec4<T> operator-(rk_vec4<T> a) { return {T(-rk_wrapping(a.x)), T(-rk_wrapping(a.y)), T(-rk_wrapping(a.z)), T(-rk_wrapping(a.w))}; }
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec4<T> a) -> rk_vec4<decltype(f(a.x))> {
  return {f(a.x), f(a.y), f(a.z), f(a.w)};
}
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec4<T> a, rk_vec4<T> b) -> rk_vec4<decltype(f(a.x, b.x))> {
  return {f(a.x, b.x), f(a.y, b.y), f(a.z, b.z), f(a.w, b.w)};
}
template <typename F, typename T> __device__ inline auto rk_map(F f, rk_vec4<T> a, rk_vec4<T> b, rk_vec4<T> c) -> rk_vec4<decltype(f(a.x, b.x, c.x))> {
  return {f(a.x, b.x, c.x), f(a.y, b.y, c.y), f(a.z, b.z, c.z), f(a.w, b.w, c.w)};
}

namespace linear {

struct linear_state {
  rk_array<rk_vec3<f32>, 3> last;
  rk_array<rk_vec2<f32>, 2> small;
  rk_array<rk_vec3<f32>, 4> trail;
  f32 n;
};
static_assert(sizeof(linear_state) == 104 && alignof(linear_state) == 4, "layout of linear_state");
static_assert(__builtin_offsetof(linear_state, last) == 0, "offset of linear_state.last");
static_assert(__builtin_offsetof(linear_state, small) == 36, "offset of linear_state.small");
static_assert(__builtin_offsetof(linear_state, trail) == 52, "offset of linear_state.trail");
static_assert(__builtin_offsetof(linear_state, n) == 100, "offset of linear_state.n");

struct Posed {
  rk_array<rk_vec3<f32>, 3> basis;
  rk_vec3<f32> at;
  rk_vec4<f32> colour;
  f32 volume;
};
static_assert(sizeof(Posed) == 68 && alignof(Posed) == 4, "layout of Posed");
static_assert(__builtin_offsetof(Posed, basis) == 0, "offset of Posed.basis");
static_assert(__builtin_offsetof(Posed, at) == 36, "offset of Posed.at");
static_assert(__builtin_offsetof(Posed, colour) == 48, "offset of Posed.colour");
static_assert(__builtin_offsetof(Posed, volume) == 64, "offset of Posed.volume");

struct Pose {
  rk_array<rk_vec3<f32>, 3> basis;
  rk_vec3<f32> at;
  rk_vec4<f32> turn;
  rk_vec4<f32> colour;
};
static_assert(sizeof(Pose) == 80 && alignof(Pose) == 4, "layout of Pose");
static_assert(__builtin_offsetof(Pose, basis) == 0, "offset of Pose.basis");
static_assert(__builtin_offsetof(Pose, at) == 36, "offset of Pose.at");
static_assert(__builtin_offsetof(Pose, turn) == 48, "offset of Pose.turn");
static_assert(__builtin_offsetof(Pose, colour) == 64, "offset of Pose.colour");

__device__ rk_array<rk_vec3<f32>, 3> rk_quat_toMatrix(rk_vec4<f32> q) {
  return rk_array<rk_vec3<f32>, 3>{{rk_vec3<f32>{1.0f - 2.0f * (q.y * q.y + q.z * q.z), 2.0f * (q.x * q.y + q.w * q.z), 2.0f * (q.x * q.z - q.w * q.y)}, rk_vec3<f32>{2.0f * (q.x * q.y - q.w * q.z), 1.0f - 2.0f * (q.x * q.x + q.z * q.z), 2.0f * (q.y * q.z + q.w * q.x)}, rk_vec3<f32>{2.0f * (q.x * q.z + q.w * q.y), 2.0f * (q.y * q.z - q.w * q.x), 1.0f - 2.0f * (q.x * q.x + q.y * q.y)}}};
}

__device__ rk_array<rk_vec3<f32>, 3> rk_mat3_timesMatrix(rk_array<rk_vec3<f32>, 3> m, rk_array<rk_vec3<f32>, 3> n) {
  const rk_vec3<f32> v = n.data[0];
  const f32 t = v.x;
  const f32 t_4 = v.y;
  const f32 t_5 = m.data[0].x * t;
  const f32 t_6 = m.data[0].y * t;
  const f32 t_7 = m.data[0].z * t;
  const f32 t_8 = m.data[1].x * t_4;
  const f32 t_9 = m.data[1].y * t_4;
  const f32 t_10 = m.data[1].z * t_4;
  const f32 t_11 = v.z;
  const f32 t_12 = t_5 + t_8;
  const f32 t_13 = t_6 + t_9;
  const f32 t_14 = t_7 + t_10;
  const f32 t_15 = m.data[2].x * t_11;
  const f32 t_16 = m.data[2].y * t_11;
  const f32 t_17 = m.data[2].z * t_11;
  const rk_vec3<f32> v_18 = n.data[1];
  const f32 t_19 = v_18.x;
  const f32 t_20 = v_18.y;
  const f32 t_21 = m.data[0].x * t_19;
  const f32 t_22 = m.data[0].y * t_19;
  const f32 t_23 = m.data[0].z * t_19;
  const f32 t_24 = m.data[1].x * t_20;
  const f32 t_25 = m.data[1].y * t_20;
  const f32 t_26 = m.data[1].z * t_20;
  const f32 t_27 = v_18.z;
  const f32 t_28 = t_21 + t_24;
  const f32 t_29 = t_22 + t_25;
  const f32 t_30 = t_23 + t_26;
  const f32 t_31 = m.data[2].x * t_27;
  const f32 t_32 = m.data[2].y * t_27;
  const f32 t_33 = m.data[2].z * t_27;
  const rk_vec3<f32> v_34 = n.data[2];
  const f32 t_35 = v_34.x;
  const f32 t_36 = v_34.y;
  const f32 t_37 = m.data[0].x * t_35;
  const f32 t_38 = m.data[0].y * t_35;
  const f32 t_39 = m.data[0].z * t_35;
  const f32 t_40 = m.data[1].x * t_36;
  const f32 t_41 = m.data[1].y * t_36;
  const f32 t_42 = m.data[1].z * t_36;
  const f32 t_43 = v_34.z;
  const f32 t_44 = t_37 + t_40;
  const f32 t_45 = t_38 + t_41;
  const f32 t_46 = t_39 + t_42;
  const f32 t_47 = m.data[2].x * t_43;
  const f32 t_48 = m.data[2].y * t_43;
  const f32 t_49 = m.data[2].z * t_43;
  return rk_array<rk_vec3<f32>, 3>{{rk_vec3<f32>{t_12 + t_15, t_13 + t_16, t_14 + t_17}, rk_vec3<f32>{t_28 + t_31, t_29 + t_32, t_30 + t_33}, rk_vec3<f32>{t_44 + t_47, t_45 + t_48, t_46 + t_49}}};
}

__device__ rk_array<rk_vec3<f32>, 3> rk_mat3_transpose(rk_array<rk_vec3<f32>, 3> m) {
  return rk_array<rk_vec3<f32>, 3>{{rk_vec3<f32>{m.data[0].x, m.data[1].x, m.data[2].x}, rk_vec3<f32>{m.data[0].y, m.data[1].y, m.data[2].y}, rk_vec3<f32>{m.data[0].z, m.data[1].z, m.data[2].z}}};
}

__device__ rk_array<rk_vec3<f32>, 3> rk_mat3_inverse(rk_array<rk_vec3<f32>, 3> m) {
  const rk_vec3<f32> a = rk_vec3<f32>{m.data[1].y * m.data[2].z - m.data[1].z * m.data[2].y, m.data[1].z * m.data[2].x - m.data[1].x * m.data[2].z, m.data[1].x * m.data[2].y - m.data[1].y * m.data[2].x};
  const rk_vec3<f32> b = rk_vec3<f32>{m.data[2].y * m.data[0].z - m.data[2].z * m.data[0].y, m.data[2].z * m.data[0].x - m.data[2].x * m.data[0].z, m.data[2].x * m.data[0].y - m.data[2].y * m.data[0].x};
  const rk_vec3<f32> c = rk_vec3<f32>{m.data[0].y * m.data[1].z - m.data[0].z * m.data[1].y, m.data[0].z * m.data[1].x - m.data[0].x * m.data[1].z, m.data[0].x * m.data[1].y - m.data[0].y * m.data[1].x};
  const f32 d = m.data[0].x * a.x + m.data[0].y * a.y + m.data[0].z * a.z;
  return rk_array<rk_vec3<f32>, 3>{{rk_vec3<f32>{a.x / d, b.x / d, c.x / d}, rk_vec3<f32>{a.y / d, b.y / d, c.y / d}, rk_vec3<f32>{a.z / d, b.z / d, c.z / d}}};
}

__device__ rk_vec3<f32> rk_mat3_timesVector(rk_array<rk_vec3<f32>, 3> m, rk_vec3<f32> v) {
  const f32 t = m.data[0].x * v.x;
  const f32 t_3 = m.data[0].y * v.x;
  const f32 t_4 = m.data[0].z * v.x;
  const f32 t_5 = m.data[1].x * v.y;
  const f32 t_6 = m.data[1].y * v.y;
  const f32 t_7 = m.data[1].z * v.y;
  const f32 t_8 = t + t_5;
  const f32 t_9 = t_3 + t_6;
  const f32 t_10 = t_4 + t_7;
  const f32 t_11 = m.data[2].x * v.z;
  const f32 t_12 = m.data[2].y * v.z;
  const f32 t_13 = m.data[2].z * v.z;
  return rk_vec3<f32>{t_8 + t_11, t_9 + t_12, t_10 + t_13};
}

__device__ rk_vec4<f32> rk_quat(rk_vec3<f32> axis, f32 angle) {
  const f32 s = sinf(angle / 2.0f);
  return rk_vec4<f32>{axis.x * s, axis.y * s, axis.z * s, cosf(angle / 2.0f)};
}

__device__ rk_vec4<f32> rk_quat_qmul(rk_vec4<f32> a, rk_vec4<f32> b) {
  return rk_vec4<f32>{a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y, a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x, a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w, a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z};
}

__device__ rk_vec3<f32> rk_quat_rotate(rk_vec4<f32> q, rk_vec3<f32> v) {
  const rk_vec3<f32> u = rk_vec3<f32>{q.x, q.y, q.z};
  const f32 t = u.y * v.z - u.z * v.y;
  const f32 t_4 = u.z * v.x - u.x * v.z;
  const f32 t_5 = u.x * v.y - u.y * v.x;
  const rk_vec3<f32> t_6 = rk_vec3<f32>{t * 2.0f, t_4 * 2.0f, t_5 * 2.0f};
  const f32 t_7 = t_6.x * q.w;
  const f32 t_8 = t_6.y * q.w;
  const f32 t_9 = t_6.z * q.w;
  const f32 t_10 = v.x + t_7;
  const f32 t_11 = v.y + t_8;
  const f32 t_12 = v.z + t_9;
  const f32 t_13 = u.y * t_6.z - u.z * t_6.y;
  const f32 t_14 = u.z * t_6.x - u.x * t_6.z;
  const f32 t_15 = u.x * t_6.y - u.y * t_6.x;
  return rk_vec3<f32>{t_10 + t_13, t_11 + t_14, t_12 + t_15};
}

__device__ f32 rk_mat3_determinant(rk_array<rk_vec3<f32>, 3> m) {
  const f32 t = m.data[1].y * m.data[2].z - m.data[1].z * m.data[2].y;
  const f32 t_2 = m.data[1].z * m.data[2].x - m.data[1].x * m.data[2].z;
  const f32 t_3 = m.data[1].x * m.data[2].y - m.data[1].y * m.data[2].x;
  return m.data[0].x * t + m.data[0].y * t_2 + m.data[0].z * t_3;
}

static __device__ u32 handle_0(RkContext& ctx, linear_state* state, const Pose* msg, Posed* reply) {
  const rk_array<rk_vec3<f32>, 3> basis = rk_mat3_transpose(rk_mat3_timesMatrix(msg->basis, rk_quat_toMatrix(msg->turn)));
  state->last = rk_mat3_inverse(basis);
  state->small.data[1] = rk_vec2<f32>{msg->at.x * 2.0f, msg->at.y * 2.0f};
  const rk_vec3<f32> v = rk_mat3_timesVector(basis, msg->at);
  rk_vec4<f32> at = rk_vec4<f32>{v.x, v.y, v.z, 1.0f};
  const rk_vec2<f32> v_3 = rk_vec2<f32>{at.x, at.y};
  at.z = v_3.x;
  at.x = v_3.y;
  rk_vec4<f32> colour = rk_vec4<f32>{msg->colour.z, msg->colour.y, msg->colour.x, msg->colour.w};
  const f32 t = colour.x * 255.0f;
  const f32 t_6 = colour.y * 255.0f;
  const f32 t_7 = colour.z * 255.0f;
  const f32 t_8 = (floorf(t) + (t - floorf(t) >= 0.5f ? 1.0f : 0.0f));
  const f32 t_9 = (floorf(t_6) + (t_6 - floorf(t_6) >= 0.5f ? 1.0f : 0.0f));
  const f32 t_10 = (floorf(t_7) + (t_7 - floorf(t_7) >= 0.5f ? 1.0f : 0.0f));
  const rk_vec3<f32> v_11 = rk_vec3<f32>{f32(rk_saturate_i32(t_8)) / 255.0f, f32(rk_saturate_i32(t_9)) / 255.0f, f32(rk_saturate_i32(t_10)) / 255.0f};
  colour.x = v_11.x;
  colour.y = v_11.y;
  colour.z = v_11.z;
  state->trail.data[2] = rk_quat_rotate(rk_quat_qmul(msg->turn, rk_quat(rk_vec3<f32>{0.0f, 0.0f, 1.0f}, state->n)), rk_vec3<f32>{at.x, at.y, at.z});
  reply->basis = basis;
  reply->at = rk_vec3<f32>{at.x, at.y, at.z};
  reply->colour = colour;
  reply->volume = rk_mat3_determinant(basis);
  return 1u;
}

}  // namespace linear


