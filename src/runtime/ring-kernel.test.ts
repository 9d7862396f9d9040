import { expect, test } from 'vitest';
import { globalKernel, read, ringKernel } from '../kernel/define.ts';
import { f32, u32 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { RingKernel } from './ring-kernel.ts';

const Num = message('Num', { value: u32 });
const double = ringKernel({ id: 'double', on: Num, reply: Num, state: { n: u32 } }, (ctx, msg) => {
  ctx.state.n += 1;
  return { value: msg.value * 2 };
});
const sum = globalKernel({ id: 'facade-sum', params: { x: read(f32) } }, () => undefined);

test('definitions are registered when they are made, launched or not', () => {
  const ids = RingKernel.registeredKernels().map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['double', 'facade-sum']));
  expect(RingKernel.registeredKernels().find(({ id }) => id === 'facade-sum')!.program).toBe(sum.program);
});

test('bad options are refused before anything is opened', async () => {
  const codes = await Promise.all([
    { backend: 'abacus' }, { debug: 'slow' }, { debug: 'source', backend: 'webgpu' }, { timeout: -1 }, { deadLetters: 0.5 }, { colour: 'red' },
  ].map((options) => RingKernel.open(options as object).then(() => 'opened', (error: { code: string }) => error.code)));
  expect(codes).toEqual(codes.map(() => 'InvalidConfig'));
});

test('a ring finds its kernels, counts what they do, and forgets them', async () => {
  await using ring = await RingKernel.open({ debug: 'source' });
  expect([ring.backend, ring.context, ring.kernels(), ring.kernel('double')]).toEqual(['cpu', null, [], undefined]);
  const kernel = await ring.launch(double);
  expect(ring.kernel('double')).toBe(kernel);
  expect(kernel.definition).toBe(double);
  await kernel.call({ value: 1 });
  await kernel.call({ value: 2 });
  expect(ring.metrics()).toMatchObject({ backend: 'cpu', activeKernels: 1, totalLaunched: 1, messagesSent: 2, messagesReceived: 2, faults: 0, deadLetters: 0 });
  expect(kernel.status()).toMatchObject({ id: 'double', state: 'active', messagesProcessed: 2, pendingCalls: 0, faulted: false });
  await kernel[Symbol.asyncDispose]();
  await kernel[Symbol.asyncDispose]();
  expect([ring.kernels(), ring.kernel('double'), ring.metrics().messagesSent]).toEqual([[], undefined, 2]);
  expect(kernel.status()).toMatchObject({ state: 'terminated', messagesProcessed: 2 });
});

test('one ring does not see the kernels of another', async () => {
  await using first = await RingKernel.open({ debug: 'source' });
  await using second = await RingKernel.open({ debug: 'source' });
  const [a, b] = [await first.launch(double), await second.launch(double)];
  await a.call({ value: 1 });
  expect([(await a.readState()).n, (await b.readState()).n]).toEqual([1, 0]);
});
