import { describe, expect, it } from 'vitest';
import { globalKernel, read, readwrite, write } from '../../kernel/define.ts';
import { f32, i32, u32 } from '../../layout/types.ts';
import { interpretGlobal } from '../../testing/interpret.ts';
import { backend } from './index.ts';

const lanes = globalKernel({ id: 'lanes', params: { x: read(i32), f: read(f32), out: write(i32), sums: write(f32) }, workgroup: [16, 4] }, (g, { x, f, out, sums }) => {
  const at = g.localId;
  const v = x[at]!;
  const columns = 17;
  const fSum = g.subgroupAdd(f[at]!);
  sums[at] = fSum;
  const add = g.subgroupAdd(v);
  const least = g.subgroupMin(v);
  const most = g.subgroupMax(v);
  const and = g.subgroupAnd(v);
  const or = g.subgroupOr(v);
  const xor = g.subgroupXor(v);
  const third = g.shuffle(v, 3);
  const swapped = g.shuffleXor(v, 5);
  const below = g.shuffleUp(v, 2);
  const above = g.shuffleDown(v, 2);
  const any = g.subgroupAny(v === 5);
  const all = g.subgroupAll(v < 100);
  const even = g.ballot((v & 1) === 0);
  const same = g.matchAny(v);
  const whole = g.matchAll(v);
  out[at * columns] = add;
  out[at * columns + 1] = least;
  out[at * columns + 2] = most;
  out[at * columns + 3] = and;
  out[at * columns + 4] = or;
  out[at * columns + 5] = xor;
  out[at * columns + 6] = third;
  out[at * columns + 7] = swapped;
  out[at * columns + 8] = below;
  out[at * columns + 9] = above;
  out[at * columns + 10] = any ? 1 : 0;
  out[at * columns + 11] = all ? 1 : 0;
  out[at * columns + 12] = even | 0;
  out[at * columns + 13] = same | 0;
  out[at * columns + 14] = whole | 0;
  out[at * columns + 15] = g.i32(g.lane);
  out[at * columns + 16] = g.i32(g.laneCount);
});

const threads = 64;
const columns = 17;
const x = Int32Array.from({ length: threads }, (_, i) => (i < 32 ? (i * 7) % 11 : 6));
const f = Float32Array.from({ length: threads }, (_, i) => i / 3);

const expected = [...x].flatMap((v, i) => {
  const base = i & 32;
  const group = [...x.subarray(base, base + 32)];
  const lane = i & 31;
  const bits = (test: (o: number) => boolean): number => group.reduce((n, o, k) => (test(o) ? n | (1 << k) : n), 0);
  return [
    group.reduce((a, b) => a + b), Math.min(...group), Math.max(...group), group.reduce((a, b) => a & b), group.reduce((a, b) => a | b), group.reduce((a, b) => a ^ b),
    group[3]!, group[lane ^ 5]!, group[lane - 2] ?? v, group[lane + 2] ?? v, group.includes(5) ? 1 : 0, 1, bits((o) => o % 2 === 0), bits((o) => o === v),
    group.every((o) => o === group[0]) ? -1 : 0, lane, 32,
  ];
});

describe('lanes of a subgroup', () => {
  it('in the interpreter', () => {
    const buffers = { x, f, out: new Int32Array(threads * columns), sums: new Float32Array(threads) };
    interpretGlobal(lanes.program, { buffers, grid: [1] });
    expect([...buffers.out]).toEqual(expected);
  });

  it.each([0, 2])('on the CPU backend, %i threads', async (crew) => {
    await using context = await backend.createContext({ settings: { threads: crew } });
    const [bx, bf, out, sums] = [threads, threads, threads * columns, threads].map((n) => context.allocate(n * 4)) as [ReturnType<typeof context.allocate>, ReturnType<typeof context.allocate>, ReturnType<typeof context.allocate>, ReturnType<typeof context.allocate>];
    await context.write(bx, x);
    await context.write(bf, f);
    using kernel = await context.compile(lanes.program);
    await kernel.getFunction('lanes').launch({ grid: 1 }, [bx, bf, out, sums]);
    const got = new Int32Array(threads * columns);
    await context.read(out, got);
    expect([...got]).toEqual(expected);
  });
});

describe('threads that must meet', () => {
  const half = globalKernel({ id: 'half', params: { x: readwrite(u32) }, workgroup: 64 }, (g, { x }) => {
    if (g.localId < 32) g.barrier();
    x[g.id] = 1;
  });
  const odd = globalKernel({ id: 'odd', params: { x: readwrite(u32) }, workgroup: 32 }, (g, { x }) => {
    if ((g.localId & 1) === 1) {
      const sum = g.subgroupAdd(g.localId);
      x[g.id] = sum;
    }
  });

  it.each([[half, 'divergent barrier'], [odd, 'divergent subgroup operation']] as const)('are reported by the interpreter', (kernel, message) => {
    expect(() => interpretGlobal(kernel.program, { buffers: { x: new Uint32Array(64) }, grid: [1] })).toThrow(message);
  });

  it.each([half, odd])('are reported by the CPU backend, which goes on', async (kernel) => {
    await using context = await backend.createContext({ settings: { threads: 1 } });
    const buffer = context.allocate(256);
    using compiled = await context.compile(kernel.program);
    await compiled.getFunction(kernel.id).launch({ grid: 1 }, [buffer]);
    await expect(context.synchronize()).rejects.toThrow('divergence');
    await expect(context.synchronize()).resolves.toBeUndefined();
  });
});
