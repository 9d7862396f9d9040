/** What the tests of the engine share: kernels, a sink that keeps everything, and ways to wait for it. */
import type { ActorFault, ActorSpec, EngineActor, EngineSink, SendOptions } from '../../../engine/contract.ts';
import { slot, tagFlags, tagHandler } from '../../../engine/host-ring.ts';
import { BatchHead, slotFlags } from '../../../layout/structures.ts';
import { offsetOf } from '../../../layout/access.ts';
import { f32, u32 } from '../../../layout/types.ts';
import { ringKernel, type KernelDefinition } from '../../../kernel/define.ts';
import { message, type MessageType } from '../../../message/message.ts';
import { CpuEngine } from '../engine.ts';

export const Add = message('Add', { a: f32, b: f32 });
export const Sum = message('Sum', { value: f32 });
export const Count = message('Count', { n: u32 });

export const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.a + msg.b };
});

/** Answers with the number it was sent. */
export const echo = ringKernel({ id: 'echo', on: Count, reply: Count }, (_ctx, msg) => ({ n: msg.n }));

/** Sends everything on, one higher. */
export const forward = ringKernel({ id: 'forward', on: Count, state: { refused: u32 }, sends: { next: Count } }, (ctx, msg) => {
  if (!ctx.send.next({ n: msg.n + 1 })) ctx.state.refused += 1;
});

/** Does not end for `n` above 0. */
export const stuck = ringKernel({ id: 'stuck', on: Count, reply: Count, state: { turns: u32 } }, (ctx, msg) => {
  while (msg.n > 0) ctx.state.turns += 1;
  return { n: msg.n };
});

export function specOf(definition: KernelDefinition, changes: Partial<ActorSpec> = {}): ActorSpec {
  return {
    name: definition.id, program: definition.program, inboxCapacity: 1024, outboxCapacity: 1024, priorities: false, overflow: 'refuse',
    envelope: 'compact', placement: {}, arithmetic: 'fast', ...changes,
  };
}

export const plain: SendOptions = { correlation: 0, lane: 2, deadline: 0n };

export interface Reply {
  readonly actor: number;
  readonly handler: number;
  readonly correlation: number;
  readonly value: unknown;
}

type Letter = Parameters<EngineSink['deadLetter']>[0];

/** A sink that decodes and keeps. */
export class Collector implements EngineSink {
  readonly replies: Reply[] = [];
  readonly faults: ActorFault[] = [];
  readonly letters: Letter[] = [];
  readonly debugs: { readonly actor: number; readonly format: number; readonly args: readonly unknown[] }[] = [];
  readonly types: Readonly<Record<number, MessageType>>;
  /** Slots it still takes. */
  room = Infinity;
  error: Error | null = null;

  /** Reply types by actor. */
  constructor(types: Readonly<Record<number, MessageType>> = {}) {
    this.types = types;
  }

  message(actor: number, views: Parameters<EngineSink['message']>[1], at: number): boolean {
    if (this.room-- <= 0) return false;
    const word = at >> 2;
    const tag = views.u32[word + slot.tag]!;
    const flags = tagFlags(tag);
    const payload = at + ((flags & slotFlags.fullEnvelope) !== 0 ? 288 : 32);
    const type = this.types[actor];
    const common = { actor, handler: tagHandler(tag), correlation: views.u32[word + slot.correlation]! };
    if ((flags & slotFlags.batch) !== 0) {
      const count = views.u32[(payload + offsetOf(BatchHead, 'count')) >> 2]!;
      const area = Number(views.u64[(payload + offsetOf(BatchHead, 'area')) >> 3]);
      this.replies.push({ ...common, value: Array.from(views.f32.subarray(area >> 2, (area >> 2) + count)) });
    } else {
      this.replies.push({ ...common, value: type?.codec.decode(views, payload) });
    }
    return true;
  }

  fault(fault: ActorFault): void {
    this.faults.push(fault);
  }

  debug(actor: number, format: number, args: readonly unknown[]): void {
    this.debugs.push({ actor, format, args });
  }

  deadLetter(letter: Letter): void {
    this.letters.push(letter);
  }

  lost(cause: Error): void {
    this.error = cause;
  }
}

/** Polls until `done`, letting the event loop run in between. */
export async function until(engine: CpuEngine, sink: EngineSink, done: () => boolean): Promise<void> {
  for (;;) {
    engine.poll(sink);
    if (done()) return;
    if (sink instanceof Collector && sink.error !== null) throw sink.error;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function launched(engine: CpuEngine, definition: KernelDefinition, changes: Partial<ActorSpec> = {}): Promise<EngineActor> {
  const actor = await engine.launch(specOf(definition, changes));
  await engine.setActive(actor.id, true);
  return actor;
}
