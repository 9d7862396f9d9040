import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../../scripts/cpu-engine.ts';
import { engineStructures } from '../../engine/abi.ts';
import { Collector, Count, echo, forward, launched, plain, until } from './test/kit.ts';
import { start } from './test/engines.ts';

describe('CPU engine at scale', () => {
  it('has structures of the sizes it says', () => {
    for (const [type, size] of engineStructures) expect([type.name, type.size]).toEqual([type.name, size]);
  });

  it('was built from its sources', () => {
    // Out of date? Run `npx tsx scripts/cpu-engine.ts`.
    for (const [file, text] of Object.entries(generatedFiles())) expect([file, readFileSync(file, 'utf8') === text]).toEqual([file, true]);
  });

  it.each([1, 2])('moves a million messages through %i workers, each once and in order', async (workers) => {
    const engine = await start({ workers });
    const first = await launched(engine, forward);
    const last = await launched(engine, echo, { placement: { worker: workers - 1 } });
    await engine.connect(first.id, 0, last.id, 0);
    const direct = await launched(engine, echo);
    const each = 500_000;
    let viaPeer = 0;
    let viaHost = 0;
    let wrong = 0;
    let refused = 0;
    const sink = new Collector();
    sink.message = (actor, views, at) => {
      const n = views.u32[(at + 32) >> 2]!;
      // The forwarder drops what its receiver refuses; what arrives comes in order.
      if (actor === direct.id) wrong += Number(n !== viaHost++);
      else {
        wrong += Number(n <= viaPeer);
        viaPeer = n;
      }
      return true;
    };
    let sentPeer = 0;
    let sentHost = 0;
    while (sentPeer < each || sentHost < each) {
      for (let k = 0; k < 256; k++) {
        if (sentPeer < each && first.trySend(0, Count.codec, { n: sentPeer }, plain)) sentPeer++;
        if (sentHost < each && direct.trySend(0, Count.codec, { n: sentHost }, plain)) sentHost++;
      }
      engine.poll(sink);
    }
    await until(engine, sink, () => {
      const { processed } = engine.counters(first.id);
      ({ refused } = engine.counters(first.id));
      return viaHost === each && processed === each && engine.counters(last.id).processed === each - refused && engine.counters(last.id).outputDepth === 0;
    });
    expect(wrong).toBe(0);
    expect(engine.counters(first.id).sent + refused).toBe(each);
    expect(engine.counters(last.id).processed).toBe(each - refused);
  });

  it('runs 10,000 actors, at less than 1 KB each besides their rings', async () => {
    const engine = await start({ workers: 2 });
    const before = engine.memory.device;
    const actors = [];
    for (let i = 0; i < 10_000; i++) actors.push(await launched(engine, echo, { inboxCapacity: 2, outboxCapacity: 2 }));
    const rings = 2 * (128 + 2 * 64);
    expect((engine.memory.device - before) / 10_000 - rings).toBeLessThan(1024);
    const sink = new Collector();
    const seen = new Set<number>();
    sink.message = (actor, views, at) => {
      seen.add(actor);
      expect(views.u32[(at + 32) >> 2]).toBe(actor);
      return true;
    };
    for (const actor of actors) actor.trySend(0, Count.codec, { n: actor.id }, plain);
    await until(engine, sink, () => seen.size === 10_000);
  });

  it('keeps order and counts with many senders to one receiver', async () => {
    const engine = await start({ workers: 2 });
    const receiver = await launched(engine, echo, { inboxCapacity: 4096 });
    const senders = await Promise.all(Array.from({ length: 16 }, () => launched(engine, forward)));
    for (const { id } of senders) await engine.connect(id, 0, receiver.id, 0);
    const sink = new Collector();
    let got = 0;
    sink.message = () => { got++; return true; };
    for (let n = 0; n < 200; n++) {
      for (const sender of senders) sender.trySend(0, Count.codec, { n }, plain);
      receiver.trySend(0, Count.codec, { n }, plain);
    }
    await until(engine, sink, () => got === 200 * 17);
    expect(engine.counters(receiver.id)).toMatchObject({ processed: 200 * 17, inputDepth: 0 });
  });

  it('wakes a sleeping worker, and a sleeping host', async () => {
    const engine = await start({ spin: 0 });
    const actor = await launched(engine, echo);
    const sink = new Collector({ [actor.id]: Count });
    const held = setInterval(() => undefined, 1000);
    for (let n = 0; n < 200; n++) {
      actor.trySend(0, Count.codec, { n }, plain);
      while (sink.replies.length <= n) {
        await engine.wait();
        engine.poll(sink);
      }
    }
    clearInterval(held);
    expect(sink.replies.map(({ value }) => (value as { n: number }).n)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('ends a wait at its signal', async () => {
    const engine = await start();
    const abort = new AbortController();
    const waits = [engine.wait(abort.signal), engine.wait(abort.signal)];
    abort.abort();
    await Promise.all(waits);
    await engine.wait(abort.signal);
  });

  it.each(['closed', 'open', 'failing'])('lets the process end: %s', async (how) => {
    const script = fileURLToPath(new URL('./test/exit.ts', import.meta.url));
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', script, how]);
    if (how === 'failing') await expect(run).rejects.toMatchObject({ code: 1 });
    else expect((await run).stdout.trim()).toBe('3');
  });

  it('waits for a thread to end though an answer of it arrives meanwhile', async () => {
    const script = fileURLToPath(new URL('./test/ending.ts', import.meta.url));
    expect((await promisify(execFile)(process.execPath, ['--import', 'tsx', script])).stdout.trim()).toBe('ended');
  });
});
