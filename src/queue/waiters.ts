/**
 * Waiting at a parking spot without blocking the thread: waiters of this thread in a list, and one pending
 * `Atomics.waitAsync` on behalf of them all where the memory is shared.
 */
import type { Views } from '../layout/views.ts';
import { hostMemory } from './memory.ts';
import { bind } from './step.ts';
import { parkBegin, parking, parkWait, unpark } from './steps.ts';

interface AsyncAtomics {
  waitAsync?(words: Int32Array, index: number, value: number): { readonly async: false } | { readonly async: true; readonly value: Promise<string> };
}

interface Waiter {
  active: boolean;
  /** Tries once; true when it has come to an end. */
  look(): boolean;
}

export interface Waiting {
  /** Gives up. */
  cancel(): void;
  /** It has come to an end. */
  readonly settled: boolean;
}

export class Waiters {
  readonly #views: Views;
  readonly #spot: number;
  readonly #shared: boolean;
  readonly #begin: (spot: number) => number;
  readonly #sleep: (spot: number, ticket: number, milliseconds: number) => number;
  readonly #unpark: (spot: number) => number;
  /** In the order they came. Only the first looks: nobody overtakes. */
  #list: Waiter[] = [];
  #listening = false;
  #running = false;
  #changed = false;

  /** `spot`: byte offset of two words (`parking`). */
  constructor(views: Views, spot: number) {
    this.#views = views;
    this.#spot = spot;
    this.#shared = typeof SharedArrayBuffer !== 'undefined' && views.buffer instanceof SharedArrayBuffer;
    const m = hostMemory(views);
    this.#begin = bind(parkBegin, m);
    this.#sleep = bind(parkWait, m);
    this.#unpark = bind(unpark, m);
  }

  /**
   * Calls `attempt` until it gives something else than null: at once when nobody waits already, and after every
   * wake-up.
   */
  subscribe<T>(attempt: () => T | null, done: (result: T) => void, failed: (error: unknown) => void): Waiting {
    const waiter: Waiter = {
      active: true,
      look() {
        try {
          const result = attempt();
          if (result === null) return false;
          waiter.active = false;
          done(result);
        } catch (error) {
          waiter.active = false;
          failed(error);
        }
        return true;
      },
    };
    this.#list.push(waiter);
    if (this.#list.length === 1) this.#run();
    return {
      cancel: () => {
        waiter.active = false;
        this.#list = this.#list.filter((w) => w !== waiter);
      },
      get settled() { return !waiter.active; },
    };
  }

  /** Blocks the thread instead; null after `milliseconds`. Needs shared memory and a thread that may block. */
  block<T>(attempt: () => T | null, milliseconds: number, now: () => number): T | null {
    const end = now() + milliseconds;
    for (;;) {
      const ticket = this.#begin(this.#spot);
      const result = attempt();
      if (result !== null) return result;
      const left = end - now();
      if (left <= 0) return null;
      this.#sleep(this.#spot, ticket, left === Infinity ? 0xffffffff : Math.min(Math.ceil(left), 0xfffffffe));
    }
  }

  /** Something has changed: wakes sleepers of other threads, and this thread's waiters. */
  wake(): void {
    this.#unpark(this.#spot);
    this.#run();
  }

  #run(): void {
    this.#changed = true;
    // What a waiter does may wake others of its kind; they get their turn in this loop, not in a deeper one.
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#changed) {
        this.#changed = false;
        while (this.#list.length > 0 && this.#serve(this.#list[0]!)) this.#list.shift();
      }
    } finally {
      this.#running = false;
    }
  }

  /** True when the waiter is done. */
  #serve(waiter: Waiter): boolean {
    if (!waiter.active || waiter.look()) return true;
    // Announced before the last look, so that whoever changes something after it sees the announcement.
    const ticket = this.#begin(this.#spot);
    if (waiter.look()) return true;
    this.#listen(ticket);
    return false;
  }

  #listen(ticket: number): void {
    const { waitAsync } = Atomics as unknown as AsyncAtomics;
    if (!this.#shared || this.#listening || waitAsync === undefined) return;
    const wait = waitAsync.call(Atomics, this.#views.i32, (this.#spot + parking.wakeups) >>> 2, ticket | 0);
    this.#listening = true;
    const heard = (): void => {
      this.#listening = false;
      this.#run();
    };
    if (wait.async) void wait.value.then(heard);
    else queueMicrotask(heard);
  }
}
