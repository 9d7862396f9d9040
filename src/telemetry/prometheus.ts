import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { fail, reasonOf } from '../error/index.ts';
import type { KernelMetrics, KernelHandle } from '../runtime/handle.ts';
import type { Telemetry } from './telemetry.ts';
import { optional } from './packages.ts';

export interface PrometheusOptions {
  /** Registry to add the metrics to. Default: one of its own. */
  readonly registry?: Registry;
  /** What every name begins with. Default `ringkernel_`. */
  readonly prefix?: string;
}

/** Metrics of a ring as Prometheus reads them. Figures are read when they are asked for, not before. */
export interface Prometheus {
  readonly registry: Registry;
  /** Answers GET /metrics; for an http server of yours. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Starts a server of its own. Port 0 takes a free one. Throws `MetricsExportFailed`. */
  listen(port: number, host?: string): Promise<{ readonly port: number } & AsyncDisposable>;
}

interface Row {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly of: (metrics: KernelMetrics, handle: KernelHandle) => number;
}

const rows: readonly Row[] = [
  { name: 'messages_processed_total', help: 'Messages handled', type: 'counter', of: (m) => m.processed },
  { name: 'messages_dropped_total', help: 'Messages that found no room or expired', type: 'counter', of: (m) => m.dropped },
  { name: 'messages_sent_total', help: 'Messages sent to other kernels', type: 'counter', of: (m) => m.sent },
  { name: 'messages_refused_total', help: 'Messages to other kernels that found no room', type: 'counter', of: (m) => m.refused },
  { name: 'host_messages_total', help: 'Messages of the host that found room', type: 'counter', of: (m) => m.hostSent },
  { name: 'replies_total', help: 'Replies handed to the host', type: 'counter', of: (m) => m.received },
  { name: 'errors_total', help: 'Errors of the handler', type: 'counter', of: (m) => m.errors },
  { name: 'faults_total', help: 'Faults of the kernel', type: 'counter', of: (m) => m.faults },
  { name: 'restarts_total', help: 'Restarts after a fault', type: 'counter', of: (m) => m.restarts },
  { name: 'device_latency_seconds_total', help: 'Sum of the times from inbox to handled', type: 'counter', of: (m) => m.latency.total / 1e6 },
  { name: 'device_latency_max_seconds', help: 'Longest time from inbox to handled', type: 'gauge', of: (m) => m.latency.max / 1e6 },
  { name: 'inbox_depth', help: 'Messages that wait to be handled', type: 'gauge', of: (m) => m.inputDepth },
  { name: 'outbox_depth', help: 'Replies that wait on the device', type: 'gauge', of: (m) => m.outputDepth },
  { name: 'active', help: '1 while the kernel takes messages', type: 'gauge', of: (_, handle) => (handle.state === 'active' ? 1 : 0) },
];

const quantiles = [0.5, 0.9, 0.99, 0.999] as const;

/** Needs the package `prom-client`; throws `PackageMissing` without it. */
export async function prometheus(telemetry: Telemetry, { registry: given, prefix = 'ringkernel_' }: PrometheusOptions = {}): Promise<Prometheus> {
  const client = await optional('prom-client', 'Prometheus', () => import('prom-client'));
  const registry = given ?? new client.Registry();
  const { ring } = telemetry;
  const labels = { backend: ring.metrics().backend };
  for (const row of rows) {
    const metric: { reset(): void; set(labels: object, value: number): void } = gauge(row.name, row.help, ['kernel', 'backend'], () => {
      // Kernels come and go: what has ended is not shown any more.
      metric.reset();
      for (const handle of ring.kernels()) metric.set({ kernel: handle.id, ...labels }, row.of(handle.metrics(), handle));
    }, row.type);
  }
  const latencies = [
    ['call_latency_seconds', 'Time from question to answer as the host sees it, by quantile', (id: string) => telemetry.latency(id)],
    ['device_call_latency_seconds', "Time from the inbox to the device's answer by its timestamp, by quantile", (id: string) => telemetry.deviceLatency(id)],
  ] as const;
  for (const [name, help, of] of latencies) {
    const latency: { reset(): void; set(labels: object, value: number): void } = gauge(name, help, ['kernel', 'quantile'], () => {
      latency.reset();
      for (const { id } of ring.kernels()) {
        const histogram = of(id);
        if (histogram.count > 0) for (const q of quantiles) latency.set({ kernel: id, quantile: String(q) }, histogram.percentile(q * 100) / 1e6);
      }
    });
  }
  const figures = gauge('metric', 'Last value that a handler told by ctx.metric', ['kernel', 'name'], () => {
    figures.reset();
    for (const { id } of ring.kernels()) for (const [name, { last }] of telemetry.metrics(id)) figures.set({ kernel: id, name }, last);
  });
  const memory = gauge('memory_bytes', 'Bytes held by the engine', ['where'], () => {
    const { hostMemory, deviceMemory } = ring.metrics();
    memory.set({ where: 'host' }, hostMemory);
    memory.set({ where: 'device' }, deviceMemory);
  });
  const alerts = gauge('alerts', 'Alerts that stand', ['type', 'severity', 'kernel'], () => {
    alerts.reset();
    for (const { type, severity, kernel } of telemetry.alerts) alerts.set({ type, severity, kernel: kernel ?? '' }, 1);
  });

  /** Counters are set to what the device counts, which `Counter` has no way for: a gauge that says it is one. */
  function gauge(name: string, help: string, labelNames: string[], collect: () => void, type: Row['type'] = 'gauge') {
    const metric = new client.Gauge({ name: prefix + name, help, labelNames, collect, registers: [registry] });
    if (type === 'counter') {
      const get = metric.get.bind(metric);
      metric.get = async () => ({ ...(await get()), type: 'counter' as never });
    }
    return metric;
  }

  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method !== 'GET' || new URL(request.url ?? '/', 'http://localhost').pathname !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => void response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => void response.writeHead(500).end(String(error)),
    );
  };

  return {
    registry,
    handler,
    async listen(port, host = '127.0.0.1') {
      const server = createServer(handler);
      await new Promise<void>((resolve, reject) => {
        server.once('error', (cause) => reject(fail('MetricsExportFailed', { reason: reasonOf(cause) }, cause)));
        server.listen(port, host, resolve);
      });
      const address = server.address();
      return {
        port: typeof address === 'object' && address !== null ? address.port : port,
        async [Symbol.asyncDispose]() {
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    },
  };
}
