import { equal, ok, rejects, until } from './assert.ts';
import { Add, adder, counter, Num, Reset, Seq, sequencer, tally } from './kernels.ts';
import type { ConformanceCase } from './suite.ts';

export const batchCases: readonly ConformanceCase[] = [
  {
    name: 'a batch of typed arrays is answered by typed arrays in the same order',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder);
      for (const count of [1, 7, 1000, 20_000]) {
        const a = Float32Array.from({ length: count }, (_, i) => i);
        const b = Float32Array.from({ length: count }, (_, i) => 0.5 * i);
        const { value } = await kernel.callBatch({ a, b });
        equal(value.length, count, 'answers');
        ok(value.every((x, i) => x === 1.5 * i), `answers of a batch of ${count}`);
      }
      equal((await kernel.readState()).handled, 21_008, 'every message was handled once');
      equal((await kernel.callBatch({ a: new Float32Array(0), b: new Float32Array(0) })).value.length, 0, 'an empty batch');
    },
  },
  {
    name: 'a batch keeps its order, also among single messages',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(sequencer);
      const batch = (from: number, count: number): { sender: Uint32Array; n: Uint32Array } => ({
        sender: new Uint32Array(count), n: Uint32Array.from({ length: count }, (_, i) => from + i),
      });
      equal(await kernel.call({ sender: 0, n: 1 }), { n: 1, errors: 0 }, 'single');
      const first = await kernel.callBatch(batch(2, 500));
      equal([first.n[0], first.n[499], first.errors[499]], [2, 501, 0], 'batch');
      equal(await kernel.call({ sender: 0, n: 502 }), { n: 502, errors: 0 }, 'single again');
      const second = await kernel.callBatch(Seq, batch(503, 5000));
      equal([second.n[4999], second.errors[4999]], [5502, 0], 'a batch larger than the inbox');
    },
  },
  {
    name: 'batches may be lists of values, and go to kernels that do not answer',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(tally);
      equal(await kernel.sendBatch(Num, [{ value: 1 }, { value: 2 }, { value: 3 }]), 3, 'taken');
      equal(await kernel.sendBatch(Num, { value: Uint32Array.from({ length: 3000 }, (_, i) => i) }), 3000, 'taken');
      await until(() => kernel.status().messagesProcessed === 3003, 'all are handled');
      equal(await kernel.call(Reset, { to: 0 }), { count: 3003, total: 6 + (3000 * 2999) / 2 }, 'all were handled once');
    },
  },
  {
    name: 'batches go to kernels whose slots carry full headers too',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder, { envelope: 'full' });
      const a = Float32Array.from({ length: 100 }, (_, i) => i);
      equal(await kernel.callBatch({ a, b: a }), { value: a.map((x) => 2 * x) }, 'answers to a call');
      equal(await kernel.sendBatch({ a, b: a }), 100, 'taken');
      for (const x of a) equal(await kernel.receive(), { value: 2 * x }, 'answer to a send');
    },
  },
  {
    name: 'the replies to a batch that was only sent are received one by one',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder);
      equal(await kernel.sendBatch({ a: Float32Array.of(1, 2, 3), b: Float32Array.of(10, 20, 30) }), 3, 'taken');
      for (const value of [11, 22, 33]) equal(await kernel.receive(), { value }, 'reply');
    },
  },
  {
    name: 'bad batches are refused whole',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder);
      await rejects(kernel.sendBatch({ a: Float32Array.of(1) } as never), 'InvalidConfig', 'a column is missing');
      await rejects(kernel.sendBatch({ a: Float32Array.of(1), b: Int32Array.of(1) } as never), 'InvalidConfig', 'a column of another type');
      await rejects(kernel.sendBatch({ a: Float32Array.of(1), b: Float32Array.of(1, 2) }), 'InvalidConfig', 'columns of different length');
      await rejects(kernel.sendBatch({ a: Float32Array.of(1), b: Float32Array.of(1), c: Float32Array.of(1) } as never), 'InvalidConfig', 'a column too many');
      await rejects(kernel.sendBatch([{ a: 1, b: 2 }, { a: 1 }] as never), 'SerializationError', 'a value that does not fit');
      await rejects(kernel.callBatch(7 as never), 'InvalidConfig', 'no batch at all');
      const many = await ring.launch(counter);
      await rejects(many.callBatch(Reset as never, { to: Uint32Array.of(1) } as never), 'NoReply', 'a batch call without replies');
      await rejects(kernel.callBatch(Add, { a: [1], b: [2] } as never), 'InvalidConfig', 'plain arrays as columns');
    },
  },
];
