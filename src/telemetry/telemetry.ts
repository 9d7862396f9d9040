import { fail } from '../error/index.ts';
import { Fifo } from '../queue/fifo.ts';
import { KernelHandle, type KernelMetrics } from '../runtime/handle.ts';
import type { Alert, KernelSample, MetricsSample } from '../runtime/measures.ts';
import type { Operation, OperationEnd } from '../runtime/observers.ts';
import { RingKernel } from '../runtime/ring-kernel.ts';
import { Alerts, type AlertOptions } from './alerts.ts';
import { LatencyHistogram } from './histogram.ts';

export interface TelemetryOptions extends AlertOptions {
  /** Milliseconds between samples. Default 100. */
  readonly interval?: number;
  /** Samples kept. Default 1,000. */
  readonly history?: number;
  /** Bytes that the engine may hold before memory pressure is reported. Default: the memory of the device, where it is known. */
  readonly memoryLimit?: number;
}

/** What a handler's `ctx.metric(name, value)` has told since the telemetry began. Values as numbers. */
export interface MetricSummary {
  readonly count: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

/**
 * Measures the kernels of a ring. Counters are the device's own; latencies of calls are measured here, from the
 * question to the answer. Samples and alerts are events of the ring: `ring.events()` shows them among the others.
 *
 * ```ts
 * using telemetry = new Telemetry(ring);
 * telemetry.start();
 * ```
 */
export class Telemetry implements Disposable {
  readonly ring: RingKernel;
  readonly interval: number;
  readonly #capacity: number;
  readonly #memoryLimit: number;
  readonly #alerts: Alerts;
  readonly #history = new Fifo<MetricsSample>();
  readonly #latencies = new Map<string, LatencyHistogram>();
  readonly #onDevice = new Map<string, LatencyHistogram>();
  readonly #observation: Disposable;
  readonly #measured = new Map<string, Map<string, MetricSummary>>();
  readonly #listening: Disposable;
  #before = new Map<string, KernelMetrics>();
  #sampledAt: number;
  #cancel: (() => void) | null = null;
  #ended = false;

  /** Throws `InvalidConfig`. Latencies are recorded from now on, samples taken after `start()`. */
  constructor(ring: RingKernel, options: TelemetryOptions = {}) {
    const { interval = 100, history = 1000, memoryLimit = ring.context?.device.memory ?? 0 } = options;
    if (!(interval > 0)) throw fail('InvalidConfig', { option: 'interval', value: interval, reason: 'It is milliseconds, more than 0.' });
    if (!Number.isInteger(history) || history < 1) throw fail('InvalidConfig', { option: 'history', value: history, reason: 'It is a whole number, at least 1.' });
    this.ring = ring;
    this.interval = interval;
    this.#capacity = history;
    this.#memoryLimit = memoryLimit;
    this.#alerts = new Alerts(options);
    this.#sampledAt = this.#time.now();
    this.#listening = RingKernel.inside(ring).events.listen((event) => {
      if (event.type === 'measured') this.#measure(event.kernel, event.name, Number(event.value));
    });
    this.#observation = ring.observe({ begin: (operation) => this.#begin(operation) });
  }

  get #time() {
    return RingKernel.inside(this.ring).time;
  }

  #measure(kernel: string, name: string, value: number): void {
    let known = this.#measured.get(kernel);
    if (known === undefined) this.#measured.set(kernel, known = new Map());
    const { count, min, max, sum } = known.get(name) ?? { count: 0, min: Infinity, max: -Infinity, sum: 0 };
    known.set(name, { count: count + 1, last: value, min: Math.min(min, value), max: Math.max(max, value), sum: sum + value });
  }

  #begin({ kind, kernel }: Operation): OperationEnd | null {
    if (kind === 'send') return null;
    const start = this.#time.now();
    return (error, times) => {
      if (error !== undefined) return;
      this.latency(kernel).record((this.#time.now() - start) * 1000);
      if (times !== undefined) this.deviceLatency(kernel).record(times.answered - times.sent);
    };
  }

  /** Takes samples every `interval` until `stop()` or disposal. Keeps no process alive. */
  start(): void {
    if (this.#cancel !== null || this.#ended) return;
    const again = (): void => {
      this.#cancel = this.#time.after(this.interval, () => {
        this.sample();
        if (this.#cancel !== null) again();
      });
    };
    again();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Takes one sample now, judges it, and tells about both. */
  sample(): MetricsSample {
    const inside = RingKernel.inside(this.ring);
    const now = this.#time.now();
    const interval = now - this.#sampledAt;
    this.#sampledAt = now;
    const after = new Map<string, KernelMetrics>();
    const kernels = this.ring.kernels().map((handle): KernelSample => {
      const total = handle.metrics();
      after.set(handle.id, total);
      return sampleOf(handle, total, this.#before.get(handle.id), interval);
    });
    this.#before = after;
    for (const latencies of [this.#latencies, this.#onDevice]) for (const id of latencies.keys()) if (!after.has(id)) latencies.delete(id);
    for (const id of this.#measured.keys()) if (!after.has(id)) this.#measured.delete(id);
    const { hostMemory, deviceMemory } = this.ring.metrics();
    const sample = { at: this.#time.wall(), interval, kernels, hostMemory, deviceMemory };
    if (this.#history.length >= this.#capacity) this.#history.shift();
    this.#history.push(sample);
    inside.events.emit({ type: 'metrics', sample });
    const used = this.#memoryLimit > 0 ? Math.max(hostMemory, deviceMemory) / this.#memoryLimit : 0;
    for (const change of this.#alerts.update(sample, used)) inside.events.emit({ type: 'alert', ...change });
    return sample;
  }

  /** Samples kept, oldest first. */
  history(): MetricsSample[] {
    return [...this.#history];
  }

  /** Alerts that stand now. */
  get alerts(): Alert[] {
    return this.#alerts.active;
  }

  /** What a kernel's handlers told by `ctx.metric(name, value)`, by name. */
  metrics(kernel: string): ReadonlyMap<string, MetricSummary> {
    return this.#measured.get(kernel) ?? new Map();
  }

  /** How long calls of one kernel took, from the question to the answer, since it was launched or first asked. */
  latency(kernel: string): LatencyHistogram {
    return histogramOf(this.#latencies, kernel);
  }

  /**
   * How long calls of one kernel took from the inbox to the device's answer, by the timestamp the answer carries: without
   * the way back to the program. Whole microseconds, of a clock that the device reads every few of them.
   */
  deviceLatency(kernel: string): LatencyHistogram {
    return histogramOf(this.#onDevice, kernel);
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.stop();
    this.#listening[Symbol.dispose]();
    this.#observation[Symbol.dispose]();
  }
}

function histogramOf(all: Map<string, LatencyHistogram>, kernel: string): LatencyHistogram {
  let histogram = all.get(kernel);
  if (histogram === undefined) all.set(kernel, histogram = new LatencyHistogram());
  return histogram;
}

function sampleOf(handle: KernelHandle, total: KernelMetrics, before: KernelMetrics | undefined, interval: number): KernelSample {
  // A kernel that was launched anew under its id counts from zero again.
  const base = before !== undefined && before.processed <= total.processed && before.dropped <= total.dropped ? before : undefined;
  const since = (pick: (metrics: KernelMetrics) => number): number => Math.max(0, pick(total) - (base === undefined ? 0 : pick(base)));
  const processed = since((m) => m.processed);
  const dropped = since((m) => m.dropped);
  const perSecond = (count: number): number => (interval > 0 ? (count * 1000) / interval : 0);
  const { queueCapacity, priorities } = KernelHandle.inside(handle).settings;
  return {
    kernel: handle.id, state: handle.state, total,
    processedPerSecond: perSecond(processed), droppedPerSecond: perSecond(dropped),
    dropRate: processed + dropped === 0 ? 0 : dropped / (processed + dropped),
    meanLatency: processed === 0 ? 0 : since((m) => m.latency.total) / processed,
    errors: since((m) => m.errors),
    queueFill: total.inputDepth / (queueCapacity * (priorities ? 4 : 1)),
  };
}
