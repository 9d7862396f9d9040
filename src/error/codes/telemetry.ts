import type { CodeRow } from '../codes.ts';

/** Measuring and tracing. */
export const telemetryCodes = {
  PackageMissing: {
    what: "'{package}' is not installed.",
    why: '{purpose} goes through this package; it is only installed where it is wanted.',
    fix: 'Run `npm install {package}`.',
  },
  MetricsExportFailed: {
    what: 'The metrics cannot be served: {reason}.',
    why: 'The address may be taken, or not be one of this machine.',
    fix: 'Choose another `port` or `host`; port 0 takes a free one.',
    recoverable: true,
  },
} as const satisfies Record<string, CodeRow>;
