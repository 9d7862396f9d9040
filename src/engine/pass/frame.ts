/** Builds the frame of one pass from what waits on the host. */
import { BatchHead, SlotHead, slotFlags } from '../../layout/structures.ts';
import { roundUp } from '../../layout/types.ts';
import { viewsOf, type Views } from '../../message/codec.ts';
import { slot as slotWord, tagFlags } from '../host-ring.ts';
import type { PassActor, WaitingBatch } from './actor.ts';
import type { PassWrite } from './driver.ts';
import { batchRange, PassBatch, PassFault, PassHead, PassRange, words, wordsOf } from './layout.ts';
import type { Lane } from './lane.ts';

const headAt = wordsOf(PassHead);
const rangeAt = wordsOf(PassRange);
const batchAt = wordsOf(PassBatch);
const headWords = words(PassHead);
const rangeWords = words(PassRange);
const batchWords = words(PassBatch);

/** Messages of one actor in one pass. Slot `i` of the frame answers into reply slot `i`. */
export interface TakenRange {
  readonly actor: PassActor;
  readonly count: number;
  /** Word offsets in the frame. */
  readonly input: number;
  output: number;
  /** Which lane each message came from, in order. */
  readonly lanes: readonly Lane[];
}

/** A batch in one pass. */
export interface TakenBatch {
  readonly actor: PassActor;
  readonly lane: Lane;
  readonly batch: WaitingBatch;
  readonly key: number;
  /** The slot, to be put back if the batch was not handled. */
  readonly slot: Uint8Array;
  readonly parallel: boolean;
  /** Word offsets in the frame: columns in, head of the answer, columns out. */
  input: number;
  head: number;
  output: number;
}

export interface FrameLimits {
  /** Messages of one actor. */
  readonly perActor: number;
  /** Words of messages and of replies. */
  readonly words: number;
}

export interface FrameSettings {
  readonly pass: number;
  readonly rows: number;
  /** 0: only rows with messages are served. */
  readonly allRows: number;
  readonly extraCapacity: number;
  readonly extraStride: number;
  readonly budget: number;
  readonly watchdog: number;
  readonly nowLow: number;
  readonly nowHigh: number;
}

const batchSlotBytes = roundUp(SlotHead.size + BatchHead.size + PassFault.size, 16);
export const batchFault = SlotHead.size + BatchHead.size;
const columnWords = (type: { readonly size: number }, count: number): number => roundUp(type.size * count, 16) / 4;

/** Frame of one flight; its memory is used again by the next pass of that flight. */
export class Frame {
  views: Views = viewsOf(new ArrayBuffer(4096));
  readonly ranges: TakenRange[] = [];
  readonly batches: TakenBatch[] = [];
  /** Words the host writes from the start of the frame. */
  headWords = 0;
  /** Words of the whole frame; outputs begin at `outputs`. */
  totalWords = 0;
  outputs = 0;
  extra = 0;
  firstRow = 0;
  rowCount = 0;

  /** Takes messages from the actors. `expired` gets what is past its deadline. Returns actors that have more. */
  take(ready: Iterable<PassActor>, limits: FrameLimits, nowLow: number, nowHigh: number, expired: (actor: PassActor, slot: Uint8Array) => void): PassActor[] {
    this.ranges.length = 0;
    this.batches.length = 0;
    const more: PassActor[] = [];
    const actors: PassActor[] = [];
    let first = Infinity;
    let last = -1;
    for (const actor of ready) {
      if (!actor.willing) continue;
      actors.push(actor);
      first = Math.min(first, actor.row);
      last = Math.max(last, actor.row);
    }
    const span = last < 0 ? 0 : last - first + 1;
    this.firstRow = last < 0 ? 0 : first;
    this.rowCount = span;
    let at = headWords + span * rangeWords;
    this.#room(at);
    this.views.u32.fill(0, headWords, at);
    let spent = 0;
    for (const actor of actors) {
      if (spent >= limits.words) {
        more.push(actor);
        continue;
      }
      const stride = actor.slotBytes >> 2;
      const input = at;
      const from: Lane[] = [];
      let urgent = 0;
      let taking = true;
      for (let number = 0; number < actor.lanes.length; number++) {
        const lane = actor.lanes[number]!;
        while (taking && lane.length > 0) {
          const offset = lane.at(0);
          const w = offset >> 2;
          const source = lane.views.u32;
          const deadlineHigh = source[w + slotWord.deadline + 1]!;
          const deadlineLow = source[w + slotWord.deadline]!;
          if ((deadlineHigh | deadlineLow) !== 0 && (nowHigh > deadlineHigh || (nowHigh === deadlineHigh && nowLow > deadlineLow))) {
            const slot = lane.views.u8.slice(offset, offset + actor.slotBytes);
            lane.shift();
            expired(actor, slot);
            continue;
          }
          if ((tagFlags(source[w + slotWord.tag]!) & slotFlags.batch) !== 0) {
            if (from.length === 0) spent += this.#takeBatch(actor, lane, offset);
            taking = false;
            break;
          }
          if (from.length >= limits.perActor || spent >= limits.words) {
            taking = false;
            break;
          }
          this.#room(at + stride);
          const into = this.views.u32;
          // Most messages are small, and a view of each would cost more than its words.
          if (stride <= 64) for (let i = 0; i < stride; i++) into[at + i] = source[w + i]!;
          else into.set(source.subarray(w, w + stride), at);
          at += stride;
          spent += stride + (actor.replyBytes >> 2);
          lane.shift();
          lane.inFlight++;
          from.push(lane);
          if (actor.lanes.length > 1 && number < 2) urgent++;
        }
      }
      if (actor.waiting) more.push(actor);
      if (from.length === 0) continue;
      this.ranges.push({ actor, count: from.length, input, output: 0, lanes: from });
      const range = headWords + (actor.row - first) * rangeWords;
      this.views.u32[range + rangeAt.input] = input;
      this.views.u32[range + rangeAt.count] = from.length;
      this.views.u32[range + rangeAt.urgent] = urgent;
    }
    this.headWords = at;
    return more;
  }

  get empty(): boolean {
    return this.ranges.length === 0 && this.batches.length === 0;
  }

  #takeBatch(actor: PassActor, lane: Lane, offset: number): number {
    const slot = lane.views.u8.slice(offset, offset + actor.slotBytes);
    const key = new Uint32Array(slot.buffer, SlotHead.size, 1)[0]!;
    const batch = actor.batch(key);
    lane.shift();
    lane.inFlight++;
    const parallel = actor.kind.parallel[batch.handler]!;
    this.batches.push({ actor, lane, batch, key, slot, parallel, input: 0, head: 0, output: 0 });
    return batch.columns.byteLength >> 2;
  }

  /** Lays out the rest and fills in the head. `frame`: word address; returns the writes of the pass. */
  finish(settings: FrameSettings): void {
    let at = this.headWords;
    const entries = at;
    at += this.batches.length * batchWords;
    this.#room(at);
    const u32 = this.views.u32;
    const listed = this.batches.length < 2 ? this.batches : [...this.batches.filter((b) => b.parallel), ...this.batches.filter((b) => !b.parallel)];
    this.headWords = at;
    at = roundUp(at, 4);
    for (const b of listed) {
      b.input = at;
      at += b.batch.columns.byteLength >> 2;
    }
    at = roundUp(at, 4);
    this.outputs = at;
    for (const r of this.ranges) {
      r.output = at;
      at += r.count * (r.actor.replyBytes >> 2);
      u32[headWords + (r.actor.row - this.firstRow) * rangeWords + rangeAt.output] = r.output;
    }
    for (const b of listed) {
      b.head = at;
      at += batchSlotBytes >> 2;
      b.output = at;
      const reply = b.actor.spec.program.handlers[b.batch.handler]!.reply;
      if (reply !== null) at += reply.fields.reduce((n, f) => n + columnWords(f.type, b.batch.count), 0);
    }
    this.extra = at;
    at += settings.extraCapacity * settings.extraStride;
    this.totalWords = roundUp(at, 4);
    listed.forEach((b, i) => {
      const e = entries + i * batchWords;
      const slot = new Uint32Array(b.slot.buffer);
      u32[e + batchAt.row] = b.actor.row;
      u32[e + batchAt.handler] = b.batch.handler;
      u32[e + batchAt.count] = b.batch.count;
      u32[e + batchAt.input] = b.input;
      u32[e + batchAt.output] = b.output;
      u32[e + batchAt.head] = b.head;
      u32[e + batchAt.timestamp] = slot[slotWord.timestamp]!;
      u32[e + batchAt.timestamp + 1] = slot[slotWord.timestamp + 1]!;
      if (b.parallel) return;
      const range = headWords + (b.actor.row - this.firstRow) * rangeWords;
      u32[range + rangeAt.input] = e;
      u32[range + rangeAt.count] = (batchRange | 1) >>> 0;
    });
    u32[headAt.pass] = settings.pass;
    u32[headAt.rows] = settings.rows;
    u32[headAt.firstRow] = settings.allRows > 0 ? 0 : this.firstRow;
    u32[headAt.rowCount] = settings.allRows > 0 ? settings.allRows : this.rowCount;
    u32[headAt.rangeRow] = this.firstRow;
    u32[headAt.rangeCount] = this.rowCount;
    u32[headAt.ranges] = headWords;
    u32[headAt.batches] = entries;
    u32[headAt.now] = settings.nowLow;
    u32[headAt.now + 1] = settings.nowHigh;
    u32[headAt.extra] = this.extra;
    u32[headAt.extraCapacity] = settings.extraCapacity;
    u32[headAt.extraStride] = settings.extraStride;
    u32[headAt.budget] = settings.budget;
    u32[headAt.watchdog] = settings.watchdog;
    this.rowCount = settings.allRows > 0 ? settings.allRows : this.#needsRows() ? this.rowCount : 0;
  }

  /** Batches that many invocations share, and the messages of the largest. */
  get parallel(): { readonly batches: number; readonly messages: number } {
    let batches = 0;
    let messages = 0;
    for (const b of this.batches) {
      if (!b.parallel) continue;
      batches++;
      messages = Math.max(messages, b.batch.count);
    }
    return { batches, messages };
  }

  /** Whether the entry that serves rows has anything to do. */
  #needsRows(): boolean {
    return this.ranges.length > 0 || this.batches.some((b) => !b.parallel);
  }

  writes(frame: number): PassWrite[] {
    const bytes = frame * 4;
    const list: PassWrite[] = [{ offset: bytes, data: this.views.u8, bytes: this.headWords * 4 }];
    for (const { batch, input } of this.batches) if (batch.columns.byteLength > 0) list.push({ offset: bytes + input * 4, data: batch.columns, bytes: batch.columns.byteLength });
    return list;
  }

  #room(needed: number): void {
    if (needed * 4 <= this.views.buffer.byteLength) return;
    const wider = viewsOf(new ArrayBuffer(Math.max(needed * 4, this.views.buffer.byteLength * 2)));
    wider.u8.set(this.views.u8);
    this.views = wider;
  }
}
