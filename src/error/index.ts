export { RingKernelError, fail, type ErrorDetail } from './base.ts';
export { codes, type CodeRow, type ErrorCode } from './codes.ts';
