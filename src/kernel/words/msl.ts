import { cMacros, cNames, cppKeywords } from './cpp.ts';

/** What the Metal Shading Language adds to the keywords of C++: address spaces, kinds of functions, types. */
const own = `
device constant thread threadgroup threadgroup_imageblock kernel vertex fragment visible intersection coherent mesh object
ray_data object_data half uint ulong ushort uchar bfloat as_type
`.trim().split(/\s+/);

/** Names and macros of `metal_stdlib`, and our own; a user's names give way to them. */
const declared = `
metal std main size_t ptrdiff_t tensor vec matrix i32 u32 i64 u64 f16 f32 f64 access address coord sampler texture buffer array
atomic bool2 bool3 bool4 char2 char3 char4 uchar2 uchar3 uchar4 short2 short3 short4 ushort2 ushort3 ushort4 int2 int3 int4
uint2 uint3 uint4 long2 long3 long4 ulong2 ulong3 ulong4 half2 half3 half4 float2 float3 float4 packed_float2 packed_float3
packed_float4 packed_int2 packed_int3 packed_int4 packed_uint2 packed_uint3 packed_uint4 float2x2 float3x3 float4x4 atomic_int
atomic_uint atomic_float abs absdiff addsat clamp clz ctz popcount reverse_bits rotate select max min max3 min3 median3 mad24
madhi madsat mul24 mulhi subsat hadd rhadd extract_bits insert_bits acos acosh asin asinh atan atan2 atanh ceil copysign cos
cosh cospi exp exp10 exp2 fabs fdim floor fma fmax fmin fmod fract frexp ilogb ldexp log log10 log2 modf nextafter pow powr rint
round rsqrt sign sin sincos sinh sinpi smoothstep sqrt step mix saturate tan tanh tanpi trunc cross distance dot length
normalize reflect refract any all isfinite isinf isnan isnormal signbit precise fast divide recip threadgroup_barrier
simdgroup_barrier mem_flags memory_order_relaxed simd_sum simd_all simd_any simd_ballot NAN INFINITY HUGE_VALF M_PI_F TRUE FALSE
NULL RkContext RkRow RkFault memory_order_acquire memory_order_release memory_order_acq_rel memory_order_seq_cst state msg reply ctx item mem sync result arguments
`.trim().split(/\s+/);

export const mslKeywords: readonly string[] = [...cppKeywords, ...own];
export const mslReserved: readonly string[] = [...mslKeywords, ...cMacros, ...cNames, ...declared];
