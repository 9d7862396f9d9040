import type { BackendName } from '../backend/contract.ts';
import type { TimeSource } from '../clock/time.ts';
import { lanes, type OverflowPolicy, type Priority } from '../engine/contract.ts';
import { fail } from '../error/index.ts';
import type { Supervision } from './supervision.ts';
import type { ActorDefinition, PortsOf, StateOf, Target } from './types.ts';

export interface OpenOptions {
  /** Default `auto`: CUDA, then Metal, then WebGPU, then CPU. Asking for one that is not there is an error. */
  readonly backend?: BackendName | 'auto';
  /** Index of the device within the backend. Default 0. */
  readonly device?: number;
  /**
   * `source` runs your functions as they are, in this thread: breakpoints work, arithmetic is JavaScript's
   * (f64). `exact` computes as the device does and faults on overflow, out of bounds and division by zero.
   * Both run on the CPU. Default: neither.
   */
  readonly debug?: 'source' | 'exact';
  /** Milliseconds that calls, receives and sends to full rings wait unless told otherwise. Default 30,000. */
  readonly timeout?: number;
  /** Dead letters kept. Default 1,024. */
  readonly deadLetters?: number;
  /** What `ctx.debug` prints goes here. Default: `console.log`. */
  readonly print?: (kernel: string, text: string) => void;
  /**
   * What happens when the ring is closed while buffers and pools of its memory are in use. They are released and told as
   * `leak` events in any case. `warn`: and one warning of the process names them; `error`: `close` rejects with
   * `BuffersNotReleased` once everything is closed; `ignore`: nothing more. Default `warn`.
   */
  readonly leaks?: 'warn' | 'error' | 'ignore';
  /** Settings of the backend's context, checked by the backend. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the backend's engine, checked by the backend. */
  readonly engine?: Readonly<Record<string, unknown>>;
  /** Where time comes from. Default: the system. */
  readonly time?: TimeSource;
}

export interface LaunchOptions<D extends ActorDefinition = ActorDefinition> {
  /** Address of this kernel. Default: the definition's id. */
  readonly id?: string;
  /** False leaves the kernel launched until `activate()`. Default true. */
  readonly autoActivate?: boolean;
  /** Messages its inbox holds (per lane); rounded up to a power of two. Default 1,024. */
  readonly queueCapacity?: number;
  /** Replies that may wait to be read; rounded up to a power of two. Default 1,024. */
  readonly outputCapacity?: number;
  /** Four lanes, so that messages of higher priority overtake. Default false: one lane. */
  readonly priorities?: boolean;
  /** What happens to a message that finds the inbox full. Default `wait`, at most the send's timeout. */
  readonly overflow?: OverflowPolicy;
  /** `full`: every slot carries the 256 B header. Default `compact`. */
  readonly envelope?: 'compact' | 'full';
  /** State before the first message; what is left out is zero. */
  readonly initialState?: Partial<StateOf<D>>;
  /** Kernels (or ids) the ports deliver to; more by `connect`. An id may be launched later. */
  readonly connect?: { readonly [P in PortsOf<D>]?: Target<D['ports'][P]> | string };
  /** What happens after a fault. Default `stop`. */
  readonly supervision?: Supervision;
  /** Milliseconds for calls and receives of this kernel. Default: the ring's. */
  readonly timeout?: number;
  /** Wishes for the backend, checked by it. */
  readonly placement?: Readonly<Record<string, unknown>>;
}

/** How one message travels. */
export interface MessageOptions {
  /** Default `normal`. Others need a kernel launched with `priorities`. */
  readonly priority?: Priority;
  /** Not handled after this moment: a Date, or milliseconds since the epoch. */
  readonly deadline?: Date | number;
  /** Milliseconds to wait: for room in `send`, for the answer in `call`. Default: the kernel's. */
  readonly timeout?: number;
  /** Gives up when aborted; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface WaitOptions {
  /** Milliseconds. Default: the kernel's. `Infinity` waits as long as it takes. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** The next power of two, at least 2: a ring of one slot cannot tell free from readable. Throws for what is no capacity. */
export function capacity(option: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 2 ** 24) {
    throw fail('InvalidConfig', { option, value, reason: 'A capacity is a whole number from 1 to 16,777,216.' });
  }
  return Math.max(2, 2 ** Math.ceil(Math.log2(value)));
}

export function timeoutOf(value: number | undefined, standard: number): number {
  if (value === undefined) return standard;
  if (typeof value !== 'number' || !(value >= 0)) {
    throw fail('InvalidConfig', { option: 'timeout', value: String(value), reason: 'A timeout is milliseconds, zero or more; Infinity for none.' });
  }
  return value;
}

/** Throws for a value outside a closed list. */
export function oneOf<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) {
    throw fail('InvalidConfig', { option, value: String(value), reason: `It is one of ${allowed.join(', ')}.` });
  }
  return value;
}

export function laneOf(priority: Priority | undefined, kernel: string, hasLanes: boolean): number {
  if (priority === undefined) return lanes.normal;
  const lane = lanes[priority] as number | undefined;
  if (lane === undefined) throw fail('InvalidConfig', { option: 'priority', value: String(priority), reason: `It is one of ${Object.keys(lanes).join(', ')}.` });
  if (!hasLanes && lane !== lanes.normal) {
    throw fail('InvalidConfig', { option: 'priority', value: priority, reason: `Kernel '${kernel}' has one lane; launch it with \`priorities: true\`.` });
  }
  return lane;
}

/** Microseconds since the epoch in the upper 52 bits: the deadline of a slot. */
export function deadlineOf(deadline: Date | number | undefined): bigint {
  if (deadline === undefined) return 0n;
  const ms = typeof deadline === 'number' ? deadline : deadline.getTime();
  if (!(ms > 0 && ms < 2 ** 42)) {
    throw fail('InvalidConfig', { option: 'deadline', value: String(deadline), reason: 'A deadline is a Date, or milliseconds since the epoch.' });
  }
  return BigInt(Math.floor(ms * 1000)) << 12n;
}
