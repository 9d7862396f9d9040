import fc from 'fast-check';
import { expect, test } from 'vitest';
import { u32, struct } from '../layout/types.ts';
import { ColumnWriter } from '../message/columns.ts';
import { PendingBatch, PendingCall, PendingTable, type Pending } from './calls.ts';

test('the table of pending calls behaves like a map', () => {
  const step = fc.record({ op: fc.constantFrom('set' as const, 'get' as const, 'delete' as const), key: fc.integer({ min: 1, max: 5 }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const table = new PendingTable();
    const model = new Map<number, Pending>();
    for (const { op, key } of steps) {
      if (op === 'set' && !model.has(key)) {
        const pending = new PendingCall();
        table.set(key, pending);
        model.set(key, pending);
      } else if (op === 'delete') {
        table.delete(key);
        model.delete(key);
      }
      expect(table.get(key)).toBe(model.get(key));
      expect(table.size).toBe(model.size);
    }
    expect(new Set(table.drain())).toEqual(new Set(model.values()));
    expect(table.size).toBe(0);
  }));
});

test('a call is settled once; its promise may be asked for before or after', async () => {
  const before = new PendingCall();
  let cleaned = 0;
  before.cleanup = () => cleaned++;
  const promise = before.promise();
  before.add(1);
  before.add(2);
  before.fail(new Error('too late'));
  expect(await promise).toBe(1);
  expect(cleaned).toBe(1);
  const after = new PendingCall();
  after.fail(new Error('no answer'));
  await expect(after.promise()).rejects.toThrow('no answer');
});

test('a batch is answered when all its answers are there, one by one or together', async () => {
  const Reply = struct('Reply', { n: u32 });
  const batch = new PendingBatch(4, new ColumnWriter(Reply, 4));
  batch.add({ n: 1 });
  batch.addColumns({ n: Uint32Array.of(2, 3) }, 2);
  expect(batch.settled).toBe(false);
  batch.add({ n: 4 });
  expect(await batch.promise()).toEqual({ n: Uint32Array.of(1, 2, 3, 4) });
});
