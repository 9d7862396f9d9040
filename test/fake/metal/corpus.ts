/**
 * Texts of MSL by hand, legal and not, each with what must become of it: a check of the two tools that stand for Apple's
 * compiler, independent of what the emitter writes. `from`: the first version of the language that takes it. `caught`: which
 * tool refuses it; what only one of them can see is stated, not hidden.
 */
export interface LegalText {
  readonly name: string;
  readonly text: string;
  /** As `__METAL_VERSION__` counts. Default 300. */
  readonly from?: number;
  /** False: legal, but the shim does not know it, since the emitter never writes it. Default true. */
  readonly shim?: boolean;
}

export interface IllegalText {
  readonly name: string;
  readonly text: string;
  /** Rule of the linter; null: it does not look at this. */
  readonly rule: string | null;
  /** Whether clang over the shim refuses it. */
  readonly strict: boolean;
}

const f = (body: string, head = 'device float* a [[buffer(0)]], device atomic_uint* n [[buffer(1)]], device uint* u [[buffer(2)]], uint id [[thread_index_in_threadgroup]]'): string =>
  `kernel void f(${head}) {\n  ${body}\n}\n`;

export const legal: readonly LegalText[] = [
  { name: 'arithmetic with suffixes', text: f('a[id] = 1.5f * a[id] + 2e-3f;') },
  { name: 'half precision', shim: false, text: f('half h = half(a[id]) * 0.5h;\n  a[id] = float(h);') },
  { name: 'vectors and swizzles', shim: false, text: f('float4 v = float4(a[0], a[1], a[2], a[3]);\n  a[id] = dot(v.xyz, v.wzy);') },
  { name: 'matrices are columns of vectors', text: f('float3 c0 = float3(1.0f, 0.0f, 0.0f);\n  a[id] = c0.x;') },
  { name: 'integers of 64 bits', text: f('long big = long(u[id]) * 3l;\n  u[id] = uint(big >> 7);') },
  { name: 'relaxed atomics', text: f('uint old = atomic_fetch_add_explicit(n, 1u, memory_order_relaxed);\n  u[id] = old;') },
  { name: 'loads, stores and exchanges', text: f('atomic_store_explicit(n, atomic_load_explicit(n, memory_order_relaxed), memory_order_relaxed);\n  u[id] = atomic_exchange_explicit(n, 4u, memory_order_relaxed);') },
  { name: 'weak comparison in a loop', text: f('uint seen = 0u;\n  while (!atomic_compare_exchange_weak_explicit(n, &seen, seen + 1u, memory_order_relaxed, memory_order_relaxed)) {\n  }') },
  { name: 'minimum and maximum of integers', text: f('atomic_fetch_max_explicit(n, u[id], memory_order_relaxed);\n  atomic_fetch_min_explicit(n, u[id], memory_order_relaxed);') },
  { name: 'bits by atomics', text: f('atomic_fetch_or_explicit(n, 1u, memory_order_relaxed);\n  atomic_fetch_and_explicit(n, 7u, memory_order_relaxed);\n  atomic_fetch_xor_explicit(n, 2u, memory_order_relaxed);') },
  { name: 'threadgroup memory and a barrier', text: f('threadgroup float t[64];\n  t[id] = a[id];\n  threadgroup_barrier(mem_flags::mem_threadgroup);\n  a[id] = t[63u - id];') },
  { name: 'threadgroup atomics', shim: false, text: f('threadgroup atomic_uint t[4];\n  if (id < 4u) atomic_store_explicit(&t[id], 0u, memory_order_relaxed);\n  threadgroup_barrier(mem_flags::mem_threadgroup);\n  atomic_fetch_add_explicit(&t[id & 3u], 1u, memory_order_relaxed);') },
  { name: 'barriers of device memory', text: f('a[id] = 1.0f;\n  threadgroup_barrier(mem_flags::mem_device);') },
  { name: 'SIMD sums and shuffles', text: f('u[id] = simd_sum(u[id]) + simd_shuffle_xor(u[id], ushort(1));') },
  { name: 'a constant argument', text: f('a[id] = k;', 'device float* a [[buffer(0)]], constant float& k [[buffer(1)]], uint id [[thread_index_in_threadgroup]]') },
  { name: 'pointers with their spaces', text: f('device float* p = a + 3;\n  thread float x = *p;\n  thread float* q = &x;\n  a[id] = *q;') },
  { name: 'a function of a device pointer', text: `inline float g(device const float* p) { return p[0]; }\n${f('a[id] = g(a);')}` },
  { name: 'a template over address spaces of its argument', text: `template <typename T> inline T twice(T x) { return x + x; }\n${f('a[id] = twice(a[id]);')}` },
  { name: 'structures in device memory, member by member', text: 'struct S { float x; uint y; };\nkernel void f(device S* s [[buffer(0)]], uint id [[thread_index_in_threadgroup]]) {\n  s[id].y = uint(s[id].x);\n}\n' },
  { name: 'packed vectors', shim: false, text: f('packed_float3 p = packed_float3(1.0f, 2.0f, 3.0f);\n  a[id] = p[1];') },
  { name: 'counting bits', text: f('u[id] = popcount(u[id]) + clz(u[id]) + ctz(u[id]) + reverse_bits(u[id]);') },
  { name: 'bits of floats', text: f('u[id] = as_type<uint>(a[id]);\n  a[id] = as_type<float>(u[id] ^ 1u);') },
  { name: 'mathematics', shim: false, text: f('a[id] = fma(a[id], 2.0f, rsqrt(a[id])) + clamp(a[id], 0.0f, 1.0f) + fmin(a[id], 1.0f) + precise::exp(a[id]);') },
  { name: 'switch, loops, conditions', text: f('switch (u[id]) { case 0u: u[id] = 1u; break; default: for (uint i = 0u; i < 4u; i++) { if (i == 2u) continue; u[id] += i; } }') },
  { name: 'a static assertion', text: `static_assert(sizeof(uint) == 4, "size");\n${f('u[id] = 1u;')}` },
  { name: 'constants of the program', text: `constant float table[3] = {1.0f, 2.0f, 3.0f};\n${f('a[id] = table[id % 3u];')}` },
  { name: 'attributes of position', text: 'kernel void f(device uint* u [[buffer(0)]], uint3 at [[thread_position_in_grid]], uint3 g [[threadgroup_position_in_grid]], uint3 n [[threadgroups_per_grid]], uint3 s [[threads_per_threadgroup]], uint lane [[thread_index_in_simdgroup]]) {\n  u[at.x] = g.x + n.x + s.x + lane;\n}\n' },
];

export const illegal: readonly IllegalText[] = [
  { name: 'an acquire load', text: f('u[id] = atomic_load_explicit(n, memory_order_acquire);'), rule: 'relaxed', strict: true },
  { name: 'a release store', text: f('atomic_store_explicit(n, 1u, memory_order_release);'), rule: 'relaxed', strict: true },
  { name: 'sequential consistency', text: f('atomic_fetch_add_explicit(n, 1u, memory_order_seq_cst);'), rule: 'relaxed', strict: true },
  { name: 'a fence before 3.2', text: f('atomic_thread_fence(mem_flags::mem_device, memory_order_seq_cst, thread_scope_device);'), rule: 'relaxed', strict: true },
  { name: 'a 64-bit atomic', text: 'kernel void f(device atomic_ulong* a [[buffer(0)]]) {\n}\n', rule: 'atomic32', strict: true },
  { name: 'a strong comparison', text: f('uint seen = 0u;\n  atomic_compare_exchange_strong_explicit(n, &seen, 1u, memory_order_relaxed, memory_order_relaxed);'), rule: 'weak', strict: true },
  { name: 'an atomic without order', text: f('atomic_fetch_add(n, 1u);'), rule: 'explicit', strict: true },
  { name: 'arithmetic on an atomic', text: f('*n += 1u;'), rule: null, strict: true },
  { name: 'double precision', text: f('double d = a[id];\n  a[id] = float(d);'), rule: 'double', strict: true },
  { name: 'a literal of double precision', text: f('a[id] = a[id] * 1.5;'), rule: 'float suffix', strict: false },
  { name: 'goto', text: f('again: if (u[id] < 3u) { u[id] += 1u; goto again; }'), rule: 'language', strict: true },
  { name: 'new', text: f('thread int* p = new int;'), rule: 'language', strict: false },
  { name: 'exceptions', text: f('if (a[id] < 0.0f) throw 1;'), rule: 'language', strict: false },
  { name: 'a virtual function', text: `struct B { virtual float g() { return 1.0f; } };\n${f('a[id] = 1.0f;')}`, rule: 'language', strict: false },
  { name: 'a lambda before 3.2', text: f('auto g = [&](float x) { return x * 2.0f; };\n  a[id] = g(a[id]);'), rule: 'lambda', strict: false },
  { name: 'the standard library', text: f('a[id] = std::max(a[id], 1.0f);'), rule: 'language', strict: true },
  { name: 'a header of the host', text: `#include <vector>\n${f('a[id] = 1.0f;')}`, rule: 'include', strict: true },
  { name: 'a pointer without address space', text: f('float* p = a;\n  p[id] = 1.0f;'), rule: 'address space', strict: true },
  { name: 'a cast without address space', text: f('u[id] = *(uint*)a;'), rule: 'address space', strict: false },
  { name: 'a pointer of another space', text: f('thread float* p = a;\n  p[0] = 1.0f;'), rule: null, strict: true },
  { name: 'threadgroup memory through a device pointer', text: f('threadgroup float t[4];\n  device float* p = t;\n  p[0] = 1.0f;'), rule: null, strict: true },
  { name: 'writing to constant memory', text: f('k = 1.0f;', 'constant float& k [[buffer(0)]]'), rule: null, strict: true },
  { name: 'a kernel with a result', text: 'kernel int f() {\n  return 1;\n}\n', rule: 'kernel result', strict: false },
  { name: 'one buffer bound twice', text: f('a[0] = b[0];', 'device float* a [[buffer(0)]], device float* b [[buffer(0)]]'), rule: 'buffers', strict: false },
  { name: 'a buffer beyond the last', text: f('a[0] = 1.0f;', 'device float* a [[buffer(31)]]'), rule: 'buffers', strict: false },
  { name: 'threadgroup memory of a function that is no kernel', text: `inline void g() {\n  threadgroup float t[4];\n}\n${f('a[id] = 1.0f;')}`, rule: 'threadgroup variable', strict: false },
  { name: 'threadgroup memory within a block', text: f('if (id == 0u) {\n    threadgroup float t[4];\n    t[0] = 1.0f;\n  }'), rule: 'threadgroup variable', strict: false },
  { name: 'threadgroup memory with a value', text: f('threadgroup float t = 1.0f;\n  a[id] = t;'), rule: 'threadgroup initializer', strict: false },
  { name: 'size_t', text: f('size_t m = 1;\n  u[id] = uint(m);'), rule: 'size_t', strict: true },
  { name: 'SIMD sums of 64 bits', text: f('long x = simd_sum(long(u[id]));\n  u[id] = uint(x);'), rule: null, strict: true },
  { name: 'atomic minimum of floats', text: f('atomic_fetch_min_explicit(x, 1.0f, memory_order_relaxed);', 'device atomic_float* x [[buffer(0)]]'), rule: null, strict: true },
  { name: 'an aggregate copied across spaces', text: 'struct S { float x; };\nkernel void f(device S* a [[buffer(0)]]) {\n  S s = a[0];\n  a[1].x = s.x;\n}\n', rule: null, strict: true },
  { name: 'an unknown function', text: f('a[id] = erf(a[id]);'), rule: null, strict: true },
];
