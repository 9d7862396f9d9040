/**
 * The intermediate representation: what the front end produces and every emitter reads.
 *
 * It is a typed tree with structured control flow, because every target (CUDA C++, MSL, WGSL,
 * WebAssembly, JavaScript) has that. The front end guarantees:
 *
 * - Every expression carries its type; operands of one binary node have one type (shift counts excepted).
 * - Effects (atomics, stores by intrinsics, sends, calls of helpers with effects) stand only as the root
 *   value of a `let`, `assign` or `exec` statement, never inside another expression. Everything else in an
 *   expression is pure, so emitters need not care about evaluation order. `logical` and `select` evaluate
 *   lazily (loads behind a bounds test stay behind it).
 * - Loop updates are plain assignments; `switch` does not fall through; every exit names its target.
 * - Local names are only for reading: emitters print `name` made unique with `id`.
 */
import type { AnyType, Scalar, Struct } from '../layout/types.ts';

export type Type = AnyType;

/** Offsets into one source text. `source` indexes `Program.sources` (handler 0, helpers after it). */
export interface Pos {
  readonly source: number;
  readonly start: number;
  readonly end: number;
}

export interface Local {
  readonly id: number;
  readonly name: string;
  readonly type: Type;
}

// ---------------------------------------------------------------- places

/** Something with an address: can be loaded, assigned, passed to an atomic. */
export type Place =
  | { readonly kind: 'local'; readonly local: Local }
  /** The actor's persistent state. */
  | { readonly kind: 'state'; readonly type: Struct }
  /** The message being handled; read-only. */
  | { readonly kind: 'message'; readonly type: Struct }
  /** A frozen typed array from `uses`; read-only. Always under an `index`. */
  | { readonly kind: 'constant'; readonly constant: ConstantBuffer }
  /**
   * A buffer parameter of a global kernel. Under an `index` (grids too: the front end writes
   * `(z * height + y) * width + x`), or bare as the place of the rows `length`, `width`, `height`, `depth`.
   */
  | { readonly kind: 'buffer'; readonly param: BufferParam }
  /** Workgroup-shared memory. Always under an `index`. */
  | { readonly kind: 'shared'; readonly shared: SharedArray }
  | { readonly kind: 'field'; readonly base: Place; readonly name: string; readonly offset: number; readonly type: Type }
  /** Element of an array, constant, buffer or shared array. `index` is i32 or u32. `checked`: proven in range. */
  | { readonly kind: 'index'; readonly base: Place; readonly index: Expr; readonly type: Type; readonly proven: boolean; readonly pos?: Pos }
  /** Component of a vector: 0 is x. */
  | { readonly kind: 'component'; readonly base: Place; readonly component: number; readonly type: Scalar };

// ---------------------------------------------------------------- expressions

export type UnaryOp =
  | 'neg'   // i32 u32 i64 u64 (wrapping), floats, vectors
  | 'not'   // bool
  | 'bnot'; // integers

export type BinaryOp =
  | 'add' | 'sub' | 'mul'                    // integers wrap; floats; vectors by component
  | 'div'                                    // floats only: real division
  | 'idiv' | 'imod'                          // integers: truncating, 0 for a zero divisor, INT_MIN / -1 wraps
  | 'floordiv' | 'ceildiv'                   // integers: Math.floor(a / b), Math.ceil(a / b), 0 for a zero divisor
  | 'rem'                                    // floats: C fmod, sign of the dividend
  | 'and' | 'or' | 'xor'                     // integers
  | 'shl' | 'shr';                           // integers; shr is arithmetic for signed types; counts are masked

export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/**
 * How a value changes type.
 * - `exact`: always representable (i32 to i64, f32 to f64, bool to number).
 * - `round`: to the nearest float (i32 to f32, f64 to f32).
 * - `bits`: same bits (i32 and u32, i64 and u64).
 * - `wrap`: modulo 2^n; from floats as JavaScript's `x | 0` (NaN and infinities give 0).
 * - `saturate`: floats to integers, clamped, NaN gives 0.
 * - `truth`: to bool; zero and NaN are false.
 * - `bitcast`: reinterpret between f32 and u32/i32, f64 and u64/i64.
 */
export type ConvertMode = 'exact' | 'round' | 'bits' | 'wrap' | 'saturate' | 'truth' | 'bitcast';

export type Expr =
  | { readonly kind: 'const'; readonly type: Scalar; readonly value: number | bigint | boolean; readonly pos?: Pos }
  | { readonly kind: 'load'; readonly place: Place; readonly type: Type; readonly pos?: Pos }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly value: Expr; readonly type: Type; readonly pos?: Pos }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr; readonly type: Type; readonly pos?: Pos }
  /** Result is bool. Floats compare as IEEE 754 (NaN: only `ne` is true). */
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Expr; readonly right: Expr; readonly type: Scalar<'bool'>; readonly pos?: Pos }
  /** Short-circuit; operands and result are bool. */
  | { readonly kind: 'logical'; readonly op: 'and' | 'or'; readonly left: Expr; readonly right: Expr; readonly type: Scalar<'bool'>; readonly pos?: Pos }
  | { readonly kind: 'select'; readonly test: Expr; readonly then: Expr; readonly else: Expr; readonly type: Type; readonly pos?: Pos }
  | { readonly kind: 'convert'; readonly mode: ConvertMode; readonly value: Expr; readonly type: Type; readonly pos?: Pos }
  /** A row of the intrinsics table. `type` null: no result. `places`: operands that are addresses (atomics). */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly places: readonly Place[]; readonly type: Type | null; readonly pos?: Pos }
  /** A helper of this program. */
  | { readonly kind: 'invoke'; readonly fn: Func; readonly args: readonly Expr[]; readonly type: Type | null; readonly pos?: Pos }
  /** A vector from components, a struct from fields in order, an array from elements. */
  | { readonly kind: 'construct'; readonly parts: readonly Expr[]; readonly type: Type; readonly pos?: Pos }
  /** Part of a value that has no address: field number, or component number of a vector. */
  | { readonly kind: 'extract'; readonly value: Expr; readonly part: number; readonly type: Type; readonly pos?: Pos }
  /** Sends a message; true if it was taken, false if the receiver's inbox is full or the port is unconnected. Effectful. */
  | { readonly kind: 'send'; readonly port: Port; readonly fields: readonly FieldValue[]; readonly type: Scalar<'bool'>; readonly pos?: Pos };

/** One field of a message literal; paths of nested structs are built with `construct`. */
export interface FieldValue {
  readonly name: string;
  readonly offset: number;
  readonly value: Expr;
}

// ---------------------------------------------------------------- statements

export type Stmt =
  /** Declares a local. Without `init` it is zero. */
  | { readonly kind: 'let'; readonly local: Local; readonly init: Expr | null; readonly pos?: Pos }
  | { readonly kind: 'assign'; readonly place: Place; readonly value: Expr; readonly pos?: Pos }
  | { readonly kind: 'exec'; readonly value: Expr; readonly pos?: Pos }
  | { readonly kind: 'if'; readonly test: Expr; readonly then: readonly Stmt[]; readonly else: readonly Stmt[]; readonly pos?: Pos }
  /**
   * `for (; pretest; update) body` or, with `posttest`, `do body while (posttest)`.
   * `continue` runs `update`, then the tests. Both tests null: leaves only by `break` or `return`.
   */
  | { readonly kind: 'loop'; readonly id: number; readonly pretest: Expr | null; readonly body: readonly Stmt[]; readonly update: readonly AssignStmt[]; readonly posttest: Expr | null; readonly pos?: Pos }
  /** A region that `break` may leave. */
  | { readonly kind: 'block'; readonly id: number; readonly body: readonly Stmt[]; readonly pos?: Pos }
  /** No fall-through. `break` with this id leaves it. Values are constants of the subject's type (any scalar). */
  | { readonly kind: 'switch'; readonly id: number; readonly subject: Expr; readonly cases: readonly SwitchCase[]; readonly otherwise: readonly Stmt[]; readonly pos?: Pos }
  /** Leaves the loop, block or switch with this id. */
  | { readonly kind: 'break'; readonly target: number; readonly pos?: Pos }
  | { readonly kind: 'continue'; readonly target: number; readonly pos?: Pos }
  /** In a handler always without a value. */
  | { readonly kind: 'return'; readonly value: Expr | null; readonly pos?: Pos }
  /** Writes the handler's answer; a `return` follows. At most one is executed per message. */
  | { readonly kind: 'reply'; readonly message: Struct; readonly fields: readonly FieldValue[]; readonly pos?: Pos }
  /** `ctx.debug(format, ...args)`, `ctx.alert(name, value)`, `ctx.metric(name, value)`; `format` indexes `Program.formats`. */
  | { readonly kind: 'debug'; readonly format: number; readonly args: readonly Expr[]; readonly pos?: Pos };

export type AssignStmt = Extract<Stmt, { kind: 'assign' }>;

export interface SwitchCase {
  readonly values: readonly (number | bigint | boolean)[];
  readonly body: readonly Stmt[];
}

// ---------------------------------------------------------------- programs

export interface Func {
  /** Unique in the program, a legal identifier on every target. */
  readonly name: string;
  /** Parameters are locals too; they may be assigned (they are copies). */
  readonly params: readonly Local[];
  readonly result: Type | null;
  readonly body: readonly Stmt[];
  /** Sends, atomics, debug output or barriers inside. */
  readonly effects: boolean;
  /** The user's own text in place of `body`, where there is one for the target. */
  readonly raw?: RawTexts;
  readonly pos?: Pos;
}

/** Targets whose language a user can write a function in. */
export type RawTarget = 'cuda' | 'msl' | 'wgsl';

/** Bodies by target. `source` indexes `Program.sources`. */
export type RawTexts = { readonly [T in RawTarget]?: { readonly text: string; readonly source: number } };

/** Typed array from `uses`, frozen into the program. */
export interface ConstantBuffer {
  readonly name: string;
  readonly elem: Scalar;
  readonly data: ArrayBufferView;
  readonly length: number;
}

export interface SharedArray {
  readonly name: string;
  readonly elem: Scalar;
  readonly length: number;
}

/** A buffer argument of a global kernel. `grid` 0 for plain arrays, else 2 or 3 dimensions. */
export interface BufferParam {
  readonly kind: 'buffer';
  readonly name: string;
  readonly index: number;
  readonly elem: Type;
  readonly access: 'read' | 'write' | 'readwrite';
  readonly grid: 0 | 2 | 3;
}

/** A scalar or vector argument of a global kernel or plain function; read through a local of the same name. */
export interface ValueParam {
  readonly kind: 'value';
  readonly name: string;
  readonly index: number;
  readonly local: Local;
}

/** A kernel-to-kernel output of an actor. */
export interface Port {
  readonly name: string;
  readonly index: number;
  readonly message: Struct;
}

/** One message type an actor handles. */
export interface Handler {
  /** Index of the message type within the actor: the low byte of a slot's tag. */
  readonly index: number;
  readonly message: Struct;
  readonly reply: Struct | null;
  readonly func: Func;
}

/** One source text with what is needed to point into the user's TypeScript. */
export interface SourceText {
  readonly text: string;
  /** The user's function; null for text that came without one. */
  readonly fn: ((...args: never[]) => unknown) | null;
  /** What messages call the text, where it is no function of the kernel language. */
  readonly name?: string;
}

/** A pattern of `ctx.debug`, or the name of an alert or of a metric. */
export interface Format {
  readonly kind: 'debug' | 'alert' | 'metric';
  readonly text: string;
}

interface ProgramBase {
  /** The kernel's id, as the user wrote it. */
  readonly id: string;
  /** Helpers, callees before callers. */
  readonly functions: readonly Func[];
  readonly constants: readonly ConstantBuffer[];
  readonly shared: readonly SharedArray[];
  /** What handlers tell the host by `debug`, `alert` and `metric`: the device sends the number and the values. */
  readonly formats: readonly Format[];
  /** What a target must have to run this. */
  readonly needs: ReadonlySet<Need>;
  readonly sources: readonly SourceText[];
}

export interface ActorProgram extends ProgramBase {
  readonly kind: 'actor';
  readonly state: Struct | null;
  readonly handlers: readonly Handler[];
  readonly ports: readonly Port[];
}

export interface GlobalProgram extends ProgramBase {
  readonly kind: 'global';
  readonly params: readonly (BufferParam | ValueParam)[];
  /** Threads per workgroup in x, y, z. */
  readonly workgroup: readonly [number, number, number];
  readonly func: Func;
}

/** A plain function of scalars: what the engine's own ring steps are written as. */
export interface FunctionProgram extends ProgramBase {
  readonly kind: 'function';
  readonly func: Func;
}

export type Program = ActorProgram | GlobalProgram | FunctionProgram;

/** Features a program uses that not every target has. Asked per feature, never per backend name. */
export type Need =
  /** The device computes with halves itself. No program needs it: halves are stored everywhere, and read as f32. */
  | 'f16'
  | 'f64' | 'i64'
  | 'atomics' | 'atomics64' | 'atomicsFloat'
  | 'shared' | 'barrier' | 'gridBarrier' | 'subgroups'
  | 'send' | 'clock' | 'hlc' | 'debug';
