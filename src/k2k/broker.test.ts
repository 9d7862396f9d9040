import { expect, test } from 'vitest';
import { codeOf } from '../../test/support/errors.ts';
import { Broker, type Offer } from './broker.ts';

function setUp(answers: Record<string, Offer>, options = {}) {
  const taken: [string, string, unknown][] = [];
  const broker = new Broker<string>((kernel, message, value) => {
    const answer = answers[kernel] ?? null;
    if (answer === 'taken') taken.push([kernel, message, value]);
    return answer;
  }, options);
  return { broker, taken };
}

test('a kernel that is here gets the message', () => {
  const { broker, taken } = setUp({ a: 'taken' });
  expect(broker.deliver('a', 'M', 1, 'me')).toEqual({ number: 1, source: 'me', destination: 'a', deliveredTo: 'a', status: 'delivered', hops: 0 });
  expect(taken).toEqual([['a', 'M', 1]]);
});

test('a full or inactive kernel is told to the sender; nothing goes on to its next hop', () => {
  const { broker, taken } = setUp({ a: 'full', b: 'inactive', c: 'taken' });
  broker.addRoute('a', 'c');
  expect(broker.deliver('a', 'M', 1)).toMatchObject({ status: 'queueFull', deliveredTo: null });
  expect(broker.deliver('b', 'M', 1)).toMatchObject({ status: 'notActive', deliveredTo: null });
  expect(taken).toEqual([]);
});

test('next hops are followed up to the limit', () => {
  const { broker } = setUp({ end: 'taken' }, { maxHops: 3 });
  const chain = ['k0', 'k1', 'k2', 'k3', 'end'];
  chain.slice(1).forEach((next, i) => broker.addRoute(chain[i]!, next));
  expect(broker.deliver('k1', 'M', 1)).toMatchObject({ status: 'delivered', deliveredTo: 'end', hops: 3 });
  expect(broker.deliver('k0', 'M', 1)).toMatchObject({ status: 'maxHopsExceeded', hops: 4 });
  expect(broker.removeRoute('k3')).toBe(true);
  expect(broker.removeRoute('k3')).toBe(false);
  expect(broker.deliver('k1', 'M', 1)).toMatchObject({ status: 'notFound', hops: 2 });
});

test('receipts are bounded', () => {
  const { broker } = setUp({ a: 'taken' }, { receipts: 3 });
  for (let i = 0; i < 10; i++) broker.deliver('a', 'M', i);
  expect(broker.receipts().map((receipt) => receipt.number)).toEqual([8, 9, 10]);
  expect(broker.receipt(7)).toBeUndefined();
  expect(broker.receipt(9)?.status).toBe('delivered');
  const none = setUp({ a: 'taken' }, { receipts: 0 }).broker;
  none.deliver('a', 'M', 1);
  expect(none.receipts()).toEqual([]);
});

test('bad options are refused', () => {
  expect(codeOf(() => setUp({}, { maxHops: -1 }))).toBe('InvalidConfig');
  expect(codeOf(() => setUp({}, { receipts: 1.5 }))).toBe('InvalidConfig');
});
