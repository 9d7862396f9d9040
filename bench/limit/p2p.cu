// What two GPUs allow without any framework: a rally of 16-byte stamped slots over the link, copies by the driver and by
// stores of a kernel. Prints `name value` lines. With `hazards`: what waits while a kernel runs that has access to a peer.
//   nvcc -O3 -arch=sm_90 -std=c++17 -cudart static -o p2p p2p.cu -ldl && ./p2p > limits.txt
#include <cuda_runtime.h>
#include <dlfcn.h>
#include <unistd.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <sys/wait.h>

#define CHECK(call) do { cudaError_t e = (call); if (e != cudaSuccess) { fprintf(stderr, "%s: %s\n", #call, cudaGetErrorString(e)); exit(1); } } while (0)
using u32 = uint32_t;

__device__ uint4 load16(const void* p) { uint4 v; asm volatile("ld.volatile.global.v4.u32 {%0,%1,%2,%3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p) : "memory"); return v; }
__device__ void store16(void* p, uint4 v) { asm volatile("st.volatile.global.v4.u32 [%0], {%1,%2,%3,%4};" :: "l"(p), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w) : "memory"); }

// `lines` chunks of 16 bytes a message: 1 as little as can be, 4 as many as a line of 64 bytes has.
__global__ void rally(char* mine, char* peer, u32 rounds, bool first, u32 chunks) {
  for (u32 i = 1; i <= rounds; i++) {
    if (first) for (u32 c = 0; c < chunks; c++) store16(peer + c * 16, make_uint4(i, 1, 2, 3));
    for (u32 c = 0; c < chunks; c++) while (load16(mine + c * 16).x != i) { }
    if (!first) for (u32 c = 0; c < chunks; c++) store16(peer + c * 16, make_uint4(i, 1, 2, 3));
  }
}
__global__ void push(const uint4* from, uint4* to, size_t n) { for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < n; i += (size_t)gridDim.x * blockDim.x) to[i] = from[i]; }
__global__ void resident(volatile u32* stop) { while (*stop == 0) { } }

static double now() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// In a process of its own, at most twelve seconds: how long `call` takes while a kernel runs on each device in `on`.
static void hazard(const char* name, bool peers, int on, const std::function<void()>& call) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    alarm(12);
    volatile u32* stop;
    CHECK(cudaHostAlloc((void**)&stop, 64, cudaHostAllocPortable | cudaHostAllocMapped));
    *stop = 0;
    for (int d = 0; d < 2; d++) { CHECK(cudaSetDevice(d)); CHECK(cudaFree(0)); if (peers) CHECK(cudaDeviceEnablePeerAccess(1 - d, 0)); }
    for (int d = 0; d < 2; d++) if (on & (1 << d)) { cudaStream_t s; CHECK(cudaSetDevice(d)); CHECK(cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking)); resident<<<1, 1, 0, s>>>(stop); CHECK(cudaGetLastError()); }
    usleep(200000);
    const double t = now();
    call();
    printf("hazard %s: %.3f ms\n", name, now() - t);
    fflush(stdout);
    *stop = 1;
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) printf("hazard %s: waits for the kernel\n", name);
}

static void hazards() {
  auto on = [](int d) { CHECK(cudaSetDevice(d)); };
  hazard("malloc on the other device", true, 1, [&] { on(1); void* p; CHECK(cudaMalloc(&p, 64 << 20)); });
  hazard("malloc with kernels on both", true, 3, [&] { on(1); void* p; CHECK(cudaMalloc(&p, 64 << 20)); });
  hazard("malloc without peer access", false, 1, [&] { on(1); void* p; CHECK(cudaMalloc(&p, 64 << 20)); });
  hazard("free on the other device", true, 1, [&] { on(1); void* p; CHECK(cudaMalloc(&p, 64 << 20)); printf("allocated, "); fflush(stdout); CHECK(cudaFree(p)); });
  hazard("hostAlloc", true, 3, [&] { on(1); void* p; CHECK(cudaHostAlloc(&p, 16 << 20, cudaHostAllocMapped | cudaHostAllocPortable)); });
  hazard("mallocAsync and freeAsync", true, 3, [&] { on(1); void* p; cudaStream_t s; CHECK(cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking)); CHECK(cudaMallocAsync(&p, 1 << 20, s)); CHECK(cudaFreeAsync(p, s)); CHECK(cudaStreamSynchronize(s)); });
  hazard("enabling access, kernel here", false, 1, [&] { on(0); CHECK(cudaDeviceEnablePeerAccess(1, 0)); });
  hazard("enabling access, kernel there", false, 2, [&] { on(0); CHECK(cudaDeviceEnablePeerAccess(1, 0)); });
  auto module = [](int d) { void* m; CHECK(cudaSetDevice(d)); CHECK(cudaFree(0)); auto load = (int (*)(void**, const void*))dlsym(dlopen("libcuda.so.1", RTLD_NOW), "cuModuleLoadData"); const char* ptx = ".version 8.0\n.target sm_90\n.address_size 64\n.visible .entry f() { ret; }\n"; if (load(&m, ptx) != 0) { printf("no module, "); } };
  hazard("moduleLoad, kernel on the other device", true, 1, [&] { module(1); });
  auto copies = [&](bool both) { return [=] {
    void *a, *b; cudaStream_t s; CHECK(cudaSetDevice(1)); CHECK(cudaMalloc(&b, 16 << 20)); CHECK(cudaSetDevice(0)); CHECK(cudaMalloc(&a, 16 << 20)); CHECK(cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking));
    CHECK(cudaMemcpyPeerAsync(b, 1, a, 0, 16 << 20, s)); CHECK(cudaStreamSynchronize(s)); (void)both;
  }; };
  hazard("allocations and a peer copy, kernels on both", true, 3, copies(true));
  hazard("allocations and a peer copy without access, kernels on both", false, 3, copies(true));
  hazard("reset of the other device", true, 1, [&] { on(1); CHECK(cudaDeviceReset()); });
}

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "hazards") == 0) { hazards(); return 0; }
  int can = 0, atomics = 0, rank = 0;
  CHECK(cudaDeviceCanAccessPeer(&can, 0, 1));
  if (!can) { fprintf(stderr, "the devices do not reach each other\n"); return 1; }
  CHECK(cudaDeviceGetP2PAttribute(&atomics, cudaDevP2PAttrNativeAtomicSupported, 0, 1));
  CHECK(cudaDeviceGetP2PAttribute(&rank, cudaDevP2PAttrPerformanceRank, 0, 1));
  fprintf(stderr, "native atomics %d, performance rank %d\n", atomics, rank);
  char* memory[2]; cudaStream_t stream[2]; cudaEvent_t start, end; float ms;
  for (int d = 0; d < 2; d++) { CHECK(cudaSetDevice(d)); CHECK(cudaDeviceEnablePeerAccess(1 - d, 0)); CHECK(cudaMalloc(&memory[d], 4096)); CHECK(cudaStreamCreateWithFlags(&stream[d], cudaStreamNonBlocking)); }
  CHECK(cudaSetDevice(0)); CHECK(cudaEventCreate(&start)); CHECK(cudaEventCreate(&end));
  const u32 rounds = 100000;
  for (u32 chunks : {1u, 4u}) {
    for (int d = 0; d < 2; d++) { CHECK(cudaSetDevice(d)); CHECK(cudaMemset(memory[d], 0, 4096)); CHECK(cudaDeviceSynchronize()); }
    CHECK(cudaSetDevice(1)); rally<<<1, 1, 0, stream[1]>>>(memory[1], memory[0], rounds, false, chunks);
    CHECK(cudaSetDevice(0)); CHECK(cudaEventRecord(start, stream[0])); rally<<<1, 1, 0, stream[0]>>>(memory[0], memory[1], rounds, true, chunks); CHECK(cudaEventRecord(end, stream[0])); CHECK(cudaEventSynchronize(end));
    CHECK(cudaEventElapsedTime(&ms, start, end));
    printf("p2p.rally.%u %.4f\n", chunks * 16, ms * 1e3 / rounds);
  }
  for (size_t bytes : {(size_t)1 << 20, (size_t)16 << 20, (size_t)256 << 20}) {
    uint4 *a, *b; CHECK(cudaSetDevice(1)); CHECK(cudaMalloc(&b, bytes)); CHECK(cudaSetDevice(0)); CHECK(cudaMalloc(&a, bytes));
    const int times = bytes > (32 << 20) ? 10 : 100;
    for (int warm = 1; warm >= 0; warm--) { CHECK(cudaEventRecord(start, stream[0])); for (int i = 0; i < times; i++) push<<<132, 512, 0, stream[0]>>>(a, b, bytes / 16); CHECK(cudaEventRecord(end, stream[0])); CHECK(cudaEventSynchronize(end)); }
    CHECK(cudaEventElapsedTime(&ms, start, end)); printf("p2p.push.%zu %.2f\n", bytes >> 20, bytes * (double)times / ms / 1e6);
    for (int warm = 1; warm >= 0; warm--) { CHECK(cudaEventRecord(start, stream[0])); for (int i = 0; i < times; i++) CHECK(cudaMemcpyPeerAsync(b, 1, a, 0, bytes, stream[0])); CHECK(cudaEventRecord(end, stream[0])); CHECK(cudaEventSynchronize(end)); }
    CHECK(cudaEventElapsedTime(&ms, start, end)); printf("p2p.copy.%zu %.2f\n", bytes >> 20, bytes * (double)times / ms / 1e6);
    // One copy and the wait for it, as a caller sees it.
    double best = 1e9; for (int i = 0; i < 20; i++) { const double t = now(); CHECK(cudaMemcpyPeerAsync(b, 1, a, 0, bytes, stream[0])); CHECK(cudaStreamSynchronize(stream[0])); if (now() - t < best) best = now() - t; }
    printf("p2p.copyOnce.%zu %.2f\n", bytes >> 20, bytes / best / 1e6);
    CHECK(cudaFree(a)); CHECK(cudaSetDevice(1)); CHECK(cudaFree(b)); CHECK(cudaSetDevice(0));
  }
  // Host to device: page-locked and ordinary memory.
  const size_t bytes = 256 << 20; char *device, *pinned, *plain = (char*)malloc(bytes); memset(plain, 1, bytes);
  CHECK(cudaMalloc(&device, bytes)); CHECK(cudaHostAlloc(&pinned, bytes, cudaHostAllocDefault)); memset(pinned, 1, bytes);
  auto timed = [&](const char* name, char* from) { double best = 1e9; for (int i = 0; i < 5; i++) { const double t = now(); CHECK(cudaMemcpyAsync(device, from, bytes, cudaMemcpyHostToDevice, stream[0])); CHECK(cudaStreamSynchronize(stream[0])); if (now() - t < best) best = now() - t; } printf("host.%s %.2f\n", name, bytes / best / 1e6); };
  timed("pinned", pinned); timed("pageable", plain);
}
