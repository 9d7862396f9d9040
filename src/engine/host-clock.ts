/**
 * The host's hybrid logical clock in the packed form slots carry (52 bits of microseconds, 12 of logical
 * counter), kept as two 32-bit halves so that a tick allocates nothing.
 *
 * The physical part is read at `refresh`, not at every tick: reading a clock costs more than writing a
 * message. A logical counter that overflows carries into the microseconds, so ticks stay strictly
 * increasing however many follow one reading.
 */
const half = 2 ** 32;
/** A logical counter step of the packed form's upper half is 2^20 microseconds. */
const microsecondsPerHigh = 2 ** 20;
const logicalSteps = 2 ** 12;

/** Microseconds since the epoch, with the resolution `performance` has here. */
export const systemMicroseconds = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1000);

export class HostClock {
  /** Halves of the last timestamp given. */
  low = 0;
  high = 0;
  readonly #now: () => number;

  /** `now`: microseconds since the epoch. */
  constructor(now: () => number = systemMicroseconds) {
    this.#now = now;
    this.refresh();
  }

  /** Reads the physical clock; a clock that stepped back is waited out on the logical counter. Returns microseconds. */
  refresh(): number {
    const now = this.#now();
    this.#advance(Math.floor(now / microsecondsPerHigh), (now % microsecondsPerHigh) * logicalSteps);
    return now;
  }

  /** The next timestamp, in `low` and `high`. */
  tick(): void {
    this.low += 1;
    if (this.low === half) {
      this.low = 0;
      this.high += 1;
    }
  }

  /** What arrives from elsewhere is in the past of every later tick. */
  observe(low: number, high: number): void {
    this.#advance(high, low);
  }

  /** The last timestamp given, packed. */
  get packed(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  #advance(high: number, low: number): void {
    if (high > this.high || (high === this.high && low > this.low)) {
      this.high = high;
      this.low = low;
    }
  }
}
