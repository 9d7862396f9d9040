import { equal, ok, rejects, until } from './assert.ts';
import { adder, Burst, burster, echo, forwarder, Num, Reset, Seq, sequencer, station, tally } from './kernels.ts';
import type { ConformanceCase } from './suite.ts';

export const k2kCases: readonly ConformanceCase[] = [
  {
    name: 'a chain of kernels passes messages on without the host',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const end = await ring.launch(echo);
      const chain = [];
      for (let i = 0; i < 8; i++) chain.push(await ring.launch(forwarder, { id: `link-${i}` }));
      for (const [i, link] of chain.entries()) {
        const next = chain[i + 1];
        if (next === undefined) await link.connect('next', end);
        else await link.connect('next', next);
      }
      for (let n = 0; n < 100; n++) await chain[0]!.send({ value: n * 10 });
      for (let n = 0; n < 100; n++) equal(await end.receive(), { value: n * 10 + 8 }, `message ${n}`);
      equal(chain[3]!.metrics().sent, 100, 'messages sent by a link');
    },
  },
  {
    name: 'a token goes round a ring of kernels',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const end = await ring.launch(echo);
      const count = 5;
      const stations = [];
      for (let i = 0; i < count; i++) {
        stations.push(await ring.launch(station, { id: `station-${i}`, connect: { next: `station-${(i + 1) % count}`, done: end } }));
      }
      await stations[0]!.send({ hops: 1000, visited: 0 });
      equal(await end.receive(), { value: 1000 }, 'hops made');
      const self = await ring.launch(station, { id: 'self', connect: { next: 'self', done: end } });
      await self.send({ hops: 10, visited: 5 });
      equal(await end.receive(), { value: 15 }, 'a kernel may send to itself');
    },
  },
  {
    name: 'many kernels send to one; each one\'s order is kept',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const sink = await ring.launch(sequencer, { queueCapacity: 4096, outputCapacity: 4096 });
      const senders = await Promise.all(Array.from({ length: 8 }, (_, i) => ring.launch(burster, { id: `sender-${i}`, connect: { sink } })));
      const told = await Promise.all(senders.map((kernel, sender) => kernel.call({ count: 200, sender })));
      equal(told, senders.map(() => ({ taken: 200, refused: 0 })), 'all were taken');
      let errors = 0;
      for (let i = 0; i < 1600; i++) errors = Math.max(errors, (await sink.receive()).errors);
      equal(errors, 0, 'messages out of order');
      equal((await sink.readState()).last, Array.from({ length: 8 }, () => 200), 'all arrived');
    },
  },
  {
    name: 'a full inbox is told to the sending kernel',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const sink = await ring.launch(sequencer, { queueCapacity: 4, autoActivate: false });
      const sender = await ring.launch(burster, { connect: { sink } });
      const told = await sender.call({ count: 10, sender: 0 });
      equal(told, { taken: 4, refused: 6 }, 'what the sender was told');
      equal([sender.metrics().sent, sender.metrics().refused], [4, 6], 'what was counted');
      await sink.activate();
      for (let n = 1; n <= 4; n++) equal(await sink.receive(), { n, errors: 0 }, 'what was taken arrives');
    },
  },
  {
    name: 'ports are connected by id before their target exists, and again after it came back',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const sender = await ring.launch(burster);
      equal(await sender.call({ count: 3, sender: 0 }), { taken: 0, refused: 3 }, 'an unconnected port');
      await sender.connect('sink', 'later');
      equal(await sender.call({ count: 2, sender: 0 }), { taken: 0, refused: 2 }, 'a target that is not there');
      const first = await ring.launch(sequencer, { id: 'later' });
      equal(await sender.call({ count: 2, sender: 0 }), { taken: 2, refused: 0 }, 'the target is there');
      equal([await first.receive(), await first.receive()], [{ n: 1, errors: 0 }, { n: 2, errors: 0 }], 'what it got');
      await first.terminate();
      equal(await sender.call({ count: 1, sender: 0 }), { taken: 0, refused: 1 }, 'the target has ended');
      const second = await ring.launch(sequencer, { id: 'later' });
      equal(await sender.call({ count: 1, sender: 0 }), { taken: 1, refused: 0 }, 'the target is back');
      equal(await second.receive(), { n: 1, errors: 0 }, 'what it got');
      await sender.disconnect('sink');
      equal(await sender.call({ count: 1, sender: 0 }), { taken: 0, refused: 1 }, 'disconnected');
    },
  },
  {
    name: 'routes are checked',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      const sender = await ring.launch(burster);
      const wrong = await ring.launch(adder);
      await rejects(sender.connect('nowhere' as 'sink', 'x'), 'UnknownPort', 'a port there is not');
      await rejects(sender.connect('sink', wrong as never), 'UnknownMessage', 'a target that does not handle it');
      await rejects(ring.launch(burster, { id: 'other', connect: { sink: wrong as never } }), 'UnknownMessage', 'the same at launch');
      equal(ring.kernels().map((k) => k.id).sort(), ['adder', 'burster'], 'nothing is left of the failed launch');
    },
  },
  {
    name: 'the host delivers by id, over routes, with receipts',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(tally);
      equal(ring.broker.deliver('tally', Num, { value: 5 }).status, 'delivered', 'direct');
      ring.broker.addRoute('far', 'near');
      ring.broker.addRoute('near', 'tally');
      const receipt = ring.broker.deliver('far', Num, { value: 6 });
      equal([receipt.status, receipt.deliveredTo, receipt.hops], ['delivered', 'tally', 2], 'over two hops');
      equal(ring.broker.deliver('nobody', Num, { value: 1 }).status, 'notFound', 'an unknown id');
      ring.broker.addRoute('a', 'b');
      ring.broker.addRoute('b', 'a');
      equal(ring.broker.deliver('a', Num, { value: 1 }).status, 'maxHopsExceeded', 'a circle');
      equal(ring.broker.receipt(receipt.number), receipt, 'a receipt is kept');
      await until(() => kernel.status().messagesProcessed === 2, 'both are handled');
      equal(await kernel.call(Reset, { to: 0 }), { count: 2, total: 11 }, 'they arrived');
      await kernel.deactivate();
      equal(ring.broker.deliver('tally', Num, { value: 5 }).status, 'notActive', 'a kernel that takes none');
    },
  },
  {
    name: 'kernels of several kinds feed each other',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const total = await ring.launch(tally);
      const relay = await ring.launch(forwarder, { connect: { next: total } });
      const before = await ring.launch(forwarder, { id: 'before', connect: { next: relay } });
      await before.sendBatch({ value: Uint32Array.from({ length: 500 }, (_, i) => i) });
      await until(() => total.status().messagesProcessed === 500, 'all arrive');
      equal(await total.call(Reset, { to: 0 }), { count: 500, total: (500 * 499) / 2 + 1000 }, 'count and total');
      ok(Seq !== undefined && Burst !== undefined, 'message types are plain values');
    },
  },
];
