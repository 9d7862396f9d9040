/** Typed views over one buffer; `byteOffset` of every view is 0, so element index = byte offset / size. */
export interface Views {
  readonly buffer: ArrayBufferLike;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
}

export function viewsOf(buffer: ArrayBufferLike): Views {
  return {
    buffer,
    u8: new Uint8Array(buffer), u16: new Uint16Array(buffer),
    i32: new Int32Array(buffer), u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer), f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer), u64: new BigUint64Array(buffer),
  };
}

/** Views over zeroed memory of their own, of at least `bytes` bytes. */
export const newViews = (bytes: number): Views => viewsOf(new ArrayBuffer(Math.max(8, Math.ceil(bytes / 8) * 8)));
