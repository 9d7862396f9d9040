/** What engines made of passes owe beyond the conformance suite, on WebGPU and on emulated Metal. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../src/backend/contract.ts';
import type { ActorSpec, DeviceEngine, EngineSink } from '../../src/engine/contract.ts';
import { ringKernel } from '../../src/kernel/define.ts';
import { f32, u32 } from '../../src/layout/types.ts';
import { Envelope, kernelIdHash } from '../../src/message/envelope.ts';
import { message } from '../../src/message/message.ts';
import { RingKernel } from '../../src/runtime/ring-kernel.ts';
import { Collector, plain, specOf } from '../../src/backend/cpu/test/kit.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { places } from '../support/contexts.ts';

const Pair = message('Pair', { a: f32, b: f32 });
const Total = message('Total', { value: f32 });
const total = ringKernel({ id: 'total', on: Pair, reply: Total, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.a + msg.b };
});

const backends = [
  { name: 'webgpu', options: { backend: 'webgpu' } as const },
  { name: 'metal, emulated', options: { backend: 'metal', settings: { libraries: fakeMetal().libraries } } as const },
];

/** Polls and waits, as the runtime does, until `done`. */
async function until(engine: DeviceEngine, sink: EngineSink, done: () => boolean): Promise<void> {
  for (engine.poll(sink); !done(); engine.poll(sink)) await engine.wait();
}

for (const { name, options } of backends) {
  const place = places.find((p) => p.name === name)!;
  describe.skipIf(place.skip)(`pass engine: ${name}`, () => {
    let context: Context;
    let engine: DeviceEngine;
    beforeAll(async () => {
      context = await place.open();
      engine = await context.engine();
    });
    afterAll(async () => { await context?.[Symbol.asyncDispose](); });
    const launch = (changes: Partial<ActorSpec>): ReturnType<DeviceEngine['launch']> => engine.launch(specOf(total, { name, ...changes }));

    test('full envelopes: replies carry a header of the actor\'s own', async () => {
      await using ring = await RingKernel.open(options);
      const kernel = await ring.launch(total, { id: 'full', envelope: 'full' });
      const headers = [];
      for (const correlationId of [5n, 6n]) {
        await kernel.sendEnvelope(Envelope.of(Pair, { a: 1, b: 2 }, { correlationId }));
        const { header, payload } = await kernel.receiveEnvelope();
        headers.push(header);
        expect(header).toMatchObject({
          correlationId, sourceKernel: kernelIdHash('full'), destKernel: 0n, messageType: Total.typeId, priority: 1, payloadSize: Total.struct.size, checksum: 0,
        });
        expect(header.timestamp.node).toBe(kernelIdHash('full'));
        expect(header.timestamp.physical).toBeGreaterThan(0n);
        expect(new Float32Array(payload.slice().buffer)[0]).toBe(3);
      }
      // Made for the slot: the sender's row above its own count.
      expect(headers.map((h) => h.messageId & 0xffff_ffffn)).toEqual([1n, 2n]);
      expect(headers.every((h) => h.messageId >> 32n > 0n)).toBe(true);
      // A batch has one slot for all of its answers, and no header in it.
      expect([...(await kernel.callBatch({ a: Float32Array.of(1, 2), b: Float32Array.of(3, 4) })).value]).toEqual([4, 6]);
    });

    test('full envelopes: a header that had to wait for room is kept with its reply', async () => {
      const actor = await launch({ envelope: 'full' });
      const sink = new Collector({ [actor.id]: Total });
      sink.room = 0;
      for (const b of [1, 2, 3]) actor.trySend(0, Pair.codec, { a: 10, b }, { ...plain, correlation: b });
      await engine.setActive(actor.id, true);
      await until(engine, sink, () => engine.counters(actor.id).outputDepth === 3);
      sink.room = Infinity;
      await until(engine, sink, () => sink.replies.length === 3);
      expect(sink.replies.map((r) => [r.correlation, r.value])).toEqual([[1, { value: 11 }], [2, { value: 12 }], [3, { value: 13 }]]);
      await engine.remove(actor.id);
    });

    test('dead letters say in which lane they waited, and until when', async () => {
      const actor = await launch({ priorities: true });
      const sink = new Collector();
      await engine.setActive(actor.id, false);
      const deadline = 0x7fff_ffff_ffffn << 12n;
      actor.trySend(0, Pair.codec, { a: 1, b: 2 }, { correlation: 9, lane: 1, deadline });
      actor.trySend(0, Pair.codec, { a: 3, b: 4 }, { correlation: 0, lane: 3, deadline: 0n });
      actor.trySendBatch(0, Pair.codec, [Float32Array.of(5, 6), Float32Array.of(7, 8)], 2, { correlation: 4, lane: 3, deadline });
      await engine.remove(actor.id);
      await until(engine, sink, () => sink.letters.length === 4);
      expect(sink.letters.map(({ reason, lane, deadline: latest, correlation, payload }) =>
        [reason, lane, latest, correlation, ...new Float32Array(payload.slice().buffer)])).toEqual([
        ['terminated', 1, deadline, 9, 1, 2], ['terminated', 3, 0n, 0, 3, 4], ['terminated', 3, deadline, 4, 5, 7], ['terminated', 3, deadline, 4, 6, 8],
      ]);
    });

    test('exact arithmetic and placement are refused, not ignored', async () => {
      await expect(launch({ arithmetic: 'exact' })).rejects.toMatchObject({ code: 'CapabilityMissing', what: expect.stringContaining('total') });
      await expect(launch({ placement: { worker: 1 } })).rejects.toMatchObject({ code: 'InvalidConfig' });
    });
  });
}
