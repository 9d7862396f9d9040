import type { CodeRow } from '../codes.ts';

/** Several devices. */
export const multiCodes = {
  NoDevice: {
    what: "No device can take kernel '{kernel}': {reason}.",
    why: 'Every device is full, is being left, or was ruled out by the placement.',
    fix: 'End kernels, raise `maxKernels`, add a device, or choose another placement.',
    recoverable: true,
  },
  UnknownDevice: {
    what: "There is no device '{device}' in this group.",
    why: 'Its devices are: {known}.',
    fix: 'Name one of those.',
  },
  MigrationFailed: {
    what: "Kernel '{kernel}' could not be moved from '{from}' to '{to}': {reason}.",
    why: '{consequence}',
    fix: 'Remove the cause, then try again.',
    recoverable: true,
  },
} as const satisfies Record<string, CodeRow>;
