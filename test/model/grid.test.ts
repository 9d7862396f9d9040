/** The protocol of persistent grids: every tile sees its neighbours' generations, every command is answered, nobody sleeps for ever. */
import { describe, expect, it } from 'vitest';
import { actions, claim, decide, finish, head, headBytes, order, orderOf, park, placeAt, place, post, ready, rouse, tile, tileAt } from '../../src/backend/cpu/grid/protocol.ts';
import { newViews } from '../../src/layout/views.ts';
import { hostMemory, type RawMemory } from '../../src/queue/memory.ts';
import { again, explore, type Exploration, type ExploreOptions, type Operation, type Scenario } from '../../src/testing/explore.ts';

const at = 64;
const kinds = { nothing: 0, add: 1, look: 2 } as const;

interface Shape {
  readonly neighbours: readonly (readonly number[])[];
  readonly window: number;
  readonly commands: readonly { readonly lane: number; readonly action?: number; readonly steps?: number; readonly hold?: boolean; readonly kind?: number }[];
  /** Events that the commands make, steps included. */
  readonly events: number;
  /** Steps that are decided from the start; nobody decides. */
  readonly decided?: number;
}

/** What a planted mistake changes: the memory that threads see, or how they go to sleep. */
interface Plant {
  readonly memory?: (m: RawMemory) => RawMemory;
  /** Does not look again before it sleeps. */
  readonly blind?: boolean;
  /** Does not wait for neighbours. */
  readonly alone?: boolean;
}

const cellAt = (shape: Shape, index: number, phase: number): number => at + headBytes(shape.neighbours.length) + (2 * index + phase) * 4;
const lookAt = (shape: Shape): number => cellAt(shape, shape.neighbours.length, 0);
const phases = 2;

/** A step of one cell: hangs on the neighbours as they were, and on the order of things. */
const stepped = (own: number, beside: readonly number[]): number => (own * 3 + beside.reduce((a, b) => a + b, 1)) % 65_521;

/** One look around at a time: it moves what can move. With nothing to do the thread sleeps, or looks again once something has changed. */
function turn(shape: Shape, plant: Plant, sleeps: boolean): Operation {
  const tiles = shape.neighbours.length;
  return {
    name: 'turn',
    run(direct) {
      const m = plant.memory?.(direct) ?? direct;
      const done = (): boolean => shape.neighbours.every((_, t) => m.loadAcquire(tileAt(at, t) + tile.done) >= shape.events);
      const advance = (t: number): boolean => {
        const beside = shape.neighbours[t]!;
        if (!claim(m, at, t, plant.alone === true ? [] : beside)) return false;
        const phase = m.load(tileAt(at, t) + tile.phase);
        const record = orderOf(m, at, t);
        const cell = cellAt(shape, t, phase);
        if (record === 0) {
          const next = (phase + 1) % phases;
          m.store(cellAt(shape, t, next), stepped(m.load(cell), beside.map((n) => m.load(cellAt(shape, n, phase)))));
          m.store(tileAt(at, t) + tile.phase, next);
        } else if (m.load(record + order.kind) === kinds.add) {
          m.store(cell, m.load(cell) + 1000);
        } else if (m.load(record + order.kind) === kinds.look) {
          m.store(lookAt(shape) + 4 * t, beside.reduce((sum, n) => sum + m.load(cellAt(shape, n, phase)), m.load(cell)));
        }
        finish(m, at, t, record);
        return true;
      };
      const look = (): boolean => (shape.decided === undefined && decide(m, at, tiles, shape.window, true)) || shape.neighbours.some((beside, t) => ready(m, at, t, beside));
      if (done()) {
        // As the host does when it closes the grid.
        if (sleeps) rouse(m, at);
        return undefined;
      }
      let moved = shape.decided === undefined && decide(m, at, tiles, shape.window);
      for (let t = 0; t < tiles; t++) if (advance(t)) moved = true;
      if (moved || done()) return undefined;
      if (!sleeps) return again;
      park(m, at, () => plant.blind !== true && (done() || look()));
      return undefined;
    },
  };
}

/** What the commands make of the cells, one after the other. */
function expected(shape: Shape): { cells: number[]; looks: number[] } {
  let cells = shape.neighbours.map((_, t) => t + 1);
  let looks = shape.neighbours.map(() => 0);
  const step = (): void => { cells = cells.map((own, t) => stepped(own, shape.neighbours[t]!.map((n) => cells[n]!))); };
  for (let s = 0; s < (shape.decided ?? 0); s++) step();
  for (const { action, steps = 0, kind } of shape.commands) {
    if (action === actions.run) for (let s = 0; s < steps; s++) step();
    if (kind === kinds.add) cells = cells.map((c) => c + 1000);
    if (kind === kinds.look) looks = cells.map((own, t) => shape.neighbours[t]!.reduce((sum, n) => sum + cells[n]!, own));
  }
  return { cells, looks };
}

function scenario(shape: Shape, { threads = 2, sleeps = false, plant = {} }: { readonly threads?: number; readonly sleeps?: boolean; readonly plant?: Plant } = {}): Scenario {
  // Every turn but the last moves something, or is woken.
  const turns = shape.events * (shape.neighbours.length + 1) + (sleeps ? 16 : 0);
  const steps = shape.commands.reduce((n, c) => n + (c.steps ?? 0), shape.decided ?? 0);
  const numbers = shape.commands.map(({ lane }, i) => shape.commands.slice(0, i).filter((c) => c.lane === lane).length);
  return {
    init(m) {
      m.store(at + head.horizon, shape.decided ?? 0);
      shape.neighbours.forEach((_, t) => { m.store(cellAt(shape, t, 0), t + 1); });
    },
    threads: [
      ...Array.from({ length: threads }, (_, k) => ({ name: `worker ${k}`, operations: Array.from({ length: turns }, () => turn(shape, plant, sleeps)) })),
      {
        name: 'host',
        operations: shape.commands.map(({ lane, action = actions.none, steps: count = 0, hold = false, kind = kinds.nothing }, i): Operation => ({
          name: `command ${i}`,
          run(m) { post(plant.memory?.(m) ?? m, at, lane, numbers[i]!, { action, steps: count, hold, kind, payload: 0 }); },
        })),
      },
    ],
    check({ read }) {
      const { cells, looks } = expected(shape);
      const got = cells.map((_, t) => read(cellAt(shape, t, steps % phases)));
      if (got.join() !== cells.join()) return `cells are ${got.join()}, not ${cells.join()}`;
      const seen = looks.map((_, t) => read(lookAt(shape) + 4 * t));
      if (seen.join() !== looks.join()) return `a look saw ${seen.join()}, not ${looks.join()}`;
      const silent = shape.commands.findIndex(({ lane }, i) => read(placeAt(at, lane, numbers[i]!) + place.answered) !== 1);
      if (silent >= 0) return `command ${silent} was not answered`;
      if (read(at + head.answers) !== shape.commands.length) return `${read(at + head.answers)} answers`;
      return undefined;
    },
  };
}

const run = (steps: number) => ({ lane: 1, action: actions.run, steps });
const pair = [[1], [0]] as const;
const row = [[1], [0, 2], [1]] as const;

const add = { lane: 1, kind: kinds.add };
const look = { lane: 1, kind: kinds.look };
const steps: Shape = { neighbours: pair, window: 2, commands: [], events: 2, decided: 2 };
const orders: Shape = { neighbours: pair, window: 2, commands: [look, add, run(1)], events: 4 };

const problem = (result: Exploration): string => (result.problem === null ? '' : `${result.problem}\n${result.trace.join('\n')}`);
const atomics = { memory: 'atomics' } as const;

describe('tiles of a persistent grid, every order', () => {
  it.each<[string, Shape, Parameters<typeof scenario>[1], ExploreOptions]>([
    ['two tiles, two threads', steps, {}, { preemptions: 2 }],
    ['two tiles, two threads that sleep', steps, { sleeps: true }, { preemptions: 1 }],
    ['three tiles, two threads', { ...steps, neighbours: row }, {}, { preemptions: 1 }],
    ['commands, one thread', { ...orders, neighbours: [[]], commands: [add, run(2)], events: 4, window: 1 }, { threads: 1 }, { preemptions: 1 }],
    ['commands in both lanes, one thread', { ...orders, neighbours: [[]], commands: [run(1), { lane: 0, kind: kinds.nothing }], events: 3 }, { threads: 1, sleeps: true }, { preemptions: 1 }],
  ])('%s', (_, shape, how, options) => {
    const result = explore(scenario(shape, how), { ...atomics, ...options, limit: 40_000 });
    expect(problem(result)).toBe('');
    expect(result.complete).toBe(true);
  });

  it('commands, two threads: random orders', () => {
    for (const sleeps of [false, true]) expect(problem(explore(scenario(orders, { sleeps }), { ...atomics, sample: { runs: 12, seed: 7 } }))).toBe('');
  });

  it('between a command that holds and the next of its lane no step is decided', () => {
    const m = hostMemory(newViews(at + headBytes(1)));
    const command = { action: actions.none, steps: 0, hold: false, kind: kinds.nothing, payload: 0 };
    post(m, at, 1, 0, { ...command, action: actions.play });
    post(m, at, 1, 1, { ...command, hold: true });
    decide(m, at, 1, 8);
    expect(m.load(at + head.horizon)).toBe(2);
    // The urgent lane is served, but starts no step either.
    post(m, at, 0, 0, command);
    decide(m, at, 1, 8);
    expect(m.load(at + head.horizon)).toBe(3);
    post(m, at, 1, 2, command);
    decide(m, at, 1, 8);
    expect(m.load(at + head.steps)).toBeGreaterThan(0);
    expect(m.load(placeAt(at, 1, 1) + place.step)).toBe(m.load(placeAt(at, 1, 2) + place.step));
  });

  it('events and steps go on past 2^32', () => {
    const m = hostMemory(newViews(at + headBytes(1)));
    const near = 0xffff_fffe;
    m.store(at + head.horizon, near);
    m.store(tileAt(at, 0) + tile.done, near);
    m.store(at + head.steps, near);
    post(m, at, 1, 0, { action: actions.run, steps: 5, hold: false, kind: kinds.nothing, payload: 0 });
    decide(m, at, 1, 64);
    expect(m.load(at + head.horizon)).toBe(4);
    for (let e = 0; e < 6; e++) {
      expect(claim(m, at, 0, [])).toBe(true);
      finish(m, at, 0, orderOf(m, at, 0));
    }
    expect(claim(m, at, 0, [])).toBe(false);
    const answered = placeAt(at, 1, 0);
    expect([m.load(answered + place.answered), m.load(answered + place.step), m.load(answered + place.stepHigh)]).toEqual([1, 3, 1]);
  });
});

/** Two threads that decide about two commands; `memory`: what they see. */
const deciding = (memory: (m: RawMemory) => RawMemory = (m) => m): Scenario => ({
  init(m) {
    for (const n of [0, 1]) post(m, at, 1, n, { action: actions.none, steps: 0, hold: false, kind: kinds.add, payload: 0 });
  },
  threads: [0, 1].map((k) => ({ name: `worker ${k}`, operations: [{ name: 'decide', run(m) { decide(memory(m), at, 1, 4); } }] })),
  check: ({ read }) => (read(at + head.orders) === 2 && read(at + head.horizon) === 2 ? undefined : `${read(at + head.orders)} orders`),
});

/** One thread does the last step that is decided and goes to sleep; another goes to sleep meanwhile. `asks`: as `decide` has it. */
const bothTired = (asks: boolean): Scenario => {
  const sleep: Operation = { name: 'sleep', run: (m) => park(m, at, () => decide(m, at, 1, 1, asks) || ready(m, at, 0, [])) };
  return {
    init(m) {
      post(m, at, 1, 0, { action: actions.run, steps: 2, hold: false, kind: kinds.nothing, payload: 0 });
      decide(m, at, 1, 1);
    },
    threads: [
      { name: 'worker 0', operations: [{ name: 'step', run(m) { if (claim(m, at, 0, [])) finish(m, at, 0, orderOf(m, at, 0)); } }, sleep] },
      { name: 'worker 1', operations: [sleep] },
    ],
    check: ({ read }) => (read(at + head.horizon) > 1 ? undefined : 'the second step is not decided'),
  };
};

describe('mistakes that the search finds', () => {
  const changed = (change: (m: RawMemory) => Partial<RawMemory>): Plant => ({
    memory: (m) => new Proxy(m, { get: (target, key: keyof RawMemory) => change(m)[key] ?? (target[key] as () => number).bind(target) }),
  });
  const isTile = (address: number, word: number): boolean => address >= tileAt(at, 0) && (address - tileAt(at, 0)) % 64 === word;
  it.each<[string, Plant, RegExp, Shape, ExploreOptions & { readonly sleeps?: boolean; readonly threads?: number }]>([
    ['a tile that does not wait for its neighbours', { alone: true }, /cells are/, steps, {}],
    ['a tile that two threads step at once', changed((m) => ({ compareExchange: (a, e, v) => (isTile(a, tile.busy) ? 0 : m.compareExchange(a, e, v)) })), /cells are|nobody can go on/, steps, {}],
    ['an event told before its cells are written', changed((m) => ({ storeRelease: (a, v) => (isTile(a, tile.done) ? m.store(a, v) : m.storeRelease(a, v)) })), /cells are/, steps, {}],
    ['a thread that sleeps without a last look', { blind: true }, /nobody can go on/, steps, { sleeps: true }],
    ['news that wake nobody', changed(() => ({ notify: () => 0 })), /nobody can go on/, { ...orders, neighbours: [[]], commands: [add, run(1)], events: 3 }, { sleeps: true, threads: 1 }],
  ])('%s', (_, plant, found, shape, { sleeps = false, threads = 2, ...options }) => {
    const result = explore(scenario(shape, { sleeps, threads, plant }), { ...atomics, preemptions: 2, limit: 20_000, ...options });
    expect(result.problem).toMatch(found);
  });

  it('two threads that decide at once', () => {
    expect(explore(deciding(), { ...atomics, preemptions: 3 })).toMatchObject({ problem: null, complete: true });
    const { memory } = changed((m) => ({ compareExchange: (a, e, v) => (a === at + head.deciding && e === 0 ? 0 : m.compareExchange(a, e, v)) }));
    expect(explore(deciding(memory), atomics).problem).toMatch(/orders/);
  });

  it('two threads that go to sleep at once, each counting on the other', () => {
    expect(explore(bothTired(true), { ...atomics, preemptions: 4 })).toMatchObject({ problem: null, complete: true });
    expect(explore(bothTired(false), atomics).problem).toMatch(/'worker 0' sleeps.*'worker 1' sleeps/);
  });
});
