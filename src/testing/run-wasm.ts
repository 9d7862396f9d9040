/** Runs emitted WebAssembly by itself, without an engine: for comparing it with the interpreter and exact JavaScript. */
import { abiModule, FaultRecord, faultKinds, offsetOf, type FaultKind } from '../engine/abi.ts';
import { emitWasm, type WasmOptions, type WasmResult } from '../kernel/emit/wasm/index.ts';
import { mathImports } from '../kernel/emit/wasm/math-imports.ts';
import { mathModule } from '../kernel/emit/wasm/routines.ts';
import type { Program } from '../kernel/ir.ts';
import { roundUp } from '../layout/types.ts';
import { viewsOf, type Views } from '../message/codec.ts';

export interface WasmRun {
  readonly result: WasmResult;
  readonly exports: Readonly<Record<string, (...args: (number | bigint)[]) => number | bigint>>;
  readonly views: Views;
  /** First byte that neither the module nor this harness uses. */
  readonly free: number;
  /** What the module recorded before it trapped. */
  fault(): { readonly kind: FaultKind; readonly source: number; readonly start: number; readonly end: number } | null;
}

const page = 65_536;

/** Instantiates a program over a fresh memory of `pages`. `functions` are the engine's functions it may import. */
export function runWasm(
  program: Program, options: WasmOptions & { readonly pages?: number; readonly functions?: Readonly<Record<string, (...args: never[]) => unknown>> } = {},
): WasmRun {
  const pages = options.pages ?? 16;
  const shared = options.memory?.shared ?? false;
  const result = emitWasm(program, { memory: { initial: 1, maximum: pages, shared }, ...options });
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  const fault = 64;
  const constants = fault + FaultRecord.size;
  const scratch = roundUp(constants + result.constants.length, 16);
  const free = roundUp(scratch + result.scratch, 64);
  if (free > pages * page) throw new RangeError('memory too small');
  const global = (value: number): WebAssembly.Global => new WebAssembly.Global({ value: 'i32', mutable: false }, value);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(result.binary), {
    [abiModule]: { memory, fault: global(fault), constants: global(constants), scratch: global(scratch), ...options.functions } as WebAssembly.ModuleImports,
    [mathModule]: mathImports,
  });
  const views = viewsOf(memory.buffer);
  views.u8.set(result.constants, constants);
  const word = (field: string): number => views.u32[(fault + offsetOf(FaultRecord, field)) / 4]!;
  return {
    result, views, free,
    exports: instance.exports as WasmRun['exports'],
    fault: () => {
      const kind = faultKinds[word('kind')]!;
      return kind === 'none' ? null : { kind, source: word('source'), start: word('start'), end: word('end') };
    },
  };
}
