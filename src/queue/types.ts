import type { HlcClock } from '../clock/hlc.ts';
import type { PriorityName } from '../message/envelope.ts';
import type { Fields, FieldInputs, FieldValues } from '../layout/types.ts';
import type { MessageType } from '../message/message.ts';

/**
 * What happens to a message that finds its queue full. `refuse`: the sender is told. `dropNewest`: this message
 * becomes a dead letter. `dropOldest`: the oldest waiting one does.
 */
export type QueueOverflow = 'refuse' | 'dropNewest' | 'dropOldest';

export interface QueueOptions<F extends Fields = Fields> {
  /** Messages; rounded up to a power of two, at least 2. Default 1024. */
  readonly capacity?: number;
  /** Default `refuse`. */
  readonly overflow?: QueueOverflow;
  /** Each message carries a CRC-32 of its bytes, checked when it is taken. Default false. */
  readonly checksum?: boolean;
  /** Gives timestamps and says when a deadline has passed. Default: a clock of the queue's own on the system's time. */
  readonly clock?: HlcClock;
  /** Takes messages that nobody will: expired, pushed out, or refused with `dropNewest`. Default: they are only counted. */
  readonly onDeadLetter?: (letter: QueueDeadLetter<F>) => void;
  /** Appears in errors. Default: the message's name. */
  readonly name?: string;
  /** Where the queue lies; `ringBytesOf` says how much it needs. Default: shared memory of its own where that exists. */
  readonly memory?: { readonly buffer: ArrayBufferLike; readonly byteOffset?: number };
}

export interface EnqueueOptions {
  /** Who sends; 0, the default, is the host. */
  readonly source?: number;
  /** Which question this belongs to; 0, the default: none. */
  readonly correlation?: number;
  /** Packed timestamp (`clock/timestamp`) after which the message is dead. Default 0n: none. */
  readonly deadline?: bigint;
  /** Default `normal`. */
  readonly priority?: PriorityName;
}

/** A message with what its slot said about it. */
export interface Received<F extends Fields = Fields> {
  readonly value: FieldValues<F>;
  readonly source: number;
  readonly correlation: number;
  readonly priority: PriorityName;
  /** Packed; when it was enqueued. */
  readonly timestamp: bigint;
  readonly deadline: bigint;
}

export interface QueueDeadLetter<F extends Fields = Fields> extends Received<F> {
  readonly reason: 'expired' | 'overflow';
}

export interface QueueStats {
  /** Since the queue was made, or since `resetStats`; by everybody who uses it. */
  readonly enqueued: number;
  readonly dequeued: number;
  /** Refused, pushed out or expired. */
  readonly dropped: number;
  /** Of those, expired. */
  readonly expired: number;
  /** Waiting now. */
  readonly depth: number;
  /** Most that ever waited. */
  readonly maxDepth: number;
}

export interface MessageQueue<F extends Fields = Fields> {
  readonly message: MessageType<F>;
  readonly capacity: number;
  readonly length: number;
  readonly isEmpty: boolean;
  readonly isFull: boolean;
  /** False when the queue is full and its policy refuses (or drops) the newcomer. Throws `SerializationError` on a bad value. */
  tryEnqueue(value: FieldInputs<F>, options?: EnqueueOptions): boolean;
  /** As `tryEnqueue`; throws `QueueFull` instead. */
  enqueue(value: FieldInputs<F>, options?: EnqueueOptions): void;
  /** The oldest message that has not expired, or null. Throws `ChecksumMismatch` on altered bytes (the message is then gone). */
  tryDequeue(): Received<F> | null;
  /** As `tryDequeue`; throws `QueueEmpty` instead. */
  dequeue(): Received<F>;
  stats(): QueueStats;
  /** Begins to count anew, for this object; `depth` is not affected, `maxDepth` begins at it. */
  resetStats(): void;
}
