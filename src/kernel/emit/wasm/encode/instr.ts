import type { GlobalRef, FuncRef } from './module.ts';

export type ValType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** A place a branch can go to: the end of a block, the start of a loop. */
export interface Label {
  readonly name: string;
}

/** One instruction. Branches name labels and calls name functions; numbers appear only in the binary. */
export type Instr =
  | { readonly op: 'plain'; readonly name: string; readonly offset: number; readonly lane: number }
  | { readonly op: 'const'; readonly type: 'i32' | 'i64' | 'f32' | 'f64'; readonly value: number | bigint }
  | { readonly op: 'v128.const'; readonly lanes: readonly [number, number, number, number] }
  | { readonly op: 'local.get' | 'local.set' | 'local.tee'; readonly index: number }
  | { readonly op: 'global.get' | 'global.set'; readonly global: GlobalRef }
  | { readonly op: 'call'; readonly fn: FuncRef }
  | { readonly op: 'call_indirect'; readonly params: readonly ValType[]; readonly results: readonly ValType[] }
  | { readonly op: 'block' | 'loop' | 'if'; readonly label: Label; readonly results: readonly ValType[] }
  | { readonly op: 'else' | 'end' }
  | { readonly op: 'br' | 'br_if'; readonly label: Label }
  | { readonly op: 'br_table'; readonly labels: readonly Label[]; readonly otherwise: Label };
