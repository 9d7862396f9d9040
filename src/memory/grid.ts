/** Device memory seen as a 2-D or 3-D grid. */
import type { GridArgument } from '../backend/contract.ts';
import { fail } from '../error/index.ts';
import type { AnyType } from '../layout/types.ts';
import type { TypedBuffer } from './typed-buffer.ts';

/** Cells in x, y and, for three dimensions, z. x varies fastest. */
export type GridSize = readonly [number, number, number?];

export const cellsOf = ([w, h, d]: GridSize): number => w * h * (d ?? 1);

/** A typed buffer with the shape of a grid. Reads and writes go through `buffer`. */
export class DeviceGrid<T extends AnyType> implements Disposable {
  readonly buffer: TypedBuffer<T>;
  readonly size: GridSize;

  constructor(buffer: TypedBuffer<T>, size: GridSize) {
    if (size.length < 2 || size.length > 3 || size.some((n) => !Number.isInteger(n) || n! < 1)) {
      throw fail('InvalidConfig', { option: 'size', value: size.join(' x '), reason: 'A grid has two or three whole numbers of cells.' });
    }
    if (cellsOf(size) > buffer.length) {
      throw fail('InvalidConfig', { option: 'size', value: size.join(' x '), reason: `The buffer has ${buffer.length} elements; the grid needs ${cellsOf(size)}.` });
    }
    this.buffer = buffer;
    this.size = size;
  }

  get argument(): GridArgument {
    return { buffer: this.buffer.buffer, size: this.size };
  }

  [Symbol.dispose](): void {
    this.buffer[Symbol.dispose]();
  }
}
