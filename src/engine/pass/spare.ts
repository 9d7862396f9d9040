/** The largest piece of memory that was given back, for the next that asks. Its content is anything. */
export class SpareBytes {
  #kept: ArrayBuffer | null = null;

  get bytes(): number {
    return this.#kept?.byteLength ?? 0;
  }

  take(bytes: number): Uint8Array<ArrayBuffer> {
    const kept = this.#kept;
    if (kept === null || kept.byteLength < bytes) return new Uint8Array(bytes);
    this.#kept = null;
    return new Uint8Array(kept, 0, bytes);
  }

  /** Nobody may look at `data` any more. */
  give(data: Uint8Array): void {
    if (data.buffer instanceof ArrayBuffer && data.buffer.byteLength > this.bytes) this.#kept = data.buffer;
  }
}
