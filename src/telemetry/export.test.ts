import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpanStatusCode, type SpanContext } from '@opentelemetry/api';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTool, missing } from '../../test/support/tools.ts';
import { Envelope, message, RingKernel, ringKernel, u32 } from '../index.ts';
import { byCause, contextOf, openTelemetry, prometheus, Telemetry, withContext } from './index.ts';

const Add = message('Add', { n: u32 });
const Sum = message('Sum', { n: u32 });
const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { sum: u32 } }, (ctx, msg) => {
  ctx.state.sum += msg.n;
  return { n: ctx.state.sum };
});

let ring: RingKernel;
let telemetry: Telemetry;
beforeEach(async () => {
  ring = await RingKernel.open({ backend: 'cpu' });
  telemetry = new Telemetry(ring);
});
afterEach(() => ring.close());

it('serves what the device counts, as counters, for living kernels only', async () => {
  const kernel = await ring.launch(adder);
  for (let i = 0; i < 7; i++) await kernel.call({ n: 1 });
  const { listen } = await prometheus(telemetry);
  await using server = await listen(0);
  const ask = async (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`);
  const text = await (await ask('/metrics')).text();
  expect(text).toContain('# TYPE ringkernel_messages_processed_total counter');
  expect(text).toContain('ringkernel_messages_processed_total{kernel="adder",backend="cpu"} 7');
  expect(text).toMatch(/ringkernel_device_call_latency_seconds\{kernel="adder",quantile="0.99"\} \d/);
  expect(text).toMatch(/ringkernel_call_latency_seconds\{kernel="adder",quantile="0.99"\} \d/);
  expect((await ask('/other')).status).toBe(404);
  await kernel.terminate();
  expect(await (await ask('/metrics')).text()).not.toContain('kernel="adder"');
});

describe.skipIf(missing('prometheus'))('Prometheus', () => {
  it('scrapes a ring', async () => {
    const kernel = await ring.launch(adder);
    await kernel.callBatch({ n: new Uint32Array(321) });
    const { listen } = await prometheus(telemetry);
    await using server = await listen(0);
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: ring, static_configs: [{ targets: ['127.0.0.1:${server.port}'] }] }]\n`);
    const port = await freePort();
    const process = spawn(findTool('prometheus')!, [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${folder}`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    const exited = new Promise((resolve) => process.once('exit', resolve));
    try {
      const query = async (): Promise<{ metric: object; value: [number, string] }[]> => {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=ringkernel_messages_processed_total`).catch(() => null);
        if (response === null || !response.ok) return [];
        return (await response.json() as { data: { result: [] } }).data.result;
      };
      let result = await query();
      while (result.length === 0 && process.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        result = await query();
      }
      expect(result.map(({ metric, value }) => [metric, value[1]])).toEqual([[expect.objectContaining({ kernel: 'adder', backend: 'cpu' }), '321']]);
    } finally {
      process.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

it('spans of calls, in causal order, and instruments', async () => {
  const recorder = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: recorder })] });
  const spans = (): ReturnType<typeof recorder.getFinishedSpans> => recorder.getFinishedSpans();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, exportTimeoutMillis: 10_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const kernel = await ring.launch(adder);
  const bridge = await openTelemetry(telemetry, { tracerProvider, meterProvider });
  await kernel.call({ n: 1 });
  await kernel.send({ n: 2 });
  await kernel.deactivate();
  await expect(kernel.call({ n: 3 })).rejects.toMatchObject({ code: 'KernelNotActive' });
  const all = spans().toSorted(byCause);
  expect(all.map((span) => span.name)).toEqual(['call adder', 'handle adder', 'send adder', 'call adder']);
  expect(all.map((span) => span.status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET, SpanStatusCode.UNSET, SpanStatusCode.ERROR]);
  // The device's part is below its call.
  const [call, handled] = all as [(typeof all)[number], (typeof all)[number]];
  expect([handled.spanContext().traceId, handled.parentSpanContext?.spanId]).toEqual([call.spanContext().traceId, call.spanContext().spanId]);
  const us = ([s, ns]: readonly [number, number]): number => s * 1e6 + ns / 1000;
  expect(us(handled.endTime) - us(handled.startTime)).toBeGreaterThanOrEqual(0);
  expect(telemetry.deviceLatency('adder').count).toBe(1);
  for (const span of all) expect(String(span.attributes['ringkernel.hlc.end']) > String(span.attributes['ringkernel.hlc'])).toBe(true);
  await reader.forceFlush();
  const metrics = exporter.getMetrics().at(-1)!.scopeMetrics[0]!.metrics;
  expect(metrics.map((metric) => metric.descriptor.name).toSorted()).toEqual([
    'ringkernel.call.duration', 'ringkernel.inbox.depth', 'ringkernel.messages.dropped', 'ringkernel.messages.processed']);
  bridge[Symbol.dispose]();
  await kernel.activate();
  await kernel.call({ n: 1 });
  expect(spans().length).toBe(4);
  await meterProvider.shutdown();
});

it('the span travels in the envelope', () => {
  const span: SpanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const plain = Envelope.of(Add, { n: 5 }, { checksum: true });
  expect(contextOf(Envelope.fromBytes(plain.toBytes()))).toBeUndefined();
  const there = Envelope.fromBytes(withContext(plain, span).toBytes());
  expect(contextOf(there)).toEqual({ ...span, isRemote: true });
  expect(there.value(Add)).toEqual({ n: 5 });
});
