import { describe, expect, it } from 'vitest';
import { missing } from '../../support/tools.ts';
import { EmulatedLibrary } from './execute.ts';
import { compileStrict } from './strict.ts';

const head = '#include <metal_stdlib>\nusing namespace metal;\n';
const bytes = (a: ArrayBufferView): Uint8Array => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);

describe.skipIf(missing('clang'))('the emulated Metal', () => {
  it('reduces in threadgroup memory, with barriers', { timeout: 60_000 }, () => {
    using library = new EmulatedLibrary(`${head}kernel void total(device const float* x [[buffer(0)]], device float* sums [[buffer(1)]], uint id [[thread_index_in_threadgroup]], uint3 at [[thread_position_in_grid]], uint3 group [[threadgroup_position_in_grid]]) {
  threadgroup float part[64];
  part[id] = x[at.x];
  threadgroup_barrier(mem_flags::mem_threadgroup);
  for (uint half_ = 32u; half_ > 0u; half_ >>= 1) {
    if (id < half_) part[id] += part[id + half_];
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (id == 0u) sums[group.x] = part[0];
}
`);
    const x = Float32Array.from({ length: 256 }, (_, i) => i);
    for (let seed = 1; seed < 5; seed++) {
      const sums = new Float32Array(4);
      library.dispatch({ entry: 'total', buffers: [bytes(x), bytes(sums)], threads: [256], threadgroup: [64], seed });
      expect([...sums]).toEqual([2016, 6112, 10_208, 14_304]);
    }
  });

  it('has SIMD groups, atomics, and tails of grids', { timeout: 60_000 }, () => {
    using library = new EmulatedLibrary(`${head}kernel void count(device atomic_uint* n [[buffer(0)]], device uint* out [[buffer(1)]], uint3 at [[thread_position_in_grid]], uint lane [[thread_index_in_simdgroup]]) {
  uint sum = simd_sum(at.x);
  uint next = simd_shuffle_down(at.x, ushort(1));
  if (lane == 0u) atomic_fetch_add_explicit(n, sum, memory_order_relaxed);
  out[at.x] = next;
}
`);
    const n = new Uint32Array(1);
    const out = new Uint32Array(50);
    library.dispatch({ entry: 'count', buffers: [bytes(n), bytes(out)], threads: [50], threadgroup: [40] });
    expect(n[0]).toBe(49 * 25);
    expect([out[0], out[30], out[31], out[49]]).toEqual([1, 31, 31, 49]);
  });

  it('shows a lost update under some order', { timeout: 60_000 }, () => {
    using library = new EmulatedLibrary(`${head}kernel void lost(device atomic_uint* n [[buffer(0)]]) {
  uint v = atomic_load_explicit(n, memory_order_relaxed);
  atomic_store_explicit(n, v + 1u, memory_order_relaxed);
}
`);
    const results = Array.from({ length: 10 }, (_, seed) => {
      const n = new Uint32Array(1);
      library.dispatch({ entry: 'lost', buffers: [bytes(n)], threads: [64], threadgroup: [64], seed });
      return n[0]!;
    });
    expect(results.every((r) => r < 64)).toBe(true);
  });

  it('starves SIMD groups where it may: a wait of one for another is reported, a barrier is not', { timeout: 120_000 }, () => {
    const args = 'device atomic_uint* flag [[buffer(0)]], device uint* out [[buffer(1)]], uint id [[thread_index_in_threadgroup]], uint group [[simdgroup_index_in_threadgroup]]';
    const spin = 'while (atomic_load_explicit(flag, memory_order_relaxed) == 0u) {\n    }';
    using library = new EmulatedLibrary(`${head}kernel void waits(${args}) {
  if (group == 0u) atomic_store_explicit(flag, 1u, memory_order_relaxed);
  else ${spin}
  out[id] = group;
}
kernel void meets(${args}) {
  if (group == 0u) atomic_store_explicit(flag, 1u, memory_order_relaxed);
  threadgroup_barrier(mem_flags::mem_device);
  ${spin}
  out[id] = group;
}
kernel void beyond(device atomic_uint* flag [[buffer(0)]], uint3 at [[threadgroup_position_in_grid]]) {
  if (at.x == 0u) {
    ${spin}
  } else atomic_store_explicit(flag, 1u, memory_order_relaxed);
}
`);
    const run = (entry: string, unfair: boolean, seed: number, buffers: Uint32Array[]): string => {
      try {
        library.dispatch({ entry, buffers: buffers.map(bytes), threads: [64], threadgroup: [entry === 'beyond' ? 32 : 64], seed, unfair });
        return 'done';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const fresh = (): Uint32Array[] => [new Uint32Array(1), new Uint32Array(64)];
    const seeds = [1, 2, 3, 4, 5, 6];
    // On a fair machine the wait ends; on an unfair one it does not when the waiting group is the one that is run.
    expect(seeds.map((seed) => run('waits', false, seed, fresh()))).toEqual(seeds.map(() => 'done'));
    expect(seeds.map((seed) => run('waits', true, seed, fresh()))).toEqual(
      seeds.map((seed) => (seed % 2 === 0 ? expect.stringMatching(/^SIMD group 1 of 2 goes round and round/) : 'done')));
    expect(seeds.map((seed) => run('meets', true, seed, fresh()))).toEqual(seeds.map(() => 'done'));
    // A threadgroup that waits for one that has not begun.
    expect(run('beyond', true, 1, fresh().slice(0, 1))).toContain('goes round and round');
  });

  it('reports divergent barriers and overlapping buffers', { timeout: 60_000 }, () => {
    using library = new EmulatedLibrary(`${head}kernel void diverge(device uint* n [[buffer(0)]], device uint* m [[buffer(1)]], uint id [[thread_index_in_threadgroup]]) {
  if (id < 3u) threadgroup_barrier(mem_flags::mem_threadgroup);
  n[0] = m[0];
}
`);
    const [a, b] = [new Uint32Array(4), new Uint32Array(4)];
    expect(() => library.dispatch({ entry: 'diverge', buffers: [bytes(a), bytes(b)], threads: [8], threadgroup: [8] })).toThrow('divergent barrier');
    expect(() => library.dispatch({ entry: 'diverge', buffers: [bytes(a), bytes(a)], threads: [8], threadgroup: [8] })).toThrow('overlap');
  });

  it.each([
    ['a pointer of another space', 'kernel void f(device float* a [[buffer(0)]]) { thread float* p = a; p[0] = 1.0f; }'],
    ['an acquire order', 'kernel void f(device atomic_uint* a [[buffer(0)]]) { atomic_load_explicit(a, memory_order_acquire); }'],
    ['a 64-bit atomic', 'kernel void f(device atomic_ulong* a [[buffer(0)]]) { }'],
    ['double precision', 'kernel void f(device float* a [[buffer(0)]]) { double d = a[0]; }'],
    ['an aggregate across spaces', 'struct S { float x; };\nkernel void f(device S* a [[buffer(0)]]) { S s = a[0]; }'],
    ['SIMD operations on 64 bits', 'kernel void f(device long* a [[buffer(0)]]) { a[0] = simd_sum(a[0]); }'],
    ['atomic minimum of floats', 'kernel void f(device atomic_float* a [[buffer(0)]]) { atomic_fetch_min_explicit(a, 1.0f, memory_order_relaxed); }'],
  ])('refuses %s', (_, text) => expect(compileStrict(`${head}${text}\n`, 310)).toContain('error'));

  const fence = `${head}kernel void f(device atomic_uint* a [[buffer(0)]]) { atomic_thread_fence(mem_flags::mem_device, memory_order_seq_cst, thread_scope_device); }\n`;
  it.each([[300, false], [310, false], [320, true], [400, true]])('has fences from 3.2 on: %i', (version, has) => expect(compileStrict(fence, version) === '').toBe(has));

  it('refuses an order that only fences take, and C++17 before 4.0', () => {
    expect(compileStrict(`${head}kernel void f(device atomic_uint* a [[buffer(0)]]) { atomic_store_explicit(a, 1u, memory_order_seq_cst); }\n`, 400)).toContain('error');
    const cpp17 = `${head}kernel void f(device uint* a [[buffer(0)]]) { if constexpr (sizeof(uint) == 4) a[0] = 1u; }\n`;
    expect(compileStrict(cpp17, 310)).toContain('C++17');
    expect(compileStrict(cpp17, 400)).toBe('');
  });

  it('takes the right forms of these', () => {
    expect(compileStrict(`${head}struct S { float x; };
kernel void f(device S* a [[buffer(0)]], device atomic_uint* n [[buffer(1)]], constant uint& k [[buffer(2)]], device float* out [[buffer(3)]]) {
  threadgroup uint t[4];
  S s;
  s.x = a[0].x;
  t[0] = k + atomic_fetch_add_explicit(n, 1u, memory_order_relaxed);
  out[0] = s.x + float(simd_sum(t[0]));
}
`, 310)).toBe('');
  });
});
