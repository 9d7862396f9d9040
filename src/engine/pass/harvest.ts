/** Reads what passes have left for the host. */
import { BatchHead, MessageHeader, SlotHead, slotFlags } from '../../layout/structures.ts';
import { viewsOf, type Views } from '../../message/codec.ts';
import { faultKinds, offsetOf } from '../abi.ts';
import type { EngineSink } from '../contract.ts';
import { slot as slotWord } from '../host-ring.ts';
import type { PassActor } from './actor.ts';
import type { FaultSite } from './driver.ts';
import type { Flight } from './flight.ts';
import { batchFault, type TakenBatch, type TakenRange } from './frame.ts';
import type { Lane } from './lane.ts';
import { outcome, outcomeBits, PassFault, PassReport, PassSync, word, wordsOf } from './layout.ts';

export interface HarvestHost {
  /** The actor that had this row when the flight was under way. */
  actorOf(flight: Flight, row: number): PassActor | undefined;
  readonly sites: readonly FaultSite[];
  /** Microseconds since the epoch. */
  now(): number;
  /** A message that an ended actor has not handled. */
  leftOver(actor: PassActor, slot: Uint8Array): void;
  /** Its messages may go to the device again, or it stopped taking them. */
  changed(actor: PassActor): void;
}

const syncAt = wordsOf(PassSync);
const head = SlotHead.size >> 2;
const mask = (1 << outcomeBits) - 1;

export class Harvest {
  readonly #host: HarvestHost;
  readonly #sink: EngineSink;
  #left: number;
  taken = 0;

  constructor(host: HarvestHost, sink: EngineSink, limit: number) {
    this.#host = host;
    this.#sink = sink;
    this.#left = limit;
  }

  get exhausted(): boolean {
    return this.#left <= 0;
  }

  /** Offers what was held back for want of room; true when nothing is held any more. */
  held(actor: PassActor): boolean {
    while (actor.held.length > 0) {
      if (this.exhausted) return false;
      const views = viewsOfBytes(actor.held[0]!);
      if (!this.#sink.message(actor.id, views, 0)) return false;
      actor.held.shift();
      this.#count();
    }
    return true;
  }

  /** True when the flight has been read to its end. */
  flight(f: Flight): boolean {
    const { ranges, batches } = f.frame;
    if (f.part === 0) {
      for (; f.item < ranges.length; f.item++, f.step = 0) if (!this.#range(f, ranges[f.item]!)) return false;
      f.part = 1;
      f.item = 0;
    }
    if (f.part === 1) {
      for (; f.item < batches.length; f.item++) {
        if (this.exhausted) return false;
        this.#batch(f, batches[f.item]!);
      }
      f.part = 2;
      f.item = 0;
    }
    if (f.counters >= 0) {
      const records = f.output!.views.u32[(f.counters >> 2) + syncAt.extra]!;
      for (; f.item < Math.min(records, f.extraCapacity); f.item++) {
        if (this.exhausted) return false;
        this.#extra(f, f.byteOf(f.frame.extra + f.item * f.extraStride));
      }
    }
    return true;
  }

  #count(): void {
    this.taken++;
    this.#left--;
  }

  #range(f: Flight, r: TakenRange): boolean {
    const { views } = f.output!;
    const { actor } = r;
    const stride = actor.replyBytes;
    const now = this.#host.now();
    for (; f.step < r.count; f.step++) {
      if (this.exhausted) return false;
      const at = f.byteOf(r.output) + f.step * stride;
      const w = at >> 2;
      const lane = r.lanes[f.step]!;
      const what = views.u32[w]! & mask;
      lane.inFlight--;
      const source = r.input + f.step * (actor.slotBytes >> 2);
      if (what === outcome.waiting) {
        this.#putBack(actor, lane, f.frame.views.u8.slice(source * 4, source * 4 + actor.slotBytes));
        continue;
      }
      const sent = f.frame.views.u32;
      this.#handled(actor, now - microseconds(sent[source + slotWord.timestamp]!, sent[source + slotWord.timestamp + 1]!));
      if (what === outcome.reply) this.#reply(actor, f, at, stride);
      else if (what === outcome.fault) this.#fault(actor, f, w + head);
      else this.#count();
    }
    actor.settle();
    this.#host.changed(actor);
    return true;
  }

  #putBack(actor: PassActor, lane: Lane, slot: Uint8Array): void {
    if (actor.removed) this.#host.leftOver(actor, slot);
    else lane.putBack(slot);
  }

  #handled(actor: PassActor, latency: number, count = 1): void {
    actor.hostHandled += count;
    actor.processed += count;
    const us = Math.max(0, latency);
    actor.latencyTotal += us * count;
    actor.latencyMin = Math.min(actor.latencyMin, us);
    actor.latencyMax = Math.max(actor.latencyMax, us);
  }

  #reply(actor: PassActor, f: Flight, at: number, bytes: number): void {
    this.#count();
    if (actor.headers === null) this.#offer(actor, f.output!.views, at, bytes);
    else this.#offer(actor, actor.headers.put(f.output!.views, at, bytes), 0, bytes + MessageHeader.size);
  }

  #offer(actor: PassActor, views: Views, at: number, bytes: number): void {
    if (actor.held.length === 0 && this.#sink.message(actor.id, views, at)) return;
    actor.held.push(views.u8.slice(at, at + bytes));
    this.#host.changed(actor);
  }

  #fault(actor: PassActor, f: Flight, w: number): void {
    const { u32 } = f.output!.views;
    const at = (field: string): number => u32[w + word(PassFault, field)]!;
    const kind = faultKinds[at('kind')] ?? 'trap';
    actor.faulted = true;
    actor.unsettled = true;
    actor.settle();
    actor.errors++;
    actor.lastError = at('kind');
    this.#count();
    this.#host.changed(actor);
    const site = this.#host.sites[at('site')];
    this.#sink.fault({
      actor: actor.id, handler: at('handler'), correlation: at('correlation'), kind: kind === 'none' ? 'trap' : kind,
      ...(site === undefined || site.end === 0 ? {} : { source: { source: site.source, start: site.start, end: site.end } }),
    });
  }

  #batch(f: Flight, b: TakenBatch): void {
    const { views } = f.output!;
    const { actor, batch } = b;
    const at = f.byteOf(b.head);
    const w = at >> 2;
    const what = views.u32[w]! & mask;
    const done = what === outcome.waiting ? 0 : views.u32[w + head]!;
    b.lane.inFlight--;
    this.#count();
    const slot = new Uint32Array(b.slot.buffer);
    const now = this.#host.now();
    if (done > 0) this.#handled(actor, now - microseconds(slot[slotWord.timestamp]!, slot[slotWord.timestamp + 1]!), done);
    const reply = actor.spec.program.handlers[batch.handler]!.reply;
    if (done > 0 && reply !== null) this.#batchReply(f, b, at, done);
    if (what === outcome.fault) {
      const fault = (at + batchFault) >> 2;
      views.u32[fault + word(PassFault, 'correlation')] = batch.correlation;
      this.#handled(actor, 0, 1);
      actor.hostHandled--;
      this.#fault(actor, f, fault);
    }
    const left = what === outcome.fault ? done + 1 : done;
    if (left >= batch.count) actor.dropBatch(b.key);
    else {
      if (left > 0) actor.replaceBatch(b.key, actor.restOf(batch, left));
      this.#putBack(actor, b.lane, b.slot);
    }
    actor.settle();
    this.#host.changed(actor);
  }

  /** Columns of replies; a batch that stopped half way is gathered into columns of its own. */
  #batchReply(f: Flight, b: TakenBatch, at: number, done: number): void {
    const { actor, batch } = b;
    const { views } = f.output!;
    const fields = actor.spec.program.handlers[batch.handler]!.reply!.fields;
    const from = f.byteOf(b.output);
    const area = SlotHead.size + 32;
    const put = (u32: Uint32Array, w: number, areaAt: number): void => {
      u32[w + slotWord.correlation] = batch.correlation;
      u32[w + slotWord.tag] = batch.handler | (slotFlags.batch << 16);
      u32[w + head + (offsetOf(BatchHead, 'count') >> 2)] = done;
      u32[w + head + (offsetOf(BatchHead, 'bytes') >> 2)] = 0;
      u32[w + head + (offsetOf(BatchHead, 'area') >> 2)] = areaAt;
      u32[w + head + (offsetOf(BatchHead, 'area') >> 2) + 1] = 0;
    };
    if (done === batch.count && actor.held.length === 0) {
      put(views.u32, at >> 2, from);
      if (this.#sink.message(actor.id, views, at)) return;
    }
    const total = fields.reduce((n, x) => n + Math.ceil((x.type.size * done) / 16) * 16, area);
    const copy = new Uint8Array(total);
    copy.set(views.u8.subarray(at, at + SlotHead.size));
    let source = from;
    let target = area;
    for (const x of fields) {
      copy.set(views.u8.subarray(source, source + x.type.size * done), target);
      source += Math.ceil((x.type.size * batch.count) / 16) * 16;
      target += Math.ceil((x.type.size * done) / 16) * 16;
    }
    put(new Uint32Array(copy.buffer), 0, area);
    if (actor.held.length > 0 || !this.#sink.message(actor.id, viewsOfBytes(copy), 0)) actor.held.push(copy);
  }

  #extra(f: Flight, at: number): void {
    const { views } = f.output!;
    const w = at >> 2;
    const stamp = views.u32[w]!;
    const actor = this.#host.actorOf(f, stamp >>> outcomeBits);
    if (actor === undefined) return;
    switch (stamp & mask) {
      case outcome.reply: return this.#reply(actor, f, at, actor.replyBytes);
      case outcome.fault: return this.#fault(actor, f, w + head);
      case outcome.debug: return this.#debug(actor, views.u32, w + head);
      case outcome.report: return applyReport(actor, views.u32, w + head);
      default:
    }
  }

  #debug(actor: PassActor, u32: Uint32Array, w: number): void {
    const kinds = u32[w + 2]!;
    const float = new Float32Array(1);
    const args = Array.from({ length: u32[w + 1]! }, (_, i) => {
      const low = u32[w + 4 + 2 * i]!;
      const high = u32[w + 5 + 2 * i]!;
      const wide = (): bigint => (BigInt(high) << 32n) | BigInt(low);
      switch ((kinds >>> (2 * i)) & 3) {
        case 0: new Uint32Array(float.buffer)[0] = low; return float[0]!;
        case 1: return high === (low >>> 31 === 1 ? 0xffff_ffff : 0) ? low | 0 : BigInt.asIntN(64, wide());
        case 2: return high === 0 ? low : wide();
        default: return low !== 0;
      }
    });
    this.#count();
    this.#sink.debug(actor.id, u32[w]!, args);
  }
}

function applyReport(actor: PassActor, u32: Uint32Array, w: number): void {
  const report = (field: string): number => u32[w + word(PassReport, field)]!;
  const inbox = report('handled') - actor.hostHandled;
  actor.processed += inbox - actor.inboxHandled;
  actor.inboxHandled = inbox;
  actor.inboxWaiting = report('waiting');
  actor.sent = report('sent');
  actor.refused = report('refused');
}

/** Reads a flight that carries nothing but reports; false, and nothing read, when there is more in it. */
export function readSilent(f: Flight, actorOfRow: (row: number) => PassActor | undefined): boolean {
  if (!f.frame.empty || f.counters < 0) return false;
  const { u32 } = f.output!.views;
  const records = Math.min(u32[(f.counters >> 2) + syncAt.extra]!, f.extraCapacity);
  const at = (i: number): number => f.byteOf(f.frame.extra + i * f.extraStride) >> 2;
  for (let i = 0; i < records; i++) {
    const what = u32[at(i)]! & mask;
    if (what !== outcome.report && what !== 0) return false;
  }
  for (let i = 0; i < records; i++) {
    const stamp = u32[at(i)]!;
    const actor = (stamp & mask) === outcome.report ? actorOfRow(stamp >>> outcomeBits) : undefined;
    if (actor !== undefined) applyReport(actor, u32, at(i) + head);
  }
  return true;
}

/** Physical part of a packed timestamp. */
const microseconds = (low: number, high: number): number => high * 2 ** 20 + (low >>> 12);

function viewsOfBytes(bytes: Uint8Array): Views {
  const buffer = new ArrayBuffer(Math.ceil(bytes.byteLength / 8) * 8);
  new Uint8Array(buffer).set(bytes);
  return viewsOf(buffer);
}
