import { describe, expect, it } from 'vitest';
import { inThreads } from '../../test/support/threads.ts';
import type { TimeSource } from '../clock/time.ts';
import { u32 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { BoundedQueue } from './bounded.ts';

const Job = message('Job', { n: u32 });

const numbers = async (queue: BoundedQueue<typeof Job.struct.shape>, count: number): Promise<number[]> => {
  const got: number[] = [];
  while (got.length < count) got.push((await queue.receive()).value.n);
  return got;
};

describe.each([
  ['shared memory', () => new SharedArrayBuffer(4096)], ['memory of one thread', () => new ArrayBuffer(4096)],
])('BoundedQueue in %s', (_, memory) => {
  const make = (time?: TimeSource) => new BoundedQueue(Job, { capacity: 2, memory: { buffer: memory() }, ...(time === undefined ? {} : { time }) });

  it('senders wait for room, in the order they came', async () => {
    const queue = make();
    const sends = [1, 2, 3, 4, 5].map((i) => queue.send({ n: i }));
    expect(queue.tryEnqueue({ n: 9 })).toBe(false);
    expect(await numbers(queue, 5)).toEqual([1, 2, 3, 4, 5]);
    await Promise.all(sends);
    expect(queue.isEmpty).toBe(true);
  });

  it('receivers wait for messages', async () => {
    const queue = make();
    const receives = [queue.receive(), queue.receive(), queue.receive()];
    queue.enqueue({ n: 1 });
    await queue.send({ n: 2 });
    queue.enqueue({ n: 3 });
    expect((await Promise.all(receives)).map((r) => r.value.n)).toEqual([1, 2, 3]);
  });

  it('many waiters on both sides do not pile up on the stack', async () => {
    const queue = make();
    const receives = Array.from({ length: 20_000 }, () => queue.receive());
    const sends = Array.from({ length: 20_000 }, (_, i) => queue.send({ n: i }));
    await Promise.all(sends);
    expect((await Promise.all(receives)).every((r, i) => r.value.n === i)).toBe(true);
  });

  it('gives up at the deadline; a message given up is not in the queue', async () => {
    const time = new VirtualTime();
    const queue = make(time);
    const empty = queue.receive({ timeout: 10 });
    time.advance(9);
    time.advance(1);
    await expect(empty).rejects.toThrow(/^Timeout: receive on 'Job'.*10 ms/);
    await queue.send({ n: 1 });
    await queue.send({ n: 2 });
    const full = queue.send({ n: 3 }, { timeout: 5 });
    const later = queue.send({ n: 4 }, { timeout: 50 });
    time.advance(5);
    await expect(full).rejects.toThrow(/^Timeout: send/);
    expect(await numbers(queue, 3)).toEqual([1, 2, 4]);
    await later;
    time.advance(1000);
    expect(queue.isEmpty).toBe(true);
  });

  it('obeys an abort signal', async () => {
    const queue = make();
    const abort = new AbortController();
    const waiting = queue.receive({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(queue.receive({ signal: abort.signal })).rejects.toThrow('enough');
    queue.enqueue({ n: 1 });
    expect((await queue.receive()).value.n).toBe(1);
  });

  it('tells the sender of a bad value', async () => {
    const queue = make();
    await expect(queue.send({ n: -1 })).rejects.toThrow(/^SerializationError/);
    await queue.send({ n: 1 });
    expect(await numbers(queue, 1)).toEqual([1]);
  });
});

it('wakes across threads, blocking there and waiting here', async () => {
  const queue = new BoundedQueue(Job, { capacity: 4 });
  const modules = ['./bounded.ts', '../message/message.ts', '../layout/types.ts'].map((m) => new URL(m, import.meta.url));
  const each = 2000;
  const threads = inThreads<number>(modules, `
    const queue = lib.BoundedQueue.open(lib.message('Job', { n: lib.u32 }), data.share);
    for (let i = 0; i < data.each; i++) queue.sendSync({ n: i }, { source: data.source });
    return data.source;`, [1, 2].map((source) => ({ share: queue.share(), each, source })));
  const got: number[][] = [[], [], []];
  for (let i = 0; i < 2 * each; i++) {
    const { source, value } = await queue.receive();
    got[source]!.push(value.n);
  }
  expect(await threads).toEqual([1, 2]);
  for (const own of got.slice(1)) expect(own).toEqual(Array.from({ length: each }, (_, i) => i));
}, 60_000);

it('a blocked thread gets what this one sends, and times out when nothing comes', async () => {
  const queue = new BoundedQueue(Job, { capacity: 2 });
  const modules = ['./bounded.ts', '../message/message.ts', '../layout/types.ts'].map((m) => new URL(m, import.meta.url));
  const thread = inThreads<unknown[]>(modules, `
    const queue = lib.BoundedQueue.open(lib.message('Job', { n: lib.u32 }), data);
    const got = [];
    for (let i = 0; i < 100; i++) got.push(queue.receiveSync().value.n);
    try { queue.receiveSync({ timeout: 1 }); } catch (error) { got.push(error.code); }
    return got;`, [queue.share()]);
  for (let i = 0; i < 100; i++) await queue.send({ n: i });
  expect(await thread).toEqual([[...Array.from({ length: 100 }, (_, i) => i), 'Timeout']]);
}, 60_000);
