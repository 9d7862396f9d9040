/** Kernel-to-kernel rings in device memory: one per pair of actors, or one for all senders once they are many. */
import { offsetOf } from '../../layout/access.ts';
import type { CudaActor } from './actor.ts';
import { lineBytes } from './lines.ts';
import type { Device } from './device.ts';
import type { DeviceBlock } from './memory.ts';
import { Feed, Route, Row } from './structures.ts';
import { Bytes, type Tables } from './tables.ts';

/** Senders with a ring of their own into one actor; further ones share a ring and draw tickets. */
const ownSenders = 6;
const normalLane = 2;

/** A ring other actors write to. */
export interface PeerRing {
  readonly slots: DeviceBlock;
  /** Ticket word, then the consumer's count, each on a line of its own. */
  readonly words: DeviceBlock;
  readonly mask: number;
  readonly lines: number;
  /** Several ports or several senders: tickets are drawn. */
  shared: boolean;
  /** Sender by id; `far`: one on another device; `gone`: it was removed, and what it sent may still wait; null: all that have none of their own. */
  readonly from: number | 'far' | 'gone' | null;
}

/** One feed of an actor as the host knows it. */
export interface FeedSpec {
  readonly base: bigint;
  readonly consumed: bigint;
  readonly mask: number;
  readonly lines: number;
  readonly polled: boolean;
  readonly skip: number;
  readonly lane: number;
  /** Its slots lie in the host's memory. */
  readonly mapped: boolean;
}

export interface Wiring {
  /** Host feeds in lane order. */
  readonly hostFeeds: readonly FeedSpec[];
  readonly peers: PeerRing[];
  readonly routes: DeviceBlock | null;
  /** By port: target and handler. */
  readonly ports: ({ readonly to: number; readonly handler: number } | null)[];
  feeds: DeviceBlock | null;
  feedCount: number;
}

const isOwn = ({ from }: PeerRing): boolean => from !== null && from !== 'far';
const f = (name: string): number => offsetOf(Feed, name);
const r = (name: string): number => offsetOf(Route, name);

/** All feeds of an actor in the order of their priority: peers rank with the normal lane. */
export function feedList(w: Wiring): FeedSpec[] {
  const peers = w.peers.map((p): FeedSpec => ({
    base: p.slots.address, consumed: p.words.address + BigInt(lineBytes), mask: p.mask, lines: p.lines, polled: true, skip: 0, lane: normalLane, mapped: false,
  }));
  const single = w.hostFeeds.every((h) => h.lane === 0);
  const before = w.hostFeeds.filter((h) => single || h.lane <= normalLane);
  return [...before.map((h) => (single ? { ...h, lane: normalLane } : h)), ...peers, ...w.hostFeeds.filter((h) => !before.includes(h))];
}

/** Writes an actor's feeds anew, keeping what is known of those that stay. Only while the engine is out of its loop. */
export function writeFeeds(device: Device, tables: Tables, id: number, w: Wiring): void {
  const { heap } = device;
  const heads = new Map<bigint, number>();
  if (w.feeds !== null) {
    const old = heap.read(w.feeds.address, w.feedCount * Feed.size);
    const data = new DataView(old.buffer);
    for (let i = 0; i < w.feedCount; i++) heads.set(data.getBigUint64(i * Feed.size + f('base'), true), data.getUint32(i * Feed.size + f('head'), true));
    heap.free(w.feeds);
  }
  const list = feedList(w);
  const bytes = new Bytes(list.length * Feed.size);
  list.forEach((feed, i) => {
    const at = i * Feed.size;
    const head = heads.get(feed.base) ?? 0;
    bytes.u64(at + f('base'), feed.base).u64(at + f('consumed'), feed.consumed).u32(at + f('mask'), feed.mask).u32(at + f('lines'), feed.lines)
      .u32(at + f('head'), head).u32(at + f('published'), head).u32(at + f('polled'), feed.polled ? 1 : 0).u32(at + f('skip'), feed.skip).u32(at + f('lane'), feed.lane).u32(at + f('mapped'), feed.mapped ? 1 : 0);
  });
  w.feeds = heap.allocate(bytes.bytes.length);
  w.feedCount = list.length;
  heap.write(w.feeds.address, bytes.bytes);
  const row = tables.row(id);
  heap.write(row + BigInt(offsetOf(Row, 'feeds')), BigUint64Array.of(w.feeds.address));
  heap.writeWord(row + BigInt(offsetOf(Row, 'feedCount')), list.length);
}

export interface Wired {
  readonly actor: CudaActor;
  readonly wiring: Wiring;
}

/** Connects or disconnects a port. Only while the engine is out of its loop. */
export function connect(device: Device, tables: Tables, from: Wired, port: number, to: Wired | null, handler: number): void {
  const { heap } = device;
  const entry = from.wiring.routes!.address + BigInt(port * Route.size);
  if (to === null) {
    from.wiring.ports[port] = null;
    heap.writeWord(entry + BigInt(r('target')), 0);
    return;
  }
  const { peers } = to.wiring;
  let ring = peers.find((p) => p.from === from.actor.id) ?? null;
  const again = ring !== null && from.wiring.ports.some((p, i) => i !== port && p?.to === to.actor.id);
  if (ring === null && peers.filter(isOwn).length >= ownSenders) ring = peers.find((p) => p.from === null) ?? null;
  if (ring === null) {
    const own = peers.filter(isOwn).length < ownSenders;
    const { spec, facts } = to.actor;
    const lines = facts.inboxLines.compact;
    ring = {
      slots: heap.allocate(spec.inboxCapacity * lines * lineBytes), words: heap.allocate(2 * lineBytes), mask: spec.inboxCapacity - 1, lines,
      shared: !own, from: own ? from.actor.id : null,
    };
    peers.push(ring);
    writeFeeds(device, tables, to.actor.id, to.wiring);
  }
  const old = heap.read(entry, Route.size);
  const view = new DataView(old.buffer);
  let sent = view.getUint32(r('sent'), true);
  if (again && !ring.shared) share(device, from, to.actor.id, ring);
  else if (!ring.shared) sent = positionOf(device, from, to, ring);
  from.wiring.ports[port] = { to: to.actor.id, handler };
  const seen = new DataView(heap.read(ring.words.address + BigInt(lineBytes), 4).buffer).getUint32(0, true);
  heap.write(entry, new Bytes(Route.size)
    .u32(r('target'), to.actor.id).u32(r('handler'), handler).u64(r('base'), ring.slots.address).u64(r('consumed'), ring.words.address + BigInt(lineBytes))
    .u32(r('mask'), ring.mask).u32(r('lines'), ring.lines).u32(r('sent'), sent).u32(r('refused'), view.getUint32(r('refused'), true)).u32(r('seen'), seen)
    .u32(r('shared'), ring.shared ? 1 : 0).u64(r('tickets'), ring.words.address).u32(r('source'), from.actor.id).bytes);
}

/** Messages written so far into a ring with one sender and one port: the port that leads there knows, else the consumer (all are consumed). */
function positionOf(device: Device, from: Wired, to: Wired, ring: PeerRing): number {
  const { heap } = device;
  const port = from.wiring.ports.findIndex((p) => p?.to === to.actor.id);
  if (port >= 0) return new DataView(heap.read(from.wiring.routes!.address + BigInt(port * Route.size + r('sent')), 4).buffer).getUint32(0, true);
  return written(device, ring);
}

/** Messages written so far into a ring nobody writes to now. What was written stands in the stamps: the next free slot is the first that is not one ahead. */
export function written({ heap }: Device, ring: PeerRing): number {
  const consumed = new DataView(heap.read(ring.words.address + BigInt(lineBytes), 4).buffer).getUint32(0, true);
  const slots = heap.read(ring.slots.address, ring.slots.bytes);
  const stamps = new DataView(slots.buffer);
  let n = consumed;
  while (n - consumed <= ring.mask && stamps.getUint32((n & ring.mask) * ring.lines * lineBytes, true) === ((n + 1) >>> 0)) n++;
  return n;
}

/** A second port to the same actor: from now on both draw tickets, so that the sender's messages keep one order. */
function share(device: Device, from: Wired, to: number, ring: PeerRing): void {
  const { heap } = device;
  ring.shared = true;
  from.wiring.ports.forEach((p, i) => {
    if (p?.to !== to) return;
    const entry = from.wiring.routes!.address + BigInt(i * Route.size);
    const sent = new DataView(heap.read(entry + BigInt(r('sent')), 4).buffer).getUint32(0, true);
    heap.writeWord(ring.words.address, sent);
    heap.writeWord(entry + BigInt(r('shared')), 1);
  });
}

/** Marks the ring of a removed sender; it is freed when it is empty. */
export function orphan(w: Wiring, sender: number | PeerRing): boolean {
  const i = w.peers.findIndex((p) => p === sender || p.from === sender);
  if (i >= 0) w.peers[i] = { ...w.peers[i]!, from: 'gone' };
  return i >= 0;
}

/** Frees what removed senders have left and has been read. True when nothing of theirs is left. Only while the engine is out of its loop. */
export function reclaim(device: Device, tables: Tables, { actor, wiring }: Wired): boolean {
  const { heap } = device;
  const left = wiring.peers.filter((p) => p.from === 'gone');
  if (left.length === 0) return true;
  const feeds = new DataView(heap.read(wiring.feeds!.address, wiring.feedCount * Feed.size).buffer);
  const heads = new Map(feedList(wiring).map((feed, i) => [feed.base, feeds.getUint32(i * Feed.size + f('head'), true)]));
  const empty = left.filter((ring) => {
    const n = heads.get(ring.slots.address)!;
    const stamp = heap.read(ring.slots.address + BigInt((n & ring.mask) * ring.lines * lineBytes), 4);
    return new DataView(stamp.buffer).getUint32(0, true) !== ((n + 1) >>> 0);
  });
  for (const ring of empty) {
    wiring.peers.splice(wiring.peers.indexOf(ring), 1);
    heap.free(ring.slots);
    heap.free(ring.words);
  }
  if (empty.length > 0) writeFeeds(device, tables, actor.id, wiring);
  return empty.length === left.length;
}
