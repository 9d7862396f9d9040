// What grids reach without any framework, by hand: prints `name value` lines, times in microseconds.
//   nvcc -O3 -arch=sm_90 -std=c++17 -o grid-limit grid.cu && ./grid-limit > grid-limits.txt
#include <cuda_runtime.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <algorithm>

#define CHECK(call) do { cudaError_t e = (call); if (e != cudaSuccess) { fprintf(stderr, "%s: %s\n", #call, cudaGetErrorString(e)); exit(1); } } while (0)
using u32 = uint32_t;

// ---------------------------------------------------------------- a wave of 1024 x 1024, launched for each step
__global__ void __launch_bounds__(256) waveStep(const float* __restrict__ now, float* __restrict__ prev, u32 w, u32 h, float c2) {
  const u32 x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < 1 || y < 1 || x >= w - 1 || y >= h - 1) return;
  const u32 i = y * w + x;
  const float c = now[i];
  prev[i] = 2.f * c - prev[i] + c2 * (now[i - 1] + now[i + 1] + now[i - w] + now[i + w] - 4.f * c);
}
// The same loop inside one kernel: a block keeps its rows in shared memory and waits for its neighbours' flags.
__global__ void __launch_bounds__(1024) waveLoop(float* a, float* b, u32 w, u32 h, float c2, u32 steps, u32* flags, float* halo, u32 each) {
  extern __shared__ float memory[];
  const u32 k = blockIdx.x, first = k * each, rows = min(each, h - first), blocks = gridDim.x;
  float *now = memory, *prev = memory + (each + 2) * w;
  for (u32 i = threadIdx.x; i < rows * w; i += blockDim.x) { now[w + i] = a[first * w + i]; prev[w + i] = b[first * w + i]; }
  for (u32 i = threadIdx.x; i < w; i += blockDim.x) {
    now[i] = first > 0 ? a[(first - 1) * w + i] : 0.f;
    now[(rows + 1) * w + i] = first + rows < h ? a[(first + rows) * w + i] : 0.f;
  }
  __syncthreads();
  for (u32 s = 0; s < steps; s++) {
    float* const mine = halo + (size_t)((s & 1) * blocks + k) * 2 * w;
    for (u32 i = threadIdx.x; i < rows * w; i += blockDim.x) {
      const u32 x = i % w, y = i / w, j = w + i;
      if (x < 1 || x >= w - 1 || first + y < 1 || first + y >= h - 1) continue;
      const float c = now[j], v = 2.f * c - prev[j] + c2 * (now[j - 1] + now[j + 1] + now[j - w] + now[j + w] - 4.f * c);
      prev[j] = v;
      if (y == 0) __stcg(mine + x, v);
      if (y == rows - 1) __stcg(mine + w + x, v);
    }
    __syncthreads();
    float* const t = now; now = prev; prev = t;
    if (threadIdx.x == 0) asm volatile("st.release.gpu.global.u32 [%0], %1;" :: "l"(flags + k * 32), "r"(s + 1) : "memory");
    if (threadIdx.x < 2) {
      const int other = threadIdx.x == 0 ? (int)k - 1 : (int)k + 1;
      if (other >= 0 && other < (int)blocks) {
        u32 seen;
        do asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(seen) : "l"(flags + other * 32) : "memory"); while (seen < s + 1);
      }
    }
    __syncthreads();
    for (u32 i = threadIdx.x; i < w; i += blockDim.x) {
      if (k > 0) now[i] = __ldcg(mine - 2 * w + w + i);
      if (k + 1 < blocks) now[(rows + 1) * w + i] = __ldcg(mine + 2 * w + i);
    }
    __syncthreads();
  }
  for (u32 i = threadIdx.x; i < rows * w; i += blockDim.x) { a[first * w + i] = now[w + i]; b[first * w + i] = prev[w + i]; }
}

// ---------------------------------------------------------------- seven points of 512 x 512 x 512
template <int BX, int BY, int K> __global__ void __launch_bounds__(BX * BY) heatStep(const float* __restrict__ u, float* __restrict__ next, u32 w, float k) {
  const u32 x = blockIdx.x * BX + threadIdx.x, y = blockIdx.y * BY + threadIdx.y, layer = w * w;
  if (x >= w - 2 || y >= w - 2) return;
  u32 i = ((blockIdx.z * K + 1) * w + y + 1) * w + x + 1;
  float below = u[i - layer], c = u[i];
  #pragma unroll
  for (int n = 0; n < K; n++, i += layer) {
    const float above = u[i + layer];
    next[i] = c + k * (u[i + 1] + u[i - 1] + u[i + w] + u[i - w] + above + below - 6.f * c);
    below = c; c = above;
  }
}
__global__ void copyAll(const float4* __restrict__ from, float4* __restrict__ to) {
  const size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
  to[i] = from[i];
}

/** Microseconds of one of `count` launches: the best of five rounds. */
template <typename Launch> static double best(u32 count, Launch launch) {
  cudaEvent_t a, b; CHECK(cudaEventCreate(&a)); CHECK(cudaEventCreate(&b));
  float least = 1e30f;
  for (int round = 0; round < 6; round++) {
    CHECK(cudaEventRecord(a));
    for (u32 i = 0; i < count; i++) launch(i);
    CHECK(cudaEventRecord(b)); CHECK(cudaEventSynchronize(b));
    float ms; CHECK(cudaEventElapsedTime(&ms, a, b));
    if (round > 0) least = std::min(least, ms);
  }
  return least * 1e3 / count;
}

int main() {
  CHECK(cudaSetDevice(0));
  {
    const u32 n = 1024, each = 8, steps = 4000;
    float *a, *b, *halo; u32* flags;
    CHECK(cudaMalloc(&a, n * n * 4)); CHECK(cudaMalloc(&b, n * n * 4)); CHECK(cudaMemset(a, 0, n * n * 4)); CHECK(cudaMemset(b, 0, n * n * 4));
    CHECK(cudaMalloc(&halo, (n / each) * 4 * n * 4)); CHECK(cudaMalloc(&flags, (n / each) * 128));
    float* p[2] = { a, b };
    printf("wave.launched %.4f\n", best(steps, [&](u32 i) { waveStep<<<dim3(n / 32, n / 8), dim3(32, 8)>>>(p[i & 1], p[1 - (i & 1)], n, n, 0.2f); }));
    const int bytes = (each + 2) * n * 4 * 2;
    CHECK(cudaFuncSetAttribute(waveLoop, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    printf("wave.persistent %.4f\n", best(1, [&](u32) {
      CHECK(cudaMemsetAsync(flags, 0, (n / each) * 128));
      waveLoop<<<n / each, 1024, bytes>>>(a, b, n, n, 0.2f, steps, flags, halo, each);
    }) / steps);
    CHECK(cudaGetLastError());
  }
  {
    const u32 n = 512, w = n + 2;
    float* p[2];
    for (float*& q : p) { CHECK(cudaMalloc(&q, (size_t)w * w * w * 4)); CHECK(cudaMemset(q, 0, (size_t)w * w * w * 4)); }
    const double bytes = 8.0 * n * n * n;
    const double copy = best(20, [&](u32 i) { copyAll<<<n * n * n / 4 / 512, 512>>>((const float4*)p[i & 1], (float4*)p[1 - (i & 1)]); });
    printf("copy.512cubed %.4f\ncopy.bandwidth %.4f\n", copy, bytes / copy / 1e6);
    printf("heat.512cubed %.4f\n", best(20, [&](u32 i) { heatStep<64, 8, 16><<<dim3(n / 64, n / 8, n / 16), dim3(64, 8)>>>(p[i & 1], p[1 - (i & 1)], w, 0.1f); }));
    CHECK(cudaDeviceSynchronize());
  }
  return 0;
}
