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
__device__ inline u32 rk_global_id() {
  const u32 x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y, z = blockIdx.z * blockDim.z + threadIdx.z;
  return (z * (gridDim.y * blockDim.y) + y) * (gridDim.x * blockDim.x) + x;
}

extern "C" __global__ void __launch_bounds__(64) histogram(const u32* x, u32 x_length, u32* bins, u32 bins_length, i32* best, u32 best_length, u32 n) {
  __shared__ u32 tile[16];
  if (rk_local_id() < 16u) {
    const u32 index_1 = rk_local_id();
    tile[index_1] = 0u;
  }
  __syncthreads();
  if (rk_global_id() < n) {
    const u32 bin = x[rk_global_id()] & 15u;
    atomicAdd(&tile[bin], 1u);
    atomicMax(&best[0], i32(bin));
  }
  __syncthreads();
  if (rk_local_id() < 16u) {
    atomicAdd(&bins[rk_local_id()], tile[rk_local_id()]);
  }
}


