/** `ringkernel/clock`: hybrid logical clocks, timestamps, sources of time. */
export { defaultMaxDriftMs, HlcClock, type HlcOptions } from './hlc.ts';
export { systemTime, type TimeSource } from './time.ts';
export {
  compareTimestamps, pack, pack128, readTimestamp, toMillis, unpack, unpack128, writeTimestamp, zeroTimestamp, type Timestamp,
} from './timestamp.ts';
