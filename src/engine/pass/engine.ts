/**
 * A device engine made of bounded passes: for devices that cannot run a kernel for ever. Messages wait on the
 * host; each pass takes what has arrived, and several passes may be under way. Whatever changes rows happens
 * between passes.
 */
import { fail } from '../../error/index.ts';
import { RouteEntry, SlotHead } from '../../layout/structures.ts';
import type { ActorProgram } from '../../kernel/ir.ts';
import { HostClock } from '../host-clock.ts';
import type { ActorCounters, ActorSpec, DeadLetterReason, DeviceEngine, EngineActor, EngineSink } from '../contract.ts';
import { PassActor } from './actor.ts';
import { Alarm } from './alarm.ts';
import { parallelHandlers } from './analysis.ts';
import type { FaultSite, PassCopy, PassDriver, PassKind } from './driver.ts';
import { Flight } from './flight.ts';
import { Harvest, readSilent, type HarvestHost } from './harvest.ts';
import { Letters } from './letters.ts';
import { padded, refuseWishes, Rows } from './rows.ts';
import { SpareBytes } from './spare.ts';
import { PassSync, word, words } from './layout.ts';

export interface PassEngineOptions {
  /** Microseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  /** Messages of one actor in a pass. Default 1024. */
  readonly perActor?: number;
  /** Messages from other actors that one actor handles in a pass. Default 256. */
  readonly budget?: number;
  /** Loop turns one message may take. Default 2^26. */
  readonly watchdog?: number;
  /** Throws for an actor that the device cannot run. */
  readonly accept?: (spec: ActorSpec) => void;
}

/** A counter that divides by two and by three. */
const passWrap = 6 * 2 ** 29;
const frameWords = 1 << 16;
const debugWords = (SlotHead.size >> 2) + 4 + 32;

export class PassEngine implements DeviceEngine {
  readonly backend: string;
  readonly hot = false;
  readonly #driver: PassDriver;
  readonly #clock: HostClock;
  readonly #accept: (spec: ActorSpec) => void;
  readonly #limits: { perActor: number; words: number };
  readonly #budget: number;
  readonly #watchdog: number;
  readonly #rows: Rows;
  readonly #spare = new SpareBytes();
  readonly #actors: (PassActor | undefined)[] = [];
  readonly #kinds = new Map<ActorProgram, PassKind>();
  #sites: readonly FaultSite[] = [];
  readonly #ready = new Set<PassActor>();
  readonly #holding = new Set<PassActor>();
  readonly #letters = new Letters();
  readonly #flights: Flight[];
  /** Submitted and done, oldest first. */
  readonly #queue: Flight[] = [];
  #underWay = 0;
  readonly #orders: (() => Promise<void>)[] = [];
  #ordering = false;
  /** A flight is being read: its output must stay where it is. */
  #reading = false;
  #pass = 0;
  #inboxes = 0;
  #dynamic = false;
  #extraStride = 16;
  #extraCapacity = 256;
  /** The device said that messages wait in inboxes. */
  #inboxWork = false;
  #scheduled = false;
  #launching: Promise<unknown> = Promise.resolve();
  #lost: Error | null = null;
  #lostTold = false;
  #closed = false;
  readonly #alarm = new Alarm(() => this.#closed || this.#due);
  readonly #harvestHost: HarvestHost;

  constructor(driver: PassDriver, options: PassEngineOptions = {}) {
    this.backend = driver.backend;
    this.#driver = driver;
    this.#rows = new Rows(driver);
    this.#clock = new HostClock(options.now);
    this.#limits = { perActor: options.perActor ?? 1024, words: Math.min(1 << 22, driver.maxBytes >> 5) };
    this.#accept = options.accept ?? (() => undefined);
    this.#budget = options.budget ?? 256;
    this.#watchdog = options.watchdog ?? 1 << 26;
    this.#flights = Array.from({ length: driver.depth }, (_, i) => new Flight(i));
    void driver.lost.then((cause) => this.#fail(cause));
    const sites = (): readonly FaultSite[] => this.#sites;
    this.#harvestHost = {
      get sites() { return sites(); },
      actorOf: (flight, row) => flight.gone.get(row) ?? this.#actors[row],
      now: () => this.#clock.refresh(),
      leftOver: (actor, slot) => this.#letter(actor, slot, 'terminated'),
      changed: (actor) => this.#changed(actor),
    };
  }

  #changed(actor: PassActor): void {
    if (actor.held.length > 0 && !this.#holding.has(actor)) {
      this.#holding.add(actor);
      if (actor.inbox !== 0) void this.#order(async () => this.#rows.writeFlags(actor)).catch(() => undefined);
    }
    this.#makeReady(actor);
  }

  get memory(): { readonly host: number; readonly device: number } {
    const { host, device } = this.#driver.memory;
    const lanes = this.#actors.reduce((n, a) => n + (a?.lanes.reduce((m, l) => m + l.bytes, 0) ?? 0), 0);
    return { host: host + lanes + this.#spare.bytes + this.#flights.reduce((n, f) => n + f.frame.views.buffer.byteLength, 0), device };
  }

  // ---------------------------------------------------------------- rows

  async launch(spec: ActorSpec): Promise<EngineActor> {
    const turn = this.#launching.then(() => this.#launch(spec));
    this.#launching = turn.catch(() => undefined);
    return turn;
  }

  async #launch(spec: ActorSpec): Promise<PassActor> {
    this.#alive();
    this.#accept(spec);
    // Shading languages let compilers contract, reorder and flush, and their checks cost every handler.
    if (spec.arithmetic === 'exact') throw fail('CapabilityMissing', { kernel: spec.program.id, backend: this.backend, missing: 'exact arithmetic (`debug: \'exact\'`)' });
    refuseWishes(this.backend, spec.placement);
    let kind = this.#kinds.get(spec.program);
    if (kind === undefined) {
      kind = { index: this.#kinds.size, program: spec.program, parallel: parallelHandlers(spec.program) };
      const compiled = await this.#driver.compile([...this.#kinds.values(), kind]);
      this.#kinds.set(spec.program, kind);
      this.#sites = compiled.sites;
    }
    const free = this.#actors.findIndex((a) => a === undefined);
    const row = free < 0 ? this.#actors.length : free;
    const actor = new PassActor({
      clock: this.#clock,
      spare: this.#spare,
      ready: (a) => this.#makeReady(a),
      overflowed: (a, slot) => this.#letter(a, slot, 'overflow'),
    }, row, spec, kind);
    this.#actors[row] = actor;
    const reply = actor.replyBytes >> 2;
    this.#extraStride = Math.max(this.#extraStride, reply, spec.program.formats.length > 0 ? debugWords : 0);
    if (spec.program.ports.length > 0 || spec.program.formats.length > 0) this.#dynamic = true;
    await this.#order(async () => {
      await this.#rows.need(this.#actors.length);
      const stateWords = (spec.program.state?.size ?? 0) >>> 2;
      const ports = spec.program.ports.length;
      actor.state = stateWords === 0 ? 0 : await this.#rows.allocate(stateWords);
      actor.routes = ports === 0 ? 0 : await this.#rows.allocate(ports * words(RouteEntry));
      if (stateWords > 0) this.#rows.write(actor.state, padded(spec.initialState ?? new Uint8Array(stateWords * 4), stateWords * 4));
      if (ports > 0) this.#rows.write(actor.routes, new Uint8Array(ports * RouteEntry.size));
      this.#rows.describe(actor);
    });
    return actor;
  }

  #actor(id: number): PassActor {
    const actor = this.#actors[id - 1];
    if (actor === undefined) throw new RangeError(`no actor ${id}`);
    return actor;
  }

  async setActive(id: number, active: boolean): Promise<void> {
    const actor = this.#actor(id);
    actor.active = active;
    await this.#order(async () => this.#rows.writeFlags(actor));
    this.#inboxWork ||= active && actor.inbox !== 0;
    this.#makeReady(actor);
    this.#schedule();
  }

  async restart(id: number, state: Uint8Array | null): Promise<void> {
    const actor = this.#actor(id);
    await this.#order(async () => {
      actor.faulted = false;
      if (state !== null && actor.state !== 0) this.#rows.write(actor.state, padded(state, Math.ceil(state.byteLength / 4) * 4));
      this.#rows.writeFlags(actor);
    });
    this.#inboxWork ||= actor.inbox !== 0;
    this.#makeReady(actor);
    this.#schedule();
  }

  async connect(from: number, port: number, to: number, handler: number): Promise<void> {
    const sender = this.#actor(from);
    const receiver = to === 0 ? null : this.#actor(to);
    await this.#order(async () => {
      if (receiver !== null && receiver.inbox === 0) {
        await this.#rows.giveInbox(receiver);
        this.#inboxes++;
        this.#dynamic = true;
      }
      this.#rows.writeWords(sender.routes + port * words(RouteEntry), [to, handler]);
    });
  }

  async remove(id: number): Promise<void> {
    const actor = this.#actor(id);
    actor.removed = true;
    this.#ready.delete(actor);
    if (this.#lost !== null) return;
    await this.#order(async () => {
      for (const lane of actor.lanes) {
        lane.settle();
        for (; lane.length > 0; lane.shift()) this.#letter(actor, lane.views.u8.slice(lane.at(0), lane.at(0) + actor.slotBytes), 'terminated');
      }
      if (actor.inbox !== 0) for (const slot of await this.#rows.inboxOf(actor, this.#pass)) this.#letter(actor, slot, 'terminated');
      this.#rows.erase(actor);
      if (actor.inbox !== 0) this.#inboxes--;
      await this.#rows.forgetRoutes(this.#actors, actor.id);
      this.#actors[actor.row] = undefined;
      for (const f of this.#queue) f.gone.set(actor.row, actor);
      this.#alarm.ring();
    });
  }

  async readState(id: number): Promise<Uint8Array> {
    const actor = this.#actor(id);
    const size = actor.spec.program.state?.size ?? 0;
    let bytes: Uint8Array = new Uint8Array();
    if (size > 0) await this.#order(async () => { bytes = (await this.#driver.read('mem', actor.state * 4, Math.ceil(size / 4) * 4)).slice(0, size); });
    return bytes;
  }

  async writeState(id: number, state: Uint8Array): Promise<void> {
    const actor = this.#actor(id);
    if (actor.state === 0) return;
    await this.#order(async () => this.#rows.write(actor.state, padded(state, Math.ceil(state.byteLength / 4) * 4)));
  }

  counters(id: number): ActorCounters {
    const a = this.#actor(id);
    return {
      processed: a.processed, inFlight: a.inFlight, inputDepth: a.depth + a.inboxWaiting, outputDepth: a.held.length, dropped: a.dropped,
      errors: a.errors, lastError: a.lastError, sent: a.sent, refused: a.refused,
      latency: { total: a.latencyTotal, min: a.latencyMin === Infinity ? 0 : a.latencyMin, max: a.latencyMax },
    };
  }

  // ---------------------------------------------------------------- between passes

  /** Runs `work` when no pass is under way; passes wait meanwhile. */
  #order(work: () => Promise<void>): Promise<void> {
    this.#alive();
    return new Promise((resolve, reject) => {
      this.#orders.push(() => work().then(resolve, reject));
      this.#runOrders();
    });
  }

  #runOrders(): void {
    if (this.#ordering || this.#reading || this.#underWay > 0 || this.#orders.length === 0) return;
    this.#ordering = true;
    for (const f of this.#queue) f.detach();
    const next = async (): Promise<void> => {
      // An order may start a pass: the next waits for its end.
      while (this.#orders.length > 0 && this.#underWay === 0) await this.#orders.shift()!();
    };
    void next().finally(() => {
      this.#ordering = false;
      this.#schedule();
    });
  }

  // ---------------------------------------------------------------- passes

  #makeReady(actor: PassActor): void {
    if (!actor.willing) return;
    this.#ready.add(actor);
    this.#schedule();
  }

  /** Passes start at the end of the current turn's microtasks, so that what is sent together goes together. */
  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#closed || this.#lost !== null) return;
    if (this.#orders.length > 0) return this.#runOrders();
    if (this.#ordering) return;
    while (this.#ready.size > 0 || this.#inboxWork) {
      const flight = this.#flights.find((f) => f.state === 'idle');
      if (flight === undefined) return;
      // What is sent to other actors decides whether another pass is worth it: one at a time for that alone.
      if (this.#ready.size === 0 && this.#underWay > 0) return;
      if (!this.#start(flight)) return;
    }
  }

  /** False when nothing was to be done, or memory must grow first. */
  #start(flight: Flight): boolean {
    const driver = this.#driver;
    const { frame } = flight;
    if (flight.baseWords === 0 || this.#orders.length > 0) {
      if (this.#orders.length === 0) void this.#order(() => this.#moveFrame(flight, frameWords)).catch((cause: unknown) => this.#fail(cause as Error));
      return false;
    }
    this.#clock.refresh();
    this.#clock.tick();
    const { low, high } = this.#clock;
    const more = frame.take(this.#ready, this.#limits, low, high, (a, slot) => this.#letter(a, slot, 'expired'));
    this.#ready.clear();
    for (const a of more) if (a.willing) this.#ready.add(a);
    if (frame.empty && !this.#inboxWork) return this.#ready.size > 0;
    const allRows = this.#inboxes > 0 ? this.#actors.length : 0;
    const extraCapacity = this.#dynamic ? this.#extraCapacity : 0;
    frame.finish({
      pass: this.#pass, rows: this.#rows.first, allRows, extraCapacity, extraStride: this.#extraStride,
      budget: this.#budget, watchdog: this.#watchdog, nowLow: low, nowHigh: high,
    });
    flight.state = 'submitted';
    flight.extraCapacity = extraCapacity;
    flight.extraStride = this.#extraStride;
    this.#pass = (this.#pass + 1) % passWrap;
    this.#inboxWork = false;
    this.#underWay++;
    this.#queue.push(flight);
    if (frame.totalWords > flight.baseWords) {
      // The frame is filled already: it goes out as soon as there is room for it.
      this.#underWay--;
      void this.#order(async () => {
        await this.#moveFrame(flight, frame.totalWords * 2);
        this.#underWay++;
        this.#submit(flight, driver);
      }).catch((cause: unknown) => this.#fail(cause as Error));
      return false;
    }
    this.#submit(flight, driver);
    return true;
  }

  #submit(flight: Flight, driver: PassDriver): void {
    const { frame } = flight;
    const { parallel } = frame;
    const copies: PassCopy[] = [{ block: 'mem', offset: (flight.base + frame.outputs) * 4, bytes: Math.max(16, (frame.totalWords - frame.outputs) * 4) }];
    if (flight.extraCapacity > 0) copies.push({ block: 'sync', offset: 0, bytes: PassSync.size });
    driver.submit({
      flight: flight.index, frame: flight.base, writes: frame.writes(flight.base), resetSync: flight.extraCapacity > 0,
      actors: frame.rowCount, batches: parallel.batches, batchCount: parallel.messages, copies,
    }).then((output) => {
      this.#underWay--;
      flight.landed(output, flight.extraCapacity > 0);
      if (flight.counters >= 0) {
        const w = flight.counters >> 2;
        if (output.views.u32[w + word(PassSync, 'work')]! > 0) this.#inboxWork = true;
        if (output.views.u32[w + word(PassSync, 'extra')]! >= flight.extraCapacity) this.#extraCapacity = Math.min(flight.extraCapacity * 2, 1 << 15);
      }
      // Messages among actors are no reason to bother the host.
      if (this.#queue[0] === flight && readSilent(flight, (row) => flight.gone.get(row) ?? this.#actors[row])) this.#queue.shift()!.release();
      else this.#alarm.ring();
      this.#pump();
    }, (cause: unknown) => {
      this.#underWay--;
      this.#fail(cause instanceof Error ? cause : new Error(String(cause)));
    });
  }

  async #moveFrame(flight: Flight, count: number): Promise<void> {
    if (flight.baseWords >= count) return;
    if (flight.baseWords > 0) this.#rows.free(flight.base, flight.baseWords);
    const base = await this.#rows.allocate(count);
    for (const f of this.#driver.framePerFlight ? [flight] : this.#flights) {
      f.base = base;
      f.baseWords = count;
    }
  }

  // ---------------------------------------------------------------- towards the host

  #letter(actor: PassActor, slot: Uint8Array, reason: DeadLetterReason): void {
    this.#letters.add(actor, slot, reason);
    this.#alarm.ring();
  }

  #fail(cause: Error): void {
    if (this.#lost !== null || this.#closed) return;
    this.#lost = cause;
    for (const order of this.#orders.splice(0)) void order().catch(() => undefined);
    this.#alarm.ring();
  }

  #alive(): void {
    if (this.#lost !== null) throw this.#lost;
  }

  get #due(): boolean {
    return this.#queue[0]?.state === 'done' || this.#letters.length > 0 || (this.#lost !== null && !this.#lostTold);
  }

  poll(sink: EngineSink, limit = Infinity): number {
    this.#reading = true;
    try {
      return this.#read(sink, limit);
    } finally {
      this.#reading = false;
      this.#pump();
    }
  }

  #read(sink: EngineSink, limit: number): number {
    this.#letters.tell(sink);
    if (this.#lost !== null) {
      if (!this.#lostTold) {
        this.#lostTold = true;
        sink.lost(this.#lost);
      }
      return 0;
    }
    const harvest = new Harvest(this.#harvestHost, sink, limit);
    for (const actor of this.#holding) {
      if (!harvest.held(actor)) continue;
      this.#holding.delete(actor);
      if (actor.inbox !== 0) {
        void this.#order(async () => this.#rows.writeFlags(actor)).catch(() => undefined);
        this.#inboxWork = true;
      }
      this.#makeReady(actor);
    }
    while (this.#queue[0]?.state === 'done' && !harvest.exhausted) {
      if (!harvest.flight(this.#queue[0])) break;
      this.#queue.shift()!.release();
    }
    this.#letters.tell(sink);
    return harvest.taken;
  }

  wait(signal?: AbortSignal): Promise<void> {
    return this.#alarm.wait(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#alarm.ring();
    for (const f of this.#flights) if (f.state === 'done') f.release();
    await this.#driver.close();
  }
}
