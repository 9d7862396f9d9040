import { clikeLibrary } from '../clike-library.ts';
import type { Library } from '../library.ts';

/** Names of the types; first in every translation unit. Nothing is included: NVRTC needs no search path. */
export const cudaPrelude = `typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
typedef unsigned char u8;
typedef unsigned short u16;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f64) == 8 && sizeof(u16) == 2, "sizes of scalars");`;

const fn = '__device__ inline';

const letters = 'xyzw'.split('');

/** A vector type with the alignment of its element, and its operators. Integer components wrap. */
function vector(n: number): string {
  const names = letters.slice(0, n);
  const type = `rk_vec${n}`;
  const each = (f: (c: string) => string): string => `{${names.map(f).join(', ')}}`;
  const operator = (op: string): string => `template <typename T> ${fn} ${type}<T> operator${op}(${type}<T> a, ${type}<T> b) {
  return ${each((c) => `T(rk_wrapping(a.${c}) ${op} rk_wrapping(b.${c}))`)};\n}`;
  const map = (operands: readonly string[]): string => {
    const call = (c: string): string => `f(${operands.map((o) => `${o}.${c}`).join(', ')})`;
    return `template <typename F, typename T> ${fn} auto rk_map(F f, ${operands.map((o) => `${type}<T> ${o}`).join(', ')}) -> ${type}<decltype(${call('x')})> {
  return ${each(call)};\n}`;
  };
  return [
    `template <typename T> struct ${type} { T ${names.join(', ')}; };`,
    ...['+', '-', '*', '/'].map(operator),
    `template <typename T> ${fn} ${type}<T> operator-(${type}<T> a) { return ${each((c) => `T(-rk_wrapping(a.${c}))`)}; }`,
    ...[['a'], ['a', 'b'], ['a', 'b', 'c']].map(map),
  ].join('\n');
}

/** Bits of an atomic or volatile access in PTX: suffix, register constraint. */
const words = [{ t: 'u32', ptx: 'u32', reg: 'r', bits: 'b32' }, { t: 'u64', ptx: 'u64', reg: 'l', bits: 'b64' }] as const;

/** Raw memory of device functions: `memory` is the base, addresses are byte offsets from it. */
function memoryRoutines(scope: 'gpu' | 'sys'): Library {
  const out: Record<string, string> = {};
  const load = (name: string, order: string, w: (typeof words)[number]): void => {
    out[name] = `${fn} ${w.t} ${name}(u8* memory, u32 at) {
  ${w.t} value;
  asm volatile("ld.${order}.${scope}.${w.ptx} %0, [%1];" : "=${w.reg}"(value) : "l"(memory + at) : "memory");
  return value;\n}`;
  };
  const store = (name: string, order: string, w: (typeof words)[number]): void => {
    out[name] = `${fn} void ${name}(u8* memory, u32 at, ${w.t} value) {
  asm volatile("st.${order}.${scope}.${w.ptx} [%0], %1;" :: "l"(memory + at), "${w.reg}"(value) : "memory");\n}`;
  };
  const update = (name: string, op: string): void => {
    out[name] = `${fn} u32 ${name}(u8* memory, u32 at, u32 value) {
  u32 before;
  asm volatile("atom.acq_rel.${scope}.${op} %0, [%1], %2;" : "=r"(before) : "l"(memory + at), "r"(value) : "memory");
  return before;\n}`;
  };
  const [w32, w64] = words;
  load(`rk_load_${scope}`, 'relaxed', w32);
  load(`rk_loadAcquire_${scope}`, 'acquire', w32);
  load(`rk_load64_${scope}`, 'relaxed', w64);
  store(`rk_store_${scope}`, 'relaxed', w32);
  store(`rk_storeRelease_${scope}`, 'release', w32);
  store(`rk_store64_${scope}`, 'relaxed', w64);
  update(`rk_fetchAdd_${scope}`, 'add.u32');
  update(`rk_fetchOr_${scope}`, 'or.b32');
  update(`rk_fetchAnd_${scope}`, 'and.b32');
  update(`rk_exchange_${scope}`, 'exch.b32');
  out[`rk_compareExchange_${scope}`] = `${fn} u32 rk_compareExchange_${scope}(u8* memory, u32 at, u32 expected, u32 value) {
  u32 before;
  asm volatile("atom.acq_rel.${scope}.cas.b32 %0, [%1], %2, %3;" : "=r"(before) : "l"(memory + at), "r"(expected), "r"(value) : "memory");
  return before;\n}`;
  out[`rk_fence_${scope}`] = `${fn} void rk_fence_${scope}(u8*) {\n  asm volatile("fence.sc.${scope};" ::: "memory");\n}`;
  // Nobody sleeps on a GPU: waiting is polling, with a pause that grows, and there is nobody to wake.
  out[`rk_wait_${scope}`] = `${fn} u32 rk_wait_${scope}(u8* memory, u32 at, u32 expected, i64 timeout) {
  const u64 start = rk_globaltimer();
  for (u32 pause = 32u;; pause = pause < 1024u ? pause * 2u : pause) {
    if (rk_loadAcquire_${scope}(memory, at) != expected) return pause == 32u ? 1u : 0u;
    if (timeout >= 0 && rk_globaltimer() - start >= u64(timeout)) return 2u;
    __nanosleep(pause);
  }\n}`;
  out[`rk_notify_${scope}`] = `${fn} u32 rk_notify_${scope}(u8*, u32, u32) { return 0u; }`;
  out[`rk_clock_${scope}`] = `${fn} u64 rk_clock_${scope}(u8*) { return rk_globaltimer() / 1000ull; }`;
  return out;
}

/** A routine that is told where in the source it stands. */
const checked = (head: string, body: string): string =>
  `${/\bT\b/.test(head) ? 'template <typename T> ' : ''}${fn} ${head.replace('AT', 'u32 source, u32 start, u32 end')} {\n  ${body}\n}`;

const overflow = (name: string, t: string, value: string, test: string): string =>
  checked(`${t} rk_${name}_exact(RkContext& ctx, ${t} a, ${t} b, AT)`, `const ${t} r = ${value};
  if (${test}) rk_fault(ctx, RK_OVERFLOW, source, start, end);
  return r;`);

const overflowing = (name: string, op: string, signed: string, unsigned: string): string => [
  overflow(name, 'i32', `i32(u32(a) ${op} u32(b))`, signed), overflow(name, 'u32', `a ${op} b`, unsigned),
  overflow(name, 'i64', `i64(u64(a) ${op} u64(b))`, signed), overflow(name, 'u64', `a ${op} b`, unsigned),
].join('\n');

/** Routines of the CUDA target beyond the shared ones. */
export const cudaLibrary: Library = {
  ...clikeLibrary({ fn, f64: true, long: 'll' }),

  rk_wrapping: `${fn} u32 rk_wrapping(i32 x) { return u32(x); }
${fn} u32 rk_wrapping(u32 x) { return x; }
${fn} f32 rk_wrapping(f32 x) { return x; }`,
  rk_vec2: vector(2), rk_vec3: vector(3), rk_vec4: vector(4),

  // Halves are computed as floats and rounded after every operation, which is exact for + - * / and sqrt.
  rk_half_value: `${fn} f32 rk_half_value(u16 bits) {
  f32 value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;\n}`,
  rk_half_bits: `${fn} u16 rk_half_bits(f32 value) {
  u16 bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;\n}
${fn} u16 rk_half_bits(f64 value) {
  u16 bits;
  asm("cvt.rn.f16.f64 %0, %1;" : "=h"(bits) : "d"(value));
  return bits;\n}`,
  rk_value: `template <typename T> ${fn} T rk_value(T x) { return x; }`,
  rk_round16: `${fn} f32 rk_round16(f32 value) { return rk_half_value(rk_half_bits(value)); }
${fn} f32 rk_round16(f64 value) { return rk_half_value(rk_half_bits(value)); }`,

  rk_bfloat_value: `${fn} f32 rk_bfloat_value(u16 bits) { return __uint_as_float(u32(bits) << 16); }`,
  rk_bfloat_bits: `${fn} u16 rk_bfloat_bits(f32 value) {
  const u32 word = __float_as_uint(value);
  return value == value ? u16((word + 0x7fffu + ((word >> 16) & 1u)) >> 16) : u16(0x7fc0u);\n}`,

  // Checks of handlers: the fault is recorded (the engine looks at it when the handler returns), and a harmless value goes on.
  rk_index: checked('u32 rk_index(RkContext& ctx, u32 index, u32 length, AT)', `if (index < length) return index;
  rk_fault(ctx, RK_OUT_OF_BOUNDS, source, start, end);
  return 0u;`),
  rk_divisor: checked('T rk_divisor(RkContext& ctx, T divisor, AT)', `if (divisor == 0) rk_fault(ctx, RK_DIVISION_BY_ZERO, source, start, end);
  return divisor;`),
  rk_divisor_of: checked('T rk_divisor_of(RkContext& ctx, T a, T divisor, AT)', `if (divisor == 0) rk_fault(ctx, RK_DIVISION_BY_ZERO, source, start, end);
  if (T(-1) < T(0) && divisor == T(-1) && a < 0 && a == T(rk_negated(a))) rk_fault(ctx, RK_OVERFLOW, source, start, end);
  return divisor;`).replace('template', `${fn} u32 rk_negated(u32 x) { return 0u - x; }
${fn} u32 rk_negated(i32 x) { return 0u - u32(x); }
${fn} u64 rk_negated(u64 x) { return 0ull - x; }
${fn} u64 rk_negated(i64 x) { return 0ull - u64(x); }
template`),
  rk_add_exact: overflowing('add', '+', '((a ^ r) & (b ^ r)) < 0', 'r < a'),
  rk_sub_exact: overflowing('sub', '-', '((a ^ b) & (a ^ r)) < 0', 'a < b'),
  rk_mul_exact: `${overflow('mul', 'i32', 'i32(u32(a) * u32(b))', 'i64(a) * i64(b) != i64(r)')}
${overflow('mul', 'u32', 'a * b', 'u64(a) * u64(b) != u64(r)')}
${overflow('mul', 'i64', 'i64(u64(a) * u64(b))', '__mul64hi(a, b) != r >> 63')}
${overflow('mul', 'u64', 'a * b', '__umul64hi(a, b) != 0ull')}`,

  rk_rotl64: `${fn} u64 rk_rotl64(u64 x, u32 n) { return x << (n & 63u) | x >> (0u - n & 63u); }`,

  // Threads and blocks counted row by row.
  rk_local_id: `${fn} u32 rk_local_id() { return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x; }`,
  rk_group_id: `${fn} u32 rk_group_id() { return (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x; }`,
  // Who comes first and who comes last flip the highest bit together; all others wait for it.
  rk_grid_barrier: `static __device__ u32 rk_grid_count;
${fn} void rk_grid_barrier() {
  __syncthreads();
  if (threadIdx.x == 0 && threadIdx.y == 0 && threadIdx.z == 0) {
    const u32 add = blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0 ? 0x80000000u - (gridDim.x * gridDim.y * gridDim.z - 1u) : 1u;
    u32 before, now;
    asm volatile("atom.add.release.gpu.global.u32 %0, [%1], %2;" : "=r"(before) : "l"(&rk_grid_count), "r"(add) : "memory");
    do asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(now) : "l"(&rk_grid_count) : "memory"); while (((before ^ now) & 0x80000000u) == 0);
  }
  __syncthreads();
}`,
  rk_global_id: `${fn} u32 rk_global_id() {
  const u32 x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y, z = blockIdx.z * blockDim.z + threadIdx.z;
  return (z * (gridDim.y * blockDim.y) + y) * (gridDim.x * blockDim.x) + x;\n}`,
  rk_lane: `${fn} u32 rk_lane() {
  u32 lane;
  asm("mov.u32 %0, %laneid;" : "=r"(lane));
  return lane;\n}`,
  ...Object.fromEntries(Object.entries({ add: 'a + b', min: 'b < a ? b : a', max: 'a < b ? b : a', and: 'a & b', or: 'a | b', xor: 'a ^ b' }).map(([name, fold]) =>
    [`rk_lanes_${name}`, `template <typename T> ${fn} T rk_lanes_${name}(T a) {
  for (u32 step = 16u; step > 0u; step >>= 1) {
    const T b = __shfl_xor_sync(0xffffffffu, a, step);
    a = ${fold};
  }
  return a;\n}`])),

  ...Object.fromEntries(['L1', 'L2'].map((level) => [`rk_prefetch${level}`, `${fn} void rk_prefetch${level}(const void* at) {
  asm volatile("prefetch.global.${level} [%0];" :: "l"(at));\n}`])),
  rk_globaltimer: `${fn} u64 rk_globaltimer() {
  u64 ns;
  asm volatile("mov.u64 %0, %globaltimer;" : "=l"(ns));
  return ns;\n}`,
  ...memoryRoutines('gpu'),
  ...memoryRoutines('sys'),
};
