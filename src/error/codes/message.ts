import type { CodeRow } from '../codes.ts';

/** Messages, layouts, queues, clock. */
export const messageCodes = {
  QueueFull: {
    what: "The inbox of '{kernel}' is full ({capacity} messages).",
    why: 'The kernel takes messages more slowly than they are sent, or nobody reads its replies.',
    fix: 'Read replies, send more slowly, raise `queueCapacity`, or declare an overflow policy.',
    recoverable: true,
  },
  QueueEmpty: {
    what: 'The queue is empty.',
    why: 'Nothing has been enqueued since the last message was taken.',
    fix: 'Use `tryDequeue`, or wait with a deadline.',
    recoverable: true,
  },
  InvalidMessage: {
    what: "Message '{message}' cannot be defined: {problem}.",
    why: 'A message is a fixed layout of named fields that every target must be able to declare.',
    fix: '{hint}',
  },
  SerializationError: {
    what: '{path} must be {expected}, not {actual}.',
    why: 'Every value is checked before the first byte is written, so that no half-written message is ever sent.',
    fix: '{hint}',
  },
  DeserializationError: {
    what: 'These bytes are not an envelope: {problem}.',
    why: 'They were cut short, or do not come from an envelope of this version.',
    fix: 'Pass the bytes exactly as `toBytes` gave them.',
  },
  ValidationError: {
    what: 'Invalid message header: {problem}.',
    why: 'The header was overwritten, or written by something else.',
    fix: 'Build headers with `envelope(...)`, and check who else writes to this memory.',
  },
  ChecksumMismatch: {
    what: 'The payload of message {message} does not match its checksum ({actual} instead of {expected}).',
    why: 'The bytes changed between sender and receiver.',
    fix: 'Look for a writer outside its slot, or for a transport that alters bytes.',
  },
  MessageTooLarge: {
    what: '{what} has {size} bytes; the limit is {max}.',
    why: 'A message must fit one slot.',
    fix: 'Send it in parts, or put the data into a buffer and send where it is.',
  },
  ClockSkew: {
    what: 'A timestamp is {skewMs} ms ahead of this clock; at most {maxMs} ms are accepted.',
    why: 'Another clock runs far ahead, or this one was set back. Following it would carry the error to everyone else.',
    fix: 'Synchronise the clocks, or raise `maxDriftMs` where such drift is expected.',
  },
  InvalidTimestamp: {
    what: 'Not a valid timestamp: {problem}.',
    why: 'Each form of a timestamp has fields of fixed width, and nothing is cut off silently.',
    fix: 'Use a wider form, or look where this timestamp was made.',
  },
} as const satisfies Record<string, CodeRow>;
