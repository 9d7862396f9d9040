/**
 * Frames with back-pressure. Policy: a frame that is due is taken only while fewer than `credit` frames are on their
 * way, unseen by the page, and the connection takes more; else it is dropped, and counted. A frame that is taken is
 * always the newest; nothing ever piles up.
 */
import type { Frame } from '../membrane.ts';
import { encodeFrame } from '../wire.ts';

export interface Sink {
  /** False: the connection has more than it can send; `drained` tells when that is over. */
  write(bytes: Uint8Array): boolean;
  drained(): Promise<void>;
}

export interface SenderStats {
  readonly due: number;
  readonly sent: number;
  readonly seen: number;
  readonly dropped: number;
}

export class FrameSender {
  readonly #take: () => Promise<Omit<Frame, 'dropped'>>;
  readonly #sink: Sink;
  readonly #credit: number;
  #due = 0;
  #sent = 0;
  #seen = 0;
  #dropped = 0;
  #busy = false;

  /** `take`: a picture of now. `credit`: frames on their way at a time. Default 2: one is painted while the next comes. */
  constructor(take: () => Promise<Omit<Frame, 'dropped'>>, sink: Sink, credit = 2) {
    this.#take = take;
    this.#sink = sink;
    this.#credit = credit;
  }

  /** A frame is due. Resolves when it is written, or at once when it was dropped. */
  async due(): Promise<void> {
    this.#due++;
    if (this.#busy || this.#sent - this.#seen >= this.#credit) {
      this.#dropped++;
      return;
    }
    this.#busy = true;
    try {
      const taken = await this.#take();
      this.#sent++;
      if (!this.#sink.write(encodeFrame(this.#sent, { ...taken, dropped: this.#dropped }))) await this.#sink.drained();
    } finally {
      this.#busy = false;
    }
  }

  /** The page has painted this frame, and those before it. */
  seen(number: number): void {
    if (number > this.#seen && number <= this.#sent) this.#seen = number;
  }

  stats(): SenderStats {
    return { due: this.#due, sent: this.#sent, seen: this.#seen, dropped: this.#dropped };
  }
}
