/** Words of C++ and names of `metal_stdlib`; user names give way to them. */
export const mslReserved: readonly string[] = (`
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t class compl const
constexpr const_cast continue decltype default delete do double dynamic_cast else enum explicit export extern false float for
friend goto if import inline int long module mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public
register reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch template this
thread_local throw true try typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq
device constant thread threadgroup threadgroup_imageblock kernel vertex fragment visible intersection coherent metal std main
half uint ulong ushort uchar size_t ptrdiff_t bfloat ray_data object_data mesh tensor vec matrix
i32 u32 i64 u64 f16 f32 f64 access address coord sampler texture buffer array atomic
bool2 bool3 bool4 char2 char3 char4 uchar2 uchar3 uchar4 short2 short3 short4 ushort2 ushort3 ushort4 int2 int3 int4 uint2 uint3 uint4
long2 long3 long4 ulong2 ulong3 ulong4 half2 half3 half4 float2 float3 float4 packed_float2 packed_float3 packed_float4
packed_int2 packed_int3 packed_int4 packed_uint2 packed_uint3 packed_uint4 float2x2 float3x3 float4x4 as_type atomic_int atomic_uint atomic_float
abs absdiff addsat clamp clz ctz popcount reverse_bits rotate select max min max3 min3 median3 mad24 madhi madsat mul24 mulhi subsat hadd rhadd
extract_bits insert_bits acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh cospi exp exp10 exp2 fabs fdim floor fma fmax fmin
fmod fract frexp ilogb ldexp log log10 log2 modf nextafter pow powr rint round rsqrt sign sin sincos sinh sinpi smoothstep sqrt step mix saturate
tan tanh tanpi trunc cross distance dot length normalize reflect refract any all isfinite isinf isnan isnormal signbit precise fast divide recip
threadgroup_barrier simdgroup_barrier mem_flags memory_order_relaxed simd_sum simd_all simd_any simd_ballot
NAN INFINITY HUGE_VALF M_PI_F TRUE FALSE NULL
state msg reply ctx item mem sync result arguments
`).trim().split(/\s+/);
