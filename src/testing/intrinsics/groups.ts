/**
 * Rows that threads do together, as checks for any device: reductions over workgroups and the launch, atomics under
 * contention, subgroups. What they must give is computed from their inputs. A check rejects with what is wrong.
 */
import type { Context } from '../../backend/contract.ts';
import { globalKernel, read, readwrite, write, type GlobalDefinition } from '../../kernel/define.ts';
import { f32, i32, u32 } from '../../layout/types.ts';
import { equal } from '../conformance/assert.ts';

type Words = Float32Array | Int32Array | Uint32Array;

/** Launches once; the arrays go to the device and come back as it left them. */
async function launch(context: Context, definition: GlobalDefinition, groups: number, ...arrays: readonly Words[]): Promise<void> {
  using kernel = await context.compile(definition.program);
  const buffers = arrays.map((data) => ({ data, buffer: context.allocate(data.byteLength) }));
  try {
    for (const { data, buffer } of buffers) await context.write(buffer, data);
    await kernel.getFunction(definition.id).launch({ grid: [groups] }, buffers.map(({ buffer }) => buffer));
    for (const { data, buffer } of buffers) await context.read(buffer, data);
  } finally {
    for (const { buffer } of buffers) buffer[Symbol.dispose]();
  }
}

const workgroup = 96;
const groups = 3;
const n = workgroup * groups;
const x = Float32Array.from({ length: n }, (_, k) => ((k * 37) % 19) - 9);
const i = Int32Array.from({ length: n }, (_, k) => (k * 53) % 61 + 64 * (k % 3));
const parts = <T>(all: Iterable<T>, size: number): T[][] => {
  const list = [...all];
  return Array.from({ length: Math.ceil(list.length / size) }, (_, k) => list.slice(k * size, (k + 1) * size));
};
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const reductions = globalKernel({ id: 'reductions', params: { x: read(f32), i: read(i32), floats: write(f32), words: write(i32), total: readwrite(i32) }, workgroup }, (g, { x, i, floats, words, total }) => {
  const add = g.groupAdd(x[g.id]!);
  const least = g.groupMin(x[g.id]!);
  const most = g.groupMax(x[g.id]!);
  const sum = g.groupAdd(i[g.id]!);
  const and = g.groupAnd(i[g.id]!);
  const or = g.groupOr(i[g.id]!);
  const count = g.barrierCount(x[g.id]! > 0);
  const all = g.barrierAll(i[g.id]! < 60);
  const any = g.barrierAny(i[g.id]! === 0);
  g.gridAdd(total, 0, i[g.id]!);
  g.gridMin(total, 1, i[g.id]!);
  g.gridMax(total, 2, i[g.id]!);
  // Every thread holds the results.
  floats[g.id * 3] = add;
  floats[g.id * 3 + 1] = least;
  floats[g.id * 3 + 2] = most;
  words[g.id * 6] = sum;
  words[g.id * 6 + 1] = and;
  words[g.id * 6 + 2] = or;
  words[g.id * 6 + 3] = g.i32(count);
  words[g.id * 6 + 4] = all ? 1 : 0;
  words[g.id * 6 + 5] = any ? 1 : 0;
});

/** 64 threads contend for few words. */
const contended = globalKernel({ id: 'contended', params: { c: readwrite(u32), s: readwrite(i32), old: write(u32) }, workgroup: 64 }, (g, { c, s, old }) => {
  const count = g.shared.u32(2);
  if (g.localId < 2) count[g.localId] = 0;
  g.barrier();
  g.atomicIncrement(c, 0, 4);
  g.atomicDecrement(c, 1, 4);
  // A lock by compare and exchange: every thread takes it once, and what it guards loses nothing.
  let mine = g.atomicLoad(c, 2);
  for (;;) {
    const seen = g.atomicCompareExchange(c, 2, mine, mine + 3);
    if (seen === mine) break;
    mine = seen;
  }
  old[g.id] = mine;
  let own = g.atomicLoad(count, 1);
  for (;;) {
    const seen = g.atomicCompareExchange(count, 1, own, own + 1);
    if (seen === own) break;
    own = seen;
  }
  g.atomicAdd(s, 0, -2);
  g.atomicSub(s, 1, -3);
  g.atomicMin(s, 2, g.i32(g.id) - 40);
  g.atomicMax(s, 3, g.i32(g.id) - 40);
  g.atomicAnd(s, 4, ~(1 << (g.i32(g.id) & 15)));
  g.atomicOr(s, 5, 1 << (g.i32(g.id) & 15));
  g.atomicXor(s, 6, g.i32(g.id));
  g.barrier();
  if (g.localId === 0) {
    const all = g.atomicExchange(count, 1, 7);
    g.atomicAdd(c, 3, all);
    g.atomicStore(s, 7, -9);
  }
});

/** A compare and exchange that finds what it expects succeeds at once: no spurious failure is seen. */
const certain = globalKernel({ id: 'certain', params: { c: readwrite(u32), failed: readwrite(u32) }, workgroup: 64 }, (g, { c, failed }) => {
  for (let k = 0; k < 64; k++) {
    const seen = g.atomicCompareExchange(c, g.id, g.u32(k), g.u32(k + 1));
    if (seen !== g.u32(k)) g.atomicAdd(failed, 0, 1);
  }
});

/** Floats whose sums are exact in any order. */
const floating = globalKernel({ id: 'floating', params: { sums: readwrite(f32) }, workgroup: 64 }, (g, { sums }) => {
  const own = g.shared.f32(1);
  if (g.localId === 0) own[0] = 0;
  g.barrier();
  g.atomicAdd(own, 0, 0.25);
  g.atomicAdd(sums, 0, g.f32(g.id) * 0.5);
  g.barrier();
  if (g.localId === 0) g.atomicAdd(sums, 1, own[0]!);
});

/** One row for each operation, for each thread; `size` the lanes of its subgroup. */
const lanes = globalKernel({ id: 'lanes', params: { v: read(i32), f: read(f32), out: write(i32), sums: write(f32), size: write(u32) }, workgroup: 128 }, (g, { v, f, out, sums, size }) => {
  const at = g.id;
  const own = v[at]!;
  const half = f[at]!;
  const fSum = g.subgroupAdd(half);
  const fLeast = g.subgroupMin(half);
  const fMost = g.subgroupMax(half);
  const add = g.subgroupAdd(own);
  const least = g.subgroupMin(own);
  const most = g.subgroupMax(own);
  const and = g.subgroupAnd(own);
  const or = g.subgroupOr(own);
  const xor = g.subgroupXor(own);
  const third = g.shuffle(own, 3);
  const swapped = g.shuffleXor(own, 1);
  const below = g.shuffleUp(own, 1);
  const above = g.shuffleDown(own, 1);
  const any = g.subgroupAny(own === 5);
  const all = g.subgroupAll(own < 1000);
  const odd = g.ballot((own & 1) === 1);
  const active = g.activeMask();
  const same = g.matchAny(own);
  const whole = g.matchAll(own);
  const upTo = g.subgroupInclusiveAdd(own);
  const before = g.subgroupExclusiveAdd(own);
  const fUpTo = g.subgroupInclusiveAdd(half);
  const row = at * 19;
  out[row] = add;
  out[row + 1] = least;
  out[row + 2] = most;
  out[row + 3] = and;
  out[row + 4] = or;
  out[row + 5] = xor;
  out[row + 6] = third;
  out[row + 7] = swapped;
  out[row + 8] = below;
  out[row + 9] = above;
  out[row + 10] = any ? 1 : 0;
  out[row + 11] = all ? 1 : 0;
  out[row + 12] = odd | 0;
  out[row + 13] = active | 0;
  out[row + 14] = same | 0;
  out[row + 15] = whole | 0;
  out[row + 16] = g.i32(g.lane);
  out[row + 17] = upTo;
  out[row + 18] = before;
  sums[at * 4 + 3] = fUpTo;
  sums[at * 4] = fSum;
  sums[at * 4 + 1] = fLeast;
  sums[at * 4 + 2] = fMost;
  size[at] = g.laneCount;
});

export interface GroupCheck {
  readonly name: string;
  /** Why it has nothing to check on this device; null: it has. */
  missing(context: Context): string | null;
  run(context: Context): Promise<void>;
}

const everywhere = (): null => null;

export const groupChecks: readonly GroupCheck[] = [
  {
    name: 'reductions over workgroups and over the launch',
    missing: everywhere,
    async run(context) {
      const [floats, words, total] = [new Float32Array(3 * n), new Int32Array(6 * n), Int32Array.of(0, 2 ** 31 - 1, -(2 ** 31))];
      await launch(context, reductions, groups, x.slice(), i.slice(), floats, words, total);
      equal([...floats], parts(x, workgroup).flatMap((xs) => xs.flatMap(() => [sum(xs), Math.min(...xs), Math.max(...xs)])), 'floats');
      const bits = (list: readonly number[]): number[] => [sum(list), list.reduce((a, b) => a & b), list.reduce((a, b) => a | b)];
      equal([...words], parts(i, workgroup).flatMap((is, k) => is.flatMap(() =>
        [...bits(is), parts(x, workgroup)[k]!.filter((v) => v > 0).length, is.every((v) => v < 60) ? 1 : 0, is.includes(0) ? 1 : 0])), 'words');
      equal([...total], [sum([...i]), Math.min(...i), Math.max(...i)], 'over the launch');
    },
  },
  {
    name: 'atomics under contention',
    missing: everywhere,
    async run(context) {
      const threads = 256;
      const [c, s, old] = [new Uint32Array(4), Int32Array.of(0, 0, 9, 9, -1, 0, 0, 0), new Uint32Array(threads)];
      await launch(context, contended, threads / 64, c, s, old);
      // Down from 0: to 4, then one by one; 256 steps in cycles of 5.
      equal([...c], [256 % 5, (5 - 256 % 5) % 5, 3 * threads, threads], 'counters');
      equal([...old].toSorted((a, b) => a - b), Array.from({ length: threads }, (_, k) => 3 * k), 'what each thread replaced');
      const xor = Array.from({ length: threads }, (_, k) => k).reduce((a, b) => a ^ b);
      equal([...s], [-2 * threads, 3 * threads, -40, threads - 41, -65536, 65535, xor, -9], 'sums, extremes, bits');
    },
  },
  {
    name: 'atomic sums of floats',
    missing: (context) => (context.capabilities.needs.has('atomicsFloat') ? null : 'the device has no atomic operations on floats'),
    async run(context) {
      const sums = new Float32Array(2);
      await launch(context, floating, 4, sums);
      equal([...sums], [(255 * 256) / 4, 64], 'sums');
    },
  },
  {
    name: 'a compare and exchange does not fail without cause',
    missing: everywhere,
    async run(context) {
      const [c, failed] = [new Uint32Array(256), new Uint32Array(1)];
      await launch(context, certain, 4, c, failed);
      equal([...failed, ...c], [0, ...Array.from({ length: 256 }, () => 64)], 'failures and words');
    },
  },
  {
    name: 'subgroups, of whatever size they are here',
    missing: (context) => (context.capabilities.needs.has('subgroups') ? null : 'the device has no subgroups'),
    async run(context) {
      const threads = 256;
      const v = Int32Array.from({ length: threads }, (_, k) => (k < 128 ? (k * 7) % 11 : 6));
      const f = Float32Array.from(v, (k) => k / 4);
      const [out, sums, size] = [new Int32Array(19 * threads), new Float32Array(4 * threads), new Uint32Array(threads)];
      await launch(context, lanes, 2, v, f, out, sums, size);
      const lanesHere = size[0]!;
      equal([1, 4, 8, 16, 32, 64, 128].includes(lanesHere), true, `${lanesHere} lanes`);
      const mask = (list: readonly number[], test: (o: number) => boolean): number => list.slice(0, 32).reduce((bits, o, k) => (test(o) ? bits | (1 << k) : bits), 0);
      const rows = parts(v, lanesHere).flatMap((group) => group.map((own, lane) => [
        sum(group), Math.min(...group), Math.max(...group), group.reduce((a, b) => a & b), group.reduce((a, b) => a | b), group.reduce((a, b) => a ^ b),
        group[3 % group.length], group[lane ^ 1], group[Math.max(0, lane - 1)], group[Math.min(group.length - 1, lane + 1)],
        group.includes(5) ? 1 : 0, 1, mask(group, (o) => o % 2 === 1), mask(group, () => true),
        mask(group, (o) => o === own), group.every((o) => o === group[0]) ? mask(group, () => true) : 0, lane,
        sum(group.slice(0, lane + 1)), sum(group.slice(0, lane)),
      ]));
      equal([...out], rows.flat(), 'lanes');
      equal([...sums], parts(f, lanesHere).flatMap((group) => group.flatMap((_, lane) => [sum(group), Math.min(...group), Math.max(...group), sum(group.slice(0, lane + 1))])), 'floats');
    },
  },
];
