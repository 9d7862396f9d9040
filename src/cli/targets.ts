/** What `ringkernel codegen` can print: one row a target, loaded when asked for. */
import { fail } from '../error/index.ts';
import { joinLines } from '../kernel/emit/lines.ts';
import type { Program } from '../kernel/ir.ts';

export interface TargetRow {
  readonly extension: string;
  readonly summary: string;
  /** Kinds of program the target takes. */
  print(program: Program): Promise<string>;
}

/** Passes have no raw memory that a device function of its own could be handed. */
const noFunctions = (program: Program, backend: string): Error =>
  fail('CapabilityMissing', { kernel: program.id, backend, missing: 'device functions over raw memory' });

export const targets = {
  ir: { extension: 'ir.txt', summary: 'the typed intermediate representation', print: async (p) => (await import('../kernel/print.ts')).printIr(p) },
  wasm: { extension: 'wat', summary: 'WebAssembly, as a listing', print: async (p) => (await import('../kernel/emit/wasm/index.ts')).emitWasm(p).listing },
  js: { extension: 'js', summary: 'exact JavaScript', print: async (p) => (await import('../kernel/emit/js/index.ts')).emitJs(p).source },
  cuda: { extension: 'cu', summary: 'CUDA C++', print: async (p) => (await import('../kernel/emit/cuda/index.ts')).emitCuda(p).text },
  msl: {
    extension: 'metal', summary: 'Metal Shading Language', print: async (p) => {
      const { emitMsl, emitMslActor } = await import('../kernel/emit/msl/index.ts');
      switch (p.kind) {
        case 'global': return emitMsl(p).source;
        case 'actor': return joinLines(emitMslActor(p, 'kind0', 0, []).lines);
        case 'function': throw noFunctions(p, 'metal');
      }
    },
  },
  wgsl: {
    extension: 'wgsl', summary: 'WebGPU Shading Language', print: async (p) => {
      switch (p.kind) {
        case 'global': return (await import('../kernel/emit/wgsl/global.ts')).emitWgslGlobal(p).source;
        case 'actor': {
          const actor = (await import('../kernel/emit/wgsl/actor.ts')).emitWgslActor(p, 'k0_', 0, [], 0);
          return [...actor.declarations, joinLines(actor.lines)].join('\n');
        }
        case 'function': throw noFunctions(p, 'webgpu');
      }
    },
  },
} as const satisfies Record<string, TargetRow>;

export type TargetName = keyof typeof targets;
