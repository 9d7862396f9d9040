/** Persistent grids on the fake CUDA driver: every cell of every step as plain loops make it, whatever happens meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { f32, i32, RingKernel } from '../../../src/index.ts';
import { previous, Simulation, stencilKernel, type Boundary, type StencilDefinition } from '../../../src/stencil/index.ts';
import { openPersistent, type PersistentGrid } from '../../../src/stencil/persistent.ts';
import { boundaries, box, boxStep, bump, heat, heatStep, pair, pairFields, pairStep, wave, waveFields, waveStep } from '../../support/grid-kinds.ts';
import { PlainGrid, type PlainField, type Step } from '../../support/plain-grid.ts';
import { fakeCuda } from './build.ts';

const fake = fakeCuda();
const wrong = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let n = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) n++;
  return n;
};


describe.skipIf('missing' in fake)('persistent grids on the fake CUDA driver', { timeout: 120_000 }, () => {
  let ring: RingKernel;
  beforeAll(async () => { ring = await RingKernel.open({ backend: 'cuda', settings: (fake as { settings: object }).settings } as never); });
  afterAll(() => ring?.close());

  async function same(definition: unknown, fields: readonly PlainField[], step: Step, size: readonly number[], boundary: Boundary, params: Readonly<Record<string, number>>, steps: number, settings: Readonly<Record<string, unknown>> = {}, meanwhile: (grid: PersistentGrid) => Promise<void> = async () => undefined): Promise<PersistentGrid['facts']> {
    const d = definition as StencilDefinition;
    await using grid = await openPersistent(ring.context!, d, { size, params, boundary, settings });
    const plain = new PlainGrid(size, d.halo, fields, boundary, params, step);
    const names = fields.map((q) => q.name);
    for (const [k, name] of names.entries()) {
      if (fields[k]!.role === 'still') continue;
      await grid.command({ op: 'load', field: k, values: bump(size, k) });
      plain.load(name, bump(size, k));
    }
    const half = Math.floor(steps / 2);
    expect((await grid.command({ op: 'run', steps: half })).step).toBe(half);
    await meanwhile(grid);
    expect((await grid.command({ op: 'run', steps: steps - half })).step).toBe(steps);
    plain.run(steps);
    for (const [k, name] of names.entries()) {
      const { cells, step: at } = await grid.command({ op: 'snapshot', field: k });
      expect(at).toBe(steps);
      expect(wrong(cells!, plain.cells(name)), `${name} after ${steps} steps`).toBe(0);
    }
    return grid.facts;
  }

  describe.each(boundaries)('edges %s', (_name, boundary) => {
    it('a wave, with a remainder of rows', async () => { await same(wave, waveFields, waveStep, [61, 47], boundary, { c2: 0.2 }, 200); });
    it('two fields, a halo of two, the past beside the own cell', async () => { await same(pair, pairFields, pairStep, [19, 13], boundary, { k: 0.1 }, 60); });
    it('three dimensions', async () => { await same(heat, [{ name: 'u', role: 'evolving' }], heatStep, [11, 9, 8], boundary, { k: 0.05 }, 60); });
  });

  it('1,000 steps with a call that concerns the whole context in their midst', async () => {
    const facts = await same(wave, waveFields, waveStep, [32, 24], 'reflecting', { c2: 0.2 }, 1000, {}, async () => {
      using kernel = await ring.context!.compile({ source: 'extern "C" __global__ void nothing(const float* in) { }', entries: ['nothing'] });
      void kernel;
    });
    expect(facts['shared']).toBe(true);
  });
  it.each([[1, 2], [2, 3], [3, 1], [6, 64]])('%i workers, %i steps ahead', async (workers, ahead) => {
    for (const boundary of ['periodic', { fixed: 0 }] as const) await same(wave, waveFields, waveStep, [30, 12], boundary, { c2: 0.2 }, 80, { workers, ahead });
  });
  it('as few rows as the halo has, and computed offsets', async () => {
    await same(pair, pairFields, pairStep, [9, 6], 'periodic', { k: 0.1 }, 40, { workers: 3 });
    await same(box, [{ name: 'u', role: 'evolving' }], boxStep, [21, 17], 'reflecting', {}, 40);
  });
  it('tiles in device memory', async () => {
    const facts = await same(wave, waveFields, waveStep, [40, 30], 'periodic', { c2: 0.2 }, 100, { shared: false });
    expect(facts['shared']).toBe(false);
    await same(heat, [{ name: 'u', role: 'evolving' }], heatStep, [10, 12, 9], { absorbing: 0.4 }, { k: 0.05 }, 50, { shared: false });
  });
  it('more columns than threads, and fewer', async () => {
    await same(wave, waveFields, waveStep, [150, 9], { fixed: 0 }, { c2: 0.2 }, 40, { threads: 64 });
    await same(wave, waveFields, waveStep, [5, 60], { fixed: 0 }, { c2: 0.2 }, 40, { threads: 256 });
  });
  it('fields of integers', async () => {
    const life = stencilKernel({ id: 'grid.life', dims: 2, fields: { alive: i32 } }, (_g, { alive }) => {
      const n = alive.at(-1, -1) + alive.at(0, -1) + alive.at(1, -1) + alive.at(-1, 0) + alive.at(1, 0) + alive.at(-1, 1) + alive.at(0, 1) + alive.at(1, 1);
      alive.set(n === 3 || (n === 2 && alive.at(0, 0) === 1) ? 1 : 0);
    });
    await using grid = await openPersistent(ring.context!, life as never, { size: [12, 12], params: {}, boundary: 'periodic' });
    const start = new Int32Array(144);
    for (const [x, y] of [[1, 0], [2, 1], [0, 2], [1, 2], [2, 2]] as const) start[y * 12 + x] = 1;
    await grid.command({ op: 'load', field: 0, values: start });
    // A glider is itself, one cell down and right, after four steps.
    await grid.command({ op: 'run', steps: 48 });
    expect((await grid.command({ op: 'snapshot', field: 0 })).cells).toEqual(start);
  });

  // ---------------------------------------------------------------- commands

  it('every command does what it does to launched steps', async () => {
    for (const boundary of ['periodic', 'reflecting', { fixed: 0 }, { absorbing: ({ c2 }: { c2: number }) => Math.sqrt(c2) }] as const) {
      const outcome = async (execution: 'launched' | 'persistent'): Promise<unknown[]> => {
        await using sim = await Simulation.open(ring, wave, { size: [37, 29], params: { c2: 0.2 }, boundary, execution });
        const said: unknown[] = [];
        said.push(await sim.inject({ at: [1, 14], radius: 5, amount: 1 }), await sim.run(7));
        said.push(await sim.addSource({ at: [20, 0], amplitude: 0.5, period: 13 }), await sim.addSource({ at: [3, 28], amplitude: 0.25, period: 7.5 }), await sim.run(20));
        said.push(await sim.paint({ field: 'wall', at: [10, 10], radius: 3.5, value: 1 }), await sim.inject({ at: [36, 28], radius: 2.5, amount: -1 }), await sim.run(11));
        said.push(await sim.removeSource(1), await sim.removeSource(1), await sim.set({ c2: 0.1 }), await sim.run(9));
        const { fields, step } = await sim.snapshot();
        said.push(step, fields.u, fields.prev, fields.wall);
        const { value } = await sim.measure('total');
        said.push(Math.abs(value - (fields.u as Float32Array).reduce((a, b) => a + b, 0)) < 1e-4);
        said.push(await sim.reset(), sim.params, await sim.run(3), (await sim.snapshot()).fields.u.every((c) => c === 0));
        said.push(await sim.load('u', bump([37, 29])), await sim.addSource({ at: [5, 5], amplitude: 1, period: 5 }), await sim.run(4), (await sim.snapshot({ fields: ['u'] })).fields.u);
        return said;
      };
      expect(await outcome('persistent')).toEqual(await outcome('launched'));
    }
  });
  it('commands are taken in order, urgent ones between the steps of a run; a pause holds it', async () => {
    await using sim = await Simulation.open(ring, wave, { size: [32, 32], params: { c2: 0.2 }, execution: 'persistent' });
    const steps = await Promise.all([sim.run(10), sim.inject({ at: [5, 5], amount: 1 }), sim.run(5), sim.snapshot(), sim.set({ c2: 0.1 }), sim.run(1)]);
    expect(steps.map((s) => s.step)).toEqual([10, 10, 15, 15, 15, 16]);
    expect(sim.params).toEqual({ c2: 0.1 });
    const run = sim.run(3000);
    const { step } = await sim.pause();
    expect(step).toBeLessThan(3016);
    const { step: later } = await sim.snapshot({ urgent: true });
    expect(later).toBe(step);
    // A context-wide call while it is paused in the midst of a run.
    using kernel = await ring.context!.compile({ source: 'extern "C" __global__ void nothing2(const float* in) { }', entries: ['nothing2'] });
    void kernel;
    await sim.resume();
    expect((await run).step).toBe(3016);
  });
  it('more commands than the rings hold, and a snapshot of several fields of one step while it plays', async () => {
    await using sim = await Simulation.open(ring, wave, { size: [32, 16], params: { c2: 0.2 }, execution: 'persistent' });
    await sim.play();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? sim.set({ c2: 0.1 + i / 1000 }) : sim.inject({ at: [i % 32, i % 16], amount: 0.001, urgent: i % 2 === 0 }))));
    expect(answers).toHaveLength(100);
    const normal = answers.filter((_, i) => i % 3 === 0).map((a) => a.step);
    expect(normal).toEqual([...normal].sort((a, b) => a - b));
    const [early, late] = await Promise.all([sim.snapshot(), sim.snapshot()]);
    expect(late.step).toBeGreaterThanOrEqual(early.step);
    for await (const p of sim.progress()) if (p.step > early.step) { expect(p.running).toBe(true); break; }
    const { step } = await sim.pause();
    expect((await sim.run(0)).step).toBe(step);
    expect((await sim.measure('total')).step).toBe(step);
  });
  it('all fields of a snapshot are of one step while it plays', async () => {
    const count = stencilKernel({ id: 'grid.count', dims: 2, fields: { a: f32, was: previous('a'), b: f32 } }, (_g, { a, b }) => { a.set(a.at(0, 0) + 1); b.set(b.at(0, 0) + 1); });
    await using sim = await Simulation.open(ring, count, { size: [8, 9], params: {}, execution: 'persistent' });
    await sim.play();
    for (let k = 0; k < 20; k++) {
      const { step, fields } = await sim.snapshot();
      expect([...new Set(fields.a), ...new Set(fields.b)]).toEqual([step, step]);
      expect([...new Set(fields.was)]).toEqual([Math.max(0, step - 1)]);
    }
  });
  it('actors answer beside a grid that steps', async () => {
    const { message, ringKernel } = await import('../../../src/index.ts');
    const Ask = message('GridAsk', { n: f32 });
    const Answer = message('GridAnswer', { n: f32 });
    await using sim = await Simulation.open(ring, wave, { size: [32, 16], params: { c2: 0.2 }, execution: 'persistent', settings: { workers: 2 } });
    await sim.inject({ at: [8, 8], amount: 1 });
    await sim.play();
    const actor = await ring.launch(ringKernel({ id: 'grid.adder', on: Ask, reply: Answer }, (_ctx, msg) => ({ n: msg.n + 1 })));
    for (let n = 0; n < 5; n++) {
      expect(await actor.call({ n })).toEqual({ n: n + 1 });
      await sim.set({ c2: 0.2 });
    }
    await actor.terminate();
    const { step } = await sim.pause();
    const plain = new PlainGrid([32, 16], 1, waveFields, { fixed: 0 }, { c2: 0.2 }, waveStep);
    await using twin = await Simulation.open(ring, wave, { size: [32, 16], params: { c2: 0.2 } });
    await twin.inject({ at: [8, 8], amount: 1 });
    const { fields } = await twin.snapshot();
    plain.load('u', fields.u);
    plain.load('prev', fields.prev);
    plain.run(step);
    expect(wrong((await sim.snapshot({ fields: ['u'] })).fields.u, plain.cells('u'))).toBe(0);
  });

  // ---------------------------------------------------------------- what goes wrong

  it('terminate rejects what waits and gives its memory back', async () => {
    const sim = await Simulation.open(ring, wave, { size: [32, 32], params: { c2: 0.2 }, execution: 'persistent' });
    const outcome = Promise.allSettled([sim.run(1e9), sim.snapshot()]);
    await sim.terminate();
    expect((await outcome).map((o) => o.status)).toEqual(['rejected', 'rejected']);
    await expect(sim.run(1)).rejects.toMatchObject({ code: 'KernelTerminated' });
    await sim.terminate();
  });
  it('terminate in the midst of a copy lets it end', async () => {
    const sim = await Simulation.open(ring, wave, { size: [32, 32], params: { c2: 0.2 }, execution: 'persistent' });
    for (let k = 0; k < 5; k++) {
      const copies = Promise.allSettled(Array.from({ length: 6 }, () => sim.snapshot()));
      await sim.run(k);
      if (k === 4) await sim.terminate();
      for (const outcome of await copies) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'KernelTerminated' });
    }
  });
  it('two share a device when both fit it, and are refused when they do not', async () => {
    const open = (workers: number) => Simulation.open(ring, wave, { size: [24, 16], params: { c2: 0.2 }, execution: 'persistent', settings: { workers } });
    await using one = await open(1);
    await using two = await open(1);
    await expect(open(1)).rejects.toMatchObject({ code: 'LimitExceeded' });
    await Promise.all([one, two].map(async (sim) => { await sim.inject({ at: [5, 5], amount: 1 }); await sim.run(20); }));
    expect((await one.snapshot({ fields: ['u'] })).fields.u).toEqual((await two.snapshot({ fields: ['u'] })).fields.u);
    await two.terminate();
    await using three = await open(1);
    expect((await three.run(3)).step).toBe(3);
  });
  it('a kernel that has to leave its loop regularly misses no step', async () => {
    await same(wave, waveFields, waveStep, [32, 24], { fixed: 0 }, { c2: 0.2 }, 1500, { slice: 10 });
  });
  it('what cannot be tiled is refused, with the reason', async () => {
    const far = stencilKernel({ id: 'grid.far', dims: 2, fields: { u: f32 } }, (_g, { u }) => { u.set(u.get(0, 0)); });
    const lanes = stencilKernel({ id: 'grid.lanes', dims: 2, fields: { u: f32 } }, (g, { u }) => { u.set(g.f32(g.localX)); });
    const open = (d: unknown, options: object = {}) => Simulation.open(ring, d as typeof wave, { size: [16, 16], params: {} as never, execution: 'persistent', ...options });
    await expect(open(far)).rejects.toMatchObject({ code: 'CapabilityMissing', message: expect.stringContaining('relative') });
    await expect(open(lanes)).rejects.toMatchObject({ code: 'CapabilityMissing', message: expect.stringContaining('localX') });
    await expect(open(wave, { params: { c2: 0.2 }, settings: { workers: 17 } })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(open(wave, { params: { c2: 0.2 }, settings: { speed: 1 } })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(open(wave, { params: { c2: 0.2 }, execution: 'both' })).rejects.toMatchObject({ code: 'InvalidConfig' });
  });
});

// The fake's faults meet every context of the process: nobody else's is open here.
describe.skipIf('missing' in fake)('a persistent grid whose context is lost', { timeout: 60_000 }, () => {
  it('rejects what waits, with the reason', async () => {
    const { settings, library } = fake as { settings: object; library: string };
    const koffi = (await import('koffi')).default;
    const poison = koffi.load(library).func('void rk_fake_poison(int)');
    const other = await RingKernel.open({ backend: 'cuda', settings } as never);
    const sim = await Simulation.open(other, wave, { size: [16, 16], params: { c2: 0.2 }, execution: 'persistent' });
    const run = sim.run(1e9);
    await sim.set({ c2: 0.1 }, { urgent: true });
    poison(700);
    await expect(run).rejects.toMatchObject({ code: 'ContextLost' });
    await expect(sim.run(1)).rejects.toMatchObject({ code: 'ContextLost' });
    await sim.terminate();
    await other.close();
  });
});
