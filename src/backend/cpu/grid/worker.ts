/**
 * A thread of a persistent grid: steps the tiles it owns as far as their neighbours and the horizon let it, and
 * carries out orders between steps. What it does to a tile is a list of launches prepared by the host (`plan.ts`).
 */
import { viewsOf, type Views } from '../../../layout/views.ts';
import { hostMemory, type RawMemory } from '../../../queue/memory.ts';
import { kernelLinker, type CrewCode, type Run } from '../worker/crew.ts';
import { decide, doneAt, finish, head, order, orderOf, park, ready } from './protocol.ts';

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
  /** Address of the number of steps done since the last reset, for sources. */
  readonly clock: number;
}

/** What a thread is given. Addresses are bytes of the memory. */
export interface GridPart {
  readonly head: number;
  readonly thread: number;
  /** Of the whole grid. */
  readonly tileCount: number;
  /** Its own, in the order in which it visits them. */
  readonly tiles: readonly Tile[];
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

/** Looks without finding anything to do before a thread sleeps. */
const looks = 2_000;

interface Own {
  readonly tile: Tile;
  event: number;
  nextOrder: number;
  phase: number;
  /** For each table of sources: the number of each source in it. */
  readonly driven: number[][];
}

export class GridWorker {
  readonly #part: GridPart;
  readonly #memory: WebAssembly.Memory;
  readonly #own: readonly Own[];
  readonly #kernels: readonly Run[];
  readonly #m: RawMemory;
  readonly #lead: boolean;
  #views: Views;

  constructor(memory: WebAssembly.Memory, part: GridPart) {
    this.#memory = memory;
    this.#part = part;
    this.#views = viewsOf(memory.buffer);
    this.#m = hostMemory(this.#views);
    this.#lead = part.thread === 0;
    const link = kernelLinker(memory, part.scratch, part.fault);
    this.#kernels = part.kernels.map(link);
    this.#own = part.tiles.map((tile) => ({ tile, event: 0, nextOrder: 0, phase: 0, driven: tile.sources.map(() => []) }));
  }

  /** Works until `stop` is set or a thread has failed. */
  run(): void {
    const { head: at, stop } = this.#part;
    const words = this.#views.i32;
    let idle = 0;
    while (Atomics.load(words, stop) === 0 && Atomics.load(words, (at + head.broken) >> 2) === 0) {
      if (this.#sweep()) {
        idle = 0;
      } else if (++idle > looks) {
        idle = 0;
        park(this.#m, at, () => Atomics.load(words, stop) !== 0 || this.#decided() || this.#own.some((own) => this.#ready(own)));
      }
    }
  }

  /** Visits each own tile once. A tile that moved may let the one before it move again: steps of several tiles then find their cells still in the cache. */
  #sweep(): boolean {
    let moved = false;
    if (this.#lead && this.#decided()) moved = true;
    for (let i = 0; i < this.#own.length; i++) {
      for (let k = i; k >= 0 && this.#advance(this.#own[k]!); k--) moved = true;
    }
    return moved;
  }

  #decided(): boolean {
    if (!this.#lead) return false;
    const { head: at, window, tileCount } = this.#part;
    let done = this.#own[0]!.event;
    for (const { event } of this.#own) if (((event - done) | 0) < 0) done = event;
    const before = this.#m.load(at + head.horizon);
    return decide(this.#m, at, tileCount, window, done) !== before;
  }

  #ready(own: Own): boolean {
    return ready(this.#m, this.#part.head, own.tile.neighbours, own.event);
  }

  #advance(own: Own): boolean {
    if (!this.#ready(own)) return false;
    const { head: at, period } = this.#part;
    const record = orderOf(this.#m, at, own.nextOrder, own.event);
    if (record === 0) {
      this.#step(own);
      own.phase = own.phase + 1 === period ? 0 : own.phase + 1;
    } else {
      this.#carryOut(own, this.#m.load(record + order.kind), this.#m.load(record + order.payload));
      own.nextOrder = (own.nextOrder + 1) >>> 0;
    }
    finish(this.#m, at, own.tile.index, own.event, record);
    own.event = (own.event + 1) >>> 0;
    return true;
  }

  #launch({ kernel, args, stride, groups, first, count }: TileJob, phase: number): void {
    this.#kernels[kernel]!(args + phase * stride, groups[0], groups[1], groups[2], first, count);
  }

  #step({ tile, phase }: Own): void {
    this.#launch(tile.step, phase);
    // Buffers have changed places: what follows is about the generation that was just written.
    const next = phase + 1 === this.#part.period ? 0 : phase + 1;
    const { u32 } = this.#views;
    for (const { job, count } of tile.sources) if (u32[count >> 2] !== 0) this.#launch(job, next);
    for (const job of tile.ghosts) this.#launch(job, next);
    u32[tile.clock >> 2]! += 1;
  }

  #carryOut(own: Own, kind: number, payload: number): void {
    if (kind === kinds.nothing) return;
    // The host may have made the memory larger to place this order.
    if (this.#views.buffer !== this.#memory.buffer) this.#views = viewsOf(this.#memory.buffer);
    const { tile, phase } = own;
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
        this.#copy(own, u32[at]!, u32[at + 1]!, true);
        break;
      case kinds.fetch:
        this.#copy(own, u32[at]!, u32[at + 1]!, false);
        break;
      case kinds.reset:
        for (const field of this.#part.cleared) this.#copy(own, field, 0, true);
        u32[tile.clock >> 2] = 0;
        own.tile.sources.forEach((_, k) => { own.driven[k]!.length = 0; this.#count(own, k); });
        break;
      case kinds.addSource:
        if (u32[at + 1] === tile.index) this.#drive(own, at);
        break;
      case kinds.removeSource:
        own.tile.sources.forEach((_, k) => { this.#undrive(own, k, u32[at]!); });
        break;
    }
  }

  /** Own cells of a field, row by row, between its buffer and all cells without ghosts at `plain` (0: zeros). */
  #copy({ tile, phase }: Own, field: number, plain: number, inwards: boolean): void {
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

  #drive(own: Own, at: number): void {
    const { u32 } = this.#views;
    const k = own.tile.sources.findIndex((s) => s.field === u32[at + 2]);
    const { cells, amplitudes } = own.tile.sources[k]!;
    const list = own.driven[k]!;
    const n = list.length;
    u32[(cells >> 2) + 2 * n] = u32[at + 3]!;
    u32[(cells >> 2) + 2 * n + 1] = u32[at + 4]!;
    u32[(amplitudes >> 2) + n] = u32[at + 5]!;
    list.push(u32[at]!);
    this.#count(own, k);
  }

  #undrive(own: Own, k: number, source: number): void {
    const list = own.driven[k]!;
    const n = list.indexOf(source);
    if (n < 0) return;
    const { u32 } = this.#views;
    const { cells, amplitudes } = own.tile.sources[k]!;
    // In the order in which they came, which is the order in which they are added.
    u32.copyWithin((cells >> 2) + 2 * n, (cells >> 2) + 2 * n + 2, (cells >> 2) + 2 * list.length);
    u32.copyWithin((amplitudes >> 2) + n, (amplitudes >> 2) + n + 1, (amplitudes >> 2) + list.length);
    list.splice(n, 1);
    this.#count(own, k);
  }

  #count(own: Own, k: number): void {
    const { count, job } = own.tile.sources[k]!;
    for (let phase = 0; phase < this.#part.period; phase++) this.#views.u32[(count + phase * job.stride) >> 2] = own.driven[k]!.length;
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

export { doneAt };
