/** Byte offsets of the shared structures as records of numbers, the form the steps take them in through `uses`. */
import { BatchHead, MessageHeader, RingHeader, RouteEntry, SlotHead, slotFlags } from '../../layout/structures.ts';
import type { Fields, Struct } from '../../layout/types.ts';
import { ActorRow, Bell, EngineBlock, FaultRecord, WorkerBlock, bellGroup, rowFlags } from '../abi.ts';

type OffsetsOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Struct<infer G> ? OffsetsOf<G> & { readonly at: number } : number };

/** `offsets(ActorRow).control.isActive`: from the start of the outermost struct; `at` is a nested struct's own start. */
export function offsets<F extends Fields>(type: Struct<F>, base = 0): OffsetsOf<F> {
  return Object.freeze(Object.fromEntries(type.fields.map((field) => {
    const at = base + field.offset;
    return [field.name, field.type.kind === 'struct' ? Object.freeze({ at, ...offsets(field.type, at) }) : at];
  }))) as OffsetsOf<F>;
}

export const row = { ...offsets(ActorRow), bytes: ActorRow.size };
export const worker = offsets(WorkerBlock);
export const engine = offsets(EngineBlock);
export const bell = { ...offsets(Bell), group: bellGroup.bytes, bits: bellGroup.bits };
export const fault = offsets(FaultRecord);
export const ring = { ...offsets(RingHeader), slots: RingHeader.size };
export const slot = { ...offsets(SlotHead), payload: SlotHead.size };
export const header = { ...offsets(MessageHeader), bytes: MessageHeader.size };
export const route = { ...offsets(RouteEntry), bytes: RouteEntry.size };
export const batch = offsets(BatchHead);
export const is = rowFlags;
/** Flags of a slot where they stand in its tag. */
export const tagged = {
  full: slotFlags.fullEnvelope << 16, batch: slotFlags.batch << 16, debug: slotFlags.debug << 16,
  deadLetter: slotFlags.deadLetter << 16, cancelled: slotFlags.cancelled << 16,
};
