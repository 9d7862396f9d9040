import { expect, test } from 'vitest';
import { HeldEngine } from '../../test/support/held-engine.ts';
import { RingKernelError } from '../error/index.ts';
import { ringKernel } from '../kernel/define.ts';
import { u32 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { KernelHandle } from './handle.ts';
import type { LaunchOptions } from './options.ts';
import { Ring } from './ring.ts';
import { turn } from './turn.ts';

const Ask = message('Ask', { n: u32 });
const Answer = message('Answer', { n: u32 });
const kernelDefinition = ringKernel({ id: 'held', on: Ask, reply: Answer, state: { seen: u32 } }, (ctx, msg) => {
  ctx.debug('seen', msg.n);
  return { n: msg.n };
});

async function setUp(options: LaunchOptions<typeof kernelDefinition> = {}) {
  const engine = new HeldEngine();
  const time = new VirtualTime();
  const printed: string[] = [];
  const ring = new Ring(engine, { time, deadLetters: 4, timeout: 1000, arithmetic: 'fast', print: (kernel, text) => printed.push(`${kernel}: ${text}`) });
  const core = await ring.launch(kernelDefinition, options as LaunchOptions);
  return { engine, time, ring, core, printed, kernel: new KernelHandle<typeof kernelDefinition>(core) };
}

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error instanceof RingKernelError ? error.code : error));

/** Lets everything that is due in this and the next turns happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}

test('answers find their calls by correlation, in whatever order they come', async () => {
  const { engine, kernel } = await setUp();
  const calls = [1, 2, 3].map((n) => kernel.call({ n }));
  for (const { correlation, value } of [...engine.inbox].reverse()) engine.reply(correlation, value);
  expect(await Promise.all(calls)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(kernel.status().pendingCalls).toBe(0);
});

test('a call times out by the injected clock; its late answer is counted and thrown away', async () => {
  const { engine, kernel, time } = await setUp();
  const call = outcome(kernel.call({ n: 1 }));
  time.advance(999);
  await settle();
  expect(kernel.status().pendingCalls).toBe(1);
  time.advance(1);
  expect(await call).toBe('Timeout');
  engine.reply(engine.inbox[0]!.correlation, { n: 1 });
  await settle();
  expect(kernel.metrics().late).toBe(1);
  expect(kernel.tryReceive()).toBeUndefined();
  expect(time.pending).toBe(0);
});

test('a call takes an AbortSignal', async () => {
  const { kernel, time } = await setUp();
  const controller = new AbortController();
  const call = kernel.call({ n: 1 }, { signal: controller.signal });
  const reason = new Error('no longer interested');
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  await expect(kernel.call({ n: 1 }, { signal: controller.signal })).rejects.toBe(reason);
  expect(time.pending).toBe(0);
});

test('a lost engine rejects everything that waits, at once and for good', async () => {
  for (const lose of [
    (engine: HeldEngine) => engine.lose(new Error('gone')),
    (engine: HeldEngine) => engine.break(new Error('gone')),
    (engine: HeldEngine) => { engine.failPoll = new Error('gone'); engine.fault(); },
  ]) {
    const { engine, kernel, ring } = await setUp();
    engine.room = 1;
    const waiting = [kernel.call({ n: 1 }), kernel.receive(), kernel.send({ n: 2 }), kernel.call({ n: 3 })].map(outcome);
    const ended = kernel.wait();
    await settle();
    lose(engine);
    expect(await Promise.all(waiting)).toEqual(['EngineLost', 'EngineLost', 'EngineLost', 'EngineLost']);
    expect((await ended).reason).toBe('engineLost');
    expect(await outcome(kernel.send({ n: 4 }))).toBe('EngineLost');
    expect(await outcome(ring.launch(kernelDefinition, {}))).toBe('EngineLost');
    await ring.close();
  }
});

test('nothing that was asked of an engine hangs when it is lost, or when the ring is closed', async () => {
  for (const [end, code] of [
    [({ engine }: { engine: HeldEngine }) => engine.lose(new Error('gone')), 'EngineLost'],
    [({ ring }: { ring: Ring }) => ring.close(), 'RingClosed'],
  ] as const) {
    const all = await setUp();
    all.engine.stuck = true;
    const asked = [all.kernel.deactivate(), all.ring.launch(kernelDefinition, { id: 'another' }), all.kernel.terminate()].map(outcome);
    await settle();
    await end(all);
    expect(await Promise.all(asked)).toEqual([code, code, code]);
    expect(all.kernel.state).toBe('terminated');
  }
});

test('a restart waits as long as supervision says, by the injected clock', async () => {
  const { engine, kernel, time } = await setUp({ supervision: { onFault: 'restart', backoffMs: 50 }, initialState: { seen: 7 } });
  engine.fault({ correlation: 0 });
  await settle();
  expect(engine.restarts).toEqual([]);
  expect(kernel.status().faulted).toBe(true);
  time.advance(49);
  await settle();
  expect(engine.restarts).toEqual([]);
  time.advance(1);
  await settle();
  expect(engine.restarts).toEqual([Uint8Array.of(7, 0, 0, 0)]);
  expect(kernel.status().faulted).toBe(false);
  expect(kernel.state).toBe('active');
});

test('a kernel that ends while it waits for its restart is not restarted', async () => {
  const { engine, kernel, time } = await setUp({ supervision: { onFault: 'resume', backoffMs: 50 } });
  engine.fault();
  await settle();
  await kernel.terminate();
  time.advance(1000);
  await settle();
  expect(engine.restarts).toEqual([]);
  expect(time.pending).toBe(0);
});

test('a fault names kernel, message and detail', async () => {
  const { engine, kernel } = await setUp();
  const call = kernel.call({ n: 1 });
  engine.fault({ correlation: engine.inbox[0]!.correlation, kind: 'divisionByZero', detail: 'by the test' });
  await expect(call).rejects.toThrow("KernelFault: The handler of 'held' for message 'Ask' failed: division by zero (by the test).");
  expect(await kernel.wait()).toMatchObject({ reason: 'faulted', error: { code: 'KernelFault' } });
});

test('sends that wait for room are sent in order when there is some', async () => {
  const { engine, kernel } = await setUp();
  engine.room = 2;
  const done: number[] = [];
  const sends = [1, 2, 3, 4, 5].map((n) => kernel.send({ n }).then(() => done.push(n)));
  await settle();
  expect(done).toEqual([1, 2]);
  expect(kernel.status().waitingSends).toBe(3);
  expect(kernel.trySend({ n: 9 })).toBe(false);
  engine.room = 1;
  await sends[2];
  expect(done).toEqual([1, 2, 3]);
  engine.room = 10;
  await Promise.all(sends);
  expect(engine.inbox).toHaveLength(5);
  expect(kernel.metrics().hostSent).toBe(5);
});

test('a call whose message never found room leaves nothing behind', async () => {
  const { engine, kernel, time } = await setUp();
  engine.room = 0;
  const call = outcome(kernel.call({ n: 1 }, { timeout: 10 }));
  time.advance(10);
  expect(await call).toBe('Timeout');
  engine.room = 10;
  await settle();
  expect(engine.inbox).toEqual([]);
  expect(kernel.status()).toMatchObject({ pendingCalls: 0, waitingSends: 0 });
});

test('replies beyond the output capacity stay with the engine until some are read', async () => {
  const { engine, kernel } = await setUp({ outputCapacity: 2 });
  for (let n = 0; n < 5; n++) engine.reply(0, { n });
  await settle();
  expect(kernel.status().unread).toBe(2);
  const seen: number[] = [];
  for (let n = 0; n < 5; n++) seen.push((await kernel.receive()).n);
  expect(seen).toEqual([0, 1, 2, 3, 4]);
});

test('events tell the life of a kernel; a reader ends with the ring', async () => {
  const { engine, ring, kernel } = await setUp();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const event of ring.events.read()) seen.push(event.type === 'state' ? `${event.from}>${event.to}` : event.type);
  })();
  const heard: string[] = [];
  const listening = ring.events.listen((event) => heard.push(event.type));
  engine.fault();
  await kernel.wait();
  listening[Symbol.dispose]();
  await ring.close();
  await reading;
  expect(seen).toEqual(['fault', 'active>terminating', 'terminating>terminated', 'closed']);
  expect(heard.slice(0, 2)).toEqual(['fault', 'state']);
  expect((await ring.events.read().next()).done).toBe(true);
});

test('debug output is formatted and printed', async () => {
  const { ring, printed } = await setUp();
  ring.debug(1, 0, [1, 2n, true]);
  expect(printed).toEqual(['held: seen 1 2 true']);
});

test('dead letters are bounded, their counts are not', async () => {
  const { ring, core } = await setUp();
  for (let n = 0; n < 10; n++) ring.deadLetter({ actor: 1, handler: 0, reason: 'expired', source: 0, correlation: 0, payload: Uint8Array.of(n, 0, 0, 0) });
  ring.deadLetter(core, 0, 'overflow', { n: 77 }, 3);
  expect(ring.deadLetters.length).toBe(4);
  expect(ring.deadLetters.total).toBe(13);
  expect(ring.deadLetters.counts).toMatchObject({ expired: 10, overflow: 3 });
  expect(ring.deadLetters.drain().map((letter) => letter.value)).toEqual([{ n: 7 }, { n: 8 }, { n: 9 }, { n: 77 }]);
  expect(ring.deadLetters.length).toBe(0);
});
