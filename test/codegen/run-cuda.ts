/**
 * Emitted CUDA C++ of handlers, run on the CPU: the text itself, with the few words that only a GPU knows put
 * before it. It shows that the C++ means what the IR says; what a GPU adds (scopes, lanes) it does not show.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handlerDeclarations } from '../../src/kernel/emit/cuda/abi.ts';
import { cudaPart, cudaUnit } from '../../src/kernel/emit/cuda/index.ts';
import type { ActorProgram } from '../../src/kernel/ir.ts';
import { codecOf, viewsOf } from '../../src/message/codec.ts';
import type { ActorInput, Outcome } from '../../src/testing/run-actor.ts';
import { findTool } from '../support/tools.ts';

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');

const before = `#include <math.h>
#define __device__
#define __global__
template <typename T, typename U> T rk_cast(U value) { return __builtin_bit_cast(T, value); }
inline float __uint_as_float(unsigned v) { return rk_cast<float>(v); }
inline unsigned __float_as_uint(float v) { return rk_cast<unsigned>(v); }
inline int __float_as_int(float v) { return rk_cast<int>(v); }
inline long long __double_as_longlong(double v) { return rk_cast<long long>(v); }
inline double __longlong_as_double(long long v) { return rk_cast<double>(v); }
inline float __fsqrt_rn(float v) { return sqrtf(v); }
inline double __dsqrt_rn(double v) { return sqrt(v); }
inline int __clz(int v) { return v == 0 ? 32 : __builtin_clz((unsigned)v); }
inline long long __mul64hi(long long a, long long b) { return (long long)(((__int128)a * b) >> 64); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) { return (unsigned long long)(((unsigned __int128)a * b) >> 64); }
inline float rk_half_value(unsigned short bits) { return (float)rk_cast<_Float16>(bits); }
inline unsigned short rk_half_bits(float value) { return rk_cast<unsigned short>((_Float16)value); }
inline unsigned short rk_half_bits(double value) { return rk_cast<unsigned short>((_Float16)value); }
`;

const engine = `
static bool rk_send(RkContext&, u32, const void*, u32) { return false; }
static void rk_debug(RkContext&, u32, u64, const u64*, u32) {}
static void rk_fault(RkContext& ctx, u32 kind, u32, u32, u32) { if (ctx.fault == 0) ctx.fault = kind; }
static bool rk_alive(RkContext& ctx) { return ++ctx.turn < 1000000; }
static u64 rk_hlc(RkContext& ctx) { return ++ctx.stamp; }
static u64 rk_hlc_update(RkContext& ctx, u64 stamp) { if (ctx.stamp < stamp) ctx.stamp = stamp; return ++ctx.stamp; }
static u64 rk_hlc_last(RkContext& ctx) { return ctx.stamp; }
template <typename S, typename M, typename R> u32 run(u32 (*handle)(RkContext&, S*, const M*, R*), RkContext& ctx, u8* memory) {
  return handle(ctx, (S*)memory, (const M*)(memory + 4096), (R*)(memory + 8192));
}
`;

const at = { state: 0, message: 4096, reply: 8192, end: 16_384 };

export class CudaHandlers implements Disposable {
  readonly source: string;
  readonly #programs: readonly ActorProgram[];
  readonly #library: ReturnType<typeof koffi.load>;
  readonly #run: ReturnType<ReturnType<typeof koffi.load>['func']>;

  constructor(programs: readonly ActorProgram[], exact: boolean) {
    this.#programs = programs;
    const parts = programs.map((p, i) => cudaPart(p, { exact, namespace: `kind${i}` }));
    this.source = cudaUnit(parts, { before: handlerDeclarations, after: `${engine}
extern "C" u32 run_handler(u32 kind, u8* memory, u32* fault) {
  RkContext ctx = {};
  u32 replied = 0;
  switch (kind) {
${parts.map((p, i) => `    case ${i}: replied = run(${p.entries[0]}, ctx, memory); break;`).join('\n')}
  }
  *fault = ctx.fault;
  return replied;
}` });
    // PTX conversions of halves have their counterparts above.
    const text = before + this.source.replace(/^__device__ inline (?:f32 rk_half_value|u16 rk_half_bits)\(.*\) \{$[\s\S]*?^\}$/gm, '');
    const folder = mkdtempSync(join(tmpdir(), 'ringkernel-cuda-'));
    try {
      const [file, out] = [join(folder, 'handlers.cpp'), join(folder, 'handlers.so')];
      writeFileSync(file, text);
      const run = spawnSync(findTool('clang')!, [
        '-x', 'c++', '-std=c++17', '-O1', '-fPIC', '-shared', '-ffp-contract=off', '-fno-strict-aliasing', '-fsanitize=signed-integer-overflow,integer-divide-by-zero,shift',
        '-fsanitize-trap=all', '-w', '-o', out, file, '-lm',
      ], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(`clang: ${run.stderr.slice(0, 4000)}`);
      this.#library = koffi.load(out);
    } finally {
      rmSync(folder, { recursive: true });
    }
    this.#run = this.#library.func('run_handler', 'uint32_t', ['uint32_t', 'void *', 'uint32_t *']);
  }

  run(index: number, input: ActorInput): Outcome {
    const program = this.#programs[index]!;
    const { message, reply } = program.handlers[0]!;
    const views = viewsOf(new ArrayBuffer(at.end));
    const state = program.state === null ? null : codecOf(program.state);
    state?.encode(views, at.state, input.state as never);
    codecOf(message).encode(views, at.message, input.message as never);
    const fault = new Uint32Array(1);
    const replied = this.#run(index, views.u8, fault) as number;
    if (fault[0] !== 0) return { fault: String(fault[0]) };
    return {
      state: state === null ? null : state.decode(views, at.state),
      reply: reply !== null && (replied & 1) === 1 ? codecOf(reply).decode(views, at.reply) : null,
    };
  }

  [Symbol.dispose](): void {
    this.#library.unload();
  }
}
