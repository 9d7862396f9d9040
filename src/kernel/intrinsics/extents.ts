import type { IntrinsicRow, Target } from './table.ts';

const extent = (name: string, doc: string): IntrinsicRow => ({
  name, category: 'stencil', doc, on: [], types: [], params: [], result: 'u32', places: 1,
  // The operand is the buffer's name; the emitters pass its extents beside it under these names.
  emit: { js: `$0_${name}`, wasm: `@${name}`, cuda: `$0_${name}`, msl: `$0_${name}`, wgsl: `$0_${name}` } satisfies { [K in Target]?: string },
});

/**
 * How large a buffer parameter is. The front end emits these for `x.length`, `u.w`, `u.h`, `u.d` and for
 * indexing grids; the place is the bare buffer.
 */
export const extentRows: readonly IntrinsicRow[] = [
  extent('length', 'Elements of an array or grid.'),
  extent('width', 'Columns of a grid.'),
  extent('height', 'Rows of a grid.'),
  extent('depth', 'Layers of a 3-D grid.'),
];
