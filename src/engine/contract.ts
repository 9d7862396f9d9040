/**
 * What a device engine owes the runtime. One engine serves all actors of one device; an actor is a row in
 * its table. CPU and CUDA engines run by themselves; WebGPU and Metal engines run one bounded pass at a
 * time and are driven from inside `poll`/`wait`. The runtime cannot tell the difference.
 */
import type { ActorProgram } from '../kernel/ir.ts';
import type { Codec, Views } from '../message/codec.ts';

/** Lane numbers: a lower lane overtakes a higher one. */
export const lanes = { critical: 0, high: 1, normal: 2, low: 3 } as const;
export type Priority = keyof typeof lanes;

/**
 * What happens to a message that finds its ring full. `refuse`: the sender is told. `dropNewest`: this
 * message becomes a dead letter. `dropOldest`: the oldest waiting one does. `wait`: the sender waits, at
 * most until its deadline. Default `wait` for `send` and `call` with the runtime's time-out.
 */
export type OverflowPolicy = 'refuse' | 'dropNewest' | 'dropOldest' | 'wait';

export interface ActorSpec {
  /** Unique in the engine. */
  readonly name: string;
  readonly program: ActorProgram;
  /** Slots per lane; a power of two, at least 2. Default 1024. */
  readonly inboxCapacity: number;
  /** Slots of the outbox; a power of two, at least 2. Default 1024. */
  readonly outboxCapacity: number;
  /** Four priority lanes, or one. */
  readonly priorities: boolean;
  readonly overflow: OverflowPolicy;
  /** `full` puts the 256 B header into every slot. Default `compact`. */
  readonly envelope: 'compact' | 'full';
  /** Bytes of `program.state`; zero when absent. */
  readonly initialState?: Uint8Array;
  /** Backend-specific placement wishes (`worker`, `grid`, `serve: 'thread' | 'warp' | 'block'`, `ring: 'own' | 'shared'`), checked by the backend. */
  readonly placement: Readonly<Record<string, unknown>>;
  /** `fast` may trap only where the hardware must; `exact` faults on overflow, division by zero, out of bounds. */
  readonly arithmetic: 'fast' | 'exact';
  /** The functions behind the program, for the engine that runs those (`debug: 'source'`). */
  readonly source?: ActorSource;
}

/** What the user wrote, untouched; handlers and ports by index. */
export interface ActorSource {
  readonly handlers: readonly { readonly fn: (...args: never[]) => unknown; readonly message: Codec; readonly reply: Codec | null }[];
  readonly ports: readonly { readonly name: string; readonly codec: Codec }[];
  readonly uses: unknown;
}

export interface SendOptions {
  /** 0: nobody waits for the answer. Any number of answers to a batch carry the batch's. */
  readonly correlation: number;
  /** Of an actor with one lane only the tag's priority. */
  readonly lane: number;
  /** Packed HLC; 0n: none. */
  readonly deadline: bigint;
}

/** The host's end of one actor. All calls are synchronous, cheap, and made from one thread. */
export interface EngineActor {
  /** Non-zero; what `ctx.self` and a slot's `source` hold. */
  readonly id: number;
  /** Writes and publishes one message. False when the lane is full; then nothing was written. */
  trySend(handler: number, codec: Codec, value: unknown, options: SendOptions): boolean;
  /** As `trySend`, for a payload that is bytes already (raw envelopes); `header` goes into a full envelope's slot. */
  trySendBytes(handler: number, payload: Uint8Array, header: Uint8Array | null, options: SendOptions): boolean;
  /**
   * Hands over many messages of one type as columns in field order, each with `count` elements; replies come
   * back as batches too. Returns how many were taken, from the front.
   */
  trySendBatch(handler: number, codec: Codec, columns: readonly ArrayBufferView[], count: number, options: SendOptions): number;
}

/** Where the runtime takes what the device sends to the host. Views and offsets are valid only during the call. */
export interface EngineSink {
  /** `slot`: byte offset of a slot (`SlotHead`, payload behind it). False: no room now; the engine keeps it and its actor may stall. */
  message(actor: number, views: Views, slot: number): boolean;
  fault(fault: ActorFault): void;
  debug(actor: number, format: number, args: readonly (number | bigint | boolean)[]): void;
  /** A message that will not be handled, with its payload, and its lane and deadline where the engine still knows them. For `unconnected`, `actor` is the sender and `handler` the number of the port. */
  deadLetter(letter: { actor: number; handler: number; reason: DeadLetterReason; source: number; correlation: number; payload: Uint8Array; lane?: number; deadline?: bigint }): void;
  /** The whole engine is lost (context poisoned, device gone): every pending call rejects with this. */
  lost(cause: Error): void;
}

export type DeadLetterReason = 'expired' | 'overflow' | 'terminated' | 'faulted' | 'hopLimit' | 'unconnected';

export interface ActorFault {
  readonly actor: number;
  readonly handler: number;
  readonly correlation: number;
  readonly kind: 'trap' | 'outOfBounds' | 'divisionByZero' | 'overflow' | 'unreachable' | 'stackOverflow' | 'watchdog' | 'illegalAddress' | 'divergence';
  /** Offsets into the program's sources, where known. */
  readonly source?: { readonly source: number; readonly start: number; readonly end: number };
  readonly detail?: string;
  /** What was thrown, where the handler ran as JavaScript. */
  readonly cause?: unknown;
}

export interface ActorCounters {
  readonly processed: number;
  readonly inFlight: number;
  readonly inputDepth: number;
  readonly outputDepth: number;
  readonly dropped: number;
  readonly errors: number;
  readonly lastError: number;
  readonly sent: number;
  readonly refused: number;
  /** Microseconds; zeros when nothing was processed. */
  readonly latency: { readonly total: number; readonly min: number; readonly max: number };
}

/** Copy of one actor's state into another's memory. */
export interface StateCopy {
  readonly bytes: number;
  /** Milliseconds from asking for the copy to its end. */
  readonly ms: number;
  /** Of the original before and of the copy after, by one rule of the backend's; not equal: something went wrong. */
  readonly checksum: number;
  readonly copied: number;
}

/**
 * Delivery into actors of another engine of the same backend, for devices that reach each other's memory: a message
 * goes from actor to actor without the host. Such an engine keeps a ring for every sender, so messages that come
 * over different ways are in order only when the first have been handled before the next are sent.
 */
export interface PeerDelivery {
  /** Whether actors here can write into the inboxes of actors there. */
  reaches(other: DeviceEngine): boolean;
  /** As `DeviceEngine.connect`, to an actor of another engine. The receiver sees source 0. */
  connect(from: number, port: number, other: DeviceEngine, to: number, handler: number): Promise<void>;
  /** Whether everything `from` has sent so far, here and to peers, has been taken by its receivers. */
  settled(from: number): boolean;
  /** Copies the state of an actor that stands still into one of the other engine that stands still, without the host. */
  copyState(from: number, other: DeviceEngine, to: number): Promise<StateCopy>;
}

export interface DeviceEngine extends AsyncDisposable {
  readonly backend: string;
  /** Absent where no device of the backend reaches another's memory. */
  readonly peers?: PeerDelivery;
  /** Makes a row, compiling and linking its kind if new. Others keep running or are paused and resumed; nothing is lost. */
  launch(spec: ActorSpec): Promise<EngineActor>;
  /** An inactive actor's messages wait in its rings. Resolves when the device has seen it. */
  setActive(actor: number, active: boolean): Promise<void>;
  /** Ends the actor after the message in hand; what still waits becomes dead letters. Frees its row. */
  remove(actor: number): Promise<void>;
  /** Restarts a faulted actor: `state` null keeps its state, bytes replace it. */
  restart(actor: number, state: Uint8Array | null): Promise<void>;
  /** Port `port` of `from` delivers to handler `handler` of `to`; `to` 0 disconnects. */
  connect(from: number, port: number, to: number, handler: number): Promise<void>;
  /** A consistent copy, taken between two messages. */
  readState(actor: number): Promise<Uint8Array>;
  writeState(actor: number, state: Uint8Array): Promise<void>;
  counters(actor: number): ActorCounters;
  /** Takes what has arrived, at most `limit` slots (default all). Returns how many. Never waits. */
  poll(sink: EngineSink, limit?: number): number;
  /** An answer may come within microseconds: spinning on `poll` is worth it. */
  readonly hot: boolean;
  /** Since the last `poll` this thread has woken one of the device's; absent: there is none to wake. */
  readonly waking?: boolean;
  /** Sleeps on the calling thread until something has arrived, at most `ms` milliseconds; returns at once where it must not block. */
  doze?(ms: number): void;
  /** Resolves when `poll` may find something, or at `signal`. Holds the event loop no more than it must; costs no CPU while nothing is due. */
  wait(signal?: AbortSignal): Promise<void>;
  /** Bytes held. */
  readonly memory: { readonly host: number; readonly device: number };
}
