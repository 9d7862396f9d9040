/** How far a result is from the exact one, in units of the last place. */
import { abs, add, compare, div, exponentOf, fromNumber, neg, scale, toNumber, whole, type Big } from './big.ts';

/** What a float type can hold. */
export interface Format {
  readonly bits: number;
  /** Exponent of the smallest normal number, and one more than that of the largest. */
  readonly low: number;
  readonly high: number;
}
export const formats: Readonly<Record<'f32' | 'f64', Format>> = { f32: { bits: 24, low: -126, high: 128 }, f64: { bits: 53, low: -1022, high: 1024 } };

export interface Leniency {
  /** Subnormal numbers may count as zero. */
  readonly flush: boolean;
  /** Infinities and NaN, as operands and results, are not promised (WGSL). */
  readonly finiteOnly: boolean;
}

export interface Judged {
  readonly got: number;
  readonly exact: Big | number;
  readonly operands: readonly number[];
  /** Units count as those of this size at least. */
  readonly near: number;
  readonly ulp: number;
  readonly format: Format;
}

/** 0: as good as can be asked. Infinity: wrong. */
export function distance({ got, exact, operands, near, ulp, format }: Judged, { flush, finiteOnly }: Leniency): number {
  const tiny = 2 ** format.low;
  const small = (x: number): boolean => x !== 0 && Math.abs(x) < tiny;
  if (finiteOnly && operands.some((x) => !Number.isFinite(x))) return 0;
  if (flush && operands.some(small)) return 0;
  if (typeof exact === 'number') {
    if (got === exact || (Number.isNaN(got) && Number.isNaN(exact))) return 0;
    if (!Number.isFinite(exact)) return finiteOnly ? 0 : Infinity;
    return distance({ got, exact: fromNumber(exact), operands, near, ulp, format }, { flush, finiteOnly });
  }
  const magnitude = exponentOf(exact);
  // Too large for the type, or so close that the error allowed goes there.
  if (magnitude >= format.high - 1) {
    const largest = add(scale(whole(1), format.high), neg(scale(whole(1), format.high - format.bits - 1)));
    if (compare(abs(exact), largest) >= 0) return finiteOnly || Math.abs(got) === Infinity || Math.abs(got) > 2 ** (format.high - 1) ? 0 : Infinity;
    if (finiteOnly) return 0;
  }
  if (!Number.isFinite(got)) return Infinity;
  if (flush && magnitude <= format.low && near === 0) return Math.abs(got) <= 2 * tiny ? 0 : Infinity;
  const unit = Math.max(format.low, magnitude, near === 0 ? -Infinity : Math.floor(Math.log2(near))) - format.bits + 1;
  const off = toNumber(abs(div(add(fromNumber(got), neg(exact)), scale(whole(1), unit))));
  // The nearest number there is: what a bound of 0 asks for.
  return ulp === 0 && off <= 0.5 ? 0 : off;
}
