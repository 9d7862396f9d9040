typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");

__device__ inline u32 rk_local_id() { return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x; }
__device__ inline u32 rk_group_id() { return (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x; }
__device__ inline u32 rk_global_id() {
  const u32 x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y, z = blockIdx.z * blockDim.z + threadIdx.z;
  return (z * (gridDim.y * blockDim.y) + y) * (gridDim.x * blockDim.x) + x;
}

extern "C" __global__ void __launch_bounds__(64) reduce(const f32* x, u32 x_length, f32* sums, u32 sums_length, u32 n, f32 scale) {
  __shared__ f32 tile[64];
  const u32 index_2 = rk_local_id();
  tile[index_2] = rk_global_id() < n ? x[rk_global_id()] * scale : 0.0f;
  __syncthreads();
  u32 half_3 = 32u;
  for (; half_3 > 0u; half_3 = half_3 >> 1) {
    if (rk_local_id() < half_3) {
      const u32 index_4 = rk_local_id();
      tile[index_4] = tile[rk_local_id()] + tile[rk_local_id() + half_3];
    }
    __syncthreads();
  }
  if (rk_local_id() == 0u) {
    const u32 index_5 = rk_group_id();
    sums[index_5] = tile[0];
  }
}


