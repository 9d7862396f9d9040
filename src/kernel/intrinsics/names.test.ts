/** The functions a port of a CUDA kernel looks for: each has a row, under the name here where it differs. */
import { expect, it } from 'vitest';
import { intrinsics } from './table.ts';

const rows: Readonly<Record<string, string>> = {
  sync_threads: 'barrier', sync_threads_count: 'barrierCount', sync_threads_and: 'barrierAll', sync_threads_or: 'barrierAny',
  thread_fence: 'fenceDevice', thread_fence_block: 'fenceGroup', thread_fence_system: 'fenceSystem',
  atomic_add: 'atomicAdd', atomic_sub: 'atomicSub', atomic_min: 'atomicMin', atomic_max: 'atomicMax', atomic_exch: 'atomicExchange', atomic_cas: 'atomicCompareExchange',
  atomic_and: 'atomicAnd', atomic_or: 'atomicOr', atomic_xor: 'atomicXor', atomic_inc: 'atomicIncrement', atomic_dec: 'atomicDecrement',
  ...Object.fromEntries(['sqrt', 'rsqrt', 'abs', 'floor', 'ceil', 'round', 'trunc', 'fma', 'min', 'max', 'fmin', 'fmax', 'remainder', 'copysign', 'cbrt', 'hypot',
    'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinpi', 'cospi', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh',
    'exp', 'exp2', 'exp10', 'expm1', 'log', 'log2', 'log10', 'log1p', 'pow', 'powi', 'ldexp', 'scalbn', 'ilogb', 'lgamma', 'tgamma', 'erf', 'erfc', 'erfinv', 'erfcinv',
    'rcp', 'saturate', 'j0', 'j1', 'y0', 'y1', 'normcdf', 'normcdfinv', 'signbit', 'nextafter', 'fdim', 'popcount', 'clz', 'ctz', 'ffs', 'brev', 'nanosleep'].map((n) => [n, n])),
  cyl_bessel_i0: 'besselI0', cyl_bessel_i1: 'besselI1', is_nan: 'isNaN', is_infinite: 'isInfinite', is_finite: 'isFinite', is_normal: 'isNormal',
  warp_shuffle: 'shuffle', warp_shuffle_up: 'shuffleUp', warp_shuffle_down: 'shuffleDown', warp_shuffle_xor: 'shuffleXor', warp_ballot: 'ballot', warp_all: 'subgroupAll', warp_any: 'subgroupAny',
  warp_match_any: 'matchAny', warp_match_all: 'matchAll', warp_reduce_add: 'subgroupAdd', warp_reduce_min: 'subgroupMin', warp_reduce_max: 'subgroupMax',
  warp_reduce_and: 'subgroupAnd', warp_reduce_or: 'subgroupOr', warp_reduce_xor: 'subgroupXor', lane_id: 'lane', warp_size: 'laneCount',
  byte_perm: 'bytePermute', funnel_shift_left: 'funnelShiftLeft', funnel_shift_right: 'funnelShiftRight', clock64: 'cycles',
  thread_idx_x: 'localX', thread_idx_y: 'localY', thread_idx_z: 'localZ', block_idx_x: 'groupX', block_idx_y: 'groupY', block_idx_z: 'groupZ',
  block_dim_x: 'groupSizeX', block_dim_y: 'groupSizeY', block_dim_z: 'groupSizeZ', grid_dim_x: 'gridSizeX', grid_dim_y: 'gridSizeY', grid_dim_z: 'gridSizeZ',
  block_reduce_sum: 'groupAdd', block_reduce_min: 'groupMin', block_reduce_max: 'groupMax', block_reduce_and: 'groupAnd', block_reduce_or: 'groupOr',
  grid_reduce_sum: 'gridAdd', grid_reduce_min: 'gridMin', grid_reduce_max: 'gridMax', reduce_and_broadcast: 'groupAdd', hlc_now: 'now', hlc_tick: 'now',
};

it.each(Object.entries(rows))('%s is %s', (_, name) => expect(intrinsics.has(name)).toBe(true));
