/** A stencil as an actor: it takes commands in order, answers each, and steps in between. */
import { maxSources } from '../engine/grids/tools.ts';
import type { GridAnswer, GridArray, GridCommand, PersistentGrid } from '../engine/grid.ts';
import { fail } from '../error/index.ts';
import { f32 } from '../layout/types.ts';
import type { RingKernel } from '../runtime/ring-kernel.ts';
import type { Boundary } from './boundary.ts';
import { elementOf, type StencilDefinition, type StencilFields, type StencilParams, type StencilValues } from './define.ts';
import { LaunchedGrid } from './launched.ts';
import { openPersistent, speedOf } from './persistent.ts';
import type { Cell, FieldArray, Source } from './state.ts';

export interface SimulationOptions<D extends 2 | 3, P extends StencilParams> {
  /** Cells in x, y and, in three dimensions, z. */
  readonly size: D extends 3 ? readonly [number, number, number] : readonly [number, number];
  readonly params: StencilValues<P>;
  /** What is around the grid. Default: fixed at 0. */
  readonly boundary?: Boundary<StencilValues<P>>;
  /**
   * `launched`: the host submits the steps, which every backend can. `persistent`: the grid stays on the device,
   * steps by itself and looks for commands between any two steps, where `capabilities.persistentGrid` says so; it
   * keeps a part of the device to itself until it is terminated. Default `launched`.
   */
  readonly execution?: 'launched' | 'persistent';
  /**
   * Milliseconds of launched steps between two looks at the commands: what a command may have to wait. The number
   * of steps per submission follows from it. Default 8.
   */
  readonly slice?: number;
  /** Settings of the backend for a persistent grid. */
  readonly settings?: Readonly<Record<string, unknown>>;
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
  /** Since the last report; 0 before the second. */
  readonly stepsPerSecond: number;
  /** Commands that are not answered yet. */
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

/** Milliseconds between two looks at how far it is. */
const lookEvery = 8;
const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const;

export class Simulation<D extends 2 | 3 = 2 | 3, F extends StencilFields = StencilFields, P extends StencilParams = StencilParams, M extends string = string> implements AsyncDisposable {
  readonly definition: StencilDefinition<D, F, P, M>;
  readonly size: readonly number[];
  readonly #grid: PersistentGrid;
  readonly #boundary: Boundary;
  readonly #initial: Readonly<Record<string, number>>;
  /** Parameters as last given, and as they are in effect. */
  #given: Readonly<Record<string, number>>;
  #params: Readonly<Record<string, number>>;
  /** Places of sources by the number they are known by. */
  readonly #sources = new Map<number, number>();
  readonly #places = new Set<number>(Array.from({ length: maxSources }, (_, i) => i));
  #nextSource = 1;
  #playing = false;
  #paused = false;
  #runs = 0;
  #waiting = 0;
  #ended = false;
  #over!: () => void;
  readonly #end: Promise<void>;

  private constructor(definition: StencilDefinition<D, F, P, M>, grid: PersistentGrid, size: readonly number[], params: Readonly<Record<string, number>>, boundary: Boundary) {
    this.definition = definition;
    this.size = size;
    this.#grid = grid;
    this.#boundary = boundary;
    this.#initial = this.#given = this.#params = params;
    this.#end = new Promise((resolve) => { this.#over = resolve; });
  }

  /** Allocates the fields, zero everywhere, and waits for commands. */
  static async open<D extends 2 | 3, F extends StencilFields, P extends StencilParams, M extends string>(
    ring: RingKernel, definition: StencilDefinition<D, F, P, M>, options: SimulationOptions<D, P>): Promise<Simulation<D, F, P, M>> {
    const { context } = ring;
    if (context === null) throw fail('InvalidConfig', { option: 'simulate', value: "debug: 'source'", reason: 'Source mode runs actors in this thread and has no device memory.' });
    const { size, slice = 8, execution = 'launched', settings } = options;
    const boundary = (options.boundary ?? { fixed: 0 }) as Boundary;
    const params = { ...options.params } as Readonly<Record<string, number>>;
    checkParams(definition, params);
    if (!(slice > 0)) throw fail('InvalidConfig', { option: 'slice', value: slice, reason: 'It is a number of milliseconds above zero.' });
    if (execution !== 'launched' && execution !== 'persistent') throw fail('InvalidConfig', { option: 'execution', value: String(execution), reason: "It is 'launched' or 'persistent'." });
    const plain = definition as unknown as StencilDefinition;
    const grid = execution === 'launched' ? await LaunchedGrid.open(context, ring.memory, plain, { size, params, boundary, slice })
      : await openPersistent(context, plain, { size, params, boundary, ...(settings === undefined ? {} : { settings }) });
    return new Simulation(definition, grid, size, params, boundary);
  }

  /** Steps so far, as far as the device has told. */
  get step(): number {
    return this.#grid.step;
  }

  /** As they are in effect. */
  get params(): StencilValues<P> {
    return this.#params as never;
  }

  /** How it lies on the device. */
  get facts(): Readonly<Record<string, number | boolean>> {
    return this.#grid.facts;
  }

  /** Steps while no command waits, until `pause`. */
  play(options?: CommandOptions): Promise<Done> {
    return this.#post({ op: 'play' }, options, () => { this.#playing = true; this.#paused = false; });
  }

  /** Runs this many steps; answered when they are done. Commands behind it wait, unless they are urgent. */
  async run(steps: number, options?: CommandOptions): Promise<Done> {
    if (!Number.isSafeInteger(steps) || steps < 0) throw fail('InvalidConfig', { option: 'steps', value: steps, reason: 'It is a whole number, zero or more.' });
    this.#runs++;
    try {
      return await this.#post({ op: 'run', steps }, options);
    } finally {
      this.#runs--;
    }
  }

  /** Stops stepping, also in the middle of a `run`, until `resume`. Taken at the next opportunity. */
  pause(): Promise<Done> {
    return this.#post({ op: 'pause' }, { urgent: true }, () => { this.#paused = true; });
  }

  resume(): Promise<Done> {
    return this.#post({ op: 'resume' }, { urgent: true }, () => { this.#paused = false; });
  }

  /**
   * Changes parameters. Those not named are as they were given last, also by a command that still waits: the command
   * taken last decides on all of them.
   */
  async set(params: Partial<StencilValues<P>>, options?: CommandOptions): Promise<Done> {
    const merged = { ...this.#given, ...params as Readonly<Record<string, number>> };
    checkParams(this.definition, merged);
    return this.#set(merged, options);
  }

  #set(values: Readonly<Record<string, number>>, options?: CommandOptions): Promise<Done> {
    this.#given = values;
    const command: GridCommand = { op: 'set', values: Object.keys(this.definition.params).map((name) => values[name]!), speed: speedOf(this.#boundary, values) };
    return this.#post(command, options, () => { this.#params = values; });
  }

  /** A bump added to a field, at rest: the previous generation gets it too. */
  inject({ field, at, radius = 3, amount, urgent }: ImpulseOptions<keyof F & string>): Promise<Done> {
    return this.#brush(field ?? this.#first(), at, radius, amount, 'add', urgent);
  }

  /** Sets the cells within a radius to a value: walls, obstacles. */
  paint({ field, at, radius = 0, value, urgent }: { readonly field: keyof F & string; readonly at: Cell; readonly radius?: number; readonly value: number } & CommandOptions): Promise<Done> {
    return this.#brush(field, at, radius, value, 'set', urgent);
  }

  async #brush(name: string, at: Cell, radius: number, amount: number, mode: 'add' | 'set', urgent: boolean | undefined): Promise<Done> {
    const field = this.#smooth(name, 'Brushes change fields of f32.');
    this.#checkCell(at);
    return this.#post({ op: 'brush', field, at: at as readonly number[], radius, amount, mode }, { urgent: urgent ?? false });
  }

  /** Replaces a field's cells; x varies fastest. */
  async load(field: keyof F & string, values: ArrayLike<number>, options?: CommandOptions): Promise<Done> {
    const index = this.#index(field);
    const cells = this.size.reduce((a, b) => a * b, 1);
    if (values.length !== cells) throw fail('InvalidConfig', { option: 'values', value: values.length, reason: `The grid has ${cells} cells.` });
    const elem = elementOf(this.definition.fields, field).name as keyof typeof arrays;
    return this.#post({ op: 'load', field: index, values: values instanceof arrays[elem] ? values : arrays[elem].from(values) as GridArray }, options);
  }

  /** Adds a sine to one cell, step by step. Answers with the number to remove it by. */
  async addSource(source: Source & { readonly field?: keyof F & string }, options?: CommandOptions): Promise<Done & { readonly id: number }> {
    const name = source.field ?? this.#first();
    const field = this.#smooth(name, 'Sources drive evolving fields of f32.');
    if (this.definition.fields[name]!.kind !== 'scalar') throw fail('InvalidConfig', { option: 'field', value: name, reason: 'Sources drive evolving fields of f32.' });
    this.#checkCell(source.at);
    if (!(source.period > 0)) throw fail('InvalidConfig', { option: 'period', value: source.period, reason: 'It is a number of steps above zero.' });
    const [place] = this.#places;
    if (place === undefined) throw fail('LimitExceeded', { what: 'Sources of a simulation', needed: maxSources + 1, limit: maxSources, hint: 'Remove one first.' });
    const id = this.#nextSource++;
    this.#places.delete(place);
    this.#sources.set(id, place);
    const { step } = await this.#post({ op: 'addSource', source: place, field, at: source.at as readonly number[], amplitude: source.amplitude, period: source.period }, options);
    return { step, id };
  }

  /** `removed` is false where there is no such source. */
  async removeSource(id: number, options?: CommandOptions): Promise<Done & { readonly removed: boolean }> {
    const place = this.#sources.get(id);
    if (place === undefined) return { step: (await this.#post({ op: 'progress' }, options)).step, removed: false };
    this.#sources.delete(id);
    // Another may have its place when nobody drives it any more.
    const { step } = await this.#post({ op: 'removeSource', source: place }, options, () => { this.#places.add(place); });
    return { step, removed: true };
  }

  /** A copy of fields, all of the same step. Default: every field. */
  async snapshot<N extends keyof F & string = keyof F & string>(options: CommandOptions & { readonly fields?: readonly N[] } = {}): Promise<Snapshot<N>> {
    const names = options.fields ?? (Object.keys(this.definition.fields) as N[]);
    const fields: Record<string, FieldArray> = {};
    const indices = names.map((name) => this.#index(name));
    const answers = await Promise.all(indices.map((field, k) => this.#ask({ op: 'snapshot', field }, { ...options, hold: k + 1 < names.length })));
    names.forEach((name, k) => { fields[name] = answers[k]!.cells!; });
    const step = answers[0]?.step ?? (await this.#post({ op: 'progress' }, options)).step;
    return { step, size: this.size, fields: fields as Snapshot<N>['fields'] };
  }

  /** A measure of the definition, summed over the grid. */
  async measure(name: M, options?: CommandOptions): Promise<Done & { readonly value: number }> {
    if (this.definition.measures[name] === undefined) throw fail('InvalidConfig', { option: 'measure', value: name, reason: `'${this.definition.id}' has ${Object.keys(this.definition.measures).join(', ') || 'no measures'}.` });
    const { step, value } = await this.#ask({ op: 'measure', name }, options);
    return { step, value: value! };
  }

  /** Back to step 0: evolving fields zero, sources gone, the parameters of the start. Still fields stay. */
  async reset(options?: CommandOptions): Promise<Done> {
    const driven = [...this.#sources.values()];
    this.#sources.clear();
    const done = this.#ask({ op: 'reset' }, { ...options, hold: true }, () => { for (const place of driven) this.#places.add(place); });
    const [{ step }] = await Promise.all([done, this.#set(this.#initial, options)]);
    return { step };
  }

  /** How it goes, as long as there is news. A slow reader sees the latest. Ends with the simulation. */
  async *progress(): AsyncIterableIterator<Progress> {
    let seen: { readonly step: number; readonly running: boolean; readonly waiting: number; readonly at: number } | null = null;
    while (!this.#ended) {
      const now = { step: this.step, running: !this.#paused && (this.#playing || this.#runs > 0), waiting: this.#waiting, at: performance.now() };
      if (seen === null || now.step !== seen.step || now.running !== seen.running || now.waiting !== seen.waiting) {
        const steps = seen === null ? 0 : Math.max(0, now.step - seen.step);
        const stepsPerSecond = seen === null ? 0 : (steps / Math.max(0.001, now.at - seen.at)) * 1000;
        seen = now;
        yield { step: now.step, running: now.running, stepsPerSecond, waiting: now.waiting };
      }
      await this.#later();
    }
  }

  async #later(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.#end, new Promise<void>((resolve) => { timer = setTimeout(resolve, lookEvery); })]);
    clearTimeout(timer);
  }

  /** Ends it and frees its memory; commands that wait are rejected. May be called more than once. */
  async terminate(): Promise<void> {
    this.#ended = true;
    this.#over();
    await this.#grid[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.terminate();
  }

  // ---------------------------------------------------------------- commands

  async #ask(command: GridCommand, order: (CommandOptions & { readonly hold?: boolean }) | undefined, effect?: () => void): Promise<GridAnswer> {
    this.#waiting++;
    try {
      const answer = await this.#grid.command(command, { urgent: order?.urgent ?? false, hold: order?.hold ?? false });
      effect?.();
      return answer;
    } finally {
      this.#waiting--;
    }
  }

  async #post(command: GridCommand, order?: CommandOptions, effect?: () => void): Promise<Done> {
    const { step } = await this.#ask(command, order, effect);
    return { step };
  }

  #first(): keyof F & string {
    return Object.keys(this.definition.fields)[0]!;
  }

  #index(name: string): number {
    const names = Object.keys(this.definition.fields);
    const index = names.indexOf(name);
    if (index < 0) throw fail('InvalidConfig', { option: 'field', value: name, reason: `'${this.definition.id}' has ${names.join(', ')}.` });
    return index;
  }

  #smooth(name: string, reason: string): number {
    const index = this.#index(name);
    if (elementOf(this.definition.fields, name) !== f32) throw fail('InvalidConfig', { option: 'field', value: name, reason });
    return index;
  }

  #checkCell(at: Cell): void {
    if (at.length !== this.size.length || this.size.some((n, axis) => !(at[axis]! >= 0 && at[axis]! < n))) {
      throw fail('InvalidConfig', { option: 'at', value: at.join(', '), reason: `The grid has ${this.size.join(' x ')} cells.` });
    }
  }
}

function checkParams(definition: { readonly id: string; readonly params: StencilParams }, params: Readonly<Record<string, unknown>>): void {
  const known = Object.keys(definition.params);
  for (const name of [...known, ...Object.keys(params)]) {
    if (!known.includes(name)) throw fail('InvalidConfig', { option: `parameter '${name}'`, value: String(params[name]), reason: `'${definition.id}' has ${known.join(', ') || 'none'}.` });
    if (typeof params[name] !== 'number' || !Number.isFinite(params[name])) throw fail('InvalidConfig', { option: `parameter '${name}'`, value: String(params[name]), reason: 'It is a finite number.' });
  }
}
