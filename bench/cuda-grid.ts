/** Grids on CUDA: persistent steps beside launched ones and beside hand-written CUDA (`bench/limit/grid.cu`), commands to a grid that runs, large steps beside a plain copy. */
import type { Context } from '../src/backend/contract.ts';
import { f32, RingKernel } from '../src/index.ts';
import { previous, Simulation, stencilKernel, type StencilDefinition } from '../src/stencil/index.ts';
import { StencilState } from '../src/stencil/state.ts';
import { limit, limits } from './cuda.ts';
import { percentile, type Benchmark, type Report } from './harness.ts';

const wave = stencilKernel({ id: 'bench.wave', dims: 2, fields: { u: f32, prev: previous('u') }, params: { c2: f32 } }, (_g, { u, prev }, { c2 }) => {
  const c = u.at(0, 0);
  u.set(2 * c - prev.at(0, 0) + c2 * (u.west() + u.east() + u.north() + u.south() - 4 * c));
});
const heat = stencilKernel({ id: 'bench.heat', dims: 3, fields: { u: f32 }, params: { k: f32 } }, (_g, { u }, { k }) => {
  const c = u.at(0, 0, 0);
  u.set(c + k * (u.east() + u.west() + u.south() + u.north() + u.up() + u.down() - 6 * c));
});

type Wave = Simulation<2, typeof wave.fields, typeof wave.params>;
const side = 1024;

async function cuda(run: (ring: RingKernel, context: Context) => Promise<void>): Promise<void> {
  await using ring = await RingKernel.open({ backend: 'cuda' });
  await run(ring, ring.context!);
}

const open = (ring: RingKernel, execution: 'launched' | 'persistent'): Promise<Wave> =>
  Simulation.open(ring, wave, { size: [side, side], params: { c2: 0.2 }, execution }) as unknown as Promise<Wave>;

/** Microseconds of one of `count`. */
async function each(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1000) / count;
}

/** Both have stepped the same bump: every cell must be the same. */
async function same(a: Wave, b: Wave): Promise<void> {
  const [x, y] = [await a.snapshot({ fields: ['u'] }), await b.snapshot({ fields: ['u'] })];
  if (x.step !== y.step || !x.fields.u.some((c) => c !== 0)) throw new Error(`steps ${x.step} and ${y.step}`);
  x.fields.u.forEach((c, i) => { if (c !== y.fields.u[i]) throw new Error(`cell ${i}: ${c} and ${y.fields.u[i]}`); });
}

const steps: Benchmark = {
  id: 'cuda.grid.step', title: 'CUDA: steps of a persistent grid',
  run: (report: Report) => cuda(async (ring) => {
    const count = 10_000;
    await using launched = await open(ring, 'launched');
    await using persistent = await open(ring, 'persistent');
    const [own, peer]: [number[], number[]] = [[], []];
    for (const sim of [launched, persistent]) { await sim.inject({ at: [300, 500], radius: 20, amount: 1 }); await sim.run(500); }
    await same(launched, persistent);
    for (let round = 0; round < 7; round++) {
      own.push(await each(count, () => persistent.run(count)));
      peer.push(await each(1000, () => launched.run(1000)));
    }
    const { 'wave.persistent': byHand, 'wave.launched': launches } = limits() as Readonly<Record<string, number | undefined>>;
    const budget = byHand === undefined || launches === undefined ? {} : { budget: Math.min(launches, byHand * 1.2) };
    report({
      id: 'cuda.grid.step.1024', value: percentile(own, 0.5), unit: 'us', ...limit('wave.persistent'), ...budget,
      peer: { 'launched steps': percentile(peer, 0.5), ...(launches === undefined ? {} : { 'C++, launched steps': launches }) },
      note: `1024 x 1024 wave, f32, persistent; median of 7 runs of ${count} steps, equal to launched steps in every cell`,
    });
    report({ id: 'cuda.grid.step.1024.launched', value: percentile(peer, 0.5), unit: 'us', ...limit('wave.launched'), note: 'the same, launched from TypeScript' });
  }),
};

const commands: Benchmark = {
  id: 'cuda.grid.command', title: 'CUDA: commands to a grid that runs',
  run: (report: Report) => cuda(async (ring) => {
    await using sim = await open(ring, 'persistent');
    await sim.inject({ at: [300, 500], radius: 20, amount: 1 });
    await sim.play();
    const timed = async (name: string, budget: number | null, note: string, command: (i: number) => Promise<unknown>): Promise<void> => {
      const times: number[] = [];
      for (let i = 0; i < 6000; i++) times.push(await each(1, () => command(i)));
      const late = times.slice(1000);
      report({ id: `cuda.grid.command.${name}.p50`, value: percentile(late, 0.5), unit: 'us', ...(budget === null ? {} : { budget }), note: `1024 x 1024 while it steps: ${note}, answer awaited` });
      report({ id: `cuda.grid.command.${name}.p99`, value: percentile(late, 0.99), unit: 'us' });
    };
    await timed('set', 15, 'a parameter', (i) => sim.set({ c2: 0.2 + (i % 2) * 0.01 }));
    await timed('inject', 15, 'an impulse of radius 4', (i) => sim.inject({ at: [100 + (i % 800), 500], radius: 4, amount: 1e-3, urgent: i % 2 === 0 }));
    const before = sim.step;
    const start = performance.now();
    const copies: number[] = [];
    for (let i = 0; i < 20; i++) copies.push(await each(1, () => sim.snapshot({ fields: ['u'] })));
    const { step } = await sim.pause();
    report({
      id: 'cuda.grid.snapshot', value: percentile(copies, 0.5), unit: 'us',
      note: `4 MiB of one step in JavaScript's hands; meanwhile a step took ${(((performance.now() - start) * 1000) / Math.max(1, step - before)).toFixed(2)} us`,
    });
  }),
};

const mixed: Benchmark = {
  id: 'cuda.grid.mixed', title: 'CUDA: commands and steps by turns',
  run: (report: Report) => cuda(async (ring, context) => {
    const count = 300;
    await using sim = await open(ring, 'persistent');
    await using state = await StencilState.open(context, ring.memory, wave as unknown as StencilDefinition, [side, side], { c2: 0.2 }, { fixed: 0 });
    using input = context.allocate(64);
    using output = context.allocate(64);
    const [order, answer] = [new Float32Array(16), new Float32Array(16)];
    const at = (i: number): [number, number] => [50 + ((i * 37) % 900), 50 + ((i * 91) % 900)];
    const persistent = async (): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const done = sim.inject({ at: at(i), radius: 3, amount: 0.5 });
        await Promise.all([done, sim.run(1)]);
      }
    };
    const traditional = async (): Promise<void> => {
      for (let i = 0; i < count; i++) {
        order[0] = i;
        await context.write(input, order);
        await state.brush('u', at(i), 3, 0.5, 'add');
        await state.advance(1);
        await context.read(output, answer);
      }
    };
    const [own, peer]: [number[], number[]] = [[], []];
    for (let round = 0; round < 9; round++) { own.push(await each(1000, persistent)); peer.push(await each(1000, traditional)); }
    const cells = await state.cells('u');
    const { fields } = await sim.snapshot({ fields: ['u'] });
    fields.u.forEach((c, i) => { if (c !== cells[i]) throw new Error(`cell ${i}: ${c} and ${cells[i]}`); });
    const [a, b] = [percentile(own.slice(2), 0.5), percentile(peer.slice(2), 0.5)];
    report({
      id: 'cuda.grid.mixed', value: b / a, unit: 'x', better: 'larger', budget: 2.7,
      note: `${count} impulses, a step after each, every answer read: ${a.toFixed(2)} ms persistent, ${b.toFixed(2)} ms by copy in, launches, synchronise, copy out; 1024 x 1024 on both sides, equal in every cell`,
    });
  }),
};

const copySource = 'extern "C" __global__ void copyAll(const float4* __restrict__ from, float4* __restrict__ to) { const unsigned long long i = blockIdx.x * (unsigned long long)blockDim.x + threadIdx.x; to[i] = from[i]; }';

const large: Benchmark = {
  id: 'cuda.grid.large', title: 'CUDA: steps of a large grid, launched',
  run: (report: Report) => cuda(async (ring, context) => {
    const n = 512;
    await using state = await StencilState.open(context, ring.memory, heat as unknown as StencilDefinition, [n, n, n], { k: 0.1 }, { fixed: 0 });
    using kernel = await context.compile({ source: copySource, entries: ['copyAll'] });
    const copy = kernel.getFunction('copyAll');
    using from = context.allocate(n ** 3 * 4);
    using to = context.allocate(n ** 3 * 4);
    const [own, plain]: [number[], number[]] = [[], []];
    for (let round = 0; round < 8; round++) {
      own.push(await each(60, () => state.advance(60)));
      plain.push(await each(60, async () => {
        for (let i = 0; i < 60; i++) await copy.launch({ grid: n ** 3 / 4 / 512, block: 512 }, [from, to]);
        await context.synchronize();
      }));
    }
    const [step, moved] = [percentile(own.slice(2), 0.5), percentile(plain.slice(2), 0.5)];
    report({
      id: 'cuda.grid.large.512cubed', value: step, unit: 'us', limit: moved, budget: moved / 0.8,
      note: `7 points, f32, 8 B a cell: ${((8 * n ** 3) / step / 1e6).toFixed(2)} TB/s; the limit is a plain copy of as many bytes, ${((8 * n ** 3) / moved / 1e6).toFixed(2)} TB/s`,
    });
  }),
};

export const gridBenchmarks: readonly Benchmark[] = [steps, commands, mixed, large];
