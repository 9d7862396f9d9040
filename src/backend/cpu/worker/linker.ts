/**
 * What runs a worker's part of the engine: links the engine's functions and the kinds over the shared
 * memory, and turns a handler's trap into a fault of its actor. Used by worker threads, and on the main
 * thread where there are none. `../worker-source.ts` is made from it, with the mathematics it imports.
 */
import { mathImports } from '../../../kernel/emit/wasm/math-imports.ts';

/** Addresses of a worker's regions. */
export interface WorkerPlace {
  readonly block: number;
  readonly scratch: number;
  readonly staging: number;
  readonly fault: number;
}

export interface EngineModules {
  /** `invoke` and `clock`, which the others import. */
  readonly glue: WebAssembly.Module;
  /** The engine's functions by the name they export. */
  readonly functions: Readonly<Record<string, WebAssembly.Module>>;
}

/** A kind to link: its handlers go to `entry`, `entry + 1`, … of the table, its batch entries behind them. */
export interface KindOrder {
  readonly handlers: WebAssembly.Module;
  readonly batches: WebAssembly.Module;
  readonly entry: number;
  readonly count: number;
  /** Address of its constants. */
  readonly constants: number;
}

type Call = (...args: number[]) => number;

/** Numbers of `faultKinds`. */
export interface FaultNumbers {
  readonly trap: number;
  readonly outOfBounds: number;
  readonly divisionByZero: number;
  readonly overflow: number;
  readonly unreachable: number;
  readonly stackOverflow: number;
}

export class Linker {
  readonly #place: WorkerPlace;
  readonly #faults: FaultNumbers;
  readonly #table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
  /** Everything a module may import. */
  readonly #rk: Record<string, WebAssembly.ExportValue> = {};

  constructor(memory: WebAssembly.Memory, place: WorkerPlace, modules: EngineModules, faults: FaultNumbers) {
    this.#place = place;
    this.#faults = faults;
    const rk = this.#rk;
    rk.memory = memory;
    rk.table = this.#table;
    const origin = performance.timeOrigin;
    rk.wall = (() => Math.floor((origin + performance.now()) * 1000)) as unknown as WebAssembly.ExportValue;
    for (const name of ['scratch', 'staging', 'fault'] as const) rk[name] = constant(place[name]);
    Object.assign(rk, this.#instance(modules.glue));
    // In this order: later ones may import earlier ones.
    for (const [name, module] of Object.entries(modules.functions)) rk[name] = this.#instance(module)[name]!;
  }

  /** Puts a kind's functions into the table. */
  link(kind: KindOrder): void {
    const end = kind.entry + 2 * kind.count;
    if (this.#table.length < end) this.#table.grow(end - this.#table.length);
    const handlers = this.#instance(kind.handlers, { constants: constant(kind.constants) });
    const batches = this.#instance(kind.batches, handlers);
    for (let i = 0; i < kind.count; i++) {
      this.#table.set(kind.entry + i, handlers[`handler${i}`] as never);
      this.#table.set(kind.entry + kind.count + i, (batches[`batch${i}`] ?? null) as never);
    }
  }

  /** Takes them out again. */
  unlink(entry: number, count: number): void {
    for (let i = 0; i < 2 * count; i++) this.#table.set(entry + i, null);
  }

  /** Runs until the worker's `stop` is set. Throws only what is no handler's fault. */
  run(): void {
    this.#guarded('run');
  }

  /** Serves everybody who has rung, once. Returns how many there were. */
  pass(): number {
    return this.#guarded('pass');
  }

  /** Calls one of the engine's functions. */
  call(name: string, ...args: number[]): number {
    return (this.#rk[name] as Call)(...args);
  }

  #guarded(name: 'run' | 'pass'): number {
    for (;;) {
      try {
        return (this.#rk[name] as Call)(this.#place.block);
      } catch (error) {
        if ((this.#rk.failed as Call)(this.#place.block, this.#kindOf(error), codeOf(error)) === 0) throw error;
      }
    }
  }

  #instance(module: WebAssembly.Module, more: object = {}): Record<string, WebAssembly.ExportValue> {
    return new WebAssembly.Instance(module, { rk: { ...this.#rk, ...more }, math: mathImports }).exports;
  }

  /** Engines word their traps differently; the words looked for are common to them. */
  #kindOf(error: unknown): number {
    const f = this.#faults;
    const text = String((error as Error).message).toLowerCase();
    if (/call stack|recursion/.test(text)) return f.stackOverflow;
    if (/out of bounds|out-of-bounds/.test(text)) return f.outOfBounds;
    if (/divi(de|sion) by zero/.test(text)) return f.divisionByZero;
    if (/overflow|unrepresentable/.test(text)) return f.overflow;
    if (/unreachable/.test(text)) return f.unreachable;
    return f.trap;
  }
}

/** Byte offset of the innermost WebAssembly frame, as engines print it (`wasm-function[3]:0x1a4`); 0: not known. */
function codeOf(error: unknown): number {
  const match = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(String((error as Error).stack));
  return match === null ? 0 : parseInt(match[1]!, 16);
}

const constant = (value: number): WebAssembly.Global => new WebAssembly.Global({ value: 'i32', mutable: false }, value);
