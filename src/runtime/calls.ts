import type { RingKernelError } from '../error/index.ts';
import type { ColumnWriter, Columns } from './columns.ts';

/**
 * One question to a kernel that is to be answered. Settled at most once; a promise is made only when
 * somebody asks for it, so that an answer found by spinning costs none.
 */
export abstract class Pending {
  readonly correlation: number;
  settled = false;
  #error: unknown;
  #failed = false;
  #resolve: ((value: unknown) => void) | null = null;
  #reject: ((error: unknown) => void) | null = null;
  /** Frees what waits on behalf of this question: timer, signal listener, hold on the pump. */
  cleanup: (() => void) | null = null;

  constructor(correlation: number) {
    this.correlation = correlation;
  }

  protected abstract get result(): unknown;
  /** Takes one answer. */
  abstract add(value: unknown): void;
  /** Takes many answers at once. */
  abstract addColumns(columns: Columns, count: number): void;

  protected succeed(): void {
    if (this.settled) return;
    this.#finish();
    this.#resolve?.(this.result);
  }

  fail(error: RingKernelError | unknown): void {
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

  constructor(correlation: number, count: number, writer: ColumnWriter) {
    super(correlation);
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
