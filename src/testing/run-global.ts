/** Runs a global kernel by itself on the CPU, as WebAssembly or as JavaScript, with the input of `interpretGlobal`. */
import { emitJs, instantiateJs } from '../kernel/emit/js/index.ts';
import { globalArguments, type WasmOptions } from '../kernel/emit/wasm/index.ts';
import type { GlobalProgram } from '../kernel/ir.ts';
import { roundUp } from '../layout/types.ts';
import { codecOf, viewsOf, type Views } from '../message/codec.ts';
import { runWasm } from './run-wasm.ts';

type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array;

export interface GlobalRun {
  /** Results are written back into them. */
  readonly buffers: Readonly<Record<string, TypedArray>>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly extents?: Readonly<Record<string, readonly number[]>>;
  readonly grid: readonly [number, number?, number?];
}

type Run = (...args: number[]) => unknown;

function call(program: GlobalProgram, input: GlobalRun, views: Views, free: number, run: Run): void {
  const layout = globalArguments(program);
  const args = roundUp(free, 64);
  let next = roundUp(args + layout.size, 64);
  const values: Record<string, unknown> = { ...input.values };
  const placed = Object.entries(input.buffers).map(([name, data]) => {
    const [width = 0, height = width === 0 ? 0 : 1, depth = height === 0 ? 0 : 1] = input.extents?.[name] ?? [];
    values[name] = { address: next, length: data.length, width, height, depth };
    const at = next;
    next = roundUp(next + data.byteLength, 64);
    views.u8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    return { data, at };
  });
  if (layout.fields.length > 0) codecOf(layout).encode(views, args, values as never);
  const [x, y = 1, z = 1] = input.grid;
  run(args, x, y, z, 0, x * y * z);
  for (const { data, at } of placed) {
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(views.u8.subarray(at, at + data.byteLength));
  }
}

const pagesFor = (input: GlobalRun): number => 2 + Math.ceil(Object.values(input.buffers).reduce((n, b) => n + b.byteLength + 64, 0) / 65_536);

export function globalAsWasm(program: GlobalProgram, input: GlobalRun, options: WasmOptions = {}): void {
  const wasm = runWasm(program, { ...options, pages: pagesFor(input) });
  call(program, input, wasm.views, wasm.free, wasm.exports['run'] as Run);
}

export function globalAsJs(program: GlobalProgram, input: GlobalRun, exact = false): void {
  const views = viewsOf(new ArrayBuffer(pagesFor(input) * 65_536));
  call(program, input, views, 64, instantiateJs(program, emitJs(program, { exact }), { views })['run'] as Run);
}
