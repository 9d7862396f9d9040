import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withoutWebGpu } from '../../test/support/webgpu.ts';
import type { BackendName } from '../backend/contract.ts';
import { f32 } from '../layout/types.ts';
import { RingKernel } from '../runtime/ring-kernel.ts';
import { previous, Simulation, stencilKernel, still, type SimulationOptions } from './index.ts';

const wave = stencilKernel({
  id: 'test.wave', dims: 2, fields: { u: f32, prev: previous('u'), wall: still(f32) }, params: { c2: f32 },
  measures: {
    // The leapfrog scheme keeps this product of two generations, not the energy of one.
    energy: (_g, { u, prev }, { c2 }) => {
      const v = u.at(0, 0) - prev.at(0, 0);
      const [e, s] = [u.east() - u.at(0, 0), u.south() - u.at(0, 0)];
      const [pe, ps] = [prev.east() - prev.at(0, 0), prev.south() - prev.at(0, 0)];
      return 0.5 * v * v + 0.5 * c2 * (e * pe + s * ps);
    },
  },
}, (_g, { u, prev, wall }, { c2 }) => {
  const c = u.at(0, 0);
  const sum = u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1);
  if (wall.at(0, 0) > 0) return;
  u.set(2 * c - prev.at(0, 0) + c2 * (sum - 4 * c));
});

const wave3 = stencilKernel({ id: 'test.wave3', dims: 3, fields: { u: f32, prev: previous('u') }, params: { c2: f32 } }, (_g, { u, prev }, { c2 }) => {
  const c = u.at(0, 0, 0);
  u.set(2 * c - prev.at(0, 0, 0) + c2 * (u.west() + u.east() + u.north() + u.south() + u.down() + u.up() - 6 * c));
});

/** Reads two cells away, corners too; a cell's generation hangs on all 25 around it. */
const blur = stencilKernel({ id: 'test.blur', dims: 2, fields: { u: f32 }, halo: 2 }, (_g, { u }) => {
  u.set(0.5 * u.at(0, 0) + 0.25 * u.at(-2, -2) + 0.125 * u.at(2, 1) + 0.125 * u.at(1, -2));
});

const f = Math.fround;

/** What a boundary rule makes of a coordinate outside. */
const fold = { periodic: (x: number, n: number) => (x + n) % n, reflecting: (x: number, n: number) => (x < 0 ? -1 - x : x >= n ? 2 * n - 1 - x : x) };

function plainWave(size: readonly number[], start: Float32Array, c2: number, steps: number, at: (u: Float32Array, x: number, y: number, z: number) => number, wall: (k: number) => boolean = () => false): Float32Array {
  const [w, h, d = 1] = size as readonly [number, number, number?];
  const deep = size.length === 3;
  let [u, prev] = [start.slice(), start.slice()];
  const k = f(c2);
  for (let s = 0; s < steps; s++) {
    const next = new Float32Array(u.length);
    for (let z = 0; z < d; z++) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
      const i = (z * h + y) * w + x;
      const c = u[i]!;
      let sum = f(f(f(at(u, x - 1, y, z) + at(u, x + 1, y, z)) + at(u, x, y - 1, z)) + at(u, x, y + 1, z));
      if (deep) sum = f(f(sum + at(u, x, y, z - 1)) + at(u, x, y, z + 1));
      next[i] = wall(i) ? c : f(f(f(2 * c) - prev[i]!) + f(k * f(sum - f((deep ? 6 : 4) * c))));
    }
    [u, prev] = [next, u];
  }
  return u;
}

const zeroOutside = (size: readonly number[]) => (u: Float32Array, x: number, y: number, z: number): number => {
  const [w, h, d = 1] = size as readonly [number, number, number?];
  return x < 0 || y < 0 || z < 0 || x >= w || y >= h || z >= d ? 0 : u[(z * h + y) * w + x]!;
};
const folded = (size: readonly number[], rule: (x: number, n: number) => number) => (u: Float32Array, x: number, y: number, z: number): number => {
  const [w, h, d = 1] = size as readonly [number, number, number?];
  return u[(rule(z, d) * h + rule(y, h)) * w + rule(x, w)]!;
};

const bump = (size: readonly number[]): Float32Array => {
  const [w, h, d = 1] = size as readonly [number, number, number?];
  return Float32Array.from({ length: w * h * d }, (_, i) => {
    const [x, y, z] = [(i % w) - w / 3, (Math.floor(i / w) % h) - h / 2, Math.floor(i / (w * h)) - d / 2];
    return Math.exp(-(x * x + y * y + z * z) / 12);
  });
};

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a as Float32Array).reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0);

type How = Pick<SimulationOptions<2, Record<never, never>>, 'execution' | 'settings'>;

function suite(backend: BackendName, bound: number, how: How = {}): void {
  let ring: RingKernel;
  beforeAll(async () => { ring = await RingKernel.open({ backend }); });
  afterAll(() => ring.close());

  async function stepped(definition: typeof wave | typeof wave3, size: readonly number[], boundary: 'periodic' | 'reflecting' | { readonly fixed: number }, steps: number): Promise<Float32Array> {
    await using sim = await Simulation.open(ring, definition as typeof wave, { ...how, size: size as never, params: { c2: 0.2 }, boundary });
    const start = bump(size);
    await sim.load('u', start);
    await sim.load('prev', start);
    expect((await sim.run(steps)).step).toBe(steps);
    return (await sim.snapshot({ fields: ['u'] })).fields.u as Float32Array;
  }

  test('1,000 steps equal a plain loop: 2-D, fixed edge', async () => {
    const size = [61, 47];
    expect(largest(await stepped(wave, size, { fixed: 0 }, 1000), plainWave(size, bump(size), 0.2, 1000, zeroOutside(size)))).toBeLessThanOrEqual(bound);
  });
  test('periodic and reflecting', async () => {
    const size = [33, 20];
    for (const rule of ['periodic', 'reflecting'] as const) {
      expect(largest(await stepped(wave, size, rule, 300), plainWave(size, bump(size), 0.2, 300, folded(size, fold[rule])))).toBeLessThanOrEqual(bound);
    }
  });
  test('3-D', async () => {
    const size = [14, 11, 9];
    expect(largest(await stepped(wave3, size, { fixed: 0 }, 1000), plainWave(size, bump(size), 0.2, 1000, zeroOutside(size)))).toBeLessThanOrEqual(bound);
    for (const rule of ['periodic', 'reflecting'] as const) {
      expect(largest(await stepped(wave3, size, rule, 100), plainWave(size, bump(size), 0.2, 100, folded(size, fold[rule])))).toBeLessThanOrEqual(bound);
    }
  });
  test('a halo of two, corners included', async () => {
    const size = [19, 13] as const;
    for (const rule of ['periodic', 'reflecting'] as const) {
      await using sim = await Simulation.open(ring, blur, { ...how, size, params: {}, boundary: rule });
      await sim.load('u', bump(size));
      await sim.run(40);
      let u = bump(size);
      const at = folded(size, fold[rule]);
      for (let s = 0; s < 40; s++) {
        u = Float32Array.from(u, (c, i) => {
          const [x, y] = [i % size[0], Math.floor(i / size[0])];
          return f(f(f(f(0.5 * c) + f(0.25 * at(u, x - 2, y - 2, 0))) + f(0.125 * at(u, x + 2, y + 1, 0))) + f(0.125 * at(u, x + 1, y - 2, 0)));
        });
      }
      expect(largest((await sim.snapshot()).fields.u, u)).toBeLessThanOrEqual(bound);
    }
  });
  test('walls keep their cells', async () => {
    const size = [40, 24] as const;
    await using sim = await Simulation.open(ring, wave, { ...how, size, params: { c2: 0.2 } });
    const start = bump(size);
    await sim.load('u', start);
    await sim.load('prev', start);
    await sim.paint({ field: 'wall', at: [25, 12], radius: 3, value: 1 });
    await sim.run(100);
    const wall = (i: number): boolean => Math.hypot((i % 40) - 25, Math.floor(i / 40) - 12) <= 3;
    expect(largest((await sim.snapshot()).fields.u, plainWave(size, start, 0.2, 100, zeroOutside(size), wall))).toBeLessThanOrEqual(bound);
  });
  test('a closed lossless wave keeps its energy', async () => {
    const size = [64, 64] as const;
    await using sim = await Simulation.open(ring, wave, { ...how, size, params: { c2: 0.25 }, boundary: 'periodic' });
    await sim.inject({ at: [20, 30], radius: 8, amount: 1 });
    await sim.run(1);
    const { value: before } = await sim.measure('energy');
    await sim.run(1000);
    const { value: after } = await sim.measure('energy');
    expect(before).toBeGreaterThan(0.1);
    expect(Math.abs(after - before) / before).toBeLessThan(1e-4);
  });
  test('the lowest mode of a box has its frequency', async () => {
    const n = 63;
    const size = [n, n] as const;
    const c2 = 0.25;
    await using sim = await Simulation.open(ring, wave, { ...how, size, params: { c2 } });
    const k = Math.PI / (n + 1);
    const mode = Float32Array.from({ length: n * n }, (_, i) => Math.sin(k * ((i % n) + 1)) * Math.sin(k * (Math.floor(i / n) + 1)));
    // sin²(ω/2) = c² (sin²(k/2) + sin²(k/2)): the scheme's own relation; a standing wave is cos(ω t) times the mode.
    const omega = 2 * Math.asin(Math.sqrt(2 * c2) * Math.sin(k / 2));
    await sim.load('u', mode);
    await sim.load('prev', mode.map((m) => m * Math.cos(omega)));
    const middle = (n * n - 1) / 2;
    for (let s = 1; s <= 4; s++) {
      await sim.run(100);
      expect((await sim.snapshot({ fields: ['u'] })).fields.u[middle]).toBeCloseTo(Math.cos(omega * 100 * s), 3);
    }
  });
  test('absorbing edges let most of a wave out', async () => {
    const size = [64, 64] as const;
    await using sim = await Simulation.open(ring, wave, { ...how, size, params: { c2: 0.25 }, boundary: { absorbing: ({ c2 }) => Math.sqrt(c2) } });
    await sim.inject({ at: [32, 32], radius: 6, amount: 1 });
    await sim.run(1);
    const { value: before } = await sim.measure('energy');
    await sim.run(400);
    expect(Math.abs((await sim.measure('energy')).value)).toBeLessThan(before * 0.02);
  });
  test('a source drives its cell until it is removed', async () => {
    await using sim = await Simulation.open(ring, wave, { ...how, size: [32, 32], params: { c2: 0.2 } });
    const { id } = await sim.addSource({ at: [10, 10], amplitude: 1, period: 20 });
    await sim.run(30);
    const { fields: { u } } = await sim.snapshot({ fields: ['u'] });
    expect(Math.max(...u)).toBeGreaterThan(0.3);
    expect((await sim.removeSource(id)).removed).toBe(true);
    expect((await sim.removeSource(id)).removed).toBe(false);
    await sim.reset();
    await sim.run(10);
    expect(Math.max(...(await sim.snapshot({ fields: ['u'] })).fields.u)).toBe(0);
  });
}

describe('on the CPU', () => suite('cpu', 0));
describe('on the CPU, persistent', () => suite('cpu', 0, { execution: 'persistent' }));
// Tiles of few layers, the last thinner, on more threads than the machine may have.
describe('on the CPU, persistent, thin tiles', () => suite('cpu', 0, { execution: 'persistent', settings: { threads: 3, rows: 5, window: 3 } }));
describe.skipIf(withoutWebGpu())('on WebGPU', () => suite('webgpu', 2e-3));

describe.each<[string, How]>([['launched', {}], ['persistent', { execution: 'persistent' }]])('commands, %s', (_, how) => {
  let ring: RingKernel;
  beforeAll(async () => { ring = await RingKernel.open({ backend: 'cpu' }); });
  afterAll(() => ring.close());
  const open = () => Simulation.open(ring, wave, { size: [32, 32], params: { c2: 0.2 }, slice: 1, ...how });

  test('are taken in order, each answered with its step', async () => {
    await using sim = await open();
    const steps = await Promise.all([sim.run(10), sim.inject({ at: [5, 5], amount: 1 }), sim.run(5), sim.snapshot(), sim.set({ c2: 0.1 }), sim.run(1)]);
    expect(steps.map((s) => s.step)).toEqual([10, 10, 15, 15, 15, 16]);
    expect(sim.params).toEqual({ c2: 0.1 });
  });
  test('pause holds a run, urgent commands go between its steps, resume lets it end', async () => {
    await using sim = await open();
    const run = sim.run(2000);
    const { step } = await sim.pause();
    expect(step).toBeLessThan(2000);
    const { step: later } = await sim.snapshot({ urgent: true });
    expect(later).toBe(step);
    await sim.resume();
    expect((await run).step).toBe(2000);
  });
  test('play steps until paused, and tells of its progress', async () => {
    await using sim = await open();
    await sim.play();
    for await (const p of sim.progress()) if (p.step > 20) break;
    const { step } = await sim.pause();
    expect(step).toBeGreaterThan(20);
    expect((await sim.measure('energy')).step).toBe(step);
    await sim.reset();
    expect(sim.step).toBe(0);
  });
  test('terminate rejects what waits, ends progress and frees the memory', async () => {
    const before = ring.memory.stats().used;
    const sim = await open();
    const seen = (async () => { for await (const p of sim.progress()) void p; return 'ended'; })();
    const run = sim.run(1e9);
    const waiting = sim.snapshot();
    const outcome = Promise.allSettled([run, waiting]);
    await sim.terminate();
    expect((await outcome).map((o) => o.status)).toEqual(['rejected', 'rejected']);
    await expect(sim.run(1)).rejects.toMatchObject({ code: 'KernelTerminated' });
    expect(await seen).toBe('ended');
    expect(ring.memory.stats().used).toBe(before);
  });
  test('nonsense is refused', async () => {
    await using sim = await open();
    await expect(sim.run(-1)).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(sim.set({ c2: Number.NaN })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(sim.set({ c3: 1 } as never)).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(sim.inject({ at: [99, 0], amount: 1 })).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(sim.load('u', [1, 2])).rejects.toMatchObject({ code: 'InvalidConfig' });
    await expect(Simulation.open(ring, wave, { size: [0, 4], params: { c2: 0.2 }, ...how })).rejects.toMatchObject({ code: 'InvalidConfig' });
    expect((await sim.run(1)).step).toBe(1);
    expect(() => stencilKernel({ id: 'bad', dims: 2, fields: { u: f32, p: previous('x') } }, () => undefined)).toThrow(/does not evolve/);
    expect(() => stencilKernel({ id: 'bad', dims: 2, fields: { u: f32, p: previous('u'), q: previous('u') } }, () => undefined)).toThrow(/both the previous/);
  });
});
