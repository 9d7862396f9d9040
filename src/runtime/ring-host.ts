import type { TimeSource } from '../clock/time.ts';
import type { DeadLetterReason, DeviceEngine } from '../engine/contract.ts';
import { fail } from '../error/index.ts';
import type { Awaited } from './calls.ts';
import type { Deadlines } from './deadlines.ts';
import type { EventHub } from './events.ts';
import type { KernelCore } from './kernel-core.ts';
import type { Observers } from './observers.ts';
import type { Pump } from './pump.ts';

/** What a kernel needs of the ring it lives on. */
export interface RingHost {
  readonly engine: DeviceEngine;
  readonly pump: Pump;
  readonly deadlines: Deadlines;
  readonly time: TimeSource;
  readonly events: EventHub;
  readonly observers: Observers;
  /** Non-zero, unlike any that is still in use. */
  nextCorrelation(): number;
  /** Throws when the ring is closed or its engine lost. */
  checkAlive(): void;
  /** Waits for the engine to do something, but no longer than it lives; keeps the process alive meanwhile. */
  ask<T>(operation: Promise<T>): Promise<T>;
  /** The engine is beyond use: everything that waits on it ends with this cause. */
  lost(cause: Error): void;
  /** The kernel has ended; its id is free. */
  forget(core: KernelCore): void;
  /** Sets or, with null, removes the route of a port. */
  connect(from: KernelCore, port: string, to: string | null): Promise<void>;
  /** Takes the routes into a kernel that is about to end off the device. */
  unlink(core: KernelCore): Promise<void>;
  /** A message of the host to `core` that will not be handled. `count` when it stands for several. */
  deadLetter(core: KernelCore, handler: number, reason: DeadLetterReason, value: unknown, count?: number): void;
}

/** Ends `awaited` after `ms` or at `signal`, keeps the process alive until then. `giveUp` takes it off where it waits. */
export function guard(host: RingHost, awaited: Awaited, ms: number, signal: AbortSignal | undefined, operation: string, giveUp: () => void): void {
  const end = (error: unknown): void => {
    giveUp();
    awaited.fail(error);
  };
  if (awaited.settled) return;
  if (signal?.aborted === true) return end(signal.reason);
  const deadline = ms === Infinity ? null : host.deadlines.arm(ms, () => end(fail('Timeout', { operation, ms })));
  const abort = (): void => end(signal?.reason);
  signal?.addEventListener('abort', abort);
  awaited.cleanup = () => {
    host.pump.release();
    if (deadline !== null) host.deadlines.cancel(deadline);
    signal?.removeEventListener('abort', abort);
  };
  host.pump.hold();
}
