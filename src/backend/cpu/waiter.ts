import type { HostBell } from './host-bell.ts';

const nextTurn: (fn: () => void) => void = typeof setImmediate === 'function' ? (fn) => void setImmediate(fn) : (fn) => void setTimeout(fn, 0);

/** Where threads cannot wake the event loop, it looks this often, in milliseconds. */
const lookEvery = 4;

type WaitAsync = (words: Int32Array, index: number, value: number) => { readonly async: boolean; readonly value: Promise<string> | string };
const waitAsync = (Atomics as unknown as { readonly waitAsync?: WaitAsync }).waitAsync;

let blocks: boolean | undefined;

/** Whether this thread may wait in `Atomics.wait`: a page's main thread may not. */
function mayBlock(): boolean {
  if (blocks === undefined) {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
      blocks = true;
    } catch {
      blocks = false;
    }
  }
  return blocks;
}

/**
 * The host's sleep: promises that resolve when its bell is rung. While the host is busy polling, workers
 * need not wake it, so `awake` takes the sign down; it is put up again in the next turn of the event loop.
 * Nothing here keeps a process alive.
 */
export class Waiter {
  readonly #words: Int32Array;
  readonly #bell: HostBell;
  /** Something else than the bell to do. */
  readonly #due: () => boolean;
  #resolvers: (() => void)[] = [];
  #sleeping = false;
  #rearming = false;

  constructor(words: Int32Array, bell: HostBell, due: () => boolean) {
    this.#words = words;
    this.#bell = bell;
    this.#due = due;
  }

  /** Resolves when the bell rings, something is due, or at `signal`. */
  wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true || this.#due() || this.#bell.rung) return Promise.resolve();
    return new Promise((resolve) => {
      const abort = (): void => {
        this.#resolvers = this.#resolvers.filter((r) => r !== done);
        resolve();
      };
      const done = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#resolvers.push(done);
      this.#sleep();
    });
  }

  /** The host is looking by itself: nobody need wake it in this turn. */
  awake(): void {
    if (this.#resolvers.length === 0 || this.#rearming) return;
    this.#bell.parked = false;
    this.#rearming = true;
    nextTurn(() => {
      this.#rearming = false;
      this.#sleep();
    });
  }

  /** Sleeps on this very thread until the bell rings, at most `ms` milliseconds; not at all where it must not block. */
  doze(ms: number): void {
    if (!mayBlock()) return;
    const ticket = Atomics.load(this.#words, this.#bell.wakeWord);
    this.#bell.parked = true;
    if (!this.#bell.rung) Atomics.wait(this.#words, this.#bell.wakeWord, ticket, ms);
    this.#bell.parked = false;
  }

  /** Wakes whoever waits. */
  rouse(): void {
    const resolvers = this.#resolvers;
    if (resolvers.length === 0) return;
    this.#resolvers = [];
    this.#bell.parked = false;
    for (const resolve of resolvers) resolve();
  }

  /** Puts up the sign, looks once more, sleeps. */
  #sleep(): void {
    if (this.#resolvers.length === 0 || this.#rearming) return;
    const ticket = Atomics.load(this.#words, this.#bell.wakeWord);
    this.#bell.parked = true;
    if (this.#due() || this.#bell.rung) {
      this.rouse();
      return;
    }
    if (this.#sleeping) return;
    this.#sleeping = true;
    const woken = (): void => {
      this.#sleeping = false;
      if (this.#due() || this.#bell.rung) this.rouse();
      else this.#sleep();
    };
    if (waitAsync === undefined) {
      const timer: unknown = setTimeout(woken, lookEvery);
      (timer as { unref?: () => void }).unref?.();
      return;
    }
    const outcome = waitAsync(this.#words, this.#bell.wakeWord, ticket);
    if (outcome.async) void (outcome.value as Promise<string>).then(woken);
    else nextTurn(woken);
  }
}
