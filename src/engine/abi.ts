/**
 * What compiled handlers and a CPU engine agree on: the table of actor rows, the worker's block, the
 * record of a fault, and the functions and addresses a kind's WebAssembly module imports.
 *
 * A kind (one kernel definition) is one module. It shares the engine's linear memory, exports one function
 * per handler, and is linked by the workers into a table of functions, so launching a new kind rebuilds
 * nothing. All addresses are byte offsets into that memory; 0 is never a valid address.
 */
import { ControlBlock, SlotHead, TelemetryBuffer } from '../layout/structures.ts';
import { array, struct, u32, u64 } from '../layout/types.ts';

export { offsetOf } from '../layout/access.ts';

/** What went wrong, by number. Order is fixed: the numbers are stored in memory. */
export const faultKinds = [
  'none', 'trap', 'outOfBounds', 'divisionByZero', 'overflow', 'unreachable', 'stackOverflow', 'watchdog', 'illegalAddress', 'divergence',
] as const;
export type FaultKind = Exclude<(typeof faultKinds)[number], 'none'>;
export const faultNumber = (kind: FaultKind): number => faultKinds.indexOf(kind);

/**
 * A fault and where it happened. Generated code that detects a fault itself stores `kind`, `source`,
 * `start` and `end` (an IR `Pos`) at the address of the imported global `fault`, then traps. For a trap of
 * the machine the engine fills `code` from the trap's position in the module, which
 * the module's map translates to a `Pos`.
 */
export const FaultRecord = struct('FaultRecord', {
  /** Index into `faultKinds`. */
  kind: u32,
  /** The IR position; `end` 0: unknown. */
  source: u32, start: u32, end: u32,
  handler: u32, correlation: u32,
  /** Byte offset of the trapping instruction in the kind's module; 0: unknown. */
  code: u32,
  /** Batch area of the message in hand; 0: it was no batch. */
  batch: u32,
});

/**
 * Payload of a slot flagged `debug`: `format` indexes the program's formats; argument `i` is the `i`th
 * 64-bit word behind this head (integers extended, floats as f64 bits, bool 0 or 1) and its kind is the
 * `i`th group of two bits of `kinds` (`debugKinds`).
 */
export const DebugRecord = struct('DebugRecord', { format: u32, count: u32, kinds: u64 });
/** How a debug argument is read back: a number from a signed or unsigned 64-bit integer word, and so on. */
export const debugKinds = { number: 0, signed: 1, unsigned: 2, bool: 3 } as const;
export const maxDebugArguments = 16;

/**
 * Bits of `ActorRow.flags`. `faulted`: runs no more until restarted. `paused`: the host wants the actor
 * left alone between two messages. `full`: slots carry the 256 B header. `present`: the row is in use.
 */
export const rowFlags = { present: 1, faulted: 2, paused: 4, full: 16 } as const;

/**
 * One actor. Every group of fields has a cache line of its own, by who writes it: what host and worker tell each
 * other is written rarely, so that both keep it in their caches; what the worker counts stays on its side.
 */
export const ActorRow = struct('ActorRow', {
  control: ControlBlock,
  telemetry: TelemetryBuffer,

  flags: u32,
  /** Set by the worker when the outbox was full, cleared by the host when it made room. */
  stalled: u32,
  /** Set by the host when the inbox was full, cleared by the worker when it made room. */
  wanted: u32,
  signals: array(u32, 13),

  /** The actor's id: what `ctx.self` gives. */
  id: u32,
  /** Function table index of handler 0; the others follow it. */
  entry: u32,
  /** Function table index of the batch entry of handler 0. */
  batchEntry: u32,
  /** Address of the `WorkerBlock` that runs it. */
  worker: u32,
  /** Address of the state. */
  state: u32,
  /** Address of the `RouteEntry` of port 0; the others follow it. */
  routes: u32,
  ports: u32,
  /** Number of lanes, 1 or 4. */
  lanes: u32,
  /** Address of the ring of lane 0; lane `i` lies `i * laneBytes` behind it. */
  inbox: u32,
  laneBytes: u32,
  /** As in the rings' headers, which their writers keep busy. */
  inboxMask: u32, inboxSlot: u32,
  /** Address of the outbox ring. */
  outbox: u32,
  outboxMask: u32, outboxSlot: u32,
  /** Bytes from a slot's start to its payload: 32, or 288 with a full header. */
  payload: u32,

  /** Address of the `SlotHead` of the message in hand: timestamp, deadline, source, correlation. */
  slot: u32,
  /** Messages of the batch in hand that are done. */
  batchDone: u32,
  /** Debug records written by the handler that runs; they follow the place of its reply in the outbox. */
  debugs: u32,
  /** Messages sent to other actors, and refused by them. */
  sent: u32, refused: u32,
  /** Full headers written. */
  serial: u32,
  /** Address of the `MessageHeader` templates of full envelopes: one for each handler's message, then one for each handler's reply; 0 for compact slots. */
  headers: u32,
  /** Number of handlers. */
  handlers: u32,
  /** What a full header names it by: `kernelIdHash` of its name. */
  hash: u64,
  /** Handled messages right before the one in hand whose slots have not been given back yet. */
  held: u32,
  /**
   * Where the host may drop the oldest message: the place that a message is taken out of its slot to, so that a slow
   * handler holds up no slot. 0: messages are handled in their slots.
   */
  own: u32,
  work: array(u32, 4),

  fault: FaultRecord,
  rest: array(u32, 8),
});

/**
 * A doorbell: one bit per actor id, in groups of 1,024 ids with a summary of one bit per 32 of them, and the
 * word its owner sleeps on. Who rings sets the actor's bit, then the summary's, then wakes the owner if it is
 * parked. A group is `bellGroup`; summary and first bits share a cache line.
 */
export const Bell = struct('Bell', {
  /** Address of the first group. */
  groups: u32,
  /** Groups in use. */
  count: u32,
  reserved: array(u32, 14),
  /** The owner sleeps, or is about to. */
  parked: u32,
  /** Changes with every wake-up. */
  wake: u32,
  /** Row of the actor whose inbox the owner looks at without being rung for; 0: none. */
  watched: u32,
  reserved1: array(u32, 13),
});
/** Byte offsets in a group of a bell, and its size. */
export const bellGroup = { summary: 0, bits: 4, bytes: 192, ids: 1024 } as const;

/** One worker thread. */
export const WorkerBlock = struct('WorkerBlock', {
  /** Actors of this worker with something to do. */
  bell: Bell,
  /** Non-zero: the worker leaves its loop between two messages and takes orders. */
  stop: u32,
  /** Address of the row whose handler runs; 0: none. */
  current: u32,
  /** Counts handler calls; what the watchdog looks at. */
  beats: u32,
  /** Counts visits; moving on proves that the worker has seen what was stored before. */
  epoch: u32,
  /** Ring in which a message is being written; 0: none. */
  sending: u32,
  /** Position claimed in it. */
  position: u32,
  /** Address of the `EngineBlock`. */
  engine: u32,
  /** Microseconds of looking at an empty bell before sleeping. */
  spin: u32,
  /** Microseconds since the epoch, as last read. */
  now: u64,
  /** Row of the actor that handled a message last: looked at before the bell. */
  warm: u32,
  reserved: array(u32, 5),
  fault: FaultRecord,
  reserved1: array(u32, 8),
});

/** What all workers share. */
export const EngineBlock = struct('EngineBlock', {
  /** Actors with something for the host; the host is the owner. */
  bell: Bell,
  /** Address of the directory: addresses of segments of rows. */
  directory: u32,
  reserved: array(u32, 15),
});

/** Actor ids share a segment of the directory by 256. */
export const rowsPerSegment = 256;

/** Bytes of a worker's scratch region: locals that need an address, structs built on the way. */
export const scratchBytes = 65_536;

/** Bytes of a worker's staging region: the largest message, and the largest reply. */
export const stagingBytes = 2 * 65_536;

/** Where the SlotHead lies before the payload the handler is given, in a compact and a full slot. */
export const payloadOffset = { compact: SlotHead.size, full: SlotHead.size + 256 } as const;

export type AbiType = 'i32' | 'i64';

/**
 * What a module may import from `abiModule`. Modules import only what they use, except `memory`, which is
 * always shared (`{ initial: 1, maximum: 65536, shared: true }`).
 */
export const abiModule = 'rk';
export const abiMemory = { name: 'memory', initial: 1, maximum: 65_536, shared: true } as const;

/** Immutable i32 globals. */
export const abiGlobals = {
  /** Base of this worker's scratch region of `scratchBytes`; free for use by any function between two calls from outside. */
  scratch: 'scratch',
  /** Base of the kind's constant buffers, which the engine writes once (the emitter's metadata carries the bytes). */
  constants: 'constants',
  /** Where this worker's `FaultRecord` lies. */
  fault: 'fault',
  /** Base of this worker's region of `stagingBytes`, where batches put one message together. */
  staging: 'staging',
} as const;

export interface AbiFunction {
  readonly name: string;
  readonly params: readonly AbiType[];
  readonly result: AbiType | null;
}

/** Functions a module may import. */
export const abiFunctions = {
  /** (actor, port) -> address for the payload in the receiver's inbox; 0: refused (full or unconnected). A `commit` must follow. */
  reserve: { name: 'reserve', params: ['i32', 'i32'], result: 'i32' },
  /** (actor, port): publishes what was reserved. */
  commit: { name: 'commit', params: ['i32', 'i32'], result: null },
  /** (actor, argument count) -> address for a `DebugRecord` and its arguments; 0: no room, the output is dropped and counted. */
  debugReserve: { name: 'debugReserve', params: ['i32', 'i32'], result: 'i32' },
  /** (actor): publishes it. */
  debugCommit: { name: 'debugCommit', params: ['i32'], result: null },
  /** () -> microseconds since the epoch. */
  clock: { name: 'clock', params: [], result: 'i64' },
  /** (actor) -> the actor's HLC after a tick, packed as in `SlotHead.timestamp`. */
  tick: { name: 'tick', params: ['i32'], result: 'i64' },
  /** (table index, actor, message, reply) -> result of that handler. Used by the engine's own program only. */
  invoke: { name: 'invoke', params: ['i32', 'i32', 'i32', 'i32'], result: 'i32' },
} as const satisfies Record<string, AbiFunction>;
export type AbiFunctionName = keyof typeof abiFunctions;

/**
 * A handler: `(actor, message, reply) -> result`. `actor` is the address of its row, `message` of the
 * payload (in its ring slot, read-only), `reply` of the space for the reply's payload. Exported as
 * `handler0`, `handler1`, … by handler index.
 */
export const handlerExport = (index: number): string => `handler${index}`;
export const handlerParams: readonly AbiType[] = ['i32', 'i32', 'i32'];
/** Bit of a handler's result: a reply was written. */
export const replied = 1;

/** Structures of the CPU engine with the sizes they must have. */
export const engineStructures = [
  [FaultRecord, 32], [DebugRecord, 16], [ActorRow, 448], [Bell, 128], [WorkerBlock, 256], [EngineBlock, 192],
] as const;
