/** The trace an envelope belongs to, and the order of spans by their hybrid logical clocks. */
import type { SpanContext } from '@opentelemetry/api';
import { Envelope, type TraceContext } from '../message/envelope.ts';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** The envelope, as part of a trace: the span travels in the header's reserved bytes. Needs no SDK. */
export function withContext(envelope: Envelope, { traceId, spanId, traceFlags }: SpanContext): Envelope {
  const trace: TraceContext = { traceId: bytesOf(traceId), spanId: bytesOf(spanId), flags: traceFlags };
  return new Envelope({ ...envelope.header, trace }, envelope.payload);
}

/** The span an envelope comes from; undefined when it carries none. */
export function contextOf({ header }: Envelope): SpanContext | undefined {
  if (header.trace === undefined) return undefined;
  return { traceId: hex(header.trace.traceId), spanId: hex(header.trace.spanId), traceFlags: header.trace.flags, isRemote: true };
}

/** Attribute of a span: its start as a packed hybrid logical clock, 16 hexadecimal digits. */
export const hlcAttribute = 'ringkernel.hlc';
/** Attribute of a span: its end. */
export const hlcEndAttribute = 'ringkernel.hlc.end';

interface WithAttributes {
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Compares spans by the clock they carry: what caused something comes before it, whatever the machines' clocks say. */
export function byCause(a: WithAttributes, b: WithAttributes): number {
  const [x, y] = [String(a.attributes[hlcAttribute] ?? ''), String(b.attributes[hlcAttribute] ?? '')];
  return x < y ? -1 : x > y ? 1 : 0;
}
