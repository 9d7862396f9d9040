/** The TypeScript types of vectors and matrices inside a kernel. */
import type { VecLength } from '../layout/types.ts';

type Letters<L extends VecLength, X extends string, Y extends string, Z extends string, W extends string> =
  L extends 2 ? X | Y : L extends 3 ? X | Y | Z : X | Y | Z | W;
type Pairs<C extends string> = `${C}${C}`;
type Triples<C extends string> = `${C}${C}${C}`;
type Quads<C extends string> = `${C}${C}${C}${C}`;
type Mixed<C extends string> = { [K in Pairs<C>]: Vector<2> } & { [K in Triples<C>]: Vector<3> } & { [K in Quads<C>]: Vector<4> };

/**
 * Any two to four components in any order: `v.xy`, `v.zyx`, `c.rgb`. One that names no component twice can be
 * assigned, if the vector can: `v.xz = ctx.vec2(1, 2)`.
 */
export type Swizzles<L extends VecLength> = Mixed<Letters<L, 'x', 'y', 'z', 'w'>> & Mixed<Letters<L, 'r', 'g', 'b', 'a'>>;

type Num = number;

/** Components, and methods in place of operators. Every method gives a new vector. */
export interface VectorMethods<L extends VecLength> {
  x: number;
  y: number;
  z: L extends 3 | 4 ? number : never;
  w: L extends 4 ? number : never;
  /** The components of a colour: r is x, g is y, and so on. */
  r: number;
  g: number;
  b: L extends 3 | 4 ? number : never;
  a: L extends 4 ? number : never;
  add(other: VectorLike<L> | Num): Vector<L>;
  sub(other: VectorLike<L> | Num): Vector<L>;
  mul(other: VectorLike<L> | Num): Vector<L>;
  /** Of integers: truncating, 0 for a zero divisor. */
  div(other: VectorLike<L> | Num): Vector<L>;
  min(other: VectorLike<L> | Num): Vector<L>;
  max(other: VectorLike<L> | Num): Vector<L>;
  clamp(low: VectorLike<L> | Num, high: VectorLike<L> | Num): Vector<L>;
  lerp(other: VectorLike<L>, t: VectorLike<L> | Num): Vector<L>;
  neg(): Vector<L>;
  abs(): Vector<L>;
  floor(): Vector<L>;
  ceil(): Vector<L>;
  /** Nearest integers, halves upwards. */
  round(): Vector<L>;
  trunc(): Vector<L>;
  fract(): Vector<L>;
  sqrt(): Vector<L>;
  normalize(): Vector<L>;
  /** Mirrored at the plane with this unit normal. */
  reflect(normal: VectorLike<L>): Vector<L>;
  /** Only for three components. */
  cross(other: VectorLike<L>): Vector<L>;
  dot(other: VectorLike<L>): number;
  /** Of the components. */
  sum(): number;
  length(): number;
  lengthSquared(): number;
  distance(other: VectorLike<L>): number;
  equals(other: VectorLike<L>): boolean;
}

/** A vec4 of f32 as a quaternion: x y z are the imaginary parts, w the real one. */
export interface Quaternion {
  /** Hamilton's product: as rotations, `q` first. */
  qmul(q: VectorLike<4>): Vector<4>;
  conjugate(): Vector<4>;
  /** The vector turned by this unit quaternion. */
  rotate(v: VectorLike<3>): Vector<3>;
  /** Between unit quaternions, along the shorter way; `t` from 0 to 1. */
  slerp(q: VectorLike<4>, t: number): Vector<4>;
  /** The rotation as a matrix. */
  toMatrix(): Matrix<3>;
}

/** A vector inside a kernel. */
export type Vector<L extends VecLength = VecLength> = VectorMethods<L> & Swizzles<L> & (L extends 4 ? Quaternion : unknown);

export type VectorLike<L extends VecLength> = { readonly x: number; readonly y: number }
  & (L extends 3 | 4 ? { readonly z: number } : unknown) & (L extends 4 ? { readonly w: number } : unknown);

/** A square matrix of f32 inside a kernel; its elements are its columns. Every method gives a new value. */
export interface Matrix<L extends VecLength = VecLength> extends Iterable<Vector<L>> {
  0: Vector<L>;
  1: Vector<L>;
  2: L extends 3 | 4 ? Vector<L> : never;
  3: L extends 4 ? Vector<L> : never;
  [column: number]: Vector<L>;
  readonly length: number;
  mul(by: Matrix<L>): Matrix<L>;
  mul(by: number): Matrix<L>;
  mul(by: VectorLike<L>): Vector<L>;
  add(other: Matrix<L>): Matrix<L>;
  sub(other: Matrix<L>): Matrix<L>;
  transpose(): Matrix<L>;
  determinant(): number;
  /** Of a singular matrix: infinities and NaN. */
  inverse(): Matrix<L>;
}

/** What may be stored where a matrix goes: a matrix, or its columns. */
export type MatrixLike<L extends VecLength> = Matrix<L> | readonly VectorLike<L>[];

type Part<L extends VecLength> = number | VectorLike<L>;

/** Constructors: of components, of one number for all, or of smaller vectors and numbers together; of another vector: converted. */
export interface VectorConstructors {
  vec2(x: Part<2>, y?: number): Vector<2>;
  vec3(x: Part<2 | 3>, y?: Part<2>, z?: number): Vector<3>;
  vec4(x: Part<VecLength>, y?: Part<2 | 3>, z?: Part<2>, w?: number): Vector<4>;
  ivec2(x: Part<2>, y?: number): Vector<2>;
  ivec3(x: Part<2 | 3>, y?: Part<2>, z?: number): Vector<3>;
  ivec4(x: Part<VecLength>, y?: Part<2 | 3>, z?: Part<2>, w?: number): Vector<4>;
  uvec2(x: Part<2>, y?: number): Vector<2>;
  uvec3(x: Part<2 | 3>, y?: Part<2>, z?: number): Vector<3>;
  uvec4(x: Part<VecLength>, y?: Part<2 | 3>, z?: Part<2>, w?: number): Vector<4>;
  /** Columns; or all numbers, column by column; or one number for the diagonal. */
  mat2(...columns: readonly VectorLike<2>[] | readonly number[]): Matrix<2>;
  mat3(...columns: readonly VectorLike<3>[] | readonly number[]): Matrix<3>;
  mat4(...columns: readonly VectorLike<4>[] | readonly number[]): Matrix<4>;
  /** A turn by `angle` radians around `axis`, a unit vector. */
  quat(axis: VectorLike<3>, angle: number): Vector<4>;
}
