/** Publish and subscribe by topic, between the host's code and kernels. */
import { HlcClock } from '../clock/hlc.ts';
import { systemTime, type TimeSource } from '../clock/time.ts';
import { fail } from '../error/index.ts';
import type { Fields, FieldInputs, FieldValues } from '../layout/types.ts';
import { newViews } from '../layout/views.ts';
import type { MessageType } from '../message/message.ts';
import { Subscription } from './subscription.ts';
import { matches, parsePattern, parseTopic, PatternTree } from './topic.ts';
import type { Published, PublishOptions, PublishReceipt, SubscribeOptions } from './types.ts';

export interface PubSubOptions {
  /** Default 1000. */
  readonly maxSubscriptions?: number;
  /** Retained publications kept of each topic, the latest ones. Default 100. */
  readonly retainedPerTopic?: number;
  /** Ids remembered to recognise publications that come twice. Default 10 000. */
  readonly rememberedIds?: number;
  /** For time-outs. Default: the system's. */
  readonly time?: TimeSource;
  /** Stamps publications. Default: a clock of its own on `time`. */
  readonly clock?: HlcClock;
}

export interface PubSubStats {
  readonly subscriptions: number;
  readonly published: number;
  readonly duplicates: number;
  /** Handed to subscriptions; lost because one was slow. */
  readonly delivered: number;
  readonly dropped: number;
  /** Topics that have retained publications, and how many those are. */
  readonly retainedTopics: number;
  readonly retained: number;
}

interface Subscriber {
  readonly message: MessageType | null;
  readonly subscription: Subscription;
}

export class PubSub implements Disposable {
  readonly #options: Required<Pick<PubSubOptions, 'maxSubscriptions' | 'retainedPerTopic' | 'rememberedIds'>>;
  readonly #time: TimeSource;
  readonly #clock: HlcClock;
  readonly #tree = new PatternTree<Subscriber>();
  readonly #subscribers = new Set<Subscriber>();
  readonly #retained = new Map<string, Published[]>();
  /** Ids in the order they came, each with its receipt's sequence. */
  readonly #ids = new Map<string, number>();
  #counts = { published: 0, duplicates: 0, delivered: 0, dropped: 0 };
  #sequence = 0;

  constructor(options: PubSubOptions = {}) {
    this.#options = {
      maxSubscriptions: options.maxSubscriptions ?? 1000, retainedPerTopic: options.retainedPerTopic ?? 100, rememberedIds: options.rememberedIds ?? 10_000,
    };
    for (const [option, value] of Object.entries(this.#options)) {
      if (!Number.isInteger(value) || value < 0) throw fail('InvalidConfig', { option, value, reason: 'It must be a whole number, 0 or more.' });
    }
    this.#time = options.time ?? systemTime;
    this.#clock = options.clock ?? new HlcClock({ time: this.#time });
  }

  /**
   * Publishes a value to everybody whose pattern and message type match. Resolves at once, or, where a slow
   * subscriber's policy is `wait`, when it has room. Throws `SerializationError` on a value that does not fit.
   */
  async publish<F extends Fields>(topic: string, message: MessageType<F>, value: FieldInputs<F>, options: PublishOptions = {}): Promise<PublishReceipt> {
    const levels = parseTopic(topic);
    const copy = roundTrip(message, value);
    const known = options.id === undefined ? undefined : this.#ids.get(options.id);
    if (known !== undefined) {
      this.#counts.duplicates++;
      return { sequence: known, delivered: 0, dropped: 0, duplicate: true };
    }
    const sequence = ++this.#sequence;
    this.#counts.published++;
    const published = {
      topic, message, value: copy, id: options.id ?? `${sequence}`, sequence, publisher: options.publisher ?? null,
      timestamp: this.#clock.tick(), retained: options.retain === true,
    } as unknown as Published;
    if (options.id !== undefined) this.#remember(options.id, sequence);
    if (published.retained) this.#retain(published);
    const outcomes = this.#tree.find(levels)
      .filter((s) => s.message === null || s.message.typeId === message.typeId)
      .map((s) => s.subscription.offer(published));
    let delivered = 0;
    for (const outcome of outcomes) if (typeof outcome === 'boolean' ? outcome : await outcome) delivered++;
    const dropped = outcomes.length - delivered;
    this.#counts.delivered += delivered;
    this.#counts.dropped += dropped;
    return { sequence, delivered, dropped, duplicate: false };
  }

  /** Subscribes to one message type: publications of other types on the same topics are passed over. Dispose it to unsubscribe. */
  subscribe<F extends Fields>(pattern: string, message: MessageType<F>, options?: SubscribeOptions<F>): Subscription<F>;
  /** Subscribes to every message type; `publication.message` tells which it is. */
  subscribe(pattern: string, options?: SubscribeOptions): Subscription;
  subscribe(pattern: string, first?: MessageType | SubscribeOptions, second?: SubscribeOptions): Subscription {
    const message = first !== undefined && 'typeId' in first ? first : null;
    const options = (message === null ? first as SubscribeOptions | undefined : second) ?? {};
    const levels = parsePattern(pattern);
    if (this.#subscribers.size >= this.#options.maxSubscriptions) throw fail('TooManySubscriptions', { max: this.#options.maxSubscriptions });
    const subscription: Subscription = new Subscription(pattern, options, this.#time, () => {
      this.#subscribers.delete(subscriber);
      this.#tree.delete(levels, subscriber);
    });
    const subscriber: Subscriber = { message, subscription };
    this.#subscribers.add(subscriber);
    this.#tree.add(levels, subscriber);
    if (options.retained !== false) {
      for (const published of this.#matching(levels)) if (message === null || message.typeId === published.message.typeId) void subscription.offer(published);
    }
    return subscription;
  }

  /** Retained publications whose topic matches, in the order they were published. */
  retained(pattern: string): readonly Published[] {
    return this.#matching(parsePattern(pattern));
  }

  /** Forgets the retained publications of one topic. */
  clearRetained(topic: string): void {
    this.#retained.delete(topic);
  }

  stats(): PubSubStats {
    let retained = 0;
    for (const kept of this.#retained.values()) retained += kept.length;
    return { subscriptions: this.#subscribers.size, ...this.#counts, retainedTopics: this.#retained.size, retained };
  }

  /** Ends every subscription. */
  [Symbol.dispose](): void {
    for (const { subscription } of this.#subscribers) subscription[Symbol.dispose]();
    this.#retained.clear();
  }

  #matching(pattern: readonly string[]): Published[] {
    return [...this.#retained].flatMap(([topic, kept]) => (matches(pattern, topic.split('/')) ? kept : [])).sort((a, b) => a.sequence - b.sequence);
  }

  #retain(published: Published): void {
    if (this.#options.retainedPerTopic === 0) return;
    const kept = this.#retained.get(published.topic) ?? [];
    this.#retained.set(published.topic, [...kept, published].slice(-this.#options.retainedPerTopic));
  }

  #remember(id: string, sequence: number): void {
    this.#ids.set(id, sequence);
    if (this.#ids.size > this.#options.rememberedIds) this.#ids.delete(this.#ids.keys().next().value!);
  }
}

/** Checks a value, and parts it from what the publisher may change later. */
function roundTrip<F extends Fields>(message: MessageType<F>, value: FieldInputs<F>): FieldValues<F> {
  const views = newViews(message.struct.size);
  message.codec.encode(views, 0, value);
  return message.codec.decode(views, 0);
}
