/**
 * Every name that the field's kernels call on a device, and what carries it here: a row of the table, or a way to
 * write it in the language. Ways are compiled, so that a name whose way is gone fails here.
 */
import { describe, expect, it } from 'vitest';
import { RingKernel } from '../../runtime/ring-kernel.ts';
import type { KernelStatus } from '../../runtime/handle.ts';
import { f32, u32, u64 } from '../../layout/types.ts';
import { message } from '../../message/message.ts';
import { globalKernel, gridRead, gridRead3, gridWrite, read, ringKernel, write } from '../define.ts';
import { intrinsics } from './table.ts';

/** Names of rows that are the same, or only written in the other style. */
const alike = [
  'sqrt', 'rsqrt', 'abs', 'floor', 'ceil', 'round', 'trunc', 'fma', 'min', 'max', 'fmin', 'fmax', 'remainder', 'copysign', 'cbrt', 'hypot',
  'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sincos', 'sinpi', 'cospi', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh',
  'exp', 'exp2', 'exp10', 'expm1', 'log', 'log2', 'log10', 'log1p', 'pow', 'powi', 'ldexp', 'scalbn', 'ilogb', 'lgamma', 'tgamma', 'erf', 'erfc', 'erfinv', 'erfcinv',
  'rcp', 'saturate', 'j0', 'j1', 'jn', 'y0', 'y1', 'yn', 'normcdf', 'normcdfinv', 'signbit', 'nextafter', 'fdim', 'nan', 'popcount', 'clz', 'ctz', 'ffs', 'brev', 'nanosleep',
  'prefetch_l1', 'prefetch_l2', 'funnel_shift_left', 'funnel_shift_right', 'atomic_add', 'atomic_sub', 'atomic_min', 'atomic_max', 'atomic_and', 'atomic_or', 'atomic_xor', 'atomic_exchange',
];
const camel = (name: string): string => name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());

const rows: Readonly<Record<string, string>> = {
  ...Object.fromEntries(alike.map((n) => [n, camel(n)])),
  sync_threads: 'barrier', sync_grid: 'gridBarrier', sync_threads_count: 'barrierCount', sync_threads_and: 'barrierAll', sync_threads_or: 'barrierAny',
  thread_fence: 'fenceDevice', thread_fence_block: 'fenceGroup', thread_fence_system: 'fenceSystem',
  atomic_exch: 'atomicExchange', atomic_cas: 'atomicCompareExchange', atomic_compare_swap: 'atomicCompareExchange', atomic_inc: 'atomicIncrement', atomic_dec: 'atomicDecrement',
  fabs: 'abs', mul_add: 'fma', ln: 'log', powf: 'pow', gamma: 'tgamma', recip: 'rcp', clamp_01: 'saturate', norm_cdf: 'normcdf', norm_cdf_inv: 'normcdfinv',
  cyl_bessel_i0: 'besselI0', cyl_bessel_i1: 'besselI1',
  is_nan: 'isNaN', isnan: 'isNaN', is_infinite: 'isInfinite', isinf: 'isInfinite', is_finite: 'isFinite', isfinite: 'isFinite', is_normal: 'isNormal', isnormal: 'isNormal', is_sign_negative: 'signbit',
  warp_shfl: 'shuffle', warp_shuffle: 'shuffle', warp_shfl_up: 'shuffleUp', warp_shuffle_up: 'shuffleUp', warp_shfl_down: 'shuffleDown', warp_shuffle_down: 'shuffleDown', warp_shfl_xor: 'shuffleXor', warp_shuffle_xor: 'shuffleXor',
  warp_active_mask: 'activeMask', active_mask: 'activeMask', warp_ballot: 'ballot', ballot: 'ballot', warp_all: 'subgroupAll', warp_any: 'subgroupAny', warp_match_any: 'matchAny', warp_match_all: 'matchAll',
  warp_reduce_add: 'subgroupAdd', warp_reduce_min: 'subgroupMin', warp_reduce_max: 'subgroupMax', warp_reduce_and: 'subgroupAnd', warp_reduce_or: 'subgroupOr', warp_reduce_xor: 'subgroupXor',
  popc: 'popcount', count_ones: 'popcount', leading_zeros: 'clz', trailing_zeros: 'ctz', reverse_bits: 'brev', byte_perm: 'bytePermute',
  thread_idx_x: 'localX', thread_idx_y: 'localY', thread_idx_z: 'localZ', block_idx_x: 'groupX', block_idx_y: 'groupY', block_idx_z: 'groupZ',
  block_dim_x: 'groupSizeX', block_dim_y: 'groupSizeY', block_dim_z: 'groupSizeZ', grid_dim_x: 'gridSizeX', grid_dim_y: 'gridSizeY', grid_dim_z: 'gridSizeZ', warp_size: 'laneCount', clock64: 'cycles',
  block_reduce_sum: 'groupAdd', block_reduce_min: 'groupMin', block_reduce_max: 'groupMax', block_reduce_and: 'groupAnd', block_reduce_or: 'groupOr',
  grid_reduce_sum: 'gridAdd', grid_reduce_min: 'gridMin', grid_reduce_max: 'gridMax', reduce_and_broadcast: 'groupAdd',
  // Of the context of a handler or kernel.
  thread_id: 'localId', block_id: 'groupId', global_thread_id: 'id', lane_id: 'lane', kernel_id: 'self', now: 'now',
  hlc_tick: 'now', hlc_now: 'now', hlc_update: 'hlcUpdate',
};

const In = message('In', { a: u32, x: f32, stamp: u64 });
const Out = message('Out', { a: u32 });
const N = { in: read(f32), out: write(f32) };

/** Names without a row: how they are written. */
const ways: Readonly<Record<string, () => unknown>> = {
  fmod: () => globalKernel({ id: 'fmod', params: N, workgroup: 64 }, (g, { in: x, out }) => { out[g.id] = x[g.id]! % 2.5; }),
  fdividef: () => globalKernel({ id: 'divide', params: N, workgroup: 64 }, (g, { in: x, out }) => { out[g.id] = 1 / x[g.id]!; }),
  fast_div: () => ways['fdividef']!(),
  // A parameter that is only read is loaded through the read-only cache.
  ldg: () => globalKernel({ id: 'ldg', params: N, workgroup: 64 }, (g, { in: x, out }) => { out[g.id] = x[g.id]!; }),
  load_global: () => ways['ldg']!(),
  clock: () => globalKernel({ id: 'clock', params: { out: write(u32) }, workgroup: 64 }, (g, { out }) => {
    const cycles = g.cycles();
    out[g.id] = g.u32(cycles);
  }),
  warp_id: () => globalKernel({ id: 'warp', params: { out: write(u32) }, workgroup: 64 }, (g, { out }) => { out[g.id] = g.idiv(g.localId, g.laneCount); }),

  // Stencils.
  idx: () => globalKernel({ id: 'idx', params: { u: gridRead(f32), out: gridWrite(f32) }, workgroup: [8, 8] }, (_, { u, out }) => { out.set(u.at(0, 0)); }),
  north: () => globalKernel({ id: 'around', params: { u: gridRead(f32), out: gridWrite(f32) }, workgroup: [8, 8] }, (_, { u, out }) => { out.set(u.north() + u.south() + u.east() + u.west() + u.at(1, -1)); }),
  south: () => ways['north']!(), east: () => ways['north']!(), west: () => ways['north']!(), at: () => ways['north']!(),
  up: () => globalKernel({ id: 'layers', params: { u: gridRead3(f32), out: write(f32) }, workgroup: [4, 4, 4] }, (g, { u, out }) => { out[g.id] = u.up() + u.down() + u.at(0, 0, 0); }),
  down: () => ways['up']!(),

  // Queues: the engine takes and gives, a handler answers by returning and sends through its ports.
  enqueue_response: () => ringKernel({ id: 'answer', on: In, reply: Out }, (_, msg) => ({ a: msg.a })),
  enqueue: () => ways['enqueue_response']!(),
  k2k_send: () => ringKernel({ id: 'send', on: In, sends: { out: Out } }, (ctx, msg) => { ctx.send.out({ a: msg.a }); }),
  // A message is received by the handler of its type, from the host and from other kernels alike.
  k2k_try_recv: () => ringKernel({ id: 'receive', on: In, state: { from: u32 } }, (ctx, msg) => { ctx.state.from = ctx.sender + msg.a; }),
};

/** What a handler need not ask, since the engine runs it only when there is a message and its kernel is active: the host asks the kernel's handle, by status field or method. */
const ofTheHandle: Readonly<Record<string, keyof KernelStatus | 'terminate'>> = {
  is_active: 'state', is_kernel_active: 'state', should_terminate: 'state', mark_terminated: 'terminate', messages_processed: 'messagesProcessed', get_messages_processed: 'messagesProcessed',
  input_queue_size: 'inputDepth', input_queue_empty: 'inputDepth', output_queue_size: 'outputDepth', output_queue_empty: 'outputDepth',
  k2k_has_message: 'inputDepth', k2k_peek: 'inputDepth', k2k_pending_count: 'inputDepth', k2k_pending: 'inputDepth',
};

describe('names of the field', () => {
  it.each(Object.entries(rows))('%s is the row %s', (_, name) => expect(intrinsics.has(name)).toBe(true));
  it.each(Object.entries(ways))('%s is written', (_, way) => expect(way()).toHaveProperty('program'));

  it('what the host asks is there', async () => {
    await using ring = await RingKernel.open({ backend: 'cpu' });
    const kernel = await ring.launch(ringKernel({ id: 'asked', on: In, reply: Out }, (_, msg) => ({ a: msg.a })));
    await kernel.call({ a: 1, x: 0, stamp: 0n });
    const status = kernel.status();
    expect(status).toMatchObject({ state: 'active', messagesProcessed: 1, inputDepth: 0, outputDepth: 0 });
    for (const [name, element] of Object.entries(ofTheHandle)) {
      if (element === 'terminate') expect(kernel.terminate, name).toBeTypeOf('function');
      else expect(status, name).toHaveProperty(element);
    }
  });

  it('none is in two places, none is left out', () => {
    const all = [rows, ways, ofTheHandle].flatMap((table) => Object.keys(table));
    expect(new Set(all).size).toBe(all.length);
    // 173 functions, some under several names, and the barrier of a launch.
    expect(all).toHaveLength(209);
  });
});
