import type { Operand, IntrinsicRow } from './table.ts';

/** A row of raw memory. Targets that pass the memory by name (CUDA) spell these by the row's name. */
const row = (name: string, doc: string, params: readonly Operand[], result: Operand | null, wasm: string, effects = true): IntrinsicRow => ({
  name, category: 'memory', doc, on: ['mem'], types: [], params, result, ...(effects ? { effects: true as const } : {}),
  emit: { js: `memory.${name}(${params.map((_, i) => `$${i}`).join(', ')})`, wasm },
});

/** What `deviceFunction`s do to memory. Addresses are u32 byte offsets from one base; words are u32 unless the name says 64. */
export const memoryRows: readonly IntrinsicRow[] = [
  row('load', 'A plain load.', ['u32'], 'u32', 'i32.load'),
  row('loadAcquire', 'An atomic load; what the storing side wrote before its `storeRelease` is visible after it.', ['u32'], 'u32', 'i32.atomic.load'),
  row('load64', 'A plain load of 64 bits.', ['u32'], 'u64', 'i64.load'),
  row('store', 'A plain store.', ['u32', 'u32'], null, 'i32.store'),
  row('storeRelease', 'An atomic store that publishes all stores before it.', ['u32', 'u32'], null, 'i32.atomic.store'),
  row('store64', 'A plain store of 64 bits.', ['u32', 'u64'], null, 'i64.store'),
  row('fetchAdd', 'Adds atomically; the old value.', ['u32', 'u32'], 'u32', 'i32.atomic.rmw.add'),
  row('fetchOr', 'Sets bits atomically; the old value.', ['u32', 'u32'], 'u32', 'i32.atomic.rmw.or'),
  row('fetchAnd', 'Clears bits atomically; the old value.', ['u32', 'u32'], 'u32', 'i32.atomic.rmw.and'),
  row('exchange', 'Replaces atomically; the old value.', ['u32', 'u32'], 'u32', 'i32.atomic.rmw.xchg'),
  row('compareExchange', '(address, expected, value): stores `value` if the word holds `expected`; the old value.', ['u32', 'u32', 'u32'], 'u32', 'i32.atomic.rmw.cmpxchg'),
  row('fence', 'Orders everything before it before everything after it.', [], null, 'atomic.fence'),
  row('wait', '(address, expected, timeout in ns, negative: none): sleeps while the word holds `expected`. 0: woken, 1: it held something else, 2: timed out.', ['u32', 'u32', 'i64'], 'u32', 'memory.atomic.wait32'),
  row('notify', '(address, count): wakes sleepers; how many.', ['u32', 'u32'], 'u32', 'memory.atomic.notify'),
  row('clock', 'Microseconds since the epoch.', [], 'u64', '@clock'),
  row('invoke', '(table index, actor, message, reply): runs a handler.', ['u32', 'u32', 'u32', 'u32'], 'u32', '@invoke'),
];

/** Hints about memory of global kernels: nothing but speed depends on them. Only CUDA has them. */
export const prefetchRows: readonly IntrinsicRow[] = (['L1', 'L2'] as const).map((level) => ({
  name: `prefetch${level}`, category: 'memory', doc: `Brings an element of a buffer into the ${level} cache: prefetch${level}(array, index).`, on: ['global'],
  types: ['f32', 'i32', 'u32', 'f64', 'i64', 'u64'], params: [], result: null, places: 1, effects: true, reads: true, emit: { cuda: `rk_prefetch${level}($0)` },
}));
