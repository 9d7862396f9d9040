/**
 * Value descriptors: what a field, a message, a kernel's state or a local of the kernel language *is*.
 *
 * One description serves every purpose: TypeScript types are inferred from it, byte offsets are computed
 * from it, and it is the type object of the kernel language's IR. Layout rule, the same on every target:
 * C natural alignment, little endian; a vector is aligned like its element and has no padding; `bool`
 * occupies four bytes (0 or 1). Targets whose own rules differ (WGSL) address memory by these offsets.
 */

declare const valueType: unique symbol;

export type ScalarName = 'bool' | 'i32' | 'u32' | 'i64' | 'u64' | 'f16' | 'bf16' | 'f32' | 'f64';

/** Carries the TypeScript type of a descriptor's values; never present at run time. */
interface Typed<T> {
  readonly [valueType]?: T;
  /** Bytes. */
  readonly size: number;
  /** Bytes; a power of two. */
  readonly align: number;
}

export interface Scalar<N extends ScalarName = ScalarName> extends Typed<ScalarValue<N>> {
  readonly kind: 'scalar';
  readonly name: N;
}

export type ScalarValue<N extends ScalarName> = N extends 'bool' ? boolean : N extends 'i64' | 'u64' ? bigint : number;

export type VecLength = 2 | 3 | 4;

export interface Vec<E extends Scalar = Scalar, L extends VecLength = VecLength> extends Typed<VecValue<L>> {
  readonly kind: 'vec';
  readonly elem: E;
  readonly length: L;
}

/** Host-side value of a vector. Vectors hold f32, i32 or u32, so components are numbers. */
export type VecValue<L extends VecLength> =
  { x: number; y: number } & (L extends 3 | 4 ? { z: number } : unknown) & (L extends 4 ? { w: number } : unknown);

export interface FixedArray<E extends AnyType = AnyType> extends Typed<readonly unknown[]> {
  readonly kind: 'array';
  readonly elem: E;
  readonly length: number;
  /** Bytes from one element to the next: the element's size rounded up to its alignment. */
  readonly stride: number;
  /** Set: a square matrix of this size, its elements are its columns. */
  readonly matrix?: VecLength;
}

/** A square matrix of f32: its columns one after another, without padding (16, 36, 64 bytes). */
export interface Mat<L extends VecLength = VecLength> extends FixedArray<Vec<Scalar<'f32'>, L>> {
  readonly matrix: L;
}

export interface StructField {
  readonly name: string;
  readonly type: AnyType;
  /** Bytes from the start of the struct. */
  readonly offset: number;
}

export type Fields = { readonly [name: string]: AnyType };

export interface Struct<F extends Fields = Fields> extends Typed<unknown> {
  readonly kind: 'struct';
  readonly name: string;
  readonly shape: F;
  /** In declaration order. */
  readonly fields: readonly StructField[];
}

export type AnyType = Scalar | Vec | FixedArray | Struct;

/** The TypeScript type of a descriptor's values: `ValueOf<typeof u64>` is `bigint`. */
export type ValueOf<T> =
  T extends Scalar<infer N> ? ScalarValue<N>
    : T extends Vec<Scalar, infer L> ? VecValue<L>
      : T extends FixedArray<infer E> ? readonly ValueOf<E>[]
        : T extends Struct<infer F> ? FieldValues<F>
          : never;

export type FieldValues<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> };

/** What is accepted where a value is written: vectors also as tuples, arrays as anything list-like. */
export type InputOf<T> =
  T extends Scalar<infer N> ? ScalarValue<N>
    : T extends Vec<Scalar, infer L> ? VecValue<L> | VecTuple<L>
      : T extends FixedArray<infer E> ? ArrayLike<InputOf<E>>
        : T extends Struct<infer F> ? FieldInputs<F>
          : never;

export type VecTuple<L extends VecLength> =
  L extends 2 ? readonly [number, number]
    : L extends 3 ? readonly [number, number, number]
      : readonly [number, number, number, number];

export type FieldInputs<F extends Fields> = { readonly [K in keyof F]: InputOf<F[K]> };

function scalar<N extends ScalarName>(name: N, size: number): Scalar<N> {
  return Object.freeze({ kind: 'scalar' as const, name, size, align: size });
}

/** True or false; four bytes. */
export const bool: Scalar<'bool'> = scalar('bool', 4);
/** Signed 32-bit integer; a `number`. */
export const i32: Scalar<'i32'> = scalar('i32', 4);
/** Unsigned 32-bit integer; a `number`. */
export const u32: Scalar<'u32'> = scalar('u32', 4);
/** Signed 64-bit integer; a `bigint`. */
export const i64: Scalar<'i64'> = scalar('i64', 8);
/** Unsigned 64-bit integer; a `bigint`. */
export const u64: Scalar<'u64'> = scalar('u64', 8);
/** IEEE 754 half precision, two bytes: how a number is stored. Kernels read it as f32 and round explicitly, with `ctx.f16(x)`. */
export const f16: Scalar<'f16'> = scalar('f16', 2);
/** The upper half of an f32 (bfloat16), two bytes: its range, 8 bits of precision. How a number is stored, as `f16`. */
export const bf16: Scalar<'bf16'> = scalar('bf16', 2);
/** IEEE 754 single precision; the default float. */
export const f32: Scalar<'f32'> = scalar('f32', 4);
/** IEEE 754 double precision; CPU and CUDA only. */
export const f64: Scalar<'f64'> = scalar('f64', 8);

export const scalars = { bool, i32, u32, i64, u64, f16, bf16, f32, f64 } as const;

export type VecElem = Scalar<'f32'> | Scalar<'i32'> | Scalar<'u32'>;

function vec<E extends VecElem, L extends VecLength>(elem: E, length: L): Vec<E, L> {
  return Object.freeze({ kind: 'vec' as const, elem, length, size: elem.size * length, align: elem.align });
}
export const vec2 = <E extends VecElem>(elem: E): Vec<E, 2> => vec(elem, 2);
export const vec3 = <E extends VecElem>(elem: E): Vec<E, 3> => vec(elem, 3);
export const vec4 = <E extends VecElem>(elem: E): Vec<E, 4> => vec(elem, 4);

export const roundUp = (bytes: number, align: number): number => Math.ceil(bytes / align) * align;

/** `length` elements of one type, in place. */
export function array<E extends AnyType>(elem: E, length: number): FixedArray<E> {
  const stride = roundUp(elem.size, elem.align);
  return Object.freeze({ kind: 'array' as const, elem, length, stride, size: stride * length, align: elem.align });
}

const mat = <L extends VecLength>(size: L): Mat<L> => Object.freeze({ ...array(vec(f32, size), size), matrix: size });
/** 2 x 2 matrix of f32: two columns, 16 bytes. */
export const mat2: Mat<2> = mat(2);
/** 3 x 3 matrix of f32: three columns without padding, 36 bytes. */
export const mat3: Mat<3> = mat(3);
/** 4 x 4 matrix of f32: four columns, 64 bytes. */
export const mat4: Mat<4> = mat(4);

/** A named record; fields are laid out in the order written. */
export function struct<const F extends Fields>(name: string, shape: F): Struct<F> {
  const fields: StructField[] = [];
  let offset = 0;
  let align = 1;
  for (const [fieldName, type] of Object.entries(shape)) {
    offset = roundUp(offset, type.align);
    fields.push(Object.freeze({ name: fieldName, type, offset }));
    offset += type.size;
    align = Math.max(align, type.align);
  }
  return Object.freeze({
    kind: 'struct' as const, name, shape, fields: Object.freeze(fields), size: roundUp(offset, align), align,
  });
}

/** Same meaning and same bytes. */
export function sameType(a: AnyType, b: AnyType): boolean {
  if (a === b) return true;
  if (a.kind === 'scalar' && b.kind === 'scalar') return a.name === b.name;
  if (a.kind === 'vec' && b.kind === 'vec') return a.length === b.length && a.elem.name === b.elem.name;
  if (a.kind === 'array' && b.kind === 'array') return a.length === b.length && sameType(a.elem, b.elem);
  if (a.kind === 'struct' && b.kind === 'struct') {
    return a.fields.length === b.fields.length
      && a.fields.every((f, i) => f.name === b.fields[i]!.name && sameType(f.type, b.fields[i]!.type));
  }
  return false;
}

/** Short spelling for messages and listings: `vec3<f32>`, `array<u32, 4>`, `Add`. */
export function typeName(t: AnyType): string {
  switch (t.kind) {
    case 'scalar': return t.name;
    case 'vec': return `vec${t.length}<${t.elem.name}>`;
    case 'array': return t.matrix === undefined ? `array<${typeName(t.elem)}, ${t.length}>` : `mat${t.matrix}`;
    case 'struct': return t.name;
  }
}

/** True for what the constructors of this module return. */
export function isTypeDescriptor(value: unknown): value is AnyType {
  if (typeof value !== 'object' || value === null) return false;
  const t = value as Partial<AnyType>;
  return (t.kind === 'scalar' || t.kind === 'vec' || t.kind === 'array' || t.kind === 'struct')
    && typeof t.size === 'number' && typeof t.align === 'number';
}

/** Name and layout spelled out in full; equal texts mean equal bytes. */
export function layoutText(t: AnyType): string {
  switch (t.kind) {
    case 'array': return `array<${layoutText(t.elem)},${t.length}>`;
    case 'struct': return `${t.name}{${t.fields.map((f) => `${f.name}:${layoutText(f.type)}@${f.offset}`).join(';')}}`;
    default: return typeName(t);
  }
}
