/** What is measured of a ring and its kernels, and what is found alarming; part of its events. */
import type { KernelMetrics } from './handle.ts';
import type { KernelState } from './lifecycle.ts';

export type AlertSeverity = 'warning' | 'error' | 'critical';
export type AlertType = 'highDropRate' | 'highLatency' | 'kernelError' | 'queueNearFull' | 'memoryPressure';

export interface Alert {
  readonly type: AlertType;
  readonly severity: AlertSeverity;
  /** Id of the kernel; null when the whole ring is meant. */
  readonly kernel: string | null;
  /** What was measured: a share from 0 to 1, microseconds, or a count. */
  readonly value: number;
  /** What it passed. */
  readonly threshold: number;
}

/** One kernel over one interval. */
export interface KernelSample {
  readonly kernel: string;
  readonly state: KernelState;
  /** Since the launch. */
  readonly total: KernelMetrics;
  /** Messages a second, from the difference to the sample before. */
  readonly processedPerSecond: number;
  readonly droppedPerSecond: number;
  /** Dropped among all of the interval, 0 to 1. */
  readonly dropRate: number;
  /** Microseconds a message of the interval took from inbox to handled, on average, as the device counts it; 0 when none was. */
  readonly meanLatency: number;
  /** Errors of the interval. */
  readonly errors: number;
  /** Share of the inbox that is taken, 0 to 1. */
  readonly queueFill: number;
}

/** All kernels of a ring at one moment. */
export interface MetricsSample {
  /** Microseconds since the epoch. */
  readonly at: number;
  /** Milliseconds since the sample before, or since collecting began. */
  readonly interval: number;
  readonly kernels: readonly KernelSample[];
  /** Bytes held by the engine. */
  readonly hostMemory: number;
  readonly deviceMemory: number;
}
