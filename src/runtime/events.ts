import type { RingKernelError } from '../error/index.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { Leak } from '../memory/device-memory.ts';
import { Fifo } from '../queue/fifo.ts';
import type { KernelState } from './lifecycle.ts';
import type { Alert, MetricsSample } from './measures.ts';

/** Everything a ring tells about itself, as one union. `at` is microseconds since the epoch. */
export type RingEvent = { readonly at: number } & (
  | { readonly type: 'state'; readonly kernel: string; readonly from: KernelState; readonly to: KernelState }
  | { readonly type: 'fault'; readonly kernel: string; readonly message: string; readonly error: RingKernelError }
  | { readonly type: 'restarted'; readonly kernel: string; readonly attempt: number; readonly fresh: boolean }
  | { readonly type: 'deadLetter'; readonly letter: DeadLetter }
  | { readonly type: 'debug'; readonly kernel: string; readonly text: string; readonly format: string; readonly args: readonly (number | bigint | boolean)[] }
  /** A handler's `ctx.alert(name, value)` and `ctx.metric(name, value)`. */
  | { readonly type: 'raised'; readonly kernel: string; readonly name: string; readonly value: number | bigint | boolean }
  | { readonly type: 'measured'; readonly kernel: string; readonly name: string; readonly value: number | bigint | boolean }
  | { readonly type: 'connected'; readonly kernel: string; readonly port: string; readonly to: string | null }
  | { readonly type: 'metrics'; readonly sample: MetricsSample }
  /** An alert begins, changes its severity, or is over (`active` false). */
  | { readonly type: 'alert'; readonly active: boolean; readonly alert: Alert }
  | { readonly type: 'migrated'; readonly kernel: string; readonly from: string; readonly to: string; readonly moved: number }
  /** Memory of this label was still in use when the ring was closed; it has been released. */
  | { readonly type: 'leak'; readonly leak: Leak }
  | { readonly type: 'engineLost'; readonly error: RingKernelError }
  | { readonly type: 'closed' }
);

export type RingEventType = RingEvent['type'];

/** Events a slow reader of `events()` may fall behind before the oldest are left out. */
const readerCapacity = 1024;

/**
 * Hands events to listeners and async readers. Listeners run in a microtask of their own, so that one that
 * throws neither disturbs the ring nor is swallowed: the error surfaces as any uncaught one.
 */
export class EventHub {
  readonly #listeners = new Set<(event: RingEvent) => void>();
  readonly #readers = new Set<EventReader>();
  readonly #wall: () => number;
  #closed = false;

  constructor(wall: () => number) {
    this.#wall = wall;
  }

  /** Somebody listens to this kind of event. */
  get observed(): boolean {
    return this.#listeners.size + this.#readers.size > 0;
  }

  emit(event: WithoutTime<RingEvent>): void {
    if (this.#closed || !this.observed) return;
    const full = { at: this.#wall(), ...event } as RingEvent;
    for (const listener of this.#listeners) queueMicrotask(() => listener(full));
    for (const reader of this.#readers) reader.put(full);
  }

  listen(listener: (event: RingEvent) => void): Disposable {
    // A wrapper of its own, so that one function may listen twice and each subscription ends alone.
    const own = (event: RingEvent): void => listener(event);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  read(): AsyncIterableIterator<RingEvent> {
    const reader = new EventReader(() => this.#readers.delete(reader));
    if (this.#closed) reader.end();
    else this.#readers.add(reader);
    return reader;
  }

  /** Ends every reader once it has read what is there. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

class EventReader implements AsyncIterableIterator<RingEvent> {
  readonly #waiting = new Fifo<(result: IteratorResult<RingEvent>) => void>();
  readonly #ready = new Fifo<RingEvent>();
  readonly #leave: () => void;
  #ended = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  put(event: RingEvent): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting({ done: false, value: event });
    if (this.#ready.length >= readerCapacity) this.#ready.shift();
    this.#ready.push(event);
  }

  end(): void {
    this.#ended = true;
    for (let w = this.#waiting.shift(); w !== undefined; w = this.#waiting.shift()) w({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<RingEvent>> {
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve({ done: false, value: ready });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<RingEvent>> {
    this.#leave();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
