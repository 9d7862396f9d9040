/** Shapes that many rows share. */
import type { ScalarName } from '../../layout/types.ts';
import type { IntrinsicRow } from './table.ts';

export const floats = ['f32', 'f64'] as const satisfies readonly ScalarName[];
export const numbers = ['f32', 'f64', 'i32', 'u32', 'i64', 'u64'] as const satisfies readonly ScalarName[];
export const signed = ['f32', 'f64', 'i32'] as const satisfies readonly ScalarName[];
export const words = ['i32', 'u32'] as const satisfies readonly ScalarName[];
export const integers = ['i32', 'u32', 'i64', 'u64'] as const satisfies readonly ScalarName[];

/** A function of floats that gives a float. */
export const floatRow = (
  name: string, category: IntrinsicRow['category'], doc: string, on: IntrinsicRow['on'], operands: number, emit: IntrinsicRow['emit'], rest: Partial<IntrinsicRow> = {},
): IntrinsicRow => ({ name, category, doc, on, types: floats, params: Array.from({ length: operands }, () => 'T' as const), result: 'T', emit, ...rest });

/** A function that every target's library has under the same name, CUDA's f32 form with an `f` behind it. */
export const libraryRow = (
  name: string, category: IntrinsicRow['category'], doc: string, operands: number, ulp: number, spelled: { readonly wgsl?: string; readonly msl?: string; readonly cuda?: string; readonly within?: number } = {},
): IntrinsicRow => {
  const args = Array.from({ length: operands }, (_, k) => `$${k}`).join(', ');
  const cuda = spelled.cuda ?? name;
  return floatRow(name, category, doc, ['Math', 'ctx'], operands, {
    js: `Math.${name}(${args})`, wasm: `@math.${name}/${operands}`,
    cuda: { f32: `${cuda}f(${args})`, f64: `${cuda}(${args})` }, msl: { f32: spelled.msl ?? `${name}(${args})` }, wgsl: { f32: spelled.wgsl ?? `${name}(${args})` },
  }, { ulp: { f32: ulp, f64: 4 }, ...(spelled.within === undefined ? {} : { within: spelled.within }) });
};
