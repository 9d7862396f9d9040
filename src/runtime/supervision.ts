import { fail } from '../error/index.ts';

/** `stop` ends the kernel. `resume` skips the message and keeps the state. `restart` begins anew with the initial state. */
export type FaultAction = 'stop' | 'resume' | 'restart';

/** What happens to a kernel whose handler faults. */
export interface SupervisionOptions {
  readonly onFault: FaultAction;
  /** Faults survived within `withinMs`; one more ends the kernel. Default 3. */
  readonly maxRestarts?: number;
  /** Length of the window, in milliseconds. Default 5,000. */
  readonly withinMs?: number;
  /** Pause before the first restart of a window, in milliseconds; doubled by each further one. Default 0. */
  readonly backoffMs?: number;
  /** Longest pause, in milliseconds. Default 10,000. */
  readonly maxBackoffMs?: number;
}

export type Supervision = FaultAction | SupervisionOptions;

export type Verdict =
  | { readonly action: 'stop'; readonly reason: string }
  | { readonly action: 'resume' | 'restart'; readonly delayMs: number; readonly attempt: number };

/** Decides after each fault of one kernel; counts those that lie within the window. */
export class Supervisor {
  readonly #options: Required<SupervisionOptions>;
  readonly #faults: number[] = [];

  constructor(supervision: Supervision) {
    const given = typeof supervision === 'string' ? { onFault: supervision } : supervision;
    this.#options = { maxRestarts: 3, withinMs: 5000, backoffMs: 0, maxBackoffMs: 10_000, ...given };
    if (!['stop', 'resume', 'restart'].includes(this.#options.onFault)) {
      throw fail('InvalidConfig', { option: 'supervision.onFault', value: String(this.#options.onFault), reason: "It is 'stop', 'resume' or 'restart'." });
    }
    for (const name of ['maxRestarts', 'withinMs', 'backoffMs', 'maxBackoffMs'] as const) {
      const value = this.#options[name];
      if (!(value >= 0)) throw fail('InvalidConfig', { option: `supervision.${name}`, value, reason: 'It must be zero or more.' });
    }
  }

  /** `now`: milliseconds on any monotonic scale. */
  decide(now: number): Verdict {
    const { onFault, maxRestarts, withinMs, backoffMs, maxBackoffMs } = this.#options;
    if (onFault === 'stop') return { action: 'stop', reason: 'its handler failed' };
    while (this.#faults.length > 0 && now - this.#faults[0]! > withinMs) this.#faults.shift();
    this.#faults.push(now);
    const attempt = this.#faults.length;
    if (attempt > maxRestarts) return { action: 'stop', reason: `its handler failed ${attempt} times within ${withinMs} ms` };
    return { action: onFault, attempt, delayMs: Math.min(maxBackoffMs, backoffMs * 2 ** (attempt - 1)) };
  }
}
