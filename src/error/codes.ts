/**
 * The one table of error codes. Each area keeps its rows in a file of its own under `codes/`.
 * `docs/errors.md` is generated from it.
 */
import { backendCodes } from './codes/backend.ts';
import { languageCodes } from './codes/language.ts';
import { memoryCodes } from './codes/memory.ts';
import { messageCodes } from './codes/message.ts';
import { multiCodes } from './codes/multi.ts';
import { pubsubCodes } from './codes/pubsub.ts';
import { runtimeCodes } from './codes/runtime.ts';
import { telemetryCodes } from './codes/telemetry.ts';

export interface CodeRow {
  /** What happened; `{name}` is filled from the error's detail. */
  readonly what: string;
  /** Why it can happen. */
  readonly why: string;
  /** What the reader should do. */
  readonly fix: string;
  /** Trying again later can succeed. */
  readonly recoverable?: true;
}

export const codes = {
  ...runtimeCodes,
  ...messageCodes,
  ...languageCodes,
  ...memoryCodes,
  ...pubsubCodes,
  ...telemetryCodes,
  ...multiCodes,
  ...backendCodes,
} as const;

export type ErrorCode = keyof typeof codes;
