#include <metal_stdlib>
using namespace metal;
#pragma STDC FP_CONTRACT OFF
#if __METAL_VERSION__ >= 320
#pragma METAL fp math_mode(safe)
#pragma METAL fp contract(off)
#endif
typedef int i32;
typedef uint u32;
typedef long i64;
typedef ulong u64;
typedef half f16;
typedef float f32;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f16) == 2, "sizes of scalars");

struct Arguments {
  u32 u_length;
  u32 u_width;
  u32 u_height;
  u32 out_length;
  u32 out_width;
  u32 out_height;
  f32 k;
};
static_assert(sizeof(Arguments) == 28, "size of Arguments");

kernel void heat(device const f32* u [[buffer(0)]], device f32* out [[buffer(1)]], constant Arguments& arguments [[buffer(2)]], uint3 rk_global [[thread_position_in_grid]]) {
  const u32 u_width = arguments.u_width;
  const u32 u_height = arguments.u_height;
  const u32 out_width = arguments.out_width;
  const f32 k = arguments.k;
  if (rk_global.x < 1u || rk_global.y < 1u || rk_global.x >= u_width - 1u || rk_global.y >= u_height - 1u) {
    return;
  }
  const f32 c = u[i32(rk_global.y * u_width + rk_global.x)];
  out[i32(rk_global.y * out_width + rk_global.x)] = c + k * (u[i32(rk_global.y * u_width + (rk_global.x + 4294967295u))] + u[i32(rk_global.y * u_width + (rk_global.x + 1u))] + u[i32((rk_global.y + 4294967295u) * u_width + rk_global.x)] + u[i32((rk_global.y + 1u) * u_width + rk_global.x)] - 4.0f * c);
}
