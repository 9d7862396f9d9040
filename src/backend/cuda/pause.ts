/**
 * While a persistent kernel runs, loading or unloading code and freeing memory wait until it ends. So those
 * calls exist only on a `Quiet`, and a `Quiet` exists only while every resident kernel of the context has
 * left its loop: inside `Gate.quiet`. There is no other way to reach them.
 */
import type { Driver } from './driver.ts';
import type { BlockingFunction } from './functions.ts';

/** A persistent kernel: can be made to leave its loop between two messages, and to enter it again. */
export interface Resident {
  leave(): Promise<void>;
  /** Called inside the quiet, last of all. */
  enter(quiet: Quiet): Promise<void>;
}

/** The right to make calls that concern the whole context. Dead as soon as its quiet ends. */
export class Quiet {
  readonly #driver: Driver;
  #alive = true;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  call(name: BlockingFunction, ...args: unknown[]): void {
    this.#demand();
    this.#driver.unguarded(name, ...args);
  }

  /** As `call`, where some results besides success are fine. */
  attempt(name: BlockingFunction, fine: readonly number[], ...args: unknown[]): void {
    this.#demand();
    const code = this.#driver.unguardedCode(name, ...args);
    if (!fine.includes(code)) this.#driver.check(name, code);
  }

  handle(name: BlockingFunction, ...args: unknown[]): bigint {
    this.#demand();
    return this.#driver.unguardedHandle(name, ...args);
  }

  end(): void {
    this.#alive = false;
  }

  #demand(): void {
    if (!this.#alive) throw new Error('a context-wide call outside its quiet');
  }
}

/** One per context: holds its residents and hands out quiets, one at a time, in the order asked. */
export class Gate {
  readonly #driver: Driver;
  readonly #use: () => void;
  readonly #residents = new Set<Resident>();
  #waiting: { readonly body: (quiet: Quiet) => unknown; readonly resolve: (value: unknown) => void; readonly reject: (cause: unknown) => void }[] = [];
  #running = false;
  #closed: Error | null = null;
  /** Quiets that stopped residents, for figures. */
  pauses = 0;

  /** `use` makes the context current: another device's may have become so while something was waited for. */
  constructor(driver: Driver, use: () => void) {
    this.#driver = driver;
    this.#use = use;
  }

  add(resident: Resident): void {
    this.#residents.add(resident);
  }

  remove(resident: Resident): void {
    this.#residents.delete(resident);
  }

  /** From now on every quiet is refused with `cause`. */
  close(cause: Error): void {
    this.#closed = cause;
  }

  /**
   * Runs `body` while no kernel of the context is resident. Bodies asked for meanwhile share the same
   * pause. Rejects with what `body` throws; the residents enter again in any case.
   */
  quiet<T>(body: (quiet: Quiet) => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ body, resolve: resolve as (value: unknown) => void, reject });
      this.#start();
    });
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run().finally(() => {
      this.#running = false;
      // Asked for between the last look and now.
      if (this.#waiting.length > 0) this.#start();
    });
  }

  async #run(): Promise<void> {
    // Everything asked for in this turn of the event loop shares one pause.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      if (this.#closed !== null) {
        for (const w of this.#waiting.splice(0)) w.reject(this.#closed);
        return;
      }
      const quiet = new Quiet(this.#driver);
      const done: { readonly settle: () => void; readonly reject: (cause: unknown) => void }[] = [];
      try {
        for (const r of this.#residents) {
          this.#use();
          await r.leave();
        }
        if (this.#residents.size > 0) this.pauses++;
        while (this.#waiting.length > 0) {
          const { body, resolve, reject } = this.#waiting.shift()!;
          try {
            this.#use();
            const value = await body(quiet);
            done.push({ settle: () => resolve(value), reject });
          } catch (cause) {
            done.push({ settle: () => reject(cause), reject });
          }
        }
        for (const r of this.#residents) {
          this.#use();
          await r.enter(quiet);
        }
        for (const { settle } of done) settle();
      } catch (cause) {
        // Whoever asked must hear that what they asked for does not run.
        for (const { reject } of done) reject(cause);
        for (const w of this.#waiting.splice(0)) w.reject(cause);
      } finally {
        quiet.end();
      }
    }
  }
}
