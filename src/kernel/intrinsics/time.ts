import type { IntrinsicRow } from './table.ts';

const row = (name: string, category: IntrinsicRow['category'], doc: string, params: IntrinsicRow['params'], result: IntrinsicRow['result'], emit: IntrinsicRow['emit'], rest: Partial<IntrinsicRow> = {}): IntrinsicRow =>
  ({ name, category, doc, on: ['actor', 'global'], types: [], params, result, effects: true, emit, ...rest });

/** What a handler holds nobody else sees: there is nothing to order. MSL has fences from 3.2 on only, WGSL none. */
const ordered = { on: ['global'], alone: 'nothing' } as const;

/** Order of memory accesses, and time as the device counts it. */
export const timeRows: readonly IntrinsicRow[] = [
  row('fenceGroup', 'sync', 'Orders the memory accesses of this thread as its workgroup sees them; waits for nobody.', [], null, { js: 'undefined', wasm: 'atomic.fence', cuda: '__threadfence_block()' }, ordered),
  row('fenceDevice', 'sync', 'Orders the memory accesses of this thread as the whole device sees them.', [], null, { js: 'undefined', wasm: 'atomic.fence', cuda: '__threadfence()' }, ordered),
  row('fenceSystem', 'sync', 'Orders the memory accesses of this thread as host and other devices see them.', [], null, { js: 'undefined', wasm: 'atomic.fence', cuda: '__threadfence_system()' }, ordered),
  row('cycles', 'clock', 'Clock cycles of the processor the thread runs on.', [], 'u64', { cuda: '(u64)clock64()' }, { need: 'clock' }),
  row('nanoseconds', 'clock', 'Nanoseconds of the device\'s timer.', [], 'u64', { cuda: 'rk_globaltimer()' }, { need: 'clock' }),
  row('nanosleep', 'clock', 'Rests for about so many nanoseconds.', ['u32'], null, { cuda: '__nanosleep($0)' }, { need: 'clock' }),
];
