import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { HlcClock } from '../clock/hlc.ts';
import { reasonOf } from '../error/index.ts';
import type { Operation, OperationEnd } from '../runtime/observers.ts';
import { RingKernel } from '../runtime/ring-kernel.ts';
import { optional } from './packages.ts';
import type { Telemetry } from './telemetry.ts';
import { hlcAttribute, hlcEndAttribute } from './trace-context.ts';

export interface OpenTelemetryOptions {
  /** Default: the global one of `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the global one of `@opentelemetry/api`. */
  readonly meterProvider?: MeterProvider;
  /** Clock the spans are ordered by; share one among rings whose spans belong together. Default: one of its own. */
  readonly clock?: HlcClock;
}

/** Spans and instruments of a ring; ends when it is disposed. */
export interface OpenTelemetry extends Disposable {
  /** Clock of the spans. `update` it with the timestamps of what comes from elsewhere. */
  readonly clock: HlcClock;
}

const name = 'ringkernel';

/** Microseconds since the epoch as OpenTelemetry's pair of seconds and nanoseconds. */
const hrTime = (us: number): [number, number] => [Math.floor(us / 1e6), Math.round((us % 1e6) * 1000)];

/**
 * Makes a span of every call and send of the host, below the active one, below each answered call one of what the device had
 * of it (from the inbox to its answer, by its timestamp), and observes the kernels' counters.
 * Needs the package `@opentelemetry/api` (and an SDK to make something of it); throws `PackageMissing` without.
 */
export async function openTelemetry(telemetry: Telemetry, options: OpenTelemetryOptions = {}): Promise<OpenTelemetry> {
  const api = await optional('@opentelemetry/api', 'OpenTelemetry', () => import('@opentelemetry/api'));
  const { ring } = telemetry;
  const { time } = RingKernel.inside(ring);
  const tracer = (options.tracerProvider ?? api.trace).getTracer(name);
  const meter = (options.meterProvider ?? api.metrics).getMeter(name);
  const clock = options.clock ?? new HlcClock({ time });
  const stamp = (): string => clock.tickPacked().toString(16).padStart(16, '0');
  const duration = meter.createHistogram('ringkernel.call.duration', { unit: 's', description: 'From question to answer, as the host sees it.' });
  const { backend } = ring.metrics();

  const begin = ({ kind, kernel, message, count }: Operation): OperationEnd => {
    const attributes = { 'messaging.system': name, 'messaging.destination.name': kernel, 'messaging.operation.name': kind, 'ringkernel.message': message.name, 'ringkernel.backend': backend };
    const span = tracer.startSpan(`${kind} ${kernel}`, {
      kind: kind === 'send' ? api.SpanKind.PRODUCER : api.SpanKind.CLIENT,
      attributes: { ...attributes, 'messaging.batch.message_count': count, [hlcAttribute]: stamp() },
    });
    const start = time.now();
    return (error, times) => {
      if (times !== undefined) {
        // What the device had of it, by its clock: below the span that caused it.
        clock.updatePacked(BigInt(Math.floor(times.answered)) << 12n);
        const below = api.trace.setSpan(api.context.active(), span);
        const inside = tracer.startSpan(`handle ${kernel}`, { kind: api.SpanKind.CONSUMER, attributes: { ...attributes, [hlcAttribute]: stamp() }, startTime: hrTime(times.sent) }, below);
        inside.setAttribute(hlcEndAttribute, stamp());
        inside.end(hrTime(times.answered));
      }
      span.setAttribute(hlcEndAttribute, stamp());
      if (error !== undefined) {
        span.recordException(error instanceof Error ? error : String(error));
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: reasonOf(error) });
      } else if (kind !== 'send') {
        duration.record((time.now() - start) / 1000, { 'messaging.destination.name': kernel });
      }
      span.end();
    };
  };
  const observation = ring.observe({ begin });

  const processed = meter.createObservableCounter('ringkernel.messages.processed', { description: 'Messages handled.' });
  const dropped = meter.createObservableCounter('ringkernel.messages.dropped', { description: 'Messages that found no room or expired.' });
  const depth = meter.createObservableGauge('ringkernel.inbox.depth', { description: 'Messages that wait to be handled.' });
  const instruments = [processed, dropped, depth];
  const observe: Parameters<typeof meter.addBatchObservableCallback>[0] = (result) => {
    for (const handle of ring.kernels()) {
      const metrics = handle.metrics();
      const attributes = { 'messaging.destination.name': handle.id, 'ringkernel.backend': backend };
      result.observe(processed, metrics.processed, attributes);
      result.observe(dropped, metrics.dropped, attributes);
      result.observe(depth, metrics.inputDepth, attributes);
    }
  };
  meter.addBatchObservableCallback(observe, instruments);
  return {
    clock,
    [Symbol.dispose]() {
      observation[Symbol.dispose]();
      meter.removeBatchObservableCallback(observe, instruments);
    },
  };
}
