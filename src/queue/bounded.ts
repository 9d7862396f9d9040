/** A queue whose senders wait for room and whose receiver waits for messages, each with a deadline. */
import { systemTime, type TimeSource } from '../clock/time.ts';
import { fail } from '../error/index.ts';
import type { FieldInputs, Fields } from '../layout/types.ts';
import type { MessageType } from '../message/message.ts';
import { RingQueue, spotsOffset, type OpenOptions, type QueueShare } from './ring.ts';
import type { EnqueueOptions, QueueOptions, Received } from './types.ts';
import { Waiters } from './waiters.ts';

export interface WaitOptions {
  /** Milliseconds; default: for ever. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface BoundedOptions<F extends Fields> extends Omit<QueueOptions<F>, 'overflow'> {
  /** For time-outs. Default: the system's. */
  readonly time?: TimeSource;
}

/**
 * Any number of senders, one receiver, in any threads. A full queue makes senders wait (`send`, `sendSync`); the
 * `try` methods never wait.
 */
export class BoundedQueue<F extends Fields> extends RingQueue<F> {
  readonly #time: TimeSource;
  readonly #room: Waiters;
  readonly #messages: Waiters;

  constructor(message: MessageType<F>, options: BoundedOptions<F> = {}, share?: QueueShare) {
    super(message, { ...options, overflow: 'refuse' }, 'many', share);
    this.#time = options.time ?? systemTime;
    this.#room = new Waiters(this.views, this.base + spotsOffset.room);
    this.#messages = new Waiters(this.views, this.base + spotsOffset.messages);
  }

  /** The same queue in another thread. */
  static open<F extends Fields>(message: MessageType<F>, share: QueueShare, options: OpenOptions<F> & { time?: TimeSource } = {}): BoundedQueue<F> {
    return new BoundedQueue(message, options, share);
  }

  override tryEnqueue(value: FieldInputs<F>, options?: EnqueueOptions): boolean {
    const done = super.tryEnqueue(value, options);
    if (done) this.#messages.wake();
    return done;
  }

  override tryDequeue(): Received<F> | null {
    const before = this.length;
    try {
      return super.tryDequeue();
    } finally {
      // Also when all it found had expired.
      if (before > 0) this.#room.wake();
    }
  }

  /** Resolves when the message is in the queue. Rejects with `Timeout`, or with the signal's reason; then it is not. */
  async send(value: FieldInputs<F>, options: EnqueueOptions & WaitOptions = {}): Promise<void> {
    await this.#wait(this.#room, () => this.#put(value, options), 'send', options);
  }

  /** Resolves with the next message. Rejects with `Timeout`, or with the signal's reason. */
  receive(options: WaitOptions = {}): Promise<Received<F>> {
    return this.#wait(this.#messages, () => this.tryDequeue(), 'receive', options);
  }

  /** As `send`, blocking the thread: in workers only, not on a browser's main thread. Throws `Timeout`. */
  sendSync(value: FieldInputs<F>, options: EnqueueOptions & { readonly timeout?: number } = {}): void {
    const { timeout = Infinity } = options;
    if (this.#room.block(() => this.#put(value, options), timeout, () => this.#time.now()) === null) throw this.#timeout('sendSync', timeout);
  }

  /** As `receive`, blocking the thread: in workers only, not on a browser's main thread. Throws `Timeout`. */
  receiveSync(options: { readonly timeout?: number } = {}): Received<F> {
    const { timeout = Infinity } = options;
    const received = this.#messages.block(() => this.tryDequeue(), timeout, () => this.#time.now());
    if (received === null) throw this.#timeout('receiveSync', timeout);
    return received;
  }

  /** As `tryEnqueue`, but a full queue is no refusal: the sender waits. */
  #put(value: FieldInputs<F>, options: EnqueueOptions): true | null {
    if (!this.write(value, options)) return null;
    this.#messages.wake();
    return true;
  }

  #wait<T>(where: Waiters, attempt: () => T | null, operation: string, { timeout, signal }: WaitOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      let cancelTimer = (): void => {};
      const finish = (): void => {
        cancelTimer();
        signal?.removeEventListener('abort', abort);
      };
      const waiter = where.subscribe(attempt, (result) => { finish(); resolve(result); }, (error) => { finish(); reject(error); });
      const abort = (): void => {
        waiter.cancel();
        finish();
        reject(signal!.reason);
      };
      if (waiter.settled) return;
      signal?.addEventListener('abort', abort, { once: true });
      if (timeout !== undefined && timeout !== Infinity) {
        cancelTimer = this.#time.after(timeout, () => {
          waiter.cancel();
          finish();
          reject(this.#timeout(operation, timeout));
        });
      }
    });
  }

  #timeout(operation: string, ms: number): Error {
    return fail('Timeout', { operation: `${operation} on '${this.name}'`, ms });
  }
}
