/** Capacities by name, and the one that fits a rate. */
import { fail } from '../error/index.ts';

export const queueTiers = { small: 256, medium: 1024, large: 4096, extraLarge: 16384 } as const;
export type QueueTier = keyof typeof queueTiers;

const order = Object.keys(queueTiers) as QueueTier[];

/**
 * The smallest tier that holds what arrives within `headroomMs` at `messagesPerSecond`; the largest where none does.
 * Pass its capacity: `queueTiers[tierForThroughput(50_000, 20)]`.
 */
export function tierForThroughput(messagesPerSecond: number, headroomMs: number): QueueTier {
  for (const [option, value] of Object.entries({ messagesPerSecond, headroomMs })) {
    if (!(value >= 0)) throw fail('InvalidConfig', { option, value, reason: 'It must be a number, 0 or more.' });
  }
  const needed = (messagesPerSecond * headroomMs) / 1000;
  return order.find((tier) => queueTiers[tier] >= needed) ?? 'extraLarge';
}

/** The next tier up; the largest stays. */
export const upgradeTier = (tier: QueueTier): QueueTier => order[Math.min(order.indexOf(tier) + 1, order.length - 1)]!;

/** The next tier down; the smallest stays. */
export const downgradeTier = (tier: QueueTier): QueueTier => order[Math.max(order.indexOf(tier) - 1, 0)]!;

/** The smallest tier of at least this capacity; the largest where none is. */
export const tierOf = (capacity: number): QueueTier => order.find((tier) => queueTiers[tier] >= capacity) ?? 'extraLarge';
