/** Actors and device functions to WebAssembly modules: all but global kernels, which `index.ts` adds. */
import type { ActorProgram, FunctionProgram, Program } from '../../ir.ts';
import { optimise } from '../../passes/index.ts';
import { ProgramContext, type WasmOptions } from './context.ts';
import { encodeModule } from './encode/encode.ts';
import { handler, helper, plainFunction } from './functions.ts';

export interface WasmBinary {
  readonly binary: Uint8Array<ArrayBuffer>;
  /** What must lie at the imported global `constants` before the first call. */
  readonly constants: Uint8Array<ArrayBuffer>;
  /** Bytes used at the imported global `scratch`. */
  readonly scratch: number;
}

/** The program as it is compiled, in a module that has its helpers. */
export function begun<P extends Program>(given: P, options: WasmOptions): { readonly ctx: ProgramContext; readonly program: P } {
  const program = options.optimise === false ? given : optimise(given) as P;
  const ctx = new ProgramContext(program, options);
  for (const fn of program.functions) helper(ctx, fn);
  return { ctx, program };
}

export function plainEntries(ctx: ProgramContext, program: ActorProgram | FunctionProgram): void {
  if (program.kind === 'actor') for (const h of program.handlers) handler(ctx, h);
  else plainFunction(ctx, program);
}

export const encoded = (ctx: ProgramContext): WasmBinary => ({
  binary: encodeModule(ctx.module), constants: ctx.constantBytes(), scratch: Math.max(0, ...ctx.scratchEnd.values()),
});

export function emitWasmPlain(given: ActorProgram | FunctionProgram, options: WasmOptions = {}): WasmBinary {
  const { ctx, program } = begun(given, options);
  plainEntries(ctx, program);
  return encoded(ctx);
}
