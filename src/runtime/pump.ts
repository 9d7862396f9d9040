import type { DeviceEngine, EngineSink } from '../engine/contract.ts';
import { nextTurn, turn } from './turn.ts';

/** Spin of one call, in milliseconds: longer than a sleeping worker takes to wake. */
const spinFor = 0.1;
/** Calls answered by spinning hold up the event loop at most this long, in milliseconds. */
const longestTurn = 5;
/** Looks between two readings of the clock. */
const looksPerClock = 16;
/** Spins between two questions whether the turn has lasted long enough, less one; a power of two less one. */
const clockEvery = 63;
/** How long answers are looked for every turn before the engine alone is trusted to wake us, in milliseconds. */
const eagerFor = 0.3;
/** Most occasions let pass after a way of waiting has not paid off. */
const mostSkipped = 256;
/** Pause between looks while something is stuck that no signal announces (room in a full ring), in milliseconds. */
const retryEvery = 1;

/** Somebody who waits for room. */
export interface Blocked {
  /** Tries again; true when it waits no more. */
  retry(): boolean;
}

/**
 * Whether a way of waiting is worth trying: always while it pays off, then ever more rarely. A length of time
 * that shrinks instead would end below the time a sleeping worker needs, and never pay off again.
 */
class Trial {
  #penalty = 0;
  #skip = 0;

  worthwhile(): boolean {
    if (this.#skip === 0) return true;
    this.#skip--;
    return false;
  }

  note(paidOff: boolean): void {
    this.#penalty = paidOff ? 0 : Math.min(mostSkipped, 2 * this.#penalty + 1);
    this.#skip = this.#penalty;
  }
}

/**
 * Moves what one engine has for the host to its receivers: first spinning (a hot engine answers within
 * microseconds), then once a turn of the event loop, then asleep in `engine.wait`. Costs nothing and keeps
 * nothing alive while nobody waits.
 */
export class Pump {
  readonly #engine: DeviceEngine;
  readonly #sink: EngineSink;
  readonly #lost: (cause: Error) => void;
  readonly #stop = new AbortController();
  readonly #blocked = new Set<Blocked>();
  #polling = false;
  #stopped = false;
  #started = false;
  #waiters = 0;
  #keepAlive: ReturnType<typeof setInterval> | null = null;
  readonly #spinTrial = new Trial();
  readonly #dozeTrial = new Trial();
  #turnEnds = 0;
  #turnSpent = false;
  #spins = 0;
  readonly #eagerTrial = new Trial();
  #eager = false;
  #retrying = false;
  #refused = false;

  constructor(engine: DeviceEngine, sink: EngineSink, lost: (cause: Error) => void) {
    this.#engine = engine;
    this.#sink = sink;
    this.#lost = lost;
  }

  /** Begins to listen; called when the engine has its first actor. */
  start(): void {
    if (this.#started || this.#stopped) return;
    this.#started = true;
    void this.#listen();
  }

  stop(): void {
    this.#stopped = true;
    this.#blocked.clear();
    this.#stop.abort();
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    this.#keepAlive = null;
  }

  /** Hands over what has arrived. Returns how many. */
  poll(): number {
    if (this.#polling || this.#stopped) return 0;
    this.#polling = true;
    try {
      return this.#engine.poll(this.#sink);
    } catch (cause) {
      this.#lost(asError(cause));
      return 0;
    } finally {
      this.#polling = false;
    }
  }

  /** Something had no room and stays with the engine. */
  noteRefusal(): void {
    this.#refused = true;
  }

  /**
   * Looks for answers without leaving the current turn until `awaited.settled`, as long as that is likely to
   * pay off and fair to the rest of the program. `attempt` is made after each look. False: give up and `hold()`.
   */
  spin(awaited: { readonly settled: boolean }, attempt?: () => void): boolean {
    if (this.#polling || this.#stopped) return false;
    if (!this.#engine.hot) {
      // It may have answered and gone to sleep again while it was being woken.
      this.poll();
      return awaited.settled;
    }
    if (this.#engine.waking === true && this.#engine.doze !== undefined && this.#dozeTrial.worthwhile()) {
      // The system may have put what was woken on this very core, where spinning would only keep it from running.
      this.#engine.doze(spinFor);
      this.poll();
      this.#dozeTrial.note(awaited.settled);
      if (awaited.settled) return true;
    }
    // Reading the clock costs as much as several looks, so it is read rarely.
    if (this.#turnSpent || ((++this.#spins & clockEvery) === 0 && !this.turnOpen())) return false;
    if (!this.#spinTrial.worthwhile()) return false;
    let end = 0;
    for (;;) {
      for (let i = 0; i < looksPerClock; i++) {
        this.poll();
        attempt?.();
        if (awaited.settled) {
          this.#spinTrial.note(true);
          return true;
        }
      }
      const now = performance.now();
      if (end === 0) end = now + spinFor;
      else if (now >= end || !this.#engine.hot) break;
    }
    this.#spinTrial.note(false);
    return false;
  }

  /** False when work done within this turn of the event loop has lasted long enough. */
  turnOpen(): boolean {
    const now = performance.now();
    if (this.#turnEnds === 0) {
      this.#turnEnds = now + longestTurn;
      nextTurn(() => {
        this.#turnEnds = 0;
        this.#turnSpent = false;
      });
    }
    this.#turnSpent = now >= this.#turnEnds;
    return !this.#turnSpent;
  }

  /** One more promise of the user depends on this engine: keeps the process alive and looks eagerly for a while. */
  hold(): void {
    if (this.#waiters++ === 0 && !this.#stopped) {
      // A timer is what keeps an event loop alive; it never fires within the life of a program. Node's is kept
      // and only counted again, which costs less than making one for every call.
      if (this.#keepAlive === null) this.#keepAlive = setInterval(() => undefined, 2 ** 30);
      else this.#keepAlive.ref();
    }
    // Looking may not have paid off lately: handlers take long, or this thread keeps the device from its core.
    if (this.#engine.hot && !this.#eager && this.#eagerTrial.worthwhile()) this.#lookEagerly();
  }

  release(): void {
    if (--this.#waiters > 0 || this.#keepAlive === null) return;
    if (typeof this.#keepAlive === 'object') {
      this.#keepAlive.unref();
      return;
    }
    clearInterval(this.#keepAlive);
    this.#keepAlive = null;
  }

  /** `blocked.retry` is called until it returns true or `unblock` is called. */
  block(blocked: Blocked): void {
    this.#blocked.add(blocked);
    if (!this.#retrying) {
      this.#retrying = true;
      nextTurn(() => void this.#retry());
    }
  }

  unblock(blocked: Blocked): void {
    this.#blocked.delete(blocked);
  }

  #lookEagerly(): void {
    this.#eager = true;
    const until = performance.now() + eagerFor;
    let taken = 0;
    const look = (): void => {
      taken += this.poll();
      this.#eager = this.#waiters > 0 && !this.#stopped && performance.now() < until;
      if (this.#eager) nextTurn(look);
      else this.#eagerTrial.note(taken > 0);
    };
    nextTurn(look);
  }

  async #retry(): Promise<void> {
    let idleSince = performance.now();
    while (this.#blocked.size > 0 && !this.#stopped) {
      let progress = this.poll() > 0;
      for (const blocked of this.#blocked) {
        if (!blocked.retry()) continue;
        this.#blocked.delete(blocked);
        progress = true;
      }
      const now = performance.now();
      if (progress) idleSince = now;
      if (now - idleSince < eagerFor) await turn();
      else await pause(retryEvery);
    }
    this.#retrying = false;
  }

  async #listen(): Promise<void> {
    let stuck = 0;
    try {
      while (!this.#stopped) {
        await this.#engine.wait(this.#stop.signal);
        if (this.#stopped) return;
        this.#refused = false;
        stuck = this.poll() === 0 && this.#refused ? stuck + 1 : 0;
        // What arrived has no room because nobody reads: the engine wakes us at once, again and again. Whoever
        // makes room polls by itself, so the looks may become rare.
        if (stuck < 8) await turn();
        else await pause(Math.min(64, stuck - 7));
      }
    } catch (cause) {
      if (!this.#stopped) this.#lost(asError(cause));
    }
  }
}

/** A pause that keeps nothing alive: whoever waits holds the process. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (typeof timer === 'object') timer.unref();
  });
}

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
