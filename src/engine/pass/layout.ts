/**
 * What a pass engine keeps in device memory. All of it lives in one block of words (`mem`), addressed by
 * word; what several invocations change at once lives in a second block of atomic words (`sync`).
 */
import { array, struct, u32, u64, type Fields, type Struct } from '../../layout/types.ts';

/**
 * Head of a frame: what the host hands to one pass. The frame's ranges, message slots, batches and reply
 * slots follow it; their word offsets are relative to the frame.
 */
export const PassHead = struct('PassHead', {
  /** Counts passes; its parity selects the inbox snapshots. */
  pass: u32,
  /** Row table, words from the start of `mem`. */
  rows: u32,
  /** The pass serves rows `firstRow` to `firstRow + rowCount - 1`. */
  firstRow: u32, rowCount: u32,
  /** Rows that have a `PassRange` in this frame. */
  rangeRow: u32, rangeCount: u32, ranges: u32,
  /** `PassBatch` entries handled by many invocations. */
  batches: u32,
  /** Packed HLC of the host at submission. */
  now: u64,
  /** Records that no host message stands for: replies to actors' messages, debug output, reports. */
  extra: u32, extraCapacity: u32, extraStride: u32,
  /** Messages from other actors that one actor handles in a pass, at most. */
  budget: u32,
  /** Loop iterations a handler may make for one message. */
  watchdog: u32,
  reserved: u32,
});

/** The host's messages for one row. */
export const PassRange = struct('PassRange', {
  /** First message slot. With `batch` set: the `PassBatch`. */
  input: u32,
  /** First reply slot; message `i` answers into slot `i`. */
  output: u32,
  /** Messages; bit 31 set: the range is one batch, handled in order by one invocation. */
  count: u32,
  /** How many of them come before messages from other actors. */
  urgent: u32,
});

export const batchRange = 0x8000_0000;

/** Many messages of one type as columns; column `f` starts at a multiple of 16 B behind the one before it. */
export const PassBatch = struct('PassBatch', {
  row: u32, handler: u32, count: u32,
  /** Word offsets of the first column in and out. */
  input: u32, output: u32,
  /** Reply slot of the whole batch. */
  head: u32,
  /** Packed HLC of the message. */
  timestamp: u64,
});

const inboxFields = {
  /** Inbox for messages of other actors: word address (0: none), capacity - 1, words a slot. */
  inbox: u32, inboxMask: u32, inboxStride: u32,
  /** Set when a report found no room. */
  reportDue: u32,
  /**
   * Snapshots by parity of the pass: end of what earlier passes delivered, and what was consumed. In a pass
   * everybody reads its own parity, and only the row itself writes the other one.
   */
  end: array(u32, 2), tail: array(u32, 2),
  /** Since launch. */
  handled: u32, sent: u32, refused: u32, errors: u32,
  reserved: array(u32, 4),
} as const;

/** What a device knows of one actor's inbox, 64 B: the second half of its row. */
export const InboxHeader = struct('InboxHeader', inboxFields);

/** One actor. */
export const PassRow = struct('PassRow', {
  /** Actor id: row number + 1. */
  id: u32,
  kind: u32,
  flags: u32,
  /** Word address of the state. */
  state: u32,
  /** Word address of the `RouteEntry` table. */
  routes: u32, routeCount: u32,
  /** Words from one host message to the next, from one reply slot to the next. */
  inputStride: u32, outputStride: u32,
  hlc: u64,
  reserved0: array(u32, 6),
  ...inboxFields,
});

export const rowFlags = { used: 1, active: 2, faulted: 4, stalled: 8 } as const;

/** Words at the start of `sync`; then four per row: arrivals by pass modulo three, and one spare. */
export const PassSync = struct('PassSync', {
  /** Records in the extra area. */
  extra: u32,
  /** Messages sent in this pass, and messages that wait in active rows. */
  work: u32,
  /** Debug records that found no room. */
  lostDebug: u32,
  reserved: u32,
});
export const syncWordsPerRow = 4;

/** The structures of a pass engine with the sizes they must have. */
export const passStructures = [[PassHead, 64], [PassRow, 128], [InboxHeader, 64], [PassRange, 16], [PassBatch, 32], [PassSync, 16]] as const;

/** What the first word of a reply slot or extra record says; in extra records the row number stands above. */
export const outcome = { waiting: 0, done: 1, reply: 2, fault: 3, debug: 4, report: 5 } as const;
export const outcomeBits = 4;

/** Payload of a fault outcome; `kind` indexes `faultKinds` of the engine ABI, `site` the program's fault sites. */
export const PassFault = struct('PassFault', { kind: u32, site: u32, handler: u32, correlation: u32 });

/** Payload of a report: totals since launch. */
export const PassReport = struct('PassReport', { handled: u32, sent: u32, refused: u32, waiting: u32 });

/** Word offsets of all fields, by name. */
export const wordsOf = <F extends Fields>(s: Struct<F>): { readonly [K in keyof F]: number } =>
  Object.freeze(Object.fromEntries(s.fields.map((f) => [f.name, f.offset >>> 2]))) as { readonly [K in keyof F]: number };

/** Word offset of a field. */
export function word(s: Struct, field: string): number {
  const found = s.fields.find((f) => f.name === field);
  if (!found) throw new Error(`${s.name} has no field ${field}`);
  return found.offset >>> 2;
}
export const words = (s: Struct): number => s.size >>> 2;
