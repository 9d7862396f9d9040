import { equal, ok, until } from './assert.ts';
import { echo, Num, Reset, Seq, sequencer, tally } from './kernels.ts';
import type { ConformanceCase } from './suite.ts';

export const loadCases: readonly ConformanceCase[] = [
  {
    name: 'load: of many messages none is lost, doubled or out of order',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(sequencer);
      const total = c.load;
      const reading = (async () => {
        for (let n = 1; n <= total; n++) {
          const reply = kernel.tryReceive() ?? await kernel.receive();
          if (reply.n !== n || reply.errors !== 0) equal(reply, { n, errors: 0 }, 'reply');
        }
      })();
      for (let n = 1; n <= total; n++) {
        const message = { sender: 0, n };
        if (!kernel.trySend(message)) await kernel.send(message);
        // Let the reader have its turn: both share this thread.
        if (n % 4096 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
      await reading;
      // A device may report its counts a little after its answers.
      await until(() => kernel.metrics().processed === total, 'every message is counted as handled, once');
      equal(ring.deadLetters.total, 0, 'dead letters');
    },
  },
  {
    name: 'load: of many messages in batches none is lost or doubled',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(sequencer);
      const size = 10_000;
      let errors = 0;
      for (let from = 1; from <= c.load; from += size) {
        const count = Math.min(size, c.load - from + 1);
        const n = Uint32Array.from({ length: count }, (_, i) => from + i);
        const reply = await kernel.callBatch(Seq, { sender: new Uint32Array(count), n });
        ok(reply.n.every((x, i) => x === from + i), `answers from ${from}`);
        errors = reply.errors[count - 1]!;
      }
      equal(errors, 0, 'messages out of order');
      await until(() => kernel.metrics().processed === c.load, 'every message is counted as handled, once');
    },
  },
  ...[1000, 10_000].map((count): ConformanceCase => ({
    name: `load: ${count.toLocaleString('en')} actors live on one ring`,
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const actors = Math.min(count, c.actors);
      const kernels = [];
      // A few at a time: launches of one kind are cheap, and need no more.
      for (let i = 0; i < actors; i += 250) {
        kernels.push(...await Promise.all(Array.from({ length: Math.min(250, actors - i) }, (_, k) => ring.launch(tally, {
          id: `actor-${i + k}`, queueCapacity: 4, outputCapacity: 4, initialState: { total: i + k },
        }))));
      }
      for (const kernel of kernels) await kernel.send(Num, { value: 1 });
      const counts = await Promise.all(kernels.map((kernel) => kernel.call(Reset, { to: 0 })));
      ok(counts.every(({ count: n, total }, i) => n === 1 && total === i + 1), 'each has its own state and got its own message');
      equal(ring.metrics().activeKernels, actors, 'active kernels');
      await Promise.all(kernels.slice(0, 10).map((kernel) => kernel.terminate()));
      equal(ring.metrics().activeKernels, actors - 10, 'active kernels after ten ended');
    },
  })),
  {
    name: 'load: many kernels answer many calls at once',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernels = await Promise.all(Array.from({ length: 16 }, (_, i) => ring.launch(echo, { id: `echo-${i}` })));
      const rounds = Math.max(1, Math.floor(c.load / 20_000));
      for (let round = 0; round < rounds; round++) {
        const answers = await Promise.all(kernels.flatMap((kernel, k) => Array.from({ length: 64 }, (_, i) => kernel.call({ value: k * 1000 + i }))));
        ok(answers.every(({ value }, i) => value === Math.floor(i / 64) * 1000 + (i % 64)), `round ${round}`);
      }
      await until(() => kernels.every((kernel) => kernel.status().pendingCalls === 0), 'nothing is pending');
    },
  },
];
