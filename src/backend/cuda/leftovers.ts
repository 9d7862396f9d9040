/** What still waits in an actor's rings when it ends. Only while the engine is out of its loop. */
import { lanes, type DeadLetterReason } from '../../engine/contract.ts';
import { columnOffsets } from '../../message/columns.ts';
import { offsetOf } from '../../layout/access.ts';
import type { Struct } from '../../layout/types.ts';
import type { Device } from './device.ts';
import { dataWords, headWords, lineFlags, lineWords, wordOf } from './lines.ts';
import type { Wired } from './routes.ts';
import { feedList } from './routes.ts';
import { Feed } from './structures.ts';
import type { Tables } from './tables.ts';

export interface Letter {
  readonly actor: number;
  readonly handler: number;
  readonly reason: DeadLetterReason;
  readonly source: number;
  readonly correlation: number;
  readonly payload: Uint8Array;
  readonly lane: number;
  /** Packed HLC; 0n: none. */
  readonly deadline: bigint;
}

/** The messages of a batch whose columns lie in mapped memory at `area`. */
function messagesOf(device: Device, type: Struct, area: bigint, count: number): Uint8Array[] {
  const piece = device.mapped.find(area)!;
  const { offsets } = columnOffsets(type, count);
  const start = Number(area - piece.address);
  return Array.from({ length: count }, (_, i) => {
    const payload = new Uint8Array(type.size);
    type.fields.forEach(({ offset, type: { size } }, f) => {
      const from = start + offsets[f]! + i * size;
      payload.set(piece.views.u8.subarray(from, from + size), offset);
    });
    return payload;
  });
}

/** All messages not yet handled, lane by lane, in order. */
export function leftovers(device: Device, tables: Tables, { actor, wiring }: Wired): Letter[] {
  const letters: Letter[] = [];
  const { heap } = device;
  const read = (words: Uint32Array, slot: number, skip: number, lines: number, lane: number): void => {
    const tag = words[slot + 1]!;
    if ((tag & lineFlags.elsewhere) !== 0) return;
    const handler = actor.facts.handlers[tag & 0xff];
    if (handler === undefined) return;
    const { size } = handler.message;
    const last = lines * dataWords;
    const deadline = (tag & lineFlags.deadline) === 0 ? 0n : BigInt(words[slot + wordOf(last - 2)]!) | (BigInt(words[slot + wordOf(last - 1)]!) << 32n);
    const common = { actor: actor.id, handler: tag & 0xff, reason: actor.faulted ? 'faulted' : 'terminated', source: tag >>> 16, correlation: words[slot + 2]!, lane, deadline } as const;
    if ((tag & lineFlags.batch) !== 0) {
      const word = (i: number): number => words[slot + wordOf(headWords + i)]!;
      for (const payload of messagesOf(device, handler.message, BigInt(word(2)) | (BigInt(word(3)) << 32n), word(0))) {
        letters.push({ ...common, payload });
      }
      return;
    }
    const payload = new Uint32Array(Math.ceil(size / 4));
    for (let i = 0; i < payload.length; i++) payload[i] = words[slot + wordOf(headWords + skip + i)]!;
    letters.push({ ...common, payload: new Uint8Array(payload.buffer, 0, size) });
  };
  const feeds = feedList(wiring);
  const heads = new DataView(heap.read(wiring.feeds!.address, wiring.feedCount * Feed.size).buffer);
  feeds.forEach((feed, i) => {
    let n = heads.getUint32(i * Feed.size + offsetOf(Feed, 'head'), true);
    const bytes = (feed.mask + 1) * feed.lines * lineWords * 4;
    const piece = device.mapped.find(feed.base);
    const words = piece === null ? new Uint32Array(heap.read(feed.base, bytes).buffer) : piece.views.u32;
    const first = piece === null ? 0 : Number(feed.base - piece.address) >> 2;
    for (let left = feed.mask + 1; left > 0; left--, n = (n + 1) >>> 0) {
      const slot = first + (n & feed.mask) * feed.lines * lineWords;
      if (words[slot] !== ((n + 1) >>> 0)) break;
      read(words, slot, feed.skip, feed.lines, feed.lane);
    }
  });
  // Messages in the shared ring that have not been handed over: told of here, passed over there.
  const { ingress } = tables;
  for (let n = tables.ingressHead | 0; n !== ingress.sent; n = (n + 1) | 0) {
    const slot = ingress.at(n);
    const words = ingress.views.u32;
    if (words[slot + 1]! >>> 16 !== actor.id) continue;
    words[slot + 1] = words[slot + 1]! & 0xffff;
    const own = words.slice(slot, slot + lineWords);
    read(own, 0, 0, 1, actor.lanes.length > 1 ? (own[1]! >>> 8) & 3 : lanes.normal);
  }
  return letters;
}
