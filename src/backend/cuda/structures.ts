/** Structures of the CUDA engine in memory that host and device share; declared on the device from here. */
import { ControlBlock, HlcState, TelemetryBuffer } from '../../layout/structures.ts';
import { array, struct, u32, u64 } from '../../layout/types.ts';

/** One source of messages of an actor: a ring of stamped slots with one consumer. 64 B. */
export const Feed = struct('RkFeed', {
  /** Device address of the slots. */
  base: u64,
  /** Where the consumer's count is published: mapped memory for the host, device memory for actors. */
  consumed: u64,
  mask: u32,
  /** Lines of one slot. */
  lines: u32,
  /** Messages consumed; kept here between two runs of the engine. */
  head: u32,
  /** What `consumed` holds. */
  published: u32,
  /** 1: looked at all the time; 0: read when the feed before it says `elsewhere`. */
  polled: u32,
  /** Words between a message's head and its payload: the header of a full envelope. */
  skip: u32,
  /** Feeds of the same lane take turns, others go by number. */
  lane: u32,
  /** 1: the slots lie in the host's memory. */
  mapped: u32,
  reserved: array(u32, 4),
});

/** One port of an actor, 64 B. `target` 0: not connected. */
export const Route = struct('RkRoute', {
  target: u32, handler: u32,
  /** Device address of the slots of the ring it writes to, and of the consumer's count. */
  base: u64, consumed: u64,
  mask: u32, lines: u32,
  sent: u32, refused: u32,
  /** The consumer's count when last looked at. */
  seen: u32,
  /** 1: other actors write to the same ring; tickets are drawn at `tickets`. */
  shared: u32,
  tickets: u64,
  /** Who the receiver is told has sent it: the actor, or 0 where the receiver is on another device. */
  source: u32,
  reserved: u32,
});

/** One actor. */
export const Row = struct('RkRow', {
  control: ControlBlock,
  telemetry: TelemetryBuffer,
  id: u32, kind: u32,
  /** 1: faulted, runs no more until restarted. */
  faulted: u32,
  feedCount: u32,
  feeds: u64, routes: u64, state: u64,
  /** Messages and replies that do not fit the block's shared memory are put together here, half each. */
  scratch: u64,
  scratchBytes: u32,
  ports: u32,
  /** Messages given to the host, and how many may wait there. */
  produced: u32, window: u32,
  /** Mapped word: how many the host has taken. */
  taken: u64,
  /** `taken` when last looked at. */
  credit: u32,
  /** 1: no state, no sends: many messages at once. */
  parallel: u32,
  /** Lines of the largest thing it gives to the host. */
  replyLines: u32,
  /** 1: some feed has full envelopes. */
  skips: u32,
  /** 1: all its messages and replies are of one line: its kind's own server serves it. */
  small: u32,
  reserved: array(u32, 3),
});

/** The host's shared ring's deliveries to one lane of one actor, 16 B. */
export const Delivery = struct('RkDelivery', { base: u64, mask: u32, tail: u32 });

/** What one warp does; `rows[lane]` the row's number plus 1, 0: none. */
export const Duty = struct('RkDuty', { mode: u32, reserved: array(u32, 31), rows: array(u32, 32) });
export const duties = { idle: 0, dispatcher: 1, supervisor: 2, warp: 3, thread: 4, block: 5 } as const;

/** The ring of lines from one block to the host. */
export const Egress = struct('RkEgress', {
  base: u64,
  /** Mapped word: lines the host has taken. */
  taken: u64,
  mask: u32,
  /** Lines written; kept here between two runs. Of the common ring, `Engine.commonHead` counts. */
  head: u32,
  /** 1: the ring that blocks without a ring of their own share. */
  common: u32,
  reserved: u32,
});

/** What the supervisor tells a block again and again: read whole, 16 bytes at once. One copy for each block, so that thousands may look. */
export const Pulse = struct('RkPulse', {
  /** Non-zero: leave the loop between two messages. */
  quit: u32,
  /** Microseconds since the epoch; 0 before the first. */
  nowLow: u32, nowHigh: u32,
  /** Lines of the common ring that the host has taken. */
  taken: u32,
  reserved: array(u32, 12),
});

/** Words that the host writes and the device's supervisor reads, and the other way round; mapped. */
export const Control = struct('RkControl', {
  /** Non-zero: leave the loop between two messages. */
  stop: u32,
  /** Changes ask for a reading of the device's clock. */
  clockAsk: u32,
  /** Nanoseconds to add to the device's clock for time since the epoch. */
  clockOffset: u64,
  /** Nanoseconds a handler may run; 0: any time. */
  limit: u64,
  host: array(u32, 10),
  clockAnswer: u32, reserved0: u32,
  clockNs: u64,
  /** Counts turns of the supervisor. */
  beats: u32,
  device: array(u32, 11),
});

/** Where everything lies; the kernel's one argument. */
export const Engine = struct('RkEngine', {
  rows: u64, duties: u64, egress: u64, deliveries: u64,
  control: u64,
  /** The host's shared ring: slots of one line, and the mapped count of those taken. */
  ingress: u64, ingressTaken: u64,
  ingressMask: u32,
  ingressHead: u32,
  /** Per row: the number of the message in hand, 0: none; and whether the watchdog wants it to end. */
  busy: u64, cancel: u64,
  /** Per row, for the supervisor: what `busy` was, and since when. */
  seen: u64, since: u64,
  rowCount: u32,
  blocks: u32,
  clockOffset: u64,
  /** `Pulse` by block. */
  pulses: u64,
  /** Of the common ring: lines drawn, and the mapped word that says how many the host has taken. */
  commonHead: u64, commonTaken: u64,
});

export { ControlBlock, HlcState, TelemetryBuffer };
export const engineStructures = [Feed, Route, Row, Delivery, Duty, Egress, Pulse, Control, Engine] as const;
