import { expect, test } from 'vitest';
import { newViews } from '../../layout/views.ts';
import { array, bool, f16, f32, i32, i64, struct, u32, vec2, vec3 } from '../../layout/types.ts';
import { codecOf } from '../../message/codec.ts';
import { storedStruct, Vector, withVectors } from './source-values.ts';

const State = struct('State', {
  count: u32, best: f32, half: f16, flag: bool, wide: i64, at: vec3(f32), list: array(i32, 4), cells: array(struct('Cell', { p: vec2(f32), n: u32 }), 2), flags: array(bool, 2),
});

interface Stored {
  count: number;
  best: number;
  half: number;
  flag: boolean;
  wide: bigint;
  at: { x: number; y: number; z: number };
  list: Int32Array;
  cells: { p: { x: number; y: number }; n: number }[];
  flags: boolean[];
}

test('what is assigned lies in bytes, rounded and wrapped as on a device', () => {
  const views = newViews(State.size);
  const state = storedStruct(State, views, 0) as Stored;
  state.count = -1;
  state.count += 3;
  state.best = 0.1;
  state.half = 0.1;
  state.flag = true;
  state.wide = 2n ** 63n;
  state.at = new Vector([1, 2, 3]) as never;
  state.at.y += 0.5;
  state.list[1] = 2 ** 31;
  state.list.fill(7, 2);
  state.cells[1]!.n = 9;
  state.cells[0] = { p: { x: 5, y: 6 }, n: 1 };
  state.flags[1] = true;
  expect(codecOf(State).decode(views, 0)).toEqual({
    count: 2, best: Math.fround(0.1), half: 0.0999755859375, flag: true, wide: -(2n ** 63n), at: { x: 1, y: 2.5, z: 3 },
    list: [0, -(2 ** 31), 7, 7], cells: [{ p: { x: 5, y: 6 }, n: 1 }, { p: { x: 0, y: 0 }, n: 9 }], flags: [false, true],
  });
  expect(state.best).toBe(Math.fround(0.1));
  expect(() => { (state as unknown as Record<string, unknown>)['mispelt'] = 1; }).toThrow(TypeError);
});

test('vectors have the methods of the language, also those that lie in state', () => {
  type V = Record<string, (...args: unknown[]) => unknown> & { x: number; y: number; z: number };
  const a = new Vector([1, -2, 3]) as unknown as V;
  const b = withVectors(vec3(f32), { x: 2, y: 2, z: 2 }) as V;
  expect(a['add']!(b)).toEqual(new Vector([3, 0, 5]));
  expect(a['mul']!(2)).toEqual(new Vector([2, -4, 6]));
  expect(a['dot']!(b)).toBe(4);
  expect(a['cross']!(b)).toEqual(new Vector([-10, 4, 6]));
  expect(a['clamp']!(0, 2)).toEqual(new Vector([1, 0, 2]));
  expect(a['abs']!()).toEqual(new Vector([1, 2, 3]));
  expect(new Vector([3, 4]) as unknown as V).toSatisfy((v: V) => v['length']!() === 5 && v['lengthSquared']!() === 25);
  expect((a as unknown as Record<string, unknown>)['zx']).toEqual(new Vector([3, 1]));
  expect(a['equals']!(b)).toBe(false);
  const views = newViews(State.size);
  const { at } = storedStruct(State, views, 0) as Stored;
  at.x = 3;
  expect((at as unknown as V)['add']!(a)).toEqual(new Vector([4, -2, 3]));
});
