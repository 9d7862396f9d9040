/** A stencil as an actor: it takes commands in order, answers each, and steps in between. */
import { fail } from '../error/index.ts';
import type { RingKernel } from '../runtime/ring-kernel.ts';
import type { Boundary } from './boundary.ts';
import type { StencilDefinition, StencilFields, StencilParams, StencilValues } from './define.ts';
import { StencilState, type Cell, type FieldArray, type Source } from './state.ts';

export interface SimulationOptions<D extends 2 | 3, P extends StencilParams> {
  /** Cells in x, y and, in three dimensions, z. */
  readonly size: D extends 3 ? readonly [number, number, number] : readonly [number, number];
  readonly params: StencilValues<P>;
  /** What is around the grid. Default: fixed at 0. */
  readonly boundary?: Boundary<StencilValues<P>>;
  /**
   * Milliseconds of steps between two looks at the commands while it steps on: what a command may have to
   * wait. The number of steps per submission follows from it. Default 8.
   */
  readonly slice?: number;
}

export interface CommandOptions {
  /** Take it at the next opportunity, before commands that wait and in the middle of a `run`. Default false. */
  readonly urgent?: boolean;
}

/** Every answer says after how many steps the command took effect. */
export interface Done {
  readonly step: number;
}

/** All fields as they were after one step; x varies fastest. */
export interface Snapshot<N extends string = string> extends Done {
  readonly size: readonly number[];
  readonly fields: { readonly [K in N]: FieldArray };
}

export interface Progress extends Done {
  readonly running: boolean;
  /** Over the last stretch of stepping; 0 before the first. */
  readonly stepsPerSecond: number;
  /** Commands that wait. */
  readonly waiting: number;
}

export interface ImpulseOptions<N> extends CommandOptions {
  /** Default: the first field. */
  readonly field?: N;
  readonly at: Cell;
  /** Cells. Default 3. */
  readonly radius?: number;
  /** Added at the centre, falling off as a raised cosine. */
  readonly amount: number;
}

interface Command {
  readonly work: () => Promise<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (cause: unknown) => void;
}

/** First guess of the steps of a submission; measured from then on. */
const firstSlice = 4;

export class Simulation<D extends 2 | 3 = 2 | 3, F extends StencilFields = StencilFields, P extends StencilParams = StencilParams, M extends string = string> implements AsyncDisposable {
  readonly definition: StencilDefinition<D, F, P, M>;
  readonly size: readonly number[];
  readonly #state: StencilState;
  readonly #initial: StencilValues<P>;
  readonly #slice: number;
  readonly #commands: Command[] = [];
  readonly #watchers = new Set<() => void>();
  #wake: (() => void) | null = null;
  #playing = false;
  #paused = false;
  #ended = false;
  #failure: unknown = null;
  #perSlice = firstSlice;
  #rate = 0;
  readonly #loop: Promise<void>;

  private constructor(definition: StencilDefinition<D, F, P, M>, state: StencilState, params: StencilValues<P>, slice: number) {
    this.definition = definition;
    this.size = state.size;
    this.#state = state;
    this.#initial = params;
    this.#slice = slice;
    this.#loop = this.#serve();
  }

  /** Allocates the fields, zero everywhere, and waits for commands. */
  static async open<D extends 2 | 3, F extends StencilFields, P extends StencilParams, M extends string>(
    ring: RingKernel, definition: StencilDefinition<D, F, P, M>, options: SimulationOptions<D, P>): Promise<Simulation<D, F, P, M>> {
    if (ring.context === null) throw fail('InvalidConfig', { option: 'simulate', value: "debug: 'source'", reason: 'Source mode runs actors in this thread and has no device memory.' });
    const { size, boundary = { fixed: 0 }, slice = 8 } = options;
    checkParams(definition, options.params as never);
    if (!(slice > 0)) throw fail('InvalidConfig', { option: 'slice', value: slice, reason: 'It is a number of milliseconds above zero.' });
    const state = await StencilState.open(ring.context, ring.memory, definition as unknown as StencilDefinition, size, { ...options.params } as never, boundary as Boundary);
    return new Simulation(definition, state, options.params, slice);
  }

  /** Steps so far. */
  get step(): number {
    return this.#state.step;
  }

  get params(): StencilValues<P> {
    return this.#state.params as never;
  }

  /** Steps while no command waits, until `pause`. */
  play(options?: CommandOptions): Promise<Done> {
    return this.#post(options, async () => { this.#playing = true; this.#paused = false; });
  }

  /** Runs this many steps; answered when they are done. Commands behind it wait, unless they are urgent. */
  run(steps: number, options?: CommandOptions): Promise<Done> {
    if (!Number.isInteger(steps) || steps < 0) return Promise.reject(fail('InvalidConfig', { option: 'steps', value: steps, reason: 'It is a whole number, zero or more.' }));
    return this.#post(options, async () => {
      const goal = this.#state.step + steps;
      while (this.#state.step < goal) {
        if (this.#paused) await this.#pausedUntilResumed();
        if (this.#ended) throw this.#end();
        await this.#advance(goal - this.#state.step);
        await this.#serveUrgent();
      }
    });
  }

  /** Stops stepping, also in the middle of a `run`, until `resume`. Taken at the next opportunity. */
  pause(): Promise<Done> {
    return this.#post({ urgent: true }, async () => { this.#paused = true; });
  }

  resume(): Promise<Done> {
    return this.#post({ urgent: true }, async () => { this.#paused = false; });
  }

  /** Changes parameters; those not named stay. */
  set(params: Partial<StencilValues<P>>, options?: CommandOptions): Promise<Done> {
    const merged = (): Record<string, number> => ({ ...this.#state.params, ...params as object });
    try {
      checkParams(this.definition, merged() as never);
    } catch (cause) {
      return Promise.reject(cause as Error);
    }
    return this.#post(options, async () => { this.#state.params = merged(); });
  }

  /** A bump added to a field, at rest: the previous generation gets it too. */
  inject({ field, at, radius = 3, amount, urgent }: ImpulseOptions<keyof F & string>): Promise<Done> {
    return this.#post({ urgent: urgent ?? false }, () => this.#state.brush(field ?? this.#first(), at, radius, amount, 'add'));
  }

  /** Sets the cells within a radius to a value: walls, obstacles. */
  paint({ field, at, radius = 0, value, urgent }: { readonly field: keyof F & string; readonly at: Cell; readonly radius?: number; readonly value: number } & CommandOptions): Promise<Done> {
    return this.#post({ urgent: urgent ?? false }, () => this.#state.brush(field, at, radius, value, 'set'));
  }

  /** Replaces a field's cells; x varies fastest. */
  load(field: keyof F & string, values: ArrayLike<number>, options?: CommandOptions): Promise<Done> {
    return this.#post(options, () => this.#state.load(field, values));
  }

  /** Adds a sine to one cell, step by step. Answers with the number to remove it by. */
  addSource(source: Source & { readonly field?: keyof F & string }, options?: CommandOptions): Promise<Done & { readonly id: number }> {
    return this.#post(options, async () => ({ id: await this.#state.addSource(source.field ?? this.#first(), source) })) as Promise<Done & { id: number }>;
  }

  /** `removed` is false where there is no such source. */
  removeSource(id: number, options?: CommandOptions): Promise<Done & { readonly removed: boolean }> {
    return this.#post(options, async () => ({ removed: await this.#state.removeSource(id) })) as Promise<Done & { removed: boolean }>;
  }

  /** A copy of fields, all of the same step. Default: every field. */
  snapshot<N extends keyof F & string = keyof F & string>(options: CommandOptions & { readonly fields?: readonly N[] } = {}): Promise<Snapshot<N>> {
    const names = options.fields ?? (Object.keys(this.definition.fields) as N[]);
    return this.#post(options, async () => {
      const fields: Record<string, FieldArray> = {};
      for (const name of names) fields[name] = await this.#state.cells(name);
      return { size: this.size, fields };
    }) as Promise<Snapshot<N>>;
  }

  /** A measure of the definition, summed over the grid. */
  measure(name: M, options?: CommandOptions): Promise<Done & { readonly value: number }> {
    return this.#post(options, async () => ({ value: await this.#state.measure(name) })) as Promise<Done & { value: number }>;
  }

  /** Back to step 0: evolving fields zero, sources gone, the parameters of the start. Still fields stay. */
  reset(options?: CommandOptions): Promise<Done> {
    return this.#post(options, async () => {
      await this.#state.clearSources();
      this.#state.params = this.#initial as never;
      for (const [name, kind] of Object.entries(this.definition.fields)) if (kind.kind !== 'still') await this.#state.load(name, null);
      this.#state.step = 0;
    });
  }

  /** How it goes, after every slice of steps. A slow reader sees the latest. Ends with the simulation. */
  async *progress(): AsyncIterableIterator<Progress> {
    let news = true;
    let tell: (() => void) | null = null;
    const watcher = (): void => { news = true; tell?.(); };
    this.#watchers.add(watcher);
    try {
      while (!this.#ended) {
        if (news) {
          news = false;
          yield { step: this.#state.step, running: this.#playing && !this.#paused, stepsPerSecond: this.#rate, waiting: this.#commands.length };
        } else await new Promise<void>((resolve) => { tell = resolve; });
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** Ends it and frees its memory; commands that wait are rejected. May be called more than once. */
  terminate(): Promise<void> {
    this.#ended = true;
    this.#rouse();
    return this.#loop;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.terminate();
  }

  #first(): keyof F & string {
    return Object.keys(this.definition.fields)[0]!;
  }

  #post<T extends object | void>(options: CommandOptions | undefined, work: () => Promise<T>): Promise<Done & (T extends object ? T : object)> {
    if (this.#ended) return Promise.reject(this.#end());
    return new Promise((resolve, reject) => {
      const command: Command = { work: async () => ({ ...(await work() as object), step: this.#state.step }), resolve: resolve as never, reject };
      if (options?.urgent === true) this.#urgent.push(command);
      else this.#commands.push(command);
      this.#rouse();
    });
  }

  readonly #urgent: Command[] = [];

  #rouse(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => { this.#wake = resolve; });
  }

  async #pausedUntilResumed(): Promise<void> {
    while (this.#paused && !this.#ended) {
      await this.#serveUrgent();
      if (this.#paused && !this.#ended && this.#urgent.length === 0) await this.#idle();
    }
  }

  async #answer(command: Command): Promise<void> {
    try {
      command.resolve(await command.work() as never);
    } catch (cause) {
      command.reject(cause);
    }
  }

  async #serveUrgent(): Promise<void> {
    for (let next = this.#urgent.shift(); next !== undefined; next = this.#urgent.shift()) await this.#answer(next);
  }

  async #advance(most: number): Promise<void> {
    const steps = Math.max(1, Math.min(most, this.#perSlice));
    const start = performance.now();
    await this.#state.advance(steps);
    const took = Math.max(0.001, performance.now() - start);
    this.#rate = (steps / took) * 1000;
    // A full slice tells how many steps fit the time; a short one says nothing about that.
    if (steps === this.#perSlice) this.#perSlice = Math.max(1, Math.min(this.#perSlice * 2, Math.floor((steps * this.#slice) / took)));
    for (const tell of this.#watchers) tell();
    // Whoever wants to post a command gets a turn, also where stepping itself never leaves the thread.
    await turn();
  }

  async #serve(): Promise<void> {
    while (!this.#ended) {
      await this.#serveUrgent();
      const command = this.#commands.shift();
      if (command !== undefined) await this.#answer(command);
      else if (this.#playing && !this.#paused) await this.#advance(Infinity).catch((cause: unknown) => this.#broke(cause));
      else if (this.#urgent.length === 0 && !this.#ended) await this.#idle();
    }
    for (const { reject } of [...this.#urgent.splice(0), ...this.#commands.splice(0)]) reject(this.#end());
    for (const tell of this.#watchers) tell();
    await this.#state[Symbol.asyncDispose]();
  }

  /** Free running has nobody to tell: the commands that wait, and later ones, learn of it. */
  #broke(cause: unknown): void {
    this.#failure = cause;
    this.#ended = true;
  }

  #end(): unknown {
    return this.#failure ?? ended(this.definition.id);
  }
}

const ended = (id: string): Error => fail('KernelTerminated', { kernel: id, reason: 'the simulation was terminated' });

const turn = (): Promise<void> => new Promise((resolve) => {
  if (typeof setImmediate === 'function') setImmediate(resolve);
  else {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => { port1.close(); resolve(); }, { once: true });
    port1.start();
    port2.postMessage(null);
  }
});

function checkParams(definition: StencilDefinition, params: Readonly<Record<string, unknown>>): void {
  const known = Object.keys(definition.params);
  for (const name of [...known, ...Object.keys(params)]) {
    if (!known.includes(name)) throw fail('InvalidConfig', { option: `parameter '${name}'`, value: String(params[name]), reason: `'${definition.id}' has ${known.join(', ') || 'none'}.` });
    if (typeof params[name] !== 'number' || !Number.isFinite(params[name])) throw fail('InvalidConfig', { option: `parameter '${name}'`, value: String(params[name]), reason: 'It is a finite number.' });
  }
}
