import type { CodeRow } from '../codes.ts';

/** Devices, drivers, compilation, launches, memory. */
export const backendCodes = {
  BackendUnavailable: {
    what: 'Backend {backend} is not available here.',
    why: '{reason}',
    fix: '{hint}',
  },
} as const satisfies Record<string, CodeRow>;
