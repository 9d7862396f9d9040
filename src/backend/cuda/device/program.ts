/**
 * The engine's whole source: declarations from the layout, the prelude, every kind's handlers, the switch
 * over kinds and handlers, the kernel.
 */
import type { Handler } from '../../../kernel/ir.ts';
import type { CudaPart } from '../../../kernel/emit/cuda/index.ts';
import { cudaUnit } from '../../../kernel/emit/cuda/index.ts';
import { handlerDeclarations } from '../../../kernel/emit/cuda/abi.ts';
import { declareStructs } from '../../../layout/declare.ts';
import { roundUp, type Struct } from '../../../layout/types.ts';
import { duties, engineStructures } from '../structures.ts';
import { common } from './common.ts';
import { kernel } from './kernel.ts';
import { primitives } from './primitives.ts';
import { handle, serveBlock, serveThread, serveWarp } from './serve.ts';

/** Warps of a block. */
export const warpsPerBlock = 8;

/** One kind of actor: its number is its place in the list. */
export interface Kind {
  readonly part: CudaPart;
  readonly handlers: readonly Handler[];
  /** No state, no sends, no debug output: many of its messages may be handled at once. */
  readonly parallel: boolean;
}

/** The engine for these kinds as one translation unit. */
export function engineSource(kinds: readonly Kind[]): string {
  const named = Object.entries(duties).map(([name, n]) => `#define RK_DUTY_${name.toUpperCase()} ${n}`);
  const after = [
    `#define RK_WARPS ${warpsPerBlock}`, ...named,
    declareStructs('cuda', engineStructures),
    primitives, common, forward, ...kinds.map(batches), dispatch(kinds), handle, serveWarp, serveThread, serveBlock, kernel,
  ].join('\n');
  return cudaUnit(kinds.map((k) => k.part), { before: handlerDeclarations, after, file: 'engine.cu' });
}

/** What the generated parts and the fixed ones say to each other. */
const forward = String.raw`
// ---------------------------------------------------------------- kinds
// Many messages in one: columns in mapped memory, one per field, each beginning at a multiple of 16 bytes.
struct RkBatch {
  RkRow* row; const u32* head; u64 now;
  u32 lane;            // RK_ALL: one thread works alone
  u32 done, fault;
  bool replies;
  u64* clock;
};
template <typename S, typename M, typename R> rk_inline u32 rk_call(u32 (*handler)(RkContext&, S*, const M*, R*), RkContext& ctx, void* state, const void* msg, void* reply) {
  return handler(ctx, (S*)state, (const M*)msg, (R*)reply);
}
// Element 'index' of a column into or out of a field; 'bytes' is a constant.
rk_inline void rk_get(u8* field, u64 column, u32 index, u32 bytes) {
  const u64 at = column + (u64)index * bytes;
  if (bytes % 8 == 0) for (u32 i = 0; i < bytes; i += 8) { const u64 v = rk_ld8(at + i); ((u32*)(field + i))[0] = (u32)v; ((u32*)(field + i))[1] = (u32)(v >> 32); }
  else if (bytes % 4 == 0) for (u32 i = 0; i < bytes; i += 4) *(u32*)(field + i) = rk_ld1(at + i);
  else for (u32 i = 0; i < bytes; i += 2) *(unsigned short*)(field + i) = (unsigned short)rk_ld2(at + i);
}
rk_inline void rk_set(u64 column, u32 index, const u8* field, u32 bytes) {
  const u64 at = column + (u64)index * bytes;
  if (bytes % 4 == 0) for (u32 i = 0; i < bytes; i += 4) rk_st1(at + i, *(const u32*)(field + i));
  else for (u32 i = 0; i < bytes; i += 2) rk_st2(at + i, *(const unsigned short*)(field + i));
}
rk_inline u64 rk_up16(u64 n) { return (n + 15ull) & ~15ull; }
`;

/** A union large and aligned enough for a struct. */
const place = (type: Struct | null): string => `union { u64 align[${Math.max(1, Math.ceil((type?.size ?? 1) / 8))}]; u8 bytes[${Math.max(8, roundUp(type?.size ?? 1, 8))}]; }`;

const columns = (type: Struct | null, name: string, base: string): string[] => {
  const fields = type?.fields ?? [];
  return fields.map((f, i) => `  const u64 ${name}${i} = ${i === 0 ? base : `rk_up16(${name}${i - 1} + (u64)count * ${fields[i - 1]!.type.size})`};`);
};

/** Messages whose elements are loaded at once by each lane: as many as about 64 registers hold. */
const unroll = (type: Struct): number => Math.max(1, Math.min(8, Math.floor(256 / Math.max(type.size, 1))));

function batches(kind: Kind, number: number): string {
  return kind.handlers.map((h) => {
    const u = unroll(h.message);
    const inputs = h.message.fields;
    const outputs = h.reply?.fields ?? [];
    const call = `rk_call(${kind.part.entries[h.index]!}, ctx, (void*)b.row->state, m[u].bytes, r.bytes)`;
    return `static __device__ void rk_batch_${number}_${h.index}(RkBatch& b) {
  const u32 count = b.head[4], lane = b.lane == RK_ALL ? 0 : b.lane, step = b.lane == RK_ALL ? 1 : 32;
  const u64 in = (u64)b.head[6] | ((u64)b.head[7] << 32), out = (u64)b.head[8] | ((u64)b.head[9] << 32);
${[...columns(h.message, 'in', 'in'), ...columns(h.reply, 'out', 'out')].join('\n')}
  RkContext ctx;
  ctx.self = b.row->id; ctx.source = 0; ctx.correlation = b.head[1]; ctx.handler = ${h.index}; ctx.stamp = (u64)b.head[2] | ((u64)b.head[3] << 32);
  ctx.deadline = 0; ctx.lane = 0; ctx.lanes = 1; ctx.fault = 0; ctx.turn = 0; ctx.row = b.row; ctx.clock = b.clock;
  b.done = count; b.fault = 0; b.replies = ${h.reply !== null};
  for (u32 at = 0; at < count && b.fault == 0; at += step * ${u}) {
    ${place(h.message)} m[${u}];
    #pragma unroll
    for (u32 u = 0; u < ${u}; u++) {
      const u32 i = at + u * step + lane;
      if (i < count) {
${inputs.map((f, k) => `        rk_get(m[u].bytes + ${f.offset}, in${k}, i, ${f.type.size});`).join('\n')}
      }
    }
    #pragma unroll
    for (u32 u = 0; u < ${u}; u++) {
      const u32 i = at + u * step + lane;
      ${place(h.reply)} r;
      u32 replied = 0;
      ${kind.parallel
        ? `if (i < count) replied = ${call};`
        : `for (u32 t = 0; t < step; t++) { if (t == lane && i < count) replied = ${call}; if (step > 1) __syncwarp(); }`}
${outputs.length === 0 ? '      (void)replied; (void)out;' : `      if ((replied & 1u) != 0) {
${outputs.map((f, k) => `        rk_set(out${k}, i, r.bytes + ${f.offset}, ${f.type.size});`).join('\n')}
      }`}
    }
    if (step > 1) b.fault = __ballot_sync(RK_ALL, ctx.fault != 0); else b.fault = ctx.fault;
    if (b.fault != 0 && at + step * ${u} < count) b.done = at + step * ${u};
  }
  __threadfence_system();
  if (step > 1) __syncwarp();
}`;
  }).join('\n');
}

function dispatch(kinds: readonly Kind[]): string {
  const each = (body: (number: number, h: Handler, kind: Kind) => string): string => kinds.map((kind, number) =>
    `    case ${number}: switch (handler) {\n${kind.handlers.map((h) => `      case ${h.index}: ${body(number, h, kind)}`).join('\n')}\n      default: return 0;\n    }`).join('\n');
  return `static __device__ u32 rk_dispatch(u32 kind, u32 handler, RkContext& ctx, void* state, const void* msg, void* reply) {
  switch (kind) {
${each((_, h, kind) => `return rk_call(${kind.part.entries[h.index]!}, ctx, state, msg, reply);`)}
    default: return 0;
  }
}
static __device__ __noinline__ u32 rk_batch(u32 kind, u32 handler, RkBatch& b) {
  b.done = 1; b.fault = 0; b.replies = false;
  switch (kind) {
${each((number, h) => `rk_batch_${number}_${h.index}(b); return 0;`)}
    default: return 0;
  }
}
static __device__ u32 rk_reply_bytes(u32 kind, u32 handler) {
  switch (kind) {
${each((_, h) => `return ${h.reply?.size ?? 0};`)}
    default: return 0;
  }
}
static __device__ u32 rk_message_bytes(u32 kind, u32 handler) {
  switch (kind) {
${each((_, h) => `return ${h.message.size};`)}
    default: return 0;
  }
}`;
}
