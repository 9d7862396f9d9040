import type { ScalarName } from '../../layout/types.ts';
import type { LaneOp } from '../lanes.ts';
import { words } from './shapes.ts';
import type { IntrinsicRow } from './table.ts';

/** Among the threads that run in lockstep (warp, SIMD group, subgroup). Every thread of the group must take part. */
const row = (name: string, doc: string, types: IntrinsicRow['types'], params: IntrinsicRow['params'], result: IntrinsicRow['result'], emit: IntrinsicRow['emit']): IntrinsicRow =>
  ({ name, category: 'subgroup', doc, on: ['global'], types, params, result, effects: true, need: 'subgroups', alone: name === 'lane' ? 0 : name === 'laneCount' ? 1 : name === 'ballot' ? 'count' : 'operand', emit });

/** On the CPU a thread hands its operand to `kernel/lanes.ts` and is resumed with the answer. */
const asked = (op: LaneOp, types: readonly ScalarName[], operand = ''): Pick<IntrinsicRow['emit'], 'js'> => {
  const text = (type: string): string => `(yield { op: '${op}', type: '${type}', value: $0${operand} })`;
  return { js: types.length === 0 ? text('bool') : Object.fromEntries(types.map((t) => [t, text(t)])) };
};

const words32 = ['f32', 'i32', 'u32'] as const;
const all = '0xffffffffu';

export const subgroupRows: readonly IntrinsicRow[] = [
  { ...row('lane', 'Number of the thread in its group.', [], [], 'u32', { js: '(localId & 31)', cuda: 'rk_lane()', msl: 'rk_lane', wgsl: 'rk_lane' }), property: true },
  { ...row('laneCount', 'Threads of a group.', [], [], 'u32', { js: '32', cuda: '32u', msl: 'rk_lanes', wgsl: 'rk_lanes' }), property: true },
  row('shuffle', 'The value of another lane of the group: shuffle(value, lane).', words32, ['T', 'u32'], 'T', { ...asked('shuffle', words32, ', by: $1'), cuda: `__shfl_sync(${all}, $0, $1)`, msl: 'simd_shuffle($0, ushort($1))', wgsl: 'subgroupShuffle($0, $1)' }),
  row('shuffleXor', 'The value of lane `own ^ mask`, a lane of the group.', words32, ['T', 'u32'], 'T', { ...asked('shuffleXor', words32, ', by: $1'), cuda: `__shfl_xor_sync(${all}, $0, $1)`, msl: 'simd_shuffle_xor($0, ushort($1))', wgsl: 'subgroupShuffle($0, rk_lane ^ $1)' }),
  row('shuffleUp', 'The value of lane `own - delta`; the own value where there is none.', words32, ['T', 'u32'], 'T', { ...asked('shuffleUp', words32, ', by: $1'), cuda: `__shfl_up_sync(${all}, $0, $1)`, msl: 'simd_shuffle_up($0, ushort($1))', wgsl: 'subgroupShuffle($0, select(rk_lane - $1, rk_lane, $1 > rk_lane))' }),
  row('shuffleDown', 'The value of lane `own + delta`; the own value where there is none.', words32, ['T', 'u32'], 'T', { ...asked('shuffleDown', words32, ', by: $1'), cuda: `__shfl_down_sync(${all}, $0, $1)`, msl: 'simd_shuffle_down($0, ushort($1))', wgsl: 'subgroupShuffle($0, select(rk_lane + $1, rk_lane, rk_lane + $1 >= rk_lanes))' }),
  row('subgroupAll', 'True in every lane.', [], ['bool'], 'bool', { ...asked('all', []), cuda: `(__all_sync(${all}, $0) != 0)`, msl: 'simd_all($0)', wgsl: 'subgroupAll($0)' }),
  row('subgroupAny', 'True in some lane.', [], ['bool'], 'bool', { ...asked('any', []), cuda: `(__any_sync(${all}, $0) != 0)`, msl: 'simd_any($0)', wgsl: 'subgroupAny($0)' }),
  row('ballot', 'One bit for each of the first 32 lanes.', [], ['bool'], 'u32', { ...asked('ballot', []), cuda: `__ballot_sync(${all}, $0)`, msl: 'uint(static_cast<simd_vote::vote_t>(simd_ballot($0)))', wgsl: 'subgroupBallot($0).x' }),
  row('subgroupAdd', 'Sum over the lanes.', words32, ['T'], 'T', { ...asked('add', words32), cuda: 'rk_lanes_add($0)', msl: 'simd_sum($0)', wgsl: 'subgroupAdd($0)' }),
  row('subgroupMin', 'Smallest over the lanes.', words32, ['T'], 'T', { ...asked('min', words32), cuda: 'rk_lanes_min($0)', msl: 'simd_min($0)', wgsl: 'subgroupMin($0)' }),
  row('subgroupMax', 'Largest over the lanes.', words32, ['T'], 'T', { ...asked('max', words32), cuda: 'rk_lanes_max($0)', msl: 'simd_max($0)', wgsl: 'subgroupMax($0)' }),
  row('subgroupAnd', 'Bits set in every lane.', words, ['T'], 'T', { ...asked('and', words), cuda: 'rk_lanes_and($0)', msl: 'simd_and($0)', wgsl: 'subgroupAnd($0)' }),
  row('subgroupOr', 'Bits set in some lane.', words, ['T'], 'T', { ...asked('or', words), cuda: 'rk_lanes_or($0)', msl: 'simd_or($0)', wgsl: 'subgroupOr($0)' }),
  row('subgroupXor', 'Parity of bits over the lanes.', words, ['T'], 'T', { ...asked('xor', words), cuda: 'rk_lanes_xor($0)', msl: 'simd_xor($0)', wgsl: 'subgroupXor($0)' }),
];
