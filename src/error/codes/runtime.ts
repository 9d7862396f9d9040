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
  KernelNotFound: {
    what: "No kernel '{kernel}' is launched here.",
    why: 'The id was never launched on this ring, or its kernel has been terminated.',
    fix: 'Launch it first; `ring.kernels()` lists what runs.',
  },
  KernelAlreadyExists: {
    what: "A kernel '{kernel}' is already launched.",
    why: 'Ids are addresses: one ring holds at most one living kernel per id.',
    fix: 'Pass another `id` to `launch`, or terminate the other kernel first.',
  },
  KernelTerminated: {
    what: "Kernel '{kernel}' has been terminated: {reason}.",
    why: 'A terminated kernel takes no messages and answers none.',
    fix: 'Launch it again, or declare `supervision` if it ended by a fault.',
  },
  KernelFault: {
    what: "The handler of '{kernel}' for message '{message}' failed: {kind}{detail}.",
    why: 'The handler trapped, or ran longer than the watchdog allows. Only this kernel is affected.',
    fix: 'Correct the handler{position}; `supervision` decides what happens to the kernel.',
  },
  MessageDropped: {
    what: "A message '{message}' to '{kernel}' will not be handled: {reason}.",
    why: 'It expired, found no room, or its kernel ended before it was handled. It is among the dead letters.',
    fix: 'Look at `ring.deadLetters`; allow more time or room if the message matters.',
    recoverable: true,
  },
  NoReply: {
    what: "Messages '{message}' to '{kernel}' are not answered.",
    why: 'Its handler declares no reply, so a call could never finish.',
    fix: 'Use `send`, or declare a `reply` for this message.',
  },
  UnknownMessage: {
    what: "Kernel '{kernel}' does not handle '{message}'.",
    why: 'It handles: {known}.',
    fix: 'Send one of those, or add a handler for this message to the definition.',
  },
  UnknownPort: {
    what: "Kernel '{kernel}' has no port '{port}'.",
    why: 'Its ports are: {known}.',
    fix: 'Declare the port in `sends` of the definition.',
  },
  EngineLost: {
    what: 'The {backend} engine is lost: {reason}.',
    why: 'The device failed or its context was poisoned; every kernel on it has ended.',
    fix: 'Close this ring and open a new one; kernels must be launched again.',
  },
  RingClosed: {
    what: 'This ring is closed.',
    why: '`close()` was called, or the `await using` block that held it has ended.',
    fix: 'Open a new ring, or keep this one open for longer.',
  },
  Timeout: {
    what: '{operation} did not finish within {ms} ms.',
    why: 'The other side was too slow, stalled, or never answers.',
    fix: 'Pass a longer timeout, or look at `kernel.status()` to see where the message waits.',
    recoverable: true,
  },
} as const satisfies Record<string, CodeRow>;
