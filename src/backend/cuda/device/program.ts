/**
 * The engine's whole source: declarations from the layout, the prelude, every kind's handlers, the switch
 * over kinds and handlers, the kernel.
 */
import type { ActorProgram, Handler } from '../../../kernel/ir.ts';
import type { CudaPart } from '../../../kernel/emit/cuda/index.ts';
import { cudaUnit } from '../../../kernel/emit/cuda/index.ts';
import { handlerDeclarations } from '../../../kernel/emit/cuda/abi.ts';
import { joinLines } from '../../../kernel/emit/lines.ts';
import { declareStructs } from '../../../layout/declare.ts';
import { f32, roundUp, struct, u32, type Struct } from '../../../layout/types.ts';
import { headWords } from '../lines.ts';
import { duties, engineStructures } from '../structures.ts';
import { common } from './common.ts';
import { kernel } from './kernel.ts';
import { primitives } from './primitives.ts';
import { serveBlock, serveThread } from './serve-others.ts';
import { handle, serveWarp } from './serve.ts';
import { serveSmall } from './serve-small.ts';

/** Warps of a block. */
export const warpsPerBlock = 8;

/** One kind of actor: its number is its place in the list. */
export interface Kind {
  readonly part: CudaPart;
  readonly handlers: readonly Handler[];
  readonly program: ActorProgram;
  /** No state, no sends, no debug output: many of its messages may be handled at once. */
  readonly parallel: boolean;
  /** All its messages, with their deadlines, and its replies are of one line. */
  readonly small: boolean;
}

/** What a kind alone brings into the engine: equal for kinds that compile to the same code at the same place. */
export const kindSource = (kind: Kind): string => [joinLines(kind.part.lines), batches(kind, 0), traits(kind, 0)].join('\n');

const sampleStruct = struct('Sample', { a: u32, b: f32 });
/** Stands for any kind: an engine with it holds all that is the same in every engine. */
export const sampleKind: Kind = {
  part: { lines: [], entries: ['sample'], arguments: [], locate: null },
  handlers: [{ index: 0, message: sampleStruct, reply: sampleStruct } as unknown as Handler], program: { ports: [], state: sampleStruct } as unknown as ActorProgram,
  parallel: false, small: true,
};

/** The engine for these kinds as one translation unit. */
export function engineSource(kinds: readonly Kind[]): string {
  const named = Object.entries(duties).map(([name, n]) => `#define RK_DUTY_${name.toUpperCase()} ${n}`);
  const after = [
    `#define RK_WARPS ${warpsPerBlock}`, ...named,
    declareStructs('cuda', engineStructures),
    primitives, common, forward, ...kinds.map(batches), dispatch(kinds), handle, serveWarp, serveThread, serveBlock,
    serveSmall, ...kinds.map(traits), serveKind(kinds), kernel,
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
const unroll = (bytes: number): number => Math.max(1, Math.min(8, Math.floor(256 / Math.max(bytes, 1))));
/** The same where a warp's messages wait in shared memory for their turn: as many as its stage holds; 0: none. */
const staged = (message: Struct, reply: Struct | null): number =>
  Math.min(unroll(message.size), Math.floor(stageBytes / 32 / Math.max(roundUp(message.size, 8), roundUp(reply?.size ?? 0, 8), 8)));
/** `RK_STAGE` words, less the head that stands at their beginning. */
const stageBytes = (384 - 16) * 4;
/** State up to this size is kept in registers from message to message. */
const heldBytes = 64;

/** Side by side on all lanes, or by one thread alone. */
const parallelBatch = (kind: Kind, h: Handler): string => {
  // One thread alone gains nothing from several at once.
  const u = kind.parallel ? unroll(h.message.size) : 1;
  return `  for (u32 at = 0; at < count && fault == 0; at += step * ${u}) {
    ${place(h.message)} m[${u}];
    #pragma unroll
    for (u32 u = 0; u < ${u}; u++) {
      const u32 i = at + u * step + lane;
      if (i < count) {
${h.message.fields.map((f, k) => `      rk_get(m[u].bytes + ${f.offset}, in${k}, i, ${f.type.size});`).join('\n')}
      }
    }
    #pragma unroll
    for (u32 u = 0; u < ${u}; u++) {
      const u32 i = at + u * step + lane;
      ${place(h.reply)} r;
      u32 replied = 0;
      ${kind.parallel
        ? `if (i < count) replied = rk_call(${kind.part.entries[h.index]!}, ctx, state, m[u].bytes, r.bytes);`
        : `for (u32 t = 0; t < step; t++) { if (t == lane && i < count) replied = rk_call(${kind.part.entries[h.index]!}, ctx, state, m[u].bytes, r.bytes); if (step > 1) __syncwarp(); }`}
      if ((replied & 1u) != 0) {
${(h.reply?.fields ?? []).map((f, k) => `        rk_set(out${k}, i, r.bytes + ${f.offset}, ${f.type.size});`).join('\n')}
      }
    }
    fault = step > 1 ? __ballot_sync(RK_ALL, ctx.fault != 0) : ctx.fault;
    if (fault != 0 && at + step * ${u} < count) done = at + step * ${u};
  }`;
};

/** In order: the warp loads together into shared memory, lane 0 handles one after the other, the warp stores together. */
const orderedBatch = (kind: Kind, h: Handler, u: number): string => {
  const size = kind.program.state?.size ?? 0;
  const held = size > 0 && size <= heldBytes;
  const bytes = (type: Struct | null): number => roundUp(Math.max(type?.size ?? 0, 8), 8);
  const outputs = h.reply?.fields ?? [];
  return `  {
    u8* ins = (u8*)(rk_in[rk_warp_of()] + 16); u8* outs = (u8*)rk_out[rk_warp_of()];
    ${held ? `${place(kind.program.state)} kept;\n    if (lane == 0) for (u32 i = 0; i < ${bytes(kind.program.state) / 4}; i++) ((u32*)kept.bytes)[i] = i * 4 < ${size} ? ((const u32*)state)[i] : 0;` : ''}
    for (u32 at = 0; at < count && fault == 0; at += ${32 * u}) {
      __syncwarp();
      {
        ${place(h.message)} m[${u}];
        #pragma unroll
        for (u32 u = 0; u < ${u}; u++) {
          const u32 next = at + u * 32 + lane, i = next < count ? next : count - 1;
${h.message.fields.map((f, k) => `          rk_get(m[u].bytes + ${f.offset}, in${k}, i, ${f.type.size});`).join('\n')}
        }
        #pragma unroll
        for (u32 u = 0; u < ${u}; u++) for (u32 i = 0; i < ${bytes(h.message) / 8}; i++) ((u64*)(ins + (u * 32 + lane) * ${bytes(h.message)}))[i] = m[u].align[i];
      }
      __syncwarp();
      const u32 n = count - at < ${32 * u} ? count - at : ${32 * u};
      u32 replied[${u}];
      #pragma unroll
      for (u32 u = 0; u < ${u}; u++) {
        replied[u] = 0;
        if (lane == 0) for (u32 first = u * 32; first < n && first < u * 32 + 32 && ctx.fault == 0; first += 4) {
          // Four at once from shared memory, then one after the other: none waits for its own.
          ${place(h.message)} four[4];
          #pragma unroll
          for (u32 k = 0; k < 4; k++) for (u32 i = 0; i < ${bytes(h.message) / 8}; i++) four[k].align[i] = ((const u64*)(ins + (first + k) * ${bytes(h.message)}))[i];
          #pragma unroll
          for (u32 k = 0; k < 4; k++) if (first + k < n && ctx.fault == 0) {
            const u32 t = first + k;
            ${place(h.reply)} r;
            for (u32 i = 0; i < ${bytes(h.reply) / 8}; i++) r.align[i] = 0;
            if ((rk_call(${kind.part.entries[h.index]!}, ctx, ${held ? '(void*)kept.bytes' : 'state'}, four[k].bytes, r.bytes) & 1u) != 0) {
              replied[u] |= 1u << (t & 31u);
              for (u32 i = 0; i < ${bytes(h.reply) / 8}; i++) ((u64*)(outs + t * ${bytes(h.reply)}))[i] = r.align[i];
            }
            if (ctx.fault != 0) done = t + at + 1;
          }
        }
        replied[u] = __shfl_sync(RK_ALL, replied[u], 0);
      }
      __syncwarp();
${outputs.length === 0 ? '' : `      #pragma unroll
      for (u32 u = 0; u < ${u}; u++) if ((replied[u] >> lane & 1u) != 0) {
        const u8* r = outs + (u * 32 + lane) * ${bytes(h.reply)};
${outputs.map((f, k) => `        rk_set(out${k}, at + u * 32 + lane, r + ${f.offset}, ${f.type.size});`).join('\n')}
      }`}
      fault = __shfl_sync(RK_ALL, ctx.fault, 0);
    }
    done = __shfl_sync(RK_ALL, done, 0);
    ${held ? `if (lane == 0) for (u32 i = 0; i * 4 < ${size}; i++) ((u32*)state)[i] = ((const u32*)kept.bytes)[i];` : ''}
  }`;
};

function batches(kind: Kind, number: number): string {
  return kind.handlers.map((h) => {
    const u = staged(h.message, h.reply);
    // A state that does not end at a word is left where it is.
    const ordered = !kind.parallel && u > 0 && (kind.program.state?.size ?? 0) % 4 === 0;
    return `static __device__ __noinline__ void rk_batch_${number}_${h.index}(RkBatch& b) {
  const u32 count = b.head[4], lane = b.lane == RK_ALL ? 0 : b.lane, step = b.lane == RK_ALL ? 1 : 32;
  const u64 in = (u64)b.head[6] | ((u64)b.head[7] << 32), out = (u64)b.head[8] | ((u64)b.head[9] << 32);
${[...columns(h.message, 'in', 'in'), ...columns(h.reply, 'out', 'out')].join('\n')}
  void* state = (void*)b.row->state;
  u32 done = count, fault = 0;
  RkContext ctx;
  ctx.self = b.row->id; ctx.source = 0; ctx.correlation = b.head[1]; ctx.handler = ${h.index}; ctx.stamp = (u64)b.head[2] | ((u64)b.head[3] << 32);
  ctx.deadline = 0; ctx.lane = 0; ctx.lanes = 1; ctx.fault = 0; ctx.turn = 0; ctx.row = b.row; ctx.clock = b.clock; ctx.ports = 0;
  (void)in; (void)out; (void)state;
${ordered ? `  if (step == 32)\n${orderedBatch(kind, h, u)}\n  else\n` : ''}${parallelBatch(kind, h)}
  b.done = done; b.fault = fault; b.replies = ${h.reply !== null};
  __threadfence_system();
  if (step > 1) __syncwarp();
}`;
  }).join('\n');
}

/** Ports of a kind that its server keeps in registers; with more, it keeps none. */
const heldPorts = 4;
const wordsOf = (type: Struct | null): number => Math.ceil((type?.size ?? 0) / 4);
/** Chunks of a line with so many words of payload. */
const chunksOf = (words: number): number => Math.ceil((headWords + words) / 3);

/** What the server of a kind's actors is compiled with. */
function traits(kind: Kind, number: number): string {
  if (!kind.small) return '';
  const reply = Math.max(...kind.handlers.map((h) => wordsOf(h.reply)));
  const ports = kind.program.ports.length;
  const state = kind.program.state?.size ?? 0;
  const pick = (body: (h: Handler) => string, otherwise: string): string => (kind.handlers.length === 1 ? body(kind.handlers[0]!)
    : `switch (handler) {\n${kind.handlers.map((h) => `      case ${h.index}: ${body(h)}`).join('\n')}\n      default: ${otherwise}\n    }`);
  return `struct RkKind${number} {
  enum : u32 {
    number = ${number}, chunks = ${chunksOf(Math.max(...kind.handlers.map((h) => wordsOf(h.message))))}, replyChunks = ${chunksOf(reply)}, replyWords = ${reply},
    ports = ${ports > heldPorts ? 0 : ports}, held = ${state <= heldBytes && state % 4 === 0 && !kind.parallel ? state / 4 : 0}
  };
  enum : bool { parallel = ${kind.parallel}, replies = ${kind.handlers.some((h) => h.reply !== null)} };
  static __device__ __forceinline__ u32 run(u32 handler, RkContext& ctx, void* state, const void* msg, void* reply) {
    ${pick((h) => `return rk_call(${kind.part.entries[h.index]!}, ctx, state, msg, reply);`, 'return 0;')}
  }
  static __device__ __forceinline__ u32 words(u32 handler) {
    ${pick((h) => `return ${wordsOf(h.message)};`, 'return 0;')}
  }
};`;
}

const serveKind = (kinds: readonly Kind[]): string => `static __device__ void rk_serve_kind(RkEngine* E, RkRow* row) {
  bool mapped = false;
  for (u32 i = 0; i < row->feedCount; i++) if (((const RkFeed*)row->feeds + i)->mapped != 0) mapped = true;
  switch (row->kind) {
${kinds.map((kind, n) => (kind.small ? `    case ${n}: ${kind.program.ports.length === 0 ? `if (mapped) rk_serve_small<RkKind${n}, true>(E, row); else ` : ''}rk_serve_small<RkKind${n}, false>(E, row); break;` : '')).filter((line) => line !== '').join('\n')}
    default: break;
  }
}`;

function dispatch(kinds: readonly Kind[]): string {
  const each = (body: (number: number, h: Handler, kind: Kind) => string): string => kinds.map((kind, number) =>
    `    case ${number}: switch (handler) {\n${kind.handlers.map((h) => `      case ${h.index}: ${body(number, h, kind)}`).join('\n')}\n      default: return 0;\n    }`).join('\n');
  return `static __device__ __noinline__ u32 rk_dispatch(u32 kind, u32 handler, RkContext& ctx, void* state, const void* msg, void* reply) {
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
