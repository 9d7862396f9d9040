/** Raw memory that stops an operation at each access and answers from what has happened so far. */
import type { RawMemory } from '../queue/memory.ts';
import type { Access } from './memory-access.ts';

/** Thrown out of an operation at the first access that has not happened yet. */
export class Pause {
  readonly access: Access;

  constructor(access: Access) {
    this.access = access;
  }
}

/** Answers the accesses of an operation from its history, and those behind it as `proceed` says. */
export class Recorder implements RawMemory {
  private history: readonly number[] = [];
  private proceed: (access: Access) => number | null = () => null;
  private made = 0;

  /** `proceed` gives the result of the next access, or null: the operation stops there. */
  begin(history: readonly number[], proceed: (access: Access) => number | null): this {
    this.history = history;
    this.proceed = proceed;
    this.made = 0;
    return this;
  }

  private access(access: Access): number {
    if (this.made < this.history.length) return this.history[this.made++]!;
    const result = this.proceed(access);
    if (result === null) throw new Pause(access);
    return result;
  }

  load(address: number): number { return this.access({ op: 'load', address }); }
  loadAcquire(address: number): number { return this.access({ op: 'loadAcquire', address }); }
  store(address: number, value: number): void { this.access({ op: 'store', address, value }); }
  storeRelease(address: number, value: number): void { this.access({ op: 'storeRelease', address, value }); }
  /** Two words: nothing promises that they are seen together. */
  load64(address: number): bigint { return BigInt(this.load(address)) | (BigInt(this.load(address + 4)) << 32n); }
  store64(address: number, value: bigint): void {
    this.store(address, Number(value & 0xffffffffn));
    this.store(address + 4, Number((value >> 32n) & 0xffffffffn));
  }
  fetchAdd(address: number, value: number): number { return this.access({ op: 'fetchAdd', address, value }); }
  fetchOr(address: number, value: number): number { return this.access({ op: 'fetchOr', address, value }); }
  fetchAnd(address: number, value: number): number { return this.access({ op: 'fetchAnd', address, value }); }
  exchange(address: number, value: number): number { return this.access({ op: 'exchange', address, value }); }
  compareExchange(address: number, expected: number, value: number): number { return this.access({ op: 'compareExchange', address, expected, value }); }
  fence(): void { this.access({ op: 'fence' }); }
  wait(address: number, expected: number): number { return this.access({ op: 'wait', address, expected }); }
  notify(address: number, count: number): number { return this.access({ op: 'notify', address, count }); }
}

/** Plain words, for the initial memory. */
export function directMemory(words: number[]): RawMemory {
  const get = (address: number): number => words[address >>> 2] ?? 0;
  const put = (address: number, value: number): number => {
    const old = get(address);
    while (words.length <= address >>> 2) words.push(0);
    words[address >>> 2] = value >>> 0;
    return old;
  };
  return {
    load: get, loadAcquire: get,
    store: put, storeRelease: put,
    load64: (a) => BigInt(get(a)) | (BigInt(get(a + 4)) << 32n),
    store64: (a, v) => { put(a, Number(v & 0xffffffffn)); put(a + 4, Number((v >> 32n) & 0xffffffffn)); },
    fetchAdd: (a, v) => put(a, get(a) + v), fetchOr: (a, v) => put(a, get(a) | v), fetchAnd: (a, v) => put(a, get(a) & v),
    exchange: put, compareExchange: (a, e, v) => (get(a) === e ? put(a, v) : get(a)),
    fence() {}, wait: () => 1, notify: () => 0,
  };
}
