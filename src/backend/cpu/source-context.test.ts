import { expect, test } from 'vitest';
import { intrinsics } from '../../kernel/intrinsics/table.ts';
import { sourceContext } from './source-context.ts';

type Context = Record<string, (...args: unknown[]) => unknown> & { readonly self: number; readonly sender: number };

const said: unknown[] = [];
const context = sourceContext({
  self: 7, state: { n: 1 }, uses: { K: 3 }, send: { out: () => true },
  tell: (kind, text, args) => said.push([kind, text, ...args]),
  ask: (name) => (name === 'sender' ? () => 9 : name === 'now' ? () => 5n : undefined),
}) as unknown as Context;

test('casts saturate floats and keep the bits of integers', () => {
  const { i32, u32, i64, u64, f32, f16, bool } = context;
  expect([i32!(2.9), i32!(-2.9), i32!(3e9), i32!(1e20), i32!(NaN)]).toEqual([2, -2, 3e9 - 2 ** 32, 2 ** 31 - 1, 0]);
  expect([u32!(-1), u32!(-1.5), u32!(1e20), u32!(2n ** 32n + 5n)]).toEqual([2 ** 32 - 1, 0, 2 ** 32 - 1, 5]);
  expect([i64!(1e30), i64!(-3), u64!(-1n), u64!(2 ** 40)]).toEqual([2n ** 63n - 1n, -3n, 2n ** 64n - 1n, 2n ** 40n]);
  expect([f32!(0.1), f16!(0.1), bool!(NaN), bool!(2), bool!(0n)]).toEqual([Math.fround(0.1), 0.0999755859375, false, true, false]);
});

test('integer division, ranges and vectors', () => {
  expect([context['idiv']!(7, -2), context['idiv']!(7, 0), context['idiv']!(-7n, 2n), context['idiv']!(1n, 0n)]).toEqual([-3, 0, -3n, 0n]);
  expect([...context['range']!(3) as Iterable<number>, ...context['range']!(5n, 7n) as Iterable<bigint>]).toEqual([0, 1, 2, 5n, 6n]);
  expect(context['vec3']!(1)).toMatchObject({ x: 1, y: 1, z: 1 });
});

test('intrinsics compute in double precision; properties are read without a call', () => {
  expect(context['rsqrt']!(4)).toBe(0.5);
  expect(context['popcount']!(255)).toBe(8);
  expect(context['fma']!(2, 3, 4)).toBe(10);
  expect([context.self, context.sender, context['now']!()]).toEqual([7, 9, 5n]);
  context['debug']!('x {}', 1);
  expect(said).toEqual([['debug', 'x {}', 1]]);
});

test('every function a handler may call computes something', () => {
  const sample = { bool: true, i32: 5, u32: 5, i64: 5n, u64: 5n, f16: 0.5, bf16: 0.5, f32: 0.5, f64: 0.5 } as const;
  for (const row of intrinsics.values()) {
    if (!row.on.includes('ctx') || row.property === true) continue;
    const type = row.types[0] ?? 'f32';
    const result = context[row.name]!(...row.params.map((p) => sample[p === 'T' ? type : p]));
    expect(result, row.name).toBeDefined();
  }
  expect(context['nonsense']).toBeUndefined();
});
