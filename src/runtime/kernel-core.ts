import type { ActorCounters, ActorFault, EngineActor, EngineSink } from '../engine/contract.ts';
import { slot, tagFlags, tagHandler } from '../engine/host-ring.ts';
import { fail, type RingKernelError } from '../error/index.ts';
import { BatchHead, MessageHeader, SlotHead, slotFlags } from '../layout/structures.ts';
import { codecOf, type Views } from '../message/codec.ts';
import { PendingTable, type Pending } from './calls.ts';
import { columnsAt, rowOf } from '../message/columns.ts';
import { faultError } from './fault-error.ts';
import { Lifecycle, type KernelState } from './lifecycle.ts';
import type { LaunchSettings } from './launch.ts';
import { Outgoing } from './outgoing.ts';
import { Receiver, Replies, type Reply } from './replies.ts';
import type { RingHost } from './ring-host.ts';
import { Supervisor } from './supervision.ts';
import type { ActorDefinition, AnyMessage } from './types.ts';

const noCounters: ActorCounters = {
  processed: 0, inFlight: 0, inputDepth: 0, outputDepth: 0, dropped: 0, errors: 0, lastError: 0, sent: 0, refused: 0,
  latency: { total: 0, min: 0, max: 0 },
};

export type DeadLetterOf = Parameters<EngineSink['deadLetter']>[0];

const batchHead = codecOf(BatchHead);

/** Why a kernel ended. */
export interface Termination {
  readonly reason: 'terminated' | 'faulted' | 'engineLost';
  readonly error: RingKernelError | null;
}

/** Everything about one launched kernel except what its user sees of it (`KernelHandle`). */
export class KernelCore {
  readonly id: string;
  readonly definition: ActorDefinition;
  readonly settings: LaunchSettings;
  readonly host: RingHost;
  readonly lifecycle: Lifecycle;
  replies: Replies;
  readonly outgoing: Outgoing;
  readonly pending = new PendingTable();
  /** Takes the messages that leave with the kernel when it is moved; else they become dead letters. */
  leaving: DeadLetterOf[] | null = null;
  readonly launchedAt: number;
  // Made when they are first needed: thousands of idle kernels should cost little.
  #supervisor: Supervisor | null = null;
  #forwarded: Map<number, bigint> | null = null;
  #ended: { readonly promise: Promise<Termination>; readonly resolve: (termination: Termination) => void } | null = null;
  #actor: EngineActor | null = null;
  #termination: Termination | null = null;
  #terminating: Promise<void> | null = null;
  #cancelRestart: (() => void) | null = null;
  #lastCounters = noCounters;
  faulted = false;
  /** It has been moved here from where it was active, and is about to be again: messages may wait in its inbox. */
  arriving = false;
  faults = 0;
  restarts = 0;
  received = 0;
  /** Answers to calls that had given up. */
  late = 0;

  constructor(host: RingHost, definition: ActorDefinition, settings: LaunchSettings) {
    this.host = host;
    this.id = settings.id;
    this.definition = definition;
    this.settings = settings;
    this.lifecycle = new Lifecycle(settings.id);
    this.replies = new Replies(settings.outputCapacity);
    this.outgoing = new Outgoing(this);
    this.launchedAt = host.time.now();
  }

  // -------------------------------------------------------------- life

  get state(): KernelState {
    return this.lifecycle.state;
  }

  /** The host's end of the actor; exists from launch on. */
  get actor(): EngineActor {
    return this.#actor!;
  }

  /** What its user holds: a `KernelHandle`. */
  handle: object | null = null;
  /** 0 before the launch. */
  actorId = 0;

  get ended(): Promise<Termination> {
    if (this.#ended === null) {
      let resolve!: (termination: Termination) => void;
      const promise = new Promise<Termination>((done) => { resolve = done; });
      this.#ended = { promise, resolve };
      if (this.#termination !== null) resolve(this.#termination);
    }
    return this.#ended.promise;
  }

  /** Correlation ids of envelopes, by the number that stands for them in a slot. */
  get forwarded(): Map<number, bigint> {
    return (this.#forwarded ??= new Map());
  }

  step(to: KernelState): void {
    const from = this.lifecycle.state;
    this.lifecycle.step(to);
    this.host.events.emit({ type: 'state', kernel: this.id, from, to });
  }

  launched(actor: EngineActor, handle: object): void {
    this.handle = handle;
    this.#actor = actor;
    this.actorId = actor.id;
    this.step('launched');
  }

  async setActive(active: boolean): Promise<void> {
    const to = active ? 'active' : 'deactivated';
    this.lifecycle.check(to);
    this.host.checkAlive();
    await this.host.ask(this.host.engine.setActive(this.actor.id, active));
    // Another step may have been taken while the device was asked.
    this.step(to);
  }

  /** Ends the kernel. What still waits in its inbox becomes dead letters; replies already here stay readable. */
  terminate(termination: Termination): Promise<void> {
    if (this.#terminating === null) {
      this.lifecycle.check('terminating');
      if (termination.reason !== 'engineLost') this.counters();
      this.step('terminating');
      this.#terminating = this.#terminate(termination);
    }
    return this.#terminating;
  }

  async #terminate(termination: Termination): Promise<void> {
    this.#cancelRestart?.();
    this.outgoing.fail(this.terminatedError(termination));
    try {
      if (termination.reason !== 'engineLost') {
        await this.host.unlink(this);
        // What it has answered and nobody has read yet stays readable, however much it is.
        this.replies.open = true;
        await this.host.ask(this.host.engine.remove(this.actor.id));
        this.host.pump.poll();
      }
    } finally {
      this.finish(termination);
    }
  }

  /** Settles everything that waits on this kernel; its id is free again. */
  finish(termination: Termination): void {
    if (this.#termination !== null) return;
    this.#termination = termination;
    const error = this.terminatedError(termination);
    this.outgoing.fail(error);
    for (const pending of this.pending.drain()) pending.fail(error);
    this.replies.fail(error);
    this.host.forget(this);
    if (this.lifecycle.state !== 'terminating' && this.lifecycle.state !== 'created') this.step('terminating');
    this.step('terminated');
    this.#ended?.resolve(termination);
  }

  /** The kernel lives on in `core`; whoever waits for its end waits for that one's. */
  becomes(core: KernelCore): void {
    this.host.forget(this);
    this.lifecycle.step('terminating');
    this.lifecycle.step('terminated');
    const ended = this.#ended;
    if (ended !== null) void core.ended.then(ended.resolve);
  }

  terminatedError(termination: Termination | null = this.#termination): RingKernelError {
    if (termination?.reason === 'engineLost' && termination.error !== null) return termination.error;
    const reason = termination?.error?.what.replace(/\.$/, '') ?? 'it was asked to end';
    return fail('KernelTerminated', { kernel: this.id, reason }, termination?.error ?? undefined);
  }

  /** What the device counts; the last figures once the kernel has ended. */
  counters(): ActorCounters {
    if (this.#actor !== null && !this.lifecycle.finished) this.#lastCounters = this.host.engine.counters(this.#actor.id);
    return this.#lastCounters;
  }

  // -------------------------------------------------------------- what goes in

  /** Index of the handler for `message`; throws `UnknownMessage`. */
  handlerOf(message: AnyMessage): number {
    const { handlers } = this.definition;
    let index = handlers.findIndex((handler) => handler.message === message);
    if (index < 0) index = handlers.findIndex((handler) => handler.message.typeId === message.typeId);
    if (index < 0) {
      const known = handlers.map((handler) => handler.message.name).join(', ');
      throw fail('UnknownMessage', { kernel: this.id, message: message.name, known });
    }
    return index;
  }

  /** Throws unless the kernel takes messages now. */
  checkActive(): void {
    if (this.lifecycle.state === 'active' || (this.arriving && !this.lifecycle.finished)) return;
    if (this.lifecycle.finished) throw this.terminatedError();
    throw fail('KernelNotActive', { kernel: this.id, state: this.lifecycle.state });
  }

  // -------------------------------------------------------------- what comes out

  /** Takes one slot from the device; false when there is no room for it now. */
  deliver(views: Views, at: number): boolean {
    const word = at >> 2;
    const tag = views.u32[word + slot.tag]!;
    const correlation = views.u32[word + slot.correlation]!;
    const flags = tagFlags(tag);
    const message = this.definition.handlers[tagHandler(tag)]?.reply;
    if (message == null) return true;
    const payload = at + SlotHead.size + ((flags & slotFlags.fullEnvelope) === 0 ? 0 : MessageHeader.size);
    if ((flags & slotFlags.batch) !== 0) return this.#deliverBatch(message, correlation, views, at, payload);
    const asked = this.#forwarded?.get(correlation);
    if (correlation !== 0 && asked === undefined) {
      const pending = this.#pendingFor(correlation);
      if (pending === undefined) return true;
      if (pending.timed !== null) pending.timed.answered = views.u32[word + slot.timestamp + 1]! * 2 ** 20 + (views.u32[word + slot.timestamp]! >>> 12);
      pending.add(message.codec.decode(views, payload));
      if (pending.settled) this.pending.delete(correlation);
      return true;
    }
    if (!this.replies.hasRoom()) return false;
    this.received++;
    if (asked !== undefined) this.#forwarded?.delete(correlation);
    this.replies.put(this.#reply(message, message.codec.decode(views, payload), views, at, flags, asked));
    return true;
  }

  #deliverBatch(message: AnyMessage, correlation: number, views: Views, at: number, payload: number): boolean {
    const { count, area } = batchHead.decode(views, payload);
    const columns = columnsAt(message.struct, views, Number(area), count);
    if (correlation !== 0) {
      const pending = this.#pendingFor(correlation, count);
      if (pending === undefined) return true;
      pending.addColumns(columns, count);
      if (pending.settled) this.pending.delete(correlation);
      return true;
    }
    if (!this.replies.hasRoom(count)) return false;
    this.received += count;
    for (let i = 0; i < count; i++) this.replies.put(this.#reply(message, rowOf(message.struct, columns, i), views, at, 0));
    return true;
  }

  #pendingFor(correlation: number, count = 1): Pending | undefined {
    const pending = this.pending.get(correlation);
    if (pending === undefined) this.late += count;
    else this.received += count;
    return pending;
  }

  #reply(message: AnyMessage, value: unknown, views: Views, at: number, flags: number, correlationId = 0n): Reply {
    const word = at >> 2;
    const header = (flags & slotFlags.fullEnvelope) === 0 ? null : views.u8.slice(at + SlotHead.size, at + SlotHead.size + MessageHeader.size);
    return {
      message, value, header, correlationId,
      source: views.u32[word + slot.source]!, timeLow: views.u32[word + slot.timestamp]!, timeHigh: views.u32[word + slot.timestamp + 1]!,
    };
  }

  /** The next reply, or a receiver that will be told; `map` makes of it what the caller wants. */
  receive(map: (reply: Reply) => unknown): { readonly ready: unknown } | Receiver {
    const reply = this.take();
    if (reply !== undefined) return { ready: map(reply) };
    const receiver = new Receiver(map);
    this.replies.enlist(receiver);
    return receiver;
  }

  take(): Reply | undefined {
    if (this.replies.length === 0) this.host.pump.poll();
    const reply = this.replies.take();
    if (reply !== undefined && this.replies.refused && this.replies.length * 2 <= this.settings.outputCapacity) {
      this.replies.refused = false;
      this.host.pump.poll();
    }
    return reply;
  }

  // -------------------------------------------------------------- faults

  /** A handler of this kernel failed: its caller is told, and supervision decides. */
  fault(fault: ActorFault): void {
    if (this.lifecycle.finished) return;
    this.faulted = true;
    this.faults++;
    const error = faultError(this.id, this.definition, fault);
    this.settle(fault.correlation, error);
    const message = this.definition.handlers[fault.handler]?.message.name ?? '';
    this.host.events.emit({ type: 'fault', kernel: this.id, message, error });
    this.#supervisor ??= new Supervisor(this.settings.supervision);
    const verdict = this.#supervisor.decide(this.host.time.now());
    if (verdict.action === 'stop') {
      this.#stop(error);
      return;
    }
    const fresh = verdict.action === 'restart';
    const restart = (): void => {
      this.#cancelRestart = null;
      this.#restart(fresh, verdict.attempt).catch(() => this.#stop(error));
    };
    if (verdict.delayMs === 0) restart();
    else this.#cancelRestart = this.host.time.after(verdict.delayMs, restart);
  }

  /** The kernel cannot go on. */
  #stop(error: RingKernelError): void {
    if (!this.lifecycle.finished) this.terminate({ reason: 'faulted', error }).catch((cause: unknown) => this.host.lost(cause as Error));
  }

  async #restart(fresh: boolean, attempt: number): Promise<void> {
    const initial = this.settings.initialState ?? new Uint8Array(this.definition.program.state?.size ?? 0);
    const again = this.host.ask(this.host.engine.restart(this.actor.id, fresh ? initial : null));
    // It may handle messages, and fail anew, before the engine has said so.
    this.restarts++;
    const { faults } = this;
    await again;
    if (this.lifecycle.finished) return;
    if (faults === this.faults) this.faulted = false;
    this.host.events.emit({ type: 'restarted', kernel: this.id, attempt, fresh });
  }

  /** Fails the call behind `correlation`, if one waits. */
  settle(correlation: number, error: RingKernelError): void {
    if (correlation === 0) return;
    this.#forwarded?.delete(correlation);
    const pending = this.pending.get(correlation);
    this.pending.delete(correlation);
    pending?.fail(error);
  }
}
