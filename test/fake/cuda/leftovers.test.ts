/** What actors leave behind on the fake driver: every message told of, every byte given back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CudaEngine } from '../../../src/backend/cuda/engine.ts';
import { array, message, RingKernel, ringKernel, u32 } from '../../../src/index.ts';
import { fakeCuda } from './build.ts';

const fake = fakeCuda();
const Ask = message('LeftAsk', { n: u32 });
const Large = message('LeftLarge', { n: u32, rest: array(u32, 60) });
const Answer = message('LeftAnswer', { n: u32 });
const both = ringKernel({ id: 'left_both', state: { handled: u32 } })
  .on(Ask, Answer, (ctx, msg) => { ctx.state.handled += 1; return { n: msg.n }; })
  .on(Large, Answer, (ctx, msg) => { ctx.state.handled += 1; return { n: msg.n + msg.rest[59]! }; });
const sender = ringKernel({ id: 'left_sender', on: Ask, reply: Answer, sends: { to: Ask } }, (ctx, msg) => {
  let taken = ctx.u32(0);
  for (let i = ctx.u32(0); i < msg.n; i++) if (ctx.send.to({ n: i })) taken += 1;
  return { n: taken };
});

describe.skipIf('missing' in fake)('what actors leave behind', { timeout: 60_000 }, () => {
  if ('missing' in fake) return;
  let ring: RingKernel;
  let engine: CudaEngine;
  beforeAll(async () => {
    ring = await RingKernel.open({ backend: 'cuda', settings: { ...fake.settings }, engine: { watchdog: Infinity } });
    engine = (await ring.context!.engine()) as CudaEngine;
  });
  afterAll(async () => { await ring.close(); });
  const used = (): { host: number; device: number } => ({ host: engine.device.mapped.used, device: engine.device.heap.used });

  it.each([
    { own: 'own', priorities: false, envelope: 'compact' }, { own: 'shared', priorities: false, envelope: 'compact' },
    { own: 'shared', priorities: true, envelope: 'full' }, { own: 'own', priorities: true, envelope: 'full' },
  ] as const)('messages never handled: ring $own, priorities $priorities, envelope $envelope', async ({ own, priorities, envelope }) => {
    const before = ring.deadLetters.total;
    const kernel = await ring.launch(both, { priorities, envelope, placement: { ring: own }, queueCapacity: 64 });
    const rest = Array.from({ length: 60 }, (_, i) => i);
    let sent = 0;
    const columns = { n: Uint32Array.of(100, 101, 102) };
    for (let n = 0; n < 8; n++) {
      if (kernel.trySend(Ask, { n })) sent++;
      if (kernel.trySend(Large, { n: 10 + n, rest })) sent++;
    }
    sent += await kernel.sendBatch(Ask, columns);
    await kernel.terminate();
    let read = 0;
    while (kernel.tryReceive() !== undefined) read++;
    expect(read + ring.deadLetters.total - before).toBe(sent);
  });

  it('messages of other kernels to one that sleeps until it ends', async () => {
    const kernel = await ring.launch(both, { queueCapacity: 64 });
    const peer = await ring.launch(sender, { id: 'waker', connect: { to: kernel } });
    await kernel.deactivate();
    expect((await peer.call({ n: 5 })).n).toBe(5);
    ring.deadLetters.drain();
    await kernel.terminate();
    expect(ring.deadLetters.drain().map(({ kernel: id, from, message: name, reason, value }) => ({ id, from, name, reason, value })))
      .toEqual([0, 1, 2, 3, 4].map((n) => ({ id: 'left_both', from: 'waker', name: 'LeftAsk', reason: 'terminated', value: { n } })));
    await peer.terminate();
  });

  it('gives back every byte, also of rings of senders that are gone', async () => {
    const round = async (): Promise<void> => {
      const kernel = await ring.launch(both, { queueCapacity: 64 });
      const peers = await Promise.all([1, 2, 3].map((i) => ring.launch(sender, { id: `peer ${i}`, connect: { to: kernel } })));
      for (const peer of peers) await peer.call({ n: 4 });
      // Senders first: what they have sent is still to be handled, then their rings go.
      for (const peer of peers) await peer.terminate();
      for (let n = 0; n < 12; n++) await kernel.receive();
      await kernel.readState();
      await kernel.terminate();
    };
    await round();
    const after = used();
    for (let i = 0; i < 5; i++) await round();
    expect(used()).toEqual(after);
  });
});
