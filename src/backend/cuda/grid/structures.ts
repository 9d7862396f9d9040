/** Structures of a persistent grid in memory that host and device share; declared on the device from here. */
import { array, struct, u32, u64 } from '../../../layout/types.ts';

/** Commands as the device numbers them. */
export const ops = { run: 1, play: 2, pause: 3, resume: 4, set: 5, brush: 6, load: 7, addSource: 8, removeSource: 9, snapshot: 10, measure: 11, reset: 12, progress: 13, leave: 14 } as const;

/** Flags of a command. */
export const holdFlag = 1;

/** Words of a command beside its operation and its flags. */
export const commandWords = 10;
/** Slots of each lane's ring of commands; as many may be on their way. */
export const laneSlots = 32;
/** Commands that workers have not all applied yet, at most. */
export const logSlots = 32;
/** Generations of the workers' shares of a measure. */
export const shareSlots = 32;
export const mostSources = 64;

/** A slot of a command ring: four chunks of 16 B, each its stamp and three words. */
export const slotBytes = 64;
/** A slot of an answer ring: two chunks. Words: step, running; value (the command's number), spare. */
export const answerBytes = 32;

/** Words that the host writes; mapped. */
export const GridControl = struct('RkGridControl', {
  /** Non-zero: all workers save their tiles at one step, and the kernel ends. */
  stop: u32,
  reserved0: array(u32, 15),
  /** Steps since the last reset, now and then. */
  step: u64,
  reserved1: array(u32, 14),
});

/**
 * A command that all workers apply after the same step, in chunks of 16 B: the command's number, then three of these
 * words: low word of the step since the opening, operation, its words, the step since the last reset (two words).
 */
export const entryChunks = 5;
export const entryBytes = 128;

/** Where everything lies; the kernel's one argument. */
export const GridParts = struct('RkGridParts', {
  /** Mapped: command rings, answer rings, control words, the workers' shares of a measure. */
  commands: u64, answers: u64, control: u64, shares: u64,
  /** Steps granted (low word) and commands published (high word). */
  grant: u64,
  /** Per worker: steps done and commands applied, as in `grant`. */
  flags: u64,
  log: u64,
  /** Halos between neighbours: value and step in one word of 64 bits. */
  halos: u64,
  /** What survives outside the kernel: fields with ghosts, parameters, sources of each worker, the conductor. */
  homes: u64, params: u64, sources: u64, conductor: u64,
  /** Tiles, where they do not fit shared memory. */
  tiles: u64,
  /** Steps that the slowest worker may be overtaken by. */
  ahead: u32,
  reserved: u32,
});

export const gridStructures = [GridControl, GridParts] as const;
