/** Queues made of several rings: by priority, and by sender. */
import { HlcClock } from '../clock/hlc.ts';
import { fail } from '../error/index.ts';
import type { FieldInputs, Fields } from '../layout/types.ts';
import { priorities } from '../message/envelope.ts';
import type { MessageType } from '../message/message.ts';
import { MpscQueue } from './ring.ts';
import type { EnqueueOptions, MessageQueue, QueueOptions, QueueStats, Received } from './types.ts';

type GroupOptions<F extends Fields> = Omit<QueueOptions<F>, 'memory'>;

abstract class QueueGroup<F extends Fields> implements MessageQueue<F> {
  readonly message: MessageType<F>;
  readonly name: string;
  protected readonly rings: readonly MpscQueue<F>[];

  protected constructor(message: MessageType<F>, count: number, options: GroupOptions<F>) {
    this.message = message;
    this.name = options.name ?? message.name;
    const clock = options.clock ?? new HlcClock();
    this.rings = Array.from({ length: count }, () => new MpscQueue(message, { ...options, clock }));
  }

  /** Of all rings together. */
  get capacity(): number {
    return this.rings.reduce((sum, r) => sum + r.capacity, 0);
  }

  get length(): number {
    return this.rings.reduce((sum, r) => sum + r.length, 0);
  }

  get isEmpty(): boolean {
    return this.rings.every((r) => r.isEmpty);
  }

  /** Every ring is full. */
  get isFull(): boolean {
    return this.rings.every((r) => r.isFull);
  }

  protected abstract ringFor(options: EnqueueOptions): MpscQueue<F>;
  abstract tryDequeue(): Received<F> | null;

  tryEnqueue(value: FieldInputs<F>, options: EnqueueOptions = {}): boolean {
    return this.ringFor(options).tryEnqueue(value, options);
  }

  enqueue(value: FieldInputs<F>, options: EnqueueOptions = {}): void {
    this.ringFor(options).enqueue(value, options);
  }

  dequeue(): Received<F> {
    const received = this.tryDequeue();
    if (received === null) throw fail('QueueEmpty');
    return received;
  }

  /** Sums over the rings; `maxDepth` is that of the fullest. */
  stats(): QueueStats {
    const each = this.rings.map((r) => r.stats());
    const sum = (key: keyof QueueStats): number => each.reduce((total, s) => total + s[key], 0);
    return {
      enqueued: sum('enqueued'), dequeued: sum('dequeued'), dropped: sum('dropped'), expired: sum('expired'),
      depth: sum('depth'), maxDepth: Math.max(...each.map((s) => s.maxDepth)),
    };
  }

  resetStats(): void {
    for (const ring of this.rings) ring.resetStats();
  }
}

const lowest = priorities.critical;

/**
 * One ring a priority: a more urgent message overtakes all less urgent ones; among equals the order of each
 * sender is kept. `capacity` in the options is that of each lane.
 */
export class PriorityLanes<F extends Fields> extends QueueGroup<F> {
  constructor(message: MessageType<F>, options: GroupOptions<F> = {}) {
    super(message, lowest + 1, options);
  }

  protected override ringFor(options: EnqueueOptions): MpscQueue<F> {
    return this.rings[lowest - priorities[options.priority ?? 'normal']]!;
  }

  override tryDequeue(): Received<F> | null {
    for (const ring of this.rings) {
      const received = ring.tryDequeue();
      if (received !== null) return received;
    }
    return null;
  }
}

export interface PartitionOptions<F extends Fields> extends GroupOptions<F> {
  /** A power of two. Default 4. */
  readonly partitions?: number;
}

/** Each sender keeps to one of several rings, so that senders seldom meet; the receiver takes from them in turn. */
export class PartitionedQueue<F extends Fields> extends QueueGroup<F> {
  #next = 0;

  /** `capacity` in the options is that of each partition. */
  constructor(message: MessageType<F>, options: PartitionOptions<F> = {}) {
    const { partitions = 4, ...rest } = options;
    if (!Number.isInteger(partitions) || partitions < 1 || (partitions & (partitions - 1)) !== 0) {
      throw fail('InvalidConfig', { option: 'partitions', value: partitions, reason: 'It must be a power of two.' });
    }
    super(message, partitions, rest);
  }

  /** For many busy senders: eight partitions of 4096. */
  static highContention<F extends Fields>(message: MessageType<F>, options: GroupOptions<F> = {}): PartitionedQueue<F> {
    return new PartitionedQueue(message, { capacity: 4096, ...options, partitions: 8 });
  }

  get partitions(): number {
    return this.rings.length;
  }

  /** The partition of a sender. */
  partitionOf(source: number): number {
    return (source & (this.rings.length - 1)) >>> 0;
  }

  protected override ringFor(options: EnqueueOptions): MpscQueue<F> {
    return this.rings[this.partitionOf(options.source ?? 0)]!;
  }

  override tryDequeue(): Received<F> | null {
    for (let i = 0; i < this.rings.length; i++) {
      const ring = this.rings[this.#next]!;
      this.#next = (this.#next + 1) % this.rings.length;
      const received = ring.tryDequeue();
      if (received !== null) return received;
    }
    return null;
  }

  /** Messages of the fullest partition over the average: 1 is even, `partitions` is all in one. 1 when empty. */
  get loadImbalance(): number {
    const depths = this.rings.map((r) => r.length);
    const total = depths.reduce((a, b) => a + b, 0);
    return total === 0 ? 1 : Math.max(...depths) / (total / depths.length);
  }
}
