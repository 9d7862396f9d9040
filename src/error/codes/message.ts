import type { CodeRow } from '../codes.ts';

/** Messages, layouts, queues, clock. */
export const messageCodes = {
  QueueFull: {
    what: "The inbox of '{kernel}' is full ({capacity} messages).",
    why: 'The kernel takes messages more slowly than they are sent, or nobody reads its replies.',
    fix: 'Read replies, send more slowly, raise `queueCapacity`, or declare an overflow policy.',
    recoverable: true,
  },
} as const satisfies Record<string, CodeRow>;
