/** Where value parameters, extents of buffers and constants lie in the blocks a WGSL kernel is given. */
import { roundUp, type AnyType } from '../../../layout/types.ts';
import type { BufferParam, ConstantBuffer, ValueParam } from '../../ir.ts';

export interface ParamLayout {
  /** Words of the uniform block, a multiple of 4; 0: no block. */
  readonly words: number;
  readonly values: readonly { readonly param: ValueParam; readonly word: number }[];
  readonly extents: readonly {
    readonly param: BufferParam;
    readonly words: readonly { readonly name: 'length' | 'width' | 'height' | 'depth'; readonly word: number }[];
  }[];
}

/** Bytes from one element to the next. */
export const elementSize = (t: AnyType): number => roundUp(t.size, t.align);

export function paramLayout(buffers: readonly BufferParam[], values: readonly ValueParam[]): ParamLayout {
  let at = 0;
  const extents = buffers.map((param) => ({
    param,
    words: (['length', 'width', 'height', 'depth'] as const).slice(0, param.grid === 0 ? 1 : param.grid + 1).map((name) => ({ name, word: at++ })),
  }));
  const placed = values.map((param) => {
    const word = at;
    at += Math.max(1, param.local.type.size / 4);
    return { param, word };
  });
  return { words: roundUp(at, 4), values: placed, extents };
}

/** Word at which a constant begins among all of a program's; each starts at a multiple of 16 B. */
export function constantWords(all: readonly ConstantBuffer[], which: ConstantBuffer): number {
  let at = 0;
  for (const c of all) {
    if (c === which) return at;
    at += roundUp(c.length * c.elem.size, 16) / 4;
  }
  throw new Error(`constant ${which.name} is not of this program`);
}

export function constantBytes(all: readonly ConstantBuffer[]): Uint8Array {
  const total = all.reduce((n, c) => n + roundUp(c.length * c.elem.size, 16), 0);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const c of all) {
    bytes.set(new Uint8Array(c.data.buffer, c.data.byteOffset, c.data.byteLength), at);
    at += roundUp(c.length * c.elem.size, 16);
  }
  return bytes;
}
