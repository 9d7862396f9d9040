/**
 * What a device owes that keeps a grid stepping by itself: a persistent grid. It is opened from a description of
 * fields and programs, takes commands in two lanes and answers each.
 *
 * - Commands of one lane take effect in the order given, each between two steps. A `run` holds its lane until its
 *   steps are done; the urgent lane is looked at between any two steps, also in the middle of a `run`.
 * - Every answer says after how many steps (since the opening or the last reset) the command took effect.
 * - `pause` holds `run` and `play` back; other commands are taken all the same.
 * - Commands that stand between two `hold`s of `true` and `false` take effect at one step: while `hold` is true
 *   no step follows until the next command of the lane was taken.
 * - Coordinates count cells without ghosts, from 0. Fields are named by their index in `GridSpec.fields`.
 */
import type { GlobalProgram } from '../kernel/ir.ts';
import type { Scalar } from '../layout/types.ts';

/** `evolving`: written each step. `previous`: what the evolving field `of` was one step ago. `still`: read only. */
export type GridRole = 'evolving' | 'previous' | 'still';

export interface GridField {
  readonly name: string;
  readonly elem: Scalar;
  readonly role: GridRole;
  /** Index of the evolving field that a `previous` field follows; else -1. */
  readonly of: number;
}

/** What ghost cells hold. `absorbing`: the speed is one of the numbers that `set` changes. */
export type GridBoundary = { readonly rule: 'fixed'; readonly value: number } | { readonly rule: 'periodic' | 'reflecting' | 'absorbing' };

export interface GridSpec {
  readonly id: string;
  readonly dims: 2 | 3;
  readonly halo: number;
  /** Cells in x, y[, z]. */
  readonly size: readonly number[];
  readonly fields: readonly GridField[];
  readonly boundary: GridBoundary;
  /** Parameters in the order of the program's value parameters. */
  readonly params: readonly { readonly name: string; readonly type: Scalar }[];
  /** One step of one cell: `StencilDefinition.program`. */
  readonly program: GlobalProgram;
  /** What each cell contributes to a measure: `StencilDefinition.measures`. */
  readonly measures: Readonly<Record<string, GlobalProgram>>;
  /** Values at the start. */
  readonly values: readonly number[];
  /** Cells per step at which waves leave; `absorbing` alone. */
  readonly speed: number;
  /** Backend-specific settings, checked by the backend. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export type GridArray = Float32Array | Int32Array | Uint32Array;

export type GridCommand =
  /** Answered when the steps are done. */
  | { readonly op: 'run'; readonly steps: number }
  /** Steps while the lanes hold nothing else, until `pause`. */
  | { readonly op: 'play' }
  | { readonly op: 'pause' }
  | { readonly op: 'resume' }
  /** All parameters, and the speed of an absorbing edge. */
  | { readonly op: 'set'; readonly values: readonly number[]; readonly speed: number }
  /**
   * Cells within `radius` of `at` (a distance of centres): `add` raises by `amount` under a raised cosine, `set`
   * replaces. A `previous` field of the field is changed with it. f32 fields.
   */
  | { readonly op: 'brush'; readonly field: number; readonly at: readonly number[]; readonly radius: number; readonly amount: number; readonly mode: 'add' | 'set' }
  /** All cells of a field, x fastest; null: zero. Its ghosts follow the boundary rule. */
  | { readonly op: 'load'; readonly field: number; readonly values: GridArray | null }
  /** Adds `amplitude * sin` to one cell after each step; phases count from step 0. `source` names it, 0 to 63. */
  | { readonly op: 'addSource'; readonly source: number; readonly field: number; readonly at: readonly number[]; readonly amplitude: number; readonly period: number }
  | { readonly op: 'removeSource'; readonly source: number }
  /** A copy of a field as it was after one step. */
  | { readonly op: 'snapshot'; readonly field: number }
  /** The sum of a measure over the grid. */
  | { readonly op: 'measure'; readonly name: string }
  /** Step 0 again: evolving and previous fields zero, sources gone. Parameters and still fields stay. */
  | { readonly op: 'reset' }
  /** Answered at once. */
  | { readonly op: 'progress' };

export interface GridAnswer {
  /** Steps after which the command took effect. */
  readonly step: number;
  /** `measure`: the sum. */
  readonly value?: number;
  /** `snapshot`: the cells without ghosts, x fastest. */
  readonly cells?: GridArray;
  /** `progress`: whether it steps at this moment. */
  readonly running?: boolean;
}

export interface GridOrder {
  /** The lane that is looked at between any two steps. Default false. */
  readonly urgent?: boolean;
  /** No step between this command and the next of the lane. Default false. */
  readonly hold?: boolean;
}

/** A grid that steps on its device. Disposing ends it; commands that wait are rejected with `KernelTerminated`. */
export interface PersistentGrid extends AsyncDisposable {
  /** Posted before this returns; the answer comes later. Rejects with the cause when the device fails. */
  command(command: GridCommand, order?: GridOrder): Promise<GridAnswer>;
  /** Steps done, as far as the device has told: costs no round trip. */
  readonly step: number;
  /** For figures and tests: how it lies on the device. */
  readonly facts: Readonly<Record<string, number | boolean>>;
}
