import { describe, expect, it } from 'vitest';
import { ringKernel } from '../../kernel/define.ts';
import { array, f32, u32, u64, vec3 } from '../../layout/types.ts';
import { message } from '../../message/message.ts';
import { Add, adder, Collector, Count, echo, forward, launched, plain, specOf, Sum, until } from './test/kit.ts';
import { start } from './test/engines.ts';

describe.each([['threads', {}], ['two workers', { workers: 2 }], ['inline', { inline: true }]])('CPU engine, %s', (_name, settings) => {
  it('runs a handler, keeps its state and answers', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, adder);
    const sink = new Collector({ [actor.id]: Sum });
    for (let i = 0; i < 3; i++) expect(actor.trySend(0, Add.codec, { a: i, b: 0.5 }, { ...plain, correlation: i + 1 })).toBe(true);
    await until(engine, sink, () => sink.replies.length === 3);
    expect(sink.replies).toEqual([0.5, 1.5, 2.5].map((value, i) => ({ actor: actor.id, handler: 0, correlation: i + 1, value: { value } })));
    expect(new Uint32Array((await engine.readState(actor.id)).buffer)[0]).toBe(3);
    expect(engine.counters(actor.id)).toMatchObject({ processed: 3, inputDepth: 0, outputDepth: 0, errors: 0 });
  });

  it('starts from a given state and replaces it between messages', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, adder, { initialState: new Uint8Array(new Uint32Array([40]).buffer) });
    const sink = new Collector();
    actor.trySend(0, Add.codec, { a: 0, b: 0 }, plain);
    await until(engine, sink, () => sink.replies.length === 1);
    expect(new Uint32Array((await engine.readState(actor.id)).buffer)[0]).toBe(41);
    await engine.writeState(actor.id, new Uint8Array(new Uint32Array([7]).buffer));
    expect(new Uint32Array((await engine.readState(actor.id)).buffer)[0]).toBe(7);
    await expect(engine.writeState(actor.id, new Uint8Array(3))).rejects.toMatchObject({ code: 'InvalidConfig' });
  });

  it('keeps the messages of an inactive actor waiting', async () => {
    const engine = await start(settings);
    const actor = await engine.launch(specOf(echo));
    const sink = new Collector({ [actor.id]: Count });
    actor.trySend(0, Count.codec, { n: 1 }, plain);
    engine.poll(sink);
    expect(engine.counters(actor.id)).toMatchObject({ processed: 0, inputDepth: 1 });
    await engine.setActive(actor.id, true);
    await until(engine, sink, () => sink.replies.length === 1);
    await engine.setActive(actor.id, false);
    actor.trySend(0, Count.codec, { n: 2 }, plain);
    engine.poll(sink);
    expect(engine.counters(actor.id).inputDepth).toBe(1);
  });

  it('refuses what does not fit, loses nothing, and goes on when there is room', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, echo, { inboxCapacity: 4, outboxCapacity: 2 });
    const sink = new Collector({ [actor.id]: Count });
    let sent = 0;
    // Nobody reads: outbox, the message in hand and inbox fill up.
    sink.room = 0;
    while (sent < 100) {
      if (!actor.trySend(0, Count.codec, { n: sent }, plain)) {
        engine.poll(sink);
        if (engine.counters(actor.id).outputDepth === 2 && engine.counters(actor.id).inputDepth === 4) break;
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      sent++;
    }
    expect(sent).toBe(6);
    expect(actor.trySend(0, Count.codec, { n: 99 }, plain)).toBe(false);
    sink.room = Infinity;
    while (sent < 50) {
      if (actor.trySend(0, Count.codec, { n: sent }, plain)) sent++;
      else await until(engine, sink, () => true);
    }
    await until(engine, sink, () => sink.replies.length === 50);
    expect(sink.replies.map(({ value }) => (value as { n: number }).n)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('takes nothing of a value that does not fit its fields', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, echo, { inboxCapacity: 2 });
    const sink = new Collector({ [actor.id]: Count });
    for (let i = 0; i < 5; i++) expect(() => actor.trySend(0, Count.codec, { n: 1.5 } as never, plain)).toThrow();
    actor.trySend(0, Count.codec, { n: 8 }, plain);
    await until(engine, sink, () => sink.replies.length === 1);
    expect(sink.replies[0]!.value).toEqual({ n: 8 });
  });

  it('lets a lower lane overtake, and keeps order within a lane', async () => {
    const engine = await start(settings);
    const actor = await engine.launch(specOf(echo, { priorities: true }));
    const sink = new Collector({ [actor.id]: Count });
    [[2, 20], [3, 30], [2, 21], [0, 1], [1, 10], [0, 2]].forEach(([lane, n]) => actor.trySend(0, Count.codec, { n: n! }, { ...plain, lane: lane! }));
    await engine.setActive(actor.id, true);
    await until(engine, sink, () => sink.replies.length === 6);
    expect(sink.replies.map(({ value }) => (value as { n: number }).n)).toEqual([1, 2, 10, 20, 21, 30]);
  });

  it('returns expired messages as dead letters', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, echo);
    const sink = new Collector({ [actor.id]: Count });
    const past = BigInt(Math.floor((performance.timeOrigin - 1000) * 1000)) << 12n;
    const future = past + (1_000_000_000_000n << 12n);
    actor.trySend(0, Count.codec, { n: 1 }, { ...plain, deadline: past, correlation: 5 });
    actor.trySend(0, Count.codec, { n: 2 }, { ...plain, deadline: future });
    await until(engine, sink, () => sink.replies.length === 1 && sink.letters.length === 1);
    expect(sink.replies[0]!.value).toEqual({ n: 2 });
    expect(sink.letters[0]).toMatchObject({ actor: actor.id, handler: 0, reason: 'expired', correlation: 5, payload: new Uint8Array([1, 0, 0, 0]) });
  });

  it('drops the oldest where that is declared', async () => {
    const engine = await start(settings);
    const actor = await engine.launch(specOf(echo, { inboxCapacity: 4, overflow: 'dropOldest' }));
    const sink = new Collector({ [actor.id]: Count });
    for (let n = 0; n < 10; n++) expect(actor.trySend(0, Count.codec, { n }, plain)).toBe(true);
    await engine.setActive(actor.id, true);
    await until(engine, sink, () => sink.replies.length === 4);
    expect(sink.replies.map(({ value }) => (value as { n: number }).n)).toEqual([6, 7, 8, 9]);
    expect(sink.letters.map(({ reason, payload }) => [reason, payload[0]])).toEqual([0, 1, 2, 3, 4, 5].map((n) => ['overflow', n]));
  });

  it('delivers from actor to actor without the host', async () => {
    const engine = await start(settings);
    const hops = await Promise.all(Array.from({ length: 8 }, () => launched(engine, forward)));
    const end = await launched(engine, echo);
    for (const [i, { id }] of hops.entries()) await engine.connect(id, 0, hops[i + 1]?.id ?? end.id, 0);
    const sink = new Collector({ [end.id]: Count });
    for (let n = 0; n < 100; n++) hops[0]!.trySend(0, Count.codec, { n }, plain);
    await until(engine, sink, () => sink.replies.length === 100);
    expect(sink.replies.map(({ value }) => (value as { n: number }).n)).toEqual(Array.from({ length: 100 }, (_, i) => i + 8));
    expect(engine.counters(hops[3]!.id)).toMatchObject({ sent: 100, refused: 0 });
    // Disconnected, the sender is told.
    await engine.connect(hops[7]!.id, 0, 0, 0);
    hops[7]!.trySend(0, Count.codec, { n: 0 }, plain);
    await until(engine, sink, () => engine.counters(hops[7]!.id).refused === 1);
    expect(new Uint32Array((await engine.readState(hops[7]!.id)).buffer)[0]).toBe(1);
  });

  it('tells a sender that the receiver is full', async () => {
    const engine = await start(settings);
    const sender = await launched(engine, forward);
    const receiver = await engine.launch(specOf(echo, { inboxCapacity: 2 }));
    await engine.connect(sender.id, 0, receiver.id, 0);
    const sink = new Collector({ [receiver.id]: Count });
    for (let n = 0; n < 5; n++) sender.trySend(0, Count.codec, { n }, plain);
    await until(engine, sink, () => engine.counters(sender.id).processed === 5);
    expect(engine.counters(sender.id)).toMatchObject({ sent: 2, refused: 3 });
    await engine.setActive(receiver.id, true);
    await until(engine, sink, () => sink.replies.length === 2);
    expect(sink.replies.map(({ value }) => value)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('hands over batches in columns, and answers in columns', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, adder);
    const sink = new Collector();
    const count = 10_000;
    const a = Float32Array.from({ length: count }, (_, i) => i);
    const b = new Float32Array(count).fill(0.5);
    let taken = 0;
    while (taken < count) {
      taken += actor.trySendBatch(0, Add.codec, [a.subarray(taken), b.subarray(taken)], count - taken, { ...plain, correlation: 3 });
      engine.poll(sink);
    }
    const all = (): number[] => sink.replies.flatMap(({ value }) => value as number[]);
    await until(engine, sink, () => all().length === count);
    expect(all()).toEqual(Array.from({ length: count }, (_, i) => i + 0.5));
    expect(sink.replies.every(({ correlation }) => correlation === 3)).toBe(true);
    expect(new Uint32Array((await engine.readState(actor.id)).buffer)[0]).toBe(count);
    expect(engine.counters(actor.id).processed).toBe(count);
  });

  it('gathers vectors, arrays and 64-bit fields from columns', async () => {
    const engine = await start(settings);
    const Wide = message('Wide', { v: vec3(f32), id: u64, list: array(u32, 9) });
    const Total = message('Total', { sum: f32 });
    const wide = ringKernel({ id: 'wide', on: Wide, reply: Total }, (ctx, msg) => {
      let sum = msg.v.x + msg.v.y + msg.v.z + ctx.f32(msg.id);
      for (let i = 0; i < 9; i++) sum += ctx.f32(msg.list[i]!);
      return { sum };
    });
    const actor = await launched(engine, wide);
    const sink = new Collector();
    actor.trySendBatch(0, Wide.codec, [new Float32Array([1, 2, 3, 10, 20, 30]), new BigUint64Array([4n, 40n]), Uint32Array.from({ length: 18 }, (_, i) => (i < 9 ? 1 : 2))], 2, plain);
    await until(engine, sink, () => sink.replies.length === 1);
    expect(sink.replies[0]!.value).toEqual([1 + 2 + 3 + 4 + 9, 10 + 20 + 30 + 40 + 18]);
  });

  it('gives room in its batch areas back, also for handlers without a reply', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, forward);
    const sink = new Collector();
    const used: number[] = [];
    for (let round = 1; round <= 3; round++) {
      expect(actor.trySendBatch(0, Count.codec, [new Uint32Array(2000)], 2000, plain)).toBe(2000);
      await until(engine, sink, () => engine.counters(actor.id).processed === round * 2000 && engine.counters(actor.id).outputDepth === 0);
      used.push(engine.memory.device);
    }
    expect(new Set(used).size).toBe(1);
    expect(sink.replies).toEqual([]);
  });

  it('passes debug output on, in order, with values of every kind', async () => {
    const engine = await start(settings);
    const talker = ringKernel({ id: 'talker', on: Count, reply: Count }, (ctx, msg) => {
      ctx.debug('n is {}, half {}, big {}, odd {}', msg.n, ctx.f32(msg.n) / 2, 5_000_000_000n, msg.n % 2 === 1);
      ctx.debug('again {}', -1);
      return { n: msg.n };
    });
    const actor = await launched(engine, talker);
    const sink = new Collector({ [actor.id]: Count });
    actor.trySend(0, Count.codec, { n: 3 }, plain);
    await until(engine, sink, () => sink.debugs.length === 2 && sink.replies.length === 1);
    expect(sink.debugs).toEqual([
      { actor: actor.id, format: 0, args: [3, 1.5, 5_000_000_000n, true] },
      { actor: actor.id, format: 1, args: [-1] },
    ]);
  });

  it('launches, removes and reuses memory while others run', async () => {
    const engine = await start(settings);
    const steady = await launched(engine, adder);
    const sink = new Collector({ [steady.id]: Sum });
    let sent = 0;
    const pump = (): void => { if (actorTakes()) sent++; };
    const actorTakes = (): boolean => steady.trySend(0, Add.codec, { a: sent, b: 0 }, plain);
    const used: number[] = [];
    for (let round = 0; round < 20; round++) {
      pump();
      const other = await launched(engine, echo);
      (sink.types as Record<number, typeof Count>)[other.id] = Count;
      other.trySend(0, Count.codec, { n: round }, plain);
      const before = sink.replies.filter(({ actor }) => actor === other.id).length;
      await until(engine, sink, () => sink.replies.filter(({ actor }) => actor === other.id).length === before + 1);
      pump();
      await engine.remove(other.id);
      engine.poll(sink);
      expect(() => engine.counters(other.id)).toThrow(/KernelNotFound/);
      used.push(engine.memory.device);
    }
    await until(engine, sink, () => sink.replies.filter(({ actor }) => actor === steady.id).length === sent);
    expect(new Set(used.slice(1)).size).toBe(1);
  });

  it('turns what still waits into dead letters when an actor is removed, and keeps its answers', async () => {
    const engine = await start(settings);
    const actor = await launched(engine, echo, { outboxCapacity: 2 });
    const sink = new Collector({ [actor.id]: Count });
    sink.room = 0;
    for (let n = 0; n < 5; n++) actor.trySend(0, Count.codec, { n }, { ...plain, correlation: n + 1 });
    await until(engine, sink, () => engine.counters(actor.id).outputDepth === 2);
    await engine.remove(actor.id);
    sink.room = Infinity;
    await until(engine, sink, () => sink.replies.length === 2);
    expect(sink.letters.map(({ reason, correlation }) => [reason, correlation])).toEqual([['terminated', 3], ['terminated', 4], ['terminated', 5]]);
  });

  it('stops delivering to a removed receiver', async () => {
    const engine = await start(settings);
    const sender = await launched(engine, forward);
    const receiver = await launched(engine, echo);
    await engine.connect(sender.id, 0, receiver.id, 0);
    await engine.remove(receiver.id);
    const sink = new Collector();
    engine.poll(sink);
    const successor = await launched(engine, echo);
    expect(successor.id).toBe(receiver.id);
    sender.trySend(0, Count.codec, { n: 1 }, plain);
    await until(engine, sink, () => engine.counters(sender.id).processed === 1);
    expect(engine.counters(sender.id).refused).toBe(1);
    expect(engine.counters(successor.id).inputDepth).toBe(0);
  });
});
