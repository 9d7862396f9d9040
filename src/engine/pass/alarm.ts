/** Those who wait until something is due. */
export class Alarm {
  readonly #due: () => boolean;
  readonly #waiters = new Set<() => void>();
  readonly #heard = new WeakSet<AbortSignal>();

  constructor(due: () => boolean) {
    this.#due = due;
  }

  /** Something may be due. */
  ring(): void {
    for (const waiter of this.#waiters) waiter();
  }

  /** Resolves when something is due, or at `signal`. */
  wait(signal?: AbortSignal): Promise<void> {
    const over = (): boolean => this.#due() || signal?.aborted === true;
    if (over()) return Promise.resolve();
    if (signal !== undefined && !this.#heard.has(signal)) {
      // Once for all waits with it: listeners come and go at a price.
      this.#heard.add(signal);
      signal.addEventListener('abort', () => this.ring(), { once: true });
    }
    return new Promise((resolve) => {
      const waiter = (): void => {
        if (!over()) return;
        this.#waiters.delete(waiter);
        resolve();
      };
      this.#waiters.add(waiter);
    });
  }
}
