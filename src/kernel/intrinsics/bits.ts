import type { IntrinsicRow } from './table.ts';

export const bitRows: readonly IntrinsicRow[] = [
  {
    name: 'clz32', category: 'bits', doc: 'Leading zero bits of a 32-bit integer; 32 for 0.', on: ['Math'],
    types: ['i32', 'u32'], params: ['T'], result: 'i32',
    emit: {
      js: 'Math.clz32($0)', wasm: 'i32.clz',
      cuda: '__clz((int)$0)', msl: 'int(clz($0))', wgsl: 'i32(countLeadingZeros($0))',
    },
  },
];
