typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");

__device__ inline u32 rk_load_sys(u8* memory, u32 at) {
  u32 value;
  asm volatile("ld.relaxed.sys.u32 %0, [%1];" : "=r"(value) : "l"(memory + at) : "memory");
  return value;
}
__device__ inline u32 rk_loadAcquire_sys(u8* memory, u32 at) {
  u32 value;
  asm volatile("ld.acquire.sys.u32 %0, [%1];" : "=r"(value) : "l"(memory + at) : "memory");
  return value;
}
__device__ inline void rk_store_sys(u8* memory, u32 at, u32 value) {
  asm volatile("st.relaxed.sys.u32 [%0], %1;" :: "l"(memory + at), "r"(value) : "memory");
}
__device__ inline void rk_storeRelease_sys(u8* memory, u32 at, u32 value) {
  asm volatile("st.release.sys.u32 [%0], %1;" :: "l"(memory + at), "r"(value) : "memory");
}
__device__ inline u32 rk_fetchAdd_sys(u8* memory, u32 at, u32 value) {
  u32 before;
  asm volatile("atom.acq_rel.sys.add.u32 %0, [%1], %2;" : "=r"(before) : "l"(memory + at), "r"(value) : "memory");
  return before;
}

__device__ u32 slotOf(u32 base, u32 position, u32 mask) {
  return base + (position & mask) * 64u;
}

__device__ u32 ring_take(u8* memory, u32 ring, u32 mask) {
  const u32 load = rk_load_sys(memory, ring);
  const u32 slot = slotOf(ring + 128u, load, mask);
  const u32 loadAcquire = rk_loadAcquire_sys(memory, slot);
  if (loadAcquire != load + 1u) {
    return 0u;
  }
  const u32 load_5 = rk_load_sys(memory, slot + 4u);
  rk_storeRelease_sys(memory, slot, load + mask + 1u);
  rk_store_sys(memory, ring, load + 1u);
  rk_fetchAdd_sys(memory, ring + 8u, 1u);
  return load_5;
}


