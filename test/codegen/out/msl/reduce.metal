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
  u32 x_length;
  u32 sums_length;
  u32 n;
  f32 scale;
};
static_assert(sizeof(Arguments) == 16, "size of Arguments");

kernel void reduce(device const f32* x [[buffer(0)]], device f32* sums [[buffer(1)]], constant Arguments& arguments [[buffer(2)]], uint3 rk_global [[thread_position_in_grid]], uint3 rk_local [[thread_position_in_threadgroup]], uint3 rk_group [[threadgroup_position_in_grid]], uint3 rk_groups [[threadgroups_per_grid]], uint3 rk_group_size [[threads_per_threadgroup]]) {
  threadgroup f32 tile[64];
  const u32 n = arguments.n;
  const f32 scale = arguments.scale;
  const u32 index = ((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x);
  tile[index] = (((rk_global.z * (rk_groups.y * rk_group_size.y) + rk_global.y) * (rk_groups.x * rk_group_size.x) + rk_global.x)) < n ? x[((rk_global.z * (rk_groups.y * rk_group_size.y) + rk_global.y) * (rk_groups.x * rk_group_size.x) + rk_global.x)] * scale : 0.0f;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  u32 half_3 = 32u;
  for (; half_3 > 0u; half_3 = half_3 >> 1) {
    if ((((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x)) < half_3) {
      const u32 index_4 = ((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x);
      tile[index_4] = tile[((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x)] + tile[(((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x)) + half_3];
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if ((((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x)) == 0u) {
    const u32 index_5 = ((rk_group.z * rk_groups.y + rk_group.y) * rk_groups.x + rk_group.x);
    sums[index_5] = tile[0];
  }
}
