import { DebugRecord, debugKinds, faultKinds, type FaultKind } from '../../engine/abi.ts';
import type { ActorFault, DeadLetterReason, EngineSink } from '../../engine/contract.ts';
import { slot, tagFlags, tagHandler } from '../../engine/host-ring.ts';
import { batch as B, fault as F, row as A } from '../../engine/steps/offsets.ts';
import { slotFlags } from '../../layout/structures.ts';
import type { Views } from '../../message/codec.ts';
import type { CpuActor } from './actor.ts';

/** Hands one slot of an actor's outbox to the sink. False: the sink has no room now. */
export function deliver(actor: CpuActor, views: Views, at: number, sink: EngineSink): boolean {
  const tag = views.u32[at + slot.tag]!;
  const flags = tagFlags(tag);
  if ((flags & (slotFlags.cancelled | slotFlags.deadLetter | slotFlags.debug | slotFlags.batch)) === 0) return sink.message(actor.id, views, at << 2);
  if ((flags & slotFlags.cancelled) !== 0) return true;
  if ((flags & slotFlags.deadLetter) !== 0) {
    for (const payload of payloadsOf(actor, views, at, 0)) letter(actor, views, at, 'expired', payload, sink);
    return true;
  }
  if ((flags & slotFlags.debug) !== 0) {
    debug(actor, views, (at << 2) + slotPayload, sink);
    return true;
  }
  const head = actor.batchHeadAt(at);
  // Where slots have room for a header, what follows it begins there in every slot; a batch's header says nothing.
  if (head !== (at << 2) + slotPayload) views.u32[at + slot.tag] = tag | (slotFlags.fullEnvelope << 16);
  if (views.u32[(head + B.count) >> 2] !== 0 && !sink.message(actor.id, views, at << 2)) return false;
  actor.batches.giveBackReplies(Number(views.u64[(head + B.area) >> 3]));
  return true;
}

const slotPayload = 32;

/** The messages of a slot as bytes: one, or those of a batch from the `from`th on. */
export function payloadsOf(actor: CpuActor, views: Views, at: number, from: number): Uint8Array[] {
  const tag = views.u32[at + slot.tag]!;
  const { message } = actor.kind.program.handlers[tagHandler(tag)]!;
  if ((tagFlags(tag) & slotFlags.batch) === 0) return [actor.payloadAt(at, message.size)];
  const head = actor.batchHeadAt(at);
  const area = Number(views.u64[(head + B.area) >> 3]);
  const payloads = batchPayloads(actor, views, tagHandler(tag), area, views.u32[(head + B.count) >> 2]!, from);
  actor.batches.giveBack(area);
  return payloads;
}

export function batchPayloads(actor: CpuActor, views: Views, handler: number, area: number, count: number, from: number): Uint8Array[] {
  const { message } = actor.kind.program.handlers[handler]!;
  const { offsets } = actor.batches.columns(handler, count);
  return Array.from({ length: Math.max(0, count - from) }, (_, i) => {
    const payload = new Uint8Array(message.size);
    message.fields.forEach(({ type, offset }, k) => {
      const start = area + offsets[k]! + (from + i) * type.size;
      payload.set(views.u8.subarray(start, start + type.size), offset);
    });
    return payload;
  });
}

/** Tells the sink of a message that is not handled. */
export function letter(actor: CpuActor, views: Views, at: number, reason: DeadLetterReason, payload: Uint8Array, sink: EngineSink): void {
  sink.deadLetter({
    actor: actor.id, handler: tagHandler(views.u32[at + slot.tag]!), reason,
    source: views.u32[at + slot.source]!, correlation: views.u32[at + slot.correlation]!, payload,
  });
}

function debug(actor: CpuActor, views: Views, record: number, sink: EngineSink): void {
  const count = views.u32[(record + debugFields.count) >> 2]!;
  const kinds = views.u64[(record + debugFields.kinds) >> 3]!;
  const args = Array.from({ length: count }, (_, i) => {
    const at = (record + DebugRecord.size) / 8 + i;
    switch (Number((kinds >> BigInt(2 * i)) & 3n)) {
      case debugKinds.signed: return views.i64[at]!;
      case debugKinds.unsigned: return views.u64[at]!;
      case debugKinds.bool: return views.u64[at] !== 0n;
      default: return views.f64[at]!;
    }
  });
  sink.debug(actor.id, views.u32[(record + debugFields.format) >> 2]!, args);
}

const debugFields = Object.fromEntries(DebugRecord.fields.map(({ name, offset }) => [name, offset])) as { format: number; count: number; kinds: number };

/** The fault that stands in the actor's row. */
export function faultOf(actor: CpuActor, views: Views): ActorFault {
  const word = (offset: number): number => views.u32[(actor.row + A.fault.at + offset) >> 2]!;
  const end = word(F.end);
  const code = word(F.code);
  return {
    actor: actor.id, handler: word(F.handler), correlation: word(F.correlation),
    kind: faultKinds[word(F.kind)] as FaultKind,
    ...(end === 0 ? {} : { source: { source: word(F.source), start: word(F.start), end } }),
    ...(code === 0 ? {} : { detail: `at byte 0x${code.toString(16)} of the kernel's module` }),
  };
}
