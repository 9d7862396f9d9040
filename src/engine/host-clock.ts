/**
 * The host's hybrid logical clock in the packed form slots carry (52 bits of microseconds, 12 of logical
 * counter), kept as two 32-bit halves so that a tick allocates nothing.
 *
 * The physical part is read at `refresh`, at every sixteenth tick (or as the engine wishes), and at the first tick of a turn of the
 * event loop: reading a clock costs more than writing a message. A logical counter that overflows carries
 * into the microseconds, so ticks stay strictly increasing however many follow one reading.
 */
import { systemTime } from '../clock/time.ts';

const half = 2 ** 32;
/** A step of the upper half is this many microseconds. */
const microsecondsPerHigh = 2 ** 20;
/** Bits of a packed timestamp's logical counter. */
export const logicalShift = 12;
const logicalSteps = 2 ** logicalShift;

const nextTurn: (fn: () => void) => void = typeof setImmediate === 'function' ? (fn) => void setImmediate(fn) : (fn) => void setTimeout(fn, 0);

export class HostClock {
  /** Halves of the last timestamp given. */
  low = 0;
  high = 0;
  readonly #wall: () => number;
  #ticksLeft = 0;
  #turnBegun = false;
  readonly #turnOver = (): void => {
    this.#turnBegun = false;
    this.#ticksLeft = 0;
  };

  readonly #ticksPerReading: number;

  /** `wall`: whole microseconds since the epoch, read at every so many ticks. */
  constructor(wall: () => number = systemTime.wall, ticksPerReading = 16) {
    this.#wall = wall;
    this.#ticksPerReading = ticksPerReading;
    this.refresh();
  }

  /** Reads the physical clock; one that stepped back is waited out on the logical counter. Returns microseconds. */
  refresh(): number {
    const now = this.#wall();
    this.#advance(Math.floor(now / microsecondsPerHigh), (now % microsecondsPerHigh) * logicalSteps);
    return now;
  }

  /** The next timestamp, in `low` and `high`. */
  tick(): void {
    if (this.#ticksLeft-- === 0) this.#read();
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

  #read(): void {
    this.#ticksLeft = this.#ticksPerReading - 1;
    this.refresh();
    if (this.#turnBegun) return;
    this.#turnBegun = true;
    nextTurn(this.#turnOver);
  }

  #advance(high: number, low: number): void {
    if (high > this.high || (high === this.high && low > this.low)) {
      this.high = high;
      this.low = low;
    }
  }
}
