// A CPU that plays the device: stands before emitted CUDA C++ when it is compiled by g++. A block is one
// thread of the operating system; its threads are fibers of it, switched where they wait for each other.
#pragma once
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <ucontext.h>
#define RK_HOST 1
#define __device__
#define __host__
#define __global__
#define __shared__ thread_local
#define __constant__ static const
#define __forceinline__ inline
#define __noinline__
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define rk_inline static inline
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
typedef int i32; typedef long long i64; typedef float f32; typedef double f64;
struct rk_dim { u32 x, y, z; };
struct uint4 { u32 x, y, z, w; };
// What PTX converts on a device.
static inline f32 rk_half_value(u16 bits) { return (f32)__builtin_bit_cast(_Float16, bits); }
static inline u16 rk_half_bits(f32 value) { return __builtin_bit_cast(u16, (_Float16)value); }
static inline u16 rk_half_bits(f64 value) { return __builtin_bit_cast(u16, (_Float16)value); }
static thread_local rk_dim threadIdx, blockIdx, blockDim, gridDim;

// ---------------------------------------------------------------- fibers
struct RkFiber { ucontext_t context; rk_dim index; int state; bool done; char* stack; };
struct RkWarp { u64 value[32]; u64 snapshot[2][33]; u32 arrived, parity, lanes, gone; };
struct RkCrew {
  ucontext_t scheduler; RkFiber* fibers; u32 count, current, waiting, left; RkWarp* warps; void (*call)(void**); void** params; u32 idle;
};
static thread_local RkCrew* rk_crew;
enum { RK_READY, RK_WARP_WAIT, RK_BLOCK_WAIT };
#if defined(__x86_64__)
// Keeps what a call must keep; far cheaper than swapcontext, which asks the system for the signal mask.
extern "C" void rk_switch(void** from, void* to);
asm(".weak rk_switch\nrk_switch:\n push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n mov %rsp,(%rdi)\n mov %rsi,%rsp\n pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret\n");
static thread_local void* rk_scheduler_sp;
static thread_local void** rk_sp;
#endif
static void rk_to_scheduler() {
  RkCrew* c = rk_crew;
#if defined(__x86_64__)
  rk_switch(&rk_sp[c->current], rk_scheduler_sp);
#else
  swapcontext(&c->fibers[c->current].context, &c->scheduler);
#endif
}
static void rk_fiber_main() {
  RkCrew* c = rk_crew;
  c->call(c->params);
  c = rk_crew;
  c->fibers[c->current].done = true;
  c->left--;
  c->warps[c->current >> 5].gone |= 1u << (c->current & 31);
  rk_to_scheduler();
}
static inline void rk_yield() { rk_to_scheduler(); }
static inline void rk_relax(u32) { rk_crew->idle++; rk_yield(); }
static void rk_wake(int state, u32 first, u32 end) { for (u32 i = first; i < end; i++) if (rk_crew->fibers[i].state == state) rk_crew->fibers[i].state = RK_READY; }
static void rk_block_release() {
  RkCrew* c = rk_crew;
  if (c->waiting != 0 && c->waiting == c->left) { c->waiting = 0; rk_wake(RK_BLOCK_WAIT, 0, c->count); }
}
static void __syncthreads() {
  RkCrew* c = rk_crew;
  c->waiting++;
  c->fibers[c->current].state = RK_BLOCK_WAIT;
  rk_block_release();
  if (c->fibers[c->current].state != RK_READY) rk_to_scheduler();
}
// All lanes of a mask bring a value and see everyone's.
static const u64* rk_meet(u32 mask, u64 value) {
  RkCrew* c = rk_crew;
  const u32 lane = c->current & 31, number = c->current >> 5;
  RkWarp* w = &c->warps[number];
  const u32 parity = w->parity;
  w->value[lane] = value;
  w->arrived |= 1u << lane;
  const u32 wanted = mask & ~w->gone & (w->lanes == 32 ? ~0u : (1u << w->lanes) - 1);
  if ((w->arrived & wanted) == wanted) {
    memcpy(w->snapshot[parity], w->value, sizeof w->value);
    // Who had ended when they met: one that ends before another looks took part all the same.
    w->snapshot[parity][32] = w->gone;
    w->arrived = 0;
    w->parity = parity ^ 1;
    rk_wake(RK_WARP_WAIT, number * 32, number * 32 + w->lanes);
  } else {
    c->fibers[c->current].state = RK_WARP_WAIT;
    rk_to_scheduler();
  }
  return w->snapshot[parity];
}
// Set by the driver: the kernel has died.
extern "C" { volatile u32* rk_host_killed = 0; }
extern "C" void rk_host_block(void (*call)(void**), void** params, rk_dim grid, rk_dim block, rk_dim index) {
  RkCrew crew; memset(&crew, 0, sizeof crew);
  const u32 n = block.x * block.y * block.z, stack = 65536;
  crew.count = crew.left = n; crew.call = call; crew.params = params;
  crew.fibers = (RkFiber*)calloc(n, sizeof(RkFiber));
  crew.warps = (RkWarp*)calloc((n + 31) / 32, sizeof(RkWarp));
  for (u32 i = 0; i < (n + 31) / 32; i++) crew.warps[i].lanes = n - i * 32 < 32 ? n - i * 32 : 32;
  rk_crew = &crew; gridDim = grid; blockDim = block; blockIdx = index;
  char* stacks = (char*)malloc((size_t)n * stack);
#if defined(__x86_64__)
  rk_sp = (void**)calloc(n, sizeof(void*));
#endif
  for (u32 i = 0; i < n; i++) {
    crew.fibers[i].index = { i % block.x, i / block.x % block.y, i / (block.x * block.y) };
#if defined(__x86_64__)
    void** top = (void**)(((uintptr_t)(stacks + (size_t)(i + 1) * stack) & ~(uintptr_t)15) - 8);
    *top = 0; top[-1] = (void*)rk_fiber_main;
    for (int k = 2; k <= 7; k++) top[-k] = 0;
    rk_sp[i] = top - 7;
#else
    getcontext(&crew.fibers[i].context);
    crew.fibers[i].context.uc_stack.ss_sp = stacks + (size_t)i * stack;
    crew.fibers[i].context.uc_stack.ss_size = stack;
    makecontext(&crew.fibers[i].context, rk_fiber_main, 0);
#endif
  }
  for (u32 quiet = 0; crew.left > 0 && !(rk_host_killed && *rk_host_killed);) {
    crew.idle = 0;
    u32 ran = 0;
    for (u32 i = 0; i < n; i++) {
      if (crew.fibers[i].done || crew.fibers[i].state != RK_READY) continue;
      crew.current = i; threadIdx = crew.fibers[i].index; ran++;
#if defined(__x86_64__)
      rk_switch(&rk_scheduler_sp, rk_sp[i]);
#else
      swapcontext(&crew.scheduler, &crew.fibers[i].context);
#endif
      rk_block_release();
    }
    // Blocks that only look around leave the processor to others.
    if (ran != 0 && crew.idle == 0) quiet = 0; else if (++quiet > 16) { if (quiet > 20000) usleep(50); else sched_yield(); }
  }
  free(stacks); free(crew.fibers); free(crew.warps);
#if defined(__x86_64__)
  free(rk_sp);
#endif
}

// ---------------------------------------------------------------- warp
static inline u32 __ballot_sync(u32 mask, int p) { const u64* v = rk_meet(mask, p != 0); u32 r = 0; for (int i = 0; i < 32; i++) if ((mask >> i & 1) && v[i]) r |= 1u << i; return r & ~(u32)v[32]; }
static inline int __any_sync(u32 m, int p) { return __ballot_sync(m, p) != 0; }
static inline int __all_sync(u32 m, int p) { return __ballot_sync(m, !p) == 0; }
static inline u32 rk_lane() { return rk_crew->current & 31; }
static inline u32 __activemask() { return ~0u; }
static inline void __syncwarp(u32 mask = ~0u) { rk_meet(mask, 0); }
template <typename T> static inline T rk_of(u64 bits) { T v; memcpy(&v, &bits, sizeof v); return v; }
template <typename T> static inline u64 rk_bits(T v) { u64 b = 0; memcpy(&b, &v, sizeof v); return b; }
template <typename T> static inline T __shfl_sync(u32 m, T v, int lane, int width = 32) { const u64* all = rk_meet(m, rk_bits(v)); const int self = rk_crew->current & 31; return rk_of<T>(all[(self & ~(width - 1)) | (lane & (width - 1))]); }
template <typename T> static inline T __shfl_xor_sync(u32 m, T v, int x, int = 32) { const u64* all = rk_meet(m, rk_bits(v)); return rk_of<T>(all[((rk_crew->current & 31) ^ x) & 31]); }
template <typename T> static inline T __shfl_up_sync(u32 m, T v, u32 d, int = 32) { const u64* all = rk_meet(m, rk_bits(v)); const u32 s = rk_crew->current & 31; return rk_of<T>(all[s < d ? s : s - d]); }
template <typename T> static inline T __shfl_down_sync(u32 m, T v, u32 d, int = 32) { const u64* all = rk_meet(m, rk_bits(v)); const u32 s = rk_crew->current & 31; return rk_of<T>(all[s + d > 31 ? s : s + d]); }
template <typename T> static inline u32 __match_any_sync(u32 m, T v) { const u64* all = rk_meet(m, rk_bits(v)); u32 r = 0; for (int i = 0; i < 32; i++) if ((m >> i & 1) && all[i] == rk_bits(v)) r |= 1u << i; return r; }

// ---------------------------------------------------------------- memory
// Who looks at memory again and again must notice that the kernel has died, or its block would never end.
static inline void rk_alive() { if (rk_host_killed && *rk_host_killed) rk_to_scheduler(); }
// The stamp is written last and read first, which is what a 16-byte access guarantees on the device.
static inline uint4 rk_ld4(u64 p) { rk_alive(); const u32* q = (const u32*)p; uint4 v; v.x = __atomic_load_n(q, __ATOMIC_ACQUIRE); v.y = q[1]; v.z = q[2]; v.w = q[3]; return v; }
static inline void rk_st4(u64 p, uint4 v) { u32* q = (u32*)p; q[1] = v.y; q[2] = v.z; q[3] = v.w; __atomic_store_n(q, v.x, __ATOMIC_RELEASE); rk_crew->idle = 0; }
static inline u32 rk_ld1(u64 p) { rk_alive(); return __atomic_load_n((u32*)p, __ATOMIC_ACQUIRE); }
static inline void rk_st1(u64 p, u32 v) { __atomic_store_n((u32*)p, v, __ATOMIC_RELEASE); }
static inline u64 rk_ld8(u64 p) { rk_alive(); return __atomic_load_n((u64*)p, __ATOMIC_ACQUIRE); }
static inline void rk_st8(u64 p, u64 v) { __atomic_store_n((u64*)p, v, __ATOMIC_RELEASE); }
static inline u32 rk_ld2(u64 p) { return *(volatile u16*)p; }
static inline void rk_st2(u64 p, u32 v) { *(volatile u16*)p = (u16)v; }
static inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __threadfence_system() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __threadfence_block() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void __nanosleep(u32) { rk_relax(0); }
static inline u64 rk_globaltimer() { rk_alive(); timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (u64)t.tv_sec * 1000000000ull + t.tv_nsec; }
static inline void rk_prefetchL1(const void* p) { __builtin_prefetch(p); }
static inline void rk_prefetchL2(const void* p) { __builtin_prefetch(p, 0, 1); }
static u32 rk_grid_arrived;
static inline void rk_grid_barrier() {
  __syncthreads();
  if (threadIdx.x == 0 && threadIdx.y == 0 && threadIdx.z == 0) {
    const u32 add = blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0 ? 0x80000000u - (gridDim.x * gridDim.y * gridDim.z - 1u) : 1u;
    const u32 before = __atomic_fetch_add(&rk_grid_arrived, add, __ATOMIC_SEQ_CST);
    while (((before ^ __atomic_load_n(&rk_grid_arrived, __ATOMIC_SEQ_CST)) & 0x80000000u) == 0) rk_relax(0);
  }
  __syncthreads();
}
static inline i64 clock64() { return (i64)rk_globaltimer(); }
template <typename T> struct rk_given { typedef T type; };
#define RK_GIVEN typename rk_given<T>::type
template <typename T> static inline T atomicAdd(T* p, RK_GIVEN v) { return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST); }
template <> inline float atomicAdd(float* p, float v) { u32 o = *(u32*)p, n; do { float f; memcpy(&f, &o, 4); f += v; memcpy(&n, &f, 4); } while (!__atomic_compare_exchange_n((u32*)p, &o, n, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)); float f; memcpy(&f, &o, 4); return f; }
template <typename T> static inline T atomicSub(T* p, RK_GIVEN v) { return __atomic_fetch_sub(p, v, __ATOMIC_SEQ_CST); }
template <typename T> static inline T atomicAnd(T* p, RK_GIVEN v) { return __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST); }
template <typename T> static inline T atomicOr(T* p, RK_GIVEN v) { return __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST); }
template <typename T> static inline T atomicXor(T* p, RK_GIVEN v) { return __atomic_fetch_xor(p, v, __ATOMIC_SEQ_CST); }
template <typename T> static inline T atomicExch(T* p, RK_GIVEN v) { return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST); }
template <typename T> static inline T atomicCAS(T* p, RK_GIVEN expected, RK_GIVEN v) { T e = expected; __atomic_compare_exchange_n(p, &e, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); return e; }
template <typename T> static inline T atomicMax(T* p, RK_GIVEN v) { T o = *p; while (o < v && !__atomic_compare_exchange_n(p, &o, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)); return o; }
template <typename T> static inline T atomicMin(T* p, RK_GIVEN v) { T o = *p; while (o > v && !__atomic_compare_exchange_n(p, &o, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)); return o; }

// ---------------------------------------------------------------- arithmetic
static inline int __ffs(u32 v) { return __builtin_ffs((int)v); }
static inline int __ffsll(u64 v) { return __builtin_ffsll((i64)v); }
static inline int __popc(u32 v) { return __builtin_popcount(v); }
static inline int __popcll(u64 v) { return __builtin_popcountll(v); }
static inline int __clz(i32 v) { return v == 0 ? 32 : __builtin_clz((u32)v); }
static inline int __clzll(i64 v) { return v == 0 ? 64 : __builtin_clzll((u64)v); }
static inline u32 __brev(u32 v) { u32 r = 0; for (int i = 0; i < 32; i++) if (v >> i & 1) r |= 1u << (31 - i); return r; }
static inline u64 __brevll(u64 v) { return (u64)__brev((u32)v) << 32 | __brev((u32)(v >> 32)); }
static inline u32 __umulhi(u32 a, u32 b) { return (u32)((u64)a * b >> 32); }
static inline i32 __mulhi(i32 a, i32 b) { return (i32)((i64)a * b >> 32); }
static inline i64 __mul64hi(i64 a, i64 b) { return (i64)((__int128)a * b >> 64); }
static inline u64 __umul64hi(u64 a, u64 b) { return (u64)((unsigned __int128)a * b >> 64); }
static inline f32 __fsqrt_rn(f32 v) { return sqrtf(v); }
static inline f64 __dsqrt_rn(f64 v) { return sqrt(v); }
static inline f32 __fdiv_rn(f32 a, f32 b) { return a / b; }
static inline f32 __fadd_rn(f32 a, f32 b) { return a + b; }
static inline f32 __fsub_rn(f32 a, f32 b) { return a - b; }
static inline f32 __fmul_rn(f32 a, f32 b) { return a * b; }
static inline f32 __fmaf_rn(f32 a, f32 b, f32 c) { return fmaf(a, b, c); }
static inline f64 __fma_rn(f64 a, f64 b, f64 c) { return fma(a, b, c); }
static inline f32 __frcp_rn(f32 a) { return 1.0f / a; }
static inline f32 __frsqrt_rn(f32 a) { return (f32)(1.0 / sqrt((f64)a)); }
static inline f32 rsqrtf(f32 a) { return (f32)(1.0 / sqrt((f64)a)); }
static inline f64 rsqrt(f64 a) { return 1.0 / sqrt(a); }
static inline f32 __saturatef(f32 a) { return a < 0 ? 0 : a > 1 ? 1 : a == a ? a : 0; }
static inline f32 __uint_as_float(u32 b) { f32 v; memcpy(&v, &b, 4); return v; }
static inline f32 __int_as_float(i32 b) { f32 v; memcpy(&v, &b, 4); return v; }
static inline u32 __float_as_uint(f32 v) { u32 b; memcpy(&b, &v, 4); return b; }
static inline i32 __float_as_int(f32 v) { i32 b; memcpy(&b, &v, 4); return b; }
static inline i64 __double_as_longlong(f64 v) { i64 b; memcpy(&b, &v, 8); return b; }
static inline f64 __longlong_as_double(i64 b) { f64 v; memcpy(&v, &b, 8); return v; }
template <typename T> static inline T min(T a, T b) { return b < a ? b : a; }
template <typename T> static inline T max(T a, T b) { return a < b ? b : a; }
template <typename I, typename F> static inline I rk_clamped(F v) { if (!(v == v)) return 0; const F low = (F)(I)(((I)-1 < 0) ? (I)((u64)1 << (sizeof(I) * 8 - 1)) : 0); if (v <= low) return (I)low; const f64 high = ldexp(1.0, sizeof(I) * 8 - (((I)-1 < 0) ? 1 : 0)); if ((f64)v >= high) return ((I)-1 < 0) ? (I)~((u64)1 << (sizeof(I) * 8 - 1)) : (I)-1; return (I)v; }
static inline i32 __float2int_rz(f32 v) { return rk_clamped<i32>(v); }
static inline u32 __float2uint_rz(f32 v) { return rk_clamped<u32>(v); }
static inline i64 __float2ll_rz(f32 v) { return rk_clamped<i64>(v); }
static inline u64 __float2ull_rz(f32 v) { return rk_clamped<u64>(v); }
static inline i32 __double2int_rz(f64 v) { return rk_clamped<i32>(v); }
static inline u32 __double2uint_rz(f64 v) { return rk_clamped<u32>(v); }
static inline i64 __double2ll_rz(f64 v) { return rk_clamped<i64>(v); }
static inline u64 __double2ull_rz(f64 v) { return rk_clamped<u64>(v); }
static inline f32 __int2float_rn(i32 v) { return (f32)v; }
static inline f32 __uint2float_rn(u32 v) { return (f32)v; }
static inline f32 __ll2float_rn(i64 v) { return (f32)v; }
static inline f32 __ull2float_rn(u64 v) { return (f32)v; }
static inline f64 __ll2double_rn(i64 v) { return (f64)v; }
static inline f64 __ull2double_rn(u64 v) { return (f64)v; }
static inline f32 __double2float_rn(f64 v) { return (f32)v; }
static inline f64 __drcp_rn(f64 a) { return 1.0 / a; }
static inline u32 __funnelshift_l(u32 low, u32 high, u32 n) { return (u32)((((u64)high << 32 | low) << (n & 31)) >> 32); }
static inline u32 __funnelshift_r(u32 low, u32 high, u32 n) { return (u32)(((u64)high << 32 | low) >> (n & 31)); }

// ---------------------------------------------------------------- functions the C library lacks, in extended precision
static inline f64 sinpi(f64 x) { const long double r = fmodl(x, 2.0L); return r != r ? x - x : r == 0 || r == 1 || r == -1 ? copysign(0.0, x) : (f64)sinl(M_PIl * r); }
static inline f64 cospi(f64 x) { const long double r = fmodl(fabsl(x), 2.0L); return r != r ? x - x : r == 0.5L || r == 1.5L ? 0.0 : (f64)cosl(M_PIl * r); }
static inline f64 normcdf(f64 x) { return (f64)(0.5L * erfcl(-(long double)x / sqrtl(2.0L))); }
static inline long double rk_erfcinvl(long double y) {
  if (!(y >= 0 && y <= 2)) return NAN;
  if (y == 0 || y == 2) return y == 0 ? INFINITY : -INFINITY;
  if (y > 1) return -rk_erfcinvl(2 - y);
  long double x = y > 0.5L ? (1 - y) * 0.886L : sqrtl(-logl(y));
  for (int i = 0; i < 60; i++) {
    const long double v = erfcl(x), step = y > 0.5L ? (v - y) * sqrtl(M_PIl) / 2 * expl(x * x) : v * logl(v / y) * sqrtl(M_PIl) / 2 * expl(x * x);
    x += step;
    if (fabsl(step) <= 1e-19L * fabsl(x)) break;
  }
  return x;
}
static inline long double rk_erfinvl(long double y) {
  if (!(y >= -1 && y <= 1)) return NAN;
  if (fabsl(y) > 0.5L) return copysignl(rk_erfcinvl(1 - fabsl(y)), y);
  long double x = y * 0.886L;
  for (int i = 0; i < 60; i++) x -= (erfl(x) - y) * sqrtl(M_PIl) / 2 * expl(x * x);
  return x;
}
static inline f64 erfcinv(f64 y) { return (f64)(y > 0.5 && y < 1.5 ? rk_erfinvl(1.0L - y) : rk_erfcinvl(y)); }
static inline f64 erfinv(f64 y) { return (f64)rk_erfinvl(y); }
static inline f64 normcdfinv(f64 p) { const long double y = 2.0L * p; return (f64)(-sqrtl(2.0L) * (y > 0.5L && y < 1.5L ? rk_erfinvl(1.0L - y) : rk_erfcinvl(y))); }
#define RK_SINGLE(name) static inline f32 name##f(f32 x) { return (f32)name((f64)x); }
RK_SINGLE(sinpi) RK_SINGLE(cospi) RK_SINGLE(normcdf) RK_SINGLE(erfcinv) RK_SINGLE(erfinv) RK_SINGLE(normcdfinv)
#define __expf expf
#define __logf logf
#define __sinf sinf
#define __cosf cosf
