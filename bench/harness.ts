/** What every benchmark reports and how it is printed. */
import { cpus } from 'node:os';

export interface Measurement {
  /** Stable name, e.g. `cpu.roundtrip.p50`. */
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** The same work done by others, or by hand, in the same run. */
  readonly peer?: Readonly<Record<string, number>>;
  /** What the hardware allows, measured in the same run. */
  readonly limit?: number;
  /** What this project promises. */
  readonly budget?: number;
  /** Whether smaller or larger is better. Default `smaller`. */
  readonly better?: 'smaller' | 'larger';
  /** One line on what exactly was timed. */
  readonly note?: string;
}

export interface BenchRecord extends Omit<Measurement, 'peer'> {
  readonly peer: Readonly<Record<string, number>>;
  /** Null without a budget. */
  readonly holds: boolean | null;
  readonly machine: string;
  readonly date: string;
}

export type Report = (m: Measurement) => void;

export interface Benchmark {
  /** Prefix of the ids it reports. */
  readonly id: string;
  readonly title: string;
  /** Reason why it cannot run here, or null. */
  available?(): Promise<string | null>;
  run(report: Report): Promise<void>;
}

export const machine = (): string => `${cpus()[0]?.model.trim() ?? 'unknown CPU'} x${cpus().length}, Node ${process.version}`;

export function record(m: Measurement): BenchRecord {
  const larger = m.better === 'larger';
  return {
    ...m,
    peer: m.peer ?? {},
    holds: m.budget === undefined ? null : larger ? m.value >= m.budget : m.value <= m.budget,
    machine: machine(),
    date: new Date().toISOString(),
  };
}

export const short = (n: number): string => (n === 0 ? '0' : Math.abs(n) >= 100 ? n.toFixed(0) : n.toPrecision(3));

export function line(r: BenchRecord): string {
  const parts = [`${r.id.padEnd(36)} ${short(r.value).padStart(9)} ${r.unit}`];
  if (r.budget !== undefined) parts.push(`budget ${r.better === 'larger' ? '>=' : '<='} ${short(r.budget)} ${r.holds ? 'holds' : 'MISSED'}`);
  if (r.limit !== undefined) parts.push(`limit ${short(r.limit)} (x${short(r.value / r.limit)})`);
  for (const [name, value] of Object.entries(r.peer)) parts.push(`${name} ${short(value)} (x${short(value / r.value)})`);
  if (r.note !== undefined) parts.push(r.note);
  return parts.join(' | ');
}

/** Sorts in place. `p` in 0..1. */
export function percentile(samples: Float64Array | number[], p: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}
