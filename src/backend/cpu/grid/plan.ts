/** What a persistent grid has in memory: its fields, its kernels, and for each tile the launches that step it. */
import type { GridSpec } from '../../../engine/grid.ts';
import { absorbProgram, fillProgram, ghostRange, rules, type Rule } from '../../../engine/grids/ghosts.ts';
import { brush, drive, maxSources, sumRows } from '../../../engine/grids/tools.ts';
import type { SharedHeap } from '../../../engine/heap.ts';
import { fail } from '../../../error/index.ts';
import { nextOf } from '../../../kernel/compile.ts';
import type { GlobalProgram } from '../../../kernel/ir.ts';
import { reachOf } from '../../../kernel/passes/reach.ts';
import { f32, struct, type Struct } from '../../../layout/types.ts';
import { codecOf } from '../../../message/codec.ts';
import { crewCode, type LinkableKernel } from '../kernel.ts';
import { headBytes, tile as tileWords, tileAt } from './protocol.ts';
import { cutLayers, ghostsOf, tileLayers, type TilePlan } from './tiles.ts';
import type { Tile, TileJob, TileSources } from './worker.ts';

/** Memory that is given back together. */
export class Ground {
  readonly heap: SharedHeap;
  readonly #blocks: [number, number][] = [];
  readonly #kernels: LinkableKernel[] = [];

  constructor(heap: SharedHeap) {
    this.heap = heap;
  }

  take(bytes: number): number {
    const address = this.heap.allocate(bytes);
    this.#blocks.push([address, bytes]);
    return address;
  }

  async compile(program: GlobalProgram): Promise<LinkableKernel> {
    const kernel = await crewCode(program, this.heap);
    this.#kernels.push(kernel);
    return kernel;
  }

  free(): void {
    for (const [address, bytes] of this.#blocks.splice(0)) this.heap.free(address, bytes);
    for (const kernel of this.#kernels.splice(0)) kernel.free();
  }
}

type Groups = readonly [number, number, number];
type Values = Readonly<Record<string, unknown>>;

/**
 * The program with workgroups one thread thick, so that a tile may have any number of layers. Tiles wait for their
 * neighbours alone: a program that looks further, or at other threads, is refused.
 */
function thin(program: GlobalProgram, { id, dims, halo }: GridSpec): GlobalProgram {
  const reached = reachOf(program, halo);
  if ('refusal' in reached) throw fail('CapabilityMissing', { kernel: id, backend: 'cpu', missing: `a persistent grid of this kind: ${reached.refusal}` });
  const [x, y] = program.workgroup;
  return { ...program, workgroup: dims === 2 ? [x, 1, 1] : [x, y, 1] };
}

export class GridPlan {
  readonly spec: GridSpec;
  readonly padded: readonly number[];
  readonly period: number;
  /** Buffer of each field at each phase, and where its next generation goes (evolving fields). */
  readonly fields: readonly (readonly number[])[];
  readonly next: readonly (readonly number[])[];
  readonly head: number;
  readonly kernels: LinkableKernel[] = [];
  readonly tiles: Tile[] = [];
  /** For each measure the launches that write it, by tile. */
  readonly measures: Readonly<Record<string, TileJob[]>> = {};
  /** Parameters, and the speed behind them, as the payload of a `set`. */
  readonly parameters: Struct;
  readonly layers: number;
  readonly #ground: Ground;
  readonly #numbers = new Map<GlobalProgram, number>();
  readonly #kernelOf = new Map<GlobalProgram, LinkableKernel>();

  private constructor(spec: GridSpec, ground: Ground) {
    const { halo, size } = spec;
    this.spec = spec;
    this.#ground = ground;
    this.padded = size.map((n) => n + 2 * halo);
    this.layers = size.at(-1)!;
    this.parameters = struct('Parameters', { ...Object.fromEntries(spec.params.map(({ name, type }) => [`p_${name}`, type])), speed: f32 });
    const bytes = this.padded.reduce((a, b) => a * b, 4);
    const followers = spec.fields.map((_, f) => spec.fields.findIndex((p) => p.of === f));
    this.period = spec.fields.reduce((n, { role }, f) => (role === 'evolving' ? leastCommonMultiple(n, followers[f]! < 0 ? 2 : 3) : n), 1);
    const phases = Array.from({ length: this.period }, (_, phase) => phase);
    const fields: number[][] = spec.fields.map(() => []);
    const next: number[][] = spec.fields.map(() => []);
    spec.fields.forEach(({ role }, f) => {
      if (role === 'previous') return;
      const follower = followers[f]!;
      // Buffers go round: what is written becomes the present, the present becomes the past, the past is written.
      const ring = Array.from({ length: role === 'still' ? 1 : follower < 0 ? 2 : 3 }, () => ground.take(bytes));
      const at = (n: number): number => ring[n % ring.length]!;
      fields[f] = phases.map((phase) => at(phase));
      if (role === 'evolving') next[f] = phases.map((phase) => at(phase + 1));
      if (follower >= 0) fields[follower] = phases.map((phase) => at(phase + 2));
      if (role === 'evolving' && spec.boundary.rule === 'fixed') for (const buffer of ring) this.#edge(buffer, f, spec.boundary.value);
    });
    this.fields = fields;
    this.next = next;
    this.head = 0;
  }

  /** Makes the plan; `rows` 0: tiles as thick as suits the machine. */
  static async make(spec: GridSpec, ground: Ground, threads: number, rows: number): Promise<GridPlan> {
    const plan = new GridPlan(spec, ground);
    await plan.#tile(threads, rows);
    return plan;
  }

  /** Fixed ghosts of a field of zeros. */
  #edge(buffer: number, field: number, value: number): void {
    if (value === 0) return;
    const { views } = this.#ground.heap;
    const cells = this.padded.reduce((a, b) => a * b, 1);
    const { name } = this.spec.fields[field]!.elem;
    const all = name === 'f32' ? views.f32 : name === 'i32' ? views.i32 : views.u32;
    all.fill(value, buffer >> 2, (buffer >> 2) + cells);
    const { halo, dims, size: [w, h, d = 1] } = this.spec as GridSpec & { size: readonly [number, number, number?] };
    const [pw, ph] = this.padded as readonly [number, number];
    for (let z = 0; z < d; z++) for (let y = 0; y < h; y++) {
      const at = (buffer >> 2) + ((z + (dims === 3 ? halo : 0)) * ph + y + halo) * pw + halo;
      all.fill(0, at, at + w);
    }
  }

  /** A field or its next generation as an argument. */
  #grid(address: number): Values {
    const [width, height, depth = 1] = this.padded as readonly [number, number, number?];
    return { address, length: width * height * depth, width, height, depth };
  }

  array(address: number, length: number): Values {
    return { address, length, width: 0, height: 0, depth: 0 };
  }

  async kernel(program: GlobalProgram): Promise<number> {
    let number = this.#numbers.get(program);
    if (number === undefined) {
      const kernel = await this.#ground.compile(program);
      this.#kernelOf.set(program, kernel);
      this.#numbers.set(program, number = this.kernels.push(kernel) - 1);
    }
    return number;
  }

  /** Bytes from the arguments at one phase to those at the next. */
  strideOf(program: GlobalProgram): number {
    return Math.ceil(this.#kernelOf.get(program)!.layout.size / 8) * 8;
  }

  /** A launch with arguments for each phase, written at `at`; of as many workgroups as `threads` need, or of a part of them. */
  job(program: GlobalProgram, at: number, threads: readonly number[], values: (phase: number) => Values, part?: readonly [number, number]): TileJob {
    const stride = this.strideOf(program);
    const { layout } = this.#kernelOf.get(program)!;
    for (let phase = 0; phase < this.period; phase++) codecOf(layout).encode(this.#ground.heap.views, at + phase * stride, values(phase) as never);
    const groups = [0, 1, 2].map((axis) => Math.ceil((threads[axis] ?? 1) / program.workgroup[axis]!)) as unknown as Groups;
    const [first, count] = part ?? [0, groups[0] * groups[1] * groups[2]];
    return { kernel: this.#numbers.get(program)!, args: at, stride, groups, first, count };
  }

  async #make(program: GlobalProgram, threads: readonly number[], values: (phase: number) => Values, part?: readonly [number, number]): Promise<TileJob> {
    await this.kernel(program);
    return this.job(program, this.#ground.take(this.strideOf(program) * this.period), threads, values, part);
  }

  async #tile(threads: number, rows: number): Promise<void> {
    const { spec, layers, padded } = this;
    const { halo, boundary } = spec;
    const step = thin(spec.program, spec);
    const measures = Object.entries(spec.measures).map(([name, program]) => [name, thin(program, spec)] as const);
    const buffers = spec.fields.reduce((n, { role }) => n + (role === 'evolving' ? 2 : 1), 0);
    const layerBytes = padded.slice(0, -1).reduce((a, b) => a * b, 4 * buffers);
    const thick = rows > 0 ? Math.max(halo, rows) : tileLayers(layers, layerBytes, threads, halo);
    const cuts = cutLayers(layers, thick, halo, boundary.rule === 'periodic');
    (this as { head: number }).head = this.#ground.take(headBytes(cuts.length));
    for (const [name] of measures) (this.measures as Record<string, TileJob[]>)[name] = [];
    for (const [index, cut] of cuts.entries()) {
      this.tiles.push(await this.#tileAt(index, cut, step, measures));
    }
    for (const tool of [brush.program, sumRows.program]) await this.kernel(tool);
  }

  async #tileAt(index: number, cut: TilePlan, step: GlobalProgram, measures: readonly (readonly [string, GlobalProgram])[]): Promise<Tile> {
    const { spec, fields } = this;
    const { boundary } = spec;
    const pokes: [number, number][] = [];
    const fill = (f: number, rule: Rule): Promise<TileJob[]> => this.#ghosts(cut, rule, (range) => this.#make(fillProgram(spec.fields[f]!.elem), [range[1]! - range[0]!],
      (phase) => ({ u: this.array(fields[f]![phase]!, this.#cells), rule: rules[rule], ...this.#range(range) })));
    const whole = boundary.rule === 'periodic' || boundary.rule === 'reflecting' ? boundary.rule : null;
    const ruleOf = (f: number): Rule | null => (spec.fields[f]!.role === 'still' ? 'nearest' : whole);
    const fills: TileJob[][] = [];
    const settles: TileJob[][] = [];
    for (const f of fields.keys()) {
      const rule = ruleOf(f);
      fills.push(rule === null ? [] : await fill(f, rule));
      settles.push(boundary.rule === 'absorbing' ? await fill(f, 'nearest') : fills[f]!);
    }
    const evolving = [...fields.keys()].filter((f) => spec.fields[f]!.role === 'evolving');
    const clock = tileAt(this.head, index) + tileWords.clock;
    const sources: TileSources[] = [];
    for (const f of evolving) if (spec.fields[f]!.elem === f32) sources.push(await this.#sources(f, clock));
    for (const [name, program] of measures) this.measures[name]!.push(await this.#cellJob(program, cut, pokes));
    return {
      index, neighbours: cut.neighbours, from: cut.from, to: cut.to, pokes, sources, fills, settles,
      step: await this.#cellJob(step, cut, pokes),
      ghosts: boundary.rule === 'absorbing' ? (await Promise.all(evolving.map((f) => this.#absorb(f, cut, pokes)))).flat() : evolving.flatMap((f) => fills[f]!),
    };
  }

  get #cells(): number {
    return this.padded.reduce((a, b) => a * b, 1);
  }

  async #ghosts(cut: TilePlan, rule: Rule, make: (range: readonly [number, number]) => Promise<TileJob>): Promise<TileJob[]> {
    return Promise.all(ghostsOf(cut, rule, this.spec.halo, this.padded).map(make));
  }

  #range([first, last]: readonly [number, number]): Values {
    const [h, hz, w, height, depth] = ghostRange(this.spec.dims, this.spec.halo, this.padded as never);
    return { h, hz, w, height, depth, first, last };
  }

  #absorb(f: number, cut: TilePlan, pokes: [number, number][]): Promise<TileJob[]> {
    const { spec, fields, period } = this;
    return this.#ghosts(cut, 'nearest', async (range) => {
      const job = await this.#make(absorbProgram(), [range[1]! - range[0]!], (phase) => ({
        next: this.array(fields[f]![phase]!, this.#cells), now: this.array(fields[f]![(phase + period - 1) % period]!, this.#cells), speed: spec.speed, ...this.#range(range),
      }));
      this.#poke(pokes, absorbProgram(), job, 'speed', 'speed');
      return job;
    });
  }

  /** The launch of a program over the tile's cells: the step, or a measure, which writes where the first evolving field's next generation will go. */
  async #cellJob(program: GlobalProgram, cut: TilePlan, pokes: [number, number][]): Promise<TileJob> {
    const { spec, fields, next } = this;
    const names = spec.fields.map(({ name }) => name);
    const scratch = next.find((list) => list.length > 0)!;
    const buffer = (name: string, phase: number): number => {
      const f = names.indexOf(name);
      if (f >= 0) return fields[f]![phase]!;
      const written = names.findIndex((n) => nextOf(n) === name);
      return written >= 0 ? next[written]![phase]! : scratch[phase]!;
    };
    const [wx, wy] = program.workgroup;
    const [w, h, d = 1] = spec.size as readonly [number, number, number?];
    const across = Math.ceil(w / wx) * (spec.dims === 3 ? Math.ceil(h / wy) : 1);
    const job = await this.#make(program, [w, h, d], (phase) => Object.fromEntries(program.params.map((p) =>
      [p.name, p.kind === 'buffer' ? this.#grid(buffer(p.name, phase)) : spec.values[spec.params.findIndex(({ name }) => name === p.name)]!])),
    [across * cut.from, across * (cut.to - cut.from)]);
    for (const { name } of spec.params) this.#poke(pokes, program, job, name, `p_${name}`);
    return job;
  }

  /** Notes where a parameter lies in a launch's arguments. */
  #poke(pokes: [number, number][], program: GlobalProgram, job: TileJob, argument: string, parameter: string): void {
    const from = this.parameters.fields.find(({ name }) => name === parameter)!;
    const to = this.#kernelOf.get(program)!.layout.fields.find(({ name }) => name === argument)!;
    for (let phase = 0; phase < this.period; phase++) {
      for (let byte = 0; byte < from.type.size; byte += 4) pokes.push([(from.offset + byte) / 4, job.args + phase * job.stride + to.offset + byte]);
    }
  }

  async #sources(f: number, clock: number): Promise<TileSources> {
    const cells = this.#ground.take(2 * maxSources * 4);
    const amplitudes = this.#ground.take(maxSources * 4);
    const job = await this.#make(drive.program, [1], (phase) => ({
      u: this.array(this.fields[f]![phase]!, this.#cells), cells: this.array(cells, 2 * maxSources), amplitudes: this.array(amplitudes, maxSources),
      clock: this.array(clock, 1), step: 0, count: 0,
    }));
    const count = job.args + this.#kernelOf.get(drive.program)!.layout.fields.find(({ name }) => name === 'count')!.offset;
    return { field: f, job, cells, amplitudes, names: this.#ground.take(maxSources * 4), count };
  }
}

const leastCommonMultiple = (a: number, b: number): number => {
  let n = Math.max(a, b);
  while (n % a !== 0 || n % b !== 0) n++;
  return n;
};
