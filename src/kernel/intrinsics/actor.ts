import type { ScalarName } from '../../layout/types.ts';
import type { IntrinsicRow } from './table.ts';

const row = (name: string, doc: string, result: ScalarName, category: IntrinsicRow['category'], cuda: string, msl: string, wgsl: string, rest: Partial<IntrinsicRow> = {}): IntrinsicRow => ({
  name, category, doc, on: ['actor'], property: true, types: [], params: [], result, emit: { js: `rk_actor.${name}(rk.views, actor)`, wasm: `@${name}`, cuda, msl, wgsl }, ...rest,
});

/** What a handler knows about itself, its message, and time. */
export const actorRows: readonly IntrinsicRow[] = [
  row('self', "This actor's id; never 0.", 'u32', 'queue', 'ctx.self', 'rk_self(ctx)', 'rk_self()'),
  row('sender', 'Id of the actor that sent the message; 0: the host.', 'u32', 'queue', 'ctx.source', 'ctx.source', 'rk_source'),
  row('correlation', 'Correlation number of the message; a reply carries the same.', 'u32', 'queue', 'ctx.correlation', 'ctx.correlation', 'rk_correlation'),
  row('timestamp', 'Packed HLC time stamp of the message.', 'u64', 'hlc', 'ctx.stamp', 'rk_u64(ctx.stampLow, ctx.stampHigh)', 'vec2<u32>(rk_stampLow, rk_stampHigh)', { need: 'i64' }),
  row('deadline', 'Packed HLC deadline of the message; 0: none.', 'u64', 'hlc', 'ctx.deadline', 'rk_u64(ctx.deadlineLow, ctx.deadlineHigh)', 'vec2<u32>(rk_deadlineLow, rk_deadlineHigh)', { need: 'i64' }),
  row('hlcPhysical', "Physical part of the actor's clock, microseconds since the epoch.", 'u64', 'hlc', '(rk_hlc_last(ctx) >> 12)', '(rk_hlc_last(ctx) >> 12)', 'rk_shr_u64(rk_hlc(), 12u)', { need: 'hlc' }),
  row('hlcLogical', "Logical part of the actor's clock.", 'u64', 'hlc', '(rk_hlc_last(ctx) & 4095ull)', '(rk_hlc_last(ctx) & 4095ul)', '(rk_hlc() & vec2<u32>(4095u, 0u))', { need: 'hlc' }),
  { name: 'now', category: 'clock', doc: "Packed HLC time; the actor's clock moves on by this call.", on: ['actor'], types: [], params: [], result: 'u64', effects: true, need: 'hlc', emit: { js: 'rk.tick(actor)', wasm: '@actor @tick', cuda: 'rk_hlc(ctx)', msl: 'rk_now(ctx)', wgsl: 'rk_now()' } },
  { name: 'hlcUpdate', category: 'hlc', doc: "Takes in a stamp that came in a payload: the actor's clock moves past it and past its own; the new packed time.", on: ['actor'], types: [], params: ['u64'], result: 'u64', effects: true, need: 'hlc', emit: { js: 'rk_hlc_update(rk, actor, $0)', wasm: '@actor $0 @hlc_witness @actor @tick', cuda: 'rk_hlc_update(ctx, $0)', msl: 'rk_hlc_update(ctx, $0)', wgsl: 'rk_hlc_update($0)' } },
];
