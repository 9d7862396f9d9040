import type { Context } from '../backend/contract.ts';
import type { TimeSource } from '../clock/time.ts';
import type { ActorFault, DeadLetterReason, DeviceEngine, EngineSink } from '../engine/contract.ts';
import { fail, reasonOf, RingKernelError } from '../error/index.ts';
import type { Offer } from '../k2k/broker.ts';
import { Routes, type Route } from '../k2k/routes.ts';
import { newViews, type Views } from '../layout/views.ts';
import type { Codec } from '../message/codec.ts';
import { DeadLetters } from './dead-letters.ts';
import { Deadlines } from './deadlines.ts';
import { EventHub } from './events.ts';
import { formatDebug } from './format.ts';
import { KernelHandle } from './handle.ts';
import { KernelCore } from './kernel-core.ts';
import { launchSettings, specOf } from './launch.ts';
import type { LaunchOptions } from './options.ts';
import { Observers } from './observers.ts';
import { Pump } from './pump.ts';
import type { RingHost } from './ring-host.ts';
import type { RingMetrics } from './ring-kernel.ts';
import type { ActorDefinition, AnyMessage } from './types.ts';

/** A kernel on another device that actors here reach without the host. */
export interface Remote {
  /** Index of its handler for `message`; throws `UnknownMessage`. */
  handlerOf(message: AnyMessage): number;
  /** Points port number `port` of an actor here at it. */
  link(from: number, port: number, handler: number): Promise<void>;
}

export interface RingSettings {
  readonly time: TimeSource;
  readonly deadLetters: number;
  readonly timeout: number;
  readonly print: (kernel: string, text: string) => void;
  readonly arithmetic: 'fast' | 'exact';
}

/** The kernels of one engine and everything they share. */
export class Ring implements RingHost, EngineSink {
  readonly engine: DeviceEngine;
  readonly pump: Pump;
  readonly deadlines: Deadlines;
  readonly time: TimeSource;
  readonly events: EventHub;
  readonly observers = new Observers();
  readonly deadLetters: DeadLetters;
  readonly #settings: RingSettings;
  readonly #context: AsyncDisposable | null;
  readonly #byId = new Map<string, KernelCore>();
  readonly #byActor = new Map<number, KernelCore>();
  readonly #remotes = new Map<string, Remote>();
  readonly #routes = new Routes();
  /** What ends the operations the engine is asked for. */
  readonly #asking = new Set<(error: unknown) => void>();
  /** Brings an id that is not here within reach, where somebody knows how. */
  reach: ((id: string) => Promise<void>) | null = null;
  readonly #past = { launched: 0, sent: 0, received: 0, faults: 0, restarts: 0 };
  #correlation = 0;
  #last: KernelCore | null = null;
  #closing: Promise<void> | null = null;
  #lost: RingKernelError | null = null;

  constructor(engine: DeviceEngine, settings: RingSettings, context: Context | null = null) {
    this.engine = engine;
    this.#settings = settings;
    this.#context = context;
    this.time = settings.time;
    this.events = new EventHub(() => this.time.wall());
    this.deadlines = new Deadlines(settings.time);
    this.deadLetters = new DeadLetters(settings.deadLetters);
    this.pump = new Pump(engine, this, (cause) => this.lost(cause));
  }

  // -------------------------------------------------------------- kernels

  /** With `beside`, another kernel may have the id; messages to it go there until `swap`. */
  async launch(definition: ActorDefinition, options: LaunchOptions, beside = false): Promise<KernelCore> {
    this.checkAlive();
    const settings = launchSettings(definition, options, this.#settings.timeout);
    if (!beside && this.#byId.has(settings.id)) throw fail('KernelAlreadyExists', { kernel: settings.id });
    const core = new KernelCore(this, definition, settings);
    const connections = Object.entries((options.connect ?? {}) as Readonly<Record<string, string | { readonly id: string }>>).map(([port, to]) => [port, typeof to === 'string' ? to : to.id] as const);
    for (const [port, to] of connections) this.#checkRoute(core, port, to);
    if (!beside) this.#byId.set(core.id, core);
    try {
      const actor = await this.ask(this.engine.launch(specOf(definition, settings, this.#settings.arithmetic)));
      this.#byActor.set(actor.id, core);
      // An engine begins to serve an actor at once.
      if (!settings.autoActivate) await this.ask(this.engine.setActive(actor.id, false));
      core.launched(actor, new KernelHandle(core));
      this.#past.launched++;
      this.pump.start();
      for (const [port, to] of connections) await this.connect(core, port, to);
      if (!beside) for (const route of this.#routes.to(core.id)) await this.#link(this.#byId.get(route.from)!, route.port, core);
      if (settings.autoActivate) await core.setActive(true);
    } catch (error) {
      await this.#abandon(core);
      throw error;
    }
    return core;
  }

  /** A launch went wrong half-way. */
  async #abandon(core: KernelCore): Promise<void> {
    if (core.state === 'launched' && this.#lost === null) {
      await core.terminate({ reason: 'terminated', error: null }).catch(() => undefined);
    } else {
      core.finish({ reason: 'terminated', error: this.#lost });
    }
  }

  find(id: string): KernelCore | undefined {
    const core = this.#byId.get(id);
    return core === undefined || core.state === 'created' ? undefined : core;
  }

  kernels(): KernelCore[] {
    return [...this.#byId.values()].filter(({ state }) => state !== 'created');
  }

  forget(core: KernelCore): void {
    if (this.#byId.get(core.id) === core) {
      this.#byId.delete(core.id);
    }
    // What stands in for a kernel elsewhere has no ports, and may share the id of one that has.
    if (core.definition.program.ports.length > 0) this.#routes.deleteFrom(core.id);
    this.#byActor.delete(core.actorId);
    this.#last = null;
    this.#past.sent += core.outgoing.sent;
    this.#past.received += core.received;
    this.#past.faults += core.faults;
    this.#past.restarts += core.restarts;
  }

  /** A message from the broker to a kernel of that id; null where there is none. */
  offer(id: string, message: AnyMessage, value: unknown): Offer | null {
    const core = this.#byId.get(id);
    if (core === undefined) return null;
    if (core.state !== 'active') return 'inactive';
    return core.outgoing.offer(core.handlerOf(message), message.codec, value, undefined, 0) ? 'taken' : 'full';
  }

  nextCorrelation(): number {
    this.#correlation = (this.#correlation + 1) >>> 0 || 1;
    return this.#correlation;
  }

  // -------------------------------------------------------------- routes

  async connect(from: KernelCore, port: string, to: string | null, reach = true): Promise<void> {
    const index = this.#portIndex(from, port);
    if (to === null) {
      this.#routes.delete(from.id, port);
      await this.ask(this.engine.connect(from.actor.id, index, 0, 0));
      this.events.emit({ type: 'connected', kernel: from.id, port, to });
      return;
    }
    this.#checkRoute(from, port, to);
    if (reach && !this.#byId.has(to) && !this.#remotes.has(to)) await this.reach?.(to);
    this.#routes.set(from.id, port, to);
    const target = this.#byId.get(to);
    if (target !== undefined && target.state !== 'created') await this.#link(from, port, target);
    else if (target === undefined) await this.#linkFar(from, port, this.#remotes.get(to));
    this.events.emit({ type: 'connected', kernel: from.id, port, to });
  }

  /** The kernel of this id is `core` from now on, for routes as well; the one before keeps what it has. */
  async swap(id: string, core: KernelCore): Promise<void> {
    this.#remotes.delete(id);
    this.#byId.set(id, core);
    for (const { from, port } of this.routesOf(id).into) {
      // What stands in for a kernel elsewhere has none of its ports.
      if (from !== id || port in core.definition.ports) await this.#link(this.#byId.get(from)!, port, core);
    }
  }

  /** The kernel of this id is on another device from now on, and reached there directly; null: it has ended. */
  async attach(id: string, remote: Remote | null): Promise<void> {
    if (remote === null) {
      this.#remotes.delete(id);
      return;
    }
    this.#byId.delete(id);
    this.#remotes.set(id, remote);
    for (const { from, port } of this.routesOf(id).into) await this.#linkFar(this.#byId.get(from)!, port, remote);
  }

  async #linkFar(from: KernelCore, port: string, remote: Remote | undefined): Promise<void> {
    if (remote !== undefined) await this.ask(remote.link(from.actor.id, this.#portIndex(from, port), remote.handlerOf(from.definition.ports[port]!)));
  }

  /** Routes into and out of a kernel. */
  routesOf(id: string): { readonly into: Route[]; readonly out: Route[] } {
    return { into: [...this.#routes.to(id)], out: [...this.#routes].filter(({ from }) => from === id) };
  }

  async #link(from: KernelCore, port: string, target: KernelCore): Promise<void> {
    const handler = target.handlerOf(from.definition.ports[port]!);
    const index = this.#portIndex(from, port);
    if (!target.lifecycle.finished) {
      try {
        return await this.ask(this.engine.connect(from.actor.id, index, target.actor.id, handler));
      } catch (error) {
        if (!target.lifecycle.finished || from.lifecycle.finished) throw error;
      }
    }
    // It ends, or has ended meanwhile: as one that is not there, the route leads nowhere until its id is launched again.
    const now = this.#byId.get(target.id);
    if (now === undefined || now === target) await this.ask(this.engine.connect(from.actor.id, index, 0, 0));
  }

  /** Routes into an actor that is about to end lead nowhere until its id is launched again. */
  async unlink(core: KernelCore): Promise<void> {
    if (this.#byId.get(core.id) !== core) return;
    for (const route of this.#routes.to(core.id)) {
      const from = this.#byId.get(route.from);
      if (from === undefined || from === core || from.lifecycle.finished) continue;
      await this.ask(this.engine.connect(from.actor.id, this.#portIndex(from, route.port), 0, 0)).catch((error: unknown) => {
        // One that ends meanwhile has no routes any more.
        if (!from.lifecycle.finished) throw error;
      });
    }
  }

  #portIndex({ id, definition }: KernelCore, port: string): number {
    const index = definition.program.ports.findIndex(({ name }) => name === port);
    if (index < 0) throw fail('UnknownPort', { kernel: id, port, known: Object.keys(definition.ports).join(', ') || 'none' });
    return index;
  }

  /** The port exists, and its target, where launched already, handles what it carries. */
  #checkRoute(from: KernelCore, port: string, to: string): void {
    this.#portIndex(from, port);
    const target = to === from.id ? from : this.#byId.get(to) ?? this.#remotes.get(to);
    target?.handlerOf(from.definition.ports[port]!);
  }

  // -------------------------------------------------------------- what the engine has for the host

  message(actor: number, views: Views, slot: number): boolean {
    // Slots of one actor come one after the other.
    if (this.#last?.actorId !== actor) this.#last = this.#byActor.get(actor) ?? null;
    const taken = this.#last?.deliver(views, slot) ?? true;
    if (!taken) this.pump.noteRefusal();
    return taken;
  }

  fault(fault: ActorFault): void {
    this.#byActor.get(fault.actor)?.fault(fault);
  }

  debug(actor: number, format: number, args: readonly (number | bigint | boolean)[]): void {
    const core = this.#byActor.get(actor);
    if (core === undefined) return;
    const told = core.definition.program.formats[format]!;
    if (told.kind !== 'debug') {
      this.events.emit({ type: told.kind === 'alert' ? 'raised' : 'measured', kernel: core.id, name: told.text, value: args[0]! });
      return;
    }
    const text = formatDebug(told.text, args);
    this.events.emit({ type: 'debug', kernel: core.id, text, format: told.text, args });
    this.#settings.print(core.id, text);
  }

  deadLetter(core: KernelCore, handler: number, reason: DeadLetterReason, value: unknown, count?: number): void;
  deadLetter(letter: Parameters<EngineSink['deadLetter']>[0]): void;
  deadLetter(first: KernelCore | Parameters<EngineSink['deadLetter']>[0], handler = 0, reason: DeadLetterReason = 'overflow', value?: unknown, count = 1): void {
    if (first instanceof KernelCore) return this.#addLetter(first, first.definition.handlers[handler]!.message, reason, null, value, count);
    const core = this.#byActor.get(first.actor);
    if (core === undefined) return;
    if (core.leaving !== null && first.reason === 'terminated') {
      core.leaving.push(first);
      return;
    }
    // An unconnected port's message is known by the port of its sender, others by the handler of their receiver.
    const message = first.reason === 'unconnected'
      ? Object.values(core.definition.ports)[first.handler]
      : core.definition.handlers[first.handler]?.message;
    if (message === undefined) return;
    const source = first.source === 0 ? null : this.#byActor.get(first.source)?.id ?? `#${first.source}`;
    this.#addLetter(core, message, first.reason, source, decodeBytes(message.codec, first.payload), 1);
    core.settle(first.correlation, first.reason === 'terminated'
      ? core.terminatedError()
      : fail('MessageDropped', { kernel: core.id, message: message.name, reason: first.reason }));
  }

  #addLetter(core: KernelCore, message: AnyMessage, reason: DeadLetterReason, from: string | null, value: unknown, count: number): void {
    const letter = { kernel: core.id, message: message.name, reason, from, value, at: this.time.wall() };
    this.deadLetters.add(letter, count);
    this.events.emit({ type: 'deadLetter', letter });
  }

  lost(cause: Error): void {
    if (this.#lost !== null || this.#closing !== null) return;
    const error = cause instanceof RingKernelError && cause.code === 'EngineLost'
      ? cause : fail('EngineLost', { backend: this.engine.backend, reason: reasonOf(cause) }, cause);
    this.#lost = error;
    this.pump.stop();
    this.events.emit({ type: 'engineLost', error });
    this.#giveUp(error);
    for (const core of this.#byId.values()) core.finish({ reason: 'engineLost', error });
  }

  ask<T>(operation: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#asking.delete(reject);
        this.pump.release();
      };
      this.#asking.add(reject);
      this.pump.hold();
      operation.then(resolve, reject).finally(done);
    });
  }

  #giveUp(error: RingKernelError): void {
    for (const reject of this.#asking) reject(error);
  }

  checkAlive(): void {
    if (this.#closing !== null) throw fail('RingClosed');
    if (this.#lost !== null) throw this.#lost;
  }

  // -------------------------------------------------------------- the whole

  metrics(): RingMetrics {
    let { sent, received, faults, restarts } = this.#past;
    let activeKernels = 0;
    for (const core of this.#byId.values()) {
      sent += core.outgoing.sent;
      received += core.received;
      faults += core.faults;
      restarts += core.restarts;
      if (core.state === 'active') activeKernels++;
    }
    return {
      backend: this.engine.backend, activeKernels, totalLaunched: this.#past.launched,
      messagesSent: sent, messagesReceived: received, faults, restarts, deadLetters: this.deadLetters.total,
      hostMemory: this.engine.memory.host, deviceMemory: this.engine.memory.device,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.pump.stop();
    this.#giveUp(fail('RingClosed'));
    for (const core of this.#byId.values()) core.finish({ reason: 'terminated', error: fail('RingClosed') });
    this.deadlines.clear();
    try {
      await this.engine[Symbol.asyncDispose]();
    } finally {
      await this.#context?.[Symbol.asyncDispose]();
      this.events.emit({ type: 'closed' });
      this.events.close();
    }
  }
}

function decodeBytes(codec: Codec, payload: Uint8Array): unknown {
  const views = newViews(codec.struct.size);
  views.u8.set(payload.subarray(0, codec.struct.size));
  return codec.decode(views, 0);
}
