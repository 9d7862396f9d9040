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
inline u32 rk_linear(uint3 at, uint3 size) { return (at.z * size.y + at.y) * size.x + at.x; }

struct Arguments {
  u32 x_length;
  u32 sums_length;
  u32 n;
  f32 scale;
};
static_assert(sizeof(Arguments) == 16, "size of Arguments");

kernel void reduce(device const f32* x [[buffer(0)]], device f32* sums [[buffer(1)]], constant Arguments& arguments [[buffer(2)]], uint3 rk_global [[thread_position_in_grid]], uint rk_local_index [[thread_index_in_threadgroup]], uint3 rk_group [[threadgroup_position_in_grid]], uint3 rk_groups [[threadgroups_per_grid]], uint3 rk_group_size [[threads_per_threadgroup]]) {
  threadgroup f32 tile[64];
  const u32 n = arguments.n;
  const f32 scale = arguments.scale;
  const u32 index_2 = rk_local_index;
  tile[index_2] = rk_linear(rk_global, rk_groups * rk_group_size) < n ? x[rk_linear(rk_global, rk_groups * rk_group_size)] * scale : 0.0f;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  u32 half_3 = 32u;
  for (; half_3 > 0u; half_3 = half_3 >> 1) {
    if (rk_local_index < half_3) {
      const u32 index_4 = rk_local_index;
      tile[index_4] = tile[rk_local_index] + tile[rk_local_index + half_3];
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (rk_local_index == 0u) {
    const u32 index_5 = rk_linear(rk_group, rk_groups);
    sums[index_5] = tile[0];
  }
}
