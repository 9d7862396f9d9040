/**
 * A hybrid logical clock that many threads may share: its whole state is one 64-bit word (the packed form of
 * the last timestamp given), advanced by compare-and-swap. Every timestamp it gives is greater than every one
 * it gave before, to whichever thread, and greater than every one it was shown.
 */
import { fail } from '../error/index.ts';
import { compareTimestamps, logicalBits, logicalMask, pack, packedLimit, unpack, type Timestamp } from './timestamp.ts';
import { systemTime, type TimeSource } from './time.ts';

export interface HlcOptions {
  /** Tells clocks apart where timestamps are otherwise equal. Default 0, the host. */
  readonly node?: bigint;
  /** How far ahead of the wall clock a timestamp may be. Milliseconds; default 60 000. */
  readonly maxDriftMs?: number;
  /** Default: the system's clock. */
  readonly time?: Pick<TimeSource, 'wall'>;
  /** Eight bytes, aligned to 8, that hold the state; the same bytes in several threads make one clock. Default: memory of its own. */
  readonly memory?: { readonly buffer: SharedArrayBuffer; readonly byteOffset?: number };
}

export const defaultMaxDriftMs = 60_000;

export class HlcClock {
  readonly node: bigint;
  readonly maxDriftMs: number;
  readonly #time: Pick<TimeSource, 'wall'>;
  readonly #state: BigUint64Array;
  /** `maxDriftMs` as a difference of packed timestamps. */
  readonly #drift: bigint;

  constructor(options: HlcOptions = {}) {
    this.node = options.node ?? 0n;
    this.maxDriftMs = options.maxDriftMs ?? defaultMaxDriftMs;
    if (!(this.maxDriftMs >= 0)) throw fail('InvalidConfig', { option: 'maxDriftMs', value: this.maxDriftMs, reason: 'It must be 0 or more milliseconds.' });
    // Where the drift is not limited, 2^52 microseconds never are reached.
    this.#drift = BigInt(Math.floor(Math.min(this.maxDriftMs * 1000, 2 ** 52))) << logicalBits;
    this.#time = options.time ?? systemTime;
    this.#state = options.memory === undefined
      ? new BigUint64Array(1)
      : new BigUint64Array(options.memory.buffer, options.memory.byteOffset ?? 0, 1);
  }

  /** The present: the wall clock, or the last timestamp given if that is later. Does not advance. */
  now(): Timestamp {
    return unpack(this.nowPacked(), this.node);
  }

  /** As `now`, in the 64-bit form. */
  nowPacked(): bigint {
    const last = Atomics.load(this.#state, 0);
    const wall = this.#wall();
    return last > wall ? last : wall;
  }

  /** A timestamp for something that happens here. */
  tick(): Timestamp {
    return unpack(this.tickPacked(), this.node);
  }

  /** As `tick`, in the 64-bit form. */
  tickPacked(): bigint {
    return this.#advance(0n, this.#wall());
  }

  /**
   * A timestamp for the arrival of something stamped `received`: after both clocks. Throws `ClockSkew`, and
   * changes nothing, when `received` is further ahead than `maxDriftMs`.
   */
  update(received: Timestamp): Timestamp {
    return unpack(this.updatePacked(pack(received)), this.node);
  }

  updatePacked(received: bigint): bigint {
    const wall = this.#wall();
    this.#refuseDrift(received, wall);
    return this.#advance(received, wall);
  }

  /** True when `a` was given before `b` in the order all clocks agree on. */
  static before(a: Timestamp, b: Timestamp): boolean {
    return compareTimestamps(a, b) < 0;
  }

  /**
   * One more than what was last given or received, or the wall clock if that is later. Adding one carries a
   * full counter into the microseconds; a clock that runs away from the wall clock like this, or whose wall
   * clock was set back too far, is refused.
   */
  #advance(received: bigint, wall: bigint): bigint {
    let last = Atomics.load(this.#state, 0);
    for (;;) {
      const after = (last > received ? last : received) + 1n;
      const next = after > wall ? after : wall;
      this.#refuseDrift(next, wall);
      const seen = Atomics.compareExchange(this.#state, 0, last, next);
      if (seen === last) return next;
      last = seen;
    }
  }

  #refuseDrift(stamp: bigint, wall: bigint): void {
    if (stamp < packedLimit && stamp <= wall + this.#drift + logicalMask) return;
    if (stamp >= packedLimit) throw fail('InvalidTimestamp', { problem: 'it lies beyond the 52 bits of microseconds' });
    throw fail('ClockSkew', { skewMs: Number((stamp >> logicalBits) - (wall >> logicalBits)) / 1000, maxMs: this.maxDriftMs });
  }

  #wall(): bigint {
    return BigInt(this.#time.wall()) << logicalBits;
  }
}
