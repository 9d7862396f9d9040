import { viewsOf } from '../../message/codec.ts';
import type { PassActor } from './actor.ts';
import type { PassOutput } from './driver.ts';
import { Frame } from './frame.ts';

/** One pass under way, or done and not yet read to its end. */
export class Flight {
  readonly index: number;
  readonly frame = new Frame();
  state: 'idle' | 'submitted' | 'done' = 'idle';
  output: PassOutput | null = null;
  /** Byte offset in `output.views` of the frame's first output word, and of the counters; -1: none. */
  outputs = 0;
  counters = -1;
  /** Words of an extra record. */
  extraStride = 0;
  extraCapacity = 0;
  /** Word address of the frame in device memory. */
  base = 0;
  baseWords = 0;
  /** Where reading goes on: ranges, then batches, then extra records. */
  part = 0;
  item = 0;
  step = 0;
  /** Actors that have been removed since, by row: what stands here of them is theirs and not that of whoever has the row now. */
  readonly gone = new Map<number, PassActor>();

  constructor(index: number) {
    this.index = index;
  }

  landed(output: PassOutput, hasCounters: boolean): void {
    this.output = output;
    this.outputs = output.offsets[0]!;
    this.counters = hasCounters ? output.offsets[1]! : -1;
    this.part = 0;
    this.item = 0;
    this.step = 0;
    this.state = 'done';
  }

  /** Moves the output to memory of its own, so that the device's may be changed. */
  detach(): void {
    const output = this.output;
    if (output === null) return;
    const views = viewsOf(output.views.buffer.slice(0) as ArrayBuffer);
    output.release();
    this.output = { views, offsets: output.offsets, release: () => undefined };
  }

  /** Byte offset in the output of a word of the frame. */
  byteOf(frameWord: number): number {
    return this.outputs + (frameWord - this.frame.outputs) * 4;
  }

  release(): void {
    this.output?.release();
    this.output = null;
    this.gone.clear();
    this.state = 'idle';
  }
}
