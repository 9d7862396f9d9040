import { cMacros, cNames, cppKeywords } from './cpp.ts';

/** Names that CUDA declares without being asked, macros of its compilers, and our own; a user's names give way to them. */
const declared = `
restrict linux unix NULL near far main std cuda nv i32 u32 i64 u64 f16 f32 f64 u8 u16 threadIdx blockIdx blockDim gridDim
warpSize dim2 dim3 warp half half2 bfloat16 char1 char2 char3 char4 uchar1 uchar2 uchar3 uchar4 short1 short2 short3 short4
ushort1 ushort2 ushort3 ushort4 int1 int2 int3 int4 uint1 uint2 uint3 uint4 long1 long2 long3 long4 ulong1 ulong2 ulong3 ulong4
longlong1 longlong2 longlong3 longlong4 ulonglong1 ulonglong2 ulonglong3 ulonglong4 float1 float2 float3 float4 double1 double2
double3 double4 uint ulong ushort uchar fabs fabsf min max umin umax llmin llmax fmin fmax fminf fmaxf sqrt sqrtf rsqrt rsqrtf
cbrt rcbrt hypot rhypot norm3d norm4d norm sin sinf cos cosf tan tanf sincos asin acos atan atan2 sinh cosh tanh asinh acosh
atanh sinpi cospi sincospi exp expf exp2 exp10 expm1 log logf log2 log10 log1p logb ilogb pow powf powi ldexp scalbn scalbln
frexp modf floor ceil round trunc rint nearbyint lrint llrint lround llround fmod remainder remquo copysign nextafter nan fdim
fma fmaf erf erfc erfinv erfcinv erfcx normcdf normcdfinv lgamma tgamma cyl_bessel_i0 cyl_bessel_i1 isnan isinf isfinite
isnormal signbit fdivide fdividef saturate clock64 atomicAdd atomicSub atomicExch atomicMin atomicMax atomicInc atomicDec
atomicCAS atomicAnd atomicOr atomicXor surface texture cluster grid_constant ctx memory state msg reply RkContext RkFault RkRow
`.trim().split(/\s+/);

export const cudaKeywords = cppKeywords;
export const cudaReserved: readonly string[] = [...cppKeywords, ...cMacros, ...cNames, ...declared];
