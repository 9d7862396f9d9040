import type { ColumnWriter, Columns } from '../message/columns.ts';

/**
 * Something somebody waits for. Settled at most once; a promise is made only when it is asked for, so that
 * what settles at once costs none, and a failure nobody asks about is no unhandled rejection.
 */
export abstract class Awaited {
  settled = false;
  #error: unknown;
  #failed = false;
  #resolve: ((value: unknown) => void) | null = null;
  #reject: ((error: unknown) => void) | null = null;
  /** Frees what waits on behalf of this: timer, signal listener, hold on the pump. */
  cleanup: (() => void) | null = null;

  protected abstract get result(): unknown;

  protected succeed(): void {
    if (this.settled) return;
    this.#finish();
    this.#resolve?.(this.result);
  }

  fail(error: unknown): void {
    if (this.settled) return;
    this.#failed = true;
    this.#error = error;
    this.#finish();
    this.#reject?.(error);
  }

  #finish(): void {
    this.settled = true;
    this.cleanup?.();
    this.cleanup = null;
  }

  promise(): Promise<unknown> {
    if (this.settled) return this.#failed ? Promise.reject(this.#error) : Promise.resolve(this.result);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
}

/** A question to a kernel that is to be answered. */
export abstract class Pending extends Awaited {
  /** Is told when the device answered, where somebody wants to know. */
  timed: { answered: number } | null = null;
  /** Takes one answer. */
  abstract add(value: unknown): void;
  /** Takes many answers at once. */
  abstract addColumns(columns: Columns, count: number): void;
}

/**
 * Questions by correlation. Most callers wait for one answer at a time: that one has a place of its own, so
 * that it need not go through a map.
 */
export class PendingTable {
  #rest: Map<number, Pending> | null = null;
  #correlation = 0;
  #only: Pending | undefined;

  get size(): number {
    return (this.#rest?.size ?? 0) + (this.#only === undefined ? 0 : 1);
  }

  set(correlation: number, pending: Pending): void {
    if (this.#only !== undefined) {
      (this.#rest ??= new Map()).set(correlation, pending);
      return;
    }
    this.#only = pending;
    this.#correlation = correlation;
  }

  get(correlation: number): Pending | undefined {
    return this.#correlation === correlation && this.#only !== undefined ? this.#only : this.#rest?.get(correlation);
  }

  delete(correlation: number): void {
    if (this.#correlation === correlation) this.#only = undefined;
    else this.#rest?.delete(correlation);
  }

  /** Of every question there is. */
  correlations(): number[] {
    return [...(this.#only === undefined ? [] : [this.#correlation]), ...(this.#rest?.keys() ?? [])];
  }

  /** Takes every question out. */
  drain(): Pending[] {
    const all = [...(this.#only === undefined ? [] : [this.#only]), ...(this.#rest?.values() ?? [])];
    this.#only = undefined;
    this.#rest?.clear();
    return all;
  }
}

/** Waits for one answer. */
export class PendingCall extends Pending {
  #value: unknown;

  protected get result(): unknown {
    return this.#value;
  }

  add(value: unknown): void {
    this.#value = value;
    this.succeed();
  }

  addColumns(columns: Columns): void {
    this.add(columns);
  }
}

/** Waits for as many answers as a batch has messages, and keeps them in columns. */
export class PendingBatch extends Pending {
  readonly #writer: ColumnWriter;
  readonly #count: number;

  constructor(count: number, writer: ColumnWriter) {
    super();
    this.#count = count;
    this.#writer = writer;
  }

  protected get result(): unknown {
    return this.#writer.columns;
  }

  add(value: unknown): void {
    this.#writer.addRow(value);
    if (this.#writer.length >= this.#count) this.succeed();
  }

  addColumns(columns: Columns, count: number): void {
    this.#writer.addColumns(columns, count);
    if (this.#writer.length >= this.#count) this.succeed();
  }
}
