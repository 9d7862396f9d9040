/**
 * Hybrid logical timestamps: physical time in microseconds since the epoch, a logical counter that orders
 * what happens within one microsecond, and the node that gave it. They are ordered by physical, then
 * logical, then node.
 *
 * Three forms: the object; 24 bytes (`HlcTimestamp` of the layouts); one 64-bit word, 52 bits of microseconds
 * and 12 of counter, which is what slots carry. `pack128` keeps all three fields in order for use as a key.
 */
import { fail } from '../error/index.ts';

export interface Timestamp {
  /** Microseconds since the epoch. */
  readonly physical: bigint;
  readonly logical: bigint;
  readonly node: bigint;
}

export const logicalBits = 12n;
export const logicalMask = (1n << logicalBits) - 1n;
/** One more than the largest packed timestamp. */
export const packedLimit = 1n << 64n;

export const zeroTimestamp: Timestamp = Object.freeze({ physical: 0n, logical: 0n, node: 0n });

/** Negative, zero or positive: `a` before, equal to or after `b`. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  if (a.physical !== b.physical) return a.physical < b.physical ? -1 : 1;
  if (a.logical !== b.logical) return a.logical < b.logical ? -1 : 1;
  return a.node === b.node ? 0 : a.node < b.node ? -1 : 1;
}

/**
 * The 64-bit form. A counter above 4095 carries into the microseconds, so the result is never before the
 * timestamp. The node is left out. Throws `InvalidTimestamp` when 52 bits of microseconds do not suffice.
 */
export function pack(t: Timestamp): bigint {
  const word = (t.physical << logicalBits) + t.logical;
  if (t.physical < 0n || t.logical < 0n || word >= packedLimit) throw invalid(`(${t.physical} µs, ${t.logical}) does not fit 52 + 12 bits`);
  return word;
}

export const unpack = (word: bigint, node = 0n): Timestamp => ({ physical: word >> logicalBits, logical: word & logicalMask, node });

/** 64 bits of microseconds, 48 of counter, 16 of node; integers in this form are ordered like the timestamps. */
export function pack128(t: Timestamp): bigint {
  if (!fits(t.physical, 64n) || !fits(t.logical, 48n) || !fits(t.node, 16n)) {
    throw invalid(`(${t.physical} µs, ${t.logical}, node ${t.node}) does not fit 64 + 48 + 16 bits`);
  }
  return (t.physical << 64n) | (t.logical << 16n) | t.node;
}

export function unpack128(key: bigint): Timestamp {
  if (!fits(key, 128n)) throw invalid('the key does not fit 128 bits');
  return { physical: key >> 64n, logical: (key >> 16n) & 0xffffffffffffn, node: key & 0xffffn };
}

/** Writes the 24-byte form at `word`, an index into 64-bit words. */
export function writeTimestamp(words: BigUint64Array, word: number, t: Timestamp): void {
  if (!fits(t.physical, 64n) || !fits(t.logical, 64n) || !fits(t.node, 64n)) throw invalid('a field does not fit 64 bits');
  words[word] = t.physical;
  words[word + 1] = t.logical;
  words[word + 2] = t.node;
}

export const readTimestamp = (words: BigUint64Array, word: number): Timestamp =>
  ({ physical: words[word]!, logical: words[word + 1]!, node: words[word + 2]! });

export const toMillis = (t: Timestamp): number => Number(t.physical / 1000n);

const fits = (value: bigint, bits: bigint): boolean => value >= 0n && value < 1n << bits;

const invalid = (problem: string): Error => fail('InvalidTimestamp', { problem });
