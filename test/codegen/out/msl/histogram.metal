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
  u32 bins_length;
  u32 best_length;
  u32 n;
};
static_assert(sizeof(Arguments) == 16, "size of Arguments");

kernel void histogram(device const u32* x [[buffer(0)]], device u32* bins [[buffer(1)]], device i32* best [[buffer(2)]], constant Arguments& arguments [[buffer(3)]], uint3 rk_global [[thread_position_in_grid]], uint rk_local_index [[thread_index_in_threadgroup]], uint3 rk_groups [[threadgroups_per_grid]], uint3 rk_group_size [[threads_per_threadgroup]]) {
  threadgroup u32 tile[16];
  const u32 n = arguments.n;
  if (rk_local_index < 16u) {
    const u32 index_1 = rk_local_index;
    tile[index_1] = 0u;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (rk_linear(rk_global, rk_groups * rk_group_size) < n) {
    const u32 bin = x[rk_linear(rk_global, rk_groups * rk_group_size)] & 15u;
    atomic_fetch_add_explicit((threadgroup atomic_uint*)&tile[bin], 1u, memory_order_relaxed);
    atomic_fetch_max_explicit((device atomic_int*)&best[0], i32(bin), memory_order_relaxed);
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (rk_local_index < 16u) {
    atomic_fetch_add_explicit((device atomic_uint*)&bins[rk_local_index], tile[rk_local_index], memory_order_relaxed);
  }
}
