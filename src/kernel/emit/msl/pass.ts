/**
 * The whole program of a pass engine in MSL: the engine's fixed part, the handlers of all kinds, the two
 * entries. What belongs to one invocation is `ctx`; `mem` is plain device memory, `sync` holds atomic words.
 */
import type { FaultSite, PassKind, PassProgram } from '../../../engine/pass/driver.ts';
import { ownNames, type PassDialect } from '../../../engine/pass/dialect.ts';
import { passLoop } from '../../../engine/pass/loop.ts';
import { PassRow, word } from '../../../engine/pass/layout.ts';
import { emitMslActor, mslUnit } from './index.ts';

const relaxed = 'memory_order_relaxed';

const dialect: PassDialect = {
  let: (name, value) => `const u32 ${name} = ${value};`,
  var: (name, value) => `u32 ${name} = ${value};`,
  fn: (name, params, result, body) =>
    `inline ${result ?? 'void'} ${name}(${['thread RkContext& ctx', ...params.map((p) => `u32 ${p}`)].join(', ')}) {${body}\n}`,
  call: (name, ...args) => `${name}(${['ctx', ...args].join(', ')})`,
  own: (name) => `ctx.${name}`,
  mem: (at) => `ctx.mem[${at}]`,
  atomicLoad: (at) => `atomic_load_explicit(&ctx.sync[${at}], ${relaxed})`,
  atomicStore: (at, value) => `atomic_store_explicit(&ctx.sync[${at}], ${value}, ${relaxed})`,
  atomicAdd: (at, value) => `atomic_fetch_add_explicit(&ctx.sync[${at}], ${value}, ${relaxed})`,
  compareExchange: (at, expected, value) => `atomic_compare_exchange_weak_explicit(&ctx.sync[${at}], &${expected}, ${value}, ${relaxed}, ${relaxed})`,
};

const context = `struct RkContext {
  device u32* mem;
  device atomic_uint* sync;
  u32 ${ownNames.join(', ')};
};`;

/** What handlers ask about themselves and the time. The clock is that of `rk_clock`. */
const questions = `inline u32 rk_self(thread RkContext& ctx) {
  return ctx.mem[ctx.row + ${word(PassRow, 'id')}u];
}
inline u64 rk_u64(u32 low, u32 high) {
  return u64(high) << 32 | low;
}
inline u64 rk_hlc_last(thread RkContext& ctx) {
  return rk_u64(ctx.mem[ctx.row + ${word(PassRow, 'hlc')}u], ctx.mem[ctx.row + ${word(PassRow, 'hlc') + 1}u]);
}
inline u64 rk_now(thread RkContext& ctx) {
  rk_clock(ctx, 0u, 0u);
  return rk_hlc_last(ctx);
}
inline u64 rk_hlc_update(thread RkContext& ctx, u64 stamp) {
  rk_clock(ctx, u32(stamp), u32(stamp >> 32));
  return rk_hlc_last(ctx);
}`;

/** Entries of the program and what they are bound to: `mem`, `sync`, and the word address of the frame. */
export const mslPassEntries = { actors: 'rk_pass_actors', batches: 'rk_pass_batches' } as const;

/** Threads of a threadgroup in each entry, and messages of a batch that one thread handles. */
export const mslPassGroups = { actors: 32, batches: 64, messages: 16 } as const;

const entry = (name: string, call: string): string => `kernel void ${name}(device u32* mem [[buffer(0)]], device atomic_uint* sync [[buffer(1)]], constant u32& frame [[buffer(2)]], uint2 at [[thread_position_in_grid]], uint2 groups [[threadgroups_per_grid]]) {
  RkContext ctx = {};
  ctx.mem = mem;
  ctx.sync = sync;
  ctx.frame = frame;
  ${call}
}`;

/** The program that serves these kinds. */
export function mslPassProgram(kinds: readonly PassKind[]): PassProgram {
  const sites: FaultSite[] = [];
  const actors = kinds.map((k) => ({ kind: k.index, text: emitMslActor(k.program, `kind${k.index}`, k.index, sites) }));
  const loop = passLoop(dialect, actors.map(({ kind, text }) => ({
    kind,
    handlers: text.handlers.map((h) => {
      const single = `result = ${dialect.call(h.single, 'input', 'output')};`;
      const batch = h.batch === null ? null : `result = ${dialect.call(h.batch, 'input', 'output', 'count', 'i')};`;
      return { index: h.index, batch: null, call: batch === null ? single : `if (count == 0u) { ${single} } else { ${batch} }` };
    }),
  })));
  const unit = mslUnit([
    context, declarations(loop), questions, ...actors.map((a) => a.text.lines), loop,
    entry(mslPassEntries.actors, 'rk_actors(ctx, at.x);'), entry(mslPassEntries.batches, `rk_batches(ctx, at.x, groups.x * ${mslPassGroups.batches}u, at.y);`),
  ]);
  return { source: unit.source, sites };
}

/** Prototypes: handlers stand before the routines they call. */
const declarations = (text: string): string => (text.match(/^inline .*\)(?= \{)/gm) ?? []).map((head) => `${head};`).join('\n');
