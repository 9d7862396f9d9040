/**
 * Stamped lines: how messages lie in every ring between the host and a CUDA device and between actors on it.
 *
 * A line is 64 B: four chunks of 16 B, each a stamp and three words of data. A 16-byte access is one
 * transaction, so a chunk whose stamp is the expected one is whole, and a message whose chunks all carry it
 * is whole: no second read, no fence, whatever order the parts travel in. A message takes as many lines as
 * it needs; the data words of its lines, in order, are
 *
 *   0 tag   1 correlation   2, 3 timestamp (packed HLC)   4… payload (header first in a full envelope)
 *
 * and, in a slot of a fixed number of lines, the deadline in its last two data words.
 */
import { MessageHeader, slotFlags } from '../../layout/structures.ts';
import type { Struct } from '../../layout/types.ts';
import { codecOf, type Codec } from '../../message/codec.ts';

export const lineBytes = 64;
export const lineWords = 16;
/** Words of a message before its payload. */
export const headWords = 4;
/** Data words of one line. */
export const dataWords = 12;

/**
 * Tag: bits 0..7 handler, 8..9 lane, 10..15 flags, 16..31 the actor: the receiver in the host's shared
 * ring, else the sender (0: the host).
 */
export const lineFlags = {
  batch: 1 << 10, fault: 1 << 11, debug: 1 << 12, deadLetter: 1 << 13, deadline: 1 << 14,
  /** The message itself lies in the receiver's own mapped ring; this line only says so. */
  elsewhere: 1 << 15,
} as const;
export const maxActors = 65_535;

/** Flags of a line as flags of a `SlotHead`. */
export const slotFlagsOf = (tag: number): number =>
  ((tag & lineFlags.batch) !== 0 ? slotFlags.batch : 0) | ((tag & lineFlags.fault) !== 0 ? slotFlags.fault : 0)
  | ((tag & lineFlags.debug) !== 0 ? slotFlags.debug : 0) | ((tag & lineFlags.deadLetter) !== 0 ? slotFlags.deadLetter : 0);

/** Word of a slot in which data word `i` lies. */
export const wordOf = (i: number): number => {
  const chunk = Math.floor(i / 3);
  return chunk * 4 + 1 + (i - chunk * 3);
};

/** Lines for a payload; `deadline`: with room for one. */
export const linesFor = (payloadBytes: number, deadline: boolean): number =>
  Math.ceil((headWords + Math.ceil(payloadBytes / 4) + (deadline ? 2 : 0)) / dataWords);

const mapped = new WeakMap<Struct, Codec>();
const mappedFull = new WeakMap<Struct, Codec>();

/** The codec that moves a payload straight into and out of a slot; its `offset` is the slot's start. */
export function lineCodec(type: Struct, full: boolean): Codec {
  const cache = full ? mappedFull : mapped;
  let codec = cache.get(type);
  if (codec === undefined) {
    const first = headWords + (full ? MessageHeader.size / 4 : 0);
    codec = codecOf(type, { map: (byte) => wordOf(first + byte / 4) * 4 }) as Codec;
    cache.set(type, codec);
  }
  return codec;
}

/** Copies `count` words from `source[from…]` into data words `first…` of the slot at word `slot`. */
export function scatter(words: Uint32Array, slot: number, first: number, source: Uint32Array, from: number, count: number): void {
  for (let i = 0; i < count; i++) words[slot + wordOf(first + i)] = source[from + i]!;
}

/** Whether stores to typed arrays become visible, and loads happen, in program order on this machine; otherwise each stamp is accessed atomically. */
const ordered = process.arch === 'x64' || process.arch === 'ia32';

/**
 * Writes the stamps of a slot, the first one last: now the device may see it. Where stores become visible in program
 * order the last one is a plain store too: nobody on this side waits for it, and a barrier costs as much as the message.
 */
export function publish(words: Int32Array, slot: number, lines: number, stamp: number): void {
  if (!ordered) {
    const end = slot + lines * lineWords;
    for (let at = slot + 4; at < end; at += 4) Atomics.store(words, at, stamp);
    Atomics.store(words, slot, stamp);
    return;
  }
  if (lines !== 1) {
    const end = slot + lines * lineWords;
    for (let at = slot + lineWords; at < end; at += lineWords) {
      words[at] = stamp;
      words[at + 4] = stamp;
      words[at + 8] = stamp;
      words[at + 12] = stamp;
    }
  }
  words[slot + 4] = stamp;
  words[slot + 8] = stamp;
  words[slot + 12] = stamp;
  words[slot] = stamp;
}

/** All chunks of the line at word `line` carry `stamp`. The atomic load keeps the others behind it. */
export const lineReady = (words: Int32Array, line: number, stamp: number): boolean => {
  if (Atomics.load(words, line) !== stamp) return false;
  return ordered
    ? words[line + 4] === stamp && words[line + 8] === stamp && words[line + 12] === stamp
    : Atomics.load(words, line + 4) === stamp && Atomics.load(words, line + 8) === stamp && Atomics.load(words, line + 12) === stamp;
};


/** The chunks behind the first that a payload of so many words needs carry `stamp`; the first has been looked at. */
export const chunksReady = (words: Int32Array, line: number, stamp: number, payload: number): boolean => {
  if (!ordered) return chunkStamps(words, line, stamp, payload);
  return words[line + 4] === stamp && (payload <= 2 || (words[line + 8] === stamp && (payload <= 5 || words[line + 12] === stamp)));
};

const chunkStamps = (words: Int32Array, line: number, stamp: number, payload: number): boolean =>
  Atomics.load(words, line + 4) === stamp && (payload <= 2 || (Atomics.load(words, line + 8) === stamp && (payload <= 5 || Atomics.load(words, line + 12) === stamp)));
