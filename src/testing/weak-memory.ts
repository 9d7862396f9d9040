/**
 * Memory as several threads see it when nothing is sequentially consistent by itself. A store becomes visible
 * to each other thread in its own time, location by location, as if every pair of threads had a store buffer
 * for every location; a plain load may also return what was there earlier. Only release and acquire, atomic
 * read-modify-write and fences give order. One thing real machines do is left out: a plain load is never
 * delayed past a later store of its own thread.
 *
 * Each location keeps the list of values written to it; each thread has a view: how far down each list it has
 * seen. A release attaches the writer's view to the value, an acquire takes it over, a fence exchanges views
 * with everybody who has passed a fence before.
 *
 * Everything is immutable: an operation returns a new memory.
 */
import type { Access } from './memory-access.ts';

/** Position in each location's list of writes, by location. Missing: 0. */
export type View = readonly number[];

interface Write {
  readonly value: number;
  /** What a reader that acquires learns. */
  readonly view: View;
}

export interface ThreadView {
  /** What the thread has seen. */
  readonly now: View;
  /** What it would see after a fence: views attached to values it read without acquiring. */
  readonly pending: View;
  /** What it had seen at its last fence: goes along with its plain stores. */
  readonly fenced: View;
}

export interface Memory {
  /** By location (byte offset / 4). */
  readonly writes: readonly (readonly Write[] | undefined)[];
  /** The view that fences exchange. */
  readonly fences: View;
  /** Digest of what `collapse` was called for: locations of one thread alone. */
  readonly alone: number;
}

const nothing: View = [];
export const emptyMemory: Memory = { writes: [], fences: nothing, alone: 0 };
export const newThreadView: ThreadView = { now: nothing, pending: nothing, fenced: nothing };

const initial: readonly Write[] = [{ value: 0, view: nothing }];

export const writesOf = (memory: Memory, location: number): readonly Write[] => memory.writes[location] ?? initial;
export const latest = (memory: Memory, location: number): number => writesOf(memory, location).at(-1)!.value;
export const seen = (view: View, location: number): number => view[location] ?? 0;

function join(a: View, b: View): View {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => Math.max(a[i] ?? 0, b[i] ?? 0));
}

function at(view: View, location: number, position: number): View {
  if ((view[location] ?? 0) >= position) return view;
  const copy = Array.from({ length: Math.max(view.length, location + 1) }, (_, i) => view[i] ?? 0);
  copy[location] = position;
  return copy;
}

export interface Effect {
  readonly memory: Memory;
  readonly thread: ThreadView;
  readonly result: number;
}

/** One location's list grows by a value; `view` is what its readers may acquire. */
function append(memory: Memory, location: number, value: number, view: View): Memory {
  const writes = memory.writes.slice();
  writes[location] = [...writesOf(memory, location), { value: value >>> 0, view: at(view, location, writesOf(memory, location).length) }];
  return { ...memory, writes };
}

/** Positions that a load may return, the newest first. */
export function readable(memory: Memory, thread: ThreadView, location: number): number[] {
  const positions: number[] = [];
  for (let p = writesOf(memory, location).length - 1; p >= seen(thread.now, location); p--) positions.push(p);
  return positions;
}

export function load(memory: Memory, thread: ThreadView, location: number, position: number, acquire: boolean): Effect {
  const write = writesOf(memory, location)[position]!;
  let now = at(thread.now, location, position);
  if (acquire) now = join(now, write.view);
  return { memory, thread: { ...thread, now, pending: join(thread.pending, write.view) }, result: write.value };
}

export function store(memory: Memory, thread: ThreadView, location: number, value: number, release: boolean): Effect {
  const now = at(thread.now, location, writesOf(memory, location).length);
  return { memory: append(memory, location, value, release ? now : thread.fenced), thread: { ...thread, now }, result: 0 };
}

type Modify = Extract<Access, { op: 'fetchAdd' | 'fetchOr' | 'fetchAnd' | 'exchange' | 'compareExchange' }>;

/** Reads the newest value, whatever the view, and writes next to it; acquires and releases. */
export function modify(memory: Memory, thread: ThreadView, access: Modify): Effect {
  const location = access.address >>> 2;
  const position = writesOf(memory, location).length - 1;
  const read = load(memory, thread, location, position, true);
  const old = read.result;
  if (access.op === 'compareExchange' && old !== access.expected >>> 0) return read;
  const value = access.op === 'fetchAdd' ? old + access.value : access.op === 'fetchOr' ? old | access.value
    : access.op === 'fetchAnd' ? old & access.value : access.value;
  return { ...store(memory, read.thread, location, value, true), result: old };
}

export function fence(memory: Memory, thread: ThreadView): Effect {
  const now = join(join(thread.now, thread.pending), memory.fences);
  return { memory: { ...memory, fences: now }, thread: { now, pending: thread.pending, fenced: now }, result: 0 };
}

/** Forgets all but the newest value of a location that only one thread uses; `before`: the memory without it. */
export function collapse(memory: Memory, location: number, before: Memory): Memory {
  const writes = memory.writes.slice();
  const value = latest(memory, location);
  writes[location] = [{ value, view: nothing }];
  return { ...memory, writes, alone: before.alone ^ mixed(location, latest(before, location)) ^ mixed(location, value) };
}

/** A number that spreads a location and its value over 32 bits. */
export function mixed(a: number, b: number): number {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ b;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return x ^ (x >>> 15);
}

/** The thread has seen the newest value of these locations (as every write is seen in the end). */
export function catchUp(memory: Memory, thread: ThreadView, locations: Iterable<number>): ThreadView {
  let now = thread.now;
  for (const location of locations) now = at(now, location, writesOf(memory, location).length - 1);
  return { ...thread, now };
}

/**
 * A text that is equal for memories that behave alike from here on: values that nobody can read any more are
 * left out, positions are counted from the oldest value that somebody can. `locations`: those that threads share.
 */
export function describe(memory: Memory, threads: readonly ThreadView[], locations: readonly number[]): string {
  const base = locations.map((location) => {
    let least = writesOf(memory, location).length - 1;
    for (const t of threads) least = Math.min(least, seen(t.now, location));
    return least;
  });
  // Only positions in lists that still have more than one readable value make a difference.
  const open: number[] = [];
  locations.forEach((location, i) => { if (writesOf(memory, location).length - base[i]! > 1) open.push(i); });
  const relative = (view: View): string => {
    let text = '';
    for (const i of open) text += `${Math.max(0, seen(view, locations[i]!) - base[i]!)},`;
    return text;
  };
  let text = `${memory.alone}|${relative(memory.fences)}|`;
  locations.forEach((location, i) => {
    const writes = writesOf(memory, location);
    for (let p = base[i]!; p < writes.length; p++) text += `${writes[p]!.value}/${relative(writes[p]!.view)} `;
    text += ';';
  });
  for (const t of threads) text += `${relative(t.now)}:${relative(t.pending)}:${relative(t.fenced)};`;
  return text;
}
