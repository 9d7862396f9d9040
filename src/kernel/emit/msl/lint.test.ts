import { expect, it } from 'vitest';
import { lintMsl } from './lint.ts';

const kernel = (body: string, head = 'device float* a [[buffer(0)]]'): string =>
  `#include <metal_stdlib>\nusing namespace metal;\nkernel void f(${head}) {\n  ${body}\n}\n`;

it.each([
  ['relaxed', kernel('atomic_load_explicit(p, memory_order_acquire);')],
  ['relaxed', kernel('atomic_thread_fence(mem_flags::mem_device, memory_order_relaxed);')],
  ['atomic32', kernel('device atomic_ulong* p = (device atomic_ulong*)a;')],
  ['weak', kernel('atomic_compare_exchange_strong_explicit(p, &e, v, memory_order_relaxed, memory_order_relaxed);')],
  ['explicit', kernel('atomic_fetch_add(p, 1u);')],
  ['double', kernel('double x = a[0];')],
  ['float suffix', kernel('a[0] = 1.5;')],
  ['float suffix', kernel('a[0] = 1e3;')],
  ['language', kernel('goto end;')],
  ['language', kernel('int* p = new int;')],
  ['lambda', kernel('auto f = [&](int x) { return x; };')],
  ['size_t', kernel('size_t n = 0;')],
  ['address space', kernel('float* p = a;')],
  ['address space', kernel('x = *(uint*)p;')],
  ['include', '#include <metal_atomic>\n'],
  ['kernel result', 'kernel int f() {\n}\n'],
  ['buffers', kernel('', 'device float* a [[buffer(31)]]')],
  ['buffers', kernel('', 'device float* a [[buffer(0)]], device float* b [[buffer(0)]]')],
  ['threadgroup variable', 'inline void g() {\n  threadgroup float t[4];\n}\n'],
  ['threadgroup variable', kernel('if (a[0] > 0.0f) {\n    threadgroup f32 t[4];\n  }')],
  ['threadgroup initializer', kernel('threadgroup f32 t = 1.0f;')],
  ['threadgroup memory', kernel('threadgroup f32 t[8193];')],
])('refuses: %s', (rule, text) => expect(lintMsl(text).map((v) => v.rule)).toContain(rule));

it.each([
  kernel('threadgroup f32 t[64];\n  a[0] = 1.5f * float(3) + 1e-3f;'),
  kernel('const u32 x = b & c;\n  device u32* const p = (device u32*)(ctx.mem + 3u);\n  a[0] = x * y;'),
  kernel('atomic_fetch_add_explicit((threadgroup atomic_uint*)&t[0], 1u, memory_order_relaxed);'),
  kernel('a[0] = 1.0f; // a double, new memory_order_acquire'),
  kernel('static_assert(sizeof(u32) == 4, "not a double");'),
])('takes legal text', (text) => expect(lintMsl(text)).toEqual([]));
