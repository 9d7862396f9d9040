/**
 * Delivery by id from the host: to a kernel here, or to the next hop towards one. Every delivery leaves a
 * receipt; the latest ones are kept.
 */
import { fail } from '../error/index.ts';

export type DeliveryStatus =
  /** In the destination's inbox. */
  | 'delivered'
  /** The destination's inbox is full; nothing was written. */
  | 'queueFull'
  /** Neither the destination nor a next hop is known. */
  | 'notFound'
  /** The destination takes no messages now. */
  | 'notActive'
  /** More hops than allowed, as in a circle of routes. */
  | 'maxHopsExceeded';

export interface DeliveryReceipt {
  /** Counts from 1. */
  readonly number: number;
  readonly source: string | null;
  readonly destination: string;
  /** The kernel that got it; differs from the destination when a route led elsewhere. */
  readonly deliveredTo: string | null;
  readonly status: DeliveryStatus;
  readonly hops: number;
}

/** What a kernel answers when it is offered a message. */
export type Offer = 'taken' | 'full' | 'inactive';

export interface BrokerOptions {
  /** Next hops followed for one message. Default 8. */
  readonly maxHops?: number;
  /** Receipts kept. Default 1,024. */
  readonly receipts?: number;
}

/** `M` is what identifies a message type. */
export class Broker<M> {
  readonly #offer: (kernel: string, message: M, value: unknown) => Offer | null;
  readonly #maxHops: number;
  readonly #kept: number;
  readonly #nextHops = new Map<string, string>();
  readonly #receipts = new Map<number, DeliveryReceipt>();
  #count = 0;

  /** `offer` gives a message to a kernel here; null when there is none of that id. */
  constructor(offer: (kernel: string, message: M, value: unknown) => Offer | null, { maxHops = 8, receipts = 1024 }: BrokerOptions = {}) {
    for (const [option, value] of Object.entries({ maxHops, receipts })) {
      if (!Number.isInteger(value) || value < 0) throw fail('InvalidConfig', { option, value, reason: 'It is a whole number, zero or more.' });
    }
    this.#offer = offer;
    this.#maxHops = maxHops;
    this.#kept = receipts;
  }

  /** Messages for `destination`, which is not here, go to `nextHop`. */
  addRoute(destination: string, nextHop: string): void {
    this.#nextHops.set(destination, nextHop);
  }

  removeRoute(destination: string): boolean {
    return this.#nextHops.delete(destination);
  }

  /** Offers a message to `destination`; never waits. The receipt says what became of it. */
  deliver(destination: string, message: M, value: unknown, source: string | null = null): DeliveryReceipt {
    let at = destination;
    for (let hops = 0; ; hops++) {
      if (hops > this.#maxHops) return this.#receipt(source, destination, null, 'maxHopsExceeded', hops);
      const offer = this.#offer(at, message, value);
      if (offer === 'taken') return this.#receipt(source, destination, at, 'delivered', hops);
      if (offer !== null) return this.#receipt(source, destination, null, offer === 'full' ? 'queueFull' : 'notActive', hops);
      const next = this.#nextHops.get(at);
      if (next === undefined) return this.#receipt(source, destination, null, 'notFound', hops);
      at = next;
    }
  }

  #receipt(source: string | null, destination: string, deliveredTo: string | null, status: DeliveryStatus, hops: number): DeliveryReceipt {
    const receipt = { number: ++this.#count, source, destination, deliveredTo, status, hops };
    if (this.#kept > 0) this.#receipts.set(receipt.number, receipt);
    if (this.#receipts.size > this.#kept) this.#receipts.delete(this.#count - this.#kept);
    return receipt;
  }

  /** The receipt of one delivery, while it is kept. */
  receipt(number: number): DeliveryReceipt | undefined {
    return this.#receipts.get(number);
  }

  /** The receipts kept, oldest first. */
  receipts(): DeliveryReceipt[] {
    return [...this.#receipts.values()];
  }
}
