import { Envelope, kernelIdHash } from '../../message/envelope.ts';
import { equal, ok, rejects, until } from './assert.ts';
import { Add, adder, alone, Big, bigSum, chatter, clockwork, counter, echo, forwarder, Num, reporter, Reset, sentinel, Seq, sequencer, Sum } from './kernels.ts';
import type { ConformanceCase } from './suite.ts';

export const messageCases: readonly ConformanceCase[] = [
  {
    name: 'a handler runs on the device and its reply comes back',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder);
      equal(await kernel.call({ a: 1, b: 2 }), { value: 3 }, '1 + 2');
      equal(await kernel.call({ a: 0.1, b: 0.2 }), { value: Math.fround(Math.fround(0.1) + Math.fround(0.2)) }, 'single precision');
      await kernel.send({ a: 20, b: 22 });
      equal(await kernel.receive(), { value: 42 }, 'send and receive');
      ok(kernel.trySend({ a: 4, b: 4 }), 'trySend with room');
      await until(() => kernel.status().messagesProcessed === 4, 'four messages are handled');
      const reply = kernel.tryReceive() ?? await kernel.receive();
      equal(reply, { value: 8 }, 'tryReceive');
      equal(kernel.tryReceive(), undefined, 'nothing more');
    },
  },
  {
    name: 'state lives on from message to message',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(counter, { initialState: { total: 100 } });
      equal(await kernel.readState(), { count: 0, total: 100 }, 'initial state');
      for (let i = 1; i <= 10; i++) equal(await kernel.call(Num, { value: i }), { count: i, total: 100 + (i * (i + 1)) / 2 }, `message ${i}`);
      equal(await kernel.readState(), { count: 10, total: 155 }, 'state read by the host');
    },
  },
  {
    name: 'one kernel takes several message types, each with its reply',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(counter);
      equal(await kernel.call(Num, { value: 3 }), { count: 1, total: 3 }, 'Num');
      equal(await kernel.call(Add, { a: 3, b: 4 }), { value: 12 }, 'Add');
      await kernel.send(Reset, { to: 9 });
      equal(await kernel.call(Num, { value: 1 }), { count: 1, total: 10 }, 'Num after Reset');
      await kernel.send(Add, { a: 2, b: 2 });
      await kernel.send(Num, { value: 0 });
      const first = await kernel.receiveTyped();
      equal([first.name, first.value], ['Sum', { value: 4 }], 'first reply');
      ok(first.message === Sum, 'it carries its message type');
      const second = await kernel.receiveTyped();
      equal([second.name, second.value], ['Count', { count: 2, total: 10 }], 'second reply');
    },
  },
  {
    name: 'several kinds and several kernels of one kind work side by side',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const adders = await Promise.all([0, 1, 2].map((i) => ring.launch(adder, { id: `adder-${i}` })));
      const counters = await Promise.all([0, 1, 2].map((i) => ring.launch(counter, { id: `counter-${i}`, initialState: { total: i * 1000 } })));
      const sums = await Promise.all(adders.map((kernel, i) => kernel.call({ a: i, b: 0.5 })));
      equal(sums, [{ value: 0.5 }, { value: 1.5 }, { value: 2.5 }], 'adders');
      const counts = await Promise.all(counters.map((kernel, i) => kernel.call(Num, { value: i })));
      equal(counts, [{ count: 1, total: 0 }, { count: 1, total: 1001 }, { count: 1, total: 2002 }], 'counters have states of their own');
    },
  },
  {
    name: 'many calls at once get each its own answer',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo);
      const answers = await Promise.all(Array.from({ length: 3000 }, (_, i) => kernel.call({ value: i })));
      ok(answers.every(({ value }, i) => value === i), 'answer i belongs to call i');
    },
  },
  {
    name: 'messages of one sender are handled in the order sent',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(sequencer);
      const total = 5000;
      const reading = (async () => {
        let last = 0;
        for await (const reply of kernel) {
          equal(reply.n, last + 1, 'order of the replies');
          last = reply.n;
          if (last === total) return reply.errors;
        }
        return -1;
      })();
      for (let n = 1; n <= total; n++) await kernel.send({ sender: 0, n });
      equal(await reading, 0, 'messages out of order');
      equal(await kernel.call(Seq, { sender: 0, n: total + 1 }), { n: total + 1, errors: 0 }, 'one more');
    },
  },
  {
    name: 'for await ends when the kernel ends',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo);
      const seen: number[] = [];
      const reading = (async () => {
        for await (const { value } of kernel) seen.push(value);
      })();
      for (let i = 0; i < 5; i++) await kernel.send({ value: i });
      await until(() => seen.length === 5, 'five replies');
      await kernel.terminate();
      await reading;
      equal(seen, [0, 1, 2, 3, 4], 'replies');
    },
  },
  {
    name: 'a call that gets no answer in time rejects, a late answer disturbs nobody',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo);
      await rejects(kernel.receive({ timeout: 5 }), 'Timeout', 'receive with nothing to come');
      const controller = new AbortController();
      const aborted = kernel.receive({ signal: controller.signal }).catch((error: unknown) => error);
      const reason = new Error('changed my mind');
      controller.abort(reason);
      ok(await aborted === reason, 'receive rejects with the reason of its signal');
      await kernel.send({ value: 1 });
      equal(await kernel.receive(), { value: 1 }, 'the next reply goes to the next receive');
    },
  },
  {
    name: 'messages of 64 KiB arrive whole',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(bigSum, { queueCapacity: 4, outputCapacity: 4 });
      for (let round = 0; round < 6; round++) {
        const data = Array.from({ length: 16_384 }, (_, i) => (i * 7 + round) % 1000);
        const expected = data.reduce((sum, x) => sum + x, 0);
        equal(await kernel.call(Big, { data }), { value: expected }, `round ${round}`);
      }
    },
  },
  {
    name: 'raw envelopes go in and come out, answered by correlation id',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      for (const envelope of ['compact', 'full'] as const) {
        const kernel = await ring.launch(adder, { id: envelope, envelope });
        equal(await kernel.call({ a: 1, b: 1 }), { value: 2 }, `typed call with ${envelope} slots`);
        await kernel.sendEnvelope(Envelope.of(Add, { a: 40, b: 2 }, { correlationId: 77n }));
        const reply = await kernel.receiveEnvelope();
        equal(reply.header.messageType, Sum.typeId, 'type of the reply');
        equal(reply.header.correlationId, 77n, 'correlation id of the reply');
        equal(reply.value(Sum), { value: 42 }, 'value of the reply');
        ok(reply.header.timestamp.physical > 0n, 'the reply has a timestamp');
        equal([reply.header.sourceKernel, reply.header.destKernel], [kernelIdHash(envelope), 0n], 'sender and receiver of the reply');
        equal(reply.header.payloadSize, Sum.struct.size, 'payload size of the reply');
        await kernel.sendEnvelope(Envelope.of(Add, { a: 1, b: 2 }, { correlationId: 78n }));
        const next = await kernel.receiveEnvelope();
        ok(next.header.messageId !== reply.header.messageId && next.header.messageId !== 0n, 'replies have message ids of their own');
        await rejects(kernel.sendEnvelope(Envelope.of(Num, { value: 1 })), 'UnknownMessage', 'a type it does not handle');
        await rejects(kernel.sendEnvelope(Envelope.ofBytes(Add.typeId, new Uint8Array(3))), 'ValidationError', 'a payload of the wrong size');
      }
    },
  },
  {
    name: 'a handler knows itself and who sent its message',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const first = await ring.launch(reporter);
      const second = await ring.launch(reporter, { id: 'second' });
      const relay = await ring.launch(forwarder, { connect: { next: second } });
      const one = await first.call({ value: 1 });
      const two = await second.call({ value: 1 });
      ok(one.self !== 0 && two.self !== 0 && one.self !== two.self, 'actors have ids of their own');
      equal([one.sender, two.sender], [0, 0], 'the host is sender 0');
      ok(one.correlation !== 0 && one.correlation !== two.correlation, 'calls are told apart');
      await relay.send({ value: 1 });
      const three = await second.receive();
      ok(three.sender !== 0 && three.sender !== one.self && three.sender !== two.self, 'the relay is the sender');
      equal([three.self, three.correlation], [two.self, 0], 'no call stands behind a relayed message');
    },
  },
  {
    name: 'ctx.debug reaches the host, in order, with its values',
    needs: ['execute', 'debug'],
    async run(c) {
      const printed: string[] = [];
      const ring = await c.ring({ print: (kernel, text) => printed.push(`${kernel}: ${text}`) });
      const kernel = await ring.launch(chatter);
      equal(await kernel.call({ a: 1.5, b: 2 }), { value: -0.5 }, 'the answer');
      equal(await kernel.call({ a: 3, b: -2 }), { value: 5 }, 'the answer');
      await until(() => printed.length === 3, 'three lines');
      equal(printed, ['chatter: 1.5 and 2', 'chatter: 3 and -2', 'chatter: in descending order true'], 'what was printed');
    },
  },
  {
    name: 'ctx.alert and ctx.metric reach the host by name, with their values',
    needs: ['execute', 'debug'],
    async run(c) {
      const ring = await c.ring();
      const told: string[] = [];
      using _ = ring.on((event) => { if (event.type === 'raised' || event.type === 'measured') told.push(`${event.kernel} ${event.type} ${event.name} ${event.value}`); });
      const kernel = await ring.launch(sentinel);
      equal(await kernel.call({ a: 1.5, b: 2 }), { value: 1.5 }, 'the answer');
      equal(await kernel.call({ a: 4, b: 2.5 }), { value: 4 }, 'the answer');
      await until(() => told.length === 5, 'five figures');
      equal(told, [
        'sentinel measured value 1.5', 'sentinel measured seen 1',
        'sentinel measured value 4', 'sentinel measured seen 2', 'sentinel raised too large 1.5',
      ], 'what the host was told');
    },
  },
  {
    name: 'a handler is one thread: places are 0, sizes 1, groups itself',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(alone);
      equal(await kernel.call({ a: 3, b: 2 }), { value: 3 + 2 + 3 + 1000 + 200 }, 'its own values');
      equal(await kernel.call({ a: 1, b: 2 }), { value: 1 + 2 + 1 + 200 }, 'its own values');
    },
  },
  {
    name: 'the clock of a handler moves past its message, past what it reads, and past itself',
    needs: ['execute', 'i64'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(clockwork);
      const wall = (BigInt(Date.now()) * 1000n) << 12n;
      const first = await kernel.call({ a: 1n });
      ok(first.message < first.before && first.before < first.after && first.after < first.again, 'each time is later than the one before');
      ok(first.before > wall - ((60_000_000n) << 12n), 'it is the time of day');
      // Half a second ahead: within what clocks may differ by.
      const ahead = first.again + (500_000n << 12n) + 7n;
      const second = await kernel.call({ a: ahead });
      ok(second.before < ahead && second.after > ahead && second.again > second.after, 'past the stamp that was read');
      ok((await kernel.call({ a: 1n })).before > ahead, 'and it never goes back');
    },
  },
  {
    name: 'the state can be read, changed, and moved to another kernel',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const first = await ring.launch(counter);
      for (let i = 0; i < 3; i++) await first.call(Num, { value: 10 });
      const saved = await first.readState();
      equal(saved, { count: 3, total: 30 }, 'saved state');
      await first.terminate();
      const second = await ring.launch(counter, { initialState: saved });
      equal(await second.call(Num, { value: 1 }), { count: 4, total: 31 }, 'it goes on from there');
      await second.writeState({ total: 500 });
      equal(await second.call(Num, { value: 1 }), { count: 5, total: 501 }, 'after writeState of one field');
    },
  },
];
