/** One ring as a queue of one message type, over memory that other threads may share. */
import { HlcClock } from '../clock/hlc.ts';
import { fail } from '../error/index.ts';
import { offsetOf } from '../layout/access.ts';
import { RingHeader, SlotHead, slotFlags } from '../layout/structures.ts';
import { roundUp, type FieldInputs, type FieldValues, type Fields } from '../layout/types.ts';
import { viewsOf, type Views } from '../layout/views.ts';
import { formatMessageId, priorities, type PriorityName } from '../message/envelope.ts';
import { crc32 } from '../message/hash.ts';
import type { MessageType } from '../message/message.ts';
import { hostMemory } from './memory.ts';
import { bind } from './step.ts';
import { claim, giveBack, peek, publish, release, reserveShared, reserveSingle, ringOffsets as R } from './steps.ts';
import type { EnqueueOptions, MessageQueue, QueueDeadLetter, QueueOptions, QueueOverflow, QueueStats, Received } from './types.ts';

export const defaultCapacity = 1024;

/** Word indices within a slot. */
const slotWords = {
  tag: offsetOf(SlotHead, 'tag') >> 2, correlation: offsetOf(SlotHead, 'correlation') >> 2, source: offsetOf(SlotHead, 'source') >> 2,
  timestamp: offsetOf(SlotHead, 'timestamp') >> 3, deadline: offsetOf(SlotHead, 'deadline') >> 3,
} as const;

/** Counters in the spare words of the ring's header. */
const counters = {
  dropped: offsetOf(RingHeader, 'dropped') >> 2,
  maxDepth: offsetOf(RingHeader, 'producer') >> 2,
  dequeued: offsetOf(RingHeader, 'consumed') >> 2,
  expired: offsetOf(RingHeader, 'consumer') >> 2,
} as const;

/** Where waiting ends sleep (`parking`): for room, and for messages. */
export const spotsOffset = { room: offsetOf(RingHeader, 'producer') + 16, messages: offsetOf(RingHeader, 'consumer') + 16 } as const;

const priorityNames = Object.keys(priorities) as PriorityName[];

/** A power of two, at least 2: with one slot its stamp could not tell free from readable. */
export function ringCapacity(capacity: number): number {
  if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= 2 ** 30)) {
    throw fail('InvalidConfig', { option: 'capacity', value: capacity, reason: 'It must be a whole number of messages from 1 to 2^30.' });
  }
  return Math.max(2, 2 ** Math.ceil(Math.log2(capacity)));
}

const slotBytesOf = (message: MessageType, checksum: boolean): number => roundUp(SlotHead.size + roundUp(message.struct.size, 4) + (checksum ? 4 : 0), 64);

/** Bytes a queue needs. */
export const ringBytesOf = (message: MessageType, options: Pick<QueueOptions, 'capacity' | 'checksum'> = {}): number =>
  RingHeader.size + ringCapacity(options.capacity ?? defaultCapacity) * slotBytesOf(message, options.checksum ?? false);

/** What another thread needs to open the same queue; can be posted. */
export interface QueueShare {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly overflow: QueueOverflow;
  readonly checksum: boolean;
}

export type OpenOptions<F extends Fields> = Pick<QueueOptions<F>, 'clock' | 'onDeadLetter' | 'name'>;

export abstract class RingQueue<F extends Fields> implements MessageQueue<F> {
  readonly message: MessageType<F>;
  readonly capacity: number;
  readonly name: string;
  readonly overflow: QueueOverflow;
  protected readonly views: Views;
  /** Byte offset of the ring. */
  protected readonly base: number;
  readonly #checksum: boolean;
  readonly #clock: HlcClock;
  readonly #onDeadLetter: ((letter: QueueDeadLetter<F>) => void) | undefined;
  readonly #reserve: (ring: number) => number;
  readonly #publish: (slot: number) => void;
  readonly #take: (ring: number) => number;
  readonly #giveBack: (ring: number, slot: number) => void;
  readonly #claim: (ring: number) => number;
  readonly #return: (ring: number, slot: number) => void;
  #counted = { enqueued: 0, dequeued: 0, dropped: 0, expired: 0 };

  /** `share`: a queue that exists already. */
  protected constructor(message: MessageType<F>, options: QueueOptions<F>, producers: 'one' | 'many', share?: QueueShare) {
    this.message = message;
    this.name = options.name ?? message.name;
    this.overflow = share?.overflow ?? options.overflow ?? 'refuse';
    this.#checksum = share?.checksum ?? options.checksum ?? false;
    this.#clock = options.clock ?? new HlcClock();
    this.#onDeadLetter = options.onDeadLetter;
    const where = share ?? options.memory ?? { buffer: ownMemory(ringBytesOf(message as MessageType, options)) };
    if (where.buffer.byteLength % 8 !== 0) {
      throw fail('InvalidConfig', { option: 'memory', value: `${where.buffer.byteLength} bytes`, reason: 'Its length must be a multiple of 8.' });
    }
    this.views = viewsOf(where.buffer);
    this.base = where.byteOffset ?? 0;
    const slotBytes = slotBytesOf(message as MessageType, this.#checksum);
    if (share === undefined) this.#initialise(ringCapacity(options.capacity ?? defaultCapacity), slotBytes);
    this.capacity = this.views.u32[(this.base + R.capacity) >>> 2]!;
    if (this.views.u32[(this.base + R.slotBytes) >>> 2] !== slotBytes) {
      throw fail('InvalidConfig', { option: 'share', value: this.name, reason: `There is no queue of '${message.name}' at this place.` });
    }
    const m = hostMemory(this.views);
    // Whoever may push out the oldest message competes for it with the consumer, so both claim.
    const drops = this.overflow === 'dropOldest';
    this.#reserve = bind(producers === 'one' ? reserveSingle : reserveShared, m);
    this.#publish = bind(publish, m);
    this.#take = bind(drops ? claim : peek, m);
    this.#giveBack = bind(drops ? giveBack : release, m);
    this.#claim = bind(claim, m);
    this.#return = bind(giveBack, m);
  }

  #initialise(capacity: number, slotBytes: number): void {
    const { u32 } = this.views;
    const bytes = RingHeader.size + capacity * slotBytes;
    if (this.base % 64 !== 0 || this.base + bytes > this.views.buffer.byteLength) {
      throw fail('InvalidConfig', { option: 'memory', value: `${this.views.buffer.byteLength} bytes from ${this.base}`, reason: `The queue needs ${bytes} bytes at a multiple of 64.` });
    }
    u32.fill(0, this.base >>> 2, (this.base + bytes) >>> 2);
    u32[(this.base + R.capacity) >>> 2] = capacity;
    u32[(this.base + R.slotBytes) >>> 2] = slotBytes;
    for (let i = 0; i < capacity; i++) u32[(this.base + R.slots + i * slotBytes + R.stamp) >>> 2] = i;
  }

  /** For `postMessage`; the other thread passes it to `open`. Throws where the memory cannot be shared. */
  share(): QueueShare {
    if (typeof SharedArrayBuffer === 'undefined' || !(this.views.buffer instanceof SharedArrayBuffer)) {
      throw fail('InvalidConfig', { option: 'share', value: this.name, reason: 'The queue lies in memory that only this thread has.' });
    }
    return { buffer: this.views.buffer, byteOffset: this.base, overflow: this.overflow, checksum: this.#checksum };
  }

  get length(): number {
    const { u32 } = this.views;
    // The tail first: read the other way round a busy queue could seem to hold less than nothing.
    const tail = Atomics.load(u32, (this.base + R.tail) >>> 2);
    return Math.min((Atomics.load(u32, (this.base + R.head) >>> 2) - tail) >>> 0, this.capacity);
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  get isFull(): boolean {
    return this.length >= this.capacity;
  }

  // ---------------------------------------------------------------- producing

  tryEnqueue(value: FieldInputs<F>, options: EnqueueOptions = noOptions): boolean {
    if (this.write(value, options)) return true;
    this.#count(counters.dropped);
    if (this.overflow === 'dropNewest') this.#onDeadLetter?.({ ...this.#describe(value, options), reason: 'overflow' });
    return false;
  }

  enqueue(value: FieldInputs<F>, options?: EnqueueOptions): void {
    if (!this.tryEnqueue(value, options)) throw fail('QueueFull', { kernel: this.name, capacity: this.capacity });
  }

  /** Writes and publishes, pushing out the oldest if that is the policy. False: full; nothing was counted. */
  protected write(value: FieldInputs<F>, options: EnqueueOptions): boolean {
    let slot = this.#reserve(this.base);
    for (let tries = 0; slot === 0; tries++) {
      // Nothing to push out although it is full: somebody is reading the oldest right now, or still writing it.
      if (this.overflow !== 'dropOldest' || (!this.#pushOut() && tries >= pushOutTries)) return false;
      slot = this.#reserve(this.base);
    }
    const { u32, u64 } = this.views;
    const words = slot >>> 2;
    const priority = priorities[options.priority ?? 'normal'];
    u32[words + slotWords.tag] = priority << 8;
    u32[words + slotWords.correlation] = options.correlation ?? 0;
    u32[words + slotWords.source] = options.source ?? 0;
    u64[(slot >>> 3) + slotWords.deadline] = options.deadline ?? 0n;
    try {
      u64[(slot >>> 3) + slotWords.timestamp] = this.#clock.tickPacked();
      this.message.codec.encode(this.views, slot + SlotHead.size, value);
    } catch (error) {
      // The place is taken; consumers pass over it.
      u32[words + slotWords.tag] = slotFlags.cancelled << 16;
      this.#publish(slot);
      throw error;
    }
    if (this.#checksum) u32[this.#checksumWord(slot)] = crc32(this.#payload(slot));
    this.#publish(slot);
    const depth = this.length;
    const most = (this.base >>> 2) + counters.maxDepth;
    for (let seen = Atomics.load(u32, most); depth > seen;) {
      const before = Atomics.compareExchange(u32, most, seen, depth);
      if (before === seen) break;
      seen = before;
    }
    return true;
  }

  /** Makes the oldest message a dead letter. False: nobody could claim it now. */
  #pushOut(): boolean {
    const slot = this.#claim(this.base);
    if (slot === 0) return false;
    if (!this.#isCancelled(slot)) {
      this.#count(counters.dropped);
      this.#onDeadLetter?.({ ...this.#read(slot), reason: 'overflow' });
    }
    this.#return(this.base, slot);
    return true;
  }

  // ---------------------------------------------------------------- consuming

  tryDequeue(): Received<F> | null {
    for (;;) {
      const slot = this.#take(this.base);
      if (slot === 0) return null;
      if (this.#isCancelled(slot)) {
        this.#giveBack(this.base, slot);
        continue;
      }
      let received: Received<F>;
      try {
        if (this.#checksum) this.#verify(slot);
        received = this.#read(slot);
      } finally {
        this.#giveBack(this.base, slot);
      }
      if (received.deadline !== 0n && this.#clock.nowPacked() > received.deadline) {
        this.#count(counters.dropped);
        this.#count(counters.expired);
        this.#onDeadLetter?.({ ...received, reason: 'expired' });
        continue;
      }
      this.#count(counters.dequeued);
      return received;
    }
  }

  dequeue(): Received<F> {
    const received = this.tryDequeue();
    if (received === null) throw fail('QueueEmpty');
    return received;
  }

  #read(slot: number): Received<F> {
    const { u32, u64 } = this.views;
    const words = slot >>> 2;
    return {
      value: this.message.codec.decode(this.views, slot + SlotHead.size),
      source: u32[words + slotWords.source]!,
      correlation: u32[words + slotWords.correlation]!,
      priority: priorityNames[(u32[words + slotWords.tag]! >>> 8) & 0xff] ?? 'normal',
      timestamp: u64[(slot >>> 3) + slotWords.timestamp]!,
      deadline: u64[(slot >>> 3) + slotWords.deadline]!,
    };
  }

  #describe(value: FieldInputs<F>, options: EnqueueOptions): Received<F> {
    const { source = 0, correlation = 0, priority = 'normal', deadline = 0n } = options;
    return { value: value as unknown as FieldValues<F>, source, correlation, priority, deadline, timestamp: this.#clock.nowPacked() };
  }

  #isCancelled(slot: number): boolean {
    return ((this.views.u32[(slot >>> 2) + slotWords.tag]! >>> 16) & slotFlags.cancelled) !== 0;
  }

  // ---------------------------------------------------------------- checksum and counts

  #payload(slot: number): Uint8Array {
    return this.views.u8.subarray(slot + SlotHead.size, slot + SlotHead.size + this.message.struct.size);
  }

  #checksumWord(slot: number): number {
    return (slot + SlotHead.size + roundUp(this.message.struct.size, 4)) >>> 2;
  }

  #verify(slot: number): void {
    const [actual, expected] = [crc32(this.#payload(slot)), this.views.u32[this.#checksumWord(slot)]!];
    if (actual === expected) return;
    const position = this.views.u32[(slot + R.stamp) >>> 2]! - 1;
    throw fail('ChecksumMismatch', { message: formatMessageId(BigInt(position >>> 0)), actual: `0x${actual.toString(16)}`, expected: `0x${expected.toString(16)}` });
  }

  #count(counter: number): void {
    Atomics.add(this.views.u32, (this.base >>> 2) + counter, 1);
  }

  #counts(): { enqueued: number; dequeued: number; dropped: number; expired: number } {
    const at = (counter: number): number => Atomics.load(this.views.u32, (this.base >>> 2) + counter);
    return { enqueued: at(R.head >>> 2), dequeued: at(counters.dequeued), dropped: at(counters.dropped), expired: at(counters.expired) };
  }

  stats(): QueueStats {
    const now = this.#counts();
    const since = (key: keyof typeof now): number => (now[key] - this.#counted[key]) >>> 0;
    return {
      enqueued: since('enqueued'), dequeued: since('dequeued'), dropped: since('dropped'), expired: since('expired'),
      depth: this.length, maxDepth: Atomics.load(this.views.u32, (this.base >>> 2) + counters.maxDepth),
    };
  }

  resetStats(): void {
    this.#counted = this.#counts();
    Atomics.store(this.views.u32, (this.base >>> 2) + counters.maxDepth, this.length);
  }
}

const noOptions: EnqueueOptions = {};

/** How often a sender looks again while another thread holds the oldest message. */
const pushOutTries = 1000;

const ownMemory = (bytes: number): ArrayBufferLike => (typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes));

/** One producer, one consumer; each may be a thread of its own. */
export class SpscQueue<F extends Fields> extends RingQueue<F> {
  constructor(message: MessageType<F>, options: QueueOptions<F> = {}, share?: QueueShare) {
    super(message, options, 'one', share);
  }

  /** The same queue in another thread. */
  static open<F extends Fields>(message: MessageType<F>, share: QueueShare, options: OpenOptions<F> = {}): SpscQueue<F> {
    return new SpscQueue(message, options, share);
  }
}

/** Any number of producers, one consumer; lock-free. */
export class MpscQueue<F extends Fields> extends RingQueue<F> {
  constructor(message: MessageType<F>, options: QueueOptions<F> = {}, share?: QueueShare) {
    super(message, options, 'many', share);
  }

  /** The same queue in another thread. */
  static open<F extends Fields>(message: MessageType<F>, share: QueueShare, options: OpenOptions<F> = {}): MpscQueue<F> {
    return new MpscQueue(message, options, share);
  }
}
