/** What is known while a program, and within it a function, is turned into WebAssembly. */
import { abiGlobals, abiMemory, abiModule, abiFunctions, faultNumber, FaultRecord, offsetOf, type AbiFunctionName, type FaultKind } from '../../../engine/abi.ts';
import { fail } from '../../../error/index.ts';
import { roundUp, type AnyType, type Scalar } from '../../../layout/types.ts';
import type { BufferParam, ConstantBuffer, Func, Local, Pos, Program, SharedArray } from '../../ir.ts';
import type { Label, ValType } from './encode/instr.ts';
import { FuncBody, WasmModule, type FuncRef, type GlobalRef } from './encode/module.ts';
import { leavesOf, livesInMemory, valTypeOf } from './lower.ts';

export interface WasmOptions {
  /** Pages and sharing of the imported memory. Default: the engine's shared memory. */
  readonly memory?: { readonly initial: number; readonly maximum: number | null; readonly shared: boolean };
  /** Faults on integer overflow and division by zero instead of wrapping. Default false. */
  readonly exact?: boolean;
  /** Vector instructions for loops that allow them. Default true. */
  readonly simd?: boolean;
  /** The passes before. Default true; false keeps computations nobody reads, and with them their faults. */
  readonly optimise?: boolean;
}

/** Pushes one scalar. May be called once, unless it came from `spill`. */
export type Push = () => void;

/** Where a place's value is: WebAssembly locals, or bytes at `base() + offset`. */
export type Home =
  | { readonly kind: 'locals'; readonly indices: readonly number[] }
  | { readonly kind: 'memory'; readonly base: Push; readonly offset: number };

/** WebAssembly locals that say where a buffer argument is and how large. */
export interface BufferLocals {
  readonly address: number;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
}

export class ProgramContext {
  readonly program: Program;
  readonly module = new WasmModule();
  readonly exact: boolean;
  readonly simd: boolean;
  readonly functions = new Map<Func, FuncBody>();
  /** End of each function's part of the scratch region. Recursion is refused, so parts are fixed. */
  readonly scratchEnd = new Map<Func, number>();
  readonly #routines = new Map<string, FuncBody>();
  readonly #constants = new Map<ConstantBuffer, number>();
  #constantBytes = 0;

  constructor(program: Program, options: WasmOptions) {
    this.program = program;
    this.exact = options.exact ?? false;
    this.simd = options.simd ?? true;
    const memory = options.memory ?? abiMemory;
    this.module.memory = { from: [abiModule, abiMemory.name], min: memory.initial, max: memory.maximum, shared: memory.shared };
    for (const c of program.constants) {
      this.#constants.set(c, this.#constantBytes);
      this.#constantBytes = roundUp(this.#constantBytes + c.data.byteLength, 16);
    }
  }

  global(name: keyof typeof abiGlobals): GlobalRef {
    return this.module.importGlobal(abiModule, abiGlobals[name], 'i32');
  }

  abi(name: AbiFunctionName): FuncRef {
    const { params, result } = abiFunctions[name];
    return this.module.importFunction(abiModule, name, params, result === null ? [] : [result]);
  }

  /** A function of the emitter's library, made at first use. */
  routine(name: string, make: (ctx: ProgramContext) => FuncBody): FuncBody {
    let body = this.#routines.get(name);
    if (body === undefined) {
      body = make(this);
      this.#routines.set(name, body);
      this.module.define(body);
    }
    return body;
  }

  constantOffset(constant: ConstantBuffer): number {
    return this.#constants.get(constant)!;
  }

  /** The bytes of all constant buffers, as they must lie at the `constants` global. */
  constantBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#constantBytes);
    for (const [c, offset] of this.#constants) {
      bytes.set(new Uint8Array(c.data.buffer, c.data.byteOffset, c.data.byteLength), offset);
    }
    return bytes;
  }

  /** Stores what went wrong and where at the `fault` global, then traps. */
  faultRoutine(): FuncBody {
    return this.routine('fault', () => {
      const fields = ['kind', 'source', 'start', 'end'] as const;
      const f = new FuncBody('fault', fields.map((name) => ({ name, type: 'i32' as const })), []);
      fields.forEach((field, i) => f.globalGet(this.global('fault')).get(i).op('i32.store', offsetOf(FaultRecord, field)));
      return f.op('unreachable');
    });
  }
}

export class FuncContext {
  readonly ctx: ProgramContext;
  readonly code: FuncBody;
  readonly #homes = new Map<number, Home>();
  readonly #free = new Map<ValType, number[]>();
  #scratch: number;
  /** Where `break` and `continue` of the constructs around go. */
  readonly breaks = new Map<number, Label>();
  readonly continues = new Map<number, Label>();
  /** Where `return` goes instead of leaving the WebAssembly function. */
  returnTo: Label | null = null;
  /** Pushes what a `return` without a value gives back (a handler's flags). */
  onReturn: Push | null = null;
  /** Address for a result that lives in memory. */
  resultAddress: number | null = null;

  /** Roots of places, set by the kind of program. */
  state: Home | null = null;
  message: Home | null = null;
  reply: number | null = null;
  replied: number | null = null;
  actor: number | null = null;
  readonly buffers = new Map<BufferParam, BufferLocals>();
  readonly shared = new Map<SharedArray, number>();
  /** Values of the surroundings by their name in the table of intrinsics, such as a thread's place in the grid. */
  readonly values = new Map<string, Push>();

  constructor(ctx: ProgramContext, code: FuncBody, scratchStart: number) {
    this.ctx = ctx;
    this.code = code;
    this.#scratch = scratchStart;
  }

  get scratchEnd(): number {
    return this.#scratch;
  }

  /** Bytes with an address, for this function alone. */
  scratch(bytes: number): Extract<Home, { kind: 'memory' }> {
    const offset = roundUp(this.#scratch, 16);
    this.#scratch = offset + bytes;
    const base = this.ctx.global('scratch');
    return { kind: 'memory', base: () => { this.code.globalGet(base); }, offset };
  }

  /** A WebAssembly local for an intermediate value. Give it back with `release` when nothing reads it any more. */
  temp(type: ValType): number {
    return this.#free.get(type)?.pop() ?? this.code.local(type, `t${this.code.locals.length}`);
  }

  release(index: number): void {
    const { type } = this.code.locals[index]!;
    const free = this.#free.get(type);
    if (free === undefined) this.#free.set(type, [index]);
    else free.push(index);
  }

  /** Evaluates now; what comes back may be pushed any number of times. */
  spill(type: Scalar | ValType, push: Push): Push {
    const index = this.temp(typeof type === 'string' ? type : valTypeOf(type));
    push();
    this.code.set(index);
    return () => { this.code.get(index); };
  }

  declare(local: Local): Home {
    const known = this.#homes.get(local.id);
    if (known !== undefined) return known;
    const home: Home = livesInMemory(local.type) ? this.scratch(local.type.size) : this.split(local.type, local.name);
    this.#homes.set(local.id, home);
    return home;
  }

  bind(local: Local, home: Home): void {
    this.#homes.set(local.id, home);
  }

  split(type: AnyType, name: string): Home {
    return { kind: 'locals', indices: leavesOf(type).map((l) => this.code.local(valTypeOf(l.type), name + l.path)) };
  }

  fault(kind: FaultKind, pos: Pos | undefined): void {
    this.code.i32(faultNumber(kind)).i32(pos?.source ?? 0).i32(pos?.start ?? 0).i32(pos?.end ?? 0)
      .call(this.ctx.faultRoutine()).op('unreachable');
  }

  unsupported(what: string): Error {
    return fail('RK301', { target: 'wasm', need: `'${what}'`, id: this.ctx.program.id, where: 'its code', hint: 'Run it on the CPU backend, whose threads meet in JavaScript, or on a GPU.' });
  }
}
