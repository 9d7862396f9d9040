/** The Objective-C runtime and Metal as plain functions, through koffi. Objects are addresses. */
import { createRequire } from 'node:module';
import { selectors, type CType, type SelectorName, type SelectorRow } from './selectors.ts';

/** Address of an object; 0n is nil. */
export type Id = bigint;

/** Where the libraries lie. Default: where macOS keeps them. */
export interface MetalLibraries {
  readonly objc?: string;
  readonly metal?: string;
  /** Loaded for their side effects: without CoreGraphics there is no default device. */
  readonly frameworks?: readonly string[];
}

const system: Required<MetalLibraries> = {
  objc: '/usr/lib/libobjc.A.dylib',
  metal: '/System/Library/Frameworks/Metal.framework/Metal',
  frameworks: ['/System/Library/Frameworks/Foundation.framework/Foundation', '/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics'],
};

type Koffi = typeof import('koffi');
type Foreign = ((...args: unknown[]) => unknown) & { async: (...args: unknown[]) => void };

const big = (value: unknown): bigint => BigInt((value ?? 0) as number | bigint);

/** Widths of threads and groups in x, y, z. */
export interface Size3 { readonly width: number; readonly height: number; readonly depth: number }

type Value<T extends CType> =
  T extends 'id' ? Id : T extends 'bool' ? boolean : T extends 'u64' | 'i64' | 'u32' ? number | bigint
    : T extends 'text' ? string : T extends 'bytes' | 'out' ? ArrayBufferView : T extends 'size' ? Size3
      : T extends 'range' ? { readonly location: number; readonly length: number } : void;
type Values<A extends readonly CType[]> = { [I in keyof A]: Value<A[I]> };
type Result<T extends CType> = T extends 'u64' | 'i64' | 'u32' ? bigint : Value<T>;
type RowOf<N extends SelectorName> = (typeof selectors)[N];
export type ArgumentsOf<N extends SelectorName> = Values<RowOf<N>['args']>;
export type ResultOf<N extends SelectorName> = Result<RowOf<N>['result']>;

export class ObjectiveC {
  readonly koffi: Koffi;
  readonly #functions = new Map<SelectorName, Foreign>();
  readonly #names = new Map<string, bigint>();
  readonly #types: Readonly<Record<CType, unknown>>;
  readonly #objc: ReturnType<Koffi['load']>;
  readonly #metal: ReturnType<Koffi['load']>;
  readonly #class: Foreign;
  readonly #selector: Foreign;
  readonly #push: Foreign;
  readonly #pop: Foreign;

  /** Throws what koffi or the loader says when something is missing. */
  constructor(libraries: MetalLibraries = {}) {
    this.koffi = createRequire(import.meta.url)('koffi') as Koffi;
    const { koffi } = this;
    this.#objc = koffi.load(libraries.objc ?? system.objc);
    for (const path of libraries.frameworks ?? system.frameworks) koffi.load(path);
    this.#metal = koffi.load(libraries.metal ?? system.metal);
    const size = koffi.struct({ width: 'uint64_t', height: 'uint64_t', depth: 'uint64_t' });
    const range = koffi.struct({ location: 'uint64_t', length: 'uint64_t' });
    this.#types = {
      id: 'uint64_t', void: 'void', bool: 'bool', u64: 'uint64_t', i64: 'int64_t', u32: 'uint32_t', text: 'const char *', bytes: 'void *', out: 'void *', size, range,
    };
    const objc = (name: string, result: string, args: string[]): Foreign => this.#objc.func(name, result, args) as unknown as Foreign;
    this.#class = objc('objc_getClass', 'uint64_t', ['const char *']);
    this.#selector = objc('sel_registerName', 'uint64_t', ['const char *']);
    this.#push = objc('objc_autoreleasePoolPush', 'uint64_t', []);
    this.#pop = objc('objc_autoreleasePoolPop', 'void', ['uint64_t']);
  }

  /** The class of this name; a nil means an older system. */
  classNamed(name: string): Id {
    return big(this.#class(name));
  }

  selectorNamed(name: string): bigint {
    let found = this.#names.get(name);
    if (found === undefined) this.#names.set(name, found = big(this.#selector(name)));
    return found;
  }

  /** `objc_msgSend` has as many prototypes as there are shapes of messages; never the variadic one. */
  #sender(name: SelectorName): Foreign {
    let send = this.#functions.get(name);
    if (send === undefined) {
      const row: SelectorRow = selectors[name];
      const types = ['uint64_t', 'uint64_t', ...row.args.map((a) => this.#types[a])];
      send = this.#objc.func('objc_msgSend', this.#types[row.result] as string, types as string[]) as unknown as Foreign;
      this.#functions.set(name, send);
    }
    return send;
  }

  send<N extends SelectorName>(object: Id, name: N, ...args: ArgumentsOf<N>): ResultOf<N> {
    const row: SelectorRow = selectors[name];
    const value = this.#sender(name)(object, this.selectorNamed(row.selector), ...args);
    return (row.result === 'id' || row.result === 'u64' || row.result === 'i64' || row.result === 'u32' ? big(value) : value) as ResultOf<N>;
  }

  /** As `send`, on one of koffi's threads: for waiting. No object may come back. */
  sendAsync(object: Id, name: 'waitUntilSignaled', value: bigint, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#sender(name).async(object, this.selectorNamed(selectors[name].selector), value, timeoutMs,
        (error: Error | null, signaled: boolean) => (error === null ? resolve(signaled) : reject(error)));
    });
  }

  /** A function of Metal without arguments that gives an object: `MTLCreateSystemDefaultDevice`, `MTLCopyAllDevices`. */
  metalFunction(name: string): () => Id {
    const f = this.#metal.func(name, 'uint64_t', []) as unknown as Foreign;
    return () => big(f());
  }

  /**
   * Runs `body` inside an autorelease pool. It must not await: a pool belongs to its thread and to the calls
   * between push and pop.
   */
  pool<T>(body: () => T extends Promise<unknown> ? never : T): T {
    const pool = this.#push();
    try {
      return body();
    } finally {
      this.#pop(pool);
    }
  }

  /** An autoreleased NSString. */
  string(text: string): Id {
    return this.send(this.classNamed('NSString'), 'stringWithText', text);
  }

  text(string: Id): string {
    return string === 0n ? '' : this.send(string, 'text');
  }

  /** What an NSError says; empty for nil. */
  describe(error: Id): string {
    return error === 0n ? '' : `${this.text(this.send(error, 'localizedDescription'))} (${this.send(error, 'code')})`;
  }

  /** A view of memory at an address. */
  view(address: bigint, bytes: number): ArrayBuffer {
    return this.koffi.view(address as never, bytes);
  }
}
