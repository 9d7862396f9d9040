/**
 * Delivery from actors of one device into actors of another. The receiver has a ring for each such sender in its own
 * memory and polls it like any other; the sender's route holds the ring's address, so that its stores go over the
 * link and nothing else does. Only when the ring looks full does the sender read the receiver's count.
 */
import type { DeviceEngine, PeerDelivery, StateCopy } from '../../../engine/contract.ts';
import { fail } from '../../../error/index.ts';
import { offsetOf } from '../../../layout/access.ts';
import type { Device } from '../device.ts';
import { lineBytes } from '../lines.ts';
import type { DeviceBlock } from '../memory.ts';
import { orphan, written, writeFeeds, type PeerRing, type Wired } from '../routes.ts';
import { Route } from '../structures.ts';
import { Bytes, type Tables } from '../tables.ts';
import { enable, mutual } from './access.ts';
import { checksumOf, copyAcross, prepareChecksum } from './state.ts';

/** What is needed of an engine. */
export interface PeerHost {
  readonly device: Device;
  tables(): Tables;
  /** Throws `KernelNotFound`. */
  find(id: number): Wired;
  /** Device address of an actor's state. */
  stateOf(id: number): bigint;
  /** The actor has a ring of a sender that is gone: it is freed when it has been read. */
  orphaned(receiver: Wired): void;
}

/** One sender's way to one receiver. */
interface Way {
  readonly from: CudaPeers;
  readonly sender: Wired;
  readonly to: CudaPeers;
  readonly receiver: Wired;
  readonly ring: PeerRing;
  /** Where the sender's ports draw tickets once there are several. */
  tickets: DeviceBlock | null;
  /** One of both has ended, or is about to. */
  severed: boolean;
}

const at = (name: string): number => offsetOf(Route, name);

export class CudaPeers implements PeerDelivery {
  readonly #host: PeerHost;
  readonly #out = new Set<Way>();
  readonly #in = new Set<Way>();
  /** Ways are made one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(host: PeerHost) {
    this.#host = host;
  }

  reaches(other: DeviceEngine): boolean {
    return other.peers instanceof CudaPeers && mutual(this.#host.device, other.peers.#host.device);
  }

  connect(from: number, port: number, other: DeviceEngine, to: number, handler: number): Promise<void> {
    const result = this.#turn.then(() => this.#connect(from, port, other.peers as CudaPeers, to, handler));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #connect(from: number, port: number, there: CudaPeers, to: number, handler: number): Promise<void> {
    const { device } = this.#host;
    const sender = this.#host.find(from);
    await enable(device, there.#host.device);
    const { way, sent } = await there.#host.device.gate.quiet(() => there.#open(this, sender, to));
    await device.gate.quiet(() => {
      // The receiver may have ended meanwhile; then its ring is gone.
      if (way.severed || sender.actor.removed) throw fail('KernelNotFound', { kernel: way.severed ? `#${to}` : `#${from}` });
      this.#route(way, port, handler, sent);
    });
  }

  /** The way from a sender, with a ring of its own here. Only while the engine is out of its loop. */
  #open(from: CudaPeers, sender: Wired, to: number): { way: Way; sent: number } {
    const { device } = this.#host;
    const receiver = this.#host.find(to);
    const known = [...this.#in].find((w) => w.sender === sender && w.receiver === receiver && !w.severed);
    if (known !== undefined) return { way: known, sent: written(device, known.ring) };
    const { heap } = device;
    const { actor, wiring } = receiver;
    const lines = actor.facts.inboxLines.compact;
    const ring: PeerRing = {
      slots: heap.allocate(actor.spec.inboxCapacity * lines * lineBytes), words: heap.allocate(2 * lineBytes),
      mask: actor.spec.inboxCapacity - 1, lines, shared: false, from: 'far',
    };
    heap.settle();
    wiring.peers.push(ring);
    writeFeeds(device, this.#host.tables(), to, wiring);
    const way: Way = { from, sender, to: this, receiver, ring, tickets: null, severed: false };
    this.#in.add(way);
    from.#out.add(way);
    return { way, sent: 0 };
  }

  /** Points a port of the sender at the ring. Only while the engine is out of its loop. `sent`: messages in the ring so far, when no port leads there. */
  #route(way: Way, port: number, handler: number, sent: number): void {
    const { heap } = this.#host.device;
    const { sender, ring } = way;
    const others = this.#ports(way).filter(({ index }) => index !== port);
    const old = new DataView(heap.read(this.#entry(sender, port), Route.size).buffer);
    let position = others[0]?.sent ?? sent;
    if (others.length > 0) {
      // From now on all draw tickets, so that the sender's messages keep one order.
      if (way.tickets === null) {
        way.tickets = heap.allocate(lineBytes);
        heap.settle();
        heap.writeWord(way.tickets.address, position);
        for (const { index } of others) heap.write(this.#entry(sender, index) + BigInt(at('tickets')), BigUint64Array.of(way.tickets.address));
      }
      ring.shared = true;
      for (const { index } of others) heap.writeWord(this.#entry(sender, index) + BigInt(at('shared')), 1);
      position = 0;
    } else if (way.tickets !== null) {
      heap.writeWord(way.tickets.address, position);
    }
    sender.wiring.ports[port] = null;
    heap.write(this.#entry(sender, port), new Bytes(Route.size)
      .u32(at('target'), way.receiver.actor.id).u32(at('handler'), handler).u64(at('base'), ring.slots.address).u64(at('consumed'), ring.words.address + BigInt(lineBytes))
      .u32(at('mask'), ring.mask).u32(at('lines'), ring.lines).u32(at('sent'), position).u32(at('refused'), old.getUint32(at('refused'), true)).u32(at('seen'), 0)
      .u32(at('shared'), ring.shared ? 1 : 0).u64(at('tickets'), way.tickets?.address ?? 0n).u32(at('source'), 0).bytes);
  }

  #entry(sender: Wired, port: number): bigint {
    return sender.wiring.routes!.address + BigInt(port * Route.size);
  }

  /** Ports that lead along the way now; their owner may have connected them otherwise since. */
  #ports({ sender, ring }: Way): { readonly index: number; readonly sent: number }[] {
    const count = sender.wiring.ports.length;
    const entries = new DataView(this.#host.device.heap.read(sender.wiring.routes!.address, count * Route.size).buffer);
    return Array.from({ length: count }, (_, index) => index)
      .filter((i) => entries.getUint32(i * Route.size + at('target'), true) !== 0 && entries.getBigUint64(i * Route.size + at('base'), true) === ring.slots.address)
      .map((index) => ({ index, sent: entries.getUint32(index * Route.size + at('sent'), true) }));
  }

  settled(from: number): boolean {
    const { device } = this.#host;
    const { actor, wiring } = this.#host.find(from);
    if (wiring.routes === null) return true;
    const entries = new DataView(device.heap.read(wiring.routes.address, wiring.ports.length * Route.size).buffer);
    return wiring.ports.every((_, i) => {
      const word = (name: string): number => entries.getUint32(i * Route.size + at(name), true);
      if (word('target') === 0) return true;
      const base = entries.getBigUint64(i * Route.size + at('base'), true);
      const far = [...this.#out].find((w) => w.sender.actor === actor && w.ring.slots.address === base);
      const long = (name: string): bigint => entries.getBigUint64(i * Route.size + at(name), true);
      const sent = word('shared') === 0 ? word('sent') : this.#word(device, long('tickets'));
      return this.#word(far === undefined ? device : far.to.#host.device, long('consumed')) === sent;
    });
  }

  #word(device: Device, address: bigint): number {
    device.use();
    const value = new DataView(device.heap.read(address, 4).buffer).getUint32(0, true);
    this.#host.device.use();
    return value;
  }

  async copyState(from: number, other: DeviceEngine, to: number): Promise<StateCopy> {
    const there = (other.peers as CudaPeers).#host;
    const { device } = this.#host;
    const bytes = this.#host.find(from).actor.facts.program.state?.size ?? 0;
    if (bytes === 0) return { bytes, ms: 0, checksum: 0, copied: 0 };
    await enable(device, there.device);
    await prepareChecksum(device);
    await prepareChecksum(there.device);
    const target = await there.device.gate.quiet(() => there.stateOf(to));
    const { ms, checksum } = await device.gate.quiet(async () => {
      const source = this.#host.stateOf(from);
      const before = await checksumOf(device, source, bytes);
      return { ms: await copyAcross(device, source, there.device, target, bytes), checksum: before };
    });
    const copied = await there.device.gate.quiet(() => checksumOf(there.device, target, bytes));
    return { bytes, ms, checksum, copied };
  }

  /** Nobody elsewhere writes into the rings of this actor, or of any, from now on. Before it is removed. */
  async sever(id?: number): Promise<void> {
    const ways = [...this.#in].filter((w) => id === undefined || w.receiver.actor.id === id);
    for (const way of ways) way.severed = true;
    for (const way of ways) {
      const { device } = way.from.#host;
      // Whoever writes there no more need not be told.
      if (device.lost === null && !way.sender.actor.removed) {
        await device.gate.quiet(() => {
          if (!way.sender.actor.removed) for (const { index } of way.from.#ports(way)) device.heap.writeWord(way.from.#entry(way.sender, index) + BigInt(at('target')), 0);
        }).catch((cause: unknown) => { if (device.lost === null && !device.closed) throw cause; });
      }
      this.#forget(way);
    }
  }

  /** This actor, or all of them, sends no more: its rings elsewhere are freed when they have been read. After it has been removed. */
  gone(id?: number): void {
    for (const way of [...this.#out].filter((w) => id === undefined || w.sender.actor.id === id)) {
      way.severed = true;
      orphan(way.receiver.wiring, way.ring);
      way.to.#host.orphaned(way.receiver);
      this.#forget(way);
    }
  }

  #forget(way: Way): void {
    way.to.#in.delete(way);
    way.from.#out.delete(way);
    if (way.tickets !== null) way.from.#host.device.heap.free(way.tickets);
    way.tickets = null;
  }
}
