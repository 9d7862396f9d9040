/** A step of a stencil through `Simulation` beside WGSL by hand on the same device. Runs in Node and in a page. */
import type { WebGpuContext } from '../src/backend/webgpu/context.ts';
import { f32, RingKernel } from '../src/index.ts';
import { previous, Simulation, stencilKernel } from '../src/stencil/index.ts';
import { handWave } from './webgpu-hand.ts';

const wave = stencilKernel({ id: 'bench.stencil', dims: 2, fields: { u: f32, prev: previous('u') }, params: { c2: f32 }, workgroup: [16, 16] }, (_g, { u, prev }, { c2 }) => {
  const c = u.at(0, 0);
  u.set(2 * c - prev.at(0, 0) + c2 * (u.west() + u.east() + u.north() + u.south() - 4 * c));
});

export interface StencilTimes {
  /** Microseconds of a step: medians of rounds taken in turn. */
  readonly ours: number;
  readonly hand: number;
  readonly device: string;
  readonly n: number;
  readonly steps: number;
}

const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

export async function stencilTimes(n = 1024, steps = 10, rounds = 12): Promise<StencilTimes> {
  const ring = await RingKernel.open({ backend: 'webgpu' });
  try {
    const context = ring.context as WebGpuContext;
    // Steps are submitted together, as by hand.
    await using sim = await Simulation.open(ring, wave, { size: [n, n], params: { c2: 0.25 }, slice: 10_000 });
    const byHand = await handWave(context.native, n, 0.25);
    const ways = { ours: () => sim.run(steps), hand: () => byHand(steps) } as const;
    const times: Record<keyof typeof ways, number[]> = { ours: [], hand: [] };
    for (let round = -3; round < rounds; round++) {
      for (const name of ['ours', 'hand'] as const) {
        const start = performance.now();
        await ways[name]();
        if (round >= 0) times[name].push(((performance.now() - start) * 1000) / steps);
      }
    }
    return { ours: median(times.ours), hand: median(times.hand), device: context.device.name, n, steps };
  } finally {
    await ring.close();
  }
}
