import { expect, test } from 'vitest';
import { codeOf } from '../../test/support/errors.ts';
import { newViews } from '../layout/views.ts';
import { array, bool, f16, f32, f64, i32, struct, u32, u64, vec3 } from '../layout/types.ts';
import { columnOffsets, columnsAt, ColumnWriter, orderColumns, rowOf, sliceColumns } from './columns.ts';

const Every = struct('Every', { flag: bool, n: u32, half: f16, long: u64, at: vec3(f32), grid: array(array(i32, 2), 3), many: array(vec3(f32), 2) });
const value = (i: number) => ({
  flag: i % 2 === 1, n: i, half: i + 0.5, long: BigInt(i) << 40n, at: { x: i, y: -i, z: 0.25 },
  grid: [[i, 1], [2, 10 - i], [3, 4]], many: [{ x: 1, y: 2, z: i }, { x: 4, y: 5, z: 6 }],
});

test('rows go into columns and come back', () => {
  const writer = new ColumnWriter(Every, 3);
  for (let i = 0; i < 3; i++) writer.addRow(value(i));
  expect(writer.length).toBe(3);
  expect([...writer.columns['flag']!]).toEqual([0, 1, 0]);
  expect([...writer.columns['at']!]).toEqual([0, -0, 0.25, 1, -1, 0.25, 2, -2, 0.25]);
  for (let i = 0; i < 3; i++) expect(rowOf(Every, writer.columns, i)).toEqual(value(i));
});

test('columns lie one after the other, each aligned to 16', () => {
  const Pair = struct('Pair', { a: u32, b: f64 });
  expect(columnOffsets(Pair, 3)).toEqual({ offsets: [0, 16], bytes: 64 });
  const views = newViews(256);
  views.u32[16] = 7;
  views.f64[(64 + 16) / 8 + 2] = 1.5;
  const columns = columnsAt(Pair, views, 64, 3);
  expect([...columns['a']!]).toEqual([7, 0, 0]);
  expect([...columns['b']!]).toEqual([0, 0, 1.5]);
  const writer = new ColumnWriter(Pair, 4);
  writer.addRow({ a: 1, b: 2 });
  writer.addColumns(columns, 3);
  expect([...writer.columns['b']!]).toEqual([2, 0, 0, 1.5]);
});

test('columns are checked, ordered and cut without copying', () => {
  const Pair = struct('Cut', { a: u32, b: vec3(f32) });
  const a = Uint32Array.of(1, 2, 3);
  const b = new Float32Array(9);
  const { ordered, count } = orderColumns(Pair, { b, a });
  expect([count, ordered[0], ordered[1]]).toEqual([3, a, b]);
  const rest = sliceColumns(Pair, ordered, 2);
  expect([rest[0]!.length, rest[1]!.length, rest[0]!.buffer]).toEqual([1, 3, a.buffer]);
  for (const wrong of [{ a }, { a, b: new Float32Array(8) }, { a, b: new Float32Array(6) }, { a: new Int32Array(3), b }, { a, b, c: a }]) {
    expect(codeOf(() => orderColumns(Pair, wrong as never))).toBe('InvalidConfig');
  }
});

test('a struct within a message cannot go in a batch', () => {
  const Nested = struct('Nested', { inner: struct('Inner', { x: f32 }) });
  expect(codeOf(() => orderColumns(Nested, {}))).toBe('InvalidConfig');
});
