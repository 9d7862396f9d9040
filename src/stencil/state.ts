/** A stencil's fields in device memory, and the launches that move them on. */
import type { CompiledKernel, Context, KernelFunction, LaunchArgument } from '../backend/contract.ts';
import { checkNeeds } from '../backend/capabilities.ts';
import { absorbProgram, fillProgram, ghostCells, ghostRange, rules, type Rule } from '../engine/grids/ghosts.ts';
import { brush, drive, maxSources, phaseStep, sumRows } from '../engine/grids/tools.ts';
import { fail } from '../error/index.ts';
import type { GlobalProgram } from '../kernel/ir.ts';
import { f32, u32, type Scalar } from '../layout/types.ts';
import type { DeviceMemory } from '../memory/device-memory.ts';
import { cellsOf, DeviceGrid, type GridSize } from '../memory/grid.ts';
import type { TypedBuffer } from '../memory/typed-buffer.ts';
import type { Boundary } from './boundary.ts';
import { elementOf, type StencilDefinition } from './define.ts';

export type FieldArray = Float32Array | Int32Array | Uint32Array;
/** A cell: x, y and, in three dimensions, z, counted from 0 without ghosts. */
export type Cell = readonly [number, number, number?];

export interface Source {
  readonly at: Cell;
  /** Added to the cell at the peak of each period. */
  readonly amplitude: number;
  /** Steps of one period. */
  readonly period: number;
}

/** Launches that stand in a row before the device is asked whether they were taken. */
const together = 32;

const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const;

interface Field {
  readonly name: string;
  readonly elem: Scalar;
  /** `previous` fields: the field they follow. */
  readonly of: string | null;
  readonly evolves: boolean;
  now: DeviceGrid<Scalar>;
  /** Where the next generation goes. Null: none is written. */
  next: DeviceGrid<Scalar> | null;
}

export class StencilState implements AsyncDisposable {
  readonly definition: StencilDefinition;
  /** Cells inside, and with ghosts. */
  readonly size: readonly number[];
  readonly padded: GridSize;
  params: Readonly<Record<string, number>>;
  step = 0;
  readonly #context: Context;
  readonly #memory: DeviceMemory;
  readonly #boundary: Boundary;
  readonly #fields: Field[];
  readonly #functions = new Map<GlobalProgram, KernelFunction>();
  readonly #kernels: CompiledKernel[] = [];
  readonly #buffers: TypedBuffer<Scalar>[] = [];
  readonly #sources = new Map<number, Source & { readonly field: Field }>();
  #sourceTables: { readonly field: Field; readonly cells: TypedBuffer<typeof u32>; readonly amplitudes: TypedBuffer<typeof f32>; clock: TypedBuffer<typeof u32>; count: number }[] = [];
  #nextSource = 1;

  private constructor(context: Context, memory: DeviceMemory, definition: StencilDefinition, size: readonly number[], params: Readonly<Record<string, number>>, boundary: Boundary) {
    const { halo, dims, fields } = definition;
    this.definition = definition;
    this.#context = context;
    this.#memory = memory;
    this.size = size;
    this.padded = size.map((n) => n + 2 * halo) as unknown as GridSize;
    this.params = params;
    this.#boundary = boundary;
    if (size.length !== dims || size.some((n) => !Number.isInteger(n) || n < halo)) {
      throw fail('InvalidConfig', { option: 'size', value: size.join(' x '), reason: `'${definition.id}' has ${dims} dimensions of at least ${halo} cells.` });
    }
    const grid = (elem: Scalar, label: string): DeviceGrid<Scalar> => {
      const buffer = memory.typed(elem, cellsOf(this.padded), { label: `${definition.id}.${label}` });
      this.#buffers.push(buffer);
      return new DeviceGrid(buffer, this.padded);
    };
    this.#fields = Object.entries(fields).map(([name, kind]) => {
      const elem = elementOf(fields, name);
      return { name, elem, of: kind.kind === 'previous' ? kind.of : null, evolves: kind.kind === 'scalar', now: grid(elem, name), next: kind.kind === 'scalar' ? grid(elem, `${name}'`) : null };
    });
  }

  static async open(context: Context, memory: DeviceMemory, definition: StencilDefinition, size: readonly number[], params: Readonly<Record<string, number>>, boundary: Boundary): Promise<StencilState> {
    const state = new StencilState(context, memory, definition, size, params, boundary);
    try {
      await state.#function(definition.program);
      for (const f of state.#fields) await state.load(f.name, null);
    } catch (cause) {
      await state[Symbol.asyncDispose]();
      throw cause;
    }
    return state;
  }

  async #function(program: GlobalProgram): Promise<KernelFunction> {
    let fn = this.#functions.get(program);
    if (fn === undefined) {
      checkNeeds(program, this.#context.capabilities, this.#context.device.backend);
      const kernel = await this.#context.compile(program);
      this.#kernels.push(kernel);
      this.#functions.set(program, fn = kernel.getFunction(kernel.entries[0]!));
    }
    return fn;
  }

  #field(name: string): Field {
    const found = this.#fields.find((f) => f.name === name);
    if (found === undefined) throw fail('InvalidConfig', { option: 'field', value: name, reason: `'${this.definition.id}' has ${this.#fields.map((f) => f.name).join(', ')}.` });
    return found;
  }

  #groups(threads: readonly number[], program: GlobalProgram): [number, number, number] {
    return [0, 1, 2].map((axis) => Math.ceil((threads[axis] ?? 1) / program.workgroup[axis]!)) as [number, number, number];
  }

  async #launch(program: GlobalProgram, threads: readonly number[], args: readonly LaunchArgument[]): Promise<void> {
    const fn = await this.#function(program);
    await fn.launch({ grid: this.#groups(threads, program) }, args);
  }

  /** The step's launches in order, and the fields' new places. Nothing is awaited, so that they stay together. */
  #advance(step: KernelFunction, groups: [number, number, number], ghosts: KernelFunction[], drives: KernelFunction | null, launched: Promise<void>[]): void {
    const { params, definition } = this;
    launched.push(step.launch({ grid: groups }, [
      ...this.#fields.flatMap((f) => (f.evolves ? [f.now.argument, f.next!.argument] : [f.now.argument])),
      ...Object.keys(definition.params).map((name) => params[name]!),
    ]));
    const before = new Map<string, DeviceGrid<Scalar>>();
    const evolving = this.#fields.filter((f) => f.evolves);
    for (const f of evolving) {
      before.set(f.name, f.now);
      const follower = this.#fields.find((p) => p.of === f.name);
      const free = follower === undefined ? f.now : follower.now;
      if (follower !== undefined) follower.now = f.now;
      f.now = f.next!;
      f.next = free;
    }
    if (drives !== null) for (const t of this.#sourceTables) if (t.count > 0) launched.push(drives.launch({ grid: 1 }, [t.field.now.buffer.buffer, t.cells.buffer, t.amplitudes.buffer, t.clock.buffer, this.step >>> 0, t.count]));
    evolving.forEach((f, k) => {
      const fn = ghosts[k];
      if (fn === undefined) return;
      const absorbing = this.#speed();
      const now = f.now.buffer.buffer;
      launched.push(fn.launch({ grid: Math.ceil(this.#ghosts() / 64) }, absorbing === null
        ? [now, rules[this.#rule()!], ...this.#ghostRange()]
        : [now, before.get(f.name)!.buffer.buffer, absorbing, ...this.#ghostRange()]));
    });
    this.step++;
  }

  /** Runs steps; resolves when the device has done them. */
  async advance(steps: number): Promise<void> {
    const { program } = this.definition;
    const step = await this.#function(program);
    const groups = this.#groups(this.size, program);
    const evolving = this.#fields.filter((f) => f.evolves);
    const ghosts = this.#speed() !== null
      ? await Promise.all(evolving.map(() => this.#function(absorbProgram())))
      : this.#rule() === null ? [] : await Promise.all(evolving.map((f) => this.#function(fillProgram(f.elem))));
    const drives = this.#sources.size > 0 ? await this.#function(drive.program) : null;
    for (let done = 0; done < steps;) {
      const launched: Promise<void>[] = [];
      const upTo = Math.min(steps, done + together);
      for (; done < upTo; done++) this.#advance(step, groups, ghosts, drives, launched);
      await Promise.all(launched);
    }
    await this.#context.synchronize();
  }

  #ghosts(): number {
    return ghostCells(this.definition.dims, this.definition.halo, this.padded);
  }

  #ghostRange(): number[] {
    return ghostRange(this.definition.dims, this.definition.halo, this.padded);
  }

  #rule(): Rule | null {
    const b = this.#boundary;
    return b === 'periodic' || b === 'reflecting' ? b : null;
  }

  #speed(): number | null {
    const b = this.#boundary;
    if (typeof b === 'string' || !('absorbing' in b)) return null;
    return typeof b.absorbing === 'number' ? b.absorbing : b.absorbing(this.params);
  }

  /** Ghosts of a field after its cells were changed from outside. Those of fixed edges stay as they are. */
  async #refill(field: Field, rule: Rule | null = field.evolves || field.of !== null ? this.#rule() : 'nearest'): Promise<void> {
    if (rule === null) return;
    await this.#launch(fillProgram(field.elem), [this.#ghosts()], [field.now.buffer.buffer, rules[rule], ...this.#ghostRange()]);
  }

  #padded(elem: Scalar): FieldArray {
    return new arrays[elem.name as keyof typeof arrays](cellsOf(this.padded));
  }

  /** Calls `visit` with the index of each row's first cell in padded and in plain order. */
  #rows(visit: (padded: number, plain: number, width: number) => void): void {
    const [w, h, d = 1] = this.size as readonly [number, number, number?];
    const { halo, dims } = this.definition;
    const [pw, ph] = this.padded;
    for (let z = 0; z < d; z++) for (let y = 0; y < h; y++) visit(((z + (dims === 3 ? halo : 0)) * ph + y + halo) * pw + halo, (z * h + y) * w, w);
  }

  /** Replaces a field's cells (x varies fastest); null: all zero. A fixed edge takes its value here. */
  async load(name: string, values: ArrayLike<number> | null): Promise<void> {
    const field = this.#field(name);
    const cells = this.size.reduce((a, b) => a * b, 1);
    if (values !== null && values.length !== cells) throw fail('InvalidConfig', { option: 'values', value: values.length, reason: `The grid has ${cells} cells.` });
    const data = this.#padded(field.elem);
    const edge = typeof this.#boundary === 'object' && 'fixed' in this.#boundary ? this.#boundary.fixed : 0;
    if (edge !== 0 && (field.evolves || field.of !== null)) data.fill(edge);
    this.#rows((padded, plain, width) => { for (let x = 0; x < width; x++) data[padded + x] = values === null ? 0 : values[plain + x]!; });
    await field.now.buffer.write(data);
    if (field.next !== null) await field.next.buffer.write(data);
    await this.#refill(field, this.#speed() !== null ? 'nearest' : undefined);
  }

  /** A field's cells, x fastest, all of one step. */
  async cells(name: string): Promise<FieldArray> {
    const field = this.#field(name);
    const data = await field.now.buffer.readInto(this.#padded(field.elem));
    const plain = new arrays[field.elem.name as keyof typeof arrays](this.size.reduce((a, b) => a * b, 1));
    this.#rows((from, to, width) => { plain.set(data.subarray(from, from + width), to); });
    return plain;
  }

  /** Adds to or sets the cells within `radius`. A field's previous generation is changed with it: no velocity comes in. */
  async brush(name: string, at: Cell, radius: number, amount: number, mode: 'add' | 'set'): Promise<void> {
    const field = this.#field(name);
    if (field.elem !== f32) throw fail('InvalidConfig', { option: 'field', value: name, reason: 'Brushes change fields of f32.' });
    this.#check(at);
    const { halo, dims } = this.definition;
    const [pw, ph] = this.padded;
    const centre = [0, 1, 2].map((axis) => (axis < dims ? at[axis]! + halo : 0));
    const low = centre.map((c, axis) => (axis < dims ? Math.max(halo, Math.ceil(c - radius)) : 0));
    const high = centre.map((c, axis) => (axis < dims ? Math.min(halo + this.size[axis]! - 1, Math.floor(c + radius)) : 0));
    const threads = low.map((l, axis) => high[axis]! - l + 1);
    if (threads.some((n) => n < 1)) return;
    for (const f of this.#fields.filter((o) => o === field || o.of === name)) {
      await this.#launch(brush.program, threads, [f.now.buffer.buffer, pw, ph, ...low, ...high, ...centre, radius, amount, mode === 'set' ? 1 : 0]);
      await this.#refill(f);
    }
  }

  #check(at: Cell): void {
    if (at.length !== this.size.length || this.size.some((n, axis) => !(at[axis]! >= 0 && at[axis]! < n))) {
      throw fail('InvalidConfig', { option: 'at', value: at.join(', '), reason: `The grid has ${this.size.join(' x ')} cells.` });
    }
  }

  async addSource(name: string, source: Source): Promise<number> {
    const field = this.#field(name);
    this.#check(source.at);
    if (field.elem !== f32 || !field.evolves) throw fail('InvalidConfig', { option: 'field', value: name, reason: 'Sources drive evolving fields of f32.' });
    if (!(source.period > 0)) throw fail('InvalidConfig', { option: 'period', value: source.period, reason: 'It is a number of steps above zero.' });
    if (this.#sources.size >= maxSources) throw fail('LimitExceeded', { what: 'Sources of a simulation', needed: this.#sources.size + 1, limit: maxSources, hint: 'Remove one first.' });
    const id = this.#nextSource++;
    this.#sources.set(id, { ...source, field });
    await this.#writeSources(field);
    return id;
  }

  async removeSource(id: number): Promise<boolean> {
    const source = this.#sources.get(id);
    if (source === undefined) return false;
    this.#sources.delete(id);
    await this.#writeSources(source.field);
    return true;
  }

  /** Sources of one field; phases follow from the step. */
  async #writeSources(field: Field): Promise<void> {
    let table = this.#sourceTables.find((t) => t.field === field);
    if (table === undefined) {
      table = {
        field, cells: this.#memory.typed(u32, 2 * maxSources, { label: 'source cells' }), amplitudes: this.#memory.typed(f32, maxSources, { label: 'source amplitudes' }),
        clock: this.#memory.typed(u32, 1, { label: 'source clock' }), count: 0,
      };
      this.#buffers.push(table.cells, table.amplitudes, table.clock);
      this.#sourceTables.push(table);
    }
    const own = [...this.#sources.values()].filter((s) => s.field === field);
    const { halo, dims } = this.definition;
    const [pw, ph] = this.padded;
    const cellOf = ([x, y, z = 0]: Cell): number => ((Math.floor(z) + (dims === 3 ? halo : 0)) * ph + Math.floor(y) + halo) * pw + Math.floor(x) + halo;
    await table.cells.write(Uint32Array.from(own.flatMap((s) => [cellOf(s.at), phaseStep(s.period)])));
    await table.amplitudes.write(Float32Array.from(own.map((s) => s.amplitude)));
    table.count = own.length;
  }

  get sources(): ReadonlyMap<number, Source> {
    return this.#sources;
  }

  async clearSources(): Promise<void> {
    this.#sources.clear();
    for (const table of this.#sourceTables) table.count = 0;
  }

  /** Sum over all cells of what the measure says of each. */
  async measure(name: string): Promise<number> {
    const program = this.definition.measures[name];
    if (program === undefined) throw fail('InvalidConfig', { option: 'measure', value: name, reason: `'${this.definition.id}' has ${Object.keys(this.definition.measures).join(', ') || 'no measures'}.` });
    using result = this.#memory.typed(f32, cellsOf(this.padded), { label: `${this.definition.id}.${name}` });
    const rows = this.size.slice(1).reduce((a, b) => a * b, 1);
    using sums = this.#memory.typed(f32, rows, { label: 'row sums' });
    await this.#launch(program, this.size, [
      ...this.#fields.map((f) => f.now.argument), ...Object.keys(this.definition.params).map((p) => this.params[p]!), { buffer: result.buffer, size: this.padded },
    ]);
    const { halo, dims } = this.definition;
    await this.#launch(sumRows.program, [rows], [result.buffer, sums.buffer, this.padded[0], this.padded[1], halo, dims === 3 ? halo : 0, 0, rows]);
    return (await sums.readInto(new Float32Array(rows))).reduce((a, b) => a + b, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.synchronize().catch(() => undefined);
    for (const kernel of this.#kernels) kernel[Symbol.dispose]();
    for (const buffer of this.#buffers) buffer[Symbol.dispose]();
  }
}
