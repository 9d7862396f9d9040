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
 * `error/codes.ts` with the call's values filled in, and together are the message; `detail` holds those values.
 */
export class RingKernelError extends Error {
  override readonly name: string = 'RingKernelError';
  readonly code: ErrorCode;
  declare readonly what: string;
  declare readonly why: string;
  declare readonly fix: string;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, options: RingKernelErrorOptions = {}) {
    const detail = options.detail ?? {};
    const row = codes[code];
    const text = { what: fill(row.what, detail), why: fill(row.why, detail), fix: fill(row.fix, detail) };
    super([`${code}: ${text.what}`, text.why, text.fix].filter((line) => line !== '').join('\n  '), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    // Part of the message, so that whoever prints the error need not see them twice.
    for (const [name, value] of Object.entries(text)) Object.defineProperty(this, name, { value });
    this.detail = detail;
  }

  /** The caller may simply try again later: full or empty queue, time-out, exhausted pool. */
  get recoverable(): boolean {
    const row: CodeRow = codes[this.code];
    return row.recoverable === true;
  }
}

/** What a caught value says, as the reason of another error. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof RingKernelError) return cause.why === '' ? cause.what : `${cause.what} ${cause.why}`;
  return cause instanceof Error ? cause.message : String(cause);
}

/** `throw fail('QueueFull', { capacity })`. */
export const fail = (code: ErrorCode, detail: ErrorDetail = {}, cause?: unknown): RingKernelError =>
  new RingKernelError(code, cause === undefined ? { detail } : { detail, cause });
