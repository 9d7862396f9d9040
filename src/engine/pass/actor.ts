import { fail } from '../../error/index.ts';
import { SlotHead, slotFlags } from '../../layout/structures.ts';
import { roundUp } from '../../layout/types.ts';
import type { Codec } from '../../message/codec.ts';
import type { ActorSpec, EngineActor, SendOptions } from '../contract.ts';
import { slot as slotWord, tagOf } from '../host-ring.ts';
import type { HostClock } from '../host-clock.ts';
import type { PassKind } from './driver.ts';
import { PassFault } from './layout.ts';
import { ReplyHeaders } from './headers.ts';
import { Lane } from './lane.ts';
import type { SpareBytes } from './spare.ts';

/** Columns of one batch that wait on the host. */
export interface WaitingBatch {
  readonly handler: number;
  readonly count: number;
  readonly correlation: number;
  /** Columns, each at a multiple of 16 B. */
  readonly columns: Uint8Array;
}

/** What an actor needs of its engine. */
export interface ActorHost {
  readonly clock: HostClock;
  /** Memory that batches give back: fresh pages for every batch would cost more than copying it. */
  readonly spare: SpareBytes;
  /** The actor has something for the device. */
  ready(actor: PassActor): void;
  /** A waiting message gave way to a new one. */
  overflowed(actor: PassActor, slot: Uint8Array): void;
}

/** Most messages and bytes of columns taken as one batch. */
const batchMessages = 1 << 18;
const batchBytes = 1 << 23;

/** The largest first byte after which a column of `count` elements of `size` bytes ends, and the next begins. */
const columnEnd = (at: number, bytes: number): number => roundUp(at, 16) + bytes;

/** One row: its waiting messages, and what the host knows about it. */
export class PassActor implements EngineActor {
  readonly row: number;
  readonly spec: ActorSpec;
  readonly kind: PassKind;
  readonly lanes: readonly Lane[];
  readonly slotBytes: number;
  /** Bytes of a reply slot. */
  readonly replyBytes: number;
  /** Null: replies go without the 256 B header. */
  readonly headers: ReplyHeaders | null;
  readonly #host: ActorHost;
  readonly #batches = new Map<number, WaitingBatch>();
  #nextBatch = 1;

  active = true;
  faulted = false;
  removed = false;
  /** It has failed, and what passes were handed behind that message is still to come back: nothing may overtake it. */
  unsettled = false;
  /** Replies the host had no room for, oldest first. */
  readonly held: Uint8Array[] = [];

  /** Word addresses in device memory; 0: none. */
  state = 0;
  routes = 0;
  inbox = 0;
  inboxWords = 0;

  processed = 0;
  /** As the device counts: host messages handled, faulted ones included. */
  hostHandled = 0;
  inboxHandled = 0;
  inboxWaiting = 0;
  sent = 0;
  refused = 0;
  dropped = 0;
  errors = 0;
  lastError = 0;
  latencyTotal = 0;
  latencyMin = Infinity;
  latencyMax = 0;

  constructor(host: ActorHost, row: number, spec: ActorSpec, kind: PassKind) {
    this.#host = host;
    this.row = row;
    this.spec = spec;
    this.kind = kind;
    const { handlers } = spec.program;
    this.slotBytes = roundUp(SlotHead.size + Math.max(8, ...handlers.map((h) => h.message.size)), 16);
    this.replyBytes = roundUp(SlotHead.size + Math.max(PassFault.size, ...handlers.map((h) => h.reply?.size ?? 0)), 16);
    this.headers = spec.envelope === 'full' ? new ReplyHeaders(spec, this.replyBytes) : null;
    this.lanes = Array.from({ length: spec.priorities ? 4 : 1 }, () => new Lane(this.slotBytes, spec.inboxCapacity));
  }

  get id(): number {
    return this.row + 1;
  }

  /** Has messages that may go to the device now. */
  get willing(): boolean {
    return this.active && !this.faulted && !this.removed && !this.unsettled && this.held.length === 0 && this.waiting;
  }

  /** Once no pass has anything of it, what came back stands before all others, in order. */
  settle(): void {
    if (this.inFlight > 0) return;
    this.unsettled = false;
    for (const lane of this.lanes) lane.settle();
  }

  /** Messages wait on the host. */
  get waiting(): boolean {
    for (const lane of this.lanes) if (lane.length > 0) return true;
    return false;
  }

  get depth(): number {
    return this.lanes.reduce((n, l) => n + l.depth, 0);
  }

  get inFlight(): number {
    return this.lanes.reduce((n, l) => n + l.inFlight, 0);
  }

  trySend(handler: number, codec: Codec, value: unknown, options: SendOptions): boolean {
    const lane = this.#lane(options.lane);
    const at = this.#claim(lane);
    if (at < 0) return false;
    codec.encode(lane.views, at + SlotHead.size, value);
    this.#finish(lane, at, tagOf(handler, options.lane, 0), options);
    return true;
  }

  trySendBytes(handler: number, payload: Uint8Array, _header: Uint8Array | null, options: SendOptions): boolean {
    const lane = this.#lane(options.lane);
    const expected = this.spec.program.handlers[handler]!.message.size;
    if (payload.byteLength > expected) throw fail('MessageTooLarge', { what: 'The payload', size: payload.byteLength, max: expected });
    const at = this.#claim(lane);
    if (at < 0) return false;
    const from = at + SlotHead.size;
    lane.views.u8.set(payload, from);
    lane.views.u8.fill(0, from + payload.byteLength, at + this.slotBytes);
    this.#finish(lane, at, tagOf(handler, options.lane, 0), options);
    return true;
  }

  trySendBatch(handler: number, codec: Codec, columns: readonly ArrayBufferView[], count: number, options: SendOptions): number {
    const lane = this.#lane(options.lane);
    const { message, reply } = this.spec.program.handlers[handler]!;
    const perMessage = Math.max(1, message.size, reply?.size ?? 0);
    const taken = Math.min(count, batchMessages, Math.max(1, Math.floor(batchBytes / perMessage)));
    const at = taken === 0 ? -1 : this.#claim(lane);
    if (at < 0) return 0;
    const { fields } = codec.struct;
    const bytes = fields.reduce((end, f) => columnEnd(end, f.type.size * taken), 0);
    const packed = this.#host.spare.take(roundUp(bytes, 16));
    let offset = 0;
    fields.forEach((f, i) => {
      const size = f.type.size * taken;
      const column = columns[i]!;
      packed.set(new Uint8Array(column.buffer, column.byteOffset, size), roundUp(offset, 16));
      offset = columnEnd(offset, size);
    });
    const key = this.#nextBatch++;
    this.#batches.set(key, { handler, count: taken, correlation: options.correlation, columns: packed });
    lane.views.u32[(at + SlotHead.size) >> 2] = key;
    this.#finish(lane, at, tagOf(handler, options.lane, slotFlags.batch), options);
    return taken;
  }

  /** The batch that a slot with the batch flag stands for. */
  batch(key: number): WaitingBatch {
    return this.#batches.get(key)!;
  }

  dropBatch(key: number): void {
    const batch = this.#batches.get(key);
    if (batch !== undefined) this.#host.spare.give(batch.columns);
    this.#batches.delete(key);
  }

  /** What is left of a batch after its first `done` messages. */
  restOf(batch: WaitingBatch, done: number): WaitingBatch {
    const { fields } = this.spec.program.handlers[batch.handler]!.message;
    const left = batch.count - done;
    const columns = new Uint8Array(roundUp(fields.reduce((end, f) => columnEnd(end, f.type.size * left), 0), 16));
    let from = 0;
    let to = 0;
    for (const f of fields) {
      const start = roundUp(from, 16) + done * f.type.size;
      columns.set(batch.columns.subarray(start, start + left * f.type.size), roundUp(to, 16));
      from = columnEnd(from, f.type.size * batch.count);
      to = columnEnd(to, f.type.size * left);
    }
    return { ...batch, count: left, columns };
  }

  replaceBatch(key: number, batch: WaitingBatch): void {
    this.#batches.set(key, batch);
  }

  #lane(lane: number): Lane {
    return this.lanes.length === 1 ? this.lanes[0]! : this.lanes[lane]!;
  }

  #claim(lane: Lane): number {
    const at = lane.claim();
    if (at >= 0 || this.spec.overflow !== 'dropOldest' || lane.length === 0) return at;
    const oldest = lane.at(0);
    this.#host.overflowed(this, lane.views.u8.slice(oldest, oldest + this.slotBytes));
    lane.shift();
    return lane.claim();
  }

  #finish(lane: Lane, at: number, tag: number, options: SendOptions): void {
    const { clock } = this.#host;
    const words = lane.views.u32;
    const w = at >> 2;
    words[w + slotWord.stamp] = 0;
    words[w + slotWord.tag] = tag;
    words[w + slotWord.correlation] = options.correlation;
    words[w + slotWord.source] = 0;
    clock.tick();
    words[w + slotWord.timestamp] = clock.low;
    words[w + slotWord.timestamp + 1] = clock.high;
    words[w + slotWord.deadline] = options.deadline === 0n ? 0 : Number(options.deadline & 0xffff_ffffn);
    words[w + slotWord.deadline + 1] = options.deadline === 0n ? 0 : Number(options.deadline >> 32n);
    lane.push();
    this.#host.ready(this);
  }
}
