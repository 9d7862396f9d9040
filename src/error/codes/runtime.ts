import type { CodeRow } from '../codes.ts';

/** Lifecycle, calls, configuration, supervision. */
export const runtimeCodes = {
  InvalidConfig: {
    what: 'Invalid value for {option}: {value}.',
    why: '{reason}',
    fix: 'Pass a value that fits.',
  },
  InvalidStateTransition: {
    what: "Kernel '{kernel}' cannot go from {from} to {to}.",
    why: 'The lifecycle is created, launched, active, deactivated, terminating, terminated; this step is not part of it.',
    fix: 'Ask `kernel.state` first, or use the step that is legal from {from}.',
  },
  KernelNotActive: {
    what: "Kernel '{kernel}' is {state}, not active.",
    why: 'Only an active kernel takes messages.',
    fix: 'Call `kernel.activate()` first.',
  },
  Timeout: {
    what: '{operation} did not finish within {ms} ms.',
    why: 'The other side was too slow, stalled, or never answers.',
    fix: 'Pass a longer timeout, or look at `kernel.status()` to see where the message waits.',
    recoverable: true,
  },
} as const satisfies Record<string, CodeRow>;
