/**
 * Halo exchange: a grid cut into tiles, each with a rim of ghost cells that holds copies of what its neighbours
 * own. Works on typed arrays, shared or not, and with any code that steps a tile.
 */
import { fail } from '../error/index.ts';

export type TileArray = Float32Array | Float64Array | Int32Array | Uint32Array;

/** A step to a neighbour: -1, 0 or 1 on each axis, not all 0. */
export type Direction = readonly number[];

export interface Tile<A extends TileArray = TileArray> {
  /** Its place in the row of tiles, along each axis, and among all. */
  readonly place: readonly number[];
  readonly index: number;
  /** First own cell in the whole grid, and own cells, along each axis. */
  readonly origin: readonly number[];
  readonly size: readonly number[];
  /** Own cells with ghosts along each axis; x varies fastest. */
  readonly padded: readonly number[];
  /** The generation that is read, and the one that is written. */
  readonly now: A;
  readonly next: A;
}

export interface TilesOptions<A extends TileArray> {
  /** Cells of the whole grid in x, y and, in three dimensions, z. */
  readonly size: readonly number[];
  /** Cells of a tile; the last tile of a row takes what remains. */
  readonly tile: readonly number[];
  /** Ghosts on each side. Default 1. A tile must own at least as many cells. */
  readonly halo?: number;
  /** Also the 4 corners (8 corners and 12 edges in three dimensions). Default false: 4 or 6 neighbours. */
  readonly corners?: boolean;
  /** The grid goes on at its other side. Default false: ghosts at the rim stay as they are. */
  readonly periodic?: boolean;
  /** Makes a tile's storage. */
  readonly make: (cells: number) => A;
}

export interface ExchangeStats {
  /** Exchanges of all tiles. */
  readonly rounds: number;
  /** Faces, edges and corners that were copied, the cells in them, and their bytes. */
  readonly messages: number;
  readonly cells: number;
  readonly bytes: number;
}

/** One region to copy: a block of cells in the sender, and where it goes in the receiver. */
interface Link {
  readonly from: number;
  readonly to: number;
  readonly direction: Direction;
  readonly extent: readonly number[];
  readonly source: readonly number[];
  readonly target: readonly number[];
}

interface MutableTile<A extends TileArray> extends Tile<A> {
  now: A;
  next: A;
}

/** All directions of 2 or 3 axes: along the axes first; `corners`: the slanting ones too. */
export function directions(dims: 2 | 3, corners: boolean): Direction[] {
  const all = Array.from({ length: 3 ** dims }, (_, n) => Array.from({ length: dims }, (_, axis) => (Math.floor(n / 3 ** axis) % 3) - 1));
  const weight = (d: Direction): number => d.reduce((sum, step) => sum + Math.abs(step), 0);
  return all.filter((d) => weight(d) === 1 || (corners && weight(d) > 1)).sort((a, b) => weight(a) - weight(b));
}

export class Tiles<A extends TileArray = TileArray> {
  readonly size: readonly number[];
  readonly halo: number;
  readonly tiles: readonly Tile<A>[];
  /** Tiles along each axis. */
  readonly counts: readonly number[];
  readonly #links: readonly (readonly Link[])[];
  #rounds = 0;
  #messages = 0;
  #cells = 0;
  #bytes = 0;

  constructor({ size, tile, halo = 1, corners = false, periodic = false, make }: TilesOptions<A>) {
    const wrong = (option: string, value: unknown, reason: string): Error => fail('InvalidConfig', { option, value: String(value), reason });
    if ((size.length !== 2 && size.length !== 3) || size.some((n) => !Number.isInteger(n) || n < 1)) throw wrong('size', size.join(' x '), 'A grid has two or three whole numbers of cells.');
    if (tile.length !== size.length || tile.some((n) => !Number.isInteger(n) || n < 1)) throw wrong('tile', tile.join(' x '), `A tile has ${size.length} whole numbers of cells.`);
    if (!Number.isInteger(halo) || halo < 1) throw wrong('halo', halo, 'It is a whole number from 1.');
    const dims = size.length as 2 | 3;
    this.size = size;
    this.halo = halo;
    this.counts = size.map((n, axis) => Math.ceil(n / tile[axis]!));
    const total = this.counts.reduce((a, b) => a * b, 1);
    const places = Array.from({ length: total }, (_, index) => this.#placeOf(index));
    const tiles = places.map((place, index): MutableTile<A> => {
      const origin = place.map((p, axis) => p * tile[axis]!);
      const own = origin.map((o, axis) => Math.min(tile[axis]!, size[axis]! - o));
      own.forEach((n, axis) => {
        if (n < halo && (periodic || this.counts[axis]! > 1)) throw wrong('tile', tile.join(' x '), `Tile ${place.join(', ')} would own ${n} cells along an axis, fewer than its halo of ${halo}: its neighbour needs more than it has.`);
      });
      const padded = own.map((n) => n + 2 * halo);
      const cells = padded.reduce((a, b) => a * b, 1);
      return { place, index, origin, size: own, padded, now: checked(make(cells), cells), next: checked(make(cells), cells) };
    });
    this.tiles = tiles;
    const ways = directions(dims, corners);
    this.#links = tiles.map((receiver) => ways.flatMap((direction): Link[] => {
      const place = receiver.place.map((p, axis) => p + direction[axis]!);
      if (!periodic && place.some((p, axis) => p < 0 || p >= this.counts[axis]!)) return [];
      const sender = tiles[this.#indexOf(place.map((p, axis) => (p + this.counts[axis]!) % this.counts[axis]!))]!;
      const extent = direction.map((d, axis) => (d === 0 ? receiver.size[axis]! : halo));
      return [{
        from: sender.index, to: receiver.index, direction, extent,
        source: direction.map((d, axis) => (d < 0 ? sender.size[axis]! : halo)),
        target: direction.map((d, axis) => (d < 0 ? 0 : d > 0 ? halo + receiver.size[axis]! : halo)),
      }];
    }));
  }

  #placeOf(index: number): number[] {
    let rest = index;
    return this.counts.map((n) => { const p = rest % n; rest = Math.floor(rest / n); return p; });
  }

  #indexOf(place: readonly number[]): number {
    return place.reduceRight((index, p, axis) => index * this.counts[axis]! + p, 0);
  }

  /** The tiles whose cells this one's ghosts copy, with the direction in which they lie. */
  neighbours(index: number): { readonly tile: number; readonly direction: Direction }[] {
    return this.#linksOf(index).map(({ from, direction }) => ({ tile: from, direction }));
  }

  #linksOf(index: number): readonly Link[] {
    const links = this.#links[index];
    if (links === undefined) throw fail('InvalidIndex', { what: 'tile', from: index, to: index + 1, length: this.tiles.length });
    return links;
  }

  /**
   * Fills one tile's ghosts from its neighbours' current cells. Only those neighbours need to have finished
   * their step; with `direction` only the one that lies there.
   */
  receive(index: number, direction?: Direction): void {
    const links = this.#linksOf(index);
    const wanted = direction === undefined ? links : links.filter((l) => l.direction.every((d, axis) => d === direction[axis]));
    if (direction !== undefined && wanted.length === 0) {
      throw fail('InvalidConfig', { option: 'direction', value: direction.join(', '), reason: `Tile ${this.tiles[index]!.place.join(', ')} has neighbours at ${links.map((l) => `(${l.direction.join(', ')})`).join(' ') || 'no side'}.` });
    }
    for (const link of wanted) this.#copy(link);
  }

  /** Fills the ghosts of all tiles. */
  exchange(): void {
    for (const links of this.#links) for (const link of links) this.#copy(link);
    this.#rounds++;
  }

  /** What was written becomes what is read, in every tile. */
  swap(): void {
    for (const tile of this.tiles as MutableTile<A>[]) [tile.now, tile.next] = [tile.next, tile.now];
  }

  #copy({ from, to, extent, source, target }: Link): void {
    const [a, b] = [this.tiles[from]!, this.tiles[to]!];
    const [w, h, d = 1] = extent as readonly [number, number, number?];
    const start = (t: Tile, [x, y, z = 0]: readonly number[], j: number, k: number): number => ((z + k) * t.padded[1]! + y! + j) * t.padded[0]! + x!;
    for (let k = 0; k < d; k++) for (let j = 0; j < h; j++) {
      const at = start(a, source, j, k);
      b.now.set(a.now.subarray(at, at + w) as never, start(b, target, j, k));
    }
    this.#messages++;
    this.#cells += w * h * d;
    this.#bytes += w * h * d * a.now.BYTES_PER_ELEMENT;
  }

  /** Cuts a whole grid into the tiles' own cells of the current generation. */
  scatter(values: ArrayLike<number>): void {
    this.#check(values.length);
    this.#own((tile, at, whole) => { tile.now[at] = values[whole]!; });
  }

  /** The tiles' own cells as one grid. */
  gather(target: TileArray): void {
    this.#check(target.length);
    this.#own((tile, at, whole) => { target[whole] = tile.now[at]!; });
  }

  #check(length: number): void {
    const cells = this.size.reduce((a, b) => a * b, 1);
    if (length !== cells) throw fail('InvalidConfig', { option: 'values', value: length, reason: `The grid has ${cells} cells.` });
  }

  #own(visit: (tile: Tile<A>, at: number, whole: number) => void): void {
    const { halo } = this;
    const [gw, gh] = this.size as readonly [number, number];
    for (const tile of this.tiles) {
      const [w, h, d = 1] = tile.size as readonly [number, number, number?];
      const [ox, oy, oz = 0] = tile.origin as readonly [number, number, number?];
      const hz = tile.size.length === 3 ? halo : 0;
      for (let z = 0; z < d; z++) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
        visit(tile, ((z + hz) * tile.padded[1]! + y + halo) * tile.padded[0]! + x + halo, ((oz + z) * gh + oy + y) * gw + ox + x);
      }
    }
  }

  stats(): ExchangeStats {
    return { rounds: this.#rounds, messages: this.#messages, cells: this.#cells, bytes: this.#bytes };
  }
}

function checked<A extends TileArray>(storage: A, cells: number): A {
  if (storage.length !== cells) throw fail('InvalidConfig', { option: 'make', value: storage.length, reason: `A tile needs ${cells} cells.` });
  return storage;
}
