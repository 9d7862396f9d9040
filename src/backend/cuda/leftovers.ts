/** What still waits in an actor's rings when it ends. Only while the engine is out of its loop. */
import type { DeadLetterReason } from '../../engine/contract.ts';
import { offsetOf } from '../../layout/access.ts';
import type { Device } from './device.ts';
import { headWords, lineFlags, lineWords, wordOf } from './lines.ts';
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
}

/** All messages not yet handled, lane by lane, in order. */
export function leftovers(device: Device, tables: Tables, { actor, wiring }: Wired): Letter[] {
  const letters: Letter[] = [];
  const { heap } = device;
  const read = (words: Uint32Array, slot: number, skip: number): void => {
    const tag = words[slot + 1]!;
    if ((tag & (lineFlags.elsewhere | lineFlags.batch)) !== 0) return;
    const handler = actor.facts.handlers[tag & 0xff];
    if (handler === undefined) return;
    const { size } = handler.message;
    const payload = new Uint32Array(Math.ceil(size / 4));
    for (let i = 0; i < payload.length; i++) payload[i] = words[slot + wordOf(headWords + skip + i)]!;
    letters.push({
      actor: actor.id, handler: tag & 0xff, reason: actor.faulted ? 'faulted' : 'terminated', source: tag >>> 16, correlation: words[slot + 2]!,
      payload: new Uint8Array(payload.buffer, 0, size),
    });
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
      read(words, slot, feed.skip);
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
    read(own, 0, 0);
  }
  return letters;
}
