import { EngineBlock, faultNumber, rowFlags } from '../../engine/abi.ts';
import type { ActorCounters, ActorSpec, DeadLetterReason, DeviceEngine, EngineActor, EngineSink } from '../../engine/contract.ts';
import { SharedHeap } from '../../engine/heap.ts';
import { HostClock } from '../../engine/host-clock.ts';
import { ringTail, slot, tagFlags } from '../../engine/host-ring.ts';
import { batch as B, engine as E, fault as F, row as A, route as T, worker as W } from '../../engine/steps/offsets.ts';
import { fail, reasonOf } from '../../error/index.ts';
import { RouteEntry, slotFlags } from '../../layout/structures.ts';
import { CpuActor, type ActorHost } from './actor.ts';
import { hasClaimed } from './claims.ts';
import { countersOf } from './counters.ts';
import { engineModules } from './code.ts';
import { batchPayloads, deliver, faultOf, letter, payloadsOf } from './harvest.ts';
import { HostBell } from './host-bell.ts';
import { Kinds } from './kinds.ts';
import { Rows } from './rows.ts';
import { cpuSettings, type CpuSettings } from './settings.ts';
import { Waiter } from './waiter.ts';
import { Watchdog } from './watchdog.ts';
import { Linker } from './worker/linker.ts';
import { faultNumbers, InlineWorker, makeBell, ThreadWorker, type CpuWorker } from './worker.ts';

/** Polls between two looks at the bell while one actor is asked first; a power of two. */
const pollsPerBell = 8;

/** Runs actors as WebAssembly in worker threads over one shared memory, or in passes on the host's own thread. */
export class CpuEngine implements DeviceEngine, ActorHost {
  readonly backend = 'cpu';
  readonly heap = new SharedHeap();
  readonly clock: HostClock;
  readonly settings: CpuSettings;
  readonly #bell: HostBell;
  readonly #rows: Rows;
  readonly #workers: readonly CpuWorker[];
  readonly #inline: InlineWorker | null;
  readonly #threads: readonly ThreadWorker[];
  readonly #waiter: Waiter;
  readonly #watchdog: Watchdog;
  /** The engine's functions on this thread, for what is done in a dead worker's place. */
  readonly #linker: Linker;
  readonly #actors: (CpuActor | undefined)[] = [];
  readonly #kinds: Kinds;
  /** What the sink is told at the next poll. */
  #notices: ((sink: EngineSink) => void)[] = [];
  #sink: EngineSink | null = null;
  #left = 0;
  #taken = 0;
  /** The actor that was drained last; 0: none. */
  #warm = 0;
  #polls = 0;
  /** A worker has been woken since the last poll. */
  #waking = false;
  #lost: Error | null = null;
  #closed = false;
  readonly #serve = (id: number): void => this.#drain(id);

  private constructor(settings: CpuSettings) {
    this.settings = settings;
    const { heap } = this;
    this.clock = new HostClock(settings.time.wall);
    const block = heap.allocate(EngineBlock.size);
    makeBell(heap, block + E.bell.at, settings.maxActors + 1);
    this.#bell = new HostBell(heap.views, block + E.bell.at);
    this.#rows = new Rows(heap, block, settings.maxActors);
    const modules = engineModules();
    const lost = (cause: Error): void => this.#lose(cause);
    const inline = settings.inline ? new InlineWorker(0, heap, block, settings.maxActors + 1, modules) : null;
    this.#inline = inline;
    this.#threads = inline !== null ? [] : Array.from({ length: settings.workers }, (_, i) => new ThreadWorker(i, heap, block, settings.maxActors + 1, settings.spin, modules, lost));
    this.#workers = inline !== null ? [inline] : this.#threads;
    this.#kinds = new Kinds(this.#workers, heap);
    this.#linker = inline?.linker ?? new Linker(heap.memory, this.#workers[0]!.place, modules, faultNumbers);
    this.#waiter = new Waiter(heap.views.i32, this.#bell, () => this.#notices.length > 0 || inline?.busy === true || this.#closed);
    this.#watchdog = new Watchdog(
      this.#threads, settings.watchdog, settings.time,
      (row) => Atomics.load(heap.views.i32, (row + A.batchDone) >> 2),
      (worker) => void this.#replace(worker).catch(lost),
    );
  }

  /** Starts an engine. `given`: `CpuSettings`, any of them. */
  static async start(given: Readonly<Record<string, unknown>> = {}): Promise<CpuEngine> {
    const engine = new CpuEngine(cpuSettings(given));
    await Promise.all(engine.#threads.map((worker) => worker.start()));
    engine.#watchdog.rouse();
    return engine;
  }

  // ---------------------------------------------------------------- actors

  async launch(spec: ActorSpec): Promise<EngineActor> {
    this.#check();
    const worker = this.#place(spec);
    const kind = this.#kinds.of(spec);
    kind.actors++;
    worker.actors++;
    let id = 0;
    try {
      await kind.ready;
      this.#check();
      id = this.#rows.take();
      const actor = new CpuActor(id, this.#rows.address(id), spec, kind, worker, this);
      this.#actors[id] = actor;
      this.#bell.cover(id);
      for (const { bell } of this.#workers) bell.cover(id);
      return actor;
    } catch (cause) {
      if (id !== 0) this.#rows.giveBack(id);
      worker.actors--;
      await this.#kinds.release(kind);
      throw cause;
    }
  }

  #place(spec: ActorSpec): CpuWorker {
    for (const name of Object.keys(spec.placement)) {
      if (name !== 'worker') throw fail('InvalidConfig', { option: `placement.${name}`, value: String(spec.placement[name]), reason: 'The CPU engine knows `worker`.' });
    }
    const wish = spec.placement['worker'];
    if (wish === undefined) return this.#workers.reduce((least, worker) => (worker.actors < least.actors ? worker : least));
    const worker = typeof wish === 'number' ? this.#workers[wish] : undefined;
    if (worker === undefined) throw fail('InvalidConfig', { option: 'placement.worker', value: String(wish), reason: `There are ${this.#workers.length} workers, counted from 0.` });
    return worker;
  }

  #actor(id: number): CpuActor {
    this.#check();
    const actor = this.#actors[id];
    if (actor === undefined || actor.ending !== null) throw fail('KernelNotFound', { kernel: `#${id}` });
    return actor;
  }

  #check(): void {
    if (this.#lost !== null) throw fail('EngineLost', { backend: 'cpu', reason: this.#lost.message }, this.#lost);
    if (this.#closed) throw fail('RingClosed');
  }

  async setActive(id: number, active: boolean): Promise<void> {
    const actor = this.#actor(id);
    Atomics.store(this.heap.views.i32, actor.word(A.control.isActive), active ? 1 : 0);
    if (active) this.#ringActor(actor);
    else await actor.worker.settle();
  }

  async remove(id: number): Promise<void> {
    const actor = this.#actor(id);
    const freed = new Promise<void>((resolve) => { actor.ending = resolve; });
    const { i32 } = this.heap.views;
    Atomics.store(i32, actor.word(A.control.shouldTerminate), 1);
    await this.#quiet([actor, ...actor.senders], () => {
      Atomics.store(i32, actor.word(A.control.isActive), 0);
      for (const sender of actor.senders) this.#disconnect(sender, actor);
    });
    for (const other of this.#actors) if (other !== undefined) other.senders.delete(actor);
    this.#bury(actor, 'terminated');
    Atomics.store(i32, actor.word(A.control.hasTerminated), 1);
    // What is in its outbox is still to be read; the row goes when it is empty.
    this.#notices.push(() => this.#drain(actor.id));
    this.#waiter.rouse();
    void freed.then(() => this.#kinds.release(actor.kind)).catch((cause: unknown) => this.#lose(cause as Error));
  }

  /** Everything that waits in the inbox becomes dead letters. */
  #bury(actor: CpuActor, reason: DeadLetterReason): void {
    const { views } = this.heap;
    for (const inbox of actor.inboxes) {
      for (let position = ringTail(views, inbox.base) | 0; ; position = (position + 1) | 0) {
        const at = inbox.at(position);
        if (Atomics.load(views.i32, at) !== ((position + 1) | 0)) break;
        if ((tagFlags(views.u32[at + slot.tag]!) & slotFlags.cancelled) === 0) this.#letters(actor, at, reason, 0);
      }
    }
  }

  /** The messages of a slot become dead letters at the next poll. */
  #letters(actor: CpuActor, at: number, reason: DeadLetterReason, from: number): void {
    const { views } = this.heap;
    const tag = views.u32[at + slot.tag]!;
    const letters = payloadsOf(actor, views, at, from).map((payload) => ({
      actor: actor.id, handler: tag & 0xff, reason, source: views.u32[at + slot.source]!, correlation: views.u32[at + slot.correlation]!, payload,
      lane: (tag >>> 8) & 0xff, deadline: views.u64[(at + slot.deadline) >> 1]!,
    }));
    this.#notices.push((sink) => { for (const one of letters) sink.deadLetter(one); });
  }

  dropped(actor: CpuActor, at: number): void {
    this.#letters(actor, at, 'overflow', 0);
  }

  async restart(id: number, state: Uint8Array | null): Promise<void> {
    const actor = this.#actor(id);
    const { views } = this.heap;
    await this.#quiet([actor], () => {
      if (state !== null) this.#putState(actor, state);
      actor.faultReported = false;
      Atomics.and(views.i32, actor.word(A.flags), ~rowFlags.faulted);
      views.u32[actor.word(A.control.lastError)] = 0;
    });
  }

  async connect(from: number, port: number, to: number, handler: number): Promise<void> {
    const sender = this.#actor(from);
    const receiver = to === 0 ? null : this.#actor(to);
    const { program } = sender.kind;
    if (!(port < program.ports.length)) throw fail('InvalidConfig', { option: 'port', value: port, reason: `Kernel '${sender.spec.name}' has ${program.ports.length} ports.` });
    await this.#quiet([sender], () => {
      // Either may have been asked to end while the worker settled.
      for (const actor of [sender, receiver]) if (actor !== null && actor.ending !== null) throw fail('KernelNotFound', { kernel: `#${actor.id}` });
      const { u32, u64 } = this.heap.views;
      const route = u32[sender.word(A.routes)]! + port * RouteEntry.size;
      const before = this.#actors[u32[(route + T.target) >> 2]!];
      u32[(route + T.target) >> 2] = 0;
      if (before !== undefined && before !== receiver && !this.#sendsTo(sender, before)) before.senders.delete(sender);
      if (receiver === null) return;
      receiver.share();
      receiver.senders.add(sender);
      const inbox = receiver.peerInbox;
      u64[(route + T.inbox) >> 3] = BigInt(inbox.base);
      u32[(route + T.mask) >> 2] = inbox.capacity - 1;
      u32[(route + T.slotBytes) >> 2] = inbox.slotBytes;
      u32[(route + T.handler) >> 2] = handler;
      Atomics.store(this.heap.views.i32, (route + T.target) >> 2, to);
    });
  }

  #sendsTo(sender: CpuActor, receiver: CpuActor): boolean {
    const { u32 } = this.heap.views;
    const routes = u32[sender.word(A.routes)]!;
    return sender.kind.program.ports.some((_, port) => u32[(routes + port * RouteEntry.size + T.target) >> 2] === receiver.id);
  }

  #disconnect(sender: CpuActor, receiver: CpuActor): void {
    const { i32 } = this.heap.views;
    const routes = this.heap.views.u32[sender.word(A.routes)]!;
    sender.kind.program.ports.forEach((_, port) => {
      const target = (routes + port * RouteEntry.size + T.target) >> 2;
      if (Atomics.load(i32, target) === receiver.id) Atomics.store(i32, target, 0);
    });
  }

  async readState(id: number): Promise<Uint8Array> {
    const actor = this.#actor(id);
    const bytes = new Uint8Array(actor.kind.program.state?.size ?? 0);
    await this.#quiet([actor], () => {
      const { u8, u32 } = this.heap.views;
      const from = u32[actor.word(A.state)]!;
      bytes.set(u8.subarray(from, from + bytes.length));
    });
    return bytes;
  }

  async writeState(id: number, state: Uint8Array): Promise<void> {
    const actor = this.#actor(id);
    await this.#quiet([actor], () => this.#putState(actor, state));
  }

  #putState(actor: CpuActor, state: Uint8Array): void {
    const size = actor.kind.program.state?.size ?? 0;
    if (state.length !== size) throw fail('InvalidConfig', { option: 'state', value: `${state.length} bytes`, reason: `The state of '${actor.spec.name}' has ${size}.` });
    this.heap.views.u8.set(state, this.heap.views.u32[actor.word(A.state)]!);
  }

  /** Does `work` while none of `actors` handles a message. They go on afterwards, unless `work` threw. */
  async #quiet(actors: readonly CpuActor[], work: () => void): Promise<void> {
    const { i32 } = this.heap.views;
    for (const actor of actors) {
      actor.pauses++;
      Atomics.or(i32, actor.word(A.flags), rowFlags.paused);
    }
    await Promise.all([...new Set(actors.map(({ worker }) => worker))].map((worker) => worker.settle()));
    try {
      work();
    } finally {
      for (const actor of actors) {
        if (--actor.pauses > 0) continue;
        Atomics.and(i32, actor.word(A.flags), ~rowFlags.paused);
        this.#ringActor(actor);
      }
    }
  }

  #ringActor(actor: CpuActor): void {
    actor.worker.bell.ring(actor.id);
    this.sent();
  }

  counters(id: number): ActorCounters {
    const actor = this.#actor(id);
    return countersOf(actor, this.heap.views, this.#threads.some((worker) => worker.current === actor.row));
  }

  // ---------------------------------------------------------------- towards the host

  poll(sink: EngineSink, limit = Infinity): number {
    this.#waking = false;
    this.#waiter.awake();
    this.#inline?.pass();
    this.#sink = sink;
    this.#left = limit;
    this.#taken = 0;
    if (this.#notices.length > 0) {
      const notices = this.#notices;
      this.#notices = [];
      for (const notice of notices) notice(sink);
    }
    // Who answered last is asked first: its answer is seen before the bell rings, and a bell that is left alone
    // stays in both caches. The others wait for a few polls, none for a host that goes to sleep.
    const warm = this.#actors[this.#warm];
    if (warm?.outbox.mayHave === true) this.#drain(this.#warm);
    if (warm === undefined || this.#inline !== null || (++this.#polls & pollsPerBell - 1) === 0) this.#bell.answer(this.#serve);
    this.#sink = null;
    return this.#taken;
  }

  /** Takes what one actor has for the host. */
  #drain(id: number): void {
    const actor = this.#actors[id];
    const sink = this.#sink;
    if (actor === undefined || sink === null) return;
    const { views } = this.heap;
    const { outbox } = actor;
    for (let at = outbox.peek(); at >= 0; at = outbox.peek()) {
      if (this.#taken >= this.#left || !deliver(actor, views, at, sink)) {
        this.#bell.ring(id);
        return;
      }
      this.clock.observe(views.u32[at + slot.timestamp]!, views.u32[at + slot.timestamp + 1]!);
      outbox.release(at);
      this.#taken++;
      this.#warm = id;
    }
    const stalled = actor.word(A.stalled);
    if (Atomics.load(views.i32, stalled) !== 0) {
      Atomics.store(views.i32, stalled, 0);
      this.#ringActor(actor);
    }
    if (!actor.faultReported && (Atomics.load(views.i32, actor.word(A.flags)) & rowFlags.faulted) !== 0) this.#reportFault(actor, sink);
    if (actor.ending !== null && Atomics.load(views.i32, actor.word(A.control.hasTerminated)) !== 0) this.#free(actor);
  }

  #reportFault(actor: CpuActor, sink: EngineSink): void {
    actor.faultReported = true;
    const { views } = this.heap;
    const fault = faultOf(actor, views);
    const area = views.u32[(actor.row + A.fault.at + F.batch) >> 2]!;
    sink.fault(fault);
    if (area === 0) return;
    const done = views.u32[actor.word(A.batchDone)]!;
    const at = views.u32[actor.word(A.slot)]! >> 2;
    const count = views.u32[(actor.batchHeadAt(at) + B.count) >> 2]!;
    for (const payload of batchPayloads(actor, views, fault.handler, area, count, done + 1)) letter(actor, views, at, 'faulted', payload, sink);
    actor.batches.giveBack(area);
  }

  #free(actor: CpuActor): void {
    this.#actors[actor.id] = undefined;
    actor.worker.actors--;
    actor.release();
    this.#rows.giveBack(actor.id);
    actor.ending?.();
  }

  get hot(): boolean {
    for (const worker of this.#workers) if (worker.busy) return true;
    return false;
  }

  wait(signal?: AbortSignal): Promise<void> {
    this.#polls = -1;
    return this.#waiter.wait(signal);
  }

  wakes(): void {
    // Its answer may be there before this thread goes on; then nobody need wake this one.
    this.#waiter.awake();
    this.#waking = true;
  }

  get waking(): boolean {
    return this.#waking;
  }

  doze(ms: number): void {
    this.#polls = -1;
    this.#waiter.doze(ms);
  }

  sent(): void {
    if (this.#inline !== null) this.#waiter.rouse();
    else this.#watchdog.rouse();
  }

  get memory(): { readonly host: number; readonly device: number } {
    return { host: 0, device: this.heap.used };
  }

  // ---------------------------------------------------------------- trouble and the end

  /** One look of the watchdog; it looks by itself four times in each limit. */
  checkWatchdog(): void {
    this.#watchdog.look();
  }

  /** Ends a worker whose handler does not end, stops that actor, and goes on with the others in a fresh thread. */
  async #replace(worker: ThreadWorker): Promise<void> {
    await worker.kill();
    if (this.#closed) return;
    // Whatever the others were sending is published by then; a claimed slot that is still empty is the dead thread's.
    await Promise.all(this.#threads.map((other) => (other === worker ? undefined : other.settle())));
    const { block } = worker.place;
    const { views } = this.heap;
    if (hasClaimed(views, block)) this.#linker.call('abandonSend', block);
    views.u32[(block + W.sending) >> 2] = 0;
    this.#linker.call('failed', block, faultNumber('watchdog'), 0);
    await worker.start();
    for (const actor of this.#actors) if (actor !== undefined) this.#ringActor(actor);
  }

  #lose(cause: Error): void {
    if (this.#lost !== null || this.#closed) return;
    this.#lost = cause;
    this.#notices.push((sink) => sink.lost(fail('EngineLost', { backend: 'cpu', reason: reasonOf(cause) }, cause)));
    this.#waiter.rouse();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#watchdog.stop();
    this.#waiter.rouse();
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }
}
