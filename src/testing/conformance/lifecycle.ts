import { rejects, equal, ok } from './assert.ts';
import { adder, counter, echo, forwarder, Num, Reset, Add } from './kernels.ts';
import type { ConformanceCase } from './suite.ts';
import { RingKernelError } from '../../error/index.ts';

export const lifecycleCases: readonly ConformanceCase[] = [
  {
    name: 'a launched kernel is active, listed, and gone after terminate',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder);
      equal(kernel.state, 'active', 'state after launch');
      equal(ring.kernels().map((k) => k.id), ['adder'], 'kernels');
      ok(ring.kernel('adder') !== undefined, 'the kernel is found by id');
      equal(ring.metrics().activeKernels, 1, 'active kernels');
      await kernel.terminate();
      equal(kernel.state, 'terminated', 'state after terminate');
      equal((await kernel.wait()).reason, 'terminated', 'reason');
      equal(ring.kernels().length, 0, 'kernels after terminate');
      equal(ring.metrics().totalLaunched, 1, 'total launched');
    },
  },
  {
    name: 'every legal step of the lifecycle, and no other',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder, { autoActivate: false });
      equal(kernel.state, 'launched', 'without autoActivate');
      await rejects(kernel.deactivate(), 'InvalidStateTransition', 'deactivate a launched kernel');
      await rejects(kernel.send({ a: 1, b: 2 }), 'KernelNotActive', 'send to a launched kernel');
      await kernel.activate();
      await rejects(kernel.activate(), 'InvalidStateTransition', 'activate an active kernel');
      await kernel.deactivate();
      equal(kernel.state, 'deactivated', 'after deactivate');
      await rejects(kernel.call({ a: 1, b: 2 }), 'KernelNotActive', 'call a deactivated kernel');
      await kernel.resume();
      equal(kernel.state, 'active', 'after resume');
      await kernel.suspend();
      await kernel.terminate();
      await rejects(kernel.activate(), 'InvalidStateTransition', 'activate a terminated kernel');
      await rejects(kernel.terminate(), 'InvalidStateTransition', 'terminate twice');
      await rejects(kernel.send({ a: 1, b: 2 }), 'KernelTerminated', 'send to a terminated kernel');
    },
  },
  {
    name: 'one living kernel per id; the id is free again after terminate',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      const first = await ring.launch(adder);
      await rejects(ring.launch(adder), 'KernelAlreadyExists', 'same id twice');
      await ring.launch(adder, { id: 'adder-2' });
      await first.terminate();
      await ring.launch(adder);
      equal(ring.kernels().map((k) => k.id).sort(), ['adder', 'adder-2'], 'kernels');
    },
  },
  {
    name: 'bad options are refused by name',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      await rejects(ring.launch(adder, { queueCapacity: 0 }), 'InvalidConfig', 'queueCapacity 0');
      await rejects(ring.launch(adder, { queueSize: 4 } as object), 'InvalidConfig', 'unknown option');
      await rejects(ring.launch(adder, { initialState: { nonsense: 1 } as object }), 'InvalidConfig', 'unknown state field');
      await rejects(ring.launch(adder, { initialState: { handled: 1.5 } }), 'SerializationError', 'state value that does not fit');
      await rejects(ring.launch(adder, { supervision: 'pray' as 'stop' }), 'InvalidConfig', 'unknown supervision');
      equal(ring.kernels().length, 0, 'nothing is left of a failed launch');
      await ring.launch(adder);
    },
  },
  {
    name: 'closing the ring ends everything and answers everyone',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(echo);
      const waiting = rejects(kernel.receive({ timeout: Infinity }), 'KernelTerminated', 'a receive that waits');
      await ring.close();
      await waiting;
      await rejects(ring.launch(adder), 'RingClosed', 'launch after close');
      await ring.close();
    },
  },
  {
    name: 'kernels are launched and ended while others work',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const busy = await ring.launch(echo);
      let calls = 0;
      let stop = false;
      const work = (async () => {
        while (!stop) equal(await busy.call({ value: ++calls }), { value: calls }, 'answer of the busy kernel');
      })();
      for (let i = 0; i < 5; i++) {
        const kernel = await ring.launch(i % 2 === 0 ? adder : counter, { id: `other-${i}` });
        await new Promise((resolve) => setTimeout(resolve, 1));
        await kernel.terminate();
      }
      stop = true;
      await work;
      ok(calls > 5, 'the busy kernel went on');
    },
  },
  {
    name: 'what a kernel has answered can still be read when it has ended, and the rest are dead letters',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(counter, { queueCapacity: 64, outputCapacity: 4 });
      let sent = 0;
      while (sent < 60 && kernel.trySend(Num, { value: 1 })) sent++;
      await kernel.terminate();
      let read = 0;
      while (kernel.tryReceive() !== undefined) read++;
      equal(read + ring.deadLetters.counts.terminated, sent, 'answers and dead letters');
    },
  },
  {
    name: 'a launch that connects to a kernel that is just ending succeeds',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      for (let i = 0; i < 8; i++) {
        const end = await ring.launch(echo, { id: 'end' });
        const [link] = await Promise.all([ring.launch(forwarder, { id: `link-${i}`, connect: { next: 'end' } }), end.terminate()]);
        await link.terminate();
      }
      const [first, second] = await Promise.all([ring.launch(adder), ring.launch(counter)]);
      equal([await first.call({ a: 1, b: 2 }), await second.call(Num, { value: 3 })], [{ value: 3 }, { count: 1, total: 3 }], 'two kinds launched at once');
    },
  },
  {
    name: 'a deactivated kernel keeps its state and what waits',
    needs: ['execute'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(counter);
      await kernel.call(Num, { value: 5 });
      await kernel.deactivate();
      equal(await kernel.readState(), { count: 1, total: 5 }, 'state while deactivated');
      await kernel.activate();
      equal(await kernel.call(Num, { value: 7 }), { count: 2, total: 12 }, 'after activation');
    },
  },
  {
    name: 'bad messages are refused before anything is sent',
    needs: [],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(adder);
      await rejects(kernel.send({ a: 1 } as never), 'SerializationError', 'missing field');
      await rejects(kernel.send({ a: 1, b: 'two' } as never), 'SerializationError', 'wrong type');
      await rejects(kernel.send(null as never), 'SerializationError', 'no object');
      await rejects(kernel.send({ a: 1, b: 2 }, { priority: 'critical' }), 'InvalidConfig', 'priority without lanes');
      await rejects(kernel.send({ a: 1, b: 2 }, { deadline: NaN }), 'InvalidConfig', 'a deadline that is none');
      await rejects(kernel.call({ a: 1, b: 2 }, { timeout: -1 }), 'InvalidConfig', 'negative timeout');
      const many = await ring.launch(counter);
      await rejects(many.send({ value: 1 } as never), 'InvalidConfig', 'which of several messages?');
      await rejects(many.call(Reset as never, { to: 1 } as never), 'NoReply', 'call without a reply');
      await rejects((kernel as unknown as typeof many).send(Num, { value: 1 }), 'UnknownMessage', 'a message it does not handle');
      const reason = new Error('enough');
      const aborted = await many.send(Add, { a: 1, b: 2 }, { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error);
      ok(aborted === reason, 'an aborted send rejects with the reason of its signal');
      ok(!(aborted instanceof RingKernelError), 'the reason is the caller\'s own');
    },
  },
];
