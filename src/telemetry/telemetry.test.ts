import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { codeOf } from '../../test/support/errors.ts';
import { message, RingKernel, ringKernel, u32, type RingEvent } from '../index.ts';
import type { KernelSample, MetricsSample } from '../runtime/measures.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { Alerts, LatencyHistogram, Telemetry } from './index.ts';

const Add = message('Add', { n: u32 });
const Sum = message('Sum', { n: u32 });
const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { sum: u32 } }, (ctx, msg) => {
  ctx.state.sum += msg.n;
  return { n: ctx.state.sum };
});

const Piece = message('Piece', { n: u32 });
const forwarder = ringKernel({ id: 'forwarder', on: Add, reply: Sum, sends: { out: Piece } }, (ctx, msg) => {
  ctx.send.out({ n: msg.n });
  return { n: msg.n };
});
const sinkKernel = ringKernel({ id: 'sink', state: { sum: u32 } })
  .on(Piece, (ctx, msg) => { ctx.state.sum += msg.n; })
  .on(Add, Sum, (ctx) => ({ n: ctx.state.sum }));

let time: VirtualTime;
let ring: RingKernel;
beforeEach(async () => {
  time = new VirtualTime();
  ring = await RingKernel.open({ backend: 'cpu', time });
});
afterEach(() => ring.close());

it('percentiles are right to one part in a thousand', () => {
  const histogram = new LatencyHistogram();
  for (let us = 1; us <= 100_000; us++) histogram.record(us);
  for (const p of [1, 50, 90, 99, 99.9, 100]) {
    const exact = p * 1000;
    expect(Math.abs(histogram.percentile(p) - exact) / exact).toBeLessThan(0.001);
  }
  const { count, min, mean, max } = histogram.summary();
  expect([count, mean]).toEqual([100_000, 50_000.5]);
  expect([min, max / 100_000].map((x) => Math.round(x * 100) / 100)).toEqual([1, 1]);
  const other = new LatencyHistogram();
  other.record(0.25);
  other.merge(histogram);
  expect([other.count, other.summary().min]).toEqual([100_001, 0.25]);
  other.reset();
  expect(other.summary()).toEqual({ count: 0, min: 0, mean: 0, max: 0, p50: 0, p90: 0, p99: 0, p999: 0 });
});

it('figures of handlers are summed up by name', async () => {
  const measuring = ringKernel({ id: 'measuring', on: Add, reply: Sum }, (ctx, msg) => {
    ctx.metric('n', msg.n);
    if (msg.n > 2) ctx.alert('many', msg.n);
    return { n: msg.n };
  });
  const kernel = await ring.launch(measuring);
  using telemetry = new Telemetry(ring);
  const raised: unknown[] = [];
  using _ = ring.on((event) => { if (event.type === 'raised') raised.push([event.kernel, event.name, event.value]); });
  for (const n of [2, 7, 1]) await kernel.call({ n });
  await vi.waitFor(() => expect(telemetry.metrics('measuring').get('n')?.count).toBe(3));
  expect(telemetry.metrics('measuring').get('n')).toEqual({ count: 3, last: 1, min: 1, max: 7, sum: 10 });
  expect(raised).toEqual([['measuring', 'many', 7]]);
  await kernel.terminate();
  telemetry.sample();
  expect(telemetry.metrics('measuring').size).toBe(0);
});

it('samples hold the differences, and are events like the others', async () => {
  const kernel = await ring.launch(adder);
  using telemetry = new Telemetry(ring, { history: 2 });
  const seen: RingEvent[] = [];
  using _ = ring.on((event) => seen.push(event));
  for (let i = 0; i < 10; i++) await kernel.call({ n: 1 });
  time.advance(100);
  const [first] = telemetry.sample().kernels;
  expect(first).toMatchObject({ kernel: 'adder', state: 'active', processedPerSecond: 100, dropRate: 0, errors: 0, total: { processed: 10 } });
  await kernel.callBatch({ n: new Uint32Array(30) });
  time.advance(50);
  expect(telemetry.sample().kernels[0]).toMatchObject({ processedPerSecond: 600, total: { processed: 40 } });
  time.advance(100);
  expect(telemetry.sample().kernels[0]).toMatchObject({ processedPerSecond: 0, meanLatency: 0 });
  expect(telemetry.history().map((sample) => sample.interval)).toEqual([50, 100]);
  expect(telemetry.latency('adder').count).toBe(11);
  await Promise.resolve();
  expect(seen.filter((event) => event.type === 'metrics').map(({ sample }) => sample)).toHaveLength(3);
});

it('collects at its interval until it is stopped', async () => {
  await ring.launch(adder);
  const telemetry = new Telemetry(ring, { interval: 20 });
  telemetry.start();
  telemetry.start();
  time.advance(100);
  expect(telemetry.history().length).toBe(5);
  telemetry.stop();
  time.advance(100);
  telemetry.start();
  time.advance(20);
  expect(telemetry.history().length).toBe(6);
  telemetry[Symbol.dispose]();
  telemetry.start();
  time.advance(100);
  expect([telemetry.history().length, time.pending]).toEqual([6, 0]);
});

it('a full inbox raises an alert once, and a drained one ends it', async () => {
  const kernel = await ring.launch(adder, { queueCapacity: 16 });
  // How long messages wait here is the machine's affair.
  using telemetry = new Telemetry(ring, { calm: 2, thresholds: { highLatency: {} } });
  const events: string[] = [];
  using _ = ring.on((event) => { if (event.type === 'alert') events.push(`${event.alert.kernel} ${event.alert.type} ${event.active}`); });
  // Sixteen answers nobody reads yet, and the inbox of one that does not run.
  const held = await ring.launch(forwarder, { connect: { out: 'sink' } });
  const sink = await ring.launch(sinkKernel, { queueCapacity: 16, autoActivate: false });
  for (let i = 0; i < 16; i++) await held.call({ n: i });
  expect(telemetry.sample().kernels.find((k) => k.kernel === 'sink')!.queueFill).toBe(1);
  telemetry.sample();
  await sink.activate();
  await sink.call(Add, { n: 0 });
  for (let i = 0; i < 3; i++) telemetry.sample();
  expect(telemetry.alerts).toEqual([]);
  await Promise.resolve();
  expect(events).toEqual(['sink queueNearFull true', 'sink queueNearFull false']);
  expect(kernel.state).toBe('active');
});

const sampleOf = (over: Partial<KernelSample>): MetricsSample => ({
  at: 0, interval: 100, hostMemory: 0, deviceMemory: 0,
  kernels: [{ kernel: 'k', state: 'active', total: {} as never, processedPerSecond: 0, droppedPerSecond: 0, dropRate: 0, meanLatency: 0, errors: 0, queueFill: 0, ...over }],
});

it('alerts rise at once, fall only when it is calm, and are not repeated', () => {
  const alerts = new Alerts({ calm: 2 });
  const tell = (over: Partial<KernelSample>, memory = 0): string[] =>
    alerts.update(sampleOf(over), memory).map(({ active, alert }) => `${active ? '+' : '-'}${alert.type}:${alert.severity}`);
  expect(tell({ dropRate: 0.01 })).toEqual([]);
  expect(tell({ dropRate: 0.02 })).toEqual(['+highDropRate:warning']);
  expect(tell({ dropRate: 0.02 })).toEqual([]);
  expect(tell({ dropRate: 0.2 })).toEqual(['+highDropRate:critical']);
  expect(tell({ dropRate: 0.09 })).toEqual([]); // above 0.8 of 10 %
  expect(tell({ dropRate: 0.06 })).toEqual([]);
  expect(tell({ dropRate: 0.06 })).toEqual(['+highDropRate:error']);
  expect(tell({ dropRate: 0.009 })).toEqual([]);
  expect(tell({ dropRate: 0.009 })).toEqual(['+highDropRate:warning']); // still above 0.8 of 1 %
  expect(tell({})).toEqual([]);
  expect(tell({})).toEqual(['-highDropRate:warning']);
  expect(tell({ meanLatency: 60_000, errors: 1, queueFill: 0.9 }, 0.995)).toEqual([
    '+highLatency:error', '+kernelError:error', '+queueNearFull:warning', '+memoryPressure:critical']);
  expect(alerts.active.length).toBe(4);
  // The kernel is gone, the memory is not.
  expect(alerts.update({ ...sampleOf({}), kernels: [] }, 0.995).map(({ active, alert }) => `${active} ${alert.type}`)).toEqual([
    'false highLatency', 'false kernelError', 'false queueNearFull']);
});

it('refuses senseless settings', () => {
  expect(codeOf(() => new Alerts({ thresholds: { highLatency: { warning: 5, error: 1 } } }))).toBe('InvalidConfig');
  expect(codeOf(() => new Alerts({ release: 2 }))).toBe('InvalidConfig');
  expect(codeOf(() => new Alerts({ calm: 0 }))).toBe('InvalidConfig');
  expect(codeOf(() => new Telemetry(ring, { interval: 0 }))).toBe('InvalidConfig');
  expect(codeOf(() => new Telemetry(ring, { history: 0 }))).toBe('InvalidConfig');
});
