/** The host's end of one actor on a CUDA device. */
import { columnOffsets, hasColumns } from '../../message/columns.ts';
import { lanes, type ActorSpec, type EngineActor, type SendOptions } from '../../engine/contract.ts';
import type { HostClock } from '../../engine/host-clock.ts';
import { offsetOf, view } from '../../layout/access.ts';
import { MessageHeader } from '../../layout/structures.ts';
import { fail } from '../../error/index.ts';
import type { Struct } from '../../layout/types.ts';
import type { Codec } from '../../message/codec.ts';
import { viewsOf } from '../../message/codec.ts';
import { HEADER_MAGIC, HEADER_VERSION, kernelIdHash, priorities } from '../../message/envelope.ts';
import { typeIdOf } from '../../message/message.ts';
import { Fifo } from '../../queue/fifo.ts';
import { SlotRing, writeHead } from './inbox.ts';
import type { ProgramFacts } from './kinds.ts';
import { headWords, lineCodec, lineFlags, scatter, wordOf } from './lines.ts';
import type { DeviceBlock, MappedBlock } from './memory.ts';
import type { Serve } from './placement.ts';

/** What an actor needs of its engine to send. */
export interface ActorHost {
  readonly clock: HostClock;
  readonly ingress: SlotRing;
  /** A batch area in mapped memory, or null when too much is in flight. */
  takeBatch(actor: CudaActor, bytes: number): MappedBlock | null;
  sent(actor: CudaActor): void;
}

/** One lane. `own` null: its messages are of one line and go through the shared ring. */
export interface Lane {
  readonly own: SlotRing | null;
  /** Messages given to the shared ring for this lane; counted here, consumed there. */
  readonly shared: { sent: number; readonly mask: number; readonly count: MappedBlock; seen: number } | null;
}

/** Messages of a batch that travel in one piece. */
const largestBatch = 65_536;
const priorityOfLane = [priorities.critical, priorities.high, priorities.normal, priorities.low] as const;
const headerWords = MessageHeader.size / 4;

export class CudaActor implements EngineActor {
  readonly id: number;
  readonly spec: ActorSpec;
  readonly facts: ProgramFacts;
  readonly serve: Serve;
  /** Polls a mapped ring of its own. */
  readonly own: boolean;
  readonly full: boolean;
  readonly lanes: readonly Lane[];
  /** Everything it occupies. */
  readonly device: DeviceBlock[] = [];
  readonly mapped: MappedBlock[] = [];
  active = true;
  /** The ring to the host of the block that serves it. */
  ring = 0;
  faulted = false;
  removed = false;
  /** Slots the sink had no room for, oldest first, as `SlotHead` and payload. */
  readonly held = new Fifo<{ readonly bytes: Uint8Array; readonly batch: bigint }>();
  /** Messages the host has taken; what the device's window is counted by. */
  taken = 0;
  received = 0;
  dropped = 0;
  /** Where the device reads `taken`. */
  takenWord: MappedBlock | null = null;
  /** Batch areas whose replies have not been read, by device address of the replies. */
  readonly batches = new Map<bigint, MappedBlock>();
  /** Batch areas without replies, until consumed. */
  readonly silent = new Fifo<{ readonly ring: Lane; readonly position: number; readonly block: MappedBlock }>();
  /** Headers of replies, by handler, in full envelopes. */
  readonly replyTemplates: readonly Uint32Array[];
  /** Words of each handler's reply. */
  readonly replyWords: Int32Array;
  /** `taken` as the device may see it. */
  takenShown = 0;
  readonly #host: ActorHost;
  readonly #ingress: SlotRing;
  /** The ring of an actor with one lane, one line for each message, and no header; or its part of the shared ring. */
  readonly #own: SlotRing | null;
  readonly #share: Lane['shared'];
  readonly #codecs: readonly Codec[];
  readonly #template: readonly Uint32Array[];

  constructor(id: number, spec: ActorSpec, facts: ProgramFacts, serve: Serve, own: boolean, laneRings: readonly Lane[], host: ActorHost) {
    this.id = id;
    this.spec = spec;
    this.facts = facts;
    this.serve = serve;
    this.own = own;
    this.full = spec.envelope === 'full';
    this.lanes = laneRings;
    this.#host = host;
    this.#ingress = host.ingress;
    const only = laneRings.length === 1 && !this.full ? laneRings[0]! : null;
    this.#own = only !== null && only.shared === null && only.own!.lines === 1 ? only.own : null;
    this.#share = only !== null && only.own === null ? only.shared : null;
    this.replyWords = Int32Array.from(facts.handlers, (h) => Math.ceil((h.reply?.size ?? 0) / 4));
    this.#codecs = facts.handlers.map((h) => lineCodec(h.message, this.full));
    this.#template = this.full ? facts.handlers.map((h) => this.#header(h.message, true)) : [];
    this.replyTemplates = this.full ? facts.handlers.map((h) => this.#header(h.reply, false)) : [];
  }

  trySend(handler: number, _codec: Codec, value: unknown, options: SendOptions): boolean {
    const own = this.#own;
    if (own !== null) {
      // By far the most: a message of one line into the only ring there is.
      const slot = own.claim();
      if (slot < 0) return false;
      this.#codecs[handler]!.encode(own.views, slot << 2, value);
      own.post(slot, handler, options, this.#host.clock);
      this.#host.sent(this);
      return true;
    }
    const share = this.#share;
    if (share !== null) {
      // The same through the ring all share.
      const ring = this.#ingress;
      if (((share.sent - share.seen) >>> 0) > share.mask && this.#full(share)) return false;
      const slot = ring.claim();
      if (slot < 0) return false;
      this.#codecs[handler]!.encode(ring.views, slot << 2, value);
      ring.post(slot, handler | (this.id << 16), options, this.#host.clock);
      share.sent = (share.sent + 1) | 0;
      this.#host.sent(this);
      return true;
    }
    const lane = this.lanes.length > 1 ? this.lanes[options.lane]! : this.lanes[0]!;
    const ring = lane.own ?? this.#ingress;
    const slot = this.#claim(lane, ring);
    if (slot < 0) return false;
    this.#codecs[handler]!.encode(ring.views, slot << 2, value);
    this.#publish(lane, ring, slot, handler | this.#laneBits(options.lane), options, this.full ? noHeader : undefined);
    return true;
  }

  trySendBytes(handler: number, payload: Uint8Array, header: Uint8Array | null, options: SendOptions): boolean {
    const lane = this.#lane(options.lane);
    const ring = lane.own ?? this.#ingress;
    const slot = this.#claim(lane, ring);
    if (slot < 0) return false;
    const words = Math.ceil(payload.byteLength / 4);
    const source = aligned(payload, words);
    scatter(ring.views.u32, slot, headWords + (this.full ? headerWords : 0), source, 0, words);
    this.#publish(lane, ring, slot, handler | this.#laneBits(options.lane), options, this.full ? header ?? noHeader : undefined);
    return true;
  }

  trySendBatch(handler: number, _codec: Codec, columns: readonly ArrayBufferView[], count: number, options: SendOptions): number {
    const { message, reply } = this.facts.handlers[handler]!;
    if (!hasColumns(message) || (reply !== null && !hasColumns(reply))) {
      throw fail('InvalidConfig', { option: 'batch', value: message.name, reason: 'Its message or its reply has a struct as field. Send such messages one at a time.' });
    }
    let done = 0;
    while (done < count) {
      const n = Math.min(count - done, largestBatch);
      const inputs = columnOffsets(message, n);
      const outputs = reply === null ? { offsets: [], bytes: 0 } : columnOffsets(reply, n);
      const lane = this.#lane(options.lane);
      const ring = lane.own ?? this.#ingress;
      const slot = this.#claim(lane, ring);
      if (slot < 0) break;
      const block = this.#host.takeBatch(this, inputs.bytes + outputs.bytes);
      if (block === null) break;
      const { u8 } = block.piece.views;
      message.fields.forEach(({ type }, i) => {
        const column = columns[i]!;
        u8.set(new Uint8Array(column.buffer, column.byteOffset + done * type.size, n * type.size), block.offset + inputs.offsets[i]!);
      });
      const out = block.address + BigInt(inputs.bytes);
      const words = ring.words;
      const put = (i: number, value: number): void => { words[slot + wordOf(headWords + i)] = value; };
      put(0, n);
      put(1, outputs.bytes);
      put(2, Number(block.address & 0xffffffffn));
      put(3, Number(block.address >> 32n));
      put(4, Number(out & 0xffffffffn));
      put(5, Number(out >> 32n));
      this.#publish(lane, ring, slot, handler | this.#laneBits(options.lane) | lineFlags.batch, options);
      if (reply === null) this.silent.push({ ring: lane, position: lane.own?.sent ?? lane.shared!.sent, block });
      else this.batches.set(out, block);
      done += n;
    }
    return done;
  }

  /** Messages the device has consumed of a lane. */
  consumed(lane: Lane): number {
    if (lane.own !== null) return lane.own.consumed;
    const { count } = lane.shared!;
    return Atomics.load(count.piece.views.i32, count.offset >> 2);
  }

  get inputDepth(): number {
    return this.lanes.reduce((sum, lane) => sum + (((lane.own?.sent ?? lane.shared!.sent) - this.consumed(lane)) >>> 0), 0);
  }

  #lane(lane: number): Lane {
    return this.lanes[this.lanes.length > 1 ? lane : 0]!;
  }

  #laneBits(lane: number): number {
    return this.lanes.length > 1 ? lane << 8 : 0;
  }

  /** Full indeed, now that the device has been asked. */
  #full(shared: NonNullable<Lane['shared']>): boolean {
    shared.seen = Atomics.load(shared.count.piece.views.i32, shared.count.offset >> 2);
    return ((shared.sent - shared.seen) >>> 0) > shared.mask;
  }

  /** A slot to write, or -1: the lane, or the ring that leads to it, is full. */
  #claim(lane: Lane, ring: SlotRing): number {
    const shared = lane.shared;
    if (shared !== null) {
      if (((shared.sent - shared.seen) >>> 0) > shared.mask && this.#full(shared)) return -1;
      // A message in a ring of its own is announced in the shared ring: both must have room.
      if (lane.own !== null && this.#ingress.claim() < 0) return -1;
    }
    return ring.claim();
  }

  #publish(lane: Lane, ring: SlotRing, slot: number, tag: number, options: SendOptions, header?: Uint8Array): void {
    const { shared } = lane;
    writeHead(ring.words, slot, ring.lines, shared !== null && lane.own === null ? tag | (this.id << 16) : tag, options.correlation, options.deadline, this.#host.clock);
    if (header !== undefined) this.#writeHeader(ring, slot, tag & 0xff, header, options);
    ring.publish(slot);
    if (shared !== null) {
      shared.sent = (shared.sent + 1) | 0;
      if (lane.own !== null) {
        const { ingress } = this.#host;
        const line = ingress.claim();
        ingress.words[line + 1] = (tag & 0x3ff) | lineFlags.elsewhere | (this.id << 16);
        ingress.publish(line);
      }
    }
    this.#host.sent(this);
  }

  /** What every header to this actor, or from it, has in common. */
  #header(type: Struct | null, inbound: boolean): Uint32Array {
    const views = viewsOf(new ArrayBuffer(MessageHeader.size));
    const to = view(MessageHeader, views, 0);
    to.magic = HEADER_MAGIC;
    to.version = HEADER_VERSION;
    if (inbound) to.destKernel = kernelIdHash(this.spec.name);
    else to.sourceKernel = kernelIdHash(this.spec.name);
    to.priority = priorities.normal;
    to.payloadSize = BigInt(type?.size ?? 0);
    if (type !== null) to.messageType = typeIdOf(type);
    return views.u32;
  }

  #writeHeader(ring: SlotRing, slot: number, handler: number, header: Uint8Array, options: SendOptions): void {
    const words = ring.views.u32;
    if (header !== noHeader) return scatter(words, slot, headWords, aligned(header, headerWords), 0, headerWords);
    const { clock } = this.#host;
    const low = clock.low | 0;
    const high = clock.high | 0;
    // What all messages of a handler have in common is written when a slot is used for them first.
    if (words[slot + at.marker] !== handler + 1) {
      scatter(words, slot, headWords, this.#template[handler]!, 0, headerWords);
      words[slot + at.marker] = handler + 1;
    }
    const i32 = ring.words;
    i32[slot + at.messageId] = low;
    i32[slot + at.messageIdHigh] = high;
    i32[slot + at.correlationId] = options.correlation;
    i32[slot + at.priority] = priorityOfLane[options.lane]!;
    i32[slot + at.physical] = (low >>> 12) | (high << 20);
    i32[slot + at.physicalHigh] = high >>> 12;
    i32[slot + at.logical] = low & 4095;
    if (!options.deadline && i32[slot + at.deadline] === 0) return;
    i32[slot + at.deadline] = Number((options.deadline >> 12n) & 0xffffffffn);
    i32[slot + at.deadlineHigh] = Number(options.deadline >> 44n);
    i32[slot + at.deadlineLogical] = Number(options.deadline & 4095n);
  }
}

/** Stands for a header that is made here. */
const noHeader = new Uint8Array(0);

const headerWord = (name: string, more = 0): number => wordOf(headWords + offsetOf(MessageHeader, name) / 4 + more);

/** Words of a slot that hold what differs from header to header. */
const at = {
  messageId: headerWord('messageId'), messageIdHigh: headerWord('messageId', 1), correlationId: headerWord('correlationId'), priority: headerWord('priority'),
  physical: headerWord('timestamp'), physicalHigh: headerWord('timestamp', 1), logical: headerWord('timestamp', 2),
  deadline: headerWord('deadline'), deadlineHigh: headerWord('deadline', 1), deadlineLogical: headerWord('deadline', 2),
  /** The last reserved word: which handler's common part stands here already. */
  marker: headerWord('reserved', 31),
} as const;

export const laneCount = Object.keys(lanes).length;

/** The bytes as words; copied when they do not lie at a word, or end inside one. */
function aligned(bytes: Uint8Array, words: number): Uint32Array {
  if (bytes.byteOffset % 4 === 0 && bytes.byteLength >= words * 4) return new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, words);
  const copy = new Uint8Array(words * 4);
  copy.set(bytes);
  return new Uint32Array(copy.buffer);
}
