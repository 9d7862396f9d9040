import { createHistogram } from 'node:perf_hooks';

/** Longest latency told apart from longer ones, in nanoseconds: ten minutes. */
const longest = 6e11;

/** In microseconds, as the device counts. */
export interface LatencySummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

/**
 * Latencies in an HdrHistogram: any percentile of what was recorded is right to within one part in a thousand,
 * however the values are spread, in constant memory.
 */
export class LatencyHistogram {
  readonly #histogram = createHistogram({ lowest: 1, highest: longest, figures: 3 });
  #sum = 0;

  /** Microseconds; what is below a nanosecond counts as one. */
  record(us: number): void {
    if (!(us >= 0)) return;
    this.#sum += us;
    this.#histogram.record(Math.min(longest, Math.max(1, Math.round(us * 1000))));
  }

  get count(): number {
    return this.#histogram.count;
  }

  /** Microseconds, of everything recorded. */
  get sum(): number {
    return this.#sum;
  }

  /** Microseconds that `p` percent of what was recorded do not exceed; 0 when there is nothing. `p` from above 0 to 100. */
  percentile(p: number): number {
    return this.count === 0 ? 0 : this.#histogram.percentile(p) / 1000;
  }

  summary(): LatencySummary {
    const none = this.count === 0;
    const { min, max } = this.#histogram;
    return {
      count: this.count, min: none ? 0 : min / 1000, mean: none ? 0 : this.#sum / this.count, max: none ? 0 : max / 1000,
      p50: this.percentile(50), p90: this.percentile(90), p99: this.percentile(99), p999: this.percentile(99.9),
    };
  }

  /** Takes over what another one has recorded. */
  merge(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
    this.#sum += other.#sum;
  }

  reset(): void {
    this.#histogram.reset();
    this.#sum = 0;
  }
}
