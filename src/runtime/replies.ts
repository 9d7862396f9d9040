import { Awaited } from './calls.ts';
import { Fifo } from '../queue/fifo.ts';
import type { AnyMessage } from './types.ts';

/** A reply nobody called for, as it waits to be received. */
export interface Reply {
  readonly message: AnyMessage;
  readonly value: unknown;
  /** Id of the kernel's actor. */
  readonly source: number;
  /** Packed HLC, in two words. */
  readonly timeLow: number;
  readonly timeHigh: number;
  /** Of the envelope this answers; 0n: none. */
  readonly correlationId: bigint;
  /** The 256 B header, where slots carry one. */
  readonly header: Uint8Array | null;
}

/** One `receive` that found nothing yet. */
export class Receiver extends Awaited {
  readonly #map: (reply: Reply) => unknown;
  #value: unknown;

  constructor(map: (reply: Reply) => unknown) {
    super();
    this.#map = map;
  }

  protected get result(): unknown {
    return this.#value;
  }

  add(reply: Reply): void {
    this.#value = this.#map(reply);
    this.succeed();
  }
}

/** Replies of one kernel on their way to `receive`, bounded. */
export class Replies {
  readonly #capacity: number;
  readonly #ready = new Fifo<Reply>();
  readonly #receivers = new Fifo<Receiver>();
  /** Something was refused since the last `take` that made room. */
  refused = false;
  /** Everything has room: the kernel is leaving its device. */
  open = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#ready.length;
  }

  get waiting(): number {
    return this.#receivers.length;
  }

  /** Room for `count` more; a batch larger than the whole capacity fits when nothing else waits. */
  hasRoom(count = 1): boolean {
    const room = this.open || this.#receivers.length > 0 || this.#ready.length === 0 || this.#ready.length + count <= this.#capacity;
    if (!room) this.refused = true;
    return room;
  }

  put(reply: Reply): void {
    for (let receiver = this.#receivers.shift(); receiver !== undefined; receiver = this.#receivers.shift()) {
      if (receiver.settled) continue;
      receiver.add(reply);
      return;
    }
    this.#ready.push(reply);
  }

  take(): Reply | undefined {
    return this.#ready.shift();
  }

  enlist(receiver: Receiver): void {
    this.#receivers.push(receiver);
  }

  dismiss(receiver: Receiver): void {
    this.#receivers.remove(receiver);
  }

  /** Ends every waiting `receive`; what is ready stays readable. */
  fail(error: unknown): void {
    for (let receiver = this.#receivers.shift(); receiver !== undefined; receiver = this.#receivers.shift()) receiver.fail(error);
  }
}
