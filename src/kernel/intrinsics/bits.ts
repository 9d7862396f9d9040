import { integers, words } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

/** Counts are u32, except where JavaScript says otherwise; of 64-bit integers they are u32 too. */
export const bitRows: readonly IntrinsicRow[] = [
  {
    name: 'clz32', category: 'bits', doc: 'Leading zero bits of a 32-bit integer; 32 for 0.', on: ['Math'],
    types: words, params: ['T'], result: 'i32',
    emit: {
      js: 'Math.clz32($0)', wasm: 'i32.clz',
      cuda: '__clz((int)$0)', msl: 'int(clz($0))', wgsl: 'i32(countLeadingZeros($0))',
    },
  },
  {
    name: 'clz', category: 'bits', doc: 'Leading zero bits; the width for 0.', on: ['ctx'], types: integers, params: ['T'], result: 'u32',
    emit: {
      js: { i32: 'Math.clz32($0)', u32: 'Math.clz32($0)', i64: 'rk_clz64($0)', u64: 'rk_clz64($0)' }, wasm: { i32: 'i32.clz', u32: 'i32.clz', i64: 'i64.clz i32.wrap_i64', u64: 'i64.clz i32.wrap_i64' },
      cuda: { i32: '(u32)__clz($0)', u32: '(u32)__clz((int)$0)', i64: '(u32)__clzll($0)', u64: '(u32)__clzll((long long)$0)' },
      msl: 'uint(clz($0))', wgsl: { i32: 'u32(countLeadingZeros($0))', u32: 'countLeadingZeros($0)', i64: 'rk_clz64($0)', u64: 'rk_clz64($0)' },
    },
  },
  {
    name: 'ctz', category: 'bits', doc: 'Trailing zero bits; the width for 0.', on: ['ctx'], types: integers, params: ['T'], result: 'u32',
    emit: {
      js: { i32: '($0 === 0 ? 32 : 31 - Math.clz32($0 & -$0))', u32: '($0 === 0 ? 32 : 31 - Math.clz32($0 & -$0))', i64: 'rk_ctz64($0)', u64: 'rk_ctz64($0)' },
      wasm: { i32: 'i32.ctz', u32: 'i32.ctz', i64: 'i64.ctz i32.wrap_i64', u64: 'i64.ctz i32.wrap_i64' },
      cuda: { i32: '(u32)__clz((int)__brev((u32)$0))', u32: '(u32)__clz((int)__brev($0))', i64: '(u32)__clzll((long long)__brevll((u64)$0))', u64: '(u32)__clzll((long long)__brevll($0))' },
      msl: 'uint(ctz($0))', wgsl: { i32: 'u32(countTrailingZeros($0))', u32: 'countTrailingZeros($0)', i64: 'rk_ctz64($0)', u64: 'rk_ctz64($0)' },
    },
  },
  {
    name: 'ffs', category: 'bits', doc: 'Position of the lowest set bit, counted from 1; 0 for 0.', on: ['ctx'], types: integers, params: ['T'], result: 'u32',
    emit: {
      js: { i32: '($0 === 0 ? 0 : 32 - Math.clz32($0 & -$0))', u32: '($0 === 0 ? 0 : 32 - Math.clz32($0 & -$0))', i64: '($0 === 0n ? 0 : rk_ctz64($0) + 1)', u64: '($0 === 0n ? 0 : rk_ctz64($0) + 1)' },
      wasm: { i32: '$0 i32.ctz i32.const:1 i32.add i32.const:0 $0 select', u32: '$0 i32.ctz i32.const:1 i32.add i32.const:0 $0 select', i64: '$0 i64.ctz i32.wrap_i64 i32.const:1 i32.add i32.const:0 $0 i64.const:0 i64.ne select', u64: '$0 i64.ctz i32.wrap_i64 i32.const:1 i32.add i32.const:0 $0 i64.const:0 i64.ne select' },
      cuda: { i32: '(u32)__ffs($0)', u32: '(u32)__ffs((int)$0)', i64: '(u32)__ffsll($0)', u64: '(u32)__ffsll((long long)$0)' },
      msl: '($0 == 0 ? 0u : uint(ctz($0)) + 1u)', wgsl: { i32: 'select(u32(countTrailingZeros($0)) + 1u, 0u, $0 == 0)', u32: 'select(countTrailingZeros($0) + 1u, 0u, $0 == 0u)', i64: 'rk_ffs64($0)', u64: 'rk_ffs64($0)' },
    },
  },
  {
    name: 'popcount', category: 'bits', doc: 'How many bits are set.', on: ['ctx'], types: integers, params: ['T'], result: 'u32',
    emit: {
      js: { i32: 'rk_popcount($0)', u32: 'rk_popcount($0)', i64: 'rk_popcount64($0)', u64: 'rk_popcount64($0)' },
      wasm: { i32: 'i32.popcnt', u32: 'i32.popcnt', i64: 'i64.popcnt i32.wrap_i64', u64: 'i64.popcnt i32.wrap_i64' },
      cuda: { i32: '(u32)__popc((u32)$0)', u32: '(u32)__popc($0)', i64: '(u32)__popcll((u64)$0)', u64: '(u32)__popcll($0)' },
      msl: 'uint(popcount($0))', wgsl: { i32: 'u32(countOneBits($0))', u32: 'countOneBits($0)', i64: 'rk_popcount64($0)', u64: 'rk_popcount64($0)' },
    },
  },
  {
    name: 'brev', category: 'bits', doc: 'Bits in reverse order.', on: ['ctx'], types: words, params: ['T'], result: 'T',
    emit: { js: 'rk_reverse($0)', wasm: '@reverse_bits', cuda: { i32: '(i32)__brev((u32)$0)', u32: '__brev($0)' }, msl: 'reverse_bits($0)', wgsl: 'reverseBits($0)' },
  },
  ...(['rotl', 'rotr'] as const).map((name): IntrinsicRow => ({
    name, category: 'bits', doc: `Rotates bits to the ${name === 'rotl' ? 'left' : 'right'}; the count is taken modulo the width.`, on: ['ctx'], types: ['u32', 'i32', 'u64', 'i64'], params: ['T', 'u32'], result: 'T',
    emit: {
      js: name === 'rotl'
        ? { u32: '(($0 << $1 | $0 >>> (32 - ($1 & 31) & 31)) >>> 0)', i32: '($0 << $1 | $0 >>> (32 - ($1 & 31) & 31))', u64: 'rk_rotl64($0, $1)', i64: 'rk_rotl64($0, $1)' }
        : { u32: '(($0 >>> $1 | $0 << (32 - ($1 & 31) & 31)) >>> 0)', i32: '($0 >>> $1 | $0 << (32 - ($1 & 31) & 31))', u64: 'rk_rotl64($0, 64 - ($1 & 63))', i64: 'rk_rotl64($0, 64 - ($1 & 63))' },
      wasm: { u32: `i32.${name}`, i32: `i32.${name}`, u64: `$0 $1 i64.extend_i32_u i64.${name}`, i64: `$0 $1 i64.extend_i32_u i64.${name}` },
      cuda: name === 'rotl'
        ? { u32: '__funnelshift_l($0, $0, $1)', i32: '(i32)__funnelshift_l((u32)$0, (u32)$0, $1)', u64: 'rk_rotl64($0, $1)', i64: '(i64)rk_rotl64((u64)$0, $1)' }
        : { u32: '__funnelshift_r($0, $0, $1)', i32: '(i32)__funnelshift_r((u32)$0, (u32)$0, $1)', u64: 'rk_rotl64($0, 0u - $1)', i64: '(i64)rk_rotl64((u64)$0, 0u - $1)' },
      msl: name === 'rotl' ? 'rotate($0, $t($1))'
        : { u32: 'rotate($0, 32u - ($1 & 31u))', i32: 'rotate($0, int(32u - ($1 & 31u)))', u64: 'rotate($0, ulong(64u - ($1 & 63u)))', i64: 'rotate($0, long(64u - ($1 & 63u)))' },
      wgsl: name === 'rotl'
        ? { u32: '(($0 << ($1 & 31u)) | ($0 >> ((32u - ($1 & 31u)) & 31u)))', i32: 'bitcast<i32>((bitcast<u32>($0) << ($1 & 31u)) | (bitcast<u32>($0) >> ((32u - ($1 & 31u)) & 31u)))', u64: 'rk_rotl64($0, $1)', i64: 'rk_rotl64($0, $1)' }
        : { u32: '(($0 >> ($1 & 31u)) | ($0 << ((32u - ($1 & 31u)) & 31u)))', i32: 'bitcast<i32>((bitcast<u32>($0) >> ($1 & 31u)) | (bitcast<u32>($0) << ((32u - ($1 & 31u)) & 31u)))', u64: 'rk_rotl64($0, 64u - ($1 & 63u))', i64: 'rk_rotl64($0, 64u - ($1 & 63u))' },
    },
  })),
  ...([['bitsOf', 'f32', 'u32', 'The bits of a float.'], ['floatOf', 'u32', 'f32', 'The float with these bits.']] as const).map(([name, from, to, doc]): IntrinsicRow => ({
    name, category: 'bits', doc, on: ['ctx'], types: [], params: [from], result: to,
    emit: {
      js: name === 'bitsOf' ? 'rk_bits_of_f32($0)' : 'rk_f32_of_bits($0)', wasm: name === 'bitsOf' ? 'i32.reinterpret_f32' : 'f32.reinterpret_i32', cuda: name === 'bitsOf' ? '__float_as_uint($0)' : '__uint_as_float($0)',
      msl: name === 'bitsOf' ? 'as_type<uint>($0)' : 'as_type<float>($0)', wgsl: name === 'bitsOf' ? 'bitcast<u32>($0)' : 'bitcast<f32>($0)',
    },
  })),
];
