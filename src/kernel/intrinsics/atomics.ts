import { words } from './shapes.ts';
import type { IntrinsicRow, Spelling } from './table.ts';

/**
 * Atomics on elements of buffers and of shared memory, written `g.atomicAdd(array, index, value)`. All are
 * relaxed; each gives the value from before. f32 only for adding, where the target has it.
 */
const atomic = (name: string, doc: string, cuda: string, msl: Spelling, wgsl: Spelling, operands = 1, result: IntrinsicRow['result'] = 'T'): IntrinsicRow => ({
  name: `atomic${name}`, category: 'atomic', doc, on: ['global'], types: words, params: Array.from({ length: operands }, () => 'T' as const), result,
  places: 1, effects: true, need: 'atomics', emit: { ...onCpu(name), cuda, msl, wgsl },
});

/** WebAssembly has no minimum and maximum: those try until nobody interferes. */
function onCpu(name: string): Pick<IntrinsicRow['emit'], 'js' | 'wasm'> {
  const rmw: Readonly<Record<string, string>> = { Add: 'add', Sub: 'sub', And: 'and', Or: 'or', Xor: 'xor', Exchange: 'xchg', CompareExchange: 'cmpxchg' };
  if (name === 'Min' || name === 'Max') {
    const op = name.toLowerCase();
    return { js: `rk_atomic($0, (x) => Math.${op}(x, $1))`, wasm: { i32: `@atomic_${op}_i32`, u32: `@atomic_${op}_u32` } };
  }
  if (name === 'Add') return { js: { i32: 'Atomics.add($0, $1)', u32: 'Atomics.add($0, $1)', f32: 'rk_atomic_add_f32($0, $1)' }, wasm: { i32: 'i32.atomic.rmw.add', u32: 'i32.atomic.rmw.add', f32: '@atomic_add_f32' } };
  if (name === 'Load') return { js: 'Atomics.load($0)', wasm: 'i32.atomic.load' };
  if (name === 'Store') return { js: 'Atomics.store($0, $1)', wasm: 'i32.atomic.store' };
  const operands = name === 'CompareExchange' ? '$0, $1, $2' : '$0, $1';
  return { js: `Atomics.${name[0]!.toLowerCase()}${name.slice(1)}(${operands})`, wasm: `i32.atomic.rmw.${rmw[name]!}` };
}

const forWords = (text: string): Spelling => ({ i32: text, u32: text });

export const atomicRows: readonly IntrinsicRow[] = [
  { ...atomic('Add', 'Adds; f32 on the CPU and on CUDA, in whatever order the threads come.', 'atomicAdd($0, $1)', forWords('atomic_fetch_add_explicit($0, $1, memory_order_relaxed)'), forWords('atomicAdd($0, $1)')), types: [...words, 'f32'] },
  atomic('Sub', 'Subtracts.', 'atomicSub($0, $1)', 'atomic_fetch_sub_explicit($0, $1, memory_order_relaxed)', 'atomicSub($0, $1)'),
  atomic('Min', 'Keeps the smaller.', 'atomicMin($0, $1)', 'atomic_fetch_min_explicit($0, $1, memory_order_relaxed)', 'atomicMin($0, $1)'),
  atomic('Max', 'Keeps the larger.', 'atomicMax($0, $1)', 'atomic_fetch_max_explicit($0, $1, memory_order_relaxed)', 'atomicMax($0, $1)'),
  atomic('And', 'Clears bits.', 'atomicAnd($0, $1)', 'atomic_fetch_and_explicit($0, $1, memory_order_relaxed)', 'atomicAnd($0, $1)'),
  atomic('Or', 'Sets bits.', 'atomicOr($0, $1)', 'atomic_fetch_or_explicit($0, $1, memory_order_relaxed)', 'atomicOr($0, $1)'),
  atomic('Xor', 'Flips bits.', 'atomicXor($0, $1)', 'atomic_fetch_xor_explicit($0, $1, memory_order_relaxed)', 'atomicXor($0, $1)'),
  atomic('Exchange', 'Replaces.', 'atomicExch($0, $1)', 'atomic_exchange_explicit($0, $1, memory_order_relaxed)', 'atomicExchange($0, $1)'),
  atomic('CompareExchange', '(expected, value): replaces if it holds `expected`.', 'atomicCAS($0, $1, $2)', 'rk_cas($0, $1, $2)', 'rk_cas($0, $1, $2)', 2),
  atomic('Load', 'Reads.', 'atomicAdd($0, 0)', 'atomic_load_explicit($0, memory_order_relaxed)', 'atomicLoad($0)', 0),
  atomic('Store', 'Writes.', 'atomicExch($0, $1)', 'atomic_store_explicit($0, $1, memory_order_relaxed)', 'atomicStore($0, $1)', 1, null),
];
