import type { BufferParam, GlobalProgram, ValueParam } from '../ir.ts';

/** Rows of the intrinsics table that tell a buffer's size, in the order they are passed. */
export type Extent = 'length' | 'width' | 'height' | 'depth';

/** The extents that a buffer parameter is passed with, each a u32. */
export const extentsOf = (param: BufferParam): readonly Extent[] =>
  (['length', 'width', 'height', 'depth'] as const).slice(0, param.grid === 0 ? 1 : param.grid + 1);

/** One argument of an emitted kernel. What every target's launcher passes, in this order. */
export type EntryArgument =
  | { readonly kind: 'buffer'; readonly param: BufferParam }
  | { readonly kind: 'extent'; readonly param: BufferParam; readonly extent: Extent }
  | { readonly kind: 'value'; readonly param: ValueParam };

/** The arguments of a global kernel: each buffer followed by its extents, values as they are. */
export const entryArguments = (program: GlobalProgram): readonly EntryArgument[] =>
  program.params.flatMap((param): EntryArgument[] => param.kind === 'value' ? [{ kind: 'value', param }]
    : [{ kind: 'buffer', param }, ...extentsOf(param).map((extent): EntryArgument => ({ kind: 'extent', param, extent }))]);
