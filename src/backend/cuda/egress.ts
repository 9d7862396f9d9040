/** What the device gives to the host: one ring of stamped lines per block, unpacked into slots for the sink. */
import { DebugRecord, debugKinds, FaultRecord, faultKinds } from '../../engine/abi.ts';
import { lanes, type ActorFault, type EngineSink } from '../../engine/contract.ts';
import { offsetOf, view } from '../../layout/access.ts';
import { BatchHead, MessageHeader, SlotHead, slotFlags } from '../../layout/structures.ts';
import { viewsOf, type Views } from '../../message/codec.ts';
import { Fifo } from '../../queue/fifo.ts';
import type { CudaActor } from './actor.ts';
import { debugBytes, faultBytes } from './kinds.ts';
import { chunksReady, headWords, lineFlags, lineReady, lineWords, linesFor, slotFlagsOf, wordOf } from './lines.ts';
import type { MappedBlock, MappedHeap } from './memory.ts';

const headOf = {
  tag: offsetOf(SlotHead, 'tag') >> 2, correlation: offsetOf(SlotHead, 'correlation') >> 2, source: offsetOf(SlotHead, 'source') >> 2,
  timestamp: offsetOf(SlotHead, 'timestamp') >> 2, deadline: offsetOf(SlotHead, 'deadline') >> 2,
} as const;

/** One block's ring. */
export class EgressRing {
  readonly block: MappedBlock;
  readonly count: MappedBlock;
  readonly words: Int32Array;
  readonly mask: number;
  /** Lines taken. */
  position = 0;
  readonly #first: number;
  readonly #countWords: Int32Array;
  readonly #countAt: number;

  constructor(block: MappedBlock, lines: number, count: MappedBlock) {
    this.block = block;
    this.count = count;
    this.words = block.piece.views.i32;
    this.mask = lines - 1;
    this.#first = block.offset >> 2;
    this.#countWords = count.piece.views.i32;
    this.#countAt = count.offset >> 2;
  }

  line(position: number): number {
    return this.#first + (position & this.mask) * lineWords;
  }

  /** All chunks of the line are there. */
  ready(position: number): boolean {
    return lineReady(this.words, this.line(position), (position + 1) | 0);
  }

  /** The next line has its first chunk. */
  get begun(): boolean {
    return Atomics.load(this.words, this.line(this.position)) === ((this.position + 1) | 0);
  }

  /** The device may write these lines again. */
  release(): void {
    Atomics.store(this.#countWords, this.#countAt, this.position);
  }
}

/** Words of a line that hold its payload, in order. */
const payloadWords = Array.from({ length: 8 }, (_, i) => wordOf(headWords + i));

const payloadAt = SlotHead.size / 4;

type Notice = (sink: EngineSink) => void;

export class EgressReader {
  readonly rings: EgressRing[] = [];
  /** Told at the next poll. */
  readonly notices = new Fifo<Notice>();
  readonly #heap: MappedHeap;
  readonly #find: (id: number) => CudaActor | undefined;
  readonly #holding = new Set<CudaActor>();
  /** Actors whose count of taken messages the device does not know yet. */
  readonly #unshown: CudaActor[] = [];
  #recent = 0;
  /** Sees timestamps of replies. */
  readonly #observe: (low: number, high: number) => void;

  constructor(heap: MappedHeap, find: (id: number) => CudaActor | undefined, observe: (low: number, high: number) => void) {
    this.#heap = heap;
    this.#find = find;
    this.#observe = observe;
  }

  /** The ring whose actor was last spoken to: looked at first. */
  expect(ring: number): void {
    this.#recent = ring;
  }

  /** Anything to tell or take? */
  get due(): boolean {
    if (this.notices.length > 0) return true;
    return this.rings.some((r) => r.begun);
  }

  /** Takes at most `limit` slots; `sink` null: everything is kept for later. */
  poll(sink: EngineSink | null, limit: number): number {
    const rings = this.rings;
    let taken = 0;
    if (sink !== null && (this.#holding.size > 0 || this.notices.length > 0)) taken = this.#tell(sink, limit);
    const recent = this.#recent;
    if (recent < rings.length && rings[recent]!.begun) taken += this.#drain(rings[recent]!, sink, limit - taken);
    for (let i = 0; i < rings.length && taken < limit; i++) {
      const ring = rings[i]!;
      if (i !== recent && ring.begun) taken += this.#drain(ring, sink, limit - taken);
    }
    return taken;
  }

  #tell(sink: EngineSink, limit: number): number {
    let taken = this.#holding.size > 0 ? this.#flush(sink, limit) : 0;
    for (let tell = this.notices.shift(); tell !== undefined; tell = this.notices.shift()) {
      tell(sink);
      taken++;
    }
    return taken;
  }

  /** What an actor that ends still has for the sink is told as soon as there is one. */
  forget(actor: CudaActor): void {
    this.#holding.delete(actor);
    for (let h = actor.held.shift(); h !== undefined; h = actor.held.shift()) {
      const { bytes, batch } = h;
      this.notices.push((sink) => void this.#offer(actor, sink, bytes, batch));
    }
  }

  #flush(sink: EngineSink, limit: number): number {
    let taken = 0;
    for (const actor of this.#holding) {
      for (let h = actor.held.peek(); h !== undefined && taken < limit; h = actor.held.peek()) {
        if (!this.#offer(actor, sink, h.bytes, h.batch)) break;
        actor.held.shift();
        this.#accepted(actor, h.batch);
        taken++;
      }
      if (actor.held.length === 0) this.#holding.delete(actor);
    }
    for (const actor of this.#unshown) this.#show(actor);
    this.#unshown.length = 0;
    return taken;
  }

  #drain(ring: EgressRing, sink: EngineSink | null, limit: number): number {
    let taken = 0;
    const { words } = ring;
    while (taken < limit) {
      const line = ring.line(ring.position);
      const stamp = (ring.position + 1) | 0;
      if (Atomics.load(words, line) !== stamp) break;
      const tag = words[line + 1]!;
      const actor = this.#find(tag >>> 16);
      if (actor === undefined) {
        ring.position = (ring.position + 1) | 0;
        continue;
      }
      // By far the most: a short reply that the sink takes at once.
      if ((tag & special) === 0 && sink !== null && !actor.full && actor.replyWords[tag & 0xff]! <= payloadWords.length && actor.held.length === 0) {
        const count = actor.replyWords[tag & 0xff]!;
        // A small reply leaves the chunks it does not need unwritten.
        if (!chunksReady(words, line, stamp, count)) break;
        const { views } = this.#heap.pieces[0]!;
        const slot = this.#heap.pieces[0]!.scratch >> 2;
        const to = views.i32;
        to[slot + headOf.tag] = tag & 0x3ff;
        to[slot + headOf.correlation] = words[line + 2]!;
        to[slot + headOf.source] = actor.id;
        to[slot + headOf.timestamp] = words[line + 3]!;
        to[slot + headOf.timestamp + 1] = words[line + 5]!;
        to[slot + headOf.deadline] = 0;
        to[slot + headOf.deadline + 1] = 0;
        for (let i = 0; i < count; i++) to[slot + payloadAt + i] = words[line + payloadWords[i]!]!;
        actor.received++;
        if (sink.message(actor.id, views, slot << 2)) this.#accepted(actor, 0n);
        else this.#keep(actor, views, slot << 2, (slot + payloadAt + count) << 2, 0n);
        ring.position = (ring.position + 1) | 0;
        taken++;
        continue;
      }
      const bytes = payloadBytes(actor, tag);
      const lines = linesFor(bytes, false);
      let whole = lines === 1 ? chunksReady(words, line, stamp, (bytes + 3) >> 2) : lineReady(words, line, stamp);
      for (let i = 1; i < lines && whole; i++) whole = ring.ready((ring.position + i) | 0);
      if (!whole) break;
      this.#take(ring, actor, tag, bytes, sink);
      ring.position = (ring.position + lines) | 0;
      taken++;
    }
    if (taken > 0) {
      const newest = ring.line((ring.position - 1) | 0);
      if (ring.position === words[newest]) this.#observe(words[newest + 3]! >>> 0, words[newest + 5]! >>> 0);
      ring.release();
      for (const actor of this.#unshown) this.#show(actor);
      this.#unshown.length = 0;
    }
    return taken;
  }

  #keep(actor: CudaActor, views: Views, from: number, to: number, batch: bigint): void {
    actor.held.push({ bytes: views.u8.slice(from, to), batch });
    this.#holding.add(actor);
  }

  /** Tells the device what has been taken of an actor. */
  #show(actor: CudaActor): void {
    actor.takenShown = actor.taken;
    const word = actor.takenWord!;
    Atomics.store(word.piece.views.i32, word.offset >> 2, actor.taken);
  }

  #take(ring: EgressRing, actor: CudaActor, tag: number, bytes: number, sink: EngineSink | null): void {
    const words = (bytes + 3) >> 2;
    if ((tag & (lineFlags.fault | lineFlags.debug | lineFlags.deadLetter)) !== 0) {
      // Records hold 64-bit words.
      const payload = new Uint32Array((words + 1) & ~1);
      gather(ring, payload, 0, words);
      this.#notice(actor, tag, ring.words[ring.line(ring.position) + 2]! >>> 0, ring.words[ring.line(ring.position) + 3]! >>> 0, new Uint8Array(payload.buffer, 0, bytes));
      return;
    }
    actor.received++;
    let batch = 0n;
    let piece = this.#heap.pieces[0]!;
    if ((tag & lineFlags.batch) !== 0) {
      const head = new Uint32Array(4);
      gather(ring, head, 0, 4);
      batch = BigInt(head[2]!) | (BigInt(head[3]!) << 32n);
      piece = this.#heap.find(batch)!;
    }
    const { views } = piece;
    const slot = piece.scratch >> 2;
    const line = ring.line(ring.position);
    const from = ring.words;
    const to = views.i32;
    const full = actor.full && batch === 0n;
    const flags = slotFlagsOf(tag) | (full ? slotFlags.fullEnvelope : 0);
    const low = from[line + 3]!;
    const high = from[line + 5]!;
    to[slot + headOf.tag] = (tag & 0x3ff) | (flags << 16);
    to[slot + headOf.correlation] = from[line + 2]!;
    to[slot + headOf.source] = actor.id;
    to[slot + headOf.timestamp] = low;
    to[slot + headOf.timestamp + 1] = high;
    to[slot + headOf.deadline] = 0;
    to[slot + headOf.deadline + 1] = 0;
    const payload = slot + SlotHead.size / 4 + (full ? MessageHeader.size / 4 : 0);
    if (full) replyHeader(actor, views, slot, tag & 0xff);
    if (words <= payloadWords.length) {
      for (let i = 0; i < words; i++) to[payload + i] = from[line + payloadWords[i]!]!;
    } else {
      gather(ring, views.u32, payload, words);
    }
    if (batch !== 0n) views.u64[(payload + offsetOf(BatchHead, 'area') / 4) >> 1] = batch - piece.address;
    if (actor.held.length === 0 && sink !== null && sink.message(actor.id, views, slot << 2)) {
      this.#accepted(actor, batch);
      return;
    }
    this.#keep(actor, views, slot << 2, (payload << 2) + bytes, batch);
  }

  #offer(actor: CudaActor, sink: EngineSink, bytes: Uint8Array, batch: bigint): boolean {
    const piece = batch === 0n ? this.#heap.pieces[0]! : this.#heap.find(batch)!;
    const slot = piece.scratch;
    piece.views.u8.set(bytes, slot);
    return sink.message(actor.id, piece.views, slot);
  }

  #accepted(actor: CudaActor, batch: bigint): void {
    if (actor.taken === actor.takenShown) this.#unshown.push(actor);
    actor.taken = (actor.taken + 1) | 0;
    if (batch === 0n) return;
    const block = actor.batches.get(batch);
    if (block !== undefined) {
      actor.batches.delete(batch);
      this.giveBatch(block);
    }
  }

  /** Where batch areas go that are done with; set by the engine. */
  giveBatch: (block: MappedBlock) => void = () => undefined;

  #notice(actor: CudaActor, tag: number, correlation: number, source: number, payload: Uint8Array): void {
    const handler = tag & 0xff;
    const views = viewsOf(payload.buffer);
    if ((tag & lineFlags.deadLetter) !== 0) {
      actor.dropped++;
      this.notices.push((sink) => sink.deadLetter({ actor: actor.id, handler, reason: 'expired', source, correlation, payload, lane: actor.lanes.length > 1 ? (tag >>> 8) & 3 : lanes.normal }));
    } else if ((tag & lineFlags.debug) !== 0) {
      const record = view(DebugRecord, views, 0);
      const { format, count, kinds } = record;
      const args = Array.from({ length: count }, (_, i) => debugArgument(views, DebugRecord.size / 8 + i, Number((kinds >> BigInt(2 * i)) & 3n)));
      this.notices.push((sink) => sink.debug(actor.id, format, args));
    } else {
      const record = view(FaultRecord, views, 0);
      const fault: ActorFault = {
        actor: actor.id, handler, correlation, kind: faultKinds[record.kind] as ActorFault['kind'],
        ...(record.end === 0 ? {} : { source: { source: record.source, start: record.start, end: record.end } }),
      };
      if (actor.faulted) return;
      actor.faulted = true;
      this.notices.push((sink) => sink.fault(fault));
    }
  }
}

function gather(ring: EgressRing, to: Uint32Array, at: number, words: number): void {
  let position = ring.position;
  let line = ring.line(position);
  for (let i = 0, in12 = headWords; i < words; i++, in12++) {
    if (in12 === 12) { in12 = 0; position = (position + 1) | 0; line = ring.line(position); }
    to[at + i] = ring.words[line + wordOf(in12)]!;
  }
}

const special = lineFlags.fault | lineFlags.debug | lineFlags.deadLetter | lineFlags.batch;

/** Bytes of what a line begins. */
function payloadBytes(actor: CudaActor, tag: number): number {
  const handler = actor.facts.handlers[tag & 0xff]!;
  if ((tag & special) === 0) return handler.reply?.size ?? 0;
  if ((tag & lineFlags.fault) !== 0) return faultBytes;
  if ((tag & lineFlags.debug) !== 0) return debugBytes;
  if ((tag & lineFlags.deadLetter) !== 0) return handler.message.size;
  return BatchHead.size;
}

function debugArgument(views: Views, word: number, kind: number): number | bigint | boolean {
  switch (kind) {
    case debugKinds.signed: return views.i64[word]!;
    case debugKinds.unsigned: return views.u64[word]!;
    case debugKinds.bool: return views.u64[word] !== 0n;
    default: return views.f64[word]!;
  }
}

/** The device answers without a header; it says nothing that the line does not. */
function replyHeader(actor: CudaActor, views: Views, slot: number, handler: number): void {
  const words = views.u32;
  const to = slot + SlotHead.size / 4;
  words.set(actor.replyTemplates[handler]!, to);
  const low = words[slot + headOf.timestamp]!;
  const high = words[slot + headOf.timestamp + 1]!;
  words[to + header.messageId] = low;
  words[to + header.messageId + 1] = high;
  words[to + header.correlationId] = words[slot + headOf.correlation]!;
  words[to + header.timestamp] = (low >>> 12) | (high << 20);
  words[to + header.timestamp + 1] = high >>> 12;
  words[to + header.timestamp + 2] = low & 4095;
}

const header = {
  messageId: offsetOf(MessageHeader, 'messageId') / 4, correlationId: offsetOf(MessageHeader, 'correlationId') / 4, timestamp: offsetOf(MessageHeader, 'timestamp') / 4,
} as const;
