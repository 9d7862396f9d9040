export { RingKernelError, fail, reasonOf, type ErrorDetail } from './base.ts';
export { codes, type CodeRow, type ErrorCode } from './codes.ts';
