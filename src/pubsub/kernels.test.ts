import { afterEach, beforeEach, expect, it } from 'vitest';
import { message, RingKernel, ringKernel, u32 } from '../index.ts';
import { publishPort, publishReplies, PubSub, subscribeKernel } from './index.ts';

const Reading = message('Reading', { n: u32 });
const Alarm = message('Alarm', { n: u32, level: u32 });
const Ask = message('Ask', {});

const counter = ringKernel({ id: 'counter', on: Reading, reply: Alarm, state: { sum: u32 } }, (ctx, msg) => {
  ctx.state.sum += msg.n;
  return { n: msg.n, level: ctx.state.sum };
});
const watcher = ringKernel({ id: 'watcher', on: Reading, sends: { alarms: Alarm } }, (ctx, msg) => {
  if (msg.n > 10) ctx.send.alarms({ n: msg.n, level: 1 });
});
const silent = ringKernel({ id: 'silent', state: { sum: u32 } })
  .on(Reading, (ctx, msg) => { ctx.state.sum += msg.n; })
  .on(Ask, Reading, (ctx) => ({ n: ctx.state.sum }));

let ring: RingKernel;
let bus: PubSub;
beforeEach(async () => {
  ring = await RingKernel.open({ backend: 'cpu' });
  bus = new PubSub();
});
afterEach(async () => {
  bus[Symbol.dispose]();
  await ring[Symbol.asyncDispose]();
});

it('a kernel subscribes, and its replies are published', async () => {
  const kernel = await ring.launch(counter);
  const alarms = bus.subscribe('alarms/*', Alarm);
  using inbox = subscribeKernel(bus, 'sensors/#', Reading, kernel);
  await using out = publishReplies(bus, kernel, (value) => `alarms/${String(value['n'])}`);
  for (const n of [1, 2, 3]) await bus.publish(`sensors/${n}`, Reading, { n });
  const got = [];
  for (let i = 0; i < 3; i++) got.push(await alarms.next({ timeout: 10_000 }));
  expect(got.map((p) => [p.topic, p.value.level, p.publisher])).toEqual([['alarms/1', 1, 'counter'], ['alarms/2', 3, 'counter'], ['alarms/3', 6, 'counter']]);
  expect([inbox.active, out.published]).toEqual([true, 3]);
});

it('a kernel publishes from inside, without knowing', async () => {
  const kernel = await ring.launch(watcher);
  const alarms = bus.subscribe('alarms', Alarm);
  const out = await publishPort(bus, ring, kernel, 'alarms', 'alarms');
  for (const n of [5, 50, 7, 70]) await kernel.send({ n });
  expect([(await alarms.next({ timeout: 10_000 })).value.n, (await alarms.next({ timeout: 10_000 })).value.n]).toEqual([50, 70]);
  await out[Symbol.asyncDispose]();
  expect(ring.kernels().map((k) => k.id)).toEqual(['watcher']);
});

it('at least once: acknowledged when the kernel has answered or taken it', async () => {
  const answering = subscribeKernel(bus, 'a', Reading, await ring.launch(counter), { qos: 'atLeastOnce' });
  const kernel = await ring.launch(silent);
  const taking = subscribeKernel(bus, 'a', Reading, kernel, { qos: 'atLeastOnce' });
  for (const n of [1, 2, 3]) await bus.publish('a', Reading, { n });
  while (answering.stats().acknowledged < 3 || taking.stats().acknowledged < 3) await new Promise((resolve) => setImmediate(resolve));
  expect(await kernel.call(Ask, {})).toEqual({ n: 6 });
  expect(answering.stats()).toMatchObject({ delivered: 3, redelivered: 0, unacknowledged: 0 });
});

it('ends with the kernel', async () => {
  const kernel = await ring.launch(silent);
  const inbox = subscribeKernel(bus, '#', Reading, kernel);
  const out = publishReplies(bus, kernel, 't');
  await kernel.terminate();
  await out.ended;
  expect([inbox.active, bus.stats().subscriptions]).toEqual([false, 0]);
});
