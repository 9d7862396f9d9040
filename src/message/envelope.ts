/**
 * Envelopes: a 256-byte header and a payload, for whoever needs more than the 32-byte slot head says: message
 * ids, the sender by name, a type id, a checksum. Bytes are little endian, as in `MessageHeader`.
 */
import { unpack, zeroTimestamp, type Timestamp } from '../clock/timestamp.ts';
import { fail } from '../error/index.ts';
import { view, type ArrayView, type StructView } from '../layout/access.ts';
import { MessageHeader } from '../layout/structures.ts';
import type { Fields } from '../layout/types.ts';
import { viewsOf } from './codec.ts';
import { crc32, fnv1a64 } from './hash.ts';
import { MAX_PAYLOAD, type MessageInput, type MessageType, type MessageValue } from './message.ts';

/** "RINGKERN". */
export const HEADER_MAGIC = 0x52494e474b45524en;
export const HEADER_VERSION = 1;

/** As the header carries it; a higher number overtakes a lower one. */
export const priorities = { low: 0, normal: 1, high: 2, critical: 3 } as const;
export type PriorityName = keyof typeof priorities;

export const headerFlags = {
  /** `checksum` holds the CRC-32 of the payload. */
  checksum: 1,
} as const;

/** What a header says, apart from magic and version. */
export interface Header {
  readonly flags: number;
  /** Unique in the process that sent it; from 1. */
  readonly messageId: bigint;
  /** Which question this answers; 0: none. */
  readonly correlationId: bigint;
  /** `kernelIdHash` of sender and receiver; 0: the host. */
  readonly sourceKernel: bigint;
  readonly destKernel: bigint;
  /** `MessageType.typeId`. */
  readonly messageType: bigint;
  /** 0 low to 3 critical. */
  readonly priority: number;
  /** Bytes. */
  readonly payloadSize: number;
  /** CRC-32 of the payload where the flag says so, else 0. */
  readonly checksum: number;
  readonly timestamp: Timestamp;
  /** After this the message is dead; zero: none. */
  readonly deadline: Timestamp;
  /** The trace it belongs to, if any. */
  readonly trace?: TraceContext;
}

/** A span of a distributed trace, as W3C Trace Context counts it. In the first 28 bytes of the header's `reserved`. */
export interface TraceContext {
  /** 16 bytes, not all zero. */
  readonly traceId: Uint8Array;
  /** 8 bytes. */
  readonly spanId: Uint8Array;
  /** One byte; 1: sampled. */
  readonly flags: number;
}

export interface EnvelopeOptions {
  readonly source?: bigint;
  readonly destination?: bigint;
  /** Default 0n: nobody waits for an answer. */
  readonly correlationId?: bigint;
  /** Default `normal`. */
  readonly priority?: PriorityName;
  readonly timestamp?: Timestamp;
  readonly deadline?: Timestamp;
  /** Default false. */
  readonly checksum?: boolean;
  /** Default: the next of this process. */
  readonly messageId?: bigint;
}

/** A kernel's id as headers carry it. */
export const kernelIdHash = (id: string): bigint => fnv1a64(id);

/** Hands out message ids or correlation ids: 1, 2, 3, … */
export class IdSource {
  #last: bigint;

  /** `after`: the last id already given. Default 0. */
  constructor(after = 0n) {
    this.#last = after;
  }

  next(): bigint {
    return (this.#last = BigInt.asUintN(64, this.#last + 1n));
  }
}

const messageIds = new IdSource();

/** `msg:000000000000002a`. */
export const formatMessageId = (id: bigint): string => `msg:${id.toString(16).padStart(16, '0')}`;

export class Envelope {
  readonly header: Header;
  readonly payload: Uint8Array;

  constructor(header: Header, payload: Uint8Array) {
    this.header = header;
    this.payload = payload;
  }

  /** Encodes a value. Throws `SerializationError` on one that does not fit the type. */
  static of<F extends Fields>(type: MessageType<F>, value: MessageInput<MessageType<F>>, options: EnvelopeOptions = {}): Envelope {
    const views = viewsOf(new ArrayBuffer(Math.ceil(type.struct.size / 8) * 8));
    type.codec.encode(views, 0, value);
    return Envelope.ofBytes(type.typeId, views.u8.subarray(0, type.struct.size), options);
  }

  /** An envelope around bytes that are encoded already; they are not copied. */
  static ofBytes(messageType: bigint, payload: Uint8Array, options: EnvelopeOptions = {}): Envelope {
    if (payload.length > MAX_PAYLOAD) throw fail('MessageTooLarge', { what: 'The payload', size: payload.length, max: MAX_PAYLOAD });
    return new Envelope({
      flags: options.checksum === true ? headerFlags.checksum : 0,
      messageId: options.messageId ?? messageIds.next(),
      correlationId: options.correlationId ?? 0n,
      sourceKernel: options.source ?? 0n,
      destKernel: options.destination ?? 0n,
      messageType,
      priority: priorities[options.priority ?? 'normal'],
      payloadSize: payload.length,
      checksum: options.checksum === true ? crc32(payload) : 0,
      timestamp: options.timestamp ?? zeroTimestamp,
      deadline: options.deadline ?? zeroTimestamp,
    }, payload);
  }

  get totalSize(): number {
    return MessageHeader.size + this.payload.length;
  }

  /** Decodes the payload. Throws `ValidationError` when the envelope carries another type. */
  value<F extends Fields>(type: MessageType<F>): MessageValue<MessageType<F>> {
    if (this.header.messageType !== type.typeId) {
      throw fail('ValidationError', { problem: `the message type is ${hex(this.header.messageType)}, not '${type.name}' (${hex(type.typeId)})` });
    }
    if (this.payload.length !== type.struct.size) {
      throw fail('ValidationError', { problem: `the payload has ${this.payload.length} bytes, '${type.name}' has ${type.struct.size}` });
    }
    // A copy: the bytes may start anywhere, the codec wants them aligned.
    const views = viewsOf(new ArrayBuffer(Math.ceil(this.payload.length / 8) * 8));
    views.u8.set(this.payload);
    return type.codec.decode(views, 0) as MessageValue<MessageType<F>>;
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.totalSize / 8) * 8);
    writeHeader(view(MessageHeader, viewsOf(bytes.buffer), 0), this.header);
    bytes.set(this.payload, MessageHeader.size);
    return bytes.subarray(0, this.totalSize);
  }

  /**
   * Reads what `toBytes` wrote. Throws `DeserializationError` on too few or too many bytes, `ValidationError` on a bad
   * header, `ChecksumMismatch` on altered payload (where a checksum is carried).
   */
  static fromBytes(bytes: Uint8Array): Envelope {
    if (bytes.length < MessageHeader.size) throw fail('DeserializationError', { problem: `${bytes.length} bytes are fewer than a header's ${MessageHeader.size}` });
    const head = new Uint8Array(MessageHeader.size);
    head.set(bytes.subarray(0, MessageHeader.size));
    const header = readHeader(view(MessageHeader, viewsOf(head.buffer), 0));
    const payload = bytes.slice(MessageHeader.size);
    if (payload.length !== header.payloadSize) {
      throw fail('DeserializationError', { problem: `the header announces ${header.payloadSize} bytes of payload, ${payload.length} follow` });
    }
    const envelope = new Envelope(header, payload);
    envelope.verify();
    return envelope;
  }

  /** Throws `ChecksumMismatch` unless the payload matches the checksum, where one is carried. */
  verify(): void {
    if ((this.header.flags & headerFlags.checksum) === 0) return;
    const actual = crc32(this.payload);
    if (actual !== this.header.checksum) {
      throw fail('ChecksumMismatch', { message: formatMessageId(this.header.messageId), actual: hex(actual), expected: hex(this.header.checksum) });
    }
  }
}

type HeaderView = StructView<typeof MessageHeader.shape>;

/** Writes a header in place. */
export function writeHeader(to: HeaderView, header: Header): void {
  to.magic = HEADER_MAGIC;
  to.version = HEADER_VERSION;
  to.flags = header.flags;
  to.messageId = header.messageId;
  to.correlationId = header.correlationId;
  to.sourceKernel = header.sourceKernel;
  to.destKernel = header.destKernel;
  to.messageType = header.messageType;
  to.priority = header.priority;
  to.payloadSize = BigInt(header.payloadSize);
  to.checksum = header.checksum;
  putTimestamp(to.timestamp, header.timestamp);
  putTimestamp(to.deadline, header.deadline);
  const trace = header.trace === undefined ? [] : packTrace(header.trace);
  for (let i = 0; i < to.reserved.length; i++) to.reserved.set(i, trace[i] ?? 0);
}

function packTrace({ traceId, spanId, flags }: TraceContext): number[] {
  const ids = new DataView(Uint8Array.of(...traceId, ...spanId).buffer);
  return [...Array.from({ length: 6 }, (_, i) => ids.getUint32(i * 4, true)), flags & 0xff];
}

/** The trace in the reserved words; none where its id is zero. */
function unpackTrace(words: ArrayView<number>): { readonly trace?: TraceContext } {
  if ((words.at(0) | words.at(1) | words.at(2) | words.at(3)) === 0) return {};
  const ids = new DataView(new ArrayBuffer(24));
  for (let i = 0; i < 6; i++) ids.setUint32(i * 4, words.at(i), true);
  const bytes = new Uint8Array(ids.buffer);
  return { trace: { traceId: bytes.slice(0, 16), spanId: bytes.slice(16, 24), flags: words.at(6) & 0xff } };
}

/** Reads and checks a header in place. Throws `ValidationError`, with every problem it has. */
export function readHeader(from: HeaderView): Header {
  const problems: string[] = [];
  if (from.magic !== HEADER_MAGIC) problems.push(`the magic number is ${hex(from.magic)} instead of ${hex(HEADER_MAGIC)}`);
  else if (from.version < 1 || from.version > HEADER_VERSION) problems.push(`version ${from.version} is unknown; this library writes ${HEADER_VERSION}`);
  else {
    if (from.payloadSize > BigInt(MAX_PAYLOAD)) problems.push(`the payload has ${from.payloadSize} bytes, the limit is ${MAX_PAYLOAD}`);
    if (from.priority > priorities.critical) problems.push(`priority ${from.priority} is unknown`);
  }
  if (problems.length > 0) throw fail('ValidationError', { problem: problems.join('; ') });
  return {
    flags: from.flags, messageId: from.messageId, correlationId: from.correlationId, sourceKernel: from.sourceKernel,
    destKernel: from.destKernel, messageType: from.messageType, priority: from.priority, payloadSize: Number(from.payloadSize),
    checksum: from.checksum, timestamp: getTimestamp(from.timestamp), deadline: getTimestamp(from.deadline),
    ...unpackTrace(from.reserved),
  };
}

/** Deadline of a slot (`SlotHead.deadline`) as an envelope carries it. */
export const timestampOfSlot = (packed: bigint): Timestamp => (packed === 0n ? zeroTimestamp : unpack(packed));

function putTimestamp(to: { physical: bigint; logical: bigint; node: bigint }, t: Timestamp): void {
  to.physical = t.physical;
  to.logical = t.logical;
  to.node = t.node;
}

const getTimestamp = (from: Timestamp): Timestamp => ({ physical: from.physical, logical: from.logical, node: from.node });

const hex = (n: number | bigint): string => `0x${n.toString(16)}`;
