/** Stencils beside the plain loops they are held to, and what a persistent grid of any backend has to do with them. */
import { expect, it } from 'vitest';
import { f32, type RingKernel } from '../../src/index.ts';
import { previous, Simulation, stencilKernel, still, type Boundary, type StencilDefinition } from '../../src/stencil/index.ts';
import { openPersistent, type PersistentGrid } from '../../src/stencil/persistent.ts';
import { PlainGrid, type PlainField, type Step } from './plain-grid.ts';

const f = Math.fround;

export interface GridCase {
  readonly definition: StencilDefinition;
  readonly fields: readonly PlainField[];
  readonly step: Step;
}

export const wave = stencilKernel({
  id: 'suite.wave', dims: 2, fields: { u: f32, prev: previous('u'), wall: still(f32) }, params: { c2: f32 },
  measures: { total: (_g, { u }) => u.at(0, 0), slope: (_g, { u, prev }, { c2 }) => (u.east() - prev.south()) * c2 },
}, (_g, { u, prev, wall }, { c2 }) => {
  if (wall.at(0, 0) > 0) return;
  const c = u.at(0, 0);
  u.set(2 * c - prev.at(0, 0) + c2 * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});
export const waveCase: GridCase = {
  definition: wave as never, fields: [{ name: 'u', role: 'evolving' }, { name: 'prev', role: 'previous', of: 'u' }, { name: 'wall', role: 'still' }],
  step: (at, _cell, { c2 }) => {
    if (at('wall', 0, 0) > 0) return {};
    const c = at('u', 0, 0);
    const sum = f(f(f(at('u', -1, 0) + at('u', 1, 0)) + at('u', 0, -1)) + at('u', 0, 1));
    return { u: f(f(f(2 * c) - at('prev', 0, 0)) + f(f(c2!) * f(sum - f(4 * c)))) };
  },
};

/** Two fields that hang on each other, a past that is read beside the own cell, corners, a halo of two, the cell's place. */
export const pairCase: GridCase = {
  definition: stencilKernel({ id: 'suite.pair', dims: 2, halo: 2, fields: { a: f32, was: previous('a'), b: f32 }, params: { k: f32 } }, (g, { a, was, b }, { k }) => {
    a.set(0.5 * a.at(0, 0) + 0.25 * b.at(-2, 1) + k * (was.at(1, -1) + was.at(0, 2)));
    b.set(0.5 * b.at(0, 0) + 0.25 * a.at(2, 2) + (g.x > 3 ? k : 0));
  }) as never,
  fields: [{ name: 'a', role: 'evolving' }, { name: 'was', role: 'previous', of: 'a' }, { name: 'b', role: 'evolving' }],
  step: (at, [x], params) => {
    const k = f(params['k']!);
    return {
      a: f(f(f(0.5 * at('a', 0, 0)) + f(0.25 * at('b', -2, 1))) + f(k * f(at('was', 1, -1) + at('was', 0, 2)))),
      b: f(f(f(0.5 * at('b', 0, 0)) + f(0.25 * at('a', 2, 2))) + (x > 3 ? k : 0)),
    };
  },
};

/** Three dimensions, a slanting neighbour, a halo of `halo`. */
const heatOf = (halo: number): GridCase => ({
  definition: stencilKernel({ id: `suite.heat${halo}`, dims: 3, halo, fields: { u: f32 }, params: { k: f32 }, uses: { halo } }, (_g, { u }, { k }, { halo }) => {
    const c = u.at(0, 0, 0);
    u.set(c + k * (u.east() + u.west() + u.south() + u.north() + u.up() + u.down() - 6 * c + u.at(1, 1, -halo)));
  }) as never,
  fields: [{ name: 'u', role: 'evolving' }],
  step: (at, _cell, params) => {
    const c = at('u', 0, 0, 0);
    let sum = f(at('u', 1, 0, 0) + at('u', -1, 0, 0));
    for (const [x, y, z] of [[0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]] as const) sum = f(sum + at('u', x, y, z));
    return { u: f(c + f(f(params['k']!) * f(f(sum - f(6 * c)) + at('u', 1, 1, -halo)))) };
  },
});
export const heatCase = heatOf(1);
export const farCase = heatOf(2);

/** Some of everything, so that no cell is like another. */
export const bump = (size: readonly number[], shift = 0): Float32Array => {
  const [w, h, d = 1] = size as readonly [number, number, number?];
  return Float32Array.from({ length: w * h * d }, (_, i) => {
    const [x, y, z] = [(i % w) - w / 3 + shift, (Math.floor(i / w) % h) - h / 2, Math.floor(i / (w * h)) - d / 2];
    return Math.exp(-(x * x + y * y + z * z) / 12) + 0.01 * (i % 7);
  });
};

export const boundaries: readonly (readonly [string, Boundary])[] = [['fixed', { fixed: 0.25 }], ['periodic', 'periodic'], ['reflecting', 'reflecting'], ['absorbing', { absorbing: 0.5 }]];

const wrong = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let n = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) n++;
  return n;
};

/** Steps a grid and the plain loops and compares every bit; `meanwhile` comes half way. */
export async function same(ring: RingKernel, { definition, fields, step }: GridCase, size: readonly number[], boundary: Boundary, params: Readonly<Record<string, number>>, steps: number,
  settings: Readonly<Record<string, unknown>> = {}, meanwhile: (grid: PersistentGrid) => Promise<unknown> = () => Promise.resolve()): Promise<PersistentGrid['facts']> {
  await using grid = await openPersistent(ring.context!, definition, { size, params, boundary, settings });
  const plain = new PlainGrid(size, definition.halo, fields, boundary, params, step);
  for (const [k, { name, role }] of fields.entries()) {
    if (role === 'still') continue;
    await grid.command({ op: 'load', field: k, values: bump(size, k) });
    plain.load(name, bump(size, k));
  }
  const half = Math.floor(steps / 2);
  expect((await grid.command({ op: 'run', steps: half })).step).toBe(half);
  await meanwhile(grid);
  expect((await grid.command({ op: 'run', steps: steps - half })).step).toBe(steps);
  plain.run(steps);
  for (const [k, { name }] of fields.entries()) {
    const { cells, step: at } = await grid.command({ op: 'snapshot', field: k });
    expect(at).toBe(steps);
    expect(wrong(cells!, plain.cells(name)), `${name} after ${steps} steps`).toBe(0);
  }
  return grid.facts;
}

/** Everything a simulation is told and says, to be compared between executions. */
async function outcome(ring: RingKernel, boundary: Boundary<{ readonly c2: number }>, how: object): Promise<unknown[]> {
  await using sim = await Simulation.open(ring, wave, { size: [37, 29], params: { c2: 0.2 }, boundary, ...how });
  const said: unknown[] = [];
  said.push(await sim.inject({ at: [1, 14], radius: 5, amount: 1 }), await sim.run(7));
  said.push(await sim.addSource({ at: [20, 0], amplitude: 0.5, period: 13 }), await sim.addSource({ at: [3, 28], amplitude: 0.25, period: 7.5 }), await sim.addSource({ at: [3, 28], amplitude: 0.5, period: 9 }), await sim.run(20));
  said.push(await sim.paint({ field: 'wall', at: [10, 10], radius: 3.5, value: 1 }), await sim.inject({ at: [36, 28], radius: 2.5, amount: -1 }), await sim.run(11));
  said.push(await sim.removeSource(1), await sim.removeSource(1), await sim.set({ c2: 0.1 }), await sim.run(9));
  said.push(await sim.removeSource(2), await sim.run(5));
  const { fields, step } = await sim.snapshot();
  said.push(step, fields.u, fields.prev, fields.wall, await sim.measure('total'), await sim.measure('slope'));
  said.push(await sim.reset(), sim.params, await sim.run(3), (await sim.snapshot()).fields.u.every((c) => c === 0));
  said.push(await sim.load('u', bump([37, 29])), await sim.addSource({ at: [5, 5], amplitude: 1, period: 5 }), await sim.run(4), (await sim.snapshot({ fields: ['u'] })).fields.u);
  return said;
}

/** Cases of commands; `how`: options that make a simulation persistent. */
export function commandCases(ring: () => RingKernel, how: object): void {
  it('every command does what it does to launched steps', async () => {
    for (const boundary of ['periodic', 'reflecting', { fixed: 0 }, { absorbing: ({ c2 }: { readonly c2: number }) => Math.sqrt(c2) }] as const) {
      expect(await outcome(ring(), boundary, how)).toEqual(await outcome(ring(), boundary, {}));
    }
  });
  it('all fields of a snapshot are of one step while it plays', async () => {
    const count = stencilKernel({ id: 'suite.count', dims: 2, fields: { a: f32, was: previous('a'), b: f32 } }, (_g, { a, b }) => { a.set(a.at(0, 0) + 1); b.set(b.at(0, 0) + 1); });
    await using sim = await Simulation.open(ring(), count, { size: [8, 39], params: {}, ...how });
    await sim.play();
    for (let k = 0; k < 20; k++) {
      const { step, fields } = await sim.snapshot();
      expect([...new Set(fields.a), ...new Set(fields.b)]).toEqual([step, step]);
      expect([...new Set(fields.was)]).toEqual([Math.max(0, step - 1)]);
    }
  });
  it('more commands than fit at a time; those of a lane stay in order while it plays', async () => {
    await using sim = await Simulation.open(ring(), wave, { size: [32, 16], params: { c2: 0.2 }, ...how });
    await sim.play();
    const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => (i % 3 === 0 ? sim.set({ c2: 0.1 + i / 1000 }) : sim.inject({ at: [i % 32, i % 16], amount: 0.001, urgent: i % 2 === 0 }))));
    const normal = answers.filter((_, i) => i % 3 === 0).map((a) => a.step);
    expect(normal).toEqual(normal.toSorted((a, b) => a - b));
    const { step } = await sim.pause();
    expect((await sim.run(0)).step).toBe(step);
    expect((await sim.measure('total')).step).toBe(step);
    expect((await sim.snapshot({ fields: ['u'] })).step).toBe(step);
  });
}
