/** What `ringkernel codegen` can print: one row a target, loaded when asked for. */
import type { Program } from '../kernel/ir.ts';

export interface TargetRow {
  readonly extension: string;
  readonly summary: string;
  /** Kinds of program the target takes. */
  print(program: Program): Promise<string>;
}

export const targets = {
  ir: { extension: 'ir.txt', summary: 'the typed intermediate representation', print: async (p) => (await import('../kernel/print.ts')).printIr(p) },
  wasm: { extension: 'wat', summary: 'WebAssembly, as a listing', print: async (p) => (await import('../kernel/emit/wasm/index.ts')).emitWasm(p).listing },
  js: { extension: 'js', summary: 'exact JavaScript', print: async (p) => (await import('../kernel/emit/js/index.ts')).emitJs(p).source },
  cuda: { extension: 'cu', summary: 'CUDA C++', print: async (p) => (await import('../kernel/emit/cuda/index.ts')).emitCuda(p).text },
} as const satisfies Record<string, TargetRow>;

export type TargetName = keyof typeof targets;
