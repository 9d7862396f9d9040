/** Messages that will not be handled, until the host is told. */
import { SlotHead, slotFlags } from '../../layout/structures.ts';
import type { DeadLetterReason, EngineSink } from '../contract.ts';
import { slot as slotWord, tagFlags, tagHandler, tagLane } from '../host-ring.ts';
import type { PassActor } from './actor.ts';

interface Letter {
  readonly actor: PassActor;
  readonly slot: Uint8Array;
  readonly reason: DeadLetterReason;
}

export class Letters {
  readonly #waiting: Letter[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  add(actor: PassActor, slot: Uint8Array, reason: DeadLetterReason): void {
    actor.dropped++;
    this.#waiting.push({ actor, slot, reason });
  }

  tell(sink: EngineSink): void {
    for (let letter = this.#waiting.shift(); letter !== undefined; letter = this.#waiting.shift()) this.#tell(sink, letter);
  }

  #tell(sink: EngineSink, { actor, slot, reason }: Letter): void {
    const u32 = new Uint32Array(slot.buffer, slot.byteOffset, slot.byteLength >> 2);
    const tag = u32[slotWord.tag]!;
    const handler = tagHandler(tag);
    const base = {
      actor: actor.id, handler, reason, source: u32[slotWord.source]!, correlation: u32[slotWord.correlation]!, lane: tagLane(tag),
      deadline: (BigInt(u32[slotWord.deadline + 1]!) << 32n) | BigInt(u32[slotWord.deadline]!),
    };
    const { message } = actor.spec.program.handlers[handler]!;
    if ((tagFlags(tag) & slotFlags.batch) === 0) {
      return sink.deadLetter({ ...base, payload: slot.slice(SlotHead.size, SlotHead.size + message.size) });
    }
    const key = u32[SlotHead.size >> 2]!;
    const batch = actor.batch(key);
    for (let i = 0; i < batch.count; i++) {
      const payload = new Uint8Array(message.size);
      let at = 0;
      for (const f of message.fields) {
        payload.set(batch.columns.subarray(at + i * f.type.size, at + (i + 1) * f.type.size), f.offset);
        at = Math.ceil((at + f.type.size * batch.count) / 16) * 16;
      }
      sink.deadLetter({ ...base, payload });
    }
    actor.dropped += batch.count - 1;
    actor.dropBatch(key);
  }
}
