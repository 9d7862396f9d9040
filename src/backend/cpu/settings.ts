import { fail } from '../../error/index.ts';
import { systemTime, type TimeSource } from '../../clock/time.ts';
import { canShareMemory } from './worker-thread.ts';

export interface CpuSettings {
  /** Worker threads. Default 1. */
  readonly workers: number;
  /** Microseconds a worker looks for messages before it sleeps. Default 200. */
  readonly spin: number;
  /** Milliseconds a handler may run before its actor is stopped. Default 1000; `Infinity`: for ever. */
  readonly watchdog: number;
  /** Actors at one time. Default 65536. */
  readonly maxActors: number;
  /**
   * Run in the host's own thread, a pass at every poll, without any worker; the watchdog then has no power.
   * Default: only where threads cannot share memory.
   */
  readonly inline: boolean;
  /** Where the watchdog takes time from. */
  readonly time: TimeSource;
}

const names: Readonly<Record<keyof CpuSettings, true>> = { workers: true, spin: true, watchdog: true, maxActors: true, inline: true, time: true };

const wrong = (option: string, value: unknown, reason: string): Error => fail('InvalidConfig', { option, value: String(value), reason });

/** Checks what the user has set and fills in the rest. */
export function cpuSettings(given: Readonly<Record<string, unknown>>): CpuSettings {
  for (const name of Object.keys(given)) {
    if (!(name in names)) throw wrong(`engine option '${name}'`, given[name], `The CPU engine knows ${Object.keys(names).join(', ')}.`);
  }
  const number = (name: 'workers' | 'spin' | 'watchdog' | 'maxActors', byDefault: number, least: number, most: number): number => {
    const value = given[name] ?? byDefault;
    const whole = Number.isInteger(value) || (name === 'watchdog' && typeof value === 'number');
    if (!whole || !((value as number) >= least && (value as number) <= most)) throw wrong(name, value, `It is a number from ${least} to ${most}.`);
    return value as number;
  };
  const inline = given['inline'] ?? !canShareMemory();
  if (typeof inline !== 'boolean') throw wrong('inline', inline, 'It is true or false.');
  if (!inline && !canShareMemory()) {
    throw wrong('inline', false, 'This page is not cross-origin isolated, so threads cannot share memory: serve it with COOP and COEP headers, or leave `inline` out.');
  }
  return {
    inline,
    workers: number('workers', 1, 1, 256),
    spin: number('spin', 200, 0, 10_000_000),
    watchdog: number('watchdog', 1000, 1, Infinity),
    maxActors: number('maxActors', 65_536, 1, 2 ** 20),
    time: (given['time'] as TimeSource | undefined) ?? systemTime,
  };
}
