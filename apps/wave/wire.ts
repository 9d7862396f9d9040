/** Frames as they travel: a head, then a byte for each cell. */
import type { Frame } from './membrane.ts';

/** Bytes of the head: cells, number of the frame, frames dropped so far (u32 each), one word free, step (f64). */
export const headBytes = 24;

export function encodeFrame(number: number, { step, dropped, cells }: Frame): Uint8Array {
  const bytes = new Uint8Array(headBytes + cells.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, cells.length, true);
  view.setUint32(4, number, true);
  view.setUint32(8, dropped, true);
  view.setFloat64(16, step, true);
  bytes.set(new Uint8Array(cells.buffer, cells.byteOffset, cells.length), headBytes);
  return bytes;
}

/** Frames out of a stream that cuts them anywhere. */
export async function* decodeFrames(stream: ReadableStream<Uint8Array>): AsyncIterableIterator<Frame & { readonly number: number }> {
  const reader = stream.getReader();
  let held = new Uint8Array(0);
  try {
    for (;;) {
      const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
      const size = held.length < headBytes ? headBytes : headBytes + view.getUint32(0, true);
      if (held.length < size || size === headBytes) {
        const { done, value } = await reader.read();
        if (done) return;
        const joined = new Uint8Array(held.length + value.length);
        joined.set(held);
        joined.set(value, held.length);
        held = joined;
        continue;
      }
      const cells = new Int8Array(held.slice(headBytes, size).buffer);
      yield { number: view.getUint32(4, true), dropped: view.getUint32(8, true), step: view.getFloat64(16, true), cells };
      held = held.subarray(size);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
