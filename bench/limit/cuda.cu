// What the machine allows without any framework: the same rings, hand-written on both sides. Prints `name value` lines.
//   nvcc -O3 -arch=sm_90 -std=c++17 -o limit cuda.cu && ./limit > limits.txt
#include <cuda_runtime.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#define CHECK(call) do { cudaError_t e = (call); if (e != cudaSuccess) { fprintf(stderr, "%s: %s\n", #call, cudaGetErrorString(e)); exit(1); } } while (0)
using u32 = uint32_t;

__device__ uint4 load16(const void* p) { uint4 v; asm volatile("ld.volatile.global.v4.u32 {%0,%1,%2,%3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p) : "memory"); return v; }
__device__ void store16(void* p, uint4 v) { asm volatile("st.volatile.global.v4.u32 [%0], {%1,%2,%3,%4};" :: "l"(p), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w) : "memory"); }

struct Shared { alignas(64) u32 head; alignas(64) u32 stop; alignas(64) u32 done; };

// Counters outside the slots: two dependent reads a message. Slots of 320 bytes, payload behind a header of 256.
__global__ void ringA(volatile Shared* s, char* in, char* out, u32 mask) {
  for (u32 next = 0;;) {
    const u32 head = s->head;
    if (head == next) { if (s->stop) return; continue; }
    __threadfence_system();
    for (; next != head; next++) {
      const volatile float* from = (const volatile float*)(in + (size_t)(next & mask) * 320 + 256);
      *(volatile float*)(out + (size_t)(next & mask) * 320 + 256) = from[0] + from[1];
    }
    __threadfence_system();
    s->done = next;
  }
}
// A stamp in the slot: one read a message.
__global__ void ringB(volatile Shared* s, char* in, char* out, u32 mask) {
  for (u32 next = 0, idle = 0;;) {
    const uint4 m = load16(in + (size_t)(next & mask) * 64);
    if (m.x != next + 1) { if ((++idle & 63) == 0 && s->stop) return; continue; }
    store16(out + (size_t)(next & mask) * 64, make_uint4(next + 1, __float_as_uint(__uint_as_float(m.y) + __uint_as_float(m.z)), 0, 0));
    next++;
  }
}
// As B, a warp looks at 32 slots at once.
__global__ void ringC(volatile Shared* s, char* in, char* out, u32 mask) {
  const u32 lane = threadIdx.x;
  for (u32 next = 0, idle = 0;;) {
    const u32 mine = next + lane;
    const uint4 m = load16(in + (size_t)(mine & mask) * 64);
    const u32 there = __ballot_sync(~0u, m.x == mine + 1), n = there == ~0u ? 32 : __ffs(~there) - 1;
    if (lane < n) store16(out + (size_t)(mine & mask) * 64, make_uint4(mine + 1, __float_as_uint(__uint_as_float(m.y) + __uint_as_float(m.z)), 0, 0));
    next += n;
    if (n == 0 && (++idle & 63) == 0 && __shfl_sync(~0u, s->stop, 0)) return;
  }
}
__global__ void pingpong(char* slots, u32 rounds) {
  for (u32 i = 1; i <= rounds; i++) {
    if (blockIdx.x == 0) { store16(slots, make_uint4(i, 0, 0, 0)); while (load16(slots + 256).x != i); }
    else { while (load16(slots).x != i); store16(slots + 256, make_uint4(i, 0, 0, 0)); }
  }
}
__global__ void barriers(u32* count, u32 rounds) {
  for (u32 i = 1; i <= rounds; i++) {
    __syncthreads();
    if (threadIdx.x == 0) {
      u32 seen;
      asm volatile("atom.add.release.gpu.global.u32 %0, [%1], 1;" : "=r"(seen) : "l"(count) : "memory");
      do asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(seen) : "l"(count) : "memory"); while (seen < i * gridDim.x);
    }
    __syncthreads();
  }
}
__global__ void add(const float* in, float* out) { out[0] = in[0] + in[1]; }

static double now() { return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
template <typename T> static T* mapped(size_t bytes) { void* p; CHECK(cudaHostAlloc(&p, bytes, cudaHostAllocMapped)); memset(p, 0, bytes); return (T*)p; }
static double at(std::vector<double>& v, double p) { std::sort(v.begin(), v.end()); return v[(size_t)(v.size() * p)]; }

template <typename Kernel> static void ring(const char* name, Kernel kernel, u32 threads, u32 slot, bool counters) {
  const u32 capacity = 4096, mask = capacity - 1;
  Shared* s = mapped<Shared>(sizeof(Shared));
  char *in = mapped<char>((size_t)capacity * slot), *out = mapped<char>((size_t)capacity * slot);
  cudaStream_t stream; CHECK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  kernel<<<1, threads, 0, stream>>>(s, in, out, mask);
  CHECK(cudaGetLastError());
  u32 sent = 0, got = 0, wrong = 0;
  auto word = [](void* p) { return (std::atomic<u32>*)p; };
  auto send = [&](float a, float b) {
    char* p = in + (size_t)(sent & mask) * slot;
    float* f = (float*)(p + (counters ? 256 : 4));
    f[0] = a; f[1] = b; sent++;
    word(counters ? (void*)&s->head : p)->store(sent, std::memory_order_release);
  };
  auto ready = [&] { return counters ? word(&s->done)->load(std::memory_order_acquire) != got : word(out + (size_t)(got & mask) * slot)->load(std::memory_order_acquire) == got + 1; };
  auto take = [&] { float v = *(float*)(out + (size_t)(got & mask) * slot + (counters ? 256 : 4)); got++; return v; };
  std::vector<double> trips, injects;
  for (int i = 0; i < 70000; i++) { const double t = now(); send(i, 2); while (!ready()); if (take() != i + 2.f) wrong++; if (i >= 20000) trips.push_back(now() - t); }
  for (int k = 0; k < 200; k++) { const double t = now(); for (int i = 0; i < 1024; i++) send(i, 1); injects.push_back((now() - t) * 1000 / 1024); while (got != sent) { while (!ready()); take(); } }
  const u32 total = 2000000, target = got + total; const double t = now();
  while (got != target) { while (sent != target && sent - got < capacity / 2) send(1, 1); while (got != target && ready()) take(); }
  printf("%s.p50 %.3f\n%s.p99 %.3f\n%s.inject %.2f\n%s.throughput %.3f\n", name, at(trips, .5), name, at(trips, .99), name, at(injects, .5), name, total / (now() - t));
  if (wrong) { fprintf(stderr, "%s: %u wrong\n", name, wrong); exit(1); }
  word(&s->stop)->store(1); CHECK(cudaStreamSynchronize(stream));
}

int main() {
  CHECK(cudaSetDevice(0));
  ring("ringA", ringA, 1, 320, true);
  ring("ringB", ringB, 1, 64, false);
  ring("ringC", ringC, 32, 64, false);
  cudaEvent_t a, b; CHECK(cudaEventCreate(&a)); CHECK(cudaEventCreate(&b)); float ms;
  char* slots; CHECK(cudaMalloc(&slots, 4096)); CHECK(cudaMemset(slots, 0, 4096));
  CHECK(cudaEventRecord(a)); pingpong<<<2, 1>>>(slots, 200000); CHECK(cudaEventRecord(b)); CHECK(cudaEventSynchronize(b)); CHECK(cudaEventElapsedTime(&ms, a, b));
  printf("k2k.slots %.4f\n", ms * 1e3 / 200000);
  u32* count; CHECK(cudaMalloc(&count, 64)); CHECK(cudaMemset(count, 0, 64)); u32 rounds = 20000; void* args[] = { &count, &rounds };
  int sms; CHECK(cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, 0));
  CHECK(cudaEventRecord(a)); CHECK(cudaLaunchCooperativeKernel((void*)barriers, sms, 256, args, 0, 0)); CHECK(cudaEventRecord(b)); CHECK(cudaEventSynchronize(b)); CHECK(cudaEventElapsedTime(&ms, a, b));
  printf("barrier %.4f\n", ms * 1e3 / rounds);
  float *in, *out, host[2] = {0, 1}, answer; CHECK(cudaMalloc(&in, 8)); CHECK(cudaMalloc(&out, 4)); std::vector<double> commands;
  for (int i = 0; i < 3000; i++) { host[0] = i; const double t = now(); cudaMemcpy(in, host, 8, cudaMemcpyHostToDevice); add<<<1, 32>>>(in, out); cudaMemcpy(&answer, out, 4, cudaMemcpyDeviceToHost); if (answer != i + 1) return 1; commands.push_back(now() - t); }
  printf("traditional.p50 %.3f\n", at(commands, .5));
}
