import { describe, expect, it } from 'vitest';
import type { TimeSource } from '../../clock/time.ts';
import { ringKernel } from '../../kernel/define.ts';
import { i32, u32 } from '../../layout/types.ts';
import { message } from '../../message/message.ts';
import { CpuEngine } from './engine.ts';
import { Add, adder, Collector, Count, echo, forward, launched, plain, stuck, Sum, until } from './test/kit.ts';
import { start } from './test/engines.ts';

const Pair = message('Pair', { a: i32, b: i32 });
const divider = ringKernel({ id: 'divider', on: Pair, reply: Pair, state: { done: u32 } }, (ctx, msg) => {
  ctx.state.done += 1;
  return { a: ctx.idiv(msg.a, msg.b), b: 0 };
});

/** Time that stands still until it is told to go on; timers never fire. */
function handTime(): TimeSource & { ms: number } {
  return {
    ms: 0,
    now() { return this.ms; },
    wall: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
    after: () => () => undefined,
  };
}

describe.each([['threads', {}], ['inline', { inline: true }]])('faults, %s', (_name, settings) => {
  it('stops only the actor whose handler faults, and says where', async () => {
    const engine = await start(settings);
    const bad = await launched(engine, divider, { arithmetic: 'exact' });
    const good = await launched(engine, adder);
    const sink = new Collector({ [bad.id]: Pair, [good.id]: Sum });
    bad.trySend(0, Pair.codec, { a: 6, b: 3 }, plain);
    bad.trySend(0, Pair.codec, { a: 6, b: 0 }, { ...plain, correlation: 9 });
    bad.trySend(0, Pair.codec, { a: 8, b: 2 }, plain);
    good.trySend(0, Add.codec, { a: 1, b: 2 }, plain);
    await until(engine, sink, () => sink.faults.length === 1 && sink.replies.length === 2);
    expect(sink.faults[0]).toMatchObject({ actor: bad.id, handler: 0, correlation: 9, kind: 'divisionByZero' });
    const { source } = sink.faults[0]!;
    expect(divider.program.sources[source!.source]!.text.slice(source!.start, source!.end)).toContain('idiv');
    expect(engine.counters(bad.id)).toMatchObject({ processed: 1, errors: 1, inputDepth: 1 });

    // What waits is handled after a restart; the state is kept.
    await engine.restart(bad.id, null);
    await until(engine, sink, () => sink.replies.length === 3);
    expect(sink.replies[2]!.value).toEqual({ a: 4, b: 0 });
    expect(new Uint32Array((await engine.readState(bad.id)).buffer)[0]).toBe(3);
    expect(sink.faults.length).toBe(1);
  });

  it('starts a faulted actor anew with another state', async () => {
    const engine = await start(settings);
    const bad = await launched(engine, divider, { arithmetic: 'exact' });
    const sink = new Collector({ [bad.id]: Pair });
    bad.trySend(0, Pair.codec, { a: 1, b: 0 }, plain);
    await until(engine, sink, () => sink.faults.length === 1);
    await engine.restart(bad.id, new Uint8Array(4));
    bad.trySend(0, Pair.codec, { a: 1, b: 0 }, plain);
    await until(engine, sink, () => sink.faults.length === 2);
    expect(new Uint32Array((await engine.readState(bad.id)).buffer)[0]).toBe(1);
    expect(engine.counters(bad.id).errors).toBe(2);
  });

  it('returns the rest of a batch in which a message faults', async () => {
    const engine = await start(settings);
    const bad = await launched(engine, divider, { arithmetic: 'exact' });
    const sink = new Collector({ [bad.id]: Pair });
    bad.trySendBatch(0, Pair.codec, [new Int32Array([1, 2, 3, 4]), new Int32Array([1, 0, 1, 1])], 4, { ...plain, correlation: 2 });
    await until(engine, sink, () => sink.faults.length === 1);
    expect(sink.letters.map(({ reason, payload }) => [reason, new Int32Array(payload.buffer)[0]])).toEqual([['faulted', 3], ['faulted', 4]]);
  });
});

describe('watchdog', () => {
  it('ends a handler that does not end, and only that one', async () => {
    const time = handTime();
    const engine = await start({ time, watchdog: 100 });
    const bad = await launched(engine, stuck);
    const good = await launched(engine, adder);
    const sink = new Collector({ [good.id]: Sum, [bad.id]: Count });
    good.trySend(0, Add.codec, { a: 1, b: 2 }, plain);
    await until(engine, sink, () => sink.replies.length === 1);
    bad.trySend(0, Count.codec, { n: 1 }, { ...plain, correlation: 4 });
    await until(engine, sink, () => engine.counters(bad.id).inFlight === 1);
    engine.checkWatchdog();
    time.ms = 99;
    engine.checkWatchdog();
    expect(engine.counters(bad.id).errors).toBe(0);
    time.ms = 100;
    engine.checkWatchdog();
    good.trySend(0, Add.codec, { a: 3, b: 4 }, plain);
    await until(engine, sink, () => sink.faults.length === 1 && sink.replies.length === 2);
    expect(sink.faults[0]).toMatchObject({ actor: bad.id, correlation: 4, kind: 'watchdog' });
    expect(sink.replies[1]!.value).toEqual({ value: 7 });
    expect(new Uint32Array((await engine.readState(good.id)).buffer)[0]).toBe(2);
    expect(new Uint32Array((await engine.readState(bad.id)).buffer)[0]).toBeGreaterThan(0);

    await engine.restart(bad.id, null);
    bad.trySend(0, Count.codec, { n: 0 }, plain);
    await until(engine, sink, () => sink.replies.length === 3);
    expect(sink.replies[2]!.value).toEqual({ n: 0 });
  });

  it('lets other workers go on meanwhile, and a fresh thread knows kinds launched since', async () => {
    const time = handTime();
    const engine = await start({ time, watchdog: 50, workers: 2 });
    const bad = await launched(engine, stuck, { placement: { worker: 0 } });
    const near = await launched(engine, echo, { placement: { worker: 0 } });
    const far = await launched(engine, forward, { placement: { worker: 1 } });
    await engine.connect(far.id, 0, near.id, 0);
    const sink = new Collector({ [near.id]: Count });
    bad.trySend(0, Count.codec, { n: 1 }, plain);
    await until(engine, sink, () => engine.counters(bad.id).inFlight === 1);
    for (let n = 0; n < 100; n++) far.trySend(0, Count.codec, { n }, plain);
    await until(engine, sink, () => engine.counters(far.id).processed === 100);
    expect(sink.replies.length).toBe(0);
    engine.checkWatchdog();
    time.ms = 60;
    engine.checkWatchdog();
    await until(engine, sink, () => sink.replies.length === 100 && sink.faults.length === 1);
    expect(sink.replies.map(({ value }) => (value as { n: number }).n)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('can be set as high as one likes, and refuses nonsense', async () => {
    await expect(CpuEngine.start({ watchdog: 0 })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(CpuEngine.start({ watchdgo: 5 })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await start({ watchdog: Infinity });
  });
});
