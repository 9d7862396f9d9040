/**
 * The step explorer: runs a few threads over raw memory in every order, stopping them at each access, with a
 * weak memory (`weak-memory.ts`), and reports the first order that breaks something.
 *
 * Exhaustive up to a bound on preemptions (switches away from a thread that could go on), which finds almost
 * every mistake with very few. States that behave alike are visited once.
 */
import type { RawMemory } from '../queue/memory.ts';
import type { Access } from './memory-access.ts';
import { directMemory, Pause, Recorder } from './recorder.ts';
import {
  catchUp, collapse, describe, emptyMemory, fence, latest, load, mixed, modify, newThreadView, readable, store, writesOf,
  type Effect, type Memory, type ThreadView,
} from './weak-memory.ts';

/** Returned by an operation that could not do its work yet: it is run again when something has changed. */
export const again: unique symbol = Symbol('again');

/**
 * One operation of a thread. It must depend on nothing but `m` and `log`, for it is run many times. What it
 * pushes to `log` is what the thread has seen so far; `check` judges by it. An error it throws is a finding.
 */
export interface Operation {
  readonly name: string;
  readonly run: (m: RawMemory, log: number[]) => typeof again | void;
}

export interface Scenario {
  /** Writes the initial memory, which all threads see. */
  readonly init?: (m: RawMemory) => void;
  readonly threads: readonly { readonly name: string; readonly operations: readonly Operation[] }[];
  /** Judges an end where all threads are done: the problem in words, or nothing. */
  readonly check?: (end: { readonly logs: readonly (readonly number[])[]; readonly read: (address: number) => number }) => string | undefined;
}

export interface ExploreOptions {
  /** Switches away from a thread that could go on. Default 3. */
  readonly preemptions?: number;
  /** States visited before the search gives up, with `complete` false. Default 2 million. */
  readonly limit?: number;
  /** Instead of every order, so many random ones, the same for the same seed: for scenarios too large to exhaust. */
  readonly sample?: { readonly runs: number; readonly seed: number };
  /**
   * `weak`: as described. `atomics`: as in JavaScript and WebAssembly, where atomic accesses (those that acquire
   * or release) are sequentially consistent and only plain ones weak. `sequential`: every store is seen at once.
   * Default `weak`.
   */
  readonly memory?: 'weak' | 'atomics' | 'sequential';
}

export interface Exploration {
  /** What is wrong, in words; null: nothing found. */
  readonly problem: string | null;
  /** The order that leads there, an access a line. */
  readonly trace: readonly string[];
  readonly states: number;
  /** Ends reached. */
  readonly ends: number;
  /** All orders within the bounds were tried. */
  readonly complete: boolean;
}

interface Thread {
  readonly operation: number;
  /** Results of the accesses the current operation has made. */
  readonly history: readonly number[];
  /** Of `history`. */
  readonly digest: number;
  readonly log: readonly number[];
  readonly view: ThreadView;
  /** The next access; null: done. */
  readonly next: Access | null;
  /** The oldest position that the operation's loads returned, by location. */
  readonly reads: ReadonlyMap<number, number>;
  /** Something it has not seen came before a write of its own. */
  readonly late: boolean;
  /** The operation returned `again`: it goes on when one of `reads` is out of date. */
  readonly stalled: boolean;
  /** Asleep at this address. */
  readonly asleep: number | null;
}

interface State {
  readonly memory: Memory;
  readonly threads: readonly Thread[];
  /** The thread that moved last. */
  readonly current: number;
  readonly preemptions: number;
  readonly cause: Cause | null;
}

interface Cause {
  readonly before: Cause | null;
  readonly line: string;
}

/** Accesses of one operation; an operation that waits in a loop of its own instead of returning `again` has no end. */
const longestOperation = 500;

const scouts = 16;
const scoutStates = 5_000;

/** A location that two threads use turned out to be no private one: the search starts anew. */
class Conflict {
  readonly location: number;

  constructor(location: number) {
    this.location = location;
  }
}

class Finding {
  readonly problem: string;
  readonly cause: Cause | null;

  constructor(problem: string, cause: Cause | null) {
    this.problem = problem;
    this.cause = cause;
  }
}

export function explore(scenario: Scenario, options: ExploreOptions = {}): Exploration {
  // Accesses to locations that only one thread uses cannot be told apart in time, so they are no points to
  // switch at. Which locations those are shows while searching: most of them on a few random walks.
  const shared = new Set<number>();
  for (let seed = 1; seed <= scouts; seed++) new Search(scenario, { ...options, limit: scoutStates, sample: { runs: 1, seed } }, shared, true).run();
  for (;;) {
    const search = new Search(scenario, options, shared);
    try {
      return search.run();
    } catch (conflict) {
      if (!(conflict instanceof Conflict)) throw conflict;
      shared.add(conflict.location);
    }
  }
}

class Search {
  private readonly scenario: Scenario;
  private readonly shared: Set<number>;
  /** Only looks which locations are shared. */
  private readonly scouting: boolean;
  private readonly memory: NonNullable<ExploreOptions['memory']>;
  private readonly limit: number;
  private readonly bound: number;
  private readonly sample: ExploreOptions['sample'];
  private readonly visited = new Map<string, number>();
  /** Who uses a location that is not shared: reader or writer, by thread. */
  private readonly users = new Map<number, { readonly thread: number; writes: boolean }[]>();
  private readonly recorder = new Recorder();
  private ends = 0;
  private states = 0;

  constructor(scenario: Scenario, options: ExploreOptions, shared: Set<number>, scouting = false) {
    this.scouting = scouting;
    this.scenario = scenario;
    this.shared = shared;
    this.memory = options.memory ?? 'weak';
    this.limit = options.limit ?? 2_000_000;
    this.sample = options.sample;
    this.bound = options.preemptions ?? (options.sample === undefined ? 3 : Infinity);
  }

  run(): Exploration {
    const open: State[] = [];
    const result = (finding: Finding | null, complete: boolean): Exploration =>
      ({ problem: finding?.problem ?? null, trace: finding === null ? [] : lines(finding.cause), states: this.states, ends: this.ends, complete });
    try {
      if (this.sample !== undefined) return this.wander(this.sample.runs, random(this.sample.seed), result);
      open.push(this.start());
      for (;;) {
        const state = open.pop();
        if (state === undefined) return result(null, true);
        if (this.known(state)) continue;
        if (++this.states > this.limit) return result(null, false);
        this.expand(state, open);
      }
    } catch (finding) {
      if (!(finding instanceof Finding)) throw finding;
      return result(finding, true);
    }
  }

  /** Random orders; never complete. */
  private wander(runs: number, pick: (n: number) => number, result: (finding: Finding | null, complete: boolean) => Exploration): Exploration {
    const first = this.start();
    for (let run = 0; run < runs; run++) {
      for (let state: State | undefined = first; state !== undefined && this.states < this.limit; this.states++) {
        const next: State[] = [];
        this.expand({ ...state, preemptions: 0 }, next);
        state = next[pick(next.length)];
      }
    }
    return result(null, false);
  }

  private start(): State {
    let memory = emptyMemory;
    const { init } = this.scenario;
    if (init !== undefined) {
      // One thread before all others: its writes are the values everybody starts from.
      const words: number[] = [];
      init(directMemory(words));
      memory = { ...memory, writes: words.map((value) => [{ value: value >>> 0, view: [] }]) };
    }
    const threads = this.scenario.threads.map((): Thread =>
      ({ operation: 0, history: [], digest: 0, log: [], view: newThreadView, next: null, reads: new Map(), late: false, stalled: false, asleep: null }));
    let state: State = { memory, threads, current: 0, preemptions: 0, cause: null };
    threads.forEach((_, i) => { state = this.settle(state, i); });
    return state;
  }

  /** True when an equal state has been visited with at least as many preemptions left. */
  private known(state: State): boolean {
    const threads = state.threads.map((t) =>
      `${t.operation}.${t.history.length}.${t.digest}.${t.log.join(',')}.${t.stalled ? `${t.late}${[...t.reads].join(' ')}` : ''}.${t.asleep ?? ''}`).join('|');
    const key = digest(`${state.current}#${threads}#${describe(state.memory, state.threads.map((t) => t.view), [...this.shared])}`);
    const before = this.visited.get(key);
    if (before !== undefined && before <= state.preemptions) return true;
    this.visited.set(key, state.preemptions);
    return false;
  }

  private expand(state: State, open: State[]): void {
    const able = state.threads.map((t) => this.able(state.memory, t));
    if (!able.includes(true)) return this.end(state);
    const mustSwitch = !able[state.current];
    // Pushed first, taken last: the current thread goes on before others are tried.
    for (let i = state.threads.length - 1; i >= 0; i--) {
      const cost = mustSwitch || i === state.current ? 0 : 1;
      if (able[i] && i !== state.current && state.preemptions + cost <= this.bound) this.move({ ...state, preemptions: state.preemptions + cost }, i, open);
    }
    if (able[state.current]) this.move(state, state.current, open);
  }

  private able(memory: Memory, t: Thread): boolean {
    if (t.stalled) return t.late || [...t.reads].some(([location, position]) => writesOf(memory, location).length - 1 > position);
    return t.next !== null && t.asleep === null;
  }

  private end(state: State): void {
    this.ends++;
    const stuck = state.threads.flatMap((t, i) => {
      const { name, operations } = this.scenario.threads[i]!;
      if (t.asleep !== null) return [`'${name}' sleeps at ${t.asleep} in '${operations[t.operation]!.name}'`];
      return t.stalled ? [`'${name}' waits in '${operations[t.operation]!.name}'`] : [];
    });
    if (stuck.length > 0) throw new Finding(`nobody can go on: ${stuck.join(', ')}`, state.cause);
    const problem = this.scenario.check?.({ logs: state.threads.map((t) => t.log), read: (address) => latest(state.memory, address >>> 2) });
    if (problem !== undefined) throw new Finding(problem, state.cause);
  }

  /** Lets thread `i` make its next access in every way the memory allows. */
  private move(from: State, i: number, open: State[]): void {
    let state: State = { ...from, current: i };
    if (state.threads[i]!.stalled) {
      const t = state.threads[i]!;
      state = this.settle(this.put(state, i, { ...t, stalled: false, late: false, reads: new Map(), history: [], digest: 0, view: catchUp(state.memory, t.view, t.reads.keys()) }), i);
      if (state.threads[i]!.next === null || state.threads[i]!.stalled) {
        open.push(state);
        return;
      }
    }
    const t = state.threads[i]!;
    const access = t.next!;
    if (access.op === 'load' || access.op === 'loadAcquire') {
      const location = access.address >>> 2;
      const positions = readable(state.memory, t.view, location);
      const newest = this.memory === 'sequential' || (this.memory === 'atomics' && access.op === 'loadAcquire');
      for (const position of (newest ? positions.slice(0, 1) : positions).toReversed()) {
        const effect = load(state.memory, t.view, location, position, access.op === 'loadAcquire');
        const stale = position === positions[0]! ? '' : ' (late)';
        open.push(this.settle(this.apply(state, i, effect, position, stale), i));
      }
      return;
    }
    if (access.op === 'wait') {
      const value = latest(state.memory, access.address >>> 2);
      if (value === access.expected >>> 0) {
        open.push(this.put(this.note(state, i, access, 'sleeps'), i, { ...t, asleep: access.address }));
      } else {
        // It has seen the value that differs, so its next load does.
        const thread = catchUp(state.memory, t.view, [access.address >>> 2]);
        open.push(this.settle(this.apply(state, i, { memory: state.memory, thread, result: 1 }), i));
      }
      return;
    }
    if (access.op === 'notify') {
      open.push(this.settle(this.notify(state, i, access.address, access.count), i));
      return;
    }
    open.push(this.settle(this.apply(state, i, this.effect(state.memory, t.view, access)), i));
  }

  private effect(memory: Memory, view: ThreadView, access: Access): Effect {
    switch (access.op) {
      case 'store': case 'storeRelease':
        return store(memory, view, access.address >>> 2, Number(access.value), access.op === 'storeRelease');
      case 'fetchAdd': case 'fetchOr': case 'fetchAnd': case 'exchange': case 'compareExchange':
        return modify(memory, view, access);
      case 'fence': return fence(memory, view);
      default: throw new Error(`unexpected ${access.op}`);
    }
  }

  private notify(state: State, i: number, address: number, count: number): State {
    let woken = 0;
    let next = state;
    state.threads.forEach((t, j) => {
      if (t.asleep !== address || woken >= count) return;
      woken++;
      next = this.settle(this.put(next, j, { ...t, asleep: null, history: [...t.history, 0], digest: extended(t, 0) }), j);
    });
    return this.apply(next, i, { memory: next.memory, thread: next.threads[i]!.view, result: woken });
  }

  /** The access has happened: its result goes to the thread. */
  private apply(state: State, i: number, effect: Effect, position?: number, remark = ''): State {
    const t = state.threads[i]!;
    const access = t.next!;
    const reads = new Map(t.reads);
    let late = t.late;
    if ('address' in access) {
      const location = access.address >>> 2;
      const before = writesOf(state.memory, location).length - 1;
      const after = writesOf(effect.memory, location).length - 1;
      const known = reads.get(location) ?? position ?? before;
      if (after > before) {
        // Its own write is no news to the thread; what came between its last look and that is.
        late ||= known < before;
        reads.set(location, after);
      } else {
        reads.set(location, Math.min(known, position ?? after));
      }
    }
    const noted = this.note(state, i, access, `${effect.result}${remark}`);
    return this.put({ ...noted, memory: effect.memory }, i, { ...t, view: effect.thread, reads, late, history: [...t.history, effect.result], digest: extended(t, effect.result) });
  }

  private put(state: State, i: number, thread: Thread): State {
    const threads = state.threads.slice();
    threads[i] = thread;
    return { ...state, threads };
  }

  private note(state: State, i: number, access: Access, result: string): State {
    const { name, operations } = this.scenario.threads[i]!;
    const where = 'address' in access ? ` @${access.address}` : '';
    const what = 'value' in access ? ` ${'expected' in access ? `${access.expected}->` : ''}${access.value}` : '';
    const line = `${name} ${operations[state.threads[i]!.operation]!.name}: ${access.op}${where}${what} = ${result}`;
    return { ...state, cause: { before: state.cause, line } };
  }

  /**
   * Runs thread `i` up to its next access of a shared location: through the end of operations and through
   * accesses that nobody else can notice.
   */
  private settle(from: State, i: number): State {
    let state = from;
    const proceed = (access: Access): number | null => {
      const { name, operations } = this.scenario.threads[i]!;
      const { history, view, operation } = state.threads[i]!;
      if (history.length > longestOperation) {
        throw new Finding(`'${operations[operation]!.name}' of '${name}' made ${history.length} accesses without coming to an end`, state.cause);
      }
      if (!this.private(access, i)) return null;
      const location = (access as { address: number }).address >>> 2;
      const made = access.op === 'load' || access.op === 'loadAcquire' ? null : this.effect(state.memory, view, access);
      const effect: Effect = made === null
        ? { memory: state.memory, thread: view, result: latest(state.memory, location) }
        : { memory: collapse(made.memory, location, state.memory), thread: view, result: made.result };
      state = this.apply(this.put(state, i, { ...state.threads[i]!, next: access }), i, effect);
      return effect.result;
    };
    for (;;) {
      const before = state.threads[i]!;
      const operation = this.scenario.threads[i]!.operations[before.operation];
      if (operation === undefined) return this.put(state, i, { ...before, next: null });
      const log = before.log.slice();
      let outcome: unknown;
      try {
        outcome = operation.run(this.recorder.begin(before.history, proceed), log);
      } catch (thrown) {
        if (thrown instanceof Pause) return this.put(state, i, { ...state.threads[i]!, next: thrown.access });
        if (thrown instanceof Conflict || thrown instanceof Finding) throw thrown;
        throw new Finding(`'${operation.name}' of '${this.scenario.threads[i]!.name}' failed: ${String(thrown)}`, state.cause);
      }
      const t = state.threads[i]!;
      if (outcome === again) return this.put(state, i, { ...t, log, next: null, stalled: true, history: [], digest: 0 });
      state = this.put(state, i, { ...t, operation: t.operation + 1, history: [], digest: 0, log, reads: new Map(), late: false, next: null });
    }
  }

  /** True for an access that no other thread can notice or disturb. */
  private private(access: Access, thread: number): boolean {
    if (!('address' in access) || access.op === 'wait' || access.op === 'notify') return false;
    const location = access.address >>> 2;
    if (this.shared.has(location)) return false;
    const writes = access.op !== 'load' && access.op !== 'loadAcquire';
    const users = this.users.get(location) ?? [];
    const own = users.find((u) => u.thread === thread);
    if (own === undefined) this.users.set(location, [...users, { thread, writes }]);
    else own.writes ||= writes;
    const all = this.users.get(location)!;
    if (all.length > 1 && all.some((u) => u.writes)) {
      if (!this.scouting) throw new Conflict(location);
      this.shared.add(location);
      return false;
    }
    return true;
  }
}

/** Whole numbers below `n`, by xorshift. */
function random(seed: number): (n: number) => number {
  let x = (seed ^ 0x9e3779b9) | 1;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return n === 0 ? 0 : (x >>> 0) % n;
  };
}

/** Two histories of one length with one digest are taken for equal: a chance of 2^-32 each, and only where all else is equal too. */
const extended = (t: Thread, result: number): number => mixed(t.digest + t.history.length, result);

function lines(cause: Cause | null): string[] {
  const result: string[] = [];
  for (let c = cause; c !== null; c = c.before) result.push(c.line);
  return result.reverse();
}

/** 106 bits: two of some million states are confused with a chance of about 10^-19. */
function digest(text: string): string {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef];
  for (let i = 0; i < text.length; i++) {
    const x = text.charCodeAt(i);
    a = Math.imul(a ^ x, 0x85ebca6b);
    b = Math.imul(b ^ x, 0xc2b2ae35);
    c = Math.imul(c ^ x, 0x27d4eb2f) ^ (a >>> 15);
    d = Math.imul(d ^ x, 0x165667b1) ^ (b >>> 13);
  }
  return String.fromCharCode(a & 0xffff, a >>> 16, b & 0xffff, b >>> 16, c & 0xffff, c >>> 16, d & 0xffff, d >>> 16);
}
