/** Words that WGSL keeps for itself, and the built-in functions generated code calls: a local of that name would hide them. */
const keywords = `alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if
 let loop override requires return struct switch true var while`;

const reserved = `NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class
 co_await co_return co_yield coherent column_major common compile compile_fragment concept const_cast consteval constexpr constinit
 crate debugger decltype delete demote demote_to_helper do dynamic_cast enum explicit export extends extern external fallthrough
 filter final finally friend from fxgroup get goto groupshared highp impl implements import inline instanceof interface layout lowp
 macro macro_rules match mediump meta mod module move mut mutable namespace new nil noexcept noinline nointerpolation
 non_coherent noncoherent noperspective null nullptr of operator package packoffset partition pass patch pixelfragment precise
 precision premerge priv protected pub public readonly ref regardless register reinterpret_cast require resource restrict self set
 shared sizeof smooth snorm static static_assert static_cast std subroutine super target template this thread_local throw trait try
 type typedef typeid typename typeof union unless unorm unsafe unsized use using varying virtual volatile wgsl where with writeonly yield`;

const types = `array atomic bool f16 f32 i32 u32 mat2x2 mat3x3 mat4x4 ptr sampler vec2 vec3 vec4 vec2f vec3f vec4f vec2i vec3i vec4i
 vec2u vec3u vec4u vec2h vec3h vec4h bitcast`;

const builtins = `abs acos acosh all any arrayLength asin asinh atan atan2 atanh atomicAdd atomicAnd atomicCompareExchangeWeak
 atomicExchange atomicLoad atomicMax atomicMin atomicOr atomicStore atomicSub atomicXor ceil clamp cos cosh countLeadingZeros
 countOneBits countTrailingZeros cross degrees determinant distance dot exp exp2 extractBits faceForward firstLeadingBit
 firstTrailingBit floor fma fract frexp insertBits inverseSqrt ldexp length log log2 max min mix modf normalize pack2x16float pow
 quantizeToF16 radians reflect refract reverseBits round saturate select sign sin sinh smoothstep sqrt step storageBarrier
 subgroupAdd subgroupAll subgroupAnd subgroupAny subgroupBallot subgroupBroadcast subgroupBroadcastFirst subgroupElect
 subgroupExclusiveAdd subgroupInclusiveAdd subgroupMax subgroupMin subgroupMul subgroupOr subgroupShuffle subgroupShuffleDown
 subgroupShuffleUp subgroupShuffleXor subgroupXor tan tanh transpose trunc unpack2x16float workgroupBarrier workgroupUniformLoad
 read write read_write storage uniform workgroup function private handle vec2b vec3b vec4b mat2x3 mat2x4 mat3x2 mat3x4 mat4x2 mat4x3
 mem sync main`;

const words = (...texts: readonly string[]): string[] => texts.join(' ').split(/\s+/);

export const wgslKeywords: readonly string[] = words(keywords, reserved);
export const wgslReserved: readonly string[] = [...wgslKeywords, ...words(types, builtins)];
