/** Tells from a queue's statistics whether it is about to fill up. */
import { fail } from '../error/index.ts';
import { queueTiers, tierOf, upgradeTier, type QueueTier } from './tiers.ts';
import type { QueueStats } from './types.ts';

export type QueueHealth = 'healthy' | 'warning' | 'critical';

export interface QueueReport {
  readonly health: QueueHealth;
  /** Depth now, and the greatest so far, as shares of the capacity. */
  readonly utilization: number;
  readonly peak: number;
  /** Share of all messages offered that were refused, pushed out or expired. */
  readonly dropRate: number;
  /** A larger tier that would help; null where none is needed or there is none. */
  readonly suggestion: QueueTier | null;
}

export class QueueMonitor {
  readonly warning: number;
  readonly critical: number;

  /** Shares of the capacity. Defaults 0.75 and 0.9. */
  constructor(thresholds: { readonly warning?: number; readonly critical?: number } = {}) {
    this.warning = thresholds.warning ?? 0.75;
    this.critical = thresholds.critical ?? 0.9;
    if (!(this.warning > 0 && this.warning <= this.critical && this.critical <= 1)) {
      throw fail('InvalidConfig', { option: 'thresholds', value: `${this.warning}, ${this.critical}`, reason: 'They must satisfy 0 < warning <= critical <= 1.' });
    }
  }

  check(queue: { readonly capacity: number; stats(): QueueStats }): QueueReport {
    const { capacity } = queue;
    const { depth, maxDepth, enqueued, dropped } = queue.stats();
    const utilization = depth / capacity;
    const peak = maxDepth / capacity;
    const offered = enqueued + dropped;
    const tight = utilization >= this.warning || peak >= this.critical;
    const larger = upgradeTier(tierOf(capacity));
    return {
      health: utilization >= this.critical ? 'critical' : utilization >= this.warning ? 'warning' : 'healthy',
      utilization, peak,
      dropRate: offered === 0 ? 0 : dropped / offered,
      suggestion: tight && queueTiers[larger] > capacity ? larger : null,
    };
  }
}
