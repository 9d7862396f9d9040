/**
 * Reading and writing a structure in place. A view is made once; its fields are accessors that allocate
 * nothing (reading a 64-bit field makes a bigint, as JavaScript must).
 */
import { fail } from '../error/index.ts';
import type { Views } from './views.ts';
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from './half.ts';
import type { AnyType, Fields, FixedArray, Scalar, ScalarValue, Struct, Vec, VecLength } from './types.ts';

/** Byte offset of a (nested) field: `offsetOf(ControlBlock, 'hlc', 'physical')`. */
export function offsetOf(type: Struct, ...path: readonly string[]): number {
  let offset = 0;
  let at: AnyType = type;
  for (const name of path) {
    const field: Struct['fields'][number] | undefined = at.kind === 'struct' ? at.fields.find((f) => f.name === name) : undefined;
    if (field === undefined) throw fail('InvalidConfig', { option: 'field', value: path.join('.'), reason: `${type.name} has no such field.` });
    offset += field.offset;
    at = field.type;
  }
  return offset;
}

export interface ArrayView<V> {
  readonly length: number;
  /** Element `i`; for structs, vectors and arrays a view that the next call of `at` moves. */
  at(i: number): V;
  /** Only for arrays of scalars. */
  set(i: number, value: V): void;
}

type FieldView<T> =
  T extends Scalar<infer N> ? ScalarValue<N>
    : T extends Vec<Scalar, infer L> ? { [C in Components<L>]: number }
      : T extends FixedArray<infer E> ? ArrayView<FieldView<E>>
        : T extends Struct<infer F> ? StructView<F>
          : never;

type Components<L extends VecLength> = 'x' | 'y' | (L extends 3 | 4 ? 'z' : never) | (L extends 4 ? 'w' : never);

/** Scalars can be assigned; everything else is changed through its own view. */
export type StructView<F extends Fields = Fields> = { -readonly [K in keyof F]: FieldView<F[K]> };

interface Cursor {
  views: Views;
  base: number;
}

const cursors = new WeakMap<object, { move(views: Views, base: number): void }>();

/** A view of the structure that lies at `offset` (bytes, aligned as the structure wants). */
export function view<F extends Fields>(type: Struct<F>, views: Views, offset: number): StructView<F> {
  return structView(type, { views, base: offset }) as StructView<F>;
}

/** Points a view elsewhere: an element of a table, or the same place after memory has grown. */
export function moveView(target: object, views: Views, offset: number): void {
  const cursor = cursors.get(target);
  if (cursor === undefined) throw fail('InvalidConfig', { option: 'view', value: 'an object', reason: 'Only what `view` returned can be moved.' });
  cursor.move(views, offset);
}

/** A part that is a view of its own, with the way to move it along. */
interface Inner {
  readonly offset: number;
  readonly view: object;
}

function structView(type: Struct, cursor: Cursor): object {
  const inner: Inner[] = [];
  const result = {};
  for (const field of type.fields) definePart(result, field.name, field.type, field.offset, cursor, inner);
  return withCursor(Object.seal(result), cursor, inner);
}

function definePart(target: object, name: string, type: AnyType, offset: number, cursor: Cursor, inner: Inner[]): void {
  if (type.kind === 'scalar') {
    const { get, set } = accessors[type.name](cursor, offset);
    Object.defineProperty(target, name, { get, set, enumerable: true });
  } else {
    const part = partView(type, { views: cursor.views, base: cursor.base + offset });
    inner.push({ offset, view: part });
    Object.defineProperty(target, name, { value: part, enumerable: true });
  }
}

function partView(type: Exclude<AnyType, Scalar>, cursor: Cursor): object {
  switch (type.kind) {
    case 'struct': return structView(type, cursor);
    case 'vec': {
      const result = {};
      ['x', 'y', 'z', 'w'].slice(0, type.length).forEach((name, i) => definePart(result, name, type.elem, i * type.elem.size, cursor, []));
      return withCursor(Object.seal(result), cursor, []);
    }
    case 'array': return arrayView(type, cursor);
  }
}

function arrayView(type: FixedArray, cursor: Cursor): object {
  const { elem, stride, length } = type;
  const check = (i: number): void => {
    if (!(i >= 0 && i < length)) throw new RangeError(`index ${i} of an array of ${length}`);
  };
  if (elem.kind !== 'scalar') {
    const part = partView(elem, { views: cursor.views, base: cursor.base });
    return withCursor({
      length,
      at(i: number) {
        check(i);
        moveView(part, cursor.views, cursor.base + i * stride);
        return part;
      },
      set() {
        throw new TypeError('elements of this array are views; assign their fields');
      },
    }, cursor, []);
  }
  const element: Cursor = { views: cursor.views, base: cursor.base };
  const { get, set } = accessors[elem.name](element, 0);
  const place = (i: number): void => {
    check(i);
    element.views = cursor.views;
    element.base = cursor.base + i * stride;
  };
  return withCursor({
    length,
    at(i: number) {
      place(i);
      return get();
    },
    set(i: number, value: never) {
      place(i);
      set(value);
    },
  }, cursor, []);
}

function withCursor<T extends object>(target: T, cursor: Cursor, inner: readonly Inner[]): T {
  cursors.set(target, {
    move(views, base) {
      cursor.views = views;
      cursor.base = base;
      for (const part of inner) moveView(part.view, views, base + part.offset);
    },
  });
  return target;
}

interface Accessor {
  readonly get: () => unknown;
  readonly set: (value: never) => void;
}

const accessors: Readonly<Record<Scalar['name'], (c: Cursor, offset: number) => Accessor>> = {
  bool: (c, o) => ({ get: () => c.views.u32[(c.base + o) >>> 2] !== 0, set: (v: boolean) => { c.views.u32[(c.base + o) >>> 2] = v ? 1 : 0; } }),
  i32: (c, o) => ({ get: () => c.views.i32[(c.base + o) >>> 2], set: (v: number) => { c.views.i32[(c.base + o) >>> 2] = v; } }),
  u32: (c, o) => ({ get: () => c.views.u32[(c.base + o) >>> 2], set: (v: number) => { c.views.u32[(c.base + o) >>> 2] = v; } }),
  i64: (c, o) => ({ get: () => c.views.i64[(c.base + o) >>> 3], set: (v: bigint) => { c.views.i64[(c.base + o) >>> 3] = v; } }),
  u64: (c, o) => ({ get: () => c.views.u64[(c.base + o) >>> 3], set: (v: bigint) => { c.views.u64[(c.base + o) >>> 3] = v; } }),
  f16: (c, o) => ({ get: () => fromHalfBits(c.views.u16[(c.base + o) >>> 1]!), set: (v: number) => { c.views.u16[(c.base + o) >>> 1] = toHalfBits(v); } }),
  bf16: (c, o) => ({ get: () => fromBfloatBits(c.views.u16[(c.base + o) >>> 1]!), set: (v: number) => { c.views.u16[(c.base + o) >>> 1] = toBfloatBits(v); } }),
  f32: (c, o) => ({ get: () => c.views.f32[(c.base + o) >>> 2], set: (v: number) => { c.views.f32[(c.base + o) >>> 2] = v; } }),
  f64: (c, o) => ({ get: () => c.views.f64[(c.base + o) >>> 3], set: (v: number) => { c.views.f64[(c.base + o) >>> 3] = v; } }),
};
