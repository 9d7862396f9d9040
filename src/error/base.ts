import { codes, type CodeRow, type ErrorCode } from './codes.ts';

/** Values that fill the `{name}` holes of a code's texts. */
export type ErrorDetail = Readonly<Record<string, unknown>>;

export interface RingKernelErrorOptions {
  readonly detail?: ErrorDetail;
  readonly cause?: unknown;
}

const fill = (text: string, detail: ErrorDetail): string =>
  text.replace(/\{(\w+)\}/g, (hole, key: string) => (key in detail ? String(detail[key]) : hole));

/**
 * Every error this library throws. `code` is stable; `what`, `why` and `fix` come from the table in
 * `error/codes.ts` with the call's values filled in; `detail` holds those values.
 */
export class RingKernelError extends Error {
  override readonly name: string = 'RingKernelError';
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, options: RingKernelErrorOptions = {}) {
    const detail = options.detail ?? {};
    const row = codes[code];
    const what = fill(row.what, detail);
    super(`${code}: ${what}`, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.what = what;
    this.why = fill(row.why, detail);
    this.fix = fill(row.fix, detail);
    this.detail = detail;
  }

  /** The caller may simply try again later: full or empty queue, time-out, exhausted pool. */
  get recoverable(): boolean {
    const row: CodeRow = codes[this.code];
    return row.recoverable === true;
  }
}

/** `throw fail('QueueFull', { capacity })`. */
export const fail = (code: ErrorCode, detail: ErrorDetail = {}, cause?: unknown): RingKernelError =>
  new RingKernelError(code, cause === undefined ? { detail } : { detail, cause });
