import type { TimeSource } from '../../clock/time.ts';
import type { ThreadWorker } from './worker.ts';

interface Watched {
  row: number;
  beats: number;
  since: number;
}

/** Looks at each limit this often. */
const looksPerLimit = 4;

/**
 * Notices handlers that do not end: the same message in hand at every look for longer than the limit. It looks only
 * while a worker is awake: once all sleep, only the host can wake one, and `rouse` says that it has.
 */
export class Watchdog {
  readonly #workers: readonly ThreadWorker[];
  readonly #limit: number;
  readonly #time: TimeSource;
  readonly #progress: (row: number) => number;
  readonly #overdue: (worker: ThreadWorker) => void;
  readonly #watched = new Map<ThreadWorker, Watched>();
  #cancel: (() => void) | null = null;
  #stopped = false;

  /** `progress`: a number that moves while a batch of the actor at this row gets on. */
  constructor(workers: readonly ThreadWorker[], limit: number, time: TimeSource, progress: (row: number) => number, overdue: (worker: ThreadWorker) => void) {
    this.#workers = workers;
    this.#limit = limit;
    this.#time = time;
    this.#progress = progress;
    this.#overdue = overdue;
  }

  /** A worker may be awake. Cheap when that is known. */
  rouse(): void {
    if (this.#cancel === null && !this.#stopped) this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    if (this.#limit === Infinity) return;
    this.#cancel = this.#time.after(this.#limit / looksPerLimit, () => {
      this.#cancel = null;
      if (this.#stopped) return;
      this.look();
      if (!this.#asleep()) this.#arm();
    });
  }

  /** All workers slept at one moment: none has been woken between two looks at all of them. */
  #asleep(): boolean {
    const wakeups = this.#workers.map((worker) => worker.wakeups);
    return this.#workers.every((worker) => worker.asleep) && this.#workers.every((worker, i) => worker.wakeups === wakeups[i]);
  }

  look(): void {
    const now = this.#time.now();
    for (const worker of this.#workers) {
      const row = worker.current;
      if (row === 0) {
        this.#watched.delete(worker);
        continue;
      }
      const beats = worker.beats + this.#progress(row);
      const watched = this.#watched.get(worker);
      if (watched === undefined || watched.row !== row || watched.beats !== beats) {
        this.#watched.set(worker, { row, beats, since: now });
      } else if (now - watched.since >= this.#limit) {
        this.#watched.delete(worker);
        this.#overdue(worker);
      }
    }
  }
}
