import type { KernelHandle } from '../../runtime/handle.ts';
import type { RingKernel } from '../../runtime/ring-kernel.ts';
import { equal, ok, rejects, until } from './assert.ts';
import { busy, echo, Num } from './kernels.ts';
import type { ConformanceCase } from './suite.ts';

type Echo = KernelHandle<typeof echo>;

/** Sends 0, 1, 2, … until there is no room for one; nobody reads the replies, so that must happen. */
async function fillUp(ring: RingKernel, kernel: Echo): Promise<number> {
  const witness = await ring.launch(echo, { id: `${kernel.id}-witness` });
  let sent = 0;
  // What found no room a moment ago may find some now: the actor goes on until its replies find none. An
  // answer of another kernel shows that the engine has come round since.
  for (let idle = 0; idle < 20; idle++) {
    await witness.call({ value: idle });
    for (; kernel.trySend({ value: sent }); sent++) {
      idle = 0;
      if (sent > 100_000) throw new Error('the inbox never fills');
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await witness.terminate();
  return sent;
}

async function readAll(kernel: Echo, count: number): Promise<number[]> {
  const values: number[] = [];
  while (values.length < count) values.push((await kernel.receive()).value);
  equal(kernel.tryReceive(), undefined, 'nothing is left');
  return values;
}

const small = { queueCapacity: 8, outputCapacity: 4 } as const;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

export const queueCases: readonly ConformanceCase[] = [
  {
    name: 'refuse: a full inbox is told to the sender, and nothing is lost',
    needs: ['execute', 'stall'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, { ...small, overflow: 'refuse' });
      const sent = await fillUp(ring, kernel);
      const error = await rejects(kernel.send({ value: sent }), 'QueueFull', 'send to a full inbox');
      ok(error.recoverable, 'QueueFull is recoverable');
      equal(await readAll(kernel, sent), upTo(sent), 'everything that was taken is answered');
      await kernel.send({ value: 1 });
      equal(await kernel.receive(), { value: 1 }, 'there is room again');
    },
  },
  {
    name: 'dropNewest: what finds no room becomes a dead letter',
    needs: ['execute', 'stall'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, { ...small, overflow: 'dropNewest' });
      const sent = await fillUp(ring, kernel);
      for (let i = 0; i < 3; i++) await kernel.send({ value: 1000 + i });
      await rejects(kernel.call({ value: 2000 }), 'MessageDropped', 'a call that finds no room');
      equal(ring.deadLetters.counts.overflow, 4, 'dead letters');
      const letters = [...ring.deadLetters];
      equal(letters.map((letter) => letter.value), [1000, 1001, 1002, 2000].map((value) => ({ value })), 'their values');
      equal([letters[0]!.kernel, letters[0]!.message, letters[0]!.reason, letters[0]!.from], ['echo', 'Num', 'overflow', null], 'a letter');
      equal(await readAll(kernel, sent), upTo(sent), 'what was taken is answered');
    },
  },
  {
    name: 'dropOldest: what waited longest becomes a dead letter',
    needs: ['execute', 'stall', 'dropOldest'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, { ...small, overflow: 'dropOldest' });
      const total = 200;
      for (let i = 0; i < total; i++) await kernel.send({ value: i });
      await until(() => kernel.status().unread > 0, 'replies arrive');
      const values: number[] = [];
      while (values.at(-1) !== total - 1) values.push((await kernel.receive()).value);
      const dropped = [...ring.deadLetters].map((letter) => (letter.value as { value: number }).value);
      ok(dropped.length > 0, 'something was dropped');
      equal(ring.deadLetters.counts.overflow, dropped.length, 'count');
      ok(values.every((v, i) => i === 0 || v > values[i - 1]!), 'the rest is handled in order');
      equal([...values, ...dropped].sort((a, b) => a - b), upTo(total), 'every message is handled or a dead letter');
    },
  },
  {
    name: 'dropOldest: a handler at work holds up no newer message',
    needs: ['execute', 'dropOldest'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(busy, { queueCapacity: 8, overflow: 'dropOldest' });
      const total = 50;
      for (let i = 0; i < total; i++) await kernel.send({ value: i, rounds: i === 0 ? 200_000 : 1 });
      const values: number[] = [];
      while (values.at(-1) !== total - 1) values.push((await kernel.receive()).value);
      const dropped = [...ring.deadLetters].map((letter) => (letter.value as { value: number }).value);
      ok(values.every((v, i) => i === 0 || v > values[i - 1]!), 'handled in order');
      equal([...values, ...dropped].sort((a, b) => a - b), upTo(total), 'every message is handled or a dead letter');
    },
  },
  {
    name: 'wait: a send waits for room, in order, at most its timeout',
    needs: ['execute', 'stall'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, small);
      const sent = await fillUp(ring, kernel);
      await rejects(kernel.send({ value: 9999 }, { timeout: 10 }), 'Timeout', 'nobody makes room');
      await rejects(kernel.call({ value: 9999 }, { timeout: 10 }), 'Timeout', 'a call is no better off');
      const later = [0, 1, 2].map((i) => kernel.send({ value: sent + i }));
      ok(!kernel.trySend({ value: 9999 }), 'trySend does not overtake those who wait');
      const values = await readAll(kernel, sent + 3);
      await Promise.all(later);
      equal(values, upTo(sent + 3), 'in order, and the timed out ones were never sent');
    },
  },
  {
    name: 'a slow reader and a small ring lose nothing',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, { queueCapacity: 2, outputCapacity: 2 });
      const total = 2000;
      const sending = (async () => {
        for (let i = 0; i < total; i++) await kernel.send({ value: i });
      })();
      for (let i = 0; i < total; i++) {
        equal(await kernel.receive(), { value: i }, 'reply');
        if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await sending;
    },
  },
  {
    name: 'a message of higher priority overtakes, order within a priority stays',
    needs: ['execute', 'stall'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, { queueCapacity: 64, outputCapacity: 4, priorities: true });
      const sent = await fillUp(ring, kernel);
      const waiting = kernel.send({ value: sent });
      for (let i = 0; i < 4; i++) await kernel.send({ value: 10_000 + i }, { priority: 'critical' });
      for (let i = 0; i < 4; i++) await kernel.send({ value: 20_000 + i }, { priority: 'high' });
      for (let i = 0; i < 4; i++) await kernel.send({ value: 30_000 + i }, { priority: 'low' });
      const values = await readAll(kernel, sent + 13);
      await waiting;
      const place = (value: number): number => values.indexOf(value);
      for (const base of [10_000, 20_000, 30_000]) ok([1, 2, 3].every((i) => place(base + i) > place(base + i - 1)), `order among ${base}`);
      equal(values.filter((v) => v < 10_000), upTo(sent + 1), 'order among normal ones');
      ok(place(10_003) < place(20_000), 'critical before high');
      ok(place(20_003) < place(sent - 1), 'high before what waited at normal priority');
      ok(place(30_000) > place(sent - 1), 'low after what waited at normal priority');
    },
  },
  {
    name: 'an expired message is not handled',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo);
      await rejects(kernel.call({ value: 1 }, { deadline: Date.now() - 1000 }), 'MessageDropped', 'a call that is too late');
      equal(await kernel.call({ value: 2 }, { deadline: new Date(Date.now() + 60_000) }), { value: 2 }, 'a call in time');
      await kernel.send({ value: 3 }, { deadline: Date.now() - 1000 });
      await until(() => ring.deadLetters.counts.expired === 2, 'two dead letters');
      equal([...ring.deadLetters].map((letter) => letter.reason), ['expired', 'expired'], 'reasons');
      equal(kernel.tryReceive(), undefined, 'no reply');
    },
  },
  {
    name: 'what waits in an ended kernel becomes dead letters, callers are told',
    needs: ['execute', 'stall'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, small);
      const sent = await fillUp(ring, kernel);
      const waiting = [
        rejects(kernel.send({ value: 1 }), 'KernelTerminated', 'a send that waits for room'),
        rejects(kernel.call({ value: 2 }), 'KernelTerminated', 'a call'),
      ];
      await kernel.terminate();
      await Promise.all(waiting);
      const read: number[] = [];
      for (let reply = kernel.tryReceive(); reply !== undefined; reply = kernel.tryReceive()) read.push(reply.value);
      equal(read, upTo(read.length), 'replies that were here stay readable');
      ok(ring.deadLetters.counts.terminated > 0, 'dead letters');
      ok(ring.deadLetters.counts.terminated + read.length <= sent, 'nothing is counted twice');
    },
  },
  {
    name: 'draining handles what waits before the kernel ends',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo, { queueCapacity: 256, outputCapacity: 256 });
      await kernel.sendBatch(Num, { value: Uint32Array.from({ length: 200 }, (_, i) => i) });
      await kernel.terminate({ drain: true });
      const read: number[] = [];
      for (let reply = kernel.tryReceive(); reply !== undefined; reply = kernel.tryReceive()) read.push(reply.value);
      equal(read, upTo(200), 'replies');
      equal(ring.deadLetters.total, 0, 'dead letters');
    },
  },
];
