/**
 * The few machine operations the engine is made of. `RK_HOST` is defined where the same text is compiled for
 * a CPU that plays the device; its header brings these functions then.
 */
export const primitives = String.raw`
// ---------------------------------------------------------------- memory that others see
#ifndef RK_HOST
#define rk_inline static __device__ __forceinline__
// A 16-byte access is one transaction: a chunk is read and written whole.
rk_inline uint4 rk_ld4(u64 p) { uint4 v; asm volatile("ld.volatile.global.v4.u32 {%0,%1,%2,%3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p) : "memory"); return v; }
rk_inline void rk_st4(u64 p, uint4 v) { asm volatile("st.volatile.global.v4.u32 [%0], {%1,%2,%3,%4};" :: "l"(p), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w) : "memory"); }
rk_inline u32 rk_ld1(u64 p) { u32 v; asm volatile("ld.volatile.global.u32 %0, [%1];" : "=r"(v) : "l"(p) : "memory"); return v; }
rk_inline void rk_st1(u64 p, u32 v) { asm volatile("st.volatile.global.u32 [%0], %1;" :: "l"(p), "r"(v) : "memory"); }
rk_inline u64 rk_ld8(u64 p) { u64 v; asm volatile("ld.volatile.global.u64 %0, [%1];" : "=l"(v) : "l"(p) : "memory"); return v; }
rk_inline void rk_st8(u64 p, u64 v) { asm volatile("st.volatile.global.u64 [%0], %1;" :: "l"(p), "l"(v) : "memory"); }
rk_inline u32 rk_ld2(u64 p) { unsigned short v; asm volatile("ld.volatile.global.u16 %0, [%1];" : "=h"(v) : "l"(p) : "memory"); return v; }
rk_inline void rk_st2(u64 p, u32 v) { asm volatile("st.volatile.global.u16 [%0], %1;" :: "l"(p), "h"((unsigned short)v) : "memory"); }
rk_inline void rk_relax(u32 ns) { if (ns != 0) __nanosleep(ns); }
#endif
#define rk_at(p) ((u64)(p))
#define RK_ALL 0xffffffffu
`;
