import { clikeLibrary } from '../clike-library.ts';
import { floatLibrary } from '../float-library.ts';
import type { Library } from '../library.ts';

/**
 * First in every MSL text. Results must not depend on the compiler's mood: no fast math, no contraction into
 * FMA. (The host also sets the math mode; the pragmas of the METAL namespace exist from 3.2 on.)
 */
export const mslPrelude = `#include <metal_stdlib>
using namespace metal;
#pragma STDC FP_CONTRACT OFF
#if __METAL_VERSION__ >= 320
#pragma METAL fp math_mode(safe)
#pragma METAL fp contract(off)
#endif
typedef int i32;
typedef uint u32;
typedef long i64;
typedef ulong u64;
typedef half f16;
typedef float f32;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f16) == 2, "sizes of scalars");`;

const vectors = [['f32', 'float'], ['i32', 'int'], ['u32', 'uint']] as const;
const lengths = [2, 3, 4] as const;

/** Vectors as they lie in memory: aligned like their element. */
const packed = Object.fromEntries(vectors.flatMap(([elem]) => lengths.map((n) =>
  [`rk_${elem}x${n}`, `struct rk_${elem}x${n} { ${elem} ${'xyzw'.slice(0, n).split('').join(', ')}; };`])));

/** Routines of the MSL target beyond the shared ones. */
export const mslLibrary: Library = {
  ...clikeLibrary({ fn: 'inline', f64: false, long: 'l' }),
  ...packed,
  rk_select: 'inline float rk_select(float no, float yes, bool test) { return test ? yes : no; }',
  ...floatLibrary('msl'),
  // The weak form may fail without cause; then the word still holds what was expected.
  rk_cas: `template <typename P, typename T> inline T rk_cas(P place, T expected, T value) {
  T seen = expected;
  while (!atomic_compare_exchange_weak_explicit(place, &seen, value, memory_order_relaxed, memory_order_relaxed)) {
    if (seen != expected) return seen;
  }
  return expected;
}`,
  rk_bfloat_value: 'inline float rk_bfloat_value(ushort bits) { return as_type<float>(uint(bits) << 16); }',
  rk_bfloat_bits: `inline ushort rk_bfloat_bits(float value) {
  const uint word = as_type<uint>(value);
  return (word & 0x7fffffffu) > 0x7f800000u ? ushort(0x7fc0u) : ushort((word + 0x7fffu + ((word >> 16) & 1u)) >> 16);
}`,
  rk_linear: 'inline u32 rk_linear(uint3 at, uint3 size) { return (at.z * size.y + at.y) * size.x + at.x; }',
  rk_pack: vectors.flatMap(([elem, name]) => lengths.map((n) =>
    `inline rk_${elem}x${n} rk_pack(${name}${n} v) { return rk_${elem}x${n}{${'xyzw'.slice(0, n).split('').map((c) => `v.${c}`).join(', ')}}; }`)).join('\n'),
};
