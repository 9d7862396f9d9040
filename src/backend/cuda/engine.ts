/**
 * The engine of one CUDA device: one persistent kernel over a table of actors. Every structural change
 * (launch, removal, routes, activity) happens while the kernel is out of its loop, and changes asked for
 * together share one such pause.
 */
import type { ActorCounters, ActorSpec, DeviceEngine, EngineActor, EngineSink } from '../../engine/contract.ts';
import { HostClock } from '../../engine/host-clock.ts';
import { fail } from '../../error/index.ts';
import { offsetOf } from '../../layout/access.ts';
import type { ActorHost, CudaActor } from './actor.ts';
import { BatchAreas } from './batches.ts';
import { buildActor } from './build.ts';
import { countersOf } from './counters.ts';
import { warpsPerBlock } from './device/program.ts';
import type { Device } from './device.ts';
import { EgressReader } from './egress.ts';
import type { SlotRing } from './inbox.ts';
import { KindSet, type Image, type Kind } from './kind-set.ts';
import type { ProgramFacts } from './kinds.ts';
import { leftovers } from './leftovers.ts';
import type { MappedBlock } from './memory.ts';
import { CudaPeers } from './peer/peers.ts';
import type { Quiet, Resident } from './pause.ts';
import { Census, place, type Placement, type Served } from './placement.ts';
import { Poller } from './poller.ts';
import { connect, orphan, reclaim, type Wired } from './routes.ts';
import { cudaPlacement, cudaSettings, type CudaPlacement, type CudaSettings } from './settings.ts';
import { Row } from './structures.ts';
import { Tables } from './tables.ts';

const row = (...path: string[]): number => offsetOf(Row, ...path);
/** Microseconds after the last sign of life during which spinning is worth it. */
const hotFor = 200;
/** Empty looks between two questions whether the kernel still runs. */
const checkEvery = 4096;

export class CudaEngine implements DeviceEngine, Resident, ActorHost {
  readonly backend = 'cuda';
  readonly device: Device;
  readonly clock: HostClock;
  readonly #settings: CudaSettings;
  readonly #stream: bigint;
  readonly #egress: EgressReader;
  readonly #poller = new Poller();
  readonly #wired: (Wired | undefined)[] = [];
  readonly #byId: (CudaActor | undefined)[] = [];
  readonly #freeIds: number[] = [];
  readonly #kinds: KindSet;
  /** Active actors. */
  readonly #census = new Census();
  #order: readonly Kind[] = [];
  #tables: Tables | null = null;
  #function = 0n;
  #module = 0n;
  #maxBlocks = 0;
  #placement: Placement | null = null;
  #running = false;
  #stopping = false;
  #closed = false;
  #ownRings = 0;
  #lastSign = 0;
  #signs = 0;
  #signsSeen = 0;
  #empty = 0;
  #lostTold = false;
  #clockSet = false;
  #slice: (() => void) | null = null;
  #wakeWaiters = new Set<() => void>();
  readonly #areas: BatchAreas;
  /** Actors with rings of removed senders. */
  readonly #orphaned = new Set<Wired>();
  readonly peers: CudaPeers;

  constructor(device: Device, given: Readonly<Record<string, unknown>> = {}) {
    this.device = device;
    this.#settings = cudaSettings(given);
    this.clock = new HostClock(this.#settings.time.wall, 64);
    this.#kinds = new KindSet(device);
    this.#stream = device.createStream();
    this.#egress = new EgressReader(device.mapped, (id) => this.#byId[id], (low, high) => this.clock.observe(low, high));
    this.#areas = new BatchAreas(device.mapped, this.#settings.batchBytes);
    this.#egress.giveBatch = (block) => this.#areas.give(block);
    this.peers = new CudaPeers({
      device, tables: () => this.#tables!, find: (id) => this.#find(id), stateOf: (id) => this.#stateOf(id), orphaned: (w) => { this.#orphaned.add(w); },
    });
    device.gate.add(this);
    this.#poller.start();
  }

  get ingress(): SlotRing {
    return this.#tables!.ingress;
  }

  // ---------------------------------------------------------------- structure

  async launch(spec: ActorSpec): Promise<EngineActor> {
    this.#check();
    const wishes = cudaPlacement(spec.placement);
    const kind = this.#kinds.of(spec);
    kind.actors++;
    try {
      for (;;) {
        const image = await this.#kinds.compiled(kind, () => this.#order);
        const actor = await this.device.gate.quiet((quiet) => (this.#load(quiet, image) ? this.#make(spec, kind, wishes) : null));
        if (actor !== null) return actor;
      }
    } catch (cause) {
      kind.actors--;
      throw cause;
    }
  }

  async setActive(id: number, active: boolean): Promise<void> {
    const wired = this.#find(id);
    const { actor } = wired;
    if (actor.active === active) return;
    await this.device.gate.quiet(() => {
      this.#still(wired);
      if (active) this.#census.check(this.#maxBlocks, actor);
      this.#census.add(actor, active ? 1 : -1);
      actor.active = active;
    });
  }

  async remove(id: number): Promise<void> {
    const wired = this.#find(id);
    await this.peers.sever(id);
    await this.device.gate.quiet(() => {
      if (wired.actor.removed) return;
      this.#unmake(wired);
      this.peers.gone(id);
    });
  }

  async restart(id: number, state: Uint8Array | null): Promise<void> {
    const wired = this.#find(id);
    const { actor } = wired;
    await this.device.gate.quiet(() => {
      this.#still(wired);
      this.device.heap.writeWord(this.#tables!.row(id) + BigInt(row('faulted')), 0);
      if (state !== null) this.device.heap.write(this.#stateOf(id), state);
      actor.faulted = false;
    });
  }

  async connect(from: number, port: number, to: number, handler: number): Promise<void> {
    const sender = this.#find(from);
    const receiver = to === 0 ? null : this.#find(to);
    await this.device.gate.quiet(() => {
      this.#still(sender);
      if (receiver !== null) this.#still(receiver);
      connect(this.device, this.#tables!, sender, port, receiver, handler);
    });
  }

  async readState(id: number): Promise<Uint8Array> {
    const wired = this.#find(id);
    return this.device.gate.quiet(() => {
      this.#still(wired);
      return this.device.heap.read(this.#stateOf(id), wired.actor.facts.program.state?.size ?? 0);
    });
  }

  async writeState(id: number, state: Uint8Array): Promise<void> {
    const wired = this.#find(id);
    await this.device.gate.quiet(() => {
      this.#still(wired);
      this.device.heap.write(this.#stateOf(id), state);
    });
  }

  /** False: what was compiled lacks a kind that has come into use meanwhile. */
  #load(quiet: Quiet, image: Image | null): boolean {
    // Another launch may have loaded more meanwhile: what is loaded last must hold every kind in use.
    if (image === null || image.order.every((k) => this.#order.includes(k))) return true;
    if (this.#order.some((k) => k.actors > 0 && !image.order.includes(k))) return false;
    const { driver, heap, facts } = this.device;
    const module = quiet.handle('moduleLoad', image.code);
    const word = new BigUint64Array(1);
    quiet.call('moduleFunction', word, module, 'rk_engine');
    if (this.#module !== 0n) quiet.call('moduleUnload', this.#module);
    this.#module = module;
    this.#function = word[0]!;
    this.#order = image.order;
    this.#maxBlocks = driver.int('occupancy', this.#function, warpsPerBlock * 32, 0) * facts.attributes.multiprocessors;
    this.#tables ??= new Tables(this.device, this.#settings, Math.max(this.#maxBlocks, 4 * facts.attributes.multiprocessors));
    for (const wired of this.#wired) {
      if (wired !== undefined) heap.writeWord(this.#tables.row(wired.actor.id) + BigInt(row('kind')), this.#numberOf(wired.actor.facts));
    }
    return true;
  }

  #numberOf(facts: ProgramFacts): number {
    return this.#order.findIndex((k) => k.facts === facts);
  }

  #make(spec: ActorSpec, kind: Kind, wishes: CudaPlacement): CudaActor {
    const { facts } = kind;
    const reused = this.#freeIds.at(-1);
    const id = reused ?? this.#wired.length + 1;
    if (id > this.#settings.maxActors) throw fail('TooManyActors', { actors: id, blocks: this.#maxBlocks, warps: this.#maxBlocks * warpsPerBlock });
    const own = wishes.ring === 'own' || (wishes.ring === 'auto' && wishes.serve !== 'thread' && facts.program.ports.length === 0 && this.#ownRings < Math.min(this.#settings.ownRings, (this.#maxBlocks - 1) * warpsPerBlock / 2));
    // Asked before anything is made: a kernel that cannot be placed must not keep the others from going on.
    const wish = { id, serve: wishes.serve, own };
    this.#census.check(this.#maxBlocks, wish);
    const wired = buildActor(this.device, this.#tables!, this, { id, spec, facts, number: this.#numberOf(facts), serve: wishes.serve, own });
    if (reused !== undefined) this.#freeIds.pop();
    if (own) this.#ownRings++;
    this.#census.add(wish);
    this.#wired[id - 1] = wired;
    this.#byId[id] = wired.actor;
    return wired.actor;
  }

  /** What the kernel serves while it runs. */
  #served(): Served[] {
    return this.#wired.flatMap((w) => (w?.actor.active === true ? [{ id: w.actor.id, serve: w.actor.serve, own: w.actor.own }] : []));
  }

  #unmake(wired: Wired): void {
    const { actor, wiring } = wired;
    const { heap, mapped } = this.device;
    const tables = this.#tables!;
    for (const letter of leftovers(this.device, tables, wired)) this.#egress.notices.push((sink) => sink.deadLetter(letter));
    actor.removed = true;
    if (actor.active) this.#census.add(actor, -1);
    this.#egress.forget(actor);
    for (const other of this.#wired) {
      if (other === undefined) continue;
      other.wiring.ports.forEach((p, port) => { if (p?.to === actor.id) connect(this.device, tables, other, port, null, 0); });
      // What it has sent is still to be handled.
      if (other !== wired && orphan(other.wiring, actor.id)) this.#orphaned.add(other);
    }
    this.#orphaned.delete(wired);
    for (const block of actor.device) heap.free(block);
    for (const block of actor.mapped) mapped.free(block);
    for (const peer of wiring.peers) { heap.free(peer.slots); heap.free(peer.words); }
    if (wiring.feeds !== null) heap.free(wiring.feeds);
    for (const block of actor.batches.values()) this.#areas.give(block);
    for (let s = actor.silent.shift(); s !== undefined; s = actor.silent.shift()) this.#areas.give(s.block);
    if (actor.own) this.#ownRings--;
    this.#kinds.release(actor.facts);
    this.#wired[actor.id - 1] = undefined;
    this.#byId[actor.id] = undefined;
    this.#freeIds.push(actor.id);
  }

  #stateOf(id: number): bigint {
    const at = this.device.heap.read(this.#tables!.row(id) + BigInt(row('state')), 8);
    return new DataView(at.buffer).getBigUint64(0, true);
  }

  #find(id: number): Wired {
    this.#check();
    const wired = this.#wired[id - 1];
    if (wired === undefined) throw fail('KernelNotFound', { kernel: `#${id}` });
    return wired;
  }

  /** An actor found before a pause may have ended until the pause is there, and its number may be another's. */
  #still({ actor }: Wired): void {
    if (actor.removed) throw fail('KernelNotFound', { kernel: `#${actor.id}` });
  }

  #check(): void {
    this.device.use();
    if (this.#closed) throw fail('BackendUnavailable', { backend: 'cuda', reason: 'The engine was closed.', hint: 'Open a new ring.' });
  }

  // ---------------------------------------------------------------- the kernel's comings and goings

  async leave(): Promise<void> {
    this.#slice?.();
    this.#slice = null;
    if (!this.#running) return;
    this.#stopping = true;
    this.#tables!.stop();
    const start = performance.now();
    const patience = Math.max(5000, Number.isFinite(this.#settings.watchdog) ? this.#settings.watchdog * 3 : Infinity);
    try {
      while (!this.device.idle(this.#stream)) {
        // A handler that waits for room in a ring to the host must find it.
        this.#egress.poll(null, Infinity);
        const waited = performance.now() - start;
        if (waited > 1) {
          await new Promise<void>((resolve) => { setImmediate(resolve); });
          this.device.use();
        }
        if (waited > patience) {
          const stuck = fail('EngineStuck', { ms: Math.round(waited) });
          this.device.lose(stuck);
          throw stuck;
        }
      }
      this.#egress.poll(null, Infinity);
    } finally {
      this.#stopping = false;
    }
    this.#running = false;
  }

  async enter(_quiet: Quiet): Promise<void> {
    if (this.#closed || this.#function === 0n) return;
    try {
      await this.#enter();
    } catch (cause) {
      // Nobody is served any more: who waits for an answer must hear it.
      this.#lose(cause as Error);
      throw cause;
    }
  }

  async #enter(): Promise<void> {
    const present = this.#wired.filter((w): w is Wired => w !== undefined);
    const tables = this.#tables!;
    for (const receiver of this.#orphaned) if (reclaim(this.device, tables, receiver)) this.#orphaned.delete(receiver);
    this.#placement = place(this.#served(), this.#maxBlocks);
    const largest = Math.max(8, ...present.map(({ actor }) => Math.max(actor.facts.replyLines, Math.ceil(actor.facts.largestWords / 12))));
    const rings = tables.prepare(this.#placement.table, this.#placement.blocks, this.#placement.alone, largest, this.#wired.length);
    for (const { actor } of present) actor.ring = rings[this.#placement.blockOf.get(actor.id) ?? 0]!;
    this.#egress.rings.length = 0;
    this.#egress.rings.push(...tables.egress);
    const { driver } = this.device;
    const store = BigUint64Array.of(tables.engine.address, 0n);
    store[1] = BigInt(driver.koffi.address(store));
    this.device.heap.settle();
    driver.call('launchCooperative', this.#function, this.#placement.blocks, 1, 1, warpsPerBlock * 32, 1, 1, 0, this.#stream, store.subarray(1));
    this.#running = true;
    if (!this.#clockSet) {
      // The first messages' timestamps need the device's clock.
      await this.#tables!.setTime(this.#settings.time.wall, () => {
        this.device.use();
        if (this.device.idle(this.#stream)) throw fail('EngineEnded', { blocks: this.#placement?.blocks ?? 0, pauses: this.device.gate.pauses });
      });
      this.#clockSet = true;
    }
    const slice = this.#settings.slice ?? (this.device.facts.attributes.kernelTimeout === 1 ? 500 : 0);
    if (slice > 0) this.#slice = this.#settings.time.after(slice, () => { void this.device.gate.quiet(() => undefined).catch((cause: unknown) => this.#lose(cause as Error)); });
  }

  // ---------------------------------------------------------------- messages

  sent(actor: CudaActor): void {
    this.#signs++;
    this.#egress.expect(actor.ring);
  }

  takeBatch(actor: CudaActor, bytes: number): MappedBlock | null {
    return this.#areas.take(actor, bytes);
  }

  poll(sink: EngineSink, limit = Infinity): number {
    const taken = this.#egress.poll(sink, limit);
    if (taken > 0) {
      this.#empty = 0;
      this.#signs++;
    } else if (++this.#empty % checkEvery === 0) {
      this.#look(sink);
    }
    return taken;
  }

  /** Is the kernel still there? */
  #look(sink: EngineSink): void {
    try {
      if (this.#running && !this.#stopping && this.device.lost === null) {
        this.device.use();
        if (this.device.idle(this.#stream)) this.#lose(fail('EngineEnded', { blocks: this.#placement?.blocks ?? 0, pauses: this.device.gate.pauses }));
      }
    } catch (cause) {
      this.#lose(cause as Error);
    }
    if (this.device.lost !== null && !this.#lostTold) {
      this.#lostTold = true;
      sink.lost(this.device.lost);
    }
  }

  #lose(cause: Error): void {
    this.device.lose(cause);
    for (const wake of this.#wakeWaiters) wake();
  }

  get hot(): boolean {
    // Reading a clock costs more than a message: signs are counted, and dated when somebody asks.
    if (this.#signs !== this.#signsSeen) {
      this.#signsSeen = this.#signs;
      this.#lastSign = performanceMicros();
      return this.#running;
    }
    return this.#running && performanceMicros() - this.#lastSign < hotFor;
  }

  async wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true || this.#egress.due) return;
    this.#empty = checkEvery - 1;
    const stop = new AbortController();
    const wake = (): void => stop.abort();
    this.#wakeWaiters.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    // The kernel's death is no line: look for it now and then.
    const cancel = this.#settings.time.after(250, wake);
    try {
      await this.#poller.watch(this.#egress.rings.map((ring) => ({
        pointer: ring.block.piece.pointer + BigInt(ring.line(ring.position) * 4), stamp: (ring.position + 1) | 0,
      })), stop.signal);
    } finally {
      cancel();
      this.#wakeWaiters.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }

  counters(id: number): ActorCounters {
    return countersOf(this.device, this.#tables!, this.#find(id));
  }

  get memory(): { readonly host: number; readonly device: number } {
    return { host: this.device.mapped.bytes, device: this.device.heap.bytes };
  }

  /** Blocks of the running kernel and pauses so far, for figures. */
  get figures(): { readonly blocks: number; readonly pauses: number } {
    return { blocks: this.#placement?.blocks ?? 0, pauses: this.device.gate.pauses };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const wake of this.#wakeWaiters) wake();
    await this.#poller.close();
    await this.peers.sever();
    if (this.device.lost === null) {
      await this.device.gate.quiet((quiet) => {
        if (this.#module !== 0n) quiet.call('moduleUnload', this.#module);
      }).catch((cause: unknown) => { if (this.device.lost === null) throw cause; });
    }
    this.device.gate.remove(this);
    this.peers.gone();
  }
}

const performanceMicros = (): number => performance.now() * 1000;

