/** Persistent grids on a real device, every cell held to plain loops and to launched steps: `run.sh cuda-main cuda.grid.check`. */
import { RingKernel } from '../src/index.ts';
import { Simulation, type Boundary, type StencilDefinition } from '../src/stencil/index.ts';
import { openPersistent } from '../src/stencil/persistent.ts';
import { boundaries, box, boxStep, bump, heat, heatStep, pair, pairFields, pairStep, wave, waveFields, waveStep } from '../test/support/grid-kinds.ts';
import { PlainGrid, type PlainField, type Step } from '../test/support/plain-grid.ts';
import type { Benchmark } from './harness.ts';

const single: readonly PlainField[] = [{ name: 'u', role: 'evolving' }];
const kinds: readonly (readonly [StencilDefinition, readonly PlainField[], Step, readonly number[], Readonly<Record<string, number>>])[] = [
  [wave as unknown as StencilDefinition, waveFields, waveStep, [203, 151], { c2: 0.2 }], [pair as unknown as StencilDefinition, pairFields, pairStep, [61, 300], { k: 0.1 }],
  [heat as unknown as StencilDefinition, single, heatStep, [37, 22, 45], { k: 0.05 }], [box as unknown as StencilDefinition, single, boxStep, [1100, 70], {}],
];

const equal = (a: ArrayLike<number>, b: ArrayLike<number>, what: string): void => {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) throw new Error(`${what}: cell ${i} is ${a[i]}, not ${b[i]}`);
};

async function stepped(ring: RingKernel, [definition, fields, step, size, params]: (typeof kinds)[number], boundary: Boundary, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await using grid = await openPersistent(ring.context!, definition, { size, params, boundary, settings });
  const plain = new PlainGrid(size, definition.halo, fields, boundary, params, step);
  for (const [k, { name, role }] of fields.entries()) {
    if (role === 'still') continue;
    await grid.command({ op: 'load', field: k, values: bump(size, k) });
    plain.load(name, bump(size, k));
  }
  await grid.command({ op: 'run', steps: 25 });
  // Out of its loop and back.
  using kernel = await ring.context!.compile({ source: 'extern "C" __global__ void between(const float* in) { }', entries: ['between'] });
  void kernel;
  await grid.command({ op: 'run', steps: 15 });
  plain.run(40);
  for (const [k, { name }] of fields.entries()) equal((await grid.command({ op: 'snapshot', field: k })).cells!, plain.cells(name), `${definition.id} ${JSON.stringify(boundary)} ${JSON.stringify(settings)} ${name}`);
}

async function commanded(ring: RingKernel, boundary: Boundary<{ readonly c2: number }>): Promise<void> {
  const outcome = async (execution: 'launched' | 'persistent') => {
    await using sim = await Simulation.open(ring, wave, { size: [237, 229], params: { c2: 0.2 }, boundary, execution });
    await sim.inject({ at: [1, 14], radius: 5, amount: 1 });
    await sim.run(7);
    await sim.addSource({ at: [120, 0], amplitude: 0.5, period: 13 });
    await sim.addSource({ at: [3, 228], amplitude: 0.25, period: 7.5 });
    await sim.run(20);
    await sim.paint({ field: 'wall', at: [100, 100], radius: 30.5, value: 1 });
    await sim.inject({ at: [236, 228], radius: 2.5, amount: -1 });
    await sim.removeSource(1);
    await sim.set({ c2: 0.1 });
    await sim.run(90);
    return { ...await sim.snapshot(), total: (await sim.measure('total')).value };
  };
  const [a, b] = [await outcome('launched'), await outcome('persistent')];
  if (a.step !== b.step || Math.abs(a.total - b.total) > 1e-3) throw new Error(`${JSON.stringify(boundary)}: ${a.step} ${b.step}, ${a.total} ${b.total}`);
  for (const name of ['u', 'prev', 'wall'] as const) equal(b.fields[name], a.fields[name], `commands ${JSON.stringify(boundary)} ${name}`);
}

export const gridCheck: Benchmark = {
  id: 'cuda.grid.check', title: 'CUDA: persistent grids held to plain loops',
  async run(report) {
    await using ring = await RingKernel.open({ backend: 'cuda' });
    let done = 0;
    for (const [, boundary] of boundaries) {
      for (const kind of kinds) for (const settings of [{}, { shared: false, threads: 128 }, { workers: 5, ahead: 7 }]) { await stepped(ring, kind, boundary, settings); done++; }
      await commanded(ring, boundary as never);
      done++;
    }
    report({ id: 'cuda.grid.check', value: done, unit: 'grids', better: 'larger', note: 'of 4 stencils, 4 edges, 3 ways to lie on the device, and every command: each cell equal to plain loops, those with commands to launched steps' });
  },
};
