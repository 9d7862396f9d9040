/**
 * Mapped host memory and device memory in large pieces, handed out in small ones. Giving a block back makes
 * no driver call, so actors come and go without one; the pieces themselves are freed with the context.
 */
import { viewsOf, type Views } from '../../message/codec.ts';
import type { Driver } from './driver.ts';
import type { Quiet } from './pause.ts';

const granule = 256;
const rounded = (bytes: number): number => Math.max(granule, Math.ceil(bytes / granule) * granule);

/** First-fit allocation of one range. */
class Extents {
  readonly #gaps: { start: number; end: number }[];

  constructor(bytes: number) {
    this.#gaps = [{ start: 0, end: bytes }];
  }

  take(size: number): number {
    const gap = this.#gaps.find((g) => g.end - g.start >= size);
    if (gap === undefined) return -1;
    const at = gap.start;
    gap.start += size;
    if (gap.start === gap.end) this.#gaps.splice(this.#gaps.indexOf(gap), 1);
    return at;
  }

  give(start: number, size: number): void {
    const gaps = this.#gaps;
    let i = gaps.findIndex((g) => g.start > start);
    if (i < 0) i = gaps.length;
    gaps.splice(i, 0, { start, end: start + size });
    const after = gaps[i + 1];
    if (after !== undefined && gaps[i]!.end === after.start) { gaps[i]!.end = after.end; gaps.splice(i + 1, 1); }
    const before = gaps[i - 1];
    if (before !== undefined && before.end === gaps[i]!.start) { before.end = gaps[i]!.end; gaps.splice(i, 1); }
  }
}

/** A piece of pinned memory that host and device both see. */
export interface MappedPiece {
  readonly views: Views;
  /** Address on the device. */
  readonly address: bigint;
  readonly pointer: bigint;
  readonly bytes: number;
  readonly extents: Extents;
  /** Byte offset of room for one slot with the largest payload, set aside so that it is always there. */
  readonly scratch: number;
}

export interface MappedBlock {
  readonly piece: MappedPiece;
  /** Bytes from the piece's start. */
  readonly offset: number;
  readonly bytes: number;
  /** Address on the device. */
  readonly address: bigint;
}

const mappedPortable = 3;
const pieceBytes = 16 * 2 ** 20;
/** Head, header and 64 KiB of payload, rounded up. */
const scratchBytes = 72 * 1024;

export class MappedHeap {
  readonly pieces: MappedPiece[] = [];
  readonly #driver: Driver;
  used = 0;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.pieces.reduce((sum, p) => sum + p.bytes, 0);
  }

  /** Zeroed; aligned to 256 B. */
  allocate(bytes: number): MappedBlock {
    const size = rounded(bytes);
    for (const piece of this.pieces) {
      const offset = piece.extents.take(size);
      if (offset >= 0) return this.#block(piece, offset, size);
    }
    const piece = this.#grow(Math.max(pieceBytes, size + scratchBytes));
    return this.#block(piece, piece.extents.take(size), size);
  }

  free(block: MappedBlock): void {
    block.piece.views.u8.fill(0, block.offset, block.offset + block.bytes);
    block.piece.extents.give(block.offset, block.bytes);
    this.used -= block.bytes;
  }

  /** The piece that holds a device address, or null. */
  find(address: bigint): MappedPiece | null {
    return this.pieces.find((p) => address >= p.address && address < p.address + BigInt(p.bytes)) ?? null;
  }

  release(quiet: Quiet): void {
    for (const piece of this.pieces.splice(0)) quiet.call('hostFree', piece.pointer);
  }

  #block(piece: MappedPiece, offset: number, bytes: number): MappedBlock {
    this.used += bytes;
    return { piece, offset, bytes, address: piece.address + BigInt(offset) };
  }

  #grow(bytes: number): MappedPiece {
    const driver = this.#driver;
    const pointer = driver.handle('hostAllocate', bytes, mappedPortable);
    const address = driver.handle('hostDevicePointer', pointer, 0);
    const views = viewsOf(driver.koffi.view(pointer, bytes));
    views.u8.fill(0);
    const extents = new Extents(bytes);
    const piece: MappedPiece = { views, address, pointer, bytes, extents, scratch: extents.take(scratchBytes) };
    this.pieces.push(piece);
    return piece;
  }
}

export interface DeviceBlock {
  readonly address: bigint;
  readonly bytes: number;
}

interface DevicePiece {
  readonly address: bigint;
  readonly bytes: number;
  readonly extents: Extents;
}

export class DeviceHeap {
  readonly #driver: Driver;
  readonly #stream: bigint;
  readonly #pieces: DevicePiece[] = [];
  used = 0;

  /** Fills and copies are made in order on `stream`. */
  constructor(driver: Driver, stream: bigint) {
    this.#driver = driver;
    this.#stream = stream;
  }

  get bytes(): number {
    return this.#pieces.reduce((sum, p) => sum + p.bytes, 0);
  }

  /** Zeroed: a piece when it is made, a block again when it is given back. */
  allocate(bytes: number): DeviceBlock {
    const size = rounded(bytes);
    let found: DeviceBlock | null = null;
    for (const piece of this.#pieces) {
      const offset = piece.extents.take(size);
      if (offset >= 0) { found = { address: piece.address + BigInt(offset), bytes: size }; break; }
    }
    if (found === null) {
      const length = Math.max(4 * pieceBytes, size);
      const piece = { address: this.#driver.handle('memoryAllocate', length), bytes: length, extents: new Extents(length) };
      this.#pieces.push(piece);
      this.clear(piece.address, length);
      found = { address: piece.address + BigInt(piece.extents.take(size)), bytes: size };
    }
    this.used += size;
    return found;
  }

  clear(address: bigint, bytes: number): void {
    this.#driver.call('fill8', address, 0, bytes, this.#stream);
  }

  free(block: DeviceBlock): void {
    const piece = this.#pieces.find((p) => block.address >= p.address && block.address < p.address + BigInt(p.bytes))!;
    this.clear(block.address, block.bytes);
    piece.extents.give(Number(block.address - piece.address), block.bytes);
    this.used -= block.bytes;
  }

  /** The data has been taken when this returns; it is there after `settle`, and for every later call of this heap. */
  write(address: bigint, data: ArrayBufferView): void {
    this.#driver.call('copyToDevice', address, data, data.byteLength, this.#stream);
  }

  writeWord(address: bigint, value: number): void {
    this.write(address, Uint32Array.of(value));
  }

  read(address: bigint, bytes: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(bytes);
    if (bytes > 0) this.#driver.call('copyToHost', out, address, bytes, this.#stream);
    this.settle();
    return out;
  }

  /** Everything asked of the stream so far has been done. */
  settle(): void {
    this.#driver.call('streamSynchronize', this.#stream);
  }

  release(quiet: Quiet): void {
    for (const piece of this.#pieces.splice(0)) quiet.call('memoryFree', piece.address);
  }
}
