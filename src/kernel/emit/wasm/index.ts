/** Programs to WebAssembly modules. What such a module imports and exports is `engine/abi.ts`. */
import type { Program } from '../../ir.ts';
import type { Struct } from '../../../layout/types.ts';
import type { WasmOptions } from './context.ts';
import { listModule } from './encode/listing.ts';
import { globalKernel } from './global.ts';
import { begun, encoded, plainEntries, type WasmBinary } from './plain.ts';

export type { WasmOptions } from './context.ts';
export { BufferArgument, globalArguments } from './arguments.ts';

export interface WasmResult extends WasmBinary {
  /** The module as text. */
  readonly listing: string;
  /** How a global kernel's arguments lie in memory; null for other programs. */
  readonly arguments: Struct | null;
}

export function emitWasm(given: Program, options: WasmOptions = {}): WasmResult {
  const { ctx, program } = begun(given, options);
  let args: Struct | null = null;
  if (program.kind === 'global') args = globalKernel(ctx, program);
  else plainEntries(ctx, program);
  return { ...encoded(ctx), listing: listModule(ctx.module), arguments: args };
}
