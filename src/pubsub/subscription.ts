/** One subscriber's end: a bounded buffer, and for `atLeastOnce` what has not been acknowledged yet. */
import type { TimeSource } from '../clock/time.ts';
import { fail } from '../error/index.ts';
import type { Fields } from '../layout/types.ts';
import type { Publication, Published, QoS, SlowPolicy, SubscribeOptions, SubscriptionStats } from './types.ts';

interface Waiting<F extends Fields> {
  readonly resolve: (publication: Publication<F>) => void;
  readonly reject: (reason: unknown) => void;
}

/** A publication for which there was no room yet. */
interface Pending<F extends Fields> {
  readonly published: Published<F>;
  readonly taken: (taken: boolean) => void;
}

interface Delivery<F extends Fields> {
  readonly published: Published<F>;
  readonly attempt: number;
}

export class Subscription<F extends Fields = Fields> implements Disposable, AsyncIterable<Publication<F>> {
  readonly pattern: string;
  readonly qos: QoS;
  readonly slow: SlowPolicy;
  readonly #time: TimeSource;
  readonly #capacity: number;
  readonly #ackTimeout: number;
  readonly #attempts: number;
  readonly #onGivenUp: ((publication: Published<F>) => void) | undefined;
  readonly #leave: () => void;
  /** Redeliveries stand in front of what is new. */
  #buffer: Delivery<F>[] = [];
  #waiting: Waiting<F>[] = [];
  #pending: Pending<F>[] = [];
  /** By sequence: which attempt is out, and how to cancel its timer. */
  readonly #unacknowledged = new Map<number, { readonly attempt: number; readonly cancel: () => void }>();
  #ended: Error | null = null;
  #disposed = false;
  #counts = { delivered: 0, redelivered: 0, acknowledged: 0, dropped: 0, givenUp: 0 };

  /** @internal Made by `PubSub.subscribe`. */
  constructor(pattern: string, options: SubscribeOptions<F>, time: TimeSource, leave: () => void) {
    this.pattern = pattern;
    this.qos = options.qos ?? 'atMostOnce';
    this.slow = options.slow ?? (this.qos === 'atLeastOnce' ? 'wait' : 'dropOldest');
    this.#time = time;
    this.#capacity = options.buffer ?? 256;
    this.#ackTimeout = options.ackTimeout ?? 30_000;
    this.#attempts = options.attempts ?? 5;
    this.#onGivenUp = options.onGivenUp;
    this.#leave = leave;
    for (const [option, value] of [['buffer', this.#capacity], ['attempts', this.#attempts]] as const) {
      if (!Number.isInteger(value) || value < 1) throw fail('InvalidConfig', { option, value, reason: 'It must be a whole number, 1 or more.' });
    }
    if (!(this.#ackTimeout > 0)) throw fail('InvalidConfig', { option: 'ackTimeout', value: this.#ackTimeout, reason: 'It must be more than 0 ms.' });
  }

  get active(): boolean {
    return this.#ended === null;
  }

  /** The next publication. Rejects with `Timeout`, the signal's reason, or `SubscriptionClosed`. `timeout` in ms; default: none. */
  next(options: { readonly timeout?: number; readonly signal?: AbortSignal } = {}): Promise<Publication<F>> {
    const { timeout, signal } = options;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const here = this.tryNext();
    if (here !== undefined) return Promise.resolve(here);
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      let cancelTimer = (): void => {};
      const done = (): void => {
        cancelTimer();
        signal?.removeEventListener('abort', abort);
        this.#waiting = this.#waiting.filter((w) => w !== waiting);
      };
      const waiting: Waiting<F> = {
        resolve: (publication) => { done(); resolve(publication); },
        reject: (reason) => { done(); reject(reason); },
      };
      const abort = (): void => waiting.reject(signal!.reason);
      signal?.addEventListener('abort', abort, { once: true });
      if (timeout !== undefined && timeout !== Infinity) {
        cancelTimer = this.#time.after(timeout, () => waiting.reject(fail('Timeout', { operation: `The next publication of '${this.pattern}'`, ms: timeout })));
      }
      this.#waiting.push(waiting);
    });
  }

  /** The next publication if one is here. */
  tryNext(): Publication<F> | undefined {
    const delivery = this.#buffer.shift();
    if (delivery === undefined) return undefined;
    const pending = this.#buffer.length < this.#capacity ? this.#pending.shift() : undefined;
    if (pending !== undefined) {
      this.#buffer.push({ published: pending.published, attempt: 1 });
      pending.taken(true);
    }
    return this.#handOver(delivery);
  }

  /** Every publication until the subscription ends. One that ended because it was slow throws. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Publication<F>, void> {
    for (;;) {
      let publication: Publication<F>;
      try {
        publication = await this.next();
      } catch (error) {
        if (this.#disposed) return;
        throw error;
      }
      yield publication;
    }
  }

  stats(): SubscriptionStats {
    return { ...this.#counts, waiting: this.#buffer.length, unacknowledged: this.#unacknowledged.size };
  }

  /** Ends the subscription: nothing more comes, what waits is dropped, timers are cleared. */
  [Symbol.dispose](): void {
    this.#disposed ||= this.#ended === null;
    this.#end(fail('SubscriptionClosed', { pattern: this.pattern, reason: 'It has been disposed.' }));
  }

  #end(reason: Error): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#leave();
    this.#buffer = [];
    for (const { cancel } of this.#unacknowledged.values()) cancel();
    this.#unacknowledged.clear();
    for (const waiting of this.#waiting) waiting.reject(reason);
    for (const { taken } of this.#pending) taken(false);
    this.#pending = [];
  }

  /** @internal True: taken. False: lost. A promise: there is no room yet. */
  offer(published: Published<F>): boolean | Promise<boolean> {
    if (this.#ended !== null) return false;
    if (this.#buffer.length >= this.#capacity) {
      switch (this.slow) {
        case 'wait': return new Promise((taken) => { this.#pending.push({ published, taken }); });
        case 'dropNewest':
          this.#counts.dropped++;
          return false;
        case 'dropOldest':
          this.#buffer.shift();
          this.#counts.dropped++;
          break;
        case 'disconnect':
          this.#counts.dropped++;
          this.#end(fail('SubscriptionClosed', { pattern: this.pattern, reason: `It let ${this.#capacity} publications wait, and its policy is to disconnect then.` }));
          return false;
      }
    }
    this.#put({ published, attempt: 1 });
    return true;
  }

  #put(delivery: Delivery<F>): void {
    const waiting = this.#waiting[0];
    if (waiting !== undefined) waiting.resolve(this.#handOver(delivery));
    else if (delivery.attempt === 1) this.#buffer.push(delivery);
    else this.#buffer.unshift(delivery);
  }

  #handOver({ published, attempt }: Delivery<F>): Publication<F> {
    this.#counts.delivered++;
    if (attempt > 1) this.#counts.redelivered++;
    if (this.qos === 'atMostOnce') return { ...published, attempt, ack() {}, nack() {} };
    const { sequence } = published;
    const again = (): void => {
      if (this.#unacknowledged.get(sequence)?.attempt !== attempt) return;
      this.#settle(sequence);
      this.#redeliver(published, attempt);
    };
    this.#unacknowledged.set(sequence, { attempt, cancel: this.#time.after(this.#ackTimeout, again) });
    return {
      ...published, attempt,
      ack: () => {
        // Also of an earlier attempt, when the next one is out or waits: the work is done.
        const waits = this.#buffer.findIndex((d) => d.published.sequence === sequence);
        if (waits >= 0) this.#buffer.splice(waits, 1);
        if (this.#settle(sequence) || waits >= 0) this.#counts.acknowledged++;
      },
      nack: again,
    };
  }

  /** False when it was settled before. */
  #settle(sequence: number): boolean {
    this.#unacknowledged.get(sequence)?.cancel();
    return this.#unacknowledged.delete(sequence);
  }

  #redeliver(published: Published<F>, attempt: number): void {
    if (attempt < this.#attempts) return this.#put({ published, attempt: attempt + 1 });
    this.#counts.givenUp++;
    this.#onGivenUp?.(published);
  }
}
