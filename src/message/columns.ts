import { fail } from '../error/index.ts';
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../layout/half.ts';
import { roundUp, type AnyType, type FieldValues, type Fields, type FixedArray, type Scalar, type ScalarName, type Struct, type Vec } from '../layout/types.ts';
import type { Views } from './codec.ts';

const arrays = {
  bool: Uint32Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array,
  f16: Uint16Array, bf16: Uint16Array, f32: Float32Array, f64: Float64Array,
} as const satisfies Record<ScalarName, unknown>;

interface ArrayTypes {
  bool: Uint32Array; i32: Int32Array; u32: Uint32Array; i64: BigInt64Array; u64: BigUint64Array;
  f16: Uint16Array; bf16: Uint16Array; f32: Float32Array; f64: Float64Array;
}

type Column = ArrayTypes[ScalarName];

/** One typed array per field, by name. */
export type Columns = Readonly<Record<string, Column>>;

type ElementName<T> =
  AnyType extends T ? ScalarName
  : T extends Scalar<infer N> ? N : T extends Vec<Scalar<infer N>> ? N : T extends FixedArray<infer E> ? ElementName<E> : never;

/**
 * Many messages of one type, a typed array per field: `{ a: Float32Array, b: Float32Array }`. A vector or
 * an array field takes its elements one after the other; `bool` is 0 or 1 in a Uint32Array, f16 and bf16 their
 * bits in a Uint16Array.
 */
export type ColumnsOf<F extends Fields> = { readonly [K in keyof F]: ArrayTypes[ElementName<F[K]>] };

interface ColumnShape {
  readonly name: string;
  readonly scalar: ScalarName;
  /** Elements per message. */
  readonly width: number;
  readonly type: AnyType;
}

const shapes = new WeakMap<Struct, readonly ColumnShape[]>();

/** The columns of a struct in field order. Throws where a field is a struct: such messages go one at a time. */
export function columnShapes(struct: Struct): readonly ColumnShape[] {
  let found = shapes.get(struct);
  if (found === undefined) {
    found = struct.fields.map(({ name, type }) => ({ name, type, ...elements(struct, name, type) }));
    shapes.set(struct, found);
  }
  return found;
}

function elements(struct: Struct, field: string, type: AnyType): { scalar: ScalarName; width: number } {
  switch (type.kind) {
    case 'scalar': return { scalar: type.name, width: 1 };
    case 'vec': return { scalar: type.elem.name, width: type.length };
    case 'array': {
      const inner = elements(struct, field, type.elem);
      return { scalar: inner.scalar, width: inner.width * type.length };
    }
    case 'struct':
      throw fail('InvalidConfig', {
        option: 'batch', value: struct.name,
        reason: `Field '${field}' is a struct; batches carry scalars, vectors and arrays of those. Send such messages one at a time.`,
      });
  }
}

/** Checks that every field has its column and that all have as many messages; returns them in field order. */
export function orderColumns(struct: Struct, columns: Columns): { ordered: Column[]; count: number } {
  const ordered: Column[] = [];
  let count = -1;
  for (const { name, scalar, width } of columnShapes(struct)) {
    const column = (columns as Readonly<Record<string, Column | undefined>>)[name];
    const wanted = arrays[scalar];
    if (!(column instanceof wanted)) {
      throw badColumn(struct, name, column, `The column of '${name}' must be a ${wanted.name}.`);
    }
    if (column.length % width !== 0) throw badColumn(struct, name, column.length, `Its length must be a multiple of ${width}, the elements of one message.`);
    const rows = column.length / width;
    if (count >= 0 && rows !== count) throw badColumn(struct, name, rows, `Every column must have as many messages; the first has ${count}.`);
    count = rows;
    ordered.push(column);
  }
  for (const name of Object.keys(columns)) {
    if (!(name in struct.shape)) throw badColumn(struct, name, 'a column', `'${struct.name}' has no such field.`);
  }
  return { ordered, count: Math.max(0, count) };
}

const badColumn = (struct: Struct, field: string, value: unknown, reason: string): Error =>
  fail('InvalidConfig', { option: `batch column '${struct.name}.${field}'`, value: describe(value), reason });

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null ? value.constructor.name : String(value);

/** The messages from `from` on, without copying. */
export function sliceColumns(struct: Struct, ordered: readonly Column[], from: number): Column[] {
  return columnShapes(struct).map(({ width }, i) => ordered[i]!.subarray(from * width) as Column);
}

export interface ColumnOffsets {
  /** By field. */
  readonly offsets: readonly number[];
  /** Up to the next area, a multiple of 64. */
  readonly bytes: number;
}

const hasColumn = (type: AnyType): boolean => (type.kind === 'array' ? hasColumn(type.elem) : type.kind !== 'struct');

/** Whether the struct's messages can travel in columns: no field of it is a struct. */
export const hasColumns = (struct: Struct): boolean => struct.fields.every(({ type }) => hasColumn(type));

/**
 * Where the columns of `count` messages lie in their batch area: one array per field in field order, each at a
 * multiple of 16 bytes. Throws where a field is a struct.
 */
export function columnOffsets(struct: Struct, count: number): ColumnOffsets {
  const offsets: number[] = [];
  let at = 0;
  for (const { scalar, width } of columnShapes(struct)) {
    at = roundUp(at, 16);
    offsets.push(at);
    at += count * width * arrays[scalar].BYTES_PER_ELEMENT;
  }
  return { offsets, bytes: roundUp(at, 64) };
}

/** Sees the columns that lie at `area` in `views`; valid as long as those. */
export function columnsAt(struct: Struct, views: Views, area: number, count: number): Columns {
  const out: Record<string, Column> = {};
  const { offsets } = columnOffsets(struct, count);
  columnShapes(struct).forEach(({ name, scalar, width }, i) => {
    out[name] = new arrays[scalar](views.buffer as ArrayBuffer, area + offsets[i]!, count * width);
  });
  return out;
}

/** The `index`th message of a set of columns, as a value. */
export function rowOf(struct: Struct, columns: Columns, index: number): FieldValues<Fields> {
  const row: Record<string, unknown> = {};
  for (const { name, width, type } of columnShapes(struct)) row[name] = gather(type, columns[name]!, index * width);
  return row as FieldValues<Fields>;
}

const components = ['x', 'y', 'z', 'w'] as const;

function gather(type: AnyType, column: Column, at: number): unknown {
  if (type.kind === 'scalar') return fromElement(type, column[at]!);
  if (type.kind === 'vec') return Object.fromEntries(components.slice(0, type.length).map((c, i) => [c, column[at + i]]));
  const { elem, length } = type as FixedArray;
  const step = widthOf(elem);
  return Array.from({ length }, (_, i) => gather(elem, column, at + i * step));
}

function fromElement({ name }: Scalar, element: number | bigint): unknown {
  return name === 'bool' ? element !== 0 : name === 'f16' ? fromHalfBits(element as number) : name === 'bf16' ? fromBfloatBits(element as number) : element;
}

function toElement({ name }: Scalar, value: unknown): unknown {
  return name === 'bool' ? Number(value) : name === 'f16' ? toHalfBits(value as number) : name === 'bf16' ? toBfloatBits(value as number) : value;
}

const widthOf = (type: AnyType): number =>
  type.kind === 'vec' ? type.length : type.kind === 'array' ? type.length * widthOf(type.elem) : 1;

function scatter(type: AnyType, column: Column, at: number, value: unknown): void {
  if (type.kind === 'scalar') {
    column[at] = toElement(type, value) as never;
  } else if (type.kind === 'vec') {
    for (let i = 0; i < type.length; i++) column[at + i] = (value as Record<string, number>)[components[i]!] as never;
  } else {
    const { elem, length } = type as FixedArray;
    const step = widthOf(elem);
    for (let i = 0; i < length; i++) scatter(elem, column, at + i * step, (value as ArrayLike<unknown>)[i]);
  }
}

/** Columns of a known length that are filled from the front. */
export class ColumnWriter {
  readonly columns: Columns;
  readonly #shapes: readonly ColumnShape[];
  length = 0;

  constructor(struct: Struct, capacity: number) {
    this.#shapes = columnShapes(struct);
    this.columns = Object.fromEntries(this.#shapes.map(({ name, scalar, width }) => [name, new arrays[scalar](capacity * width)]));
  }

  addRow(value: unknown): void {
    for (const { name, width, type } of this.#shapes) {
      scatter(type, this.columns[name]!, this.length * width, (value as Record<string, unknown>)[name]);
    }
    this.length++;
  }

  addColumns(columns: Columns, count: number): void {
    for (const { name, width } of this.#shapes) {
      (this.columns[name] as Float32Array).set(columns[name] as Float32Array, this.length * width);
    }
    this.length += count;
  }
}
