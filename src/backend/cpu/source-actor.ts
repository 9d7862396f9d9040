import { HlcClock } from '../../clock/hlc.ts';
import type { ActorCounters, ActorSpec, DeadLetterReason, EngineActor, EngineSink, SendOptions } from '../../engine/contract.ts';
import { slot, tagOf } from '../../engine/host-ring.ts';
import { reasonOf } from '../../error/index.ts';
import { view } from '../../layout/access.ts';
import { MessageHeader, SlotHead, slotFlags } from '../../layout/structures.ts';
import type { Struct } from '../../layout/types.ts';
import { newViews, type Views } from '../../layout/views.ts';
import type { Codec } from '../../message/codec.ts';
import { rowOf } from '../../message/columns.ts';
import { Envelope, kernelIdHash, timestampOfSlot, writeHeader } from '../../message/envelope.ts';
import { typeIdOf } from '../../message/message.ts';
import { Fifo } from '../../queue/fifo.ts';
import { sourceContext } from './source-context.ts';
import { storedStruct, withVectors } from './source-values.ts';

/** A message in an inbox. */
export interface Letter {
  readonly handler: number;
  readonly payload: Views;
  readonly correlation: number;
  readonly source: number;
  readonly lane: number;
  readonly deadline: bigint;
  /** Packed HLC at sending. */
  readonly timestamp: bigint;
}

/** What an actor asks of the engine it runs in. */
export interface SourceHost {
  readonly clock: HlcClock;
  /** There is something to do for `actor`. */
  ready(actor: SourceActor): void;
  find(actor: number): SourceActor | undefined;
  /** Something the sink is told at the next poll. */
  notice(tell: (sink: EngineSink) => void): void;
}

interface Route {
  readonly to: number;
  readonly handler: number;
}

export class SourceActor implements EngineActor {
  readonly id: number;
  readonly spec: ActorSpec;
  readonly #host: SourceHost;
  readonly #lanes: readonly Fifo<Letter>[];
  readonly #outbox = new Fifo<Uint8Array>();
  readonly #slot: Views;
  readonly #context: object;
  readonly routes: (Route | null)[];
  readonly state: Views;
  active = false;
  faulted = false;
  removed = false;
  /** In the engine's list of those with something to do. */
  queued = false;
  #inHand: Letter | null = null;
  readonly #count = { processed: 0, dropped: 0, errors: 0, lastError: 0, sent: 0, refused: 0, latency: { total: 0, min: 0, max: 0 } };

  constructor(id: number, spec: ActorSpec, host: SourceHost) {
    this.id = id;
    this.spec = spec;
    this.#host = host;
    this.#lanes = Array.from({ length: spec.priorities ? 4 : 1 }, () => new Fifo<Letter>());
    this.routes = spec.program.ports.map(() => null);
    this.state = newViews(spec.program.state?.size ?? 0);
    if (spec.initialState !== undefined) this.state.u8.set(spec.initialState);
    const largest = Math.max(0, ...spec.program.handlers.map(({ reply }) => reply?.size ?? 0));
    this.#slot = newViews(SlotHead.size + MessageHeader.size + largest);
    this.#context = sourceContext({
      self: id,
      state: spec.program.state === null ? null : storedStruct(spec.program.state, this.state, 0),
      uses: spec.source!.uses,
      send: Object.fromEntries(spec.source!.ports.map(({ name, codec }, port) => [name, (value: unknown) => this.#sendTo(port, codec, value)])),
      tell: (kind, text, args) => {
        const index = spec.program.formats.findIndex((f) => f.kind === kind && f.text === text);
        host.notice((sink) => sink.debug(id, index, args));
      },
      ask: (name) => this.#ask(name),
    });
  }

  // -------------------------------------------------------------- in

  trySend(handler: number, codec: Codec, value: unknown, options: SendOptions): boolean {
    const payload = newViews(codec.struct.size);
    codec.encode(payload, 0, value);
    return this.#offer(handler, payload, 0, options);
  }

  trySendBytes(handler: number, bytes: Uint8Array, _header: Uint8Array | null, options: SendOptions): boolean {
    const payload = newViews(bytes.length);
    payload.u8.set(bytes);
    return this.#offer(handler, payload, 0, options);
  }

  trySendBatch(handler: number, codec: Codec, columns: readonly ArrayBufferView[], count: number, options: SendOptions): number {
    const named = Object.fromEntries(codec.struct.fields.map(({ name }, i) => [name, columns[i]!])) as Parameters<typeof rowOf>[1];
    for (let i = 0; i < count; i++) {
      if (!this.trySend(handler, codec, rowOf(codec.struct, named, i), options)) return i;
    }
    return count;
  }

  #offer(handler: number, payload: Views, source: number, options: SendOptions): boolean {
    const lane = this.#lanes[this.#lanes.length === 1 ? 0 : options.lane]!;
    if (lane.length >= this.spec.inboxCapacity) {
      if (this.spec.overflow !== 'dropOldest') return false;
      this.deadLetter(lane.shift()!, 'overflow');
    }
    lane.push({ handler, payload, source, correlation: options.correlation, lane: options.lane, deadline: options.deadline, timestamp: this.#host.clock.tickPacked() });
    this.#host.ready(this);
    return true;
  }

  #sendTo(port: number, codec: Codec, value: unknown): boolean {
    const payload = newViews(codec.struct.size);
    codec.encode(payload, 0, value);
    const route = this.routes[port] ?? null;
    const target = route === null ? undefined : this.#host.find(route.to);
    if (route === null || target === undefined) {
      this.#count.refused++;
      this.#host.notice((sink) => sink.deadLetter({
        actor: this.id, handler: port, reason: 'unconnected', source: this.id, correlation: 0, payload: payload.u8.subarray(0, codec.struct.size),
      }));
      return false;
    }
    const taken = target.#offer(route.handler, payload, this.id, { correlation: 0, lane: this.#inHand?.lane ?? 2, deadline: 0n });
    if (taken) this.#count.sent++;
    else this.#count.refused++;
    return taken;
  }

  // -------------------------------------------------------------- out

  /** Something can be done: a message may be handled and its reply has room. */
  get runnable(): boolean {
    return this.active && !this.faulted && !this.removed && this.#outbox.length < this.spec.outboxCapacity && this.#lanes.some((lane) => lane.length > 0);
  }

  /** Replies that wait. */
  get unread(): number {
    return this.#outbox.length;
  }

  /** Hands waiting replies to the sink, as far as it takes them. Returns how many. */
  flush(sink: EngineSink): number {
    let taken = 0;
    for (let bytes = this.#outbox.peek(); bytes !== undefined; bytes = this.#outbox.peek()) {
      this.#slot.u8.set(bytes);
      if (!sink.message(this.id, this.#slot, 0)) break;
      this.#outbox.shift();
      taken++;
    }
    return taken;
  }

  /** Handles one message. The reply goes to the sink, or waits if that has no room. Returns how many slots were handed over. */
  step(sink: EngineSink): number {
    const letter = this.#lanes.find((lane) => lane.length > 0)?.shift();
    if (letter === undefined) return 0;
    if (letter.deadline !== 0n && this.#host.clock.now().physical > letter.deadline >> 12n) {
      this.deadLetter(letter, 'expired');
      return 0;
    }
    const { fn, message, reply } = this.spec.source!.handlers[letter.handler]!;
    this.#inHand = letter;
    this.#host.clock.updatePacked(letter.timestamp);
    try {
      const value = withVectors(message.struct, message.decode(letter.payload, 0));
      const answer: unknown = (fn as (...args: unknown[]) => unknown)(this.#context, value, this.spec.source!.uses);
      this.#count.processed++;
      this.#measure(letter);
      return reply === null || answer === undefined ? 0 : this.#reply(letter, reply, answer, sink);
    } catch (cause) {
      this.#fault(letter, cause);
      return 0;
    } finally {
      this.#inHand = null;
    }
  }

  #reply(letter: Letter, codec: Codec, answer: unknown, sink: EngineSink): number {
    const views = this.#slot;
    const full = this.spec.envelope === 'full';
    const timestamp = this.#host.clock.tickPacked();
    const payload = SlotHead.size + (full ? MessageHeader.size : 0);
    codec.encode(views, payload, answer);
    views.u32[slot.tag] = tagOf(letter.handler, letter.lane, full ? slotFlags.fullEnvelope : 0);
    views.u32[slot.correlation] = letter.correlation;
    views.u32[slot.source] = this.id;
    views.u64[slot.timestamp >> 1] = timestamp;
    views.u64[slot.deadline >> 1] = 0n;
    if (full) this.#header(codec.struct, letter, timestamp, payload);
    if (this.#outbox.length === 0 && sink.message(this.id, views, 0)) return 1;
    this.#outbox.push(views.u8.slice(0, payload + codec.struct.size));
    return 0;
  }

  #header(struct: Struct, letter: Letter, timestamp: bigint, payload: number): void {
    const bytes = this.#slot.u8.subarray(payload, payload + struct.size);
    const { header } = Envelope.ofBytes(typeIdOf(struct), bytes, {
      source: kernelIdHash(this.spec.name), correlationId: BigInt(letter.correlation), timestamp: timestampOfSlot(timestamp),
    });
    writeHeader(view(MessageHeader, this.#slot, SlotHead.size), header);
  }

  #fault(letter: Letter, cause: unknown): void {
    this.faulted = true;
    this.#count.errors++;
    this.#count.lastError = 1;
    const detail = reasonOf(cause);
    const fault = { actor: this.id, handler: letter.handler, correlation: letter.correlation, kind: 'trap' as const, detail, cause };
    this.#host.notice((sink) => sink.fault(fault));
  }

  deadLetter(letter: Letter, reason: DeadLetterReason): void {
    this.#count.dropped++;
    const { size } = this.spec.program.handlers[letter.handler]!.message;
    this.#host.notice((sink) => sink.deadLetter({
      actor: this.id, handler: letter.handler, reason, source: letter.source, correlation: letter.correlation, payload: letter.payload.u8.subarray(0, size),
    }));
  }

  /** Everything that still waits becomes dead letters. */
  empty(): void {
    for (const lane of this.#lanes) {
      for (let letter = lane.shift(); letter !== undefined; letter = lane.shift()) this.deadLetter(letter, 'terminated');
    }
  }

  // -------------------------------------------------------------- figures

  #measure({ timestamp }: Letter): void {
    const us = Math.max(0, Number(this.#host.clock.now().physical - (timestamp >> 12n)));
    const { latency } = this.#count;
    latency.total += us;
    latency.min = this.#count.processed === 1 ? us : Math.min(latency.min, us);
    latency.max = Math.max(latency.max, us);
  }

  get depth(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.length, 0);
  }

  counters(): ActorCounters {
    return { ...this.#count, latency: { ...this.#count.latency }, inFlight: this.#inHand === null ? 0 : 1, inputDepth: this.depth, outputDepth: this.#outbox.length };
  }

  #ask(name: string): ((operand: never) => unknown) | undefined {
    const { clock } = this.#host;
    const answers: Readonly<Record<string, (operand: never) => unknown>> = {
      sender: () => this.#inHand?.source ?? 0,
      correlation: () => this.#inHand?.correlation ?? 0,
      timestamp: () => this.#inHand?.timestamp ?? 0n,
      deadline: () => this.#inHand?.deadline ?? 0n,
      hlcPhysical: () => clock.now().physical,
      hlcLogical: () => clock.now().logical,
      now: () => clock.tickPacked(),
      hlcUpdate: (stamp) => clock.updatePacked(stamp),
    };
    return answers[name];
  }
}
