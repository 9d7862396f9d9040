import { expect, test } from 'vitest';
import { array, f32, message, ringKernel, u32 } from '../../index.ts';
import { factsOf } from './kinds.ts';

const Ask = message('KindsAsk', { n: u32 });
const Answer = message('KindsAnswer', { n: u32 });
const Large = message('KindsLarge', { v: array(f32, 16) });
const facts = (d: { readonly program: Parameters<typeof factsOf>[0] }): ReturnType<typeof factsOf> => factsOf(d.program, 0, false);

test('what only answers may be handled many at once', () => {
  expect(facts(ringKernel({ id: 'kinds_pure', on: Ask, reply: Answer }, (_, msg) => ({ n: msg.n + 1 }))).parallel).toBe(true);
});

test('state, sends, debug output and the clock keep their order', () => {
  const others = [
    ringKernel({ id: 'kinds_state', on: Ask, reply: Answer, state: { sum: u32 } }, (ctx, msg) => { ctx.state.sum += msg.n; return { n: ctx.state.sum }; }),
    ringKernel({ id: 'kinds_sends', on: Ask, sends: { on: Ask } }, (ctx, msg) => { ctx.send.on({ n: msg.n }); }),
    ringKernel({ id: 'kinds_debug', on: Ask, reply: Answer }, (ctx, msg) => { ctx.debug('n', msg.n); return { n: msg.n }; }),
  ];
  expect(others.map((d) => facts(d).parallel)).toEqual([false, false, false]);
});

test('small is what fits one line each way, deadlines counted in', () => {
  expect(facts(ringKernel({ id: 'kinds_small', on: Ask, reply: Answer }, (_, msg) => ({ n: msg.n }))).small).toBe(true);
  expect(facts(ringKernel({ id: 'kinds_large', on: Large, reply: Answer }, (_, msg) => ({ n: msg.v[0]! > 1 ? 1 : 0 }))).small).toBe(false);
  expect(facts(ringKernel({ id: 'kinds_answer', on: Large, reply: Large }, (_, msg) => ({ v: msg.v }))).small).toBe(false);
});
