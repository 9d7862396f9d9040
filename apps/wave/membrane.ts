/** What the page talks to: a membrane that steps somewhere, here or on the server. */
import { RingKernel, type BackendName } from '../../src/index.ts';
import { Simulation } from '../../src/stencil/index.ts';
import { picture } from './picture.ts';
import { membrane as stencil } from './wave.ts';

export type MembraneParams = { readonly c2: number; readonly keep: number };

/** Commands, as the page gives them and as they travel. Cells are counted from the upper left corner. */
export type MembraneCommand =
  | { readonly op: 'pause' | 'resume' }
  /** At rest again, without sources and walls. */
  | { readonly op: 'clear'; readonly params: MembraneParams }
  | { readonly op: 'set'; readonly params: MembraneParams }
  | { readonly op: 'inject'; readonly at: readonly [number, number]; readonly radius: number; readonly amount: number }
  | { readonly op: 'wall'; readonly at: readonly [number, number]; readonly radius: number; readonly value: 0 | 1 }
  | { readonly op: 'source'; readonly at: readonly [number, number]; readonly amplitude: number; readonly period: number };

export interface Frame {
  readonly step: number;
  /** Frames that were due and were not taken, because the one before had not been seen. */
  readonly dropped: number;
  /** As of `picture`. */
  readonly cells: Int8Array;
}

export interface Membrane {
  readonly name: string;
  readonly device: string;
  /** Cells along each side. */
  readonly n: number;
  /** Answered with the step at which it took effect. */
  command(command: MembraneCommand): Promise<{ readonly step: number }>;
  /** Pictures, one at a time: the next is taken when this one has been dealt with. Ends with the membrane. */
  frames(): AsyncIterable<Frame>;
  close(): Promise<void>;
}

export type LocalSimulation = Awaited<ReturnType<typeof openSimulation>>;

/** Persistent where the device can. `threads`: of a persistent grid on the CPU. */
export async function openSimulation(ring: RingKernel, n: number, params: MembraneParams, threads?: number) {
  const persistent = ring.context!.capabilities.persistentGrid;
  return Simulation.open(ring, stencil, {
    size: [n, n], params, boundary: { fixed: 0 }, execution: persistent ? 'persistent' : 'launched', slice: 8,
    ...(persistent && ring.backend === 'cpu' && threads !== undefined ? { settings: { threads } } : {}),
  });
}

/** Carries a command out. */
export async function obey(sim: LocalSimulation, n: number, c: MembraneCommand): Promise<{ readonly step: number }> {
  const urgent = true;
  switch (c.op) {
    case 'pause': return sim.pause();
    case 'resume': return sim.resume();
    case 'set': return sim.set(c.params, { urgent });
    case 'inject': return sim.inject({ at: c.at, radius: c.radius, amount: c.amount, urgent });
    case 'wall': return sim.paint({ field: 'wall', at: c.at, radius: c.radius, value: c.value, urgent });
    case 'source': return sim.addSource({ at: c.at, amplitude: c.amplitude, period: c.period }, { urgent });
    case 'clear': {
      const [done] = await Promise.all([sim.reset({ urgent }), sim.load('wall', new Float32Array(n * n), { urgent }), sim.set(c.params, { urgent })]);
      return done;
    }
  }
}

/** A picture of the membrane as it is after some step. */
export async function snapshot(sim: LocalSimulation, n: number): Promise<{ readonly step: number; readonly cells: Int8Array }> {
  const { step, fields } = await sim.snapshot({ fields: ['u', 'wall'], urgent: true });
  return { step, cells: picture(fields.u, fields.wall, new Int8Array(n * n)) };
}

/** A membrane in this page. */
export async function openHere(backend: BackendName | 'auto', n: number, params: MembraneParams, nextFrame: () => Promise<unknown>): Promise<Membrane> {
  const ring = await RingKernel.open({ backend });
  // One core is left for painting.
  const sim = await openSimulation(ring, n, params, Math.max(1, navigator.hardwareConcurrency - 1));
  await sim.play();
  let open = true;
  return {
    name: ring.backend, device: ring.context?.device.name ?? '', n,
    command: (c) => obey(sim, n, c),
    async *frames() {
      while (open) {
        await nextFrame();
        if (open) yield { ...await snapshot(sim, n), dropped: 0 };
      }
    },
    async close() {
      open = false;
      await sim.terminate();
      await ring.close();
    },
  };
}
