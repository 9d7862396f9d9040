/** Programs to WebAssembly modules. What such a module imports and exports is `engine/abi.ts`. */
import type { Program } from '../../ir.ts';
import { optimise } from '../../passes/index.ts';
import { ProgramContext, type WasmOptions } from './context.ts';
import { encodeModule } from './encode/encode.ts';
import { listModule } from './encode/listing.ts';
import { handler, helper, plainFunction } from './functions.ts';
import type { Struct } from '../../../layout/types.ts';
import { globalKernel } from './global.ts';

export type { WasmOptions } from './context.ts';
export { BufferArgument, globalArguments } from './arguments.ts';

export interface WasmResult {
  readonly binary: Uint8Array<ArrayBuffer>;
  /** The module as text. */
  readonly listing: string;
  /** What must lie at the imported global `constants` before the first call. */
  readonly constants: Uint8Array<ArrayBuffer>;
  /** Bytes used at the imported global `scratch`. */
  readonly scratch: number;
  /** How a global kernel's arguments lie in memory; null for other programs. */
  readonly arguments: Struct | null;
}

export function emitWasm(given: Program, options: WasmOptions = {}): WasmResult {
  const program = options.optimise === false ? given : optimise(given);
  const ctx = new ProgramContext(program, options);
  for (const fn of program.functions) helper(ctx, fn);
  let args: Struct | null = null;
  switch (program.kind) {
    case 'actor': for (const h of program.handlers) handler(ctx, h); break;
    case 'function': plainFunction(ctx, program); break;
    case 'global': args = globalKernel(ctx, program); break;
  }
  return {
    binary: encodeModule(ctx.module),
    listing: listModule(ctx.module),
    constants: ctx.constantBytes(),
    scratch: Math.max(0, ...ctx.scratchEnd.values()),
    arguments: args,
  };
}
