import type { Timestamp } from '../clock/timestamp.ts';
import type { Fields, FieldValues } from '../layout/types.ts';
import type { MessageType } from '../message/message.ts';

/**
 * `atMostOnce`: handed over once; lost if the subscriber was too slow. `atLeastOnce`: handed over again until the
 * subscriber acknowledges it, so it may come twice; `id` tells.
 */
export type QoS = 'atMostOnce' | 'atLeastOnce';

/**
 * What happens when a subscriber's buffer is full. `dropOldest`, `dropNewest`: a publication is lost to this
 * subscriber, and counted. `wait`: `publish` resolves when there is room. `disconnect`: the subscription ends.
 */
export type SlowPolicy = 'dropOldest' | 'dropNewest' | 'wait' | 'disconnect';

/** What all subscribers of a publication share. */
export interface Published<F extends Fields = Fields> {
  readonly topic: string;
  readonly message: MessageType<F>;
  readonly value: Readonly<FieldValues<F>>;
  /** The publisher's own id, or one made here; a second publication with the same id is dropped. */
  readonly id: string;
  /** Counts all publications, from 1. */
  readonly sequence: number;
  /** Who published; null: the host. */
  readonly publisher: string | null;
  readonly timestamp: Timestamp;
  readonly retained: boolean;
}

/** A publication as one subscriber gets it. */
export interface Publication<F extends Fields = Fields> extends Published<F> {
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** Done with it. Only `atLeastOnce` subscriptions need it; elsewhere it does nothing. */
  ack(): void;
  /** Could not handle it: deliver it again at once, or give up after the last attempt. */
  nack(): void;
}

export interface SubscribeOptions<F extends Fields = Fields> {
  /** Default `atMostOnce`. */
  readonly qos?: QoS;
  /** Publications that wait for the subscriber. Default 256. */
  readonly buffer?: number;
  /** Default `dropOldest`; with `atLeastOnce` `wait`. */
  readonly slow?: SlowPolicy;
  /** Retained publications are delivered first. Default true. */
  readonly retained?: boolean;
  /** Milliseconds after which an unacknowledged publication is delivered again. Default 30 000. */
  readonly ackTimeout?: number;
  /** Deliveries of one publication, at most. Default 5. */
  readonly attempts?: number;
  /** Takes publications that were given up after the last attempt. Default: they are only counted. */
  readonly onGivenUp?: (publication: Published<F>) => void;
}

export interface SubscriptionStats {
  /** Handed to the subscriber, redeliveries included. */
  readonly delivered: number;
  readonly redelivered: number;
  readonly acknowledged: number;
  /** Lost to this subscriber because it was slow. */
  readonly dropped: number;
  /** Given up after the last attempt. */
  readonly givenUp: number;
  /** Waiting in the buffer, and handed over but not acknowledged. */
  readonly waiting: number;
  readonly unacknowledged: number;
}

export interface PublishOptions {
  /** Kept for later subscribers. Default false. */
  readonly retain?: boolean;
  /** Makes publishing idempotent: a second publication with this id is not delivered. Default: a new one. */
  readonly id?: string;
  readonly publisher?: string;
}

export interface PublishReceipt {
  readonly sequence: number;
  /** Subscriptions that took it, and those that lost it because they were slow. */
  readonly delivered: number;
  readonly dropped: number;
  /** A publication with this id was here before: nobody got this one. */
  readonly duplicate: boolean;
}
