/** What an expression of a kernel is while it is being compiled. */
import type { Struct, Type } from './types.ts';
import type { BufferParam, ConstantBuffer, Expr, Place, Port, SharedArray } from '../ir.ts';
import type { IntrinsicRow } from '../intrinsics/table.ts';
import type { FunctionNode } from '../syntax.ts';
import type { Frame, Variable } from './variable.ts';

/** A number or bigint known exactly; it has no type of its own until it meets one. */
export interface Lit {
  readonly kind: 'lit';
  readonly value: number | bigint;
}

/**
 * A type that may still change: the expression is made of literals and of locals that hold only literals.
 * `vars` are those locals; they take over the type that the expression meets.
 */
export interface Flex {
  readonly vars: readonly Variable[];
  readonly frac: boolean;
}

/** An integer division written as `a / b`: truncating it gives back the exact quotient. */
export interface Quotient {
  readonly left: Expr;
  readonly right: Expr;
  readonly type: Type;
  readonly flex: Flex | null;
}

/** A value at run time. A `load` can also be assigned, if its place can. */
export interface Data {
  readonly kind: 'data';
  readonly expr: Expr;
  readonly type: Type;
  readonly flex: Flex | null;
  readonly quotient?: Quotient;
  /** Proven not to be negative. */
  readonly nonneg?: boolean;
  /** Components of a place, taken together: where an assignment puts each part. */
  readonly targets?: readonly Place[];
}

/** An object literal; its fields find their types one by one. */
export interface RecordValue {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, Value>;
}

/** An array literal. */
export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

/** An array with elements at run time: parameter, constant, shared memory. */
export interface ArrayHandle {
  readonly kind: 'array';
  readonly name: string;
  readonly base: Extract<Place, { kind: 'buffer' | 'constant' | 'shared' }>;
  readonly source: BufferParam | ConstantBuffer | SharedArray;
  readonly elem: Type;
  /** null: known at launch. */
  readonly length: number | null;
  readonly grid: 0 | 2 | 3;
  /** A field of a stencil: ghost cells on each side, which its coordinates leave out. Default 0. */
  readonly halo?: number;
  /** A field of a stencil: the field whose extents stand for those of all, which are alike. Default: its own. */
  readonly shape?: ArrayHandle;
  /** A field of a stencil: where `set` goes. Default: the array itself. */
  readonly next?: ArrayHandle;
  readonly readable: boolean;
  readonly writable: boolean;
}

/** Things that exist only while compiling. */
export type Handle =
  | ArrayHandle
  | { readonly kind: 'context' }
  | { readonly kind: 'ports' }
  | { readonly kind: 'port'; readonly port: Port }
  | { readonly kind: 'uses'; readonly value: object; readonly path: string }
  | { readonly kind: 'helper'; readonly value: object; readonly path: string }
  | { readonly kind: 'math' }
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'sharedMemory' }
  | { readonly kind: 'intrinsic'; readonly row: IntrinsicRow; readonly path: string }
  /** A function that the compiler itself understands: casts, vector constructors, `debug`, `range`, … */
  | { readonly kind: 'builtin'; readonly name: string; readonly path: string }
  | { readonly kind: 'method'; readonly self: Value; readonly name: string }
  | { readonly kind: 'function'; readonly node: FunctionNode; readonly frame: Frame; readonly name: string }
  | { readonly kind: 'range'; readonly from: Value; readonly to: Value }
  /** Only when a kernel is linted: see `unknown.ts`. */
  | { readonly kind: 'unknown' };

export type Value = Lit | Data | RecordValue | ListValue | Handle | { readonly kind: 'void'; readonly of: string };

export const lit = (value: number | bigint): Lit => ({ kind: 'lit', value });
export const data = (expr: Expr, type: Type, flex: Flex | null = null): Data => ({ kind: 'data', expr, type, flex });
export const nothing = (of: string): Value => ({ kind: 'void', of });

export const isStruct = (type: Type): type is Struct => type.kind === 'struct';
