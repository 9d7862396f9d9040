import type { CodeRow } from '../codes.ts';

/** Publish and subscribe. */
export const pubsubCodes = {
  InvalidTopic: {
    what: "'{topic}' is no {kind}: {problem}.",
    why: 'Levels are separated by /. In a pattern, * stands for one whole level and # for one or more levels at the end.',
    fix: '{hint}',
  },
  TooManySubscriptions: {
    what: 'There are {max} subscriptions already.',
    why: 'Subscriptions are kept until they are disposed; one that is forgotten costs memory for ever.',
    fix: 'Dispose subscriptions that are done with, or raise `maxSubscriptions`.',
    recoverable: true,
  },
  SubscriptionClosed: {
    what: "The subscription to '{pattern}' has ended.",
    why: '{reason}',
    fix: 'Subscribe anew.',
  },
} as const satisfies Record<string, CodeRow>;
