import type { RingEvent } from '../../runtime/events.ts';
import { equal, ok, rejects, until } from './assert.ts';
import { echo, forwarder, looper, prober, squarer, stumbler } from './kernels.ts';
import type { ConformanceCase, Feature } from './suite.ts';

const tooLarge = { value: 70_000 };

/** The same rules for every way a handler may fail. */
function faultCases(needs: readonly Feature[], how: string, kernelOf: typeof squarer | typeof looper | typeof prober, bad: { value: number }): readonly ConformanceCase[] {
  const good = { value: 3 };
  const answer = kernelOf === squarer ? { value: 9 } : { value: 3 };
  return [
    {
      name: `${how} ends only its own kernel, and everyone is told`,
      needs,
      async run(c) {
        const ring = await c.ring();
        const events: RingEvent[] = [];
        ring.on((event) => events.push(event));
        const victim = await ring.launch(kernelOf);
        const bystander = await ring.launch(echo);
        equal(await victim.call(good), answer, 'before');
        const error = await rejects(victim.call(bad), 'KernelFault', 'the call that fails');
        equal([error.detail['kernel'], error.detail['message']], [kernelOf.id, 'Num'], 'what the error names');
        equal((await victim.wait()).reason, 'faulted', 'why it ended');
        equal(victim.state, 'terminated', 'state');
        await rejects(victim.call(good), 'KernelTerminated', 'afterwards');
        equal(await bystander.call({ value: 8 }), { value: 8 }, 'others go on');
        await until(() => events.some((event) => event.type === 'fault'), 'an event');
        equal(ring.metrics().faults, 1, 'faults counted');
      },
    },
    {
      name: `${how} under resume skips the message and keeps the state`,
      needs,
      async run(c) {
        const ring = await c.ring();
        const kernel = await ring.launch(kernelOf, { supervision: 'resume' });
        equal(await kernel.call(good), answer, 'before');
        const failing = rejects(kernel.call(bad), 'KernelFault', 'the call that fails');
        const following = kernel.call(good);
        await failing;
        equal(await following, answer, 'the message behind it');
        ok((await kernel.readState()).handled >= 2, 'the state was kept');
        equal([kernel.metrics().faults, kernel.metrics().restarts], [1, 1], 'counts');
      },
    },
    {
      name: `${how} under restart begins with the initial state`,
      needs,
      async run(c) {
        const ring = await c.ring();
        const kernel = await ring.launch(kernelOf, { supervision: 'restart', initialState: { handled: 100 } });
        await kernel.call(good);
        await kernel.call(good);
        await rejects(kernel.call(bad), 'KernelFault', 'the call that fails');
        equal(await kernel.call(good), answer, 'after the restart');
        equal((await kernel.readState()).handled, 101, 'state after the restart');
      },
    },
    {
      name: `${how} too often within the window ends the kernel`,
      needs,
      async run(c) {
        const ring = await c.ring();
        const kernel = await ring.launch(kernelOf, { supervision: { onFault: 'resume', maxRestarts: 2, withinMs: 60_000 } });
        for (let i = 0; i < 2; i++) {
          await rejects(kernel.call(bad), 'KernelFault', `fault ${i + 1}`);
          equal(await kernel.call(good), answer, `after fault ${i + 1}`);
        }
        await rejects(kernel.call(bad), 'KernelFault', 'fault 3');
        const { reason } = await kernel.wait();
        equal([reason, kernel.metrics().restarts], ['faulted', 2], 'the end');
      },
    },
  ];
}

export const faultConformance: readonly ConformanceCase[] = [
  ...faultCases(['execute', 'overflowFault'], 'an overflow', squarer, tooLarge),
  ...faultCases(['execute', 'watchdog'], 'an endless loop', looper, { value: 0 }),
  ...faultCases(['execute', 'bounds'], 'an index out of bounds', prober, { value: 8 }),
  {
    name: 'a kernel that fails at a message of another is open to the host again',
    needs: ['execute', 'bounds'],
    async run(c) {
      const ring = await c.ring();
      const victim = await ring.launch(prober, { supervision: 'restart' });
      const relay = await ring.launch(forwarder, { connect: { next: victim } });
      await relay.send({ value: 7 });
      await until(() => victim.metrics().restarts === 1, 'the restart');
      equal(await victim.call({ value: 3 }), { value: 3 }, 'a call of the host');
    },
  },
  {
    name: 'what was sent behind a message that fails keeps its order',
    needs: ['execute', 'bounds'],
    async run(c) {
      const ring = await c.ring();
      const count = 3000;
      const kernel = await ring.launch(stumbler, { supervision: 'resume', queueCapacity: 4096, outputCapacity: 4096 });
      const sent = Array.from({ length: count }, (_, value) => kernel.send({ value }));
      await Promise.all(sent);
      const values: number[] = [];
      while (values.length < count - 1) values.push((await kernel.receive()).value);
      equal(values, Array.from({ length: count }, (_, i) => i).filter((i) => i !== 1000), 'every other message, in order');
    },
  },
  {
    name: 'without a check, integers wrap',
    needs: ['execute', 'wraps'],
    async run(c) {
      const ring = await c.ring();
      const kernel = await ring.launch(squarer);
      equal(await kernel.call(tooLarge), { value: Math.imul(70_000, 70_000) >>> 0 }, '70000 squared modulo 2^32');
    },
  },
];
