import { RingKernelError, type ErrorCode } from '../../src/error/index.ts';

/** Code of the error `fn` throws; fails when it throws none of ours. */
export function codeOf(fn: () => unknown): ErrorCode {
  try {
    fn();
  } catch (error) {
    if (error instanceof RingKernelError) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
}
