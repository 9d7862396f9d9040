import type { GridContext, KernelArray } from '../face.ts';
import { words } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

type Context = GridContext<unknown>;
type Tile = KernelArray<number>;

/*
 * Over the threads of a workgroup, as a tree in shared memory: the order of the additions depends on nothing
 * but the workgroup's size, so sums of floats are the same on every target.
 */

function groupAdd(g: Context, tile: Tile, x: number): number {
  const threads = g.groupSizeX * g.groupSizeY * g.groupSizeZ;
  const own = g.localId;
  tile[own] = x;
  g.barrier();
  for (let step = 512; step > 0; step = step >>> 1) {
    if (own < step && own + step < threads) tile[own] = tile[own]! + tile[own + step]!;
    g.barrier();
  }
  const result = tile[0]!;
  g.barrier();
  return result;
}

function groupMin(g: Context, tile: Tile, x: number): number {
  const threads = g.groupSizeX * g.groupSizeY * g.groupSizeZ;
  const own = g.localId;
  tile[own] = x;
  g.barrier();
  for (let step = 512; step > 0; step = step >>> 1) {
    if (own < step && own + step < threads) tile[own] = g.min(tile[own]!, tile[own + step]!);
    g.barrier();
  }
  const result = tile[0]!;
  g.barrier();
  return result;
}

function groupMax(g: Context, tile: Tile, x: number): number {
  const threads = g.groupSizeX * g.groupSizeY * g.groupSizeZ;
  const own = g.localId;
  tile[own] = x;
  g.barrier();
  for (let step = 512; step > 0; step = step >>> 1) {
    if (own < step && own + step < threads) tile[own] = g.max(tile[own]!, tile[own + step]!);
    g.barrier();
  }
  const result = tile[0]!;
  g.barrier();
  return result;
}

function groupAnd(g: Context, tile: Tile, x: number): number {
  const threads = g.groupSizeX * g.groupSizeY * g.groupSizeZ;
  const own = g.localId;
  tile[own] = x;
  g.barrier();
  for (let step = 512; step > 0; step = step >>> 1) {
    if (own < step && own + step < threads) tile[own] = tile[own]! & tile[own + step]!;
    g.barrier();
  }
  const result = tile[0]!;
  g.barrier();
  return result;
}

function groupOr(g: Context, tile: Tile, x: number): number {
  const threads = g.groupSizeX * g.groupSizeY * g.groupSizeZ;
  const own = g.localId;
  tile[own] = x;
  g.barrier();
  for (let step = 512; step > 0; step = step >>> 1) {
    if (own < step && own + step < threads) tile[own] = tile[own]! | tile[own + step]!;
    g.barrier();
  }
  const result = tile[0]!;
  g.barrier();
  return result;
}

function gridAdd(g: Context, array: Tile, index: number, x: number): void {
  const sum = g.groupAdd(x);
  if (g.localId === 0) g.atomicAdd(array, index, sum);
}

function gridMin(g: Context, array: Tile, index: number, x: number): void {
  const least = g.groupMin(x);
  if (g.localId === 0) g.atomicMin(array, index, least);
}

function gridMax(g: Context, array: Tile, index: number, x: number): void {
  const most = g.groupMax(x);
  if (g.localId === 0) g.atomicMax(array, index, most);
}

function barrierCount(g: Context, test: boolean): number {
  const one = g.u32(test);
  return g.groupAdd(one);
}

function barrierAll(g: Context, test: boolean): boolean {
  const one = g.u32(test);
  const all = g.groupAnd(one);
  return all !== 0;
}

function barrierAny(g: Context, test: boolean): boolean {
  const one = g.u32(test);
  const any = g.groupOr(one);
  return any !== 0;
}

function atomicIncrement(g: Context, array: Tile, index: number, limit: number): number {
  let old = g.atomicLoad(array, index);
  for (;;) {
    const next = old >= limit ? 0 : old + 1;
    const seen = g.atomicCompareExchange(array, index, old, next);
    if (seen === old) break;
    old = seen;
  }
  return old;
}

function atomicDecrement(g: Context, array: Tile, index: number, limit: number): number {
  let old = g.atomicLoad(array, index);
  for (;;) {
    const next = old === 0 || old > limit ? limit : old - 1;
    const seen = g.atomicCompareExchange(array, index, old, next);
    if (seen === old) break;
    old = seen;
  }
  return old;
}

function matchAny(g: Context, x: number): number {
  let mask = 0;
  for (let k = 0; k < 32; k++) {
    const other = g.shuffle(x, g.u32(k));
    if (g.u32(k) < g.laneCount && other === x) mask |= 1 << k;
  }
  return mask >>> 0;
}

function matchAll(g: Context, x: number): number {
  const first = g.shuffle(x, 0);
  const same = g.subgroupAll(first === x);
  const active = g.ballot(true);
  return same ? active : 0;
}

function subgroupInclusiveAdd(g: Context, x: number): number {
  let sum = x;
  for (let step = 1; step < 128; step = step << 1) {
    const below = g.shuffleUp(sum, g.u32(step));
    if (g.lane >= g.u32(step)) sum += below;
  }
  return sum;
}

function subgroupExclusiveAdd(g: Context, x: number): number {
  const sum = g.subgroupInclusiveAdd(x);
  const below = g.shuffleUp(sum, 1);
  return g.lane === 0 ? 0 : below;
}

function activeMask(g: Context): number {
  return g.ballot(true);
}

const row = (name: string, category: IntrinsicRow['category'], doc: string, types: IntrinsicRow['types'], params: IntrinsicRow['params'], result: IntrinsicRow['result'], written: IntrinsicRow['written'], rest: Partial<IntrinsicRow> = {}): IntrinsicRow =>
  ({ name, category, doc, on: ['global'], types, params, result, effects: true, emit: {}, written: written!, ...rest });

const tile = { tile: true, alone: 'operand' } as const;
const place = { places: 1 } as const;
const words32 = ['f32', 'i32', 'u32'] as const;

export const reductionRows: readonly IntrinsicRow[] = [
  row('groupAdd', 'reduce', 'Sum over the workgroup, in every thread; every thread must come.', words32, ['T'], 'T', groupAdd, tile),
  row('groupMin', 'reduce', 'Smallest over the workgroup, in every thread.', words32, ['T'], 'T', groupMin, tile),
  row('groupMax', 'reduce', 'Largest over the workgroup, in every thread.', words32, ['T'], 'T', groupMax, tile),
  row('groupAnd', 'reduce', 'Bits set in every thread of the workgroup.', words, ['T'], 'T', groupAnd, tile),
  row('groupOr', 'reduce', 'Bits set in some thread of the workgroup.', words, ['T'], 'T', groupOr, tile),
  row('gridAdd', 'reduce', 'Adds the sum over each workgroup to one element: `gridAdd(array, index, value)`.', words, ['T'], null, gridAdd, place),
  row('gridMin', 'reduce', 'Keeps the smallest of the launch in one element.', words, ['T'], null, gridMin, place),
  row('gridMax', 'reduce', 'Keeps the largest of the launch in one element.', words, ['T'], null, gridMax, place),
  row('barrierCount', 'sync', 'A barrier that counts the threads whose test holds.', [], ['bool'], 'u32', barrierCount, { alone: 'count' }),
  row('barrierAll', 'sync', 'A barrier that tells whether the test holds in every thread.', [], ['bool'], 'bool', barrierAll, { alone: 'operand' }),
  row('barrierAny', 'sync', 'A barrier that tells whether the test holds in some thread.', [], ['bool'], 'bool', barrierAny, { alone: 'operand' }),
  row('atomicIncrement', 'atomic', '(limit): adds 1, from `limit` on to 0; the old value.', ['u32'], ['T'], 'T', atomicIncrement, place),
  row('atomicDecrement', 'atomic', '(limit): takes 1 off; from 0 and from above `limit` to `limit`; the old value.', ['u32'], ['T'], 'T', atomicDecrement, place),
  row('subgroupInclusiveAdd', 'subgroup', 'Sum over the lanes up to and with the own.', words32, ['T'], 'T', subgroupInclusiveAdd, { alone: 'operand' }),
  row('subgroupExclusiveAdd', 'subgroup', 'Sum over the lanes before the own.', words32, ['T'], 'T', subgroupExclusiveAdd),
  row('activeMask', 'subgroup', 'Lanes of the subgroup that take part, one bit each.', [], [], 'u32', activeMask),
  row('matchAny', 'subgroup', 'Lanes that hold the same value, one bit each.', ['u32', 'i32'], ['T'], 'u32', matchAny),
  row('matchAll', 'subgroup', 'Bits of all lanes if they hold one value, else 0.', ['u32', 'i32'], ['T'], 'u32', matchAll),
];
