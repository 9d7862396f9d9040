/** Commands of a persistent grid as orders for its tiles. */
import type { GridArray, GridCommand } from '../../../engine/grid.ts';
import { brush, phaseStep, sumRows } from '../../../engine/grids/tools.ts';
import type { SharedHeap } from '../../../engine/heap.ts';
import { codecOf } from '../../../message/codec.ts';
import type { GridPlan } from './plan.ts';
import { actions } from './protocol.ts';
import { jobWords, kinds, type Tile, type TileJob } from './worker.ts';

/** A command ready to be posted. */
export interface Posting {
  readonly action: number;
  readonly steps: number;
  readonly kind: number;
  /** Address of what the order needs; 0: nothing. */
  readonly payload: number;
  /** What the answer carries besides the step, read when all tiles are done. */
  readonly answer: () => { readonly value?: number; readonly cells?: GridArray };
  /** Gives the payload back. */
  readonly free: () => void;
}

const nothing = (): object => ({});

export class Orders {
  readonly #plan: GridPlan;
  readonly #heap: SharedHeap;

  constructor(plan: GridPlan, heap: SharedHeap) {
    this.#plan = plan;
    this.#heap = heap;
  }

  prepare(command: Exclude<GridCommand, { readonly op: 'progress' }>): Posting {
    switch (command.op) {
      case 'run': return plain(actions.run, command.steps);
      case 'play': return plain(actions.play);
      case 'pause': return plain(actions.pause);
      case 'resume': return plain(actions.resume);
      case 'reset': return { ...plain(actions.reset), kind: kinds.reset };
      case 'set': return this.#set(command.values, command.speed);
      case 'load': return this.#load(command.field, command.values);
      case 'snapshot': return this.#snapshot(command.field);
      case 'addSource': return this.#addSource(command);
      case 'removeSource': return this.#payload(kinds.removeSource, [command.source]);
      case 'brush': return this.#brush(command);
      case 'measure': return this.#measure(command.name);
    }
  }

  /** An order with a block of memory of its own, whose words start with `words`. */
  #payload(kind: number, words: ArrayLike<number>, bytes = words.length * 4, answer: (address: number) => ReturnType<Posting['answer']> = nothing): Posting {
    const address = this.#heap.allocate(bytes);
    this.#heap.views.u32.set(words, address >> 2);
    return { action: actions.none, steps: 0, kind, payload: address, answer: () => answer(address), free: () => this.#heap.free(address, bytes) };
  }

  #set(values: readonly number[], speed: number): Posting {
    const { parameters, spec } = this.#plan;
    const posting = this.#payload(kinds.set, [], parameters.size);
    const fields = Object.fromEntries(spec.params.map(({ name, type }, i) => [`p_${name}`, type.name === 'i64' || type.name === 'u64' ? BigInt(values[i]!) : values[i]!]));
    codecOf(parameters).encode(this.#heap.views, posting.payload, { ...fields, speed } as never);
    return posting;
  }

  get #cells(): number {
    return this.#plan.spec.size.reduce((a, b) => a * b, 1);
  }

  /** Views of all cells that stand behind the first words of a payload, in the element type of a field. */
  #view(field: number, address: number): GridArray {
    const { views } = this.#heap;
    const { name } = this.#plan.spec.fields[field]!.elem;
    const all = name === 'f32' ? views.f32 : name === 'i32' ? views.i32 : views.u32;
    return all.subarray(address >> 2, (address >> 2) + this.#cells);
  }

  #load(field: number, values: GridArray | null): Posting {
    if (values === null) return this.#payload(kinds.store, [field, 0]);
    const posting = this.#payload(kinds.store, [field], 64 + this.#cells * 4);
    this.#heap.views.u32[(posting.payload >> 2) + 1] = posting.payload + 64;
    this.#view(field, posting.payload + 64).set(values);
    return posting;
  }

  #snapshot(field: number): Posting {
    const posting = this.#payload(kinds.fetch, [field], 64 + this.#cells * 4, (address) => ({ cells: this.#view(field, address + 64).slice() }));
    this.#heap.views.u32[(posting.payload >> 2) + 1] = posting.payload + 64;
    return posting;
  }

  #addSource({ source, field, at, amplitude, period }: Extract<GridCommand, { op: 'addSource' }>): Posting {
    const { spec: { halo, dims }, padded: [w, h], tiles } = this.#plan as GridPlan & { readonly padded: readonly [number, number] };
    const [x, y, z = 0] = at.map(Math.floor) as [number, number, number?];
    const layer = dims === 3 ? z : y;
    const tile = tiles.find(({ from, to }) => layer >= from && layer < to)!;
    const cell = ((z + (dims === 3 ? halo : 0)) * h + y + halo) * w + x + halo;
    const posting = this.#payload(kinds.addSource, [source, tile.index, field, cell, phaseStep(period), 0]);
    this.#heap.views.f32[(posting.payload >> 2) + 5] = amplitude;
    return posting;
  }

  /** Lists of at most `most` launches for each tile, with room for `argsBytes` of arguments for each, and `extraBytes` for results. */
  #jobs(argsBytes: number, most: number, list: (tile: Tile, room: () => number, extra: number) => TileJob[], extraBytes = 0, answer?: (extra: number) => ReturnType<Posting['answer']>): Posting {
    const { tiles } = this.#plan;
    const tableWords = tiles.length + tiles.length * (1 + most * jobWords);
    const argsAt = Math.ceil(tableWords / 16) * 64;
    const extraAt = argsAt + Math.ceil((tiles.length * most * argsBytes) / 64) * 64;
    const posting = this.#payload(kinds.jobs, [], extraAt + extraBytes, answer === undefined ? undefined : (address) => answer(address + extraAt));
    let free = posting.payload + argsAt;
    const room = (): number => (free += argsBytes) - argsBytes;
    let word = tiles.length;
    const at = posting.payload >> 2;
    for (const tile of tiles) {
      const jobs = list(tile, room, posting.payload + extraAt);
      const { u32 } = this.#heap.views;
      if (jobs.length === 0) continue;
      u32[at + tile.index] = word;
      u32[at + word++] = jobs.length;
      for (const { kernel, args, stride, groups, first, count } of jobs) {
        u32.set([kernel, args, stride, ...groups, first, count], at + word);
        word += jobWords;
      }
    }
    return posting;
  }

  #brush({ field, at, radius, amount, mode }: Extract<GridCommand, { op: 'brush' }>): Posting {
    const { spec, padded, fields, tiles, period } = this.#plan;
    const { halo, dims, size } = spec;
    const centre = [0, 1, 2].map((axis) => (axis < dims ? at[axis]! + halo : 0));
    const low = centre.map((c, axis) => (axis < dims ? Math.max(halo, Math.ceil(c - radius)) : 0));
    const high = centre.map((c, axis) => (axis < dims ? Math.min(halo + size[axis]! - 1, Math.floor(c + radius)) : 0));
    const touched = spec.fields.flatMap(({ of }, f) => (f === field || of === field ? [f] : []));
    const cells = padded.reduce((a, b) => a * b, 1);
    const most = touched.length + Math.max(...tiles.map((tile) => touched.reduce((n, f) => n + tile.fills[f]!.length, 0)));
    return this.#jobs(this.#plan.strideOf(brush.program) * period, most, (tile, room) => {
      const slow = dims - 1;
      const from = low.with(slow, Math.max(low[slow]!, tile.from + halo));
      const to = high.with(slow, Math.min(high[slow]!, tile.to - 1 + halo));
      const threads = from.map((l, axis) => to[axis]! - l + 1);
      if (threads.some((n) => n < 1)) return [];
      return touched.flatMap((f) => [this.#plan.job(brush.program, room(), threads, (phase) => ({
        u: this.#plan.array(fields[f]![phase]!, cells), w: padded[0]!, h: padded[1]!, x0: from[0]!, y0: from[1]!, z0: from[2]!, x1: to[0]!, y1: to[1]!, z1: to[2]!,
        cx: centre[0]!, cy: centre[1]!, cz: centre[2]!, radius, amount, mode: mode === 'set' ? 1 : 0,
      })), ...tile.fills[f]!]);
    });
  }

  /** Each tile writes its cells' shares where the next generation will go, and sums its rows; the rows are summed by the host. */
  #measure(name: string): Posting {
    const { spec, padded, next, period, measures } = this.#plan;
    const { halo, dims, size } = spec;
    const cells = padded.reduce((a, b) => a * b, 1);
    const rows = size.slice(1).reduce((a, b) => a * b, 1);
    const perLayer = dims === 3 ? size[1]! : 1;
    const scratch = next.find((list) => list.length > 0)!;
    return this.#jobs(this.#plan.strideOf(sumRows.program) * period, 2, (tile, room, sums) => {
      const args = room();
      const [first, last] = [tile.from * perLayer, tile.to * perLayer];
      return [measures[name]![tile.index]!, this.#plan.job(sumRows.program, args, [last - first], (phase) => ({
        data: this.#plan.array(scratch[phase]!, cells), out: this.#plan.array(sums, rows), w: padded[0]!, h: padded[1]!, halo, haloZ: dims === 3 ? halo : 0, first, rows: last,
      }))];
    }, rows * 4, (extra) => ({ value: this.#heap.views.f32.subarray(extra >> 2, (extra >> 2) + rows).reduce((a, b) => a + b, 0) }));
  }
}

const plain = (action: number, steps = 0): Posting => ({ action, steps, kind: kinds.nothing, payload: 0, answer: nothing, free: () => undefined });
