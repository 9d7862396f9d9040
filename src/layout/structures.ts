/** The fixed structures every backend shares. Offsets come from here and from nowhere else. */
import { array, struct, u32, u64 } from './types.ts';

/** Hybrid logical clock timestamp, 24 B: microseconds since the epoch, logical counter, node. */
export const HlcTimestamp = struct('HlcTimestamp', { physical: u64, logical: u64, node: u64 });

/** A device clock's state, 16 B. */
export const HlcState = struct('HlcState', { physical: u64, logical: u64 });

/**
 * Per-actor control block, 128 B. `head` counts what was produced, `tail` what was consumed; both are
 * monotonic. Inbox counters cover all lanes.
 */
export const ControlBlock = struct('ControlBlock', {
  isActive: u32, shouldTerminate: u32, hasTerminated: u32, reserved0: u32,
  messagesProcessed: u64, messagesInFlight: u64,
  inputHead: u64, inputTail: u64, outputHead: u64, outputTail: u64,
  inputCapacity: u32, outputCapacity: u32, inputMask: u32, outputMask: u32,
  hlc: HlcState,
  lastError: u32, errorCount: u32,
  reserved: array(u32, 6),
});

/** Message header of a full envelope, 256 B. */
export const MessageHeader = struct('MessageHeader', {
  magic: u64, version: u32, flags: u32,
  messageId: u64, correlationId: u64, sourceKernel: u64, destKernel: u64, messageType: u64,
  priority: u32, reserved0: u32,
  payloadSize: u64, checksum: u32, reserved1: u32,
  timestamp: HlcTimestamp, deadline: HlcTimestamp,
  reserved: array(u32, 32),
});

/** What the device counts per actor, 64 B. */
export const TelemetryBuffer = struct('TelemetryBuffer', {
  messagesProcessed: u64, messagesDropped: u64,
  totalLatencyUs: u64, minLatencyUs: u64, maxLatencyUs: u64,
  inputQueueDepth: u32, outputQueueDepth: u32, lastError: u32, reserved: array(u32, 3),
});

/**
 * Head of every ring slot, 32 B; the payload follows (or, in a full envelope, the 256 B header and then
 * the payload). `stamp` is written last with release and read first with acquire: a slot at position `p`
 * is free for the producer when `stamp == p`, readable when `stamp == p + 1`, and given back by storing
 * `p + capacity` (all modulo 2^32).
 */
export const SlotHead = struct('SlotHead', {
  stamp: u32,
  /** bits 0..7 handler index, 8..15 priority, 16..31 flags (`slotFlags`). */
  tag: u32,
  /** 0: nobody waits for this answer. */
  correlation: u32,
  /** Actor id of the sender; 0 is the host. */
  source: u32,
  /** Packed HLC: microseconds since the epoch in the upper 52 bits, logical counter in the lower 12. */
  timestamp: u64,
  /** Packed HLC after which the message is dead; 0: none. */
  deadline: u64,
});

export const slotFlags = {
  /** The payload is preceded by a `MessageHeader`. */
  fullEnvelope: 1,
  /** The slot carries a `BatchHead` that points to many messages in the batch area. */
  batch: 2,
  /** The slot reports a fault of the actor, not a reply (`FaultRecord`). */
  fault: 4,
  /** The slot carries `ctx.debug` output (`DebugRecord`). */
  debug: 8,
  /** The slot returns a message that will not be handled (expired, refused); its payload follows. */
  deadLetter: 16,
  /** Nothing is in the slot: its writer gave up after claiming it. Readers pass over it. */
  cancelled: 32,
} as const;

/** Many messages in one slot: columns (one array per field, in field order, each 16 B aligned) in the batch area. */
export const BatchHead = struct('BatchHead', { count: u32, bytes: u32, area: u64 });

/**
 * Ring header, 128 B: the producer's cache line and the consumer's. A ring is this header followed by
 * `capacity` slots of `slotBytes`. `capacity` is a power of two, at least 2 (with one slot, readable at `p`
 * would look like free at `p + 1`); `slotBytes` is a multiple of 64.
 */
export const RingHeader = struct('RingHeader', {
  head: u32, dropped: u32, capacity: u32, slotBytes: u32, producer: array(u32, 12),
  tail: u32, consumed: u32, consumer: array(u32, 14),
});

/** Kernel-to-kernel route of one port, 32 B. `target` 0: not connected. */
export const RouteEntry = struct('RouteEntry', {
  target: u32, handler: u32, inbox: u64, mask: u32, slotBytes: u32, sent: u32, refused: u32,
});

/** Every structure with the size it must have; checked at import of the tests and on every target. */
export const structures = [
  [HlcTimestamp, 24], [HlcState, 16], [ControlBlock, 128], [MessageHeader, 256], [TelemetryBuffer, 64],
  [SlotHead, 32], [BatchHead, 16], [RingHeader, 128], [RouteEntry, 32],
] as const;
