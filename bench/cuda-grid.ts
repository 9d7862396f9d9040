/** Grids on CUDA: persistent steps beside launched ones and beside hand-written CUDA (`bench/limit/grid.cu`), commands to a grid that runs, large steps beside a plain copy. */
import type { Context, DeviceBuffer } from '../src/backend/contract.ts';
import { f32, globalKernel, message, readwrite, RingKernel, ringKernel, u32 } from '../src/index.ts';
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

/** Every cell is the same, and some are not zero. */
function same(a: { readonly step: number; readonly fields: { readonly u: ArrayLike<number> } }, b: typeof a): void {
  if (a.step !== b.step || !Array.from(a.fields.u).some((c) => c !== 0)) throw new Error(`steps ${a.step} and ${b.step}`);
  for (let i = 0; i < a.fields.u.length; i++) if (a.fields.u[i] !== b.fields.u[i]) throw new Error(`cell ${i}: ${a.fields.u[i]} and ${b.fields.u[i]}`);
}

const steps: Benchmark = {
  id: 'cuda.grid.step', title: 'CUDA: steps of a persistent grid',
  run: (report: Report) => cuda(async (ring) => {
    const count = 10_000;
    const [own, peer]: [number[], number[]] = [[], []];
    // By turns, each alone on the device: a persistent grid keeps it to itself.
    const ends = new Map<string, Awaited<ReturnType<Wave['snapshot']>>>();
    for (let round = 0; round < 5; round++) {
      for (const execution of ['launched', 'persistent'] as const) {
        await using sim = await open(ring, execution);
        await sim.inject({ at: [300, 500], radius: 20, amount: 1 });
        await sim.run(500);
        if (round === 0) ends.set(execution, await sim.snapshot());
        for (let k = 0; k < 2; k++) {
          if (execution === 'persistent') own.push(await each(count, () => sim.run(count)));
          else peer.push(await each(2000, () => sim.run(2000)));
        }
      }
    }
    same(ends.get('launched')!, ends.get('persistent')!);
    const { 'wave.persistent': byHand, 'wave.launched': launches } = limits() as Readonly<Record<string, number | undefined>>;
    const budget = byHand === undefined || launches === undefined ? {} : { budget: Math.min(launches, byHand * 1.2) };
    report({
      id: 'cuda.grid.step.1024', value: percentile(own, 0.5), unit: 'us', ...limit('wave.persistent'), ...budget,
      peer: { 'launched steps': percentile(peer, 0.5), ...(launches === undefined ? {} : { 'C++, launched steps': launches }) },
      note: `1024 x 1024 wave, f32, persistent; median of 10 runs of ${count} steps, equal to launched steps in every cell`,
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
    const [order, answer] = [new Float32Array(16), new Float32Array(16)];
    const at = (i: number): [number, number] => [50 + ((i * 37) % 900), 50 + ((i * 91) % 900)];
    const persistent = async (sim: Wave): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const done = sim.inject({ at: at(i), radius: 3, amount: 0.5 });
        await Promise.all([done, sim.run(1)]);
      }
    };
    const traditional = async (state: StencilState, input: DeviceBuffer, output: DeviceBuffer): Promise<void> => {
      for (let i = 0; i < count; i++) {
        order[0] = i;
        await context.write(input, order);
        await state.brush('u', at(i), 3, 0.5, 'add');
        await state.advance(1);
        await context.read(output, answer);
      }
    };
    const [own, peer]: [number[], number[]] = [[], []];
    // By turns, each alone on the device.
    for (let round = 0; round < 4; round++) {
      let cells: ArrayLike<number>;
      {
        await using sim = await open(ring, 'persistent');
        for (let k = 0; k < 4; k++) own.push(await each(1000, () => persistent(sim)));
        cells = (await sim.snapshot({ fields: ['u'] })).fields.u;
      }
      await using state = await StencilState.open(context, ring.memory, wave as unknown as StencilDefinition, [side, side], { c2: 0.2 }, { fixed: 0 });
      using input = context.allocate(64);
      using output = context.allocate(64);
      for (let k = 0; k < 4; k++) peer.push(await each(1000, () => traditional(state, input, output)));
      same({ step: 1, fields: { u: cells } }, { step: 1, fields: { u: await state.cells('u') } });
    }
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

const Ask = message('BenchGridAsk', { n: f32 });
const Answer = message('BenchGridAnswer', { n: f32 });
const adder = ringKernel({ id: 'bench.grid.adder', on: Ask, reply: Answer, state: { seen: u32 } }, (ctx, msg) => {
  ctx.state.seen += 1;
  return { n: msg.n + 1 };
});

/** Actors answer while the grid steps, and calls that concern the whole context come in between: no cell may show it. */
const beside: Benchmark = {
  id: 'cuda.grid.beside', title: 'CUDA: actors beside a grid that steps',
  run: (report: Report) => cuda(async (ring, context) => {
    let end: Awaited<ReturnType<Wave['snapshot']>>;
    {
      await using sim = await open(ring, 'persistent');
      await sim.inject({ at: [300, 500], radius: 20, amount: 1 });
      await sim.play();
      const actor = await ring.launch(adder);
      const calls: number[] = [];
      for (let n = 0; n < 6000; n++) {
        calls.push(await each(1, async () => { if ((await actor.call({ n })).n !== n + 1) throw new Error('wrong answer'); }));
      }
      report({ id: 'cuda.grid.beside.call.p50', value: percentile(calls.slice(2000), 0.5), unit: 'us', note: 'await call to an actor while a grid of 1024 x 1024 steps on the same device' });
      const pauses: number[] = [];
      for (let k = 0; k < 20; k++) {
        const text = `extern "C" __global__ void pause${k % 2}(const float* in) { }`;
        pauses.push(await each(1000, async () => {
          using kernel = await context.compile({ source: text, entries: [`pause${k % 2}`] });
          void kernel;
          await sim.set({ c2: 0.2 });
        }));
      }
      report({ id: 'cuda.grid.beside.pause', value: percentile(pauses.slice(4), 0.5), unit: 'ms', note: 'grid and engine leave their loops, a module is loaded, both enter again, a command is answered' });
      await sim.pause();
      end = await sim.snapshot();
    }
    await using twin = await open(ring, 'launched');
    await twin.inject({ at: [300, 500], radius: 20, amount: 1 });
    await twin.run(end.step);
    same(end, await twin.snapshot());
    report({ id: 'cuda.grid.beside.steps', value: end.step, unit: 'steps', better: 'larger', note: 'after as many, and all of that in their midst, every cell equals that of launched steps' });
  }),
};

const meetings = globalKernel({ id: 'bench.meetings', params: { count: readwrite(u32), rounds: u32 }, workgroup: 256 }, (g, { count, rounds }) => {
  for (const _ of g.range(rounds)) g.gridBarrier();
  count[g.groupId] = rounds;
});

const barrier: Benchmark = {
  id: 'cuda.grid.barrier', title: 'CUDA: a barrier of the whole launch',
  run: (report: Report) => cuda(async (ring, context) => {
    const blocks = context.device.detail['multiprocessors'] as number;
    using count = ring.buffer(u32, blocks);
    const launch = (rounds: number): Promise<void> => ring.run(meetings, { count, rounds }, { threads: blocks * 256 });
    const [few, many] = [2000, 22_000];
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const short = await each(1, () => launch(few));
      times.push(((await each(1, () => launch(many))) - short) / (many - few));
    }
    report({ id: 'cuda.grid.barrier', value: percentile(times.slice(2), 0.5), unit: 'us', budget: 1, ...limit('barrier'), note: `g.gridBarrier() of ${blocks} blocks of 256 threads; difference of two launches` });
  }),
};

export const gridBenchmarks: readonly Benchmark[] = [steps, commands, mixed, large, beside, barrier];
