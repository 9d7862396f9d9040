/**
 * An engine that does nothing, and a kernel that calls every entry: so that nvcc compiles the handlers down to
 * machine code by themselves.
 */
import type { CudaPart } from '../../src/kernel/emit/cuda/index.ts';

const engine = `
static __device__ bool rk_send(RkContext& ctx, u32 port, const void* payload, u32 bytes) { return ((const u8*)payload)[bytes - 1] > port + ctx.self; }
static __device__ void rk_debug(RkContext& ctx, u32 format, u64 kinds, const u64* words, u32 count) { for (u32 i = 0; i < count; i++) ctx.stamp += words[i] ^ kinds ^ format; }
static __device__ void rk_fault(RkContext& ctx, u32 kind, u32, u32, u32) { ctx.fault = kind; }
static __device__ bool rk_alive(RkContext& ctx) { return ++ctx.turn != 0; }
static __device__ u64 rk_hlc(RkContext& ctx) { return ++ctx.stamp; }
static __device__ u64 rk_hlc_update(RkContext& ctx, u64 stamp) { if (ctx.stamp < stamp) ctx.stamp = stamp; return ++ctx.stamp; }
static __device__ u64 rk_hlc_last(RkContext& ctx) { return ctx.stamp; }
static __device__ u64 rk_now_us() { return 1; }
static __device__ u64 rk_clock_ns() { return 1; }
template <typename S, typename M, typename R> __device__ u32 run(u32 (*handle)(RkContext&, S*, const M*, R*), RkContext& ctx, u8* memory) {
  return handle(ctx, (S*)memory, (const M*)(memory + 4096), (R*)(memory + 8192));
}
template <typename R, typename... A> __device__ u32 run(R (*function)(u8*, A...), RkContext&, u8* memory) { return (u32)function(memory, A()...); }
`;

export const callEverything = (parts: readonly CudaPart[]): string => {
  // Global kernels keep themselves.
  const entries = parts.filter((p) => p.arguments.length === 0).flatMap((p) => p.entries);
  return `${engine}
extern "C" __global__ void keep(RkContext* ctx, u8* memory) {
${entries.map((e) => `  ctx->turn += run(${e}, *ctx, memory);`).join('\n')}
}`;
};
