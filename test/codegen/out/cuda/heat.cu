typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");


extern "C" __global__ void __launch_bounds__(256) heat(const f32* u, u32 u_length, u32 u_width, u32 u_height, f32* out, u32 out_length, u32 out_width, u32 out_height, f32 k) {
  if ((blockIdx.x * blockDim.x + threadIdx.x) < 1u || (blockIdx.y * blockDim.y + threadIdx.y) < 1u || (blockIdx.x * blockDim.x + threadIdx.x) >= u_width - 1u || (blockIdx.y * blockDim.y + threadIdx.y) >= u_height - 1u) {
    return;
  }
  const f32 c = u[i32((blockIdx.y * blockDim.y + threadIdx.y) * u_width + (blockIdx.x * blockDim.x + threadIdx.x))];
  out[i32((blockIdx.y * blockDim.y + threadIdx.y) * out_width + (blockIdx.x * blockDim.x + threadIdx.x))] = c + k * (u[i32((blockIdx.y * blockDim.y + threadIdx.y) * u_width + ((blockIdx.x * blockDim.x + threadIdx.x) + 4294967295u))] + u[i32((blockIdx.y * blockDim.y + threadIdx.y) * u_width + ((blockIdx.x * blockDim.x + threadIdx.x) + 1u))] + u[i32(((blockIdx.y * blockDim.y + threadIdx.y) + 4294967295u) * u_width + (blockIdx.x * blockDim.x + threadIdx.x))] + u[i32(((blockIdx.y * blockDim.y + threadIdx.y) + 1u) * u_width + (blockIdx.x * blockDim.x + threadIdx.x))] - 4.0f * c);
}


