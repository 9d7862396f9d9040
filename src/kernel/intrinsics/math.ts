import type { IntrinsicRow } from './table.ts';

export const mathRows: readonly IntrinsicRow[] = [
  {
    name: 'sqrt', category: 'math', doc: 'Square root; NaN for negative numbers.', on: ['Math', 'ctx'],
    types: ['f32', 'f64'], params: ['T'], result: 'T',
    emit: {
      js: 'Math.sqrt($0)', wasm: { f32: 'f32.sqrt', f64: 'f64.sqrt' },
      cuda: { f32: '__fsqrt_rn($0)', f64: '__dsqrt_rn($0)' }, msl: { f32: 'sqrt($0)' }, wgsl: { f32: 'sqrt($0)' },
    },
  },
];
