/** `ringkernel/telemetry`: figures, latencies, alerts, Prometheus and OpenTelemetry. */
export { Alerts, defaultThresholds, type AlertChange, type AlertOptions, type Levels } from './alerts.ts';
export { LatencyHistogram, type LatencySummary } from './histogram.ts';
export { Telemetry, type MetricSummary, type TelemetryOptions } from './telemetry.ts';
export { openTelemetry, type OpenTelemetry, type OpenTelemetryOptions } from './opentelemetry.ts';
export { prometheus, type Prometheus, type PrometheusOptions } from './prometheus.ts';
export { byCause, contextOf, withContext } from './trace-context.ts';
export type { Alert, AlertSeverity, AlertType, KernelSample, MetricsSample } from '../runtime/measures.ts';
export type { MessageTimes, Observer, Operation, OperationEnd } from '../runtime/observers.ts';
