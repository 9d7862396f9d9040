/** One access to raw memory, as the step explorer and the interpreter name it. Addresses are byte offsets. */
import { intrinsics } from '../kernel/intrinsics/table.ts';

export type Access =
  | { readonly op: 'load' | 'loadAcquire' | 'load64'; readonly address: number }
  | { readonly op: 'store' | 'storeRelease' | 'store64'; readonly address: number; readonly value: number | bigint }
  | { readonly op: 'fetchAdd' | 'fetchOr' | 'fetchAnd' | 'exchange'; readonly address: number; readonly value: number }
  | { readonly op: 'compareExchange'; readonly address: number; readonly expected: number; readonly value: number }
  | { readonly op: 'fence' }
  /** Sleeps while the word holds `expected`. 0: woken, 1: the word differed, 2: timed out. */
  | { readonly op: 'wait'; readonly address: number; readonly expected: number }
  | { readonly op: 'notify'; readonly address: number; readonly count: number };

type Operands = readonly (number | bigint)[];

/** The access a call of `m.<name>` makes. */
export const memoryOperations = {
  load: ([address]: Operands): Access => ({ op: 'load', address: Number(address) }),
  loadAcquire: ([address]: Operands): Access => ({ op: 'loadAcquire', address: Number(address) }),
  load64: ([address]: Operands): Access => ({ op: 'load64', address: Number(address) }),
  store: ([address, value]: Operands): Access => ({ op: 'store', address: Number(address), value: value! }),
  storeRelease: ([address, value]: Operands): Access => ({ op: 'storeRelease', address: Number(address), value: value! }),
  store64: ([address, value]: Operands): Access => ({ op: 'store64', address: Number(address), value: value! }),
  fetchAdd: ([address, value]: Operands): Access => ({ op: 'fetchAdd', address: Number(address), value: Number(value) }),
  fetchOr: ([address, value]: Operands): Access => ({ op: 'fetchOr', address: Number(address), value: Number(value) }),
  fetchAnd: ([address, value]: Operands): Access => ({ op: 'fetchAnd', address: Number(address), value: Number(value) }),
  exchange: ([address, value]: Operands): Access => ({ op: 'exchange', address: Number(address), value: Number(value) }),
  compareExchange: ([address, expected, value]: Operands): Access =>
    ({ op: 'compareExchange', address: Number(address), expected: Number(expected), value: Number(value) }),
  fence: (): Access => ({ op: 'fence' }),
  wait: ([address, expected]: Operands): Access => ({ op: 'wait', address: Number(address), expected: Number(expected) }),
  notify: ([address, count]: Operands): Access => ({ op: 'notify', address: Number(address), count: Number(count) }),
} as const;

export type MemoryOperation = keyof typeof memoryOperations;

/** The access behind a row of the intrinsics table; null for rows that are not raw memory. */
export function memoryOperation(row: string): ((operands: Operands) => Access) | null {
  if (intrinsics.get(row)?.on.includes('mem') !== true) return null;
  const name = row.replace(/^mem[._]?/, '');
  const key = (name[0]!.toLowerCase() + name.slice(1)) as MemoryOperation;
  return memoryOperations[key] ?? null;
}
