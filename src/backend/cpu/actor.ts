import { ActorRow, payloadOffset, rowFlags } from '../../engine/abi.ts';
import { lanes, type ActorSpec, type EngineActor, type SendOptions } from '../../engine/contract.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import type { HostClock } from '../../engine/host-clock.ts';
import { initRing, ringBytes, ringDepth, ringTail, RingReader, RingWriter, slot, smallestRing, tagOf } from '../../engine/host-ring.ts';
import { header as H, ring as R, row as A } from '../../engine/steps/offsets.ts';
import { fail } from '../../error/index.ts';
import { view } from '../../layout/access.ts';
import { MessageHeader, RouteEntry, slotFlags } from '../../layout/structures.ts';
import { roundUp } from '../../layout/types.ts';
import type { Codec, Views } from '../../message/codec.ts';
import { HEADER_MAGIC, HEADER_VERSION, kernelIdHash, priorities } from '../../message/envelope.ts';
import { BatchAreas } from './batches.ts';
import { inboxPayload, outboxPayload, takesBatches, type Kind } from './kind.ts';
import type { CpuWorker } from './worker.ts';

/** What an actor asks of its engine. */
export interface ActorHost {
  readonly heap: SharedHeap;
  readonly clock: HostClock;
  /** The oldest message of a full inbox was dropped for a newer one. */
  dropped(actor: CpuActor, words: number): void;
  /** A worker is about to be woken. */
  wakes(): void;
  /** Something was put into a ring. */
  sent(): void;
}

const laneCount = Object.keys(lanes).length;
/** Looks at a slot that somebody is just writing or copying. */
const mostLooks = 1000;
const priorityOfLane = [priorities.critical, priorities.high, priorities.normal, priorities.low] as const;

/** The host's end of one actor, and everything it occupies in memory. */
export class CpuActor implements EngineActor {
  readonly id: number;
  readonly spec: ActorSpec;
  readonly kind: Kind;
  readonly worker: CpuWorker;
  /** Address of its row. */
  readonly row: number;
  readonly inboxes: readonly RingWriter[];
  readonly outbox: RingReader;
  readonly batches: BatchAreas;
  /** Actors with a route to this one. */
  readonly senders = new Set<CpuActor>();
  /** The fault that stands in the row has been reported. */
  faultReported = false;
  /** How many operations want it left alone just now. */
  pauses = 0;
  /** It is to be freed once its outbox is empty. */
  ending: (() => void) | null = null;
  readonly #host: ActorHost;
  readonly #views: Views;
  readonly #block: number;
  readonly #blockBytes: number;
  readonly #payload: number;
  readonly #dropsOldest: boolean;

  constructor(id: number, row: number, spec: ActorSpec, kind: Kind, worker: CpuWorker, host: ActorHost) {
    this.id = id;
    this.row = row;
    this.spec = spec;
    this.kind = kind;
    this.worker = worker;
    this.#host = host;
    const { program } = kind;
    const full = spec.envelope === 'full';
    this.#dropsOldest = spec.overflow === 'dropOldest';
    this.#payload = full ? payloadOffset.full : payloadOffset.compact;
    const laneNumber = spec.priorities ? laneCount : 1;
    const inboxCapacity = Math.max(smallestRing, spec.inboxCapacity);
    const outboxCapacity = Math.max(smallestRing, spec.outboxCapacity);
    const inboxSlot = roundUp(this.#payload + inboxPayload(program), 64);
    const outboxSlot = roundUp(this.#payload + outboxPayload(program), 64);
    const laneBytes = ringBytes(inboxCapacity, inboxSlot);
    const stateBytes = roundUp(program.state?.size ?? 0, 64);
    const routeBytes = roundUp(program.ports.length * RouteEntry.size, 64);
    const headerBytes = full ? 2 * program.handlers.length * MessageHeader.size : 0;
    const outboxBytes = ringBytes(outboxCapacity, outboxSlot);
    const ownBytes = this.#dropsOldest ? inboxSlot : 0;
    this.#blockBytes = laneNumber * laneBytes + outboxBytes + stateBytes + routeBytes + headerBytes + ownBytes;
    this.#block = host.heap.allocate(this.#blockBytes);
    const views = host.heap.views;
    this.#views = views;

    const inbox = this.#block;
    const outbox = inbox + laneNumber * laneBytes;
    const state = outbox + outboxBytes;
    const routes = state + stateBytes;
    const headers = routes + routeBytes;
    for (let lane = 0; lane < laneNumber; lane++) initRing(views, inbox + lane * laneBytes, inboxCapacity, inboxSlot);
    initRing(views, outbox, outboxCapacity, outboxSlot);
    if (spec.initialState !== undefined) views.u8.set(spec.initialState, state);

    const words = views.u32.subarray(row >> 2, (row + ActorRow.size) >> 2);
    words.fill(0);
    const set = (offset: number, value: number): void => { words[offset >> 2] = value; };
    set(A.id, id);
    set(A.flags, rowFlags.present | (full ? rowFlags.full : 0));
    set(A.entry, kind.order.entry);
    set(A.batchEntry, kind.order.entry + program.handlers.length);
    set(A.handlers, program.handlers.length);
    set(A.worker, worker.place.block);
    set(A.state, state);
    set(A.routes, routes);
    set(A.ports, program.ports.length);
    set(A.lanes, laneNumber);
    set(A.inbox, inbox);
    set(A.laneBytes, laneBytes);
    set(A.outbox, outbox);
    set(A.inboxMask, inboxCapacity - 1);
    set(A.inboxSlot, inboxSlot);
    set(A.outboxMask, outboxCapacity - 1);
    set(A.outboxSlot, outboxSlot);
    set(A.payload, this.#payload);
    set(A.headers, full ? headers : 0);
    set(A.own, this.#dropsOldest ? headers + headerBytes : 0);
    set(A.control.inputCapacity, inboxCapacity);
    set(A.control.inputMask, inboxCapacity - 1);
    set(A.control.outputCapacity, outboxCapacity);
    set(A.control.outputMask, outboxCapacity - 1);
    views.u64[(row + A.hash) >> 3] = kernelIdHash(spec.name);
    if (full) this.#writeTemplates(headers);

    this.inboxes = Array.from({ length: laneNumber }, (_, lane) => new RingWriter(views, inbox + lane * laneBytes, false, !this.#dropsOldest));
    this.outbox = new RingReader(views, outbox);
    this.batches = new BatchAreas(host.heap, program.handlers);
  }

  /** One header for each handler's message, then one for each handler's reply. */
  #writeTemplates(headers: number): void {
    const self = kernelIdHash(this.spec.name);
    const { handlers } = this.kind.program;
    handlers.forEach(({ message, reply }, i) => {
      const ids = this.kind.typeIds[i]!;
      for (const [at, destKernel, messageType, size] of [[i, self, ids.message, message.size], [handlers.length + i, 0n, ids.reply, reply?.size ?? 0]] as const) {
        const to = view(MessageHeader, this.#views, headers + at * MessageHeader.size);
        to.magic = HEADER_MAGIC;
        to.version = HEADER_VERSION;
        to.destKernel = destKernel;
        to.messageType = messageType;
        to.priority = priorities.normal;
        to.payloadSize = BigInt(size);
      }
    });
  }

  word(offset: number): number {
    return (this.row + offset) >> 2;
  }

  /** From here on other actors write into its inbox too. */
  share(): void {
    for (const inbox of this.inboxes) inbox.share();
  }

  /** The ring other actors' messages go to. */
  get peerInbox(): RingWriter {
    return this.inboxes[this.inboxes.length > 1 ? lanes.normal : 0]!;
  }

  trySend(handler: number, codec: Codec, value: unknown, options: SendOptions): boolean {
    const inbox = this.#lane(options.lane);
    const at = this.#claim(inbox);
    if (at < 0) return false;
    try {
      codec.encode(this.#views, (at << 2) + this.#payload, value);
    } catch (cause) {
      inbox.cancel(at);
      throw cause;
    }
    this.#publish(inbox, at, handler, options, null);
    return true;
  }

  trySendBytes(handler: number, payload: Uint8Array, header: Uint8Array | null, options: SendOptions): boolean {
    const inbox = this.#lane(options.lane);
    const at = this.#claim(inbox);
    if (at < 0) return false;
    this.#views.u8.set(payload, (at << 2) + this.#payload);
    this.#publish(inbox, at, handler, options, header);
    return true;
  }

  trySendBatch(handler: number, _codec: Codec, columns: readonly ArrayBufferView[], count: number, options: SendOptions): number {
    const definition = this.kind.program.handlers[handler]!;
    if (!takesBatches(definition)) {
      throw fail('InvalidConfig', { option: 'batch', value: definition.message.name, reason: 'Its message or its reply has a struct as field. Send such messages one at a time.' });
    }
    let taken = 0;
    while (taken < count) {
      const portion = BatchAreas.portion(count - taken);
      if (!this.#sendPortion(handler, columns, taken, portion, options)) break;
      taken += portion;
    }
    return taken;
  }

  #sendPortion(handler: number, columns: readonly ArrayBufferView[], from: number, count: number, options: SendOptions): boolean {
    const inbox = this.#lane(options.lane);
    if (!inbox.hasRoom) {
      this.#wantRoom();
      if (!inbox.hasRoom) return false;
    }
    const area = this.batches.take(handler, count);
    if (area === null) return false;
    const { u8, u32, u64 } = this.#host.heap.views;
    const { offsets, bytes } = this.batches.columns(handler, count);
    const { fields } = this.kind.program.handlers[handler]!.message;
    fields.forEach(({ type }, i) => {
      const column = columns[i]!;
      u8.set(new Uint8Array(column.buffer, column.byteOffset + from * type.size, count * type.size), area.address + offsets[i]!);
    });
    const at = this.#claim(inbox);
    if (at < 0) {
      this.batches.giveBack(area.address);
      return false;
    }
    const head = at + (this.#payload >> 2);
    u32[head] = count;
    u32[head + 1] = bytes;
    u64[(head + 2) >> 1] = BigInt(area.address);
    this.#publish(inbox, at, handler, options, null, slotFlags.batch);
    return true;
  }

  #lane(lane: number): RingWriter {
    return this.inboxes[this.inboxes.length > 1 ? lane : 0]!;
  }

  /** A slot that is now the host's, or -1. */
  #claim(inbox: RingWriter): number {
    // Where the oldest may go, only a slot that somebody is just writing or copying is in the way: for a moment.
    for (let looks = this.#dropsOldest ? mostLooks : 1; looks > 0; looks--) {
      if (this.#dropsOldest && ringDepth(this.#views, inbox.base) >= inbox.capacity) this.#dropOldest(inbox);
      const at = inbox.claim();
      if (at >= 0) return at;
    }
    this.#wantRoom();
    return inbox.claim();
  }

  /** The worker rings when it has made room. */
  #wantRoom(): void {
    const wanted = this.word(A.wanted);
    if (Atomics.load(this.#views.i32, wanted) === 0) Atomics.store(this.#views.i32, wanted, 1);
  }

  /** Takes the message the worker would have taken next. */
  #dropOldest(inbox: RingWriter): void {
    const tail = (inbox.base + R.tail) >> 2;
    for (;;) {
      const position = ringTail(this.#views, inbox.base);
      const at = inbox.at(position);
      if (Atomics.load(this.#views.i32, at) !== ((position + 1) | 0)) return;
      if (Atomics.compareExchange(this.#views.i32, tail, position | 0, (position + 1) | 0) !== (position | 0)) continue;
      this.#host.dropped(this, at);
      inbox.giveBack(at, position);
      return;
    }
  }

  #publish(inbox: RingWriter, at: number, handler: number, options: SendOptions, header: Uint8Array | null, flags = 0): void {
    const full = this.#payload === payloadOffset.full && flags === 0;
    const { clock } = this.#host;
    inbox.head(at, tagOf(handler, options.lane, full ? slotFlags.fullEnvelope : flags), options.correlation, 0, options.deadline, clock);
    if (full) {
      const to = (at << 2) + payloadOffset.compact;
      if (header !== null) this.#views.u8.set(header, to);
      else this.#writeHeader(at, to, handler, options);
    }
    inbox.publish(at);
    const { bell } = this.worker;
    // Only one lane is ever watched.
    if (this.inboxes.length > 1 || !bell.watches(this.row)) {
      if (bell.parked) this.#host.wakes();
      bell.ring(this.id);
    }
    this.#host.sent();
  }

  #writeHeader(at: number, to: number, handler: number, options: SendOptions): void {
    const { u8, u32, u64 } = this.#views;
    const template = u32[this.word(A.headers)]! + handler * MessageHeader.size;
    u8.copyWithin(to, template, template + MessageHeader.size);
    const stamp = u64[(at + slot.timestamp) >> 1]!;
    u64[(to + H.messageId) >> 3] = stamp;
    u32[(to + H.correlationId) >> 2] = options.correlation;
    u32[(to + H.priority) >> 2] = priorityOfLane[options.lane]!;
    u64[(to + H.timestamp.physical) >> 3] = stamp >> 12n;
    u64[(to + H.timestamp.logical) >> 3] = stamp & 4095n;
    u64[(to + H.deadline.physical) >> 3] = options.deadline >> 12n;
    u64[(to + H.deadline.logical) >> 3] = options.deadline & 4095n;
  }

  /** Bytes of a message in a slot, apart from head and header. */
  payloadAt(words: number, bytes: number): Uint8Array {
    const from = (words << 2) + this.#payload;
    return this.#views.u8.slice(from, from + bytes);
  }

  /** Address of the `BatchHead` in a slot. */
  batchHeadAt(words: number): number {
    return (words << 2) + this.#payload;
  }

  /** Gives its memory back; nobody may use it any more. */
  release(): void {
    this.batches.release();
    this.#views.u32.fill(0, this.row >> 2, (this.row + ActorRow.size) >> 2);
    this.#host.heap.free(this.#block, this.#blockBytes);
  }
}
