/** `ringkernel/queue`: lock-free queues of messages over shared memory, and the steps they are made of. */
export { BoundedQueue, type BoundedOptions, type WaitOptions } from './bounded.ts';
export { PartitionedQueue, PriorityLanes, type PartitionOptions } from './groups.ts';
export { hostMemory, type RawMemory } from './memory.ts';
export { QueueMonitor, type QueueHealth, type QueueReport } from './monitor.ts';
export { MpscQueue, ringBytesOf, SpscQueue, type QueueShare } from './ring.ts';
export { bind, effect, step, type Step } from './step.ts';
export * as ringSteps from './steps.ts';
export { downgradeTier, queueTiers, tierForThroughput, tierOf, upgradeTier, type QueueTier } from './tiers.ts';
export type { EnqueueOptions, MessageQueue, QueueDeadLetter, QueueOptions, QueueOverflow, QueueStats, Received } from './types.ts';
