/**
 * `ringkernel/codegen`: the intermediate representation and the emitters, for those who want the generated
 * code and nothing else.
 */
export { printIr } from './kernel/print.ts';
export type * from './kernel/ir.ts';
export { intrinsics, type IntrinsicRow } from './kernel/intrinsics/table.ts';
export { emitJs, instantiateJs, type JsResult } from './kernel/emit/js/index.ts';
export { emitWasm, type WasmResult } from './kernel/emit/wasm/index.ts';
export { cudaCompileOptions, emitCuda, type CudaSource } from './kernel/emit/cuda/index.ts';
export { emitMsl } from './kernel/emit/msl/index.ts';
export { emitWgslGlobal } from './kernel/emit/wgsl/global.ts';
