/** The low-level faces that can be had here, for tests that run global kernels everywhere. */
import { backend as cpu } from '../../src/backend/cpu/index.ts';
import type { Context } from '../../src/backend/contract.ts';
import { metalBackend } from '../../src/backend/metal/index.ts';
import type { Target } from '../../src/kernel/intrinsics/table.ts';
import type { Leniency } from '../../src/testing/intrinsics/judge.ts';
import { fakeCuda } from '../fake/cuda/build.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { missing } from './tools.ts';
import { withoutWebGpu } from './webgpu.ts';

export interface Place {
  readonly name: string;
  readonly skip: boolean;
  readonly target: Target;
  /** What the target does not promise about numbers. */
  readonly leniency: Leniency;
  open(): Promise<Context>;
}

const strict: Leniency = { flush: false, finiteOnly: false };

export const places: readonly Place[] = [
  { name: 'cpu, 2 threads', skip: false, target: 'wasm', leniency: strict, open: () => cpu.createContext({ settings: { threads: 2 } }) },
  { name: 'webgpu', skip: withoutWebGpu(), target: 'wgsl', leniency: { flush: true, finiteOnly: true }, open: async () => (await import('../../src/backend/webgpu/index.ts')).backend.createContext() },
  {
    name: 'cuda, fake driver', skip: missing('gxx'), target: 'cuda', leniency: strict, open: async () => {
      const fake = fakeCuda();
      if ('missing' in fake) throw new Error(fake.missing);
      return (await import('../../src/backend/cuda/index.ts')).backend.createContext({ settings: { ...fake.settings } });
    },
  },
  { name: 'metal, emulated', skip: missing('clang'), target: 'msl', leniency: strict, open: () => metalBackend({ libraries: fakeMetal().libraries }).createContext() },
];

export { Bench, type Typed } from './bench.ts';
