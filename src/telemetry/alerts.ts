import { fail } from '../error/index.ts';
import type { Alert, AlertSeverity, AlertType, KernelSample, MetricsSample } from '../runtime/measures.ts';

/** Values above which each severity begins; they rise. A type left out of a severity never reaches it. */
export type Levels = { readonly [S in AlertSeverity]?: number };

export const severities = ['warning', 'error', 'critical'] as const satisfies readonly AlertSeverity[];

/** Shares of messages; microseconds; errors in one interval; shares of the inbox; shares of the memory. */
export const defaultThresholds: Readonly<Record<AlertType, Levels>> = {
  highDropRate: { warning: 0.01, error: 0.05, critical: 0.1 },
  highLatency: { warning: 10_000, error: 50_000, critical: 100_000 },
  kernelError: { error: 0 },
  queueNearFull: { warning: 0.8, error: 0.95 },
  memoryPressure: { warning: 0.8, error: 0.95, critical: 0.99 },
};

export interface AlertOptions {
  /** Replaces the levels of the types it names. */
  readonly thresholds?: { readonly [T in AlertType]?: Levels };
  /** A severity is left when the value is at or below this share of its threshold. 0 to 1. Default 0.8. */
  readonly release?: number;
  /** Intervals in a row that must be that good. Default 3. */
  readonly calm?: number;
}

/** What changed: an alert that begins, gets worse or better (`active`), or is over. */
export interface AlertChange {
  readonly active: boolean;
  readonly alert: Alert;
}

interface Standing {
  alert: Alert;
  /** Intervals in a row below the release. */
  calm: number;
}

const measured: Readonly<Record<Exclude<AlertType, 'memoryPressure'>, (sample: KernelSample) => number>> = {
  highDropRate: ({ dropRate }) => dropRate,
  highLatency: ({ meanLatency }) => meanLatency,
  kernelError: ({ errors }) => errors,
  queueNearFull: ({ queueFill }) => queueFill,
};

/** Turns samples into changes of alerts. An alert that stands is told once, not at every interval. */
export class Alerts {
  readonly #thresholds: Readonly<Record<AlertType, Levels>>;
  readonly #release: number;
  readonly #calm: number;
  readonly #standing = new Map<string, Standing>();

  constructor({ thresholds = {}, release = 0.8, calm = 3 }: AlertOptions = {}) {
    this.#thresholds = { ...defaultThresholds, ...thresholds };
    for (const [type, levels] of Object.entries(this.#thresholds)) {
      const values = severities.map((severity) => levels[severity]).filter((value) => value !== undefined);
      if (values.some((value, i) => !(value >= (values[i - 1] ?? 0)))) {
        throw fail('InvalidConfig', { option: `thresholds.${type}`, value: values.join(', '), reason: 'They must rise from zero or more.' });
      }
    }
    if (!(release >= 0 && release <= 1)) throw fail('InvalidConfig', { option: 'release', value: release, reason: 'It must be between 0 and 1.' });
    if (!Number.isInteger(calm) || calm < 1) throw fail('InvalidConfig', { option: 'calm', value: calm, reason: 'It is a whole number of intervals, at least 1.' });
    this.#release = release;
    this.#calm = calm;
  }

  /** Alerts that stand now. */
  get active(): Alert[] {
    return [...this.#standing.values()].map(({ alert }) => alert);
  }

  /** `memoryUsed`: share of the memory that is taken, 0 to 1; 0 when no limit is known. */
  update(sample: MetricsSample, memoryUsed: number): AlertChange[] {
    const changes: AlertChange[] = [];
    const here = new Set<string | null>([null]);
    for (const kernel of sample.kernels) {
      here.add(kernel.kernel);
      for (const type of Object.keys(measured) as (keyof typeof measured)[]) this.#judge(type, kernel.kernel, measured[type](kernel), changes);
    }
    this.#judge('memoryPressure', null, memoryUsed, changes);
    // A kernel that has ended alarms nobody any more.
    for (const [key, { alert }] of this.#standing) if (!here.has(alert.kernel)) this.#end(key, alert, changes);
    return changes;
  }

  #judge(type: AlertType, kernel: string | null, value: number, changes: AlertChange[]): void {
    const key = `${type} ${kernel ?? ''}`;
    const standing = this.#standing.get(key);
    const reached = this.#levelOf(type, value, 1);
    if (standing === undefined) {
      if (reached === null) return;
      const alert = { type, kernel, value, ...reached };
      this.#standing.set(key, { alert, calm: 0 });
      changes.push({ active: true, alert });
      return;
    }
    const now = severities.indexOf(standing.alert.severity);
    if (reached !== null && severities.indexOf(reached.severity) > now) {
      this.#change(standing, { type, kernel, value, ...reached }, changes);
      return;
    }
    // Held as long as the value is above the release of what stands.
    const held = this.#levelOf(type, value, this.#release);
    if (held !== null && severities.indexOf(held.severity) >= now) {
      standing.calm = 0;
      return;
    }
    if (++standing.calm < this.#calm) return;
    if (held === null) this.#end(key, { ...standing.alert, value }, changes);
    else this.#change(standing, { type, kernel, value, ...held }, changes);
  }

  #change(standing: Standing, alert: Alert, changes: AlertChange[]): void {
    standing.alert = alert;
    standing.calm = 0;
    changes.push({ active: true, alert });
  }

  #end(key: string, alert: Alert, changes: AlertChange[]): void {
    this.#standing.delete(key);
    changes.push({ active: false, alert });
  }

  /** The highest severity whose threshold, times `factor`, the value is above. */
  #levelOf(type: AlertType, value: number, factor: number): { readonly severity: AlertSeverity; readonly threshold: number } | null {
    for (const severity of severities.toReversed()) {
      const threshold = this.#thresholds[type][severity];
      if (threshold !== undefined && value > threshold * factor) return { severity, threshold };
    }
    return null;
  }
}
