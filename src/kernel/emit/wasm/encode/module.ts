import type { Instr, Label, ValType } from './instr.ts';

export interface Signature {
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}

/** An imported or own function. */
export interface FuncRef extends Signature {
  readonly name: string;
  /** Module and field it is imported from; null for own functions. */
  readonly from: readonly [string, string] | null;
}

export interface GlobalRef {
  readonly name: string;
  readonly type: 'i32' | 'i64' | 'f32' | 'f64';
  readonly mutable: boolean;
  readonly from: readonly [string, string] | null;
  readonly value: number | bigint;
}

export interface MemoryImport {
  readonly from: readonly [string, string];
  /** Pages of 64 KiB. */
  readonly min: number;
  readonly max: number | null;
  readonly shared: boolean;
}

/** One function's code under construction. */
export class FuncBody implements FuncRef {
  readonly name: string;
  readonly from = null;
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
  readonly code: Instr[] = [];
  /** Parameters first. */
  readonly locals: { readonly type: ValType; readonly name: string }[] = [];

  constructor(name: string, params: readonly { readonly type: ValType; readonly name: string }[], results: readonly ValType[]) {
    this.name = name;
    this.params = params.map((p) => p.type);
    this.results = results;
    this.locals.push(...params);
  }

  /** A new wasm local; its index. */
  local(type: ValType, name: string): number {
    return this.locals.push({ type, name }) - 1;
  }

  /** An instruction without immediates, or a memory instruction at a constant byte offset. */
  op(name: string, offset = 0): this {
    this.code.push({ op: 'plain', name, offset, lane: 0 });
    return this;
  }

  lane(name: string, lane: number): this {
    this.code.push({ op: 'plain', name, offset: 0, lane });
    return this;
  }

  i32(value: number): this {
    this.code.push({ op: 'const', type: 'i32', value: value | 0 });
    return this;
  }

  constant(type: 'i32' | 'i64' | 'f32' | 'f64', value: number | bigint): this {
    this.code.push({ op: 'const', type, value });
    return this;
  }

  get(index: number): this {
    this.code.push({ op: 'local.get', index });
    return this;
  }

  set(index: number): this {
    this.code.push({ op: 'local.set', index });
    return this;
  }

  tee(index: number): this {
    this.code.push({ op: 'local.tee', index });
    return this;
  }

  globalGet(global: GlobalRef): this {
    this.code.push({ op: 'global.get', global });
    return this;
  }

  call(fn: FuncRef): this {
    this.code.push({ op: 'call', fn });
    return this;
  }

  /** Calls the function of the module's table whose index is on the stack, above the arguments. */
  callIndirect(params: readonly ValType[], results: readonly ValType[]): this {
    this.code.push({ op: 'call_indirect', params, results });
    return this;
  }

  /** Opens a block, loop or `if`; close it with `end`. */
  open(op: 'block' | 'loop' | 'if', name: string, results: readonly ValType[] = []): Label {
    const label = { name };
    this.code.push({ op, label, results });
    return label;
  }

  else(): this {
    this.code.push({ op: 'else' });
    return this;
  }

  end(): this {
    this.code.push({ op: 'end' });
    return this;
  }

  br(label: Label): this {
    this.code.push({ op: 'br', label });
    return this;
  }

  brIf(label: Label): this {
    this.code.push({ op: 'br_if', label });
    return this;
  }

  brTable(labels: readonly Label[], otherwise: Label): this {
    this.code.push({ op: 'br_table', labels, otherwise });
    return this;
  }
}

/** A module under construction; `encodeModule` makes the binary, `listModule` the readable form. */
export class WasmModule {
  readonly imports: FuncRef[] = [];
  readonly functions: FuncBody[] = [];
  readonly globals: GlobalRef[] = [];
  readonly exports: { readonly name: string; readonly item: FuncRef | GlobalRef }[] = [];
  memory: MemoryImport | null = null;
  /** The table of functions `callIndirect` goes through. */
  table: readonly [string, string] | null = null;

  /** The same field asked for twice is one import. */
  importFunction(module: string, field: string, params: readonly ValType[], results: readonly ValType[]): FuncRef {
    const known = this.imports.find((f) => f.from![0] === module && f.from![1] === field);
    if (known !== undefined) return known;
    const fn: FuncRef = { name: `${module}.${field}`, from: [module, field], params, results };
    this.imports.push(fn);
    return fn;
  }

  importGlobal(module: string, field: string, type: GlobalRef['type'], mutable = false): GlobalRef {
    const known = this.globals.find((g) => g.from?.[0] === module && g.from[1] === field);
    if (known !== undefined) return known;
    const global: GlobalRef = { name: `${module}.${field}`, type, mutable, from: [module, field], value: 0 };
    this.globals.push(global);
    return global;
  }

  define(body: FuncBody): FuncBody {
    this.functions.push(body);
    return body;
  }

  export(name: string, item: FuncRef | GlobalRef): void {
    this.exports.push({ name, item });
  }
}
