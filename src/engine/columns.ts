/** Where the columns of a batch lie: one array per field in field order, each at a multiple of 16 bytes. */
import { roundUp, type AnyType, type Struct } from '../layout/types.ts';

/** Columns hold scalars, vectors and arrays of those; a struct inside a message has none. */
const hasColumn = (type: AnyType): boolean => (type.kind === 'array' ? hasColumn(type.elem) : type.kind !== 'struct');

export interface ColumnOffsets {
  /** By field. */
  readonly offsets: readonly number[];
  /** Up to the next area, a multiple of 64. */
  readonly bytes: number;
}

/** Offsets of the columns of `count` messages within their area; null where a field is a struct. */
export function columnOffsets(type: Struct, count: number): ColumnOffsets | null {
  if (!type.fields.every((field) => hasColumn(field.type))) return null;
  const offsets: number[] = [];
  let at = 0;
  for (const field of type.fields) {
    at = roundUp(at, 16);
    offsets.push(at);
    at += count * field.type.size;
  }
  return { offsets, bytes: roundUp(at, 64) };
}
