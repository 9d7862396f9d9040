/**
 * How the threads of a persistent grid keep together without a barrier. Everything that happens to a tile is an
 * event, a step or an order, and all tiles go through the same row of events. A tile may do event `e` when its
 * neighbours have done `e` events: then what it reads is there, and what it overwrites is read by nobody any more.
 *
 * Any thread may do a tile's next event, one at a time: it claims the tile. Any thread may decide how the row goes on,
 * one at a time: it takes commands between steps and moves the horizon, the number of events that are decided. So
 * no thread waits for one that is not running, but for what that one has claimed. A command becomes an order at one
 * event; whoever is the last to carry it out answers it. Threads with nothing to do sleep.
 *
 * Written over raw memory, so that the step explorer can stop it at every access.
 */
import type { RawMemory } from '../../../queue/memory.ts';

/** Commands of one lane that may be under way. */
export const laneCapacity = 32;
export const lanes = { urgent: 0, normal: 1 } as const;
export const laneCount = 2;

const line = 64;

/** Byte offsets from the head. Words that different threads write lie on different cache lines. */
export const head = {
  /** Events decided. */
  horizon: 0,
  /** Orders written; those of event `e` before the horizon passes `e`. */
  orders: 4,
  /** Commands posted in each lane. The host writes. */
  posted: line,
  /** Threads asleep, and the word they sleep on. */
  sleepers: 2 * line,
  wake: 2 * line + 4,
  /** Orders answered. The host waits for it. */
  answers: 3 * line,
  /** 1 + number of the thread that failed. */
  broken: 3 * line + 4,
  /** Whether a thread decides (`deciders`). From here on its own: commands taken from each lane, steps each lane's `run` still has to do. */
  deciding: 4 * line + 44,
  taken: 4 * line,
  remaining: 4 * line + 8,
  /** Place of the `run` that holds the lane. */
  running: 4 * line + 16,
  playing: 4 * line + 24,
  paused: 4 * line + 28,
  /** 1 + the lane whose next command comes before any step. */
  hold: 4 * line + 32,
  /** Steps decided since the opening or the last reset, low and high word. */
  steps: 4 * line + 36,
  stepsHigh: 4 * line + 40,
  places: 5 * line,
} as const;

/** Nobody decides; a thread does; it does, and is to look once more, because another has come in vain and is about to sleep. */
const deciders = { nobody: 0, one: 1, again: 2 } as const;

/** Byte offsets in a command's place. */
export const place = { action: 0, steps: 4, hold: 8, kind: 12, payload: 16, answered: 20, step: 24, stepHigh: 28, bytes: 32 } as const;
/** Byte offsets in an order. */
export const order = { event: 0, kind: 4, payload: 8, place: 12, left: 16, bytes: 32 } as const;

const placesBytes = laneCount * laneCapacity * place.bytes;
const ordersAt = head.places + placesBytes;
/** As many orders as there may be commands: an order's record is free again before it comes round. */
const orderCapacity = laneCount * laneCapacity;
const tilesAt = ordersAt + orderCapacity * order.bytes;

/** What a command is to the lead. */
export const actions = { none: 0, run: 1, play: 2, pause: 3, resume: 4, reset: 5 } as const;

/** Bytes of the head for so many tiles. */
export const headBytes = (tiles: number): number => tilesAt + tiles * line;
/** Byte offsets in a tile's line. `busy` 1: claimed. The others belong to whoever has claimed it; `done` is read by all. */
export const tile = { done: 0, busy: 4, nextOrder: 8, phase: 12, clock: 16 } as const;
export const tileAt = (at: number, index: number): number => at + tilesAt + index * line;
/** Address of a command's place; `number` counts the lane's commands. */
export const placeAt = (at: number, lane: number, number: number): number => at + head.places + (lane * laneCapacity + (number & (laneCapacity - 1))) * place.bytes;
/** Address of the `n`th order. */
export const orderAt = (at: number, n: number): number => at + ordersAt + (n & (orderCapacity - 1)) * order.bytes;

/** How far `a` is ahead of `b`, both u32 that wrap. */
const ahead = (a: number, b: number): number => (a - b) | 0;

/** Wakes whoever sleeps, after what they wait for was stored. */
export function rouse(m: RawMemory, at: number): void {
  if (m.loadAcquire(at + head.sleepers) === 0) return;
  m.fetchAdd(at + head.wake, 1);
  m.notify(at + head.wake, 0xffff_ffff);
}

// ---------------------------------------------------------------- deciding

/** Adds an order for a command at the horizon. The horizon returned is not published yet. */
function give(m: RawMemory, at: number, tiles: number, from: number, horizon: number): number {
  const n = m.load(at + head.orders);
  const record = orderAt(at, n);
  m.store(from + place.step, m.load(at + head.steps));
  m.store(from + place.stepHigh, m.load(at + head.stepsHigh));
  m.store(record + order.event, horizon);
  m.store(record + order.kind, m.load(from + place.kind));
  m.store(record + order.payload, m.load(from + place.payload));
  m.store(record + order.place, from);
  m.storeRelease(record + order.left, tiles);
  m.storeRelease(at + head.orders, (n + 1) >>> 0);
  return (horizon + 1) >>> 0;
}

/** Takes the commands of a lane up to a `run` that holds it. */
function takeLane(m: RawMemory, at: number, tiles: number, lane: number, from: number): number {
  let horizon = from;
  const posted = m.loadAcquire(at + head.posted + 4 * lane);
  for (let taken = m.load(at + head.taken + 4 * lane); taken !== posted && m.load(at + head.remaining + 4 * lane) === 0;) {
    const command = placeAt(at, lane, taken);
    taken = (taken + 1) >>> 0;
    m.store(at + head.taken + 4 * lane, taken);
    if (m.load(command + place.hold) !== 0) m.store(at + head.hold, lane + 1);
    else if (m.load(at + head.hold) === lane + 1) m.store(at + head.hold, 0);
    switch (m.load(command + place.action)) {
      case actions.run:
        m.store(at + head.remaining + 4 * lane, m.load(command + place.steps));
        m.store(at + head.running + 4 * lane, command);
        if (m.load(command + place.steps) === 0) horizon = give(m, at, tiles, command, horizon);
        continue;
      case actions.play:
        m.store(at + head.playing, 1);
        m.store(at + head.paused, 0);
        break;
      case actions.pause:
        m.store(at + head.paused, 1);
        break;
      case actions.resume:
        m.store(at + head.paused, 0);
        break;
      case actions.reset:
        m.store(at + head.steps, 0);
        m.store(at + head.stepsHigh, 0);
        break;
    }
    horizon = give(m, at, tiles, command, horizon);
  }
  return horizon;
}

/** Most steps that may follow now: up to the end of the shortest `run`, none where nothing runs. */
function stepsWanted(m: RawMemory, at: number, window: number): number {
  if (m.load(at + head.hold) !== 0 || m.load(at + head.paused) !== 0) return 0;
  let wanted = m.load(at + head.playing) !== 0 ? window : 0;
  for (let lane = 0; lane < laneCount; lane++) {
    const remaining = m.load(at + head.remaining + 4 * lane);
    if (remaining !== 0) wanted = Math.min(wanted === 0 ? window : wanted, remaining);
  }
  return wanted;
}

/** Events that all tiles have done. */
function floor(m: RawMemory, at: number, tiles: number): number {
  let least = m.loadAcquire(tileAt(at, 0) + tile.done);
  for (let k = 1; k < tiles; k++) {
    const done = m.loadAcquire(tileAt(at, k) + tile.done);
    if (ahead(done, least) < 0) least = done;
  }
  return least;
}

/** Takes commands, then lets steps follow, at most `window` ahead of what all tiles have done. Tells whether the horizon has moved. */
function moveHorizon(m: RawMemory, at: number, tiles: number, window: number): boolean {
  const before = m.load(at + head.horizon);
  const done = floor(m, at, tiles);
  let horizon = before;
  for (;;) {
    for (let lane = 0; lane < laneCount; lane++) horizon = takeLane(m, at, tiles, lane, horizon);
    const steps = Math.min(stepsWanted(m, at, window), Math.max(0, window - ahead(horizon, done)));
    if (steps === 0) break;
    horizon = (horizon + steps) >>> 0;
    const low = m.load(at + head.steps);
    m.store(at + head.steps, (low + steps) >>> 0);
    if (low + steps > 0xffff_ffff) m.store(at + head.stepsHigh, m.load(at + head.stepsHigh) + 1);
    for (let lane = 0; lane < laneCount; lane++) {
      const remaining = m.load(at + head.remaining + 4 * lane);
      if (remaining === 0) continue;
      m.store(at + head.remaining + 4 * lane, remaining - steps);
      if (remaining === steps) horizon = give(m, at, tiles, m.load(at + head.running + 4 * lane), horizon);
    }
  }
  if (horizon !== before) m.storeRelease(at + head.horizon, horizon);
  return horizon !== before;
}

/**
 * Decides what comes next and tells whether the horizon has moved; false while another thread decides. That one may
 * have looked before what this thread has done, and may be about to sleep: a thread that is about to sleep itself
 * says so by `last`, and the other looks once more.
 */
export function decide(m: RawMemory, at: number, tiles: number, window: number, last = false): boolean {
  const word = at + head.deciding;
  while (m.compareExchange(word, deciders.nobody, deciders.one) !== deciders.nobody) {
    if (!last || m.compareExchange(word, deciders.one, deciders.again) !== deciders.nobody) return false;
  }
  let moved = false;
  for (;;) {
    if (moveHorizon(m, at, tiles, window)) moved = true;
    if (m.compareExchange(word, deciders.one, deciders.nobody) === deciders.one) break;
    m.exchange(word, deciders.one);
  }
  if (moved) rouse(m, at);
  return moved;
}

// ---------------------------------------------------------------- every tile

/** Whether a tile may do its next event: it is decided, and the neighbours have done all before it. */
export function ready(m: RawMemory, at: number, index: number, neighbours: readonly number[]): boolean {
  const event = m.loadAcquire(tileAt(at, index) + tile.done);
  if (ahead(m.loadAcquire(at + head.horizon), event) <= 0) return false;
  for (let k = 0; k < neighbours.length; k++) if (ahead(m.loadAcquire(tileAt(at, neighbours[k]!) + tile.done), event) < 0) return false;
  return true;
}

/** Claims a tile that is ready. After it, the event is this thread's to do, and `finish` or `release` have to follow. */
export function claim(m: RawMemory, at: number, index: number, neighbours: readonly number[]): boolean {
  if (!ready(m, at, index, neighbours) || m.compareExchange(tileAt(at, index) + tile.busy, 0, 1) !== 0) return false;
  // Another thread may have done the event in the meantime.
  if (ready(m, at, index, neighbours)) return true;
  m.storeRelease(tileAt(at, index) + tile.busy, 0);
  return false;
}

/** The order that a claimed tile has to carry out; 0: its next event is a step. */
export function orderOf(m: RawMemory, at: number, index: number): number {
  const own = tileAt(at, index);
  const next = m.load(own + tile.nextOrder);
  if (ahead(m.loadAcquire(at + head.orders), next) <= 0) return 0;
  const record = orderAt(at, next);
  return m.load(record + order.event) === m.load(own + tile.done) ? record : 0;
}

/**
 * The claimed tile has done its event; `record`: the order it was, 0 for a step. Nobody is woken: this thread looks at
 * all tiles before it sleeps, so what has become possible is done, and who sleeps comes back when the horizon moves.
 */
export function finish(m: RawMemory, at: number, index: number, record: number): void {
  const own = tileAt(at, index);
  if (record !== 0) m.store(own + tile.nextOrder, (m.load(own + tile.nextOrder) + 1) >>> 0);
  // Before the tile is given back: whoever sees the order carried out by all may use its record again.
  const last = record !== 0 && m.fetchAdd(record + order.left, 0xffff_ffff) === 1;
  const command = last ? m.load(record + order.place) : 0;
  m.storeRelease(own + tile.done, (m.load(own + tile.done) + 1) >>> 0);
  m.storeRelease(own + tile.busy, 0);
  if (!last) return;
  m.storeRelease(command + place.answered, 1);
  m.fetchAdd(at + head.answers, 1);
  m.notify(at + head.answers, 0xffff_ffff);
}

/** Sleeps until something changes, unless `look` finds something to do after the thread has said that it will sleep. */
export function park(m: RawMemory, at: number, look: () => boolean): void {
  m.fetchAdd(at + head.sleepers, 1);
  const ticket = m.loadAcquire(at + head.wake);
  if (!look()) m.wait(at + head.wake, ticket, -1n);
  m.fetchAdd(at + head.sleepers, 0xffff_ffff);
}

// ---------------------------------------------------------------- the host

/** Posts the lane's command `number`, whose place is free. */
export function post(m: RawMemory, at: number, lane: number, number: number, command: { readonly action: number; readonly steps: number; readonly hold: boolean; readonly kind: number; readonly payload: number }): void {
  const to = placeAt(at, lane, number);
  m.store(to + place.action, command.action);
  m.store(to + place.steps, command.steps);
  m.store(to + place.hold, command.hold ? 1 : 0);
  m.store(to + place.kind, command.kind);
  m.store(to + place.payload, command.payload);
  m.store(to + place.answered, 0);
  m.storeRelease(at + head.posted + 4 * lane, (number + 1) >>> 0);
  rouse(m, at);
}
