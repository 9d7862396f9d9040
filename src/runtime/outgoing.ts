import { lanes, type SendOptions } from '../engine/contract.ts';
import { fail } from '../error/index.ts';
import { newViews } from '../layout/views.ts';
import type { Codec } from '../message/codec.ts';
import { Awaited } from './calls.ts';
import { orderColumns, rowOf, sliceColumns, type Columns } from '../message/columns.ts';
import { Fifo } from '../queue/fifo.ts';
import type { KernelCore } from './kernel-core.ts';
import { deadlineOf, laneOf, type MessageOptions } from './options.ts';
import type { Blocked } from './pump.ts';

interface Route {
  correlation: number;
  lane: number;
  deadline: bigint;
}

const route: Route = { correlation: 0, lane: 0, deadline: 0n };

/** A message, or the rest of a batch, that waits for room. */
abstract class Waiting extends Awaited {
  readonly route: Route;

  constructor(route: Route) {
    super();
    this.route = route;
  }

  protected get result(): unknown {
    return undefined;
  }

  /** True when everything is in the ring. */
  abstract attempt(core: KernelCore): boolean;

  try(core: KernelCore): boolean {
    if (!this.settled && !core.outgoing.held && this.attempt(core)) this.succeed();
    return this.settled;
  }
}

class WaitingMessage extends Waiting {
  readonly #handler: number;
  readonly #payload: Uint8Array;
  readonly #header: Uint8Array | null;

  constructor(handler: number, payload: Uint8Array, header: Uint8Array | null, route: Route) {
    super(route);
    this.#handler = handler;
    this.#payload = payload;
    this.#header = header;
  }

  attempt(core: KernelCore): boolean {
    return core.actor.trySendBytes(this.#handler, this.#payload, this.#header, this.route);
  }
}

class WaitingBatch extends Waiting {
  readonly #handler: number;
  readonly #codec: Codec;
  readonly #ordered: ReturnType<typeof orderColumns>['ordered'];
  readonly #count: number;
  taken = 0;

  constructor(handler: number, codec: Codec, columns: Columns, route: Route) {
    super(route);
    const { ordered, count } = orderColumns(codec.struct, columns);
    this.#handler = handler;
    this.#codec = codec;
    this.#ordered = ordered;
    this.#count = count;
  }

  protected override get result(): unknown {
    return this.taken;
  }

  get count(): number {
    return this.#count;
  }

  attempt(core: KernelCore): boolean {
    while (this.taken < this.#count) {
      const rest = this.taken === 0 ? this.#ordered : sliceColumns(this.#codec.struct, this.#ordered, this.taken);
      const taken = core.actor.trySendBatch(this.#handler, this.#codec, rest, this.#count - this.taken, this.route);
      if (taken === 0) return false;
      this.taken += taken;
      core.outgoing.sent += taken;
    }
    return true;
  }
}

/** The host's side of one inbox: puts messages into the ring and does what was declared when it is full. */
export class Outgoing implements Blocked {
  readonly #core: KernelCore;
  /** Who waits for room, by lane: a full lane holds up no other. */
  #waiting: readonly Fifo<Waiting>[] | null = null;
  sent = 0;
  refused = 0;
  /** The kernel is being moved: nothing goes in, as if the inbox were full. */
  held = false;

  constructor(core: KernelCore) {
    this.#core = core;
  }

  get waiting(): number {
    return this.#waiting?.reduce((sum, lane) => sum + lane.length, 0) ?? 0;
  }

  /** Whether what finds no room waits. Where the oldest makes room, only somebody who is just writing can be in the way. */
  get #waits(): boolean {
    const { overflow } = this.#core.settings;
    return overflow === 'wait' || overflow === 'dropOldest';
  }

  /** Somebody waits for this lane already: nobody may overtake. */
  #taken(lane: number): boolean {
    return this.held || (this.#waiting !== null && this.#waiting[lane]!.length > 0);
  }

  /** Fills the one route object there is: engines keep nothing of it, and one message is sent at a time. */
  #routeOf(options: MessageOptions | undefined, correlation: number): Route {
    const { id, settings } = this.#core;
    route.correlation = correlation;
    route.lane = laneOf(options?.priority, id, settings.priorities);
    route.deadline = deadlineOf(options?.deadline);
    return route;
  }

  /** Puts one message into the ring if there is room; says whether it did. */
  offer(handler: number, codec: Codec, value: unknown, options: MessageOptions | undefined, correlation: number): boolean {
    this.#core.checkActive();
    const route = this.#routeOf(options, correlation);
    if (this.#taken(route.lane) || !this.#core.actor.trySend(handler, codec, value, route)) return false;
    this.sent++;
    return true;
  }

  /** As `offer`, for bytes. */
  offerBytes(handler: number, payload: Uint8Array, header: Uint8Array | null, options: MessageOptions | undefined, correlation: number): boolean {
    this.#core.checkActive();
    const route = this.#routeOf(options, correlation);
    if (this.#taken(route.lane) || !this.#core.actor.trySendBytes(handler, payload, header, route)) return false;
    this.sent++;
    return true;
  }

  /** The inbox had no room for `value`: does what the kernel's policy says. What it returns waits for room. */
  full(handler: number, codec: Codec, value: unknown, options: MessageOptions | undefined, correlation: number): Waiting | null {
    if (!this.#waits) return this.#refuse(handler, correlation, value);
    const views = newViews(codec.struct.size);
    codec.encode(views, 0, value);
    return this.#wait(new WaitingMessage(handler, views.u8.subarray(0, codec.struct.size), null, { ...this.#routeOf(options, correlation) }));
  }

  /** As `full`, for bytes; `decode` gives the value for the dead letters. */
  fullBytes(handler: number, payload: Uint8Array, header: Uint8Array | null, options: MessageOptions | undefined, correlation: number, decode: () => unknown): Waiting | null {
    if (!this.#waits) return this.#refuse(handler, correlation, decode());
    return this.#wait(new WaitingMessage(handler, payload.slice(), header?.slice() ?? null, { ...this.#routeOf(options, correlation) }));
  }

  /** Puts a batch into the ring as far as there is room; what it returns waits for the rest. */
  batch(handler: number, codec: Codec, columns: Columns, options: MessageOptions | undefined, correlation: number): { readonly taken: number; readonly count: number; readonly waiting: Waiting | null } {
    this.#core.checkActive();
    const batch = new WaitingBatch(handler, codec, columns, { ...this.#routeOf(options, correlation) });
    const { count } = batch;
    if (!this.#taken(batch.route.lane) && batch.try(this.#core)) return { taken: count, count, waiting: null };
    if (this.#waits) {
      const waiting = this.#wait(batch);
      return { taken: batch.taken, count, waiting };
    }
    const left = count - batch.taken;
    if (this.#core.settings.overflow === 'dropNewest') {
      this.#core.host.deadLetter(this.#core, handler, 'overflow', rowOf(codec.struct, columns, batch.taken), left);
    }
    this.refused += left;
    return { taken: batch.taken, count, waiting: null };
  }

  #refuse(handler: number, correlation: number, value: unknown): null {
    const { id, settings, host, definition } = this.#core;
    this.refused++;
    if (settings.overflow !== 'dropNewest') throw fail('QueueFull', { kernel: id, capacity: settings.queueCapacity });
    host.deadLetter(this.#core, handler, 'overflow', value);
    this.#core.settle(correlation, fail('MessageDropped', { kernel: id, message: definition.handlers[handler]!.message.name, reason: 'overflow' }));
    return null;
  }

  /** Puts bytes in whatever the kernel's state and policy; what it returns waits for room. */
  enter(handler: number, payload: Uint8Array, { correlation, lane, deadline }: SendOptions): Waiting | null {
    const route = { correlation, lane: this.#core.settings.priorities ? lane : lanes.normal, deadline };
    if (!this.#taken(route.lane) && this.#core.actor.trySendBytes(handler, payload, null, route)) {
      this.sent++;
      return null;
    }
    return this.#park(new WaitingMessage(handler, payload.slice(), null, route));
  }

  /** Takes over, in order, what waits for another inbox; `renumber` gives correlations that are good here. */
  takeOver(other: Outgoing, renumber: (correlation: number) => number): void {
    for (const lane of other.#waiting ?? []) {
      for (let waiting = lane.shift(); waiting !== undefined; waiting = lane.shift()) {
        waiting.route.correlation = renumber(waiting.route.correlation);
        this.#park(waiting);
      }
    }
    other.#core.host.pump.unblock(other);
  }

  #wait(waiting: Waiting): Waiting | null {
    const { pump } = this.#core.host;
    const { lane } = waiting.route;
    if (!this.#taken(lane) && pump.spin(waiting, () => void waiting.try(this.#core))) {
      if (waiting instanceof WaitingMessage) this.sent++;
      return null;
    }
    return this.#park(waiting);
  }

  #park(waiting: Waiting): Waiting {
    this.#waiting ??= Object.values(lanes).map(() => new Fifo<Waiting>());
    this.#waiting[waiting.route.lane]!.push(waiting);
    this.#core.host.pump.block(this);
    return waiting;
  }

  /** Tries what waits, in order; true when nothing does any more. */
  retry(): boolean {
    if (this.held) return false;
    for (const lane of this.#waiting ?? []) this.#retryLane(lane);
    return this.waiting === 0;
  }

  #retryLane(lane: Fifo<Waiting>): void {
    for (let first = lane.peek(); first !== undefined; first = lane.peek()) {
      if (!first.settled) {
        if (!first.try(this.#core)) return;
        if (first instanceof WaitingMessage) this.sent++;
      }
      lane.shift();
    }
  }

  withdraw(waiting: Waiting): void {
    this.#waiting?.[waiting.route.lane]!.remove(waiting);
  }

  /** Nothing more will find room. */
  fail(error: unknown): void {
    for (const lane of this.#waiting ?? []) {
      for (let first = lane.shift(); first !== undefined; first = lane.shift()) first.fail(error);
    }
    this.#core.host.pump.unblock(this);
  }
}

export type { Waiting };
