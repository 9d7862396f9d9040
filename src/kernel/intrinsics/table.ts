/**
 * The one table of intrinsics: name, signature, what it needs, and its spelling on each target.
 * The front end resolves calls by it, every emitter prints by it, `docs/intrinsics.md` and the
 * conformance test of intrinsics are derived from it. Rows live beside this file, one file a category.
 */
import type { ScalarName } from '../../layout/types.ts';
import type { Need } from '../ir.ts';
import { actorRows } from './actor.ts';
import { atomicRows } from './atomics.ts';
import { bitRows } from './bits.ts';
import { classifyRows } from './classify.ts';
import { exponentialRows } from './exponential.ts';
import { extentRows } from './extents.ts';
import { barrierRows, indexRows } from './indices.ts';
import { mathRows } from './math.ts';
import { memoryRows, prefetchRows } from './memory.ts';
import { randomRows } from './random.ts';
import { reductionRows } from './reductions.ts';
import { specialRows } from './special.ts';
import { subgroupRows } from './subgroups.ts';
import { timeRows } from './time.ts';
import { trigonometricRows } from './trigonometric.ts';
import { writtenRows } from './written-rows.ts';

export type Target = 'js' | 'wasm' | 'cuda' | 'msl' | 'wgsl';

/**
 * Spelling of a call on one target: a template with `$0`, `$1`, … for the operands (`$t` the scalar type
 * as the target spells it), or one per scalar type of the overload. For `wasm`: an instruction
 * (`f32.sqrt`), or `@name` for a routine of the emitter's library.
 */
export type Spelling = string | { readonly [S in ScalarName]?: string };

/** `T` is the overload's type; a scalar name is that type itself. Vectors go by component where `T` allows a vector. */
export type Operand = 'T' | ScalarName;

export interface IntrinsicRow {
  readonly name: string;
  readonly category: 'sync' | 'atomic' | 'math' | 'trigonometric' | 'hyperbolic' | 'exponential' | 'special'
    | 'classify' | 'subgroup' | 'bits' | 'memory' | 'clock' | 'index' | 'reduce' | 'stencil' | 'queue' | 'hlc' | 'k2k' | 'cast' | 'vector' | 'random' | 'observe';
  /** One line, for the docs. */
  readonly doc: string;
  /**
   * Where the user writes it: `Math.sqrt`; `ctx.rsqrt` (every context: also `g.rsqrt`); `actor` and `global` are
   * contexts of only these kernels; `mem` is the raw memory of `deviceFunction`s. Empty: emitted by the compiler.
   */
  readonly on: readonly ('Math' | 'ctx' | 'actor' | 'global' | 'mem')[];
  /** Read without a call: `ctx.self`, `g.x`. */
  readonly property?: true;
  /** Types `T` may be, in the order tried; a literal takes the first. */
  readonly types: readonly ScalarName[];
  readonly params: readonly Operand[];
  /** null: no value. */
  readonly result: Operand | null;
  /** Leading operands that are addresses (atomics). Default 0. */
  readonly places?: number;
  /** Places are only read. Default: they are written too. */
  readonly reads?: true;
  /** Changes memory, communicates or waits. Default false. */
  readonly effects?: true;
  readonly need?: Need;
  /** Largest error allowed against the exact result, in units of its last place; one number, or one per type. 0: the exact result, rounded. Default 0. */
  readonly ulp?: number | { readonly f32: number; readonly f64: number };
  /**
   * Where results cancel: units count as those of this size at least (`operands`: of the largest operand).
   * Default: the unit of the result, however small.
   */
  readonly near?: number | 'operands';
  /** The bound holds for operands up to this size; beyond, results are right but less exact. Default: all. */
  readonly within?: number | { readonly f32: number; readonly f64: number };
  /**
   * What it is in an actor's handler, which one thread runs: a number; nothing to do; its first operand; 1 where
   * its test holds. For rows of global kernels that have a meaning there.
   */
  readonly alone?: 0 | 1 | 'nothing' | 'operand' | 'count';
  readonly emit: { readonly [K in Target]?: Spelling };
  /**
   * The function itself in the kernel language, in place of spellings: `(context, ...operands) => result`. Every
   * target compiles it, so every target gives the same bits. One with effects becomes part of its caller.
   */
  readonly written?: (context: never, ...operands: never[]) => unknown;
  /** The written function takes, after the context, shared memory of its type for the largest workgroup. */
  readonly tile?: true;
}

export const intrinsics: ReadonlyMap<string, IntrinsicRow> = new Map(
  [...mathRows, ...trigonometricRows, ...exponentialRows, ...specialRows, ...classifyRows, ...bitRows, ...extentRows, ...memoryRows, ...prefetchRows, ...indexRows, ...barrierRows, ...atomicRows, ...subgroupRows, ...actorRows, ...randomRows, ...reductionRows, ...timeRows, ...writtenRows].map((row) => [row.name, row]),
);

/** The error bound of the row for a type, in units of the last place. */
export const ulpOf = (row: IntrinsicRow, type: ScalarName | null): number => perType(row.ulp, type, 0);
/** The size of operands up to which the bound holds. */
export const rangeOf = (row: IntrinsicRow, type: ScalarName | null): number => perType(row.within, type, Infinity);

function perType(value: number | { readonly f32: number; readonly f64: number } | undefined, type: ScalarName | null, otherwise: number): number {
  if (value === undefined || typeof value === 'number') return value ?? otherwise;
  return value[type === 'f64' ? 'f64' : 'f32'];
}

/** The spelling for one target and type; undefined where the target does not claim the row. */
export function spelling(row: IntrinsicRow, target: Target, type: ScalarName | null): string | undefined {
  const s = row.emit[target];
  return s === undefined || typeof s === 'string' ? s : type === null ? undefined : s[type];
}
