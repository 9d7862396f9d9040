/**
 * A thread of a persistent grid: steps the tiles it owns as far as their neighbours and the horizon let it, and
 * carries out orders between steps. What it does to a tile is a list of launches prepared by the host (`plan.ts`).
 */
import { viewsOf, type Views } from '../../../layout/views.ts';
import { hostMemory, type RawMemory } from '../../../queue/memory.ts';
import { kernelLinker, type CrewCode, type Run } from '../worker/crew.ts';
import { claim, decide, finish, head, order, orderOf, park, ready, tile as words, tileAt } from './protocol.ts';

/** Workgroups `first` to `first + count` of a launch of `x * y * z` groups; `args`: its arguments at phase 0. */
export interface TileJob {
  readonly kernel: number;
  readonly args: number;
  /** Bytes from the arguments at one phase to those at the next. */
  readonly stride: number;
  readonly groups: readonly [number, number, number];
  readonly first: number;
  readonly count: number;
}
/** Words of a job in the payload of an order. */
export const jobWords = 8;

/** Sources that drive cells of a tile, as arrays of `engine/grids/tools.ts`; `count` is the address of how many there are. */
export interface TileSources {
  readonly field: number;
  readonly job: TileJob;
  readonly cells: number;
  readonly amplitudes: number;
  /** Beside them: the number of each source. */
  readonly names: number;
  /** Address of the argument `count` at phase 0. */
  readonly count: number;
}

export interface Tile {
  readonly index: number;
  readonly neighbours: readonly number[];
  /** Own cells along the slowest axis, ghosts not counted. */
  readonly from: number;
  readonly to: number;
  readonly step: TileJob;
  readonly sources: readonly TileSources[];
  /** Moves the ghosts that follow own cells on with a step. */
  readonly ghosts: readonly TileJob[];
  /** For each field: fills those ghosts after cells were changed, and after all were replaced. */
  readonly fills: readonly (readonly TileJob[])[];
  readonly settles: readonly (readonly TileJob[])[];
  /** Where parameters lie in the arguments of this tile's launches: index of the word in the payload of a `set`, address. */
  readonly pokes: readonly (readonly [number, number])[];
}

/** What a thread is given. Addresses are bytes of the memory. */
export interface GridPart {
  readonly head: number;
  readonly thread: number;
  /** All tiles. */
  readonly tiles: readonly Tile[];
  /** Those that are this thread's to step, in the order in which it visits them; others it steps when their thread does not come to it. */
  readonly own: readonly number[];
  /** Most steps that are decided ahead. */
  readonly window: number;
  /** Phases until every field's buffers are where they were. */
  readonly period: number;
  readonly kernels: readonly CrewCode[];
  /** Buffer of each field at each phase. */
  readonly fields: readonly (readonly number[])[];
  /** Fields that a reset clears. */
  readonly cleared: readonly number[];
  /** Cells in x and y, ghosts along x and y, ghosts along z; cells with ghosts in x and y. */
  readonly shape: { readonly dims: 2 | 3; readonly w: number; readonly h: number; readonly halo: number; readonly haloZ: number; readonly paddedW: number; readonly paddedH: number };
  readonly scratch: number;
  readonly fault: number;
  /** Word index: ends `run`. */
  readonly stop: number;
}

/** What an order is to a tile. Payloads in words, behind the address that the order carries. */
export const kinds = {
  nothing: 0,
  /** For each tile the word at which its list starts (0: none): number of jobs, then the jobs. */
  jobs: 1,
  /** Words of the parameters. */
  set: 2,
  /** Field, address of all cells (0: zeros). */
  store: 3,
  fetch: 4,
  reset: 5,
  /** Number, tile, field, index of the cell, step of the phase, amplitude. */
  addSource: 6,
  removeSource: 7,
} as const;

/** Looks without finding anything to do before a thread sleeps, and before it steps a tile that is not its own. */
const looks = 100;
const patience = 16;

export class GridWorker {
  readonly #part: GridPart;
  readonly #memory: WebAssembly.Memory;
  readonly #own: readonly Tile[];
  readonly #others: readonly Tile[];
  readonly #kernels: readonly Run[];
  readonly #m: RawMemory;
  #views: Views;

  constructor(memory: WebAssembly.Memory, part: GridPart) {
    this.#memory = memory;
    this.#part = part;
    this.#views = viewsOf(memory.buffer);
    this.#m = hostMemory(this.#views);
    const link = kernelLinker(memory, part.scratch, part.fault);
    this.#kernels = part.kernels.map(link);
    this.#own = part.own.map((i) => part.tiles[i]!);
    this.#others = part.tiles.filter(({ index }) => !part.own.includes(index));
  }

  /** Works until `stop` is set or a thread has failed. */
  run(): void {
    const { head: at, stop } = this.#part;
    const { i32 } = this.#views;
    const stopped = (): boolean => Atomics.load(i32, stop) !== 0 || Atomics.load(i32, (at + head.broken) >> 2) !== 0;
    for (let idle = 0; !stopped();) {
      if (this.#sweep() || (idle > patience && this.#help())) {
        idle = 0;
      } else if (++idle > looks) {
        idle = 0;
        park(this.#m, at, () => stopped() || this.#decide(true) || this.#part.tiles.some(({ index, neighbours }) => ready(this.#m, at, index, neighbours)));
      }
    }
  }

  /**
   * Visits each own tile once. A tile that moved may let the one before it move again: steps of several tiles then find
   * their cells still in the cache. At the border to the next thread, to which both come last, that has to be repeated.
   */
  #sweep(): boolean {
    const own = this.#own;
    let moved = this.#decide();
    for (let i = 0; i < own.length; i++) if (this.#cascade(i)) moved = true;
    for (let i = Math.max(0, own.length - this.#part.window); i < own.length; i++) if (this.#cascade(i)) i = Math.max(0, own.length - this.#part.window) - 1;
    return moved;
  }

  /** Steps tile number `last` of its own and, as long as they can go on, those before it. */
  #cascade(last: number): boolean {
    let k = last;
    while (k >= 0 && this.#advance(this.#own[k]!)) k--;
    return k < last;
  }

  /** One step of a tile that another thread leaves lying. */
  #help(): boolean {
    for (const tile of this.#others) if (this.#advance(tile)) return true;
    return false;
  }

  #decide(last = false): boolean {
    const { head: at, window, tiles } = this.#part;
    return decide(this.#m, at, tiles.length, window, last);
  }

  #advance(tile: Tile): boolean {
    const { head: at, period } = this.#part;
    const { index, neighbours } = tile;
    if (!claim(this.#m, at, index, neighbours)) return false;
    const own = tileAt(at, index);
    const phase = this.#m.load(own + words.phase);
    const record = orderOf(this.#m, at, index);
    if (record === 0) {
      const next = phase + 1 === period ? 0 : phase + 1;
      this.#step(tile, phase, next);
      this.#m.store(own + words.phase, next);
      this.#m.store(own + words.clock, this.#m.load(own + words.clock) + 1);
    } else {
      this.#carryOut(tile, phase, this.#m.load(record + order.kind), this.#m.load(record + order.payload));
    }
    finish(this.#m, at, index, record);
    return true;
  }

  #launch({ kernel, args, stride, groups, first, count }: TileJob, phase: number): void {
    this.#kernels[kernel]!(args + phase * stride, groups[0], groups[1], groups[2], first, count);
  }

  /** Launches at `next` are about the generation that the step has written: its buffers have changed places. */
  #step(tile: Tile, phase: number, next: number): void {
    this.#launch(tile.step, phase);
    const { u32 } = this.#views;
    for (const { job, count } of tile.sources) if (u32[count >> 2] !== 0) this.#launch(job, next);
    for (const job of tile.ghosts) this.#launch(job, next);
  }

  #carryOut(tile: Tile, phase: number, kind: number, payload: number): void {
    if (kind === kinds.nothing) return;
    // The host may have made the memory larger to place this order.
    if (this.#views.buffer !== this.#memory.buffer) this.#views = viewsOf(this.#memory.buffer);
    const { u32 } = this.#views;
    const at = payload >> 2;
    switch (kind) {
      case kinds.jobs: {
        const list = u32[at + tile.index]!;
        if (list === 0) break;
        for (let k = 0, w = at + list + 1; k < u32[at + list]!; k++, w += jobWords) {
          this.#launch({ kernel: u32[w]!, args: u32[w + 1]!, stride: u32[w + 2]!, groups: [u32[w + 3]!, u32[w + 4]!, u32[w + 5]!], first: u32[w + 6]!, count: u32[w + 7]! }, phase);
        }
        break;
      }
      case kinds.set:
        for (const [word, address] of tile.pokes) u32[address >> 2] = u32[at + word]!;
        break;
      case kinds.store:
        this.#copy(tile, phase, u32[at]!, u32[at + 1]!, true);
        break;
      case kinds.fetch:
        this.#copy(tile, phase, u32[at]!, u32[at + 1]!, false);
        break;
      case kinds.reset:
        for (const field of this.#part.cleared) this.#copy(tile, phase, field, 0, true);
        u32[(tileAt(this.#part.head, tile.index) + words.clock) >> 2] = 0;
        for (const sources of tile.sources) this.#count(sources, 0);
        break;
      case kinds.addSource:
        if (u32[at + 1] === tile.index) this.#drive(tile, at);
        break;
      case kinds.removeSource:
        for (const sources of tile.sources) this.#undrive(sources, u32[at]!);
        break;
    }
  }

  /** Own cells of a field, row by row, between its buffer and all cells without ghosts at `plain` (0: zeros). */
  #copy(tile: Tile, phase: number, field: number, plain: number, inwards: boolean): void {
    const { dims, w, h, halo, haloZ, paddedW, paddedH } = this.#part.shape;
    const { u32 } = this.#views;
    const buffer = this.#part.fields[field]![phase]! >> 2;
    const cells = plain >> 2;
    const [zFrom, zTo] = dims === 3 ? [tile.from, tile.to] : [0, 1];
    const [yFrom, yTo] = dims === 3 ? [0, h] : [tile.from, tile.to];
    for (let z = zFrom; z < zTo; z++) for (let y = yFrom; y < yTo; y++) {
      const padded = buffer + ((z + haloZ) * paddedH + y + halo) * paddedW + halo;
      const row = cells + (z * h + y) * w;
      if (!inwards) u32.set(u32.subarray(padded, padded + w), row);
      else if (plain !== 0) u32.set(u32.subarray(row, row + w), padded);
      else u32.fill(0, padded, padded + w);
    }
    if (inwards) for (const job of tile.settles[field]!) this.#launch(job, phase);
  }

  #drive(tile: Tile, at: number): void {
    const { u32 } = this.#views;
    const sources = tile.sources.find((s) => s.field === u32[at + 2])!;
    const n = u32[sources.count >> 2]!;
    u32[(sources.names >> 2) + n] = u32[at]!;
    u32[(sources.cells >> 2) + 2 * n] = u32[at + 3]!;
    u32[(sources.cells >> 2) + 2 * n + 1] = u32[at + 4]!;
    u32[(sources.amplitudes >> 2) + n] = u32[at + 5]!;
    this.#count(sources, n + 1);
  }

  #undrive(sources: TileSources, source: number): void {
    const { u32 } = this.#views;
    const n = u32[sources.count >> 2]!;
    const k = u32.subarray(sources.names >> 2, (sources.names >> 2) + n).indexOf(source);
    if (k < 0) return;
    // The others stay in the order in which they came, which is the order in which they are added.
    const close = (address: number, words: number): void => { u32.copyWithin((address >> 2) + k * words, (address >> 2) + (k + 1) * words, (address >> 2) + n * words); };
    close(sources.names, 1);
    close(sources.cells, 2);
    close(sources.amplitudes, 1);
    this.#count(sources, n - 1);
  }

  #count({ count, job }: TileSources, n: number): void {
    for (let phase = 0; phase < this.#part.period; phase++) this.#views.u32[(count + phase * job.stride) >> 2] = n;
  }
}

/** Tells the others, and the host, that a thread cannot go on. */
export function breakDown(memory: WebAssembly.Memory, part: GridPart): void {
  const m = hostMemory(viewsOf(memory.buffer));
  m.storeRelease(part.head + head.broken, part.thread + 1);
  m.fetchAdd(part.head + head.wake, 1);
  m.notify(part.head + head.wake, 0xffff_ffff);
  m.fetchAdd(part.head + head.answers, 1);
  m.notify(part.head + head.answers, 0xffff_ffff);
}
