/** Persistent grids on the CPU: every cell of every step as plain loops make it, whatever happens meanwhile. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { boundaries, bump, commandCases, farCase, heatCase, pairCase, same, wave, waveCase } from '../../../../test/support/grid-suite.ts';
import { SharedHeap } from '../../../engine/heap.ts';
import { i32, f32, u32 } from '../../../layout/types.ts';
import { RingKernel } from '../../../runtime/ring-kernel.ts';
import { Simulation, stencilKernel } from '../../../stencil/index.ts';
import { gridSpec, openPersistent } from '../../../stencil/persistent.ts';
import { CpuGrid } from './grid.ts';

/** Threads as they are started, so that a test can end one in the midst of its work. */
const lost = vi.hoisted(() => ({ threads: [] as { terminate(): Promise<void>; ended(cause: Error): void }[] }));
vi.mock('../worker-thread.ts', async (original) => {
  const real = await original<typeof import('../worker-thread.ts')>();
  return {
    ...real,
    async startThread(...[name, events]: Parameters<typeof real.startThread>) {
      const thread = await real.startThread(name, events);
      lost.threads.push({ terminate: () => thread.terminate(), ended: (cause) => { events.ended(cause); } });
      return thread;
    },
  };
});

let ring: RingKernel;
beforeAll(async () => { ring = await RingKernel.open({ backend: 'cpu', settings: { threads: 2 } }); });
afterAll(() => ring.close());

const persistent = { execution: 'persistent' } as const;
const open = (settings: Readonly<Record<string, unknown>> = {}, definition: unknown = wave, params: Readonly<Record<string, number>> = { c2: 0.2 }, size = [32, 24]) =>
  openPersistent(ring.context!, definition as never, { size, params, boundary: { fixed: 0 }, settings }) as Promise<CpuGrid>;

describe.each(boundaries)('edges %s', (_, boundary) => {
  it('a wave, a remainder of layers', async () => {
    const facts = await same(ring, waveCase, [61, 47], boundary, { c2: 0.2 }, 1000, { rows: 9 });
    expect(facts).toMatchObject({ threads: 2, tiles: 6, rows: 9 });
  });
  it('two fields, a halo of two, corners, the past beside the own cell', async () => { await same(ring, pairCase, [19, 13], boundary, { k: 0.1 }, 100, { rows: 4 }); });
  it('three dimensions', async () => { await same(ring, heatCase, [11, 9, 8], boundary, { k: 0.05 }, 60, { rows: 3 }); });
  it('three dimensions, a halo of two', async () => { await same(ring, farCase, [7, 6, 9], boundary, { k: 0.05 }, 40, { rows: 2 }); });
});

describe('threads and tiles', () => {
  it.each([[1, 2, 1], [2, 3, 4], [5, 4, 64], [3, 100, 1]])('%i threads, tiles of %i layers, %i steps ahead', async (threads, rows, window) => {
    for (const boundary of ['periodic', { fixed: 0 }] as const) await same(ring, waveCase, [30, 17], boundary, { c2: 0.2 }, 120, { threads, rows, window });
  });
  it('memory that grows while it steps', async () => {
    await same(ring, waveCase, [30, 17], 'reflecting', { c2: 0.2 }, 100, {}, async (grid) => {
      using large = ring.memory.typed(f32, 6_000_000);
      expect(large.length).toBe(6_000_000);
      // Its payload lies in the memory that has come since.
      await grid.command({ op: 'load', field: 2, values: new Float32Array(510) });
    });
  });
  it('fields of integers, a kernel launched beside', async () => {
    const life = stencilKernel({ id: 'grid.life', dims: 2, fields: { alive: i32 }, params: { few: u32 } }, (_g, { alive }, { few }) => {
      const n = alive.at(-1, -1) + alive.at(0, -1) + alive.at(1, -1) + alive.at(-1, 0) + alive.at(1, 0) + alive.at(-1, 1) + alive.at(0, 1) + alive.at(1, 1);
      alive.set(n === 3 || (n === _g.i32(few) && alive.at(0, 0) === 1) ? 1 : 0);
    });
    await using sim = await Simulation.open(ring, life, { size: [12, 12], params: { few: 2 }, boundary: 'periodic', ...persistent });
    await using beside = await Simulation.open(ring, wave, { size: [12, 12], params: { c2: 0.2 } });
    const start = new Int32Array(144);
    for (const [x, y] of [[1, 0], [2, 1], [0, 2], [1, 2], [2, 2]] as const) start[y * 12 + x] = 1;
    await sim.load('alive', start);
    // A glider is itself, one cell down and right, after four steps.
    await Promise.all([sim.run(48), beside.run(20)]);
    expect((await sim.snapshot()).fields.alive).toEqual(start);
  });
});

describe('commands', () => {
  commandCases(() => ring, persistent);
  commandCases(() => ring, { ...persistent, settings: { threads: 3, rows: 4, window: 2 } });

  it('answers progress at once', async () => {
    await using grid = await open();
    expect(await grid.command({ op: 'progress' })).toEqual({ step: 0, running: false });
    await grid.command({ op: 'play' });
    expect(await grid.command({ op: 'progress' })).toMatchObject({ running: true });
    const { step } = await grid.command({ op: 'pause' });
    expect(await grid.command({ op: 'progress' })).toEqual({ step, running: false });
  });

  it('nothing steps between commands that hold', async () => {
    await using grid = await open();
    await grid.command({ op: 'play' });
    const answers = await Promise.all([0, 1, 0, 2].map((field, k) => grid.command({ op: 'snapshot', field }, { hold: k < 3 })));
    expect(new Set(answers.map((a) => a.step)).size).toBe(1);
  });

  it('threads sleep while there is nothing to do and while it is paused', async () => {
    await using grid = await open();
    const asleep = async (): Promise<void> => { while (grid.sleeping < 2) await new Promise((resolve) => { setImmediate(resolve); }); };
    await asleep();
    await grid.command({ op: 'play' });
    await grid.command({ op: 'pause' });
    const run = grid.command({ op: 'run', steps: 3 });
    await asleep();
    expect(await Promise.race([run, grid.command({ op: 'progress' })])).toMatchObject({ running: false });
    const { step } = await grid.command({ op: 'resume' }, { urgent: true });
    expect((await run).step).toBeGreaterThanOrEqual(step + 3);
  });
});

describe('what goes wrong', () => {
  it('settings, parameters and programs that cannot be are refused with a code', async () => {
    await expect(open({ threads: 0 })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(open({ speed: 1 })).rejects.toMatchObject({ code: 'InvalidConfig', message: expect.stringContaining('speed') });
    await using sim = await Simulation.open(ring, wave, { size: [8, 8], params: { c2: 0.2 }, ...persistent });
    await expect(sim.set({ c2: Number.NaN })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(sim.set({ c3: 1 } as never)).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(sim.run(2 ** 40)).rejects.toMatchObject({ code: 'InvalidConfig' });
    expect((await sim.run(1)).step).toBe(1);
    const far = stencilKernel({ id: 'grid.far', dims: 2, fields: { u: f32 } }, (_g, { u }) => { u.set(u.get(0, 0)); });
    await expect(open({}, far, {})).rejects.toMatchObject({ code: 'CapabilityMissing', message: expect.stringContaining('relative') });
    const alone = await RingKernel.open({ backend: 'cpu', settings: { threads: 0 } });
    await expect(Simulation.open(alone, wave, { size: [8, 8], params: { c2: 0.2 }, ...persistent })).rejects.toMatchObject({ code: 'CapabilityMissing' });
    await alone.close();
  });

  it('a launch that traps ends the grid, and what waits learns why', async () => {
    const shift = stencilKernel({ id: 'grid.shift', dims: 2, fields: { u: f32 }, params: { by: i32 } }, (_g, { u }, { by }) => { u.set(u.at(by, 0)); });
    await using grid = await open({ threads: 2, rows: 4 }, shift, { by: 1 });
    await grid.command({ op: 'run', steps: 3 });
    await grid.command({ op: 'set', values: [500_000_000], speed: 0 });
    const outcome = await Promise.allSettled([grid.command({ op: 'run', steps: 10 }), grid.command({ op: 'snapshot', field: 0 })]);
    expect(outcome.map((o) => o.status)).toEqual(['rejected', 'rejected']);
    expect(outcome[0]).toMatchObject({ reason: { code: 'DeviceError', message: expect.stringContaining('trapped') } });
    await expect(grid.command({ op: 'progress' })).rejects.toMatchObject({ code: 'DeviceError' });
  });

  it('a thread that is lost takes the grid with it, and what waits learns why', async () => {
    await using grid = await open({ threads: 2, rows: 4 });
    const thread = lost.threads.at(-1)!;
    await grid.command({ op: 'play' });
    const outcome = expect(grid.command({ op: 'run', steps: 1e9 })).rejects.toMatchObject({ code: 'EngineLost', message: expect.stringContaining('gone') });
    await thread.terminate();
    thread.ended(new Error('gone'));
    await outcome;
    await expect(grid.command({ op: 'progress' })).rejects.toMatchObject({ code: 'EngineLost' });
  });

  it('closing rejects what waits and gives all memory back, also in the midst of steps', async () => {
    const heap = new SharedHeap();
    const before = heap.used;
    const grid = await CpuGrid.open(gridSpec(wave as never, { size: [64, 64], params: { c2: 0.2 }, boundary: 'periodic' }), heap, 2);
    await grid.command({ op: 'load', field: 0, values: bump([64, 64]) });
    await grid.command({ op: 'play' });
    const outcome = Promise.allSettled([grid.command({ op: 'run', steps: 1e9 }), grid.command({ op: 'snapshot', field: 0 })]);
    await grid[Symbol.asyncDispose]();
    expect((await outcome).map((o) => o.status)).toEqual(['rejected', 'rejected']);
    await expect(grid.command({ op: 'run', steps: 1 })).rejects.toMatchObject({ code: 'KernelTerminated' });
    expect(heap.used).toBe(before);
  });
});
