import type { ActorCounters } from '../engine/contract.ts';
import { fail } from '../error/index.ts';
import type { Envelope } from '../message/envelope.ts';
import type { MessageInput } from '../message/message.ts';
import { toColumns } from './batch-input.ts';
import { Awaited, PendingBatch, PendingCall, type Pending } from './calls.ts';
import { ColumnWriter, orderColumns } from '../message/columns.ts';
import { envelopeOf, postEnvelope } from './envelopes.ts';
import type { KernelCore, Termination } from './kernel-core.ts';
import { decodeState, encodeState } from './launch.ts';
import type { KernelState } from './lifecycle.ts';
import { timeoutOf, type MessageOptions, type WaitOptions } from './options.ts';
import type { TimedMessage } from './observers.ts';
import type { Waiting } from './outgoing.ts';
import type { Reply } from './replies.ts';
import { guard } from './ring-host.ts';
import { turn } from './turn.ts';
import { Emptied, Ended } from './waits.ts';
import type {
  accepts, ActorDefinition, AnyMessage, BatchOf, CallableMessage, MessagesOf, PortsOf, ReceivedFrom, RepliesOf,
  ReplyColumns, ReplyTo, SoleCallable, SoleMessage, StateOf, Target,
} from './types.ts';

export interface KernelStatus {
  readonly id: string;
  readonly state: KernelState;
  readonly backend: string;
  /** Messages that wait to be handled. */
  readonly inputDepth: number;
  /** Replies that wait on the device. */
  readonly outputDepth: number;
  /** Replies that wait here for `receive`. */
  readonly unread: number;
  /** Calls without an answer yet. */
  readonly pendingCalls: number;
  /** Sends that wait for room. */
  readonly waitingSends: number;
  readonly messagesProcessed: number;
  /** Its handler failed and it has not been restarted yet. */
  readonly faulted: boolean;
  readonly uptimeMs: number;
}

export interface KernelMetrics extends ActorCounters {
  /** Messages of the host that found room. */
  readonly hostSent: number;
  /** Messages of the host that found none and did not wait. */
  readonly hostRefused: number;
  /** Replies handed to the host. */
  readonly received: number;
  /** Answers that came after their call had given up. */
  readonly late: number;
  readonly faults: number;
  readonly restarts: number;
}

const sendEachTurns = 1023;

/** The host's view of one launched kernel. Every method that waits has a deadline and takes an AbortSignal. */
export class KernelHandle<D extends ActorDefinition = ActorDefinition> implements AsyncDisposable, AsyncIterable<RepliesOf<D>>, Target<MessagesOf<D>> {
  declare readonly [accepts]?: (message: MessagesOf<D>) => void;
  #core: KernelCore;
  #sends = 0;

  /** @internal What other rooms of the library work on. */
  static readonly inside = (handle: object): KernelCore => (handle as KernelHandle).#core;
  /** @internal The kernel lives elsewhere from now on. */
  static readonly move = (handle: object, core: KernelCore): void => { (handle as KernelHandle).#core = core; };

  /** @internal Made by `RingKernel.launch`. */
  constructor(core: KernelCore) {
    this.#core = core;
  }

  get id(): string {
    return this.#core.id;
  }

  get state(): KernelState {
    return this.#core.state;
  }

  get definition(): D {
    return this.#core.definition as D;
  }

  // -------------------------------------------------------------- lifecycle

  /** From `launched` or `deactivated` to `active`. Resolves when the device has seen it. */
  activate(): Promise<void> {
    return this.#core.setActive(true);
  }

  /** From `active` to `deactivated`: what waits in the inbox waits on. */
  deactivate(): Promise<void> {
    return this.#core.setActive(false);
  }

  /** Same as `deactivate`. */
  suspend(): Promise<void> {
    return this.deactivate();
  }

  /** Same as `activate`. */
  resume(): Promise<void> {
    return this.activate();
  }

  /**
   * Ends the kernel after the message in hand; what still waits becomes dead letters. With `drain`, handles
   * first what waits, for at most `timeout` milliseconds. Replies already made stay readable.
   */
  async terminate(options: WaitOptions & { readonly drain?: boolean } = {}): Promise<void> {
    this.#core.lifecycle.check('terminating');
    if (options.drain === true && this.#core.state === 'active') await this.#drain(options);
    await this.#core.terminate({ reason: 'terminated', error: null });
  }

  async #drain(options: WaitOptions): Promise<void> {
    const { host, outgoing } = this.#core;
    const empty = new Emptied(() => {
      if (this.#core.lifecycle.finished) return true;
      const counters = host.engine.counters(this.#core.actor.id);
      return outgoing.waiting === 0 && counters.inputDepth === 0 && counters.inFlight === 0;
    });
    guard(host, empty, timeoutOf(options.timeout, this.#core.settings.timeout), options.signal, `Draining '${this.id}'`, () => host.pump.unblock(empty));
    host.pump.block(empty);
    await empty.promise();
  }

  /** Resolves when the kernel has ended, with the reason. Never rejects on its own. */
  wait(options: WaitOptions = {}): Promise<Termination> {
    const ended = new Ended();
    void this.#core.ended.then((termination) => ended.done(termination));
    guard(this.#core.host, ended, timeoutOf(options.timeout, Infinity), options.signal, `Waiting for the end of '${this.id}'`, () => undefined);
    return ended.promise() as Promise<Termination>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#core.lifecycle.finished) await this.#core.ended;
    else await this.#core.terminate({ reason: 'terminated', error: null });
  }

  // -------------------------------------------------------------- sending

  /** Sends one message. Resolves when it is in the inbox; what happens when that is full is the kernel's overflow policy. */
  send(value: MessageInput<SoleMessage<D>>, options?: MessageOptions): Promise<void>;
  send<M extends MessagesOf<D>>(message: M, value: MessageInput<M>, options?: MessageOptions): Promise<void>;
  async send(first: unknown, second?: unknown, third?: MessageOptions): Promise<void> {
    const { handler, message, value, options } = this.#parse(first, second, third);
    options?.signal?.throwIfAborted();
    const { observers } = this.#core.host;
    if (observers.active) return observers.watch({ kind: 'send', kernel: this.id, message, count: 1 }, () => this.#send(handler, message, value, options));
    return this.#send(handler, message, value, options);
  }

  async #send(handler: number, message: AnyMessage, value: unknown, options: MessageOptions | undefined): Promise<void> {
    if (this.#core.outgoing.offer(handler, message.codec, value, options, 0)) {
      // A loop of sends that always finds room would never let the rest of the program run.
      if ((++this.#sends & sendEachTurns) === 0 && !this.#core.host.pump.turnOpen()) await turn();
      return;
    }
    await this.#whenRoom(this.#core.outgoing.full(handler, message.codec, value, options, 0), options);
  }

  /** Sends one message if there is room now; false when there is none. Never waits, whatever the policy. */
  trySend(value: MessageInput<SoleMessage<D>>, options?: MessageOptions): boolean;
  trySend<M extends MessagesOf<D>>(message: M, value: MessageInput<M>, options?: MessageOptions): boolean;
  trySend(first: unknown, second?: unknown, third?: MessageOptions): boolean {
    const { handler, message, value, options } = this.#parse(first, second, third);
    return this.#core.outgoing.offer(handler, message.codec, value, options, 0);
  }

  /**
   * Sends many messages of one type: typed arrays by field, or a list of values. Resolves to how many were
   * taken, which under `wait` is all. Typed arrays must not change until then.
   */
  sendBatch(batch: BatchOf<SoleMessage<D>>, options?: MessageOptions): Promise<number>;
  sendBatch<M extends MessagesOf<D>>(message: M, batch: BatchOf<M>, options?: MessageOptions): Promise<number>;
  async sendBatch(first: unknown, second?: unknown, third?: MessageOptions): Promise<number> {
    const { handler, message, value, options } = this.#parse(first, second, third);
    options?.signal?.throwIfAborted();
    const sent = this.#core.outgoing.batch(handler, message.codec, toColumns(message, value), options, 0);
    await this.#whenRoom(sent.waiting, options);
    return sent.waiting === null ? sent.taken : sent.count;
  }

  /** Sends raw bytes with a header. Throws where type or size are not those of a message this kernel handles. */
  async sendEnvelope(envelope: Envelope, options?: WaitOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    await this.#whenRoom(postEnvelope(this.#core, envelope), options);
  }

  async #whenRoom(waiting: Waiting | null, options: WaitOptions | undefined): Promise<void> {
    if (waiting === null) return;
    const { host, outgoing, settings } = this.#core;
    guard(host, waiting, timeoutOf(options?.timeout, settings.timeout), options?.signal, `Sending to '${this.id}', whose inbox is full,`, () => outgoing.withdraw(waiting));
    await waiting.promise();
  }

  // -------------------------------------------------------------- asking

  /** Sends one message and resolves to its answer. Rejects with `Timeout`, the signal's reason, `KernelFault`, `KernelTerminated`, `EngineLost`. */
  call(value: MessageInput<SoleCallable<D>>, options?: MessageOptions): Promise<ReplyTo<D, SoleCallable<D>>>;
  call<M extends CallableMessage<D>>(message: M, value: MessageInput<M>, options?: MessageOptions): Promise<ReplyTo<D, M>>;
  call(first: unknown, second?: unknown, third?: MessageOptions): Promise<unknown> {
    try {
      const parsed = this.#parse(first, second, third);
      const { observers } = this.#core.host;
      if (!observers.active) return this.#call(parsed);
      return observers.watch({ kind: 'call', kernel: this.id, message: parsed.message, count: 1 }, (timed) => this.#call(parsed, timed));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #call({ handler, message, value, options }: Parsed, timed: TimedMessage | null = null): Promise<unknown> {
    const core = this.#core;
    let correlation = 0;
    try {
      this.#replyMessage(handler);
      if (options?.signal?.aborted === true) return Promise.reject(options.signal.reason);
      correlation = core.host.nextCorrelation();
      const pending = new PendingCall();
      if (timed !== null) {
        pending.timed = timed;
        timed.sent = core.host.time.wall();
      }
      core.pending.set(correlation, pending);
      const waiting = core.outgoing.offer(handler, message.codec, value, options, correlation)
        ? null : core.outgoing.full(handler, message.codec, value, options, correlation);
      return this.#answer(pending, correlation, waiting, options, message);
    } catch (error) {
      core.pending.delete(correlation);
      return Promise.reject(error);
    }
  }

  /** Sends many messages of one type and resolves to their answers, a typed array per field, in the same order. */
  callBatch(batch: BatchOf<SoleCallable<D>>, options?: MessageOptions): Promise<ReplyColumns<D, SoleCallable<D>>>;
  callBatch<M extends CallableMessage<D>>(message: M, batch: BatchOf<M>, options?: MessageOptions): Promise<ReplyColumns<D, M>>;
  async callBatch(first: unknown, second?: unknown, third?: MessageOptions): Promise<unknown> {
    const core = this.#core;
    const { handler, message, value, options } = this.#parse(first, second, third);
    options?.signal?.throwIfAborted();
    const reply = this.#replyMessage(handler);
    const columns = toColumns(message, value);
    const { count } = orderColumns(message.struct, columns);
    const writer = new ColumnWriter(reply.struct, count);
    if (count === 0) return writer.columns;
    const ask = (): Promise<unknown> => this.#callBatch(handler, message, columns, writer, count, options);
    const { observers } = core.host;
    return observers.active ? observers.watch({ kind: 'callBatch', kernel: this.id, message, count }, ask) : ask();
  }

  async #callBatch(handler: number, message: AnyMessage, columns: ReturnType<typeof toColumns>, writer: ColumnWriter, count: number, options: MessageOptions | undefined): Promise<unknown> {
    const core = this.#core;
    const pending = new PendingBatch(count, writer);
    const correlation = core.host.nextCorrelation();
    core.pending.set(correlation, pending);
    try {
      const sent = core.outgoing.batch(handler, message.codec, columns, options, correlation);
      if (sent.waiting === null && sent.taken < count) throw fail('QueueFull', { kernel: this.id, capacity: core.settings.queueCapacity });
      return await this.#answer(pending, correlation, sent.waiting, options, message);
    } catch (error) {
      core.pending.delete(correlation);
      throw error;
    }
  }

  #answer(pending: Pending, correlation: number, waiting: Waiting | null, options: MessageOptions | undefined, message: AnyMessage): Promise<unknown> {
    const core = this.#core;
    if (pending.settled || (waiting === null && core.host.pump.spin(pending))) return pending.promise();
    guard(core.host, pending, timeoutOf(options?.timeout, core.settings.timeout), options?.signal, `The call of '${this.id}' with '${message.name}'`, () => {
      core.pending.delete(correlation);
      if (waiting !== null) core.outgoing.withdraw(waiting);
    });
    return pending.promise();
  }

  #replyMessage(handler: number): AnyMessage {
    const { message, reply } = this.#core.definition.handlers[handler]!;
    if (reply === null) throw fail('NoReply', { kernel: this.id, message: message.name });
    return reply;
  }

  // -------------------------------------------------------------- receiving

  /** The next reply to a `send`, in the order they were made. Answers to `call` do not come this way. */
  receive(options?: WaitOptions): Promise<RepliesOf<D>> {
    return this.#receive(valueOf, options) as Promise<RepliesOf<D>>;
  }

  /** As `receive`, with the reply's message type: told apart by `name` when there are several. */
  receiveTyped(options?: WaitOptions): Promise<ReceivedFrom<D>> {
    return this.#receive(typedOf, options) as Promise<ReceivedFrom<D>>;
  }

  /** As `receive`, as raw bytes with a header. It answers the envelope with the same correlation id, where that had one. */
  receiveEnvelope(options?: WaitOptions): Promise<Envelope> {
    return this.#receive((reply) => envelopeOf(this.#core, reply), options) as Promise<Envelope>;
  }

  /** The next reply if one is here; undefined otherwise. */
  tryReceive(): RepliesOf<D> | undefined {
    return this.#core.take()?.value as RepliesOf<D> | undefined;
  }

  async #receive(map: (reply: Reply) => unknown, options: WaitOptions = {}, standard = this.#core.settings.timeout): Promise<unknown> {
    const core = this.#core;
    options.signal?.throwIfAborted();
    const found = core.receive(map);
    if (!(found instanceof Awaited)) return found.ready;
    if (core.host.pump.spin(found)) return found.promise();
    if (core.lifecycle.state === 'terminated') found.fail(core.terminatedError());
    guard(core.host, found, timeoutOf(options.timeout, standard), options.signal, `Receiving from '${this.id}'`, () => core.replies.dismiss(found));
    return found.promise();
  }

  /** Every reply to a `send`, until the kernel ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RepliesOf<D>, void> {
    for (;;) {
      let reply: RepliesOf<D>;
      try {
        reply = await this.#receive(valueOf, {}, Infinity) as RepliesOf<D>;
      } catch (error) {
        if (this.#core.lifecycle.finished) return;
        throw error;
      }
      yield reply;
    }
  }

  // -------------------------------------------------------------- state, routes, figures

  /** A consistent copy of the kernel's state, taken between two messages. */
  async readState(): Promise<StateOf<D>> {
    this.#checkAlive();
    const bytes = await this.#core.host.ask(this.#core.host.engine.readState(this.#core.actor.id));
    // Where memory is shared it is there at once: a loop that reads until something has happened would let nothing happen.
    if (!this.#core.host.pump.turnOpen()) await turn();
    return decodeState(this.#core.definition, bytes) as StateOf<D>;
  }

  /** Changes the given fields of the kernel's state between two messages. */
  async writeState(values: Partial<StateOf<D>>): Promise<void> {
    this.#checkAlive();
    const { engine } = this.#core.host;
    const base = await this.#core.host.ask(engine.readState(this.#core.actor.id));
    await this.#core.host.ask(engine.writeState(this.#core.actor.id, encodeState(this.#core.definition, values, base)));
  }

  /** What the kernel sends to `port` goes to `target` from now on: a handle, or the id of a kernel that may be launched later. */
  async connect<P extends PortsOf<D>>(port: P, target: Target<D['ports'][P]> | string): Promise<void> {
    this.#checkAlive();
    await this.#core.host.connect(this.#core, port, typeof target === 'string' ? target : target.id);
  }

  /** What the kernel sends to `port` becomes a dead letter from now on. */
  async disconnect(port: PortsOf<D>): Promise<void> {
    this.#checkAlive();
    await this.#core.host.connect(this.#core, port, null);
  }

  status(): KernelStatus {
    const core = this.#core;
    const counters = core.counters();
    return {
      id: core.id, state: core.state, backend: core.host.engine.backend,
      inputDepth: counters.inputDepth, outputDepth: counters.outputDepth, unread: core.replies.length,
      pendingCalls: core.pending.size, waitingSends: core.outgoing.waiting,
      messagesProcessed: counters.processed, faulted: core.faulted, uptimeMs: core.host.time.now() - core.launchedAt,
    };
  }

  metrics(): KernelMetrics {
    const core = this.#core;
    return {
      ...core.counters(), hostSent: core.outgoing.sent, hostRefused: core.outgoing.refused,
      received: core.received, late: core.late, faults: core.faults, restarts: core.restarts,
    };
  }

  #checkAlive(): void {
    this.#core.host.checkAlive();
    if (this.#core.lifecycle.finished) throw this.#core.terminatedError();
  }

  /** `(value, options)` for a kernel with one message type, `(message, value, options)` for any. */
  #parse(first: unknown, second: unknown, third: MessageOptions | undefined): Parsed {
    const { handlers } = this.#core.definition;
    // The common case first: one message type, nothing but a value.
    if (second === undefined && handlers.length === 1) {
      return { handler: 0, message: handlers[0]!.message, value: first, options: undefined };
    }
    if (isMessageType(first)) {
      checkTimeout(third);
      return { handler: this.#core.handlerOf(first), message: first, value: second, options: third };
    }
    const sole = handlers[0]!.message;
    if (handlers.length > 1) {
      throw fail('InvalidConfig', {
        option: 'message', value: 'missing',
        reason: `Kernel '${this.id}' handles ${handlers.map((h) => h.message.name).join(', ')}: pass which one first, then the value.`,
      });
    }
    checkTimeout(second as MessageOptions | undefined);
    return { handler: 0, message: sole, value: first, options: second as MessageOptions | undefined };
  }
}

interface Parsed {
  readonly handler: number;
  readonly message: AnyMessage;
  readonly value: unknown;
  readonly options: MessageOptions | undefined;
}

/** Before anything is sent, not after it. */
function checkTimeout(options: MessageOptions | undefined): void {
  if (options?.timeout !== undefined) timeoutOf(options.timeout, 0);
}

const isMessageType = (value: unknown): value is AnyMessage =>
  typeof value === 'object' && value !== null && 'typeId' in value && 'codec' in value;

const valueOf = (reply: Reply): unknown => reply.value;
const typedOf = (reply: Reply): unknown => ({ name: reply.message.name, message: reply.message, value: reply.value });
