/** Stencil kernels: one function for each cell of a grid, reading neighbours, writing the next generation. */
import { fail } from '../error/index.ts';
import { compileGlobal, nextOf, type ParamSource } from '../kernel/compile.ts';
import type { Uses } from '../kernel/define.ts';
import type { GridContext, KernelValue, ReadGrid } from '../kernel/face.ts';
import type { GlobalProgram } from '../kernel/ir.ts';
import { register } from '../kernel/registry.ts';
import { f32, type AnyType, type InputOf, type Scalar } from '../layout/types.ts';

/** A field that is the previous generation of another: no cell of it is written, the buffers change places. */
export interface PreviousField<N extends string = string> {
  readonly kind: 'previous';
  readonly of: N;
}
/** A field the stencil only reads: walls, materials. The host may paint it. */
export interface StillField<E extends Scalar = Scalar> {
  readonly kind: 'still';
  readonly elem: E;
}
export const previous = <const N extends string>(of: N): PreviousField<N> => Object.freeze({ kind: 'previous', of });
export const still = <E extends Scalar>(elem: E): StillField<E> => Object.freeze({ kind: 'still', elem });

export type StencilFields = { readonly [name: string]: Scalar | PreviousField | StillField };
export type StencilParams = { readonly [name: string]: Scalar };
export type StencilValues<P extends StencilParams> = { readonly [K in keyof P]: InputOf<P[K]> };

/**
 * A field inside a stencil. `at(dx, dy)` counts from the own cell, up to `halo` cells in each direction;
 * `get(x, y)`, `w`, `h` and `d` count cells without ghosts.
 */
export type FieldView<F extends StencilFields, N extends keyof F, D extends 2 | 3> =
  F[N] extends PreviousField<infer O> ? O extends keyof F ? F[O] extends Scalar ? ReadGrid<KernelValue<F[O]>, D> : never : never
    : F[N] extends StillField<infer E> ? ReadGrid<KernelValue<E>, D>
      : F[N] extends AnyType ? ReadGrid<KernelValue<F[N]>, D> & {
        /** The own cell's value in the next generation. A cell that is not set keeps its value. */
        set(value: KernelValue<F[N]>): void;
      } : never;

/** The cell's share of a quantity that is summed over the grid. */
export type Measure<D extends 2 | 3, F extends StencilFields, P extends StencilParams, U> = (
  g: GridContext<U>, fields: { readonly [K in keyof F]: Omit<FieldView<F, K, D>, 'set'> }, params: { readonly [K in keyof P]: KernelValue<P[K]> }, uses: U) => number;

export interface StencilOptions<D extends 2 | 3, F extends StencilFields, P extends StencilParams, M extends string, U> {
  /** Unique name. */
  readonly id: string;
  readonly dims: D;
  /** `u: f32` evolves; `prev: previous('u')` is what `u` was one step ago; `wall: still(f32)` only changes from outside. */
  readonly fields: F;
  /** Scalars that may change while it runs. */
  readonly params?: P;
  /** How far `at` reaches. Default 1. */
  readonly halo?: number;
  /** Threads of a workgroup. Default 16 x 16, 8 x 8 x 4 in three dimensions. */
  readonly workgroup?: readonly [number, number?, number?];
  /** Quantities measured on request: what each cell contributes. */
  readonly measures?: { readonly [K in M]: Measure<D, F, P, U> };
  readonly uses?: Uses<U>;
}

export interface StencilDefinition<D extends 2 | 3 = 2 | 3, F extends StencilFields = StencilFields, P extends StencilParams = StencilParams, M extends string = string> {
  readonly id: string;
  readonly dims: D;
  readonly halo: number;
  readonly fields: F;
  readonly params: P;
  /** Grids in the order of the program's parameters: each field, and behind it its next generation if it has one. */
  readonly program: GlobalProgram;
  /** Programs that write each cell's share to the grid `result`. */
  readonly measures: { readonly [K in M]: GlobalProgram };
}

type None = Record<never, never>;

/** Name of the grid a measure writes to. */
export const resultGrid = 'result';

/** Element type of a field; that of a previous generation is the field's own. */
export function elementOf(fields: StencilFields, name: string): Scalar {
  const field = fields[name]!;
  return field.kind === 'scalar' ? field : field.kind === 'still' ? field.elem : (fields[field.of] as Scalar);
}

/**
 * A stencil. Compiled, and checked, when defined.
 *
 * ```ts
 * const wave = stencilKernel({ id: 'wave', dims: 2, fields: { u: f32, prev: previous('u') }, params: { c2: f32 } },
 *   (g, { u, prev }, { c2 }) => {
 *     const c = u.at(0, 0);
 *     u.set(2 * c - prev.at(0, 0) + c2 * (u.north() + u.south() + u.east() + u.west() - 4 * c));
 *   });
 * ```
 */
export function stencilKernel<const D extends 2 | 3, const F extends StencilFields, const P extends StencilParams = None, M extends string = never, U extends object = None>(
  options: StencilOptions<D, F, P, M, U>,
  fn: (g: GridContext<U>, fields: { readonly [K in keyof F]: FieldView<F, K, D> }, params: { readonly [K in keyof P]: KernelValue<P[K]> }, uses: U) => void): StencilDefinition<D, F, P, M> {
  const { id, dims, fields, halo = 1 } = options;
  const params = options.params ?? ({} as P);
  const invalid = (reason: string, hint: string): Error => fail('RK104', { id, reason: `'${id}': ${reason}`, hint });
  if (!Number.isInteger(halo) || halo < 1 || halo > 16) throw invalid(`its halo is ${halo}`, 'Use a whole number from 1 to 16.');
  if (dims !== 2 && dims !== 3) throw invalid(`it has ${String(dims)} dimensions`, 'Use 2 or 3.');
  const names = [...Object.keys(fields), ...Object.keys(params)];
  const taken = names.find((n, k) => n === resultGrid || names.indexOf(n) !== k || names.some((o) => nextOf(o) === n));
  if (taken !== undefined) throw invalid(`'${taken}' names two things`, 'Give fields and parameters names of their own.');
  const evolving = Object.keys(fields).filter((n) => fields[n]!.kind === 'scalar');
  for (const [name, field] of Object.entries(fields)) {
    if (field.kind === 'previous' && !evolving.includes(field.of)) throw invalid(`'${name}' is the previous generation of '${field.of}', which does not evolve`, `Name one of ${evolving.join(', ')}.`);
    const twin = Object.entries(fields).find(([other, f]) => other !== name && f.kind === 'previous' && field.kind === 'previous' && f.of === field.of);
    if (twin !== undefined) throw invalid(`'${name}' and '${twin[0]}' are both the previous generation of '${twin[1].kind === 'previous' ? twin[1].of : ''}'`, 'Read one of them; it is the same.');
    if (elementOf(fields, name).size !== 4) throw invalid(`field '${name}' has elements of ${elementOf(fields, name).name}`, 'Use f32, i32 or u32.');
  }
  const workgroup = options.workgroup ?? (dims === 2 ? [16, 16] : [8, 8, 4]);
  const sources = (next: boolean): Record<string, ParamSource> => ({
    ...Object.fromEntries(Object.keys(fields).map((name): [string, ParamSource] => [name, { kind: 'field', elem: elementOf(fields, name), grid: dims, halo, next: next && fields[name]!.kind === 'scalar' }])),
    ...Object.fromEntries(Object.entries(params).map(([name, type]): [string, ParamSource] => [name, { kind: 'value', type }])),
  });
  const compile = (name: string, body: (...args: never[]) => unknown, measure: boolean): GlobalProgram => {
    const uses = typeof options.uses === 'function' ? (options.uses as () => object)() : options.uses ?? {};
    const all = measure ? { ...sources(false), [resultGrid]: { kind: 'cells', elem: f32, grid: dims, halo } as const } : sources(true);
    return compileGlobal({
      id: name, params: all, workgroup: [workgroup[0], workgroup[1] ?? 1, workgroup[2] ?? 1], uses, fn: body,
      parameters: [Object.keys(fields), Object.keys(params)], ...(measure ? { result: resultGrid } : {}),
    });
  };
  const definition = Object.freeze({
    id, dims, halo, fields, params,
    program: compile(id, fn, false),
    measures: Object.freeze(Object.fromEntries(Object.entries(options.measures ?? {}).map(([name, body]) => [name, compile(`${id}.${name}`, body as never, true)]))) as { readonly [K in M]: GlobalProgram },
  });
  register(definition);
  return definition;
}

