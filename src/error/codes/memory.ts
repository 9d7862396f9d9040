import type { CodeRow } from '../codes.ts';

/** Buffers and pools. */
export const memoryCodes = {
  PoolExhausted: {
    what: "Pool '{pool}' has no buffer left: all {max} are in use.",
    why: 'More buffers are held at once than the pool may make, or some are never given back.',
    fix: 'Dispose leases as soon as they are done with, or raise `maxBuffers`.',
    recoverable: true,
  },
  InvalidIndex: {
    what: '{what}: elements {from} to {to} of {length}.',
    why: 'The range reaches outside the buffer.',
    fix: 'Check start and length, or allocate a larger buffer.',
  },
  BuffersNotReleased: {
    what: "'{owner}' was closed while buffers were in use: {buffers}.",
    why: 'Whoever allocated them did not dispose them. They have been released now.',
    fix: 'Hold buffers with `using`, or dispose them before closing.',
  },
} as const satisfies Record<string, CodeRow>;
